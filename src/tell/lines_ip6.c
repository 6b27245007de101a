/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_ip6.c - the IPv6 header and the walk through its extension headers (RFC 8200). */
#include "tell/lines_ip.h"

#define IP6_HEADER 40
#define NO_HEADER 255

/* The walk through the headers. */
struct ip6_walk {
    size_t start;            /* of the IPv6 header */
    size_t at;               /* of the header at hand */
    uint32_t available;      /* octets from `start` that the layer below has */
    uint32_t length;         /* octets from `at` on, as the packet says */
    uint32_t passed;         /* octets of headers */
    uint32_t payload_length; /* as it stands, or the jumbogram's: RFC 2675 */
    uint32_t next, previous;
    bool fragmented, extended, jumbo, hop_by_hop;
};

static void say_header(struct line *line, size_t at, uint32_t payload_length)
{
    uint32_t flow = line_be32(line, at), next = line_u8(line, at + 6);

    tt_text_char(line->text, '(');
    if (flow & 0x0ff00000)
        line_say(line, "class 0x%02x, ", flow >> 20 & 0xff);
    if (flow & 0x000fffff)
        line_say(line, "flowlabel 0x%05x, ", flow & 0xfffff);
    line_say(line, "hlim %u, next-header %s (%u) payload length: %u) ", line_u8(line, at + 7), line_protocol_name(next), next,
             payload_length);
}

static void say_missing(struct line *line, uint32_t available, uint32_t length)
{
    if (available < length)
        line_say(line, "truncated-ip6 - %u bytes missing!", length - available);
}

static bool says_its_own_addresses(uint32_t protocol)
{
    return protocol == IP_TCP || protocol == IP_UDP || protocol == IP_DCCP || protocol == IP_SCTP;
}

/* ---- extension headers --------------------------------------------------------------------------------------------------- */

static int hop_by_hop(struct line *line, struct ip6_walk *walk)
{
    if (walk->hop_by_hop || walk->previous != NO_HEADER) {
        line_say(line, "[The Hop-by-Hop Options header %s] (invalid)",
                 walk->hop_by_hop ? "was already found" : "don't follow the IPv6 header");
        return LINE_EXTENSION_ENDS;
    }

    int octets = line_ip6_hop_by_hop(line, walk->at, &walk->jumbo, &walk->payload_length);
    if (octets == LINE_EXTENSION_CUT)
        return octets;
    if (walk->payload_length == 0 && !walk->jumbo) {
        line_say(line, "[No valid Jumbo Payload Hop-by-Hop option found] (invalid)");
        return LINE_EXTENSION_ENDS;
    }
    walk->hop_by_hop = true;
    return octets;
}

static int fragment(struct line *line, struct ip6_walk *walk)
{
    /* A later fragment counts too. */
    line->tcp |= line_has(line, walk->at, 1) && line_u8(line, walk->at) == IP_TCP;

    int octets = line_ip6_fragment(line, walk->at, walk->start);
    if (octets > 0 && !line_has(line, walk->at, (size_t)octets + 1))
        return LINE_EXTENSION_ENDS;
    walk->fragmented = true;
    return octets;
}

/* An extension header: its length, or why the line ends with it.  0: it is none. */
static int extension(struct line *line, struct ip6_walk *walk)
{
    switch (walk->next) {
    case IP_HOP_BY_HOP:
        return hop_by_hop(line, walk);
    case IP_DESTINATION:
        return line_ip6_destination_options(line, walk->at);
    case IP_FRAGMENT:
        return fragment(line, walk);
    case IP_ROUTING:
        return line_ip6_routing(line, walk->at);
    default:
        return 0;
    }
}

/* ---- the payload --------------------------------------------------------------------------------------------------------- */

/* The packet's end, from its start, where a jumbogram or a payload length of 0 changes it; `end` is the layer's below. */
static void move_end(struct line *line, const struct ip6_walk *walk, size_t end, uint32_t length)
{
    if (walk->start + length <= end)
        line->end = walk->start + length;
}

static bool payload(struct line *line, struct ip6_walk *walk, size_t end)
{
    struct line_ip ip = {.at = walk->start, .version = 6, .fragmented = walk->fragmented};

    if (walk->jumbo) {
        uint32_t length = walk->payload_length + IP6_HEADER;
        if (length < walk->passed)
            return false;
        say_missing(line, walk->available, length);
        move_end(line, walk, end, length);
        walk->length = length - walk->passed;
    } else if (walk->payload_length == 0) {
        /* Nothing follows; so an extension header was cut short. */
        if (walk->extended)
            return false;
        move_end(line, walk, end, IP6_HEADER);
        walk->length = IP6_HEADER - walk->passed;
    }
    return line_ip_payload(line, &ip, walk->next, walk->at, walk->length);
}

static bool walk_headers(struct line *line, struct ip6_walk *walk, size_t end)
{
    uint32_t advance = IP6_HEADER;

    while (walk->at < line->end) {
        if (walk->length < advance)
            return false;
        walk->at += advance;
        walk->length -= advance;
        walk->passed += advance;
        if (walk->at == walk->start + IP6_HEADER && !says_its_own_addresses(walk->next)) {
            line_ip_addresses(line, walk->start + 8, walk->start + 24, 6);
            tt_text_put(line->text, ": ", 2);
        }

        int octets = extension(line, walk);
        if (octets == 0)
            return payload(line, walk, end);
        if (octets < 0)
            return octets == LINE_EXTENSION_ENDS;
        walk->extended = true;
        walk->previous = walk->next;
        walk->next = line_u8(line, walk->at);
        advance = (uint32_t)octets;
        line->layer = "ip6";
    }
    return true;
}

/* With the fixed header there. */
static bool ip6_header(struct line *line, size_t at, uint32_t available)
{
    size_t end = line->end;
    struct ip6_walk walk = {
        .start = at,
        .at = at,
        .available = available,
        .payload_length = line_be16(line, at + 4),
        .next = line_u8(line, at + 6),
        .previous = NO_HEADER,
    };

    if (walk.payload_length) {
        walk.length = walk.payload_length + IP6_HEADER;
        say_missing(line, available, walk.length);
    } else {
        walk.length = available + IP6_HEADER; /* until a jumbo payload option says how much */
    }
    if (line->options->verbose)
        say_header(line, at, walk.payload_length);
    move_end(line, &walk, end, walk.length);

    bool whole = walk_headers(line, &walk, end);
    line->end = end;
    return whole;
}

/* As the filter "tcp" has it: directly or behind a fragment header, whatever is wrong with the rest. */
static bool looks_like_tcp(const struct line *line, size_t at)
{
    if (!line_has(line, at, 7))
        return false;
    if (line_u8(line, at + 6) == IP_FRAGMENT && line_has(line, at + IP6_HEADER, 1))
        return line_u8(line, at + IP6_HEADER) == IP_TCP;
    return line_u8(line, at + 6) == IP_TCP;
}

bool line_ip6(struct line *line, size_t at, uint32_t length)
{
    line->layer = "ip6";
    line->tcp |= looks_like_tcp(line, at);
    if (line->trial && line->tcp)
        return true;
    if (!line_has(line, at, IP6_HEADER))
        return false;
    if (length < IP6_HEADER) {
        line_say(line, "truncated-ip6 %u", length);
        return true;
    }
    if (!line->options->link)
        tt_text_put(line->text, "IP6 ", 4);
    if (line_u8(line, at) >> 4 != 6) {
        line_say(line, "version error: %u != 6", line_u8(line, at) >> 4);
        return true;
    }

    line->depth++;
    bool whole = ip6_header(line, at, length);
    line->depth--;
    return whole;
}
