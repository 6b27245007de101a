/* SPDX-License-Identifier: BSD-2-Clause */
/* changes.c - what devices on the way changed in packets that are the same: from its sender's side to its receiver's. */
#include "sides/both.h"

/* A packet on its way. */
struct passing {
    struct both *both;
    enum tt_end end;
    const struct trace_packet *here, *there;
    const struct trace_packet *sent, *came; /* the same two, in the order of the way */
};

static struct tt_finding *changed(struct passing *passing, enum tt_finding_kind kind)
{
    return found(passing->both, kind, passing->end, passing->here, passing->there);
}

/* The first time stands for all: devices do what they do to each packet. */
static void changed_from_to(struct passing *passing, enum tt_finding_kind kind, int64_t from, int64_t to)
{
    struct tt_finding *finding = changed(passing, kind);

    if (finding->count == 1) {
        finding->from = from;
        finding->to = to;
    }
}

static void compare_options(struct passing *passing)
{
    const struct trace_packet *sent = passing->sent, *came = passing->came;
    uint16_t removed = sent->present & (uint16_t)~came->present, added = came->present & (uint16_t)~sent->present;

    if (removed)
        changed(passing, TT_FOUND_OPTIONS_REMOVED)->from |= removed;
    if (added)
        changed(passing, TT_FOUND_OPTIONS_ADDED)->from |= added;
    if (sent->present & came->present & TT_HAS_MSS && sent->mss != came->mss)
        changed_from_to(passing, TT_FOUND_MSS, sent->mss, came->mss);
    if (sent->present & came->present & TT_HAS_WSCALE && sent->wscale != came->wscale)
        changed_from_to(passing, TT_FOUND_WSCALE, sent->wscale, came->wscale);
    if (sent->present & came->present & TT_HAS_TIMESTAMPS && (sent->tsval != came->tsval || sent->tsecr != came->tsecr))
        (void)changed(passing, TT_FOUND_TIMESTAMPS);
}

/* SACK blocks bear numbers of the other end's. */
static void compare_sack(struct passing *passing)
{
    uint32_t shift = passing->both->way[passing->end == TT_CLIENT ? TT_SERVER : TT_CLIENT].shift;

    if (passing->here->present & passing->there->present & TT_HAS_SACK &&
        passing->there->sack_left - passing->here->sack_left != shift)
        (void)changed(passing, TT_FOUND_SACK_UNSHIFTED);
}

static void compare_tcp(struct passing *passing)
{
    const struct trace_packet *sent = passing->sent, *came = passing->came;

    if (sent->window != came->window)
        changed_from_to(passing, TT_FOUND_WINDOW, sent->window, came->window);
    if (sent->payload && came->payload && sent->payload != came->payload)
        (void)changed(passing, TT_FOUND_PAYLOAD);
    if ((sent->flags ^ came->flags) & (TT_ECE | TT_CWR | TT_AE))
        (void)changed(passing, TT_FOUND_ECN_FLAGS);
}

/* RFC 3168 section 5: 0 not capable, 1 and 2 capable, 3 congestion experienced. */
#define ECN_BITS 3
#define ECN_CE 3

static void compare_ip(struct passing *passing)
{
    const struct trace_packet *sent = passing->sent, *came = passing->came;
    unsigned sent_ecn = sent->tos & ECN_BITS, came_ecn = came->tos & ECN_BITS;

    if (sent->tos >> 2 != came->tos >> 2)
        changed_from_to(passing, TT_FOUND_DSCP, sent->tos >> 2, came->tos >> 2);
    if (sent_ecn != ECN_CE && came_ecn == ECN_CE)
        (void)changed(passing, TT_FOUND_ECN_MARKED);
    else if (sent_ecn && !came_ecn)
        (void)changed(passing, TT_FOUND_ECN_CLEARED);
    if (sent->ip_id != came->ip_id)
        (void)changed(passing, TT_FOUND_IP_ID);
    if (sent->dont_fragment != came->dont_fragment)
        (void)changed(passing, TT_FOUND_DONT_FRAGMENT);
}

static void compare_hops(struct passing *passing)
{
    int64_t fell = passing->sent->ttl - passing->came->ttl;
    struct tt_finding *finding = found(passing->both, TT_FOUND_HOPS, passing->end, NULL, NULL);

    if (finding->count == 1 || fell < finding->from)
        finding->from = fell;
    if (finding->count == 1 || fell > finding->to)
        finding->to = fell;
}

static void compare_packets(struct both *both)
{
    for (uint32_t i = 0; i < both->count[TT_HERE]; i++) {
        const struct trace_packet *here = &both->packets[TT_HERE][i];
        const struct fate *fate = &both->fate[TT_HERE][i];
        if (fate->kind != FATE_PAIRED)
            continue;

        const struct trace_packet *there = &both->packets[TT_THERE][fate->partner];
        enum tt_end end = both_end(both, TT_HERE, here);
        bool onward = both_side_of(both, end) == TT_HERE;
        struct passing passing = {both, end, here, there, onward ? here : there, onward ? there : here};
        if (!here->options_short && !there->options_short) {
            compare_options(&passing);
            compare_sack(&passing);
        }
        compare_tcp(&passing);
        compare_ip(&passing);
        compare_hops(&passing);
    }
}

static void compare_connections(struct both *both)
{
    const struct tt_conn *conn[2] = {both->view[TT_HERE]->conn, both->view[TT_THERE]->conn};

    for (unsigned end = 0; end < 2; end++) {
        unsigned end_there = end ^ both->swapped;
        const struct tt_endpoint *here = end == TT_CLIENT ? &conn[TT_HERE]->client : &conn[TT_HERE]->server;
        const struct tt_endpoint *there = end_there == TT_CLIENT ? &conn[TT_THERE]->client : &conn[TT_THERE]->server;
        struct tt_finding *finding;

        if (both->way[end].shift)
            found(both, TT_FOUND_SEQ_SHIFTED, end, NULL, NULL)->from =
                both_side_of(both, end) == TT_HERE ? both->way[end].shift : (uint32_t)-both->way[end].shift;
        if (both_same_endpoint(here, there))
            continue;
        finding = found(both, TT_FOUND_ADDRESS, end, NULL, NULL);
        finding->endpoint[TT_HERE] = *here;
        finding->endpoint[TT_THERE] = *there;
    }
}

/* How many pairs of the end's the counts are of. */
static void note_pairs(struct both *both)
{
    for (unsigned i = 0; i < both->out->count; i++) {
        struct tt_finding *finding = &both->out->finding[i];

        if (finding->kind >= TT_FOUND_OPTIONS_REMOVED && finding->kind <= TT_FOUND_DONT_FRAGMENT)
            finding->of = both->way[finding->end].pairs;
    }
}

void find_changes(struct both *both)
{
    compare_connections(both);
    compare_packets(both);
    note_pairs(both);
}
