/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - the table of connections: linear probing, and deletion that shifts back.
 *
 * Invariant: from the slot that an entry's hash names up to the entry itself no slot is free.  Deleting closes the hole at once by
 * moving later entries back, so that a table which has seen a thousand million connections is as quick as a new one.  Entries carry
 * their hash: a look at the record is needed only for the one that is meant, and growing reads the table from end to end and
 * nothing else.
 */
#include "track/table.h"

#define SLOTS_FIRST 1024

int table_init(struct table *table, const struct tt_alloc *alloc, const uint64_t hash_key[2])
{
    struct table_entry *entries = tt_get_zero(alloc, SLOTS_FIRST * sizeof *entries);

    if (!entries)
        return TT_ERR_NOMEM;
    *table = (struct table){.alloc = alloc, .entries = entries, .slots = SLOTS_FIRST, .hash_key = {hash_key[0], hash_key[1]}};
    return 0;
}

void table_done(struct table *table)
{
    tt_give(table->alloc, table->entries, table->slots * sizeof *table->entries);
    table->entries = NULL;
}

uint64_t table_hash_ipv6(const struct table *table, const struct tt_segment *segment)
{
    uint8_t key[36];
    int order = memcmp(segment->src_addr.octets, segment->dst_addr.octets, 16);
    bool swap = order != 0 ? order > 0 : segment->src_port > segment->dst_port;
    uint16_t ports[2] = {swap ? segment->dst_port : segment->src_port, swap ? segment->src_port : segment->dst_port};

    memcpy(key, swap ? segment->dst_addr.octets : segment->src_addr.octets, 16);
    memcpy(key + 16, swap ? segment->src_addr.octets : segment->dst_addr.octets, 16);
    memcpy(key + 32, ports, 4);
    return tt_keyhash(table->hash_key, key, sizeof key);
}

static void put(struct table_entry *entries, uint32_t mask, struct table_entry entry)
{
    uint32_t i = (uint32_t)entry.hash & mask;

    while (entries[i].tracked)
        i = (i + 1) & mask;
    entries[i] = entry;
}

static bool grow(struct table *table)
{
    uint32_t slots = table->slots * 2;
    struct table_entry *entries = slots ? tt_get_zero(table->alloc, slots * sizeof *entries) : NULL;

    if (!entries)
        return false;
    for (uint32_t i = 0; i < table->slots; i++)
        if (table->entries[i].tracked)
            put(entries, slots - 1, table->entries[i]);
    table_done(table);
    table->entries = entries;
    table->slots = slots;
    return true;
}

/* Grows beyond two thirds; without memory for that, runs fuller as long as there is a free slot to end a search. */
int table_reserve(struct table *table)
{
    if (table->used < table->slots / 3 * 2 || grow(table))
        return 0;
    return table->used + 1 < table->slots ? 0 : TT_ERR_NOMEM;
}

void table_insert(struct table *table, struct tracked *tracked)
{
    assert(table->used + 1 < table->slots);
    put(table->entries, table->slots - 1, (struct table_entry){tracked->hash, tracked});
    table->used++;
}

void table_remove(struct table *table, const struct tracked *tracked)
{
    uint32_t mask = table->slots - 1;
    uint32_t hole = (uint32_t)tracked->hash & mask;

    while (table->entries[hole].tracked != tracked)
        hole = (hole + 1) & mask;
    for (uint32_t i = (hole + 1) & mask; table->entries[i].tracked; i = (i + 1) & mask) {
        uint32_t wanted = (uint32_t)table->entries[i].hash & mask;

        /* It may move back when its own slot is not between the hole and where it stands. */
        if (((i - wanted) & mask) >= ((i - hole) & mask)) {
            table->entries[hole] = table->entries[i];
            hole = i;
        }
    }
    table->entries[hole].tracked = NULL;
    table->used--;
}
