/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * story_talk.c - what the two said to each other: turn by turn when that is short, in sums when it is long; then what went wrong.
 */
#include "tell/tale.h"

/* A conversation of more turns is told in sums. */
#define TURNS_MAX 8
/* So many segments in a turn have a rate worth telling. */
#define BULK_SEGMENTS 10

/* ---- turn by turn ------------------------------------------------------------------------------------------------ */

/* What one end sent before the other sent something. */
struct turn {
    uint32_t begin, end; /* of the log's entries */
    unsigned from;
    uint64_t octets, segments;
    uint64_t begins;   /* the position of its first octet */
    uint64_t position; /* behind its last octet */
    uint64_t frame;    /* the first packet */
    tt_ns first, last;
};

static bool is_new_data(const struct tt_log_entry *entry)
{
    return !entry->icmp && entry->length && (entry->notes & (TT_STEP_NEW_DATA | TT_STEP_OUT_OF_ORDER | TT_STEP_AFTER_GAP)) &&
           !(entry->notes & TT_STEP_DUPLICATE);
}

static void turn_add(struct turn *turn, const struct tt_log_entry *entry, uint32_t i)
{
    if (turn->segments++ == 0) {
        turn->begin = i;
        turn->from = entry->from;
        turn->first = entry->time;
        turn->frame = entry->frame;
        turn->begins = entry->position;
    }
    turn->octets += entry->length;
    turn->last = entry->time;
    if (entry->position + entry->length > turn->position)
        turn->position = entry->position + entry->length;
}

/* A FIN or a reset of either end is an event: what is sent before it and what is sent after it are told apart. */
static bool ends_turn(const struct tt_log_entry *entry)
{
    return !entry->icmp && (entry->flags & (TT_FIN | TT_RST)) && !(entry->notes & TT_STEP_DUPLICATE);
}

/* The turn that begins at or after the entry i; false when there is none. */
static bool turn_next(const struct tt_log *log, uint32_t i, struct turn *ret)
{
    struct turn turn = {0};
    bool ended = false;

    for (; i < log->count && !ended; i++) {
        const struct tt_log_entry *entry = tt_log_at(log, i);

        if (is_new_data(entry)) {
            if (turn.segments && entry->from != turn.from)
                break;
            turn_add(&turn, entry, i);
        }
        ended = turn.segments && ends_turn(entry);
    }
    turn.end = i;
    if (turn.segments == 0)
        return false;
    *ret = turn;
    return true;
}

/*
 * The first packet that acknowledges the whole turn; NULL when none does, and *ret_in_part says whether one acknowledges a part.
 */
static const struct tt_log_entry *turn_acked(const struct tt_log *log, const struct turn *turn, bool *ret_in_part)
{
    *ret_in_part = false;
    for (uint32_t i = turn->begin; i < log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(log, i);

        if (entry->icmp || !entry->has_ack || entry->from == turn->from)
            continue;
        if (entry->ack >= turn->position)
            return entry;
        *ret_in_part = *ret_in_part || entry->ack > turn->begins;
    }
    return NULL;
}

/* The data of the turn and the bare acknowledgements of it, up to the one that covers it all. */
static void ref_turn(struct tale *tale, const struct turn *turn)
{
    for (uint32_t i = turn->begin; i < tale->log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(tale->log, i);
        bool data = i < turn->end && is_new_data(entry);
        bool acks = !entry->icmp && entry->from != turn->from && entry->length == 0 && entry->ack > 1 &&
                    entry->ack <= turn->position && !(entry->flags & (TT_FIN | TT_RST));

        if (i >= turn->end && !(acks && entry->ack == turn->position))
            return;
        if (data || acks)
            tale_ref(tale, entry->frame);
        if (acks && entry->ack == turn->position)
            return;
    }
}

/* An end's first line, quoted. */
static struct tt_fill quote(const struct tt_log_side *side)
{
    return (struct tt_fill){.name = "quote", .octets = side->first, .n = side->first_octets};
}

static void say_rate(struct tale *tale, uint64_t octets, tt_ns span)
{
    double rate = (double)octets * (double)TT_NS_PER_S / (double)(span ? span : 1);

    if (span >= TT_NS_PER_MS)
        TALE(tale, TT_N_(" over {time} ({rate}/s)"), tale_time(tale, "time", span), tale_size(tale, "rate", (uint64_t)rate));
}

static void say_sent(struct tale *tale, const struct turn *turn)
{
    const struct tt_log_side *side = &tale->log->side[turn->from];

    TALE(tale, TT_N_("{who} sent {size}"), tale_who(tale, "who", turn->from), tale_size(tale, "size", turn->octets));
    if (turn->segments > 1)
        TALE_MANY(tale, turn->segments, TT_NN_(" in {n} segment", " in {n} segments"), tale_number("n", turn->segments));
    if (turn->segments >= BULK_SEGMENTS)
        say_rate(tale, turn->octets, tt_span(turn->first, turn->last));
    if (side->first_octets && side->first_data.frame == turn->frame)
        TALE(tale, side->first_more ? TT_N_(" \"{quote}…\"") : TT_N_(" \"{quote}\""), quote(side));
}

static bool is_after(const struct tt_mark *mark, const struct turn *turn)
{
    return mark->frame && mark->frame < turn->frame;
}

/* What had happened before, when that makes the data remarkable. */
static void say_after(struct tale *tale, const struct turn *turn)
{
    const struct tt_conn *conn = tale->conn;

    if (is_after(&conn->reset_mark, turn))
        tale_say(tale, TT_N_(", after the reset"));
    else if (is_after(&conn->side[1 - turn->from].first_fin, turn))
        TALE(tale, TT_N_(", after the {who}'s FIN"), tale_who(tale, "who", 1 - turn->from));
}

static void say_acked(struct tale *tale, const struct turn *turn)
{
    bool in_part;
    const struct tt_log_entry *acked = turn_acked(tale->log, turn, &in_part);

    if (acked && acked->length)
        tale_say(tale, TT_N_(", acknowledged by the answer"));
    else if (acked)
        TALE(tale, TT_N_(", acknowledged after {time}"), tale_time(tale, "time", tt_span(turn->last, acked->time)));
    else if (in_part)
        tale_say(tale, TT_N_(", acknowledged only in part"));
    else if (!tale_is_itself(tale))
        tale_say(tale, TT_N_(", not seen acknowledged"));
}

static void say_turn(struct tale *tale, const struct turn *turn, const struct turn *previous)
{
    ref_turn(tale, turn);
    say_sent(tale, turn);
    if (previous)
        TALE(tale, TT_N_(", {time} later"), tale_time(tale, "time", tt_span(previous->last, turn->first)));
    say_after(tale, turn);
    say_acked(tale, turn);
    tale_line(tale);
}

/* Whether the turns are few enough to be told one by one. */
static bool few_turns(const struct tt_log *log)
{
    struct turn turn;
    unsigned n = 0;

    for (uint32_t i = 0; n <= TURNS_MAX && turn_next(log, i, &turn); i = turn.end)
        n++;
    return n <= TURNS_MAX && log->folded == 0;
}

static void tell_turns(struct tale *tale)
{
    struct turn turn, previous = {0};
    bool any = false;

    for (uint32_t i = 0; turn_next(tale->log, i, &turn); i = turn.end) {
        say_turn(tale, &turn, any ? &previous : NULL);
        previous = turn;
        any = true;
    }
}

/* ---- in sums ----------------------------------------------------------------------------------------------------- */

static void sum_side(struct tale *tale, unsigned end)
{
    const struct tt_side *side = &tale->conn->side[end];
    const struct tt_log_side *logged = tale->log ? &tale->log->side[end] : NULL;

    if (side->bytes == 0)
        return;
    TALE_MANY(tale, side->data_packets, TT_NN_("{who} sent {size} in {n} segment", "{who} sent {size} in {n} segments"),
              tale_who(tale, "who", end), tale_size(tale, "size", side->bytes), tale_number("n", side->data_packets));
    if (logged) {
        say_rate(tale, side->bytes, tt_span(logged->first_data.time, logged->last_data.time));
        tale_ref_span(tale, logged->first_data.frame, logged->last_data.frame);
    }
    tale_line(tale);
    if (logged && logged->first_octets) {
        TALE(tale, logged->first_more ? TT_N_("it began with \"{quote}…\"") : TT_N_("it began with \"{quote}\""), quote(logged));
        tale_ref(tale, logged->first_data.frame);
        tale_line(tale);
    }
}

static void sum_round_trips(struct tale *tale, unsigned end)
{
    const struct tt_side *side = &tale->conn->side[end];

    if (side->rtt_samples < 2)
        return;
    TALE(tale, TT_N_("the {who} acknowledged after {min} to {max}, {mean} on average ({n} measured)"),
         tale_who(tale, "who", 1 - end), tale_time(tale, "min", side->rtt_min_us * TT_NS_PER_US),
         tale_time(tale, "max", side->rtt_max_us * TT_NS_PER_US),
         tale_time(tale, "mean", (tt_ns)(side->rtt_sum_us / side->rtt_samples) * TT_NS_PER_US),
         tale_number("n", side->rtt_samples));
    tale_line(tale);
}

static void tell_sums(struct tale *tale)
{
    sum_side(tale, TT_CLIENT);
    sum_side(tale, TT_SERVER);
    if (tale->log && tale->log->turns > 2) {
        TALE_MANY(tale, tale->log->turns, TT_NN_("they took turns {n} time", "they took turns {n} times"),
                  tale_number("n", tale->log->turns));
        tale_line(tale);
    }
    sum_round_trips(tale, TT_CLIENT);
    sum_round_trips(tale, TT_SERVER);
}

/* ---- what went wrong --------------------------------------------------------------------------------------------- */

/* One row a count of an end: how it is told, and the notes of the packets that show it. */
struct trouble {
    uint32_t (*count)(const struct tt_side *side, const struct tt_log_side *logged);
    uint32_t notes;
    bool bad;
    const char *one, *many;
};

static uint32_t count_zero_windows(const struct tt_side *side, const struct tt_log_side *logged)
{
    return logged ? logged->zero_times : side->zero_windows;
}
static uint32_t count_keepalives(const struct tt_side *side, const struct tt_log_side *logged)
{
    (void)logged;
    return side->keepalives;
}
static uint32_t count_window_probes(const struct tt_side *side, const struct tt_log_side *logged)
{
    (void)logged;
    return side->window_probes;
}
static uint32_t count_bad_checksums(const struct tt_side *side, const struct tt_log_side *logged)
{
    (void)logged;
    return side->bad_checksums;
}

/* clang-format off */
static const struct trouble troubles[] = {
    {count_zero_windows, TT_STEP_ZERO_WINDOW, true,
     TT_NN_("the {who} closed its window {n} time{stall}: its program read too slowly",
     "the {who} closed its window {n} times{stall}: its program read too slowly")},
    {count_window_probes, TT_STEP_WINDOW_PROBE, false,
     TT_NN_("the {who} asked {n} time whether the window had opened",
     "the {who} asked {n} times whether the window had opened")},
    {count_keepalives, TT_STEP_KEEPALIVE, false,
     TT_NN_("the {who} sent {n} keep-alive probe", "the {who} sent {n} keep-alive probes")},
    {count_bad_checksums, 0, true,
     TT_NN_("{n} segment from the {who} has a wrong checksum", "{n} segments from the {who} have a wrong checksum")},
};
/* clang-format on */

/* ", 2.1 s in all": how long a window was closed. */
static struct tt_fill stall(struct tale *tale, unsigned end)
{
    tt_ns total = tale->log ? tale->log->side[end].zero_total : 0;
    const char *begin = tale->scratch.at;

    if (total) {
        struct tt_fill time = tale_time(tale, "time", total);
        begin = tale->scratch.at;
        tt_say(&tale->scratch, &tale->style->tongue, TT_N_(", {time} in all"), &time, 1);
    }
    return (struct tt_fill){.name = "stall", .octets = begin, .n = (size_t)(tale->scratch.at - begin)};
}

static void tell_trouble(struct tale *tale, const struct trouble *trouble, unsigned end)
{
    const struct tt_side *side = &tale->conn->side[end];
    uint32_t n = trouble->count(side, tale->log ? &tale->log->side[end] : NULL);

    if (n == 0)
        return;
    tale_ref_noted(tale, end, trouble->notes);
    const struct tt_fill fills[] = {
        tale_number("n", n),
        tale_who(tale, "who", end),
        stall(tale, end),
    };
    tale_say_many(tale, n, trouble->one, trouble->many, fills, sizeof fills / sizeof fills[0]);
    tale->bad = trouble->bad;
    tale_line(tale);
}

static void tell_gap(struct tale *tale, unsigned end)
{
    uint64_t gap = tale->conn->side[end].gap_bytes;

    if (gap == 0 || tale_is_itself(tale))
        return;
    tale_ref_noted(tale, 1 - end, TT_STEP_ACKED_UNSEEN);
    TALE(tale, TT_N_("the capture lacks {size} of the {who}'s: acknowledged, so they arrived, but were not captured"),
         tale_size(tale, "size", gap), tale_who(tale, "who", end));
    tale_line(tale);
}

static void tell_troubles(struct tale *tale)
{
    tale_fin_again(tale, TT_CLIENT);
    tale_fin_again(tale, TT_SERVER);
    tale_again(tale, TT_CLIENT);
    tale_again(tale, TT_SERVER);
    for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++) {
        tell_trouble(tale, &troubles[i], TT_CLIENT);
        tell_trouble(tale, &troubles[i], TT_SERVER);
    }
    tell_gap(tale, TT_CLIENT);
    tell_gap(tale, TT_SERVER);
}

/* ---- silences ---------------------------------------------------------------------------------------------------- */

/* Packets that come because nothing came: the time before them is part of what they are. */
#define WAITED                                                                                                                     \
    ((uint32_t)(TT_STEP_KEEPALIVE | TT_STEP_KEEPALIVE_ACK | TT_STEP_WINDOW_PROBE | TT_STEP_SYN_AGAIN | TT_STEP_RETRANSMISSION |    \
                TT_STEP_FIN_AGAIN))

/* Whether the time before this packet was told with it, or goes without saying. */
static bool goes_without_saying(const struct tt_log *log, uint64_t frame, bool turns_told)
{
    for (uint32_t i = 0; i < log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(log, i);
        if (entry->frame == frame)
            return (entry->notes & WAITED) || (turns_told && is_new_data(entry));
    }
    return false;
}

static void tell_pauses(struct tale *tale, bool turns_told)
{
    for (uint32_t i = 0; tale->log && i < tale->log->pause_count; i++) {
        const struct tt_log_pause *pause = &tale->log->pauses[i];

        if (goes_without_saying(tale->log, pause->after.frame, turns_told))
            continue;
        tale_ref(tale, pause->before.frame);
        tale_ref(tale, pause->after.frame);
        TALE(tale, TT_N_("silence for {time}"), tale_time(tale, "time", tt_span(pause->before.time, pause->after.time)));
        tale_line(tale);
    }
}

void tale_talked(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;
    bool data = conn->side[TT_CLIENT].bytes || conn->side[TT_SERVER].bytes;
    bool short_enough = tale->log && few_turns(tale->log);

    tale_part(tale, TALE_TALKED);
    if (data && short_enough) {
        tell_turns(tale);
    } else if (data) {
        tell_sums(tale);
    } else if (conn->opened.frame || tale->verdict->opening == TT_OPENING_MIDSTREAM) {
        tale_say(tale, TT_N_("no data in either direction"));
        tale_line(tale);
    }
    tell_troubles(tale);
    tell_pauses(tale, short_enough);
}
