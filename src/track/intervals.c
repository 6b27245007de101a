/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intervals.c - sets of positions: what came beyond a hole, and what was acknowledged unseen.
 *
 * Invariant: an interval ends before the next one begins, with at least one position between them.  Sets are short (a cap of 64),
 * so that a list walked from its beginning is enough, and an empty set costs one look.
 */
#include "track/intervals.h"

static uint64_t lower(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}
static uint64_t higher(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static bool is_full(const struct intervals *set, const struct intervals_pool *pool)
{
    unsigned count = 0;

    for (const struct interval *interval = set->first; interval; interval = interval->next)
        count++;
    return count >= pool->each_max || pool->out >= pool->max;
}

static struct interval *take(const struct intervals *set, struct intervals_pool *pool)
{
    struct interval *interval = is_full(set, pool) ? NULL : tt_slab_get(&pool->slab);

    if (interval)
        pool->out++;
    return interval;
}

static void drop(struct intervals_pool *pool, struct interval **at)
{
    struct interval *gone = *at;

    *at = gone->next;
    tt_slab_give(&pool->slab, gone);
    pool->out--;
}

/* Joins what now overlaps or touches *at from above; returns how many positions they had in common with it. */
static uint64_t absorb(struct intervals_pool *pool, struct interval *interval)
{
    uint64_t common = 0;

    while (interval->next && interval->next->from <= interval->to) {
        struct interval *next = interval->next;

        common += lower(interval->to, next->to) - next->from;
        interval->to = higher(interval->to, next->to);
        interval->since = interval->since < next->since ? interval->since : next->since;
        drop(pool, &interval->next);
    }
    return common;
}

uint64_t intervals_add(struct intervals *set, struct intervals_pool *pool, uint64_t from, uint64_t to, tt_ns now, bool *ret_full)
{
    struct interval **at = &set->first;

    assert(from < to);
    while (*at && (*at)->to < from)
        at = &(*at)->next;

    struct interval *found = *at;
    if (found && found->from <= to) {
        uint64_t had = found->to - found->from;

        found->from = lower(found->from, from);
        found->to = higher(found->to, to);
        uint64_t new = found->to - found->from - had;
        return new - absorb(pool, found);
    }
    struct interval *interval = take(set, pool);
    if (!interval) {
        *ret_full = true;
        return 0;
    }
    *interval = (struct interval){.from = from, .to = to, .since = now, .next = found};
    *at = interval;
    return to - from;
}

/* Takes [from, to) out of the middle of an interval. */
static void split(const struct intervals *set, struct intervals_pool *pool, struct interval *interval, uint64_t from, uint64_t to)
{
    struct interval *above = take(set, pool);

    if (above) {
        *above = (struct interval){.from = to, .to = interval->to, .since = interval->since, .next = interval->next};
        interval->next = above;
    }
    interval->to = from;
}

uint64_t intervals_remove(struct intervals *set, struct intervals_pool *pool, uint64_t from, uint64_t to)
{
    uint64_t removed = 0;

    for (struct interval **at = &set->first; *at && (*at)->from < to;) {
        struct interval *interval = *at;
        uint64_t low = higher(from, interval->from), high = lower(to, interval->to);

        if (low >= high) {
            at = &interval->next;
            continue;
        }
        removed += high - low;
        if (low == interval->from && high == interval->to) {
            drop(pool, at);
            continue;
        }
        if (low == interval->from)
            interval->from = high;
        else if (high == interval->to)
            interval->to = low;
        else
            split(set, pool, interval, low, high);
        at = &interval->next;
    }
    return removed;
}

uint64_t intervals_overlap(const struct intervals *set, uint64_t from, uint64_t to)
{
    uint64_t common = 0;

    for (const struct interval *interval = set->first; interval && interval->from < to; interval = interval->next) {
        uint64_t low = higher(from, interval->from), high = lower(to, interval->to);

        common += low < high ? high - low : 0;
    }
    return common;
}

void intervals_drop_first(struct intervals *set, struct intervals_pool *pool)
{
    drop(pool, &set->first);
}

void intervals_clear(struct intervals *set, struct intervals_pool *pool)
{
    while (set->first)
        drop(pool, &set->first);
}
