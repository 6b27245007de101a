/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.c - any octets as a frame of any link type: the first octet chooses which, the second how much was on the wire.  The
 * shortcut comes to what the long way comes to.
 */
#include <stdio.h>
#include <stdlib.h>

#include "wire/decode.h"
#include "wire_invariants.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    static const uint32_t links[] = {
#define LINK(name, value, words) value,
        TT_LINKS(LINK)
#undef LINK
    };

    if (n < 2)
        return 0;

    struct tt_frame frame = {
        .octets = octets + 2,
        .captured = (uint32_t)(n - 2),
        .length = (uint32_t)(n - 2) + octets[1],
        .link = links[octets[0] % (sizeof links / sizeof links[0])],
        .number = 1,
    };
    struct tt_segment seg, whole;
    memset(&seg, 0xff, sizeof seg);
    tt_decode(&frame, &seg);
    tt_decode_whole(&frame, &whole);

    const char *broken = memcmp(&seg, &whole, sizeof seg) == 0 ? wire_broken(&frame, &seg) : "the shortcut differs";
    if (broken) {
        (void)fprintf(stderr, "%s\n", broken);
        abort();
    }
    return 0;
}
