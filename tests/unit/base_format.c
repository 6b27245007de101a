/* SPDX-License-Identifier: BSD-2-Clause */
/* base_format.c - printf's notation, beside the C library's own. */
#include "unit.h"

#include "base/digits.h"
#include "base/format.h"
#include <stdio.h>

#define CHECK(...)                                                                                                                 \
    do {                                                                                                                           \
        static struct unit_text t;                                                                                                 \
        char wanted[256];                                                                                                          \
        (void)snprintf(wanted, sizeof wanted, __VA_ARGS__);                                                                        \
        tt_text_format(unit_text_init(&t), __VA_ARGS__);                                                                           \
        assert_string_equal(unit_text_string(&t), wanted);                                                                         \
    } while (0)

static void every_conversion(void **state)
{
    (void)state;
    CHECK("plain, and 100%%");
    CHECK("%u %u %5u|%-5u|%05u", 0U, 4294967295U, 42U, 42U, 42U);
    CHECK("%x %X %02x %04x 0x%08x", 0xbeefU, 0xbeefU, 7U, 0xabcdeU, 1U);
    CHECK("%lu %lx", 18446744073709551615UL, 0xdeadbeefcafeUL);
    CHECK("%s|%5s|%-5s|%.*s|%c", "text", "ab", "ab", 3, "abcdef", 'c');
    CHECK("%u behind", 1U);
}

static void digits_in_a_row(void **state)
{
    static const uint32_t values[] = {0,         9,           10,        99,         100,      999,      1000,
                                      9999,      10000,       12345,     9999999,    10000000, 99999999, 100000000,
                                      123456789, 4294967295U, 100000001, 1000000007, 400000000};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char got[TT_U32_DIGITS + 1], wanted[TT_U32_DIGITS + 1];

        *tt_put_u32(got, values[i]) = '\0';
        (void)snprintf(wanted, sizeof wanted, "%u", values[i]);
        assert_string_equal(got, wanted);
        *tt_put_six(got, values[i] % 1000000) = '\0';
        (void)snprintf(wanted, sizeof wanted, "%06u", values[i] % 1000000);
        assert_string_equal(got, wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_conversion), cmocka_unit_test(digits_in_a_row)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
