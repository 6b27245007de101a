/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill_model.h - two ends and a tap between them, as far as a cut has to do with them: what each state of Linux and the BSDs
 * answers to resets and bare ACKs, firewalls that drop, data that moves on.  Measured on Linux 6.18; the BSDs by their sources.
 *
 * Everything that is sent is encoded, and decoded where it arrives, so that the cut sees what a capture would show.
 */
#ifndef TCPTALE_KILL_MODEL_H
#define TCPTALE_KILL_MODEL_H

#include "base/bytes.h"
#include "unit.h"
#include <tcptale/cut.h>

enum model_state {
    DEAD,
    LISTENS,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT,
    CLOSE_WAIT,
    LAST_ACK,
    CLOSING,
    TIME_WAIT,
    TIME_WAIT_1337
};
enum model_family { LINUX, BSD };

#define MODEL_LIMIT (500 * TT_NS_PER_MS) /* tcp_invalid_ratelimit */

struct model_end {
    enum model_state state;
    enum model_family family;
    bool silent;       /* its host is gone, or a firewall before it drops all */
    bool drops_rst;    /* a firewall lets none of its resets out */
    bool drops_future; /* a firewall drops what lies beyond the numbers: ct state invalid */
    bool is_signed;
    bool uses_timestamps;
    tt_seq snd_nxt, rcv_nxt, last_ack_sent;
    uint32_t ts_recent, tsval;
    uint16_t window;
    tt_ns limited_until;
    tt_ns data_every; /* it sends that often; 0: never */
    tt_ns data_next;
};

struct model_packet {
    tt_ns at;
    unsigned from;
    bool tapped; /* on its way from the tap to its receiver */
    int octets;
    uint8_t packet[120];
};

#define MODEL_PACKETS 4096

struct model {
    struct model_end end[2];
    struct tt_endpoint ends[2];
    struct tt_cut cut;
    tt_ns now, delay[2]; /* tap to end */
    tt_ns dead_at[2];    /* 0: lives */
    unsigned lost;       /* of the cut's own, a bit each for the first 32 */
    unsigned sent, syns;
    unsigned packets;
    struct model_packet packet[MODEL_PACKETS];
};

static inline bool model_lives(const struct model_end *end)
{
    return end->state > LISTENS;
}

static inline void model_die(struct model *m, unsigned i)
{
    m->end[i].state = LISTENS;
    m->end[i].data_every = 0;
    m->dead_at[i] = m->now;
}

static inline void model_put(struct model *m, unsigned from, tt_ns at, const struct tt_segment *segment, const uint8_t *option,
                             size_t octets, size_t payload)
{
    static const uint8_t data[40];

    assert_true(m->packets < MODEL_PACKETS);
    struct model_packet *p = &m->packet[m->packets++];
    p->at = at;
    p->from = from;
    p->tapped = false;
    p->octets = tt_encode(segment, option, octets, data, payload, p->packet, sizeof p->packet);
    assert_true(p->octets > 0);
}

/* An end sends; the tap sees it after the end's delay. */
static inline void model_send(struct model *m, unsigned from, tt_seq seq, tt_seq ack, uint16_t flags, size_t payload)
{
    struct model_end *end = &m->end[from];
    uint8_t option[20] = {1, 1, 8, 10};
    size_t octets = end->uses_timestamps && !(flags & TT_RST) ? 12 : 0;
    struct tt_segment s = {
        .src_addr = m->ends[from].addr,
        .dst_addr = m->ends[!from].addr,
        .src_port = m->ends[from].port,
        .dst_port = m->ends[!from].port,
        .ip_version = m->ends[0].ip_version,
        .seq = seq,
        .ack = ack,
        .flags = flags,
        .window = flags & TT_RST ? 0 : end->window,
        .ttl = 64,
    };

    tt_put_be32(option + 4, end->tsval);
    tt_put_be32(option + 8, end->ts_recent);
    if (end->is_signed && !(flags & TT_RST)) {
        static const uint8_t md5[20] = {1, 1, 19, 18, 7};
        memcpy(option, md5, sizeof md5);
        octets = sizeof md5;
    }
    if (flags & TT_ACK)
        end->last_ack_sent = ack;
    if (end->silent || (end->drops_rst && flags & TT_RST))
        return;
    model_put(m, from, m->now + m->delay[from], &s, option, octets, payload);
}

/* An ACK that says where the end is; one in a while. */
static inline void model_acknowledge(struct model *m, unsigned i)
{
    struct model_end *end = &m->end[i];

    if (m->now < end->limited_until)
        return;
    end->limited_until = m->now + MODEL_LIMIT;
    model_send(m, i, end->snd_nxt, end->rcv_nxt, TT_ACK, 0);
}

static inline void model_reset(struct model *m, unsigned i, const struct tt_segment *s)
{
    struct model_end *end = &m->end[i];
    tt_seq expected = end->family == BSD ? end->last_ack_sent : end->rcv_nxt;
    bool closes = end->state == CLOSE_WAIT || end->state == LAST_ACK || end->state == CLOSING;
    int32_t off = tt_seq_diff(s->seq, expected);

    if (end->state == SYN_SENT) {
        if (s->flags & TT_ACK && tt_seq_eq(s->ack, end->snd_nxt))
            model_die(m, i);
    } else if (end->state == TIME_WAIT_1337) {
        return;
    } else if (off == 0 || (off == -1 && closes && end->family == LINUX)) {
        model_die(m, i);
    } else if (off > 0 && off < 65536) {
        model_acknowledge(m, i); /* RFC 5961's challenge */
    }
}

/* RFC 7323 section 5.3; what Linux answers then is too unsure to count on. */
static inline bool model_refuses_timestamp(const struct model_end *end, const struct tt_segment *s)
{
    struct tt_options options;

    tt_options_read(s, &options);
    if (!end->uses_timestamps)
        return false;
    if (!(options.present & TT_HAS_TIMESTAMPS))
        return end->family == BSD;
    return (int32_t)(options.tsval - end->ts_recent) < 0;
}

static inline bool model_is_signed(const struct tt_segment *s)
{
    struct tt_options options;

    tt_options_read(s, &options);
    return options.present & TT_HAS_MD5;
}

/* What never reaches the end's TCP, or is dropped there before it is looked at. */
static inline bool model_is_dropped(const struct model_end *end, const struct tt_segment *s)
{
    bool future = tt_seq_diff(s->seq, end->rcv_nxt) > 0 || tt_seq_diff(s->ack, end->snd_nxt) > 0;

    if (end->silent || (end->drops_future && future && !(s->flags & TT_RST)))
        return true;
    return model_lives(end) && end->is_signed && !model_is_signed(s);
}

/* In its window or not: RFC 9293 section 3.10.7.4. */
static inline void model_place(struct model *m, unsigned i, const struct tt_segment *s)
{
    struct model_end *end = &m->end[i];
    int32_t off = tt_seq_diff(s->seq, end->rcv_nxt);

    if (off == 0 && s->payload_length) {
        end->rcv_nxt = tt_seq_add(end->rcv_nxt, s->payload_length);
        model_send(m, i, end->snd_nxt, end->rcv_nxt, TT_ACK, 0);
    } else if (off < 0 || off > 65535 || tt_seq_diff(s->ack, end->snd_nxt) > 0) {
        model_acknowledge(m, i);
    }
}

static inline void model_receive(struct model *m, unsigned i, const struct tt_segment *s)
{
    struct model_end *end = &m->end[i];
    bool opening = end->state == SYN_SENT || end->state == SYN_RECEIVED;
    bool wrong_ack = s->flags & TT_ACK && !tt_seq_eq(s->ack, end->snd_nxt);

    m->syns += (s->flags & TT_SYN) != 0;
    if (model_is_dropped(end, s))
        return;
    if (s->flags & TT_RST) {
        if (model_lives(end))
            model_reset(m, i, s);
    } else if (!model_lives(end) || (opening && wrong_ack)) {
        model_send(m, i, s->ack, tt_seq_of(0), TT_RST, 0);
    } else if (end->state != SYN_SENT && !model_refuses_timestamp(end, s)) {
        model_place(m, i, s);
    }
}

static inline void model_decode(const struct model_packet *p, struct tt_frame *frame, struct tt_segment *ret)
{
    *frame =
        (struct tt_frame){.octets = p->packet, .captured = (uint32_t)p->octets, .length = (uint32_t)p->octets, .link = TT_LINK_RAW};
    tt_decode(frame, ret);
}

/* Sends all that the cut wants to, and shows it to the cut as a capture would. */
static inline void model_cut(struct model *m)
{
    struct tt_cut_segment out;

    while (tt_cut_next(&m->cut, m->now, &out)) {
        unsigned n = m->sent++;
        assert_true(m->sent < 100);
        if (n < 32 && m->lost >> n & 1)
            continue;
        model_put(m, !out.to, m->now, &out.segment, out.option, out.option_octets, 0);
    }
}

/* A packet is at the tap, or where it goes. */
static inline void model_arrive(struct model *m, struct model_packet p)
{
    struct tt_frame frame;
    struct tt_segment s;

    model_decode(&p, &frame, &s);
    if (p.tapped) {
        model_receive(m, !p.from, &s);
        return;
    }
    assert_true(tt_cut_see(&m->cut, &s, m->now));
    assert_true(m->packets < MODEL_PACKETS);
    p.tapped = true;
    p.at = m->now + m->delay[!p.from];
    m->packet[m->packets++] = p;
}

static inline void model_data(struct model *m, unsigned i)
{
    struct model_end *end = &m->end[i];

    if (!end->data_every || m->now < end->data_next)
        return;
    end->data_next = m->now + end->data_every;
    model_send(m, i, end->snd_nxt, end->rcv_nxt, TT_ACK | TT_PSH, 40);
    end->snd_nxt = tt_seq_add(end->snd_nxt, 40);
}

/* The time of whatever happens next; packets in the order in which they were sent. */
static inline tt_ns model_next(const struct model *m, unsigned *ret)
{
    tt_ns next = tt_cut_deadline(&m->cut);

    *ret = MODEL_PACKETS;
    for (unsigned i = 0; i < 2; i++)
        if (m->end[i].data_every && m->end[i].data_next < next)
            next = m->end[i].data_next;
    for (unsigned i = 0; i < m->packets; i++)
        if (m->packet[i].at < next || (m->packet[i].at == next && *ret == MODEL_PACKETS)) {
            next = m->packet[i].at;
            *ret = i;
        }
    return next;
}

/* Until the cut is done, or `until`. */
static inline void model_run(struct model *m, tt_ns until)
{
    model_cut(m);
    while (!m->cut.done) {
        unsigned i;
        tt_ns next = model_next(m, &i);
        if (next > until)
            return;
        m->now = next > m->now ? next : m->now;
        if (i < MODEL_PACKETS) {
            struct model_packet p = m->packet[i];
            memmove(&m->packet[i], &m->packet[i + 1], (--m->packets - i) * sizeof p);
            model_arrive(m, p);
        }
        model_data(m, 0);
        model_data(m, 1);
        model_cut(m);
    }
}

/* A connection of two ends whose numbers agree. */
static inline void model_init(struct model *m, enum model_state a, enum model_state b, const struct tt_cut_options *options)
{
    *m = (struct model){.now = TT_NS_PER_S, .delay = {TT_NS_PER_MS, 2 * TT_NS_PER_MS}};
    for (unsigned i = 0; i < 2; i++) {
        m->ends[i] =
            (struct tt_endpoint){.addr = {{10, 0, 0, (uint8_t)(i + 1)}}, .port = (uint16_t)(i ? 443 : 40000), .ip_version = 4};
        m->end[i] = (struct model_end){
            .state = i ? b : a,
            .snd_nxt = {i ? 0xfffffff0 : 0x10000000},
            .rcv_nxt = {i ? 0x10000000 : 0xfffffff0},
            .last_ack_sent = {i ? 0x10000000 : 0xfffffff0},
            .window = (uint16_t)(i ? 501 : 502),
            .tsval = i ? 0x80000000 : 0x7fffff00,
            .ts_recent = i ? 0x7fffff00 : 0x80000000,
        };
    }
    tt_cut_init(&m->cut, m->ends, options, m->now);
}

#endif
