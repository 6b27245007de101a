/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * follow.c - a pass over the packets through a tracker.
 *
 * What a connection was is known when it has ended, so choosing by that and doing something with its packets takes two passes.  A
 * tracker gives the same packets the same numbers every time, and so numbers are all that the first pass leaves.
 */
#include "cli/follow.h"

#include <sys/random.h>
#include <time.h>

#include "cli/select.h"

/*
 * Live, somebody waits to see that a connection has ended.  A peer that did not hear of it has tried twice more by then; and the
 * clock is behind what the kernel still gathers.
 */
#define LIVE_LINGER (2 * TT_NS_PER_S)
#define LIVE_BEHIND TT_NS_PER_S

static int new_tracker(const struct cli_source *source, const struct tt_track_events *events, struct tt_tracker **ret)
{
    struct tt_track_options options = {
        .linger = source->live ? LIVE_LINGER : 0,
        .without_zeek = source->settings->format == CLI_FORMAT_PEOPLE || source->settings->summary,
        .zeek_checksums = source->settings->checksums,
    };

    if (getrandom(options.hash_key, sizeof options.hash_key, 0) != (ssize_t)sizeof options.hash_key)
        return TT_ERR_SYSTEM;
    return tt_tracker_new(&options, events, tt_system_alloc(), ret);
}

static void pass_time(struct tt_tracker *tracker)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    tt_tracker_pass(tracker, (tt_ns)now.tv_sec * TT_NS_PER_S + now.tv_nsec - LIVE_BEHIND);
}

static void run(struct cli_source *source, struct tt_tracker *tracker)
{
    struct tt_frame frame;
    int got;

    while ((got = cli_source_next(source, &frame)) > 0 && !cli_source_pointless(source)) {
        struct tt_segment segment;
        int err;

        if (got == CLI_TICK) {
            pass_time(tracker);
            continue;
        }
        tt_decode(&frame, &segment);
        if (segment.kind == TT_KIND_FRAGMENT)
            cli_source_write_fragment(source, &segment);
        err = tt_tracker_feed(tracker, &segment);
        if (err)
            cli_source_fail(source, err);
    }
}

void cli_follow(struct cli_source *source, const struct tt_track_events *events, struct tt_track_facts *ret_facts)
{
    struct tt_tracker *tracker;
    int err = new_tracker(source, events, &tracker);

    if (err) {
        cli_source_fail(source, err);
        return;
    }
    cli_source_tick(source);
    run(source, tracker);
    err = tt_tracker_finish(tracker);
    if (err)
        cli_source_fail(source, err);
    if (ret_facts)
        tt_tracker_facts(tracker, ret_facts);
    tt_tracker_free(tracker);
}

/* ---- choosing ------------------------------------------------------------------------------------------------------------------
 */

struct choosing {
    struct cli_source *source;
    struct cli_idset *chosen;
};

static void choose(void *ctx, struct tt_conn *conn)
{
    struct choosing *choosing = ctx;
    struct tt_verdict verdict;

    tt_judge(conn, &verdict);
    if (cli_selects(&choosing->source->settings->selection, conn, &verdict, choosing->source->last))
        cli_source_fail(choosing->source, cli_idset_add(choosing->chosen, conn->id));
}

void cli_follow_to_choose(struct cli_source *source, struct cli_idset *chosen)
{
    struct choosing choosing = {source, chosen};
    const struct tt_track_events events = {.finished = choose, .ctx = &choosing};

    cli_follow(source, &events, NULL);
}

/* ---- writing -------------------------------------------------------------------------------------------------------------------
 */

struct writing {
    struct cli_source *source;
    const struct cli_idset *chosen;
};

static void write_segment(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    struct writing *writing = ctx;

    (void)step;
    if (cli_idset_has(writing->chosen, conn->id))
        cli_source_write(writing->source, segment);
}

static void write_rejection(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_icmp *icmp)
{
    (void)icmp;
    write_segment(ctx, conn, segment, NULL);
}

void cli_follow_to_write(struct cli_source *source, const struct cli_idset *chosen)
{
    struct writing writing = {source, chosen};
    const struct tt_track_events events = {.segment = write_segment, .rejected = write_rejection, .ctx = &writing};

    if (cli_source_again(source))
        cli_follow(source, &events, NULL);
}
