/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * story.c - fuzzes the log and the stories: whatever the tracker and the judge make of segments (segments.h) must be told without
 * harm, in every form, within the page, and in text that is UTF-8 without control characters.
 */
#include "base/utf8.h"
#include "segments.h"
#include <tcptale/tell.h>

struct run {
    struct segments segments;
    struct tt_alloc alloc;
    struct tt_style style;
    unsigned steps_max;
    long blocks;
};

static void on_begun(void *ctx, struct tt_conn *conn)
{
    struct run *run = ctx;
    struct tt_log *log;

    require(tt_log_new(run->steps_max, &run->alloc, &log) == 0);
    conn->user = log;
}

static void on_segment(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    (void)ctx;
    require(tt_log_segment(conn->user, conn, segment, step) == 0);
}

/* A line that a story may have: not too wide, no half characters, nothing that moves a cursor. */
static void check_line(const char *line, size_t n, unsigned columns)
{
    require(tt_text_width(line, n) <= columns);
    for (size_t i = 0; i < n;) {
        uint32_t rune;
        unsigned length = tt_utf8_next(line + i, n - i, &rune);

        require(length && rune >= 0x20 && rune != 0x7f);
        i += length;
    }
}

static void check_text(const struct tt_text *text, unsigned columns)
{
    require(text->failed == 0 && text->at > text->start && text->at[-1] == '\n');
    for (const char *line = text->start; line < text->at;) {
        const char *end = memchr(line, '\n', (size_t)(text->at - line));
        require(end != NULL);
        check_line(line, (size_t)(end - line), columns);
        line = end + 1;
    }
}

static void on_finished(void *ctx, struct tt_conn *conn)
{
    static char buffer[1 << 18];
    struct run *run = ctx;
    struct tt_verdict verdict;
    struct tt_text text;
    const struct tt_story_options all = {.explain = true, .ladder = true};

    tt_judge(conn, &verdict);
    tt_text_init(&text, buffer, sizeof buffer, NULL);
    tt_story_text(conn, &verdict, conn->user, &all, &run->style, &text);
    check_text(&text, run->style.columns);
    tt_text_init(&text, buffer, sizeof buffer, NULL);
    tt_story_json(conn, &verdict, conn->user, &all, &run->style, &text);
    check_text(&text, UINT32_MAX);
    tt_text_init(&text, buffer, sizeof buffer, NULL);
    tt_story_text(conn, &verdict, NULL, &all, &run->style, &text); /* no log: told from the counts */
    check_text(&text, run->style.columns);
    (void)tt_story_badness(conn, &verdict);
    tt_log_free(conn->user);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    uint8_t last = n ? octets[n - 1] : 0;
    struct run run = {
        .segments.frame.time = 1000 * TT_NS_PER_S,
        .style = {.columns = last & 1 ? 140 : 80, .ascii = (last & 2) != 0},
        .steps_max = last & 4 ? 0 : 16,
    };
    const struct tt_track_events events = {.begun = on_begun, .segment = on_segment, .finished = on_finished, .ctx = &run};
    const struct tt_track_options options = {.linger = TT_NS_PER_S};
    struct tt_tracker *tracker;

    run.alloc = (struct tt_alloc){segments_resize, &run.blocks};
    require(tt_tracker_new(&options, &events, &run.alloc, &tracker) == 0);
    segments_feed(&run.segments, tracker, octets, n);
    require(tt_tracker_finish(tracker) == 0);
    tt_tracker_free(tracker);
    require(run.blocks == 0);
    return 0;
}
