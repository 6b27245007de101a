/* SPDX-License-Identifier: BSD-2-Clause */
/* ip.c - IPv4 (RFC 791) and IPv6 (RFC 8200): lengths, fragments, and what they carry. */
#include "wire/decode.h"

static enum tt_next fault(struct tt_segment *seg, enum tt_fault what)
{
    seg->faults |= (uint32_t)what;
    return TT_NEXT_NOTHING;
}

/* RFC 4302 section 2.2: its length is in 4-octet words, minus two.  The cursor goes behind it; false when it is cut short. */
static bool skip_authentication(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < 2)
        return false;

    uint32_t octets = ((uint32_t)c->at[1] + 2) * 4;
    if (c->captured < octets)
        return false;
    seg->ip_protocol = c->at[0];
    seg->ip_header_octets = (uint16_t)(seg->ip_header_octets + octets);
    tt_cursor_skip(c, octets);
    return true;
}

static enum tt_next payload_rare(struct tt_cursor *c, struct tt_segment *seg)
{
    while (seg->ip_protocol == TT_PROTO_AH && seg->ip_version == 4)
        if (!skip_authentication(c, seg))
            return fault(seg, TT_FAULT_IP_EXTENSION);

    switch (seg->ip_protocol) {
    case TT_PROTO_TCP:
        tt_tcp_enter(c->at, c->captured, c->length, seg);
        return TT_NEXT_NOTHING;
    case TT_PROTO_ICMP:
        if (seg->ip_version == 4 && !c->quoted)
            tt_icmp_enter(c, seg);
        return TT_NEXT_NOTHING;
    case TT_PROTO_ICMPV6:
        if (seg->ip_version == 6 && !c->quoted)
            tt_icmp_enter(c, seg);
        return TT_NEXT_NOTHING;
    case TT_PROTO_IPV4:
        return TT_NEXT_IPV4;
    case TT_PROTO_IPV6:
        return TT_NEXT_IPV6;
    case TT_PROTO_GRE:
        return TT_NEXT_GRE;
    case TT_PROTO_UDP:
        return tt_udp_enter(c, seg);
    default:
        return TT_NEXT_NOTHING;
    }
}

/* The cursor stands behind the IP header and ends where the packet does. */
static inline enum tt_next payload(struct tt_cursor *c, unsigned fragment_offset, struct tt_segment *seg)
{
    if (__builtin_expect(fragment_offset != 0, 0)) {
        if (seg->ip_protocol == TT_PROTO_TCP)
            seg->kind = TT_KIND_FRAGMENT;
        return TT_NEXT_NOTHING;
    }
    if (__builtin_expect(seg->ip_protocol != TT_PROTO_TCP, 0))
        return payload_rare(c, seg);
    tt_tcp_enter(c->at, c->captured, c->length, seg);
    return TT_NEXT_NOTHING;
}

/*
 * The packet's length, as it says itself.  Nothing behind it counts (Ethernet pads); a packet longer than the frame keeps its own
 * word, because captures cut frames before they are written, too.
 */
static inline void limit_to_packet(struct tt_cursor *c, uint32_t length, struct tt_segment *seg)
{
    seg->ip_length = length;
    if (length > c->length)
        seg->faults |= TT_FAULT_IP_LENGTH;
    if (length > c->captured)
        seg->faults |= TT_FAULT_CAPTURE_SHORT;
    else
        c->captured = length;
    c->length = length;
}

/* With the zeros behind it in one store: a load of both, which follows soon, must wait for two. */
static inline void put_ipv4(struct tt_addr *addr, const uint8_t *p)
{
    uint64_t octets = tt_le32(p);

    memcpy(addr->octets, &octets, sizeof octets);
}

static inline enum tt_next ipv4_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    const uint8_t *p = c->at;

    if (c->captured < TT_IPV4_OCTETS)
        return fault(seg, TT_FAULT_IP_SHORT);
    if (p[0] >> 4 != 4)
        return fault(seg, TT_FAULT_IP_VERSION);

    uint32_t header = (p[0] & 15u) * 4;
    uint32_t length = tt_be16(p + 2);
    uint16_t fragment = tt_be16(p + 6);
    seg->ip = p;
    seg->ip_version = 4;
    seg->ip_header_octets = (uint16_t)header;
    seg->tos = p[1];
    seg->ip_id = tt_be16(p + 4);
    seg->dont_fragment = (fragment & 0x4000) != 0;
    seg->more_fragments = (fragment & 0x2000) != 0;
    seg->ttl = p[8];
    seg->ip_protocol = p[9];
    put_ipv4(&seg->src_addr, p + 12);
    put_ipv4(&seg->dst_addr, p + 16);
    tt_layer_note(c, TT_LAYER_IP, header < TT_IPV4_OCTETS ? TT_IPV4_OCTETS : header, p[9]);

    if (header < TT_IPV4_OCTETS)
        return fault(seg, TT_FAULT_IP_HEADER_LENGTH);
    if (length == 0) {
        seg->faults |= TT_FAULT_IP_LENGTH_ZERO;
        length = c->length;
    } else if (length < header) {
        return fault(seg, TT_FAULT_IP_LENGTH);
    }
    limit_to_packet(c, length, seg);
    if (header > c->captured)
        return fault(seg, TT_FAULT_IP_SHORT);
    tt_cursor_skip(c, header);
    return payload(c, fragment & 0x1fffu, seg);
}

/*
 * RFC 8200 section 3: the payload length is 0 with RFC 2675's jumbo payload option, and in what Linux hands to a card that will
 * segment it.  Which of them it is shows only behind the extension headers.
 */
static enum tt_next ipv6_extended(struct tt_cursor *c, uint32_t length, struct tt_segment *seg)
{
    struct tt_extensions ext = {0};
    bool whole;

    if (length > TT_IPV6_OCTETS) {
        limit_to_packet(c, length, seg);
        tt_cursor_skip(c, TT_IPV6_OCTETS);
        whole = tt_extensions_walk(c, seg->ip_protocol, seg, &ext);
    } else {
        struct tt_cursor behind = *c;
        tt_cursor_skip(&behind, TT_IPV6_OCTETS);
        whole = tt_extensions_walk(&behind, seg->ip_protocol, seg, &ext);
        seg->faults |= TT_FAULT_IP_LENGTH_ZERO;
        limit_to_packet(c, ext.jumbo ? TT_IPV6_OCTETS + ext.jumbo : c->length, seg);
        tt_cursor_skip(c, TT_IPV6_OCTETS);
    }
    seg->ip_protocol = ext.protocol;
    seg->ip_header_octets = (uint16_t)(TT_IPV6_OCTETS + ext.octets);
    if (!whole || ext.octets > c->captured)
        return fault(seg, TT_FAULT_IP_EXTENSION);
    seg->dont_fragment = !ext.fragment;
    tt_cursor_skip(c, ext.octets);
    return payload(c, ext.fragment_offset, seg);
}

static enum tt_next ipv6_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    const uint8_t *p = c->at;

    if (c->captured < TT_IPV6_OCTETS)
        return fault(seg, TT_FAULT_IP_SHORT);
    if (p[0] >> 4 != 6)
        return fault(seg, TT_FAULT_IP_VERSION);

    uint32_t first = tt_be32(p);
    uint32_t length = TT_IPV6_OCTETS + tt_be16(p + 4);
    seg->ip = p;
    seg->ip_version = 6;
    seg->ip_header_octets = TT_IPV6_OCTETS;
    seg->tos = (uint8_t)(first >> 20);
    seg->flow_label = first & 0xfffff;
    seg->dont_fragment = true;
    seg->ip_protocol = p[6];
    seg->ttl = p[7];
    memcpy(seg->src_addr.octets, p + 8, 16);
    memcpy(seg->dst_addr.octets, p + 24, 16);
    tt_layer_note(c, TT_LAYER_IP, TT_IPV6_OCTETS, p[6]);

    if (seg->ip_protocol != TT_PROTO_TCP || length == TT_IPV6_OCTETS)
        return ipv6_extended(c, length, seg);
    limit_to_packet(c, length, seg);
    tt_cursor_skip(c, TT_IPV6_OCTETS);
    tt_tcp_enter(c->at, c->captured, c->length, seg);
    return TT_NEXT_NOTHING;
}

enum tt_next tt_ip_enter(struct tt_cursor *c, enum tt_next next, struct tt_segment *seg)
{
    if (next == TT_NEXT_IP) {
        if (!c->captured)
            return fault(seg, TT_FAULT_IP_SHORT);
        next = c->at[0] >> 4 == 6 ? TT_NEXT_IPV6 : TT_NEXT_IPV4;
    }
    return next == TT_NEXT_IPV4 ? ipv4_enter(c, seg) : ipv6_enter(c, seg);
}
