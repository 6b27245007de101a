/* SPDX-License-Identifier: BSD-2-Clause */
/* summary.c - the end of a pass over connections: the summary, and the limits that were reached. */
#include "cli/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>

#include "cli/output.h"

int cli_summary_new(struct tt_summary **ret)
{
    uint64_t hash_key[2];
    int err;

    if (getrandom(hash_key, sizeof hash_key, 0) != (ssize_t)sizeof hash_key)
        return TT_ERR_SYSTEM;
    err = tt_summary_new(tt_system_alloc(), ret);
    if (!err)
        tt_summary_key(*ret, hash_key);
    return err;
}

static int write_stderr(void *ctx, const char *octets, size_t n)
{
    (void)ctx;
    return fwrite(octets, 1, n, stderr) == n ? 0 : TT_ERR_SINK;
}

static struct tt_text *aside(struct tt_text *text)
{
    static char buffer[TT_TEXT_ROOM];
    const struct tt_sink sink = {write_stderr, NULL};

    tt_text_init(text, buffer, sizeof buffer, &sink);
    return text;
}

void cli_summary_put(struct cli_source *source, const struct tt_summary *summary, const struct tt_track_facts *facts,
                     const struct tt_style *style, struct tt_text *text, bool json, bool stories_follow)
{
    struct tt_text error;
    struct tt_capture_facts capture;
    struct tt_summary_context context;

    tt_capture_facts(source->capture, &capture);
    context = (struct tt_summary_context){capture.path, source->passed, capture.dropped, *facts, stories_follow, source->live};
    if (!text)
        text = aside(&error);
    if (json)
        tt_summary_json(summary, &context, text);
    else
        tt_summary_text(summary, &context, style, text);
    (void)tt_text_flush(text);
}

void cli_summary_say_copies(const struct tt_track_facts *facts, const struct tt_style *style, struct tt_text *text)
{
    const struct tt_fill fills[] = {{"n", NULL, 0, facts->duplicates}, {"all", NULL, 0, facts->segments}};
    struct tt_text error;

    if (!facts->duplicates || cli_output_failed())
        return;
    if (!text)
        text = aside(&error);
    tt_say_many(
        text, &style->tongue,
        TT_NN_("{n} of {all} packets is a copy that the capture made, as mirror ports and -i any do: it is not counted.",
               "{n} of {all} packets are copies that the capture made, as mirror ports and -i any do: they are not counted."),
        facts->duplicates, fills, sizeof fills / sizeof fills[0]);
    tt_text_char(text, '\n');
    (void)tt_text_flush(text);
}

void cli_summary_say_limits(const struct tt_track_facts *facts)
{
    if (facts->limited_connections)
        cli_complain("more connections at once than fit: %" PRIu64 " were ended early; a filter makes them fewer",
                     facts->limited_connections);
    if (facts->limited_ranges)
        cli_complain("more holes in the data than are kept: %" PRIu64 " count as lost in the capture", facts->limited_ranges);
}
