/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pairing.c - which packet of one trace is which of the other.
 *
 * Devices on the way rewrite this and that, so packets are paired in rounds, each of which lets more differ; what is paired in an
 * earlier round is no longer there in a later one.  Numbers are compared as the capture there has them.  Where one side has more
 * equal packets than the other, those are paired whose times fit the transit of the packets that are unique.
 */
#include "base/memory.h"
#include "sides/both.h"
#include "sides/sort.h"

/* What has to agree in each round. */
enum {
    ROUND_WHOLE = 1, /* all that no router changes */
    ROUND_NEW_ID,    /* all but the IP ID */
    ROUND_NUMBERS,   /* numbers, length and flags alone */
    ROUND_END
};

#define FLAGS_ANY_ROUND ((uint16_t) ~(TT_ECE | TT_CWR | TT_AE))
/* How much beyond what was measured a packet may take that agrees in less than all. */
#define TRANSIT_SLACK TT_NS_PER_S
/* So many pairs with their IP IDs kept, and none without, show that the way keeps them. */
#define KEPT_IDS_MIN 2

static uint64_t mix(uint64_t digest, uint64_t word)
{
    digest = (digest ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return digest ^ digest >> 29;
}

static uint64_t key_of(const struct both *both, unsigned side, const struct trace_packet *p, unsigned round)
{
    enum tt_end end = both_end(both, side, p);
    uint64_t key = mix(UINT64_C(0x243f6a8885a308d3) + end, (uint64_t)both_seq(both, side, end, p->seq) << 32 | p->length);

    key = mix(key, both_ack(both, side, end, p));
    if (round == ROUND_NUMBERS)
        return mix(key, p->flags & FLAGS_ANY_ROUND);
    key = mix(key, (uint64_t)p->flags << 16 | p->window);
    key = mix(key, (uint64_t)p->tsval << 32 | p->tsecr);
    return round == ROUND_WHOLE ? mix(key, p->ip_id) : key;
}

/* The keys are hashes: two that are the same must still agree. */
static bool agree(const struct both *both, const struct trace_packet *here, const struct trace_packet *there, unsigned round)
{
    enum tt_end end = both_end(both, TT_HERE, here);
    uint16_t flags = here->flags ^ there->flags;

    if (end != both_end(both, TT_THERE, there) || here->length != there->length ||
        both_seq(both, TT_HERE, end, here->seq) != both_seq(both, TT_THERE, end, there->seq) ||
        both_ack(both, TT_HERE, end, here) != both_ack(both, TT_THERE, end, there))
        return false;
    if (round == ROUND_NUMBERS)
        return (flags & FLAGS_ANY_ROUND) == 0;
    if (flags || here->window != there->window || here->tsval != there->tsval || here->tsecr != there->tsecr)
        return false;
    return round != ROUND_WHOLE || here->ip_id == there->ip_id;
}

/* ---- pairs ------------------------------------------------------------------------------------------------------- */

/* A forged reset may look like a genuine one but for its IP ID, where the way keeps those of all other packets. */
static bool is_other_reset(const struct way *way, const struct trace_packet *here, const struct trace_packet *there)
{
    return (here->flags & TT_RST) && here->ip_id != there->ip_id && way->kept_ids >= KEPT_IDS_MIN && way->new_ids == 0;
}

static bool fits(const struct both *both, const struct way *way, const struct trace_packet *here, const struct trace_packet *there)
{
    tt_ns difference = both_difference(both, here, there);

    return !way->timed || (difference >= ns_sub(way->low, TRANSIT_SLACK) && difference <= ns_add(way->high, TRANSIT_SLACK));
}

static bool may_pair(const struct both *both, uint32_t h, uint32_t t, unsigned round)
{
    const struct trace_packet *here = &both->packets[TT_HERE][h], *there = &both->packets[TT_THERE][t];
    const struct way *way = &both->way[both_end(both, TT_HERE, here)];

    if (!agree(both, here, there, round))
        return false;
    return round == ROUND_WHOLE || (fits(both, way, here, there) && !is_other_reset(way, here, there));
}

static void pair(struct both *both, uint32_t h, uint32_t t, unsigned round)
{
    const struct trace_packet *here = &both->packets[TT_HERE][h], *there = &both->packets[TT_THERE][t];
    struct way *way = &both->way[both_end(both, TT_HERE, here)];

    both->fate[TT_HERE][h] = (struct fate){t, here->length, FATE_PAIRED, (uint8_t)round};
    both->fate[TT_THERE][t] = (struct fate){h, here->length, FATE_PAIRED, (uint8_t)round};
    way->pairs++;
    way->ttl_fell += here->ttl - there->ttl;
    if (here->present & there->present & TT_HAS_TIMESTAMPS) {
        bool kept = here->tsval == there->tsval && here->tsecr == there->tsecr;
        way->kept_times += kept;
        way->new_times += !kept;
    }
    if (!(here->flags & TT_RST)) {
        way->kept_ids += here->ip_id != 0 && here->ip_id == there->ip_id;
        way->new_ids += here->ip_id != there->ip_id;
    }
}

/* Packets that agree: first those here, then those there, each in the order of its capture. */
struct run {
    const struct sort_item *here, *there;
    uint32_t here_count, there_count;
};

static void pair_evenly(struct both *both, const struct run *run, unsigned round)
{
    for (uint32_t i = 0; i < run->here_count; i++)
        if (may_pair(both, run->here[i].value, run->there[i].value, round))
            pair(both, run->here[i].value, run->there[i].value, round);
}

static tt_ns misfit(const struct both *both, const struct way *way, uint32_t h, uint32_t t)
{
    tt_ns off = ns_sub(both_difference(both, &both->packets[TT_HERE][h], &both->packets[TT_THERE][t]), way->median);

    return off < 0 ? ns_sub(0, off) : off;
}

/* Goes along the longer list as long as the next one fits better and enough are left for the rest of the shorter. */
static void pair_unevenly(struct both *both, const struct run *run, unsigned round)
{
    bool more_here = run->here_count > run->there_count;
    const struct sort_item *few = more_here ? run->there : run->here, *many = more_here ? run->here : run->there;
    uint32_t few_count = more_here ? run->there_count : run->here_count;
    uint32_t many_count = more_here ? run->here_count : run->there_count;
    const struct way *way = &both->way[both_end(both, TT_HERE, &both->packets[TT_HERE][run->here->value])];

    for (uint32_t i = 0, j = 0; i < few_count; i++, j++) {
#define H(n) (more_here ? many[n].value : few[i].value)
#define T(n) (more_here ? few[i].value : many[n].value)
        while (way->timed && many_count - j > few_count - i &&
               misfit(both, way, H(j + 1), T(j + 1)) < misfit(both, way, H(j), T(j)))
            j++;
        if (may_pair(both, H(j), T(j), round))
            pair(both, H(j), T(j), round);
#undef H
#undef T
    }
}

/* What is left over of equal packets, when all of the other side's have partners. */
static void mark_twins(struct both *both, const struct run *run)
{
    bool more_here = run->here_count > run->there_count;
    const struct sort_item *many = more_here ? run->here : run->there, *few = more_here ? run->there : run->here;
    struct fate *fate = both->fate[more_here ? TT_HERE : TT_THERE];

    for (uint32_t i = 0; i < (more_here ? run->here_count : run->there_count); i++)
        if (fate[many[i].value].kind == FATE_ALONE)
            fate[many[i].value] = (struct fate){.partner = few[0].value, .kind = FATE_TWIN};
}

/* ---- rounds ------------------------------------------------------------------------------------------------------ */

#define SIDE_BIT UINT32_C(0x80000000) /* of a tag: the packets there behind those here */

static_assert(TT_TRACE_PACKETS_MAX < SIDE_BIT, "an index and a side in 32 bits");

static size_t gather(const struct both *both, unsigned round, struct sort_item *items)
{
    size_t n = 0;

    for (unsigned side = 0; side < 2; side++)
        for (uint32_t i = 0; i < both->count[side]; i++) {
            const struct trace_packet *p = &both->packets[side][i];
            if (!p->copy && both->fate[side][i].kind == FATE_ALONE)
                items[n++] = (struct sort_item){key_of(both, side, p, round), (side ? SIDE_BIT : 0) | i, i};
        }
    sort_items(items, n);
    return n;
}

/* The run that begins at an item; how many items it has. */
static size_t run_at(const struct sort_item *items, size_t n, struct run *ret)
{
    size_t i = 0;

    *ret = (struct run){.here = items};
    while (i < n && items[i].key == items[0].key && !(items[i].tag & SIDE_BIT))
        i++;
    ret->here_count = (uint32_t)i;
    ret->there = items + i;
    while (i < n && items[i].key == items[0].key)
        i++;
    ret->there_count = (uint32_t)i - ret->here_count;
    return i;
}

/* The sure ones first: they show what the transit is, which the others are held against. */
static int pair_round(struct both *both, struct sort_item *items, unsigned round)
{
    size_t n = gather(both, round, items);
    struct run run;

    for (size_t i = 0; i < n;) {
        i += run_at(items + i, n - i, &run);
        if (run.here_count == run.there_count)
            pair_evenly(both, &run, round);
    }
    int err = both_measure(both, round);
    if (err)
        return err;
    for (size_t i = 0; i < n;) {
        i += run_at(items + i, n - i, &run);
        if (run.here_count && run.there_count && run.here_count != run.there_count) {
            pair_unevenly(both, &run, round);
            if (round == ROUND_WHOLE)
                mark_twins(both, &run);
        }
    }
    return 0;
}

int both_pair(struct both *both)
{
    size_t room = ((size_t)both->count[0] + both->count[1]) * sizeof(struct sort_item);
    struct sort_item *items = room ? tt_get(&both->alloc, room) : NULL;
    int err = 0;

    if (room == 0)
        return 0;
    if (!items)
        return TT_ERR_NOMEM;
    for (unsigned round = ROUND_WHOLE; !err && round < ROUND_END; round++)
        err = pair_round(both, items, round);
    tt_give(&both->alloc, items, room);
    return err;
}
