/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seq_table.c - the first sequence numbers of each conversation.
 *
 * Open addressing with linear probing on a keyed hash, since a peer chooses the addresses and ports.  tcpdump never forgets a
 * conversation; a hostile capture could make that take all memory.  Here a full generation becomes the one before, which is asked
 * too, and what is asked for there moves on into the new one; so the conversations that are lost are those that have been silent
 * for at least SEQ_GENERATION_MAX others.
 */
#include "tell/seq_table.h"
#include "base/keyhash.h"
#include "base/memory.h"

/* Two generations take at most 100 MB for IPv4 and 200 MB for IPv6; and one is more than the ports between any sixteen hosts. */
#define SEQ_GENERATION_MAX ((size_t)1 << 20)
#define SEQ_SLOTS_FIRST ((size_t)1 << 8)

void seq_table_init(struct seq_table *table, const struct tt_alloc *alloc, const uint64_t hash_key[2], size_t key_octets)
{
    size_t octets = offsetof(struct seq_entry, key) + key_octets;

    *table = (struct seq_table){
        .alloc = alloc,
        .hash_key = {hash_key[0], hash_key[1]},
        .key_octets = key_octets,
        .stride = (octets + 7) & ~(size_t)7,
        .generation_max = SEQ_GENERATION_MAX,
    };
}

static struct seq_entry *entry_at(const struct seq_table *table, const struct seq_generation *generation, size_t slot)
{
    return (struct seq_entry *)(void *)(generation->entries + slot * table->stride);
}

static uint64_t hash_of(const struct seq_table *table, const uint8_t *key)
{
    /* Two calls, so that each knows its length and is inlined for it. */
    if (table->key_octets == SEQ_KEY_IP4)
        return tt_keyhash(table->hash_key, key, SEQ_KEY_IP4);
    return tt_keyhash(table->hash_key, key, SEQ_KEY_IP6);
}

/* Two calls here too. */
static bool has_key(const struct seq_table *table, const struct seq_entry *entry, const uint8_t *key)
{
    if (table->key_octets == SEQ_KEY_IP4)
        return memcmp(entry->key, key, SEQ_KEY_IP4) == 0;
    return memcmp(entry->key, key, SEQ_KEY_IP6) == 0;
}

/* The entry of the key, or the unused one where it belongs. */
static struct seq_entry *probe(const struct seq_table *table, const struct seq_generation *generation, const uint8_t *key,
                               uint64_t hash)
{
    size_t mask = generation->slots - 1;
    size_t slot = (size_t)hash & mask;

    for (;; slot = (slot + 1) & mask) {
        struct seq_entry *entry = entry_at(table, generation, slot);

        if (!entry->used || has_key(table, entry, key))
            return entry;
    }
}

static void free_generation(struct seq_table *table, struct seq_generation *generation)
{
    tt_give(table->alloc, generation->entries, generation->slots * table->stride);
    *generation = (struct seq_generation){0};
}

static bool grow(struct seq_table *table)
{
    struct seq_generation old = table->now;
    struct seq_generation larger = {.slots = old.slots ? 2 * old.slots : SEQ_SLOTS_FIRST, .used = old.used};

    larger.entries = tt_get_zero(table->alloc, larger.slots * table->stride);
    if (!larger.entries)
        return false;
    for (size_t i = 0; i < old.slots; i++) {
        const struct seq_entry *entry = entry_at(table, &old, i);

        if (entry->used)
            memcpy(probe(table, &larger, entry->key, hash_of(table, entry->key)), entry, table->stride);
    }
    table->now = larger;
    free_generation(table, &old);
    return true;
}

/* Room for one more. */
static bool make_room(struct seq_table *table)
{
    if (table->now.used >= table->generation_max) {
        free_generation(table, &table->before);
        table->before = table->now;
        table->now = (struct seq_generation){0};
    }
    return table->now.used < table->now.slots / 3 * 2 || grow(table);
}

struct seq_entry *seq_table_at(struct seq_table *table, const uint8_t *key)
{
    uint64_t hash = hash_of(table, key);
    struct seq_entry *entry = table->now.slots ? probe(table, &table->now, key, hash) : NULL;

    if (entry && entry->used)
        return entry;
    if (!make_room(table))
        return NULL;

    const struct seq_entry *older = table->before.slots ? probe(table, &table->before, key, hash) : NULL;
    entry = probe(table, &table->now, key, hash);
    if (older && older->used) {
        memcpy(entry, older, table->stride);
    } else {
        memcpy(entry->key, key, table->key_octets);
        entry->used = 1;
    }
    table->now.used++;
    return entry;
}

void seq_table_done(struct seq_table *table)
{
    free_generation(table, &table->now);
    free_generation(table, &table->before);
}
