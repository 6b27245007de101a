/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tell_lines.c - packet lines, where tcpdump cannot be asked: names, --relative, the zone, limits, and memory that runs out.
 */
#include "unit.h"

#include "tell/seq_table.h"
#include <tcptale/tell.h>

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* Ethernet, IPv4 192.0.2.1 to 198.51.100.2, TCP 50000 to 22; both checksums are 0. */
#define FRAME_OCTETS 54
static const uint8_t plain_frame[FRAME_OCTETS] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x0c, 0x01, 0x02, 0x03, 0x08, 0x00,       /* Ethernet */
    0x45, 0,    0,    40,   0,    1,    0x40, 0,    64,   6,    0,    0,    192,  0,    2, 1, /* IPv4 */
    198,  51,   100,  2,                                                                      /* … */
    0xc3, 0x50, 0,    22,   0,    0,    3,    0xe8, 0,    0,    0,    0,    0x50, 0x02, 1, 0, /* TCP */
    0,    0,    0,    0,                                                                      /* … */
};

struct fixture {
    struct unit_memory memory;
    struct unit_text text;
    struct tt_lines *lines;
    tt_ns time;
};

static void open_lines(struct fixture *f, const struct tt_line_options *options, const struct tt_style *style)
{
    memset(f, 0, sizeof *f);
    unit_memory_init(&f->memory);
    unit_text_init(&f->text);
    assert_int_equal(tt_lines_new(options, style, &f->memory.alloc, &f->lines), 0);
    f->time = 1733503352 * TT_NS_PER_S + 176289 * TT_NS_PER_US;
}

static void close_lines(struct fixture *f)
{
    tt_lines_free(f->lines);
    assert_int_equal(f->memory.blocks, 0);
    assert_int_equal(f->memory.octets, 0);
}

static int put(struct fixture *f, const uint8_t *octets, uint32_t n, uint32_t link)
{
    struct tt_frame frame = {.octets = octets, .captured = n, .length = n, .link = link, .time = f->time};

    return tt_lines_put(f->lines, &frame, NULL, 7, &f->text.text);
}

/* The plain frame with other ports, numbers and flags. */
static int put_tcp(struct fixture *f, bool reply, uint32_t seq, uint32_t ack, uint8_t flags)
{
    uint8_t octets[FRAME_OCTETS];

    memcpy(octets, plain_frame, sizeof octets);
    if (reply) {
        memcpy(octets + 26, plain_frame + 30, 4);
        memcpy(octets + 30, plain_frame + 26, 4);
        memcpy(octets + 34, plain_frame + 36, 2);
        memcpy(octets + 36, plain_frame + 34, 2);
    }
    for (unsigned i = 0; i < 4; i++) {
        octets[38 + i] = (uint8_t)(seq >> (24 - 8 * i));
        octets[42 + i] = (uint8_t)(ack >> (24 - 8 * i));
    }
    octets[47] = flags;
    return put(f, octets, sizeof octets, TT_LINK_ETHERNET);
}

static const char *service_name(void *ctx, uint16_t port)
{
    (void)ctx;
    return port == 22 ? "ssh" : NULL;
}

static const char *host_name(void *ctx, const struct tt_endpoint *endpoint)
{
    (void)ctx;
    return endpoint->addr.octets[0] == 192 ? "client.example" : NULL;
}

static const char *interface_name(void *ctx, uint32_t index)
{
    (void)ctx;
    return index == 3 ? "eth0" : NULL;
}

static const struct tt_style names = {.service = service_name, .host = host_name, .interface = interface_name};

static void names_of_ports_hosts_and_makers(void **state)
{
    static const struct tt_line_options options = {.link = true, .time = TT_TIME_NONE};
    static struct fixture f;
    (void)state;

    open_lines(&f, &options, &names);
    assert_int_equal(put(&f, plain_frame, sizeof plain_frame, TT_LINK_ETHERNET), 1);
    assert_string_equal(unit_text_string(&f.text),
                        "00:00:0c:01:02:03 (oui Cisco) > Broadcast, ethertype IPv4 (0x0800), length 54: "
                        "client.example.50000 > 198.51.100.2.ssh: Flags [S], seq 1000, win 256, length 0\n");
    close_lines(&f);
}

static void names_of_interfaces(void **state)
{
    static const struct tt_line_options options = {.time = TT_TIME_NONE, .numeric_ports = true};
    static const struct {
        uint8_t index;
        const char *text;
    } rows[] = {{3, "eth0  In  IP "}, {4, "?     In  IP "}};
    (void)state;

    for (size_t i = 0; i < LEN(rows); i++) {
        static struct fixture f;
        uint8_t octets[20 + 40] = {0x08, 0, [7] = rows[i].index, [9] = 1, [11] = 6};

        memcpy(octets + 20, plain_frame + 14, 40);
        open_lines(&f, &options, &names);
        assert_int_equal(put(&f, octets, sizeof octets, TT_LINK_LINUX_SLL2), 1);
        assert_memory_equal(unit_text_string(&f.text), rows[i].text, strlen(rows[i].text));
        close_lines(&f);
    }
}

/* tcpdump leaves SYNs and resets without ACK as they stand. */
static void relative_on_every_packet(void **state)
{
    static const struct {
        bool reply;
        uint32_t seq, ack;
        uint8_t flags;
        const char *told, *relative;
    } rows[] = {
        {false, 1000, 0, TT_SYN, "seq 1000, win", "seq 0, win"},
        {true, 0xfffffff0, 1001, TT_SYN | TT_ACK, "seq 4294967280, ack 1001, win", "seq 0, ack 1, win"},
        {false, 1001, 0xfffffff1, TT_ACK, "], ack 1, win", "], ack 1, win"},
        {true, 4, 1001, TT_FIN | TT_ACK, "seq 20, ack 1, win", "seq 20, ack 1, win"},
        {false, 1001, 0, TT_RST, "seq 1001, win", "seq 1, win"},
        {false, 9000, 0, TT_SYN, "seq 9000, win", "seq 0, win"}, /* the ports are used again */
    };
    (void)state;

    for (unsigned relative = 0; relative < 2; relative++) {
        const struct tt_line_options options = {.time = TT_TIME_NONE, .numeric_ports = true, .relative = relative};
        static struct fixture f;

        open_lines(&f, &options, &names);
        for (size_t i = 0; i < LEN(rows); i++) {
            unit_text_init(&f.text);
            assert_int_equal(put_tcp(&f, rows[i].reply, rows[i].seq, rows[i].ack, rows[i].flags), 1);
            assert_non_null(strstr(unit_text_string(&f.text), relative ? rows[i].relative : rows[i].told));
        }
        close_lines(&f);
    }
}

static void without_tcp_nothing_is_written(void **state)
{
    static const struct tt_line_options options = {.link = true, .number = true, .verbose = 3};
    static const uint8_t arp[42] = {[12] = 0x08, [13] = 0x06};
    static struct fixture f;
    uint8_t udp[FRAME_OCTETS];
    (void)state;

    memcpy(udp, plain_frame, sizeof udp);
    udp[23] = 17;
    open_lines(&f, &options, &names);
    assert_int_equal(put(&f, arp, sizeof arp, TT_LINK_ETHERNET), 0);
    assert_int_equal(put(&f, udp, sizeof udp, TT_LINK_ETHERNET), 0);
    assert_int_equal(put(&f, plain_frame, sizeof plain_frame, 60000), 0);
    assert_int_equal(put(&f, plain_frame, 0, TT_LINK_ETHERNET), 0);
    assert_string_equal(unit_text_string(&f.text), "");
    close_lines(&f);
}

static int32_t count_questions(void *ctx, int64_t second)
{
    ++*(unsigned *)ctx;
    return second < 1733504400 ? 3600 : 7200; /* 16:59:59 and 17:00:00 UTC */
}

static void the_zone_is_asked_once_in_a_quarter_of_an_hour(void **state)
{
    static const struct tt_line_options options = {.numeric_ports = true};
    static struct fixture f;
    unsigned questions = 0;
    struct tt_style style = {.zone = {count_questions, &questions}};
    (void)state;

    open_lines(&f, &options, &style);
    f.time = 1733503500 * TT_NS_PER_S; /* 16:45 UTC */
    for (unsigned i = 0; i < 900; i++, f.time += TT_NS_PER_S) {
        unit_text_init(&f.text);
        assert_int_equal(put(&f, plain_frame, sizeof plain_frame, TT_LINK_ETHERNET), 1);
    }
    assert_memory_equal(f.text.buffer, "17:59:59.000000 IP", 18);
    assert_int_equal(questions, 1);
    unit_text_init(&f.text);
    assert_int_equal(put(&f, plain_frame, sizeof plain_frame, TT_LINK_ETHERNET), 1);
    assert_memory_equal(f.text.buffer, "19:00:00.000000 IP", 18);
    assert_int_equal(questions, 2);
    close_lines(&f);
}

static void a_full_text_is_said(void **state)
{
    static const struct tt_line_options options = {.numeric_ports = true};
    static struct fixture f;
    int result = 1;
    (void)state;

    open_lines(&f, &options, &names);
    for (unsigned i = 0; i < 2000 && result == 1; i++)
        result = put(&f, plain_frame, sizeof plain_frame, TT_LINK_ETHERNET);
    assert_int_equal(result, TT_ERR_LIMIT);
    close_lines(&f);
}

/* Every allocation of a run fails once; what was out comes back. */
static void memory_runs_out(void **state)
{
    static const struct tt_line_options options = {.numeric_ports = true};
    bool failed = true;
    (void)state;

    for (long n = 1; failed; n++) {
        static struct fixture f;

        memset(&f, 0, sizeof f);
        unit_memory_init(&f.memory);
        f.memory.fail_at = n;
        failed = tt_lines_new(&options, &names, &f.memory.alloc, &f.lines) == TT_ERR_NOMEM;
        for (uint32_t i = 0; !failed && i < 400; i++) {
            uint8_t octets[FRAME_OCTETS];

            memcpy(octets, plain_frame, sizeof octets);
            octets[28] = (uint8_t)(i >> 8);
            octets[29] = (uint8_t)i;
            octets[47] = TT_ACK;
            unit_text_init(&f.text);
            failed = put(&f, octets, sizeof octets, TT_LINK_ETHERNET) == TT_ERR_NOMEM;
        }
        assert_true(failed || n > 2);
        close_lines(&f);
    }
}

static void key_of(uint32_t i, uint8_t key[SEQ_KEY_IP6])
{
    memset(key, 0, SEQ_KEY_IP6);
    memcpy(key + 4, &i, sizeof i);
}

/* A conversation is known as long as fewer than a generation of others were asked for since, and memory stays bounded. */
static void old_conversations_are_forgotten(void **state)
{
    static const uint64_t hash_key[2] = {1, 2};
    static const size_t sizes[] = {SEQ_KEY_IP4, SEQ_KEY_IP6};
    uint8_t key[SEQ_KEY_IP6];
    (void)state;

    for (size_t s = 0; s < LEN(sizes); s++) {
        struct unit_memory memory;
        struct seq_table table;
        long most = 0;

        unit_memory_init(&memory);
        seq_table_init(&table, &memory.alloc, hash_key, sizes[s]);
        table.generation_max = 300;
        for (uint32_t i = 0; i < 5000; i++) {
            key_of(i, key);
            struct seq_entry *entry = seq_table_at(&table, key);
            assert_int_equal(entry->known[0], 0);
            entry->known[0] = 1;
            entry->seq[0] = i;
            key_of(i < 140 ? 0 : i - 140, key); /* 280 were asked for since */
            assert_int_equal(seq_table_at(&table, key)->seq[0], i < 140 ? 0 : i - 140);
            most = memory.octets > most ? memory.octets : most;
        }
        key_of(0, key);
        assert_int_equal(seq_table_at(&table, key)->known[0], 0);
        assert_true(most < 100000);
        seq_table_done(&table);
        assert_int_equal(memory.blocks, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_ports_hosts_and_makers),
        cmocka_unit_test(names_of_interfaces),
        cmocka_unit_test(relative_on_every_packet),
        cmocka_unit_test(without_tcp_nothing_is_written),
        cmocka_unit_test(the_zone_is_asked_once_in_a_quarter_of_an_hour),
        cmocka_unit_test(a_full_text_is_said),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(old_conversations_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
