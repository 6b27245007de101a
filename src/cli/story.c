/* SPDX-License-Identifier: BSD-2-Clause */
/* story.c - the logs of the connections to be told, within a bound of memory, and the stories made of them. */
#include "cli/tell.h"

#include "base/memory.h"

/* All logs together: what a machine that looks at captures can spare.  Beyond it connections are told from their counts alone. */
#define LOG_OCTETS_MAX ((size_t)256 << 20)
/* With the packets of the other side's capture, and as much again of this one's. */
#define BESIDE_OCTETS_MAX ((size_t)1024 << 20)
/* Live, any number of connections may be open at once. */
#define LIVE_STEPS_MAX 256

static void *count_resize(void *ctx, void *old, size_t old_octets, size_t new_octets)
{
    const struct tt_alloc *system = tt_system_alloc();
    struct cli_tell *tell = ctx;
    void *block = system->resize(system->ctx, old, old_octets, new_octets);

    if (block || new_octets == 0)
        tell->log_octets += new_octets - old_octets;
    return block;
}

void cli_story_init(struct cli_tell *tell)
{
    tell->log_alloc = (struct tt_alloc){count_resize, tell};
}

static int keep(struct cli_tell *tell, struct cli_kept *kept)
{
    int err = tt_log_new(tell->source.live ? LIVE_STEPS_MAX : 0, &tell->log_alloc, &kept->log);

    if (!err && tell->beside.partners)
        err = tt_trace_new(0, &tell->log_alloc, &kept->trace);
    return err;
}

void cli_story_keep(struct cli_tell *tell, struct tt_conn *conn)
{
    int err = TT_ERR_NOMEM;

    if (tell->log_octets >= (tell->beside.partners ? BESIDE_OCTETS_MAX : LOG_OCTETS_MAX)) {
        tell->unlogged++;
        return;
    }
    conn->user = tt_get_zero(&tell->log_alloc, sizeof(struct cli_kept));
    if (conn->user)
        err = keep(tell, conn->user);
    if (err)
        cli_story_forget(tell, conn);
    cli_source_fail(&tell->source, err);
}

void cli_story_segment(struct cli_tell *tell, const struct tt_conn *conn, const struct tt_segment *segment,
                       const struct tt_step *step)
{
    struct cli_kept *kept = conn->user;

    if (!kept)
        return;
    cli_source_fail(&tell->source, tt_log_segment(kept->log, conn, segment, step));
    if (kept->trace)
        cli_source_fail(&tell->source, tt_trace_segment(kept->trace, segment, step));
}

void cli_story_forget(struct cli_tell *tell, struct tt_conn *conn)
{
    struct cli_kept *kept = conn->user;

    if (kept) {
        tt_log_free(kept->log);
        tt_trace_free(kept->trace);
    }
    tt_give(&tell->log_alloc, kept, sizeof *kept);
    conn->user = NULL;
}

void cli_story_put(struct cli_tell *tell, struct tt_conn *conn)
{
    struct tt_story_options options = {.explain = tell->settings->explain, .ladder = tell->settings->ladder};
    const struct cli_kept *kept = conn->user;
    const struct tt_log *log = kept ? kept->log : NULL;
    struct tt_verdict verdict;

    if (tell->beside.partners)
        options.other_side = cli_beside_compare(&tell->beside, &tell->source, conn, kept ? kept->trace : NULL);

    tt_judge_beside(conn, options.other_side ? &options.other_side->other_side : NULL, &verdict);
    if (tell->settings->format == CLI_FORMAT_JSON) {
        tt_story_json(conn, &verdict, log, &options, &tell->style, tell->text);
    } else {
        if (tell->told || tell->worst_only)
            tt_text_char(tell->text, '\n');
        tt_story_text(conn, &verdict, log, &options, &tell->style, tell->text);
    }
    tell->told++;
}

/* How many were told, and how to see the rest. */
static void put_hint(struct cli_tell *tell)
{
    const struct tt_fill fills[] = {{"told", NULL, 0, tell->told}, {"all", NULL, 0, tell->chosen.count}};
    const char *count = tell->told ? TT_N_("These are {told} of {all} connections: those that ended worst.")
                                   : TT_N_("None of the {all} connections ended badly.");

    tt_text_char(tell->text, '\n');
    tt_say(tell->text, &tell->style.tongue, count, fills, sizeof fills / sizeof fills[0]);
    tt_text_char(tell->text, '\n');
    tt_say(tell->text, &tell->style.tongue,
           TT_N_("--all tells every one, --conn N the one of that number; 'tcptale list' shows a line of each."), NULL, 0);
    tt_text_char(tell->text, '\n');
}

void cli_story_put_worst(struct cli_tell *tell)
{
    for (unsigned i = 0; i < tell->worst.count; i++) {
        struct cli_worst_one *one = &tell->worst.ones[i];

        if (!one->kept)
            continue;
        cli_story_put(tell, &one->conn);
        cli_story_forget(tell, &one->conn);
        tt_conn_drop(&one->conn, tt_system_alloc());
    }
    put_hint(tell);
}
