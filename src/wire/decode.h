/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.h - what the files of wire share: the cursor that goes from header to header, and who takes it on from where.
 *
 * tt_decode() enters the link layer, which leaves the cursor at an IP header; IP leaves it at TCP, ICMP or a tunnel's header.  Each
 * step says what comes next; nothing is called back.
 */
#ifndef TCPTALE_WIRE_DECODE_H
#define TCPTALE_WIRE_DECODE_H

#include "base/bytes.h"
#include <tcptale/wire.h>

enum {
    TT_PROTO_HOP_BY_HOP = 0,
    TT_PROTO_ICMP = 1,
    TT_PROTO_IPV4 = 4,
    TT_PROTO_TCP = 6,
    TT_PROTO_UDP = 17,
    TT_PROTO_IPV6 = 41,
    TT_PROTO_ROUTING = 43,
    TT_PROTO_FRAGMENT = 44,
    TT_PROTO_GRE = 47,
    TT_PROTO_AH = 51,
    TT_PROTO_ICMPV6 = 58,
    TT_PROTO_DESTINATION = 60,
    TT_PROTO_MOBILITY = 135,
    TT_PROTO_HIP = 139,
    TT_PROTO_SHIM6 = 140
};

#define TT_IPV4_OCTETS 20u
#define TT_IPV6_OCTETS 40u
#define TT_TCP_OCTETS 20u
#define TT_TCP_LEAST 14u /* up to the flags: what makes a segment */

/* The headers met so far, for tt_layers(). */
struct tt_layer_list {
    struct tt_layer *layers; /* TT_LAYERS_MAX */
    unsigned count;
    const uint8_t *start; /* of the frame */
};

/* Where decoding stands.  captured <= length always. */
struct tt_cursor {
    const uint8_t *at;
    uint32_t captured;          /* octets from `at` that are there */
    uint32_t length;            /* octets from `at` that were on the wire */
    struct tt_layer_list *list; /* NULL: nobody asks */
    bool quoted;                /* in what an ICMP error quotes, which is no ICMP error: RFC 1122 section 3.2.2 */
};

/* What the cursor stands at. */
enum tt_next {
    TT_NEXT_NOTHING, /* that we follow; the segment's faults say why */
    TT_NEXT_IPV4,
    TT_NEXT_IPV6,
    TT_NEXT_IP, /* either: its first four bits say */
    TT_NEXT_GRE
};

static inline void tt_cursor_skip(struct tt_cursor *c, uint32_t octets)
{
    c->at += octets;
    c->captured -= octets;
    c->length -= octets;
}

/* What lies behind `octets` is padding or a trailer. */
static inline void tt_cursor_limit(struct tt_cursor *c, uint32_t octets)
{
    if (octets < c->length)
        c->length = octets;
    if (c->captured > c->length)
        c->captured = c->length;
}

void tt_layer_add(struct tt_layer_list *list, enum tt_layer_kind kind, const uint8_t *at, uint32_t octets, uint32_t next);

static inline void tt_layer_note(const struct tt_cursor *c, enum tt_layer_kind kind, uint32_t octets, uint32_t next)
{
    if (c->list)
        tt_layer_add(c->list, kind, c->at, octets, next);
}

/* In two halves: gcc clears each with a few vector stores, but the whole with `rep stos`, which costs as much as all the rest. */
static inline void tt_segment_clear(struct tt_segment *seg)
{
    const size_t half = sizeof *seg / 2;

    memset(seg, 0, half);
    memset((uint8_t *)seg + half, 0, sizeof *seg - half);
}

/* shortcut.c: tt_decode() of the commonest layout; false, with nothing written, for all others. */
bool tt_decode_shortcut(const struct tt_frame *frame, struct tt_segment *seg);
/* decode.c: tt_decode() of everything, header by header. */
void tt_decode_whole(const struct tt_frame *frame, struct tt_segment *ret);

/* decode.c: from the cursor through all tunnels to the last header that we follow. */
void tt_decode_from(struct tt_cursor *c, enum tt_next next, struct tt_segment *seg);

/* link.c: from a frame's first octet, an EtherType or a PPP header to the IP header. */
enum tt_next tt_link_enter(struct tt_cursor *c, uint32_t link, struct tt_segment *seg);
enum tt_next tt_ethertype_enter(struct tt_cursor *c, uint16_t type, struct tt_segment *seg);
enum tt_next tt_ethernet_enter(struct tt_cursor *c, struct tt_segment *seg);
enum tt_next tt_llc_enter(struct tt_cursor *c, struct tt_segment *seg);

/* ppp.c */
enum tt_next tt_ppp_enter(struct tt_cursor *c, struct tt_segment *seg);
enum tt_next tt_ppp_serial_enter(struct tt_cursor *c, struct tt_segment *seg);
enum tt_next tt_pppoe_enter(struct tt_cursor *c, struct tt_segment *seg);

/* ip.c: one IP header with its extension headers, and TCP or ICMP behind it; otherwise the tunnel that comes next. */
enum tt_next tt_ip_enter(struct tt_cursor *c, enum tt_next next, struct tt_segment *seg);
/* wifi.c: IEEE 802.11. */
enum tt_next tt_wifi_enter(struct tt_cursor *c, struct tt_segment *seg);
/* gre.c: RFC 2784, 2890, 2637. */
enum tt_next tt_gre_enter(struct tt_cursor *c, struct tt_segment *seg);

/* udp.c: from a UDP header to what a tunnel carries. */
enum tt_next tt_udp_enter(struct tt_cursor *c, struct tt_segment *seg);

/* extension.c */

/* What the extension headers of a packet say. */
struct tt_extensions {
    uint8_t protocol;         /* behind them all */
    uint32_t octets;          /* all of them */
    uint32_t jumbo;           /* RFC 2675's payload length; 0: none */
    uint16_t fragment_offset; /* octets */
    bool fragment;            /* there is a fragment header */
};

/*
 * Goes over extension headers from the cursor, which stands behind the fixed header (and stays there).  False when one is cut
 * short or impossible; what came before is in *ret.
 */
bool tt_extensions_walk(const struct tt_cursor *c, uint8_t protocol, struct tt_segment *seg, struct tt_extensions *ret);
/* The packet's final destination: RFC 8200 section 8.1.  A view of 16 octets. */
const uint8_t *tt_final_destination(const struct tt_segment *seg);

/* tcp.c: a TCP header and what follows it up to the packet's end.  In registers: all traffic passes here. */
void tt_tcp_enter(const uint8_t *p, uint32_t captured, uint32_t length, struct tt_segment *seg);
/* icmp.c */
void tt_icmp_enter(const struct tt_cursor *c, struct tt_segment *seg);

#endif
