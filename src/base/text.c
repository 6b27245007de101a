/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - the text buffer, and numbers and addresses in it. */
#include "base/bytes.h"
#include "base/digits.h"
#include <tcptale/text.h>

void tt_text_init(struct tt_text *text, char *buffer, size_t octets, const struct tt_sink *sink)
{
    assert(octets >= TT_TEXT_ROOM);
    *text = (struct tt_text){.start = buffer, .at = buffer, .end = buffer + octets};
    if (sink)
        text->sink = *sink;
}

int tt_text_flush(struct tt_text *text)
{
    size_t n = (size_t)(text->at - text->start);

    if (!text->sink.write)
        return text->failed;
    if (!text->failed && n)
        text->failed = text->sink.write(text->sink.ctx, text->start, n);
    text->at = text->start;
    return text->failed;
}

bool tt_text_room_slow(struct tt_text *text, size_t n)
{
    assert(n <= TT_TEXT_ROOM);
    (void)tt_text_flush(text);
    if ((size_t)(text->end - text->at) >= n)
        return true;
    if (!text->failed)
        text->failed = TT_ERR_LIMIT;
    return false;
}

static void put_in_parts(struct tt_text *text, const char *octets, size_t n)
{
    while (n) {
        size_t part = n < TT_TEXT_ROOM ? n : TT_TEXT_ROOM;

        if (!tt_text_room(text, part))
            return;
        memcpy(text->at, octets, part);
        text->at += part;
        octets += part;
        n -= part;
    }
}

/* What fits is copied by a call: gcc turns a copy that it knows to be below 4096 into "rep movs", which takes 20 ns for a word. */
void tt_text_put(struct tt_text *text, const char *octets, size_t n)
{
    if ((size_t)(text->end - text->at) < n) {
        put_in_parts(text, octets, n);
        return;
    }
    memcpy(text->at, octets, n);
    text->at += n;
}

void tt_text_string(struct tt_text *text, const char *string)
{
    tt_text_put(text, string, strlen(string));
}

void tt_text_repeat(struct tt_text *text, char c, size_t n)
{
    while (n) {
        size_t part = n < TT_TEXT_ROOM ? n : TT_TEXT_ROOM;

        if (!tt_text_room(text, part))
            return;
        memset(text->at, c, part);
        text->at += part;
        n -= part;
    }
}

const char tt_digit_pairs[200] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

/* Writes the digits so that they end at `end`; returns where they begin. */
static char *digits_before(char *end, uint64_t value)
{
    while (value >= 100) {
        end -= 2;
        memcpy(end, tt_digit_pairs + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value >= 10) {
        end -= 2;
        memcpy(end, tt_digit_pairs + 2 * value, 2);
    } else {
        *--end = (char)('0' + value);
    }
    return end;
}

void tt_text_u64(struct tt_text *text, uint64_t value)
{
    if (value < 10) /* most counts are */
        tt_text_char(text, (char)('0' + value));
    else if (value > UINT32_MAX)
        tt_text_u64_padded(text, value, 1);
    else if (tt_text_room(text, TT_U32_DIGITS))
        text->at = tt_put_u32(text->at, (uint32_t)value);
}

void tt_text_i64(struct tt_text *text, int64_t value)
{
    uint64_t size = (uint64_t)value;

    if (value < 0) {
        tt_text_char(text, '-');
        size = 0 - size;
    }
    tt_text_u64(text, size);
}

void tt_text_u64_padded(struct tt_text *text, uint64_t value, unsigned digits)
{
    char buffer[20];
    char *end = buffer + sizeof buffer;
    char *begin = digits_before(end, value);
    size_t n = (size_t)(end - begin);

    if (n < digits)
        tt_text_repeat(text, '0', digits - n);
    if (!tt_text_room(text, sizeof buffer))
        return;
    memcpy(text->at, begin, n);
    text->at += n;
}

void tt_text_hex(struct tt_text *text, uint64_t value, unsigned digits)
{
    unsigned n = 1;

    while (n < 16 && value >> (4 * n))
        n++;
    if (n < digits)
        n = digits < 16 ? digits : 16;
    if (!tt_text_room(text, 16))
        return;
    for (unsigned i = n; i-- > 0;)
        *text->at++ = "0123456789abcdef"[value >> (4 * i) & 15];
}

void tt_text_seconds(struct tt_text *text, tt_ns ns)
{
    uint64_t size = (uint64_t)ns;

    if (ns < 0) {
        tt_text_char(text, '-');
        size = 0 - size;
    }
    tt_text_u64(text, size / (uint64_t)TT_NS_PER_S);
    if (tt_text_room(text, 10))
        text->at = tt_put_nanoseconds(text->at, (uint32_t)(size % (uint64_t)TT_NS_PER_S));
}

static void put_ipv4(struct tt_text *text, const uint8_t *octets)
{
    for (unsigned i = 0; i < 4; i++) {
        if (i)
            tt_text_char(text, '.');
        tt_text_u64(text, octets[i]);
    }
}

/* The longest run of at least two zero groups, the first of equals: RFC 5952 section 4.2. */
static unsigned longest_zeros(const uint16_t groups[8], unsigned *ret_count)
{
    unsigned best = 8, best_count = 1;

    for (unsigned i = 0; i < 8;) {
        unsigned n = 0;
        while (i + n < 8 && groups[i + n] == 0)
            n++;
        if (n > best_count) {
            best = i;
            best_count = n;
        }
        i += n ? n : 1;
    }
    *ret_count = best < 8 ? best_count : 0;
    return best;
}

static void put_ipv6(struct tt_text *text, const uint8_t *octets)
{
    uint16_t groups[8];
    unsigned count;

    for (unsigned i = 0; i < 8; i++)
        groups[i] = tt_be16(octets + 2 * i);

    unsigned zeros = longest_zeros(groups, &count);
    /* RFC 5952 section 5: IPv4-mapped and -compatible addresses as inet_ntop() and tcpdump show them. */
    bool mapped = zeros == 0 && (count == 6 || (count == 5 && groups[5] == 0xffff) || (count == 7 && groups[7] != 1));
    unsigned last = mapped ? 6 : 8;

    for (unsigned i = 0; i < last; i++) {
        if (i >= zeros && i < zeros + count) {
            if (i == zeros)
                tt_text_char(text, ':');
            continue;
        }
        if (i)
            tt_text_char(text, ':');
        tt_text_hex(text, groups[i], 1);
    }
    if (mapped) {
        tt_text_char(text, ':');
        put_ipv4(text, octets + 12);
    } else if (count && zeros + count == 8) {
        tt_text_char(text, ':');
    }
}

void tt_text_addr(struct tt_text *text, const struct tt_addr *addr, unsigned ip_version)
{
    if (ip_version == 4)
        put_ipv4(text, addr->octets);
    else
        put_ipv6(text, addr->octets);
}

void tt_text_endpoint(struct tt_text *text, const struct tt_endpoint *endpoint)
{
    bool brackets = endpoint->ip_version != 4;

    if (brackets)
        tt_text_char(text, '[');
    tt_text_addr(text, &endpoint->addr, endpoint->ip_version);
    if (brackets)
        tt_text_char(text, ']');
    tt_text_char(text, ':');
    tt_text_u64(text, endpoint->port);
}
