/* SPDX-License-Identifier: BSD-2-Clause */
/* wire_rows.h - frames written as hex in pieces, and decoded from a heap block of exactly their size. */
#ifndef TCPTALE_WIRE_ROWS_H
#define TCPTALE_WIRE_ROWS_H

#include "unit.h"
#include "wire_invariants.h"

/* The pieces.  A TCP segment with "abc": 10.0.0.1:49152 to 10.0.0.2:443; its checksum is nobody's business in most rows. */
#define TO_FROM "02 00 00 00 00 02  02 00 00 00 00 01 "
#define ETHERNET TO_FROM "08 00 "
#define SNAP "aa aa 03 00 00 00 08 00 "
#define IPV4_ADDRESSES "0a 00 00 01  0a 00 00 02 "
#define IPV4_OF(length, fragment, protocol) "45 00 " length " 12 34 " fragment " 40 " protocol " 00 00 " IPV4_ADDRESSES
#define IPV4 IPV4_OF("00 2b", "40 00", "06")
#define IPV6_ADDRESSES "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01  20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 "
#define IPV6_OF(length, protocol) "60 0b cd ef " length " " protocol " 40 " IPV6_ADDRESSES
#define IPV6 IPV6_OF("00 17", "06")
#define TCP_OF(offset_flags, rest) "c0 00 01 bb  00 00 10 00  00 00 20 00 " offset_flags " 04 00  00 00  00 00 " rest
#define TCP TCP_OF("50 18", "61 62 63 ")
#define SEGMENT IPV4 TCP
#define SEGMENT6 IPV6 TCP

static inline unsigned row_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

/* The octets that hex writes, in a block to be freed. */
static inline uint8_t *row_octets(const char *hex, uint32_t *ret_octets)
{
    uint8_t *block = malloc(strlen(hex) / 2 + 1);
    uint32_t n = 0;

    assert_non_null(block);
    for (const char *p = hex; *p;) {
        if (*p == ' ') {
            p++;
            continue;
        }
        block[n++] = (uint8_t)(row_digit(p[0]) << 4 | row_digit(p[1]));
        p += 2;
    }
    *ret_octets = n;
    return realloc(block, n ? n : 1);
}

/* A frame of a row; row_done() frees it. */
struct row {
    struct tt_frame frame;
    struct tt_segment seg;
    uint8_t *block;
};

static inline void row_decode(struct row *row, uint32_t link, const char *hex)
{
    uint32_t n;

    row->block = row_octets(hex, &n);
    row->frame = (struct tt_frame){.octets = row->block, .captured = n, .length = n, .link = link, .number = 1};
    memset(&row->seg, 0xff, sizeof row->seg);
    tt_decode(&row->frame, &row->seg);
    assert_ptr_equal(wire_broken(&row->frame, &row->seg), NULL);
}

static inline void row_done(struct row *row)
{
    free(row->block);
}

/* The same frame with every snap length: nothing beyond it is touched (a sanitizer sees), and what is said stays sound. */
static inline void row_cut_everywhere(const struct row *row)
{
    uint8_t *block = malloc(row->frame.captured ? row->frame.captured : 1);

    assert_non_null(block);
    for (uint32_t n = 0; n < row->frame.captured; n++) {
        struct tt_frame frame = row->frame;
        struct tt_segment seg;
        uint8_t *at = block + row->frame.captured - n; /* its end is the block's */

        memcpy(at, row->frame.octets, n);
        frame.octets = at;
        frame.captured = n;
        tt_decode(&frame, &seg);
        assert_ptr_equal(wire_broken(&frame, &seg), NULL);
    }
    free(block);
}

#endif
