/* SPDX-License-Identifier: BSD-2-Clause */
/* base_keyhash.c - the keyed hash spreads names that follow one another as chance would, under any key. */
#include "unit.h"

#include "base/keyhash.h"

#define NAMES 32768
#define SLOTS 65536
#define FULLEST 12 /* of 32768 names thrown into 65536 slots by chance, the fullest has 7 or 8; 13 is one in 10^8 */

static const uint64_t keys[][2] = {
    {0, 0}, {1, 2}, {UINT64_MAX, UINT64_MAX}, {UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210)}, {1, UINT64_MAX},
};

/* Two addresses and two ports, 12 octets; what differs from name to name is at `at`, and goes up by `step`. */
static const struct {
    unsigned at;
    uint32_t step;
    bool network_order;
    const char *why;
} rows[] = {
    {8, 1, false, "a client's ports, one after the other"},
    {8, 2, false, "every second port, as some systems give them out"},
    {0, 1, true, "addresses of one network"},
    {4, 256, true, "one address of each network"},
    {0, 0x00010001, false, "several octets at once"},
    {7, 1, true, "what lies across words"},
};

static unsigned fullest(const uint64_t key[2], unsigned at, uint32_t step, bool network_order, unsigned shift)
{
    static uint8_t slots[SLOTS];
    uint8_t name[12] = {10, 0, 0, 1, 192, 0, 2, 1, 0x80, 0, 0, 80};
    unsigned most = 0;

    memset(slots, 0, sizeof slots);
    for (uint32_t i = 0; i < NAMES; i++) {
        uint32_t value = i * step;

        if (network_order)
            value = __builtin_bswap32(value);
        memcpy(name + at, &value, sizeof value);
        uint8_t *slot = &slots[tt_keyhash(key, name, sizeof name) >> shift & (SLOTS - 1)];
        ++*slot;
        most = *slot > most ? *slot : most;
    }
    return most;
}

static void neighbours_are_spread(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
        for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
            for (unsigned shift = 0; shift <= 32; shift += 16)
                if (fullest(keys[k], rows[r].at, rows[r].step, rows[r].network_order, shift) > FULLEST)
                    fail_msg("key %zu, bits from %u: %s", k, shift, rows[r].why);
}

/* Each bit of a name changes half of the hash: 32 bits, and over all bits 28 to 36 on the average. */
static void each_bit_counts(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        uint8_t name[36] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        uint64_t before = tt_keyhash(keys[k], name, sizeof name);
        unsigned changed = 0;

        for (unsigned bit = 0; bit < 8 * sizeof name; bit++) {
            name[bit / 8] ^= (uint8_t)(1u << bit % 8);
            changed += (unsigned)__builtin_popcountll(before ^ tt_keyhash(keys[k], name, sizeof name));
            name[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        assert_in_range(changed, 28 * 8 * sizeof name, 36 * 8 * sizeof name);
    }
}

/* In registers and in memory it is the same hash. */
static void two_words_are_sixteen_octets(void **state)
{
    static const uint64_t words[2] = {UINT64_C(0x1122334455667788), UINT64_C(0x99aabbccddeeff00)};
    (void)state;

    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
        assert_int_equal(tt_keyhash(keys[k], words, sizeof words), tt_keyhash_of_two(keys[k], words[0], words[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_spread),
        cmocka_unit_test(each_bit_counts),
        cmocka_unit_test(two_words_are_sixteen_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
