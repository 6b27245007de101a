/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill_shape.c - frames of ours: what was learnt from a frame is put before a packet, and must decode as a frame of that
 * connection.
 */
#include "wire_rows.h"
#include <tcptale/cut.h>

#define SLL_FROM(kind, device) kind device "00 06  02 00 00 00 00 01  00 00  08 00 "
#define SLL2_FROM(kind, device) "08 00 00 00  00 00 00 03 " device kind "06  02 00 00 00 00 01  00 00 "

static const struct {
    const char *why, *frame;
    uint32_t link;
    bool turned;
    int got;
    uint32_t sent_on;
    const char *before; /* what stands before IP of ours, 40 octets of IPv4 or 60 of IPv6 */
    bool wants_source;
} rows[] = {
    /* clang-format off */
    {"the same way", ETHERNET SEGMENT, TT_LINK_ETHERNET, false, 0, TT_LINK_ETHERNET, ETHERNET, false},
    {"back to where it came from", ETHERNET SEGMENT, TT_LINK_ETHERNET, true, 0, TT_LINK_ETHERNET,
        "02 00 00 00 00 01  02 00 00 00 00 02  08 00 ", false},
    {"IPv6", TO_FROM "86 dd " SEGMENT6, TT_LINK_ETHERNET, false, 0, TT_LINK_ETHERNET, TO_FROM "86 dd ", false},
    {"a tag",
        TO_FROM "81 00 00 2a 08 00 " SEGMENT, TT_LINK_ETHERNET, false, 0, TT_LINK_ETHERNET, TO_FROM "81 00 00 2a 08 00 ", false},
    {"two tags", TO_FROM "88 a8 00 07 81 00 60 2a 08 00 " SEGMENT, TT_LINK_ETHERNET, false, 0, TT_LINK_ETHERNET,
        TO_FROM "88 a8 00 07 81 00 60 2a 08 00 ", false},
    {"PPPoE: its length is of our packet and PPP's protocol",
        TO_FROM "88 64 11 00 12 34 00 2d 00 21 " SEGMENT, TT_LINK_ETHERNET, false, 0,
        TT_LINK_ETHERNET, TO_FROM "88 64 11 00 12 34 00 2a 00 21 ", false},
    {"PPPoE behind a tag, one octet of protocol",
        TO_FROM "81 00 00 2a 88 64 11 00 12 34 00 2c 21 " SEGMENT, TT_LINK_ETHERNET, false, 0,
        TT_LINK_ETHERNET, TO_FROM "81 00 00 2a 88 64 11 00 12 34 00 29 21 ", false},
    {"PPPoE as a link of its own", "11 00 12 34 00 2d 00 21 " SEGMENT, TT_LINK_PPP_ETHER, false, 0, TT_LINK_PPP_ETHER,
        "11 00 12 34 00 2a 00 21 ", false},
    {"PPP", "ff 03 00 21 " SEGMENT, TT_LINK_PPP, true, 0, TT_LINK_PPP, "ff 03 00 21 ", false},
    {"raw", SEGMENT, TT_LINK_RAW, true, 0, TT_LINK_RAW, "", false},
    {"raw IPv6", SEGMENT6, TT_LINK_IPV6, false, 0, TT_LINK_IPV6, "", false},
    {"BSD loopback", "02 00 00 00 " SEGMENT, TT_LINK_NULL, true, 0, TT_LINK_NULL, "02 00 00 00 ", false},
    {"OpenBSD loopback", "00 00 00 18 " SEGMENT6, TT_LINK_LOOP, false, 0, TT_LINK_LOOP, "00 00 00 18 ", false},
    {"labels, the same way", TO_FROM "88 47 00 01 01 40 " SEGMENT, TT_LINK_ETHERNET, false, 0, TT_LINK_ETHERNET,
        TO_FROM "88 47 00 01 01 40 ", false},
    {"labels back: others, or none", TO_FROM "88 47 00 01 01 40 " SEGMENT, TT_LINK_ETHERNET, true, TT_ERR_FORMAT, 0, "", false},
    {"802.3 has a length", TO_FROM "00 33 aa aa 03 00 00 00 08 00 " SEGMENT, TT_LINK_ETHERNET, false, TT_ERR_FORMAT, 0, "", false},
    {"IP in IP", ETHERNET IPV4_OF("00 3f", "00 00", "04") SEGMENT, TT_LINK_ETHERNET, false, TT_ERR_FORMAT, 0, "", false},
    {"nothing of TCP", ETHERNET IPV4_OF("00 2b", "00 00", "11") TCP, TT_LINK_ETHERNET, false, TT_ERR_FORMAT, 0, "", false},
    {"cooked Ethernet, back: the device's own address is missing", SLL_FROM("00 00 ", "00 01 ") SEGMENT, TT_LINK_LINUX_SLL, true, 0,
        TT_LINK_ETHERNET, "02 00 00 00 00 01  00 00 00 00 00 00  08 00 ", true},
    {"cooked Ethernet, onwards: nobody knows whereto",
        SLL_FROM("00 04 ", "00 01 ") SEGMENT, TT_LINK_LINUX_SLL, false, TT_ERR_FORMAT, 0, "",
        false},
    {"cooked Ethernet with a tag",
        "00 00 00 01 00 06  02 00 00 00 00 01  00 00  81 00 00 2a 08 00 " SEGMENT, TT_LINK_LINUX_SLL, true, 0,
        TT_LINK_ETHERNET, "02 00 00 00 00 01  00 00 00 00 00 00  81 00 00 2a 08 00 ", true},
    {"cooked PPPoE",
        "00 00 00 01 00 06  02 00 00 00 00 01  00 00  88 64 11 00 12 34 00 2d 00 21 " SEGMENT, TT_LINK_LINUX_SLL, true, 0,
        TT_LINK_ETHERNET, "02 00 00 00 00 01  00 00 00 00 00 00  88 64 11 00 12 34 00 2a 00 21 ", true},
    {"cooked loopback", SLL_FROM("00 00 ", "03 04 ") SEGMENT, TT_LINK_LINUX_SLL, false, 0, TT_LINK_ETHERNET,
        "00 00 00 00 00 00  00 00 00 00 00 00  08 00 ", false},
    {"cooked tun", SLL_FROM("00 00 ", "ff fe ") SEGMENT, TT_LINK_LINUX_SLL, true, 0, TT_LINK_RAW, "", false},
    {"cooked, of a device that is not known",
        SLL_FROM("00 00 ", "00 20 ") SEGMENT, TT_LINK_LINUX_SLL, true, TT_ERR_FORMAT, 0, "", false},
    {"cooked v2 Ethernet, back", SLL2_FROM("00 ", "00 01 ") SEGMENT, TT_LINK_LINUX_SLL2, true, 0, TT_LINK_ETHERNET,
        "02 00 00 00 00 01  00 00 00 00 00 00  08 00 ", true},
    {"cooked v2 PPP", SLL2_FROM("00 ", "02 00 ") SEGMENT, TT_LINK_LINUX_SLL2, false, 0, TT_LINK_RAW, "", false},
    /* clang-format on */
};

/* The packet of ours for the connection of a segment. */
static int packet_for(const struct tt_segment *seen, uint8_t *packet, size_t octets)
{
    struct tt_segment ours = {
        .ip_version = seen->ip_version,
        .src_addr = seen->src_addr,
        .dst_addr = seen->dst_addr,
        .src_port = seen->src_port,
        .dst_port = seen->dst_port,
        .flags = TT_RST,
        .seq = {0x1000},
        .ttl = 64,
    };

    return tt_encode(&ours, NULL, 0, NULL, 0, packet, octets);
}

static void check_frame(size_t i, const struct tt_shape *shape, const struct tt_segment *seen)
{
    uint8_t packet[100], octets[200];
    uint32_t before;
    uint8_t *wanted = row_octets(rows[i].before, &before);
    int n = packet_for(seen, packet, sizeof packet);
    int length = tt_shape_put(shape, packet, (size_t)n, octets, sizeof octets);
    struct tt_frame frame = {.octets = octets, .captured = (uint32_t)length, .length = (uint32_t)length, .link = shape->link};
    struct tt_segment back;
    uint16_t right;

    if (length != (int)before + n || (before && memcmp(octets, wanted, before) != 0))
        fail_msg("%s: other octets before IP, %d of %u", rows[i].why, length, before + (unsigned)n);
    tt_decode(&frame, &back);
    if (back.kind != TT_KIND_TCP || back.faults || back.flags != TT_RST || back.seq.n != 0x1000 ||
        back.src_port != seen->src_port || tt_tcp_checksum(&back, &right) != TT_CHECKSUM_GOOD)
        fail_msg("%s: kind %d, faults %x", rows[i].why, back.kind, back.faults);
    assert_int_equal(back.vlans, seen->vlans);
    assert_int_equal(tt_shape_put(shape, packet, (size_t)n, octets, (size_t)length - 1), TT_ERR_LIMIT);
    free(wanted);
}

static void every_link(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_shape shape = {.link = 77};
        uint32_t n;
        uint8_t *octets = row_octets(rows[i].frame, &n);
        struct tt_frame frame = {.octets = octets, .captured = n, .length = n, .link = rows[i].link};
        struct tt_segment seen;

        tt_decode(&frame, &seen);
        int got = tt_shape_learn(&seen, rows[i].turned, &shape);
        if (got != rows[i].got || shape.link != (got < 0 ? 77 : rows[i].sent_on) || shape.wants_source != rows[i].wants_source)
            fail_msg("%s: %d, link %u", rows[i].why, got, shape.link);
        if (got == 0)
            check_frame(i, &shape, &seen);
        free(octets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
