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

void cli_summary_put(struct cli_source *source, const struct tt_summary *summary, const struct tt_track_facts *facts,
                     const struct tt_style *style, struct tt_text *text, bool json, bool stories_follow)
{
    static char buffer[TT_TEXT_ROOM];
    const struct tt_sink sink = {write_stderr, NULL};
    struct tt_text aside;
    struct tt_capture_facts capture;
    struct tt_summary_context context;

    tt_capture_facts(source->capture, &capture);
    context = (struct tt_summary_context){capture.path, source->passed, capture.dropped, *facts, stories_follow, source->live};
    if (!text) {
        tt_text_init(&aside, buffer, sizeof buffer, &sink);
        text = &aside;
    }
    if (json)
        tt_summary_json(summary, &context, text);
    else
        tt_summary_text(summary, &context, style, text);
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
