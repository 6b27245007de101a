/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * losses.c - what was sent and did not arrive, arrived and was not sent, arrived twice or in another order.
 *
 * A capture may miss packets too: octets that it does not have but that their receiver, beside it, acknowledged did arrive.
 */
#include "base/memory.h"
#include "sides/both.h"
#include "sides/sort.h"

/* A stream is rewritten on the way when so many segments on each side, and so large a part of them, have no equal. */
#define DIFFERS_MIN 4
#define DIFFERS_PART 2

/* One end's packets, and what its receiver's side has of its octets. */
struct passage {
    struct both *both;
    enum tt_end end;
    unsigned sender, receiver; /* sides */
    struct sort_item *arrived; /* key: position; value: octets; joined, ascending */
    size_t arrived_count;
    struct sort_item *missing; /* of lost packets: key: position; value: octets */
    size_t missing_count;
    uint64_t acked; /* the highest position that the receiver's side shows acknowledged */
    uint64_t origin;
    bool missed; /* the capture of the receiver's side demonstrably missed octets */
};

static uint64_t data_at(const struct trace_packet *p, uint64_t position)
{
    return position + ((p->flags & TT_SYN) != 0);
}

/* ---- what arrived ------------------------------------------------------------------------------------------------ */

static void join(struct passage *passage)
{
    size_t to = 0;

    for (size_t i = 1; i < passage->arrived_count; i++) {
        struct sort_item *last = &passage->arrived[to], *next = &passage->arrived[i];
        uint64_t last_end = last->key + last->value;
        if (next->key > last_end || next->key + next->value - last->key > UINT32_MAX)
            passage->arrived[++to] = *next;
        else if (next->key + next->value > last_end)
            last->value = (uint32_t)(next->key + next->value - last->key);
    }
    if (passage->arrived_count)
        passage->arrived_count = to + 1;
}

static void gather_arrived(struct passage *passage)
{
    const struct both *both = passage->both;
    uint64_t at = passage->origin, acked = passage->origin;

    for (uint32_t i = 0; i < both->count[passage->receiver]; i++) {
        const struct trace_packet *p = &both->packets[passage->receiver][i];
        enum tt_end from = both_end(both, passage->receiver, p);
        if (p->flags & TT_RST)
            continue;
        if (from != passage->end && p->flags & TT_ACK) {
            uint64_t ack = both_unwrap(&acked, both_ack(both, passage->receiver, from, p));
            passage->acked = ack > passage->acked ? ack : passage->acked;
        }
        if (from != passage->end || p->length == 0)
            continue;
        uint64_t position = both_unwrap(&at, both_seq(both, passage->receiver, from, p->seq));
        passage->arrived[passage->arrived_count++] = (struct sort_item){data_at(p, position), i, p->length};
    }
    sort_items(passage->arrived, passage->arrived_count);
    join(passage);
}

/* How many of the octets from `from` to `to` arrived, at any time. */
static uint64_t arrived_of(const struct passage *passage, uint64_t from, uint64_t to)
{
    size_t low = 0, high = passage->arrived_count;
    uint64_t octets = 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (passage->arrived[middle].key + passage->arrived[middle].value <= from)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < passage->arrived_count && passage->arrived[i].key < to; i++) {
        uint64_t end = passage->arrived[i].key + passage->arrived[i].value;
        octets += (end < to ? end : to) - (passage->arrived[i].key > from ? passage->arrived[i].key : from);
    }
    return octets;
}

/* ---- what did not ------------------------------------------------------------------------------------------------ */

static void lose(struct passage *passage, const struct trace_packet *p, const struct fate *fate, uint64_t position)
{
    struct both *both = passage->both;
    uint64_t from = data_at(p, position), to = from + p->length;

    if (!both_ran(both, passage->sender, passage->end, p->time)) {
        found_on(both, TT_FOUND_OUTSIDE, passage->end, passage->sender, p)->octets += p->length - fate->covered;
        return;
    }
    if (passage->missed && p->length && to <= passage->acked && arrived_of(passage, from, to) == 0) {
        found_on(both, TT_FOUND_CAPTURE_MISSED, passage->end, passage->sender, p)->octets += p->length;
        return;
    }
    found_on(both, TT_FOUND_LOST, passage->end, passage->sender, p)->octets += p->length - fate->covered;
    if (p->length)
        passage->missing[passage->missing_count++] = (struct sort_item){from, 0, p->length};
}

static uint32_t look_for_lost(struct passage *passage)
{
    struct both *both = passage->both;
    uint64_t at = passage->origin;
    uint32_t sent = 0;

    for (uint32_t i = 0; i < both->count[passage->sender]; i++) {
        const struct trace_packet *p = &both->packets[passage->sender][i];
        const struct fate *fate = &both->fate[passage->sender][i];
        if (both_end(both, passage->sender, p) != passage->end || p->copy || p->flags & TT_RST)
            continue;
        uint64_t position = both_unwrap(&at, both_seq(both, passage->sender, passage->end, p->seq));
        sent++;
        if (fate->kind == FATE_ALONE || fate->kind == FATE_TWIN || (fate->kind == FATE_COVERED && fate->covered < p->length))
            lose(passage, p, fate, position);
    }
    return sent;
}

/* Octets of lost packets that no retransmission made up for. */
static uint64_t never_arrived(struct passage *passage)
{
    uint64_t done = passage->acked, octets = 0;

    sort_items(passage->missing, passage->missing_count);
    for (size_t i = 0; i < passage->missing_count; i++) {
        uint64_t from = passage->missing[i].key > done ? passage->missing[i].key : done;
        uint64_t to = passage->missing[i].key + passage->missing[i].value;
        if (to <= from)
            continue;
        octets += to - from - arrived_of(passage, from, to);
        done = to;
    }
    return octets;
}

static void find_lost(struct passage *passage)
{
    struct both *both = passage->both;
    uint32_t sent = look_for_lost(passage);
    uint64_t never = never_arrived(passage);

    for (unsigned i = 0; i < both->out->count; i++)
        if (both->out->finding[i].kind == TT_FOUND_LOST && both->out->finding[i].end == passage->end) {
            both->out->finding[i].of = sent;
            both->out->finding[i].to = (int64_t)never;
        }
    if (never)
        found(both, TT_FOUND_NEVER_ARRIVED, passage->end, NULL, NULL)->octets = never;
    both->out->other_side.never_arrived[passage->end] = never;
}

/* ---- what was not sent, and what came twice or late -------------------------------------------------------------- */

static void look_for_strangers(struct both *both, enum tt_end end, unsigned side)
{
    uint32_t copies = 0, packets = 0;

    for (uint32_t i = 0; i < both->count[side]; i++) {
        const struct trace_packet *p = &both->packets[side][i];
        const struct fate *fate = &both->fate[side][i];
        if (both_end(both, side, p) != end || p->flags & TT_RST)
            continue;
        packets++;
        copies += p->copy;
        if (fate->kind == FATE_TWIN)
            (void)found_on(both, TT_FOUND_DUPLICATED, end, side, p);
        else if (!p->copy && fate->kind == FATE_ALONE)
            found_on(both, both_ran(both, side, end, p->time) ? TT_FOUND_NOT_SENT : TT_FOUND_OUTSIDE, end, side, p)->octets +=
                p->length;
    }
    /* When every packet comes twice, it is the capture that sees each twice. */
    for (uint32_t i = 0; copies && copies * 4 < packets && i < both->count[side]; i++)
        if (both->packets[side][i].copy && both_end(both, side, &both->packets[side][i]) == end)
            (void)found_on(both, TT_FOUND_DUPLICATED, end, side, &both->packets[side][i]);
}

static void look_for_overtaken(struct both *both, enum tt_end end, unsigned sender, unsigned receiver)
{
    uint32_t highest = 0;

    for (uint32_t i = 0; i < both->count[sender]; i++) {
        const struct trace_packet *p = &both->packets[sender][i];
        const struct fate *fate = &both->fate[sender][i];
        if (both_end(both, sender, p) != end || fate->kind != FATE_PAIRED)
            continue;
        const struct trace_packet *partner = &both->packets[receiver][fate->partner];
        if (fate->partner < highest)
            (void)found(both, TT_FOUND_REORDERED, end, sender == TT_HERE ? p : partner, sender == TT_HERE ? partner : p);
        else
            highest = fate->partner;
    }
}

/* Counted as they were sent. */
static void look_for_cut(struct both *both, enum tt_end end, unsigned sender)
{
    for (unsigned side = 0; side < 2; side++)
        for (uint32_t i = 0; i < both->count[side]; i++)
            if (both_end(both, side, &both->packets[side][i]) == end && both->fate[side][i].kind == FATE_COVERED)
                found_on(both, TT_FOUND_CUT_ANEW, end, side, &both->packets[side][i])->count -= side != sender;
}

/* ---- whether there is sense in it -------------------------------------------------------------------------------- */

static bool half_alone(const struct both *both, enum tt_end end, unsigned side, uint32_t *ret_alone)
{
    uint32_t alone = 0, all = 0;

    for (uint32_t i = 0; i < both->count[side]; i++) {
        const struct trace_packet *p = &both->packets[side][i];
        if (both_end(both, side, p) != end || p->copy || p->length == 0)
            continue;
        all++;
        alone += both->fate[side][i].kind == FATE_ALONE;
    }
    *ret_alone = alone;
    return alone >= DIFFERS_MIN && alone >= all / DIFFERS_PART;
}

static bool stream_differs(struct both *both, enum tt_end end)
{
    uint32_t here, there;
    bool differs_here = half_alone(both, end, TT_HERE, &here), differs_there = half_alone(both, end, TT_THERE, &there);

    if (!differs_here || !differs_there)
        return false;
    struct tt_finding *finding = found(both, TT_FOUND_STREAM_DIFFERS, end, NULL, NULL);
    finding->count = here;
    finding->of = there;
    return true;
}

static int find_of_end(struct both *both, enum tt_end end)
{
    unsigned sender = both_side_of(both, end), receiver = sender == TT_HERE ? TT_THERE : TT_HERE;
    size_t room = ((size_t)both->count[0] + both->count[1]) * sizeof(struct sort_item);
    struct passage passage = {.both = both, .end = end, .sender = sender, .receiver = receiver, .origin = both_origin(both, end)};
    unsigned from = end ^ (receiver == TT_THERE && both->swapped);

    passage.acked = passage.origin;
    passage.missed = both->view[receiver]->conn->side[from].gap_bytes != 0;
    passage.arrived = tt_get(&both->alloc, room);
    if (!passage.arrived)
        return TT_ERR_NOMEM;
    passage.missing = passage.arrived + both->count[receiver];
    gather_arrived(&passage);
    find_lost(&passage);
    tt_give(&both->alloc, passage.arrived, room);
    look_for_strangers(both, end, receiver);
    look_for_overtaken(both, end, sender, receiver);
    look_for_cut(both, end, sender);
    return 0;
}

int find_losses(struct both *both)
{
    int err = 0;

    if (!both->placed || both->count[0] == 0 || both->count[1] == 0)
        return 0;
    for (unsigned end = 0; !err && end < 2; end++)
        if (!stream_differs(both, end))
            err = find_of_end(both, end);
    return err;
}
