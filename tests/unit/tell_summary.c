/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tell_summary.c - the summary of generated connections, its sketch against exact counts, and its quartiles.
 *
 * With an argument it prints a summary as JSON, for tests/record to read.
 */
#include "unit.h"

#include <stdio.h>

#include "conns.h"
#include "tell/histogram.h"
#include "tell/sketch.h"
#include <tcptale/tell.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct unit_text t;

static const char *https(void *ctx, uint16_t port)
{
    (void)ctx;
    return port == 443 ? "https" : NULL;
}

/* ---- a capture ------------------------------------------------------------------------------------------ */

/* The i-th of a capture of web connections: each 10th is reset by the server, each 25th refused, one was never answered. */
static void conn_of(unsigned i, struct tt_conn *conn, struct tt_verdict *verdict)
{
    conn_web(conn, verdict);
    conn->id = i + 1;
    conn->client.addr.octets[3] = (uint8_t)(i % 50);
    conn->server.port = i % 5 ? 443 : 8080;
    conn->first = CONN_START + i * TT_NS_PER_S;
    conn->last = conn->first + (i + 1) * TT_NS_PER_MS;
    conn->side[TT_CLIENT].syn.time = conn->first;
    conn->opened.time = conn->first + 20 * TT_NS_PER_MS;
    if (i % 10 == 3) {
        verdict->ending = TT_ENDING_RESET;
        verdict->form = TT_FORM_NONE;
        verdict->ended_by = TT_BY_SERVER;
        verdict->cause = TT_CAUSE_UNKNOWN;
        verdict->bytes_lost = 10;
        conn->side[TT_SERVER].retransmitted_packets = 2;
        conn->side[TT_SERVER].retransmitted_bytes = 2000;
    }
    if (i % 25 == 7) {
        verdict->opening = TT_OPENING_REFUSED;
        verdict->ending = TT_ENDING_REFUSED;
        verdict->cause = TT_CAUSE_PORT_CLOSED;
        conn->side[TT_SERVER].bytes = 0;
    }
    if (i == 42) {
        verdict->opening = TT_OPENING_SYN_ONLY;
        verdict->ending = TT_ENDING_UNANSWERED;
        verdict->ended_by = TT_BY_NONE;
        verdict->cause = TT_CAUSE_UNKNOWN;
        conn->side[TT_CLIENT].gap_bytes = 99;
    }
}

static struct tt_summary *summary_of(const struct tt_alloc *alloc, unsigned connections)
{
    static struct tt_conn conn;
    static struct tt_verdict verdict;
    struct tt_summary *summary;

    if (tt_summary_new(alloc, &summary) < 0)
        return NULL;
    for (unsigned i = 0; i < connections; i++) {
        conn_of(i, &conn, &verdict);
        assert_int_equal(tt_summary_add(summary, &conn, &verdict), 0);
    }
    return summary;
}

static const struct tt_summary_context context = {
    .source = "big.pcap",
    .frames = 2000,
    .dropped = 3,
    .track = {.segments = 1800, .at_once = 12, .not_tcp = 200, .duplicates = 280, .limited_connections = 7},
};

static void as_text(void **state)
{
    struct tt_style style = {.columns = 80, .service = https};
    struct unit_memory memory;
    (void)state;

    unit_memory_init(&memory);
    struct tt_summary *summary = summary_of(&memory.alloc, 100);
    tt_summary_text(summary, &context, &style, unit_text_init(&t));
    tt_summary_free(summary);
    assert_int_equal(memory.blocks, 0);
    assert_string_equal(unit_text_string(&t), "capture  big.pcap\n"
                                              "         2,000 packets, 1,800 of them TCP; 119 MB of data in 124 MB\n"
                                              "         100 connections, at most 12 at once\n"
                                              "         from 2022-11-20 16:42:32 on, for 1 min 39 s\n"
                                              "opened   handshake                               95    95%\n"
                                              "         SYN only                                 1   1.0%\n"
                                              "         refused                                  4   4.0%\n"
                                              "ended    closed                                  85    85%\n"
                                              "         reset                                   10    10%\n"
                                              "         refused                                  4   4.0%\n"
                                              "         no answer                                1   1.0%\n"
                                              "by       the client                              89    89%\n"
                                              "         the server                              10    10%\n"
                                              "         nobody                                   1   1.0%\n"
                                              "why      port closed                              4   4.0%\n"
                                              "         not known                               11    11%\n"
                                              "senders  192.168.1.9                         119 MB   >99%\n"
                                              "         192.168.1.0                           84 B  <0.1%\n"
                                              "         192.168.1.1                           84 B  <0.1%\n"
                                              "         192.168.1.2                           84 B  <0.1%\n"
                                              "         192.168.1.3                           84 B  <0.1%\n"
                                              "ports    443 (https)                          94 MB    79%\n"
                                              "         8080                                 25 MB    21%\n"
                                              "lost     20 packets sent again (2.2%), 20 kB of data (<0.1%)\n"
                                              "         99 B acknowledged but not captured\n"
                                              "         100 B sent that the other end can no longer get\n"
                                              "took     handshakes: 25% within 20 ms, 50% 20 ms, 75% 20 ms\n"
                                              "         connections: 25% within 27 ms, 50% 53 ms, 75% 82 ms\n"
                                              "besides  200 packets that are not TCP\n"
                                              "         280 copies that the capture made, not counted\n"
                                              "         3 packets dropped by the capture\n"
                                              "         7 connections ended early: too many at once to remember\n"
                                              "\n"
                                              "     # client → server                          for  sent  rcvd  ending\n"
                                              "     4 192.168.1.3:60722 → 192.168.1.9:443    4.0ms    42  1.2M  server reset\n"
                                              "    14 192.168.1.13:60722 → 192.168.1.9:443    14ms    42  1.2M  server reset\n"
                                              "    24 192.168.1.23:60722 → 192.168.1.9:443    24ms    42  1.2M  server reset\n"
                                              "    34 192.168.1.33:60722 → 192.168.1.9:443    34ms    42  1.2M  server reset\n"
                                              "    44 192.168.1.43:60722 → 192.168.1.9:443    44ms    42  1.2M  server reset\n"
                                              "These ended worst.  The story of one:\n"
                                              "  tcptale tell --conn 4 big.pcap\n");
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    struct unit_memory memory;
    (void)state;

    unit_memory_init(&memory);
    struct tt_summary *summary = summary_of(&memory.alloc, 100);
    struct tt_summary_context long_source = context;
    long_source.source = "captures/with a long name/\033[31m\xff/中文/and more and more and more/and more/file.pcap";
    for (unsigned columns = 60; columns < 200; columns++) {
        struct tt_style style = {.columns = columns, .ascii = columns & 1, .service = https};

        tt_summary_text(summary, &long_source, &style, unit_text_init(&t));
        const char *line = unit_text_string(&t);
        assert_null(strchr(line, '\033'));
        for (; *line; line += strcspn(line, "\n") + 1)
            assert_true(tt_text_width(line, strcspn(line, "\n")) <= columns);
    }
    tt_summary_free(summary);
}

/* Nothing names a command that would not work, and nothing that follows anyway is said first. */
static void the_worst_of_what_is_live_or_told_next(void **state)
{
    struct tt_summary_context live = context, told = context;
    struct tt_style style = {.columns = 80};
    struct unit_memory memory;
    (void)state;

    unit_memory_init(&memory);
    struct tt_summary *summary = summary_of(&memory.alloc, 100);
    live.live = true;
    tt_summary_text(summary, &live, &style, unit_text_init(&t));
    assert_non_null(strstr(unit_text_string(&t), "  server reset\nThese ended worst.\n"));
    assert_null(strstr(unit_text_string(&t), "tcptale tell"));
    told.without_worst = true;
    tt_summary_text(summary, &told, &style, unit_text_init(&t));
    assert_null(strstr(unit_text_string(&t), "These ended worst"));
    assert_null(strstr(unit_text_string(&t), "client →"));
    tt_summary_free(summary);
}

static void of_nothing(void **state)
{
    struct tt_summary_context empty = {.source = "-", .dropped = UINT64_MAX};
    struct tt_style style = {0};
    struct unit_memory memory;
    (void)state;

    unit_memory_init(&memory);
    struct tt_summary *summary = summary_of(&memory.alloc, 0);
    tt_summary_text(summary, &empty, &style, unit_text_init(&t));
    assert_string_equal(unit_text_string(&t), "capture  -\n"
                                              "         0 packets, 0 of them TCP; 0 B of data in 0 B\n"
                                              "         0 connections\n");
    tt_summary_free(summary);
}

static void the_worst_are_kept(void **state)
{
    struct tt_summary_context empty = {.source = "-", .dropped = UINT64_MAX};
    struct unit_memory memory;
    (void)state;

    unit_memory_init(&memory);
    struct tt_summary *summary = summary_of(&memory.alloc, 1000);
    tt_summary_json(summary, &empty, unit_text_init(&t));
    tt_summary_free(summary);
    /* resets before refusals; the first of equals */
    assert_non_null(strstr(unit_text_string(&t), "\"worst\":[4,14,24,34,44]}\n"));
}

static int take_a_few(const struct tt_alloc *alloc, void *ctx)
{
    struct tt_summary *summary;
    int err = tt_summary_new(alloc, &summary);

    (void)ctx;
    if (err)
        return err;
    tt_summary_free(summary);
    return 0;
}

static void each_request_for_memory_fails(void **state)
{
    (void)state;
    unit_each_request_fails(take_a_few, NULL);
}

/* ---- the sketch ----------------------------------------------------------------------------------------- */

static struct tt_endpoint host(uint32_t n)
{
    struct tt_endpoint name = {.ip_version = 4};

    memcpy(name.addr.octets, &n, sizeof n);
    return name;
}

/* Few enough names: every count is exact, in order. */
static void few_names_are_exact(void **state)
{
    struct unit_memory memory;
    struct tt_sketch sketch;
    const struct tt_counter *top[8];
    (void)state;

    unit_memory_init(&memory);
    assert_int_equal(tt_sketch_init(&sketch, &memory.alloc, 16), 0);
    for (unsigned round = 0; round < 3; round++)
        for (uint32_t i = 1; i <= 20; i++) {
            struct tt_endpoint name = host(i);
            tt_sketch_add(&sketch, &name, i);
        }
    assert_int_equal(tt_sketch_top(&sketch, top, COUNT(top)), COUNT(top));
    assert_false(sketch.replaced);
    for (uint32_t i = 0; i < COUNT(top); i++) {
        assert_int_equal(top[i]->count, 3 * (20 - i));
        assert_int_equal(top[i]->error, 0);
        assert_int_equal(top[i]->name.addr.octets[0], 20 - i);
    }
    tt_sketch_done(&sketch);
    assert_int_equal(memory.blocks, 0);
}

/* Many more names than places: the true count is always between count - error and count, and the truly busy are all found. */
static void many_names_stay_within_bounds(void **state)
{
    enum { NAMES = 20000, BUSY = 5, PLACES = 64 * TT_SKETCH_WAYS };
    static uint64_t truth[NAMES];
    struct unit_memory memory;
    struct tt_sketch sketch;
    const struct tt_counter *top[PLACES];
    uint32_t random = 1;
    (void)state;

    unit_memory_init(&memory);
    assert_int_equal(tt_sketch_init(&sketch, &memory.alloc, 64), 0);
    long octets = memory.octets;
    for (unsigned i = 0; i < 400000; i++) {
        random = random * 1664525 + 1013904223;
        uint32_t n = i % 4 == 0 ? (random >> 16) % BUSY : (random >> 8) % NAMES;
        uint64_t count = 1 + (random >> 24);
        struct tt_endpoint name = host(n);

        tt_sketch_add(&sketch, &name, count);
        truth[n] += count;
    }
    assert_int_equal(memory.octets, octets);
    assert_true(sketch.replaced);

    unsigned found = tt_sketch_top(&sketch, top, PLACES);
    assert_true(found > BUSY);
    for (unsigned i = 0; i < found; i++) {
        uint32_t n;

        memcpy(&n, top[i]->name.addr.octets, sizeof n);
        assert_true(truth[n] <= top[i]->count);
        assert_true(truth[n] >= top[i]->count - top[i]->error);
        if (i < BUSY)
            assert_true(n < BUSY);
    }
    tt_sketch_done(&sketch);
}

/* ---- quartiles ------------------------------------------------------------------------------------------ */

static void quartiles(void **state)
{
    static const struct {
        uint64_t first, last, step;
        uint64_t quartile[3]; /* exact */
    } rows[] = {
        {1, 4, 1, {1, 2, 3}},
        {120, 120, 1, {120, 120, 120}},
        {1, 1000, 1, {250, 500, 750}},
        {1000000, 9000000, 1000, {3000000, 5000000, 7000000}},
        {UINT64_MAX - 3, UINT64_MAX - 1, 1, {UINT64_MAX - 3, UINT64_MAX - 2, UINT64_MAX - 1}},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_histogram histogram = {0};

        assert_int_equal(tt_histogram_quartile(&histogram, 2), 0);
        for (uint64_t value = rows[i].first; value <= rows[i].last; value += rows[i].step)
            tt_histogram_add(&histogram, value);
        for (unsigned q = 1; q <= 3; q++) {
            uint64_t exact = rows[i].quartile[q - 1], got = tt_histogram_quartile(&histogram, q);

            assert_true(got >= exact);
            assert_true(got - exact <= exact / 8);
        }
    }
}

static int print_summary(void)
{
    struct unit_memory memory;

    unit_memory_init(&memory);
    struct tt_summary *summary = summary_of(&memory.alloc, 100);
    tt_summary_json(summary, &context, unit_text_init(&t));
    tt_summary_free(summary);
    fputs(unit_text_string(&t), stdout);
    return ferror(stdout) || t.text.failed;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_text),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(the_worst_of_what_is_live_or_told_next),
        cmocka_unit_test(of_nothing),
        cmocka_unit_test(the_worst_are_kept),
        cmocka_unit_test(each_request_for_memory_fails),
        cmocka_unit_test(few_names_are_exact),
        cmocka_unit_test(many_names_stay_within_bounds),
        cmocka_unit_test(quartiles),
    };

    (void)argv;
    if (argc > 1)
        return print_summary();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
