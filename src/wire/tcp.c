/* SPDX-License-Identifier: BSD-2-Clause */
/* tcp.c - the TCP header (RFC 9293 section 3.1) and where its options and payload are. */
#include "wire/decode.h"

static void read_numbers(const uint8_t *p, struct tt_segment *seg)
{
    seg->src_port = tt_be16(p);
    seg->dst_port = tt_be16(p + 2);
    seg->seq = tt_seq_of(tt_be32(p + 4));
    seg->ack = tt_seq_of(tt_be32(p + 8));
    seg->flags = tt_be16(p + 12) & 0xfff;
    seg->window = tt_be16(p + 14);
    seg->checksum = tt_be16(p + 16);
    seg->urgent = tt_be16(p + 18);
}

/* What there is of a header that is cut short, field by field. */
static void read_part(const uint8_t *p, uint32_t there, struct tt_segment *seg)
{
    if (there >= 2)
        seg->src_port = tt_be16(p);
    if (there >= 4)
        seg->dst_port = tt_be16(p + 2);
    if (there >= 8)
        seg->seq = tt_seq_of(tt_be32(p + 4));
    if (there >= 12)
        seg->ack = tt_seq_of(tt_be32(p + 8));
    if (there >= 14)
        seg->flags = tt_be16(p + 12) & 0xfff;
    if (there >= 16)
        seg->window = tt_be16(p + 14);
    if (there >= 18)
        seg->checksum = tt_be16(p + 16);
}

/* The header ends beyond the segment or beyond what was captured, or says that it is shorter than it can be. */
static void odd_header(const uint8_t *p, uint32_t captured, uint32_t length, struct tt_segment *seg)
{
    uint32_t header = (p[12] >> 4) * 4u;
    uint32_t octets = header < TT_TCP_OCTETS ? TT_TCP_OCTETS : header;
    uint32_t there = captured < octets ? captured : octets;

    if (header < TT_TCP_OCTETS || header > length)
        seg->faults |= TT_FAULT_TCP_HEADER_LENGTH;
    else
        seg->payload_length = length - header;
    if (captured < octets)
        seg->faults |= TT_FAULT_TCP_SHORT;
    seg->tcp_header_octets = (uint8_t)octets;
    seg->options_captured = (uint8_t)(there > TT_TCP_OCTETS ? there - TT_TCP_OCTETS : 0);
    seg->payload = p + there;
}

static void short_header(const uint8_t *p, uint32_t captured, uint32_t length, struct tt_segment *seg)
{
    read_part(p, captured, seg);
    seg->tcp = p;
    seg->faults |= TT_FAULT_TCP_SHORT;
    if (captured < TT_TCP_LEAST)
        return;
    seg->kind = TT_KIND_TCP;
    seg->tcp_first_fragment = seg->more_fragments;
    odd_header(p, captured, length, seg);
}

void tt_tcp_enter(const uint8_t *p, uint32_t captured, uint32_t length, struct tt_segment *seg)
{
    if (__builtin_expect(captured < TT_TCP_OCTETS, 0)) {
        short_header(p, captured, length, seg);
        return;
    }
    uint32_t header = (p[12] >> 4) * 4u;
    seg->kind = TT_KIND_TCP;
    seg->tcp = p;
    read_numbers(p, seg);
    seg->tcp_first_fragment = seg->more_fragments;
    if (__builtin_expect(header < TT_TCP_OCTETS || header > captured, 0)) {
        odd_header(p, captured, length, seg);
        return;
    }
    seg->tcp_header_octets = (uint8_t)header;
    seg->options_captured = (uint8_t)(header - TT_TCP_OCTETS);
    seg->payload = p + header;
    seg->payload_length = length - header;
    seg->payload_captured = captured - header;
}
