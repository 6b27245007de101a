/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * summary_text.c - the summary for people: parts with a label in front, the likeliest question first.
 *
 * A part that has nothing to say is left out.  Every line is cut at the terminal's width.
 */
#include "base/utf8.h"
#include "tell/phrases.h"
#include "tell/summary.h"
#include "tell/units.h"

#define COLUMNS_DEFAULT 100
#define COLUMNS_MIN 60
#define COMMAND_COLUMNS 43 /* of "tcptale tell --conn N " with the longest N */
#define FILLS_MAX 6

enum part { PART_CAPTURE, PART_OPENED, PART_ENDED, PART_BY, PART_WHY, PART_HOSTS, PART_PORTS, PART_LOST, PART_TOOK, PART_BESIDES };

static const char *const labels[] = {
    [PART_CAPTURE] = TT_N_("capture"), [PART_OPENED] = TT_N_("opened"), [PART_ENDED] = TT_N_("ended"),
    [PART_BY] = TT_N_("by"),           [PART_WHY] = TT_N_("why"),       [PART_HOSTS] = TT_N_("senders"),
    [PART_PORTS] = TT_N_("ports"),     [PART_LOST] = TT_N_("lost"),     [PART_TOOK] = TT_N_("took"),
    [PART_BESIDES] = TT_N_("besides"),
};

#define PARTS (sizeof labels / sizeof labels[0])

/* The page under way, and the line that is being made: its pieces are rendered into one scratch, `fills` views them. */
struct page {
    const struct tt_summary *summary;
    const struct tt_summary_context *context;
    const struct tt_style *style;
    struct tt_text *text;
    unsigned columns, label_columns;
    const char *label; /* of the next line; NULL: none */
    unsigned fill_count;
    struct tt_fill fills[FILLS_MAX];
    struct tt_scratch pieces;
    struct tt_scratch line;
};

/* ---- lines ---------------------------------------------------------------------------------------------- */

static void page_init(struct page *page)
{
    page->columns = page->style->columns ? page->style->columns : COLUMNS_DEFAULT;
    if (page->columns < COLUMNS_MIN)
        page->columns = COLUMNS_MIN;
    page->label_columns = 0;
    for (unsigned i = 0; i < PARTS; i++) {
        tt_say(tt_scratch_init(&page->line), &page->style->tongue, labels[i], NULL, 0);
        if (tt_scratch_width(&page->line) > page->label_columns)
            page->label_columns = tt_scratch_width(&page->line);
    }
    page->label_columns += 2;
}

static void begin_part(struct page *page, enum part part)
{
    page->label = labels[part];
}

static void begin_line(struct page *page)
{
    page->fill_count = 0;
    tt_scratch_init(&page->pieces);
    tt_scratch_init(&page->line);
}

/* A line that is finished: with the part's label when it is the first of its part. */
static void end_line(struct page *page)
{
    unsigned room = page->columns - page->label_columns;
    unsigned width = tt_scratch_width(&page->line);

    tt_scratch_init(&page->pieces);
    if (page->label)
        tt_say(&page->pieces.text, &page->style->tongue, page->label, NULL, 0);
    page->label = NULL;
    tt_text_string(page->text, page->style->colour ? "\033[1m" : "");
    tt_put_cell(page->text, &page->pieces, page->label_columns, TT_ALIGN_LEFT, page->style->ascii);
    tt_text_string(page->text, page->style->colour ? "\033[0m" : "");
    tt_put_cell(page->text, &page->line, width < room ? width : room, TT_ALIGN_LEFT, page->style->ascii);
    tt_text_char(page->text, '\n');
}

/* Names what was put into the pieces since `from`. */
static void fill(struct page *page, const char *name, const char *from)
{
    assert(page->fill_count < FILLS_MAX);
    page->fills[page->fill_count++] = (struct tt_fill){name, from, (size_t)(page->pieces.text.at - from), 0};
}

static void fill_count(struct page *page, const char *name, uint64_t n)
{
    const char *from = page->pieces.text.at;

    tt_put_count(&page->pieces.text, n);
    fill(page, name, from);
}

static void fill_size(struct page *page, const char *name, uint64_t octets)
{
    const char *from = page->pieces.text.at;

    tt_put_size(&page->pieces.text, octets);
    fill(page, name, from);
}

static void fill_share(struct page *page, const char *name, uint64_t part, uint64_t whole)
{
    const char *from = page->pieces.text.at;

    tt_put_share(&page->pieces.text, part, whole);
    fill(page, name, from);
}

static void fill_duration(struct page *page, const char *name, tt_ns duration)
{
    const char *from = page->pieces.text.at;

    tt_put_duration(&page->pieces.text, duration, page->style->ascii);
    fill(page, name, from);
}

static void end_sentence(struct page *page, const char *sentence)
{
    tt_say(&page->line.text, &page->style->tongue, sentence, page->fills, page->fill_count);
    end_line(page);
}

static void end_sentence_many(struct page *page, uint64_t n, const char *one, const char *many)
{
    tt_say_many(&page->line.text, &page->style->tongue, one, many, n, page->fills, page->fill_count);
    end_line(page);
}

/* "{n} …" when there is any. */
static void counted(struct page *page, uint64_t n, const char *one, const char *many)
{
    if (n == 0)
        return;
    begin_line(page);
    fill_count(page, "n", n);
    end_sentence_many(page, n, one, many);
}

/* ---- the capture ---------------------------------------------------------------------------------------- */

/* A file's name may hold anything: nothing that a terminal obeys reaches it. */
static void put_source(struct tt_text *text, const char *source)
{
    size_t n = strlen(source);

    for (size_t i = 0; i < n;) {
        uint32_t rune;
        unsigned length = tt_utf8_next(source + i, n - i, &rune);
        bool shown = length && rune >= ' ' && rune != 0x7f && (rune < 0x80 || rune >= 0xa0);

        if (shown)
            tt_text_put(text, source + i, length);
        else
            tt_text_char(text, '?');
        i += length ? length : 1;
    }
}

static void put_connections(struct page *page)
{
    uint64_t n = page->summary->connections;

    begin_line(page);
    fill_count(page, "n", n);
    tt_say_many(&page->line.text, &page->style->tongue, "{n} connection", "{n} connections", n, page->fills, page->fill_count);
    if (n > 1) {
        fill_count(page, "at_once", page->context->track.at_once);
        tt_say(&page->line.text, &page->style->tongue, TT_N_(", at most {at_once} at once"), page->fills, page->fill_count);
    }
    end_line(page);
}

static void put_span(struct page *page)
{
    const struct tt_summary *summary = page->summary;
    const char *from;

    begin_line(page);
    from = page->pieces.text.at;
    tt_put_moment(&page->pieces.text, summary->first, &page->style->zone, 0);
    fill(page, "when", from);
    fill_duration(page, "duration", summary->last - summary->first);
    end_sentence(page, TT_N_("from {when} on, for {duration}"));
}

static void put_capture(struct page *page)
{
    const struct tt_summary *summary = page->summary;

    begin_part(page, PART_CAPTURE);
    begin_line(page);
    put_source(&page->line.text, page->context->source);
    end_line(page);
    begin_line(page);
    fill_count(page, "packets", page->context->frames);
    fill_count(page, "tcp", page->context->track.segments);
    fill_size(page, "ip_bytes", summary->ip_bytes);
    fill_size(page, "bytes", summary->bytes);
    end_sentence(page, TT_N_("{packets} packets, {tcp} of them TCP; {bytes} of data in {ip_bytes}"));
    put_connections(page);
    if (summary->connections)
        put_span(page);
}

/* ---- words and how often -------------------------------------------------------------------------------- */

#define NAME_COLUMNS 28
#define COUNT_COLUMNS 14
#define SHARE_COLUMNS 7

/* A row of a small table: the words, the number, the share. */
static void put_row(struct page *page, const char *words, uint64_t count, uint64_t whole)
{
    struct tt_text *line;

    begin_line(page);
    line = &page->line.text;
    tt_say(&page->pieces.text, &page->style->tongue, words, NULL, 0);
    tt_put_cell(line, &page->pieces, NAME_COLUMNS, TT_ALIGN_LEFT, page->style->ascii);
    tt_put_count(tt_scratch_init(&page->pieces), count);
    tt_put_cell(line, &page->pieces, COUNT_COLUMNS, TT_ALIGN_RIGHT, page->style->ascii);
    tt_put_share(tt_scratch_init(&page->pieces), count, whole);
    tt_put_cell(line, &page->pieces, SHARE_COLUMNS, TT_ALIGN_RIGHT, page->style->ascii);
    end_line(page);
}

static void put_endings(struct page *page)
{
    const struct tt_summary *summary = page->summary;

    begin_part(page, PART_OPENED);
    for (enum tt_opening i = 0; i < TT_OPENING_COUNT; i++)
        if (summary->opening[i])
            put_row(page, tt_opening_phrase(i), summary->opening[i], summary->connections);
    begin_part(page, PART_ENDED);
    for (enum tt_ending i = 0; i < TT_ENDING_COUNT; i++)
        if (summary->ending[i])
            put_row(page, tt_ending_kind_phrase(i), summary->ending[i], summary->connections);
    begin_part(page, PART_BY);
    for (enum tt_ender i = 0; i < TT_ENDER_COUNT; i++)
        if (summary->ended_by[i])
            put_row(page, tt_ender_phrase(i), summary->ended_by[i], summary->connections);
    if (summary->forged)
        put_row(page, TT_N_("with forged packets"), summary->forged, summary->connections);
}

/* Causes that say more than the ending. */
static void put_causes(struct page *page)
{
    const struct tt_summary *summary = page->summary;

    begin_part(page, PART_WHY);
    for (enum tt_cause i = 0; i < TT_CAUSE_COUNT; i++)
        if (summary->cause[i] && tt_cause_phrase(i))
            put_row(page, tt_cause_phrase(i), summary->cause[i], summary->connections);
    if (summary->cause[TT_CAUSE_UNKNOWN])
        put_row(page, TT_N_("not known"), summary->cause[TT_CAUSE_UNKNOWN], summary->connections);
}

/* ---- the busiest ---------------------------------------------------------------------------------------- */

static void put_name(struct tt_text *text, const struct tt_endpoint *name, const struct tt_style *style)
{
    const char *word;

    if (name->ip_version) {
        word = style->host ? style->host(style->names_ctx, name) : NULL;
        if (word)
            put_source(text, word);
        else
            tt_text_addr(text, &name->addr, name->ip_version);
        return;
    }
    tt_text_u64(text, name->port);
    word = style->service ? style->service(style->names_ctx, name->port) : NULL;
    if (word) {
        tt_text_string(text, " (");
        tt_text_string(text, word);
        tt_text_char(text, ')');
    }
}

static void put_busiest(struct page *page, enum part part, const struct tt_sketch *sketch)
{
    const struct tt_counter *top[TT_SUMMARY_TOP];
    unsigned n = tt_sketch_top(sketch, top, TT_SUMMARY_TOP);

    begin_part(page, part);
    for (unsigned i = 0; i < n; i++) {
        uint64_t at_least = top[i]->count - top[i]->error;
        struct tt_text *line = &page->line.text;

        if (sketch->replaced && at_least < page->summary->bytes / 1000)
            break; /* too little to tell from those that are forgotten */
        begin_line(page);
        put_name(&page->pieces.text, &top[i]->name, page->style);
        tt_put_cell(line, &page->pieces, NAME_COLUMNS + COUNT_COLUMNS - 8, TT_ALIGN_LEFT, page->style->ascii);
        tt_put_size(tt_scratch_init(&page->pieces), at_least);
        tt_put_cell(line, &page->pieces, 8, TT_ALIGN_RIGHT, page->style->ascii);
        tt_put_share(tt_scratch_init(&page->pieces), at_least, page->summary->bytes);
        tt_put_cell(line, &page->pieces, SHARE_COLUMNS, TT_ALIGN_RIGHT, page->style->ascii);
        end_line(page);
    }
    if (n && sketch->replaced) {
        begin_line(page);
        end_sentence(page, TT_N_("at least: there are more of them than are remembered"));
    }
}

/* ---- what was lost, and how long it took ---------------------------------------------------------------- */

static void put_retransmissions(struct page *page)
{
    const struct tt_summary *summary = page->summary;

    if (summary->retransmitted_packets == 0)
        return;
    begin_line(page);
    fill_count(page, "n", summary->retransmitted_packets);
    fill_share(page, "share", summary->retransmitted_packets, summary->packets);
    fill_size(page, "bytes", summary->retransmitted_bytes);
    fill_share(page, "bytes_share", summary->retransmitted_bytes, summary->bytes);
    end_sentence_many(page, summary->retransmitted_packets,
                      TT_NN_("{n} packet sent again ({share}), {bytes} of data ({bytes_share})",
                             "{n} packets sent again ({share}), {bytes} of data ({bytes_share})"));
}

static void put_lost(struct page *page)
{
    const struct tt_summary *summary = page->summary;

    begin_part(page, PART_LOST);
    put_retransmissions(page);
    counted(page, summary->out_of_order, TT_NN_("{n} packet out of order", "{n} packets out of order"));
    if (summary->gap_bytes) {
        begin_line(page);
        fill_size(page, "bytes", summary->gap_bytes);
        end_sentence(page, TT_N_("{bytes} acknowledged but not captured"));
    }
    counted(page, summary->zero_windows, TT_NN_("{n} packet that offers no window", "{n} packets that offer no window"));
    counted(page, summary->bad_checksums, TT_NN_("{n} packet with a wrong checksum", "{n} packets with a wrong checksum"));
    if (summary->bytes_lost) {
        begin_line(page);
        fill_size(page, "bytes", summary->bytes_lost);
        end_sentence(page, TT_N_("{bytes} sent that the other end can no longer get"));
    }
    if (page->label && summary->connections) {
        begin_line(page);
        end_sentence(page, TT_N_("nothing"));
    }
}

static void put_quartiles(struct page *page, const struct tt_histogram *histogram, const char *sentence)
{
    static const char *const names[] = {"", "quarter", "half", "three_quarters"};

    if (histogram->total == 0)
        return;
    begin_line(page);
    for (unsigned i = 1; i <= 3; i++)
        fill_duration(page, names[i], (tt_ns)tt_histogram_quartile(histogram, i) * TT_NS_PER_US);
    end_sentence(page, sentence);
}

static void put_besides(struct page *page)
{
    const struct tt_summary_context *context = page->context;

    begin_part(page, PART_BESIDES);
    counted(page, context->track.not_tcp, TT_NN_("{n} packet that is not TCP", "{n} packets that are not TCP"));
    counted(page, context->track.icmp_errors, TT_NN_("{n} ICMP error about TCP", "{n} ICMP errors about TCP"));
    counted(page, context->track.fragments,
            TT_NN_("{n} IP fragment, which has no TCP header", "{n} IP fragments, which have no TCP header"));
    counted(page, context->track.duplicates,
            TT_NN_("{n} copy that the capture made, not counted", "{n} copies that the capture made, not counted"));
    if (context->dropped != UINT64_MAX)
        counted(page, context->dropped, TT_NN_("{n} packet dropped by the capture", "{n} packets dropped by the capture"));
    counted(page, context->track.limited_connections,
            TT_NN_("{n} connection ended early: too many at once to remember",
                   "{n} connections ended early: too many at once to remember"));
    counted(page, context->track.limited_ranges,
            TT_NN_("{n} hole in the data forgotten: too many to remember",
                   "{n} holes in the data forgotten: too many to remember"));
    page->label = NULL;
}

/* ---- the worst ------------------------------------------------------------------------------------------ */

/* The source as a word of a command line; "FILE" when a shell would take it for more, or it does not fit. */
static void put_operand(struct tt_text *text, const char *source, size_t columns)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+:@%-";
    size_t n = strlen(source);
    bool is_plain = n && n <= columns && *source != '-' && strspn(source, plain) == n;

    tt_text_string(text, is_plain ? source : "FILE");
}

static void put_worst(struct page *page)
{
    const struct tt_summary *summary = page->summary;

    if (summary->worst_count == 0)
        return;
    tt_text_char(page->text, '\n');
    tt_table_header(page->style, page->text);
    for (unsigned i = 0; i < summary->worst_count; i++)
        tt_table_row(&summary->worst[i]->conn, &summary->worst[i]->verdict, page->style, page->text);
    if (page->context->live) {
        tt_say(page->text, &page->style->tongue, TT_N_("These ended worst."), NULL, 0);
        tt_text_char(page->text, '\n');
        return;
    }
    tt_say(page->text, &page->style->tongue, TT_N_("These ended worst.  The story of one:"), NULL, 0);
    tt_text_string(page->text, "\n  tcptale tell --conn ");
    tt_text_u64(page->text, summary->worst[0]->conn.id);
    tt_text_char(page->text, ' ');
    put_operand(page->text, page->context->source, page->columns - COMMAND_COLUMNS);
    tt_text_char(page->text, '\n');
}

void tt_summary_text(const struct tt_summary *summary, const struct tt_summary_context *context, const struct tt_style *style,
                     struct tt_text *text)
{
    struct page page = {.summary = summary, .context = context, .style = style, .text = text};

    page_init(&page);
    put_capture(&page);
    put_endings(&page);
    put_causes(&page);
    put_busiest(&page, PART_HOSTS, &summary->hosts);
    put_busiest(&page, PART_PORTS, &summary->ports);
    put_lost(&page);
    begin_part(&page, PART_TOOK);
    put_quartiles(&page, &summary->handshake_us, TT_N_("handshakes: 25% within {quarter}, 50% {half}, 75% {three_quarters}"));
    put_quartiles(&page, &summary->duration_us, TT_N_("connections: 25% within {quarter}, 50% {half}, 75% {three_quarters}"));
    put_besides(&page);
    if (!context->without_worst)
        put_worst(&page);
}
