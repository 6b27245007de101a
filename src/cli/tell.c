/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tell.c - tcptale tell: the story of each connection.
 *
 * Files take two passes: the first finds which connections to tell, the second keeps the packets of those and no others.  Live,
 * each is told as it finishes.
 */
#include "cli/command.h"

#include <inttypes.h>
#include <stddef.h>

#include "cli/follow.h"
#include "cli/output.h"
#include "cli/select.h"
#include "cli/summary.h"
#include "cli/tell.h"
#include "cli/terminal.h"

/* ---- the first pass: which ----------------------------------------------------------------------------------------------------
 */

static void weigh(void *ctx, struct tt_conn *conn)
{
    struct cli_tell *tell = ctx;
    struct tt_verdict verdict;

    tt_judge(conn, &verdict);
    if (tell->beside.partners)
        cli_beside_finished(&tell->beside, &tell->source, conn);
    if (!cli_selects(&tell->settings->selection, conn, &verdict, tell->source.last))
        return;
    cli_source_fail(&tell->source, cli_idset_add(&tell->chosen, conn->id));
    cli_source_fail(&tell->source, tt_summary_add(tell->summary, conn, &verdict));
    cli_worst_add(&tell->worst, conn->id, tt_story_badness(conn, &verdict));
}

static void look(void *ctx, struct tt_conn *conn, const struct tt_segment *seg, const struct tt_step *step)
{
    struct cli_tell *tell = ctx;

    cli_beside_segment(&tell->beside, &tell->source, conn, seg, step);
}

static bool is_told(const struct cli_tell *tell, uint64_t id)
{
    return tell->worst_only ? cli_worst_rank(&tell->worst, id) < CLI_WORST_MAX : cli_idset_has(&tell->chosen, id);
}

/* Between the two passes, the two over the capture of the other side. */
static void read_beside(struct cli_tell *tell)
{
    cli_beside_settle(&tell->beside, &tell->source);
    for (uint64_t id = 1; id <= tell->facts.connections; id++)
        if (is_told(tell, id))
            cli_beside_want(&tell->beside, id);
    cli_beside_read(&tell->beside);
}

static void choose(struct cli_tell *tell)
{
    const struct tt_track_events events = {.segment = tell->beside.partners ? look : NULL, .finished = weigh, .ctx = tell};
    const struct cli_settings *settings = tell->settings;

    cli_follow(&tell->source, &events, &tell->facts);
    tell->worst_only =
        !settings->all && !settings->selection.conns && settings->format == CLI_FORMAT_PEOPLE && tell->chosen.count > CLI_WORST_MAX;
    cli_summary_say_limits(&tell->facts);
    if (tell->beside.partners && tell->chosen.count)
        read_beside(tell);
}

/* ---- the second pass: how -----------------------------------------------------------------------------------------------------
 */

static void begun(void *ctx, struct tt_conn *conn)
{
    struct cli_tell *tell = ctx;

    conn->user = NULL;
    if (tell->source.live || is_told(tell, conn->id))
        cli_story_keep(tell, conn);
}

/* Live, what is chosen by its ending is written when all is over. */
static void write_packet(struct cli_tell *tell, const struct tt_conn *conn, const struct tt_segment *seg)
{
    if (tell->source.live ? tell->all : cli_idset_has(&tell->chosen, conn->id))
        cli_source_write(&tell->source, seg);
}

static void segment(void *ctx, struct tt_conn *conn, const struct tt_segment *seg, const struct tt_step *step)
{
    struct cli_tell *tell = ctx;

    cli_story_segment(tell, conn, seg, step);
    write_packet(tell, conn, seg);
}

static void rejected(void *ctx, struct tt_conn *conn, const struct tt_segment *seg, const struct tt_icmp *icmp)
{
    struct cli_tell *tell = ctx;
    const struct cli_kept *kept = conn->user;

    if (kept)
        cli_source_fail(&tell->source, tt_log_rejection(kept->log, conn, seg, icmp));
    write_packet(tell, conn, seg);
}

static void emit(void *ctx, struct tt_conn *conn)
{
    struct cli_tell *tell = ctx;

    cli_story_put(tell, conn);
    cli_story_forget(tell, conn);
}

static void finished_live(struct cli_tell *tell, struct tt_conn *conn)
{
    struct tt_verdict verdict;

    tt_judge(conn, &verdict);
    if (cli_selects(&tell->settings->selection, conn, &verdict, tell->source.last)) {
        cli_source_fail(&tell->source, tt_summary_add(tell->summary, conn, &verdict));
        cli_source_fail(&tell->source, cli_idset_add(&tell->chosen, conn->id));
        cli_story_put(tell, conn);
        (void)tt_text_flush(tell->text);
    }
    cli_story_forget(tell, conn);
}

static void finished(void *ctx, struct tt_conn *conn)
{
    struct cli_tell *tell = ctx;

    if (tell->source.live)
        finished_live(tell, conn);
    else if (tell->worst_only)
        cli_source_fail(&tell->source, cli_worst_keep(&tell->worst, conn));
    else if (cli_idset_has(&tell->chosen, conn->id))
        cli_source_fail(&tell->source, cli_order_put(tell->order, conn));
    else
        cli_order_skip(tell->order, conn->id);
}

static const struct tt_track_events telling = {.begun = begun, .segment = segment, .rejected = rejected, .finished = finished};

/* Silence would leave open whether there was nothing to tell or nothing was read. */
static void say_nothing_chosen(struct cli_tell *tell)
{
    uint64_t connections = tell->facts.connections, n = connections ? connections : tell->source.passed;
    const struct tt_fill fill = {"n", NULL, 0, n};

    if (tell->source.failed || tell->settings->format != CLI_FORMAT_PEOPLE)
        return;
    if (connections)
        tt_say_many(tell->text, &tell->style.tongue,
                    TT_NN_("There is {n} connection, and it is not one of those asked for.",
                           "There are {n} connections, none of them one of those asked for."),
                    n, &fill, 1);
    else
        tt_say_many(tell->text, &tell->style.tongue,
                    TT_NN_("No TCP connection in {n} packet.", "No TCP connection in {n} packets."), n, &fill, 1);
    tt_text_char(tell->text, '\n');
}

/* Behind the stories; among objects for programs it stands aside. */
static void say_copies(struct cli_tell *tell)
{
    bool people = tell->settings->format == CLI_FORMAT_PEOPLE;

    if (people && tell->facts.duplicates)
        tt_text_char(tell->text, '\n');
    cli_summary_say_copies(&tell->facts, &tell->style, people ? tell->text : NULL);
}

static void tell_file(struct cli_tell *tell)
{
    struct tt_track_events events = telling;

    events.ctx = tell;
    choose(tell);
    if (!tell->chosen.count) {
        say_nothing_chosen(tell);
        return;
    }
    cli_source_fail(&tell->source, cli_order_new(emit, tell, &tell->order));
    if (tell->worst_only)
        cli_summary_put(&tell->source, tell->summary, &tell->facts, &tell->style, tell->text, false, true);
    if ((!tell->worst_only || tell->worst.count || tell->settings->write) && cli_source_again(&tell->source))
        cli_follow(&tell->source, &events, NULL);
    cli_order_drain(tell->order);
    if (tell->worst_only)
        cli_story_put_worst(tell);
    else
        say_copies(tell);
}

static void tell_live(struct cli_tell *tell)
{
    struct tt_track_events events = telling;
    bool people = tell->settings->format == CLI_FORMAT_PEOPLE;

    events.ctx = tell;
    cli_follow(&tell->source, &events, &tell->facts);
    if (people && tell->told)
        tt_text_char(tell->text, '\n');
    cli_summary_put(&tell->source, tell->summary, &tell->facts, &tell->style, people ? tell->text : NULL, false, people);
    cli_summary_say_limits(&tell->facts);
}

static void tell_all(struct cli_tell *tell)
{
    if (tell->source.live)
        tell_live(tell);
    else
        tell_file(tell);
    if (tell->unlogged)
        cli_complain("%" PRIu64 " connections are told without their packets, which need too much memory at once; choose fewer",
                     tell->unlogged);
    (void)tt_text_flush(tell->text);
    if (tell->source.live && tell->source.writer && !tell->all)
        cli_follow_to_write(&tell->source, &tell->chosen);
}

static int run(struct cli_settings *settings)
{
    static struct cli_tell tell; /* all zero: a program runs one command */
    int status;

    tell.settings = settings;
    tell.all = cli_selects_all(&settings->selection);
    tell.style = cli_style(settings);
    cli_story_init(&tell);
    status = cli_output_check(settings->write);
    if (!status)
        status = cli_beside_open(settings, &tell.log_alloc, &tell.log_octets, &tell.beside);
    if (status)
        return status;
    status = cli_source_open(settings, settings->read || (settings->write && !tell.all), &tell.source);
    if (status)
        return cli_beside_close(&tell.beside, status);
    tell.text = cli_output_open();
    cli_source_fail(&tell.source, cli_summary_new(&tell.summary));
    if (!tell.source.failed)
        tell_all(&tell);
    status = cli_beside_close(&tell.beside, cli_source_close(&tell.source));
    tt_summary_free(tell.summary);
    cli_order_free(tell.order);
    cli_idset_done(&tell.chosen);
    return cli_output_close(status);
}

#define AT(member) offsetof(struct cli_settings, member)

static const char *const formats[] = {"text", "json", NULL};

/* clang-format off */
static const struct cli_option options[] = {
    {.name = "explain", .does = "what each option, flag and the way of the close mean", .kind = CLI_FLAG, .offset = AT(explain)},
    {.name = "ladder", .does = "draw the segments between the two ends", .kind = CLI_FLAG, .offset = AT(ladder)},
    {.name = "all", .does = "tell every connection, however many", .kind = CLI_FLAG, .offset = AT(all)},
    {.name = "other-side", .argument = "FILE", .does = "compare with a capture made at the other end",
        .kind = CLI_STRING, .offset = AT(other_side)},
    {.name = "format", .argument = "WORD", .does = "text or json (an object a line)",
        .kind = CLI_CHOICE, .offset = AT(format), .words = formats},
    {.letter = 'n', .does = "numbers instead of names of ports", .rare = true, .kind = CLI_TIMES, .offset = AT(numeric)},
    {0}
};
/* clang-format on */

static const struct cli_group groups[] = {
    {"", options},          {"", cli_source_options}, {"Which connections", cli_selection_options},
    {"", cli_look_options}, {"", cli_common_options}, {NULL, NULL},
};

const struct cli_command cli_tell = {
    .name = "tell",
    .does = "The story of each connection: how it opened, how it ended and why",
    .operands = " [OPTIONS] [FILE] [FILTER]",
    .groups = groups,
    .examples = "  tcptale tell --conn 3 --explain --ladder trace.pcap\n",
    .run = run,
    .reads = true,
};
