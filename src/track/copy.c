/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * copy.c - copies that the capture made: mirrored ports, "-i any", bridges, a routed packet seen twice.
 *
 * A copy has the same numbers, flags, window, length, TSval, checksum (which stands for the payload) and IP ID within a small time;
 * its TTL may differ.  A retransmission has another IP ID or TSval.  A host without IP IDs (IPv6, or ID 0) sends equal packets on
 * purpose, duplicate ACKs and resets; from it only a packet that came another way is taken for a copy, or what takes sequence
 * numbers when it comes again faster than any retransmission.
 */
#include "base/keyhash.h"
#include "track/tracked.h"

/* A tick is 2^20 ns, about a millisecond; 16 bits of them go around in 69 s, and then a digest of 32 bits must be the same too. */
#define TICK_SHIFT 20
#define COPY_TICKS 100    /* how much later a copy may come: the queues of a mirror port */
#define COPY_TICKS_WEAK 2 /* when nothing but time tells it from a retransmission */

static const uint64_t no_key[2] = {0, 0};

/* Needs no key: who makes two of his own packets look like copies hides one of his own packets. */
static uint32_t digest_of(const struct arrival *a)
{
    const struct tt_segment *s = a->segment;
    uint64_t tsval = a->options.present & TT_HAS_TIMESTAMPS ? a->options.tsval : 0;
    uint64_t numbers = (uint64_t)s->seq.n << 32 | s->ack.n;
    uint64_t sums = tsval << 32 | (uint64_t)s->checksum << 16 | s->window;
    uint64_t rest = ((uint64_t)s->payload_length << 32 | s->ip_id) ^ (uint64_t)s->flags << 52 ^ (uint64_t)a->step.from << 51;

    return (uint32_t)tt_keyhash_step(no_key, tt_keyhash_step(no_key, rest, numbers, sums), rest, sums) |
           1; /* 0 is an unused look */
}

static uint16_t way_of(const struct tt_segment *s)
{
    uint64_t rest = (uint64_t)s->frame->interface << 32 | (uint64_t)s->vlan[0] << 16 | s->ttl;

    return (uint16_t)tt_keyhash_step(no_key, TT_KEYHASH_BEGIN, tt_le64(s->link_source), rest);
}

/* It takes numbers, so that no host sends it twice within a moment; a pure ACK or a reset it may. */
static bool takes_numbers(const struct tt_segment *s)
{
    return s->payload_length || s->flags & (TT_SYN | TT_FIN);
}

static bool is_strong(const struct arrival *a)
{
    return a->segment->ip_id != 0 || (a->options.present & TT_HAS_TIMESTAMPS && takes_numbers(a->segment));
}

static bool is_copy_of(const struct arrival *a, const struct look *seen, const struct look *now)
{
    uint16_t ticks = (uint16_t)(now->at - seen->at);

    if (seen->digest != now->digest)
        return false;
    if (is_strong(a) || seen->way != now->way)
        return ticks <= COPY_TICKS;
    return takes_numbers(a->segment) && ticks <= COPY_TICKS_WEAK;
}

static struct look look_of(const struct arrival *a)
{
    return (struct look){digest_of(a), (uint16_t)(a->mark.time >> TICK_SHIFT), way_of(a->segment)};
}

static void remember(struct tracked *tracked, struct look look)
{
    tracked->looks[tracked->next_look] = look;
    if (++tracked->next_look == LOOKS)
        tracked->next_look = 0;
}

bool track_is_copy(struct arrival *a)
{
    struct tracked *tracked = a->tracked;
    struct look now = look_of(a);

    for (unsigned i = 0; i < LOOKS; i++)
        if (is_copy_of(a, &tracked->looks[i], &now))
            return true;
    remember(tracked, now);
    return false;
}

void track_expect_copies(struct arrival *a)
{
    remember(a->tracked, look_of(a));
}
