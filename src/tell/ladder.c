/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ladder.c - the segments between the two lifelines, time downwards.
 *
 * A row is: seconds since the first packet, the client's lifeline, the arrow with what the segment says, the server's lifeline, the
 * packet's number, and what the tracker noted.  Runs of plain data are folded into one arrow, silences are marked.
 */
#include "tell/tale.h"
#include "tell/units.h"

#define TIME_COLUMNS 11 /* at least: "1234.567890" */
#define PACKETS_COLUMNS 8
#define NOTE_SHARE 4 /* the notes get one part in this many of the page */
#define INNER_MIN 16
#define INNER_MAX 56
#define SILENCE TT_NS_PER_S
/* So many segments of data in one direction are folded. */
#define RUN_AT_LEAST 4

struct ladder {
    struct tale *tale;
    unsigned time;  /* columns of the seconds */
    unsigned inner; /* columns between the lifelines */
    unsigned notes; /* columns of the notes */
    tt_ns last;     /* of the row before */
};

/* ---- notes ------------------------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    uint32_t note;
    const char *words;
} note_words[] = {
    {TT_STEP_SYN_AGAIN,      TT_N_("SYN again")},
    {TT_STEP_RETRANSMISSION, TT_N_("sent again")},
    {TT_STEP_FIN_AGAIN,      TT_N_("FIN again")},
    {TT_STEP_OUT_OF_ORDER,   TT_N_("out of order")},
    {TT_STEP_AFTER_GAP,      TT_N_("something missing before")},
    {TT_STEP_DUPLICATE_ACK,  TT_N_("duplicate ACK")},
    {TT_STEP_ZERO_WINDOW,    TT_N_("window closed")},
    {TT_STEP_WINDOW_UPDATE,  TT_N_("window update")},
    {TT_STEP_KEEPALIVE,      TT_N_("keep-alive")},
    {TT_STEP_KEEPALIVE_ACK,  TT_N_("keep-alive answer")},
    {TT_STEP_WINDOW_PROBE,   TT_N_("window probe")},
    {TT_STEP_DUPLICATE,      TT_N_("copy by the capture")},
    {TT_STEP_ACKED_UNSEEN,   TT_N_("acknowledges the uncaptured")},
    {TT_STEP_OUT_OF_WINDOW,  TT_N_("outside the window")},
    {TT_STEP_OLD_DUPLICATE,  TT_N_("old duplicate")},
    {TT_STEP_UNASKED_ACK,    TT_N_("ACK unasked for")},
    {TT_STEP_STRAY_SYN,      TT_N_("SYN of another connection")},
    {TT_STEP_DENIES_NEED,    TT_N_("shows that it had it already")},
    {TT_STEP_RESET_OBEYED,   TT_N_("ends the connection")},
    {TT_STEP_RESET_IGNORED,  TT_N_("reset not obeyed")},
};
/* clang-format on */

/* Notes that go without saying, and those that do not keep a segment out of a run. */
#define SILENT_NOTES ((uint32_t)(TT_STEP_NEW_DATA | TT_STEP_FIRST_OF_CONNECTION))
#define PLAIN_NOTES (SILENT_NOTES | (uint32_t)TT_STEP_WINDOW_UPDATE)

static void put_notes(struct tt_text *text, const struct tt_tongue *tongue, uint32_t notes)
{
    bool any = false;

    for (size_t i = 0; i < sizeof note_words / sizeof note_words[0]; i++) {
        if (!(notes & note_words[i].note))
            continue;
        if (any)
            tt_say(text, tongue, TT_N_(", "), NULL, 0);
        tt_say(text, tongue, note_words[i].words, NULL, 0);
        any = true;
    }
}

/* ---- labels ------------------------------------------------------------------------------------------------------ */

/* Between two things of a label, which has a text of its own. */
static void put_space(struct tt_text *text)
{
    if (text->at > text->start)
        tt_text_char(text, ' ');
}

static void put_flags(struct tt_text *text, uint16_t flags)
{
    static const struct {
        uint16_t flag;
        const char *word;
    } rows[] = {
#define LADDER_FLAG(name, value, word) {value, word},
        TT_FLAGS(LADDER_FLAG)
#undef LADDER_FLAG
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((flags & rows[i].flag) && rows[i].flag != TT_ACK) {
            put_space(text);
            tt_text_string(text, rows[i].word);
        }
}

static void put_positions(struct tt_text *text, const struct tt_log_entry *entry)
{
    if (entry->length == 0 && !(entry->flags & (TT_SYN | TT_FIN | TT_RST)))
        return;
    put_space(text);
    tt_text_u64(text, entry->position);
    if (entry->length) {
        tt_text_char(text, ':');
        tt_text_u64(text, entry->position + entry->length);
    }
}

/* How much a label says: on a narrow page the least important goes first. */
enum detail { DETAIL_FLAGS, DETAIL_POSITIONS, DETAIL_ACK, DETAIL_SIZE };

/* "PSH 1:43 ACK 1  42 B": each flag before the number that it is about. */
static void put_segment(struct tt_text *text, const struct tt_log_entry *entry, enum detail detail)
{
    put_flags(text, entry->flags);
    if (detail >= DETAIL_POSITIONS)
        put_positions(text, entry);
    if (entry->has_ack && (detail >= DETAIL_ACK || entry->length == 0)) {
        put_space(text);
        tt_text_string(text, "ACK ");
        tt_text_u64(text, entry->ack);
    }
    if (entry->length && detail >= DETAIL_SIZE) {
        tt_text_string(text, "  ");
        tt_put_size(text, entry->length);
    }
}

static void put_label(struct tt_scratch *label, const struct tt_log_entry *entry, unsigned room)
{
    struct tt_text *text = tt_scratch_init(label);

    if (entry->icmp) {
        tt_text_string(text, "ICMP type ");
        tt_text_u64(text, entry->flags >> 8);
        tt_text_string(text, " code ");
        tt_text_u64(text, entry->flags & 0xff);
        return;
    }
    for (unsigned detail = DETAIL_SIZE;; detail--) {
        put_segment(tt_scratch_init(label), entry, (enum detail)detail);
        if (detail == DETAIL_FLAGS || tt_scratch_width(label) <= room)
            return;
    }
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static void put_lines(struct tt_text *text, const char *rune, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        tt_text_string(text, rune);
}

/* The columns of the arrow that a label may take. */
static unsigned label_room(const struct ladder *ladder)
{
    return ladder->inner - 6;
}

/* The arrow from end to end with the label on it. */
static void put_arrow(struct ladder *ladder, unsigned from, const struct tt_scratch *label)
{
    struct tt_text *text = &ladder->tale->said;
    unsigned width = tt_scratch_width(label), room = label_room(ladder);
    unsigned shown = width < room ? width : room;

    tt_text_string(text, from == TT_CLIENT ? "── " : "◀─ ");
    tt_put_cell(text, label, shown, TT_ALIGN_LEFT, ladder->tale->style->ascii);
    tt_text_char(text, ' ');
    put_lines(text, "─", ladder->inner - 5 - shown);
    tt_text_string(text, from == TT_CLIENT ? "▶" : "─");
}

/* Seconds with 6 decimals, right-aligned. */
static void put_offset(struct ladder *ladder, tt_ns time)
{
    tt_ns offset = tt_span(ladder->tale->conn->first, time);
    struct tt_scratch scratch;
    struct tt_text *text = tt_scratch_init(&scratch);

    tt_text_u64(text, (uint64_t)(offset / TT_NS_PER_S));
    tt_text_char(text, '.');
    tt_text_u64_padded(text, (uint64_t)(offset % TT_NS_PER_S / TT_NS_PER_US), 6);
    tt_put_cell(&ladder->tale->said, &scratch, ladder->time, TT_ALIGN_RIGHT, ladder->tale->style->ascii);
}

static void put_packets(struct ladder *ladder, uint64_t first, uint64_t last)
{
    struct tt_scratch scratch;
    struct tt_text *text = tt_scratch_init(&scratch);

    tt_text_u64(text, first);
    if (last != first) {
        tt_text_string(text, "–");
        tt_text_u64(text, last);
    }
    if (tt_scratch_width(&scratch) <= PACKETS_COLUMNS)
        tt_put_cell(&ladder->tale->said, &scratch, PACKETS_COLUMNS, TT_ALIGN_RIGHT, ladder->tale->style->ascii);
    else
        tt_text_put(&ladder->tale->said, text->start, (size_t)(text->at - text->start));
}

/* How many octets of a note fit beside the ladder: whole words. */
static size_t note_part(const char *octets, size_t n, unsigned columns)
{
    return tale_fitting(octets, n, columns);
}

static void put_rest_of_note(struct ladder *ladder, const char *octets, size_t n)
{
    struct tt_text *text = &ladder->tale->said;

    while (n) {
        size_t part = note_part(octets, n, ladder->notes);

        tt_text_repeat(text, ' ', ladder->time + 1);
        tt_text_string(text, "│");
        tt_text_repeat(text, ' ', ladder->inner);
        tt_text_string(text, "│");
        tt_text_repeat(text, ' ', PACKETS_COLUMNS + 2);
        tt_text_put(text, octets, part);
        tale_page_raw(ladder->tale);
        octets += part;
        n -= part;
    }
}

/* A row: an arrow with its label, the packets that it stands for, what there is to note. */
static void put_row(struct ladder *ladder, const struct tt_log_entry *entry, const struct tt_scratch *label, uint64_t last,
                    uint32_t notes)
{
    struct tt_text *text = &ladder->tale->said;
    struct tt_scratch scratch;
    struct tt_text *note = tt_scratch_init(&scratch);

    if (entry->icmp)
        tt_say(note, &ladder->tale->style->tongue,
               tale_icmp_words(ladder->tale->conn->client.ip_version, entry->flags >> 8, entry->flags & 0xff), NULL, 0);
    else
        put_notes(note, &ladder->tale->style->tongue, notes);
    if (notes)
        tale_put_again(ladder->tale, note, entry);
    size_t n = (size_t)(note->at - note->start), part = note_part(note->start, n, ladder->notes);

    put_offset(ladder, entry->time);
    tt_text_string(text, " │");
    /* An ICMP error comes from the way, and goes to the end whose segment it quotes. */
    put_arrow(ladder, entry->icmp ? 1u - entry->from : entry->from, label);
    tt_text_string(text, "│");
    put_packets(ladder, entry->frame, last);
    if (n) {
        tt_text_string(text, "  ");
        tt_text_put(text, note->start, part);
    }
    tale_page_raw(ladder->tale);
    put_rest_of_note(ladder, note->start + part, n - part);
}

/* A sentence between the lifelines, in the middle. */
static void put_between(struct ladder *ladder, const struct tt_scratch *words)
{
    struct tt_text *text = &ladder->tale->said;
    unsigned width = tt_scratch_width(words), left = width < ladder->inner ? (ladder->inner - width) / 2 : 0;

    tt_text_repeat(text, ' ', ladder->time + 1);
    tt_text_string(text, "│");
    tt_text_repeat(text, ' ', left);
    tt_put_cell(text, words, ladder->inner - left, TT_ALIGN_LEFT, ladder->tale->style->ascii);
    tt_text_string(text, "│");
    tale_page_raw(ladder->tale);
}

static void put_silence(struct ladder *ladder, tt_ns time)
{
    tt_ns silence = tt_span(ladder->last, time);
    struct tt_scratch words;
    struct tt_text *text = tt_scratch_init(&words);

    if (ladder->last == 0 || silence < SILENCE)
        return;
    struct tt_fill fill = tale_time(ladder->tale, "time", silence);
    tt_say(text, &ladder->tale->style->tongue, TT_N_("··· {time} silence ···"), &fill, 1);
    ladder->tale->scratch.at = ladder->tale->scratch.start;
    put_between(ladder, &words);
}

static void put_folded(struct ladder *ladder)
{
    struct tt_scratch words;
    struct tt_text *text = tt_scratch_init(&words);
    uint64_t n = ladder->tale->log->folded;
    struct tt_fill fill = tale_number("n", n);

    tt_say_many(text, &ladder->tale->style->tongue, TT_NN_("··· {n} packet left out ···", "··· {n} packets left out ···"), n, &fill,
                1);
    put_between(ladder, &words);
}

/* ---- runs of data ------------------------------------------------------------------------------------------------ */

static bool is_plain(const struct tt_log_entry *entry)
{
    return !entry->icmp && (entry->flags & ~(TT_ACK | TT_PSH)) == 0 && (entry->notes & ~PLAIN_NOTES) == 0;
}

/* Plain data of one end and the bare acknowledgements between. */
struct run {
    uint32_t end; /* the first entry behind it */
    uint64_t data_segments, octets, position, acks, ack;
    const struct tt_log_entry *last_data, *first_ack, *last_ack;
};

static void run_of(const struct tt_log *log, uint32_t i, struct run *ret)
{
    const struct tt_log_entry *first = tt_log_at(log, i);
    uint32_t first_at = i;

    *ret = (struct run){.end = i};
    for (; i < log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(log, i);

        if (entry->notes & TT_STEP_DUPLICATE && i != first_at) /* the capture's own copies break no run */
            continue;
        if (!is_plain(entry) || (entry->length == 0) == (entry->from == first->from))
            return;
        if (log->folded && i == log->folded_at && i != ret->end)
            return;
        if (ret->last_data && tt_span(ret->last_data->time, entry->time) >= SILENCE)
            return;
        if (entry->from == first->from) {
            ret->data_segments++;
            ret->octets += entry->length;
            ret->position = entry->position + entry->length;
            ret->last_data = entry;
        } else {
            ret->first_ack = ret->first_ack ? ret->first_ack : entry;
            ret->last_ack = entry;
            ret->ack = entry->ack;
            ret->acks++;
        }
        ret->end = i + 1;
    }
}

static void put_run_label(struct ladder *ladder, const struct run *run, const struct tt_log_entry *first, struct tt_scratch *label)
{
    struct tt_text *text = tt_scratch_init(label);
    struct tt_fill fills[] = {
        tale_number("from", first->position),
        tale_number("to", run->position),
        tale_number("n", run->data_segments),
        tale_size(ladder->tale, "size", run->octets),
    };

    tt_say_many(text, &ladder->tale->style->tongue, TT_NN_("{from}:{to}  {n} segment, {size}", "{from}:{to}  {n} segments, {size}"),
                run->data_segments, fills, sizeof fills / sizeof fills[0]);
    ladder->tale->scratch.at = ladder->tale->scratch.start;
}

static void put_run(struct ladder *ladder, const struct run *run, const struct tt_log_entry *first)
{
    struct tt_scratch label;

    put_run_label(ladder, run, first, &label);
    put_row(ladder, first, &label, run->last_data->frame, 0);
    ladder->last = run->last_data->time;
    if (run->acks == 0)
        return;

    struct tt_fill fills[] = {tale_number("ack", run->ack), tale_number("n", run->acks)};
    if (run->acks == 1)
        put_label(&label, run->last_ack, label_room(ladder));
    else
        tt_say_many(tt_scratch_init(&label), &ladder->tale->style->tongue,
                    TT_NN_("ACK {ack}  {n} segment", "ACK {ack}  {n} segments"), run->acks, fills, 2);
    put_row(ladder, run->first_ack, &label, run->last_ack->frame, 0);
    if (tt_span(ladder->last, run->last_ack->time) > 0)
        ladder->last = run->last_ack->time;
}

/* ---- the ladder -------------------------------------------------------------------------------------------------- */

static void put_entry(struct ladder *ladder, const struct tt_log_entry *entry)
{
    struct tt_scratch label;

    put_label(&label, entry, label_room(ladder));
    put_row(ladder, entry, &label, entry->frame, entry->notes & ~SILENT_NOTES);
    ladder->last = entry->time;
}

/* Puts what begins at the entry i; where the next row begins. */
static uint32_t put_next(struct ladder *ladder, uint32_t i)
{
    const struct tt_log_entry *entry = tt_log_at(ladder->tale->log, i);
    struct run run;

    put_silence(ladder, entry->time);
    run_of(ladder->tale->log, i, &run);
    if (run.data_segments >= RUN_AT_LEAST) {
        put_run(ladder, &run, entry);
        return run.end;
    }
    put_entry(ladder, entry);
    return i + 1;
}

/* Who stands at which lifeline; an address that does not fit between them gets a line of its own. */
static void put_heads(struct ladder *ladder)
{
    struct tale *tale = ladder->tale;
    struct tt_text *text = &tale->said;
    struct tt_scratch client, server;
    struct tt_fill who = tale_who(tale, "who", TT_CLIENT);

    tt_say(tt_scratch_init(&client), &tale->style->tongue, TT_N_("{who} "), &who, 1);
    tt_text_endpoint(&client.text, &tale->conn->client);
    tt_text_endpoint(tt_scratch_init(&server), &tale->conn->server);
    who = tale_who(tale, "who", TT_SERVER);
    tt_say(&server.text, &tale->style->tongue, TT_N_(" {who}"), &who, 1);
    tale->scratch.at = tale->scratch.start;

    unsigned left = tt_scratch_width(&client), right = tt_scratch_width(&server), whole = ladder->inner + 2;

    tt_text_repeat(text, ' ', ladder->time + 1);
    tt_text_put(text, client.text.start, (size_t)(client.text.at - client.text.start));
    if (left + right + 2 > whole) {
        tale_page_raw(tale);
        tt_text_repeat(text, ' ', ladder->time + 1);
        left = 0;
    }
    tt_text_repeat(text, ' ', whole > left + right ? whole - left - right : 0);
    tt_text_put(text, server.text.start, (size_t)(server.text.at - server.text.start));
    tale_page_raw(tale);
}

/* The seconds of the longest offset, with their six decimals. */
static unsigned time_columns(const struct tt_conn *conn)
{
    uint64_t seconds = (uint64_t)(tt_span(conn->first, conn->last) / TT_NS_PER_S);
    unsigned columns = 8;

    for (; seconds >= 10; seconds /= 10)
        columns++;
    return columns > TIME_COLUMNS ? columns : TIME_COLUMNS;
}

static void ladder_init(struct ladder *ladder, struct tale *tale)
{
    unsigned notes = tale->columns / NOTE_SHARE, time = time_columns(tale->conn);
    unsigned taken = time + 1 + 2 + PACKETS_COLUMNS + 2 + notes;
    unsigned inner = tale->columns > taken + INNER_MIN ? tale->columns - taken : INNER_MIN;

    *ladder = (struct ladder){.tale = tale, .time = time, .notes = notes, .inner = inner < INNER_MAX ? inner : INNER_MAX};
}

void tale_ladder(struct tale *tale)
{
    struct ladder ladder;

    if (!tale->log)
        return;
    ladder_init(&ladder, tale);
    tt_text_char(tale->out, '\n');
    put_heads(&ladder);
    for (uint32_t i = 0; i < tale->log->count;) {
        if (tale->log->folded && i == tale->log->folded_at)
            put_folded(&ladder);
        i = put_next(&ladder, i);
    }
    if (tale->log->folded && tale->log->folded_at == tale->log->count)
        put_folded(&ladder);
}
