/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge.c - fuzzes the judge: segments (segments.h) that come different ways, followed by every kind of verdict.
 *
 * Whatever happens, a verdict does not contradict itself, stands on packets that there are, and its sentences have no place left
 * unfilled, in evidence, record and story.
 */
#include "segments.h"
#include "tell/evidence.h"

struct run {
    struct segments segments;
    struct tt_other_side other_side;
    long blocks;
    bool ascii;
};

static void check_story_lines(const struct tt_text *text)
{
    require(text->failed == 0 && text->at > text->start);
    require(!memchr(text->start, '{', (size_t)(text->at - text->start)));
}

static void check_evidence(const struct tt_conn *conn, const struct tt_evidence *evidence, bool ascii)
{
    static char buffer[4096];
    struct tt_text text;

    require(evidence->sign && evidence->sign[0] && evidence->value_count <= TT_VALUES_MAX);
    require(evidence->packet >= conn->first_frame && evidence->packet <= conn->last_frame);
    tt_text_init(&text, buffer, sizeof buffer, NULL);
    tt_put_evidence(&text, evidence, NULL, ascii);
    check_story_lines(&text);
    require(!memchr(text.start, '}', (size_t)(text.at - text.start)));
}

static bool is_sign(const struct tt_verdict *v, const char *word)
{
    for (unsigned i = 0; i < v->evidence_count; i++)
        if (strcmp(v->evidence[i].sign, word) == 0)
            return true;
    return false;
}

/* What a forgery is follows from what is said of who and why, and the other way round. */
static void check_forged(const struct tt_verdict *v)
{
    bool by_reset = v->ending == TT_ENDING_RESET || v->ending == TT_ENDING_REFUSED;

    require(by_reset || v->forged == TT_FORGED_NO);
    if (v->forged == TT_FORGED_YES) {
        require(v->ended_by == TT_BY_THIRD_PARTY && (v->cause == TT_CAUSE_INJECTED || v->cause == TT_CAUSE_FIREWALL));
        require(v->certainty != TT_UNCERTAIN && v->evidence_count > 0);
    } else if (v->forged == TT_FORGED_NO && by_reset) {
        require(v->ended_by == TT_BY_CLIENT || v->ended_by == TT_BY_SERVER);
        require(v->cause != TT_CAUSE_INJECTED && v->cause != TT_CAUSE_UNKNOWN);
        require(!is_sign(v, "goes-on") && !is_sign(v, "tcpkill-arithmetic") && !is_sign(v, "number-above-all"));
    } else if (by_reset) {
        require(v->ended_by == TT_BY_UNKNOWN && v->cause == TT_CAUSE_UNKNOWN && v->certainty == TT_UNCERTAIN);
    }
}

static void check(struct run *run, const struct tt_conn *conn, const struct tt_verdict *v)
{
    static char buffer[1 << 18];
    const struct tt_story_options options = {.explain = true};
    struct tt_style style = {.columns = 100, .ascii = run->ascii};
    struct tt_text text;

    require(v->evidence_count <= TT_EVIDENCE_MAX && v->bytes_lost >= -1);
    check_forged(v);
    for (unsigned i = 0; i < v->evidence_count; i++)
        check_evidence(conn, &v->evidence[i], run->ascii);
    tt_text_init(&text, buffer, sizeof buffer, NULL);
    tt_story_text(conn, v, NULL, &options, &style, &text);
    check_story_lines(&text);
    tt_text_init(&text, buffer, sizeof buffer, NULL);
    tt_record_json(conn, v, &text);
    require(text.failed == 0 && text.start[0] == '{');
}

static void on_finished(void *ctx, struct tt_conn *conn)
{
    struct run *run = ctx;
    struct tt_verdict verdict;

    tt_judge(conn, &verdict);
    check(run, conn, &verdict);
    tt_judge_beside(conn, &run->other_side, &verdict);
    check(run, conn, &verdict);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    uint8_t last = n ? octets[n - 1] : 0;
    struct run run = {
        .segments = {.frame.time = 1000 * TT_NS_PER_S, .looks = true},
        .ascii = last & 1,
        .other_side = {.known = last & 2,
                       .reset_was_sent = (enum tt_sent)((last >> 2 & 7) % 3 - 1),
                       .forged = {last & 32, last & 64}},
    };
    const struct tt_alloc alloc = {segments_resize, &run.blocks};
    const struct tt_track_events events = {.finished = on_finished, .ctx = &run};
    const struct tt_track_options options = {.linger = TT_NS_PER_S};
    struct tt_tracker *tracker;

    require(tt_tracker_new(&options, &events, &alloc, &tracker) == 0);
    segments_feed(&run.segments, tracker, octets, n);
    require(tt_tracker_finish(tracker) == 0);
    tt_tracker_free(tracker);
    require(run.blocks == 0);
    return 0;
}
