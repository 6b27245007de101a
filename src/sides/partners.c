/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partners.c - which connection of one capture is which of the other.
 *
 * Addresses and ports may be translated on the way, sequence numbers may be shifted, and either capture may begin in the
 * middle.  So a connection is known by its ends, by both ISNs, and by some of its packets: of every packet's numbers a hash is
 * made, and those with the lowest hashes are kept, which are the same ones in both captures as far as both have them (a bottom-k
 * sketch, Broder).  Whatever two connections have in common makes them candidates; the best pairs are taken first.
 */
#include "base/keyhash.h"
#include "base/memory.h"
#include "sides/sort.h"
#include <tcptale/sides.h>

#define PRINTS 8      /* lowest hashes that are kept of a connection */
#define CANDIDATES 16 /* connections that share one property and are looked at */
#define CHUNK 1024    /* identities that are allocated at once */
#define CHUNKS_MAX ((TT_PARTNERS_MAX + CHUNK - 1) / CHUNK)

struct identity {
    uint64_t id; /* 0: not finished */
    struct tt_endpoint end[2];
    tt_seq isn[2];
    bool isn_known[2];
    uint8_t prints;
    uint8_t partnership; /* enum tt_partnership */
    uint64_t print[PRINTS];
    uint64_t partner; /* its id */
};

struct capture {
    struct identity **chunk;
    uint32_t chunks, capacity;
    uint64_t highest; /* id */
};

struct list {
    struct sort_item *items;
    size_t count, capacity;
};

struct tt_partners {
    struct tt_alloc alloc;
    uint64_t hash_key[2];
    struct capture capture[2]; /* by enum tt_capture_side */
    struct list servers;       /* of connections there, hashed and sorted; tag: whether they have partners */
};

int tt_partners_new(const uint64_t hash_key[2], const struct tt_alloc *alloc, struct tt_partners **ret)
{
    struct tt_partners *partners = tt_get_zero(alloc, sizeof *partners);

    if (!partners)
        return TT_ERR_NOMEM;
    partners->alloc = *alloc;
    memcpy(partners->hash_key, hash_key, sizeof partners->hash_key);
    *ret = partners;
    return 0;
}

void tt_partners_free(struct tt_partners *partners)
{
    if (!partners)
        return;

    struct tt_alloc alloc = partners->alloc;
    for (unsigned side = 0; side < 2; side++) {
        struct capture *capture = &partners->capture[side];
        for (uint32_t i = 0; i < capture->chunks; i++)
            tt_give(&alloc, capture->chunk[i], CHUNK * sizeof **capture->chunk);
        tt_give(&alloc, capture->chunk, capture->capacity * sizeof *capture->chunk);
    }
    tt_give(&alloc, partners->servers.items, partners->servers.capacity * sizeof *partners->servers.items);
    tt_give(&alloc, partners, sizeof *partners);
}

/* ---- gathering --------------------------------------------------------------------------------------------------- */

static struct identity *identity_at(const struct tt_partners *partners, unsigned side, uint64_t id)
{
    const struct capture *capture = &partners->capture[side];

    return id && (id - 1) / CHUNK < capture->chunks ? &capture->chunk[(id - 1) / CHUNK][(id - 1) % CHUNK] : NULL;
}

/* The same of one that was counted in. */
static struct identity *identity_known(const struct tt_partners *partners, unsigned side, uint64_t id)
{
    assert(id && id <= partners->capture[side].highest);
    return &partners->capture[side].chunk[(id - 1) / CHUNK][(id - 1) % CHUNK];
}

static bool add_chunk(struct tt_partners *partners, struct capture *capture)
{
    if (capture->chunks == capture->capacity) {
        uint32_t capacity = capture->capacity ? 2 * capture->capacity : 4;
        struct identity **chunk = partners->alloc.resize(partners->alloc.ctx, capture->chunk, capture->capacity * sizeof *chunk,
                                                         capacity * sizeof *chunk);
        if (!chunk)
            return false;
        capture->chunk = chunk;
        capture->capacity = capacity;
    }

    struct identity *identities = tt_get_zero(&partners->alloc, CHUNK * sizeof *identities);
    if (!identities)
        return false;
    capture->chunk[capture->chunks++] = identities;
    return true;
}

/* *ret NULL: there are too many. */
static int identity_of(struct tt_partners *partners, unsigned side, uint64_t id, struct identity **ret)
{
    struct capture *capture = &partners->capture[side];

    *ret = NULL;
    if (id == 0 || (id - 1) / CHUNK >= CHUNKS_MAX)
        return 0;
    while ((id - 1) / CHUNK >= capture->chunks)
        if (!add_chunk(partners, capture))
            return TT_ERR_NOMEM;
    if (id > capture->highest)
        capture->highest = id;
    *ret = identity_at(partners, side, id);
    return 0;
}

/* Keeps the lowest ones, ascending and each once. */
static void keep_print(struct identity *identity, uint64_t print)
{
    unsigned at = 0;

    while (at < identity->prints && identity->print[at] < print)
        at++;
    if (at == PRINTS || (at < identity->prints && identity->print[at] == print))
        return;
    if (identity->prints < PRINTS)
        identity->prints++;
    for (unsigned i = identity->prints - 1U; i > at; i--)
        identity->print[i] = identity->print[i - 1];
    identity->print[at] = print;
}

int tt_partners_segment(struct tt_partners *partners, enum tt_capture_side side, const struct tt_conn *conn,
                        const struct tt_segment *segment, const struct tt_step *step)
{
    struct identity *identity;
    int err = identity_of(partners, side, conn->id, &identity);

    (void)step;
    if (identity && !(segment->flags & TT_RST)) /* anybody may have made a reset */
        keep_print(identity,
                   tt_keyhash_of_two(partners->hash_key, (uint64_t)segment->seq.n << 32 | segment->ack.n, segment->payload_length));
    return err;
}

int tt_partners_finished(struct tt_partners *partners, enum tt_capture_side side, const struct tt_conn *conn)
{
    struct identity *identity;
    int err = identity_of(partners, side, conn->id, &identity);

    if (!identity)
        return err;
    identity->id = conn->id;
    identity->end[TT_CLIENT] = conn->client;
    identity->end[TT_SERVER] = conn->server;
    for (unsigned end = 0; end < 2; end++) {
        identity->isn[end] = conn->side[end].isn;
        identity->isn_known[end] = conn->side[end].isn_known;
    }
    return 0;
}

/* ---- likeness ---------------------------------------------------------------------------------------------------- */

static bool same_addr(const struct tt_endpoint *a, const struct tt_endpoint *b)
{
    return a->ip_version == b->ip_version && memcmp(&a->addr, &b->addr, sizeof a->addr) == 0;
}

static bool same_end(const struct tt_endpoint *a, const struct tt_endpoint *b)
{
    return a->port == b->port && same_addr(a, b);
}

static bool same_ends(const struct identity *a, const struct identity *b, unsigned swap)
{
    return same_end(&a->end[0], &b->end[swap]) && same_end(&a->end[1], &b->end[!swap]);
}

/* Devices translate one end, or keep its ports. */
static bool some_end(const struct identity *a, const struct identity *b)
{
    for (unsigned end = 0; end < 2; end++)
        if (a->end[end].port == b->end[end].port || same_addr(&a->end[end], &b->end[end]))
            return true;
    return false;
}

static unsigned shared_prints(const struct identity *a, const struct identity *b)
{
    unsigned shared = 0;

    for (unsigned i = 0, j = 0; i < a->prints && j < b->prints;) {
        shared += a->print[i] == b->print[j];
        if (a->print[i] <= b->print[j])
            i++;
        else
            j++;
    }
    return shared;
}

struct likeness {
    enum tt_partnership partnership;
    unsigned score;
};

/* How two connections stand to each other; a score of 0: not at all. */
static struct likeness compare(const struct identity *a, const struct identity *b)
{
    unsigned swap = !same_ends(a, b, 0) && same_ends(a, b, 1);
    bool same = same_ends(a, b, swap);
    unsigned shared = shared_prints(a, b), agree = 0, differ = 0;

    for (unsigned end = 0; end < 2; end++) {
        if (!a->isn_known[end] || !b->isn_known[end ^ swap])
            continue;
        agree += tt_seq_eq(a->isn[end], b->isn[end ^ swap]);
        differ += !tt_seq_eq(a->isn[end], b->isn[end ^ swap]);
    }

    struct likeness likeness = {TT_PARTNER_NONE, 0};
    if (differ == 0 && (agree == 2 || shared >= 2 || (same && agree + shared) || (agree && some_end(a, b))))
        likeness.partnership = same ? TT_PARTNER_SAME : TT_PARTNER_TRANSLATED;
    else if (same || (agree && some_end(a, b)))
        likeness.partnership = TT_PARTNER_DOUBTFUL;
    else
        return likeness;
    likeness.score = 1 + 64 * agree + (same ? 16 : 0) + shared * 4;
    if (likeness.partnership == TT_PARTNER_DOUBTFUL)
        likeness.score = (likeness.score + 15) / 16;
    return likeness;
}

/* ---- candidates -------------------------------------------------------------------------------------------------- */

static int list_add(struct list *list, const struct tt_alloc *alloc, struct sort_item item)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        struct sort_item *items = alloc->resize(alloc->ctx, list->items, list->capacity * sizeof *items, capacity * sizeof *items);
        if (!items)
            return TT_ERR_NOMEM;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
    return 0;
}

/* What two that belong together may have in common, each hashed: the ends, either ISN, the prints. */
#define PROPERTIES (3 + PRINTS)

static uint64_t end_hash(const struct tt_partners *partners, const struct tt_endpoint *end)
{
    uint8_t octets[19];

    memcpy(octets, end->addr.octets, 16);
    memcpy(octets + 16, &end->port, 2);
    octets[18] = end->ip_version;
    return tt_keyhash(partners->hash_key, octets, sizeof octets);
}

static uint64_t ends_property(const struct tt_partners *partners, const struct identity *identity)
{
    return end_hash(partners, &identity->end[0]) + end_hash(partners, &identity->end[1]); /* whichever is the client */
}

static unsigned properties(const struct tt_partners *partners, const struct identity *identity, uint64_t ret[PROPERTIES])
{
    unsigned n = 0;

    ret[n++] = ends_property(partners, identity);
    for (unsigned end = 0; end < 2; end++)
        if (identity->isn_known[end])
            ret[n++] = tt_keyhash_of_two(partners->hash_key, identity->isn[end].n, UINT32_MAX - end);
    for (unsigned i = 0; i < identity->prints; i++)
        ret[n++] = identity->print[i];
    return n;
}

/* Everything that is known of the other capture's connections, to be looked up. */
static int make_index(const struct tt_partners *partners, struct list *index)
{
    for (uint64_t id = 1; id <= partners->capture[TT_THERE].highest; id++) {
        const struct identity *identity = identity_known(partners, TT_THERE, id);
        uint64_t property[PROPERTIES];
        unsigned n = identity->id ? properties(partners, identity, property) : 0;

        for (unsigned i = 0; i < n; i++) {
            int err = list_add(index, &partners->alloc, (struct sort_item){property[i], (uint32_t)id, (uint32_t)id});
            if (err)
                return err;
        }
    }
    sort_items(index->items, index->count);
    return 0;
}

static size_t first_of(const struct list *index, uint64_t key)
{
    size_t low = 0, high = index->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->items[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Adds the pairs of one connection here, best scores with the lowest keys. */
static int add_pairs(const struct tt_partners *partners, const struct list *index, const struct identity *identity,
                     struct list *pairs)
{
    uint64_t property[PROPERTIES];
    unsigned n = properties(partners, identity, property);

    for (unsigned i = 0; i < n; i++) {
        size_t at = first_of(index, property[i]);

        for (unsigned c = 0; c < CANDIDATES && at + c < index->count && index->items[at + c].key == property[i]; c++) {
            uint32_t there = index->items[at + c].value;
            struct likeness likeness = compare(identity, identity_known(partners, TT_THERE, there));
            struct sort_item pair = {UINT64_MAX - likeness.score, (uint32_t)identity->id, there};
            int err = likeness.score ? list_add(pairs, &partners->alloc, pair) : 0;

            if (err)
                return err;
        }
    }
    return 0;
}

/* Whether another one there is as much like the first of these pairs, and still free. */
static bool has_rival(const struct tt_partners *partners, const struct list *pairs, size_t at)
{
    for (size_t i = at + 1; i < pairs->count && pairs->items[i].key == pairs->items[at].key; i++) {
        if (pairs->items[i].tag != pairs->items[at].tag)
            return false;
        if (pairs->items[i].value != pairs->items[at].value && !identity_known(partners, TT_THERE, pairs->items[i].value)->partner)
            return true;
    }
    return false;
}

static void take_pair(struct tt_partners *partners, const struct list *pairs, size_t at)
{
    struct identity *here = identity_known(partners, TT_HERE, pairs->items[at].tag);
    struct identity *there = identity_known(partners, TT_THERE, pairs->items[at].value);
    enum tt_partnership partnership = compare(here, there).partnership;

    if (here->partnership != TT_PARTNER_NONE || there->partner)
        return;
    if (partnership != TT_PARTNER_SAME && has_rival(partners, pairs, at)) {
        here->partnership = TT_PARTNER_AMBIGUOUS;
        return;
    }
    here->partnership = there->partnership = (uint8_t)partnership;
    here->partner = there->id;
    there->partner = here->id;
}

static int pair_all(struct tt_partners *partners, const struct list *index, struct list *pairs)
{
    for (uint64_t id = 1; id <= partners->capture[TT_HERE].highest; id++) {
        const struct identity *identity = identity_known(partners, TT_HERE, id);
        int err = identity->id ? add_pairs(partners, index, identity, pairs) : 0;

        if (err)
            return err;
    }
    sort_items(pairs->items, pairs->count);
    for (size_t i = 0; i < pairs->count; i++)
        take_pair(partners, pairs, i);
    return 0;
}

static int gather_servers(struct tt_partners *partners)
{
    for (uint64_t id = 1; id <= partners->capture[TT_THERE].highest; id++) {
        const struct identity *identity = identity_known(partners, TT_THERE, id);
        struct sort_item item = {end_hash(partners, &identity->end[TT_SERVER]), identity->partner != 0, (uint32_t)id};
        int err = identity->id ? list_add(&partners->servers, &partners->alloc, item) : 0;

        if (err)
            return err;
    }
    sort_items(partners->servers.items, partners->servers.count);
    return 0;
}

int tt_partners_settle(struct tt_partners *partners)
{
    struct list index = {NULL, 0, 0}, pairs = {NULL, 0, 0};
    int err = make_index(partners, &index);

    if (!err)
        err = pair_all(partners, &index, &pairs);
    tt_give(&partners->alloc, index.items, index.capacity * sizeof *index.items);
    tt_give(&partners->alloc, pairs.items, pairs.capacity * sizeof *pairs.items);
    return err ? err : gather_servers(partners);
}

struct tt_neighbours tt_partner_neighbours(const struct tt_partners *partners, uint64_t id)
{
    const struct identity *identity = identity_at(partners, TT_HERE, id);
    const struct list *servers = &partners->servers;
    struct tt_neighbours neighbours = {0, 0};

    if (!identity)
        return neighbours;
    uint64_t key = end_hash(partners, &identity->end[TT_SERVER]);
    for (size_t at = first_of(servers, key); at < servers->count && servers->items[at].key == key; at++) {
        neighbours.known += servers->items[at].tag;
        neighbours.strangers += !servers->items[at].tag;
    }
    return neighbours;
}

enum tt_partnership tt_partner(const struct tt_partners *partners, enum tt_capture_side side, uint64_t id, uint64_t *ret_id)
{
    const struct identity *identity = identity_at(partners, side, id);

    *ret_id = identity ? identity->partner : 0;
    return identity ? (enum tt_partnership)identity->partnership : TT_PARTNER_NONE;
}
