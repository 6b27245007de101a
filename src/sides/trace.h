/* SPDX-License-Identifier: BSD-2-Clause */
/* trace.h - a packet as it is kept to be found again in another capture: the inside of struct tt_trace. */
#ifndef TCPTALE_SIDES_TRACE_H
#define TCPTALE_SIDES_TRACE_H

#include <tcptale/sides.h>

/* So many octets of the payload are compared. */
#define TRACE_PAYLOAD_OCTETS 256

struct trace_packet {
    uint64_t frame;
    tt_ns time;
    tt_seq seq, ack;
    uint32_t length; /* octets of payload */
    uint32_t tsval, tsecr;
    uint32_t sack_left; /* of the first SACK block, a sequence number */
    uint32_t payload;   /* a digest of its first octets; 0: not all of these were captured */
    uint16_t present;   /* enum tt_has */
    uint16_t flags, window, ip_id, mss;
    uint8_t wscale, ttl, tos;
    uint8_t from : 1; /* enum tt_end */
    bool copy : 1;    /* the tracker takes it for one that the capture made */
    bool dont_fragment : 1;
    bool options_short : 1; /* not all of the options were captured, or they are damaged */
};

struct tt_trace {
    struct tt_alloc alloc;
    struct trace_packet *packets;
    uint32_t count, capacity, packets_max;
    bool cut; /* packets behind the last were left out */
};

/* What a packet takes in sequence space. */
static inline uint32_t trace_span(const struct trace_packet *p)
{
    return p->length + ((p->flags & TT_SYN) != 0) + ((p->flags & TT_FIN) != 0);
}

#endif
