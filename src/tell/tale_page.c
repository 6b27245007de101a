/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tale_page.c - how a line of a story looks: the part's word, the text wrapped in its column, the packet numbers at the right edge.
 *
 * Widths are columns of the terminal, since Chinese takes two for a character and may break between any two of them.
 */
#include "base/utf8.h"
#include "tell/tale.h"

static const char *const part_words[] = {
#define TALE_PART_WORD(name, word) word,
    TALE_PARTS(TALE_PART_WORD)
#undef TALE_PART_WORD
};

/* Between the text and the packet numbers, at least. */
#define REFS_GAP 2
/* The packet numbers get one part in this many of the page. */
#define REFS_SHARE 5

/* What stands for a character where only ASCII is wanted: never longer in octets, so that it is changed in place. */
static const struct {
    const char *rune, *ascii;
} plain[] = {
    {"→", "->"}, {"←", "<-"}, {"–", "-"}, {"×", "x"}, {"µ", "u"}, {"…", "..."},
    {"·", "."},  {"§", "s."}, {"─", "-"}, {"│", "|"}, {"▶", ">"}, {"◀", "<"},
};

static size_t put_plain(char *to, const char *from, size_t n)
{
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strlen(plain[i].rune) == n && memcmp(plain[i].rune, from, n) == 0) {
            memcpy(to, plain[i].ascii, strlen(plain[i].ascii));
            return strlen(plain[i].ascii);
        }
    }
    memmove(to, from, n);
    return n;
}

/* Changes octets to ASCII as far as there is some; the new length. */
static size_t make_plain(char *octets, size_t n)
{
    size_t to = 0;

    for (size_t i = 0; i < n;) {
        uint32_t rune;
        unsigned length = tt_utf8_next(octets + i, n - i, &rune);

        if (length == 0)
            length = 1;
        to += put_plain(octets + to, octets + i, length);
        i += length;
    }
    return to;
}

void tale_pad(struct tt_text *text, size_t from, size_t to)
{
    tt_text_repeat(text, ' ', to > from ? to - from : 1);
}

/* ---- where a line may break -------------------------------------------------------------------------------------- */

static bool wide(uint32_t rune)
{
    return rune >= 0x2e80; /* of what this tool's sentences are made of */
}

static bool closing(uint32_t rune)
{
    return rune == 0x3001 || rune == 0x3002 || rune == 0xff0c || rune == 0xff1b || rune == 0xff1a || rune == 0xff09 ||
           rune == 0x300d || rune == 0x201d || rune == 0xff1f || rune == 0xff01;
}

static bool opening(uint32_t rune)
{
    return rune == 0xff08 || rune == 0x300c || rune == 0x201c;
}

static bool digit(uint32_t rune)
{
    return rune >= '0' && rune <= '9';
}

/* Whether a line may end before `next`, where `before`, `prev` and `next` follow each other. */
static bool may_break(uint32_t before, uint32_t prev, uint32_t next)
{
    if (prev == ' ') /* "113 µs", "1460 / 1460" and "RFC 9293 §3.4" stay together */
        return next != ' ' && !(digit(before) && !wide(next)) && !digit(next);
    return (wide(prev) || wide(next)) && next != ' ' && !opening(prev) && !closing(next);
}

size_t tale_fitting(const char *octets, size_t n, size_t width)
{
    uint32_t before = 0, prev = 0;
    size_t columns = 0, best = 0, i = 0;

    while (i < n) {
        uint32_t rune = 0xfffd;
        unsigned length = tt_utf8_next(octets + i, n - i, &rune);

        length = length ? length : 1;
        if (i && may_break(before, prev, rune))
            best = i;
        columns += tt_text_width(octets + i, length);
        if (columns > width && rune != ' ' && i)
            return best ? best : i;
        before = prev;
        prev = rune;
        i += length;
    }
    return n;
}

/* ---- packet numbers ---------------------------------------------------------------------------------------------- */

static void put_range(struct tt_text *text, uint64_t first, uint64_t last)
{
    tt_text_u64(text, first);
    if (last != first) {
        tt_text_string(text, "–");
        tt_text_u64(text, last);
    }
}

static void put_refs(const struct tale_refs *refs, struct tt_text *text)
{
    for (unsigned i = 0; i < refs->count; i++) {
        bool left_out = refs->more && i + 1 == refs->count;

        if (i)
            tt_text_string(text, left_out ? " … " : ", ");
        put_range(text, refs->range[i].first, refs->range[i].last);
    }
}

/* Only from where to where: what does not leave the text enough room. */
static void put_refs_shortly(const struct tale_refs *refs, struct tt_text *text)
{
    tt_text_u64(text, refs->range[0].first);
    tt_text_string(text, " … ");
    tt_text_u64(text, refs->range[refs->count - 1].last);
}

/* Within a part of the page, or shortly. */
static void write_within(struct tt_text *text, const struct tale_refs *refs, size_t columns)
{
    char *begin = text->at;

    put_refs(refs, text);
    if (refs->count > 1 && tt_text_width(begin, (size_t)(text->at - begin)) > columns) {
        text->at = begin;
        put_refs_shortly(refs, text);
    }
}

/* The packet numbers of the line, in the scratch; how many octets.  Those of the other capture stand behind a bar. */
static size_t write_refs(struct tale *tale)
{
    struct tt_text *text = &tale->scratch;
    size_t columns = tale->columns / REFS_SHARE;

    if (tale->refs_there.count) {
        columns /= 2;
        if (tale->refs.count)
            write_within(text, &tale->refs, columns);
        else
            tt_text_string(text, "–");
        tt_text_string(text, " │ ");
        write_within(text, &tale->refs_there, columns);
    } else {
        write_within(text, &tale->refs, columns);
        if (tale->finding && tale->refs.count)
            tt_text_string(text, " │ –");
    }
    size_t n = (size_t)(text->at - text->start);
    text->at = text->start;
    return tale->style->ascii ? make_plain(text->start, n) : n;
}

/* ---- the line ---------------------------------------------------------------------------------------------------- */

static void colour(struct tale *tale, const char *sequence)
{
    if (tale->style->colour)
        tt_text_string(tale->out, sequence);
}

static const char *left_word(const struct tale *tale)
{
    const struct tt_tongue *tongue = &tale->style->tongue;
    const char *english = tale->term ? tale->term : part_words[tale->part];

    if (!tale->term && tale->lines)
        return "";
    return tongue->say ? tongue->say(tongue->ctx, english) : english;
}

static void put_left(struct tale *tale)
{
    const char *word = left_word(tale);
    size_t width = tt_text_width(word, strlen(word));

    tt_text_repeat(tale->out, ' ', tale->part_column);
    if (width) {
        colour(tale, "\033[1m");
        tt_text_string(tale->out, word);
        colour(tale, "\033[0m");
    }
    tale_pad(tale->out, tale->part_column + width, tale->text_column);
}

static void put_text(struct tale *tale, const char *octets, size_t n)
{
    if (tale->bad)
        colour(tale, "\033[31m");
    tt_text_put(tale->out, octets, n);
    if (tale->bad)
        colour(tale, "\033[0m");
}

static void put_right(struct tale *tale, size_t column, const char *refs, size_t n)
{
    size_t width = tt_text_width(refs, n);

    if (n) {
        tale_pad(tale->out, column + width, tale->columns);
        colour(tale, "\033[2m");
        tt_text_put(tale->out, refs, n);
        colour(tale, "\033[0m");
    }
    tt_text_char(tale->out, '\n');
}

void tale_page_line(struct tale *tale)
{
    char *at = tale->said.start, *refs = tale->scratch.start;
    size_t n = tale_said(tale), refs_n = write_refs(tale), refs_width = tt_text_width(refs, refs_n);

    if (tale->style->ascii)
        n = make_plain(at, n);

    size_t taken = tale->text_column + (refs_n ? refs_width + REFS_GAP : 0);
    size_t width = tale->columns > taken + 20 ? tale->columns - taken : 20;

    for (bool first = true; n; first = false) {
        size_t part = tale_fitting(at, n, width), shown = part;

        while (shown && at[shown - 1] == ' ')
            shown--;
        if (first)
            put_left(tale);
        else
            tt_text_repeat(tale->out, ' ', tale->text_column);
        put_text(tale, at, shown);
        put_right(tale, tale->text_column + tt_text_width(at, shown), refs, first ? refs_n : 0);
        at += part;
        n -= part;
    }
}

void tale_page_raw(struct tale *tale)
{
    size_t n = tale_said(tale);

    if (tale->style->ascii)
        n = make_plain(tale->said.start, n);
    while (n && tale->said.start[n - 1] == ' ')
        n--;
    tt_text_put(tale->out, tale->said.start, n);
    tt_text_char(tale->out, '\n');
    tale->said.at = tale->said.start;
}
