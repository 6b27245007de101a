/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * story_why.c - the verdict in words: who ended it, why, how certain that is, the evidence, and what was lost.
 *
 * Says what the verdict says and nothing of its own: where that is "unknown", so is this.
 */
#include "tell/tale.h"

/* One row a cause, in the order of its enum, which the table's first column holds. */
/* clang-format off */
static const struct {
    enum tt_cause cause;
    const char *words;
} causes[] = {
    {TT_CAUSE_CLOSE,                  TT_N_("an ordinary close")},
    {TT_CAUSE_PORT_CLOSED,            TT_N_("nothing listens on that port")},
    {TT_CAUSE_ABORT,                  TT_N_("a live connection was aborted (SO_LINGER 0, ss -K or the like)")},
    {TT_CAUSE_UNREAD_DATA,            TT_N_("its program closed while received data was still unread")},
    {TT_CAUSE_DATA_AFTER_CLOSE,       TT_N_("its program had closed, and more data came")},
    {TT_CAUSE_NO_SUCH_CONNECTION,     TT_N_("it did not know this connection: restarted, state lost, or an old duplicate")},
    {TT_CAUSE_KEEPALIVE_TIMEOUT,      TT_N_("its keep-alive probes were not answered")},
    {TT_CAUSE_RETRANSMISSION_TIMEOUT, TT_N_("its retransmissions were not answered")},
    {TT_CAUSE_ACCEPT_OVERFLOW,        TT_N_("the listener's queue was full")},
    {TT_CAUSE_FIREWALL,               TT_N_("a device on the path refused it")},
    {TT_CAUSE_INJECTED,               TT_N_("the packets are forged")},
    {TT_CAUSE_NONE,                   NULL},
    {TT_CAUSE_UNKNOWN,                NULL},
};
/* clang-format on */

static const char *cause_words(enum tt_cause cause)
{
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (causes[i].cause == cause)
            return causes[i].words;
    return NULL;
}

static const char *certainty_words(enum tt_certainty certainty)
{
    static const char *const words[] = {
        [TT_CERTAIN] = TT_N_(" (certain)"),
        [TT_LIKELY] = TT_N_(" (likely)"),
        [TT_POSSIBLE] = TT_N_(" (possible)"),
        [TT_UNCERTAIN] = NULL,
    };

    return (unsigned)certainty < TT_CERTAINTY_COUNT ? words[certainty] : NULL;
}

static const char *ender_words(enum tt_ender ender)
{
    static const char *const words[] = {
        [TT_BY_CLIENT] = TT_N_("by the client: "),         [TT_BY_SERVER] = TT_N_("by the server: "),
        [TT_BY_THIRD_PARTY] = TT_N_("by a third party: "), [TT_BY_NONE] = TT_N_("by nobody: "),
        [TT_BY_UNKNOWN] = TT_N_("by whom is not known: "),
    };

    return (unsigned)ender < TT_ENDER_COUNT ? words[ender] : words[TT_BY_UNKNOWN];
}

/* Endings whose cause is news: not those that say all by themselves. */
static bool wants_cause(const struct tt_verdict *verdict)
{
    switch (verdict->ending) {
    case TT_ENDING_FIN:
    case TT_ENDING_HALF_CLOSED:
    case TT_ENDING_OPEN:
        return verdict->cause != TT_CAUSE_CLOSE && verdict->cause != TT_CAUSE_NONE && verdict->cause != TT_CAUSE_UNKNOWN;
    case TT_ENDING_RESET:
    case TT_ENDING_REFUSED:
    case TT_ENDING_UNANSWERED:
    case TT_ENDING_TIMEOUT:
    case TT_ENDING_REJECTED:
        return verdict->cause != TT_CAUSE_NONE && verdict->cause != TT_CAUSE_UNKNOWN;
    case TT_ENDING_COUNT:
        break;
    }
    return false;
}

static void tell_cause(struct tale *tale)
{
    const struct tt_verdict *verdict = tale->verdict;
    const char *certainty = certainty_words(verdict->certainty);
    const char *words = cause_words(verdict->cause);

    if (!words || !wants_cause(verdict))
        return;
    tale_say(tale, ender_words(verdict->ended_by));
    tale_say(tale, words);
    if (certainty)
        tale_say(tale, certainty);
    tale_line(tale);
}

/* A reset bears an address, and anybody can write that: what the packets do not say is said to be so. */
static void tell_unknown(struct tale *tale)
{
    const struct tt_verdict *verdict = tale->verdict;

    if (verdict->cause != TT_CAUSE_UNKNOWN)
        return;
    if ((verdict->ending == TT_ENDING_RESET || verdict->ending == TT_ENDING_REFUSED) && verdict->ended_by == TT_BY_UNKNOWN)
        tale_say(tale, TT_N_("who really sent it and why is not known: the address of a reset proves nothing"));
    else if (verdict->ending == TT_ENDING_RESET || verdict->ending == TT_ENDING_REFUSED)
        tale_say(tale, TT_N_("why is not known"));
    tale_line(tale);
}

/* Both FINs are named where the close is told. */
static bool is_told(const struct tt_conn *conn, const struct tt_evidence *evidence)
{
    return evidence->packet == conn->side[TT_CLIENT].first_fin.frame || evidence->packet == conn->side[TT_SERVER].first_fin.frame;
}

/* A close speaks for itself; whoever resets, refuses or falls silent must be shown to have done so. */
static bool wants_evidence(const struct tale *tale, const struct tt_evidence *evidence)
{
    enum tt_ending ending = tale->verdict->ending;
    bool closed = ending == TT_ENDING_FIN || ending == TT_ENDING_HALF_CLOSED;

    return evidence->says && !(closed && is_told(tale->conn, evidence));
}

static void tell_evidence(struct tale *tale)
{
    const struct tt_verdict *verdict = tale->verdict;
    unsigned n = verdict->evidence_count < TT_EVIDENCE_MAX ? verdict->evidence_count : TT_EVIDENCE_MAX;

    for (unsigned i = 0; i < n; i++) {
        if (!wants_evidence(tale, &verdict->evidence[i]))
            continue;
        tale_ref(tale, verdict->evidence[i].packet);
        TALE(tale, TT_N_("· {says}"), tale_evidence(tale, "says", &verdict->evidence[i]));
        tale_line(tale);
    }
}

/* ---- what was lost ----------------------------------------------------------------------------------------------- */

/* Octets that an end sent and the other had not acknowledged. */
static uint64_t unacked(const struct tt_side *side)
{
    uint64_t end = side->fin && side->fin < side->snd_nxt ? side->fin : side->snd_nxt;
    uint64_t from = side->snd_una > 1 ? side->snd_una : 1;

    return side->bytes && end > from ? end - from : 0;
}

/* An end of which nothing was captured, though the other acknowledges what it sent: nobody saw what it acknowledged itself. */
static bool unheard(const struct tt_conn *conn, unsigned end)
{
    return conn->side[end].packets == 0 && (conn->side[1 - end].flags_seen & TT_ACK);
}

static void tell_unacked(struct tale *tale, unsigned end)
{
    uint64_t octets = unacked(&tale->conn->side[end]);

    if (octets == 0 || unheard(tale->conn, 1 - end) || tale_is_itself(tale))
        return;
    TALE(tale, TT_N_("{size} of the {who}'s had not been acknowledged"), tale_size(tale, "size", octets),
         tale_who(tale, "who", end));
    tale_line(tale);
}

/* Endings that may cut off what was under way. */
static bool cuts_off(enum tt_ending ending)
{
    return ending == TT_ENDING_RESET || ending == TT_ENDING_TIMEOUT || ending == TT_ENDING_REJECTED;
}

static void tell_lost(struct tale *tale)
{
    const struct tt_verdict *verdict = tale->verdict;
    const struct tt_side *side = tale->conn->side;
    bool any = side[TT_CLIENT].bytes || side[TT_SERVER].bytes;
    bool all_acked = unacked(&side[TT_CLIENT]) == 0 && unacked(&side[TT_SERVER]) == 0;

    if (verdict->bytes_lost > 0 && verdict->cause == TT_CAUSE_UNREAD_DATA) {
        TALE(tale, TT_N_("up to {size} were lost: received, but perhaps never read by the program there"),
             tale_size(tale, "size", (uint64_t)verdict->bytes_lost));
        tale->bad = true;
    } else if (verdict->bytes_lost > 0) {
        TALE(tale, TT_N_("{size} were lost: sent, but never read by the other end's program"),
             tale_size(tale, "size", (uint64_t)verdict->bytes_lost));
        tale->bad = true;
    } else if (any && all_acked && cuts_off(verdict->ending)) {
        tale_say(tale, verdict->bytes_lost == 0 ? TT_N_("nothing was lost: all that was sent had been acknowledged")
                                                : TT_N_("nothing was lost on the way: all that was sent had been acknowledged"));
    }
    tale_line(tale);
    if (verdict->bytes_lost <= 0 || (uint64_t)verdict->bytes_lost != unacked(&side[TT_CLIENT]) + unacked(&side[TT_SERVER])) {
        tell_unacked(tale, TT_CLIENT);
        tell_unacked(tale, TT_SERVER);
    }
}

void tale_verdict(struct tale *tale)
{
    tell_cause(tale);
    tell_unknown(tale);
    tell_evidence(tale);
    tell_lost(tale);
}
