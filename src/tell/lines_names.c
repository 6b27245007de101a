/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines_names.c - addresses, and the names that tcpdump has for numbers.  Only those that can stand in front of TCP.
 */
#include "tell/lines.h"

const char *line_name_in(const struct line_name *names, size_t count, uint32_t value)
{
    for (size_t i = 0; i < count; i++)
        if (names[i].value == value)
            return names[i].name;
    return NULL;
}

static const char hex_digits[] = "0123456789abcdef";

static char *put_ip4(const struct line *line, char *at, const uint8_t *octets)
{
    for (unsigned i = 0; i < 4; i++) {
        const char *text = line->lines->octet_text[octets[i]];

        memcpy(at, text, 4);
        at += text[3];
        *at++ = '.';
    }
    return at - 1;
}

/* Where the longest run of zero groups begins, the first of equals and at least two: RFC 5952 section 4.2.3. */
static unsigned longest_zeros(const uint8_t *octets, unsigned *ret_count)
{
    unsigned best = 8, best_count = 1;

    for (unsigned i = 0, n; i < 8; i += n ? n : 1) {
        for (n = 0; i + n < 8 && tt_be16(octets + 2 * (i + n)) == 0; n++)
            ;
        if (n > best_count) {
            best = i;
            best_count = n;
        }
    }
    *ret_count = best_count;
    return best;
}

static char *put_group(char *at, uint32_t group)
{
    for (unsigned shift = group > 0xfff ? 12 : group > 0xff ? 8 : group > 0xf ? 4 : 0;; shift -= 4) {
        *at++ = hex_digits[group >> shift & 15];
        if (shift == 0)
            return at;
    }
}

/* Does IPv4 notation follow a run of zeros from the start?  ::192.0.2.1 and ::ffff:192.0.2.1. */
static bool ends_in_ip4(const uint8_t *octets, unsigned zeros, unsigned count)
{
    return zeros == 0 && (count == 6 || (count == 5 && tt_be16(octets + 10) == 0xffff));
}

static char *put_ip6(const struct line *line, char *at, const uint8_t *octets)
{
    unsigned count, zeros = longest_zeros(octets, &count);

    for (unsigned i = 0; i < 8; i++) {
        if (i == zeros) {
            *at++ = ':';
            i += count;
            if (i == 8)
                *at++ = ':';
            if (i >= 8)
                return at;
        }
        if (i)
            *at++ = ':';
        if (i == 6 && ends_in_ip4(octets, zeros, count))
            return put_ip4(line, at, octets + 12);
        at = put_group(at, tt_be16(octets + 2 * i));
    }
    return at;
}

char *line_put_name(char *to, const char *name, size_t max)
{
    while (*name && max-- > 0)
        *to++ = *name++;
    return to;
}

char *line_put_host(const struct line *line, char *to, size_t at, unsigned version)
{
    const struct tt_style *style = &line->lines->style;
    const uint8_t *octets = line->octets + at;

    if (style->host) {
        struct tt_endpoint endpoint = {.ip_version = (uint8_t)version};
        memcpy(endpoint.addr.octets, octets, version == 4 ? 4 : 16);
        const char *name = style->host(style->names_ctx, &endpoint);
        if (name)
            return line_put_name(to, name, LINE_ADDRESS);
    }
    return version == 4 ? put_ip4(line, to, octets) : put_ip6(line, to, octets);
}

void line_address(struct line *line, const struct tt_addr *addr, unsigned version)
{
    char *to = line_begin(line, LINE_ADDRESS);

    line_end(line, version == 4 ? put_ip4(line, to, addr->octets) : put_ip6(line, to, addr->octets));
}

void line_ip_address(struct line *line, size_t at, unsigned version)
{
    line_end(line, line_put_host(line, line_begin(line, LINE_ADDRESS), at, version));
}

void line_ip_addresses(struct line *line, size_t src, size_t dst, unsigned version)
{
    line_ip_address(line, src, version);
    tt_text_put(line->text, " > ", 3);
    line_ip_address(line, dst, version);
}

/* clang-format off */
static const struct line_name ouis[] = {
    {0x000000, "Ethernet"},        {0x00000c, "Cisco"},               {0x00005e, "IANA"},
    {0x000081, "Nortel Networks SONMP"}, {0x0000f8, "Cisco bridged"}, {0x0080c2, "Ethernet bridged"},
    {0x00a03e, "ATM Forum"},       {0x00e02f, "DOCSIS Spanning Tree"}, {0x080007, "Appletalk"},
    {0x009069, "Juniper"},         {0x080009, "Hewlett-Packard"},     {0x00120f, "IEEE 802.3 Private"},
    {0x0012bb, "ANSI/TIA"},        {0x001b21, "DCBX"},                {0x002320, "Nicira Networks"},
    {0x5c16c7, "Big Switch Networks"}, {0xb0d2f5, "Vello Systems"},   {0x002481, "HP"},
    {0x0004ea, "HP-Labs"},         {0x748771, "Infoblox Inc"},        {0xa42305, "Open Networking Lab"},
    {0x00049f, "Freescale"},       {0x0015ad, "Netronome"},           {0x001018, "Broadcom"},
    {0x00e004, "PMC-Sierra"},      {0xd0f0db, "Ericsson"},
};

static const struct line_name ethertypes[] = {
    {0x0800, "IPv4"},        {0x8847, "MPLS unicast"}, {0x8848, "MPLS multicast"}, {0x86dd, "IPv6"},
    {0x8100, "802.1Q"},      {0x9100, "802.1Q-9100"},  {0x88a8, "802.1Q-QinQ"},    {0x9200, "802.1Q-9200"},
    {0x88e5, "802.1AE MACsec"}, {0x880b, "PPP"},       {0x8863, "PPPoE D"},        {0x8864, "PPPoE S"},
    {0x8870, "Jumbo"},       {0x894f, "NSH"},          {0x6558, "TEB"},
    {0xd28b, "Arista Vendor Specific Protocol"},
};

static const struct line_name protocols[] = {
    {0, "Options"},   {1, "ICMP"},     {2, "IGMP"},   {4, "IPIP"},     {6, "TCP"},        {8, "EGP"},
    {9, "IGRP"},      {17, "UDP"},     {33, "DCCP"},  {41, "IPv6"},    {43, "Routing"},   {44, "Fragment"},
    {46, "RSVP"},     {47, "GRE"},     {50, "ESP"},   {51, "AH"},      {55, "Mobile IP"}, {58, "ICMPv6"},
    {62, "Mobile IP (old)"}, {88, "EIGRP"}, {89, "OSPF"}, {103, "PIM"}, {108, "Compressed IP"}, {112, "VRRP"},
    {113, "PGM"},     {132, "SCTP"},   {135, "Mobility"}, {143, "Ethernet"},
};
/* clang-format on */

const char *line_oui_name(uint32_t oui)
{
    const char *name = LINE_NAME(ouis, oui);
    return name ? name : "Unknown";
}

const char *line_ethertype_name(uint32_t ethertype)
{
    return LINE_NAME(ethertypes, ethertype);
}

const char *line_protocol_name(uint32_t protocol)
{
    const char *name = LINE_NAME(protocols, protocol);
    return name ? name : "unknown";
}

void line_hardware_address(struct line *line, size_t at)
{
    static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const uint8_t *octets = line->octets + at;
    bool names = !line->options->numeric_ports;

    if (names && memcmp(octets, everybody, sizeof everybody) == 0) {
        tt_text_put(line->text, "Broadcast", 9);
        return;
    }

    char *to = line_begin(line, 18);
    for (unsigned i = 0; i < 6; i++) {
        *to++ = hex_digits[octets[i] >> 4];
        *to++ = hex_digits[octets[i] & 15];
        *to++ = ':';
    }
    line_end(line, to - 1);
    if (names)
        line_say(line, " (oui %s)", line_oui_name(tt_be32(octets) >> 8));
}

void line_hex(struct line *line, size_t at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        line_say(line, "%02x", line_u8(line, at + i));
}

void line_visible(struct line *line, uint32_t octet)
{
    uint32_t c = octet & 0x7f;

    if (octet & 0x80)
        tt_text_put(line->text, "M-", 2);
    if (c < 0x20 || c == 0x7f) {
        tt_text_char(line->text, '^');
        c ^= 0x40;
    }
    tt_text_char(line->text, (char)c);
}
