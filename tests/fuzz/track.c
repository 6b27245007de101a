/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * track.c - fuzzes the tracker with segments that nearly fit: numbers around what each end sent last, three pairs of ends, small
 * caps.
 *
 * After each segment every invariant of its connection must hold; at the end all memory must be back, and each connection that was
 * begun must have been finished once.
 */
#include "base/bytes.h"
#include "track/tracked.h"
#include <stdlib.h>
#include <tcptale/judge.h>

struct run {
    struct tt_frame frame;
    uint64_t begun, finished;
    long blocks;
    uint32_t next[3][2]; /* behind what each end sent last */
};

static void *resize(void *ctx, void *old, size_t old_octets, size_t new_octets)
{
    struct run *run = ctx;

    (void)old_octets;
    if (!new_octets) {
        run->blocks -= old != NULL;
        free(old);
        return NULL;
    }
    run->blocks += old == NULL;
    return realloc(old, new_octets);
}

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void check(const struct tt_conn *conn)
{
    require(track_broken((const struct tracked *)conn) == NULL);
}

static void on_begun(void *ctx, struct tt_conn *conn)
{
    (void)conn;
    ((struct run *)ctx)->begun++;
}

static void on_segment(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    (void)ctx;
    require(step->new_octets <= segment->payload_length);
    check(conn);
}

static void on_finished(void *ctx, struct tt_conn *conn)
{
    struct tt_verdict verdict;

    ((struct run *)ctx)->finished++;
    check(conn);
    tt_judge(conn, &verdict);
    require(verdict.ending < TT_ENDING_COUNT && verdict.opening < TT_OPENING_COUNT);
}

/* One segment is 10 octets: ends and flags, number, acknowledgement, length, window, time, timestamp, IP ID. */
#define RECORD 10

static const uint16_t flag_sets[16] = {
    TT_SYN, TT_SYN | TT_ACK,          TT_ACK, TT_ACK, TT_ACK,          TT_PSH | TT_ACK, TT_FIN | TT_ACK,
    TT_RST, TT_RST | TT_ACK,          TT_FIN, 0,      TT_SYN | TT_FIN, TT_SYN | TT_RST, TT_SYN | TT_ACK | TT_FIN,
    0x1ff,  TT_FIN | TT_ACK | TT_RST,
};

static uint32_t spread(uint8_t octet)
{
    if (octet < 200)
        return (uint32_t)octet - 64;
    return (uint32_t)(octet - 200) << 26; /* far away, in steps of 64 MiB */
}

static void feed(struct run *run, struct tt_tracker *tracker, const uint8_t *r)
{
    unsigned pair = (r[0] >> 1 & 3u) % 3, from = r[0] & 1u;
    uint8_t header[32] = {[20] = 1, 1, 8, 10};
    struct tt_segment s = {
        .frame = &run->frame,
        .tcp = header,
        .faults = TT_FAULT_CAPTURE_SHORT,
        .kind = TT_KIND_TCP,
        .flags = flag_sets[r[0] >> 4],
        .seq = {run->next[pair][from] + spread(r[1])},
        .ack = {run->next[pair][!from] + spread(r[2])},
        .payload_length = r[3] < 250 ? r[3] & 63u : (uint32_t)r[3] << 8,
        .window = (uint16_t)(r[4] << (r[4] & 7)),
        .ip_id = r[7],
        .ip_version = 4,
        .ttl = 64,
        .tcp_header_octets = 32,
        .options_captured = r[0] & 8 ? 12 : 0,
        .src_port = (uint16_t)(from ? 80 : 40000 + pair),
        .dst_port = (uint16_t)(from ? 40000 + pair : 80),
        .src_addr = {{(uint8_t)from}},
        .dst_addr = {{(uint8_t)!from}},
    };

    tt_put_be32(header + 24, r[6]);
    s.ip_length = 52 + s.payload_length;
    run->frame.number++;
    run->frame.time += ((tt_ns)(r[5] & 31) << (r[5] >> 3)) * 1000 - (r[8] == 255 ? TT_NS_PER_S : 0);
    run->next[pair][from] = s.seq.n + s.payload_length + ((s.flags & (TT_SYN | TT_FIN)) != 0);
    require(tt_tracker_feed(tracker, &s) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    struct run run = {.frame.time = 1000 * TT_NS_PER_S};
    const struct tt_alloc alloc = {resize, &run};
    const struct tt_track_events events = {.begun = on_begun, .segment = on_segment, .finished = on_finished, .ctx = &run};
    struct tt_track_options options = {.connections_max = 2, .lingering_max = 1, .ranges_max = 6};
    struct tt_tracker *tracker;

    if (n && octets[n - 1] & 1)
        options = (struct tt_track_options){.linger = TT_NS_PER_S};
    require(tt_tracker_new(&options, &events, &alloc, &tracker) == 0);
    for (size_t at = 0; n - at >= RECORD && at < RECORD * 200; at += RECORD)
        feed(&run, tracker, octets + at);
    require(tt_tracker_finish(tracker) == 0);
    require(run.begun == run.finished);
    tt_tracker_free(tracker);
    require(run.blocks == 0);
    return 0;
}
