/* SPDX-License-Identifier: BSD-2-Clause */
/* utf8.c - strings for JSON, and the width of text on a terminal. */
#include "base/utf8.h"
#include <tcptale/text.h>

unsigned tt_utf8_next(const char *octets, size_t n, uint32_t *ret_rune)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const uint8_t *p = (const uint8_t *)octets;
    unsigned length = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 : (p[0] & 0xf8) == 0xf0 ? 4 : 0;
    uint32_t rune = length == 1 ? p[0] : length == 2 ? p[0] & 0x1fu : length == 3 ? p[0] & 0x0fu : p[0] & 0x07u;

    if (length == 0 || length > n)
        return 0;
    for (unsigned i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        rune = rune << 6 | (p[i] & 0x3fu);
    }
    if (rune < least[length] || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
        return 0;
    *ret_rune = rune;
    return length;
}

static void json_control(struct tt_text *text, char c)
{
    switch (c) {
    case '\n':
        tt_text_string(text, "\\n");
        return;
    case '\r':
        tt_text_string(text, "\\r");
        return;
    case '\t':
        tt_text_string(text, "\\t");
        return;
    default:
        tt_text_string(text, "\\u");
        tt_text_hex(text, (uint8_t)c, 4);
    }
}

/* How many octets from here on stand for themselves in a JSON string: most strings are nothing else. */
static size_t plain_octets(const char *octets, size_t n)
{
    size_t i = 0;

    while (i < n && octets[i] >= ' ' && octets[i] < 0x7f && octets[i] != '"' && octets[i] != '\\')
        i++;
    return i;
}

void tt_text_json_string(struct tt_text *text, const char *octets, size_t n)
{
    tt_text_char(text, '"');
    for (size_t i = 0; i < n;) {
        size_t plain = plain_octets(octets + i, n - i);
        uint32_t rune;

        tt_text_put(text, octets + i, plain);
        i += plain;
        if (i == n)
            break;

        unsigned length = tt_utf8_next(octets + i, n - i, &rune);
        if (length == 0)
            tt_text_string(text, "\\ufffd");
        else if (rune < 0x20 || rune == 0x7f)
            json_control(text, octets[i]);
        else if (rune == '"' || rune == '\\') {
            tt_text_char(text, '\\');
            tt_text_char(text, octets[i]);
        } else
            tt_text_put(text, octets + i, length);
        i += length ? length : 1;
    }
    tt_text_char(text, '"');
}

/* Unicode's East Asian Wide and Fullwidth blocks, and marks that take no column; what a terminal shows in this tool's texts. */
static const struct {
    uint32_t first, last;
    uint8_t width;
} widths[] = {
    /* clang-format off */
    {0x0300, 0x036f, 0}, {0x1100, 0x115f, 2}, {0x200b, 0x200f, 0}, {0x2e80, 0x303e, 2}, {0x3041, 0xa4cf, 2},
    {0xac00, 0xd7a3, 2}, {0xf900, 0xfaff, 2}, {0xfe00, 0xfe0f, 0}, {0xfe30, 0xfe6f, 2}, {0xff00, 0xff60, 2},
    {0xffe0, 0xffe6, 2}, {0x1f300, 0x1faff, 2}, {0x20000, 0x3fffd, 2},
    /* clang-format on */
};

static unsigned rune_width(uint32_t rune)
{
    if (rune < 0x300)
        return 1;
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
        if (rune >= widths[i].first && rune <= widths[i].last)
            return widths[i].width;
    return 1;
}

size_t tt_text_width(const char *octets, size_t n)
{
    size_t width = 0;

    for (size_t i = 0; i < n;) {
        uint32_t rune;
        unsigned length = tt_utf8_next(octets + i, n - i, &rune);

        width += length ? rune_width(rune) : 1;
        i += length ? length : 1;
    }
    return width;
}
