/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_mptcp.c - the Multipath TCP option with its subtypes (RFC 6824, RFC 8684). */
#include "tell/lines.h"

enum subtype { MP_CAPABLE, MP_JOIN, MP_DSS, MP_ADD_ADDRESS, MP_REMOVE_ADDRESS, MP_PRIORITY, MP_FAIL, MP_FAST_CLOSE };

/* The flags of a data sequence signal: RFC 8684 section 3.3. */
enum dss_flag { DSS_ACK = 0x01, DSS_ACK_8_OCTETS = 0x02, DSS_MAPPING = 0x04, DSS_SEQ_8_OCTETS = 0x08, DSS_FIN = 0x10 };

/* The option under way.  Every function: GOOD; BAD, a length that does not fit; CUT, it is shorter than its subtype. */
struct mptcp {
    size_t at; /* of the kind octet */
    uint32_t length;
    uint8_t flags; /* of the segment */
};

static uint64_t be64_at(const struct line *line, size_t at)
{
    return tt_be64(line->octets + at);
}

static enum line_options_end say_capable(struct line *line, const struct mptcp *option)
{
    uint32_t n = option->length;
    bool opening = (n == 12 || n == 4) && option->flags & TT_SYN;
    bool third = (n == 20 || n == 22) && (option->flags & (TT_SYN | TT_ACK)) == TT_ACK;

    if (!opening && !third)
        return LINE_OPTIONS_BAD;
    uint32_t version = line_u8(line, option->at + 2) & 15;
    if (version > 1) {
        line_say(line, " Unknown Version (%u)", version);
        return LINE_OPTIONS_GOOD;
    }
    line_say(line, " v%u%s", version, line_u8(line, option->at + 3) & 0x80 ? " csum" : "");
    if (n >= 12)
        line_say(line, " {0x%lx", be64_at(line, option->at + 4));
    if (n >= 20)
        line_say(line, ",0x%lx", be64_at(line, option->at + 12));
    if (n >= 12)
        tt_text_char(line->text, '}');
    return LINE_OPTIONS_GOOD;
}

static enum line_options_end say_join(struct line *line, const struct mptcp *option)
{
    uint32_t n = option->length;
    bool syn = n == 12 && option->flags & TT_SYN;
    bool syn_ack = n == 16 && (option->flags & (TT_SYN | TT_ACK)) == (TT_SYN | TT_ACK);
    bool ack = n == 24 && option->flags & TT_ACK;

    if (!syn && !syn_ack && !ack)
        return LINE_OPTIONS_BAD;
    if (n == 24) {
        tt_text_put(line->text, " hmac 0x", 8);
        line_hex(line, option->at + 4, 20);
        return LINE_OPTIONS_GOOD;
    }
    line_say(line, "%s id %u", line_u8(line, option->at + 2) & 1 ? " backup" : "", line_u8(line, option->at + 3));
    if (n == 12)
        line_say(line, " token 0x%x nonce 0x%x", line_be32(line, option->at + 4), line_be32(line, option->at + 8));
    else
        line_say(line, " hmac 0x%lx nonce 0x%x", be64_at(line, option->at + 4), line_be32(line, option->at + 12));
    return LINE_OPTIONS_GOOD;
}

/* A number of 4 or 8 octets at *at, which moves behind it; false when the option is too short. */
static bool say_long_or_short(struct line *line, size_t *at, uint32_t *left, bool long_one)
{
    uint32_t octets = long_one ? 8 : 4;

    if (*left < octets)
        return false;
    line_say(line, "%lu", long_one ? be64_at(line, *at) : (unsigned long)line_be32(line, *at));
    *at += octets;
    *left -= octets;
    return true;
}

/* Where in the data these octets belong, for how long, and a checksum when one was negotiated. */
static bool say_mapping(struct line *line, size_t *at, uint32_t *left, uint32_t flags)
{
    tt_text_put(line->text, " seq ", 5);
    if (!say_long_or_short(line, at, left, flags & DSS_SEQ_8_OCTETS) || *left < 4)
        return false;
    line_say(line, " subseq %u", line_be32(line, *at));
    if (*left < 6)
        return false;
    line_say(line, " len %u", line_be16(line, *at + 4));
    *left -= 6;
    if (*left >= 2) {
        line_say(line, " csum 0x%x", line_be16(line, *at + 6));
        *left -= 2;
    }
    return true;
}

static enum line_options_end say_dss(struct line *line, const struct mptcp *option)
{
    if (option->length < 4 || option->flags & TT_SYN)
        return LINE_OPTIONS_BAD;

    uint32_t flags = line_u8(line, option->at + 3), left = option->length - 4;
    size_t at = option->at + 4;
    if (flags & DSS_FIN)
        tt_text_put(line->text, " fin", 4);
    if (flags & DSS_ACK) {
        tt_text_put(line->text, " ack ", 5);
        if (!say_long_or_short(line, &at, &left, flags & DSS_ACK_8_OCTETS))
            return LINE_OPTIONS_BAD;
    }
    if (flags & DSS_MAPPING && !say_mapping(line, &at, &left, flags))
        return LINE_OPTIONS_BAD;
    return left ? LINE_OPTIONS_BAD : LINE_OPTIONS_GOOD;
}

static const char *address_version(uint32_t version_or_echo)
{
    switch (version_or_echo) {
    case 0:
        return "v1";
    case 1:
        return "v1-echo";
    case 4:
        return "v0-ip4";
    case 6:
        return "v0-ip6";
    default:
        return "[bad version/echo]";
    }
}

/* RFC 8684 section 3.4.1: an address of either version, perhaps a port, perhaps a keyed digest. */
static enum line_options_end say_add_address(struct line *line, const struct mptcp *option)
{
    uint32_t n = option->length;
    bool ip4 = n == 8 || n == 10 || n == 16 || n == 18, ip6 = n == 20 || n == 22 || n == 28 || n == 30;
    bool port = n == 10 || n == 18 || n == 22 || n == 30, digest = n == 16 || n == 18 || n == 28 || n == 30;

    if (!ip4 && !ip6)
        return LINE_OPTIONS_BAD;
    line_say(line, " %s id %u ", address_version(line_u8(line, option->at + 2) & 15), line_u8(line, option->at + 3));
    line_ip_address(line, option->at + 4, ip4 ? 4 : 6);

    size_t at = option->at + (ip4 ? 8 : 20);
    if (port) {
        line_say(line, ":%u", line_be16(line, at));
        at += 2;
    }
    if (digest)
        line_say(line, " hmac 0x%lx", be64_at(line, at));
    return LINE_OPTIONS_GOOD;
}

static enum line_options_end say_remove_address(struct line *line, const struct mptcp *option)
{
    if (option->length < 4)
        return LINE_OPTIONS_BAD;
    tt_text_put(line->text, " id", 3);
    for (uint32_t i = 3; i < option->length; i++)
        line_say(line, " %u", line_u8(line, option->at + i));
    return LINE_OPTIONS_GOOD;
}

static enum line_options_end say_priority(struct line *line, const struct mptcp *option)
{
    if (option->length != 3 && option->length != 4)
        return LINE_OPTIONS_BAD;
    tt_text_string(line->text, line_u8(line, option->at + 2) & 1 ? " backup" : " non-backup");
    if (option->length == 4)
        line_say(line, " id %u", line_u8(line, option->at + 3));
    return LINE_OPTIONS_GOOD;
}

static enum line_options_end say_fail_or_close(struct line *line, const struct mptcp *option, uint32_t subtype)
{
    if (option->length != 12)
        return LINE_OPTIONS_BAD;
    line_say(line, subtype == MP_FAIL ? " seq %lu" : " key 0x%lx", be64_at(line, option->at + 4));
    return LINE_OPTIONS_GOOD;
}

enum line_options_end line_mptcp(struct line *line, size_t at, unsigned length, uint8_t flags)
{
    static const char *const names[] = {"capable", "join", "dss", "add-addr", "rem-addr", "prio", "fail", "fast-close"};
    struct mptcp option = {at, length, flags};

    line->layer = "mptcp";
    if (length < 3)
        return LINE_OPTIONS_BAD;

    uint32_t subtype = line_u8(line, at + 2) >> 4;
    line_say(line, " %u %s", length, subtype < sizeof names / sizeof names[0] ? names[subtype] : "unknown");
    switch (subtype) {
    case MP_CAPABLE:
        return say_capable(line, &option);
    case MP_JOIN:
        return say_join(line, &option);
    case MP_DSS:
        return say_dss(line, &option);
    case MP_ADD_ADDRESS:
        return say_add_address(line, &option);
    case MP_REMOVE_ADDRESS:
        return say_remove_address(line, &option);
    case MP_PRIORITY:
        return say_priority(line, &option);
    case MP_FAIL:
    case MP_FAST_CLOSE:
        return say_fail_or_close(line, &option, subtype);
    default:
        return LINE_OPTIONS_GOOD;
    }
}
