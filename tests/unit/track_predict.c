/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * track_predict.c - header prediction is an abbreviation: with `verify` every segment takes the long way, and every capture comes
 * to the same facts and the same steps both ways.
 */
#include "captures.h"
#include <tcptale/tell.h>

/* What one pass over a capture came to, as a digest of steps and facts; and how many steps the short way could take. */
struct pass {
    uint64_t digest;
    unsigned steps, conns;
};

static void mix(struct pass *pass, const void *octets, size_t n)
{
    const uint8_t *p = octets;

    for (size_t i = 0; i < n; i++)
        pass->digest = (pass->digest ^ p[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
}

static void segment(void *ctx, struct tt_conn *conn, const struct tt_segment *s, const struct tt_step *step)
{
    struct pass *pass = ctx;
    struct tt_step plain;

    (void)conn;
    (void)s;
    memset(&plain, 0, sizeof plain); /* padding */
    plain.from = step->from;
    plain.notes = step->notes;
    plain.position = step->position;
    plain.ack = step->ack;
    plain.new_octets = step->new_octets;
    plain.window = step->window;
    plain.rtt_us = step->rtt_us;
    plain.again = step->again;
    plain.denied = step->denied;
    mix(pass, &plain, sizeof plain);
    pass->steps++;
}

static void finished(void *ctx, struct tt_conn *conn)
{
    struct pass *pass = ctx;
    struct tt_verdict verdict;
    static char record[65536];
    struct tt_text text;

    tt_judge(conn, &verdict);
    tt_text_init(&text, record, sizeof record, NULL);
    tt_record_json(conn, &verdict, &text);
    mix(pass, record, (size_t)(text.at - text.start));
    for (unsigned i = 0; i < 2; i++) {
        const struct tt_side *side = &conn->side[i];
        const uint64_t facts[] = {side->snd_nxt,         side->snd_una,         side->fin,
                                  side->rcv_wnd,         side->flags_seen,      side->uses,
                                  side->unanswered,      side->backoffs,        side->data_packets,
                                  side->window_probes,   side->last.frame,      side->syn.frame,
                                  side->first_fin.frame, side->fin_acked.frame, side->resets,
                                  side->look_varies,     side->first_ip_id,     side->last_ip_id,
                                  side->messages,        side->message,         side->message_first.frame,
                                  side->in_a_row,        side->unasked.frame};
        mix(pass, facts, sizeof facts);
    }
    pass->conns++;
}

static struct pass follow(const char *path, bool verify)
{
    struct pass pass = {.digest = UINT64_C(0xcbf29ce484222325)};
    const struct tt_track_options options = {.hash_key = {1, 2}, .verify = verify};
    const struct tt_track_events events = {.segment = segment, .finished = finished, .ctx = &pass};
    struct tt_tracker *tracker;
    struct tt_capture *capture;
    struct tt_segment seg;
    struct tt_error error;
    struct tt_frame frame;

    assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, &error), 0);
    assert_int_equal(tt_tracker_new(&options, &events, tt_system_alloc(), &tracker), 0);
    while (tt_capture_next(capture, &frame) > 0) {
        tt_decode(&frame, &seg);
        assert_int_equal(tt_tracker_feed(tracker, &seg), 0);
    }
    assert_int_equal(tt_tracker_finish(tracker), 0);
    tt_tracker_free(tracker);
    tt_capture_free(capture);
    return pass;
}

static void same_both_ways(const char *path)
{
    struct pass shortly = follow(path, false), whole = follow(path, true);

    if (shortly.digest != whole.digest)
        fail_msg("%s: prediction comes to other facts", path);
    assert_int_equal(shortly.steps, whole.steps);
    assert_true(shortly.conns > 0 && shortly.conns == whole.conns);
}

static void captures_come_to_the_same_facts(void **state)
{
    (void)state;
    assert_true(each_capture("captures", same_both_ways) >= 4);
    assert_true(each_capture("captures/endings", same_both_ways) >= 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(captures_come_to_the_same_facts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
