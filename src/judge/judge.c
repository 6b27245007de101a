/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge.c - how a connection ended, and the verdict put together: by whom, why, forged or not, how certain, and the evidence.
 *
 * One small function a question, and one table for what each ending says of who and why.  A reset says nothing by itself: signs.c
 * weighs whether it was forged, device.c who the forger is, cause.c why its sender sent it.  Where these do not say, it is unknown.
 */
#include "judge/matter.h"

static bool both_closed(const struct tt_conn *conn)
{
    return conn->side[TT_CLIENT].fin && conn->side[TT_SERVER].fin;
}

static bool one_closed(const struct tt_conn *conn)
{
    return conn->side[TT_CLIENT].fin || conn->side[TT_SERVER].fin;
}

/* Everything up to the FIN, which itself need not be acknowledged. */
static bool all_acknowledged(const struct tt_side *side)
{
    return side->snd_una >= (side->fin ? side->fin : side->snd_nxt);
}

/* A reset after both FINs ends nothing when all payload had arrived before. */
static bool reset_came_too_late(const struct tt_conn *conn)
{
    return both_closed(conn) && all_acknowledged(&conn->side[TT_CLIENT]) && all_acknowledged(&conn->side[TT_SERVER]) &&
           conn->side[TT_CLIENT].first_fin.frame < conn->reset_mark.frame &&
           conn->side[TT_SERVER].first_fin.frame < conn->reset_mark.frame;
}

/*
 * An end that sent something again and again, with growing pauses, and heard nothing: RFC 9293 section 3.8.3.  The second pause is
 * twice the first (RFC 6298 section 5.5), so that less than three times is too few to see it.  In a capture of one direction
 * nothing is ever answered.
 */
#define UNANSWERED_ENOUGH 3

static bool gave_up(const struct tt_conn *conn, enum tt_end end)
{
    const struct tt_side *side = &conn->side[end];

    return conn->side[!end].packets && side->unanswered >= UNANSWERED_ENOUGH && side->backoffs > 0;
}

static bool timed_out(const struct tt_conn *conn)
{
    return gave_up(conn, TT_CLIENT) || gave_up(conn, TT_SERVER);
}

/* Only SYNs of the client, at most resets that it did not believe, and nothing that shows that it was answered unseen. */
static bool only_asked(const struct tt_conn *conn)
{
    const struct tt_side *client = &conn->side[TT_CLIENT], *server = &conn->side[TT_SERVER];

    return client->syn.frame && server->packets == server->resets && !(client->flags_seen & TT_ACK);
}

/* ---- how ------------------------------------------------------------------------------------------------------------------- */

static bool is_refused(const struct tt_conn *conn)
{
    return conn->reset && tt_conn_opening(conn) == TT_OPENING_REFUSED;
}
static bool is_reset(const struct tt_conn *conn)
{
    return conn->reset && !reset_came_too_late(conn);
}
static bool is_rejected(const struct tt_conn *conn)
{
    return only_asked(conn) && conn->rejection.mark.frame && conn->rejection.answers_syn;
}

/* The first row whose question is answered with yes. */
static const struct {
    bool (*is)(const struct tt_conn *conn);
    enum tt_ending ending;
} endings[] = {
    {is_refused, TT_ENDING_REFUSED},     {is_reset, TT_ENDING_RESET},        {both_closed, TT_ENDING_FIN},
    {is_rejected, TT_ENDING_REJECTED},   {only_asked, TT_ENDING_UNANSWERED}, {timed_out, TT_ENDING_TIMEOUT},
    {one_closed, TT_ENDING_HALF_CLOSED},
};

static enum tt_ending ending_of(const struct tt_conn *conn)
{
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (endings[i].is(conn))
            return endings[i].ending;
    return TT_ENDING_OPEN;
}

/* RFC 9293 section 3.6: whether the first FIN was acknowledged before, by, or only after the second. */
static enum tt_form form_of(const struct tt_conn *conn)
{
    const struct tt_side *first = &conn->side[conn->first_closer], *second = &conn->side[!conn->first_closer];

    if (first->fin_acked.frame && first->fin_acked.frame < second->first_fin.frame)
        return TT_FORM_FOUR_SEGMENT;
    return conn->second_fin_acks_first ? TT_FORM_THREE_SEGMENT : TT_FORM_SIMULTANEOUS;
}

/* ---- who and why ----------------------------------------------------------------------------------------------------------- */

static enum tt_ender by_none(const struct tt_conn *conn)
{
    (void)conn;
    return TT_BY_NONE;
}
static enum tt_ender by_unknown(const struct tt_conn *conn)
{
    (void)conn;
    return TT_BY_UNKNOWN;
}
static enum tt_ender by_first_closer(const struct tt_conn *conn)
{
    return conn->first_closer == TT_CLIENT ? TT_BY_CLIENT : TT_BY_SERVER;
}
static enum tt_ender by_who_gave_up(const struct tt_conn *conn)
{
    return gave_up(conn, TT_CLIENT) ? TT_BY_CLIENT : TT_BY_SERVER;
}

/* What an ending alone says.  A FIN is acknowledged, and so cannot be forged unnoticed; a reset can. */
static const struct {
    enum tt_ender (*by)(const struct tt_conn *conn);
    enum tt_cause cause;
    enum tt_certainty certainty;
    enum tt_forged forged;
} rows[TT_ENDING_COUNT] = {
    [TT_ENDING_FIN] = {by_first_closer, TT_CAUSE_CLOSE, TT_CERTAIN, TT_FORGED_NO},
    [TT_ENDING_HALF_CLOSED] = {by_first_closer, TT_CAUSE_CLOSE, TT_CERTAIN, TT_FORGED_NO},
    [TT_ENDING_RESET] = {by_unknown, TT_CAUSE_UNKNOWN, TT_UNCERTAIN, TT_FORGED_UNKNOWN},
    [TT_ENDING_REFUSED] = {by_unknown, TT_CAUSE_UNKNOWN, TT_UNCERTAIN, TT_FORGED_UNKNOWN},
    [TT_ENDING_UNANSWERED] = {by_none, TT_CAUSE_NONE, TT_LIKELY, TT_FORGED_NO},
    [TT_ENDING_TIMEOUT] = {by_who_gave_up, TT_CAUSE_RETRANSMISSION_TIMEOUT, TT_LIKELY, TT_FORGED_NO},
    [TT_ENDING_REJECTED] = {by_unknown, TT_CAUSE_UNKNOWN, TT_UNCERTAIN, TT_FORGED_NO},
    [TT_ENDING_OPEN] = {by_none, TT_CAUSE_NONE, TT_CERTAIN, TT_FORGED_NO},
};

/* ---- a reset --------------------------------------------------------------------------------------------------------------- */

static const struct tt_reset *obeyed(const struct tt_conn *conn)
{
    for (unsigned i = 0; i < tt_resets_kept(conn->resets); i++)
        if (conn->resets->reset[i].mark.frame == conn->reset_mark.frame)
            return &conn->resets->reset[i];
    return NULL;
}

static bool is_about_reset(const struct tt_conn *conn, enum tt_ending ending, const struct tt_other_side *other_side,
                           struct matter *ret)
{
    enum tt_end named = (enum tt_end)conn->resetter;
    const struct tt_reset *reset = obeyed(conn);

    if (!reset || (ending != TT_ENDING_RESET && ending != TT_ENDING_REFUSED))
        return false;
    *ret = (struct matter){
        .conn = conn,
        .resets = conn->resets,
        .reset = reset,
        .named = named,
        .sender = &conn->side[named],
        .receiver = &conn->side[!named],
        .after = &conn->resets->after[named],
        .refused = ending == TT_ENDING_REFUSED,
        .reset_was_sent = other_side && other_side->known ? other_side->reset_was_sent : TT_SENT_UNKNOWN,
    };
    ret->cut_there = other_side && other_side->known && other_side->forged[!named] && reset_is_bare(reset);
    return true;
}

static void take_evidence(struct tt_verdict *verdict, const struct weighed *weighed, bool all)
{
    for (unsigned i = 0; i < weighed->count; i++)
        if (all || !weighed->adds[i])
            judge_add(verdict, &weighed->evidence[i]);
}

static void judge_forged(const struct matter *m, const struct weighed *weighed, struct tt_verdict *ret)
{
    struct tt_evidence place;
    bool device = !m->cut_there && looks_refused_by_device(m, weighed);

    ret->ended_by = TT_BY_THIRD_PARTY;
    ret->forged = TT_FORGED_YES;
    ret->cause = device ? TT_CAUSE_FIREWALL : TT_CAUSE_INJECTED;
    ret->certainty = weighed->decided && !device ? TT_CERTAIN : m->sender->look_known ? TT_LIKELY : TT_POSSIBLE;
    take_evidence(ret, weighed, weighed->made);
    if (m->cut_there)
        return;
    find_place(m, &place);
    judge_add(ret, &place);
}

static void judge_genuine(const struct matter *m, const struct weighed *weighed, struct tt_verdict *ret)
{
    struct reason reason;

    find_reason(m, &reason);
    ret->ended_by = m->named == TT_CLIENT ? TT_BY_CLIENT : TT_BY_SERVER;
    ret->forged = TT_FORGED_NO;
    ret->cause = reason.cause;
    ret->certainty = reason.certainty;
    judge_add(ret, &reason.evidence);
    take_evidence(ret, weighed, false);
}

/* The packets contradict each other, or say too little. */
static void judge_open(const struct weighed *weighed, struct tt_verdict *ret)
{
    ret->ended_by = TT_BY_UNKNOWN;
    ret->forged = TT_FORGED_UNKNOWN;
    ret->cause = TT_CAUSE_UNKNOWN;
    ret->certainty = TT_UNCERTAIN;
    take_evidence(ret, weighed, false);
}

/* Nothing of the connection but resets: of one that was over long before, or that the capture does not have. */
static bool is_alone(const struct matter *m)
{
    return m->sender->packets == m->sender->resets && m->receiver->packets == m->receiver->resets;
}

static void judge_reset(const struct matter *m, struct tt_verdict *ret)
{
    struct weighed weighed;

    weigh_signs(m, &weighed);
    if (is_alone(m))
        judge_open(&weighed, ret);
    else if (weighed.decided || (weighed.weight >= WEIGHT_LIKELY && !weighed.genuine))
        judge_forged(m, &weighed, ret);
    else if (weighed.weight >= WEIGHT_DOUBT && !weighed.genuine)
        judge_open(&weighed, ret);
    else
        judge_genuine(m, &weighed, ret);
}

/* ---- the other endings ------------------------------------------------------------------------------------------------------ */

void judge_add(struct tt_verdict *verdict, const struct tt_evidence *evidence)
{
    if (evidence->packet && verdict->evidence_count < TT_EVIDENCE_MAX)
        verdict->evidence[verdict->evidence_count++] = *evidence;
}

static void add_plain(struct tt_verdict *verdict, uint64_t packet, const char *sign, const char *says)
{
    judge_add(verdict, &(struct tt_evidence){.packet = packet, .sign = sign, .says = says});
}

/* The host itself, or a device on the way to it: RFC 1122 section 3.2.2.1. */
static void judge_rejected(const struct tt_conn *conn, struct tt_verdict *ret)
{
    const struct tt_endpoint *asked = conn->rejection.quoted_end == TT_CLIENT ? &conn->server : &conn->client;
    bool itself =
        asked->ip_version == conn->rejection.ip_version && memcmp(&asked->addr, &conn->rejection.from, sizeof asked->addr) == 0;

    ret->ended_by = itself ? TT_BY_SERVER : TT_BY_THIRD_PARTY;
    ret->cause = TT_CAUSE_FIREWALL;
    ret->certainty = TT_LIKELY;
    add_plain(ret, conn->rejection.mark.frame, "icmp", TT_N_("the ICMP error that answers the SYN"));
}

static void give_evidence(const struct tt_conn *conn, struct tt_verdict *verdict)
{
    const struct tt_side *first = &conn->side[conn->first_closer], *second = &conn->side[!conn->first_closer];

    if (verdict->ending == TT_ENDING_FIN || verdict->ending == TT_ENDING_HALF_CLOSED)
        add_plain(verdict, first->first_fin.frame, "first-fin", TT_N_("the first FIN"));
    if (verdict->ending == TT_ENDING_FIN)
        add_plain(verdict, second->first_fin.frame, "second-fin", TT_N_("the second FIN"));
    if (verdict->ending == TT_ENDING_TIMEOUT)
        add_plain(verdict, conn->last_frame, "gave-up",
                  TT_N_("the last of several retransmissions, further and further apart, that nothing answers"));
}

void tt_judge(const struct tt_conn *conn, struct tt_verdict *ret)
{
    tt_judge_beside(conn, NULL, ret);
}

void tt_judge_beside(const struct tt_conn *conn, const struct tt_other_side *other_side, struct tt_verdict *ret)
{
    enum tt_ending ending = ending_of(conn);
    struct matter matter;
    bool by_reset = is_about_reset(conn, ending, other_side, &matter);

    /* One by one: room for evidence is large, mostly unused, and would be cleared as well. */
    ret->opening = tt_conn_opening(conn);
    ret->ending = ending;
    ret->form = ending == TT_ENDING_FIN ? form_of(conn) : TT_FORM_NONE;
    ret->ended_by = rows[ending].by(conn);
    ret->cause = rows[ending].cause;
    ret->certainty = rows[ending].certainty;
    ret->forged = rows[ending].forged;
    ret->bytes_lost = 0;
    ret->evidence_count = 0;
    give_evidence(conn, ret);
    if (by_reset)
        judge_reset(&matter, ret);
    else if (ending == TT_ENDING_REJECTED)
        judge_rejected(conn, ret);
    tell_missed(conn, by_reset ? matter.reset : NULL, ret);
    ret->bytes_lost = count_lost(conn, by_reset ? &matter : NULL, ret);
}
