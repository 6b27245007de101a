/* SPDX-License-Identifier: BSD-2-Clause */
/* ppp.c - PPP (RFC 1661), over a serial line (RFC 1662) and over Ethernet (RFC 2516). */
#include "wire/decode.h"

#define PPPOE_OCTETS 6
#define SERIAL_OCTETS 4

enum {
    PPP_IPV4 = 0x0021,
    PPP_VJ_UNCOMPRESSED = 0x002f, /* RFC 1144 section 3.2.2: an IP header all but whole */
    PPP_IPV6 = 0x0057,
    PPP_MPLS = 0x0281,
    PPP_MPLS_UPSTREAM = 0x0283,
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    TYPE_MPLS = 0x8847
};

static enum tt_next protocol_enter(struct tt_cursor *c, uint16_t protocol, struct tt_segment *seg)
{
    switch (protocol) {
    case PPP_IPV4:
    case PPP_VJ_UNCOMPRESSED:
    case TYPE_IPV4: /* some write EtherTypes here */
        return TT_NEXT_IPV4;
    case PPP_IPV6:
    case TYPE_IPV6:
        return TT_NEXT_IPV6;
    case PPP_MPLS:
    case PPP_MPLS_UPSTREAM:
        return tt_ethertype_enter(c, TYPE_MPLS, seg);
    default:
        seg->faults |= TT_FAULT_LINK_UNKNOWN;
        return TT_NEXT_NOTHING;
    }
}

static enum tt_next cut_short(struct tt_segment *seg)
{
    seg->faults |= TT_FAULT_LINK_SHORT;
    return TT_NEXT_NOTHING;
}

/* Address and control stand in front unless they were compressed away; Linux's pppd writes a direction in the address's place. */
static uint32_t address_octets(const uint8_t *at)
{
    return (at[0] == 0xff || at[0] <= 1) && at[1] == 0x03 ? 2 : 0;
}

enum tt_next tt_ppp_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < 2)
        return cut_short(seg);

    uint32_t octets = address_octets(c->at);
    if (c->captured < octets + 2)
        return cut_short(seg);

    /* RFC 1661 section 6.5: an odd first octet is a whole, compressed protocol number. */
    const uint8_t *p = c->at + octets;
    uint16_t protocol = p[0] & 1 ? p[0] : tt_be16(p);
    octets += p[0] & 1 ? 1 : 2;
    tt_layer_note(c, TT_LAYER_PPP, octets, protocol);
    tt_cursor_skip(c, octets);
    return protocol_enter(c, protocol, seg);
}

/* RFC 1662 section 3.1, or Cisco's framing (RFC 1547 section 4.3.1) with an EtherType. */
enum tt_next tt_ppp_serial_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < SERIAL_OCTETS)
        return cut_short(seg);

    uint8_t address = c->at[0];
    uint16_t protocol = tt_be16(c->at + 2);
    tt_layer_note(c, TT_LAYER_PPP, SERIAL_OCTETS, protocol);
    tt_cursor_skip(c, SERIAL_OCTETS);
    if (address == 0xff)
        return protocol_enter(c, protocol, seg);
    if (address == 0x0f || address == 0x8f)
        return tt_ethertype_enter(c, protocol, seg);
    seg->faults |= TT_FAULT_LINK_UNKNOWN;
    return TT_NEXT_NOTHING;
}

enum tt_next tt_pppoe_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < PPPOE_OCTETS)
        return cut_short(seg);

    uint8_t code = c->at[1];
    uint16_t length = tt_be16(c->at + 4);
    tt_layer_note(c, TT_LAYER_PPPOE, PPPOE_OCTETS, code);
    tt_cursor_skip(c, PPPOE_OCTETS);
    tt_cursor_limit(c, length);
    if (code == 0) /* session data; the others are discovery */
        return tt_ppp_enter(c, seg);
    seg->faults |= TT_FAULT_LINK_UNKNOWN;
    return TT_NEXT_NOTHING;
}
