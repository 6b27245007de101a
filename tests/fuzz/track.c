/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * track.c - fuzzes the tracker with segments that nearly fit (segments.h) and small caps.
 *
 * After each segment every invariant of its connection must hold; at the end all memory must be back, and each connection that was
 * begun must have been finished once.
 */
#include "segments.h"
#include "track/tracked.h"
#include <tcptale/judge.h>

struct run {
    struct segments segments;
    uint64_t begun, finished;
    long blocks;
};

static void check(const struct tt_conn *conn)
{
    require(track_broken((const struct tracked *)conn) == NULL);
}

static void on_begun(void *ctx, struct tt_conn *conn)
{
    (void)conn;
    ((struct run *)ctx)->begun++;
}

static void on_segment(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    (void)ctx;
    require(step->new_octets <= segment->payload_length);
    check(conn);
}

static void on_finished(void *ctx, struct tt_conn *conn)
{
    struct tt_verdict verdict;

    ((struct run *)ctx)->finished++;
    check(conn);
    tt_judge(conn, &verdict);
    require(verdict.ending < TT_ENDING_COUNT && verdict.opening < TT_OPENING_COUNT);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    struct run run = {.segments.frame.time = 1000 * TT_NS_PER_S};
    const struct tt_alloc alloc = {segments_resize, &run.blocks};
    const struct tt_track_events events = {.begun = on_begun, .segment = on_segment, .finished = on_finished, .ctx = &run};
    struct tt_track_options options = {.connections_max = 2, .lingering_max = 1, .ranges_max = 6};
    struct tt_tracker *tracker;

    if (n && octets[n - 1] & 1)
        options = (struct tt_track_options){.linger = TT_NS_PER_S};
    require(tt_tracker_new(&options, &events, &alloc, &tracker) == 0);
    segments_feed(&run.segments, tracker, octets, n);
    require(tt_tracker_finish(tracker) == 0);
    require(run.begun == run.finished);
    tt_tracker_free(tracker);
    require(run.blocks == 0);
    return 0;
}
