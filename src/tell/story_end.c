/* SPDX-License-Identifier: BSD-2-Clause */
/* story_end.c - how a connection ended: which packets, in what way. */
#include "tell/tale.h"

/* The packets with the flag, of one end or TALE_BOTH. */
static void ref_flagged(struct tale *tale, unsigned end, uint16_t flag)
{
    for (uint32_t i = 0; tale->log && i < tale->log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(tale->log, i);

        if (!entry->icmp && (entry->flags & flag) && (end == TALE_BOTH || entry->from == end))
            tale_ref(tale, entry->frame);
    }
}

/* ---- the ordinary close ------------------------------------------------------------------------------------------ */

/* Both FINs and their acknowledgements in the order of the capture; the ACK that is the second FIN itself comes once. */
static void ref_close(struct tale *tale)
{
    const struct tt_side *first = &tale->conn->side[tale->conn->first_closer];
    const struct tt_side *second = &tale->conn->side[1 - tale->conn->first_closer];
    uint64_t frames[4] = {first->first_fin.frame, first->fin_acked.frame, second->first_fin.frame, second->fin_acked.frame};

    for (unsigned i = 1; i < 4; i++)
        for (unsigned j = i; j > 0 && frames[j - 1] > frames[j]; j--) {
            uint64_t swap = frames[j];
            frames[j] = frames[j - 1];
            frames[j - 1] = swap;
        }
    for (unsigned i = 0; i < 4; i++)
        tale_ref(tale, frames[i]);
}

static tt_ns between_fins(const struct tt_conn *conn)
{
    return tt_span(conn->side[conn->first_closer].first_fin.time, conn->side[1 - conn->first_closer].first_fin.time);
}

static void close_three(struct tale *tale)
{
    unsigned first = tale->conn->first_closer;

    TALE(tale, TT_N_("closed in three segments: the {first} first, the {second} {time} later"), tale_who(tale, "first", first),
         tale_who(tale, "second", 1 - first), tale_time(tale, "time", between_fins(tale->conn)));
    tale_line(tale);
    tale_ref(tale, tale->conn->side[1 - first].first_fin.frame);
    TALE(tale,
         TT_N_("still the four-way close: the {second} had nothing left to send, so its ACK of the {first}'s FIN and its own FIN "
               "went in one segment"),
         tale_who(tale, "first", first), tale_who(tale, "second", 1 - first));
    tale_line(tale);
}

static void close_four(struct tale *tale)
{
    unsigned first = tale->conn->first_closer;

    TALE(tale, TT_N_("closed in four segments: the {first} first, the {second} {time} later"), tale_who(tale, "first", first),
         tale_who(tale, "second", 1 - first), tale_time(tale, "time", between_fins(tale->conn)));
    tale_line(tale);
}

static void close_simultaneous(struct tale *tale)
{
    tale_say(tale, TT_N_("both closed at the same time: each sent its FIN before it saw the other's"));
    tale_line(tale);
}

static void last_fin(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    for (unsigned end = 0; end < 2; end++) {
        if (conn->side[end].first_fin.frame == 0 || conn->side[end].fin_acked.frame || tale_is_itself(tale))
            continue;
        tale_ref(tale, conn->side[end].first_fin.frame);
        TALE(tale, TT_N_("the {who}'s FIN was not seen acknowledged"), tale_who(tale, "who", end));
        tale->bad = true;
        tale_line(tale);
    }
}

static void end_fin(struct tale *tale)
{
    ref_close(tale);
    if (tale->verdict->form == TT_FORM_THREE_SEGMENT)
        close_three(tale);
    else if (tale->verdict->form == TT_FORM_SIMULTANEOUS)
        close_simultaneous(tale);
    else
        close_four(tale);
    last_fin(tale);
}

static void end_half_closed(struct tale *tale)
{
    unsigned first = tale->conn->first_closer;

    ref_close(tale);
    TALE(tale, TT_N_("half-closed: the {first} sent its FIN, the {second} had not sent one when the capture ended"),
         tale_who(tale, "first", first), tale_who(tale, "second", 1 - first));
    tale_line(tale);
    last_fin(tale);
}

/* ---- resets ------------------------------------------------------------------------------------------------------ */

static uint32_t resets(const struct tt_conn *conn)
{
    return (uint32_t)conn->side[TT_CLIENT].resets + conn->side[TT_SERVER].resets;
}

/* In whose name: a packet's source address says no more than that. */
static void say_name(struct tale *tale)
{
    const struct tt_verdict *verdict = tale->verdict;
    unsigned name = tale->conn->resetter;

    if (verdict->ended_by == TT_BY_THIRD_PARTY)
        TALE(tale, TT_N_("reset, in the {who}'s name, but by a third party"), tale_who(tale, "who", name));
    else if (verdict->ended_by == (name == TT_CLIENT ? TT_BY_CLIENT : TT_BY_SERVER))
        TALE(tale, TT_N_("reset by the {who}"), tale_who(tale, "who", name));
    else
        TALE(tale, TT_N_("reset, in the {who}'s name"), tale_who(tale, "who", name));
}

/* Several resets: which one counted. */
static void say_which(struct tale *tale)
{
    const struct tt_side *side = tale->conn->side;
    uint32_t n = resets(tale->conn);

    if (n < 2 || tale->conn->reset_mark.frame == 0)
        return;
    tale_ref(tale, tale->conn->reset_mark.frame);
    if (side[TT_CLIENT].resets && side[TT_SERVER].resets)
        TALE(tale, TT_N_("resets: {client} in the client's name, {server} in the server's; this one was obeyed"),
             tale_number("client", side[TT_CLIENT].resets), tale_number("server", side[TT_SERVER].resets));
    else
        TALE(tale, TT_N_("{n} resets: this one was obeyed"), tale_number("n", n));
    tale_line(tale);
}

/* A FIN before the reset: its sender had said that it had no more to send. */
static void say_fins_before(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    for (unsigned end = 0; end < 2; end++) {
        const struct tt_mark *fin = &conn->side[end].first_fin;

        if (fin->frame == 0 || fin->frame >= conn->reset_mark.frame)
            continue;
        tale_ref(tale, fin->frame);
        TALE(tale, TT_N_("the {who} had sent its FIN {time} before"), tale_who(tale, "who", end),
             tale_time(tale, "time", tt_span(fin->time, conn->reset_mark.time)));
        tale_line(tale);
    }
}

static void end_reset(struct tale *tale)
{
    ref_flagged(tale, tale->conn->resetter, TT_RST);
    if (tale->refs.count == 0)
        tale_ref(tale, tale->conn->reset_mark.frame);
    say_name(tale);
    tale->bad = true;
    tale_line(tale);
    say_which(tale);
    say_fins_before(tale);
}

static void end_refused(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    tale_ref(tale, conn->reset_mark.frame);
    TALE(tale, TT_N_("refused: a reset in the {who}'s name answered the SYN after {time}"), tale_who(tale, "who", conn->resetter),
         tale_time(tale, "time", tt_span(conn->side[TT_CLIENT].syn.time, conn->reset_mark.time)));
    tale->bad = true;
    tale_line(tale);
}

/* ---- no packet of TCP ended it ----------------------------------------------------------------------------------- */

static void end_unanswered(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;
    uint64_t n = (uint64_t)conn->syn_retries + 1;

    tale_ref(tale, conn->side[TT_CLIENT].syn.frame);
    tale_ref_noted(tale, TT_CLIENT, TT_STEP_SYN_AGAIN);
    if (n == 1)
        tale_say(tale, TT_N_("no answer: one SYN was sent, and nothing came back"));
    else
        TALE(tale, TT_N_("no answer: {n} SYNs in {time}, and nothing came back"), tale_number("n", n),
             tale_time(tale, "time", tt_span(conn->first, conn->last)));
    tale->bad = true;
    tale_line(tale);
}

static void end_timeout(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;
    unsigned who = tt_span(conn->side[TT_SERVER].last.time, conn->side[TT_CLIENT].last.time) > 0 ? TT_CLIENT : TT_SERVER;

    tale_ref(tale, conn->side[1 - who].last.frame);
    tale_ref_noted(tale, who, TT_STEP_RETRANSMISSION | TT_STEP_KEEPALIVE | TT_STEP_FIN_AGAIN | TT_STEP_WINDOW_PROBE);
    if (conn->side[1 - who].last.frame)
        TALE(tale, TT_N_("timed out: the {other} was last heard {time} before the {who} sent its last packet"),
             tale_who(tale, "other", 1 - who), tale_who(tale, "who", who),
             tale_time(tale, "time", tt_span(conn->side[1 - who].last.time, conn->side[who].last.time)));
    else
        TALE(tale, TT_N_("timed out: the {other} was never heard, and the {who} fell silent"), tale_who(tale, "other", 1 - who),
             tale_who(tale, "who", who));
    tale->bad = true;
    tale_line(tale);
}

static void end_rejected(struct tale *tale)
{
    const struct tt_rejection *rejection = &tale->conn->rejection;

    tale_ref(tale, rejection->mark.frame);
    TALE(tale, TT_N_("rejected by ICMP from {address}: {what} (type {type}, code {code}), {time} after the first packet"),
         tale_address(tale, "address", &rejection->from, rejection->ip_version),
         tale_word(tale, "what", tale_icmp_words(rejection->ip_version, rejection->type, rejection->code)),
         tale_number("type", rejection->type), tale_number("code", rejection->code),
         tale_time(tale, "time", tt_span(tale->conn->first, rejection->mark.time)));
    tale->bad = true;
    tale_line(tale);
}

static void end_open(struct tale *tale)
{
    tale_ref(tale, tale->conn->last_frame);
    tale_say(tale, TT_N_("still open when the capture ended"));
    tale_line(tale);
    last_fin(tale);
}

/* A reset that its receiver did not obey did not end anything, but it is news. */
static void ignored_resets(struct tale *tale)
{
    uint32_t n = resets(tale->conn);

    if (n == 0 || tale->verdict->ending == TT_ENDING_RESET || tale->verdict->ending == TT_ENDING_REFUSED)
        return;
    ref_flagged(tale, TALE_BOTH, TT_RST);
    TALE_MANY(tale, n, TT_NN_("{n} reset came that did not end it", "{n} resets came that did not end it"), tale_number("n", n));
    tale->bad = true;
    tale_line(tale);
}

void tale_ended(struct tale *tale)
{
    static void (*const tellers[])(struct tale *) = {
        [TT_ENDING_FIN] = end_fin,
        [TT_ENDING_HALF_CLOSED] = end_half_closed,
        [TT_ENDING_RESET] = end_reset,
        [TT_ENDING_REFUSED] = end_refused,
        [TT_ENDING_UNANSWERED] = end_unanswered,
        [TT_ENDING_TIMEOUT] = end_timeout,
        [TT_ENDING_REJECTED] = end_rejected,
        [TT_ENDING_OPEN] = end_open,
    };

    tale_part(tale, TALE_ENDED);
    if ((unsigned)tale->verdict->ending < TT_ENDING_COUNT)
        tellers[tale->verdict->ending](tale);
    ignored_resets(tale);
}
