/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialogue.h - packet dialogues in a few words, fed to the tracker as real packets, and what is expected of it in as few.
 *
 * A dialogue is a list of packets with ';' between them, each a list of words:
 *
 *   +5        5 ms after the packet before; +5u: µs.  Without it 1 ms.
 *   c or s    who sends: 10.0.0.1:40000 or 10.0.0.2:80
 *   S. P F R  flags as tcpdump writes them; '-' for none
 *   1:101     numbers, relative to the sender's ISN ("1" alone: no payload); the ISN is 1000 (c), 5000 (s) or what isn=N said
 *   101       behind it: the acknowledgement, relative to the other's ISN, when the flags have '.'
 *   w=N ts=N ts=N/ECHO sack=FROM-TO,FROM-TO id=N ttl=N tos=N mss=N ws=N sackok tfo md5 ao ece cwr isn=N if=N v6 bad
 *   icmp=TYPE/CODE
 *   mac=N     the sender's hardware address is 02:00:00:00:00:N; vlan=N: the outer tag; nodf: DF is clear
 *   far       198.51.100.1 and 192.0.2.2, or with v6 of two sites; next: 10.0.0.1 and 192.0.2.2; port=N: the client's port
 *
 * The IP ID counts up by itself, as Linux's does.  An expectation is a list of words "name=value"; "#3:note" and "#3!note" for a
 * note that the third packet's step has or lacks; "#3=loss", "#3=loss/need" or "#3=loss/need/place" for why it was sent again;
 * "#3>2" for the packet that it shows to have been sent in vain; "@2" turns to the second connection.
 * Of the verdict: "*sign" is among the evidence, "*sign@7/name=value" of packet 7 with that figure (ns; client 0, server 1),
 * "!sign" is not, "signs=one,other" is all of it; "r1.fact" is of the first reset, "after.s.fact" of one in the server's name.
 */
#ifndef TCPTALE_DIALOGUE_H
#define TCPTALE_DIALOGUE_H

#include "unit.h"
#include <tcptale/tell.h>

#define DIALOGUE_PACKETS 256
#define DIALOGUE_CONNS 16

struct dialogue {
    struct unit_memory memory;
    struct tt_tracker *tracker;
    unsigned packets, begun, finished;
    struct tt_step steps[DIALOGUE_PACKETS];
    struct tt_log *log;                   /* NULL: none wanted; takes in the segments of all connections */
    struct tt_conn conns[DIALOGUE_CONNS]; /* as they were finished; by id - 1 */
    struct tt_verdict verdicts[DIALOGUE_CONNS];
    struct tt_resets resets[DIALOGUE_CONNS]; /* all 0 when there was none */
    unsigned rows;
    struct tt_conn row[DIALOGUE_CONNS]; /* as they were logged, in that order */
    struct tt_zeek of_conn[DIALOGUE_CONNS], of_row[DIALOGUE_CONNS];
    struct tt_track_facts facts;
    /* called for each segment besides, when it is set before the run */
    void (*also)(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step);
    void *also_ctx;
    /* the two ends as senders */
    uint32_t isn[2];
    uint16_t ip_id[2];
    tt_ns now;
    uint64_t frame;
};

/* Runs a dialogue from beginning to end; 0 or what the tracker returned. */
int dialogue_run(struct dialogue *d, const struct tt_track_options *options, const char *packets);
/* The same, with the rows that Zeek would write. */
int dialogue_log(struct dialogue *d, const struct tt_track_options *options, const char *packets);
/* The same, with a log for the story of it all; freed by the caller. */
int dialogue_tell(struct dialogue *d, const char *packets, struct tt_log *log);
/* How many words of `expected` do not hold; each is printed with the row's reason. */
unsigned dialogue_expect(const struct dialogue *d, const char *row, const char *expected);

#endif
