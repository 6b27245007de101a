/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * site.c - which addresses conn.log calls local when nobody says which networks are: what Zeek takes for private then.
 */
#include <string.h>

#include "tell/site.h"

struct prefix {
    uint8_t octets[16];
    uint8_t bits;
};

/* clang-format off */
static const struct prefix private_ipv4[] = {
    {{0}, 8},                    /* "this network": RFC 791 */
    {{10}, 8},                   /* RFC 1918 */
    {{100, 64}, 10},             /* shared by a provider's customers: RFC 6598 */
    {{127}, 8},                  /* loopback: RFC 1122 */
    {{169, 254}, 16},            /* link-local: RFC 3927 */
    {{172, 16}, 12},             /* RFC 1918 */
    {{192, 0, 0}, 24},           /* protocol assignments: RFC 6890 */
    {{192, 0, 2}, 24},           /* documentation: RFC 5737 */
    {{192, 168}, 16},            /* RFC 1918 */
    {{198, 18}, 15},             /* benchmarks: RFC 2544 */
    {{198, 51, 100}, 24},        /* documentation: RFC 5737 */
    {{203, 0, 113}, 24},         /* documentation: RFC 5737 */
    {{224, 0, 0}, 24},           /* local multicast: RFC 5771 */
    {{239}, 8},                  /* scoped multicast: RFC 2365 */
    {{240}, 4},                  /* reserved, and the broadcast: RFC 1112 */
};
static const struct prefix private_ipv6[] = {
    {{0}, 128},                              /* unspecified: RFC 4291 */
    {{[15] = 1}, 128},                       /* loopback: RFC 4291 */
    {{0, 0x64, 0xff, 0x9b, 0, 1}, 48},       /* translation: RFC 8215 */
    {{0x01}, 64},                            /* discard: RFC 6666 */
    {{0x20, 0x01}, 23},                      /* protocol assignments, Teredo too: RFC 2928 */
    {{0x20, 0x01, 0x0d, 0xb8}, 32},          /* documentation: RFC 3849 */
    {{0xfc}, 7},                             /* unique local: RFC 4193 */
    {{0xfe, 0x80}, 10},                      /* link-local: RFC 4291 */
    {{0xfe, 0xc0}, 10},                      /* site-local: RFC 3879 */
};
/* clang-format on */

static bool has_prefix(const uint8_t *octets, const struct prefix *prefix)
{
    unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;

    if (memcmp(octets, prefix->octets, whole) != 0)
        return false;
    return rest == 0 || (octets[whole] ^ prefix->octets[whole]) >> (8 - rest) == 0;
}

static bool has_any(const uint8_t *octets, const struct prefix *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (has_prefix(octets, &prefixes[i]))
            return true;
    return false;
}

static bool is_private_ipv4(const uint8_t *octets)
{
    return has_any(octets, private_ipv4, sizeof private_ipv4 / sizeof private_ipv4[0]);
}

/* RFC 3056: an IPv4 address is inside. */
static bool is_6to4(const uint8_t *octets)
{
    return octets[0] == 0x20 && octets[1] == 0x02;
}

bool tt_is_private(const struct tt_addr *addr, unsigned ip_version)
{
    if (ip_version == 4)
        return is_private_ipv4(addr->octets);
    if (is_6to4(addr->octets))
        return is_private_ipv4(addr->octets + 2);
    return has_any(addr->octets, private_ipv6, sizeof private_ipv6 / sizeof private_ipv6[0]);
}
