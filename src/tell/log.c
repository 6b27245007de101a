/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.c - a connection's packets as a story needs them, in bounded memory.
 *
 * The first half of the room is for the beginning of the connection, the second half is a ring of its latest packets; what falls
 * out between them is counted.  Sums and the longest silences are kept beside, so that folding loses no total.
 */
#include "tell/log.h"
#include "base/memory.h"

#define STEPS_DEFAULT 4096
#define STEPS_MIN 16
#define CAPACITY_FIRST 16

static_assert(sizeof(struct tt_log_entry) <= 64, "4096 of them are kept of a connection, and of many connections at once");

int tt_log_new(unsigned steps_max, const struct tt_alloc *alloc, struct tt_log **ret)
{
    struct tt_log *log = tt_get_zero(alloc, sizeof *log);

    if (!log)
        return TT_ERR_NOMEM;
    log->alloc = *alloc;
    log->steps_max = steps_max == 0 ? STEPS_DEFAULT : steps_max < STEPS_MIN ? STEPS_MIN : steps_max;
    *ret = log;
    return 0;
}

void tt_log_free(struct tt_log *log)
{
    if (!log)
        return;

    struct tt_alloc alloc = log->alloc;
    tt_give(&alloc, log->entries, log->capacity * sizeof *log->entries);
    tt_give(&alloc, log, sizeof *log);
}

static struct tt_log_entry *entry_at(const struct tt_log *log, uint32_t i)
{
    uint32_t head = log->steps_max / 2, ring = log->steps_max - head;

    assert(i < log->count);
    if (i < head || log->count < log->steps_max)
        return &log->entries[i];
    return &log->entries[head + (log->ring_at + i - head) % ring];
}

const struct tt_log_entry *tt_log_at(const struct tt_log *log, uint32_t i)
{
    return entry_at(log, i);
}

static bool grow(struct tt_log *log)
{
    uint32_t capacity = log->capacity ? 2 * log->capacity : CAPACITY_FIRST;

    if (capacity > log->steps_max || capacity < log->capacity)
        capacity = log->steps_max;
    struct tt_log_entry *entries =
        log->alloc.resize(log->alloc.ctx, log->entries, log->capacity * sizeof *entries, capacity * sizeof *entries);
    if (!entries)
        return false;
    log->entries = entries;
    log->capacity = capacity;
    return true;
}

static void count_folded(struct tt_log *log, uint32_t at)
{
    if (log->folded++ == 0)
        log->folded_at = at;
}

/* The place of the next entry; NULL when there is no memory for it. */
static struct tt_log_entry *entry_next(struct tt_log *log)
{
    uint32_t head = log->steps_max / 2, ring = log->steps_max - head;

    assert(ring > 0);
    if (log->count == log->steps_max) {
        struct tt_log_entry *oldest = &log->entries[head + log->ring_at];
        log->ring_at = (log->ring_at + 1) % ring;
        count_folded(log, head);
        return oldest;
    }
    if (log->count == log->capacity && !grow(log)) {
        count_folded(log, log->count);
        return NULL;
    }
    return &log->entries[log->count++];
}

static bool printable(uint8_t octet)
{
    return octet >= 0x20 && octet < 0x7f;
}

/* Keeps the first line of an end when it is text: at least this many printable octets, or a whole line. */
#define TEXT_AT_LEAST 8

static void keep_first_line(struct tt_log_side *side, const struct tt_segment *segment)
{
    const uint8_t *p = segment->payload;
    uint32_t n = segment->payload_captured, line = 0;

    while (line < n && printable(p[line]))
        line++;

    bool whole = line == segment->payload_length || (line < n && (p[line] == '\r' || p[line] == '\n'));
    if (line == 0 || (!whole && line < TEXT_AT_LEAST))
        return;
    side->first_more = line > TT_LOG_FIRST_OCTETS || (!whole && line == n);
    side->first_octets = (uint8_t)(line < TT_LOG_FIRST_OCTETS ? line : TT_LOG_FIRST_OCTETS);
    memcpy(side->first, p, side->first_octets);
}

static void note_data(struct tt_log *log, const struct tt_segment *segment, const struct tt_step *step)
{
    struct tt_log_side *side = &log->side[step->from];
    struct tt_mark mark = {segment->frame->number, segment->frame->time};

    if (step->new_octets == 0)
        return;
    if (side->segments++ == 0) {
        side->first_data = mark;
        if (step->position <= 1)
            keep_first_line(side, segment);
    }
    side->last_data = mark;
    if (log->turns == 0 || log->turn_of != step->from) {
        log->turns++;
        log->turn_of = (uint8_t)step->from;
    }
}

static void note_window(struct tt_log *log, const struct tt_segment *segment, const struct tt_step *step)
{
    struct tt_log_side *side = &log->side[step->from];
    tt_ns time = segment->frame->time;
    bool zero = (step->notes & TT_STEP_ZERO_WINDOW) != 0;

    if (zero && !side->zero) {
        side->zero = true;
        side->zero_times++;
        side->zero_since = time;
    } else if (side->zero && segment->window != 0) {
        tt_ns closed = tt_span(side->zero_since, time);
        side->zero = false;
        side->zero_total = closed > INT64_MAX - side->zero_total ? INT64_MAX : side->zero_total + closed;
    }
}

static void note_fin(struct tt_log *log, const struct tt_segment *segment, const struct tt_step *step)
{
    if ((step->notes & TT_STEP_FIN_AGAIN) && segment->payload_length == 0)
        log->side[step->from].fins_again++;
}

enum tt_log_again_kind tt_log_again_kind(const struct tt_log_entry *entry)
{
    if (entry->icmp)
        return TT_LOG_AGAIN_KINDS;
    if (entry->notes & (TT_STEP_RETRANSMISSION | TT_STEP_OUT_OF_ORDER))
        return TT_LOG_AGAIN_DATA;
    if (entry->notes & TT_STEP_SYN_AGAIN)
        return TT_LOG_AGAIN_SYN;
    return entry->notes & TT_STEP_FIN_AGAIN && entry->length == 0 ? TT_LOG_AGAIN_FIN : TT_LOG_AGAIN_KINDS;
}

static void note_again(struct tt_log *log, const struct tt_log_entry *entry)
{
    enum tt_log_again_kind kind = tt_log_again_kind(entry);
    const struct tt_again *again = &entry->again;

    if (kind == TT_LOG_AGAIN_KINDS)
        return;
    struct tt_log_again *sums = &log->side[entry->from].again[kind];
    uint32_t *least = &sums->waits[again->loss].least_us, *most = &sums->waits[again->loss].most_us;

    *least = sums->of[again->loss] && *least < again->wait_us ? *least : again->wait_us;
    *most = *most > again->wait_us ? *most : again->wait_us;
    sums->of[again->loss]++;
    sums->needs[again->need]++;
    if (again->need == TT_NEED_NOT_DENIED)
        sums->places[again->place]++;
}

/* A later acknowledgement shows that a segment was sent in vain: nothing was lost then, or by the capture alone. */
static void note_denied(struct tt_log *log, const struct tt_step *step)
{
    for (uint32_t i = log->count; i-- > 0;) {
        struct tt_log_entry *entry = entry_at(log, i);
        enum tt_log_again_kind kind = tt_log_again_kind(entry);

        if (entry->frame != step->denied || kind == TT_LOG_AGAIN_KINDS || entry->again.need)
            continue;
        struct tt_log_again *sums = &log->side[entry->from].again[kind];
        sums->needs[TT_NEED_NOT_DENIED]--;
        sums->needs[step->again.need]++;
        sums->places[entry->again.place]--;
        sums->missed += entry->again.place == TT_PLACE_BEFORE;
        entry->again.need = step->again.need;
        return;
    }
}

static tt_ns pause_length(const struct tt_log_pause *pause)
{
    return tt_span(pause->before.time, pause->after.time);
}

static uint32_t shortest_pause(const struct tt_log *log)
{
    uint32_t shortest = 0;

    for (uint32_t i = 1; i < log->pause_count; i++)
        if (pause_length(&log->pauses[i]) < pause_length(&log->pauses[shortest]))
            shortest = i;
    return shortest;
}

static void note_pause(struct tt_log *log, struct tt_mark now)
{
    struct tt_log_pause pause = {{log->last_frame, log->last_time}, now};

    if (log->last_frame == 0 || pause_length(&pause) < TT_LOG_PAUSE_NS)
        return;
    if (log->pause_count == TT_LOG_PAUSES) {
        uint32_t shortest = shortest_pause(log);
        if (pause_length(&log->pauses[shortest]) >= pause_length(&pause))
            return;
        memmove(&log->pauses[shortest], &log->pauses[shortest + 1], (TT_LOG_PAUSES - 1 - shortest) * sizeof log->pauses[0]);
        log->pause_count--;
    }
    log->pauses[log->pause_count++] = pause;
}

static void note_back(struct tt_log *log, struct tt_mark now)
{
    tt_ns back = tt_span(now.time, log->last_time);

    if (log->last_frame == 0 || back <= log->back)
        return;
    log->back = back;
    log->back_frame = now.frame;
}

static void note_time(struct tt_log *log, struct tt_mark now)
{
    note_back(log, now);
    note_pause(log, now);
    if (log->last_frame == 0 || now.time > log->last_time) {
        log->last_time = now.time;
        log->last_frame = now.frame;
    }
}

static void entry_options(struct tt_log_entry *entry, const struct tt_segment *segment)
{
    struct tt_options options;

    if (segment->options_captured == 0)
        return;
    tt_options_read(segment, &options);
    if (options.present & TT_HAS_TIMESTAMPS) {
        entry->has_tsval = true;
        entry->tsval = options.tsval;
    }
}

int tt_log_segment(struct tt_log *log, const struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    (void)conn;
    if (!(step->notes & TT_STEP_DUPLICATE)) {
        note_time(log, (struct tt_mark){segment->frame->number, segment->frame->time});
        note_data(log, segment, step);
        note_window(log, segment, step);
        note_fin(log, segment, step);
    }

    const struct tt_log_entry now = {
        .frame = segment->frame->number,
        .time = segment->frame->time,
        .position = step->position,
        .ack = step->ack,
        .window = step->window < UINT32_MAX ? (uint32_t)step->window : UINT32_MAX,
        .length = segment->payload_length,
        .notes = step->notes,
        .rtt_us = step->rtt_us >= 0 && step->rtt_us < UINT32_MAX ? (uint32_t)step->rtt_us : UINT32_MAX,
        .flags = segment->flags,
        .from = (uint8_t)step->from,
        .again = step->again,
        .has_ack = (segment->flags & TT_ACK) != 0,
    };
    note_again(log, &now);
    if (step->notes & TT_STEP_DENIES_NEED)
        note_denied(log, step);

    struct tt_log_entry *entry = entry_next(log);
    if (!entry)
        return TT_ERR_NOMEM;
    *entry = now;
    entry_options(entry, segment);
    return 0;
}

int tt_log_rejection(struct tt_log *log, const struct tt_conn *conn, const struct tt_segment *segment, const struct tt_icmp *icmp)
{
    struct tt_log_entry *entry = entry_next(log);
    bool from_client = icmp->quoted.src_port == conn->client.port &&
                       memcmp(&icmp->quoted.src_addr, &conn->client.addr, sizeof conn->client.addr) == 0;

    if (!entry)
        return TT_ERR_NOMEM;
    *entry = (struct tt_log_entry){
        .frame = segment->frame->number,
        .time = segment->frame->time,
        .rtt_us = UINT32_MAX,
        .window = UINT32_MAX,
        .flags = (uint16_t)(icmp->type << 8 | icmp->code),
        .from = from_client ? TT_CLIENT : TT_SERVER,
        .icmp = true,
    };
    return 0;
}
