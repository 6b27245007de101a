/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines_options.c - TCP options.
 *
 * The list is walked by the lengths that the options say; an option whose length does not fit its kind is told with "[len N]" or
 * ends the list with "[bad opt]".
 */
#include "tell/lines.h"

/* Kinds that tcpdump knows and nobody uses any more: RFC 1072, RFC 1644, CCSDS 714.0-B-2. */
enum old_option { OPT_ECHO = 6, OPT_ECHO_REPLY = 7, OPT_CC = 11, OPT_CC_NEW = 12, OPT_CC_ECHO = 13, OPT_SCPS = 20 };

#define FAST_OPEN_MAGIC 0xf989 /* RFC 7413's experiment, in the manner of RFC 6994 */
#define MD5_OCTETS 16

/* One option under way. */
struct option {
    const struct line_options *all;
    size_t at; /* of its value */
    uint32_t kind;
    uint32_t length;   /* as it says, with kind and length */
    uint32_t left;     /* octets of options from its value on */
    uint32_t consumed; /* octets of its value that were told */
};

/* By kind; NULL: tcpdump has no name for it. */
static const struct {
    const char *text;
    size_t octets;
} option_names[] = {
#define NAME(kind, text) [kind] = {text, sizeof text - 1}
    NAME(TT_OPT_EOL, "eol"),          NAME(TT_OPT_NOP, "nop"),
    NAME(TT_OPT_MSS, "mss"),          NAME(TT_OPT_WSCALE, "wscale"),
    NAME(TT_OPT_SACK_OK, "sackOK"),   NAME(TT_OPT_SACK, "sack"),
    NAME(OPT_ECHO, "echo"),           NAME(OPT_ECHO_REPLY, "echoreply"),
    NAME(TT_OPT_TIMESTAMPS, "TS"),    NAME(OPT_CC, "cc"),
    NAME(OPT_CC_NEW, "ccnew"),        NAME(OPT_CC_ECHO, ""),
    NAME(TT_OPT_MD5, "md5"),          NAME(OPT_SCPS, "scps"),
    NAME(TT_OPT_USER_TIMEOUT, "uto"), NAME(TT_OPT_AO, "tcp-ao"),
    NAME(TT_OPT_MPTCP, "mptcp"),      NAME(TT_OPT_FAST_OPEN, "tfo"),
    NAME(TT_OPT_EXPERIMENT2, "exp"),
#undef NAME
};

/* Are n octets of the value among the options, and were they captured? */
static enum line_options_end has_value(const struct line *line, const struct option *option, uint32_t n)
{
    if (n > option->left)
        return LINE_OPTIONS_BAD;
    return line_has(line, option->at, n) ? LINE_OPTIONS_GOOD : LINE_OPTIONS_SHORT;
}

/* A value of n octets whatever the option's length says. */
static enum line_options_end fixed_value(const struct line *line, struct option *option, uint32_t n)
{
    option->consumed = n;
    return has_value(line, option, n);
}

static enum line_options_end say_sack(struct line *line, struct option *option)
{
    uint32_t base = option->all->sack_base;

    option->consumed = option->length - 2;
    if (option->consumed % 8) {
        tt_text_put(line->text, " invalid sack", 13);
        return LINE_OPTIONS_GOOD;
    }
    line_say(line, " %u ", option->consumed / 8);
    for (uint32_t i = 0; i < option->consumed; i += 8) {
        enum line_options_end end = has_value(line, option, i + 8);
        if (end != LINE_OPTIONS_GOOD)
            return end;

        char *to = line_begin(line, 32);
        *to++ = '{';
        to = tt_put_u32(to, line_be32(line, option->at + i) - base);
        *to++ = ':';
        to = tt_put_u32(to, line_be32(line, option->at + i + 4) - base);
        *to++ = '}';
        line_end(line, to);
    }
    return LINE_OPTIONS_GOOD;
}

static enum line_options_end say_timestamps(struct line *line, struct option *option)
{
    enum line_options_end end = fixed_value(line, option, 8);

    if (end == LINE_OPTIONS_GOOD) {
        char *to = tt_put_u32(TT_PUT_LITERAL(line_begin(line, 48), " val "), line_be32(line, option->at));
        line_end(line, tt_put_u32(TT_PUT_LITERAL(to, " ecr "), line_be32(line, option->at + 4)));
    }
    return end;
}

static enum line_options_end say_md5(struct line *line, struct option *option)
{
    enum line_options_end end = fixed_value(line, option, MD5_OCTETS);

    if (end != LINE_OPTIONS_GOOD)
        return end;
    /* The signature would need the secret, and the whole segment before that. */
    bool whole = line_has(line, option->all->at + option->all->n, option->all->payload_length);
    line_say(line, " %s, can't check - ", whole ? "shared secret not supplied with -M" : "snaplen too short");
    line_hex(line, option->at, MD5_OCTETS);
    return LINE_OPTIONS_GOOD;
}

/* The octets of a value from `from` on, as far as they are there. */
static enum line_options_end say_hex_from(struct line *line, const struct option *option, uint32_t from, uint32_t n)
{
    size_t there = line_left(line, option->at);

    if (n <= there) {
        line_hex(line, option->at + from, n - from);
        return LINE_OPTIONS_GOOD;
    }
    if (there > from)
        line_hex(line, option->at + from, there - from);
    return LINE_OPTIONS_SHORT;
}

/* RFC 5925 section 2.2. */
static enum line_options_end say_ao(struct line *line, struct option *option)
{
    enum line_options_end end;

    option->consumed = option->length - 2;
    if (option->consumed < 2) {
        tt_text_put(line->text, " (invalid)", 10);
        return LINE_OPTIONS_GOOD;
    }
    if ((end = has_value(line, option, 1)) != LINE_OPTIONS_GOOD)
        return end;
    line_say(line, " keyid %u", line_u8(line, option->at));
    if ((end = has_value(line, option, 2)) != LINE_OPTIONS_GOOD)
        return end;
    line_say(line, " rnextkeyid %u", line_u8(line, option->at + 1));
    if (option->consumed == 2)
        return LINE_OPTIONS_GOOD;
    tt_text_put(line->text, " mac 0x", 7);
    return say_hex_from(line, option, 2, option->consumed);
}

/* RFC 5482. */
static enum line_options_end say_user_timeout(struct line *line, struct option *option)
{
    enum line_options_end end = fixed_value(line, option, 2);

    if (end == LINE_OPTIONS_GOOD) {
        uint32_t value = line_be16(line, option->at);
        line_say(line, " 0x%x %u", value, value & 1 ? (value >> 1) * 60 : value >> 1);
    }
    return end;
}

static void say_cookie(struct line *line, size_t at, uint32_t n)
{
    if (n == 0) {
        tt_text_put(line->text, " cookiereq", 10);
    } else if (n % 2 || n < 4 || n > 16) {
        tt_text_put(line->text, " (invalid)", 10);
    } else {
        tt_text_put(line->text, " cookie ", 8);
        line_hex(line, at, n);
    }
}

static enum line_options_end say_fast_open(struct line *line, struct option *option)
{
    enum line_options_end end = fixed_value(line, option, option->length - 2);

    if (end == LINE_OPTIONS_GOOD) {
        tt_text_char(line->text, ' ');
        say_cookie(line, option->at, option->consumed);
    }
    return end;
}

static enum line_options_end say_experiment(struct line *line, struct option *option)
{
    enum line_options_end end = fixed_value(line, option, option->length - 2);

    if (end != LINE_OPTIONS_GOOD)
        return end;
    if (option->consumed < 2)
        return LINE_OPTIONS_BAD;
    uint32_t magic = line_be16(line, option->at);
    if (magic != FAST_OPEN_MAGIC) {
        line_say(line, "-%04x", magic);
    } else {
        tt_text_put(line->text, "-tfo", 4);
        say_cookie(line, option->at + 2, option->consumed - 2);
    }
    return LINE_OPTIONS_GOOD;
}

static enum line_options_end say_mptcp(struct line *line, struct option *option)
{
    enum line_options_end end = fixed_value(line, option, option->length - 2);

    return end == LINE_OPTIONS_GOOD ? line_mptcp(line, option->at - 2, option->length, option->all->flags) : end;
}

/* A single number of 1, 2 or 4 octets. */
static enum line_options_end say_number(struct line *line, struct option *option, uint32_t octets)
{
    enum line_options_end end = fixed_value(line, option, octets);
    size_t at = option->at;

    if (end != LINE_OPTIONS_GOOD)
        return end;
    char *to = line_begin(line, 16);
    *to++ = ' ';
    line_end(line, tt_put_u32(to, octets == 1 ? line_u8(line, at) : octets == 2 ? line_be16(line, at) : line_be32(line, at)));
    return end;
}

static enum line_options_end say_scps(struct line *line, struct option *option)
{
    enum line_options_end end = fixed_value(line, option, 2);

    if (end == LINE_OPTIONS_GOOD)
        line_say(line, " cap %02x id %u", line_u8(line, option->at), line_u8(line, option->at + 1));
    return end;
}

static enum line_options_end say_unknown(struct line *line, struct option *option)
{
    option->consumed = option->length - 2;
    if (option->consumed)
        tt_text_put(line->text, " 0x", 3);
    return say_hex_from(line, option, 0, option->consumed);
}

static enum line_options_end say_value(struct line *line, struct option *option)
{
    switch (option->kind) {
    case TT_OPT_EOL:
    case TT_OPT_NOP:
    case TT_OPT_SACK_OK:
        return LINE_OPTIONS_GOOD;
    case TT_OPT_MSS:
        return say_number(line, option, 2);
    case TT_OPT_WSCALE:
        return say_number(line, option, 1);
    case OPT_ECHO:
    case OPT_ECHO_REPLY:
    case OPT_CC:
    case OPT_CC_NEW:
    case OPT_CC_ECHO:
        return say_number(line, option, 4);
    case TT_OPT_SACK:
        return say_sack(line, option);
    case TT_OPT_TIMESTAMPS:
        return say_timestamps(line, option);
    case TT_OPT_MD5:
        return say_md5(line, option);
    case OPT_SCPS:
        return say_scps(line, option);
    case TT_OPT_AO:
        return say_ao(line, option);
    case TT_OPT_USER_TIMEOUT:
        return say_user_timeout(line, option);
    case TT_OPT_MPTCP:
        return say_mptcp(line, option);
    case TT_OPT_FAST_OPEN:
        return say_fast_open(line, option);
    case TT_OPT_EXPERIMENT2:
        return say_experiment(line, option);
    default:
        return say_unknown(line, option);
    }
}

static void say_kind(struct line *line, uint32_t kind)
{
    if (kind < sizeof option_names / sizeof option_names[0] && option_names[kind].text)
        tt_text_put(line->text, option_names[kind].text, option_names[kind].octets);
    else
        line_say(line, "unknown-%u", kind);
}

static bool is_one_octet(uint32_t kind)
{
    return kind == TT_OPT_EOL || kind == TT_OPT_NOP;
}

/* Reads kind and length.  CUT here means that not even those are there. */
static enum line_options_end read_option(const struct line *line, size_t at, uint32_t left, struct option *ret)
{
    if (!line_has(line, at, 1))
        return LINE_OPTIONS_CUT;
    ret->kind = line_u8(line, at);
    ret->consumed = 0;
    ret->length = 1;
    ret->at = at + 1;
    ret->left = left - 1;
    if (is_one_octet(ret->kind))
        return LINE_OPTIONS_GOOD;
    if (!line_has(line, at, 2))
        return LINE_OPTIONS_CUT;
    ret->length = line_u8(line, at + 1);
    ret->at = at + 2;
    ret->left = left - 2;
    return ret->length < 2 || ret->length > left ? LINE_OPTIONS_BAD : LINE_OPTIONS_GOOD;
}

/* The list; *ret_comma: whether an option has been told before the end. */
static enum line_options_end say_list(struct line *line, const struct line_options *options, struct option *option, bool *ret_comma)
{
    size_t at = options->at, end_at = at + options->n;

    while (at < end_at) {
        enum line_options_end end;

        if (*ret_comma)
            tt_text_char(line->text, ',');
        end = read_option(line, at, (uint32_t)(end_at - at), option);
        if (end != LINE_OPTIONS_GOOD)
            return end;
        say_kind(line, option->kind);
        end = say_value(line, option);
        if (end != LINE_OPTIONS_GOOD)
            return end;
        at = option->at + option->consumed;
        if (option->consumed + (is_one_octet(option->kind) ? 1 : 2) != option->length)
            line_say(line, "[len %u]", option->length);
        *ret_comma = true;
        if (option->kind == TT_OPT_EOL)
            break;
    }
    return LINE_OPTIONS_GOOD;
}

/* RFC 7323 appendix A: the timestamps as nearly every segment has them, which are told in one go. */
static bool say_aligned_timestamps(struct line *line, const struct line_options *options)
{
    if (options->n != 12 || !line_has(line, options->at, 12) || line_be32(line, options->at) != 0x0101080a)
        return false;

    char *to = TT_PUT_LITERAL(line_begin(line, 64), ", options [nop,nop,TS val ");
    to = tt_put_u32(to, line_be32(line, options->at + 4));
    to = tt_put_u32(TT_PUT_LITERAL(to, " ecr "), line_be32(line, options->at + 8));
    *to++ = ']';
    line_end(line, to);
    return true;
}

enum line_options_end line_options(struct line *line, const struct line_options *options)
{
    struct option option = {.all = options};
    bool comma = false;

    if (say_aligned_timestamps(line, options))
        return LINE_OPTIONS_GOOD;
    tt_text_put(line->text, ", options [", 11);
    enum line_options_end end = say_list(line, options, &option, &comma);
    if (end == LINE_OPTIONS_GOOD)
        tt_text_char(line->text, ']');
    else if (end == LINE_OPTIONS_BAD)
        tt_text_string(line->text, comma ? "[bad opt]]" : "[bad opt]");
    if (end == LINE_OPTIONS_SHORT) {
        line_cut_here(line);
        tt_text_string(line->text, comma ? ">" : "");
    }
    return end;
}
