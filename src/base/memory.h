/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.h - short names for the caller's allocator. */
#ifndef TCPTALE_MEMORY_H
#define TCPTALE_MEMORY_H

#include <tcptale/base.h>

/* n octets, not cleared; NULL when there are none. */
static inline void *tt_get(const struct tt_alloc *alloc, size_t n)
{
    return alloc->resize(alloc->ctx, NULL, 0, n);
}
/* n octets of zeros. */
void *tt_get_zero(const struct tt_alloc *alloc, size_t n);
/* Gives back a block of n octets; p may be NULL. */
static inline void tt_give(const struct tt_alloc *alloc, void *p, size_t n)
{
    if (p)
        (void)alloc->resize(alloc->ctx, p, n, 0);
}

/* A pool of records of one size: taken from blocks that are never given back before the pool's end, reused at once. */
struct tt_slab {
    const struct tt_alloc *alloc;
    size_t record_octets; /* at least a pointer */
    uint32_t records_a_block;
    void *unused; /* chain of free records */
    void *blocks; /* chain of blocks */
};

void tt_slab_init(struct tt_slab *slab, const struct tt_alloc *alloc, size_t record_octets, uint32_t records_a_block);
/* A record, not cleared; NULL when there is no memory. */
void *tt_slab_get(struct tt_slab *slab);
/* Makes sure that the next tt_slab_get() succeeds.  0 or TT_ERR_NOMEM. */
int tt_slab_reserve(struct tt_slab *slab);
void tt_slab_give(struct tt_slab *slab, void *record);
void tt_slab_done(struct tt_slab *slab);

#endif
