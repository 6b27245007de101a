/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/base.h - what every layer stands on: errors, memory, sequence numbers, time, addresses.
 *
 * Ownership, in the three words that all headers use:
 *   borrowed  valid until the call returns;
 *   owned     yours from then on; the function that frees it is named;
 *   view      points into somebody else's buffer and lives as long as that.
 *
 * Functions return 0 or a count, or one of the TT_ERR_ codes below zero.  Outputs come last, are named `ret...`, and stay
 * untouched on failure.  No function of the core reads a clock, makes a system call or prints.
 */
#ifndef TCPTALE_BASE_H
#define TCPTALE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- errors ------------------------------------------------------------------------------------------------------------------ */

/* One row an error: the code and the words for it. */
#define TT_ERRORS(X)                                                                                                               \
    X(TT_ERR_NOMEM, -1, "out of memory")                                                                                           \
    X(TT_ERR_LIMIT, -2, "a limit was reached")                                                                                     \
    X(TT_ERR_MISUSE, -3, "called in a way that it does not allow")                                                                 \
    X(TT_ERR_SYSTEM, -4, "the system refused")                                                                                     \
    X(TT_ERR_FORMAT, -5, "not in a format that is known, or damaged")                                                              \
    X(TT_ERR_SINK, -6, "the output could not be written")                                                                          \
    X(TT_ERR_RIGHTS, -7, "rights are missing")                                                                                     \
    X(TT_ERR_INTERRUPTED, -8, "interrupted")

enum tt_error_code {
#define TT_ERROR_ENUM(name, value, words) name = (value),
    TT_ERRORS(TT_ERROR_ENUM)
#undef TT_ERROR_ENUM
};

/* The words for a code below zero; never NULL.  English: programs print struct tt_error, people read the command's line. */
const char *tt_error_words(int code);

/* The version of the library, "0.1.0". */
const char *tt_version(void);

/* ---- memory ------------------------------------------------------------------------------------------------------------------ */

/*
 * The one allocator, given by the caller.  resize(ctx, NULL, 0, n) allocates, resize(ctx, p, old, n) grows or shrinks,
 * resize(ctx, p, old, 0) frees and returns NULL.  Memory is not cleared.  NULL for n > 0 means out of memory, and the old
 * block stays as it was.
 */
struct tt_alloc {
    void *(*resize)(void *ctx, void *old, size_t old_octets, size_t new_octets);
    void *ctx;
};

/* ---- sequence numbers (RFC 9293 section 3.4) --------------------------------------------------------------------------------- */

/* A number in TCP's 32-bit sequence space: a type of its own, so that nobody compares raw ones. */
typedef struct tt_seq {
    uint32_t n;
} tt_seq;

static inline tt_seq tt_seq_of(uint32_t n)
{
    tt_seq seq = {n}; /* C++ has no compound literals */
    return seq;
}
/* a - b, as the signed distance of two numbers less than 2^31 apart. */
static inline int32_t tt_seq_diff(tt_seq a, tt_seq b)
{
    return (int32_t)(a.n - b.n);
}
static inline tt_seq tt_seq_add(tt_seq a, uint32_t octets)
{
    return tt_seq_of(a.n + octets);
}
static inline bool tt_seq_eq(tt_seq a, tt_seq b)
{
    return a.n == b.n;
}
static inline bool tt_seq_lt(tt_seq a, tt_seq b)
{
    return tt_seq_diff(a, b) < 0;
}
static inline bool tt_seq_le(tt_seq a, tt_seq b)
{
    return tt_seq_diff(a, b) <= 0;
}

/* ---- time -------------------------------------------------------------------------------------------------------------------- */

/* Nanoseconds: since the epoch for a moment, a difference for a duration.  Good until the year 2262. */
typedef int64_t tt_ns;

#define TT_NS_PER_US INT64_C(1000)
#define TT_NS_PER_MS INT64_C(1000000)
#define TT_NS_PER_S INT64_C(1000000000)

/* ---- addresses --------------------------------------------------------------------------------------------------------------- */

/* An address as on the wire.  IPv4: the first four octets, the rest zero. */
struct tt_addr {
    uint8_t octets[16];
};

/* One end of a connection. */
struct tt_endpoint {
    struct tt_addr addr;
    uint16_t port;      /* host order */
    uint8_t ip_version; /* 4 or 6 */
};

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
