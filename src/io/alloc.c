/* SPDX-License-Identifier: BSD-2-Clause */
/* alloc.c - the C library's memory as a struct tt_alloc, for callers: the core itself has none. */
#include <tcptale/io.h>

#include <stdlib.h>

static void *resize(void *ctx, void *old, size_t old_octets, size_t new_octets)
{
    (void)ctx;
    (void)old_octets;
    if (new_octets == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_octets);
}

const struct tt_alloc *tt_system_alloc(void)
{
    static const struct tt_alloc system_alloc = {resize, NULL};

    return &system_alloc;
}
