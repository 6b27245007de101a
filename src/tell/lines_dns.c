/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_dns.c - DNS over TCP (RFC 1035 section 4.2.2, RFC 7766): the message's header, its sections, and names. */
#include "tell/lines_dns.h"

#define DNS_HEADER 12U
#define NAME_MAX_OCTETS 255

/* The upper bits of a label's first octet. */
enum label_kind { LABEL_PLAIN = 0x00, LABEL_EXTENDED = 0x40, LABEL_RESERVED = 0x80, LABEL_POINTER = 0xc0 };
#define LABEL_KIND 0xc0U
#define LABEL_BIT_STRING 1U /* RFC 2673, historic */

static uint32_t bit_string_octets(uint32_t count)
{
    return ((count ? count : 256) + 7) / 8;
}

/* ---- names --------------------------------------------------------------------------------------------------------------- */

bool line_dns_skip_name(const struct line *line, size_t *at)
{
    for (;;) {
        if (!line_has(line, *at, 1))
            return false;
        uint32_t label = line_u8(line, (*at)++);
        if (label == 0)
            return true;
        switch (label & LABEL_KIND) {
        case LABEL_POINTER:
            ++*at;
            return true;
        case LABEL_EXTENDED:
            if ((label & ~LABEL_KIND) != LABEL_BIT_STRING || !line_has(line, *at, 1))
                return false;
            *at += 1 + bit_string_octets(line_u8(line, *at));
            break;
        case LABEL_PLAIN:
            *at += label;
            break;
        default:
            return false;
        }
    }
}

bool line_dns_octets(struct line *line, size_t at, size_t n)
{
    size_t there = line_left(line, at);

    for (size_t i = 0; i < n && i < there; i++)
        line_visible(line, line_u8(line, at + i));
    return n <= there;
}

/* A name under way. */
struct name {
    size_t start, at; /* of the message; of what comes next */
    size_t behind;    /* where the name ends in the place where it stands */
    size_t limit;     /* pointers must go backwards from here, so that they end */
    uint32_t label;   /* its first octet */
    uint32_t octets;  /* of the label */
    uint32_t told;    /* characters */
    bool pointed;
};

/* Reads a label's first octet, and how long the label is. */
static bool read_label(struct line *line, struct name *name)
{
    if (!line_has(line, name->at, 1))
        return false;
    name->label = line_u8(line, name->at);
    name->octets = name->label;
    switch (name->label & LABEL_KIND) {
    case LABEL_EXTENDED:
        if ((name->label & ~LABEL_KIND) != LABEL_BIT_STRING) {
            line_say(line, "<ELT %u>", name->label & ~LABEL_KIND);
            return false;
        }
        if (!line_has(line, name->at, 2))
            return false;
        name->octets = bit_string_octets(line_u8(line, name->at + 1)) + 1;
        break;
    case LABEL_RESERVED:
        line_say(line, "<BAD LABEL TYPE>");
        return false;
    default:
        break;
    }
    name->at++;
    return true;
}

static bool follow_pointer(struct line *line, struct name *name)
{
    if (!name->pointed)
        name->behind = name->at + 1;
    name->pointed = true;
    if (!line_has(line, name->at, 1))
        return false;

    size_t offset = (name->label << 8 | line_u8(line, name->at)) & 0x3fff;
    if (offset >= name->limit) {
        line_say(line, "<BAD PTR>");
        return false;
    }
    name->limit = offset;
    name->at = name->start + offset;
    return read_label(line, name);
}

static bool say_bit_string(struct line *line, size_t at)
{
    uint32_t bits = line_u8(line, at) ? line_u8(line, at) : 256, left = bits;

    line_say(line, "\\[x");
    for (at++; left > 0; at++, left -= left > 8 ? 8 : left) {
        if (!line_has(line, at, 1))
            return false;
        if (left > 4)
            line_say(line, "%02x", left < 8 ? line_u8(line, at) & 0xffU << (8 - left) & 0xffU : line_u8(line, at));
        else
            line_say(line, "%1x", line_u8(line, at) >> 4 & 0x0fU << (4 - left) & 0x0fU);
    }
    line_say(line, "/%u]", bits);
    return true;
}

static bool say_label(struct line *line, struct name *name)
{
    uint32_t room = name->told < NAME_MAX_OCTETS ? NAME_MAX_OCTETS - name->told : 0;

    if ((name->label & LABEL_KIND) == LABEL_EXTENDED)
        return say_bit_string(line, name->at);
    name->told += name->octets;
    return line_dns_octets(line, name->at, name->octets < room ? name->octets : room);
}

/* A label, the dot behind it, and the first octet of the next one. */
static bool next_label(struct line *line, struct name *name)
{
    if (!say_label(line, name))
        return false;
    name->at += name->octets;
    if (name->told <= NAME_MAX_OCTETS)
        tt_text_char(line->text, '.');
    name->told++;
    if (!read_label(line, name))
        return false;
    if (!name->pointed)
        name->behind += name->octets + 1;
    return true;
}

bool line_dns_name(struct line *line, size_t *at, size_t start)
{
    struct name name = {.start = start, .at = *at, .limit = *at - start};

    if (!read_label(line, &name))
        return false;
    name.behind = name.at + name.octets;
    if ((name.label & LABEL_KIND) == LABEL_POINTER && name.at >= line->end)
        return false;
    if (name.label == 0)
        tt_text_char(line->text, '.');
    while (name.label && name.at < line->end) {
        bool pointer = (name.label & LABEL_KIND) == LABEL_POINTER;
        if (!(pointer ? follow_pointer(line, &name) : next_label(line, &name)))
            return false;
    }
    if (name.told > NAME_MAX_OCTETS)
        line_say(line, "<DOMAIN NAME TOO LONG>");
    *at = name.behind;
    return true;
}

/* ---- the message --------------------------------------------------------------------------------------------------------- */

struct message {
    size_t start, at;
    uint32_t flags, questions, answers, authorities, additional;
};

enum dns_flag {
    FLAG_RESPONSE = 0x8000,
    FLAG_AUTHORITATIVE = 0x0400,
    FLAG_TRUNCATED = 0x0200,
    FLAG_RECURSION_DESIRED = 0x0100,
    FLAG_RECURSION_AVAILABLE = 0x0080,
    FLAG_AUTHENTIC = 0x0020,
    FLAG_CHECKING_DISABLED = 0x0010
};

#define OPCODE_INVERSE_QUERY 1

static const char *opcode_name(uint32_t flags)
{
    static const char *const names[16] = {"",         " inv_q",    " stat",     " op3",     " notify",  " update",
                                          " op6",     " op7",      " op8",      " updateA", " updateD", " updateDA",
                                          " updateM", " updateMA", " zoneInit", " zoneRef"};

    return names[flags >> 11 & 15];
}

static void say_result(struct line *line, uint32_t code)
{
    static const char *const names[] = {"",          " FormErr", " ServFail", " NXDomain", " NotImp",  " Refused",
                                        " YXDomain", " YXRRSet", " NXRRSet",  " NotAuth",  " NotZone", " Resp11",
                                        " Resp12",   " Resp13",  " Resp14",   " NoChange", " BadVers", "Resp17",
                                        " Resp18",   " Resp19",  " Resp20",   "Resp21",    " Resp22",  " BadCookie"};

    if (code < sizeof names / sizeof names[0])
        tt_text_string(line->text, names[code]);
    else
        line_say(line, " Resp%u", code & 0xfff);
}

/* Skips a record without telling it; false where nothing follows. */
static bool skip_record(const struct line *line, size_t *at)
{
    if (!line_dns_skip_name(line, at))
        return false;
    *at += 8;
    if (!line_has(line, *at, 2))
        return false;
    *at += 2 + line_be16(line, *at);
    return *at < line->end;
}

/* The upper bits of the result stand in the OPT record: RFC 6891 section 6.1.3.  False: none is found. */
static bool find_extended_result(const struct line *line, const struct message *message, uint32_t *ret)
{
    size_t at = message->start + DNS_HEADER;

    for (uint32_t i = 0; i < message->questions; i++) {
        if (!line_dns_skip_name(line, &at))
            return false;
        at += 4;
        if (at >= line->end)
            return false;
    }
    for (uint32_t i = 0; i < message->answers + message->authorities; i++)
        if (!skip_record(line, &at))
            return false;
    for (uint32_t i = 0; i < message->additional; i++) {
        size_t fixed = at;
        if (!line_dns_skip_name(line, &fixed) || !line_has(line, fixed, 2))
            return false;
        if (line_be16(line, fixed) == DNS_OPT) {
            *ret = line_has(line, fixed, 5) ? line_u8(line, fixed + 4) << 4 : 0;
            return true;
        }
        if (!skip_record(line, &at))
            return false;
    }
    return false;
}

/* A section's records behind `title`; false where it ends too soon.  Answers are tried even where the octets have ended. */
static bool say_section(struct line *line, struct message *message, const char *title, uint32_t count)
{
    if (count == 0 || (*title && message->at >= line->end))
        return count == 0;
    tt_text_string(line->text, title);
    for (uint32_t i = 0; i < count; i++) {
        if (i && message->at >= line->end)
            return false;
        if (i)
            tt_text_char(line->text, ',');
        if (!line_dns_record(line, &message->at, message->start))
            return false;
    }
    return true;
}

static bool say_more_sections(struct line *line, struct message *message)
{
    return say_section(line, message, " ns:", message->authorities) && say_section(line, message, " ar:", message->additional);
}

static bool say_response(struct line *line, struct message *message)
{
    uint32_t flags = message->flags, result = 0;

    (void)find_extended_result(line, message, &result);
    line_say(line, "%u%s", line_be16(line, message->start), opcode_name(flags));
    say_result(line, result | (flags & 15));
    line_say(line, "%s%s%s%s", flags & FLAG_AUTHORITATIVE ? "*" : "", flags & FLAG_RECURSION_AVAILABLE ? "" : "-",
             flags & FLAG_TRUNCATED ? "|" : "", flags & FLAG_AUTHENTIC ? "$" : "");
    if (message->questions != 1)
        line_say(line, " [%uq]", message->questions);
    for (uint32_t i = 0; i < message->questions; i++) {
        if (i)
            tt_text_char(line->text, ',');
        if (line->options->verbose > 1) {
            line_say(line, " q:");
            if (!line_dns_question(line, &message->at, message->start))
                return false;
        } else {
            if (!line_dns_skip_name(line, &message->at))
                return false;
            message->at += 4;
        }
    }
    line_say(line, " %u/%u/%u", message->answers, message->authorities, message->additional);
    if (!say_section(line, message, "", message->answers))
        return false;
    return line->options->verbose <= 1 || say_more_sections(line, message);
}

static void say_count(struct line *line, uint32_t count, uint32_t usual, const char *unit)
{
    if (count != usual)
        line_say(line, " [%u%s]", count, unit);
}

static bool say_query(struct line *line, struct message *message)
{
    uint32_t flags = message->flags;
    bool inverse = (flags >> 11 & 15) == OPCODE_INVERSE_QUERY;

    line_say(line, "%u%s%s%s", line_be16(line, message->start), opcode_name(flags), flags & FLAG_RECURSION_DESIRED ? "+" : "",
             flags & FLAG_CHECKING_DISABLED ? "%" : "");
    if (flags & 0x6cf)
        line_say(line, " [b2&3=0x%x]", flags);
    if (inverse) {
        say_count(line, message->questions, 0, "q");
        say_count(line, message->answers, 1, "a");
    } else {
        say_count(line, message->answers, 0, "a");
        say_count(line, message->questions, 1, "q");
    }
    say_count(line, message->authorities, 0, "n");
    say_count(line, message->additional, 0, "au");
    for (uint32_t i = 0; i < message->questions; i++)
        if ((i && message->at >= line->end) || !line_dns_question(line, &message->at, message->start))
            return false;
    if (line->options->verbose <= 1)
        return true;
    return say_section(line, message, "", message->answers) && say_more_sections(line, message);
}

bool line_dns(struct line *line, size_t at, uint32_t length)
{
    line->layer = "domain";
    if (length < 2) {
        line_say(line, " [DNS over TCP: length %u < 2] (invalid)", length);
        return true;
    }
    if (!line_has(line, at, 2))
        return false;
    length -= 2;
    if (line_be16(line, at) != length) {
        line_say(line, " [prefix length(%u) != length(%u)] (invalid)", line_be16(line, at), length);
        return true;
    }
    at += 2;
    tt_text_char(line->text, ' ');
    if (length < DNS_HEADER) {
        line_say(line, "domain [length %u < %u] (invalid)", length, DNS_HEADER);
        return true;
    }
    if (!line_has(line, at, DNS_HEADER))
        return false;

    struct message message = {
        .start = at,
        .at = at + DNS_HEADER,
        .flags = line_be16(line, at + 2),
        .questions = line_be16(line, at + 4),
        .answers = line_be16(line, at + 6),
        .authorities = line_be16(line, at + 8),
        .additional = line_be16(line, at + 10),
    };
    if (!(message.flags & FLAG_RESPONSE ? say_response(line, &message) : say_query(line, &message)))
        return false;
    line_say(line, " (%u)", length);
    return true;
}
