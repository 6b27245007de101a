/* SPDX-License-Identifier: BSD-2-Clause */
/* base_words.c - each word of the vocabulary goes there and back. */
#include "unit.h"
#include <tcptale/words.h>

static void every_word_is_its_own(void **state)
{
    (void)state;
    for (unsigned set = 0; set < TT_SET_COUNT; set++)
        for (unsigned i = 0; i < tt_word_count((enum tt_word_set)set); i++)
            assert_int_equal(tt_word_value((enum tt_word_set)set, tt_word((enum tt_word_set)set, i)), i);
}

static void strangers_are_refused(void **state)
{
    (void)state;
    assert_int_equal(tt_word_value(TT_SET_ENDING, "Reset"), TT_ERR_FORMAT);
    assert_string_equal(tt_word(TT_SET_ENDING, 1000), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_word_is_its_own), cmocka_unit_test(strangers_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
