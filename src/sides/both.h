/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * both.h - two traces of one connection side by side, and the questions that the files of the comparison ask one another.
 *
 * compare.c drives: pairing.c finds out which packet is which, cover.c which octets came in segments of other sizes, clocks.c where
 * the captures stand and what their clocks say; then resets.c, losses.c and changes.c each add findings.
 */
#ifndef TCPTALE_SIDES_BOTH_H
#define TCPTALE_SIDES_BOTH_H

#include "sides/trace.h"

/* What became of a packet in the other trace. */
enum fate_kind {
    FATE_ALONE,  /* it is not there */
    FATE_PAIRED, /* it is */
    FATE_TWIN,   /* its equal is there, but was sent or came more often on this side */
    FATE_COVERED /* some or all of its octets are there in segments of other sizes */
};

struct fate {
    uint32_t partner; /* index in the other trace; of ALONE: 0 */
    uint32_t covered; /* octets of payload */
    uint8_t kind;     /* enum fate_kind */
    uint8_t level;    /* of PAIRED: how much had to agree, see pairing.c */
};

/* An end's packets on their way.  Differences are of the clocks: the time there less the time here. */
struct way {
    uint32_t shift; /* a sequence number there is one here and this */
    bool timed;
    tt_ns low, median, high; /* differences, of the packets that are surely the same */
    uint32_t pairs;
    uint32_t kept_ids, new_ids;     /* pairs with the same non-zero IP ID; pairs whose IP IDs differ */
    uint32_t kept_times, new_times; /* pairs with the same timestamps; pairs whose timestamps differ */
    int64_t ttl_fell;               /* from here to there, summed over the pairs */
    tt_ns early, late;              /* the quickest of the first third and of the last one, as differences */
    tt_ns early_at, late_at;        /* their times here */
};

struct both {
    const struct tt_side_view *view[2]; /* by enum tt_capture_side */
    const struct trace_packet *packets[2];
    uint32_t count[2];
    struct fate *fate[2];
    struct tt_alloc alloc;
    struct way way[2];  /* by enum tt_end, as it is here */
    int64_t drift;      /* parts in 10^9 by which the clock there is faster; 0: none is seen */
    bool swapped;       /* the client here is the server there */
    bool placed;        /* `near` holds */
    enum tt_end near;   /* the end that the capture here is nearer to */
    uint32_t looks;     /* how many resets were held against those */
    bool lone_reset[2]; /* by enum tt_end: its side has resets that did not arrive */
    struct tt_comparison *out;
    struct tt_finding spill; /* where what the list has no room for goes */
};

/* Whose packet it is, by the names of the capture here. */
static inline enum tt_end both_end(const struct both *both, unsigned side, const struct trace_packet *p)
{
    return (p->from ^ (side == TT_THERE && both->swapped)) ? TT_SERVER : TT_CLIENT;
}
/* A sequence number of an end's in the numbers of the capture there. */
static inline uint32_t both_seq(const struct both *both, unsigned side, enum tt_end end, tt_seq seq)
{
    return side == TT_HERE ? seq.n + both->way[end].shift : seq.n;
}
static inline uint32_t both_ack(const struct both *both, unsigned side, enum tt_end from, const struct trace_packet *p)
{
    return p->flags & TT_ACK ? both_seq(both, side, from == TT_CLIENT ? TT_SERVER : TT_CLIENT, p->ack) : 0;
}
/* The capture that is nearer to an end. */
static inline unsigned both_side_of(const struct both *both, enum tt_end end)
{
    return both->near == end ? TT_HERE : TT_THERE;
}

/* Positions that do not wrap: *at is the one before, and becomes this one. */
static inline uint64_t both_unwrap(uint64_t *at, uint32_t seq)
{
    *at += (uint64_t)(int64_t)(int32_t)(seq - (uint32_t)*at);
    return *at;
}
/* Where an end's positions begin, in both traces: any number near its own will do, well above 0. */
uint64_t both_origin(const struct both *both, enum tt_end end);

static inline bool both_same_endpoint(const struct tt_endpoint *a, const struct tt_endpoint *b)
{
    return a->port == b->port && a->ip_version == b->ip_version && memcmp(&a->addr, &b->addr, sizeof a->addr) == 0;
}

/* A capture may claim any times: sums and differences stay at the ends of what there is. */
tt_ns ns_add(tt_ns a, tt_ns b);
tt_ns ns_sub(tt_ns a, tt_ns b);

/* pairing.c: 0 or TT_ERR_NOMEM. */
int both_pair(struct both *both);
/* cover.c: the same. */
int both_cover(struct both *both);

/* clocks.c */
/* The time there less the time here of a packet and its partner, without the drift. */
tt_ns both_difference(const struct both *both, const struct trace_packet *here, const struct trace_packet *there);
int both_measure(struct both *both, unsigned level);
void both_place(struct both *both);
/* The quickest and the slowest transit of an end's packets between the captures, with the unknown offset of the clocks in it. */
tt_ns both_quickest(const struct both *both, enum tt_end end);
tt_ns both_slowest(const struct both *both, enum tt_end end);
/* Whether any packet is in both captures and tells of their clocks. */
bool both_timed(const struct both *both);
/* How near to the time at which a packet of one side should have passed the other another time is; 0: it may have passed then. */
tt_ns both_misses(const struct both *both, unsigned side, enum tt_end end, tt_ns time, tt_ns passed);
/* How long before that the other capture had its last packet; 0: it ran longer. */
tt_ns both_over_since(const struct both *both, unsigned side, enum tt_end end, tt_ns time);
/* Whether the other capture ran when a packet that only this one has should have passed there. */
bool both_ran(const struct both *both, unsigned side, enum tt_end end, tt_ns time);
/* Finds the drift; the ways are to be measured again when there is one. */
void both_find_drift(struct both *both);
void find_clocks(struct both *both);

/* compare.c: the finding of that kind and end, counted once more with both packets (either may be NULL); never NULL. */
struct tt_finding *found(struct both *both, enum tt_finding_kind kind, enum tt_end end, const struct trace_packet *here,
                         const struct trace_packet *there);
/* The same for a packet of one side. */
struct tt_finding *found_on(struct both *both, enum tt_finding_kind kind, enum tt_end end, unsigned side,
                            const struct trace_packet *p);

/* losses.c, resets.c, changes.c; 0 or TT_ERR_NOMEM */
int find_losses(struct both *both);
void find_resets(struct both *both);
void find_changes(struct both *both);

#endif
