/* SPDX-License-Identifier: BSD-2-Clause */
/* extension.c - IPv6 extension headers (RFC 8200 section 4, RFC 7045, RFC 4302), the jumbo payload (RFC 2675), routing. */
#include "wire/decode.h"

#define FRAGMENT_OCTETS 8
#define JUMBO_OPTION 0xc2
#define JUMBO_LEAST 65536 /* RFC 2675 section 3: less has to use the ordinary length */

/*
 * Headers in one packet: more than any stack sends (RFC 8200 section 4.1 names seven).  Keeps what a frame full of empty ones can
 * cost within bounds.
 */
#define EXTENSIONS_MAX 16

/* The options of a hop-by-hop header: the jumbo payload length, 0 when there is none, or none that is valid. */
static uint32_t jumbo_of(const uint8_t *header, uint32_t octets)
{
    uint32_t i = 2;

    while (i < octets) {
        if (header[i] == 0) { /* Pad1 */
            i++;
            continue;
        }
        if (octets - i < 2 || octets - i - 2 < header[i + 1])
            return 0;
        if (header[i] == JUMBO_OPTION && header[i + 1] == 4) {
            uint32_t jumbo = tt_be32(header + i + 2);
            /* The packet's length with its fixed header is a 32-bit number here. */
            return jumbo >= JUMBO_LEAST && jumbo <= UINT32_MAX - TT_IPV6_OCTETS ? jumbo : 0;
        }
        i += 2u + header[i + 1];
    }
    return 0;
}

static bool is_extension(uint8_t protocol)
{
    switch (protocol) {
    case TT_PROTO_HOP_BY_HOP:
    case TT_PROTO_ROUTING:
    case TT_PROTO_FRAGMENT:
    case TT_PROTO_AH:
    case TT_PROTO_DESTINATION:
    case TT_PROTO_MOBILITY:
    case TT_PROTO_HIP:
    case TT_PROTO_SHIM6:
        return true;
    default:
        return false;
    }
}

/* At least two octets are there. */
static uint32_t extension_octets(uint8_t protocol, const uint8_t *header)
{
    if (protocol == TT_PROTO_FRAGMENT)
        return FRAGMENT_OCTETS;
    if (protocol == TT_PROTO_AH)
        return (header[1] + 2u) * 4;
    return (header[1] + 1u) * 8;
}

static void read_fragment(const uint8_t *header, struct tt_segment *seg, struct tt_extensions *ret)
{
    uint16_t field = tt_be16(header + 2);

    ret->fragment = true;
    ret->fragment_offset = field & 0xfff8;
    seg->more_fragments = field & 1;
    seg->ip_id = tt_be32(header + 4);
}

bool tt_extensions_walk(const struct tt_cursor *c, uint8_t protocol, struct tt_segment *seg, struct tt_extensions *ret)
{
    ret->protocol = protocol;
    for (unsigned n = 0; is_extension(ret->protocol); n++) {
        const uint8_t *header = c->at + ret->octets;
        uint32_t there = c->captured - ret->octets;

        if (n == EXTENSIONS_MAX || there < 2)
            return false;
        uint32_t octets = extension_octets(ret->protocol, header);
        if (there < octets)
            return false;
        if (ret->protocol == TT_PROTO_HOP_BY_HOP)
            ret->jumbo = jumbo_of(header, octets);
        if (ret->protocol == TT_PROTO_FRAGMENT)
            read_fragment(header, seg, ret);
        ret->protocol = header[0];
        ret->octets += octets;
        if (ret->fragment_offset) /* what follows is from the middle of something */
            break;
    }
    return true;
}

/* The last address of a routing header that still has segments left; NULL when it has none or is of a type without them. */
static const uint8_t *last_segment(const uint8_t *header, uint32_t octets)
{
    uint8_t type = header[2], left = header[3];

    if (left == 0 || octets < 24)
        return NULL;
    if (type == 0 || type == 2) /* RFC 5095 ends type 0; RFC 6275 section 6.4 */
        return header + 8 + ((octets - 8) / 16 - 1) * 16;
    if (type == 4) /* RFC 8754 section 2: in reverse order */
        return header + 8;
    return NULL;
}

const uint8_t *tt_final_destination(const struct tt_segment *seg)
{
    const uint8_t *header = seg->ip + TT_IPV6_OCTETS;
    const uint8_t *end = seg->ip + seg->ip_header_octets;
    uint8_t protocol = seg->ip[6];

    while (end - header >= 8 && is_extension(protocol)) {
        uint32_t octets = extension_octets(protocol, header);
        const uint8_t *last = protocol == TT_PROTO_ROUTING ? last_segment(header, octets) : NULL;

        if (last)
            return last;
        protocol = header[0];
        header += octets;
    }
    return seg->dst_addr.octets;
}
