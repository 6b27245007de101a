/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cover.c - the same octets in segments of other sizes: cards and drivers cut large segments behind the capture that sees them
 * sent (TSO), and join small ones before the capture that sees them arrive (GRO).
 *
 * What pairing.c left over is laid side by side by position.  A segment keeps its timestamp when it is cut, and only segments of
 * one timestamp are joined, so that retransmissions are not taken for what they repeat.
 */
#include "base/memory.h"
#include "sides/both.h"
#include "sides/sort.h"

/* So many packets that overlap one are looked at: a segment of 64 kB in the smallest pieces that occur. */
#define OVERLAPS_MAX 512

struct rest {
    struct sort_item *items; /* key: position of the first octet */
    size_t count;
    uint32_t longest;
};

static void gather(const struct both *both, unsigned side, enum tt_end end, uint64_t origin, struct rest *rest)
{
    for (uint32_t i = 0; i < both->count[side]; i++) {
        const struct trace_packet *p = &both->packets[side][i];

        if (both_end(both, side, p) != end || p->length == 0 || p->flags & TT_RST)
            continue;
        uint64_t position = both_unwrap(&origin, both_seq(both, side, end, p->seq));
        if (p->copy || both->fate[side][i].kind != FATE_ALONE)
            continue;
        rest->items[rest->count++] = (struct sort_item){position, i, i};
        if (p->length > rest->longest)
            rest->longest = p->length;
    }
    sort_items(rest->items, rest->count);
}

uint64_t both_origin(const struct both *both, enum tt_end end)
{
    for (uint32_t i = 0; i < both->count[TT_HERE]; i++)
        if (both_end(both, TT_HERE, &both->packets[TT_HERE][i]) == end)
            return (UINT64_C(1) << 40) + both_seq(both, TT_HERE, end, both->packets[TT_HERE][i].seq);
    return UINT64_C(1) << 40;
}

static uint32_t overlap(uint64_t a, uint32_t a_octets, uint64_t b, uint32_t b_octets)
{
    uint64_t from = a > b ? a : b, to = a + a_octets < b + b_octets ? a + a_octets : b + b_octets;

    return to > from ? (uint32_t)(to - from) : 0;
}

static void cover(struct both *both, uint32_t h, uint32_t t, uint32_t octets)
{
    const struct trace_packet *here = &both->packets[TT_HERE][h], *there = &both->packets[TT_THERE][t];
    struct fate *fate_here = &both->fate[TT_HERE][h], *fate_there = &both->fate[TT_THERE][t];
    uint32_t room_here = here->length - fate_here->covered, room_there = there->length - fate_there->covered;

    if (here->tsval && there->tsval && here->tsval != there->tsval)
        return;
    octets = octets < room_here ? octets : room_here;
    octets = octets < room_there ? octets : room_there;
    if (octets == 0)
        return;
    if (fate_here->covered == 0)
        fate_here->partner = t;
    if (fate_there->covered == 0)
        fate_there->partner = h;
    fate_here->kind = fate_there->kind = FATE_COVERED;
    fate_here->covered += octets;
    fate_there->covered += octets;
}

static void lay(struct both *both, const struct rest *here, const struct rest *there)
{
    size_t from = 0;

    for (size_t h = 0; h < here->count; h++) {
        uint64_t position = here->items[h].key;
        uint32_t octets = both->packets[TT_HERE][here->items[h].value].length;

        while (from < there->count && there->items[from].key + there->longest <= position)
            from++;
        for (size_t t = from; t < there->count && t < from + OVERLAPS_MAX && there->items[t].key < position + octets; t++) {
            uint32_t t_octets = both->packets[TT_THERE][there->items[t].value].length;
            cover(both, here->items[h].value, there->items[t].value, overlap(position, octets, there->items[t].key, t_octets));
        }
    }
}

int both_cover(struct both *both)
{
    size_t count = (size_t)both->count[0] + both->count[1];
    struct sort_item *items = count ? tt_get(&both->alloc, count * sizeof *items) : NULL;

    if (count == 0)
        return 0;
    if (!items)
        return TT_ERR_NOMEM;
    for (unsigned end = 0; end < 2; end++) {
        struct rest here = {items, 0, 0}, there = {items + both->count[TT_HERE], 0, 0};
        uint64_t origin = both_origin(both, end);

        gather(both, TT_HERE, end, origin, &here);
        gather(both, TT_THERE, end, origin, &there);
        lay(both, &here, &there);
    }
    tt_give(&both->alloc, items, count * sizeof *items);
    return 0;
}
