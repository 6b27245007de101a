/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sides.c - fuzzes the comparison of two captures: segments (segments.h) of which each side lacks some, and of which a device on
 * the way changes others.
 *
 * Whatever comes, the comparison must end, its findings must hold together and be told without harm; and a capture compared with
 * itself has all its packets in both, and nothing forged or lost.
 */
#include "segments.h"
#include <tcptale/tell.h>

/* What the last octet of a segment's record says of the two sides. */
enum { NOT_HERE = 1, NOT_THERE = 2, OTHER_TTL = 4, OTHER_WINDOW = 8, OTHER_ID = 16, LATE = 32, CUT = 64, SHIFTED = 128 };

struct run {
    struct segments segments;
    struct tt_alloc alloc;
    long blocks;
    unsigned side;   /* enum tt_capture_side */
    uint8_t changes; /* of the segment under way */
};

static void on_begun(void *ctx, struct tt_conn *conn)
{
    struct run *run = ctx;
    struct tt_trace *trace;

    require(tt_trace_new(run->changes & 1 ? 16 : 0, &run->alloc, &trace) == 0);
    conn->user = trace;
}

static void on_segment(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    struct run *run = ctx;
    struct tt_segment changed = *segment;
    struct tt_frame frame = *segment->frame;

    if (run->changes & (run->side == TT_HERE ? NOT_HERE : NOT_THERE))
        return;
    changed.frame = &frame;
    if (run->side == TT_THERE) {
        changed.ttl = (uint8_t)(changed.ttl - (run->changes & OTHER_TTL ? 3 : 1));
        changed.window ^= run->changes & OTHER_WINDOW ? 0x55 : 0;
        changed.ip_id += run->changes & OTHER_ID ? 7 : 0;
        changed.seq.n += run->changes & SHIFTED ? 0x1000 : 0;
        changed.payload_length /= run->changes & CUT ? 2 : 1;
        frame.time += run->changes & LATE ? 80 * TT_NS_PER_MS : step->from == TT_CLIENT ? 900000 : -900000;
    }
    require(tt_trace_segment(conn->user, &changed, step) == 0);
}

#define CONNS_MAX 64

static struct kept {
    struct tt_conn conn[CONNS_MAX];
    unsigned count;
} kept[2];

static void on_finished(void *ctx, struct tt_conn *conn)
{
    struct run *run = ctx;
    struct kept *to = &kept[run->side];

    if (to->count == CONNS_MAX) {
        tt_trace_free(conn->user);
        return;
    }
    require(tt_conn_keep(conn, &run->alloc, &to->conn[to->count++]) == 0);
}

static void play(struct run *run, const uint8_t *octets, size_t n)
{
    const struct tt_track_events events = {.begun = on_begun, .segment = on_segment, .finished = on_finished, .ctx = run};
    const struct tt_track_options options = {.linger = TT_NS_PER_S};
    struct tt_tracker *tracker;

    run->segments = (struct segments){.frame.time = 1000 * TT_NS_PER_S};
    kept[run->side].count = 0;
    require(tt_tracker_new(&options, &events, &run->alloc, &tracker) == 0);
    for (size_t at = 0; n - at >= SEGMENTS_RECORD && at < SEGMENTS_RECORD * 200; at += SEGMENTS_RECORD) {
        run->changes = octets[at + SEGMENTS_RECORD - 1];
        segments_one(&run->segments, tracker, octets + at);
    }
    require(tt_tracker_finish(tracker) == 0);
    tt_tracker_free(tracker);
}

static const struct tt_finding *find(const struct tt_comparison *out, enum tt_finding_kind kind)
{
    for (unsigned i = 0; i < out->count; i++)
        if (out->finding[i].kind == kind)
            return &out->finding[i];
    return NULL;
}

static void check(const struct tt_comparison *out)
{
    const struct tt_finding *matched = find(out, TT_FOUND_MATCHED);

    require(out->count > 0 && out->count <= TT_FINDINGS_MAX);
    if (matched)
        require((int64_t)matched->count <= matched->from && (int64_t)matched->count <= matched->to);
    require(out->other_side.reset_was_sent != TT_SENT_NO || out->other_side.forged[0] || out->other_side.forged[1]);
    require(!find(out, TT_FOUND_NONE_LOST) || !find(out, TT_FOUND_LOST));
    for (unsigned i = 1; i < out->count; i++)
        require(out->finding[i - 1].kind <= out->finding[i].kind);
}

static void tell(const struct tt_conn *conn, const struct tt_comparison *out)
{
    static char buffer[1 << 18];
    const struct tt_story_options options = {.other_side = out};
    const struct tt_style style = {.columns = 80};
    struct tt_verdict verdict;
    struct tt_text text;

    tt_judge(conn, &verdict);
    tt_text_init(&text, buffer, sizeof buffer, NULL);
    tt_story_text(conn, &verdict, NULL, &options, &style, &text);
    require(text.failed == 0);
    tt_text_init(&text, buffer, sizeof buffer, NULL);
    tt_story_json(conn, &verdict, NULL, &options, &style, &text);
    require(text.failed == 0);
}

static struct tt_side_view view(const struct tt_conn *conn)
{
    return (struct tt_side_view){conn, conn->user, conn->first, conn->last, UINT64_MAX, {0, 0}};
}

static void compare(struct run *run, const struct tt_conn *a, const struct tt_conn *b)
{
    static struct tt_comparison out;
    const struct tt_side_view here = view(a), there = view(b);

    for (unsigned partnership = 0; partnership < TT_PARTNERSHIP_COUNT; partnership++) {
        require(tt_compare((enum tt_partnership)partnership, &here, &there, &run->alloc, &out) == 0);
        check(&out);
    }
    require(tt_compare(TT_PARTNER_SAME, &here, &there, &run->alloc, &out) == 0);
    tell(a, &out);
    require(tt_compare(TT_PARTNER_SAME, &here, &here, &run->alloc, &out) == 0);
    require(!find(&out, TT_FOUND_LOST) && !find(&out, TT_FOUND_RESET_NOT_SENT) && !find(&out, TT_FOUND_NOT_SENT));
    require(!find(&out, TT_FOUND_MSS) && !find(&out, TT_FOUND_WINDOW) && !find(&out, TT_FOUND_IP_ID));
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    static struct run run;

    run.blocks = 0;
    run.alloc = (struct tt_alloc){segments_resize, &run.blocks};
    for (run.side = TT_HERE; run.side <= TT_THERE; run.side++)
        play(&run, octets, n);
    for (unsigned i = 0; i < kept[TT_HERE].count && i < kept[TT_THERE].count; i++)
        compare(&run, &kept[TT_HERE].conn[i], &kept[TT_THERE].conn[i]);
    for (unsigned side = 0; side < 2; side++)
        for (unsigned i = 0; i < kept[side].count; i++) {
            tt_trace_free(kept[side].conn[i].user);
            tt_conn_drop(&kept[side].conn[i], &run.alloc);
        }
    require(run.blocks == 0);
    return 0;
}
