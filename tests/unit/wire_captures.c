/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire_captures.c - each frame of each capture in captures/, cut at every snap length: it decodes, to something sound, and nothing
 * beyond the cut is touched (the cut is the end of a heap block, where a sanitizer watches).
 */
#include "captures.h"
#include "wire_rows.h"

static void cut_capture(const char *path)
{
    struct tt_capture *capture;
    struct tt_error error;
    struct row row = {0};
    unsigned frames = 0;

    assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, &error), 0);
    while (tt_capture_next(capture, &row.frame) > 0) {
        tt_decode(&row.frame, &row.seg);
        assert_ptr_equal(wire_broken(&row.frame, &row.seg), NULL);
        row_cut_everywhere(&row);
        frames++;
    }
    assert_int_equal(tt_capture_error(capture)->code, 0);
    tt_capture_free(capture);
    assert_int_not_equal(frames, 0);
}

static void every_cut_of_every_frame(void **state)
{
    (void)state;
    assert_true(each_capture("captures", cut_capture) >= 4);
    assert_true(each_capture("captures/endings", cut_capture) >= 50);
}

/* The server's side of these was captured before its card filled in the checksums; the client's came off the wire. */
static void what_was_left_to_the_card(void **state)
{
    static const char *const names[] = {"seed-handshake", "seed-transfer", "seed-close", "seed-reset"};
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct tt_capture *capture;
        struct tt_segment seg;
        struct tt_error error;
        struct tt_frame frame;
        char path[4096];
        uint16_t right;

        (void)snprintf(path, sizeof path, "%s/captures/%s.pcap", getenv("TT_SOURCE"), names[i]);
        assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, &error), 0);
        while (tt_capture_next(capture, &frame) > 0) {
            tt_decode(&frame, &seg);
            assert_int_equal(seg.kind, TT_KIND_TCP);
            assert_int_equal(tt_tcp_checksum(&seg, &right), seg.src_port == 22 ? TT_CHECKSUM_OFFLOADED : TT_CHECKSUM_GOOD);
            assert_int_equal(tt_ip_checksum(&seg, &right), TT_CHECKSUM_GOOD);
        }
        tt_capture_free(capture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_cut_of_every_frame), cmocka_unit_test(what_was_left_to_the_card)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
