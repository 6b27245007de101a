/* SPDX-License-Identifier: BSD-2-Clause */
/* wire_encode.c - what was encoded decodes to what it was, with right checksums. */
#include "unit.h"
#include <tcptale/wire.h>

static const uint8_t timestamps[12] = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
static const uint8_t payload[] = "GET / HTTP/1.1\r\n\r\n"; /* an odd number of octets, with the NUL */

static struct tt_segment segment_of(uint8_t ip_version)
{
    struct tt_segment seg = {
        .src_port = 49152,
        .dst_port = 443,
        .seq = tt_seq_of(0xfffffff0),
        .ack = tt_seq_of(0x01020304),
        .flags = TT_ACK | TT_PSH | TT_AE | 0x800,
        .window = 0xfedc,
        .urgent = 0x0102,
        .ttl = 57,
        .tos = 0xb9,
        .ip_version = ip_version,
        .dont_fragment = true,
    };

    for (unsigned i = 0; i < (ip_version == 6 ? 16u : 4u); i++) {
        seg.src_addr.octets[i] = (uint8_t)(0x20 + i);
        seg.dst_addr.octets[i] = (uint8_t)(0xf0 - i);
    }
    if (ip_version == 6)
        seg.flow_label = 0xabcde;
    else
        seg.ip_id = 0x8765;
    return seg;
}

static void assert_same(const struct tt_segment *a, const struct tt_segment *b)
{
    assert_memory_equal(&a->src_addr, &b->src_addr, sizeof a->src_addr);
    assert_memory_equal(&a->dst_addr, &b->dst_addr, sizeof a->dst_addr);
    assert_int_equal(a->src_port, b->src_port);
    assert_int_equal(a->dst_port, b->dst_port);
    assert_int_equal(a->seq.n, b->seq.n);
    assert_int_equal(a->ack.n, b->ack.n);
    assert_int_equal(a->flags, b->flags);
    assert_int_equal(a->window, b->window);
    assert_int_equal(a->urgent, b->urgent);
    assert_int_equal(a->ttl, b->ttl);
    assert_int_equal(a->tos, b->tos);
    assert_int_equal(a->ip_id, b->ip_id);
    assert_int_equal(a->dont_fragment, b->dont_fragment);
    assert_int_equal(a->flow_label, b->flow_label);
    assert_int_equal(a->ip_version, b->ip_version);
}

static void there_and_back(void **state)
{
    static const struct {
        uint8_t ip_version;
        size_t options, payload;
    } rows[] = {
        {4, 0, 0}, {4, 12, 0}, {4, 0, 1}, {4, 12, sizeof payload}, {6, 0, 0}, {6, 12, sizeof payload}, {6, 4, 7},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_segment in = segment_of(rows[i].ip_version), out;
        uint8_t packet[200];
        uint16_t right;
        int n = tt_encode(&in, timestamps, rows[i].options, payload, rows[i].payload, packet, sizeof packet);
        struct tt_frame frame = {.octets = packet, .captured = (uint32_t)n, .length = (uint32_t)n, .link = TT_LINK_RAW};

        assert_int_equal(n, (rows[i].ip_version == 6 ? 60 : 40) + rows[i].options + rows[i].payload);
        tt_decode(&frame, &out);
        assert_int_equal(out.kind, TT_KIND_TCP);
        assert_int_equal(out.faults, 0);
        assert_same(&in, &out);
        assert_int_equal(out.ip_length, n);
        assert_int_equal(out.options_captured, rows[i].options);
        assert_memory_equal(out.tcp + 20, timestamps, rows[i].options);
        assert_int_equal(out.payload_length, rows[i].payload);
        assert_int_equal(out.payload_captured, rows[i].payload);
        assert_memory_equal(out.payload, payload, rows[i].payload);
        assert_int_equal(tt_tcp_checksum(&out, &right), TT_CHECKSUM_GOOD);
        assert_int_equal(right, out.checksum);
        assert_int_equal(tt_ip_checksum(&out, &right), rows[i].ip_version == 4 ? TT_CHECKSUM_GOOD : TT_CHECKSUM_UNVERIFIABLE);
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    static uint8_t packet[70000], much[66000];
    struct tt_segment v4 = segment_of(4), v6 = segment_of(6);
    (void)state;

    assert_int_equal(tt_encode(&v4, NULL, 0, NULL, 0, packet, 39), TT_ERR_LIMIT);
    assert_int_equal(tt_encode(&v4, NULL, 0, NULL, 0, packet, 40), 40);
    assert_int_equal(tt_encode(&v4, NULL, 0, much, 65495, packet, sizeof packet), 65535);
    assert_int_equal(tt_encode(&v4, NULL, 0, much, 65496, packet, sizeof packet), TT_ERR_LIMIT);
    assert_int_equal(tt_encode(&v6, NULL, 0, much, 65515, packet, sizeof packet), 65575);
    assert_int_equal(tt_encode(&v6, NULL, 0, much, 65516, packet, sizeof packet), TT_ERR_LIMIT);
    assert_int_equal(tt_encode(&v6, NULL, 0, much, SIZE_MAX - 10, packet, sizeof packet), TT_ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back), cmocka_unit_test(what_does_not_fit_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
