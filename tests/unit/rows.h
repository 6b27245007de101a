/* SPDX-License-Identifier: BSD-2-Clause */
/* rows.h - tests that are tables: a reason, a dialogue (dialogue.h) and what is expected of it. */
#ifndef TCPTALE_ROWS_H
#define TCPTALE_ROWS_H

#include "dialogue.h"

struct row {
    const char *why;
    const char *packets;
    const char *expected;
};

static inline void run_rows(const struct row *rows, size_t count)
{
    static struct dialogue d;
    unsigned failed = 0;

    for (size_t i = 0; i < count; i++) {
        d.memory.fail_at = 0;
        assert_int_equal(dialogue_run(&d, NULL, rows[i].packets), 0);
        failed += dialogue_expect(&d, rows[i].why, rows[i].expected);
    }
    assert_int_equal(failed, 0);
}

/* A test of the name test_NAME that runs the rows NAME. */
#define ROWS_TEST(name)                                                                                                            \
    static void test_##name(void **state)                                                                                          \
    {                                                                                                                              \
        (void)state;                                                                                                               \
        run_rows(name, sizeof name / sizeof name[0]);                                                                              \
    }

#endif
