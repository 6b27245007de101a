/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_tcp.c - the TCP header (RFC 9293 section 3.1): ports, flags, numbers, and what follows them. */
#include "tell/lines_ip.h"

#define TCP_HEADER 20U
#define PORT_NAME_MAX 64

/* Room for both ends: addresses, ports, and what stands between. */
#define ENDPOINTS_MAX (2 * LINE_ADDRESS + 2 * PORT_NAME_MAX + 16)

struct numbers {
    uint32_t seq, ack;
    uint32_t sack_base; /* what SACK blocks are told relative to */
};

/* ---- both ends ----------------------------------------------------------------------------------------------------------- */

static char *put_port(const struct line *line, char *at, uint32_t port)
{
    const struct tt_style *style = &line->lines->style;
    const char *name = line->options->numeric_ports || !style->service ? NULL : style->service(style->names_ctx, (uint16_t)port);

    return name ? line_put_name(at, name, PORT_NAME_MAX) : tt_put_u32(at, port);
}

/* Behind another header the addresses have been told already. */
static bool tells_addresses(const struct line *line, const struct line_ip *ip)
{
    return line_u8(line, ip->at + (ip->version == 4 ? 9 : 6)) == IP_TCP;
}

static void say_endpoints(struct line *line, const struct line_ip *ip, size_t at)
{
    size_t src = ip->at + (ip->version == 4 ? 12 : 8), octets = ip->version == 4 ? 4 : 16;
    bool addresses = tells_addresses(line, ip);
    char *to = line_begin(line, ENDPOINTS_MAX);

    for (unsigned i = 0; i < 2; i++) {
        if (addresses) {
            to = line_put_host(line, to, src + i * octets, ip->version);
            *to++ = '.';
        }
        to = put_port(line, to, line_be16(line, at + 2 * (size_t)i));
        to = i ? TT_PUT_LITERAL(to, ": ") : TT_PUT_LITERAL(to, " > ");
    }
    line_end(line, to);
}

/* ---- relative numbers ---------------------------------------------------------------------------------------------------- */

/* The conversation's key, the same for both directions; returns which of them this is. */
static unsigned key_of(const struct line *line, const struct line_ip *ip, size_t at, uint8_t *ret_key)
{
    size_t octets = ip->version == 4 ? 4 : 16;
    const uint8_t *src = line->octets + ip->at + (ip->version == 4 ? 12 : 8), *dst = src + octets;
    const uint8_t *ports = line->octets + at;
    int order = memcmp(ports, ports + 2, 2);
    unsigned direction = order > 0 || (order == 0 && memcmp(src, dst, octets) > 0);

    memcpy(ret_key, direction ? dst : src, octets);
    memcpy(ret_key + octets, direction ? src : dst, octets);
    memcpy(ret_key + 2 * octets, ports + 2 * (size_t)direction, 2);
    memcpy(ret_key + 2 * octets + 2, ports + 2 - 2 * (size_t)direction, 2);
    return direction;
}

static struct seq_entry *conversation(struct line *line, const struct line_ip *ip, size_t at, unsigned *ret_direction)
{
    uint8_t key[SEQ_KEY_IP6];
    struct seq_entry *entry;

    *ret_direction = key_of(line, ip, at, key);
    entry = seq_table_at(&line->lines->conversations[ip->version == 6], key);
    if (!entry)
        line->lines->failed = TT_ERR_NOMEM;
    return entry;
}

static void remember(struct seq_entry *entry, unsigned direction, uint32_t seq)
{
    entry->seq[direction] = seq;
    entry->known[direction] = 1;
}

/*
 * tcpdump's rule: only segments with ACK take part; the first of a conversation, and each SYN-ACK, is told with its numbers as they
 * stand, and those after it relative to them.
 */
static void make_relative_like_tcpdump(struct numbers *numbers, struct seq_entry *entry, unsigned direction, uint32_t flags)
{
    if (flags & TT_SYN || !entry->known[direction]) {
        remember(entry, direction, numbers->seq);
        remember(entry, !direction, numbers->ack - 1);
    } else {
        numbers->seq -= entry->seq[direction];
        numbers->ack -= entry->seq[!direction];
    }
    numbers->sack_base = entry->seq[!direction];
}

/* --relative: every number, from the first one seen of its direction. */
static void make_all_relative(struct numbers *numbers, struct seq_entry *entry, unsigned direction, uint32_t flags)
{
    if (flags & TT_SYN || !entry->known[direction])
        remember(entry, direction, numbers->seq);
    if (flags & TT_ACK && (flags & TT_SYN || !entry->known[!direction]))
        remember(entry, !direction, numbers->ack - 1);
    numbers->seq -= entry->seq[direction];
    numbers->ack -= entry->seq[!direction];
    numbers->sack_base = entry->seq[!direction];
}

static struct numbers numbers_of(struct line *line, const struct line_ip *ip, size_t at, uint32_t flags)
{
    const struct tt_line_options *options = line->options;
    struct numbers numbers = {line_be32(line, at + 4), line_be32(line, at + 8), 0};
    struct seq_entry *entry;
    unsigned direction;

    if (!options->relative && (options->absolute || !(flags & TT_ACK)))
        return numbers;
    entry = conversation(line, ip, at, &direction);
    if (!entry)
        return numbers;
    if (options->relative)
        make_all_relative(&numbers, entry, direction, flags);
    else
        make_relative_like_tcpdump(&numbers, entry, direction, flags);
    return numbers;
}

/* ---- the header ---------------------------------------------------------------------------------------------------------- */

static char *put_flags(char *at, uint32_t flags)
{
    if (!flags)
        return TT_PUT_LITERAL(at, "none");
    for (unsigned i = 0; i < 8; i++) {
        *at = "FSRP.UEW"[i];
        at += flags >> i & 1;
    }
    return at;
}

static void say_flags(struct line *line, uint32_t flags)
{
    char *to = TT_PUT_LITERAL(line_begin(line, 32), "Flags [");

    to = put_flags(to, flags);
    *to++ = ']';
    line_end(line, to);
}

static void say_checksum(struct line *line, const struct line_ip *ip, size_t at, uint32_t length)
{
    uint32_t stands = line_be16(line, at + 16), sum;

    if (!line_has(line, at, length))
        return;
    sum = line_tcp_sum(line, ip, at, length);
    if (sum == 0xffff)
        line_say(line, ", cksum 0x%04x (correct)", stands);
    else
        line_say(line, ", cksum 0x%04x (incorrect -> 0x%04x)", stands, line_right_sum(stands, sum));
}

static void say_numbers(struct line *line, const struct numbers *numbers, size_t at, uint32_t flags, uint32_t payload)
{
    char *to = line_begin(line, 128);

    if (payload || flags & (TT_SYN | TT_FIN | TT_RST) || line->options->verbose > 1) {
        to = tt_put_u32(TT_PUT_LITERAL(to, ", seq "), numbers->seq);
        if (payload) {
            *to++ = ':';
            to = tt_put_u32(to, numbers->seq + payload);
        }
    }
    if (flags & TT_ACK)
        to = tt_put_u32(TT_PUT_LITERAL(to, ", ack "), numbers->ack);
    to = tt_put_u32(TT_PUT_LITERAL(to, ", win "), line_be16(line, at + 14));
    if (flags & TT_URG)
        to = tt_put_u32(TT_PUT_LITERAL(to, ", urg "), line_be16(line, at + 18));
    line_end(line, to);
}

static void say_length(struct line *line, uint32_t length)
{
    line_end(line, tt_put_u32(TT_PUT_LITERAL(line_begin(line, 32), ", length "), length));
}

/* Behind the length: what is in the segment. */
static bool payload(struct line *line, size_t at, uint32_t header, uint32_t length, uint32_t flags)
{
    if (length == 0)
        return true;
    if (!line_has(line, at, header)) {
        line_say(line, " [remaining caplen(%lu) < header length(%u)]", (unsigned long)line_left(line, at), header);
        return false;
    }
    if (flags & TT_RST && line->options->verbose)
        return line_reset_data(line, at + header, length);
    return line_application(line, (uint16_t)line_be16(line, at), (uint16_t)line_be16(line, at + 2), at + header, length);
}

/* With a header of at least 20 octets that are there, and none that is longer than the packet. */
static bool segment(struct line *line, const struct line_ip *ip, size_t at, uint32_t header, uint32_t length)
{
    uint32_t flags = line_u8(line, at + 13);
    struct numbers numbers = numbers_of(line, ip, at, flags);

    if (header > length) {
        line_say(line, " [bad hdr length %u - too long, > %u]", header, length);
        return true;
    }
    if (line->options->verbose && !ip->fragmented)
        say_checksum(line, ip, at, length);
    length -= header;
    say_numbers(line, &numbers, at, flags, length);
    if (header > TCP_HEADER) {
        struct line_options options = {at + TCP_HEADER, header - TCP_HEADER, length, numbers.sack_base, (uint8_t)flags};
        enum line_options_end end = line_options(line, &options);
        if (end != LINE_OPTIONS_GOOD)
            return end != LINE_OPTIONS_CUT;
    }
    say_length(line, length);
    return payload(line, at, header, length, flags);
}

bool line_tcp(struct line *line, const struct line_ip *ip, size_t at, uint32_t length)
{
    line->layer = "tcp";
    if (!line_has(line, at, 4)) {
        size_t src = ip->at + (ip->version == 4 ? 12 : 8);
        line_ip_addresses(line, src, src + (ip->version == 4 ? 4 : 16), ip->version);
        tt_text_char(line->text, ':');
        return false;
    }
    say_endpoints(line, ip, at);
    if (!line_has(line, at, TCP_HEADER))
        return false;

    uint32_t header = (line_u8(line, at + 12) >> 4) * 4;
    if (header < TCP_HEADER) {
        line_say(line, " tcp %u [bad hdr length %u - too short, < %u]", length - header, header, TCP_HEADER);
        return true;
    }
    if (line->options->quiet) {
        line_say(line, "tcp %u", length - header);
        if (header > length)
            line_say(line, " [bad hdr length %u - too long, > %u]", header, length);
        return true;
    }
    say_flags(line, line_u8(line, at + 13));
    return segment(line, ip, at, header, length);
}
