/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * story_loss.c - what was sent again and what came late: how much, why, where the first copies were lost, and what was not needed.
 *
 * The tracker says it of each segment (loss.c there); here it is summed up, so that a tired reader sees at once what is behind a
 * hundred retransmissions.
 */
#include "tell/tale.h"

/* clang-format off */
/* One row a reason: behind the number of segments, and beside a single one on the ladder. */
static const struct reason {
    const char *why;
    const char *brief; /* NULL: nothing */
} reasons[TT_LOSS_COUNT] = {
    [TT_LOSS_FAST] = {TT_N_("three duplicate ACKs or more had asked for it (fast retransmission)"), TT_N_("{acks} duplicate ACKs")},
    [TT_LOSS_SACK] = {TT_N_("SACK had said that it was missing and later octets not (fast retransmission)"), TT_N_("SACK")},
    [TT_LOSS_EARLY] = {TT_N_("fewer than three duplicate ACKs had asked for it (early retransmission)"), TT_N_("duplicate ACK")},
    [TT_LOSS_RECOVERY] = {TT_N_("the next of what was under way, in the same recovery"), TT_N_("in recovery")},
    [TT_LOSS_TIMEOUT] = {TT_N_("after a time-out of {wait}"), TT_N_("time-out after {wait}")},
    [TT_LOSS_AFTER_TIMEOUT] = {TT_N_("behind a time-out, what was under way is sent anew"), TT_N_("behind the time-out")},
    [TT_LOSS_TAIL_PROBE] = {TT_N_("the last octets, to hear whether they arrived (tail loss probe)"), TT_N_("tail loss probe")},
    [TT_LOSS_PROBED] = {TT_N_("its first octet had been a window probe"), TT_N_("probed before")},
    [TT_LOSS_ASKED_AGAIN] = {TT_N_("the SYN had come again"), TT_N_("for the SYN")},
    [TT_LOSS_WITH_ACK] = {TT_N_("it is set in the acknowledgement of the other end's FIN too"), TT_N_("with the ACK")},
    [TT_LOSS_TOO_BIG] = {TT_N_("a router had said that it was too big (path MTU)"), TT_N_("was too big")},
    [TT_LOSS_UNEXPLAINED] = {TT_N_("why cannot be told from the packets"), NULL},
    [TT_LOSS_UNDECIDED] = {TT_N_("it may have come late instead: nothing in the packets tells which"), TT_N_("or late")},
    [TT_LOSS_LATE_TSVAL] = {TT_N_("older timestamps than before, up to {wait} late"), TT_N_("{wait} late")},
    [TT_LOSS_LATE_IP_ID] = {TT_N_("earlier IP IDs than before, up to {wait} late"), TT_N_("{wait} late")},
    [TT_LOSS_LATE_SOON] = {TT_N_("too soon to have been sent again, up to {wait} late"), TT_N_("{wait} late")},
};

/* What shows that a segment was sent in vain, and the same beside it on the ladder. */
static const struct need {
    const char *how, *brief;
} needs[TT_NEED_COUNT] = {
    [TT_NEED_ACKED] = {TT_N_("it had been acknowledged before"), TT_N_("acknowledged before")},
    [TT_NEED_SACKED] = {TT_N_("SACK had said that it had arrived"), TT_N_("SACK had it")},
    [TT_NEED_DSACK] = {TT_N_("the {other} says that it got it twice (D-SACK)"), TT_N_("in vain")},
    [TT_NEED_ECHO] = {TT_N_("the timestamp in the answer is the first copy's"), TT_N_("in vain")},
};
/* clang-format on */

/* ---- which packets --------------------------------------------------------------------------------------------------------- */

/* Payload, SYNs or FINs of an end. */
struct resent {
    struct tale *tale;
    const struct tt_log_again *again;
    unsigned end;
    enum tt_log_again_kind kind;
};

static struct resent resent_of(struct tale *tale, unsigned end, enum tt_log_again_kind kind)
{
    static const struct tt_log_again none; /* what was not logged is not explained */

    return (struct resent){tale, tale->log ? &tale->log->side[end].again[kind] : &none, end, kind};
}

static bool is_among(const struct resent *resent, const struct tt_log_entry *entry)
{
    return !entry->icmp && entry->from == resent->end && tt_log_again_kind(entry) == resent->kind;
}

/* What was sent again for a reason; of a single one also the duplicate ACKs that had asked for it. */
static void ref_loss(const struct resent *resent, enum tt_loss loss)
{
    const struct tt_log *log = resent->tale->log;
    uint64_t position = UINT64_MAX;

    for (uint32_t i = 0; i < log->count && resent->again->of[loss] == 1; i++) {
        const struct tt_log_entry *entry = tt_log_at(log, i);
        if (is_among(resent, entry) && entry->again.loss == loss && entry->again.duplicate_acks)
            position = entry->position;
    }
    for (uint32_t i = 0; i < log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(log, i);
        bool asks = entry->from != resent->end && entry->notes & TT_STEP_DUPLICATE_ACK && entry->ack == position;

        if (asks || (is_among(resent, entry) && entry->again.loss == loss))
            tale_ref(resent->tale, entry->frame);
    }
}

/* What was sent in vain, and what shows it. */
static void ref_need(const struct resent *resent, enum tt_need need)
{
    const struct tt_log *log = resent->tale->log;

    for (uint32_t i = 0; i < log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(log, i);
        bool shows = entry->from != resent->end && entry->notes & TT_STEP_DENIES_NEED && !entry->icmp;

        if ((shows || is_among(resent, entry)) && entry->again.need == need)
            tale_ref(resent->tale, entry->frame);
    }
}

/* ---- why ------------------------------------------------------------------------------------------------------------------- */

static struct tt_fill range(struct tale *tale, tt_ns least, tt_ns most)
{
    const struct tt_fill fills[] = {tale_time(tale, "least", least), tale_time(tale, "most", most)};
    const char *begin = tale->scratch.at;

    if (fills[0].n == fills[1].n && memcmp(fills[0].octets, fills[1].octets, fills[0].n) == 0)
        begin = fills[1].octets;
    else
        tt_say(&tale->scratch, &tale->style->tongue, TT_N_("{least} to {most}"), fills, 2);
    return (struct tt_fill){.name = "wait", .octets = begin, .n = (size_t)(tale->scratch.at - begin)};
}

static void say_why(const struct resent *resent, enum tt_loss loss)
{
    tt_ns least = resent->again->waits[loss].least_us * TT_NS_PER_US, most = resent->again->waits[loss].most_us * TT_NS_PER_US;

    TALE(resent->tale, reasons[loss].why,
         loss == TT_LOSS_TIMEOUT ? range(resent->tale, least, most) : tale_time(resent->tale, "wait", most));
    resent->tale->loss = loss;
}

/* The only reason of all from `first` to `last`; TT_LOSS_NONE when there are more, or none is known. */
static enum tt_loss only_reason(const struct resent *resent, enum tt_loss first, enum tt_loss last)
{
    enum tt_loss only = TT_LOSS_NONE;

    for (enum tt_loss loss = first; loss <= last; loss++) {
        if (!resent->again->of[loss])
            continue;
        if (only)
            return TT_LOSS_NONE;
        only = loss;
    }
    return only;
}

/* Ends the sentence under way, which says how many: with the reason when it is but one, otherwise a line each follows. */
static void tell_reasons(const struct resent *resent, enum tt_loss first, enum tt_loss last, bool bad)
{
    enum tt_loss only = only_reason(resent, first, last);
    struct tale *tale = resent->tale;

    if (only) {
        tale_say(tale, TT_N_(": "));
        say_why(resent, only);
    }
    tale->bad = bad;
    tale_line(tale);
    for (enum tt_loss loss = first; loss <= last && !only; loss++) {
        if (!resent->again->of[loss])
            continue;
        ref_loss(resent, loss);
        TALE(tale, TT_N_("{n} of these: "), tale_number("n", resent->again->of[loss]));
        say_why(resent, loss);
        tale_line(tale);
    }
}

/* ---- in vain, or lost where ------------------------------------------------------------------------------------------------ */

static void tell_needs(const struct resent *resent)
{
    struct tale *tale = resent->tale;

    for (enum tt_need need = TT_NEED_ACKED; need < TT_NEED_COUNT; need++) {
        uint32_t n = resent->again->needs[need];

        if (n == 0)
            continue;
        ref_need(resent, need);
        TALE_MANY(tale, n, TT_NN_("{n} was not needed: ", "{n} were not needed: "), tale_number("n", n));
        TALE(tale, needs[need].how, tale_who(tale, "other", 1 - resent->end));
        tale_line(tale);
    }
    if (resent->again->missed) {
        TALE_MANY(tale, resent->again->missed,
                  TT_NN_("{n} earlier copy arrived though it was not seen here: lost in the capture and not on the way",
                         "{n} earlier copies arrived though they were not seen here: lost in the capture and not on the way"),
                  tale_number("n", resent->again->missed));
        tale_line(tale);
    }
}

/* Of what was sent in vain nothing was lost. */
static void tell_places(const struct resent *resent)
{
    const uint32_t *places = resent->again->places;
    struct tale *tale = resent->tale;

    if (places[TT_PLACE_BEFORE]) {
        TALE_MANY(tale, places[TT_PLACE_BEFORE],
                  TT_NN_("{n} earlier copy was not seen here: lost between the {who} and the capture",
                         "{n} earlier copies were not seen here: lost between the {who} and the capture"),
                  tale_number("n", places[TT_PLACE_BEFORE]), tale_who(tale, "who", resent->end));
        tale_line(tale);
    }
    if (places[TT_PLACE_BEYOND]) {
        TALE_MANY(
            tale, places[TT_PLACE_BEYOND],
            TT_NN_("{n} earlier copy passed here: it or its acknowledgement was lost between the capture and the {other}",
                   "{n} earlier copies passed here: they or their acknowledgements were lost between the capture and the {other}"),
            tale_number("n", places[TT_PLACE_BEYOND]), tale_who(tale, "other", 1 - resent->end));
        tale_line(tale);
    }
}

/* ---- payload, SYNs, FINs --------------------------------------------------------------------------------------------------- */

/* A FIN alone that is sent again is told by itself. */
static uint32_t payload_again(const struct tale *tale, unsigned end)
{
    uint32_t all = tale->conn->side[end].retransmitted_packets, fins = tale->log ? tale->log->side[end].fins_again : 0;

    return fins <= all ? all - fins : all;
}

static void tell_again(struct tale *tale, unsigned end)
{
    struct resent resent = resent_of(tale, end, TT_LOG_AGAIN_DATA);
    uint32_t n = payload_again(tale, end);

    if (n == 0)
        return;
    tale_ref_noted(tale, end, TT_STEP_RETRANSMISSION);
    TALE_MANY(tale, n, TT_NN_("the {who} sent {n} segment again, {size}", "the {who} sent {n} segments again, {size}"),
              tale_number("n", n), tale_who(tale, "who", end), tale_size(tale, "size", tale->conn->side[end].retransmitted_bytes));
    tell_reasons(&resent, TT_LOSS_FAST, TT_LOSS_UNDECIDED, true);
    tell_needs(&resent);
    tell_places(&resent);
}

static void tell_late(struct tale *tale, unsigned end)
{
    struct resent resent = resent_of(tale, end, TT_LOG_AGAIN_DATA);
    uint32_t n = tale->conn->side[end].out_of_order;

    if (n == 0)
        return;
    tale_ref_noted(tale, end, TT_STEP_OUT_OF_ORDER);
    TALE_MANY(tale, n, TT_NN_("{n} segment from the {who} came out of order", "{n} segments from the {who} came out of order"),
              tale_number("n", n), tale_who(tale, "who", end));
    tell_reasons(&resent, TT_LOSS_LATE_TSVAL, TT_LOSS_LATE_SOON, false);
}

void tale_again(struct tale *tale, unsigned end)
{
    tell_again(tale, end);
    tell_late(tale, end);
}

void tale_fin_again(struct tale *tale, unsigned end)
{
    struct resent resent = resent_of(tale, end, TT_LOG_AGAIN_FIN);
    uint32_t n = tale->log ? tale->log->side[end].fins_again : 0;

    if (n == 0)
        return;
    tale_ref_noted(tale, end, TT_STEP_FIN_AGAIN);
    TALE_MANY(tale, n, TT_NN_("the {who} sent its FIN again {n} time", "the {who} sent its FIN again {n} times"),
              tale_number("n", n), tale_who(tale, "who", end));
    tell_reasons(&resent, TT_LOSS_FAST, TT_LOSS_UNDECIDED, true);
    tell_needs(&resent);
}

void tale_why_syn_again(struct tale *tale, unsigned end)
{
    struct resent resent = resent_of(tale, end, TT_LOG_AGAIN_SYN);
    enum tt_loss only = only_reason(&resent, TT_LOSS_FAST, TT_LOSS_UNDECIDED);

    if (!only)
        return;
    tale_say(tale, TT_N_(": "));
    say_why(&resent, only);
    if (resent.again->needs[TT_NEED_ACKED])
        tale_say(tale, TT_N_(", though it had been acknowledged before"));
}

void tale_put_again(struct tale *tale, struct tt_text *text, const struct tt_log_entry *entry)
{
    const struct tt_again *again = &entry->again;

    if (tt_log_again_kind(entry) == TT_LOG_AGAIN_KINDS)
        return;
    if (reasons[again->loss].brief) {
        const struct tt_fill fills[] = {tale_time(tale, "wait", again->wait_us * TT_NS_PER_US),
                                        tale_number("acks", again->duplicate_acks)};

        tt_say(text, &tale->style->tongue, TT_N_(", "), NULL, 0);
        tt_say(text, &tale->style->tongue, reasons[again->loss].brief, fills, 2);
    }
    if (again->need) {
        tt_say(text, &tale->style->tongue, TT_N_(", "), NULL, 0);
        tt_say(text, &tale->style->tongue, needs[again->need].brief, NULL, 0);
    }
    tale->scratch.at = tale->scratch.start;
}
