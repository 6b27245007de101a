/* SPDX-License-Identifier: BSD-2-Clause */
/* wire_icmp.c - ICMP errors and the segments that they quote. */
#include "wire_rows.h"

#define OUTER IPV4_OF("00 00", "00 00", "01")
#define OUTER6 IPV6_OF("00 00", "3a")
#define REFUSED OUTER "03 03 00 00 00 00 00 00 "
#define PORTS_AND_NUMBER "c0 00 01 bb 00 00 10 00 "

static void what_errors_quote(void **state)
{
    static const struct {
        const char *hex;
        enum tt_kind kind;
        uint8_t type, code;
        uint32_t mtu, quoted_octets, faults;
    } rows[] = {
        /* clang-format off */
        {REFUSED IPV4 PORTS_AND_NUMBER, TT_KIND_ICMP_ERROR, 3, 3, 0, 8, 0},   /* RFC 792's eight octets */
        {OUTER "03 04 00 00 00 00 05 14 " SEGMENT, TT_KIND_ICMP_ERROR, 3, 4, 1300, 20, 0},             /* RFC 1191 */
        {OUTER "03 0d 00 00 00 00 05 14 " SEGMENT, TT_KIND_ICMP_ERROR, 3, 13, 0, 20, 0},
        {OUTER "04 00 00 00 00 00 00 00 " SEGMENT, TT_KIND_ICMP_ERROR, 4, 0, 0, 20, 0},
        {OUTER "05 01 00 00 0a 00 00 09 " SEGMENT, TT_KIND_ICMP_ERROR, 5, 1, 0, 20, 0},
        {OUTER "0b 00 00 00 00 00 00 00 " IPV4 "c0 00 01 bb 00 00 10 00 00 00 20 00 50 18", TT_KIND_ICMP_ERROR, 11, 0, 0, 14, 0},
        {OUTER "0c 00 00 00 00 00 00 00 46 00 00 2f 12 34 40 00 40 06 00 00 " IPV4_ADDRESSES "94 04 00 00 " PORTS_AND_NUMBER,
         TT_KIND_ICMP_ERROR, 12, 0, 0, 8, 0},                                                          /* with IP options */
        {OUTER "03 01 00 00 00 08 00 00 " IPV4 "c0 00 01 bb 00 00 10 00 00 00 20 00 20 00 00 00",
         TT_KIND_ICMP_ERROR, 3, 1, 0, 12, 0},                                                          /* RFC 4884 */
        {REFUSED IPV4_OF("00 1c", "40 00", "06") PORTS_AND_NUMBER "00 00 00 00",
         TT_KIND_ICMP_ERROR, 3, 3, 0, 8, 0},
        {REFUSED IPV4 "c0 00 01 bb 00 00 10", TT_KIND_OTHER, 0, 0, 0, 0, TT_FAULT_ICMP_SHORT},
        {REFUSED IPV4_OF("00 2b", "40 00", "11") PORTS_AND_NUMBER, TT_KIND_OTHER, 0, 0, 0, 0, 0},  /* quotes UDP */
        {REFUSED IPV4_OF("00 2b", "00 01", "06") PORTS_AND_NUMBER, TT_KIND_OTHER, 0, 0, 0, 0,
         TT_FAULT_ICMP_SHORT},                                                                         /* quotes a later fragment */
        {OUTER "00 00 00 00 00 00 00 00 " SEGMENT, TT_KIND_OTHER, 0, 0, 0, 0, 0},                      /* an echo reply */
        {REFUSED REFUSED SEGMENT, TT_KIND_OTHER, 0, 0, 0, 0, 0}, /* of an error */
        {OUTER "03 03 00 00 00 00 00 00", TT_KIND_OTHER, 0, 0, 0, 0, 0},
        {OUTER "03 03", TT_KIND_OTHER, 0, 0, 0, 0, 0},
        {OUTER6 "01 04 00 00 00 00 00 00 " SEGMENT6, TT_KIND_ICMP_ERROR, 1, 4, 0, 20, 0},
        {OUTER6 "02 00 00 00 00 00 05 14 " SEGMENT6, TT_KIND_ICMP_ERROR, 2, 0, 1300, 20, 0},
        {OUTER6 "03 00 00 00 00 00 00 00 " IPV6_OF("00 1f", "2c") "06 00 00 01 00 00 00 07 " PORTS_AND_NUMBER,
         TT_KIND_ICMP_ERROR, 3, 0, 0, 8, 0},
        {OUTER6 "04 00 00 00 00 00 00 06 " IPV6_OF("00 1f", "00") "06 00 05 02 00 00 01 00 " TCP,
         TT_KIND_ICMP_ERROR, 4, 0, 0, 20, 0},
        {OUTER6 "80 00 00 00 00 00 00 00 " SEGMENT6, TT_KIND_OTHER, 0, 0, 0, 0, 0},                    /* an echo */
        /* clang-format on */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_icmp icmp;
        struct row row;

        row_decode(&row, TT_LINK_RAW, rows[i].hex);
        if (row.seg.kind != rows[i].kind)
            print_message("row %zu: kind %d\n", i, (int)row.seg.kind);
        assert_int_equal(row.seg.kind, rows[i].kind);
        assert_int_equal(row.seg.faults & TT_FAULT_ICMP_SHORT, rows[i].faults);
        if (rows[i].kind == TT_KIND_ICMP_ERROR) {
            tt_icmp_read(&row.seg, &icmp);
            assert_int_equal(icmp.type, rows[i].type);
            assert_int_equal(icmp.code, rows[i].code);
            assert_int_equal(icmp.mtu, rows[i].mtu);
            assert_int_equal(icmp.quoted_octets, rows[i].quoted_octets);
            assert_int_equal(icmp.quoted.src_port, 49152);
            assert_int_equal(icmp.quoted.dst_port, 443);
            assert_int_equal(icmp.quoted.seq.n, 0x1000);
            assert_int_equal(icmp.quoted.dst_addr.octets[row.seg.ip_version == 6 ? 15 : 3], 2);
        }
        row_cut_everywhere(&row);
        row_done(&row);
    }
}

/* Errors in errors, as deep as a frame can hold: followed once. */
static void errors_all_the_way_down(void **state)
{
    static char hex[200 * sizeof(REFUSED)] = "";
    struct row row;
    (void)state;

    for (unsigned i = 0; i < 199; i++)
        strcat(hex, REFUSED);
    row_decode(&row, TT_LINK_RAW, hex);
    assert_int_equal(row.seg.kind, TT_KIND_OTHER);
    row_done(&row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_errors_quote), cmocka_unit_test(errors_all_the_way_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
