/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * digits.h - numbers as text where every nanosecond counts: each function writes at `at`, where the caller has made room, and
 * returns where the text ends.
 */
#ifndef TCPTALE_DIGITS_H
#define TCPTALE_DIGITS_H

#include <stdint.h>
#include <string.h>

/* The digits of 00 to 99, two at a time. */
extern const char tt_digit_pairs[200];

/* The most that tt_put_u32() writes. */
#define TT_U32_DIGITS 10

static inline char *tt_put_pair(char *at, uint32_t below_100)
{
    memcpy(at, tt_digit_pairs + 2 * below_100, 2);
    return at + 2;
}

/* Up to four digits, none in front that is zero. */
static inline char *tt_put_below_10000(char *at, uint32_t value)
{
    if (value >= 1000)
        return tt_put_pair(tt_put_pair(at, value / 100), value % 100);
    if (value >= 100) {
        *at++ = (char)('0' + value / 100);
        return tt_put_pair(at, value % 100);
    }
    if (value >= 10)
        return tt_put_pair(at, value);
    *at++ = (char)('0' + value);
    return at;
}

/* Four digits, zeros in front. */
static inline char *tt_put_four(char *at, uint32_t value)
{
    return tt_put_pair(tt_put_pair(at, value / 100), value % 100);
}

static inline char *tt_put_u32(char *at, uint32_t value)
{
    if (value < 10000)
        return tt_put_below_10000(at, value);
    if (value < 100000000)
        return tt_put_four(tt_put_below_10000(at, value / 10000), value % 10000);
    at = tt_put_below_10000(at, value / 100000000);
    value %= 100000000;
    return tt_put_four(tt_put_four(at, value / 10000), value % 10000);
}

/* Six digits, zeros in front: a fraction of a second in microseconds. */
static inline char *tt_put_six(char *at, uint32_t value)
{
    return tt_put_four(tt_put_pair(at, value / 10000), value % 10000);
}

/* A point and nine digits: a fraction of a second in nanoseconds. */
static inline char *tt_put_nanoseconds(char *at, uint32_t value)
{
    *at++ = '.';
    *at++ = (char)('0' + value / 100000000);
    value %= 100000000;
    return tt_put_four(tt_put_four(at, value / 10000), value % 10000);
}

/* A string literal, without its NUL. */
#define TT_PUT_LITERAL(at, literal) ((char *)memcpy((at), (literal), sizeof(literal) - 1) + sizeof(literal) - 1)

#endif
