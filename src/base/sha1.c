/* SPDX-License-Identifier: BSD-2-Clause */
/* sha1.c - SHA-1 of octets that are all there (RFC 3174 method 1). */
#include "base/sha1.h"
#include "base/bytes.h"

#define BLOCK 64

static uint32_t rotl(uint32_t v, unsigned bits)
{
    return v << bits | v >> (32 - bits);
}

/* The functions of RFC 3174 section 5. */
static inline uint32_t choice(uint32_t b, uint32_t c, uint32_t d)
{
    return d ^ (b & (c ^ d));
}
static inline uint32_t parity(uint32_t b, uint32_t c, uint32_t d)
{
    return b ^ c ^ d;
}
static inline uint32_t majority(uint32_t b, uint32_t c, uint32_t d)
{
    return (b & c) | (d & (b | c));
}

/* RFC 3174 section 6.1 (d), where the words move on by one; here their names do. */
static inline void step(uint32_t a, uint32_t *b, uint32_t f, uint32_t k_and_w, uint32_t *e)
{
    *e += rotl(a, 5) + f + k_and_w;
    *b = rotl(*b, 30);
}

/* After five steps each word is where it was. */
static inline void five_steps(uint32_t h[5], uint32_t (*f)(uint32_t, uint32_t, uint32_t), uint32_t k, const uint32_t *w)
{
    step(h[0], &h[1], f(h[1], h[2], h[3]), k + w[0], &h[4]);
    step(h[4], &h[0], f(h[0], h[1], h[2]), k + w[1], &h[3]);
    step(h[3], &h[4], f(h[4], h[0], h[1]), k + w[2], &h[2]);
    step(h[2], &h[3], f(h[3], h[4], h[0]), k + w[3], &h[1]);
    step(h[1], &h[2], f(h[2], h[3], h[4]), k + w[4], &h[0]);
}

static void schedule(const uint8_t *block, uint32_t w[80])
{
    for (unsigned t = 0; t < 16; t++)
        w[t] = tt_be32(block + 4 * t);
    for (unsigned t = 16; t < 80; t++)
        w[t] = rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
}

static void take_block(uint32_t digest[5], const uint8_t *block)
{
    uint32_t w[80], h[5];
    unsigned t = 0;

    schedule(block, w);
    memcpy(h, digest, sizeof h);
    for (; t < 20; t += 5)
        five_steps(h, choice, 0x5a827999, w + t);
    for (; t < 40; t += 5)
        five_steps(h, parity, 0x6ed9eba1, w + t);
    for (; t < 60; t += 5)
        five_steps(h, majority, 0x8f1bbcdc, w + t);
    for (; t < 80; t += 5)
        five_steps(h, parity, 0xca62c1d6, w + t);
    for (unsigned i = 0; i < 5; i++)
        digest[i] += h[i];
}

void tt_sha1(const uint8_t *octets, size_t n, uint8_t ret_digest[TT_SHA1_OCTETS])
{
    uint32_t digest[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    uint64_t bits = (uint64_t)n * 8;
    uint8_t tail[2 * BLOCK] = {0};

    for (; n >= BLOCK; octets += BLOCK, n -= BLOCK)
        take_block(digest, octets);

    /* RFC 3174 section 4: a one bit, zeros, and the length in bits in the last 8 octets of a block. */
    size_t tail_octets = n < BLOCK - 8 ? BLOCK : 2 * BLOCK;
    if (n)
        memcpy(tail, octets, n);
    tail[n] = 0x80;
    tt_put_be32(tail + tail_octets - 8, (uint32_t)(bits >> 32));
    tt_put_be32(tail + tail_octets - 4, (uint32_t)bits);
    take_block(digest, tail);
    if (tail_octets > BLOCK)
        take_block(digest, tail + BLOCK);
    for (unsigned i = 0; i < 5; i++)
        tt_put_be32(ret_digest + 4 * i, digest[i]);
}
