/* SPDX-License-Identifier: BSD-2-Clause */
/* track_limits.c - the tracker at its caps, without memory, with many connections, and above 4 GiB. */
#include "base/bytes.h"
#include "dialogue.h"
#include "track/table.h"

/* ---- segments without octets: the tracker reads only what they say ------------------------------------------------------- */

struct feeder {
    struct unit_memory memory;
    struct tt_tracker *tracker;
    struct tt_frame frame;
    uint64_t begun, finished, bytes[2], last_id;
    bool in_order; /* of ids */
    bool history;  /* of the last one was written */
    struct tt_conn last;
};

static void on_begun(void *ctx, struct tt_conn *conn)
{
    (void)conn;
    ((struct feeder *)ctx)->begun++;
}

static void on_finished(void *ctx, struct tt_conn *conn)
{
    struct feeder *f = ctx;

    f->in_order &= conn->id > f->last_id;
    f->last_id = conn->id;
    f->finished++;
    f->bytes[0] += conn->side[0].bytes;
    f->bytes[1] += conn->side[1].bytes;
    f->last = *conn;
    f->history = conn->zeek && conn->zeek->history[0];
}

static void feeder_init(struct feeder *f, const struct tt_track_options *options)
{
    const struct tt_track_events events = {.begun = on_begun, .finished = on_finished, .ctx = f};

    *f = (struct feeder){.in_order = true};
    unit_memory_init(&f->memory);
    assert_int_equal(tt_tracker_new(options, &events, &f->memory.alloc, &f->tracker), 0);
}

static void feeder_done(struct feeder *f, struct tt_track_facts *ret)
{
    assert_int_equal(tt_tracker_finish(f->tracker), 0);
    tt_tracker_facts(f->tracker, ret);
    tt_tracker_free(f->tracker);
    assert_int_equal(f->memory.blocks, 0);
    assert_int_equal(f->begun, f->finished);
    assert_int_equal(f->begun, ret->connections);
}

/* From host `client` (or back, when from is 1), with nothing but these numbers. */
static int feed(struct feeder *f, uint32_t client, unsigned from, unsigned flags, uint32_t seq, uint32_t ack, uint32_t length)
{
    struct tt_segment s = {
        .frame = &f->frame,
        .kind = TT_KIND_TCP,
        .seq = {seq},
        .ack = {ack},
        .flags = (uint16_t)flags,
        .window = 65535,
        .payload_length = length,
        .ip_length = 40 + length,
        .faults = TT_FAULT_CAPTURE_SHORT, /* no octets to sum up */
        .tcp_header_octets = 20,
        .ip_version = 4,
        .ip_protocol = 6,
        .ttl = 64,
        .ip_id = 1 + (uint32_t)f->frame.number % 65535,
        .src_port = from ? 80 : 40000,
        .dst_port = from ? 40000 : 80,
    };

    tt_put_be32(from ? s.dst_addr.octets : s.src_addr.octets, 0x0a000000 + client);
    tt_put_be32(from ? s.src_addr.octets : s.dst_addr.octets, 0xc0000201);
    f->frame.number++;
    f->frame.time += 100 * TT_NS_PER_US;
    return tt_tracker_feed(f->tracker, &s);
}

/* ---- caps ---------------------------------------------------------------------------------------------------------------- */

static void the_longest_idle_is_handed_on_early(void **state)
{
    const struct tt_track_options options = {.hash_key = {3, 4}, .connections_max = 10};
    struct tt_track_facts facts;
    struct feeder f;
    (void)state;

    feeder_init(&f, &options);
    for (uint32_t client = 0; client < 25; client++)
        assert_int_equal(feed(&f, client, 0, TT_SYN, 7, 0, 0), 0);
    assert_int_equal(f.finished, 15);
    assert_int_equal(f.last_id, 15);
    feeder_done(&f, &facts);
    assert_int_equal(facts.limited_connections, 15);
    assert_int_equal(facts.at_once, 10);
    assert_true(f.in_order);
}

static void no_more_than_allowed_linger(void **state)
{
    const struct tt_track_options options = {.lingering_max = 5};
    struct tt_track_facts facts;
    struct feeder f;
    (void)state;

    feeder_init(&f, &options);
    for (uint32_t client = 0; client < 20; client++) {
        assert_int_equal(feed(&f, client, 0, TT_SYN, 7, 0, 0), 0);
        assert_int_equal(feed(&f, client, 1, TT_RST | TT_ACK, 0, 8, 0), 0);
        assert_true(f.begun - f.finished <= 7);
    }
    feeder_done(&f, &facts);
    assert_int_equal(facts.limited_connections, 0);
}

static void lingering_ends(void **state)
{
    const struct tt_track_options options = {.linger = 2 * TT_NS_PER_S};
    struct tt_track_facts facts;
    struct feeder f;
    (void)state;

    feeder_init(&f, &options);
    assert_int_equal(feed(&f, 1, 0, TT_SYN, 7, 0, 0), 0);
    assert_int_equal(feed(&f, 1, 1, TT_RST | TT_ACK, 0, 8, 0), 0);
    f.frame.time += TT_NS_PER_S;
    assert_int_equal(feed(&f, 2, 0, TT_SYN, 7, 0, 0), 0);
    assert_int_equal(f.finished, 0);
    f.frame.time += 2 * TT_NS_PER_S;
    assert_int_equal(feed(&f, 2, 0, TT_SYN, 7, 0, 0), 0);
    assert_int_equal(f.finished, 1);
    feeder_done(&f, &facts);
}

/* Every second segment is missing: more holes than one direction may have, and later more than there are in all. */
static void holes_beyond_the_cap_count_as_lost(void **state)
{
    const struct tt_track_options options = {.ranges_max = 100};
    struct tt_track_facts facts;
    struct feeder f;
    (void)state;

    feeder_init(&f, &options);
    for (uint32_t client = 0; client < 3; client++) {
        assert_int_equal(feed(&f, client, 0, TT_ACK, 1000, 1, 100), 0);
        for (uint32_t i = 1; i < 200; i++)
            assert_int_equal(feed(&f, client, 0, TT_ACK, 1000 + 200 * i, 1, 100), 0);
    }
    feeder_done(&f, &facts);
    assert_true(facts.limited_ranges > 3 * 100);
    assert_int_equal(f.bytes[0], 3 * 200 * 100);
    assert_true(f.last.side[0].gap_bytes > 0 && f.last.side[0].gap_bytes <= 199 * 100);
}

static void what_is_no_segment_is_counted(void **state)
{
    const struct tt_track_options options = {.hash_key = {1, 1}};
    struct tt_segment s = {.kind = TT_KIND_FRAGMENT};
    struct tt_track_facts facts;
    struct feeder f;
    (void)state;

    feeder_init(&f, &options);
    s.frame = &f.frame;
    assert_int_equal(tt_tracker_feed(f.tracker, &s), 0);
    s.kind = TT_KIND_OTHER;
    assert_int_equal(tt_tracker_feed(f.tracker, &s), 0);
    assert_int_equal(tt_tracker_feed(f.tracker, &s), 0);
    feeder_done(&f, &facts);
    assert_int_equal(facts.fragments, 1);
    assert_int_equal(facts.not_tcp, 2);
    assert_int_equal(facts.segments, 0);
}

/* What nobody asks for is not followed, a connection's next one included; everything else is the same. */
static void without_zeek(void **state)
{
    (void)state;
    for (unsigned without = 0; without < 2; without++) {
        const struct tt_track_options options = {.hash_key = {1, 1}, .without_zeek = without};
        struct tt_track_facts facts;
        struct feeder f;

        feeder_init(&f, &options);
        assert_int_equal(feed(&f, 1, 0, TT_SYN, 7, 0, 0), 0);
        assert_int_equal(feed(&f, 1, 1, TT_SYN | TT_ACK, 70, 8, 0), 0);
        assert_int_equal(feed(&f, 1, 0, TT_ACK, 8, 71, 100), 0);
        assert_int_equal(feed(&f, 1, 0, TT_SYN, 90000, 0, 0), 0); /* into the live connection */
        assert_int_equal(feed(&f, 1, 1, TT_SYN | TT_ACK, 500, 90001, 0), 0);
        feeder_done(&f, &facts);
        assert_int_equal(facts.connections, 2);
        assert_int_equal(f.bytes[0], 100);
        assert_int_equal(f.history, !without);
        assert_int_equal(f.last.zeek == NULL, without);
    }
}

/* A host that connects a port to itself: there is one end, and nothing goes wrong. */
static void a_port_connected_to_itself(void **state)
{
    const struct tt_track_options options = {.hash_key = {1, 1}};
    struct tt_track_facts facts;
    struct feeder f;
    (void)state;

    feeder_init(&f, &options);
    struct tt_segment s = {.frame = &f.frame, .kind = TT_KIND_TCP, .ip_version = 4, .src_port = 9, .dst_port = 9, .flags = TT_SYN};
    for (unsigned i = 0; i < 4; i++) {
        static const uint16_t flags[4] = {TT_SYN, TT_SYN | TT_ACK, TT_ACK, TT_FIN | TT_ACK};
        s.flags = flags[i];
        s.seq.n = i > 1;
        s.ack.n = i > 0;
        s.ip_id = i + 1;
        f.frame.number++;
        assert_int_equal(tt_tracker_feed(f.tracker, &s), 0);
    }
    feeder_done(&f, &facts);
    assert_int_equal(facts.connections, 1);
    assert_int_equal(f.last.side[TT_CLIENT].packets, 4);
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------- */

static void positions_go_on_above_4_gib(void **state)
{
    enum { STEP = 1 << 20, STEPS = 5000 };
    const struct tt_track_options options = {.hash_key = {0, 0}};
    struct tt_track_facts facts;
    struct feeder f;
    uint32_t seq = UINT32_MAX - 3;
    (void)state;

    feeder_init(&f, &options);
    assert_int_equal(feed(&f, 1, 0, TT_SYN, seq++, 0, 0), 0);
    assert_int_equal(feed(&f, 1, 1, TT_SYN | TT_ACK, 50, seq, 0), 0);
    for (unsigned i = 0; i < STEPS; i++) {
        assert_int_equal(feed(&f, 1, 0, TT_ACK, seq, 51, STEP), 0);
        seq += STEP;
        if (i % 100 == 0)
            assert_int_equal(feed(&f, 1, 0, TT_ACK, seq - STEP, 51, STEP), 0);
        assert_int_equal(feed(&f, 1, 1, TT_ACK, 51, seq, 0), 0);
    }
    feeder_done(&f, &facts);
    assert_int_equal(facts.connections, 1);
    assert_int_equal(f.last.side[0].bytes, (uint64_t)STEP * STEPS);
    assert_int_equal(f.last.side[0].snd_una, 1 + (uint64_t)STEP * STEPS);
    assert_int_equal(f.last.side[0].retransmitted_packets, STEPS / 100);
    assert_int_equal(f.last.side[0].gap_bytes, 0);
}

/* ---- the table ----------------------------------------------------------------------------------------------------------- */

/* Many come and go: each is found as long as it is there, and searches stay short because nothing is left behind. */
static void the_table_does_not_wear_out(void **state)
{
    enum { HOSTS = 5000, ROUNDS = 20 };
    const struct tt_track_options options = {.hash_key = {9, 9}, .lingering_max = 1000};
    struct tt_track_facts facts;
    struct feeder f;
    (void)state;

    feeder_init(&f, &options);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t host = 0; host < HOSTS; host++)
            assert_int_equal(feed(&f, round * HOSTS + host, 0, TT_SYN, 7, 0, 0), 0);
        for (uint32_t host = 0; host < HOSTS; host++)
            assert_int_equal(feed(&f, round * HOSTS + host, 1, TT_RST | TT_ACK, 0, 8, 0), 0);
        assert_int_equal(f.begun, (round + 1) * HOSTS);
    }
    feeder_done(&f, &facts);
    assert_int_equal(facts.connections, ROUNDS * HOSTS);
    assert_int_equal(f.finished, ROUNDS * HOSTS);
}

static void deleting_leaves_no_hole_in_a_search(void **state)
{
    enum { COUNT = 600 };
    static struct tracked records[COUNT];
    const uint64_t key[2] = {1, 1};
    struct unit_memory memory;
    struct table table;
    (void)state;

    unit_memory_init(&memory);
    assert_int_equal(table_init(&table, &memory.alloc, key), 0);
    for (uint32_t i = 0; i < COUNT; i++) {
        records[i].hash = 1000 + i / 50; /* runs of 50 that run into one another, and around the end */
        assert_int_equal(table_reserve(&table), 0);
        table_insert(&table, &records[i]);
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        table_remove(&table, &records[(i * 7) % COUNT]); /* 7 and 600 have no common factor */
        for (uint32_t slot = 0; slot < table.slots; slot++) {
            if (!table.entries[slot].tracked)
                continue;
            for (uint32_t s = (uint32_t)table.entries[slot].hash & (table.slots - 1); s != slot; s = (s + 1) & (table.slots - 1))
                assert_non_null(table.entries[s].tracked);
        }
    }
    assert_int_equal(table.used, 0);
    table_done(&table);
    assert_int_equal(memory.blocks, 0);
}

/* ---- no memory ----------------------------------------------------------------------------------------------------------- */

/* Each request for memory fails once: the tracker goes on, every connection that was begun is finished, and nothing leaks. */
static void any_request_for_memory_may_fail(void **state)
{
    static const char packets[] = "c S 0; s S. 0 1; c . 1 1; c P. 1:11 1; c P. 21:31 1; c P. 41:51 1; s . 1 61; s . 1 11; "
                                  "c S isn=90000 0; s S. isn=70000 0 1; c . 1 1; c S isn=20000 0; s R 1; c S isn=8 0; c F. 1 1";
    static struct dialogue d;
    long requests;
    (void)state;

    d.memory.fail_at = 0;
    assert_int_equal(dialogue_run(&d, NULL, packets), 0);
    requests = d.memory.requests;
    assert_true(requests >= 4);
    for (long n = 1; n <= requests; n++) {
        d.memory.fail_at = n;
        int err = dialogue_run(&d, NULL, packets);
        assert_true(err == 0 || err == TT_ERR_NOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_idle_is_handed_on_early),
        cmocka_unit_test(no_more_than_allowed_linger),
        cmocka_unit_test(lingering_ends),
        cmocka_unit_test(holes_beyond_the_cap_count_as_lost),
        cmocka_unit_test(what_is_no_segment_is_counted),
        cmocka_unit_test(without_zeek),
        cmocka_unit_test(a_port_connected_to_itself),
        cmocka_unit_test(positions_go_on_above_4_gib),
        cmocka_unit_test(the_table_does_not_wear_out),
        cmocka_unit_test(deleting_leaves_no_hole_in_a_search),
        cmocka_unit_test(any_request_for_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
