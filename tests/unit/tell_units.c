/* SPDX-License-Identifier: BSD-2-Clause */
/* tell_units.c - quantities as people read them, and cells that keep their width. */
#include "tell/units.h"
#include "unit.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void sizes(void **state)
{
    static const struct {
        uint64_t octets;
        const char *text;
    } rows[] = {
        /* clang-format off */
        {0, "0 B"},           {42, "42 B"},         {999, "999 B"},
        {1000, "1.0 kB"},     {1049, "1.0 kB"},     {1050, "1.1 kB"},
        {9949, "9.9 kB"},     {9950, "10 kB"}, /* rounding adds a digit and drops the decimal */
        {12499, "12 kB"},     {999499, "999 kB"},   {999500, "1.0 MB"}, /* never 1000 kB */
        {1234567, "1.2 MB"},  {UINT64_MAX, "18 EB"},
        /* clang-format on */
    };
    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        static struct unit_text t;
        tt_put_size(unit_text_init(&t), rows[i].octets);
        assert_string_equal(unit_text_string(&t), rows[i].text);
    }
}

static void durations(void **state)
{
    static const struct {
        tt_ns ns;
        const char *text;
    } rows[] = {
        /* clang-format off */
        {0, "0 s"},
        {17, "17 ns"},
        {1500, "1.5 µs"},
        {113000, "113 µs"},
        {999499, "999 µs"},
        {999500, "1.0 ms"},
        {172 * TT_NS_PER_MS, "172 ms"},
        {999500000, "1.0 s"},
        {20440 * TT_NS_PER_MS, "20.4 s"},
        {59949 * TT_NS_PER_MS, "59.9 s"},
        {59950 * TT_NS_PER_MS, "1 min"}, /* never 60.0 s */
        {200 * TT_NS_PER_S, "3 min 20 s"},
        {7500 * TT_NS_PER_S, "2 h 5 min"},
        {86400 * 3 * TT_NS_PER_S + 4 * 3600 * TT_NS_PER_S, "3 d 4 h"},
        {-5 * TT_NS_PER_MS, "-5.0 ms"},
        {INT64_MAX, "106751 d 23 h"},
        {INT64_MIN, "-106751 d 23 h"},
        /* clang-format on */
    };
    static struct unit_text t;
    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        tt_put_duration(unit_text_init(&t), rows[i].ns, false);
        assert_string_equal(unit_text_string(&t), rows[i].text);
    }
    tt_put_duration(unit_text_init(&t), 113000, true);
    assert_string_equal(unit_text_string(&t), "113 us");
}

static void short_forms(void **state)
{
    static const struct {
        tt_ns ns;
        uint64_t octets;
        const char *text;
    } rows[] = {
        {0, 0, "0s 0"},
        {999, 999, "999ns 999"},
        {113000, 1000, "113µs 1.0k"},
        {172 * TT_NS_PER_MS, 999500, "172ms 1.0M"},
        {59499 * TT_NS_PER_MS, 12000000, "59s 12M"},
        {59500 * TT_NS_PER_MS, 12000000, "1.0min 12M"}, /* never 60s */
        {200 * TT_NS_PER_S, UINT64_MAX, "3.3min 18E"},
        {7500 * TT_NS_PER_S, 42, "2.1h 42"},
        {INT64_C(9999) * 86400 * TT_NS_PER_S, 42, "9999d 42"},
        {-TT_NS_PER_S, 42, "-1.0s 42"},
    };
    static struct unit_text t;
    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        tt_put_duration_short(unit_text_init(&t), rows[i].ns, false);
        tt_text_char(&t.text, ' ');
        tt_put_size_short(&t.text, rows[i].octets);
        assert_string_equal(unit_text_string(&t), rows[i].text);
    }
    tt_put_duration_short(unit_text_init(&t), 113000, true);
    assert_string_equal(unit_text_string(&t), "113us");
}

static void counts_and_shares(void **state)
{
    static const struct {
        uint64_t part, whole;
        const char *text;
    } rows[] = {
        /* clang-format off */
        {0, 10, "0%"},      {1, 100000, "<0.1%"}, {4, 1000, "0.4%"},  {99, 1000, "9.9%"},
        {1, 2, "50%"},      {1, 11, "9.1%"},      {7, 7, "100%"},     {0, 0, "0%"},
        {995, 10000, "10%"},        /* never 10.0% */
        {999999, 1000000, ">99%"},  /* not all */
        {21, 20, "105%"},           /* sent again more than once */
        {UINT64_MAX, 1, "999%"},
        {1, 0, "100%"},
        {UINT64_MAX, UINT64_MAX, "100%"},
        /* clang-format on */
    };
    static struct unit_text t;
    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        tt_put_share(unit_text_init(&t), rows[i].part, rows[i].whole);
        assert_string_equal(unit_text_string(&t), rows[i].text);
    }
    tt_put_count(unit_text_init(&t), 0);
    tt_text_char(&t.text, ' ');
    tt_put_count(&t.text, 1683120);
    tt_text_char(&t.text, ' ');
    tt_put_count(&t.text, UINT64_MAX);
    assert_string_equal(unit_text_string(&t), "0 1,683,120 18,446,744,073,709,551,615");
}

static int32_t half_an_hour_west(void *ctx, int64_t second)
{
    (void)ctx, (void)second;
    return -1800;
}

static void moments(void **state)
{
    static struct unit_text t;
    struct tt_zone utc = {0}, west = {half_an_hour_west, NULL};
    tt_ns moment = 1668962552 * TT_NS_PER_S + 176289123;
    (void)state;

    tt_put_time_of_day(unit_text_init(&t), moment, &utc, 3);
    tt_text_char(&t.text, ' ');
    tt_put_time_of_day(&t.text, moment, &west, 0);
    tt_text_char(&t.text, ' ');
    tt_put_moment(&t.text, moment, &utc, 9);
    tt_text_char(&t.text, ' ');
    tt_put_moment(&t.text, -1, &utc, 6);
    assert_string_equal(unit_text_string(&t), "16:42:32.176 16:12:32 2022-11-20 16:42:32.176289123 1969-12-31 23:59:59.999999");
}

static void cells(void **state)
{
    static const struct {
        const char *octets;
        unsigned columns;
        enum tt_align align;
        bool ascii;
        const char *text;
    } rows[] = {
        /* clang-format off */
        {"ab", 4, TT_ALIGN_LEFT, false, "ab  "},
        {"ab", 4, TT_ALIGN_RIGHT, false, "  ab"},
        {"abcd", 4, TT_ALIGN_RIGHT, false, "abcd"},
        {"abcde", 4, TT_ALIGN_LEFT, false, "abc…"},
        {"abcde", 4, TT_ALIGN_RIGHT, true, "abc~"},
        {"中文字", 4, TT_ALIGN_LEFT, false, "中… "}, /* two columns each, and one left over */
        {"中文", 4, TT_ALIGN_RIGHT, false, "中文"},
        {"ab", 0, TT_ALIGN_LEFT, false, ""},
        {"", 2, TT_ALIGN_RIGHT, false, "  "},
        /* clang-format on */
    };
    static struct unit_text t;
    static struct tt_scratch scratch;
    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        tt_text_string(tt_scratch_init(&scratch), rows[i].octets);
        tt_put_cell(unit_text_init(&t), &scratch, rows[i].columns, rows[i].align, rows[i].ascii);
        assert_string_equal(unit_text_string(&t), rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),       cmocka_unit_test(durations), cmocka_unit_test(counts_and_shares),
        cmocka_unit_test(short_forms), cmocka_unit_test(moments),   cmocka_unit_test(cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
