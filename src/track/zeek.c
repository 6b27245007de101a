/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zeek.c - a packet as Zeek takes it in, and where a row of its conn.log ends.
 *
 * A row is Zeek's connection, which is not always ours: it ends at a SYN that Zeek does not expect, and when nothing came for so
 * long that Zeek has forgotten the connection.  The clock is that of the connection's own packets: whether a row has ended is
 * asked when its next packet comes.
 */
#include <string.h>

#include "track/tracked.h"
#include "track/zeek.h"

/* Zeek's tcp_attempt_delay (for a SYN without an answer) and tcp_SYN_timeout (for packets that it took for broken). */
#define ATTEMPT_DELAY (5 * TT_NS_PER_S)
/* Its udp_inactivity_timeout, which holds until a handshake is over, tcp_inactivity_timeout, and that of interactive services. */
#define IDLE_OPENING (60 * TT_NS_PER_S)
#define IDLE (300 * TT_NS_PER_S)
#define IDLE_INTERACTIVE (3600 * TT_NS_PER_S)
/* A SYN's or reset's number this far from the last is not believed; nor is an acknowledgement of 0 so far above. */
#define JUMP_MAX 1048576

/* ---- the originator -------------------------------------------------------------------------------------------------------- */

/* The ports of the services that a default Zeek knows; sorted. */
static const uint16_t service_ports[] = {
    21,   22,   25,   53,   79,   80,   81,   88,   135,  139,  143,  389,  443,  445,  465,   502,  514,
    563,  585,  587,  614,  631,  636,  989,  990,  992,  993,  995,  1080, 1434, 1883, 2811,  3128, 3268,
    3306, 3389, 5222, 5223, 5269, 5432, 6379, 6666, 6667, 6668, 6669, 8000, 8080, 8888, 20000,
};

static bool is_service(uint16_t port)
{
    for (size_t i = 0; i < sizeof service_ports / sizeof service_ports[0] && service_ports[i] <= port; i++)
        if (service_ports[i] == port)
            return true;
    return false;
}

/* Without a SYN alone, the sender may be the responder; of a SYN-ACK between two services' ports it is not assumed. */
static bool is_turned(const struct zeek_packet *packet)
{
    bool syn = zeek_has(packet, TT_SYN);

    if ((syn && !zeek_has(packet, TT_ACK)) || !is_service(packet->src_port))
        return false;
    return !is_service(packet->dst_port) || (!syn && packet->src_port < packet->dst_port);
}

static void begin(struct tracked *tracked, const struct zeek_packet *packet, enum tt_end from)
{
    struct tt_zeek *view = &tracked->zeek->view;

    memset(view, 0, sizeof *view);
    memset(&tracked->zeek->more, 0, sizeof tracked->zeek->more);
    tracked->zeek->more.begun = true;
    tracked->zeek->more.end[0].delivered = tracked->zeek->more.end[1].delivered = 1;
    view->first = view->last = packet->time;
    view->originator = (uint8_t)from;
    if (is_turned(packet)) {
        view->originator ^= 1;
        zeek_put(view, '^');
    }
}

/* ---- numbers --------------------------------------------------------------------------------------------------------------- */

/* The position of a number, nearest to `near`. */
static int64_t position_of(const struct tt_zeek_end *end, tt_seq seq, uint64_t near)
{
    return (int64_t)near + (int32_t)(seq.n - end->start.n - (uint32_t)near);
}

/* Octets of a reset do not count. */
static uint32_t numbers_of(const struct zeek_packet *packet)
{
    uint32_t octets = zeek_has(packet, TT_RST) ? 0 : packet->length;

    return octets + (zeek_has(packet, TT_SYN) ? 1 : 0) + (zeek_has(packet, TT_FIN) ? 1 : 0);
}

static void start_at(struct tt_zeek_end *end, tt_seq start, uint64_t last)
{
    end->start = start;
    end->acked = 0;
    end->last = last;
}

/* A sender's first number, or that of a SYN which begins it again. */
static void take_start(struct zeek_arrival *a)
{
    bool syn = zeek_has(a->packet, TT_SYN);
    tt_seq seq = a->packet->seq;

    switch ((enum tt_zeek_state)a->tx->state) {
    case TT_ZEEK_INACTIVE:
        if (syn)
            start_at(a->tx, seq, numbers_of(a->packet));
        else
            start_at(a->tx, tt_seq_add(seq, UINT32_MAX), 1);
        break;
    case TT_ZEEK_SYN_SENT:
    case TT_ZEEK_SYN_ACK_SENT:
        if (syn && !tt_seq_eq(seq, a->tx->start))
            start_at(a->tx, seq, numbers_of(a->packet));
        break;
    case TT_ZEEK_PARTIAL:
    case TT_ZEEK_ESTABLISHED:
        if (syn)
            start_at(a->tx, seq, numbers_of(a->packet));
        break;
    case TT_ZEEK_RESET:
        if (syn && a->tx->before == TT_ZEEK_INACTIVE)
            start_at(a->tx, seq, numbers_of(a->packet));
        break;
    case TT_ZEEK_CLOSED:
        break;
    }
}

/* The position that is acknowledged; 0: none.  A reset's moves nothing. */
static uint64_t take_ack(struct zeek_arrival *a)
{
    struct tt_zeek_end *rx = a->rx;
    tt_seq ack = a->packet->ack;

    if (rx->state == TT_ZEEK_INACTIVE) {
        start_at(rx, tt_seq_add(ack, UINT32_MAX), 0);
        return 1;
    }
    int64_t acked = position_of(rx, ack, rx->acked);
    if (acked < 0)
        return 0;
    bool broken = ack.n == 0 && acked - (int64_t)rx->acked > JUMP_MAX;
    if (!zeek_has(a->packet, TT_RST) && !broken && acked > (int64_t)rx->acked)
        rx->acked = (uint64_t)acked;
    return (uint64_t)acked;
}

static void take_last(struct zeek_arrival *a)
{
    struct tt_zeek_end *tx = a->tx;
    tt_seq end = tt_seq_add(a->packet->seq, numbers_of(a->packet));
    int64_t moves = position_of(tx, end, tx->last) - (int64_t)tx->last;

    if (a->packet->flags & (TT_SYN | TT_RST) && (moves > JUMP_MAX || moves < -JUMP_MAX))
        return;
    if (zeek_has(a->packet, TT_FIN) && tx->last == 1)
        tx->last = end.n - tx->start.n; /* nothing but SYN and FIN was captured: perhaps of more than 2 GiB */
    else if (tx->state == TT_ZEEK_RESET)
        return;
    else if (moves > 0)
        tx->last += (uint64_t)moves;
    else if (a->packet->length)
        zeek_put_by_tens(a->view, a->from, 't', &a->tx_more->again);
}

/* ---- a packet -------------------------------------------------------------------------------------------------------------- */

static void take_window(struct zeek_arrival *a)
{
    if (a->packet->window == 0 && !zeek_has(a->packet, TT_RST) && a->rx->state != TT_ZEEK_CLOSED && a->tx->state != TT_ZEEK_RESET)
        zeek_put_by_tens(a->view, a->from, 'w', &a->tx_more->shut);
}

static void take_fin(struct zeek_arrival *a)
{
    a->tx->fin = true;
    a->tx_more->fin = (uint64_t)(a->position + numbers_of(a->packet));
}

static bool is_calm(const struct zeek_arrival *a)
{
    return a->tx->state == TT_ZEEK_ESTABLISHED && a->rx->state == TT_ZEEK_ESTABLISHED && !a->tx_more->ahead.first &&
           !a->rx_more->ahead.first && !a->tx_more->skips && !a->rx_more->skips;
}

/* In the order of Zeek's own steps, which decides in what order letters of one packet stand. */
static void take(struct zeek_arrival *a)
{
    bool from_originator = zeek_is_originator(a, a->from);
    uint64_t acked = 0;

    take_start(a);
    a->position = position_of(a->tx, a->packet->seq, a->tx->last);
    zeek_put_flags(a);
    take_window(a);
    if (!a->zeek->end[0].closed || !a->zeek->end[1].closed)
        a->view->last = a->packet->time;
    if (zeek_has(a->packet, TT_FIN))
        take_fin(a);
    if (zeek_has(a->packet, TT_ACK))
        acked = take_ack(a);
    take_last(a);
    bool closes = zeek_take_state(a, from_originator);
    if (zeek_has(a->packet, TT_ACK)) {
        zeek_take_ack(a, acked);
        zeek_check_drained(a, (enum tt_end) !a->from);
    }
    zeek_take_payload(a);
    zeek_check_drained(a, a->from);
    if (closes)
        zeek_close(a, a->from);
    a->zeek->calm = is_calm(a);
}

static struct zeek_arrival aim(struct tracked *tracked, const struct zeek_packet *packet, enum tt_end from,
                               struct intervals_pool *pool)
{
    struct tt_zeek *view = &tracked->zeek->view;

    return (struct zeek_arrival){
        .view = view,
        .zeek = &tracked->zeek->more,
        .packet = packet,
        .from = from,
        .tx = &view->end[from],
        .rx = &view->end[!from],
        .tx_more = &tracked->zeek->more.end[from],
        .rx_more = &tracked->zeek->more.end[!from],
        .pool = pool,
    };
}

static void take_packet(struct tracked *tracked, const struct zeek_packet *packet, enum tt_end from, struct intervals_pool *pool)
{
    struct zeek_arrival a = aim(tracked, packet, from, pool);

    take(&a);
    count(&a.tx->packets);
    a.tx->ip_bytes += packet->ip_length;
}

/* Captured whole, or a tunnel's packet whose rest is in another fragment, which Zeek puts together. */
static bool is_whole(const struct tt_segment *s)
{
    bool goes_on = s->wrapped && s->faults & TT_FAULT_IP_LENGTH && s->frame->captured >= s->frame->length;

    return s->payload_captured == s->payload_length || goes_on;
}

static struct zeek_packet packet_of(const struct tt_segment *s)
{
    return (struct zeek_packet){
        .time = s->frame->time,
        .seq = s->seq,
        .ack = s->ack,
        .length = s->payload_length,
        .ip_length = s->faults & TT_FAULT_IP_LENGTH_ZERO ? 0 : s->ip_length, /* as the header says it */
        .flags = s->flags,
        .window = s->window,
        .src_port = s->src_port,
        .dst_port = s->dst_port,
        .whole = is_whole(s),
    };
}

/* Its header is not all there. */
static bool is_broken(const struct tt_segment *s)
{
    return s->faults & (TT_FAULT_TCP_SHORT | TT_FAULT_TCP_HEADER_LENGTH) || s->tcp_header_octets > 20 + s->options_captured;
}

/* What has a wrong checksum, if sums matter at all.  That one was left to the card is nothing that Zeek knows. */
static bool counts_as_bad(const struct arrival *a)
{
    return a->zeek_checksums && (a->bad_checksum || a->offloaded);
}

/* With a wrong sum in its IP header, it is not even a packet of the row. */
static bool is_bad_ip(const struct arrival *a)
{
    uint16_t right;

    if (!a->zeek_checksums)
        return false;
    enum tt_checksum sum = tt_ip_checksum(a->segment, &right);
    return sum == TT_CHECKSUM_BAD || sum == TT_CHECKSUM_OFFLOADED;
}

/*
 * The next payload or acknowledgement between two established ends, of which all is there.  With `verify` everything takes the long
 * way, as in predict.c.
 */
static bool is_calm_packet(const struct arrival *a, const struct tt_zeek_end *tx, const struct zeek_end *tx_more)
{
    const struct tt_segment *s = a->segment;

    return a->tracked->zeek->more.calm && (s->flags & (TT_SYN | TT_FIN | TT_RST | TT_ACK)) == TT_ACK && s->window && s->ack.n &&
           s->payload_captured == s->payload_length && s->seq.n == tx->start.n + (uint32_t)tx->last &&
           tx->last == tx_more->delivered && !a->verify && !(s->faults & TT_FAULT_IP_LENGTH_ZERO);
}

/* Nearly every packet; take() would come to the same. */
static bool take_calm(struct arrival *a)
{
    struct tt_zeek *view = &a->tracked->zeek->view;
    const struct tt_segment *s = a->segment;
    struct tt_zeek_end *tx = &view->end[a->step.from], *rx = &view->end[!a->step.from];
    struct zeek_end *tx_more = &a->tracked->zeek->more.end[a->step.from], *rx_more = &a->tracked->zeek->more.end[!a->step.from];
    uint64_t acked = rx->acked + (uint32_t)(s->ack.n - rx->start.n - (uint32_t)rx->acked);

    if (!is_calm_packet(a, tx, tx_more) || acked > rx_more->delivered)
        return false;
    if (s->payload_length && (tx->acked <= 1 || tx->last + s->payload_length > tx->acked + JUMP_MAX))
        return false;
    if (!zeek_was_put(&a->tracked->zeek->more, view->originator != (uint8_t)a->step.from, s->payload_length ? 'd' : 'a'))
        return false;
    rx->acked = acked;
    tx->last += s->payload_length;
    tx_more->delivered = tx->last;
    view->last = a->mark.time;
    count(&tx->packets);
    tx->ip_bytes += s->ip_length;
    return true;
}

void zeek_take(struct arrival *a)
{
    struct tracked *tracked = a->tracked;
    enum tt_end from = a->step.from;

    assert(!tracked->zeek->more.over);
    if (is_bad_ip(a))
        return;
    if (tracked->zeek->more.begun && (a->segment->tunnelled || tracked->zeek->more.tunnel))
        zeek_take_tunnel(tracked->zeek, a->segment);
    if (take_calm(a))
        return;

    struct zeek_packet packet = packet_of(a->segment);
    if (!tracked->zeek->more.begun) {
        begin(tracked, &packet, from);
        tracked->zeek->more.tunnel = zeek_tunnel_of(a->segment);
    }
    if (is_broken(a->segment))
        return;
    if (counts_as_bad(a))
        zeek_put_by_tens(&tracked->zeek->view, from, 'c', &tracked->zeek->more.end[from].bad);
    else
        take_packet(tracked, &packet, from, a->pool);
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------ */

static bool is_reused(const struct tracked *tracked, const struct tt_segment *s)
{
    const struct tt_zeek *view = &tracked->zeek->view;
    const struct tt_zeek_end *originator = &view->end[view->originator], *responder = &view->end[!view->originator];
    const struct tt_zeek_end *asker = originator;

    if (!segment_has(s, TT_SYN) || is_broken(s))
        return false;
    if (segment_has(s, TT_ACK)) {
        if (originator->state != TT_ZEEK_INACTIVE)
            return false;
        asker = responder;
    }
    if (tracked->zeek->more.end[0].closed || tracked->zeek->more.end[1].closed)
        return true;
    bool turned = !segment_has(s, TT_ACK) && originator->state == TT_ZEEK_SYN_ACK_SENT && responder->state == TT_ZEEK_INACTIVE &&
                  tt_seq_eq(s->seq, responder->start);
    return !turned && !tt_seq_eq(s->seq, asker->start);
}

static bool is_opening(const struct tt_zeek_end *end)
{
    return end->state <= TT_ZEEK_SYN_ACK_SENT;
}

static tt_ns idle_limit(const struct tracked *tracked)
{
    const struct tt_conn *conn = &tracked->conn;
    const struct tt_zeek *view = &tracked->zeek->view;
    uint16_t port = view->originator == TT_CLIENT ? conn->server.port : conn->client.port;
    bool interactive = port == 21 || port == 22 || port == 23 || port == 513;

    if (is_opening(&view->end[0]) && is_opening(&view->end[1]))
        return IDLE_OPENING;
    bool answered = view->history[strcspn(view->history, "h")] == 'h';
    return interactive && answered ? IDLE_INTERACTIVE : IDLE;
}

static bool is_forgotten(const struct tracked *tracked, tt_ns now)
{
    const struct tt_zeek *view = &tracked->zeek->view;
    enum tt_zeek_state originator = view->end[view->originator].state, responder = view->end[!view->originator].state;
    bool asks = originator == TT_ZEEK_SYN_SENT || originator == TT_ZEEK_SYN_ACK_SENT || originator == TT_ZEEK_INACTIVE;

    if (tracked->zeek->more.forget_at && now >= tracked->zeek->more.forget_at)
        return true;
    if (asks && responder == TT_ZEEK_INACTIVE && now - view->first >= ATTEMPT_DELAY)
        return true;
    return now - view->last >= idle_limit(tracked);
}

bool zeek_ends_before(const struct tracked *tracked, const struct tt_segment *segment)
{
    const struct zeek *zeek = &tracked->zeek->more;

    assert(zeek->begun);
    if (zeek->over)
        return false;
    if (zeek->calm && !segment_has(segment, TT_SYN))
        return segment->frame->time - tracked->zeek->view.last >= IDLE && is_forgotten(tracked, segment->frame->time);
    return is_reused(tracked, segment) || is_forgotten(tracked, segment->frame->time);
}

void zeek_done(struct tracked *tracked, struct intervals_pool *pool)
{
    intervals_clear(&tracked->zeek->more.end[0].ahead, pool);
    intervals_clear(&tracked->zeek->more.end[1].ahead, pool);
    tracked->zeek->more.begun = tracked->zeek->more.calm = false;
}

void zeek_begin_with_syn(struct tracked *tracked, const struct syn *syn, struct intervals_pool *pool)
{
    struct zeek_packet packet = {
        .time = syn->mark.time,
        .seq = syn->isn,
        .length = syn->octets,
        .ip_length = syn->ip_length,
        .flags = syn->flags,
        .window = syn->window,
        .whole = true,
    };

    begin(tracked, &packet, TT_CLIENT);
    take_packet(tracked, &packet, TT_CLIENT, pool);
}

void zeek_take_out(struct tracked *from, struct zeek_row *ret)
{
    *ret = *from->zeek;
    memset(&from->zeek->more, 0, sizeof from->zeek->more);
}

void zeek_put_in(struct tracked *to, const struct zeek_row *row, bool turned)
{
    *to->zeek = *row;
    if (turned)
        zeek_swap(to);
}

void zeek_swap(struct tracked *tracked)
{
    struct tt_zeek *view = &tracked->zeek->view;
    struct tt_zeek_end end = view->end[0];
    struct zeek_end more = tracked->zeek->more.end[0];

    view->end[0] = view->end[1];
    view->end[1] = end;
    view->originator ^= 1;
    tracked->zeek->more.end[0] = tracked->zeek->more.end[1];
    tracked->zeek->more.end[1] = more;
}

uint64_t tt_zeek_bytes(const struct tt_zeek *row, enum tt_end end)
{
    const struct tt_zeek_end *it = &row->end[end];
    bool gave_up = it->before == TT_ZEEK_SYN_SENT && it->state == TT_ZEEK_RESET && row->end[!end].state == TT_ZEEK_INACTIVE;

    /* It found a half-open connection and reset it: the numbers are the old connection's. */
    return gave_up && it->acked > 1 ? 0 : zeek_sent(it);
}
