/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_ip6_extensions.c - IPv6 extension headers (RFC 8200 section 4), and the destination that a checksum counts. */
#include "tell/lines_ip.h"

enum ip6_option {
    OPTION_PAD1 = 0x00,
    OPTION_PADN = 0x01,
    OPTION_ROUTER_ALERT = 0x05,
    OPTION_JUMBO = 0xc2,
    OPTION_HOME_ADDRESS = 0xc9
};

enum routing_type { ROUTING_SOURCE = 0, ROUTING_MOBILE = 2, ROUTING_SEGMENTS = 4 };

/* Options under way. */
struct options {
    size_t at;
    uint32_t length;
    bool jumbo_seen;
    bool *found_jumbo;        /* NULL: not hop-by-hop, where no jumbogram may be announced */
    uint32_t *payload_length; /* likewise */
};

/* ---- options ------------------------------------------------------------------------------------------------------------- */

/* Does the option have the length that its kind has?  Says so when not. */
static bool has_length(struct line *line, size_t at, uint32_t left, uint32_t whole, bool at_least, const char *name)
{
    uint32_t said = line_u8(line, at + 1);

    if (left < whole)
        line_say(line, "(%s: trunc)", name);
    else if (at_least ? said < whole - 2 : said != whole - 2)
        line_say(line, "(%s: invalid len %u)", name, said);
    else
        return true;
    return false;
}

static const char *take_jumbo(struct options *options, uint32_t length)
{
    if (options->jumbo_seen)
        return " - already seen";
    options->jumbo_seen = true;
    if (!options->found_jumbo)
        return " - not a hop-by-hop option";
    if (*options->payload_length != 0)
        return " - payload len != 0";
    if (length < 65536)
        return " - < 65536";
    *options->found_jumbo = true;
    *options->payload_length = length;
    return "";
}

/* Sub-options of a home address. */
static bool say_sub_options(struct line *line, size_t at, uint32_t length)
{
    for (uint32_t i = 0, n; i < length; i += n) {
        uint32_t kind = line_u8(line, at + i);

        n = 1;
        if (kind != OPTION_PAD1) {
            if (i + 1 >= length)
                return false;
            n = line_u8(line, at + i + 1) + 2;
        }
        if (i + n > length)
            return false;
        if (kind <= OPTION_PADN)
            line_say(line, ", pad%s", kind == OPTION_PAD1 ? "1" : "n");
        else
            line_say(line, ", sopt_type 0x%02x: len=%u", kind, n - 2);
    }
    return true;
}

static bool say_home_address(struct line *line, size_t at, uint32_t octets)
{
    if (!line->options->verbose)
        return true;
    tt_text_put(line->text, "(homeaddr: ", 11);
    line_ip_address(line, at + 2, 6);
    if (octets > 18 && !say_sub_options(line, at + 18, octets - 18))
        return false;
    tt_text_char(line->text, ')');
    return true;
}

/* An option of n octets that are there.  False: it is damaged. */
static bool say_option(struct line *line, struct options *options, size_t at, uint32_t left, uint32_t n)
{
    bool verbose = line->options->verbose;
    uint32_t kind = line_u8(line, at);

    switch (kind) {
    case OPTION_PAD1:
    case OPTION_PADN:
        if (verbose)
            line_say(line, "(pad%s)", kind == OPTION_PAD1 ? "1" : "n");
        return true;
    case OPTION_ROUTER_ALERT:
        if (!has_length(line, at, left, 4, false, "rtalert"))
            return false;
        if (verbose)
            line_say(line, "(rtalert: 0x%04x) ", line_be16(line, at + 2));
        return true;
    case OPTION_JUMBO: {
        if (!has_length(line, at, left, 6, false, "jumbo"))
            return false;
        uint32_t length = line_be32(line, at + 2);
        const char *remark = take_jumbo(options, length);
        if (verbose)
            line_say(line, "(jumbo: %u%s) ", length, remark);
        return true;
    }
    case OPTION_HOME_ADDRESS:
        return has_length(line, at, left, 18, true, "homeaddr") && say_home_address(line, at, n);
    default:
        if (verbose)
            line_say(line, "(opt_type 0x%02x: len=%u)", kind, n - 2);
        return true;
    }
}

static bool say_options(struct line *line, struct options *options)
{
    for (uint32_t i = 0, n; i < options->length; i += n) {
        n = 1;
        if (line_u8(line, options->at + i) != OPTION_PAD1) {
            if (i + 1 >= options->length)
                return false;
            n = line_u8(line, options->at + i + 1) + 2;
        }
        if (i + n > options->length)
            return false;
        if (!say_option(line, options, options->at + i, options->length - i, n))
            return false;
    }
    if (line->options->verbose)
        tt_text_char(line->text, ' ');
    return true;
}

/* The length of an options header, 0 where it was cut short. */
static uint32_t options_header(struct line *line, size_t at, const char *layer)
{
    line->layer = layer;
    if (!line_has(line, at, 2))
        return 0;

    uint32_t octets = (line_u8(line, at + 1) + 1) * 8;
    return line_has(line, at, octets) ? octets : 0;
}

/* tcpdump says that the header is cut where its options are damaged, and goes on to what follows the line. */
static int damaged(struct line *line)
{
    line_cut_here(line);
    return LINE_EXTENSION_ENDS;
}

int line_ip6_hop_by_hop(struct line *line, size_t at, bool *found_jumbo, uint32_t *payload_length)
{
    uint32_t octets = options_header(line, at, "hbhopt");
    struct options options = {.at = at + 2, .length = octets - 2, .found_jumbo = found_jumbo, .payload_length = payload_length};

    if (octets == 0)
        return line_has(line, at, 2) ? damaged(line) : LINE_EXTENSION_CUT;
    tt_text_put(line->text, "HBH ", 4);
    return say_options(line, &options) ? (int)octets : damaged(line);
}

int line_ip6_destination_options(struct line *line, size_t at)
{
    uint32_t octets = options_header(line, at, "dstopt");
    struct options options = {.at = at + 2, .length = octets - 2};

    if (octets == 0)
        return LINE_EXTENSION_CUT;
    tt_text_put(line->text, "DSTOPT ", 7);
    if (line->options->verbose && !say_options(line, &options))
        return damaged(line);
    return (int)octets;
}

/* ---- fragment ------------------------------------------------------------------------------------------------------------ */

int line_ip6_fragment(struct line *line, size_t at, size_t header)
{
    bool verbose = line->options->verbose;

    line->layer = "frag6";
    if (!line_has(line, at, verbose ? 8 : 4))
        return LINE_EXTENSION_CUT;

    uint32_t offset = line_be16(line, at + 2) & 0xfff8;
    /* As tcpdump counts: below zero where the payload length is wrong, and then very large. */
    unsigned long length = 40UL + line_be16(line, header + 4) - (at - header) - 8;
    if (verbose)
        line_say(line, "frag (0x%08x:%u|%lu)", line_be32(line, at + 4), offset, length);
    else
        line_say(line, "frag (%u|%lu)", offset, length);
    if (offset)
        return LINE_EXTENSION_ENDS;
    tt_text_char(line->text, ' ');
    return 8;
}

/* ---- routing ------------------------------------------------------------------------------------------------------------- */

static int say_segments(struct line *line, size_t at, uint32_t length)
{
    if (length % 2) {
        line_say(line, " (invalid length %u) (invalid)", length);
        return LINE_EXTENSION_ENDS;
    }
    for (uint32_t i = 0; i < length / 2; i++) {
        if (!line_has(line, at + 8 + 16 * (size_t)i, 16))
            return LINE_EXTENSION_CUT;
        line_say(line, ", [%u]", i);
        line_ip_address(line, at + 8 + 16 * (size_t)i, 6);
    }
    tt_text_put(line->text, ") ", 2);
    return (int)(length + 1) * 8;
}

static int say_source_route(struct line *line, size_t at, uint32_t length)
{
    if (!line_has(line, at, 8))
        return LINE_EXTENSION_CUT;
    if (line_be32(line, at + 4) || line->options->verbose)
        line_say(line, ", rsv=0x%0x", line_be32(line, at + 4));
    return say_segments(line, at, length);
}

/* RFC 8754. */
static int say_segment_route(struct line *line, size_t at, uint32_t length)
{
    if (!line_has(line, at, 5))
        return LINE_EXTENSION_CUT;
    line_say(line, ", last-entry=%u", line_u8(line, at + 4));
    if (!line_has(line, at, 6))
        return LINE_EXTENSION_CUT;
    if (line_u8(line, at + 5) || line->options->verbose)
        line_say(line, ", flags=0x%0x", line_u8(line, at + 5));
    if (!line_has(line, at, 8))
        return LINE_EXTENSION_CUT;
    line_say(line, ", tag=%x", line_be16(line, at + 6));
    return say_segments(line, at, length);
}

int line_ip6_routing(struct line *line, size_t at)
{
    if (!line_has(line, at, 1))
        return LINE_EXTENSION_CUT;
    line->layer = "rt6";
    tt_text_put(line->text, "RT6", 3);
    if (!line_has(line, at, 2))
        return LINE_EXTENSION_CUT;

    uint32_t length = line_u8(line, at + 1);
    line_say(line, " (len=%u", length);
    if (!line_has(line, at, 3))
        return LINE_EXTENSION_CUT;
    uint32_t type = line_u8(line, at + 2);
    line_say(line, ", type=%u%s", type, type == ROUTING_SOURCE ? " [Deprecated]" : "");
    if (!line_has(line, at, 4))
        return LINE_EXTENSION_CUT;
    line_say(line, ", segleft=%u", line_u8(line, at + 3));
    switch (type) {
    case ROUTING_SOURCE:
    case ROUTING_MOBILE:
        return say_source_route(line, at, length);
    case ROUTING_SEGMENTS:
        return say_segment_route(line, at, length);
    default:
        line_say(line, " (unknown type) (invalid)");
        return LINE_EXTENSION_ENDS;
    }
}

/* ---- the destination of the pseudo-header -------------------------------------------------------------------------------- */

/* The last address of a routing header: RFC 8200 section 8.1. */
static const uint8_t *routed_to(const struct line *line, size_t at, const uint8_t *otherwise)
{
    uint32_t length = line_has(line, at, 4) ? line_u8(line, at + 1) : 1;
    uint32_t type = line_has(line, at, 4) ? line_u8(line, at + 2) : UINT32_MAX;
    uint32_t last = type == ROUTING_SEGMENTS ? 0 : length / 2 - 1;

    if (length % 2 || (type != ROUTING_SOURCE && type != ROUTING_MOBILE && type != ROUTING_SEGMENTS))
        return otherwise;
    if (type != ROUTING_SEGMENTS && length == 0)
        return otherwise;
    return line_has(line, at + 8 + 16 * (size_t)last, 16) ? line->octets + at + 8 + 16 * (size_t)last : otherwise;
}

const uint8_t *line_ip6_destination(const struct line *line, size_t at)
{
    const uint8_t *destination = line->octets + at + 24;
    uint32_t next = line_u8(line, at + 6);
    size_t octets;

    for (at += 40; line_has(line, at, 2); at += octets) {
        octets = next == IP_FRAGMENT ? 8 : (line_u8(line, at + 1) + 1) * 8;
        if (next == IP_ROUTING)
            return routed_to(line, at, destination);
        if (next != IP_HOP_BY_HOP && next != IP_DESTINATION && next != IP_FRAGMENT)
            return destination;
        next = line_u8(line, at);
    }
    return destination;
}
