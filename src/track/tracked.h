/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tracked.h - what the tracker keeps of a connection beside its facts, and the questions that its files ask one another.
 *
 * A segment on its way through the tracker is a struct arrival.  tracker.c finds its connection and says it to the caller;
 * reopen.c decides whether it begins another one; opening.c, ack.c, data.c, reset.c and copy.c take in one aspect each, in the
 * order of take_in() in arrival.c.  Each writes only its own fields.
 */
#ifndef TCPTALE_TRACKED_H
#define TCPTALE_TRACKED_H

#include <assert.h>

#include "base/bytes.h"
#include "track/zeek.h"
#include <tcptale/track.h>

struct hosts;
struct tt_slab;

/* How the tracker sees a sender: not for readers, and therefore not in struct tt_side. */
struct stream {
    struct intervals ahead; /* seen beyond `contiguous` */
    struct intervals gaps;  /* below `contiguous`, acknowledged but not seen (yet) */
    uint64_t contiguous;    /* everything below was seen or given up */
    tt_ns timed_at;         /* of the segment that the running RTT sample times */
    uint32_t timed;         /* the low half of the position behind it */
    uint32_t tsval;         /* the newest */
    uint8_t begins;         /* enum message_begins */
    tt_ns again_at;         /* its last retransmission */
    uint32_t again_us;      /* from the one before to that */
    uint32_t stray_next;    /* where a segment out of the window ended, or an acknowledgement lay: a sequence number */
    uint8_t scale;          /* the shift of its windows that is in force */
    uint8_t strays;         /* how many of these followed one another */
    uint8_t stray_ends;     /* bit 0: the sender's segments, bit 1: the receiver's acknowledgements */
    bool known;             /* positions have an origin */
    bool timing;
    bool tsval_known;
    bool probed; /* its last packet was a keep-alive */
};

/* What tells a packet from all but its copies. */
struct look {
    uint32_t digest; /* 0: unused */
    uint16_t at;     /* copy.c's clock */
    uint16_t way;    /* interface, TTL and hardware address: differs where copies come from different places */
};
#define LOOKS 6

/* Whether a sender's next payload begins a message of its program: it pushed the last one, or the other end has written since. */
enum message_begins { BEGINS_TURN, BEGINS_MESSAGE, BEGINS_NOTHING };

/* What a SYN says. */
struct syn {
    struct tt_mark mark;
    tt_seq isn;
    uint32_t octets; /* payload */
    uint32_t ip_length;
    uint32_t offers; /* enum tt_has */
    uint16_t window, flags, mss;
    uint8_t wscale;
    struct tt_look look;
};

/* A SYN with another ISN into a live connection: the beginning of the next one, or nothing (see reopen.c). */
struct stray {
    struct syn syn;
    uint8_t end;   /* enum tt_end of the old connection: who sent it */
    bool answered; /* the other end has spoken since */
};

/* Octets that were sent again. */
struct sent_again {
    uint64_t from, to; /* positions */
    uint64_t frame;    /* 0: nobody asks for it any more */
    tt_ns at;
    uint32_t tsval;
    bool may_be_denied; /* its TSval, by the echo of the acknowledgement that covers it */
};
#define SENT_AGAIN 8

struct span {
    uint64_t from, to;
};

/* One end as a sender whose octets were lost, or look like it.  Spans are the receiver's newest SACK blocks. */
struct mending {
    uint64_t asked;   /* the position that the receiver's duplicate ACKs ask for */
    tt_ns asked_at;   /* the last of these, or of its SACKs */
    uint32_t repeats; /* how many */
    uint8_t loss;     /* enum tt_loss: how the recovery that is under way began */
    uint8_t next;     /* of `again` */
    uint64_t watched; /* what had been sent when it last sent anything again */
    uint64_t recover; /* what had been sent when it began (RFC 6582 section 3.2); it is over when that is acknowledged */
    struct span sacked[TT_SACK_BLOCKS_MAX];
    struct sent_again again[SENT_AGAIN];
};

/* Of both ends; a connection has it from the first sign of a loss on. */
struct losses {
    struct mending of[2]; /* by enum tt_end */
};

enum queue_kind { QUEUE_LIVE, QUEUE_LINGERING };

struct tracked {
    struct tt_conn conn;
    struct stream stream[2];
    struct look looks[LOOKS];
    uint8_t next_look;
    uint8_t queue;     /* enum queue_kind */
    bool sums_wrong;   /* the first packet's checksum was: no reset is disbelieved for its own */
    bool over;         /* both ends closed, or a reset was obeyed: only stragglers follow */
    bool mends;        /* a recovery is under way, and what acknowledges it is worth a look */
    uint8_t doubt_end; /* enum tt_end: in whose name was `doubt` */
    tt_ns queued_at;
    struct stray *stray;   /* NULL: none */
    struct losses *losses; /* NULL: none */
    struct zeek_row *zeek; /* NULL: nobody wants it */

    /* seldom touched */
    struct tracked *older, *newer; /* in its queue */
    uint64_t hash;
    uint64_t reset_edge; /* what the resetter had sent when its reset was obeyed */
    tt_ns last_reset_at;
    struct tt_mark doubt; /* the first reset inside the window but not at its edge, while its receiver is silent */
};

static_assert(sizeof(struct tracked) <= 1152, "the record of a connection has grown: 100 000 at once shall stay below 125 MB");

/*
 * Most of a record is read whenever it is needed: asking for all of it at once waits for memory once and not ten times.  Two
 * lines a round, or gcc makes a loop of it.
 */
static inline void track_fetch(const struct tracked *tracked)
{
    const char *line = (const char *)tracked;

    for (size_t i = 0; i < sizeof *tracked; i += 128) {
        __builtin_prefetch(line + i);
        __builtin_prefetch(line + i + 64);
    }
}

/* A segment on its way through the tracker. */
struct arrival {
    struct tracked *tracked;
    struct tt_conn *conn;
    const struct tt_segment *segment;
    struct tt_side *tx, *rx; /* facts of its sender and of its receiver */
    struct stream *tx_stream, *rx_stream;
    struct tt_options options;
    struct tt_mark mark;
    struct tt_step step;
    struct intervals_pool *pool;
    struct tt_slab *losses;
    int64_t ack;      /* position in the receiver's numbers; below 0: before its ISN */
    int64_t position; /* of the first number; below 0: before the sender's ISN */
    uint64_t *limited_ranges;
    bool stray; /* a SYN that is not of this connection */
    struct hosts *hosts;
    struct tt_slab *resets;
    bool verify; /* checksums of all segments, not of resets alone */
    bool bad_checksum;
    bool zeek_checksums;
    bool offloaded; /* the sum was left to the card, as far as sums are looked at */
    bool keepalive;
};

static inline bool segment_has(const struct tt_segment *segment, unsigned flags)
{
    return (segment->flags & flags) == flags;
}
static inline void note(struct arrival *a, enum tt_step_note what)
{
    a->step.notes |= (uint32_t)what;
}
static inline void count(uint32_t *counter)
{
    *counter += *counter != UINT32_MAX;
}

/* What Zeek makes of it is wanted. */
static inline bool track_follows_zeek(const struct tracked *tracked)
{
    return tracked->zeek && !tracked->zeek->more.over;
}

/* What a sender's next segments are compared with. */
static inline void track_remember(struct arrival *a)
{
    struct stream *tx = a->tx_stream;

    if (a->options.present & TT_HAS_TIMESTAMPS && (!tx->tsval_known || (int32_t)(a->options.tsval - tx->tsval) > 0)) {
        tx->tsval = a->options.tsval;
        tx->tsval_known = true;
    }
    uint16_t id = (uint16_t)a->segment->ip_id;
    if (id != 0 && (!a->tx->first_ip_id || (int16_t)(id - a->tx->last_ip_id) > 0)) {
        a->tx->first_ip_id = a->tx->first_ip_id ? a->tx->first_ip_id : id;
        a->tx->last_ip_id = id;
    }
    tx->probed = a->keepalive;
}

/* Times the round trip of the number before `end`, when none is being timed. */
static inline void track_time(struct stream *stream, uint64_t end, tt_ns now)
{
    if (stream->timing)
        return;
    stream->timing = true;
    stream->timed = (uint32_t)end;
    stream->timed_at = now;
}

/* After snd_una has moved. */
static inline void track_take_fin_acked(struct arrival *a)
{
    if (a->rx->fin && a->rx->snd_una > a->rx->fin && !a->rx->fin_acked.frame)
        a->rx->fin_acked = a->mark;
}
static inline void track_take_over(struct arrival *a)
{
    if (a->tx->fin && a->rx->fin && a->tx->fin_acked.frame && a->rx->fin_acked.frame)
        a->tracked->over = true;
}

/* positions.c */
int64_t track_position(const struct tt_side *side, tt_seq seq);
void track_origin(struct tt_side *side, struct stream *stream, tt_seq seq, uint64_t position);
/*
 * A SYN came after segments that it should precede: counts positions from it, *ret_missing of which are now unseen.  False when it
 * cannot be theirs.
 */
bool track_rebase(struct tt_side *side, struct stream *stream, tt_seq isn, uint64_t *ret_missing);
/* More than a round trip of `side`'s segments has passed; a second where none was measured. */
bool track_round_trip_passed(const struct tt_side *side, tt_ns since, tt_ns now);

/* roles.c */
bool track_first_is_server(const struct tt_segment *segment);
void track_swap_roles(struct tracked *tracked);

/* reopen.c */
enum reopen { REOPEN_SAME, REOPEN_NEW, REOPEN_STRAY, REOPEN_FROM_STRAY };
enum reopen track_reopens(const struct tracked *tracked, const struct tt_segment *segment, enum tt_end from);

/* opening.c */
void track_read_syn(const struct tt_segment *segment, const struct tt_options *options, struct syn *ret);
void track_record_syn(struct tracked *tracked, enum tt_end end, const struct syn *syn);
void track_take_syn(struct arrival *a);
void track_take_opened(struct arrival *a);

/* window.c */
/* After a SYN: which scale is in force. */
void track_settle_scale(struct tracked *tracked);
/* The window that the segment offers, in octets; UINT64_MAX when the scale is not known. */
uint64_t track_window(const struct arrival *a);
/* The most octets that an end can have offered when it last said something of its window. */
uint64_t track_window_at_most(const struct tt_conn *conn, enum tt_end end);
bool track_out_of_window(struct arrival *a);
/* A SYN-ACK with another number than the first had; and whether a segment is the client's ACK of that one. */
void track_remember_other_syn_ack(struct arrival *a);
bool track_chooses_other_syn_ack(const struct arrival *a);
/* The receiver acknowledges what it cannot have got, by what was captured. */
bool track_ack_is_impossible(struct arrival *a);

/* predict.c: takes in a segment that has nothing but the expected to say.  False: it has. */
bool track_predict(struct arrival *a);

/* ack.c */
void track_take_round_trip(struct arrival *a);
void track_take_ack(struct arrival *a);

/* loss.c */
/* The receiver's acknowledgement, before it moves snd_una: what it says of what is missing, or was sent in vain. */
void track_take_signs(struct arrival *a);
/* A duplicate ACK. */
void track_take_repeat(struct arrival *a);
/* A router said that a segment was too big: what is under way will come again in smaller ones. */
void track_take_too_big(struct tracked *tracked, struct tt_slab *losses, enum tt_end quoted);
/* Numbers that were missing. */
struct missing {
    tt_ns span;   /* for so long */
    bool topmost; /* nothing from above was seen, but an acknowledgement of them */
};
/* Asked before the hole at `from` is filled. */
struct missing track_missing(const struct arrival *a, uint64_t from);
/* What fills a hole: how it shows that it was not sent again but came late; TT_LOSS_NONE: it does not. */
enum tt_loss track_why_late(const struct arrival *a, struct missing missing);
/* Numbers [from, to) were sent again; `new` of them are seen for the first time. */
void track_weigh_again(struct arrival *a, uint64_t from, uint64_t to, uint64_t new);
/* Notes and counts it. */
void track_note_late(struct arrival *a, enum tt_loss why, struct missing missing);

/* data.c */
bool track_is_keepalive(const struct arrival *a);
void track_take_data(struct arrival *a);
/* The sender's first FIN. */
void track_record_fin(struct arrival *a, uint64_t fin);
/* Octets of the sender below `contiguous` that were not seen. */
void track_miss(struct arrival *a, struct tt_side *side, struct stream *stream, uint64_t from, uint64_t to);
/* Counts what is missing below `upto` as a gap. */
void track_give_up(struct arrival *a, struct tt_side *side, struct stream *stream, uint64_t upto);

/* message.c: payload came that begins a message of its program's. */
void track_begin_message(struct arrival *a);
static inline void track_take_message(struct arrival *a)
{
    if (a->tx_stream->begins != BEGINS_NOTHING)
        track_begin_message(a);
    a->tx_stream->begins = segment_has(a->segment, TT_PSH) ? BEGINS_MESSAGE : BEGINS_NOTHING;
    a->rx_stream->begins = BEGINS_TURN;
}

/* look.c */
struct tt_look track_look(const struct tt_segment *segment);
/* It differs from its sender's first packet in no new way. */
bool track_differs_as_usual(const struct arrival *a);
#define TRACK_VLAN_NUMBER 0x0fff /* of the tag control information: IEEE 802.1Q */
/* tt_look_differs() would find nothing, which is so of nearly all packets. */
static inline bool track_is_like(const struct tt_look *look, const struct tt_segment *s)
{
    return tt_le64(look->link_source) == tt_le64(s->link_source) && look->link_source_octets == s->link_source_octets &&
           look->ttl == s->ttl && look->vlan == (s->vlan[0] & TRACK_VLAN_NUMBER) && look->interface == s->frame->interface &&
           look->dont_fragment == s->dont_fragment;
}
static inline bool track_looks_usual(const struct arrival *a)
{
    return (a->tx->look_known && track_is_like(&a->tx->look, a->segment)) || track_differs_as_usual(a);
}
/* A packet but a reset. */
void track_take_look(struct arrival *a);

/* aftermath.c: a reset came, with `belief`; and what else comes when there was one. */
void track_record_reset(struct arrival *a, enum tt_belief belief);
void track_take_aftermath(struct arrival *a);
void track_swap_resets(struct tt_resets *resets);

/* reset.c */
void track_take_reset(struct arrival *a);
void track_heard(struct arrival *a);
void track_settle_doubt(struct tracked *tracked);

/* copy.c: whether it is one; and of a segment that cannot be one, that copies of it may come. */
bool track_is_copy(struct arrival *a);
void track_expect_copies(struct arrival *a);

/* arrival.c: what all segments but copies count for. */
void track_count_packet(struct arrival *a);
/* arrival.c: everything from the segment's options to the counts.  True when it was a copy. */
bool track_take_in(struct arrival *a);

/* reject.c */
bool track_take_rejection(struct tracked *tracked, enum tt_end quoted, const struct tt_segment *segment,
                          const struct tt_icmp *icmp);

/* check.c: which invariant does not hold, or NULL.  For tests: it walks all intervals. */
const char *track_broken(const struct tracked *tracked);

#endif
