/* SPDX-License-Identifier: BSD-2-Clause */
/* base_text.c - numbers, addresses, sentences and the calendar as text. */
#include "unit.h"

static void numbers(void **state)
{
    static struct unit_text t;
    struct tt_text *text = unit_text_init(&t);
    (void)state;

    tt_text_u64(text, 0);
    tt_text_char(text, ' ');
    tt_text_u64(text, UINT64_MAX);
    tt_text_char(text, ' ');
    tt_text_i64(text, INT64_MIN);
    tt_text_char(text, ' ');
    tt_text_u64_padded(text, 7, 3);
    tt_text_char(text, ' ');
    tt_text_hex(text, 0xbeef, 1);
    tt_text_char(text, ' ');
    tt_text_hex(text, 0xf, 4);
    tt_text_char(text, ' ');
    tt_text_seconds(text, -1500000000);
    assert_string_equal(unit_text_string(&t), "0 18446744073709551615 -9223372036854775808 007 beef 000f -1.500000000");
}

static void addresses(void **state)
{
    static const struct {
        unsigned version;
        uint8_t octets[16];
        const char *text;
    } rows[] = {
        /* clang-format off */
        {4, {192, 0, 2, 1}, "192.0.2.1"},
        {6, {0}, "::"},
        {6, {[15] = 1}, "::1"},
        {6, {0x20, 1, 0x0d, 0xb8, [15] = 1}, "2001:db8::1"},
        {6, {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, "2001:db8:0:1:1:1:1:1"}, /* one zero group stays */
        {6, {0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, "2001:0:0:1::1"},              /* the longer run */
        {6, {0xfe, 0x80, [8] = 1}, "fe80::100:0:0:0"},
        {6, {[10] = 0xff, [11] = 0xff, 192, 0, 2, 1}, "::ffff:192.0.2.1"},
        {6, {0x20, 1, [13] = 0}, "2001::"},
        /* clang-format on */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static struct unit_text t;
        struct tt_addr addr;

        memcpy(addr.octets, rows[i].octets, 16);
        tt_text_addr(unit_text_init(&t), &addr, rows[i].version);
        assert_string_equal(unit_text_string(&t), rows[i].text);
    }
}

static void sentences(void **state)
{
    static struct unit_text t;
    struct tt_tongue english = {0};
    struct tt_fill fills[] = {{"who", "server", 6, 0}, {"n", NULL, 0, 42}};
    (void)state;

    unit_text_init(&t);
    tt_say(&t.text, &english, "{who} sent {n} B {{x} {unknown", fills, 2);
    assert_string_equal(unit_text_string(&t), "server sent 42 B {{x} {unknown");
}

static void calendar(void **state)
{
    static const struct {
        int64_t second, year;
        uint8_t month, day, hour;
    } rows[] = {
        /* clang-format off */
        {0, 1970, 1, 1, 0}, {951782400, 2000, 2, 29, 0}, {-1, 1969, 12, 31, 23}, {4107542400, 2100, 3, 1, 0},
        {1709251199, 2024, 2, 29, 23},
        /* clang-format on */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_civil civil;

        tt_civil_of(rows[i].second, &civil);
        assert_int_equal(civil.year, rows[i].year);
        assert_int_equal(civil.month, rows[i].month);
        assert_int_equal(civil.day, rows[i].day);
        assert_int_equal(civil.hour, rows[i].hour);
    }
}

static void json_strings_and_widths(void **state)
{
    static struct unit_text t;
    (void)state;

    tt_text_json_string(unit_text_init(&t), "a\"\\\n\x01\xff\xe4\xb8\xad", 9);
    assert_string_equal(unit_text_string(&t), "\"a\\\"\\\\\\n\\u0001\\ufffd\xe4\xb8\xad\"");
    assert_int_equal(tt_text_width("a\xe4\xb8\xad", 4), 3);
    assert_int_equal(tt_text_width("\xe2\x86\x92", 3), 1); /* an arrow */
}

static void a_full_buffer_is_said(void **state)
{
    static struct unit_text t;
    struct tt_text *text = unit_text_init(&t);
    (void)state;

    tt_text_repeat(text, 'x', sizeof t.buffer + 10);
    assert_int_equal(text->failed, TT_ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(addresses),
        cmocka_unit_test(sentences),
        cmocka_unit_test(calendar),
        cmocka_unit_test(json_strings_and_widths),
        cmocka_unit_test(a_full_buffer_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
