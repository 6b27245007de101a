/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - any octets as TCP options: the first says how long the header claims to be, the rest is what was captured of it. */
#include <stdio.h>
#include <stdlib.h>

#include "wire_invariants.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);

/* What is read one by one and what is read together must agree. */
static const char *disagreement(const struct tt_segment *seg)
{
    struct tt_options options;
    struct tt_option option;
    unsigned offset = 0;
    uint32_t timestamps = 0, sack_ok = 0;

    tt_options_read(seg, &options);
    while (tt_option_next(seg, &offset, &option) > 0) {
        if (option.kind == TT_OPT_TIMESTAMPS && option.length == 10)
            timestamps = TT_HAS_TIMESTAMPS;
        if (option.kind == TT_OPT_SACK_OK && option.length == 2)
            sack_ok = TT_HAS_SACK_OK;
    }
    if ((options.present & TT_HAS_TIMESTAMPS) != timestamps || (options.present & TT_HAS_SACK_OK) != sack_ok)
        return "the options together are not those one by one";
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    const size_t most = 40;
    size_t there = n ? n - 1 : 0, header = n ? octets[0] % 11u * 4 : 0;

    if (there > most)
        there = most;
    if (there > header)
        there = header;

    uint8_t *block = calloc(1, 20 + there); /* the end of the options is the end of the block */
    if (!block)
        return 0;
    struct tt_segment seg = {.tcp = block, .tcp_header_octets = (uint8_t)(20 + header), .options_captured = (uint8_t)there};
    if (there)
        memcpy(block + 20, octets + 1, there);

    const char *broken = wire_broken_options(&seg);
    if (!broken)
        broken = disagreement(&seg);
    free(block);
    if (broken) {
        (void)fprintf(stderr, "%s\n", broken);
        abort();
    }
    return 0;
}
