/* SPDX-License-Identifier: BSD-2-Clause */
/* base_memory.c - the pool of records: what it gives out is apart and aligned, comes back first, and is all returned at its end. */
#include "base/memory.h"
#include "unit.h"

static void records_are_apart_and_aligned(void **state)
{
    static const size_t sizes[] = {1, 8, 17, 64, 900};
    struct unit_memory memory;
    (void)state;

    unit_memory_init(&memory);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *records[10]; /* more than one block */
        struct tt_slab slab;

        tt_slab_init(&slab, &memory.alloc, sizes[i], 4);
        for (unsigned r = 0; r < 10; r++) {
            records[r] = tt_slab_get(&slab);
            assert_non_null(records[r]);
            assert_int_equal((uintptr_t)records[r] % 16, 0);
            memset(records[r], (int)r, sizes[i]);
        }
        for (unsigned r = 0; r < 10; r++)
            for (size_t o = 0; o < sizes[i]; o++)
                assert_int_equal(records[r][o], r);
        tt_slab_done(&slab);
        assert_int_equal(memory.blocks, 0);
    }
}

static void what_comes_back_is_used_first(void **state)
{
    struct unit_memory memory;
    struct tt_slab slab;
    (void)state;

    unit_memory_init(&memory);
    tt_slab_init(&slab, &memory.alloc, 24, 8);
    for (unsigned round = 0; round < 100; round++) {
        void *a = tt_slab_get(&slab), *b = tt_slab_get(&slab);

        tt_slab_give(&slab, a);
        assert_ptr_equal(tt_slab_get(&slab), a);
        tt_slab_give(&slab, b);
        tt_slab_give(&slab, a);
    }
    assert_int_equal(memory.requests, 1);
    tt_slab_done(&slab);
    assert_int_equal(memory.octets, 0);
}

static int fill_a_pool(const struct tt_alloc *alloc, void *ctx)
{
    struct tt_slab slab;
    int status = 0;
    (void)ctx;

    tt_slab_init(&slab, alloc, 40, 4);
    for (unsigned r = 0; r < 20 && status == 0; r++)
        if (!tt_slab_get(&slab))
            status = TT_ERR_NOMEM;
    tt_slab_done(&slab);
    return status;
}

static void no_memory_is_said(void **state)
{
    (void)state;
    unit_each_request_fails(fill_a_pool, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_apart_and_aligned),
        cmocka_unit_test(what_comes_back_is_used_first),
        cmocka_unit_test(no_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
