/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyhash.h - the keyed hash of every table whose keys a peer chooses: products of 128 bits, folded (as in wyhash, by Wang Yi).
 *
 * Both factors of every product hold key, so that who does not know the key cannot choose words that collide; the caller draws a
 * new one for each run, and nobody sees a hash.  It is no pseudo-random function as SipHash is, which took five times as long and a
 * twentieth of the time of a packet.
 *
 * Inline, because the length is a constant wherever it is called.
 */
#ifndef TCPTALE_KEYHASH_H
#define TCPTALE_KEYHASH_H

#include "base/bytes.h"
#include <stddef.h>

/* Constants without structure, from the digits of pi: keys of few bits, as in tests, must do as well. */
#define TT_KEYHASH_BEGIN UINT64_C(0x243f6a8885a308d3)
#define TT_KEYHASH_STEP UINT64_C(0xa4093822299f31d0)
#define TT_KEYHASH_END UINT64_C(0x13198a2e03707345)

__extension__ typedef unsigned __int128 tt_u128;

static inline uint64_t tt_folded_product(uint64_t a, uint64_t b)
{
    tt_u128 product = (tt_u128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t tt_keyhash_step(const uint64_t key[2], uint64_t hash, uint64_t first, uint64_t second)
{
    return tt_folded_product(first ^ key[0] ^ TT_KEYHASH_STEP, second ^ hash);
}

static inline uint64_t tt_keyhash_end(const uint64_t key[2], uint64_t hash)
{
    return tt_folded_product(hash ^ key[0], TT_KEYHASH_END);
}

/* Of sixteen octets that are in registers, as little-endian numbers. */
static inline uint64_t tt_keyhash_of_two(const uint64_t key[2], uint64_t first, uint64_t second)
{
    return tt_keyhash_end(key, tt_keyhash_step(key, key[1] ^ TT_KEYHASH_BEGIN, first, second));
}

/* Keys of one table must be of one length: zeros behind the last octet are not told apart. */
static inline uint64_t tt_keyhash(const uint64_t key[2], const void *octets, size_t n)
{
    const uint8_t *p = octets;
    uint64_t hash = key[1] ^ TT_KEYHASH_BEGIN;
    uint64_t rest[2] = {0, 0};

    for (; n >= 16; n -= 16, p += 16)
        hash = tt_keyhash_step(key, hash, tt_le64(p), tt_le64(p + 8));
    memcpy(rest, p, n);
    return tt_keyhash_end(key, n ? tt_keyhash_step(key, hash, rest[0], rest[1]) : hash);
}

#endif
