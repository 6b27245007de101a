/* SPDX-License-Identifier: BSD-2-Clause */
/* intervals.h - sets of positions as sorted, disjoint intervals, from a pool with a cap. */
#ifndef TCPTALE_INTERVALS_H
#define TCPTALE_INTERVALS_H

#include "base/memory.h"

struct interval {
    uint64_t from, to; /* [from, to), never empty */
    tt_ns since;       /* when its first octet was added */
    struct interval *next;
};

struct intervals {
    struct interval *first;
};

struct intervals_pool {
    struct tt_slab slab;
    uint32_t out, max; /* intervals in use, and how many may be */
    uint32_t each_max; /* in one set */
};

/*
 * Adds [from, to) and returns how many positions are new.  When a cap or memory does not let it, nothing changes and *ret_full is
 * set.
 */
uint64_t intervals_add(struct intervals *set, struct intervals_pool *pool, uint64_t from, uint64_t to, tt_ns now, bool *ret_full);
/* Takes [from, to) out and returns how many positions were in.  When splitting finds no memory, the part above goes too. */
uint64_t intervals_remove(struct intervals *set, struct intervals_pool *pool, uint64_t from, uint64_t to);
/* How many positions of [from, to) are in. */
uint64_t intervals_overlap(const struct intervals *set, uint64_t from, uint64_t to);
void intervals_drop_first(struct intervals *set, struct intervals_pool *pool);
void intervals_clear(struct intervals *set, struct intervals_pool *pool);

#endif
