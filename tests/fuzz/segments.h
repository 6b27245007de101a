/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * segments.h - segments that nearly fit, out of a fuzzer's octets: numbers around what each end sent last, three pairs of ends.
 */
#ifndef TCPTALE_SEGMENTS_H
#define TCPTALE_SEGMENTS_H

#include "base/bytes.h"
#include <stdlib.h>
#include <tcptale/track.h>

struct segments {
    struct tt_frame frame;
    uint32_t next[3][2]; /* behind what each end sent last */
    bool looks;          /* packets come different ways: the last octet of a record says which */
};

static inline void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

/* Memory for a struct tt_alloc whose ctx counts the blocks, a long. */
static void *segments_resize(void *ctx, void *old, size_t old_octets, size_t new_octets)
{
    long *blocks = ctx;

    (void)old_octets;
    if (!new_octets) {
        *blocks -= old != NULL;
        free(old);
        return NULL;
    }
    *blocks += old == NULL;
    return realloc(old, new_octets);
}

/* One segment is 10 octets: ends and flags, number, acknowledgement, length, window, time, timestamp, IP ID, time, its look. */
#define SEGMENTS_RECORD 10

static const uint16_t segments_flags[16] = {
    TT_SYN, TT_SYN | TT_ACK,          TT_ACK, TT_ACK, TT_ACK,          TT_PSH | TT_ACK, TT_FIN | TT_ACK,
    TT_RST, TT_RST | TT_ACK,          TT_FIN, 0,      TT_SYN | TT_FIN, TT_SYN | TT_RST, TT_SYN | TT_ACK | TT_FIN,
    0x1ff,  TT_FIN | TT_ACK | TT_RST,
};

static inline uint32_t segments_spread(uint8_t octet)
{
    if (octet < 200)
        return (uint32_t)octet - 64;
    return (uint32_t)(octet - 200) << 26; /* far away, in steps of 64 MiB */
}

/* TTL, VLAN, DF and hardware address. */
static inline void segments_look(struct tt_segment *s, uint8_t octet)
{
    static const uint8_t ttls[4] = {64, 57, 60, 255};

    s->ttl = ttls[octet & 3];
    s->vlan[0] = octet >> 2 & 1;
    s->dont_fragment = !(octet >> 3 & 1);
    s->link_source_octets = 6;
    s->link_source[5] = octet >> 4 & 3;
}

static inline void segments_one(struct segments *segments, struct tt_tracker *tracker, const uint8_t *r)
{
    unsigned pair = (r[0] >> 1 & 3u) % 3, from = r[0] & 1u;
    uint8_t header[32] = {[20] = 1, 1, 8, 10};
    struct tt_segment s = {
        .frame = &segments->frame,
        .tcp = header,
        .faults = TT_FAULT_CAPTURE_SHORT,
        .kind = TT_KIND_TCP,
        .flags = segments_flags[r[0] >> 4],
        .seq = {segments->next[pair][from] + segments_spread(r[1])},
        .ack = {segments->next[pair][!from] + segments_spread(r[2])},
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

    if (segments->looks)
        segments_look(&s, r[9]);
    tt_put_be32(header + 24, r[6]);
    s.ip_length = 52 + s.payload_length;
    segments->frame.number++;
    segments->frame.time += ((tt_ns)(r[5] & 31) << (r[5] >> 3)) * 1000 - (r[8] == 255 ? TT_NS_PER_S : 0);
    segments->next[pair][from] = s.seq.n + s.payload_length + ((s.flags & (TT_SYN | TT_FIN)) != 0);
    require(tt_tracker_feed(tracker, &s) == 0);
}

/* Feeds what the octets describe, 200 segments at most. */
static inline void segments_feed(struct segments *segments, struct tt_tracker *tracker, const uint8_t *octets, size_t n)
{
    for (size_t at = 0; n - at >= SEGMENTS_RECORD && at < SEGMENTS_RECORD * 200; at += SEGMENTS_RECORD)
        segments_one(segments, tracker, octets + at);
}

#endif
