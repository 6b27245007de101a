/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clocks.c - where the two captures stand, and what can be said of times though neither clock is known to be right.
 *
 * A packet of an end that the capture HERE is nearer to has, on its way there, the difference offset + transit; one of the other
 * end has offset - transit.  No transit is below 0, so the first bound the offset from above, the second from below, and what
 * lies between them is the quickest of both ways together.  A clock that runs faster moves both kinds alike, a queue moves them
 * apart.
 */
#include "base/memory.h"
#include "sides/both.h"
#include "sides/sort.h"

/* So many changes of direction, and of these all but one in so many, show which capture is nearer to whom. */
#define NEIGHBOURS_MIN 4
#define NEIGHBOURS_PART 10
/* Longer than any way there and back: satellites take 600 ms, and what queues hold longer is given up. */
#define TRANSIT_MAX (3 * TT_NS_PER_S)
/* A drift shows in captures that are long enough, and is more than what queues do to the quickest packets. */
#define DRIFT_SPAN (30 * TT_NS_PER_S)
#define DRIFT_MIN (200 * TT_NS_PER_US)
#define DRIFT_MAX (2 * TT_NS_PER_S)
#define DRIFT_PPB_MAX 1000000               /* a thousandth: no clock that keeps time is as bad */
#define DRIFT_US_MAX INT64_C(2000000000000) /* 23 days: longer, and the product of both overflows */

tt_ns ns_add(tt_ns a, tt_ns b)
{
    if (b > 0 && a > INT64_MAX - b)
        return INT64_MAX;
    if (b < 0 && a < INT64_MIN - b)
        return INT64_MIN;
    return a + b;
}

tt_ns ns_sub(tt_ns a, tt_ns b)
{
    return b == INT64_MIN ? ns_add(ns_add(a, INT64_MAX), 1) : ns_add(a, -b);
}

/* ---- measuring --------------------------------------------------------------------------------------------------- */

/* By how much more the clock there is ahead than at the beginning. */
static tt_ns drifted(const struct both *both, unsigned side, tt_ns time)
{
    tt_ns since_us = ns_sub(time, both->view[side]->conn->first) / TT_NS_PER_US;

    if (both->drift == 0 || since_us < 0 || since_us > DRIFT_US_MAX)
        return 0;
    return since_us * both->drift / 1000000; /* parts in 10^9 of microseconds, in nanoseconds */
}

tt_ns both_difference(const struct both *both, const struct trace_packet *here, const struct trace_packet *there)
{
    return ns_sub(ns_sub(there->time, here->time), drifted(both, TT_HERE, here->time));
}

static bool counts_for(const struct fate *fate, unsigned level)
{
    return fate->kind == FATE_PAIRED && fate->level <= level;
}

static uint32_t differences(const struct both *both, unsigned end, unsigned level, int64_t *ret)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < both->count[TT_HERE]; i++) {
        const struct trace_packet *here = &both->packets[TT_HERE][i];
        const struct fate *fate = &both->fate[TT_HERE][i];
        if (both_end(both, TT_HERE, here) == end && counts_for(fate, level))
            ret[n++] = both_difference(both, here, &both->packets[TT_THERE][fate->partner]);
    }
    return n;
}

int both_measure(struct both *both, unsigned level)
{
    size_t room = both->count[TT_HERE] * sizeof(int64_t);
    int64_t *numbers = room ? tt_get(&both->alloc, room) : NULL;

    if (room == 0)
        return 0;
    if (!numbers)
        return TT_ERR_NOMEM;
    for (unsigned end = 0; end < 2; end++) {
        struct way *way = &both->way[end];
        uint32_t n = way->timed && level > 2 ? 0 : differences(both, end, level, numbers);

        if (n == 0)
            continue;
        sort_numbers(numbers, n);
        way->timed = true;
        way->low = numbers[0];
        way->median = ns_add(numbers[(n - 1) / 2], ns_sub(numbers[n / 2], numbers[(n - 1) / 2]) / 2);
        way->high = numbers[n - 1];
    }
    tt_give(&both->alloc, numbers, room);
    return 0;
}

/* ---- where the captures stand ------------------------------------------------------------------------------------ */

/* 1: nearer to the client, -1: to the server, 0: they do not say. */
static int place_by_ttl(const struct both *both)
{
    int64_t client = both->way[TT_CLIENT].ttl_fell, server = both->way[TT_SERVER].ttl_fell;

    if (client >= 0 && server <= 0 && client != server)
        return 1;
    return client <= 0 && server >= 0 && client != server ? -1 : 0;
}

/* While the clocks run alike, all of the client's differences are on one side of all of the server's. */
static int place_by_time(const struct both *both)
{
    const struct way *client = &both->way[TT_CLIENT], *server = &both->way[TT_SERVER];

    if (!client->timed || !server->timed)
        return 0;
    return client->low > server->high ? 1 : client->high < server->low ? -1 : 0;
}

/* When they do not, packets that follow each other are still held against the same two clocks. */
static int place_by_neighbours(const struct both *both)
{
    tt_ns last[2] = {0, 0};
    bool known[2] = {false, false};
    uint32_t nearer[2] = {0, 0};

    for (uint32_t i = 0; i < both->count[TT_HERE]; i++) {
        const struct trace_packet *here = &both->packets[TT_HERE][i];
        const struct fate *fate = &both->fate[TT_HERE][i];
        enum tt_end end = both_end(both, TT_HERE, here);
        if (!counts_for(fate, 2))
            continue;
        last[end] = both_difference(both, here, &both->packets[TT_THERE][fate->partner]);
        known[end] = true;
        if (known[!end] && last[TT_CLIENT] != last[TT_SERVER])
            nearer[last[TT_CLIENT] > last[TT_SERVER] ? TT_CLIENT : TT_SERVER]++;
    }
    for (unsigned end = 0; end < 2; end++)
        if (nearer[end] >= NEIGHBOURS_MIN && nearer[end] / NEIGHBOURS_PART >= nearer[!end])
            return end == TT_CLIENT ? 1 : -1;
    return 0;
}

void both_place(struct both *both)
{
    int place = place_by_time(both);

    if (place == 0)
        place = place_by_ttl(both);
    if (place == 0)
        place = place_by_neighbours(both);
    both->placed = place != 0;
    both->near = place < 0 ? TT_SERVER : TT_CLIENT;
}

/*
 * Of an end none of whose packets is in both captures, the other end's tell: what these took on their way is at least 0, and no way
 * there and back takes longer than TRANSIT_MAX.
 */
tt_ns both_quickest(const struct both *both, enum tt_end end)
{
    const struct way *way = &both->way[end], *other = &both->way[end == TT_CLIENT ? TT_SERVER : TT_CLIENT];

    if (!way->timed)
        return both->near == end ? other->high : ns_sub(0, other->low);
    return both->near == end ? way->low : ns_sub(0, way->high);
}

tt_ns both_slowest(const struct both *both, enum tt_end end)
{
    const struct way *way = &both->way[end];

    if (!way->timed)
        return ns_add(both_quickest(both, end), TRANSIT_MAX);
    return both->near == end ? way->high : ns_sub(0, way->low);
}

bool both_timed(const struct both *both)
{
    return both->way[TT_CLIENT].timed || both->way[TT_SERVER].timed;
}

/* ---- whether a capture ran --------------------------------------------------------------------------------------- */

/* The earliest and the latest time at which a packet of one side passed the other one, if it did. */
static void passing(const struct both *both, unsigned side, enum tt_end end, tt_ns time, tt_ns *ret_from, tt_ns *ret_to)
{
    tt_ns drift = drifted(both, side, time);

    time = side == TT_HERE ? ns_add(time, drift) : ns_sub(time, drift);
    if (side == both_side_of(both, end)) {
        *ret_from = ns_add(time, both_quickest(both, end));
        *ret_to = ns_add(time, both_slowest(both, end));
    } else {
        *ret_from = ns_sub(time, both_slowest(both, end));
        *ret_to = ns_sub(time, both_quickest(both, end));
    }
}

static tt_ns last_of(const struct both *both, unsigned side)
{
    const struct tt_side_view *view = both->view[side];

    return view->trace->cut ? both->packets[side][both->count[side] - 1].time : view->last;
}

bool both_ran(const struct both *both, unsigned side, enum tt_end end, tt_ns time)
{
    unsigned other = side == TT_HERE ? TT_THERE : TT_HERE;
    tt_ns from, to;

    if (!both_timed(both))
        return false;
    passing(both, side, end, time, &from, &to);
    return from >= both->view[other]->first && to <= last_of(both, other);
}

tt_ns both_over_since(const struct both *both, unsigned side, enum tt_end end, tt_ns time)
{
    tt_ns from, to;

    if (!both_timed(both))
        return 0;
    passing(both, side, end, time, &from, &to);
    tt_ns since = ns_sub(to, last_of(both, side == TT_HERE ? TT_THERE : TT_HERE));
    return since > 0 ? since : 0;
}

tt_ns both_misses(const struct both *both, unsigned side, enum tt_end end, tt_ns time, tt_ns passed)
{
    tt_ns from, to;

    passing(both, side, end, time, &from, &to);
    return passed < from ? ns_sub(from, passed) : passed > to ? ns_sub(passed, to) : 0;
}

/* ---- drift ------------------------------------------------------------------------------------------------------- */

/* The quickest packets of the first and the last third of the time that both captures have. */
static bool quickest_of_thirds(const struct both *both, unsigned end, tt_ns first, tt_ns last, struct way *way)
{
    bool low = both->near == end, early = false, late = false;
    tt_ns third = ns_sub(last, first) / 3;

    for (uint32_t i = 0; i < both->count[TT_HERE]; i++) {
        const struct trace_packet *here = &both->packets[TT_HERE][i];
        const struct fate *fate = &both->fate[TT_HERE][i];
        if (both_end(both, TT_HERE, here) != end || !counts_for(fate, 2))
            continue;
        tt_ns difference = both_difference(both, here, &both->packets[TT_THERE][fate->partner]);
        if (here->time <= ns_add(first, third) && (!early || (difference < way->early) == low)) {
            way->early = difference;
            way->early_at = here->time;
            early = true;
        } else if (here->time >= ns_sub(last, third) && (!late || (difference < way->late) == low)) {
            way->late = difference;
            way->late_at = here->time;
            late = true;
        }
    }
    return early && late;
}

/* Both ways moved by about as much, to the same side. */
static bool moved_alike(tt_ns a, tt_ns b)
{
    tt_ns smaller = a < 0 ? (a > b ? a : b) : (a < b ? a : b), larger = a < 0 ? (a > b ? b : a) : (a < b ? b : a);

    if ((a < 0) != (b < 0) || a == INT64_MIN || b == INT64_MIN)
        return false;
    if (a < 0) {
        smaller = -smaller;
        larger = -larger;
    }
    return smaller >= DRIFT_MIN && larger <= DRIFT_MAX && larger - smaller <= smaller / 2;
}

void both_find_drift(struct both *both)
{
    const struct tt_conn *conn = both->view[TT_HERE]->conn;
    struct way *client = &both->way[TT_CLIENT], *server = &both->way[TT_SERVER];

    if (ns_sub(conn->last, conn->first) < DRIFT_SPAN || !quickest_of_thirds(both, TT_CLIENT, conn->first, conn->last, client) ||
        !quickest_of_thirds(both, TT_SERVER, conn->first, conn->last, server))
        return;
    tt_ns client_moved = ns_sub(client->late, client->early), server_moved = ns_sub(server->late, server->early);
    tt_ns client_span_us = ns_sub(client->late_at, client->early_at) / TT_NS_PER_US;
    tt_ns server_span_us = ns_sub(server->late_at, server->early_at) / TT_NS_PER_US;
    if (client_span_us <= 0 || server_span_us <= 0 || !moved_alike(client_moved, server_moved))
        return;
    int64_t drift = (client_moved * 1000000 / client_span_us + server_moved * 1000000 / server_span_us) / 2;
    if (drift <= DRIFT_PPB_MAX && drift >= -DRIFT_PPB_MAX)
        both->drift = drift;
}

/* ---- what is told ------------------------------------------------------------------------------------------------ */

static void find_delay(struct both *both, enum tt_end end, tt_ns half)
{
    const struct way *way = &both->way[end];
    tt_ns median = both->near == end ? way->median : ns_sub(0, way->median);
    tt_ns quickest = both_quickest(both, end);
    struct tt_finding *finding;

    if (way->pairs < 2)
        return;
    finding = found(both, TT_FOUND_DELAY, end, NULL, NULL);
    finding->count = way->pairs;
    finding->of = (uint64_t)ns_add(half, ns_sub(median, quickest));
    finding->from = half;
    finding->to = ns_add(half, ns_sub(both_slowest(both, end), quickest));
}

void find_clocks(struct both *both)
{
    enum tt_end far = both->near == TT_CLIENT ? TT_SERVER : TT_CLIENT;
    struct tt_finding *finding;

    if (!both->way[TT_CLIENT].timed || !both->way[TT_SERVER].timed || !both->placed)
        return;
    if (both->drift)
        found(both, TT_FOUND_DRIFT, TT_CLIENT, NULL, NULL)->from = both->drift;
    tt_ns low = ns_sub(0, both_quickest(both, far)), high = both_quickest(both, both->near);
    if (low > high) {
        (void)found(both, TT_FOUND_CLOCK_STEPPED, TT_CLIENT, NULL, NULL);
        return;
    }
    finding = found(both, TT_FOUND_CLOCKS, TT_CLIENT, NULL, NULL);
    finding->from = low;
    finding->to = high;
    find_delay(both, TT_CLIENT, ns_sub(high, low) / 2);
    find_delay(both, TT_SERVER, ns_sub(high, low) / 2);
}
