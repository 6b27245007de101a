/* SPDX-License-Identifier: BSD-2-Clause */
/* format.c - printf's notation for texts: the C library's own may allocate and knows of locales, which the core must not. */
#include "base/format.h"

/* One conversion, as it stands between '%' and its letter. */
struct conversion {
    bool zeros, left, wide, bounded;
    size_t width;
};

/* Reads flags, width, precision and length; returns where the letter is. */
static const char *read_conversion(const char *format, struct conversion *ret)
{
    *ret = (struct conversion){0};
    for (; *format == '0' || *format == '-'; format++) {
        ret->zeros |= *format == '0';
        ret->left |= *format == '-';
    }
    for (; *format >= '0' && *format <= '9'; format++)
        ret->width = ret->width * 10 + (size_t)(*format - '0');
    if (format[0] == '.' && format[1] == '*') {
        ret->bounded = true;
        format += 2;
    }
    if (*format == 'l') {
        ret->wide = true;
        format++;
    }
    return format;
}

static size_t digits_of(uint64_t value, uint64_t base)
{
    size_t n = 1;

    while (value /= base)
        n++;
    return n;
}

static void put_padded(struct tt_text *text, const struct conversion *c, const char *octets, size_t n)
{
    size_t padding = n < c->width ? c->width - n : 0;

    if (!c->left)
        tt_text_repeat(text, c->zeros ? '0' : ' ', padding);
    tt_text_put(text, octets, n);
    if (c->left)
        tt_text_repeat(text, ' ', padding);
}

static void put_number(struct tt_text *text, const struct conversion *c, uint64_t value, char letter)
{
    const char *alphabet = letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    uint64_t base = letter == 'u' ? 10 : 16;
    char digits[20];
    size_t n = digits_of(value, base);

    for (size_t i = n; i-- > 0; value /= base)
        digits[i] = alphabet[value % base];
    put_padded(text, c, digits, n);
}

void tt_text_vformat(struct tt_text *text, const char *format, va_list args)
{
    struct conversion c;

    for (;;) {
        size_t plain = strcspn(format, "%");

        tt_text_put(text, format, plain);
        format += plain;
        if (!*format)
            return;
        format = read_conversion(format + 1, &c);
        char letter = *format++;
        if (letter == 's') {
            size_t bound = c.bounded ? (size_t)va_arg(args, int) : SIZE_MAX;
            const char *string = va_arg(args, const char *);
            size_t n = bound == SIZE_MAX ? strlen(string) : bound;
            put_padded(text, &c, string, n);
        } else if (letter == 'c') {
            tt_text_char(text, (char)va_arg(args, int));
        } else if (letter == '%') {
            tt_text_char(text, '%');
        } else {
            assert(letter == 'u' || letter == 'x' || letter == 'X');
            put_number(text, &c, c.wide ? va_arg(args, unsigned long) : va_arg(args, unsigned), letter);
        }
    }
}

void tt_text_format(struct tt_text *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tt_text_vformat(text, format, args);
    va_end(args);
}
