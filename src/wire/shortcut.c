/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shortcut.c - the commonest layout decoded at fixed offsets: Ethernet, IPv4 without options, a TCP segment in one piece.
 *
 * An abbreviation of link.c, ip.c and tcp.c with half of their instructions, and never another rule: whatever is unusual about a
 * frame is left to them before anything is written, and a test decodes frames both ways.
 */
#include "wire/decode.h"

#define ETHERNET_OCTETS 14u
#define LEAST (ETHERNET_OCTETS + TT_IPV4_OCTETS + TT_TCP_OCTETS)

/* EtherType, version and header length as they lie in a frame, without the octet behind, which is the type of service. */
#define IPV4_OF_20_OCTETS 0x450008u

static bool is_plain(const uint8_t *ip)
{
    return (tt_le32(ip - 2) & 0xffffff) == IPV4_OF_20_OCTETS && ip[9] == TT_PROTO_TCP && (tt_be16(ip + 6) & 0x3fff) == 0;
}

/* Than the frame was on the wire. */
static bool is_longer(const struct tt_frame *frame, uint32_t ip_length)
{
    return frame->length < ETHERNET_OCTETS + ip_length;
}

static inline void put_ip(const uint8_t *ip, struct tt_segment *seg)
{
    uint64_t source = tt_le64(ip - 8) & 0xffffffffffff, src = tt_le32(ip + 12), dst = tt_le32(ip + 16);

    memcpy(seg->link_source, &source, sizeof source);
    seg->link_source_octets = 6;
    seg->ip = ip;
    seg->ip_version = 4;
    seg->ip_header_octets = TT_IPV4_OCTETS;
    seg->tos = ip[1];
    seg->ip_id = tt_be16(ip + 4);
    seg->dont_fragment = (ip[6] & 0x40) != 0;
    seg->ttl = ip[8];
    seg->ip_protocol = TT_PROTO_TCP;
    memcpy(seg->src_addr.octets, &src, sizeof src);
    memcpy(seg->dst_addr.octets, &dst, sizeof dst);
}

static inline void put_tcp(const uint8_t *tcp, struct tt_segment *seg)
{
    seg->kind = TT_KIND_TCP;
    seg->tcp = tcp;
    seg->src_port = tt_be16(tcp);
    seg->dst_port = tt_be16(tcp + 2);
    seg->seq = tt_seq_of(tt_be32(tcp + 4));
    seg->ack = tt_seq_of(tt_be32(tcp + 8));
    seg->flags = tt_be16(tcp + 12) & 0xfff;
    seg->window = tt_be16(tcp + 14);
    seg->checksum = tt_be16(tcp + 16);
    seg->urgent = tt_be16(tcp + 18);
}

bool tt_decode_shortcut(const struct tt_frame *frame, struct tt_segment *seg)
{
    if (frame->link != TT_LINK_ETHERNET || frame->captured < LEAST || !is_plain(frame->octets + ETHERNET_OCTETS))
        return false;

    const uint8_t *ip = frame->octets + ETHERNET_OCTETS, *tcp = ip + TT_IPV4_OCTETS;
    uint32_t length = tt_be16(ip + 2), there = frame->captured - ETHERNET_OCTETS;
    uint32_t header = (tcp[12] >> 4) * 4u, headers = TT_IPV4_OCTETS + header;
    if (header < TT_TCP_OCTETS || headers > length || headers > there || (length > there && is_longer(frame, length)))
        return false;

    tt_segment_clear(seg);
    seg->frame = frame;
    put_ip(ip, seg);
    put_tcp(tcp, seg);
    seg->ip_length = length;
    seg->faults = length > there ? TT_FAULT_CAPTURE_SHORT : 0;
    seg->tcp_header_octets = (uint8_t)header;
    seg->options_captured = (uint8_t)(header - TT_TCP_OCTETS);
    seg->payload = tcp + header;
    seg->payload_length = length - headers;
    seg->payload_captured = (length > there ? there : length) - headers;
    return true;
}
