/* SPDX-License-Identifier: BSD-2-Clause */
/* summary.h - what the summary keeps, for the two files that tell it. */
#ifndef TCPTALE_SUMMARY_H
#define TCPTALE_SUMMARY_H

#include "tell/histogram.h"
#include "tell/sketch.h"
#include <tcptale/tell.h>

/* How many of the busiest, and of the worst, are told. */
#define TT_SUMMARY_TOP 5
#define TT_SUMMARY_WORST 5

/* One of the worst connections, whole: its row of the table is told. */
struct tt_summary_worst {
    unsigned badness;
    struct tt_conn conn;
    struct tt_verdict verdict;
};

struct tt_summary {
    const struct tt_alloc *alloc;
    uint64_t connections;
    tt_ns first, last; /* of the connections' packets; meaningless without connections */

    uint64_t opening[TT_OPENING_COUNT], ending[TT_ENDING_COUNT], ended_by[TT_ENDER_COUNT], cause[TT_CAUSE_COUNT];
    uint64_t forged;

    /* sums over both ends */
    uint64_t packets, bytes, ip_bytes, bytes_lost;
    uint64_t retransmitted_packets, retransmitted_bytes, out_of_order, gap_bytes, zero_windows, bad_checksums;

    struct tt_histogram handshake_us; /* from the SYN to the ACK of the SYN-ACK: one round trip, wherever the capture stood */
    struct tt_histogram duration_us;
    struct tt_sketch hosts; /* octets that each sent */
    struct tt_sketch ports; /* of servers: octets both ways */

    unsigned worst_count;
    struct tt_summary_worst *worst[TT_SUMMARY_WORST]; /* worst first; all there, `worst_count` in use */
};

#endif
