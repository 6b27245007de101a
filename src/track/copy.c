/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * copy.c - copies that the capture made: mirrored ports, "-i any", bridges, a routed packet seen twice.
 *
 * A copy has the same numbers, flags, window, length, TSval, checksum (which stands for the payload) and IP ID within a small time;
 * its TTL may differ.  A retransmission has another IP ID or TSval.  A host that uses neither (IPv6 or ID 0, no timestamps) sends
 * equal packets on purpose, duplicate ACKs and resets; from it only a packet that came another way is taken for a copy, or payload
 * again faster than any retransmission.
 */
#include "base/siphash.h"
#include "track/tracked.h"

/* A tick is 2^20 ns, about a millisecond; differences are right for 24 days. */
#define TICK_SHIFT 20
#define COPY_TICKS 100    /* how much later a copy may come: the queues of a mirror port */
#define COPY_TICKS_WEAK 2 /* when nothing but time tells it from a retransmission */

struct content {
    uint32_t seq, ack, length, tsval, ip_id;
    uint16_t flags, window, checksum, from;
};

static uint32_t digest_of(const struct arrival *a)
{
    static const uint64_t no_key[2] = {0, 0};
    const struct tt_segment *s = a->segment;
    struct content content = {
        .seq = s->seq.n,
        .ack = s->ack.n,
        .length = s->payload_length,
        .tsval = a->options.present & TT_HAS_TIMESTAMPS ? a->options.tsval : 0,
        .ip_id = s->ip_id,
        .flags = s->flags,
        .window = s->window,
        .checksum = s->checksum,
        .from = (uint16_t)a->step.from,
    };

    return (uint32_t)tt_siphash13(no_key, &content, sizeof content);
}

static uint16_t way_of(const struct tt_segment *s)
{
    uint32_t way = s->ttl;

    way = way * 31 + s->frame->interface;
    way = way * 31 + (s->vlans ? s->vlan[0] : 0);
    for (unsigned i = 0; i < s->link_source_octets && i < sizeof s->link_source; i++)
        way = way * 31 + s->link_source[i];
    return (uint16_t)(way ^ way >> 16);
}

static bool is_strong(const struct arrival *a)
{
    return a->segment->ip_id != 0 || a->options.present & TT_HAS_TIMESTAMPS;
}

static bool is_copy_of(const struct arrival *a, const struct look *seen, const struct look *now)
{
    uint32_t ticks = now->at - seen->at;

    if (seen->digest != now->digest || !(seen->at | seen->digest))
        return false;
    if (is_strong(a) || seen->way != now->way)
        return ticks <= COPY_TICKS;
    return a->segment->payload_length && ticks <= COPY_TICKS_WEAK;
}

bool track_is_copy(struct arrival *a)
{
    struct tracked *tracked = a->tracked;
    struct look now = {digest_of(a), (uint32_t)(a->mark.time >> TICK_SHIFT), way_of(a->segment)};

    for (unsigned i = 0; i < LOOKS; i++)
        if (is_copy_of(a, &tracked->looks[i], &now))
            return true;
    tracked->looks[tracked->next_look] = now;
    tracked->next_look = (uint8_t)((tracked->next_look + 1) % LOOKS);
    return false;
}
