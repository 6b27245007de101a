/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_ip.c - IPv4, and what IP of either version carries. */
#include "tell/lines_ip.h"
#include "tell/lines.h"

#define IP4_HEADER 20
#define OFFSET_MASK 0x1fff
#define MORE_FRAGMENTS 0x2000
#define DONT_FRAGMENT 0x4000
#define RESERVED 0x8000

/* A frame can hold thousands of IP headers in each other; nobody sends more than a few, and each costs stack. */
#define DEPTH_MAX 16

static bool too_deep(struct line *line)
{
    return line->depth >= DEPTH_MAX;
}

/* ---- what IP carries ----------------------------------------------------------------------------------------------------- */

/* RFC 4302: an authentication header; what it protects follows. */
static bool line_ah(struct line *line, const struct line_ip *ip, size_t at, uint32_t length)
{
    line->layer = "ah";
    if (!line_has(line, at, 1))
        return false;
    tt_text_put(line->text, "AH", 2);
    if (!line_has(line, at, 2))
        return false;

    uint32_t next = line_u8(line, at), octets = (line_u8(line, at + 1) + 2) * 4;
    tt_text_char(line->text, '(');
    if (line->options->verbose)
        line_say(line, "length=%u(%u-bytes),", line_u8(line, at + 1), octets);
    if (!line_has(line, at, 4))
        return false;
    if (line_be16(line, at + 2))
        line_say(line, "reserved=0x%x[MustBeZero],", line_be16(line, at + 2));
    if (!line_has(line, at, 8))
        return false;
    line_say(line, "spi=0x%08x,", line_be32(line, at + 4));
    if (!line_has(line, at, 12))
        return false;
    line_say(line, "seq=0x%x,icv=0x", line_be32(line, at + 8));
    if (octets > 12)
        line_hex(line, at + 12, line_has(line, at, octets) ? octets - 12 : line_left(line, at + 12));
    if (!line_has(line, at, octets > 12 ? octets : 12))
        return false;
    tt_text_put(line->text, "): ", 3);
    return line_ip_payload(line, ip, next, at + octets, length - octets);
}

bool line_ip_payload(struct line *line, const struct line_ip *ip, uint32_t protocol, size_t at, uint32_t length)
{
    switch (protocol) {
    case IP_TCP:
        line->tcp = true;
        return line->trial || line_tcp(line, ip, at, length);
    case IP_AH:
        return line_ah(line, ip, at, length);
    case IP_IP4:
        return too_deep(line) || line_ip4(line, at, length);
    case IP_IP6:
        return too_deep(line) || line_ip6(line, at, length);
    case IP_GRE:
        return too_deep(line) || line_gre(line, at, length);
    default:
        return true;
    }
}

/* ---- IPv4 ---------------------------------------------------------------------------------------------------------------- */

static void say_checksum(struct line *line, size_t at, uint32_t header)
{
    uint32_t sum = tt_sum(line->octets + at, header, 0), stands = line_be16(line, at + 10);

    if (sum != 0xffff)
        line_say(line, ", bad cksum %x (->%x)!", stands, line_right_sum(stands, sum));
}

static const char *fragment_flags(uint32_t field)
{
    static const char *const words[8] = {"none", "+", "DF", "+, DF", "rsvd", "+, rsvd", "DF, rsvd", "+, DF, rsvd"};

    return words[field >> 13];
}

/* -v: the header in brackets and a new line.  False where its octets end; *ret_whole false when its options were cut short. */
static bool say_header(struct line *line, size_t at, uint32_t header, bool *ret_whole)
{
    static const char *const ecn[4] = {"", ",ECT(1)", ",ECT(0)", ",CE"};
    uint32_t tos = line_u8(line, at + 1), ttl = line_u8(line, at + 8), fragment = line_be16(line, at + 6);
    uint32_t protocol = line_u8(line, at + 9);

    *ret_whole = true;
    line_say(line, "(tos 0x%x%s", tos, ecn[tos & 3]);
    if (ttl)
        line_say(line, ", ttl %u", ttl);
    line_say(line, ", id %u, offset %u, flags [%s], proto %s (%u), length %u", line_be16(line, at + 4),
             (fragment & OFFSET_MASK) * 8, fragment_flags(fragment), line_protocol_name(protocol), protocol,
             line_be16(line, at + 2));
    if (header > IP4_HEADER) {
        tt_text_put(line->text, ", options (", 11);
        enum line_options_end end = line_ip4_options(line, at + IP4_HEADER, header - IP4_HEADER);
        if (end == LINE_OPTIONS_CUT)
            return false;
        if (end == LINE_OPTIONS_BAD) {
            tt_text_put(line->text, " [truncated-option]", 19);
            *ret_whole = false;
        }
        tt_text_char(line->text, ')');
    }
    if (line_has(line, at, header))
        say_checksum(line, at, header);
    tt_text_put(line->text, ")\n    ", 6);
    return true;
}

/* A later fragment: no TCP header. */
static void say_fragment(struct line *line, size_t at)
{
    line_ip_addresses(line, at + 12, at + 16, 4);
    tt_text_string(line->text, line->options->numeric_ports ? ": ip-proto-6" : ": tcp");
}

static bool ip4_payload(struct line *line, size_t at, uint32_t header, uint32_t length)
{
    uint32_t protocol = line_u8(line, at + 9), fragment = line_be16(line, at + 6);
    struct line_ip ip = {.at = at, .version = 4, .fragmented = fragment & MORE_FRAGMENTS};

    if (fragment & OFFSET_MASK) {
        say_fragment(line, at);
        return true;
    }
    if (protocol != IP_TCP) {
        line_ip_addresses(line, at + 12, at + 16, 4);
        tt_text_put(line->text, ": ", 2);
    }
    if (!line_has(line, at, header)) {
        line_say(line, " [remaining caplen(%lu) < header length(%u)]", (unsigned long)line_left(line, at), header);
        return false;
    }
    return line_ip_payload(line, &ip, protocol, at + header, length - header);
}

/* With as much of the header as there must be. */
static bool ip4_header(struct line *line, size_t at, uint32_t available)
{
    uint32_t header = (line_u8(line, at) & 15) * 4, length = line_be16(line, at + 2);
    bool whole = true;

    if (available < IP4_HEADER) {
        line_say(line, "truncated-ip %u", available);
        return true;
    }
    if (header < IP4_HEADER) {
        line_say(line, "bad-hlen %u", header);
        return true;
    }
    if (available < length)
        line_say(line, "truncated-ip - %u bytes missing! ", length - available);
    if (length < header) {
        line_say(line, "bad-len %u", length);
        return true;
    }
    if (line_has(line, at, length))
        line->end = at + length;
    if (line->options->verbose && !say_header(line, at, header, &whole))
        return false;
    if (!whole) {
        line_ip_addresses(line, at + 12, at + 16, 4);
        tt_text_put(line->text, ": ", 2);
        return false;
    }
    return ip4_payload(line, at, header, length);
}

bool line_ip4(struct line *line, size_t at, uint32_t length)
{
    size_t end = line->end;

    line->layer = "ip";
    if (!line_has(line, at, 1))
        return false;
    /* As the filter "tcp" has it: whatever is wrong with the rest of the header. */
    line->tcp |= line_has(line, at, 10) && line_u8(line, at + 9) == IP_TCP;
    if (line->trial && line->tcp)
        return true;
    if (line_u8(line, at) >> 4 != 4) {
        uint32_t version = line_u8(line, at) >> 4;
        line_say(line, "IP%u%s (invalid)", version, version == 6 ? ", wrong link-layer encapsulation" : "");
        return true;
    }
    if (!line->options->link)
        line_end(line, TT_PUT_LITERAL(line_begin(line, 8), "IP "));
    if (!line_has(line, at, IP4_HEADER))
        return false;

    line->depth++;
    bool whole = ip4_header(line, at, length);
    line->depth--;
    line->end = end;
    return whole;
}

bool line_ip_any(struct line *line, size_t at, uint32_t length)
{
    if (length < 1) {
        line_say(line, "truncated-ip %u", length);
        return true;
    }
    line->layer = "ipn";
    if (!line_has(line, at, 1))
        return false;

    uint32_t version = line_u8(line, at) >> 4;
    return version == 4 ? line_ip4(line, at, length) : version == 6 ? line_ip6(line, at, length) : true;
}
