/* SPDX-License-Identifier: BSD-2-Clause */
/* sha1.c - SHA-1 of octets that are all there (RFC 3174 method 1). */
#include "base/sha1.h"
#include "base/bytes.h"

#define BLOCK 64

static uint32_t rotl(uint32_t v, unsigned bits)
{
    return v << bits | v >> (32 - bits);
}

/* One of the 80 steps: RFC 3174 section 6.1 (d). */
static void step(uint32_t h[5], uint32_t f, uint32_t k, uint32_t w)
{
    uint32_t new_a = rotl(h[0], 5) + f + h[4] + w + k;

    h[4] = h[3];
    h[3] = h[2];
    h[2] = rotl(h[1], 30);
    h[1] = h[0];
    h[0] = new_a;
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
    for (; t < 20; t++)
        step(h, (h[1] & h[2]) | (~h[1] & h[3]), 0x5a827999, w[t]);
    for (; t < 40; t++)
        step(h, h[1] ^ h[2] ^ h[3], 0x6ed9eba1, w[t]);
    for (; t < 60; t++)
        step(h, (h[1] & h[2]) | (h[1] & h[3]) | (h[2] & h[3]), 0x8f1bbcdc, w[t]);
    for (; t < 80; t++)
        step(h, h[1] ^ h[2] ^ h[3], 0xca62c1d6, w[t]);
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
