/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause.c - why the end that reset a connection did so.
 *
 * There are two kinds of real resets (RFC 9293): the bare one, of a host that has no such connection (section 3.10.7.1), and that
 * with ACK, of a host that aborts a live one (section 3.10.5).  What went before says more.  Whether an aborting program had read
 * everything cannot be seen when it received last; what it would have had to do in which time is then a hint, no more.
 */
#include "judge/matter.h"

static bool came_before(const struct tt_mark *a, const struct tt_mark *b)
{
    return a->frame != 0 && a->frame < b->frame;
}

/* ---- of a host without such a connection ------------------------------------------------------------------------------------ */

static bool is_refusal(const struct matter *m)
{
    return m->refused;
}

/* Its program had closed, and the other sent on. */
static bool had_closed(const struct matter *m)
{
    return came_before(&m->sender->first_fin, &m->reset->mark);
}

static bool data_met_a_close(const struct matter *m)
{
    const struct tt_reset *reset = m->reset;

    return had_closed(m) && (reset->trigger_octets > 0 || reset->receiver_snd_nxt > reset->receiver_snd_una) &&
           m->reset->heard.frame != 0;
}

/* The SYN-ACK came to a client that had given up, or that never asked. */
static bool gave_up_asking(const struct matter *m)
{
    return reset_is_bare(m->reset) && m->named == TT_CLIENT && m->sender->snd_nxt <= 1 + m->conn->fast_open_octets &&
           m->reset->trigger_flags & TT_SYN && !(m->sender->flags_seen & TT_ACK);
}

/*
 * A listener that has no room keeps nothing of the handshake; with tcp_abort_on_overflow it resets when the last segment of it
 * comes, or data behind that.
 */
static bool had_no_room(const struct matter *m)
{
    const struct tt_side *server = &m->conn->side[TT_SERVER];

    return reset_is_bare(m->reset) && m->named == TT_SERVER && m->conn->syn_ack.frame && server->snd_nxt == 1 &&
           server->snd_una == 1 && m->conn->side[TT_CLIENT].snd_una <= 1 + m->conn->fast_open_octets && m->reset->position == 1;
}

/* Its reset with ACK came first, and was challenged: what its host says since is the echo. */
static const struct tt_reset *aborted_before(const struct matter *m)
{
    for (unsigned i = 0; i < tt_resets_kept(m->resets); i++) {
        const struct tt_reset *reset = &m->resets->reset[i];

        if (reset->mark.frame < m->reset->mark.frame && reset->end == m->named && !reset_is_bare(reset) &&
            reset->belief == TT_BELIEF_IN_WINDOW && reset->sent_last.frame == m->reset->sent_last.frame)
            return reset;
    }
    return NULL;
}

static bool had_aborted(const struct matter *m)
{
    return reset_is_bare(m->reset) && aborted_before(m) != NULL;
}

static bool knows_nothing(const struct matter *m)
{
    return reset_is_bare(m->reset);
}

/* ---- of a host that aborts -------------------------------------------------------------------------------------------------- */

static bool probed_in_vain(const struct matter *m)
{
    return m->reset->probes_unanswered > 0 && came_before(&m->reset->trigger, &m->reset->sent_last);
}

#define REPEATED_ENOUGH 3

static bool repeated_in_vain(const struct matter *m)
{
    return m->reset->unanswered >= REPEATED_ENOUGH && m->reset->backoffs > 0;
}

/* It had the last word: everything that it received had come before it spoke. */
static bool spoke_last(const struct matter *m)
{
    const struct tt_mark *heard = &m->reset->heard, *said = &m->reset->said;

    return heard->frame == 0 || (said->frame != 0 && heard->frame < said->frame);
}

/*
 * A program that acts on what it reads does so at once.  TCP gives it 40 ms to answer before it acknowledges by itself (the
 * shortest delayed ACK that there is): what stayed unanswered for longer was not waited for.
 */
#define ANSWERS_WITHIN (40 * TT_NS_PER_MS)

/* Octets beyond what it acknowledges were under way, or so lately in that nothing had acknowledged them. */
#define TRANSFER 4096 /* octets: more than one message's last segments */

bool is_in_transfer(const struct matter *m)
{
    const struct tt_side *receiver = m->receiver;
    tt_ns since = m->reset->mark.time - m->reset->heard.time;
    bool under_way = (int64_t)receiver->snd_nxt > m->reset->acks && m->reset->heard_from && !receiver->fin &&
                     receiver->snd_nxt - m->reset->heard_from >= TRANSFER;
    bool unacknowledged = m->reset->acks > (int64_t)m->reset->receiver_snd_una;

    return under_way || (m->reset->heard_messages > 1 && since < ANSWERS_WITHIN && unacknowledged);
}

/*
 * A program that closes with data unread throws that away first, so that the window of the reset opens by as much as had come in
 * since the last ACK; who destroys a socket from outside (SOCK_DESTROY) leaves the window as it was.  Measured on Linux 6.18.
 */
#define SINCE_ENOUGH 16384 /* octets: below it the scale of the window hides the difference */

static bool was_destroyed(const struct matter *m)
{
    int64_t since = m->reset->acks - (int64_t)m->reset->receiver_snd_una;

    return !reset_is_bare(m->reset) && m->reset->edge_known && since >= SINCE_ENOUGH && m->reset->edge < since / 2;
}

/* A server that got a request and resets instead of an answer. */
static bool left_a_request(const struct matter *m)
{
    return m->named == TT_SERVER && !spoke_last(m);
}

/* A client that got its answer, and then more that it did not ask for, and let it lie. */
static bool left_a_rest(const struct matter *m)
{
    tt_ns since = m->reset->mark.time - m->reset->heard.time;

    return m->named == TT_CLIENT && !spoke_last(m) && m->reset->heard_messages > 1 && since >= ANSWERS_WITHIN;
}

static bool aborts(const struct matter *m)
{
    return !reset_is_bare(m->reset);
}

static bool spoke_last_and_aborts(const struct matter *m)
{
    return aborts(m) && spoke_last(m);
}

/* ---- the table: the first row that applies ---------------------------------------------------------------------------------- */

static void name_nothing(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    say_end(ret, "who", m->named);
}
static void name_fin(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->sender->first_fin.frame;
    say_end(ret, "who", m->named);
}
static void name_probes(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->sent_last.frame;
    say_end(ret, "who", m->named);
    say_value(ret, "n", TT_VALUE_NUMBER, m->reset->probes_unanswered);
}
static void name_repeats(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->sent_last.frame;
    say_end(ret, "who", m->named);
    say_value(ret, "n", TT_VALUE_NUMBER, m->reset->unanswered);
}
static void name_message(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->heard.frame;
    say_end(ret, "who", m->named);
    say_value(ret, "time", TT_VALUE_TIME, m->reset->mark.time - m->reset->heard.time);
}
static void name_since(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    say_end(ret, "who", m->named);
    say_value(ret, "size", TT_VALUE_SIZE, m->reset->acks - (int64_t)m->reset->receiver_snd_una);
}
static void name_aborted(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = aborted_before(m)->mark.frame;
    say_end(ret, "who", m->named);
}
static void name_last_word(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->said.frame ? m->reset->said.frame : m->reset->mark.frame;
    say_end(ret, "who", m->named);
}

/* clang-format off */
static const struct {
    bool (*applies)(const struct matter *m);
    enum tt_cause cause;
    enum tt_certainty certainty;
    const char *word;
    void (*name)(const struct matter *m, struct tt_evidence *ret);
    const char *says;
} reasons[] = {
    {is_refusal, TT_CAUSE_PORT_CLOSED, TT_LIKELY, "refusal", name_nothing,
     TT_N_("it acknowledges the SYN, as a host does where nothing listens")},
    {gave_up_asking, TT_CAUSE_NO_SUCH_CONNECTION, TT_LIKELY, "syn-ack-unknown", name_nothing,
     TT_N_("a bare reset for the SYN-ACK: the {who} does not know, or no longer, that it asked")},
    {data_met_a_close, TT_CAUSE_DATA_AFTER_CLOSE, TT_LIKELY, "closed-before", name_fin,
     TT_N_("the {who} had closed already, and data came after that")},
    {had_no_room, TT_CAUSE_ACCEPT_OVERFLOW, TT_LIKELY, "only-syn-ack", name_nothing,
     TT_N_("a bare reset for the segment that ends the handshake: the {who}'s listener had not kept the connection")},
    {had_aborted, TT_CAUSE_ABORT, TT_POSSIBLE, "aborted-before", name_aborted,
     TT_N_("the {who} had reset before, with a number that its receiver challenged (RFC 5961): this is its host's answer to that")},
    {knows_nothing, TT_CAUSE_NO_SUCH_CONNECTION, TT_LIKELY, "bare", name_nothing,
     TT_N_("a bare reset, without ACK: the {who}'s host answers so what belongs to no connection that it has")},
    {probed_in_vain, TT_CAUSE_KEEPALIVE_TIMEOUT, TT_LIKELY, "probes-unanswered", name_probes,
     TT_N_("{n} keep-alive probes of the {who} had not been answered")},
    {repeated_in_vain, TT_CAUSE_RETRANSMISSION_TIMEOUT, TT_LIKELY, "repeats-unanswered", name_repeats,
     TT_N_("{n} retransmissions of the {who} had not been answered")},
    {spoke_last_and_aborts, TT_CAUSE_ABORT, TT_LIKELY, "spoke-last", name_last_word,
     TT_N_("the {who} spoke last: it had answered all that it received")},
    {was_destroyed, TT_CAUSE_ABORT, TT_LIKELY, "window-stood", name_since,
     TT_N_("{size} had come in since the last ACK, and its window did not open for them: the {who}'s program did not close (that "
           "drops them first), its socket was destroyed")},
    {is_in_transfer, TT_CAUSE_UNREAD_DATA, TT_LIKELY, "in-transfer", name_message,
     TT_N_("data was still coming in, some of it unacknowledged, when the {who} reset")},
    {left_a_request, TT_CAUSE_UNREAD_DATA, TT_POSSIBLE, "unanswered", name_message,
     TT_N_("the {who} never answered what came {time} before: left unread, or read and aborted; a trace on its host would tell")},
    {left_a_rest, TT_CAUSE_UNREAD_DATA, TT_POSSIBLE, "left-lying", name_message,
     TT_N_("a further message came {time} before, and the {who} did nothing about it: left unread, or read and aborted; a trace on "
           "its host would tell")},
    {aborts, TT_CAUSE_ABORT, TT_POSSIBLE, "aborts", name_message,
     TT_N_("the {who} received its answer {time} before, and then aborted, or left a part of it unread; a trace on its host would "
           "tell")},
};
/* clang-format on */

void find_reason(const struct matter *m, struct reason *ret)
{
    *ret = (struct reason){.cause = TT_CAUSE_UNKNOWN, .certainty = TT_UNCERTAIN};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (!reasons[i].applies(m))
            continue;
        ret->cause = reasons[i].cause;
        ret->certainty = reasons[i].certainty;
        ret->evidence.sign = reasons[i].word;
        ret->evidence.says = reasons[i].says;
        reasons[i].name(m, &ret->evidence);
        return;
    }
}
