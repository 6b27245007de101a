/* SPDX-License-Identifier: BSD-2-Clause */
/* parts.c - the command's own small structures: the order of numbers, the worst few, the set of numbers, the nearest word. */
#include "../unit/unit.h"

#include "cli/idset.h"
#include "cli/nearest.h"
#include "cli/order.h"
#include "cli/worst.h"

/* ---- the order of numbers --------------------------------------------------------------------------------------------------- */

struct heard {
    uint64_t ids[16];
    unsigned count;
};

static void hear(void *ctx, struct tt_conn *conn)
{
    struct heard *heard = ctx;

    assert_true(heard->count < 16);
    heard->ids[heard->count++] = conn->id;
}

static void finish(struct cli_order *order, uint64_t id)
{
    const struct tt_conn conn = {.id = id};

    assert_int_equal(cli_order_put(order, &conn), 0);
}

static void assert_heard(const struct heard *heard, unsigned count, const uint64_t *ids)
{
    assert_int_equal(heard->count, count);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(heard->ids[i], ids[i]);
}

static void numbers_come_in_order(void **state)
{
    struct heard heard = {.count = 0};
    struct cli_order *order;
    (void)state;

    assert_int_equal(cli_order_new(hear, &heard, &order), 0);
    finish(order, 3);
    finish(order, 2);
    assert_int_equal(heard.count, 0); /* 1 is open yet */
    finish(order, 1);
    assert_heard(&heard, 3, (const uint64_t[]){1, 2, 3});
    cli_order_skip(order, 5);
    finish(order, 6);
    finish(order, 4);
    assert_heard(&heard, 5, (const uint64_t[]){1, 2, 3, 4, 6});
    finish(order, 9); /* 7 and 8 never come */
    cli_order_drain(order);
    assert_heard(&heard, 6, (const uint64_t[]){1, 2, 3, 4, 6, 9});
    cli_order_free(order);
}

static void a_long_one_is_not_waited_for(void **state)
{
    struct heard heard = {.count = 0};
    struct cli_order *order;
    (void)state;

    assert_int_equal(cli_order_new(hear, &heard, &order), 0);
    finish(order, 2);
    for (uint64_t id = 3; id <= CLI_ORDER_WINDOW; id++)
        cli_order_skip(order, id);
    assert_int_equal(heard.count, 0);
    finish(order, CLI_ORDER_WINDOW + 1); /* the window moves on behind 1 */
    assert_heard(&heard, 2, (const uint64_t[]){2, CLI_ORDER_WINDOW + 1});
    finish(order, 1); /* late, but not lost */
    assert_heard(&heard, 3, (const uint64_t[]){2, CLI_ORDER_WINDOW + 1, 1});
    cli_order_skip(order, 1);
    finish(order, 10 * (uint64_t)CLI_ORDER_WINDOW);
    cli_order_drain(order);
    assert_int_equal(heard.ids[3], 10 * (uint64_t)CLI_ORDER_WINDOW);
    cli_order_free(order);
}

static void what_waits_goes_with_the_order(void **state)
{
    struct heard heard = {.count = 0};
    struct cli_order *order;
    (void)state;

    assert_int_equal(cli_order_new(hear, &heard, &order), 0);
    finish(order, 2);
    cli_order_free(order);
    assert_int_equal(heard.count, 0);
    cli_order_free(NULL);
}

/* ---- the worst few ---------------------------------------------------------------------------------------------------------- */

static void the_worst_are_kept(void **state)
{
    static struct cli_worst worst;
    const struct tt_conn conn = {.id = 107};
    (void)state;

    cli_worst_add(&worst, 1, 0); /* ended well */
    assert_int_equal(worst.count, 0);
    for (uint64_t id = 100; id < 100 + CLI_WORST_MAX + 5; id++)
        cli_worst_add(&worst, id, id == 107 ? 9 : id == 111 ? 8 : 1);
    assert_int_equal(worst.count, CLI_WORST_MAX);
    assert_int_equal(cli_worst_rank(&worst, 107), 0);
    assert_int_equal(cli_worst_rank(&worst, 111), 1);
    assert_int_equal(cli_worst_rank(&worst, 100), 2); /* of equals, the earlier */
    assert_int_equal(cli_worst_rank(&worst, 114), CLI_WORST_MAX);
    cli_worst_keep(&worst, &conn);
    assert_true(worst.ones[0].kept);
    assert_int_equal(worst.ones[0].conn.id, 107);
}

/* ---- the set of numbers ------------------------------------------------------------------------------------------------------ */

static void a_set_grows(void **state)
{
    static const uint64_t ids[] = {1, 63, 64, 4095, 4096, 1000000};
    struct cli_idset set = {0};
    (void)state;

    assert_false(cli_idset_has(&set, 1));
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        assert_int_equal(cli_idset_add(&set, ids[i]), 0);
        assert_int_equal(cli_idset_add(&set, ids[i]), 0); /* once counts */
        assert_int_equal(set.count, i + 1);
    }
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        assert_true(cli_idset_has(&set, ids[i]));
        assert_false(cli_idset_has(&set, ids[i] + 2));
    }
    assert_false(cli_idset_has(&set, UINT64_MAX));
    cli_idset_done(&set);
}

/* ---- the nearest word -------------------------------------------------------------------------------------------------------- */

static void distances(void **state)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = {
        {"list", "list", 0}, {"", "abc", 3},           {"lst", "list", 1}, {"lits", "list", 1}, /* neighbours swapped */
        {"tell", "toll", 1}, {"packet", "packets", 1}, {"abc", "xyz", 3},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(cli_distance(rows[i].a, rows[i].b), rows[i].distance);
}

static void what_is_far_is_not_meant(void **state)
{
    struct cli_nearest nearest;
    (void)state;

    cli_nearest_init(&nearest, "frobnicate");
    cli_nearest_try(&nearest, "list");
    assert_null(nearest.word);
    cli_nearest_init(&nearest, "pack"); /* the beginning of a word */
    cli_nearest_try(&nearest, "packets");
    assert_string_equal(nearest.word, "packets");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_in_order),
        cmocka_unit_test(a_long_one_is_not_waited_for),
        cmocka_unit_test(what_waits_goes_with_the_order),
        cmocka_unit_test(the_worst_are_kept),
        cmocka_unit_test(a_set_grows),
        cmocka_unit_test(distances),
        cmocka_unit_test(what_is_far_is_not_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
