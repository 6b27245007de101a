/* SPDX-License-Identifier: BSD-2-Clause */
/* log.h - what the story reads of a connection's packets: the inside of struct tt_log. */
#ifndef TCPTALE_TELL_LOG_H
#define TCPTALE_TELL_LOG_H

#include <tcptale/tell.h>

/* The first line that an end sent is kept up to this: a request line, a banner. */
#define TT_LOG_FIRST_OCTETS 64
/* The longest silences are kept, at least this long each. */
#define TT_LOG_PAUSES 4
#define TT_LOG_PAUSE_NS TT_NS_PER_S

/* A segment, or an ICMP error about one. */
struct tt_log_entry {
    uint64_t frame;
    tt_ns time;
    uint64_t position, ack; /* as struct tt_step says */
    uint32_t window;        /* octets; UINT32_MAX: the scale is not known */
    uint32_t length;        /* octets of payload */
    uint32_t notes;         /* enum tt_step_note */
    uint32_t tsval;
    uint32_t rtt_us; /* UINT32_MAX: none */
    struct tt_again again;
    uint16_t flags;
    uint8_t from; /* enum tt_end; of an ICMP error: whose segment it quotes */
    bool icmp : 1;
    bool has_tsval : 1;
    bool has_ack : 1;
};

/* What was sent again: payload, SYNs, FINs alone. */
enum tt_log_again_kind { TT_LOG_AGAIN_DATA, TT_LOG_AGAIN_SYN, TT_LOG_AGAIN_FIN, TT_LOG_AGAIN_KINDS };

/* Segments of an end that were sent again, or came late, and of how many what is known. */
struct tt_log_again {
    uint32_t of[TT_LOSS_COUNT];
    uint32_t needs[TT_NEED_COUNT];
    uint32_t places[TT_PLACE_COUNT]; /* where the first copy was lost, of those that nothing shows to have been sent in vain */
    uint32_t missed;                 /* sent in vain, and the capture does not have the first copy */
    struct {
        uint32_t least_us, most_us;
    } waits[TT_LOSS_COUNT];
};

struct tt_log_pause {
    struct tt_mark before, after;
};

/* From one moment to a later one; 0 when it is not later.  A capture may claim any times: no overflow. */
static inline tt_ns tt_span(tt_ns from, tt_ns to)
{
    uint64_t span = (uint64_t)to - (uint64_t)from;

    if (to <= from)
        return 0;
    return span > INT64_MAX ? INT64_MAX : (tt_ns)span;
}

struct tt_log_side {
    char first[TT_LOG_FIRST_OCTETS]; /* printable ASCII */
    uint8_t first_octets;            /* of `first`; 0: none, or not text */
    bool first_more;                 /* the line goes on beyond `first` */
    struct tt_mark first_data, last_data;
    uint32_t segments;   /* with new data */
    uint32_t fins_again; /* FINs without data that were sent again */
    uint32_t zero_times; /* how often it closed its window */
    struct tt_log_again again[TT_LOG_AGAIN_KINDS];
    bool zero; /* its window is closed now */
    tt_ns zero_since, zero_total;
};

struct tt_log {
    struct tt_alloc alloc;
    struct tt_log_entry *entries; /* the first half of steps_max stays; the second half is a ring of the latest */
    uint32_t count, capacity, steps_max;
    uint32_t ring_at;   /* where the ring's oldest entry is, from its beginning */
    uint64_t folded;    /* segments that are only counted */
    uint32_t folded_at; /* they stood before the entry with this index */
    uint32_t pause_count;
    tt_ns last_time; /* of the last packet that was no copy; 0 before the first */
    uint64_t last_frame;
    tt_ns back; /* the furthest that the time of a packet was before that of the one in front of it */
    uint64_t back_frame;
    uint64_t turns; /* how often the direction of new data changed, the first counted */
    uint8_t turn_of;
    struct tt_log_pause pauses[TT_LOG_PAUSES]; /* the longest, in the order of time */
    struct tt_log_side side[2];
};

/* TT_LOG_AGAIN_KINDS: it was neither sent again nor late. */
enum tt_log_again_kind tt_log_again_kind(const struct tt_log_entry *entry);
/* The i-th entry of those kept, in the order of the capture; i < log->count. */
const struct tt_log_entry *tt_log_at(const struct tt_log *log, uint32_t i);

#endif
