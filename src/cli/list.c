/* SPDX-License-Identifier: BSD-2-Clause */
/* list.c - tcptale list: a line a connection, or the whole capture at a glance. */
#include "cli/command.h"

#include <inttypes.h>
#include <stddef.h>

#include <tcptale/tell.h>

#include "cli/follow.h"
#include "cli/order.h"
#include "cli/output.h"
#include "cli/select.h"
#include "cli/summary.h"
#include "cli/terminal.h"

struct list {
    const struct cli_settings *settings;
    struct cli_source source;
    struct tt_style style;
    struct tt_text *text;
    struct tt_summary *summary; /* NULL: not wanted */
    struct cli_order *order;    /* NULL: as they finish */
    struct cli_idset chosen;    /* for -w; empty without */
    bool all, prints, remembers;
    bool opened; /* the conn.log has its header */
};

static void print(struct list *list, const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    switch ((enum cli_format)list->settings->format) {
    case CLI_FORMAT_PEOPLE:
        tt_table_row(conn, verdict, &list->style, list->text);
        break;
    case CLI_FORMAT_JSON:
        tt_record_json(conn, verdict, list->text);
        break;
    case CLI_FORMAT_CSV:
        tt_record_csv(conn, verdict, list->text);
        break;
    case CLI_FORMAT_ZEEK: /* by log_row() */
        break;
    }
}

/* Behind the ring: the verdict is made again, which costs less than keeping it. */
static void emit(void *ctx, struct tt_conn *conn)
{
    struct tt_verdict verdict;

    tt_judge(conn, &verdict);
    print(ctx, conn, &verdict);
}

static void line(struct list *list, const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    if (!list->prints)
        return;
    if (list->order) {
        cli_source_fail(&list->source, cli_order_put(list->order, conn));
        return;
    }
    print(list, conn, verdict);
    (void)tt_text_flush(list->text);
}

static void finished(void *ctx, struct tt_conn *conn)
{
    struct list *list = ctx;
    struct tt_verdict verdict;

    tt_judge(conn, &verdict);
    if (!list->all && !cli_selects(&list->settings->selection, conn, &verdict, list->source.last)) {
        if (list->order)
            cli_order_skip(list->order, conn->id);
        return;
    }
    if (list->summary)
        cli_source_fail(&list->source, tt_summary_add(list->summary, conn, &verdict));
    if (list->remembers)
        cli_source_fail(&list->source, cli_idset_add(&list->chosen, conn->id));
    line(list, conn, &verdict);
}

static bool is_log(const struct list *list)
{
    return list->prints && list->settings->format == CLI_FORMAT_ZEEK;
}

/* The header waits for the first row, because it bears the first packet's time. */
static void open_log(struct list *list)
{
    if (list->opened)
        return;
    list->opened = true;
    tt_zeek_open(list->source.first, &list->style.zone, list->text);
}

static void close_log(struct list *list)
{
    open_log(list);
    tt_zeek_close(list->source.last, &list->style.zone, list->text);
}

/* A row is chosen by what is known of its connection when it ends, which may be before the connection does. */
static void log_row(void *ctx, struct tt_conn *conn)
{
    struct list *list = ctx;
    struct tt_verdict verdict;

    tt_judge(conn, &verdict);
    if (!list->all && !cli_selects(&list->settings->selection, conn, &verdict, list->source.last))
        return;
    open_log(list);
    tt_zeek_row(conn, list->text);
    if (list->source.streaming)
        (void)tt_text_flush(list->text);
}

/* Live, and all are chosen: their packets need not wait for how they end. */
static void write_segment(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    struct list *list = ctx;

    (void)conn;
    (void)step;
    cli_source_write(&list->source, segment);
}

static void write_rejection(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_icmp *icmp)
{
    (void)icmp;
    write_segment(ctx, conn, segment, NULL);
}

static void header(struct list *list)
{
    if (!list->prints)
        return;
    if (list->settings->format == CLI_FORMAT_PEOPLE)
        tt_table_header(&list->style, list->text);
    else if (list->settings->format == CLI_FORMAT_CSV)
        tt_record_csv_header(list->text);
    if (list->source.streaming)
        (void)tt_text_flush(list->text);
}

static int prepare(struct list *list)
{
    int err = 0;

    list->prints = !list->settings->summary;
    list->remembers = list->settings->write && list->source.passes == 2;
    if (list->settings->summary || list->source.live)
        err = cli_summary_new(&list->summary);
    if (!err && list->prints && !list->source.live && !is_log(list))
        err = cli_order_new(emit, list, &list->order);
    return err;
}

/* Asked for, or behind what a live capture listed: then beside what is no text. */
static void summarize(struct list *list, const struct tt_track_facts *facts)
{
    bool asked = list->settings->summary, people = list->settings->format == CLI_FORMAT_PEOPLE;

    if (!asked && people)
        tt_text_char(list->text, '\n');
    cli_summary_put(&list->source, list->summary, facts, &list->style, asked || people ? list->text : NULL, asked && !people,
                    false);
}

static void list_all(struct list *list)
{
    struct tt_track_events events = {.finished = finished, .ctx = list};
    struct tt_track_facts facts = {.connections = 0};

    if (list->source.writer && !list->remembers) {
        events.segment = write_segment;
        events.rejected = write_rejection;
    }
    if (is_log(list))
        events.logged = log_row;
    header(list);
    cli_follow(&list->source, &events, &facts);
    if (list->order)
        cli_order_drain(list->order);
    if (is_log(list))
        close_log(list);
    if (list->summary)
        summarize(list, &facts);
    cli_summary_say_limits(&facts);
    (void)tt_text_flush(list->text);
    if (!list->summary && !is_log(list))
        cli_summary_say_copies(&facts, &list->style, NULL);
    if (list->remembers)
        cli_follow_to_write(&list->source, &list->chosen);
}

static int run(struct cli_settings *settings)
{
    struct list list = {.settings = settings, .all = cli_selects_all(&settings->selection), .style = cli_style(settings)};
    /* What a live capture gives goes into the -w file at once when no choice has to be made. */
    bool twice = settings->write && (settings->read || !list.all);
    int status;

    if (settings->summary && settings->format != CLI_FORMAT_PEOPLE && settings->format != CLI_FORMAT_JSON) {
        cli_complain("--summary has no CSV and no conn.log: --format table or json");
        return CLI_USAGE;
    }
    status = cli_output_check(settings->write);
    if (!status)
        status = cli_source_open(settings, twice, &list.source);
    if (status)
        return status;
    list.text = cli_output_open();
    cli_source_fail(&list.source, prepare(&list));
    list_all(&list);
    status = cli_source_close(&list.source);
    tt_summary_free(list.summary);
    cli_order_free(list.order);
    cli_idset_done(&list.chosen);
    return cli_output_close(status);
}

#define AT(member) offsetof(struct cli_settings, member)

static const char *const formats[] = {"table", "json", "csv", "zeek", NULL};

/* clang-format off */
static const struct cli_option options[] = {
    {.name = "format", .argument = "WORD", .does = "table, json (an object a line), csv, zeek (conn.log)",
        .kind = CLI_CHOICE, .offset = AT(format), .words = formats},
    {.name = "checksums", .does = "for Zeek's columns, wrong ones do not count",
        .kind = CLI_FLAG, .offset = AT(checksums)},
    {.name = "summary", .does = "the whole capture at a glance (table or json)", .kind = CLI_FLAG, .offset = AT(summary)},
    {.letter = 'n', .does = "numbers instead of names of ports", .kind = CLI_TIMES, .offset = AT(numeric)},
    {0}
};
/* clang-format on */

static const struct cli_group groups[] = {
    {"", options},          {"", cli_source_options}, {"Which connections", cli_selection_options},
    {"", cli_look_options}, {"", cli_common_options}, {NULL, NULL},
};

const struct cli_command cli_list = {
    .name = "list",
    .does = "A line a connection",
    .operands = " [OPTIONS] [FILE] [FILTER]",
    .groups = groups,
    .examples = "  tcptale list --ended reset,refused trace.pcap port 443\n"
                "  tcptale list --format json trace.pcap | jq .ended_by\n"
                "  tcptale list --longer-than 5s -w long.pcap trace.pcap\n",
    .run = run,
    .reads = true,
};
