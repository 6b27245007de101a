/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.c - the slab, and cleared memory. */
#include "base/memory.h"

void *tt_get_zero(const struct tt_alloc *alloc, size_t n)
{
    void *p = tt_get(alloc, n);

    if (p)
        memset(p, 0, n);
    return p;
}

/* A block begins with the pointer to the next one; its records follow at this distance, aligned for anything. */
#define BLOCK_HEADER 16

static size_t block_octets(const struct tt_slab *slab)
{
    return BLOCK_HEADER + slab->record_octets * slab->records_a_block;
}

void tt_slab_init(struct tt_slab *slab, const struct tt_alloc *alloc, size_t record_octets, uint32_t records_a_block)
{
    size_t whole = record_octets < sizeof(void *) ? sizeof(void *) : record_octets;

    *slab = (struct tt_slab){
        .alloc = alloc,
        .record_octets = (whole + 15) & ~(size_t)15,
        .records_a_block = records_a_block,
    };
}

static void *next_of(void *p)
{
    void *next;

    memcpy(&next, p, sizeof next);
    return next;
}

static bool add_block(struct tt_slab *slab)
{
    assert(slab->records_a_block > 0);
    uint8_t *block = tt_get(slab->alloc, block_octets(slab));

    if (!block)
        return false;
    memcpy(block, &slab->blocks, sizeof slab->blocks);
    slab->blocks = block;
    for (uint32_t i = slab->records_a_block; i-- > 0;)
        tt_slab_give(slab, block + BLOCK_HEADER + i * slab->record_octets);
    return true;
}

int tt_slab_reserve(struct tt_slab *slab)
{
    return slab->unused || add_block(slab) ? 0 : TT_ERR_NOMEM;
}

void *tt_slab_get(struct tt_slab *slab)
{
    if (tt_slab_reserve(slab) < 0)
        return NULL;

    void *record = slab->unused;
    slab->unused = next_of(record);
    return record;
}

void tt_slab_give(struct tt_slab *slab, void *record)
{
    memcpy(record, &slab->unused, sizeof slab->unused);
    slab->unused = record;
}

void tt_slab_done(struct tt_slab *slab)
{
    while (slab->blocks) {
        void *block = slab->blocks;
        slab->blocks = next_of(block);
        tt_give(slab->alloc, block, block_octets(slab));
    }
    slab->unused = NULL;
}
