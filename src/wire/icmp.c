/* SPDX-License-Identifier: BSD-2-Clause */
/* icmp.c - ICMP (RFC 792) and ICMPv6 (RFC 4443) errors, which quote the packet that they are about. */
#include "wire/decode.h"

#define ICMP_OCTETS 8
#define QUOTED_LEAST 8 /* RFC 792: the first 64 bits, for TCP the ports and the sequence number */

enum {
    V4_UNREACHABLE = 3,
    V4_SOURCE_QUENCH = 4,
    V4_REDIRECT = 5,
    V4_TIME_EXCEEDED = 11,
    V4_PARAMETER = 12,
    V4_FRAGMENTATION_NEEDED = 4, /* a code of unreachable */
    V6_UNREACHABLE = 1,
    V6_TOO_BIG = 2,
    V6_TIME_EXCEEDED = 3,
    V6_PARAMETER = 4
};

static bool is_error(unsigned ip_version, uint8_t type)
{
    if (ip_version == 6)
        return type >= V6_UNREACHABLE && type <= V6_PARAMETER;
    return (type >= V4_UNREACHABLE && type <= V4_REDIRECT) || type == V4_TIME_EXCEEDED || type == V4_PARAMETER;
}

/* RFC 4884 section 4: where extensions follow, the quotation's length in 32-bit (ICMPv6: 64-bit) words; 0: it is all quotation. */
static uint32_t quotation_octets(unsigned ip_version, const uint8_t *icmp)
{
    if (ip_version == 6)
        return icmp[0] == V6_UNREACHABLE || icmp[0] == V6_TIME_EXCEEDED ? icmp[4] * 8u : 0;
    return icmp[0] == V4_UNREACHABLE || icmp[0] == V4_TIME_EXCEEDED || icmp[0] == V4_PARAMETER ? icmp[5] * 4u : 0;
}

/*
 * Decodes what an error quotes.  The cursor stands at the ICMP header.  Returns the octets of TCP header that are quoted; below
 * QUOTED_LEAST *ret is of no use.
 */
static uint32_t read_quotation(const struct tt_cursor *c, unsigned ip_version, const struct tt_frame *frame, struct tt_segment *ret)
{
    struct tt_cursor inner = {.at = c->at, .captured = c->captured, .length = c->length, .quoted = true};
    uint32_t octets = quotation_octets(ip_version, c->at);

    tt_cursor_skip(&inner, ICMP_OCTETS);
    if (octets)
        tt_cursor_limit(&inner, octets);
    memset(ret, 0, sizeof *ret);
    ret->frame = frame;

    const uint8_t *end = inner.at + inner.captured;
    (void)tt_ip_enter(&inner, ip_version == 6 ? TT_NEXT_IPV6 : TT_NEXT_IPV4, ret);
    if (ret->ip_protocol != TT_PROTO_TCP || !ret->tcp)
        return 0;

    uint32_t header = ret->tcp_header_octets ? ret->tcp_header_octets : TT_TCP_OCTETS;
    uint32_t of_packet = ret->ip_length - ret->ip_header_octets, there = (uint32_t)(end - ret->tcp);
    ret->kind = TT_KIND_TCP;
    if (header > of_packet)
        header = of_packet;
    return there < header ? there : header;
}

void tt_icmp_enter(const struct tt_cursor *c, struct tt_segment *seg)
{
    struct tt_segment quoted;

    if (c->captured < ICMP_OCTETS || !is_error(seg->ip_version, c->at[0]))
        return;
    seg->tcp = c->at;
    if (c->captured == ICMP_OCTETS)
        return;
    if (read_quotation(c, seg->ip_version, seg->frame, &quoted) >= QUOTED_LEAST)
        seg->kind = TT_KIND_ICMP_ERROR;
    else if (quoted.ip_protocol == TT_PROTO_TCP)
        seg->faults |= TT_FAULT_ICMP_SHORT;
}

static uint32_t mtu_of(unsigned ip_version, const uint8_t *icmp)
{
    if (ip_version == 6)
        return icmp[0] == V6_TOO_BIG ? tt_be32(icmp + 4) : 0;
    return icmp[0] == V4_UNREACHABLE && icmp[1] == V4_FRAGMENTATION_NEEDED ? tt_be16(icmp + 6) : 0; /* RFC 1191 section 4 */
}

void tt_icmp_read(const struct tt_segment *segment, struct tt_icmp *ret)
{
    const uint8_t *end = segment->frame->octets + segment->frame->captured;
    const uint8_t *own_end = segment->ip + segment->ip_length;
    struct tt_cursor c = {.at = segment->tcp};

    assert(segment->kind == TT_KIND_ICMP_ERROR);
    c.length = segment->ip_length - (uint32_t)(segment->tcp - segment->ip);
    c.captured = (uint32_t)((end < own_end ? end : own_end) - segment->tcp);
    ret->type = segment->tcp[0];
    ret->code = segment->tcp[1];
    ret->mtu = mtu_of(segment->ip_version, segment->tcp);
    ret->quoted_octets = read_quotation(&c, segment->ip_version, segment->frame, &ret->quoted);
}
