/* SPDX-License-Identifier: BSD-2-Clause */
/* sides_partners.c - which connection of one capture is which of the other. */
#include "unit.h"
#include <stdio.h>
#include <tcptale/sides.h>

#define CONNS 6

/* A connection as a capture has it; port 0: there is none. */
struct had {
    uint8_t client, server; /* the last octet of the address */
    uint16_t client_port, server_port;
    uint32_t isn[2];      /* 0: not known */
    uint32_t first, last; /* packets: their numbers are made of these; 0: none */
};

struct row {
    const char *name;
    struct had here[CONNS], there[CONNS];
    const char *expected; /* "N" or "N:how" of each connection here; "-": none */
};

static const struct row rows[] = {
    {"the same in another order",
     {{1, 2, 1001, 80, {7, 8}, 1, 9}, {1, 2, 1002, 80, {9, 10}, 20, 29}},
     {{1, 2, 1002, 80, {9, 10}, 20, 29}, {1, 2, 1001, 80, {7, 8}, 1, 9}},
     "2:same 1:same"},
    {"one side lacks some",
     {{1, 2, 1001, 80, {7, 8}, 1, 9}, {1, 2, 1002, 80, {9, 10}, 20, 29}, {1, 2, 1003, 80, {11, 12}, 30, 39}},
     {{1, 2, 1003, 80, {11, 12}, 30, 39}},
     "-:none -:none 1:same"},
    {"a port that came again is told by its ISNs",
     {{1, 2, 1001, 80, {7, 8}, 1, 9}, {1, 2, 1001, 80, {9, 10}, 20, 29}},
     {{1, 2, 1001, 80, {9, 10}, 20, 29}},
     "-:none 1:same"},
    {"the client's address and port are translated",
     {{1, 2, 1001, 80, {7, 8}, 1, 9}, {1, 2, 1002, 80, {9, 10}, 20, 29}},
     {{5, 2, 3001, 80, {9, 10}, 20, 29}, {5, 2, 3002, 80, {7, 8}, 1, 9}},
     "2:translated 1:translated"},
    {"both ends are translated, and both ISNs agree",
     {{1, 2, 1001, 80, {7, 8}, 1, 9}},
     {{5, 6, 3001, 8080, {7, 8}, 1, 9}},
     "1:translated"},
    {"nothing but the client's ISN, of a SYN that nobody answered",
     {{1, 2, 1001, 80, {7, 0}, 1, 1}},
     {{5, 2, 3001, 80, {7, 0}, 1, 1}},
     "1:translated"},
    {"mid-stream by its packets, though translated and begun later",
     {{1, 2, 1001, 80, {0, 0}, 1, 40}},
     {{5, 2, 3001, 80, {0, 0}, 5, 44}},
     "1:translated"},
    {"mid-stream with the ends in other roles", {{1, 2, 1001, 1080, {0, 0}, 1, 40}}, {{2, 1, 1080, 1001, {0, 0}, 5, 44}}, "1:same"},
    {"the same ends, other numbers: a proxy, or numbers that a firewall shifts",
     {{1, 2, 1001, 80, {7, 8}, 1, 9}},
     {{1, 2, 1001, 80, {77, 88}, 51, 59}},
     "1:doubtful"},
    {"one ISN is shifted, the other kept", {{1, 2, 1001, 80, {7, 8}, 1, 9}}, {{5, 2, 3001, 80, {7, 88}, 51, 59}}, "1:doubtful"},
    {"nothing in common but the server", {{1, 2, 1001, 80, {7, 8}, 1, 9}}, {{1, 2, 1002, 80, {9, 10}, 20, 29}}, "-:none"},
    {"the capture there has it twice, before and behind the translation: the one with the same ends",
     {{1, 2, 1001, 80, {7, 8}, 1, 9}},
     {{5, 2, 3001, 80, {7, 8}, 1, 9}, {1, 2, 1001, 80, {7, 8}, 1, 9}},
     "2:same"},
    {"two that are as much like it",
     {{1, 2, 1001, 80, {7, 8}, 1, 9}},
     {{5, 2, 3001, 80, {7, 8}, 1, 9}, {6, 2, 3002, 80, {7, 8}, 1, 9}},
     "-:ambiguous"},
    {"of two with the same ends here, only one is there, and it is doubtful: the sure one has it",
     {{1, 2, 1001, 80, {70, 80}, 60, 69}, {1, 2, 1001, 80, {7, 8}, 1, 9}},
     {{1, 2, 1001, 80, {7, 8}, 1, 9}},
     "-:none 1:same"},
};

static void endpoint(struct tt_endpoint *end, uint8_t last, uint16_t port)
{
    memset(end, 0, sizeof *end);
    memcpy(end->addr.octets, (const uint8_t[]){10, 0, 0, last}, 4);
    end->port = port;
    end->ip_version = 4;
}

static int meet(struct tt_partners *partners, enum tt_capture_side side, uint64_t id, const struct had *had)
{
    struct tt_conn conn = {.id = id};
    const struct tt_step step = {.from = TT_CLIENT};
    int err = 0;

    endpoint(&conn.client, had->client, had->client_port);
    endpoint(&conn.server, had->server, had->server_port);
    for (unsigned end = 0; end < 2; end++) {
        conn.side[end].isn = tt_seq_of(had->isn[end]);
        conn.side[end].isn_known = had->isn[end] != 0;
    }
    for (uint32_t i = had->first; i && i <= had->last; i++) {
        const struct tt_segment segment = {.kind = TT_KIND_TCP,
                                           .seq = tt_seq_of(i * 1000),
                                           .ack = tt_seq_of(i),
                                           .payload_length = 10};
        int failed = tt_partners_segment(partners, side, &conn, &segment, &step);
        err = err ? err : failed;
    }
    int failed = tt_partners_finished(partners, side, &conn);
    return err ? err : failed;
}

static const char *word(enum tt_partnership partnership)
{
    static const char *const words[] = {
#define WORD(name, word) word,
        TT_PARTNERSHIPS(WORD)
#undef WORD
    };

    return words[partnership];
}

static void describe(const struct tt_partners *partners, const struct row *row, char *ret, size_t room)
{
    size_t at = 0;

    for (unsigned i = 0; i < CONNS && row->here[i].client_port; i++) {
        uint64_t there;
        enum tt_partnership partnership = tt_partner(partners, TT_HERE, i + 1, &there);
        uint64_t back = 0;

        if (there) {
            assert_int_equal(tt_partner(partners, TT_THERE, there, &back), partnership);
            assert_int_equal(back, i + 1);
        }
        char number[24] = "-";
        if (there)
            (void)snprintf(number, sizeof number, "%llu", (unsigned long long)there);
        at += (size_t)snprintf(ret + at, room - at, "%s%s:%s", i ? " " : "", number, word(partnership));
    }
}

static int run(const struct row *row, const struct tt_alloc *alloc, char *ret, size_t room)
{
    struct tt_partners *partners;
    int err = tt_partners_new((const uint64_t[2]){1, 2}, alloc, &partners);

    if (err)
        return err;
    for (unsigned i = 0; i < CONNS; i++) {
        if (!err && row->here[i].client_port)
            err = meet(partners, TT_HERE, i + 1, &row->here[i]);
        if (!err && row->there[i].client_port)
            err = meet(partners, TT_THERE, i + 1, &row->there[i]);
    }
    if (!err)
        err = tt_partners_settle(partners);
    if (!err)
        describe(partners, row, ret, room);
    tt_partners_free(partners);
    return err;
}

static void test_rows(void **state)
{
    unsigned failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct unit_memory memory;
        char got[256] = "";

        unit_memory_init(&memory);
        assert_int_equal(run(&rows[i], &memory.alloc, got, sizeof got), 0);
        assert_int_equal(memory.blocks, 0);
        if (strcmp(got, rows[i].expected) == 0)
            continue;
        failed++;
        print_error("%s\n  %s, not %s\n", rows[i].name, got, rows[i].expected);
    }
    assert_int_equal(failed, 0);
}

static int attempt(const struct tt_alloc *alloc, void *ctx)
{
    char got[256];

    return run(ctx, alloc, got, sizeof got);
}

static void test_each_request_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct row row = rows[i];
        unit_each_request_fails(attempt, &row);
    }
}

/* Strangers to the same port: what a proxy between makes; known ones there show that the capture is of that server. */
static void test_neighbours(void **state)
{
    struct unit_memory memory;
    struct tt_partners *partners;
    const struct had here = {1, 2, 1001, 80, {7, 8}, 1, 9}, both = {1, 2, 1002, 80, {9, 10}, 20, 29};
    const struct had strangers[] = {{5, 2, 3001, 80, {70, 80}, 60, 69},
                                    {5, 2, 3002, 80, {71, 81}, 70, 79},
                                    {5, 2, 3002, 81, {72, 82}, 80, 89}};

    (void)state;
    unit_memory_init(&memory);
    assert_int_equal(tt_partners_new((const uint64_t[2]){1, 2}, &memory.alloc, &partners), 0);
    assert_int_equal(meet(partners, TT_HERE, 1, &here), 0);
    assert_int_equal(meet(partners, TT_HERE, 2, &both), 0);
    assert_int_equal(meet(partners, TT_THERE, 1, &both), 0);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(meet(partners, TT_THERE, 2 + i, &strangers[i]), 0);
    assert_int_equal(tt_partners_settle(partners), 0);
    assert_int_equal(tt_partner_neighbours(partners, 1).strangers, 2);
    assert_int_equal(tt_partner_neighbours(partners, 1).known, 1);
    assert_int_equal(tt_partner_neighbours(partners, 99).strangers, 0);
    tt_partners_free(partners);
    assert_int_equal(memory.blocks, 0);
}

/* Thousands, of which each side lacks a third: every one that both have finds its partner, and nobody else does. */
static void test_thousands(void **state)
{
    struct unit_memory memory;
    struct tt_partners *partners;
    uint64_t here = 0, there = 0;
    static uint64_t wanted[10000];

    (void)state;
    unit_memory_init(&memory);
    assert_int_equal(tt_partners_new((const uint64_t[2]){1, 2}, &memory.alloc, &partners), 0);
    for (uint32_t i = 0; i < 9000; i++) {
        struct had had = {1, 2, (uint16_t)(1000 + i), 80, {i * 7919 + 1, i * 104729 + 1}, 20 * i + 1, 20 * i + 9};
        bool is_here = i % 3 != 1, is_there = i % 3 != 2;
        if (is_here)
            assert_int_equal(meet(partners, TT_HERE, ++here, &had), 0);
        had.client = 9;
        had.client_port = (uint16_t)(50000 - i);
        if (is_there)
            assert_int_equal(meet(partners, TT_THERE, ++there, &had), 0);
        if (is_here)
            wanted[here] = is_there ? there : 0;
    }
    assert_int_equal(tt_partners_settle(partners), 0);
    for (uint64_t id = 1; id <= here; id++) {
        uint64_t partner;
        (void)tt_partner(partners, TT_HERE, id, &partner);
        assert_int_equal(partner, wanted[id]);
    }
    tt_partners_free(partners);
    assert_int_equal(memory.blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_each_request_fails),
        cmocka_unit_test(test_neighbours),
        cmocka_unit_test(test_thousands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
