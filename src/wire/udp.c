/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * udp.c - UDP as far as it carries tunnels: VXLAN (RFC 7348), Geneve (RFC 8926), GRE (RFC 8086), GTP-U (3GPP TS 29.281), Teredo
 * (RFC 4380), AYIYA (draft-massar-v6ops-ayiya).
 *
 * A port is no proof.  What stands behind it must look like that tunnel's header, with a packet of its own inside; otherwise it is
 * somebody's datagram and nothing is said of it.
 */
#include "wire/decode.h"

#define UDP_OCTETS 8

enum { PORT_GTP_U = 2152, PORT_TEREDO = 3544, PORT_GRE = 4754, PORT_VXLAN = 4789, PORT_AYIYA = 5072, PORT_GENEVE = 6081 };

enum { TYPE_TRANSPARENT_ETHERNET = 0x6558, ETHERNET_OCTETS = 14 };

/* What stands behind a tunnel's header. */
enum inside {
    INSIDE_NOTHING, /* it was none */
    INSIDE_ETHERNET,
    INSIDE_ETHERTYPE,
    INSIDE_IP,
    INSIDE_GRE
};

/* Goes over a header; false when it is not all there. */
static bool skip(struct tt_cursor *c, uint32_t octets)
{
    if (c->captured < octets)
        return false;
    tt_cursor_skip(c, octets);
    return true;
}

/* An IP header stands there, by its version and lengths; its packet may go on in the datagram's next fragment. */
static bool is_ip(const struct tt_cursor *c, bool goes_on)
{
    if (c->captured >= TT_IPV4_OCTETS && c->at[0] >> 4 == 4)
        return (c->at[0] & 15) >= 5 && tt_be16(c->at + 2) >= TT_IPV4_OCTETS && (goes_on || tt_be16(c->at + 2) <= c->length);
    return c->captured >= TT_IPV6_OCTETS && c->at[0] >> 4 == 6 && (goes_on || TT_IPV6_OCTETS + tt_be16(c->at + 4) <= c->length);
}

/* ---- what each looks like ---------------------------------------------------------------------------------------------- */

/* RFC 7348 section 5: the flag that says that there is a network identifier, and nothing else. */
static enum inside vxlan_enter(struct tt_cursor *c)
{
    if (c->captured < 8 + ETHERNET_OCTETS || tt_be32(c->at) != 0x08000000 || c->at[7] != 0)
        return INSIDE_NOTHING;
    tt_cursor_skip(c, 8);
    return INSIDE_ETHERNET;
}

/* RFC 8926 section 3.4: version 0. */
static enum inside geneve_enter(struct tt_cursor *c, uint16_t *ret_type)
{
    if (c->captured < 8 || c->at[0] >> 6 != 0 || c->at[7] != 0)
        return INSIDE_NOTHING;

    *ret_type = tt_be16(c->at + 2);
    if (!skip(c, 8 + (c->at[0] & 0x3fu) * 4))
        return INSIDE_NOTHING;
    return *ret_type == TYPE_TRANSPARENT_ETHERNET ? INSIDE_ETHERNET : INSIDE_ETHERTYPE;
}

/* TS 29.281 section 5.2: each extension header says its length in words, and in its last octet whether another one follows. */
static bool skip_gtp_extensions(struct tt_cursor *c, uint8_t next)
{
    while (next) {
        if (c->captured < 4 || c->at[0] == 0 || c->captured < c->at[0] * 4u)
            return false;
        uint32_t octets = c->at[0] * 4u;
        next = c->at[octets - 1];
        tt_cursor_skip(c, octets);
    }
    return true;
}

/* TS 29.281 section 5.1: version 1, a user's packet; with sequence or extension all of the optional fields are there. */
static enum inside gtp_enter(struct tt_cursor *c, bool goes_on)
{
    if (c->captured < 12 || c->at[0] >> 4 != 3 || c->at[1] != 255)
        return INSIDE_NOTHING;

    uint8_t flags = c->at[0] & 7, next = flags & 4 ? c->at[11] : 0;
    tt_cursor_skip(c, flags ? 12 : 8);
    return skip_gtp_extensions(c, next) && is_ip(c, goes_on) ? INSIDE_IP : INSIDE_NOTHING;
}

/* RFC 4380 section 5.1.1: authentication and origin indications may stand before the IPv6 packet. */
static enum inside teredo_enter(struct tt_cursor *c, bool goes_on)
{
    if (c->captured >= 4 && tt_be16(c->at) == 1 && !skip(c, 13u + c->at[2] + c->at[3]))
        return INSIDE_NOTHING;
    if (c->captured >= 2 && tt_be16(c->at) == 0 && !skip(c, 8))
        return INSIDE_NOTHING;
    return is_ip(c, goes_on) && c->at[0] >> 4 == 6 ? INSIDE_IP : INSIDE_NOTHING;
}

/* Section 4 of the draft: lengths of identity and signature, an operation ("forward"), the protocol that follows. */
static enum inside ayiya_enter(struct tt_cursor *c, bool goes_on)
{
    if (c->captured < 8 || (c->at[2] & 15) != 1)
        return INSIDE_NOTHING;

    uint8_t protocol = c->at[3];
    uint32_t identity = UINT32_C(1) << (c->at[0] >> 4), signature = (c->at[1] >> 4) * 4u;
    if (!skip(c, 8 + identity + signature) || !is_ip(c, goes_on))
        return INSIDE_NOTHING;
    return protocol == TT_PROTO_IPV4 || protocol == TT_PROTO_IPV6 ? INSIDE_IP : INSIDE_NOTHING;
}

/*
 * RFC 4380 section 5.2: peers and relays send to each other's own ports.  An IPv6 packet that fills the datagram, with a Teredo
 * address, is nothing else.
 */
static bool is_teredo(const struct tt_cursor *c)
{
    static const uint8_t prefix[4] = {0x20, 0x01, 0, 0};

    if (c->captured < TT_IPV6_OCTETS || c->at[0] >> 4 != 6 || TT_IPV6_OCTETS + tt_be16(c->at + 4) != c->length)
        return false;
    return memcmp(c->at + 8, prefix, sizeof prefix) == 0 || memcmp(c->at + 24, prefix, sizeof prefix) == 0;
}

static enum inside tunnel_enter(struct tt_cursor *c, uint16_t from, uint16_t to, bool goes_on, uint16_t *ret_type)
{
    switch (to) {
    case PORT_VXLAN:
        return vxlan_enter(c);
    case PORT_GENEVE:
        return geneve_enter(c, ret_type);
    case PORT_GRE:
        return INSIDE_GRE;
    case PORT_GTP_U:
        return gtp_enter(c, goes_on);
    case PORT_TEREDO:
        return teredo_enter(c, goes_on);
    case PORT_AYIYA:
        return ayiya_enter(c, goes_on);
    default:
        break;
    }
    if (from == PORT_TEREDO)
        return teredo_enter(c, goes_on);
    if (from == PORT_GTP_U)
        return gtp_enter(c, goes_on);
    if (from == PORT_AYIYA)
        return ayiya_enter(c, goes_on);
    return is_teredo(c) ? INSIDE_IP : INSIDE_NOTHING;
}

static enum tt_next enter_inside(struct tt_cursor *c, enum inside inside, uint16_t type, struct tt_segment *seg)
{
    switch (inside) {
    case INSIDE_ETHERNET:
        return tt_ethernet_enter(c, seg);
    case INSIDE_ETHERTYPE:
        return tt_ethertype_enter(c, type, seg);
    case INSIDE_IP:
        return TT_NEXT_IP;
    case INSIDE_GRE:
        return TT_NEXT_GRE;
    case INSIDE_NOTHING:
        break;
    }
    return TT_NEXT_NOTHING;
}

enum tt_next tt_udp_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    struct tt_cursor before = *c;
    uint16_t type = 0;

    if (c->captured < UDP_OCTETS || c->quoted)
        return TT_NEXT_NOTHING;

    uint16_t from = tt_be16(c->at), to = tt_be16(c->at + 2), length = tt_be16(c->at + 4);
    if (length < UDP_OCTETS)
        return TT_NEXT_NOTHING;
    tt_cursor_limit(c, length);
    tt_cursor_skip(c, UDP_OCTETS);
    enum inside inside = tunnel_enter(c, from, to, seg->more_fragments, &type);
    if (inside == INSIDE_NOTHING)
        return TT_NEXT_NOTHING;
    tt_layer_note(&before, TT_LAYER_UDP_TUNNEL, (uint32_t)(c->at - before.at), to);
    seg->wrapped = true;
    return enter_inside(c, inside, type, seg);
}
