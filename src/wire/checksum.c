/* SPDX-License-Identifier: BSD-2-Clause */
/* checksum.c - the Internet checksum (RFC 1071) of IPv4 and of TCP with its pseudo-header. */
#include "wire/decode.h"

#define TCP_CHECKSUM_AT 16
#define IP_CHECKSUM_AT 10

static inline uint64_t load(const uint8_t *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
    return v;
}

/* Ones' complement addition: what is carried out comes in again. */
static inline uint64_t add(uint64_t a, uint64_t b)
{
    uint64_t sum = a + b;

    return sum + (sum < b);
}

static uint16_t fold(uint64_t sum)
{
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

/* RFC 1071 section 2 (B): the sum does not mind the order of octets, so words are added as they lie and swapped once. */
static uint64_t sum_of(const uint8_t *p, size_t n)
{
    uint64_t a = 0, b = 0, c = 0, d = 0;

    for (; n >= 32; n -= 32, p += 32) {
        a = add(a, load(p));
        b = add(b, load(p + 8));
        c = add(c, load(p + 16));
        d = add(d, load(p + 24));
    }
    for (; n >= 8; n -= 8, p += 8)
        a = add(a, load(p));
    if (n) {
        uint8_t rest[8] = {0};
        memcpy(rest, p, n);
        b = add(b, load(rest));
    }
    return add(add(a, b), add(c, d));
}

uint16_t tt_sum(const uint8_t *octets, size_t n, uint16_t sum)
{
    return fold(sum + (uint64_t)__builtin_bswap16(fold(sum_of(octets, n))));
}

/* RFC 9293 section 3.1, RFC 8200 section 8.1. */
static uint16_t pseudo_sum(const struct tt_segment *segment, uint32_t tcp_octets)
{
    const uint8_t *from = segment->src_addr.octets, *to = segment->dst_addr.octets;

    if (segment->ip_version == 4)
        return fold((uint64_t)tt_be32(from) + tt_be32(to) + tcp_octets + TT_PROTO_TCP);
    if (segment->ip_header_octets > TT_IPV6_OCTETS)
        to = tt_final_destination(segment);
    return fold((uint64_t)tt_sum(from, 16, 0) + tt_sum(to, 16, 0) + tcp_octets + TT_PROTO_TCP);
}

/* What the field must be, when `sum` is that of everything with the field as it stands. */
static uint16_t right_field(uint16_t sum, uint16_t field)
{
    return (uint16_t)~fold((uint64_t)sum + (uint16_t)~field);
}

enum tt_checksum tt_tcp_checksum(const struct tt_segment *segment, uint16_t *ret_right)
{
    const uint32_t incomplete = TT_FAULT_CAPTURE_SHORT | TT_FAULT_IP_LENGTH;

    if (segment->kind != TT_KIND_TCP || segment->more_fragments || segment->faults & incomplete)
        return TT_CHECKSUM_UNVERIFIABLE;

    uint32_t octets = segment->ip_length - segment->ip_header_octets;
    if (octets < TT_TCP_OCTETS)
        return TT_CHECKSUM_UNVERIFIABLE;

    uint16_t pseudo = pseudo_sum(segment, octets);
    uint16_t sum = tt_sum(segment->tcp, octets, pseudo);
    *ret_right = right_field(sum, segment->checksum);
    if (sum == 0xffff)
        return TT_CHECKSUM_GOOD;
    /* A card that cuts a large segment puts each part's length in; drivers therefore leave it out. */
    bool offloaded = segment->checksum == pseudo || segment->checksum == pseudo_sum(segment, 0);
    return offloaded ? TT_CHECKSUM_OFFLOADED : TT_CHECKSUM_BAD;
}

enum tt_checksum tt_ip_checksum(const struct tt_segment *segment, uint16_t *ret_right)
{
    if (segment->ip_version != 4)
        return TT_CHECKSUM_UNVERIFIABLE;

    size_t octets = (segment->ip[0] & 15u) * 4;
    const uint8_t *end = segment->frame->octets + segment->frame->captured;
    if (octets < TT_IPV4_OCTETS || octets > (size_t)(end - segment->ip))
        return TT_CHECKSUM_UNVERIFIABLE;

    uint16_t field = tt_be16(segment->ip + IP_CHECKSUM_AT);
    uint16_t sum = tt_sum(segment->ip, octets, 0);
    *ret_right = right_field(sum, field);
    if (sum == 0xffff)
        return TT_CHECKSUM_GOOD;
    return field == 0 ? TT_CHECKSUM_OFFLOADED : TT_CHECKSUM_BAD;
}
