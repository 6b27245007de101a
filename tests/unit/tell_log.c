/* SPDX-License-Identifier: BSD-2-Clause */
/* tell_log.c - the bounded log of a connection: what it keeps, what it folds, what it does without memory. */
#include "scene.h"
#include "tell/log.h"

/* Feeds n segments of data, the numbers of the frames from 1. */
static int feed(struct tt_log *log, unsigned n)
{
    struct tt_conn conn = {0};
    int failed = 0;

    for (unsigned i = 0; i < n; i++) {
        struct tt_frame frame = {.number = i + 1, .time = (tt_ns)i * TT_NS_PER_MS};
        struct tt_segment segment = {.frame = &frame, .payload_length = 10, .flags = TT_ACK, .window = 1};
        struct tt_step step = {.notes = TT_STEP_NEW_DATA, .position = 1 + 10 * i, .new_octets = 10, .rtt_us = -1};
        int error = tt_log_segment(log, &conn, &segment, &step);
        if (error)
            failed = error;
    }
    return failed;
}

static void the_middle_is_folded(void **state)
{
    static const struct {
        unsigned steps_max, fed;
        uint32_t kept;
        uint64_t folded, last_of_head, first_of_tail; /* frames around the fold */
    } rows[] = {
        {16, 16, 16, 0, 8, 9},           /* exactly full */
        {16, 17, 16, 1, 8, 10},          /* the first that does not fit */
        {16, 100, 16, 84, 8, 93},        /* the ring went round several times */
        {17, 40, 17, 23, 8, 32},         /* an odd room */
        {1, 30, 16, 14, 8, 23},          /* too small a room is made larger */
        {0, 5000, 4096, 904, 2048, 2953} /* the default */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct unit_memory memory;
        struct tt_log *log;

        unit_memory_init(&memory);
        assert_int_equal(tt_log_new(rows[i].steps_max, &memory.alloc, &log), 0);
        assert_int_equal(feed(log, rows[i].fed), 0);
        assert_int_equal(log->count, rows[i].kept);
        assert_int_equal(log->folded, rows[i].folded);
        assert_int_equal(log->side[TT_CLIENT].segments, rows[i].fed); /* sums lose nothing */
        assert_int_equal(tt_log_at(log, log->steps_max / 2 - 1)->frame, rows[i].last_of_head);
        assert_int_equal(tt_log_at(log, log->steps_max / 2)->frame, rows[i].first_of_tail);
        assert_int_equal(tt_log_at(log, log->count - 1)->frame, rows[i].fed);
        for (uint32_t k = 1; k < log->count; k++)
            assert_true(tt_log_at(log, k - 1)->frame < tt_log_at(log, k)->frame);
        tt_log_free(log);
        assert_int_equal(memory.blocks, 0);
    }
}

static void first_lines(void **state)
{
    static const char long_line[] = "GET /0123456789/0123456789/0123456789/0123456789/0123456789/0123456789 HTTP/1.1\r\n";
    static const struct {
        const char *octets;
        uint32_t captured, length;
        const char *first;
        bool more;
    } rows[] = {
        {"SSH-2.0-x\r\n", 11, 11, "SSH-2.0-x", false},
        {"a\nb", 3, 3, "a", false},                           /* a short line is a line */
        {"abc", 3, 3, "abc", false},                          /* all of it is text */
        {"abc\x01", 4, 4, "", false},                         /* too little text to be any */
        {"\x16\x03\x01", 3, 3, "", false},                    /* TLS */
        {"\x1b[2Jhello world\n", 17, 17, "", false},          /* nothing that moves a cursor */
        {"hello world\x1b[2J", 15, 15, "hello world", false}, /* nor behind text */
        {"hello world", 11, 400, "hello world", true},        /* cut by the capture */
        {long_line, sizeof long_line - 1, sizeof long_line - 1, "GET /0123456789/0123456789/0123456789/0123456789/0123456789/0123",
         true},
        {"\r\n", 2, 2, "", false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct unit_memory memory;
        struct tt_log *log;
        struct tt_conn conn = {0};
        struct tt_frame frame = {.number = 1};
        struct tt_segment segment = {.frame = &frame,
                                     .payload = (const uint8_t *)rows[i].octets,
                                     .payload_captured = rows[i].captured,
                                     .payload_length = rows[i].length};
        struct tt_step step = {.notes = TT_STEP_NEW_DATA, .position = 1, .new_octets = rows[i].length, .rtt_us = -1};

        unit_memory_init(&memory);
        assert_int_equal(tt_log_new(0, &memory.alloc, &log), 0);
        assert_int_equal(tt_log_segment(log, &conn, &segment, &step), 0);
        assert_int_equal(log->side[TT_CLIENT].first_octets, strlen(rows[i].first));
        assert_memory_equal(log->side[TT_CLIENT].first, rows[i].first, strlen(rows[i].first));
        if (rows[i].first[0])
            assert_int_equal(log->side[TT_CLIENT].first_more, rows[i].more);
        tt_log_free(log);
    }
}

static void the_longest_silences_are_kept(void **state)
{
    static const int seconds[] = {3, 1, 9, 2, 0, 5, 4};
    static const uint64_t kept[] = {2, 4, 7, 8}; /* the frames behind the four longest, in the order of time */
    struct scene scene_of_test, *scene = &scene_of_test;
    (void)state;

    scene_init(scene);
    SAYS(TT_CLIENT, TT_ACK, 1, 1);
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++)
        SAYS(TT_CLIENT, TT_ACK, 1, 1, .after = seconds[i] * TT_NS_PER_S);
    assert_int_equal(scene->log->pause_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(scene->log->pauses[i].after.frame, kept[i]);
    scene_done(scene);
}

static void closed_windows_are_timed(void **state)
{
    struct scene scene_of_test, *scene = &scene_of_test;
    (void)state;

    scene_init(scene);
    SAYS(TT_CLIENT, TT_ACK, 1, 1, .notes = TT_STEP_ZERO_WINDOW);
    SAYS(TT_CLIENT, TT_ACK, 1, 1, .notes = TT_STEP_ZERO_WINDOW, .after = TT_NS_PER_S);
    SAYS(TT_CLIENT, TT_ACK, 1, 1, .after = TT_NS_PER_S);
    SAYS(TT_CLIENT, TT_ACK, 1, 1, .after = TT_NS_PER_S);
    assert_int_equal(scene->log->side[TT_CLIENT].zero_total, 2 * TT_NS_PER_S);
    scene_done(scene);
}

/* Without memory a segment is only counted, and the log goes on. */
static int log_with(const struct tt_alloc *alloc, void *ctx)
{
    struct tt_log *log;
    int error = tt_log_new(0, alloc, &log);
    (void)ctx;

    if (error)
        return error;
    error = feed(log, 100);
    assert_int_equal(log->count + log->folded, 100);
    for (uint32_t i = 1; i < log->count; i++)
        assert_true(tt_log_at(log, i - 1)->frame < tt_log_at(log, i)->frame);
    tt_log_free(log);
    return error;
}

static void every_request_for_memory_fails_once(void **state)
{
    (void)state;
    unit_each_request_fails(log_with, NULL);
}

static void any_times(void **state)
{
    static const struct {
        tt_ns from, to, span;
    } rows[] = {
        {0, 5, 5}, {5, 0, 0}, {INT64_MIN, INT64_MAX, INT64_MAX}, {INT64_MAX, INT64_MIN, 0}, {-3, -1, 2}, {INT64_MIN, 0, INT64_MAX},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(tt_span(rows[i].from, rows[i].to), rows[i].span);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_middle_is_folded),
        cmocka_unit_test(first_lines),
        cmocka_unit_test(the_longest_silences_are_kept),
        cmocka_unit_test(closed_windows_are_timed),
        cmocka_unit_test(every_request_for_memory_fails_once),
        cmocka_unit_test(any_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
