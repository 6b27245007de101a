/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge.c - how a connection ended, as far as its FINs, its reset and its silence show; where they do not, it says unknown.
 *
 * One small function a question, and one table for what each ending says of who and why.  What needs more than these facts (who
 * really sent a reset, and why) stays unknown.
 */
#include <tcptale/judge.h>
#include <tcptale/text.h>

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

/* ---- what was lost --------------------------------------------------------------------------------------------------------- */

/* Payload that was sent and never acknowledged. */
static uint64_t unacknowledged(const struct tt_side *side)
{
    uint64_t end = side->fin ? side->fin : side->snd_nxt;
    uint64_t una = side->snd_una > 0 ? side->snd_una : 1;

    return end > una ? end - una : 0;
}

/* Payload that was acknowledged by the other end's TCP: read by its program, or not. */
static bool any_acknowledged(const struct tt_side *side)
{
    return side->bytes && side->snd_una > 1;
}

static bool unheard(const struct tt_side *sender, const struct tt_side *receiver)
{
    return receiver->packets == 0 && unacknowledged(sender) > 0;
}

/*
 * A reset throws away what its receiver had queued and what was under way (RFC 9293 section 3.10.7.4), so that what was
 * acknowledged may have been read or not; the facts here do not say.  After both FINs what lacks an acknowledgement may have
 * arrived all the same; so may what an end of which no packet was captured could not be seen to acknowledge.
 */
static int64_t bytes_lost(const struct tt_conn *conn, enum tt_ending ending)
{
    const struct tt_side *client = &conn->side[TT_CLIENT], *server = &conn->side[TT_SERVER];
    uint64_t lost = unacknowledged(client) + unacknowledged(server);

    if (ending == TT_ENDING_OPEN || ending == TT_ENDING_HALF_CLOSED)
        return 0;
    if (ending == TT_ENDING_FIN && lost > 0)
        return -1;
    if (ending == TT_ENDING_RESET && (unheard(client, server) || unheard(server, client)))
        return -1;
    if (ending == TT_ENDING_RESET && (any_acknowledged(client) || any_acknowledged(server)))
        return -1;
    return (int64_t)lost;
}

/* ---- the verdict ----------------------------------------------------------------------------------------------------------- */

static void add_evidence(struct tt_verdict *verdict, uint64_t packet, const char *sign, const char *says)
{
    if (packet && verdict->evidence_count < TT_EVIDENCE_MAX)
        verdict->evidence[verdict->evidence_count++] = (struct tt_evidence){packet, sign, says};
}

static void give_evidence(const struct tt_conn *conn, struct tt_verdict *verdict)
{
    const struct tt_side *first = &conn->side[conn->first_closer], *second = &conn->side[!conn->first_closer];

    if (verdict->ending == TT_ENDING_FIN || verdict->ending == TT_ENDING_HALF_CLOSED)
        add_evidence(verdict, first->first_fin.frame, "first-fin", TT_N_("the first FIN"));
    if (verdict->ending == TT_ENDING_FIN)
        add_evidence(verdict, second->first_fin.frame, "second-fin", TT_N_("the second FIN"));
    if (verdict->ending == TT_ENDING_RESET || verdict->ending == TT_ENDING_REFUSED)
        add_evidence(verdict, conn->reset_mark.frame, "reset", TT_N_("the reset that its receiver obeyed"));
    if (verdict->ending == TT_ENDING_REJECTED)
        add_evidence(verdict, conn->rejection.mark.frame, "icmp", TT_N_("the ICMP error that answers the SYN"));
    if (verdict->ending == TT_ENDING_TIMEOUT)
        add_evidence(verdict, conn->last_frame, "unanswered",
                     TT_N_("the last of several retransmissions, further and further apart, that nothing answers"));
}

void tt_judge(const struct tt_conn *conn, struct tt_verdict *ret)
{
    enum tt_ending ending = ending_of(conn);

    *ret = (struct tt_verdict){
        .opening = tt_conn_opening(conn),
        .ending = ending,
        .form = ending == TT_ENDING_FIN ? form_of(conn) : TT_FORM_NONE,
        .ended_by = rows[ending].by(conn),
        .cause = rows[ending].cause,
        .certainty = rows[ending].certainty,
        .forged = rows[ending].forged,
        .bytes_lost = bytes_lost(conn, ending),
    };
    give_evidence(conn, ret);
}
