/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - link layers: from a frame's first octet to the IP header. */
#include "wire/decode.h"

#define ETHERNET_OCTETS 14
#define VLAN_OCTETS 4
#define MPLS_OCTETS 4
#define SLL_OCTETS 16
#define SLL2_OCTETS 20
#define NULL_OCTETS 4
#define LLC_OCTETS 3
#define SNAP_OCTETS 8 /* LLC's three and five of its own */
#define PBB_OCTETS 4
#define FABRICPATH_OCTETS 2
#define VN_TAG_OCTETS 6

/* EtherType or length: IEEE 802.3 section 3.2.6. */
#define ETHERNET_LENGTH_MAX 1500

enum {
    TYPE_LINUX_LLC = 0x0004, /* SLL's word for an LLC header */
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    TYPE_8021Q = 0x8100,
    TYPE_8021AD = 0x88a8,
    TYPE_QINQ_9100 = 0x9100,
    TYPE_QINQ_9200 = 0x9200,
    TYPE_MPLS = 0x8847,
    TYPE_MPLS_UPSTREAM = 0x8848, /* RFC 5332 */
    TYPE_PPPOE_SESSION = 0x8864,
    TYPE_PPPOE_SESSION_OLD = 0x3c13,
    TYPE_PPP = 0x880b,
    TYPE_JUMBO_LLC = 0x8870, /* a type where a length has no room */
    TYPE_PBB = 0x88e7,       /* IEEE 802.1ah */
    TYPE_FABRICPATH = 0x8903,
    TYPE_VN_TAG = 0x8926
};

/* Address families of BSD loopback captures: AF_INET6 differs from system to system. */
enum {
    FAMILY_INET = 2,
    FAMILY_INET6_LINUX = 10,
    FAMILY_INET6_BSD = 24, /* also NetBSD, OpenBSD */
    FAMILY_INET6_FREEBSD = 28,
    FAMILY_INET6_DARWIN = 30
};

static enum tt_next cut_short(struct tt_segment *seg)
{
    seg->faults |= TT_FAULT_LINK_SHORT;
    return TT_NEXT_NOTHING;
}

static enum tt_next not_known(struct tt_segment *seg)
{
    seg->faults |= TT_FAULT_LINK_UNKNOWN;
    return TT_NEXT_NOTHING;
}

/* ---- behind an EtherType ---------------------------------------------------------------------------------------------- */

static bool is_vlan(uint16_t type)
{
    return type == TYPE_8021Q || type == TYPE_8021AD || type == TYPE_QINQ_9100 || type == TYPE_QINQ_9200;
}

/* Takes all tags; false when one is cut short. */
static bool skip_vlans(struct tt_cursor *c, uint16_t *type, struct tt_segment *seg)
{
    do {
        if (c->captured < VLAN_OCTETS)
            return false;
        if (seg->vlans < TT_VLANS_MAX)
            seg->vlan[seg->vlans] = tt_be16(c->at);
        if (seg->vlans < UINT8_MAX)
            seg->vlans++;
        *type = tt_be16(c->at + 2);
        tt_layer_note(c, TT_LAYER_VLAN, VLAN_OCTETS, *type);
        tt_cursor_skip(c, VLAN_OCTETS);
    } while (is_vlan(*type));
    return true;
}

/*
 * RFC 3032.  The label stack does not name what it carries: the explicit and implicit null labels do, otherwise the payload's first
 * octet must look like that of an IP header.
 */
static enum tt_next mpls_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    uint32_t entry;

    do {
        if (c->captured < MPLS_OCTETS)
            return cut_short(seg);
        entry = tt_be32(c->at);
        tt_layer_note(c, TT_LAYER_MPLS, MPLS_OCTETS, 0);
        tt_cursor_skip(c, MPLS_OCTETS);
    } while (!(entry & 0x100));

    uint32_t label = entry >> 12;
    if (label == 0 || label == 3)
        return TT_NEXT_IPV4;
    if (label == 2)
        return TT_NEXT_IPV6;
    if (c->captured && c->at[0] >= 0x45 && c->at[0] <= 0x4f)
        return TT_NEXT_IPV4;
    if (c->captured && c->at[0] >> 4 == 6)
        return TT_NEXT_IPV6;
    return not_known(seg);
}

/* IEEE 802.2, with SNAP (RFC 1042) or IP's own access point (RFC 948). */
enum tt_next tt_llc_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < LLC_OCTETS)
        return cut_short(seg);

    uint8_t to = c->at[0] & 0xfe, from = c->at[1] & 0xfe, control = c->at[2];
    if (to == 0x06 && from == 0x06 && control == 0x03) {
        tt_layer_note(c, TT_LAYER_LLC_SNAP, LLC_OCTETS, to);
        tt_cursor_skip(c, LLC_OCTETS);
        return TT_NEXT_IPV4;
    }
    if (to != 0xaa || from != 0xaa || control != 0x03)
        return not_known(seg);
    if (c->captured < SNAP_OCTETS)
        return cut_short(seg);

    uint32_t organization = (uint32_t)tt_be16(c->at + 3) << 8 | c->at[5];
    uint16_t type = tt_be16(c->at + 6);
    if (organization != 0 && organization != 0x0000f8) /* EtherTypes as they are, and as Cisco's bridges wrap them */
        return not_known(seg);
    tt_layer_note(c, TT_LAYER_LLC_SNAP, SNAP_OCTETS, type);
    tt_cursor_skip(c, SNAP_OCTETS);
    return type <= ETHERNET_LENGTH_MAX ? not_known(seg) : tt_ethertype_enter(c, type, seg);
}

/* One in a frame: no network has more, and none shall cost us more. */
static bool skip_bridge(struct tt_cursor *c, uint32_t octets, uint32_t next, struct tt_segment *seg)
{
    if (c->captured < octets || seg->wrapped)
        return false;
    tt_layer_note(c, TT_LAYER_BRIDGE, octets, next);
    tt_cursor_skip(c, octets);
    seg->wrapped = true;
    return true;
}

/* A bridge's header with a whole Ethernet frame behind it. */
static enum tt_next bridged_enter(struct tt_cursor *c, uint32_t octets, struct tt_segment *seg)
{
    return skip_bridge(c, octets, 0, seg) ? tt_ethernet_enter(c, seg) : cut_short(seg);
}

static enum tt_next vn_tag_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    uint16_t type = c->captured < VN_TAG_OCTETS ? 0 : tt_be16(c->at + 4);

    return skip_bridge(c, VN_TAG_OCTETS, type, seg) ? tt_ethertype_enter(c, type, seg) : cut_short(seg);
}

enum tt_next tt_ethertype_enter(struct tt_cursor *c, uint16_t type, struct tt_segment *seg)
{
    if (is_vlan(type) && !skip_vlans(c, &type, seg))
        return cut_short(seg);
    if (type <= ETHERNET_LENGTH_MAX) {
        tt_cursor_limit(c, type);
        return tt_llc_enter(c, seg);
    }
    switch (type) {
    case TYPE_IPV4:
        return TT_NEXT_IPV4;
    case TYPE_IPV6:
        return TT_NEXT_IPV6;
    case TYPE_MPLS:
    case TYPE_MPLS_UPSTREAM:
        return mpls_enter(c, seg);
    case TYPE_PPPOE_SESSION:
    case TYPE_PPPOE_SESSION_OLD:
        return tt_pppoe_enter(c, seg);
    case TYPE_PPP:
        return tt_ppp_enter(c, seg);
    case TYPE_JUMBO_LLC:
        return tt_llc_enter(c, seg);
    case TYPE_PBB:
        return bridged_enter(c, PBB_OCTETS, seg);
    case TYPE_FABRICPATH:
        return bridged_enter(c, FABRICPATH_OCTETS, seg);
    case TYPE_VN_TAG:
        return vn_tag_enter(c, seg);
    default:
        return not_known(seg);
    }
}

/* ---- a frame's first header ------------------------------------------------------------------------------------------- */

enum tt_next tt_ethernet_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < ETHERNET_OCTETS)
        return cut_short(seg);

    uint16_t type = tt_be16(c->at + 12);
    uint64_t source = tt_le64(c->at + 6) & 0xffffffffffff; /* in one store, as ip.c's addresses */
    memcpy(seg->link_source, &source, sizeof source);
    seg->link_source_octets = 6;
    tt_layer_note(c, TT_LAYER_ETHERNET, ETHERNET_OCTETS, type);
    tt_cursor_skip(c, ETHERNET_OCTETS);
    if (type == TYPE_IPV4)
        return TT_NEXT_IPV4;
    return tt_ethertype_enter(c, type, seg);
}

static enum tt_next cooked_enter(struct tt_cursor *c, uint16_t protocol, struct tt_segment *seg)
{
    if (protocol > ETHERNET_LENGTH_MAX)
        return tt_ethertype_enter(c, protocol, seg);
    return protocol == TYPE_LINUX_LLC ? tt_llc_enter(c, seg) : not_known(seg);
}

static void copy_link_source(struct tt_segment *seg, const uint8_t *address, unsigned octets)
{
    seg->link_source_octets = (uint8_t)(octets < 8 ? octets : 8);
    memcpy(seg->link_source, address, seg->link_source_octets);
}

/* The packet types of Linux (if_packet.h): to us, to all, to several, to somebody else, and what this host sent. */
#define PACKET_OUTGOING 4

static uint8_t direction_of(unsigned packet_type)
{
    if (packet_type > PACKET_OUTGOING)
        return TT_DIRECTION_UNKNOWN;
    return packet_type == PACKET_OUTGOING ? TT_DIRECTION_OUT : TT_DIRECTION_IN;
}

static enum tt_next sll_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < SLL_OCTETS)
        return cut_short(seg);

    uint16_t protocol = tt_be16(c->at + 14);
    seg->direction = direction_of(tt_be16(c->at));
    copy_link_source(seg, c->at + 6, tt_be16(c->at + 4));
    tt_layer_note(c, TT_LAYER_SLL, SLL_OCTETS, protocol);
    tt_cursor_skip(c, SLL_OCTETS);
    return cooked_enter(c, protocol, seg);
}

static enum tt_next sll2_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < SLL2_OCTETS)
        return cut_short(seg);

    uint16_t protocol = tt_be16(c->at);
    seg->direction = direction_of(c->at[10]);
    copy_link_source(seg, c->at + 12, c->at[11]);
    tt_layer_note(c, TT_LAYER_SLL2, SLL2_OCTETS, protocol);
    tt_cursor_skip(c, SLL2_OCTETS);
    return cooked_enter(c, protocol, seg);
}

/* The family is in the order of the host that captured, and always small: with high bits set it is the other order. */
static enum tt_next null_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < NULL_OCTETS)
        return cut_short(seg);

    uint32_t family = tt_le32(c->at);
    if (family >> 16)
        family = tt_be32(c->at);
    tt_layer_note(c, TT_LAYER_NULL, NULL_OCTETS, family);
    tt_cursor_skip(c, NULL_OCTETS);
    switch (family) {
    case FAMILY_INET:
        return TT_NEXT_IPV4;
    case FAMILY_INET6_LINUX:
    case FAMILY_INET6_BSD:
    case FAMILY_INET6_FREEBSD:
    case FAMILY_INET6_DARWIN:
        return TT_NEXT_IPV6;
    default:
        return not_known(seg);
    }
}

enum tt_next tt_link_enter(struct tt_cursor *c, uint32_t link, struct tt_segment *seg)
{
    switch (link) {
    case TT_LINK_ETHERNET:
        return tt_ethernet_enter(c, seg);
    case TT_LINK_LINUX_SLL:
        return sll_enter(c, seg);
    case TT_LINK_LINUX_SLL2:
        return sll2_enter(c, seg);
    case TT_LINK_RAW_BSD:
    case TT_LINK_RAW_OPENBSD:
    case TT_LINK_RAW:
    case TT_LINK_IPV4:
    case TT_LINK_IPV6:
        return TT_NEXT_IP;
    case TT_LINK_NULL:
    case TT_LINK_LOOP:
        return null_enter(c, seg);
    case TT_LINK_PPP:
        return tt_ppp_enter(c, seg);
    case TT_LINK_PPP_HDLC:
        return tt_ppp_serial_enter(c, seg);
    case TT_LINK_PPP_ETHER:
        return tt_pppoe_enter(c, seg);
    default:
        return not_known(seg);
    }
}
