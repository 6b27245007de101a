/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * siphash.h - SipHash-1-3 (Aumasson, Bernstein), the keyed hash of every table whose keys a peer chooses.
 *
 * Inline, because the length is a constant wherever it is called.
 */
#ifndef TCPTALE_SIPHASH_H
#define TCPTALE_SIPHASH_H

#include "base/bytes.h"
#include <stddef.h>

static inline uint64_t tt_rotl64(uint64_t v, unsigned bits)
{
    return v << bits | v >> (64 - bits);
}

static inline void tt_sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = tt_rotl64(v[1], 13) ^ v[0];
    v[0] = tt_rotl64(v[0], 32);
    v[2] += v[3];
    v[3] = tt_rotl64(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = tt_rotl64(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = tt_rotl64(v[1], 17) ^ v[2];
    v[2] = tt_rotl64(v[2], 32);
}

static inline uint64_t tt_sip_end(uint64_t v[4], uint64_t last)
{
    v[3] ^= last;
    tt_sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    tt_sip_round(v);
    tt_sip_round(v);
    tt_sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static inline void tt_sip_begin(uint64_t v[4], const uint64_t key[2])
{
    v[0] = key[0] ^ UINT64_C(0x736f6d6570736575);
    v[1] = key[1] ^ UINT64_C(0x646f72616e646f6d);
    v[2] = key[0] ^ UINT64_C(0x6c7967656e657261);
    v[3] = key[1] ^ UINT64_C(0x7465646279746573);
}

static inline void tt_sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    tt_sip_round(v);
    v[0] ^= word;
}

/* Of twelve octets that are in registers: eight and four, as little-endian numbers. */
static inline uint64_t tt_siphash13_of_12(const uint64_t key[2], uint64_t first, uint32_t rest)
{
    uint64_t v[4];

    tt_sip_begin(v, key);
    tt_sip_word(v, first);
    return tt_sip_end(v, UINT64_C(12) << 56 | rest);
}

static inline uint64_t tt_siphash13(const uint64_t key[2], const void *octets, size_t n)
{
    const uint8_t *p = octets;
    uint64_t v[4];
    uint64_t last = (uint64_t)n << 56;
    size_t whole = n & ~(size_t)7;

    tt_sip_begin(v, key);
    for (size_t i = 0; i < whole; i += 8)
        tt_sip_word(v, tt_le64(p + i));
    for (size_t i = whole; i < n; i++)
        /* The analyzer does not see the octets of a struct.  NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
        last |= (uint64_t)p[i] << (8 * (i - whole));
    return tt_sip_end(v, last);
}

#endif
