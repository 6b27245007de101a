/* SPDX-License-Identifier: BSD-2-Clause */
/* trace.c - the packets of a connection, as they are kept to be found again in another capture. */
#include "sides/trace.h"
#include "base/memory.h"

#define CAPACITY_FIRST 32

static_assert(sizeof(struct trace_packet) <= 72, "a million of them are kept of a connection");

int tt_trace_new(uint32_t packets_max, const struct tt_alloc *alloc, struct tt_trace **ret)
{
    struct tt_trace *trace = tt_get_zero(alloc, sizeof *trace);

    if (!trace)
        return TT_ERR_NOMEM;
    trace->alloc = *alloc;
    trace->packets_max = packets_max ? packets_max : TT_TRACE_PACKETS_MAX;
    *ret = trace;
    return 0;
}

void tt_trace_free(struct tt_trace *trace)
{
    if (!trace)
        return;

    struct tt_alloc alloc = trace->alloc;
    tt_give(&alloc, trace->packets, trace->capacity * sizeof *trace->packets);
    tt_give(&alloc, trace, sizeof *trace);
}

static bool grow(struct tt_trace *trace)
{
    uint32_t capacity = trace->capacity ? 2 * trace->capacity : CAPACITY_FIRST;

    if (capacity > trace->packets_max || capacity < trace->capacity)
        capacity = trace->packets_max;
    struct trace_packet *packets =
        trace->alloc.resize(trace->alloc.ctx, trace->packets, trace->capacity * sizeof *packets, capacity * sizeof *packets);
    if (!packets)
        return false;
    trace->packets = packets;
    trace->capacity = capacity;
    return true;
}

/* FNV-1a: nobody gains by making two of his own payloads look alike. */
static uint32_t payload_digest(const struct tt_segment *segment)
{
    uint32_t n = segment->payload_length < TRACE_PAYLOAD_OCTETS ? segment->payload_length : TRACE_PAYLOAD_OCTETS;
    uint32_t digest = 2166136261U;

    if (n == 0 || segment->payload_captured < n)
        return 0;
    for (uint32_t i = 0; i < n; i++)
        digest = (digest ^ segment->payload[i]) * 16777619U;
    return digest ? digest : 1;
}

static void take_options(struct trace_packet *p, const struct tt_segment *segment)
{
    struct tt_options options;

    p->options_short = segment->options_captured + 20U < segment->tcp_header_octets;
    if (segment->options_captured == 0)
        return;
    tt_options_read(segment, &options);
    p->options_short |= options.damaged;
    p->present = (uint16_t)options.present;
    if (options.present & TT_HAS_TIMESTAMPS) {
        p->tsval = options.tsval;
        p->tsecr = options.tsecr;
    }
    if (options.present & TT_HAS_MSS)
        p->mss = options.mss;
    if (options.present & TT_HAS_WSCALE)
        p->wscale = options.wscale;
    if (options.present & TT_HAS_SACK)
        p->sack_left = options.sack[0].left.n;
}

int tt_trace_segment(struct tt_trace *trace, const struct tt_segment *segment, const struct tt_step *step)
{
    bool full = trace->count == trace->packets_max;

    if (trace->cut)
        return 0;
    if (full || (trace->count == trace->capacity && !grow(trace))) {
        trace->cut = true;
        return full ? 0 : TT_ERR_NOMEM;
    }

    struct trace_packet *p = &trace->packets[trace->count++];
    *p = (struct trace_packet){
        .frame = segment->frame->number,
        .time = segment->frame->time,
        .seq = segment->seq,
        .ack = segment->flags & TT_ACK ? segment->ack : tt_seq_of(0),
        .length = segment->payload_length,
        .payload = payload_digest(segment),
        .flags = segment->flags,
        .window = segment->window,
        .ip_id = (uint16_t)segment->ip_id,
        .ttl = segment->ttl,
        .tos = segment->tos,
        .from = step->from == TT_SERVER,
        .copy = (step->notes & TT_STEP_DUPLICATE) != 0,
        .dont_fragment = segment->dont_fragment,
    };
    take_options(p, segment);
    return 0;
}
