/* SPDX-License-Identifier: BSD-2-Clause */
/* packets.c - tcptale packets: a line a packet, as tcpdump prints it. */
#include "cli/command.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include <tcptale/tell.h>

#include "cli/follow.h"
#include "cli/output.h"
#include "cli/select.h"
#include "cli/terminal.h"

struct packets {
    const struct cli_settings *settings;
    struct cli_source source;
    struct tt_lines *lines;
    struct tt_text *text;
    struct cli_idset chosen;
    bool prints, flushes;
    uint64_t left_out; /* packets that are not TCP */
};

static void take(struct packets *packets, const struct tt_segment *segment)
{
    const struct tt_frame *frame = segment->frame;
    int written;

    cli_source_write(&packets->source, segment);
    if (!packets->prints)
        return;
    written = tt_lines_put(packets->lines, frame, segment, packets->source.passed, packets->text);
    if (written < 0)
        cli_source_fail(&packets->source, written);
    packets->left_out += written == 0;
    if (packets->flushes)
        (void)tt_text_flush(packets->text);
}

static void every_packet(struct packets *packets)
{
    struct tt_frame frame;

    while (cli_source_next(&packets->source, &frame) > 0 && !cli_source_pointless(&packets->source)) {
        struct tt_segment segment;

        tt_decode(&frame, &segment);
        take(packets, &segment);
    }
}

static void take_chosen(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    struct packets *packets = ctx;

    (void)step;
    if (cli_idset_has(&packets->chosen, conn->id))
        take(packets, segment);
}

static void take_rejection(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_icmp *icmp)
{
    struct packets *packets = ctx;

    (void)icmp;
    if (cli_idset_has(&packets->chosen, conn->id))
        cli_source_write(&packets->source, segment);
}

static void chosen_packets(struct packets *packets)
{
    const struct tt_track_events events = {.segment = take_chosen, .rejected = take_rejection, .ctx = packets};

    cli_follow_to_choose(&packets->source, &packets->chosen);
    if (cli_source_again(&packets->source))
        cli_follow(&packets->source, &events, NULL);
}

static int new_lines(struct packets *packets)
{
    const struct cli_settings *settings = packets->settings;
    const struct tt_style style = cli_style(settings);
    struct tt_line_options options = {
        .time = (enum tt_line_time)settings->time,
        .verbose = settings->verbose,
        .quiet = settings->quiet,
        .link = settings->link,
        .absolute = settings->absolute,
        .relative = settings->relative,
        .number = settings->number,
        .nanoseconds = settings->nano,
        .numeric_ports = settings->numeric > 0,
    };

    if (getrandom(options.hash_key, sizeof options.hash_key, 0) != (ssize_t)sizeof options.hash_key)
        return TT_ERR_SYSTEM;
    return tt_lines_new(&options, &style, tt_system_alloc(), &packets->lines);
}

static void say_what_was_left_out(struct packets *packets)
{
    if (packets->source.live)
        cli_source_say_counts(&packets->source);
    if (packets->left_out)
        cli_note("%" PRIu64 " of %" PRIu64 " packets are not TCP and have no line", packets->left_out, packets->source.passed);
}

static int check(const struct cli_settings *settings)
{
    if (settings->time > TT_TIME_SINCE_FIRST) {
        cli_complain("-t at most five times: -t none, -tt epoch, -ttt since the line before, -tttt date, -ttttt since the first");
        return CLI_USAGE;
    }
    if (settings->absolute && settings->relative) {
        cli_complain("-S and --relative: one of the two");
        return CLI_USAGE;
    }
    return cli_output_check(settings->print ? settings->write : NULL);
}

static int run(struct cli_settings *settings)
{
    struct packets packets = {.settings = settings, .prints = !settings->write || settings->print};
    bool all = cli_selects_all(&settings->selection);
    int status = check(settings);

    if (!status)
        status = cli_source_open(settings, !all, &packets.source);
    if (status)
        return status;
    packets.text = cli_output_open();
    packets.flushes = settings->line_buffered || (packets.source.streaming && isatty(STDOUT_FILENO));
    cli_source_fail(&packets.source, new_lines(&packets));
    if (all)
        every_packet(&packets);
    else
        chosen_packets(&packets);
    (void)tt_text_flush(packets.text);
    say_what_was_left_out(&packets);
    status = cli_source_close(&packets.source);
    tt_lines_free(packets.lines);
    cli_idset_done(&packets.chosen);
    return cli_output_close(status);
}

/* As with tcpdump the last one counts. */
static int take_resolution(const struct cli_option *option, const char *value, struct cli_settings *settings)
{
    (void)value;
    settings->nano = option->low != 0;
    return 0;
}

#define AT(member) offsetof(struct cli_settings, member)

/* clang-format off */
static const struct cli_option options[] = {
    {.letter = 'n', .does = "numbers instead of names of ports", .kind = CLI_TIMES, .offset = AT(numeric)},
    {.letter = 't', .does = "no time; -tt epoch, -ttt delta, -tttt date, -ttttt sum", .kind = CLI_TIMES, .offset = AT(time)},
    {.letter = 'v', .does = "more of the IP header, checksums; -vv, -vvv", .kind = CLI_TIMES, .offset = AT(verbose)},
    {.letter = 'q', .does = "less of the TCP header", .kind = CLI_FLAG, .offset = AT(quiet)},
    {.letter = 'e', .does = "the link layer's header too", .kind = CLI_FLAG, .offset = AT(link)},
    {.letter = 'S', .name = "absolute-tcp-sequence-numbers", .does = "sequence numbers as sent",
        .kind = CLI_FLAG, .offset = AT(absolute)},
    {.name = "relative", .does = "relative ones on every packet, resets too", .kind = CLI_FLAG, .offset = AT(relative)},
    {.letter = '#', .name = "number", .does = "the packet's number in front", .kind = CLI_FLAG, .offset = AT(number)},
    {.name = "nano", .does = "nanoseconds", .kind = CLI_TAKE, .take = take_resolution, .low = 1},
    {.name = "micro", .does = "microseconds, as without --nano", .rare = true, .kind = CLI_TAKE, .take = take_resolution},
    {.name = "print", .does = "print the lines with -w as well", .rare = true, .kind = CLI_FLAG, .offset = AT(print)},
    {.letter = 'l', .does = "write each line at once", .rare = true, .kind = CLI_FLAG, .offset = AT(line_buffered)},
    {0}
};
/* clang-format on */

static const struct cli_group groups[] = {
    {"", options},          {"", cli_source_options}, {"Of connections", cli_selection_options},
    {"", cli_look_options}, {"", cli_common_options}, {NULL, NULL},
};

const struct cli_command cli_packets = {
    .name = "packets",
    .does = "A line a packet, as tcpdump prints it",
    .operands = " [OPTIONS] [FILE] [FILTER]",
    .groups = groups,
    .examples = "  tcptale packets -nnr trace.pcap 'tcp[tcpflags] & tcp-rst != 0'\n"
                "  tcptale packets --conn 3 -ttt trace.pcap\n",
    .run = run,
    .reads = true,
};
