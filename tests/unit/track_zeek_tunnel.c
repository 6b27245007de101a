/* SPDX-License-Identifier: BSD-2-Clause */
/* track_zeek_tunnel.c - which tunnels are one to Zeek, and the letter of a row that changes between them. */
#include "track/zeek.h"
#include "wire_rows.h"

#define A "c0 00 02 01 "
#define B "c0 00 02 02 "
#define OUTER(length, protocol, from, to) "45 00 " length " 00 00 40 00 40 " protocol " 00 00 " from to
#define IN_IP(from, to) OUTER("00 3f", "04", from, to) SEGMENT
#define IN_GRE(from, to) OUTER("00 43", "2f", from, to) "00 00 08 00 " SEGMENT
#define IN_GTP(from, to, ports) OUTER("00 53", "11", from, to) ports "00 3f 00 00 30 ff 00 2b 00 00 00 01 " SEGMENT
#define IN_GRE_IN_UDP(from, to, ports) OUTER("00 4b", "11", from, to) ports "00 37 00 00 00 00 08 00 " SEGMENT

static uint32_t tunnel(const char *hex)
{
    struct row row;

    row_decode(&row, TT_LINK_RAW, hex);
    assert_int_equal(row.seg.kind, TT_KIND_TCP);
    uint32_t ret = zeek_tunnel_of(&row.seg);
    row_done(&row);
    return ret;
}

static void take(struct zeek_row *zeek, const char *hex)
{
    struct row row;

    row_decode(&row, TT_LINK_RAW, hex);
    zeek_take_tunnel(zeek, &row.seg);
    row_done(&row);
}

static void both_directions_are_one(void **state)
{
    (void)state;
    assert_int_equal(tunnel(SEGMENT), 0);
    assert_int_not_equal(tunnel(IN_IP(A, B)), 0);
    assert_int_equal(tunnel(IN_IP(A, B)), tunnel(IN_IP(B, A)));
    assert_int_equal(tunnel(IN_GRE(A, B)), tunnel(IN_GRE(B, A)));
    assert_int_not_equal(tunnel(IN_IP(A, B)), tunnel(IN_GRE(A, B)));
    assert_int_not_equal(tunnel(IN_IP(A, B)), tunnel(IN_IP(A, A)));
}

static void ports_count_with_udp_but_not_around_gre(void **state)
{
    (void)state;
    assert_int_equal(tunnel(IN_GTP(A, B, "17 12 08 68 ")), tunnel(IN_GTP(B, A, "08 68 17 12 ")));
    assert_int_not_equal(tunnel(IN_GTP(A, B, "17 12 08 68 ")), tunnel(IN_GTP(B, A, "08 68 08 68 ")));
    assert_int_equal(tunnel(IN_GRE_IN_UDP(A, B, "c0 00 12 92 ")), tunnel(IN_GRE_IN_UDP(B, A, "c0 01 12 92 ")));
}

static void the_sixth_change_is_one_too_many(void **state)
{
    struct zeek_row zeek = {.view = {.originator = 0}};
    (void)state;

    for (unsigned i = 0; i < 5; i++)
        take(&zeek, i % 2 ? SEGMENT : IN_IP(A, B));
    take(&zeek, IN_IP(B, A));
    assert_string_equal(zeek.view.history, "");
    take(&zeek, SEGMENT);
    assert_string_equal(zeek.view.history, "X");
    take(&zeek, IN_IP(A, B));
    assert_string_equal(zeek.view.history, "X");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_directions_are_one),
        cmocka_unit_test(ports_count_with_udp_but_not_around_gre),
        cmocka_unit_test(the_sixth_change_is_one_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
