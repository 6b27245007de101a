/* SPDX-License-Identifier: BSD-2-Clause */
/* wire_link.c - each link layer on the way to the same segment, and what its header says. */
#include "wire_rows.h"

#define SLL(halen, protocol) "00 00 00 01 " halen " 02 00 00 00 00 01 00 00 " protocol " "
#define SLL2(protocol, halen) protocol " 00 00 00 00 00 05 00 01 00 " halen " 02 00 00 00 00 01 00 00 "
#define PPPOE(length) "11 00 00 07 " length " "

#define E TT_LAYER_ETHERNET
#define V TT_LAYER_VLAN
#define M TT_LAYER_MPLS
#define P TT_LAYER_PPP
#define O TT_LAYER_PPPOE
#define L TT_LAYER_LLC_SNAP
#define B TT_LAYER_BRIDGE
#define I TT_LAYER_IP

/* A segment with "abc" behind every kind of link header: link, frame, its layers, its tags, the sender's address. */
struct link_row {
    uint32_t link;
    const char *hex;
    unsigned count;
    enum tt_layer_kind layers[6];
    unsigned vlans;
    uint16_t vlan[2];
    unsigned source_octets;
};

/* clang-format off */
static const struct link_row link_rows[] = {
    {TT_LINK_ETHERNET, ETHERNET SEGMENT, 2, {E, I}, 0, {0}, 6},
    {TT_LINK_ETHERNET, TO_FROM "86 dd " SEGMENT6, 2, {E, I}, 0, {0}, 6},
    {TT_LINK_ETHERNET, ETHERNET SEGMENT "00 00 00", 2, {E, I}, 0, {0}, 6},                               /* padding */
    {TT_LINK_ETHERNET, TO_FROM "81 00 20 05 08 00 " SEGMENT, 3, {E, V, I}, 1, {0x2005}, 6},
    {TT_LINK_ETHERNET, TO_FROM "88 a8 00 02 81 00 00 03 08 00 " SEGMENT, 4, {E, V, V, I}, 2, {2, 3}, 6}, /* QinQ */
    {TT_LINK_ETHERNET, TO_FROM "91 00 00 02 92 00 00 03 86 dd " SEGMENT6, 4, {E, V, V, I}, 2, {2, 3}, 6},
    {TT_LINK_ETHERNET, TO_FROM "81 00 00 02 81 00 00 03 81 00 00 04 08 00 " SEGMENT, 5, {E, V, V, V, I}, 3, {2, 3}, 6},
    {TT_LINK_ETHERNET, TO_FROM "00 33 " SNAP SEGMENT "00 00", 3, {E, L, I}, 0, {0}, 6},                  /* 802.3, SNAP */
    {TT_LINK_ETHERNET, TO_FROM "00 33 aa aa 03 00 00 f8 08 00 " SEGMENT, 3, {E, L, I}, 0, {0}, 6},       /* as Cisco bridges */
    {TT_LINK_ETHERNET, TO_FROM "00 2e 06 06 03 " SEGMENT, 3, {E, L, I}, 0, {0}, 6},                      /* RFC 948 */
    {TT_LINK_ETHERNET, TO_FROM "88 70 " SNAP SEGMENT, 3, {E, L, I}, 0, {0}, 6},
    {TT_LINK_ETHERNET, TO_FROM "81 00 00 07 00 33 " SNAP SEGMENT, 4, {E, V, L, I}, 1, {7}, 6},
    {TT_LINK_ETHERNET, TO_FROM "88 47 00 01 01 40 " SEGMENT, 3, {E, M, I}, 0, {0}, 6},                   /* by its first octet */
    {TT_LINK_ETHERNET, TO_FROM "88 47 00 01 00 40 00 01 11 40 " SEGMENT6, 4, {E, M, M, I}, 0, {0}, 6},
    {TT_LINK_ETHERNET, TO_FROM "88 48 00 00 01 40 " SEGMENT, 3, {E, M, I}, 0, {0}, 6},                   /* explicit null */
    {TT_LINK_ETHERNET, TO_FROM "88 47 00 00 21 40 " SEGMENT6, 3, {E, M, I}, 0, {0}, 6},                  /* IPv6 explicit null */
    {TT_LINK_ETHERNET, TO_FROM "88 64 " PPPOE("00 2d") "00 21 " SEGMENT "00 00", 4, {E, O, P, I}, 0, {0}, 6},
    {TT_LINK_ETHERNET, TO_FROM "88 64 " PPPOE("00 41") "00 57 " SEGMENT6, 4, {E, O, P, I}, 0, {0}, 6},
    {TT_LINK_ETHERNET, TO_FROM "88 0b ff 03 00 21 " SEGMENT, 3, {E, P, I}, 0, {0}, 6},
    {TT_LINK_ETHERNET, TO_FROM "88 e7 00 00 00 01 " ETHERNET SEGMENT, 4, {E, B, E, I}, 0, {0}, 6},       /* IEEE 802.1ah */
    {TT_LINK_ETHERNET, TO_FROM "89 03 04 20 " ETHERNET SEGMENT, 4, {E, B, E, I}, 0, {0}, 6},             /* FabricPath */
    {TT_LINK_ETHERNET, TO_FROM "89 26 00 01 00 02 81 00 00 07 08 00 " SEGMENT, 4, {E, B, V, I}, 1, {7}, 6}, /* VN-Tag */
    {TT_LINK_PPP, "ff 03 00 21 " SEGMENT, 2, {P, I}, 0, {0}, 0},
    {TT_LINK_PPP, "00 03 00 57 " SEGMENT6, 2, {P, I}, 0, {0}, 0},                                        /* pppd's direction */
    {TT_LINK_PPP, "00 21 " SEGMENT, 2, {P, I}, 0, {0}, 0},                                               /* no address */
    {TT_LINK_PPP, "21 " SEGMENT, 2, {P, I}, 0, {0}, 0},                                                  /* compressed protocol */
    {TT_LINK_PPP, "ff 03 57 " SEGMENT6, 2, {P, I}, 0, {0}, 0},
    {TT_LINK_PPP, "02 81 00 01 01 40 " SEGMENT, 3, {P, M, I}, 0, {0}, 0},
    {TT_LINK_PPP_HDLC, "ff 03 00 21 " SEGMENT, 2, {P, I}, 0, {0}, 0},
    {TT_LINK_PPP_HDLC, "0f 00 86 dd " SEGMENT6, 2, {P, I}, 0, {0}, 0},                                   /* Cisco HDLC */
    {TT_LINK_PPP_ETHER, PPPOE("00 2d") "00 21 " SEGMENT, 3, {O, P, I}, 0, {0}, 0},
    {TT_LINK_LINUX_SLL, SLL("00 06", "08 00") SEGMENT, 2, {TT_LAYER_SLL, I}, 0, {0}, 6},
    {TT_LINK_LINUX_SLL, SLL("ff ff", "86 dd") SEGMENT6, 2, {TT_LAYER_SLL, I}, 0, {0}, 8},                /* beyond its room */
    {TT_LINK_LINUX_SLL, SLL("00 06", "81 00") "00 09 08 00 " SEGMENT, 3, {TT_LAYER_SLL, V, I}, 1, {9}, 6},
    {TT_LINK_LINUX_SLL, SLL("00 06", "00 04") SNAP SEGMENT, 3, {TT_LAYER_SLL, L, I}, 0, {0}, 6},
    {TT_LINK_LINUX_SLL2, SLL2("08 00", "06") SEGMENT, 2, {TT_LAYER_SLL2, I}, 0, {0}, 6},
    {TT_LINK_LINUX_SLL2, SLL2("86 dd", "00") SEGMENT6, 2, {TT_LAYER_SLL2, I}, 0, {0}, 0},
    {TT_LINK_NULL, "02 00 00 00 " SEGMENT, 2, {TT_LAYER_NULL, I}, 0, {0}, 0},
    {TT_LINK_NULL, "00 00 00 02 " SEGMENT, 2, {TT_LAYER_NULL, I}, 0, {0}, 0},                            /* the other order */
    {TT_LINK_NULL, "18 00 00 00 " SEGMENT6, 2, {TT_LAYER_NULL, I}, 0, {0}, 0},
    {TT_LINK_NULL, "00 00 00 1c " SEGMENT6, 2, {TT_LAYER_NULL, I}, 0, {0}, 0},
    {TT_LINK_LOOP, "00 00 00 1e " SEGMENT6, 2, {TT_LAYER_NULL, I}, 0, {0}, 0},
    {TT_LINK_LOOP, "00 00 00 0a " SEGMENT6, 2, {TT_LAYER_NULL, I}, 0, {0}, 0},
    {TT_LINK_RAW, SEGMENT, 1, {I}, 0, {0}, 0},
    {TT_LINK_RAW, SEGMENT6, 1, {I}, 0, {0}, 0},
    {TT_LINK_RAW_BSD, SEGMENT, 1, {I}, 0, {0}, 0},
    {TT_LINK_RAW_OPENBSD, SEGMENT6, 1, {I}, 0, {0}, 0},
    {TT_LINK_IPV4, SEGMENT, 1, {I}, 0, {0}, 0},
    {TT_LINK_IPV6, SEGMENT6, 1, {I}, 0, {0}, 0},
};
/* clang-format on */

static void assert_layers(const struct tt_frame *frame, const struct link_row *row)
{
    struct tt_layer layers[TT_LAYERS_MAX];
    unsigned count = tt_layers(frame, layers);
    uint32_t offset = 0;

    assert_int_equal(count, row->count);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(layers[i].kind, row->layers[i]);
        assert_int_equal(layers[i].offset, offset);
        offset += layers[i].octets;
    }
}

static void every_link_leads_to_the_segment(void **state)
{
    static const uint8_t address[6] = {2, 0, 0, 0, 0, 1};
    (void)state;

    for (size_t i = 0; i < sizeof link_rows / sizeof link_rows[0]; i++) {
        const struct link_row *expected = &link_rows[i];
        struct row row;

        row_decode(&row, expected->link, expected->hex);
        assert_int_equal(row.seg.kind, TT_KIND_TCP);
        assert_int_equal(row.seg.faults, 0);
        assert_int_equal(row.seg.src_port, 49152);
        assert_int_equal(row.seg.payload_length, 3);
        assert_memory_equal(row.seg.payload, "abc", 3);
        assert_int_equal(row.seg.vlans, expected->vlans);
        assert_memory_equal(row.seg.vlan, expected->vlan, sizeof row.seg.vlan);
        assert_int_equal(row.seg.link_source_octets, expected->source_octets);
        assert_memory_equal(row.seg.link_source, address, expected->source_octets < 6 ? expected->source_octets : 6);
        assert_layers(&row.frame, expected);
        row_cut_everywhere(&row);
        row_done(&row);
    }
}

/* Packet types of Linux's cooked captures: 4 is what the host itself sent. */
static void cooked_captures_know_the_way(void **state)
{
    static const struct {
        const char *hex;
        uint32_t link;
        uint8_t direction;
    } rows[] = {
        {SLL("00 06", "08 00") SEGMENT, TT_LINK_LINUX_SLL, TT_DIRECTION_IN},
        {"00 04 00 01 00 06 02 00 00 00 00 01 00 00 08 00 " SEGMENT, TT_LINK_LINUX_SLL, TT_DIRECTION_OUT},
        {"00 05 00 01 00 06 02 00 00 00 00 01 00 00 08 00 " SEGMENT, TT_LINK_LINUX_SLL, TT_DIRECTION_UNKNOWN},
        {SLL2("08 00", "06") SEGMENT, TT_LINK_LINUX_SLL2, TT_DIRECTION_IN},
        {"08 00 00 00 00 00 00 05 00 01 04 06 02 00 00 00 00 01 00 00 " SEGMENT, TT_LINK_LINUX_SLL2, TT_DIRECTION_OUT},
        {"00 00 00 00 00 02 02 00 00 00 00 01 08 00 " SEGMENT, TT_LINK_ETHERNET, TT_DIRECTION_UNKNOWN},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct row row;

        row_decode(&row, rows[i].link, rows[i].hex);
        assert_int_equal(row.seg.kind, TT_KIND_TCP);
        assert_int_equal(row.seg.direction, rows[i].direction);
        row_done(&row);
    }
}

/* What is not followed says so, and cuts say that they are cuts. */
static void what_is_not_followed(void **state)
{
    static const struct {
        uint32_t link;
        const char *hex;
        uint32_t faults;
    } rows[] = {
        /* clang-format off */
        {127, SEGMENT, TT_FAULT_LINK_UNKNOWN},
        {TT_LINK_ETHERNET, "", TT_FAULT_LINK_SHORT},
        {TT_LINK_ETHERNET, TO_FROM "08", TT_FAULT_LINK_SHORT},
        {TT_LINK_ETHERNET, TO_FROM "08 06 00 01 08 00", TT_FAULT_LINK_UNKNOWN},              /* ARP */
        {TT_LINK_ETHERNET, TO_FROM "81 00 00 01 08", TT_FAULT_LINK_SHORT},
        {TT_LINK_ETHERNET, TO_FROM "88 47 00 01 00 40", TT_FAULT_LINK_SHORT},                /* no bottom of stack */
        {TT_LINK_ETHERNET, TO_FROM "88 47 00 01 01 40 00 00", TT_FAULT_LINK_UNKNOWN},        /* a pseudowire */
        {TT_LINK_ETHERNET, TO_FROM "00 26 42 42 03 00 00", TT_FAULT_LINK_UNKNOWN},           /* spanning tree */
        {TT_LINK_ETHERNET, TO_FROM "00 02 aa aa 03 00 00 00 08 00", TT_FAULT_LINK_SHORT},    /* 802.3: two octets */
        {TT_LINK_ETHERNET, TO_FROM "00 06 aa aa 03 00 00 00 08 00", TT_FAULT_LINK_SHORT},
        {TT_LINK_ETHERNET, TO_FROM "00 30 aa aa 03 00 00 0c 20 00", TT_FAULT_LINK_UNKNOWN},  /* CDP */
        {TT_LINK_ETHERNET, TO_FROM "00 30 aa aa 03 00 00 00 00 05", TT_FAULT_LINK_UNKNOWN},  /* SNAP with a length in it */
        {TT_LINK_ETHERNET, TO_FROM "88 64 11 09 00 00 00 00", TT_FAULT_LINK_UNKNOWN},        /* PPPoE discovery */
        {TT_LINK_ETHERNET, TO_FROM "88 64 11 00 00 07 00 01 00 21", TT_FAULT_LINK_SHORT},    /* one octet, says PPPoE */
        {TT_LINK_ETHERNET, TO_FROM "89 03 04", TT_FAULT_LINK_SHORT},
        {TT_LINK_ETHERNET, TO_FROM "89 26 00 01 00 02 08", TT_FAULT_LINK_SHORT},
        {TT_LINK_ETHERNET, TO_FROM "89 03 04 20 " TO_FROM "89 03 04 20 " ETHERNET SEGMENT, TT_FAULT_LINK_SHORT}, /* twice */
        {TT_LINK_PPP, "c0 21 01 01", TT_FAULT_LINK_UNKNOWN},                                 /* LCP */
        {TT_LINK_PPP, "ff 03 00", TT_FAULT_LINK_SHORT},
        {TT_LINK_PPP_HDLC, "42 03 00 21 " SEGMENT, TT_FAULT_LINK_UNKNOWN},
        {TT_LINK_LINUX_SLL, SLL("00 06", "00 01") SEGMENT, TT_FAULT_LINK_UNKNOWN},           /* IPX without LLC */
        {TT_LINK_LINUX_SLL2, "08 00 00 00", TT_FAULT_LINK_SHORT},
        {TT_LINK_NULL, "07 00 00 00 45", TT_FAULT_LINK_UNKNOWN},
        {TT_LINK_NULL, "02 00", TT_FAULT_LINK_SHORT},
        /* clang-format on */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct row row;

        row_decode(&row, rows[i].link, rows[i].hex);
        assert_int_equal(row.seg.kind, TT_KIND_OTHER);
        assert_int_equal(row.seg.faults, rows[i].faults);
        assert_null(row.seg.ip);
        row_done(&row);
    }
}

static void what_each_layer_names(void **state)
{
    static const uint32_t names[] = {0x8100, 0x8864, 0, 0x0021, 6};
    struct tt_layer layers[TT_LAYERS_MAX];
    struct row row;
    (void)state;

    row_decode(&row, TT_LINK_ETHERNET, TO_FROM "81 00 00 01 88 64 " PPPOE("00 2d") "00 21 " SEGMENT);
    assert_int_equal(tt_layers(&row.frame, layers), 5);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(layers[i].next, names[i]);
    row_done(&row);
}

/* A stack of labels deeper than the list: the list ends, decoding does not. */
static void more_layers_than_room(void **state)
{
    char hex[2000] = TO_FROM "88 47 ";
    struct tt_layer layers[TT_LAYERS_MAX];
    struct row row;
    (void)state;

    for (unsigned i = 0; i < 20; i++)
        strcat(hex, "00 01 00 40 ");
    strcat(hex, "00 00 01 40 " SEGMENT);
    row_decode(&row, TT_LINK_ETHERNET, hex);
    assert_int_equal(row.seg.kind, TT_KIND_TCP);
    assert_int_equal(tt_layers(&row.frame, layers), TT_LAYERS_MAX);
    row_done(&row);
}

/* A file may say that a frame was shorter than what it holds of it. */
static void a_length_that_lies(void **state)
{
    struct row row;
    (void)state;

    row_decode(&row, TT_LINK_ETHERNET, ETHERNET SEGMENT);
    row.frame.length = 20;
    tt_decode(&row.frame, &row.seg);
    assert_int_equal(row.seg.kind, TT_KIND_TCP);
    assert_int_equal(row.seg.faults, 0);
    row_done(&row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_link_leads_to_the_segment),
        cmocka_unit_test(cooked_captures_know_the_way),
        cmocka_unit_test(what_is_not_followed),
        cmocka_unit_test(what_each_layer_names),
        cmocka_unit_test(more_layers_than_room),
        cmocka_unit_test(a_length_that_lies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
