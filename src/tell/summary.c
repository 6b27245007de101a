/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * summary.c - takes in the connections of a capture: counts by word, sums, the busiest and the worst.
 *
 * Constant cost a connection and about 200 KB whatever comes: what would grow with hosts is a sketch, with values a histogram.
 */
#include "tell/summary.h"
#include "base/memory.h"

#define HOST_SETS 256 /* 2048 hosts: 128 KB */
#define PORT_SETS 32  /* 256 server ports, more than most networks serve */

static int make_worst(struct tt_summary *summary)
{
    for (unsigned i = 0; i < TT_SUMMARY_WORST; i++) {
        summary->worst[i] = tt_get(summary->alloc, sizeof **summary->worst);
        if (!summary->worst[i])
            return TT_ERR_NOMEM;
    }
    return 0;
}

int tt_summary_new(const struct tt_alloc *alloc, struct tt_summary **ret)
{
    struct tt_summary *summary = tt_get_zero(alloc, sizeof *summary);
    int err;

    if (!summary)
        return TT_ERR_NOMEM;
    summary->alloc = alloc;
    err = make_worst(summary);
    if (!err)
        err = tt_sketch_init(&summary->hosts, alloc, HOST_SETS);
    if (!err)
        err = tt_sketch_init(&summary->ports, alloc, PORT_SETS);
    if (err) {
        tt_summary_free(summary);
        return err;
    }
    *ret = summary;
    return 0;
}

void tt_summary_free(struct tt_summary *summary)
{
    if (!summary)
        return;
    for (unsigned i = 0; i < TT_SUMMARY_WORST; i++)
        tt_give(summary->alloc, summary->worst[i], sizeof **summary->worst);
    if (summary->hosts.alloc)
        tt_sketch_done(&summary->hosts);
    if (summary->ports.alloc)
        tt_sketch_done(&summary->ports);
    tt_give(summary->alloc, summary, sizeof *summary);
}

void tt_summary_key(struct tt_summary *summary, const uint64_t hash_key[2])
{
    assert(summary->connections == 0);
    for (unsigned i = 0; i < 2; i++)
        summary->hosts.key[i] = summary->ports.key[i] = hash_key[i];
}

static void add_side(struct tt_summary *summary, const struct tt_side *side)
{
    summary->packets += side->packets;
    summary->bytes += side->bytes;
    summary->ip_bytes += side->ip_bytes;
    summary->retransmitted_packets += side->retransmitted_packets;
    summary->retransmitted_bytes += side->retransmitted_bytes;
    summary->out_of_order += side->out_of_order;
    summary->gap_bytes += side->gap_bytes;
    summary->zero_windows += side->zero_windows;
    summary->bad_checksums += side->bad_checksums;
}

static void add_verdict(struct tt_summary *summary, const struct tt_verdict *verdict)
{
    summary->opening[verdict->opening]++;
    summary->ending[verdict->ending]++;
    summary->ended_by[verdict->ended_by]++;
    summary->cause[verdict->cause]++;
    summary->forged += verdict->forged == TT_FORGED_YES;
    if (verdict->bytes_lost > 0)
        summary->bytes_lost += (uint64_t)verdict->bytes_lost;
}

static void add_names(struct tt_summary *summary, const struct tt_conn *conn)
{
    const struct tt_side *client = &conn->side[TT_CLIENT], *server = &conn->side[TT_SERVER];
    struct tt_endpoint name = conn->client;

    name.port = 0;
    tt_sketch_add(&summary->hosts, &name, client->bytes);
    name = conn->server;
    name.port = 0;
    tt_sketch_add(&summary->hosts, &name, server->bytes);
    name = (struct tt_endpoint){.port = conn->server.port};
    tt_sketch_add(&summary->ports, &name, client->bytes + server->bytes);
}

static void add_times(struct tt_summary *summary, const struct tt_conn *conn)
{
    const struct tt_mark *syn = &conn->side[TT_CLIENT].syn;

    if (summary->connections == 0 || conn->first < summary->first)
        summary->first = conn->first;
    if (summary->connections == 0 || conn->last > summary->last)
        summary->last = conn->last;
    if (conn->last >= conn->first)
        tt_histogram_add(&summary->duration_us, (uint64_t)((conn->last - conn->first) / TT_NS_PER_US));
    /* After a second SYN nobody knows which one was answered. */
    if (syn->frame && conn->opened.frame && conn->opened.time >= syn->time && conn->syn_retries == 0)
        tt_histogram_add(&summary->handshake_us, (uint64_t)((conn->opened.time - syn->time) / TT_NS_PER_US));
}

/* Of equally bad ones the first stay. */
static void add_worst(struct tt_summary *summary, const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    unsigned badness = tt_story_badness(conn, verdict);
    bool full = summary->worst_count == TT_SUMMARY_WORST;

    if (badness == 0 || (full && badness <= summary->worst[TT_SUMMARY_WORST - 1]->badness))
        return;

    unsigned place = summary->worst_count - full;
    struct tt_summary_worst *worst = summary->worst[place];
    for (; place > 0 && summary->worst[place - 1]->badness < badness; place--)
        summary->worst[place] = summary->worst[place - 1];
    summary->worst[place] = worst;
    summary->worst_count += !full;
    *worst = (struct tt_summary_worst){badness, *conn, *verdict};
    worst->conn.resets = NULL; /* views */
    worst->conn.zeek = NULL;
}

int tt_summary_add(struct tt_summary *summary, const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    add_times(summary, conn);
    add_side(summary, &conn->side[TT_CLIENT]);
    add_side(summary, &conn->side[TT_SERVER]);
    add_verdict(summary, verdict);
    add_names(summary, conn);
    add_worst(summary, conn, verdict);
    summary->connections++;
    return 0;
}
