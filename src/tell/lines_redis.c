/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_redis.c - Redis' protocol, RESP: its strings one behind the other. */
#include "tell/lines.h"

/* Arrays in arrays; deeper ones end the line, for each costs stack. */
#define NESTING_MAX 64

/* What is left of the payload.  A false: it ends too soon, and the line with it. */
struct cursor {
    size_t at;
    uint32_t left;
    unsigned nesting;
};

static void move(struct cursor *cursor, uint32_t n)
{
    cursor->at += n;
    cursor->left -= n < cursor->left ? n : cursor->left;
}

static bool say_item(struct line *line, struct cursor *cursor);

static bool say_text(struct line *line, size_t at, size_t n)
{
    tt_text_put(line->text, " \"", 2);
    for (size_t i = 0; i < n; i++) {
        if (!line_has(line, at + i, 1))
            return false;
        line_visible(line, line_u8(line, at + i));
    }
    tt_text_char(line->text, '"');
    return true;
}

static bool find_crlf(const struct line *line, struct cursor *cursor)
{
    for (;; move(cursor, 1)) {
        if (cursor->left < 2 || !line_has(line, cursor->at, 2))
            return false;
        if (line_be16(line, cursor->at) == 0x0d0a)
            return true;
    }
}

/* "+OK", "-ERR …", ":42". */
static bool say_simple(struct line *line, struct cursor *cursor)
{
    move(cursor, 1);
    size_t from = cursor->at;
    if (!find_crlf(line, cursor) || !say_text(line, from, cursor->at - from))
        return false;
    move(cursor, 2);
    return true;
}

/* What a length can be besides a number of octets or items. */
enum length { LENGTH_NULL = -1, LENGTH_CUT = -2, LENGTH_TOO_LARGE = -3, LENGTH_NEGATIVE = -4, LENGTH_INVALID = -5 };

static bool is_digit(const struct line *line, const struct cursor *cursor)
{
    return line_u8(line, cursor->at) >= '0' && line_u8(line, cursor->at) <= '9';
}

/* The digits of a length; more than fit into 31 bits are too large. */
static int64_t read_digits(const struct line *line, struct cursor *cursor)
{
    int64_t value = 0;
    bool any = false;

    for (;; move(cursor, 1), any = true) {
        if (cursor->left == 0 || !line_has(line, cursor->at, 1))
            return LENGTH_CUT;
        if (!is_digit(line, cursor))
            break;
        if (value <= INT32_MAX)
            value = value * 10 + (line_u8(line, cursor->at) - '0');
    }
    if (!any)
        move(cursor, 1);
    return any ? value : LENGTH_INVALID;
}

static int64_t read_length(const struct line *line, struct cursor *cursor)
{
    if (cursor->left == 0 || !line_has(line, cursor->at, 1))
        return LENGTH_CUT;

    bool negative = line_u8(line, cursor->at) == '-';
    if (negative)
        move(cursor, 1);
    int64_t value = read_digits(line, cursor);
    if (value < 0)
        return value;
    for (unsigned i = 0; i < 2; i++) {
        if ((i && cursor->left == 0) || !line_has(line, cursor->at, 1))
            return LENGTH_CUT;
        bool right = line_u8(line, cursor->at) == (i ? '\n' : '\r');
        move(cursor, 1);
        if (!right)
            return LENGTH_INVALID;
    }
    if (negative)
        return value == 1 ? LENGTH_NULL : LENGTH_NEGATIVE;
    return value > INT32_MAX ? LENGTH_TOO_LARGE : value;
}

/* Says what is wrong with a length, or that there is nothing behind it. */
static bool say_no_length(struct line *line, int64_t length)
{
    switch (length) {
    case 0:
        line_say(line, " empty");
        return true;
    case LENGTH_NULL:
        line_say(line, " null");
        return true;
    case LENGTH_CUT:
        return false;
    case LENGTH_TOO_LARGE:
        line_say(line, " length too large");
        return true;
    case LENGTH_NEGATIVE:
        line_say(line, " length negative and not -1");
        return true;
    default:
        line_say(line, " invalid");
        return true;
    }
}

/* "$5", and behind it five octets. */
static bool say_bulk(struct line *line, struct cursor *cursor)
{
    move(cursor, 1);
    int64_t length = read_length(line, cursor);
    if (length <= 0 && !say_no_length(line, length))
        return false;
    if (length < 0)
        return true;
    if (length > cursor->left || !line_has(line, cursor->at, (size_t)length))
        return false;
    if (length && !say_text(line, cursor->at, (size_t)length))
        return false;
    move(cursor, (uint32_t)length);
    if (!find_crlf(line, cursor))
        return false;
    move(cursor, 2);
    return true;
}

static bool say_array(struct line *line, struct cursor *cursor)
{
    move(cursor, 1);
    int64_t items = read_length(line, cursor);
    if (items <= 0)
        return say_no_length(line, items);
    if (++cursor->nesting > NESTING_MAX)
        return false;
    for (int64_t i = 0; i < items; i++)
        if (!say_item(line, cursor))
            return false;
    cursor->nesting--;
    return true;
}

static bool at_line_end(const struct line *line, const struct cursor *cursor)
{
    return line_u8(line, cursor->at) == '\r' || line_u8(line, cursor->at) == '\n';
}

static void skip_line_ends(const struct line *line, struct cursor *cursor)
{
    while (cursor->left && line_has(line, cursor->at, 1) && at_line_end(line, cursor))
        move(cursor, 1);
}

/* A command as a person types it. */
static bool say_inline(struct line *line, struct cursor *cursor)
{
    skip_line_ends(line, cursor);
    size_t from = cursor->at;
    for (;; move(cursor, 1)) {
        if (cursor->left == 0 || !line_has(line, cursor->at, 1))
            return false;
        if (at_line_end(line, cursor))
            break;
    }
    if (!say_text(line, from, cursor->at - from))
        return false;
    skip_line_ends(line, cursor);
    return true;
}

static bool say_item(struct line *line, struct cursor *cursor)
{
    if (cursor->left < 1 || !line_has(line, cursor->at, 1))
        return false;
    switch (line_u8(line, cursor->at)) {
    case '+':
    case '-':
    case ':':
        return say_simple(line, cursor);
    case '$':
        return say_bulk(line, cursor);
    case '*':
        return say_array(line, cursor);
    default:
        return say_inline(line, cursor);
    }
}

bool line_redis(struct line *line, size_t at, uint32_t length)
{
    struct cursor cursor = {.at = at, .left = length};

    line->layer = "resp";
    tt_text_put(line->text, ": RESP", 6);
    while (cursor.left > 0)
        if (!say_item(line, &cursor))
            return false;
    return true;
}
