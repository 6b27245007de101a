/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut_see.c - what a captured segment says of the connection that is cut.
 *
 * One segment with ACK tells all four numbers: its end is what its sender sends next and, once it arrives, what the receiver
 * expects; its acknowledgement is what the sender expects.  Numbers only grow here, because segments come late and twice, but for
 * the answer to an ask: that is the end's own word, whatever was believed before.
 */
#include "kill/cut.h"

/* A segment so long after an ask was not on its way before it; round trips beyond this cost another ask. */
#define UNDERWAY (100 * TT_NS_PER_MS)

#define UNFIT (TT_FAULT_TCP_SHORT | TT_FAULT_TCP_HEADER_LENGTH | TT_FAULT_IP_LENGTH)

static bool is_end(const struct tt_endpoint *end, const struct tt_segment *s, const struct tt_addr *addr, uint16_t port)
{
    size_t octets = s->ip_version == 6 ? 16 : 4;

    return end->port == port && end->ip_version == s->ip_version && memcmp(end->addr.octets, addr->octets, octets) == 0;
}

static bool is_between(const struct tt_cut *cut, const struct tt_segment *s, unsigned from)
{
    return is_end(&cut->end[from].endpoint, s, &s->src_addr, s->src_port) &&
           is_end(&cut->end[!from].endpoint, s, &s->dst_addr, s->dst_port);
}

/* Ours bear the other end's address, and the mark. */
static bool is_ours(const struct tt_cut *cut, const struct tt_segment *s, unsigned from)
{
    const struct tt_cut_end *to = &cut->end[!from];

    if (s->window != cut->mark || s->payload_length)
        return false;
    if (s->flags & TT_RST)
        return to->resets > 0;
    const struct tt_cut_ask *ask = cut_asked(to, s->ack);
    return s->flags == TT_ACK && ask && tt_seq_eq(ask->seq, s->seq);
}

static void take(tt_seq *number, uint8_t *known, tt_seq seen, bool outright)
{
    if (outright || *known != TT_CUT_SEEN || tt_seq_lt(*number, seen))
        *number = seen;
    *known = TT_CUT_SEEN;
}

static void is_alive(struct tt_cut_end *end, tt_ns now)
{
    end->ask_open = false;
    end->waits_since = 0;
    end->tries = 0;
    end->refused = end->refused_ask = false;
    end->reset_again = end->resets > 0;
    cut_set_fate(end, TT_FATE_ALIVE, now);
}

/* ---- resets ------------------------------------------------------------------------------------------------------------------ */

/* RFC 9293 section 3.10.7.1: <SEQ=SEG.ACK><CTL=RST> from where there is no connection; sections .3 and .4 from those that open. */
static void see_reset(struct tt_cut *cut, const struct tt_segment *s, unsigned from, tt_ns now)
{
    struct tt_cut_end *end = &cut->end[from];
    const struct tt_cut_ask *ask = s->flags & TT_ACK ? NULL : cut_asked(end, s->seq);

    end->refused = true;
    if (!ask)
        return;
    end->ask_open = false;
    end->waits_since = 0;
    if (ask->sure || end->opened || cut->options.opened)
        cut_set_fate(end, TT_FATE_DEAD, now);
    else
        end->refused_ask = true;
}

/* ---- openings ---------------------------------------------------------------------------------------------------------------- */

/* The SYN of an end whose numbers are others: perhaps a new connection between the same ports, if it is accepted. */
static bool is_foreign(const struct tt_cut *cut, const struct tt_cut_end *end, tt_seq behind)
{
    if (end->snd_known == TT_CUT_SEEN)
        return !tt_seq_eq(end->snd_nxt, behind);
    return cut->options.opened;
}

static void see_syn(struct tt_cut *cut, const struct tt_segment *s, unsigned from, tt_ns now)
{
    struct tt_cut_end *end = &cut->end[from], *other = &cut->end[!from];
    tt_seq behind = tt_seq_add(s->seq, 1);

    if (is_foreign(cut, end, behind)) {
        end->syn = s->seq;
        end->syn_seen = true;
        return;
    }
    take(&end->snd_nxt, &end->snd_known, behind, false);
    take(&other->rcv_nxt, &other->rcv_known, behind, false);
    end->is_opening = !end->opened;
    end->moved_at = now;
    is_alive(end, now);
}

/* An end that knows the connection answers a stray SYN with an ACK (RFC 5961 section 4.2): a SYN-ACK makes the new one true. */
static void see_syn_ack(struct tt_cut *cut, const struct tt_segment *s, unsigned from, tt_ns now)
{
    struct tt_cut_end *end = &cut->end[from], *other = &cut->end[!from];
    tt_seq behind = tt_seq_add(s->seq, 1);

    if (other->syn_seen && tt_seq_eq(s->ack, tt_seq_add(other->syn, 1))) {
        cut->reopened = true;
        cut->done = true;
        return;
    }
    if (is_foreign(cut, end, behind))
        return;
    take(&end->snd_nxt, &end->snd_known, behind, false);
    take(&end->rcv_nxt, &end->rcv_known, s->ack, false);
    take(&other->rcv_nxt, &other->rcv_known, behind, false);
    take(&other->snd_nxt, &other->snd_known, s->ack, false);
    end->moved_at = now;
    is_alive(end, now);
}

/* ---- everything else --------------------------------------------------------------------------------------------------------- */

static void read_options(struct tt_cut *cut, const struct tt_segment *s, unsigned from)
{
    struct tt_cut_end *end = &cut->end[from];
    struct tt_options options;

    tt_options_read(s, &options);
    if (options.present & (TT_HAS_MD5 | TT_HAS_AO))
        cut->end[0].is_signed = cut->end[1].is_signed = true;
    if (!(options.present & TT_HAS_TIMESTAMPS) || s->flags & TT_SYN)
        return;
    if (end->uses_timestamps && (int32_t)(options.tsval - end->tsval) < 0)
        return;
    end->uses_timestamps = true;
    end->tsval = options.tsval;
    end->tsecr = options.tsecr;
}

/* A bare ACK while nothing but our ask can have drawn it. */
static bool is_answer(const struct tt_cut_end *end, const struct tt_cut_end *other, const struct tt_segment *s)
{
    return end->ask_open && !s->payload_length && !(s->flags & TT_FIN) && other->moved_at < end->asked_at;
}

static void see_ack(struct tt_cut *cut, const struct tt_segment *s, unsigned from, tt_ns now)
{
    struct tt_cut_end *end = &cut->end[from], *other = &cut->end[!from];
    tt_seq behind = tt_seq_add(s->seq, s->payload_length + (s->flags & TT_FIN ? 1 : 0));
    bool answer = is_answer(end, other, s);

    if (answer || !end->opened || tt_seq_lt(end->acked, s->ack))
        end->acked = s->ack;
    take(&end->snd_nxt, &end->snd_known, behind, answer);
    take(&end->rcv_nxt, &end->rcv_known, s->ack, answer);
    take(&other->rcv_nxt, &other->rcv_known, behind, false);
    take(&other->snd_nxt, &other->snd_known, s->ack, false);
    end->is_opening = false;
    end->opened = true;
    if (!answer)
        end->moved_at = now;
    /* after a reset, what was on its way before shows nothing */
    if (answer || !end->resets || (end->ask_open && now - end->asked_at >= UNDERWAY))
        is_alive(end, now);
}

bool tt_cut_see(struct tt_cut *cut, const struct tt_segment *s, tt_ns now)
{
    if (s->kind != TT_KIND_TCP || (!is_between(cut, s, 0) && !is_between(cut, s, 1)))
        return false;
    unsigned from = !is_between(cut, s, 0);
    if (cut->done || is_ours(cut, s, from) || s->faults & UNFIT || s->tcp_first_fragment)
        return true;

    cut->seen_at = now;
    read_options(cut, s, from);
    if (s->flags & TT_RST)
        see_reset(cut, s, from, now);
    else if ((s->flags & (TT_SYN | TT_ACK)) == TT_SYN)
        see_syn(cut, s, from, now);
    else if (s->flags & TT_SYN)
        see_syn_ack(cut, s, from, now);
    else if (s->flags & TT_ACK)
        see_ack(cut, s, from, now);
    cut_settle(cut, now);
    return true;
}
