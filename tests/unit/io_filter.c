/* SPDX-License-Identifier: BSD-2-Clause */
/* io_filter.c - filter expressions: what passes on which link type, and what is said of a wrong one. */
#include "io_build.h"

/* A SYN from 192.0.2.1:1000 to 192.0.2.2:80, IPv4 without a link header. */
static const uint8_t packet_octets[] = {
    0x45, 0,   0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 192,  0, 2,  1, 192, 0, 2, 2, /* IPv4 */
    3,    232, 0, 80, 0, 0, 0, 1, 0,  0, 0, 0, 0x50, 2, 32, 0, 0,   0, 0, 0, /* TCP */
};

/* The packet behind what the link type has in front. */
static struct tt_frame frame_on(uint32_t link)
{
    static const struct {
        uint32_t link, octets;
        uint8_t header[20];
    } links[] = {
        {1, 14, {[12] = 8}},
        {12, 0, {0}},
        {101, 0, {0}},
        {228, 0, {0}},
        {0, 4, {2}},
        {108, 4, {[3] = 2}},
        {113, 16, {[14] = 8}},
        {276, 20, {8}},
        {9, 4, {0xff, 3, 0, 0x21}},
        {50, 4, {0xff, 3, 0, 0x21}},
    };
    static uint8_t octets[100];
    size_t i = 0;

    while (links[i].link != link)
        i++;
    memcpy(octets, links[i].header, links[i].octets);
    memcpy(octets + links[i].octets, packet_octets, sizeof packet_octets);
    uint32_t n = links[i].octets + (uint32_t)sizeof packet_octets;
    return (struct tt_frame){octets, n, n, link, 0, 0, 1};
}

static void what_passes(void **state)
{
    static const struct {
        const char *expression;
        uint32_t link;
        int passes;
    } rows[] = {
        {"tcp port 80", 1, 1},
        {"tcp port 81", 1, 0},
        {"tcp port 80", 12, 1},
        {"tcp port 80", 101, 1},
        {"tcp port 80", 228, 1},
        {"tcp port 80", 0, 1},
        {"tcp port 80", 108, 1},
        {"tcp port 80", 113, 1},
        {"tcp port 80", 276, 1},
        {"tcp port 80", 9, 1},
        {"tcp port 80", 50, 1},
        {"tcp[tcpflags] & tcp-syn != 0", 101, 1},
        {"host 192.0.2.2 and not host 192.0.2.1", 101, 0},
        {"", 1, 1},
        {"ether src 00:00:00:00:00:00", 1, 1},
        {"ether src 00:00:00:00:00:00", 101, 0}, /* makes no sense there */
        {"greater 54", 1, 1},
        {"greater 55", 1, 0},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct unit_memory memory;
        struct tt_filter *filter;
        struct tt_frame frame = frame_on(rows[i].link);
        unit_memory_init(&memory);
        assert_int_equal(tt_filter_new(rows[i].expression, &memory.alloc, &filter, NULL), 0);
        assert_int_equal(tt_filter_match(filter, &frame), rows[i].passes);
        tt_filter_free(filter);
        assert_int_equal(memory.octets, 0);
    }
}

/* More link types than programs are kept, twice around. */
static void many_link_types(void **state)
{
    struct tt_filter *filter;
    (void)state;

    assert_int_equal(tt_filter_new("tcp port 80", tt_system_alloc(), &filter, NULL), 0);
    for (int turn = 0; turn < 2; turn++)
        for (uint32_t link = 1000; link < 1040; link++) {
            struct tt_frame frame = frame_on(1), unknown = frame;
            unknown.link = link;
            assert_int_equal(tt_filter_match(filter, &unknown), 0);
            assert_int_equal(tt_filter_match(filter, &frame), 1);
        }
    tt_filter_free(filter);
}

/* Octets that are not there do not pass. */
static void short_frames(void **state)
{
    struct tt_filter *filter;
    struct tt_frame frame = frame_on(1);
    (void)state;

    assert_int_equal(tt_filter_new("tcp port 80", tt_system_alloc(), &filter, NULL), 0);
    for (frame.captured = 0; frame.captured < 14 + 24; frame.captured++)
        assert_int_equal(tt_filter_match(filter, &frame), 0);
    assert_int_equal(tt_filter_match(filter, &frame), 1);
    tt_filter_free(filter);
}

static void wrong_expressions(void **state)
{
    static const struct {
        const char *expression, *says;
    } rows[] = {
        {"tcp port 80 andd host 192.0.2.1", "wrong at \"andd host 192.0.2.1\", behind \"tcp port 80\": "},
        {"(tcp port 80 or (udp prt 53))", "wrong at \"prt 53))\", behind \"(tcp port 80 or (udp\": "},
        {"tcp port", "wrong at \"port\", behind \"tcp\": "},
        {"andd", "filter \"andd\": "},
        {"port 70000", "filter \"port 70000\": "},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_filter *filter;
        struct tt_error error;
        assert_int_equal(tt_filter_new(rows[i].expression, tt_system_alloc(), &filter, &error), TT_ERR_FORMAT);
        if (!strstr(error.text, rows[i].says))
            fail_msg("\"%s\" does not say \"%s\"", error.text, rows[i].says);
    }
}

static void failing_allocations(void **state)
{
    (void)state;

    for (long fail_at = 1; fail_at <= 3; fail_at++) {
        struct unit_memory memory;
        struct tt_filter *filter = NULL;
        unit_memory_init(&memory);
        memory.fail_at = fail_at;
        assert_int_equal(tt_filter_new("tcp", &memory.alloc, &filter, NULL), fail_at < 3 ? TT_ERR_NOMEM : 0);
        tt_filter_free(filter);
        assert_int_equal(memory.octets, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_passes),       cmocka_unit_test(many_link_types),     cmocka_unit_test(short_frames),
        cmocka_unit_test(wrong_expressions), cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
