/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut.c - fuzzes a cut with hostile ends: whatever they send and however long they wait, resets are at most as many as allowed,
 * there is never a SYN, nobody is asked more often than the pause says, and the cut comes to an end.
 *
 * A record is 8 octets: end and flags, what its numbers are near to, by how much, length, window, time.
 */
#include "base/bytes.h"
#include <stdlib.h>
#include <tcptale/cut.h>

#define RECORD 8
#define SEGMENTS_MAX 256 /* two ends' resets and asks are far fewer */

struct run {
    struct tt_cut cut;
    struct tt_endpoint ends[2];
    tt_ns now;
    tt_ns asked[2][2]; /* by end, and whether a proof */
    bool reset_since[2];
    uint32_t sent, resets[2];
    struct tt_segment last[2]; /* of ours, to each end */
};

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void check_ask(struct run *run, const struct tt_cut_segment *out)
{
    bool proof = out->kind == TT_CUT_PROOF;
    tt_ns last = run->asked[out->to][0] > run->asked[out->to][1] ? run->asked[out->to][0] : run->asked[out->to][1];
    tt_ns same = run->asked[out->to][proof];

    require(out->segment.flags == TT_ACK);
    require(!same || run->now - same >= run->cut.options.probe_pause);
    require(!last || run->now - last >= run->cut.options.probe_pause || (proof && run->reset_since[out->to]));
    require(proof || !run->cut.options.only_seen);
    run->asked[out->to][proof] = run->now;
    run->reset_since[out->to] = false;
}

static void check_reset(struct run *run, const struct tt_cut_segment *out)
{
    require(out->segment.flags == TT_RST || out->segment.flags == (TT_RST | TT_ACK));
    require(!run->cut.options.spare[out->to] && !run->cut.end[out->to].is_signed);
    require(++run->resets[out->to] <= run->cut.options.resets_max);
    run->reset_since[out->to] = true;
}

static void check(struct run *run, const struct tt_cut_segment *out)
{
    uint8_t packet[128];
    int n = tt_encode(&out->segment, out->option, out->option_octets, NULL, 0, packet, sizeof packet);

    require(n > 0 && ++run->sent < SEGMENTS_MAX && !run->cut.done);
    if (out->kind == TT_CUT_RESET)
        check_reset(run, out);
    else
        check_ask(run, out);
    run->last[out->to] = out->segment;
}

static void send_due(struct run *run)
{
    struct tt_cut_segment out;

    while (tt_cut_next(&run->cut, run->now, &out))
        check(run, &out);
    require(run->cut.done || tt_cut_deadline(&run->cut) > run->now);
}

static uint32_t near(uint8_t octet, uint32_t of)
{
    return octet < 200 ? of + octet - 100 : (uint32_t)octet << 24;
}

/* Half of all segments answer what we sent last; the rest are near the numbers that the cut believes. */
static void show(struct run *run, const uint8_t *r)
{
    static const uint16_t flags[8] = {TT_ACK, TT_ACK, TT_RST, TT_RST | TT_ACK, TT_SYN, TT_SYN | TT_ACK, TT_FIN | TT_ACK, 0};
    static uint8_t header[40] = {[20] = 1, 1, 8, 10};
    unsigned from = r[0] & 1;
    const struct tt_cut_end *end = &run->cut.end[from];
    const struct tt_segment *ask = &run->last[from];
    bool answers = r[0] & 2;
    struct tt_segment s = {
        .kind = TT_KIND_TCP,
        .ip_version = 4,
        .tcp = header,
        .tcp_header_octets = 32,
        .options_captured = r[0] & 4 ? 12 : 0,
        .src_addr = run->ends[from].addr,
        .dst_addr = run->ends[!from].addr,
        .src_port = run->ends[from].port,
        .dst_port = run->ends[!from].port,
        .flags = flags[r[0] >> 5],
        .seq = {near(r[1], answers ? ask->ack.n : end->snd_nxt.n)},
        .ack = {near(r[2], answers ? ask->seq.n : end->rcv_nxt.n)},
        .payload_length = r[3],
        .window = r[4] == 255 ? run->cut.mark : r[4],
    };

    tt_put_be32(header + 24, r[5]);
    header[22] = r[0] & 8 ? TT_OPT_TIMESTAMPS : (r[5] == 255 ? TT_OPT_MD5 : TT_OPT_TIMESTAMPS);
    require(tt_cut_see(&run->cut, &s, run->now));
}

static void begin(struct run *run, const uint8_t *r)
{
    struct tt_cut_options options = {
        .only_seen = r[0] & 1,
        .spare = {r[0] & 2, r[0] & 4},
        .second_reset = r[0] & 8,
        .opened = r[0] & 16,
        .resets_max = r[1],
        .patience = r[2] * 20 * TT_NS_PER_MS,
        .seed = r[3],
    };

    for (unsigned i = 0; i < 2; i++)
        run->ends[i] = (struct tt_endpoint){.addr = {{10, 0, 0, (uint8_t)i}}, .port = (uint16_t)(80 + i), .ip_version = 4};
    run->now = TT_NS_PER_S;
    tt_cut_init(&run->cut, run->ends, &options, run->now);
    if (r[0] & 32)
        tt_cut_know(&run->cut, r[0] >> 7, tt_seq_of(tt_be32(r + 3)), tt_seq_of(tt_be32(r + 4)));
}

/* Without a word more it ends by itself, but for one that waits for traffic. */
static void finish(struct run *run)
{
    for (unsigned i = 0; i < SEGMENTS_MAX && !run->cut.done; i++) {
        tt_ns deadline = tt_cut_deadline(&run->cut);
        if (deadline == INT64_MAX) {
            require(run->cut.options.only_seen);
            return;
        }
        require(deadline - run->now <= 20 * TT_NS_PER_S);
        run->now = deadline > run->now ? deadline : run->now;
        send_due(run);
    }
    require(run->cut.done);
    require(tt_cut_deadline(&run->cut) == INT64_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    struct run run = {0};

    if (n < RECORD)
        return 0;
    begin(&run, octets);
    send_due(&run);
    for (size_t at = RECORD; n - at >= RECORD && at < RECORD * 500; at += RECORD) {
        run.now += (tt_ns)(octets[at + 6] & 31) << (octets[at + 6] >> 3);
        show(&run, octets + at);
        if (octets[at + 7] & 1)
            send_due(&run);
    }
    finish(&run);
    return 0;
}
