/* SPDX-License-Identifier: BSD-2-Clause */
/* endings.c CAPTURE - how each TCP connection of a capture file ended.  A first program with libtcptale. */
#include <stdio.h>

#include <tcptale/io.h>
#include <tcptale/judge.h>

static void finished(void *ctx, struct tt_conn *conn)
{
    struct tt_verdict verdict;

    (void)ctx;
    tt_judge(conn, &verdict);
    printf("%u -> %u: %s, by %s\n", conn->client.port, conn->server.port, tt_word(TT_SET_ENDING, verdict.ending),
           tt_word(TT_SET_ENDER, verdict.ended_by));
}

int main(int argc, char **argv)
{
    const struct tt_alloc *alloc = tt_system_alloc();
    const struct tt_track_options options = {.hash_key = {1, 2}}; /* random ones where a capture may be hostile */
    const struct tt_track_events events = {.finished = finished};
    struct tt_capture *capture;
    struct tt_tracker *tracker;
    struct tt_segment segment;
    struct tt_error error;
    struct tt_frame frame;
    int got;

    if (tt_capture_open(argc > 1 ? argv[1] : "-", alloc, &capture, &error) < 0) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    if (tt_tracker_new(&options, &events, alloc, &tracker) < 0)
        return 1;
    while ((got = tt_capture_next(capture, &frame)) > 0) {
        tt_decode(&frame, &segment);
        if (tt_tracker_feed(tracker, &segment) < 0)
            break;
    }
    tt_tracker_finish(tracker);
    if (got < 0)
        fprintf(stderr, "%s\n", tt_capture_error(capture)->text);
    tt_tracker_free(tracker);
    tt_capture_free(capture);
    return got != 0;
}
