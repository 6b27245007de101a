/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_gre.c - GRE (RFC 2784, RFC 2890), and PPTP's kind of it (RFC 2637). */
#include "tell/lines.h"

enum gre_flag {
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_SOURCE_ROUTING = 0x0800,
    GRE_ACK = 0x0080
};
#define GRE_VERSION 0x0007U

#define TYPE_IP4 0x0800
#define TYPE_IP6 0x86dd
#define TYPE_MPLS 0x8847
#define TYPE_ETHERNET 0x6558
#define TYPE_PPP 0x880b

/* The header under way. */
struct gre {
    size_t at;
    uint32_t left, flags, protocol;
};

static void say_flags(struct line *line, uint32_t flags)
{
    static const struct line_name names[] = {
        {GRE_CHECKSUM, "checksum present"},
        {GRE_ROUTING, "routing present"},
        {GRE_KEY, "key present"},
        {GRE_SEQUENCE, "sequence# present"},
        {GRE_SOURCE_ROUTING, "source routing present"},
        {GRE_ACK, "ack present"},
    };
    const char *between = "";

    tt_text_put(line->text, ", Flags [", 9);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (flags & names[i].value) {
            line_say(line, "%s%s", between, names[i].name);
            between = ", ";
        }
    line_say(line, "%s]", *between ? "" : "none");
}

/* Goes over a field; false when it is not all there. */
static bool field(const struct line *line, struct gre *gre, uint32_t octets, size_t *ret_at)
{
    if (!line_has(line, gre->at, octets) || gre->left < octets)
        return false;
    *ret_at = gre->at;
    gre->at += octets;
    gre->left -= octets;
    return true;
}

static bool say_checksum(struct line *line, struct gre *gre)
{
    size_t at;

    if (!field(line, gre, 2, &at))
        return false;
    if (line->options->verbose)
        line_say(line, ", sum 0x%x", line_be16(line, at));
    if (!field(line, gre, 2, &at))
        return false;
    line_say(line, ", off 0x%x", line_be16(line, at));
    return true;
}

static bool say_sequence(struct line *line, struct gre *gre)
{
    size_t at;

    if (!(gre->flags & GRE_SEQUENCE))
        return true;
    if (!field(line, gre, 4, &at))
        return false;
    line_say(line, ", seq %u", line_be32(line, at));
    return true;
}

static void say_rest(struct line *line, const struct gre *gre, uint32_t length)
{
    if (line->options->link) {
        const char *name = line_ethertype_name(gre->protocol);
        line_say(line, ", proto %s (0x%04x)", name ? name : "unknown", gre->protocol);
    }
    line_say(line, ", length %u%s", length, line->options->verbose ? "\n\t" : ": ");
}

static bool say_plain(struct line *line, struct gre *gre, uint32_t length)
{
    size_t at;

    if (gre->flags & (GRE_CHECKSUM | GRE_ROUTING) && !say_checksum(line, gre))
        return false;
    if (gre->flags & GRE_KEY) {
        if (!field(line, gre, 4, &at))
            return false;
        line_say(line, ", key=0x%x", line_be32(line, at));
    }
    if (!say_sequence(line, gre))
        return false;
    if (gre->flags & GRE_ROUTING) /* never used: RFC 2784 section 2.2 */
        return true;
    say_rest(line, gre, length);
    switch (gre->protocol) {
    case TYPE_IP4:
        return line_ip4(line, gre->at, gre->left);
    case TYPE_IP6:
        return line_ip6(line, gre->at, gre->left);
    case TYPE_MPLS:
        return line_mpls(line, gre->at, gre->left);
    case TYPE_ETHERNET:
        return line_ethernet(line, gre->at, gre->left);
    default:
        return true;
    }
}

static bool say_pptp(struct line *line, struct gre *gre, uint32_t length)
{
    size_t at;

    if (gre->flags & GRE_KEY) {
        if (!field(line, gre, 4, &at))
            return false;
        line_say(line, ", call %u", line_be32(line, at) & 0xffff);
    }
    if (!say_sequence(line, gre))
        return false;
    if (gre->flags & GRE_ACK) {
        if (!field(line, gre, 4, &at))
            return false;
        line_say(line, ", ack %u", line_be32(line, at));
    }
    if (!(gre->flags & GRE_SEQUENCE)) /* an acknowledgement alone: RFC 2637 section 4.1 */
        return true;
    say_rest(line, gre, length);
    return gre->protocol != TYPE_PPP || line_ppp(line, gre->at, gre->left);
}

bool line_gre(struct line *line, size_t at, uint32_t length)
{
    struct gre gre = {.at = at, .left = length};

    line->layer = "gre";
    if (!field(line, &gre, 2, &at))
        return false;
    gre.flags = line_be16(line, at);
    uint32_t version = gre.flags & GRE_VERSION;
    line_say(line, "GREv%u", version);
    if (version > 1)
        return true;
    if (line->options->verbose)
        say_flags(line, gre.flags);
    if (!field(line, &gre, 2, &at))
        return false;
    gre.protocol = line_be16(line, at);
    return version == 0 ? say_plain(line, &gre, length) : say_pptp(line, &gre, length);
}
