/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loss.c - why a segment came again or came late, by what the capture shows of it.
 *
 * A sender's reasons are inside of it; from outside there are its receiver's duplicate ACKs and SACKs before, the time without any
 * of these, timestamps, and whether the first copy passed here.  Each reason is a small question, and the first in the table that
 * is answered with yes counts; where none is, that is said too.  What shows that a retransmission was not needed comes with a later
 * acknowledgement, so the last retransmissions are remembered.  All of this is kept only from the first sign of a loss on.
 */
#include "track/tracked.h"

/* ---- what is kept ---------------------------------------------------------------------------------------------------------- */

static struct mending *known(const struct arrival *a, enum tt_end end)
{
    return a->tracked->losses ? &a->tracked->losses->of[end] : NULL;
}

/* NULL without memory: then what comes again is not explained. */
static struct mending *kept_of(struct tracked *tracked, struct tt_slab *slab, enum tt_end end)
{
    if (!tracked->losses && tt_slab_reserve(slab) == 0) {
        tracked->losses = tt_slab_get(slab);
        memset(tracked->losses, 0, sizeof *tracked->losses);
    }
    return tracked->losses ? &tracked->losses->of[end] : NULL;
}

static struct mending *kept(struct arrival *a, enum tt_end end)
{
    return kept_of(a->tracked, a->losses, end);
}

static enum tt_end other(const struct arrival *a)
{
    return (enum tt_end) !a->step.from;
}

/* ---- what the receiver says ------------------------------------------------------------------------------------------------ */

void track_take_repeat(struct arrival *a)
{
    struct mending *m = kept(a, other(a));

    if (!m)
        return;
    if (m->asked != a->rx->snd_una)
        m->repeats = 0;
    m->asked = a->rx->snd_una;
    m->asked_at = a->mark.time;
    count(&m->repeats);
}

static void deny(struct arrival *a, struct sent_again *again, enum tt_need need)
{
    note(a, TT_STEP_DENIES_NEED);
    a->step.denied = again->frame;
    a->step.again.need = (uint8_t)need;
    again->frame = 0;
}

/* The newest retransmission of any of these octets was one too many. */
static void deny_span(struct arrival *a, struct mending *m, const struct span *span)
{
    for (unsigned i = SENT_AGAIN; i-- > 0;) {
        struct sent_again *again = &m->again[(m->next + i) % SENT_AGAIN];

        if (again->frame && again->from < span->to && span->from < again->to) {
            deny(a, again, TT_NEED_DSACK);
            return;
        }
    }
}

/* The blocks as positions, those that are none left out. */
static unsigned read_spans(const struct arrival *a, struct span *spans)
{
    unsigned n = 0;

    for (unsigned i = 0; i < a->options.sack_blocks; i++) {
        int64_t left = track_position(a->rx, a->options.sack[i].left), right = track_position(a->rx, a->options.sack[i].right);

        if (left >= 0 && left < right)
            spans[n++] = (struct span){(uint64_t)left, (uint64_t)right};
    }
    return n;
}

/* RFC 2883 section 4: the first block lies below the acknowledgement, or inside the second. */
static bool is_duplicate_report(const struct arrival *a, const struct span *spans, unsigned n)
{
    return n && ((int64_t)spans[0].to <= a->ack || (n > 1 && spans[1].from <= spans[0].from && spans[0].to <= spans[1].to));
}

static void take_sack(struct arrival *a)
{
    struct mending *m = kept(a, other(a));
    struct span spans[TT_SACK_BLOCKS_MAX];
    unsigned n = read_spans(a, spans), first = 0;

    if (!m)
        return;
    if (is_duplicate_report(a, spans, n)) {
        deny_span(a, m, &spans[0]);
        first = 1;
    }
    if (n > first)
        m->asked_at = a->mark.time;
    for (unsigned i = 0; i < TT_SACK_BLOCKS_MAX; i++)
        m->sacked[i] = first + i < n ? spans[first + i] : (struct span){0, 0};
}

/*
 * RFC 3522 section 3.2: the first acknowledgement of a retransmission of the lowest octets echoes its timestamp, or an older one
 * when it was the first copy that arrived.
 */
static void take_echo(struct arrival *a, struct mending *m)
{
    for (unsigned i = 0; i < SENT_AGAIN; i++) {
        struct sent_again *again = &m->again[i];

        if (!again->frame || !again->may_be_denied || a->ack <= (int64_t)again->from)
            continue;
        again->may_be_denied = false;
        if ((int32_t)(a->options.tsecr - again->tsval) < 0) {
            deny(a, again, TT_NEED_ECHO);
            return;
        }
    }
}

static bool is_mended(const struct arrival *a, enum tt_end end)
{
    return a->conn->side[end].snd_una > a->tracked->losses->of[end].watched;
}

void track_take_signs(struct arrival *a)
{
    if (a->options.present & TT_HAS_SACK)
        take_sack(a);
    if (!a->tracked->mends)
        return;
    if (a->options.present & TT_HAS_TIMESTAMPS)
        take_echo(a, known(a, other(a)));
    if (is_mended(a, TT_CLIENT) && is_mended(a, TT_SERVER))
        a->tracked->mends = false;
}

void track_take_too_big(struct tracked *tracked, struct tt_slab *losses, enum tt_end quoted)
{
    struct mending *m = kept_of(tracked, losses, quoted);

    if (!m)
        return;
    m->loss = TT_LOSS_TOO_BIG;
    m->recover = tracked->conn.side[quoted].snd_nxt;
}

/* ---- late? ----------------------------------------------------------------------------------------------------------------- */

/* Without a round trip to compare with, this much later than the hole was noticed is no reordering. */
#define REORDERING_NS (3 * TT_NS_PER_MS)
/* IP IDs further apart than this were not counted up between two segments: they are random. */
#define IP_ID_NEAR 4096

/* What first came from above the number, or else what acknowledged it unseen. */
static const struct interval *above(const struct arrival *a, uint64_t from)
{
    const struct interval *interval = a->tx_stream->ahead.first;

    while (interval && interval->from < from)
        interval = interval->next;
    for (const struct interval *gap = a->tx_stream->gaps.first; gap && !interval; gap = gap->next)
        if (gap->to > from)
            interval = gap;
    return interval;
}

struct missing track_missing(const struct arrival *a, uint64_t from)
{
    const struct interval *noticed = above(a, from);
    bool topmost = noticed && !a->tx_stream->ahead.first && noticed->to == a->tx->snd_nxt;

    if (!noticed)
        return (struct missing){.span = INT64_MAX};
    return (struct missing){.span = a->mark.time - noticed->since, .topmost = topmost};
}

enum age { AGE_UNKNOWN, AGE_OLDER, AGE_NEWER };

static enum age age_by_tsval(const struct arrival *a)
{
    const struct stream *tx = a->tx_stream;

    if (!(a->options.present & TT_HAS_TIMESTAMPS) || !tx->tsval_known || a->options.tsval == tx->tsval)
        return AGE_UNKNOWN;
    return (int32_t)(a->options.tsval - tx->tsval) < 0 ? AGE_OLDER : AGE_NEWER;
}

static enum age age_by_ip_id(const struct arrival *a)
{
    int16_t ahead = (int16_t)((uint16_t)a->segment->ip_id - a->tx->last_ip_id);

    if (a->segment->ip_version != 4 || !a->tx->first_ip_id || a->segment->ip_id == 0 || ahead == 0)
        return AGE_UNKNOWN;
    if (ahead > IP_ID_NEAR || ahead < -IP_ID_NEAR)
        return AGE_UNKNOWN;
    return ahead < 0 ? AGE_OLDER : AGE_NEWER;
}

/* A segment that was sent again because of the hole comes a round trip later at the least. */
static bool is_soon(const struct arrival *a, struct missing missing)
{
    return missing.span < (a->tx->rtt_samples ? a->tx->rtt_min_us * TT_NS_PER_US : REORDERING_NS);
}

/* Where nothing from above was seen but an acknowledgement, to be newer than all before is no sign of having been sent again. */
enum tt_loss track_why_late(const struct arrival *a, struct missing missing)
{
    enum age by_tsval = age_by_tsval(a), by_ip_id = age_by_ip_id(a);

    if (missing.topmost && by_tsval != AGE_OLDER && by_ip_id != AGE_OLDER)
        return is_soon(a, missing) ? TT_LOSS_LATE_SOON : TT_LOSS_NONE;
    if (by_tsval != AGE_UNKNOWN)
        return by_tsval == AGE_OLDER ? TT_LOSS_LATE_TSVAL : TT_LOSS_NONE;
    if (by_ip_id != AGE_UNKNOWN)
        return by_ip_id == AGE_OLDER ? TT_LOSS_LATE_IP_ID : TT_LOSS_NONE;
    return is_soon(a, missing) ? TT_LOSS_LATE_SOON : TT_LOSS_NONE;
}

static uint32_t in_us(tt_ns time)
{
    return time <= 0 ? 0 : time / TT_NS_PER_US < UINT32_MAX ? (uint32_t)(time / TT_NS_PER_US) : UINT32_MAX;
}

void track_note_late(struct arrival *a, enum tt_loss why, struct missing missing)
{
    note(a, TT_STEP_OUT_OF_ORDER);
    count(&a->tx->out_of_order);
    a->step.again = (struct tt_again){.loss = (uint8_t)why, .wait_us = in_us(missing.span)};
}

/* ---- why again? ------------------------------------------------------------------------------------------------------------ */

/* RFC 5681 section 3.2. */
#define DUPLICATE_ACKS 3
/*
 * Retransmission timers run for a round trip and its variation, and by default not less than 200 ms (Linux), 300 ms (Windows), 1 s
 * (RFC 6298); some less.  So long after duplicate ACKs a retransmission does not answer them.
 */
#define TIMER_USUAL (180 * TT_NS_PER_MS)
#define TIMER_LEAST (10 * TT_NS_PER_MS)

/* What is asked about the numbers [from, to), which were sent again. */
struct again {
    const struct arrival *a;
    const struct mending *m;
    uint64_t from, to, new;
    tt_ns wait;       /* since its sender last sent or heard anything */
    tt_ns own_wait;   /* since it was sent itself, as far as that is known */
    tt_ns asked_ago;  /* since its receiver last said that something is missing */
    tt_ns round_trip; /* from end to end, on average; 0: not known */
};

static tt_ns mean(const struct tt_side *side)
{
    return side->rtt_samples ? (tt_ns)(side->rtt_sum_us / side->rtt_samples) * TT_NS_PER_US : 0;
}

/* Since the segment that is timed was sent, or whatever was sent last, or since the other end was last heard. */
static tt_ns waited(const struct arrival *a)
{
    tt_ns sent = a->tx_stream->timing ? a->tx_stream->timed_at : a->tx->last.time;
    tt_ns heard = a->rx->packets ? a->rx->last.time : sent;

    return a->mark.time - (heard > sent ? heard : sent);
}

/* What arrives meanwhile and acknowledges nothing does not start a timer anew: RFC 6298 section 5. */
static tt_ns waited_itself(const struct arrival *a, const struct mending *m, uint64_t from, uint64_t to)
{
    for (unsigned i = SENT_AGAIN; i-- > 0;) {
        const struct sent_again *again = &m->again[(m->next + i) % SENT_AGAIN];
        if (again->at && again->from <= from && from < again->to)
            return a->mark.time - again->at;
    }
    uint32_t timed = a->tx_stream->timed - (uint32_t)from; /* behind the one that is timed */
    bool is_timed = a->tx_stream->timing && timed > 0 && timed <= to - from;
    return is_timed ? a->mark.time - a->tx_stream->timed_at : waited(a);
}

static bool is_asked_for(const struct again *again)
{
    return again->m->repeats && again->m->asked == again->from;
}

static bool is_below_sacked(const struct again *again)
{
    for (unsigned i = 0; i < TT_SACK_BLOCKS_MAX; i++)
        if (again->m->sacked[i].to > again->to && again->m->sacked[i].from >= again->from)
            return true;
    return false;
}

/* It comes as soon as an answer to what the receiver said can come. */
static bool is_prompt(const struct again *again)
{
    return again->asked_ago < TIMER_USUAL + again->a->rx->rtt_max_us * TT_NS_PER_US;
}

/* Behind the position where a recovery of this kind began, and before what had been sent then. */
static bool is_in(const struct again *again, bool after_timeout)
{
    const struct mending *m = again->m;

    return m->loss && (m->loss == TT_LOSS_TIMEOUT) == after_timeout && again->a->tx->snd_una < m->recover &&
           again->from < m->recover;
}

static bool was_probed(const struct again *again)
{
    const struct tt_side *tx = again->a->tx;

    return tx->window_probes && again->from + 1 == tx->snd_nxt && again->new + 1 == again->to - again->from;
}

/* A time-out sends the lowest octets again, after more than a round trip without an acknowledgement. */
static bool is_timeout(const struct again *again)
{
    bool lowest = again->from <= again->a->tx->snd_una || !again->a->rx->packets;
    tt_ns least = again->round_trip * 3 / 2 > TIMER_LEAST ? again->round_trip * 3 / 2 : TIMER_LEAST;

    if (is_asked_for(again) || is_below_sacked(again))
        return lowest && again->wait >= (least > TIMER_USUAL ? least : TIMER_USUAL);
    bool under_way = again->m->loss && again->a->tx->snd_una < again->m->recover;
    return lowest && (under_way ? again->wait : again->own_wait) >= least;
}

/* Some stacks set FIN in everything that they send once they have closed. */
static bool is_with_ack(const struct again *again)
{
    const struct arrival *a = again->a;

    return a->tx->fin && again->from == a->tx->fin && a->rx->fin_acked.frame == a->mark.frame;
}

/* The SYN came again just before. */
static bool is_asked_again(const struct again *again)
{
    const struct tt_conn *conn = again->a->conn;

    return again->to == 1 && again->a->step.from == TT_SERVER && conn->syn_retries > 1 && !conn->opened.frame &&
           again->wait < TIMER_USUAL;
}

/* What was under way when the error came is sent again in smaller segments. */
static bool is_too_big(const struct again *again)
{
    const struct mending *m = again->m;

    return m->loss == TT_LOSS_TOO_BIG && again->a->tx->snd_una < m->recover && again->from < m->recover;
}

/* The last octets and not the lowest, after a round trip or two in which nobody asked for anything. */
static bool is_tail_probe(const struct again *again)
{
    const struct tt_side *tx = again->a->tx;

    return again->to == tx->snd_nxt && again->from > tx->snd_una && !is_below_sacked(again) && again->wait >= again->round_trip &&
           again->wait >= TIMER_LEAST / 5;
}

static bool is_after_timeout(const struct again *again)
{
    return is_in(again, true);
}

static bool is_fast(const struct again *again)
{
    return is_asked_for(again) && again->m->repeats >= DUPLICATE_ACKS && is_prompt(again) && !is_in(again, false);
}

static bool is_sack(const struct again *again)
{
    return is_below_sacked(again) && is_prompt(again);
}

static bool is_recovery(const struct again *again)
{
    return is_in(again, false);
}

static bool is_early(const struct again *again)
{
    return is_asked_for(again) && is_prompt(again);
}

/* The first that applies. */
static const struct {
    enum tt_loss loss;
    bool (*applies)(const struct again *again);
    bool begins; /* a recovery */
} reasons[] = {
    {TT_LOSS_PROBED, was_probed, false},
    {TT_LOSS_WITH_ACK, is_with_ack, false},
    {TT_LOSS_ASKED_AGAIN, is_asked_again, false},
    {TT_LOSS_TIMEOUT, is_timeout, true},
    {TT_LOSS_TOO_BIG, is_too_big, false},
    {TT_LOSS_TAIL_PROBE, is_tail_probe, false},
    {TT_LOSS_AFTER_TIMEOUT, is_after_timeout, false},
    {TT_LOSS_FAST, is_fast, true},
    {TT_LOSS_SACK, is_sack, true},
    {TT_LOSS_RECOVERY, is_recovery, false},
    {TT_LOSS_EARLY, is_early, true},
};
#define REASONS (sizeof reasons / sizeof reasons[0])

static void begin_recovery(const struct arrival *a, struct mending *m, enum tt_loss loss)
{
    bool under_way = m->loss && a->tx->snd_una < m->recover;

    if (under_way && loss != TT_LOSS_TIMEOUT)
        return;
    m->loss = (uint8_t)loss;
    m->recover = a->tx->snd_nxt;
}

static enum tt_loss explain(const struct again *again, struct mending *m)
{
    for (unsigned i = 0; i < REASONS; i++) {
        if (!reasons[i].applies(again))
            continue;
        if (reasons[i].begins)
            begin_recovery(again->a, m, reasons[i].loss);
        return reasons[i].loss;
    }
    bool may_be_late =
        again->new == again->to - again->from &&age_by_tsval(again->a) == AGE_UNKNOWN &&age_by_ip_id(again->a) == AGE_UNKNOWN;
    return may_be_late ? TT_LOSS_UNDECIDED : TT_LOSS_UNEXPLAINED;
}

static enum tt_need need_of(const struct again *again)
{
    if (again->to <= again->a->tx->snd_una)
        return TT_NEED_ACKED;
    for (unsigned i = 0; i < TT_SACK_BLOCKS_MAX; i++)
        if (again->m->sacked[i].from <= again->from && again->to <= again->m->sacked[i].to)
            return TT_NEED_SACKED;
    return TT_NEED_NOT_DENIED;
}

static void remember(const struct arrival *a, struct mending *m, uint64_t from, uint64_t to)
{
    bool lowest = from == a->tx->snd_una && a->options.present & TT_HAS_TIMESTAMPS;

    for (unsigned i = 0; i < SENT_AGAIN; i++)
        if (m->again[i].frame && m->again[i].from < to && from < m->again[i].to)
            lowest = false; /* the echo is compared with the first retransmission: RFC 3522 section 3.2 step 2 */
    m->again[m->next] = (struct sent_again){from, to, a->mark.frame, a->mark.time, a->options.tsval, lowest};
    m->next = (uint8_t)((m->next + 1) % SENT_AGAIN);
}

static enum tt_place place_of(const struct again *again)
{
    if (again->new == 0)
        return TT_PLACE_BEYOND;
    return again->new == again->to - again->from ? TT_PLACE_BEFORE : TT_PLACE_UNKNOWN;
}

void track_weigh_again(struct arrival *a, uint64_t from, uint64_t to, uint64_t new)
{
    struct mending *m = kept(a, a->step.from);
    struct tt_again *ret = &a->step.again;

    if (!m) {
        *ret = (struct tt_again){.loss = TT_LOSS_UNEXPLAINED};
        return;
    }
    const struct again again = {.a = a,
                                .m = m,
                                .from = from,
                                .to = to,
                                .new = new,
                                .wait = waited(a),
                                .own_wait = waited_itself(a, m, from, to),
                                .asked_ago = a->mark.time - m->asked_at,
                                .round_trip = mean(a->tx) + mean(a->rx)};
    *ret =
        (struct tt_again){.need = (uint8_t)need_of(&again),
                          .place = (uint8_t)place_of(&again),
                          .duplicate_acks = is_asked_for(&again) ? (uint8_t)(m->repeats < UINT8_MAX ? m->repeats : UINT8_MAX) : 0,
                          .wait_us = in_us(again.wait)};
    ret->loss = (uint8_t)explain(&again, m);
    if (ret->loss == TT_LOSS_TIMEOUT)
        ret->wait_us = in_us(again.wait > again.own_wait ? again.wait : again.own_wait);
    remember(a, m, from, to);
    if (ret->need)
        m->again[(m->next + SENT_AGAIN - 1) % SENT_AGAIN].frame = 0;
    m->watched = a->tx->snd_nxt > m->watched ? a->tx->snd_nxt : m->watched;
    a->tracked->mends = true;
}
