/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resets.c - whose resets they really were: one that arrived, and that its sender's side does not have, was made on the way.
 *
 * That is said for certain only where the sender's side demonstrably saw the sender's packets, missed none, and ran at the time.
 */
#include "sides/both.h"

/* How exactly a changed reset must fit the time of the one that was sent. */
#define CHANGED_SLACK TT_NS_PER_MS
/* So many are held against all that were sent; of more it is not known. */
#define CHANGED_LOOKS 256

/* Whether a capture has all that passed it of an end's. */
static bool saw_all(const struct both *both, unsigned side, enum tt_end end)
{
    const struct tt_side_view *view = both->view[side];
    unsigned from = end ^ (side == TT_THERE && both->swapped);

    return both->way[end].pairs > 0 && (view->dropped == 0 || view->dropped == UINT64_MAX) && view->conn->side[from].gap_bytes == 0;
}

/* The reset that ended the connection here: for the judge. */
static void note_ending(struct both *both, const struct trace_packet *p, enum tt_sent sent, enum tt_sent arrived, uint64_t there)
{
    const struct tt_conn *conn = both->view[TT_HERE]->conn;
    struct tt_other_side *other = &both->out->other_side;

    if (!conn->reset || p->frame != conn->reset_mark.frame)
        return;
    other->reset_was_sent = sent;
    other->reset_arrived = arrived;
    other->reset_there = there;
}

static void in_both(struct both *both, enum tt_end end, const struct trace_packet *here, const struct trace_packet *there)
{
    (void)found(both, TT_FOUND_RESET_ARRIVED, end, here, there);
    note_ending(both, here, TT_SENT_YES, TT_SENT_YES, there->frame);
}

static void on_senders_side(struct both *both, unsigned side, enum tt_end end, const struct trace_packet *p)
{
    bool ran = both_ran(both, side, end, p->time);
    struct tt_finding *finding = found_on(both, ran ? TT_FOUND_RESET_NOT_ARRIVED : TT_FOUND_RESET_MAYBE_NOT_ARRIVED, end, side, p);

    if (!ran && finding->count == 1)
        finding->from = both_over_since(both, side, end, p->time);
    if (side == TT_HERE)
        note_ending(both, p, TT_SENT_YES, ran ? TT_SENT_NO : TT_SENT_UNKNOWN, 0);
}

/* Forgers send several: one that looks like a proven one and came after it is from the same hand. */
static bool is_of_proven(const struct trace_packet *proven, const struct trace_packet *p)
{
    return proven && proven->flags == p->flags && proven->window == p->window && proven->ttl == p->ttl &&
           proven->dont_fragment == p->dont_fragment;
}

/*
 * A device may change a reset as it passes: when the sender's side sent one that is not in the other capture, at the time at
 * which this one would have been sent, they may be the same.
 */
static bool may_be_changed(struct both *both, unsigned side, enum tt_end end, const struct trace_packet *p)
{
    unsigned senders = side == TT_HERE ? TT_THERE : TT_HERE;

    if (!both->lone_reset[end])
        return false;
    if (both->looks++ >= CHANGED_LOOKS)
        return true;
    for (uint32_t i = 0; i < both->count[senders]; i++) {
        const struct trace_packet *sent = &both->packets[senders][i];
        if ((sent->flags & TT_RST) && !sent->copy && both->fate[senders][i].kind == FATE_ALONE &&
            both_end(both, senders, sent) == end && both_misses(both, side, end, p->time, sent->time) <= CHANGED_SLACK)
            return true;
    }
    return false;
}

static void on_receivers_side(struct both *both, unsigned side, enum tt_end end, const struct trace_packet *p,
                              const struct trace_packet **proven)
{
    bool all = saw_all(both, side == TT_HERE ? TT_THERE : TT_HERE, end), ran = both_ran(both, side, end, p->time);
    bool sure = all && (ran || is_of_proven(*proven, p)) && !may_be_changed(both, side, end, p);
    struct tt_finding *finding = found_on(both, sure ? TT_FOUND_RESET_NOT_SENT : TT_FOUND_RESET_MAYBE_NOT_SENT, end, side, p);

    if (sure && !*proven)
        *proven = p;
    if (!sure && finding->count == 1 && all && !ran)
        finding->from = both_over_since(both, side, end, p->time);
    both->out->other_side.forged[end] += sure;
    if (side == TT_HERE)
        note_ending(both, p, sure ? TT_SENT_NO : TT_SENT_UNKNOWN, TT_SENT_YES, 0);
}

static void weigh(struct both *both, unsigned side, uint32_t i, const struct trace_packet *proven[2])
{
    const struct trace_packet *p = &both->packets[side][i];
    const struct fate *fate = &both->fate[side][i];
    enum tt_end end = both_end(both, side, p);

    if (fate->kind == FATE_PAIRED && side == TT_HERE)
        in_both(both, end, p, &both->packets[TT_THERE][fate->partner]);
    if (fate->kind != FATE_ALONE || !both->placed)
        return;
    if (side == both_side_of(both, end))
        on_senders_side(both, side, end, p);
    else
        on_receivers_side(both, side, end, p, &proven[end]);
}

/* Whether the sender's side has resets that did not arrive: few have, and only they are looked for. */
static void note_lone(struct both *both)
{
    for (unsigned side = 0; side < 2; side++)
        for (uint32_t i = 0; i < both->count[side]; i++) {
            const struct trace_packet *p = &both->packets[side][i];
            enum tt_end end = both_end(both, side, p);
            if ((p->flags & TT_RST) && both->fate[side][i].kind == FATE_ALONE && side == both_side_of(both, end))
                both->lone_reset[end] = true;
        }
}

void find_resets(struct both *both)
{
    note_lone(both);
    for (unsigned side = 0; side < 2; side++) {
        const struct trace_packet *proven[2] = {NULL, NULL};

        for (uint32_t i = 0; i < both->count[side]; i++)
            if ((both->packets[side][i].flags & TT_RST) && !both->packets[side][i].copy)
                weigh(both, side, i, proven);
    }
}
