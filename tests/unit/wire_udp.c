/* SPDX-License-Identifier: BSD-2-Clause */
/* wire_udp.c - tunnels over UDP: what is followed into one, and what only has its port. */
#include "wire_rows.h"

#define UDP(octets, from, to, length) IPV4_OF(octets, "00 00", "11") from " " to " " length " 00 00 "
#define ANY "c3 50"
#define TEREDO6                                                                                                                    \
    "60 00 00 00 00 17 06 40  20 01 00 00 00 00 00 00 00 00 00 00 00 00 00 01  20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 "      \
    "02 " TCP

/* clang-format off */
static const struct {
    const char *why, *hex;
    bool followed;
} rows[] = {
    {"VXLAN", UDP("00 5d", ANY, "12 b5", "00 49") "08 00 00 00 00 00 07 00 " ETHERNET SEGMENT, true},
    {"VXLAN without an identifier", UDP("00 5d", ANY, "12 b5", "00 49") "00 00 00 00 00 00 07 00 " ETHERNET SEGMENT, false},
    {"Geneve with a frame", UDP("00 5d", ANY, "17 c1", "00 49") "00 00 65 58 00 00 07 00 " ETHERNET SEGMENT, true},
    {"Geneve with an option, and a packet",
     UDP("00 57", ANY, "17 c1", "00 43") "02 00 08 00 00 00 07 00 01 02 03 01 00 00 00 00 " SEGMENT, true},
    {"Geneve whose options are cut short", UDP("00 28", ANY, "17 c1", "00 14") "0f 00 08 00 00 00 07 00 01 02 03 01", false},
    {"GRE", UDP("00 4b", ANY, "12 92", "00 37") "00 00 08 00 " SEGMENT, true},
    {"GTP-U", UDP("00 4f", ANY, "08 68", "00 3b") "30 ff 00 2b 00 00 00 09 " SEGMENT, true},
    {"GTP-U with a sequence number", UDP("00 53", "08 68", ANY, "00 3f") "32 ff 00 2f 00 00 00 09 00 01 00 00 " SEGMENT, true},
    {"GTP-U with an extension",
     UDP("00 57", ANY, "08 68", "00 43") "34 ff 00 33 00 00 00 09 00 00 00 85 01 00 00 00 " SEGMENT, true},
    {"GTP-U, an echo", UDP("00 4f", ANY, "08 68", "00 3b") "30 01 00 2b 00 00 00 09 " SEGMENT, false},
    {"GTP-U whose extension has no length",
     UDP("00 57", ANY, "08 68", "00 43") "34 ff 00 33 00 00 00 09 00 00 00 85 00 00 00 00 " SEGMENT, false},
    {"Teredo to its server", UDP("00 5b", ANY, "0d d8", "00 47") SEGMENT6, true},
    {"Teredo, authenticated, with its origin",
     UDP("00 70", "0d d8", ANY, "00 5c") "00 01 00 00 01 02 03 04 05 06 07 08 00 00 00 01 02 03 04 05 06 " SEGMENT6, true},
    {"Teredo between peers", UDP("00 5b", ANY, "c3 51", "00 47") TEREDO6, true},
    {"IPv6 of others on any port", UDP("00 5b", ANY, "c3 51", "00 47") SEGMENT6, false},
    {"AYIYA",
     UDP("00 77", ANY, "13 d0", "00 63") "41 11 01 29 00 00 00 00 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 00 00 00 00 "
     SEGMENT6, true},
    {"AYIYA, a query",
     UDP("00 77", ANY, "13 d0", "00 63") "41 11 02 29 00 00 00 00 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 00 00 00 00 "
     SEGMENT6, false},
    {"a datagram", UDP("00 47", ANY, "00 35", "00 33") SEGMENT, false},
    {"a length that is none", UDP("00 4f", ANY, "08 68", "00 07") "30 ff 00 2b 00 00 00 09 " SEGMENT, false},
};
/* clang-format on */

static void what_is_followed(void **state)
{
    unsigned failures = 0;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct row row;

        row_decode(&row, TT_LINK_RAW, rows[i].hex);
        bool followed = row.seg.kind == TT_KIND_TCP && row.seg.src_port == 49152 && row.seg.payload_length == 3 && !row.seg.faults;
        if (followed != rows[i].followed || row.seg.wrapped != rows[i].followed) {
            print_error("%s: kind %u, faults 0x%x, wrapped %u\n", rows[i].why, (unsigned)row.seg.kind, row.seg.faults,
                        (unsigned)row.seg.wrapped);
            failures++;
        }
        row_cut_everywhere(&row);
        row_done(&row);
    }
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_followed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
