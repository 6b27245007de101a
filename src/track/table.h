/* SPDX-License-Identifier: BSD-2-Clause */
/* table.h - connections by their two ends: an open-addressing table whose hash nobody outside can foresee. */
#ifndef TCPTALE_TABLE_H
#define TCPTALE_TABLE_H

#include "base/keyhash.h"
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

/* Makes sure that one more fits.  0 or TT_ERR_NOMEM. */
int table_reserve(struct table *table);
/* After table_reserve(), tracked->hash set. */
void table_insert(struct table *table, struct tracked *tracked);
void table_remove(struct table *table, const struct tracked *tracked);

/* ---- here, because every packet passes ---------------------------------------------------------------------------------- */

uint64_t table_hash_ipv6(const struct table *table, const struct tt_segment *segment);

/* 12 octets for IPv4, 36 for IPv6; the lower address (then port) first, so that both directions hash alike. */
static inline uint64_t table_hash_ipv4(const struct table *table, const struct tt_segment *segment)
{
    uint64_t src = (uint64_t)tt_le32(segment->src_addr.octets) << 16 | segment->src_port;
    uint64_t dst = (uint64_t)tt_le32(segment->dst_addr.octets) << 16 | segment->dst_port;
    uint64_t low = src < dst ? src : dst, high = src < dst ? dst : src;

    return tt_keyhash_of_two(table->hash_key, low, high);
}

static inline uint64_t table_hash(const struct table *table, const struct tt_segment *segment)
{
    return segment->ip_version == 4 ? table_hash_ipv4(table, segment) : table_hash_ipv6(table, segment);
}

/* The port and the version behind it, in the upper 24 bits: the last octet is padding. */
static inline uint32_t table_port(const struct tt_endpoint *end)
{
    return tt_le32((const uint8_t *)end + offsetof(struct tt_endpoint, port)) << 8;
}

static inline uint64_t table_differs(const struct tt_endpoint *end, const struct tt_addr *addr, uint16_t port, uint8_t ip_version)
{
    uint32_t other_port = table_port(end) ^ ((uint32_t)port << 8 | (uint32_t)ip_version << 24);

    return (tt_le64(end->addr.octets) ^ tt_le64(addr->octets)) | (tt_le64(end->addr.octets + 8) ^ tt_le64(addr->octets + 8)) |
           other_port;
}

/* Reckoned and not chosen: which end a packet is from nobody foresees, least of all the processor. */
static inline const struct tt_endpoint *table_end(const struct tt_conn *conn, size_t end)
{
    const size_t apart = offsetof(struct tt_conn, server) - offsetof(struct tt_conn, client);

    return (const void *)((const uint8_t *)&conn->client + end * apart);
}

static inline bool table_is_from(const struct tt_conn *conn, const struct tt_segment *s, size_t from)
{
    return !(table_differs(table_end(conn, from), &s->src_addr, s->src_port, s->ip_version) |
             table_differs(table_end(conn, !from), &s->dst_addr, s->dst_port, s->ip_version));
}

/* A host that talks to itself on one port is its own other end: everything is from the client. */
static inline bool table_is_of(const struct tt_conn *conn, const struct tt_segment *s, enum tt_end *ret_from)
{
    size_t from = conn->client.port != s->src_port;

    if (!table_is_from(conn, s, from) && !table_is_from(conn, s, from = !from))
        return false;
    *ret_from = (enum tt_end)from;
    return true;
}

/* The connection of a segment, and which end sent it; NULL when there is none. */
static inline struct tracked *table_find(const struct table *table, uint64_t hash, const struct tt_segment *segment,
                                         enum tt_end *ret_from)
{
    uint32_t mask = table->slots - 1;

    for (uint32_t i = (uint32_t)hash & mask;; i = (i + 1) & mask) {
        const struct table_entry *entry = &table->entries[i];

        if (!entry->tracked)
            return NULL;
        if (entry->hash != hash)
            continue;
        track_fetch(entry->tracked);
        if (table_is_of(&entry->tracked->conn, segment, ret_from))
            return entry->tracked;
    }
}

#endif
