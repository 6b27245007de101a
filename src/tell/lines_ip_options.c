/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_ip_options.c - the options of IPv4 (RFC 791 section 3.1), and the checksums that a source route takes part in. */
#include "tell/lines_ip.h"

#define IP4_HEADER 20

enum ip4_option {
    OPTION_END = 0,
    OPTION_NOP = 1,
    OPTION_RECORD_ROUTE = 7,
    OPTION_TIMESTAMP = 68,
    OPTION_LOOSE_ROUTE = 131,
    OPTION_STRICT_ROUTE = 137,
    OPTION_ROUTER_ALERT = 148
};

/* clang-format off */
static const struct line_name option_names[] = {
    {OPTION_END, "EOL"},           {OPTION_NOP, "NOP"},           {OPTION_TIMESTAMP, "timestamp"}, {130, "security"},
    {OPTION_RECORD_ROUTE, "RR"},   {OPTION_STRICT_ROUTE, "SSRR"}, {OPTION_LOOSE_ROUTE, "LSRR"},
    {OPTION_ROUTER_ALERT, "RA"},   {82, "traceroute"},
};
/* clang-format on */

static void say_route(struct line *line, size_t at, uint32_t length)
{
    if (length < 3 || (length + 1) & 3)
        line_say(line, " [bad length %u]", length);
    if (length < 3)
        return;

    uint32_t pointer = line_u8(line, at + 2) - 1; /* below zero is large, and bad */
    if (pointer < 3 || (pointer + 1) & 3 || pointer > length + 1)
        line_say(line, " [bad ptr %u]", line_u8(line, at + 2));
    for (uint32_t i = 3; i < length && line_has(line, at + i, 4); i += 4) {
        tt_text_char(line->text, ' ');
        line_ip_address(line, at + i, 4);
        if (pointer > i)
            tt_text_char(line->text, ',');
    }
}

/* The route's last address may reach beyond the option, and beyond what was captured. */
static bool route_is_cut(const struct line *line, size_t at, uint32_t length)
{
    return length > 3 && !line_has(line, at, 3 + (length - 3 + 3) / 4 * 4);
}

enum timestamp_kind { TIMESTAMP_ONLY = 0, TIMESTAMP_ADDRESSES = 1, TIMESTAMP_PRESPECIFIED = 3 };

static const char *timestamp_kind_name(uint32_t kind)
{
    return kind == TIMESTAMP_ONLY           ? "TSONLY"
           : kind == TIMESTAMP_ADDRESSES    ? "TS+ADDR"
           : kind == TIMESTAMP_PRESPECIFIED ? "PRESPEC"
                                            : NULL;
}

/* False where the octets end within the hops; *ret_next: where the hops told end in the option. */
static bool say_hops(struct line *line, size_t at, uint32_t length, uint32_t hop, uint32_t pointer, uint32_t *ret_next)
{
    uint32_t i;

    for (i = 4; i < length; i += hop) {
        if (!line_has(line, at + i, hop))
            return false;
        line_say(line, "%s%u@", pointer == i ? " ^ " : " ", line_be32(line, at + i + hop - 4));
        if (hop == 8)
            line_ip_address(line, at + i, 4);
    }
    *ret_next = i;
    return true;
}

static bool say_timestamps(struct line *line, size_t at, uint32_t length)
{
    if (length < 4) {
        line_say(line, "[bad length %u]", length);
        return true;
    }

    uint32_t kind = line_u8(line, at + 3) & 15, missed = line_u8(line, at + 3) >> 4;
    uint32_t hop = kind == TIMESTAMP_ONLY ? 4 : 8;
    uint32_t pointer = line_u8(line, at + 2) - 1, next = 0;
    const char *name = timestamp_kind_name(kind);

    tt_text_put(line->text, " TS{", 4);
    if ((length - 4) & (hop - 1))
        line_say(line, "[bad length %u]", length);
    if (pointer < 4 || (pointer - 4) & (hop - 1) || pointer > length + 1)
        line_say(line, "[bad ptr %u]", line_u8(line, at + 2));
    if (!name)
        line_say(line, "[bad ts type %u]", kind);
    else
        tt_text_string(line->text, name);
    if (name && !say_hops(line, at, length, hop, pointer, &next))
        return false;
    if (pointer == next)
        tt_text_put(line->text, " ^ ", 3);
    if (missed)
        line_say(line, " [%u hops not recorded]} ", missed);
    else
        tt_text_char(line->text, '}');
    return true;
}

/* False where the octets end within it. */
static bool say_option(struct line *line, uint32_t code, size_t at, uint32_t length)
{
    switch (code) {
    case OPTION_TIMESTAMP:
        return say_timestamps(line, at, length);
    case OPTION_RECORD_ROUTE:
    case OPTION_STRICT_ROUTE:
    case OPTION_LOOSE_ROUTE:
        say_route(line, at, length);
        return !route_is_cut(line, at, length);
    case OPTION_ROUTER_ALERT:
        if (length < 4)
            line_say(line, " [bad length %u]", length);
        else if (line_be16(line, at + 2))
            line_say(line, " value %u", line_be16(line, at + 2));
        return true;
    default:
        return true;
    }
}

enum line_options_end line_ip4_options(struct line *line, size_t at, uint32_t length)
{
    for (uint32_t n; length > 0; at += n, length -= n) {
        if (!line_has(line, at, 1))
            return LINE_OPTIONS_CUT;

        uint32_t code = line_u8(line, at);
        const char *name = LINE_NAME(option_names, code);
        if (name)
            tt_text_string(line->text, name);
        else
            line_say(line, "unknown %u", code);

        n = 1;
        if (code != OPTION_END && code != OPTION_NOP) {
            if (!line_has(line, at, 2))
                return LINE_OPTIONS_CUT;
            n = line_u8(line, at + 1);
        }
        if (n < (code == OPTION_END || code == OPTION_NOP ? 1U : 2U) || n > length) {
            line_say(line, " [bad length %u]", n);
            return LINE_OPTIONS_GOOD;
        }
        if (!line_has(line, at, n))
            return LINE_OPTIONS_BAD;
        if (code == OPTION_END)
            return LINE_OPTIONS_GOOD;
        if (!say_option(line, code, at, n))
            return LINE_OPTIONS_BAD;
        if (length > n)
            tt_text_char(line->text, ',');
    }
    return LINE_OPTIONS_GOOD;
}

/* ---- checksums ----------------------------------------------------------------------------------------------------------- */

uint32_t line_right_sum(uint32_t stands, uint32_t sum)
{
    uint32_t right = stands + (~sum & 0xffff);

    return (right & 0xffff) + (right >> 16);
}

const uint8_t *line_ip4_destination(const struct line *line, size_t at)
{
    const uint8_t *header = line->octets + at;
    size_t end = (header[0] & 15U) * 4U;

    for (size_t i = IP4_HEADER, n; i < end && header[i] != OPTION_END; i += n) {
        n = 1;
        if (header[i] == OPTION_NOP)
            continue;
        if (end - i < 2 || header[i + 1] < 2 || header[i + 1] > end - i)
            break;
        n = header[i + 1];
        if ((header[i] == OPTION_STRICT_ROUTE || header[i] == OPTION_LOOSE_ROUTE) && n >= 7)
            return header + i + n - 4;
    }
    return header + 16;
}

uint16_t line_tcp_sum(const struct line *line, const struct line_ip *ip, size_t at, uint32_t length)
{
    const uint8_t *header = line->octets + ip->at;
    uint8_t pseudo[8] = {[7] = IP_TCP};
    uint16_t sum;

    tt_put_be32(pseudo, length);
    if (ip->version == 4) {
        memset(pseudo, 0, 2); /* IPv4's pseudo-header has 16 bits for the length */
        sum = tt_sum(header + 12, 4, 0);
        sum = tt_sum(line_ip4_destination(line, ip->at), 4, sum);
    } else {
        sum = tt_sum(header + 8, 16, 0);
        sum = tt_sum(line_ip6_destination(line, ip->at), 16, sum);
    }
    return tt_sum(line->octets + at, length, tt_sum(pseudo, sizeof pseudo, sum));
}
