/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/text.h - text out of the silent core: a buffer of the caller's with a sink behind it, numbers, and the translator.
 */
#ifndef TCPTALE_TEXT_H
#define TCPTALE_TEXT_H

#include <tcptale/base.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Where text goes when a buffer is full: write all n octets, return 0 or a TT_ERR_ code. */
struct tt_sink {
    int (*write)(void *ctx, const char *octets, size_t n);
    void *ctx;
};

/*
 * A text under way: octets between start and at are not yet handed on.  With a sink it never overflows; without one (write
 * NULL) what does not fit is dropped and `failed` says TT_ERR_LIMIT.  The first failure sticks.  At least TT_TEXT_ROOM octets.
 */
struct tt_text {
    char *start, *at, *end; /* view of the caller's buffer */
    struct tt_sink sink;
    int failed; /* 0, or the first TT_ERR_ */
};

/* The smallest buffer: the most that one tt_text_room() may ask for. */
#define TT_TEXT_ROOM 4096

/* buffer is borrowed until the text is no longer used. */
void tt_text_init(struct tt_text *text, char *buffer, size_t octets, const struct tt_sink *sink);
/* Hands everything on.  0 or `failed`. */
int tt_text_flush(struct tt_text *text);
/* Makes room for n octets, n at most TT_TEXT_ROOM, by handing on.  False when that failed. */
bool tt_text_room_slow(struct tt_text *text, size_t n);
static inline bool tt_text_room(struct tt_text *text, size_t n)
{
    return (size_t)(text->end - text->at) >= n || tt_text_room_slow(text, n);
}

void tt_text_put(struct tt_text *text, const char *octets, size_t n);
void tt_text_string(struct tt_text *text, const char *string);
static inline void tt_text_char(struct tt_text *text, char c)
{
    if (tt_text_room(text, 1))
        *text->at++ = c;
}
void tt_text_repeat(struct tt_text *text, char c, size_t n);
void tt_text_u64(struct tt_text *text, uint64_t value);
void tt_text_i64(struct tt_text *text, int64_t value);
/* At least `digits` digits, zeros in front. */
void tt_text_u64_padded(struct tt_text *text, uint64_t value, unsigned digits);
/* Lower-case hexadecimal, at least `digits` digits. */
void tt_text_hex(struct tt_text *text, uint64_t value, unsigned digits);
/* Seconds with 9 decimals, "-" in front when below zero. */
void tt_text_seconds(struct tt_text *text, tt_ns ns);
/* RFC 5952 for IPv6, dotted quad for IPv4. */
void tt_text_addr(struct tt_text *text, const struct tt_addr *addr, unsigned ip_version);
/* "192.0.2.1:80", "[2001:db8::1]:80". */
void tt_text_endpoint(struct tt_text *text, const struct tt_endpoint *endpoint);
/* A JSON string with its quotes; octets that are not UTF-8 become U+FFFD. */
void tt_text_json_string(struct tt_text *text, const char *octets, size_t n);

/* The columns that UTF-8 takes on a terminal: East Asian wide characters take two, combining ones none. */
size_t tt_text_width(const char *octets, size_t n);

/* ---- words in the reader's language ------------------------------------------------------------------------------------------ */

/*
 * The translator that the core is given.  say() returns the translation of an English sentence, say_many() that of the form for
 * n; both return their argument when they have none, a view that lives as long as the translator.  NULL functions: English.
 * Sentences have named places, "server sent {bytes} B", which a translation may put in any order but may not drop.
 */
struct tt_tongue {
    const char *(*say)(void *ctx, const char *english);
    const char *(*say_many)(void *ctx, const char *one, const char *many, uint64_t n);
    void *ctx;
};

/* Marks a sentence for the catalogue where it stands in a table. */
#define TT_N_(english) english
/* The same for a sentence that depends on a number: it stands for both arguments. */
#define TT_NN_(one, many) one, many

/* What fills the place {name}: octets, or when octets is NULL the number. */
struct tt_fill {
    const char *name;
    const char *octets; /* view, or NULL */
    size_t n;
    uint64_t number;
};

/* The sentence in the reader's language with its places filled.  A place without a fill stays as it is, braces and all. */
void tt_say(struct tt_text *text, const struct tt_tongue *tongue, const char *english, const struct tt_fill *fills, size_t count);
void tt_say_many(struct tt_text *text, const struct tt_tongue *tongue, const char *one, const char *many, uint64_t n,
                 const struct tt_fill *fills, size_t count);

/* ---- local time -------------------------------------------------------------------------------------------------------------- */

/*
 * The reader's time zone: seconds east of UTC at a moment (seconds since the epoch).  NULL offset_at: UTC.  The core asks at most
 * once for each quarter of an hour of the capture's time (no zone changes inside one).
 */
struct tt_zone {
    int32_t (*offset_at)(void *ctx, int64_t second);
    void *ctx;
};

/* A moment as a calendar shows it (proleptic Gregorian). */
struct tt_civil {
    int64_t year;
    uint8_t month, day; /* from 1 */
    uint8_t hour, minute, second;
    uint32_t nanosecond;
};

/* The calendar's view of second (since the epoch, offset already added). */
void tt_civil_of(int64_t second, struct tt_civil *ret);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
