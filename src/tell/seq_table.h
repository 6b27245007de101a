/* SPDX-License-Identifier: BSD-2-Clause */
/* seq_table.h - the first sequence numbers of each conversation, which later ones are told relative to. */
#ifndef TCPTALE_SEQ_TABLE_H
#define TCPTALE_SEQ_TABLE_H

#include <tcptale/base.h>

/* Two addresses and two ports, in an order that both directions share. */
#define SEQ_KEY_IP4 12
#define SEQ_KEY_IP6 36

struct seq_entry {
    uint32_t seq[2];  /* what the numbers of each direction are told relative to */
    uint8_t known[2]; /* whether there is such a number */
    uint8_t used;
    uint8_t key[]; /* key_octets of them */
};

/* Entries lie in one block of `slots`, a power of two, each of `stride` octets. */
struct seq_generation {
    uint8_t *entries;
    size_t slots, used;
};

struct seq_table {
    const struct tt_alloc *alloc;
    uint64_t hash_key[2];
    size_t key_octets, stride;
    size_t generation_max; /* entries of one generation */
    struct seq_generation now, before;
};

void seq_table_init(struct seq_table *table, const struct tt_alloc *alloc, const uint64_t hash_key[2], size_t key_octets);
/* The entry of a key, made when it is new (then nothing is known); a view until the next call.  NULL: no memory. */
struct seq_entry *seq_table_at(struct seq_table *table, const uint8_t *key);
void seq_table_done(struct seq_table *table);

#endif
