/* SPDX-License-Identifier: BSD-2-Clause */
/* grow.h - room for one more element in an array that doubles. */
#ifndef TCPTALE_IO_GROW_H
#define TCPTALE_IO_GROW_H

#include "base/memory.h"

#define TT_GROW_FIRST 64

/* The array, moved or not, with room for element n of `octets` octets; NULL when there is no memory: the old one stays. */
static inline void *tt_grow(const struct tt_alloc *alloc, void *array, size_t n, size_t *capacity, size_t octets)
{
    size_t more = *capacity ? *capacity * 2 : TT_GROW_FIRST;

    if (n < *capacity)
        return array;
    void *grown = alloc->resize(alloc->ctx, array, *capacity * octets, more * octets);
    if (grown)
        *capacity = more;
    return grown;
}

#endif
