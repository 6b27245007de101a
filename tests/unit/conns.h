/* SPDX-License-Identifier: BSD-2-Clause */
/* conns.h - connections made by hand, for what tells of them. */
#ifndef TCPTALE_CONNS_H
#define TCPTALE_CONNS_H

#include <tcptale/judge.h>

#define CONN_START (INT64_C(1668962552) * TT_NS_PER_S + 176289000) /* 2022-11-20 16:42:32 UTC */

static struct tt_zeek conn_web_row = {.end = {{.state = TT_ZEEK_CLOSED}, {.state = TT_ZEEK_CLOSED}}, .history = "ShADadFf"};

/* A web request over IPv4: opened by a handshake, closed by the client in three segments, all known. */
static inline void conn_web(struct tt_conn *conn, struct tt_verdict *verdict)
{
    *conn = (struct tt_conn){
        .id = 1,
        .client = {.addr = {{192, 168, 1, 7}}, .port = 60722, .ip_version = 4},
        .server = {.addr = {{192, 168, 1, 9}}, .port = 80, .ip_version = 4},
        .roles = TT_ROLES_HANDSHAKE,
        .first = CONN_START,
        .last = CONN_START + 172 * TT_NS_PER_MS,
        .first_frame = 1,
        .last_frame = 9,
        .syn_ack = {2, CONN_START + 40 * TT_NS_PER_US},
        .opened = {3, CONN_START + 113 * TT_NS_PER_US},
        .zeek = &conn_web_row,
    };
    for (unsigned end = 0; end < 2; end++) {
        struct tt_side *side = &conn->side[end];
        side->fin = 1 + (end ? 1234567 : 42);
        side->syn = (struct tt_mark){end + 1, end ? conn->syn_ack.time : CONN_START};
        side->isn_known = true;
        side->offers = TT_HAS_MSS | TT_HAS_WSCALE | TT_HAS_SACK_OK | TT_HAS_TIMESTAMPS;
        side->mss = (uint16_t)(end ? 1440 : 1460);
        side->wscale = (uint8_t)(end ? 9 : 7);
        side->packets = end ? 4 : 5;
        side->bytes = end ? 1234567 : 42;
        side->ip_bytes = side->bytes + 52 * side->packets;
        side->rtt_samples = end ? 2 : 0;
        side->rtt_min_us = end ? 67 : 0;
        side->rtt_max_us = end ? 70 : 0;
        side->rtt_sum_us = end ? 137 : 0;
    }
    *verdict = (struct tt_verdict){
        .opening = TT_OPENING_HANDSHAKE,
        .ending = TT_ENDING_FIN,
        .form = TT_FORM_THREE_SEGMENT,
        .ended_by = TT_BY_CLIENT,
        .cause = TT_CAUSE_CLOSE,
        .certainty = TT_CERTAIN,
        .forged = TT_FORGED_NO,
        .bytes_lost = 0,
    };
}

/* Nothing is known but that packets went by, over IPv6. */
static inline void conn_unknown(struct tt_conn *conn, struct tt_verdict *verdict)
{
    *conn = (struct tt_conn){
        .id = 2,
        .client = {.addr = {{0x20, 1, 0x0d, 0xb8, [15] = 1}}, .port = 40000, .ip_version = 6},
        .server = {.addr = {{0x20, 1, 0x0d, 0xb8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
                   .port = 65535,
                   .ip_version = 6},
        .roles = TT_ROLES_GUESS,
        .first = CONN_START,
        .last = CONN_START,
    };
    *verdict = (struct tt_verdict){
        .opening = TT_OPENING_MIDSTREAM,
        .ending = TT_ENDING_OPEN,
        .form = TT_FORM_NONE,
        .ended_by = TT_BY_UNKNOWN,
        .cause = TT_CAUSE_UNKNOWN,
        .certainty = TT_UNCERTAIN,
        .forged = TT_FORGED_UNKNOWN,
        .bytes_lost = -1,
    };
}

/* The longest of everything: what a hostile capture can bring a record to. */
static inline void conn_extreme(struct tt_conn *conn, struct tt_verdict *verdict)
{
    conn_unknown(conn, verdict);
    memset(&conn->client.addr, 0xff, sizeof conn->client.addr);
    conn->client.port = 65535;
    conn->id = UINT64_MAX;
    conn->first = INT64_MIN / 2;
    conn->last = INT64_MAX / 2;
    conn->syn_retries = UINT32_MAX;
    conn->syn_ack = (struct tt_mark){1, INT64_MAX / 2};
    conn->opened = (struct tt_mark){1, INT64_MAX / 2};
    for (unsigned end = 0; end < 2; end++) {
        struct tt_side *side = &conn->side[end];
        side->syn = (struct tt_mark){1, INT64_MIN / 4};
        side->offers = 0xfff;
        side->mss = UINT16_MAX;
        side->wscale = UINT8_MAX;
        side->packets = side->retransmitted_packets = side->out_of_order = side->duplicate_acks = UINT32_MAX;
        side->zero_windows = side->keepalives = UINT32_MAX;
        side->bytes = side->ip_bytes = side->retransmitted_bytes = side->gap_bytes = UINT64_MAX;
        side->rtt_samples = side->rtt_min_us = side->rtt_max_us = UINT32_MAX;
        side->rtt_sum_us = UINT64_MAX;
    }
    verdict->bytes_lost = INT64_MAX;
    verdict->ended_by = TT_BY_THIRD_PARTY;
    verdict->ending = TT_ENDING_RESET;
    verdict->cause = TT_CAUSE_INJECTED;
    verdict->forged = TT_FORGED_YES;
    verdict->certainty = TT_LIKELY;
    verdict->evidence_count = TT_EVIDENCE_MAX;
    for (unsigned i = 0; i < TT_EVIDENCE_MAX; i++)
        verdict->evidence[i] = (struct tt_evidence){.packet = UINT64_MAX,
                                                    .sign = "ttl-jump",
                                                    .says = "its \"TTL\" is 64, not 57,\r\nas in \\all\\ the others"};
}

#endif
