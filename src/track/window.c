/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.c - windows with their scale, and what lies outside them.
 *
 * The scale is in force only when both SYNs offered it, is never applied to a SYN, and is at most 14 (RFC 7323 section 2).  What
 * lies far outside must not move the positions, or one forged segment would spoil the rest of a connection; but after a hole in the
 * capture everything lies far outside, so segments that follow one another out there are believed in the end, and at once when both
 * ends speak of the same numbers.
 */
#include "track/tracked.h"

#define SCALE_MAX 14
/* Beyond the window and this, a number is not believed at once: blind forgers hit so small a part of the space once in 2000. */
#define SLACK 1048576
/* So many segments out of the window, each close behind the one before, are the sender's after a hole in the capture. */
#define STRAYS_BELIEVED 3

/* One SYN without it settles the matter. */
void track_settle_scale(struct tracked *tracked)
{
    struct tt_conn *conn = &tracked->conn;
    const struct tt_side *client = &conn->side[TT_CLIENT], *server = &conn->side[TT_SERVER];
    bool none =
        (client->syn.frame && !(client->offers & TT_HAS_WSCALE)) || (server->syn.frame && !(server->offers & TT_HAS_WSCALE));

    conn->scale_known = none || (client->syn.frame && server->syn.frame);
    for (unsigned end = 0; end < 2; end++) {
        uint8_t offered = conn->side[end].wscale;

        tracked->stream[end].scale = none ? 0 : offered < SCALE_MAX ? offered : SCALE_MAX;
    }
}

uint64_t track_window(const struct arrival *a)
{
    if (segment_has(a->segment, TT_SYN))
        return a->segment->window;
    return a->conn->scale_known ? (uint64_t)a->segment->window << a->tx_stream->scale : UINT64_MAX;
}

uint64_t track_window_at_most(const struct tt_conn *conn, enum tt_end end)
{
    uint64_t window = conn->side[end].rcv_wnd;

    return conn->scale_known ? window : window << SCALE_MAX;
}

static bool is_far_above(const struct arrival *a)
{
    uint64_t edge = a->tx->snd_una + track_window_at_most(a->conn, (enum tt_end) !a->step.from);
    uint64_t highest = edge > a->tx->snd_nxt ? edge : a->tx->snd_nxt;

    return a->position > (int64_t)(highest + SLACK);
}

static bool is_far_below(const struct arrival *a)
{
    int64_t end = a->position + a->segment->payload_length;

    return end + (int64_t)track_window_at_most(a->conn, (enum tt_end) !a->step.from) + SLACK < (int64_t)a->tx->snd_una;
}

enum stray_end { STRAY_SENDER = 1, STRAY_RECEIVER = 2 };

/* A number far outside of the window of `stream`, up to `next`: whether it is close to the last one out there, often enough. */
static bool is_believed(struct stream *stream, uint32_t number, uint32_t next, enum stray_end end)
{
    bool close = stream->strays && number - stream->stray_next + SLACK <= 2 * SLACK;

    stream->strays = close ? (uint8_t)(stream->strays + 1) : 1;
    stream->stray_ends = (uint8_t)(close ? stream->stray_ends | end : end);
    stream->stray_next = next;
    return stream->strays >= STRAYS_BELIEVED || stream->stray_ends == (STRAY_SENDER | STRAY_RECEIVER);
}

void track_remember_other_syn_ack(struct arrival *a)
{
    a->tx_stream->strays = 0;
    (void)is_believed(a->tx_stream, a->segment->seq.n, a->segment->seq.n + 1, STRAY_SENDER);
}

/*
 * A server that forgot the first attempt, or answers with cookies, may send SYN-ACKs with different numbers; which one counts is
 * what the client acknowledges.
 */
bool track_chooses_other_syn_ack(const struct arrival *a)
{
    const struct stream *rx = a->rx_stream;

    return a->step.from == TT_CLIENT && a->conn->syn_ack.frame && !a->conn->opened.frame && !a->rx->bytes && !a->rx->fin &&
           rx->strays == 1 && rx->stray_ends == STRAY_SENDER && a->segment->ack.n == rx->stray_next;
}

static bool segment_is_believed(struct arrival *a)
{
    uint32_t seq = a->segment->seq.n;

    return is_believed(a->tx_stream, seq, seq + a->segment->payload_length, STRAY_SENDER);
}

/* When the other end is not captured, or nothing of this end and no SYN, anything is possible. */
static bool knows_nothing(const struct arrival *a)
{
    return !a->rx->packets || (!a->tx->packets && !a->rx->syn.frame);
}

/* More than this end's window could have let the other send. */
bool track_ack_is_impossible(struct arrival *a)
{
    uint64_t unseen = (uint64_t)a->ack - a->rx->snd_nxt;
    uint32_t ack = a->segment->ack.n;

    if (knows_nothing(a) || unseen <= track_window_at_most(a->conn, a->step.from) + SLACK)
        return false;
    if (!is_believed(a->rx_stream, ack, ack, STRAY_RECEIVER))
        return true;
    a->rx_stream->strays = 0;
    return false;
}

/* The exact question for a segment that is taken in all the same: RFC 9293 section 3.10.7.4, table 6. */
static void note_beyond_edge(struct arrival *a)
{
    uint64_t edge = a->tx->snd_una + a->rx->rcv_wnd;

    if (a->conn->scale_known && a->rx->packets && a->segment->payload_length && a->position > (int64_t)edge)
        note(a, TT_STEP_OUT_OF_WINDOW);
}

bool track_out_of_window(struct arrival *a)
{
    if (segment_has(a->segment, TT_SYN) || !a->rx->packets)
        return false;
    bool below = is_far_below(a);
    if (below || (is_far_above(a) && !segment_is_believed(a))) {
        note(a, TT_STEP_OUT_OF_WINDOW);
        return true;
    }
    a->tx_stream->strays = 0;
    note_beyond_edge(a);
    return false;
}
