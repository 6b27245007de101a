/* SPDX-License-Identifier: BSD-2-Clause */
/* tell_conn_state.c - conn.log's states, each from a dialogue that leads to it. */
#include "dialogue.h"
#include "tell/conn_state.h"

static void every_state(void **state)
{
    /* clang-format off */
    static const struct {
        const char *packets, *state;
    } rows[] = {
        {"c S 0", "S0"},
        {"c S 0; s S. 0 1; c . 1 1", "S1"},
        {"c S 0; s S. 0 1; c . 1 1; c F. 1 1; s F. 1 2; c . 2 2", "SF"},
        {"c S 0; s R. -5000 1", "REJ"},
        {"c S 0; s S. 0 1; c F. 1 1; s . 1 2", "S2"},
        {"c S 0; s S. 0 1; s F. 1 1; c . 1 2", "S3"},
        {"c S 0; s S. 0 1; c R 1", "RSTO"},
        {"c S 0; s S. 0 1; c . 1 1; s R 900000000", "RSTR"}, /* not believed, but it counts there */
        {"c S 0; c R 1", "RSTOS0"},
        {"s S. 0 1; s R 1", "RSTRH"},
        {"c S 0; c F. 1 1", "SH"},
        {"s S. 0 1; s F. 1 1", "SHR"},
        {"c . 1 1; s . 1 1", "OTH"},
        {"s S. 0 1; c . 1 1; s P. 1:2 1", "S1"}, /* the SYN is missing */
    };
    /* clang-format on */
    static struct dialogue d;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        d.memory.fail_at = 0;
        assert_int_equal(dialogue_run(&d, NULL, rows[i].packets), 0);
        assert_string_equal(tt_conn_state(&d.conns[0]), rows[i].state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_state)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
