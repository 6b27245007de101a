/* SPDX-License-Identifier: BSD-2-Clause */
/* decode.c - any octets as a frame of any link type: the first octet chooses which, the second how much was on the wire. */
#include <stdio.h>
#include <stdlib.h>

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
    struct tt_segment seg;
    memset(&seg, 0xff, sizeof seg);
    tt_decode(&frame, &seg);

    const char *broken = wire_broken(&frame, &seg);
    if (broken) {
        (void)fprintf(stderr, "%s\n", broken);
        abort();
    }
    return 0;
}
