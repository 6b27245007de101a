/* SPDX-License-Identifier: BSD-2-Clause */
/* wire_ip.c - IPv4 and IPv6 in every shape: lengths, fragments, extension headers, jumbograms, tunnels. */
#include "wire_rows.h"

#define FAULTY TT_KIND_OTHER, 0
#define ZERO TT_FAULT_IP_LENGTH_ZERO
#define CUT (TT_FAULT_CAPTURE_SHORT | TT_FAULT_IP_LENGTH)
#define EXTENSION TT_FAULT_IP_EXTENSION

/* Extension headers of eight octets, with the protocol behind them. */
#define HOP_BY_HOP(next) next " 00 05 02 00 00 01 00 "
#define DESTINATION(next) next " 00 01 04 00 00 00 00 "
#define ROUTING(next) next " 00 03 00 00 00 00 00 "
#define MOBILITY(next) next " 00 00 00 00 00 00 00 "
#define FRAGMENT(next, field) next " 00 " field " 00 c0 ff ee "
#define AUTHENTICATION(next) next " 04 00 00 00 00 00 01 00 00 00 02 01 02 03 04 05 06 07 08 09 0a 0b 0c "
#define JUMBO(next, length) next " 00 c2 04 " length " "
/* IEEE 802.11: frame control, duration, three addresses, sequence control. */
#define WIFI(control) control " 00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03 00 00 "
#define GRE(flags, type) flags " " type " "

struct ip_row {
    const char *hex; /* of raw IP */
    enum tt_kind kind;
    uint32_t payload_length;
    uint32_t faults;
    uint16_t ip_header_octets;
};

/* clang-format off */
static const struct ip_row rows[] = {
    /* IPv4 */
    {SEGMENT, TT_KIND_TCP, 3, 0, 20},
    {SEGMENT "00 00 00 00", TT_KIND_TCP, 3, 0, 20},                                           /* a trailer */
    {"46 00 00 2f 12 34 40 00 40 06 00 00 " IPV4_ADDRESSES "94 04 00 00 " TCP, TT_KIND_TCP, 3, 0, 24}, /* router alert */
    {"4f 00 00 53 12 34 40 00 40 06 00 00 " IPV4_ADDRESSES
     "01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 00 "
     TCP, TT_KIND_TCP, 3, 0, 60},
    {IPV4_OF("00 00", "40 00", "06") TCP, TT_KIND_TCP, 3, ZERO, 20},                           /* TSO */
    {IPV4_OF("00 2d", "40 00", "06") TCP, TT_KIND_TCP, 5, CUT, 20},                            /* two octets are missing */
    {IPV4_OF("00 2b", "20 00", "06") TCP, TT_KIND_TCP, 3, 0, 20},                              /* the first fragment */
    {IPV4_OF("00 2b", "20 01", "06") TCP, TT_KIND_FRAGMENT, 0, 0, 20},
    {IPV4_OF("00 2b", "00 01", "06") TCP, TT_KIND_FRAGMENT, 0, 0, 20},                         /* the last one */
    {IPV4_OF("00 2b", "00 01", "11") TCP, TT_KIND_OTHER, 0, 0, 20},                            /* of UDP */
    {IPV4_OF("00 2b", "40 00", "11") TCP, TT_KIND_OTHER, 0, 0, 20},
    {IPV4_OF("00 43", "40 00", "33") AUTHENTICATION("06") TCP, TT_KIND_TCP, 3, 0, 44},
    {IPV4_OF("00 16", "40 00", "33") "06 04", FAULTY, EXTENSION, 20},
    {"", FAULTY, TT_FAULT_IP_SHORT, 0},
    {"45 00 00 2b", FAULTY, TT_FAULT_IP_SHORT, 0},
    {"46 00 00 2b 12 34 40 00 40 06 00 00 " IPV4_ADDRESSES, FAULTY, CUT | TT_FAULT_IP_SHORT, 24},
    {"44 00 00 2b 12 34 40 00 40 06 00 00 " IPV4_ADDRESSES TCP, FAULTY, TT_FAULT_IP_HEADER_LENGTH, 16},
    {IPV4_OF("00 13", "40 00", "06") TCP, FAULTY, TT_FAULT_IP_LENGTH, 20},
    {IPV4_OF("00 14", "40 00", "06") TCP, FAULTY, TT_FAULT_TCP_SHORT, 20},                     /* nothing but IP */
    {"35 00 00 2b 12 34 40 00 40 06 00 00 " IPV4_ADDRESSES TCP, FAULTY, TT_FAULT_IP_VERSION, 0},

    /* IPv6 */
    {SEGMENT6, TT_KIND_TCP, 3, 0, 40},
    {SEGMENT6 "00 00 00", TT_KIND_TCP, 3, 0, 40},
    {IPV6_OF("00 1f", "00") HOP_BY_HOP("06") TCP, TT_KIND_TCP, 3, 0, 48},
    {IPV6_OF("00 1f", "3c") DESTINATION("06") TCP, TT_KIND_TCP, 3, 0, 48},
    {IPV6_OF("00 1f", "2b") ROUTING("06") TCP, TT_KIND_TCP, 3, 0, 48},
    {IPV6_OF("00 1f", "87") MOBILITY("06") TCP, TT_KIND_TCP, 3, 0, 48},
    {IPV6_OF("00 2f", "33") AUTHENTICATION("06") TCP, TT_KIND_TCP, 3, 0, 64},
    {IPV6_OF("00 1f", "8b") MOBILITY("06") TCP, TT_KIND_TCP, 3, 0, 48},                        /* HIP has the same shape */
    {IPV6_OF("00 4f", "00") HOP_BY_HOP("3c") DESTINATION("2b") ROUTING("2c") FRAGMENT("33", "00 00")
     AUTHENTICATION("06") TCP, TT_KIND_TCP, 3, 0, 96},                                         /* RFC 8200 section 4.1 */
    {IPV6_OF("00 1f", "2c") FRAGMENT("06", "00 00") TCP, TT_KIND_TCP, 3, 0, 48},               /* atomic: RFC 6946 */
    {IPV6_OF("00 1f", "2c") FRAGMENT("06", "00 01") TCP, TT_KIND_TCP, 3, 0, 48},               /* the first fragment */
    {IPV6_OF("00 1f", "2c") FRAGMENT("06", "00 09") TCP, TT_KIND_FRAGMENT, 0, 0, 48},
    {IPV6_OF("00 1f", "2c") FRAGMENT("3c", "00 09") TCP, TT_KIND_OTHER, 0, 0, 48},
    {IPV6_OF("00 00", "06") TCP, TT_KIND_TCP, 3, ZERO, 40},                                    /* TSO */
    {IPV6_OF("00 00", "00") JUMBO("06", "00 01 00 00") TCP, TT_KIND_TCP, 65508, ZERO | CUT, 48},
    {IPV6_OF("00 00", "00") "06 00 00 c2 04 00 01 00 " TCP, TT_KIND_TCP, 3, ZERO, 48},              /* cut short: none */
    {IPV6_OF("00 00", "00") JUMBO("06", "00 00 ff ff") TCP, TT_KIND_TCP, 3, ZERO, 48},         /* too small to be one */
    {IPV6_OF("00 00", "00") JUMBO("06", "ff ff ff ff") TCP, TT_KIND_TCP, 3, ZERO, 48},         /* more than is counted */
    {IPV6_OF("00 1f", "00") JUMBO("06", "00 01 00 00") TCP, TT_KIND_TCP, 3, 0, 48},            /* the ordinary length rules */
    {IPV6_OF("00 1f", "3b") TCP, TT_KIND_OTHER, 0, CUT, 40},                                   /* no next header */
    {IPV6_OF("00 08", "00") "06 01 00 00 00 00 00 00 " TCP, FAULTY, EXTENSION, 40},            /* longer than the packet */
    {IPV6_OF("00 01", "00") "06", FAULTY, EXTENSION, 40},
    {IPV6_OF("00 08", "00") HOP_BY_HOP("06"), FAULTY, TT_FAULT_TCP_SHORT, 48},
    {"60 00 00 00 00 17 06 40", FAULTY, TT_FAULT_IP_SHORT, 0},

    /* tunnels */
    {IPV4_OF("00 3f", "40 00", "04") SEGMENT, TT_KIND_TCP, 3, 0, 20},
    {IPV4_OF("00 53", "40 00", "29") SEGMENT6, TT_KIND_TCP, 3, 0, 40},
    {IPV6_OF("00 2b", "04") SEGMENT, TT_KIND_TCP, 3, 0, 20},
    {IPV6_OF("00 3f", "29") SEGMENT6, TT_KIND_TCP, 3, 0, 40},
    {IPV6_OF("00 47", "3c") DESTINATION("29") SEGMENT6, TT_KIND_TCP, 3, 0, 40},
    {IPV4_OF("00 43", "40 00", "2f") GRE("00 00", "08 00") SEGMENT, TT_KIND_TCP, 3, 0, 20},
    {IPV4_OF("00 4f", "40 00", "2f") GRE("b0 00", "08 00") "00 00 00 00 00 00 00 07 00 00 00 01 " SEGMENT, TT_KIND_TCP, 3, 0, 20},
    {IPV4_OF("00 51", "40 00", "2f") GRE("00 00", "65 58") ETHERNET SEGMENT, TT_KIND_TCP, 3, 0, 20},
    {IPV4_OF("00 51", "40 00", "2f") GRE("30 81", "88 0b") "00 2d 00 07 00 00 00 01 00 00 00 02 00 21 " SEGMENT,
     TT_KIND_TCP, 3, 0, 20},                                                                   /* PPTP */
    {IPV4_OF("00 20", "40 00", "2f") GRE("20 81", "88 0b") "00 00 00 07 00 00 00 02", FAULTY, TT_FAULT_LINK_UNKNOWN, 20},
    {IPV4_OF("00 18", "40 00", "2f") GRE("20 00", "08 00"), FAULTY, TT_FAULT_LINK_SHORT, 20},
    {IPV4_OF("00 18", "40 00", "2f") GRE("40 00", "08 00"), FAULTY, TT_FAULT_LINK_UNKNOWN, 20},
    {IPV4_OF("00 18", "40 00", "2f") GRE("00 00", "88 3e"), FAULTY, TT_FAULT_LINK_UNKNOWN, 20},
    {IPV4_OF("00 63", "40 00", "2f") GRE("00 00", "82 40") WIFI("08 02") SNAP SEGMENT, TT_KIND_TCP, 3, 0, 20},
    {IPV4_OF("00 65", "40 00", "2f") GRE("00 00", "82 40") WIFI("88 02") "00 00 " SNAP SEGMENT, TT_KIND_TCP, 3, 0, 20},
    {IPV4_OF("00 6f", "40 00", "2f") GRE("00 00", "90 00") WIFI("88 83") "02 00 00 00 00 04 00 00 00 00 00 00 " SNAP SEGMENT,
     TT_KIND_TCP, 3, 0, 20},                                                                   /* four addresses, HT control */
    {IPV4_OF("00 77", "40 00", "2f") GRE("00 00", "83 70") WIFI("88 02") "80 00 " TO_FROM "00 33 " SNAP SEGMENT "00 00 00 00",
     TT_KIND_TCP, 3, 0, 20},                                                                   /* an A-MSDU */
    {IPV4_OF("00 65", "40 00", "2f") GRE("00 00", "82 40") WIFI("88 42") "00 00 " SNAP SEGMENT, FAULTY, TT_FAULT_LINK_UNKNOWN, 20},
    {IPV4_OF("00 32", "40 00", "2f") GRE("00 00", "82 40") WIFI("c8 02") "00 00 ", FAULTY, TT_FAULT_LINK_UNKNOWN, 20}, /* no data */
    {IPV4_OF("00 36", "40 00", "2f") GRE("00 00", "82 40") WIFI("88 02") "80 00 00 00 00 00", FAULTY, TT_FAULT_LINK_SHORT, 20},
    {IPV4_OF("00 1a", "40 00", "2f") GRE("00 00", "82 40") "88 02", FAULTY, TT_FAULT_LINK_SHORT, 20},
    {IPV4_OF("00 15", "40 00", "2f") "00", FAULTY, TT_FAULT_LINK_SHORT, 20},
    {IPV4_OF("00 17", "40 00", "04") "65 00 00", FAULTY, TT_FAULT_IP_SHORT, 20},
    {IPV4_OF("00 3c", "20 02", "04") SEGMENT, TT_KIND_OTHER, 0, 0, 20},                        /* from the middle of one */
    {IPV4_OF("00 7b", "40 00", "04") IPV4_OF("00 67", "40 00", "04") IPV4_OF("00 53", "40 00", "04")
     IPV4_OF("00 3f", "40 00", "04") SEGMENT, TT_KIND_TCP, 3, 0, 20},
};
/* clang-format on */

static void every_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct row row;

        row_decode(&row, TT_LINK_RAW, rows[i].hex);
        if (row.seg.kind != rows[i].kind || row.seg.faults != rows[i].faults)
            print_message("row %zu: kind %d, faults 0x%x\n", i, (int)row.seg.kind, row.seg.faults);
        assert_int_equal(row.seg.kind, rows[i].kind);
        assert_int_equal(row.seg.faults, rows[i].faults);
        assert_int_equal(row.seg.payload_length, rows[i].payload_length);
        assert_int_equal(row.seg.ip_header_octets, rows[i].ip_header_octets);
        if (row.seg.kind == TT_KIND_TCP)
            assert_memory_equal(row.seg.payload, "abc", 3);
        row_cut_everywhere(&row);
        row_done(&row);
    }
}

static void the_fields_of_ipv4(void **state)
{
    struct row row;
    (void)state;

    row_decode(&row, TT_LINK_RAW, "45 b9 00 2b 87 65 60 00 39 06 00 00 " IPV4_ADDRESSES TCP);
    assert_int_equal(row.seg.ip_version, 4);
    assert_int_equal(row.seg.tos, 0xb9);
    assert_int_equal(row.seg.ip_id, 0x8765);
    assert_int_equal(row.seg.ttl, 57);
    assert_int_equal(row.seg.ip_length, 43);
    assert_int_equal(row.seg.ip_protocol, 6);
    assert_true(row.seg.dont_fragment);
    assert_true(row.seg.more_fragments);
    assert_true(row.seg.tcp_first_fragment);
    assert_memory_equal(row.seg.src_addr.octets, "\x0a\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_memory_equal(row.seg.dst_addr.octets, "\x0a\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    row_done(&row);
}

static void the_fields_of_ipv6(void **state)
{
    struct row row;
    (void)state;

    row_decode(&row, TT_LINK_RAW, "6b 9b cd ef 00 1f 2c 39 " IPV6_ADDRESSES FRAGMENT("06", "00 01") TCP);
    assert_int_equal(row.seg.ip_version, 6);
    assert_int_equal(row.seg.tos, 0xb9);
    assert_int_equal(row.seg.flow_label, 0xbcdef);
    assert_int_equal(row.seg.ttl, 57);
    assert_int_equal(row.seg.ip_length, 71);
    assert_int_equal(row.seg.ip_protocol, 6);
    assert_int_equal(row.seg.ip_id, 0x00c0ffee);
    assert_false(row.seg.dont_fragment);
    assert_true(row.seg.more_fragments);
    assert_true(row.seg.tcp_first_fragment);
    assert_int_equal(row.seg.src_addr.octets[15], 1);
    assert_int_equal(row.seg.dst_addr.octets[15], 2);
    row_done(&row);

    row_decode(&row, TT_LINK_RAW, SEGMENT6);
    assert_true(row.seg.dont_fragment);
    assert_false(row.seg.tcp_first_fragment);
    row_done(&row);
}

/* The inner packet alone speaks: nothing of the outer's addresses or fragments is left. */
static void a_tunnel_hides_its_outside(void **state)
{
    struct tt_layer layers[TT_LAYERS_MAX];
    struct row row;
    (void)state;

    row_decode(&row, TT_LINK_RAW,
               IPV6_OF("00 37", "2c") FRAGMENT("2f", "00 01") GRE("00 00", "08 00") IPV4_OF("00 2b", "00 00", "06") TCP);
    assert_int_equal(row.seg.kind, TT_KIND_TCP);
    assert_int_equal(row.seg.ip_version, 4);
    assert_memory_equal(row.seg.src_addr.octets, "\x0a\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_int_equal(row.seg.flow_label, 0);
    assert_int_equal(row.seg.ip_id, 0x1234);
    assert_false(row.seg.more_fragments);
    assert_int_equal(tt_layers(&row.frame, layers), 3);
    assert_int_equal(layers[0].kind, TT_LAYER_IP);
    assert_int_equal(layers[0].next, 44);
    assert_int_equal(layers[1].kind, TT_LAYER_GRE);
    assert_int_equal(layers[1].next, 0x0800);
    assert_int_equal(layers[2].kind, TT_LAYER_IP);
    row_done(&row);
}

/* What one frame can cost is bounded: in tunnels, and in extension headers. */
static void bounds(void **state)
{
    char hex[4000] = "";
    struct row row;
    (void)state;

    for (unsigned i = 0; i < 6; i++)
        strcat(hex, IPV4_OF("00 00", "40 00", "04"));
    strcat(hex, SEGMENT);
    row_decode(&row, TT_LINK_RAW, hex);
    assert_int_equal(row.seg.kind, TT_KIND_OTHER);
    row_done(&row);

    strcpy(hex, IPV6_OF("00 9f", "3c"));
    for (unsigned i = 0; i < 16; i++)
        strcat(hex, DESTINATION("3c"));
    strcat(hex, DESTINATION("06") TCP);
    row_decode(&row, TT_LINK_RAW, hex);
    assert_int_equal(row.seg.kind, TT_KIND_OTHER);
    assert_int_equal(row.seg.faults & EXTENSION, EXTENSION);
    row_done(&row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape),
        cmocka_unit_test(the_fields_of_ipv4),
        cmocka_unit_test(the_fields_of_ipv6),
        cmocka_unit_test(a_tunnel_hides_its_outside),
        cmocka_unit_test(bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
