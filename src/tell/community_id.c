/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * community_id.c - community ID version 1 (Corelight's specification): "1:" and, in base64, the SHA-1 of
 * seed (2 octets), the smaller end's address, the other's, protocol, a zero, the smaller end's port, the other's.
 */
#include "tell/community_id.h"
#include "base/sha1.h"

#define PROTOCOL_TCP 6

/* The smaller end is the one with the smaller address, then the smaller port, as octets on the wire. */
static bool is_smaller(const struct tt_endpoint *a, const struct tt_endpoint *b)
{
    int order = memcmp(a->addr.octets, b->addr.octets, sizeof a->addr.octets);

    return order < 0 || (order == 0 && a->port < b->port);
}

static uint8_t *add(uint8_t *at, const uint8_t *octets, size_t n)
{
    memcpy(at, octets, n);
    return at + n;
}

static uint8_t *add_port(uint8_t *at, uint16_t port)
{
    *at++ = (uint8_t)(port >> 8);
    *at++ = (uint8_t)port;
    return at;
}

/* RFC 4648 section 4, of a SHA-1: 6 groups of three octets, and two with one "=". */
static void base64_of_digest(const uint8_t digest[TT_SHA1_OCTETS], char ret[28])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (unsigned i = 0; i < 7; i++) {
        const uint8_t *p = digest + 3 * i;
        uint32_t group = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | (i < 6 ? p[2] : 0u);

        for (unsigned j = 0; j < 4; j++)
            ret[4 * i + j] = digits[group >> (18 - 6 * j) & 63];
    }
    ret[27] = '=';
}

void tt_community_id(const struct tt_endpoint *a, const struct tt_endpoint *b, char ret[TT_COMMUNITY_ID_OCTETS])
{
    size_t addr_octets = a->ip_version == 4 ? 4 : 16;
    const struct tt_endpoint *first = is_smaller(b, a) ? b : a;
    const struct tt_endpoint *second = first == a ? b : a;
    uint8_t flow[2 + 16 + 16 + 2 + 2 + 2] = {0, 0}; /* seed 0 */
    uint8_t *at = flow + 2;
    uint8_t digest[TT_SHA1_OCTETS];

    at = add(at, first->addr.octets, addr_octets);
    at = add(at, second->addr.octets, addr_octets);
    *at++ = PROTOCOL_TCP;
    *at++ = 0;
    at = add_port(at, first->port);
    at = add_port(at, second->port);
    tt_sha1(flow, (size_t)(at - flow), digest);
    ret[0] = '1';
    ret[1] = ':';
    base64_of_digest(digest, ret + 2);
}
