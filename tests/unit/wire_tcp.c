/* SPDX-License-Identifier: BSD-2-Clause */
/* wire_tcp.c - the TCP header, its options and its checksum. */
#include "wire_rows.h"

/* A segment with 4 octets of options to 40, given as hex; the IP length is that of the frame (0). */
#define WITH_OPTIONS(offset, options) IPV4_OF("00 00", "40 00", "06") TCP_OF(offset "10", options)

static void the_fields(void **state)
{
    struct row row;
    (void)state;

    row_decode(&row, TT_LINK_RAW, IPV4 "12 34 56 78  9a bc de f0  0f ed cb a9  5f ff  a5 5a  13 57  24 68 61 62 63");
    assert_int_equal(row.seg.src_port, 0x1234);
    assert_int_equal(row.seg.dst_port, 0x5678);
    assert_int_equal(row.seg.seq.n, 0x9abcdef0);
    assert_int_equal(row.seg.ack.n, 0x0fedcba9);
    assert_int_equal(row.seg.flags, 0xfff);
    assert_int_equal(row.seg.window, 0xa55a);
    assert_int_equal(row.seg.checksum, 0x1357);
    assert_int_equal(row.seg.urgent, 0x2468);
    assert_int_equal(row.seg.tcp_header_octets, 20);
    assert_int_equal(row.seg.options_captured, 0);
    row_done(&row);
}

/* Headers that lie, and headers that are cut. */
static void odd_headers(void **state)
{
    static const struct {
        const char *hex;
        enum tt_kind kind;
        uint32_t faults, payload_length;
        uint8_t header, options;
    } rows[] = {
        /* clang-format off */
        {IPV4 TCP_OF("40 18", "61 62 63"), TT_KIND_TCP, TT_FAULT_TCP_HEADER_LENGTH, 0, 20, 0},        /* 16: too short */
        {IPV4 TCP_OF("00 18", "61 62 63"), TT_KIND_TCP, TT_FAULT_TCP_HEADER_LENGTH, 0, 20, 0},
        {IPV4 TCP_OF("60 18", "61 62 63"), TT_KIND_TCP, TT_FAULT_TCP_HEADER_LENGTH | TT_FAULT_TCP_SHORT, 0, 24, 3},
        {IPV4_OF("00 3c", "40 00", "06") TCP_OF("80 18", "01 01 08"), TT_KIND_TCP,
         TT_FAULT_TCP_SHORT | TT_FAULT_CAPTURE_SHORT | TT_FAULT_IP_LENGTH, 8, 32, 3},                 /* options cut */
        {IPV4_OF("00 22", "40 00", "06") "c0 00 01 bb 00 00 10 00 00 00 20 00 50 18", TT_KIND_TCP,
         TT_FAULT_TCP_SHORT | TT_FAULT_TCP_HEADER_LENGTH, 0, 20, 0}, /* the packet ends at the flags */
        {IPV4_OF("00 28", "40 00", "06") "c0 00 01 bb 00 00 10 00 00 00 20 00 50 18 04", TT_KIND_TCP,
         TT_FAULT_TCP_SHORT | TT_FAULT_CAPTURE_SHORT | TT_FAULT_IP_LENGTH, 0, 20, 0},                     /* the capture does */
        {IPV4_OF("00 21", "40 00", "06") "c0 00 01 bb 00 00 10 00 00 00 20 00 50", TT_KIND_OTHER, TT_FAULT_TCP_SHORT, 0, 0, 0},
        {IPV4_OF("00 18", "40 00", "06") "c0 00 01 bb", TT_KIND_OTHER, TT_FAULT_TCP_SHORT, 0, 0, 0},
        /* clang-format on */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct row row;

        row_decode(&row, TT_LINK_RAW, rows[i].hex);
        assert_int_equal(row.seg.kind, rows[i].kind);
        assert_int_equal(row.seg.faults, rows[i].faults);
        assert_int_equal(row.seg.payload_length, rows[i].payload_length);
        assert_int_equal(row.seg.tcp_header_octets, rows[i].header);
        assert_int_equal(row.seg.options_captured, rows[i].options);
        assert_int_equal(row.seg.src_port, 49152);
        assert_int_equal(row.seg.dst_port, 443);
        row_cut_everywhere(&row);
        row_done(&row);
    }
}

static void options_are_read(void **state)
{
    static const struct {
        const char *hex;
        uint32_t present;
        bool damaged;
    } rows[] = {
        /* clang-format off */
        {WITH_OPTIONS("50", ""), 0, false},
        {WITH_OPTIONS("60", "02 04 05 b4"), TT_HAS_MSS, false},
        {WITH_OPTIONS("60", "03 03 07 00"), TT_HAS_WSCALE, false},
        {WITH_OPTIONS("60", "01 01 04 02"), TT_HAS_SACK_OK, false},
        {WITH_OPTIONS("80", "01 01 08 0a 00 00 00 01 00 00 00 02"), TT_HAS_TIMESTAMPS, false},        /* the usual order */
        {WITH_OPTIONS("80", "08 0a 00 00 00 01 00 00 00 02 01 01"), TT_HAS_TIMESTAMPS, false},
        {WITH_OPTIONS("a0", "02 04 05 b4 04 02 08 0a 00 00 00 01 00 00 00 02 01 03 03 07"),
         TT_HAS_MSS | TT_HAS_SACK_OK | TT_HAS_TIMESTAMPS | TT_HAS_WSCALE, false},                     /* Linux's SYN */
        {WITH_OPTIONS("80", "01 01 05 0a 00 00 00 10 00 00 00 20"), TT_HAS_SACK, false},
        {WITH_OPTIONS("a0", "13 12 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 01 01"), TT_HAS_MD5, false},
        {WITH_OPTIONS("60", "1c 04 80 0a"), TT_HAS_USER_TIMEOUT, false},
        {WITH_OPTIONS("90", "1d 10 01 02 00 01 02 03 04 05 06 07 08 09 0a 0b"), TT_HAS_AO, false},
        {WITH_OPTIONS("60", "1e 04 00 81"), TT_HAS_MPTCP, false},
        {WITH_OPTIONS("60", "22 02 01 01"), TT_HAS_FAST_OPEN, false},                                 /* asks for a cookie */
        {WITH_OPTIONS("60", "fe 04 f9 89"), TT_HAS_FAST_OPEN, false},                                 /* RFC 7413 appendix A */
        {WITH_OPTIONS("60", "fd 04 ac ce"), TT_HAS_ACCECN, false},
        {WITH_OPTIONS("60", "fd 04 12 34"), TT_HAS_UNKNOWN, false},
        {WITH_OPTIONS("60", "fd 02 01 01"), TT_HAS_UNKNOWN, false},                                   /* no identifier */
        {WITH_OPTIONS("60", "ac 02 ae 02"), TT_HAS_ACCECN, false},
        {WITH_OPTIONS("60", "4c 04 01 01"), TT_HAS_UNKNOWN, false},
        {WITH_OPTIONS("60", "06 02 07 02"), TT_HAS_UNKNOWN, false},                                   /* echo, long gone */
        {WITH_OPTIONS("70", "00 02 04 05 b4 00 00 00"), 0, false},                                    /* the end */
        {WITH_OPTIONS("60", "01 01 01 02"), 0, true},                                                 /* a kind and no length */
        {WITH_OPTIONS("60", "02 04 05 b4 61") , TT_HAS_MSS, false},
        {WITH_OPTIONS("60", "02 05 05 b4"), 0, true},                                                 /* longer than what is left */
        {WITH_OPTIONS("60", "02 03 05 01"), 0, true},                                                 /* an MSS of one octet */
        {WITH_OPTIONS("60", "08 04 00 00"), 0, true},
        {WITH_OPTIONS("60", "02 01 05 b4"), 0, true},                                                 /* shorter than itself */
        {WITH_OPTIONS("60", "02 00 05 b4"), 0, true},
        {WITH_OPTIONS("60", "05 02 01 01"), 0, true},                                                 /* SACK without a block */
        {WITH_OPTIONS("70", "05 07 00 00 00 10 00 01"), 0, true},
        {WITH_OPTIONS("70", "02 04 05 b4"), TT_HAS_MSS, true},                                        /* the rest is cut off */
        /* clang-format on */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_options options;
        struct row row;

        memset(&options, 0xff, sizeof options);
        row_decode(&row, TT_LINK_RAW, rows[i].hex);
        tt_options_read(&row.seg, &options);
        if (options.present != rows[i].present || options.damaged != rows[i].damaged)
            print_message("row %zu: present 0x%x\n", i, options.present);
        assert_int_equal(options.present, rows[i].present);
        assert_int_equal(options.damaged, rows[i].damaged);
        row_done(&row);
    }
}

static void the_values_of_options(void **state)
{
    struct tt_options options;
    struct row row;
    (void)state;

    row_decode(&row, TT_LINK_RAW,
               WITH_OPTIONS(
                   "f0", "02 04 05 b4 03 03 0f 08 0a 01 02 03 04 05 06 07 08 05 12 00 00 00 10 00 00 00 20 ff ff ff f0 00 00 00 08 "
                         "01 01 01 01 00"));
    tt_options_read(&row.seg, &options);
    assert_int_equal(options.mss, 1460);
    assert_int_equal(options.wscale, 15); /* as offered */
    assert_int_equal(options.tsval, 0x01020304);
    assert_int_equal(options.tsecr, 0x05060708);
    assert_int_equal(options.sack_blocks, 2);
    assert_int_equal(options.sack[0].left.n, 0x10);
    assert_int_equal(options.sack[0].right.n, 0x20);
    assert_int_equal(options.sack[1].left.n, 0xfffffff0);
    assert_int_equal(options.sack[1].right.n, 8);
    row_done(&row);
}

static void options_one_by_one(void **state)
{
    static const struct {
        int more;
        unsigned offset;
        uint8_t kind, length, value_octets;
    } steps[] = {{1, 4, 2, 4, 2}, {1, 5, 1, 1, 0}, {1, 7, 99, 2, 0}, {0, 7, 99, 2, 0}};
    struct tt_option option = {0};
    unsigned offset = 0;
    struct row row;
    (void)state;

    row_decode(&row, TT_LINK_RAW, WITH_OPTIONS("70", "02 04 05 b4 01 63 02 00"));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(tt_option_next(&row.seg, &offset, &option), steps[i].more);
        assert_int_equal(offset, steps[i].offset);
        assert_int_equal(option.kind, steps[i].kind);
        assert_int_equal(option.length, steps[i].length);
        assert_int_equal(option.value_octets, steps[i].value_octets);
    }
    row_done(&row);
}

static void sums(void **state)
{
    static const uint8_t rfc1071[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}; /* section 3 */
    uint8_t octets[200];
    (void)state;

    assert_int_equal(tt_sum(rfc1071, sizeof rfc1071, 0), 0xddf2);
    assert_int_equal(tt_sum(rfc1071, 0, 0x1234), 0x1234);
    assert_int_equal(tt_sum(rfc1071 + 2, 1, 0), 0xf200); /* an odd octet stands high */
    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (uint8_t)(i * 151 + 77);
    for (size_t n = 0; n <= sizeof octets - 3; n++) {
        uint32_t sum = 0xfffe;

        for (size_t i = 0; i < n; i++)
            sum += i % 2 ? octets[3 + i] : (uint32_t)octets[3 + i] << 8;
        while (sum >> 16)
            sum = (sum & 0xffff) + (sum >> 16);
        assert_int_equal(tt_sum(octets + 3, n, 0xfffe), sum);
    }
}

#define SUMMED_IPV4(sum) "45 00 00 2b 12 34 40 00 40 06 " sum " " IPV4_ADDRESSES
#define SUMMED_TCP(sum) "c0 00 01 bb 00 00 10 00 00 00 20 00 50 18 04 00 " sum " 00 00 "
#define VIA_77                                                                                                                     \
    "60 00 00 00 00 2f 2b 40 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 77 "

static void checksums(void **state)
{
    static const struct {
        const char *hex;
        enum tt_checksum tcp, ip;
        uint16_t right_tcp, right_ip;
    } rows[] = {
        /* clang-format off */
        {SUMMED_IPV4("14 97") SUMMED_TCP("e1 a8") "61 62 63",
         TT_CHECKSUM_GOOD, TT_CHECKSUM_GOOD, 0xe1a8, 0x1497},
        {SUMMED_IPV4("14 98") SUMMED_TCP("e1 a9") "61 62 63",
         TT_CHECKSUM_BAD, TT_CHECKSUM_BAD, 0xe1a8, 0x1497},
        /* 0a00 0001 0a00 0002 0006 0017 */
        {SUMMED_IPV4("00 00") SUMMED_TCP("14 20") "61 62 63",
         TT_CHECKSUM_OFFLOADED, TT_CHECKSUM_OFFLOADED, 0xe1a8, 0x1497},
        {SUMMED_IPV4("14 97") SUMMED_TCP("e1 a8") "61 62",
         TT_CHECKSUM_UNVERIFIABLE, TT_CHECKSUM_GOOD, 0, 0x1497},
        {IPV4_OF("00 2b", "20 00", "06") TCP, TT_CHECKSUM_UNVERIFIABLE, TT_CHECKSUM_OFFLOADED, 0, 0x3497},
        {IPV4_OF("00 00", "40 00", "06") TCP, TT_CHECKSUM_BAD, TT_CHECKSUM_OFFLOADED, 0xe1a8, 0x14c2}, /* TSO */
        {SEGMENT6, TT_CHECKSUM_BAD, TT_CHECKSUM_UNVERIFIABLE, 0x9a36, 0},
        {IPV6_OF("00 2f", "2b") "06 02 02 00 00 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 99 " TCP, /* already there */
         TT_CHECKSUM_BAD, TT_CHECKSUM_UNVERIFIABLE, 0x9a36, 0},
        {VIA_77 "06 02 02 01 00 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 " TCP,               /* on the way */
         TT_CHECKSUM_BAD, TT_CHECKSUM_UNVERIFIABLE, 0x9a36, 0},
        {VIA_77 "06 02 04 01 00 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 " TCP,               /* RFC 8754 */
         TT_CHECKSUM_BAD, TT_CHECKSUM_UNVERIFIABLE, 0x9a36, 0},
        {ETHERNET, TT_CHECKSUM_UNVERIFIABLE, TT_CHECKSUM_UNVERIFIABLE, 0, 0},
        /* clang-format on */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint16_t right_tcp = 0, right_ip = 0;
        struct row row;

        row_decode(&row, TT_LINK_RAW, rows[i].hex);
        assert_int_equal(tt_tcp_checksum(&row.seg, &right_tcp), rows[i].tcp);
        assert_int_equal(tt_ip_checksum(&row.seg, &right_ip), rows[i].ip);
        if (right_tcp != rows[i].right_tcp || right_ip != rows[i].right_ip)
            print_message("row %zu: 0x%04x 0x%04x\n", i, right_tcp, right_ip);
        assert_int_equal(right_tcp, rows[i].right_tcp);
        assert_int_equal(right_ip, rows[i].right_ip);
        row_done(&row);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fields),         cmocka_unit_test(odd_headers),
        cmocka_unit_test(options_are_read),   cmocka_unit_test(the_values_of_options),
        cmocka_unit_test(options_one_by_one), cmocka_unit_test(sums),
        cmocka_unit_test(checksums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
