/* SPDX-License-Identifier: BSD-2-Clause */
/* encode.c - a segment to octets: the way back, for whoever sends, simulates or generates. */
#include "wire/decode.h"

#define OPTIONS_MAX 40
#define IP_LENGTH_MAX 65535

static size_t ip_header_octets(const struct tt_segment *segment)
{
    return segment->ip_version == 6 ? TT_IPV6_OCTETS : TT_IPV4_OCTETS;
}

static void put_ipv4(const struct tt_segment *segment, size_t length, uint8_t *p)
{
    p[0] = 0x45;
    p[1] = segment->tos;
    tt_put_be16(p + 2, (uint16_t)length);
    tt_put_be16(p + 4, (uint16_t)segment->ip_id);
    tt_put_be16(p + 6, segment->dont_fragment ? 0x4000 : 0);
    p[8] = segment->ttl;
    p[9] = TT_PROTO_TCP;
    tt_put_be16(p + 10, 0);
    memcpy(p + 12, segment->src_addr.octets, 4);
    memcpy(p + 16, segment->dst_addr.octets, 4);
    tt_put_be16(p + 10, (uint16_t)~tt_sum(p, TT_IPV4_OCTETS, 0));
}

static void put_ipv6(const struct tt_segment *segment, size_t length, uint8_t *p)
{
    tt_put_be32(p, 6u << 28 | (uint32_t)segment->tos << 20 | (segment->flow_label & 0xfffff));
    tt_put_be16(p + 4, (uint16_t)(length - TT_IPV6_OCTETS));
    p[6] = TT_PROTO_TCP;
    p[7] = segment->ttl;
    memcpy(p + 8, segment->src_addr.octets, 16);
    memcpy(p + 24, segment->dst_addr.octets, 16);
}

static void put_tcp(const struct tt_segment *segment, size_t header, uint8_t *p)
{
    tt_put_be16(p, segment->src_port);
    tt_put_be16(p + 2, segment->dst_port);
    tt_put_be32(p + 4, segment->seq.n);
    tt_put_be32(p + 8, segment->ack.n);
    tt_put_be16(p + 12, (uint16_t)(header / 4 << 12 | (segment->flags & 0xfff)));
    tt_put_be16(p + 14, segment->window);
    tt_put_be16(p + 16, 0);
    tt_put_be16(p + 18, segment->urgent);
}

/* Over a header whose own field is 0: RFC 9293 section 3.1. */
static uint16_t tcp_checksum(const struct tt_segment *segment, const uint8_t *tcp, size_t octets)
{
    size_t n = segment->ip_version == 6 ? 16 : 4;
    uint8_t rest[4] = {0, TT_PROTO_TCP, (uint8_t)(octets >> 8), (uint8_t)octets};
    uint16_t sum = tt_sum(segment->src_addr.octets, n, tt_sum(segment->dst_addr.octets, n, tt_sum(rest, sizeof rest, 0)));

    return (uint16_t)~tt_sum(tcp, octets, sum);
}

int tt_encode(const struct tt_segment *segment, const uint8_t *options, size_t options_octets, const uint8_t *payload,
              size_t payload_octets, uint8_t *packet, size_t packet_octets)
{
    assert(options_octets <= OPTIONS_MAX && options_octets % 4 == 0);
    if (payload_octets > IP_LENGTH_MAX)
        return TT_ERR_LIMIT;

    size_t ip_header = ip_header_octets(segment), tcp_header = TT_TCP_OCTETS + options_octets;
    size_t length = ip_header + tcp_header + payload_octets;
    size_t said = segment->ip_version == 6 ? length - TT_IPV6_OCTETS : length;
    if (length > packet_octets || said > IP_LENGTH_MAX)
        return TT_ERR_LIMIT;

    uint8_t *tcp = packet + ip_header;
    if (segment->ip_version == 6)
        put_ipv6(segment, length, packet);
    else
        put_ipv4(segment, length, packet);
    put_tcp(segment, tcp_header, tcp);
    if (options_octets)
        memcpy(tcp + TT_TCP_OCTETS, options, options_octets);
    if (payload_octets)
        memmove(tcp + tcp_header, payload, payload_octets);
    tt_put_be16(tcp + 16, tcp_checksum(segment, tcp, tcp_header + payload_octets));
    return (int)length;
}
