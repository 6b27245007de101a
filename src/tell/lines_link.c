/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_link.c - link layers: Ethernet with its tags, Linux cooked, BSD loopback, raw IP, and who comes next. */
#include "tell/lines.h"

#define ETHERNET_HEADER 14
#define ETHERNET_LENGTH_MAX 1500 /* a larger type field is an EtherType: IEEE 802.3 */
#define TYPE_IP4 0x0800
#define TYPE_IP6 0x86dd
#define TYPE_8021Q 0x8100
#define TYPE_QINQ 0x88a8
#define TYPE_QINQ_9100 0x9100
#define TYPE_QINQ_9200 0x9200
#define TYPE_JUMBO 0x8870 /* Alteon's: LLC with more than 1500 octets */
#define TYPE_MPLS 0x8847
#define TYPE_MPLS_MULTICAST 0x8848
#define TYPE_PPP 0x880b
#define TYPE_PPPOE_DISCOVERY 0x8863
#define TYPE_PPPOE_SESSION 0x8864
#define TYPE_PPPOE_DISCOVERY_3COM 0x3c12
#define TYPE_PPPOE_SESSION_3COM 0x3c13

bool line_ethertype(struct line *line, uint32_t ethertype, size_t at, uint32_t length)
{
    switch (ethertype) {
    case TYPE_IP4:
        return line_ip4(line, at, length);
    case TYPE_IP6:
        return line_ip6(line, at, length);
    case TYPE_PPPOE_DISCOVERY:
    case TYPE_PPPOE_SESSION:
    case TYPE_PPPOE_DISCOVERY_3COM:
    case TYPE_PPPOE_SESSION_3COM:
        return line_pppoe(line, at, length);
    case TYPE_PPP:
        if (length == 0)
            return true;
        tt_text_put(line->text, ": ", 2);
        return line_ppp(line, at, length);
    case TYPE_MPLS:
    case TYPE_MPLS_MULTICAST:
        return line_mpls(line, at, length);
    default:
        return true;
    }
}

/* ---- Ethernet ------------------------------------------------------------------------------------------------------------ */

static void say_ethertype(struct line *line, uint32_t ethertype)
{
    const char *name = line_ethertype_name(ethertype);

    if (!line->options->quiet)
        line_say(line, "ethertype %s (0x%04x)", name ? name : "Unknown", ethertype);
    else if (name)
        line_say(line, "%s", name);
    else
        line_say(line, "Unknown Ethertype (0x%04x)", ethertype);
}

static void say_tag(struct line *line, uint32_t tci)
{
    line_say(line, "vlan %u, p %u%s, ", tci & 0xfff, tci >> 13, tci & 0x1000 ? ", DEI" : "");
}

static bool is_tag(uint32_t ethertype)
{
    return ethertype == TYPE_8021Q || ethertype == TYPE_QINQ || ethertype == TYPE_QINQ_9100 || ethertype == TYPE_QINQ_9200;
}

/* An Ethernet header being told: the length of the frame is said once, behind the first type. */
struct ethernet {
    uint32_t whole_length, length;
    bool length_said;
};

static void say_type_and_length(struct line *line, struct ethernet *ethernet, uint32_t ethertype)
{
    say_ethertype(line, ethertype);
    if (ethernet->length_said)
        tt_text_put(line->text, ", ", 2);
    else
        line_say(line, ", length %u: ", ethernet->whole_length);
    ethernet->length_said = true;
}

/* 802.3: the type field is a length, an LLC header follows. */
static bool ethernet_llc(struct line *line, struct ethernet *ethernet, uint32_t said_length, size_t at)
{
    if (said_length < ethernet->length)
        ethernet->length = said_length;
    if (line_has(line, at, ethernet->length))
        line->end = at + ethernet->length;
    if (line->options->link) {
        tt_text_put(line->text, "802.3", 5);
        if (!ethernet->length_said)
            line_say(line, ", length %u: ", ethernet->length);
    }
    return line_llc(line, at, ethernet->length);
}

bool line_ethernet(struct line *line, size_t at, uint32_t length)
{
    struct ethernet ethernet = {.whole_length = length, .length = length};
    bool link = line->options->link;

    line->layer = "ether";
    if (!line_has(line, at, ETHERNET_HEADER))
        return false;
    if (link) {
        line_hardware_address(line, at + 6);
        tt_text_put(line->text, " > ", 3);
        line_hardware_address(line, at);
        tt_text_put(line->text, ", ", 2);
    }

    uint32_t ethertype = line_be16(line, at + 12);
    for (at += ETHERNET_HEADER, ethernet.length -= ETHERNET_HEADER; is_tag(ethertype); at += 4, ethernet.length -= 4) {
        if (!line_has(line, at, 4)) {
            line->layer = "vlan";
            return false;
        }
        if (link) {
            say_type_and_length(line, &ethernet, ethertype);
            say_tag(line, line_be16(line, at));
        }
        ethertype = line_be16(line, at + 2);
    }
    if (ethertype <= ETHERNET_LENGTH_MAX)
        return ethernet_llc(line, &ethernet, ethertype, at);
    if (ethertype == TYPE_JUMBO)
        return line_llc(line, at, ethernet.length);
    if (link)
        say_type_and_length(line, &ethernet, ethertype);
    return line_ethertype(line, ethertype, at, ethernet.length);
}

/* ---- Linux cooked -------------------------------------------------------------------------------------------------------- */

#define SLL_OCTETS 16
#define SLL2_OCTETS 20
#define SLL_802_2 4 /* a protocol number below the EtherTypes: LLC */
#define ARPHRD_RADIOTAP 803

/* The fields that both versions have. */
struct cooked {
    uint32_t protocol, packet_type, hardware_type, address_octets;
    size_t address;
};

static const char *packet_type_name(uint32_t type)
{
    static const char *const names[] = {"In", "B", "M", "P", "Out"};

    return type < sizeof names / sizeof names[0] ? names[type] : "?";
}

static void say_cooked_link(struct line *line, const struct cooked *cooked, uint32_t length)
{
    if (cooked->address_octets == 6) {
        line_hardware_address(line, cooked->address);
        tt_text_char(line->text, ' ');
    }
    if (line->options->quiet)
        return;
    if (cooked->protocol == SLL_802_2) {
        tt_text_put(line->text, "802.2", 5);
    } else {
        const char *name = cooked->protocol > ETHERNET_LENGTH_MAX ? line_ethertype_name(cooked->protocol) : NULL;
        line_say(line, "ethertype %s (0x%04x)", name ? name : "Unknown", cooked->protocol);
    }
    line_say(line, ", length %u: ", length);
}

/* What the cooked header announces; tags stand in front of it as they do in Ethernet. */
static bool cooked_payload(struct line *line, const struct cooked *cooked, size_t at, uint32_t length)
{
    uint32_t protocol = cooked->protocol;

    if (cooked->hardware_type == ARPHRD_RADIOTAP)
        return true;
    for (; protocol == TYPE_8021Q; at += 4, length -= 4) {
        if (!line_has(line, at, 4)) {
            line->layer = "vlan";
            return false;
        }
        if (line->options->link)
            say_tag(line, line_be16(line, at));
        protocol = line_be16(line, at + 2);
        if (protocol <= ETHERNET_LENGTH_MAX)
            protocol = SLL_802_2;
        if (!line->options->quiet) {
            const char *name = line_ethertype_name(protocol);
            line_say(line, "ethertype %s, ", name ? name : "Unknown");
        }
    }
    if (protocol == SLL_802_2)
        return line_llc(line, at, length);
    return protocol <= ETHERNET_LENGTH_MAX || line_ethertype(line, protocol, at, length);
}

static bool line_sll(struct line *line, size_t at, uint32_t length)
{
    line->layer = "sll";
    if (!line_has(line, at, SLL_OCTETS))
        return false;

    struct cooked cooked = {
        .packet_type = line_be16(line, at),
        .hardware_type = line_be16(line, at + 2),
        .address_octets = line_be16(line, at + 4),
        .address = at + 6,
        .protocol = line_be16(line, at + 14),
    };
    if (line->options->link) {
        line_say(line, "%3s ", packet_type_name(cooked.packet_type));
        say_cooked_link(line, &cooked, length);
    }
    return cooked_payload(line, &cooked, at + SLL_OCTETS, length - SLL_OCTETS);
}

static bool line_sll2(struct line *line, size_t at, uint32_t length)
{
    const struct tt_style *style = &line->lines->style;

    line->layer = "sll2";
    if (!line_has(line, at, SLL2_OCTETS))
        return false;

    uint32_t index = line_be32(line, at + 4);
    struct cooked cooked = {
        .protocol = line_be16(line, at),
        .hardware_type = line_be16(line, at + 8),
        .packet_type = line_u8(line, at + 10),
        .address_octets = line_u8(line, at + 11),
        .address = at + 12,
    };
    const char *name = style->interface ? style->interface(style->names_ctx, index) : NULL;
    line_say(line, "%-5s %-3s ", name ? name : "?", packet_type_name(cooked.packet_type));
    if (line->options->link) {
        line_say(line, "ifindex %u ", index);
        say_cooked_link(line, &cooked, length);
    }
    return cooked_payload(line, &cooked, at + SLL2_OCTETS, length - SLL2_OCTETS);
}

/* ---- BSD loopback, raw IP ------------------------------------------------------------------------------------------------ */

#define AF_IP4 2
#define AF_IP6_BSD 24
#define AF_IP6_FREEBSD 28
#define AF_IP6_DARWIN 30

static bool line_null(struct line *line, size_t at, uint32_t length)
{
    line->layer = "null";
    if (!line_has(line, at, 4))
        return false;

    /* The family is in the byte order of the host that captured, or of the network; families are small numbers. */
    uint32_t family = tt_le32(line->octets + at);
    if (family & 0xffff0000)
        family = line_be32(line, at);

    bool ip6 = family == AF_IP6_BSD || family == AF_IP6_FREEBSD || family == AF_IP6_DARWIN;
    if (family != AF_IP4 && !ip6)
        return true;
    if (line->options->link && line->options->quiet)
        line_say(line, "IPv%u, length %u: ", ip6 ? 6U : 4U, length);
    else if (line->options->link)
        line_say(line, "AF IPv%u (%u), length %u: ", ip6 ? 6U : 4U, family, length);
    return ip6 ? line_ip6(line, at + 4, length - 4) : line_ip4(line, at + 4, length - 4);
}

static bool line_raw(struct line *line, size_t at, uint32_t length)
{
    line->layer = "raw";
    if (line->options->link)
        tt_text_put(line->text, "ip: ", 4);
    return line_ip_any(line, at, length);
}

/* A LINKTYPE_ that the decoder has no name for. */
#define LINK_CISCO_HDLC 104

bool line_link(struct line *line, const struct tt_frame *frame)
{
    switch (frame->link) {
    case TT_LINK_ETHERNET:
        return line_ethernet(line, 0, frame->length);
    case TT_LINK_LINUX_SLL:
        return line_sll(line, 0, frame->length);
    case TT_LINK_LINUX_SLL2:
        return line_sll2(line, 0, frame->length);
    case TT_LINK_NULL:
    case TT_LINK_LOOP:
        return line_null(line, 0, frame->length);
    case TT_LINK_RAW_BSD:
    case TT_LINK_RAW_OPENBSD:
    case TT_LINK_RAW:
    case TT_LINK_IPV4:
    case TT_LINK_IPV6:
        return line_raw(line, 0, frame->length);
    case TT_LINK_PPP:
        return !line_has(line, 0, 4) || line_ppp(line, 0, frame->length);
    case TT_LINK_PPP_HDLC:
        return line_ppp_hdlc(line, 0, frame->length);
    case LINK_CISCO_HDLC:
        return line_chdlc(line, 0, frame->length);
    case TT_LINK_PPP_ETHER:
        return line_pppoe(line, 0, frame->length);
    default:
        return true;
    }
}
