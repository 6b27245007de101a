/* SPDX-License-Identifier: BSD-2-Clause */
/* table.h - connections by their two ends: an open-addressing table whose hash nobody outside can foresee. */
#ifndef TCPTALE_TABLE_H
#define TCPTALE_TABLE_H

#include "track/tracked.h"

struct table_entry {
    uint64_t hash;
    struct tracked *tracked; /* NULL: free */
};

struct table {
    const struct tt_alloc *alloc;
    struct table_entry *entries;
    uint32_t slots; /* a power of two */
    uint32_t used;
    uint64_t hash_key[2];
};

int table_init(struct table *table, const struct tt_alloc *alloc, const uint64_t hash_key[2]);
void table_done(struct table *table);

uint64_t table_hash(const struct table *table, const struct tt_segment *segment);
/* The connection of a segment, and which end sent it; NULL when there is none. */
struct tracked *table_find(const struct table *table, uint64_t hash, const struct tt_segment *segment, enum tt_end *ret_from);
/* Makes sure that one more fits.  0 or TT_ERR_NOMEM. */
int table_reserve(struct table *table);
/* After table_reserve(), tracked->hash set. */
void table_insert(struct table *table, struct tracked *tracked);
void table_remove(struct table *table, const struct tracked *tracked);

#endif
