/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_framing.c - what can stand between a link layer and IP: LLC and SNAP, MPLS, PPPoE, PPP, Cisco HDLC. */
#include "tell/lines.h"

/* ---- LLC and SNAP (IEEE 802.2) ------------------------------------------------------------------------------------------- */

#define SAP_IP 0x06
#define SAP_SNAP 0xaa
#define CONTROL_UI 0x03 /* unnumbered information */
#define OUI_ETHERNET 0x000000
#define OUI_CISCO_BRIDGED 0x0000f8
#define OUI_BRIDGED 0x0080c2 /* RFC 2684 */

static const char *sap_name(uint32_t sap)
{
    return sap == SAP_SNAP ? "SNAP" : "IP";
}

static const char *pid_name(uint32_t oui, uint32_t pid)
{
    const char *name = NULL;

    if (oui == OUI_BRIDGED)
        name = pid == 1 ? "Ethernet + FCS" : "Ethernet w/o FCS";
    else
        name = line_ethertype_name(pid);
    return name ? name : "Unknown";
}

static bool line_snap(struct line *line, size_t at, uint32_t length)
{
    line->layer = "snap";
    if (!line_has(line, at, 5) || length < 5)
        return false;

    uint32_t oui = line_be32(line, at) >> 8;
    uint32_t pid = line_be16(line, at + 3);
    bool bridged = oui == OUI_BRIDGED && (pid == 1 || pid == 7);
    if (oui != OUI_ETHERNET && oui != OUI_CISCO_BRIDGED && !bridged)
        return true;
    if (line->options->link)
        line_say(line, "oui %s (0x%06x), %s %s (0x%04x), length %u: ", line_oui_name(oui), oui,
                 oui == OUI_ETHERNET ? "ethertype" : "pid", pid_name(oui, pid), pid, length - 5);
    if (!bridged)
        return line_ethertype(line, pid, at + 5, length - 5);
    /* RFC 2684 section 5.2: two octets of padding in front of the bridged frame. */
    return line_has(line, at + 5, 2) && line_ethernet(line, at + 7, length - 7);
}

bool line_llc(struct line *line, size_t at, uint32_t length)
{
    line->layer = "llc";
    if (!line_has(line, at, 3) || length < 3)
        return true;

    uint32_t dsap = line_u8(line, at), ssap = line_u8(line, at + 1), control = line_u8(line, at + 2);
    uint32_t sap = dsap & 0xfe;
    if (sap != (ssap & 0xfe) || control != CONTROL_UI || (sap != SAP_SNAP && sap != SAP_IP))
        return true;
    if (line->options->link)
        line_say(line, "LLC, dsap %s (0x%02x) %s, ssap %s (0x%02x) %s, ctrl 0x%02x: ", sap_name(sap), sap,
                 dsap & 1 ? "Group" : "Individual", sap_name(sap), sap, ssap & 1 ? "Response" : "Command", control);
    if (sap == SAP_SNAP)
        return line_snap(line, at + 3, length - 3);
    return line_ip4(line, at + 3, length - 3);
}

/* ---- MPLS (RFC 3032) ----------------------------------------------------------------------------------------------------- */

static const char *label_name(uint32_t label)
{
    static const char *const names[] = {"IPv4 explicit NULL", "router alert", "IPv6 explicit NULL", "implicit NULL"};

    return label < sizeof names / sizeof names[0] ? names[label] : "rsvd";
}

static void say_label(struct line *line, uint32_t entry, bool first)
{
    uint32_t label = entry >> 12;

    line_say(line, "%s(label %u", first || !line->options->verbose ? " " : "\n\t", label);
    if (line->options->verbose && label < 16)
        line_say(line, " (%s)", label_name(label));
    line_say(line, ", tc %u%s, ttl %u)", entry >> 9 & 7, entry & 0x100 ? ", [S]" : "", entry & 0xff);
}

/* The IP version behind the bottom of the stack; the label rarely says: guessed from the first octet, as everybody does. */
static unsigned version_behind(const struct line *line, uint32_t label, size_t at)
{
    if (label == 0 || label == 3)
        return 4;
    if (label == 2)
        return 6;

    uint32_t first = line_u8(line, at);
    return first >= 0x45 && first <= 0x4f ? 4 : first >> 4 == 6 ? 6 : 0;
}

bool line_mpls(struct line *line, size_t at, uint32_t length)
{
    uint32_t entry = 0;
    bool explicit_null;

    line->layer = "mpls";
    tt_text_put(line->text, "MPLS", 4);
    for (bool first = true; first || !(entry & 0x100); first = false) {
        if (length < 4)
            return true;
        if (!line_has(line, at, 4))
            return false;
        entry = line_be32(line, at);
        say_label(line, entry, first);
        at += 4;
        length -= 4;
    }
    explicit_null = entry >> 12 == 0 || entry >> 12 == 2 || entry >> 12 == 3;
    if (!explicit_null && (length < 1 || !line_has(line, at, 1)))
        return length < 1;

    unsigned version = version_behind(line, entry >> 12, at);
    if (version == 0)
        return true;
    tt_text_string(line->text, line->options->verbose ? "\n\t" : " ");
    return version == 4 ? line_ip4(line, at, length) : line_ip6(line, at, length);
}

/* ---- PPP and PPPoE (RFC 1661, RFC 1662, RFC 2516) ------------------------------------------------------------------------ */

#define PPP_IP4 0x0021
#define PPP_VJ_UNCOMPRESSED 0x002f
#define PPP_IP6 0x0057
#define PPP_MPLS 0x0281
#define PPP_MPLS_MULTICAST 0x0283
#define PPP_ALL_STATIONS 0xff03 /* address and control field */
#define PPP_PPPD_IN 0x0003
#define PPP_PPPD_OUT 0x0103
#define CHDLC_UNICAST 0x0f
#define CHDLC_BROADCAST 0x8f

static const char *ppp_name(uint32_t protocol)
{
    /* clang-format off */
    static const struct line_name names[] = {
        {PPP_IP4, "IP"}, {PPP_VJ_UNCOMPRESSED, "VJNC IP"}, {PPP_IP6, "IP6"}, {PPP_MPLS, "MPLS"}, {PPP_MPLS_MULTICAST, "MPLS"},
    };
    /* clang-format on */
    return LINE_NAME(names, protocol);
}

static bool ppp_payload(struct line *line, uint32_t protocol, size_t at, uint32_t length)
{
    switch (protocol) {
    case PPP_IP4:
    case PPP_VJ_UNCOMPRESSED:
    case 0x0800: /* tcpdump takes EtherTypes too */
        return line_ip4(line, at, length);
    case PPP_IP6:
    case 0x86dd:
        return line_ip6(line, at, length);
    case PPP_MPLS:
    case PPP_MPLS_MULTICAST:
        return line_mpls(line, at, length);
    default:
        return true;
    }
}

/* Address and control field, when they are there: they may be left out. */
static unsigned ppp_address_octets(struct line *line, uint32_t field)
{
    if (line->options->link && (field == PPP_PPPD_IN || field == PPP_PPPD_OUT))
        tt_text_put(line->text, field == PPP_PPPD_IN ? "In  " : "Out ", 4);
    return field == PPP_ALL_STATIONS || field == PPP_PPPD_IN || field == PPP_PPPD_OUT ? 2 : 0;
}

bool line_ppp(struct line *line, size_t at, uint32_t length)
{
    uint32_t whole_length = length, skip, protocol;

    line->layer = "ppp";
    if (length < 2 || !line_has(line, at, 2))
        return false;
    skip = ppp_address_octets(line, line_be16(line, at));
    at += skip;
    length -= skip;
    if (length < 2 || !line_has(line, at, 1))
        return false;
    if (line_u8(line, at) & 1) { /* RFC 1661 section 6.5: compressed to one octet */
        protocol = line_u8(line, at);
        skip = 1;
    } else {
        if (!line_has(line, at, 2))
            return false;
        protocol = line_be16(line, at);
        skip = 2;
    }
    if (line->options->link) {
        const char *name = ppp_name(protocol);
        line_say(line, "%s (0x%04x), length %u", name ? name : "unknown", protocol, whole_length);
        if (!name)
            return true;
        tt_text_put(line->text, ": ", 2);
    }
    return ppp_payload(line, protocol, at + skip, length - skip);
}

/* Cisco's framing: an EtherType behind the address. */
bool line_chdlc(struct line *line, size_t at, uint32_t length)
{
    line->layer = "chdlc";
    if (length < 4 || !line_has(line, at, 4))
        return false;

    uint32_t protocol = line_be16(line, at + 2);
    if (line->options->link) {
        const char *name = line_ethertype_name(protocol);
        uint32_t address = line_u8(line, at);
        if (address == CHDLC_UNICAST || address == CHDLC_BROADCAST)
            tt_text_string(line->text, address == CHDLC_UNICAST ? "unicast" : "bcast");
        else
            line_say(line, "0x%02x", address);
        line_say(line, ", ethertype %s (0x%04x), length %u: ", name ? name : "Unknown", protocol, length);
    }
    switch (protocol) {
    case 0x0800:
        return line_ip4(line, at + 4, length - 4);
    case 0x86dd:
        return line_ip6(line, at + 4, length - 4);
    case 0x8847:
    case 0x8848:
        return line_mpls(line, at + 4, length - 4);
    default:
        return true;
    }
}

bool line_ppp_hdlc(struct line *line, size_t at, uint32_t length)
{
    line->layer = "ppp_hdlc";
    if (!line_has(line, at, 4))
        return true;
    if (line_u8(line, at) == CHDLC_UNICAST || line_u8(line, at) == CHDLC_BROADCAST)
        return line_chdlc(line, at, length);
    if (line_u8(line, at) != PPP_ALL_STATIONS >> 8)
        return true;
    if (line->options->link)
        line_say(line, "%02x %02x %u ", line_u8(line, at), line_u8(line, at + 1), length);

    uint32_t protocol = line_be16(line, at + 2);
    const char *name = ppp_name(protocol);
    if (name)
        line_say(line, "%s: ", name);
    else
        line_say(line, "unknown PPP protocol (0x%04x): ", protocol);
    return ppp_payload(line, protocol, at + 4, length - 4);
}

bool line_pppoe(struct line *line, size_t at, uint32_t length)
{
    line->layer = "pppoe";
    if (length < 6)
        return true;
    if (!line_has(line, at, 6))
        return false;
    if (line_u8(line, at + 1) != 0) /* discovery has a code, and tags instead of PPP */
        return true;

    uint32_t version = line_u8(line, at) >> 4, type = line_u8(line, at) & 15;
    uint32_t session = line_be16(line, at + 2), ppp_length = line_be16(line, at + 4);
    if (version != 1)
        line_say(line, " [ver %u]", version);
    if (type != 1)
        line_say(line, " [type %u]", type);
    tt_text_put(line->text, "PPPoE ", 6);
    if (ppp_length > length - 6) {
        line_say(line, " [len %u > %u!]", ppp_length, length - 6);
        ppp_length = length - 6;
    }
    if (session)
        line_say(line, " [ses 0x%x]", session);
    tt_text_char(line->text, ' ');
    return line_ppp(line, at + 6, ppp_length);
}
