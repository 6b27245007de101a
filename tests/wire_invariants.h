/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire_invariants.h - what holds for every decoded frame, whatever its octets; for unit tests and fuzz targets alike.
 */
#ifndef TCPTALE_WIRE_INVARIANTS_H
#define TCPTALE_WIRE_INVARIANTS_H

#include <stdbool.h>
#include <string.h>

#include <tcptale/wire.h>

static inline bool wire_within(const struct tt_frame *frame, const uint8_t *p, size_t octets)
{
    const uint8_t *end = frame->octets + frame->captured;

    return p >= frame->octets && p <= end && octets <= (size_t)(end - p);
}

static inline const char *wire_broken_segment(const struct tt_frame *frame, const struct tt_segment *seg)
{
    const uint32_t cut = TT_FAULT_CAPTURE_SHORT | TT_FAULT_TCP_SHORT | TT_FAULT_TCP_HEADER_LENGTH;

    if (!seg->ip || !wire_within(frame, seg->ip, 20))
        return "a segment without an IP header";
    if (!seg->tcp || !wire_within(frame, seg->tcp, 14) || seg->tcp != seg->ip + seg->ip_header_octets)
        return "a TCP header that is not there";
    if (seg->tcp_header_octets < 20 || seg->tcp_header_octets > 60 || seg->options_captured > seg->tcp_header_octets - 20)
        return "an impossible TCP header length";
    if (seg->options_captured && !wire_within(frame, seg->tcp + 20, seg->options_captured))
        return "options beyond the frame";
    if (seg->payload_captured > seg->payload_length || !seg->payload || !wire_within(frame, seg->payload, seg->payload_captured))
        return "payload beyond the frame";
    if (!(seg->faults & cut) && seg->payload_captured != seg->payload_length)
        return "a cut that is not said";
    if (seg->ip_version != (seg->ip[0] >> 4))
        return "a wrong version";
    return NULL;
}

static inline const char *wire_broken_options(const struct tt_segment *seg)
{
    struct tt_options options;
    struct tt_option option;
    unsigned offset = 0, before = 0;
    int more;

    while ((more = tt_option_next(seg, &offset, &option)) > 0) {
        if (offset <= before || offset > seg->options_captured || option.value + option.value_octets > seg->tcp + 20 + offset)
            return "an option beyond the others";
        before = offset;
    }
    memset(&options, 0xff, sizeof options);
    tt_options_read(seg, &options);
    if (more < 0 && !options.damaged)
        return "damaged options that are not said to be";
    if (options.sack_blocks > TT_SACK_BLOCKS_MAX || (options.sack_blocks != 0) != ((options.present & TT_HAS_SACK) != 0))
        return "SACK blocks that are none";
    return NULL;
}

static inline const char *wire_broken_checksums(const struct tt_segment *seg)
{
    uint16_t right = 0xbeef;

    if (tt_ip_checksum(seg, &right) == TT_CHECKSUM_UNVERIFIABLE && right != 0xbeef)
        return "a right checksum for what cannot be verified";
    right = 0xbeef;
    if (tt_tcp_checksum(seg, &right) == TT_CHECKSUM_UNVERIFIABLE && right != 0xbeef)
        return "a right checksum for what cannot be verified";
    return NULL;
}

static inline const char *wire_broken_quotation(const struct tt_frame *frame, const struct tt_segment *seg)
{
    struct tt_icmp icmp;

    memset(&icmp, 0xff, sizeof icmp);
    tt_icmp_read(seg, &icmp);
    if (icmp.quoted_octets < 8 || icmp.quoted_octets > 60 || icmp.quoted.kind != TT_KIND_TCP)
        return "an ICMP error that quotes no TCP";
    if (!wire_within(frame, icmp.quoted.tcp, icmp.quoted_octets) || icmp.quoted.tcp < seg->tcp + 8)
        return "a quotation beyond the frame";
    return NULL;
}

static inline const char *wire_broken_layers(const struct tt_frame *frame, const struct tt_segment *seg)
{
    struct tt_layer layers[TT_LAYERS_MAX];
    unsigned count = tt_layers(frame, layers);

    if (count > TT_LAYERS_MAX)
        return "too many layers";
    for (unsigned i = 0; i < count; i++) {
        if (layers[i].offset > frame->captured || layers[i].octets == 0)
            return "a layer beyond the frame";
        if (i && layers[i].offset < layers[i - 1].offset + layers[i - 1].octets)
            return "layers out of order";
    }
    if (!seg->ip || count == TT_LAYERS_MAX)
        return NULL;
    /* An inner header that was no IP header after all stays without a layer. */
    while (count && layers[count - 1].kind != TT_LAYER_IP)
        count--;
    if (!count || frame->octets + layers[count - 1].offset != seg->ip)
        return "layers that end elsewhere than at IP";
    return NULL;
}

/* What is broken about a decoded frame; NULL when nothing is. */
static inline const char *wire_broken(const struct tt_frame *frame, const struct tt_segment *seg)
{
    const char *broken = NULL;

    if (seg->frame != frame)
        return "another frame";
    if ((seg->ip && !wire_within(frame, seg->ip, 0)) || (seg->tcp && !wire_within(frame, seg->tcp, 0)))
        return "a header beyond the frame";
    if (seg->link_source_octets > sizeof seg->link_source)
        return "a hardware address too long";
    if (seg->kind == TT_KIND_TCP)
        broken = wire_broken_segment(frame, seg);
    if (!broken && seg->kind == TT_KIND_TCP)
        broken = wire_broken_options(seg);
    if (!broken && seg->kind == TT_KIND_ICMP_ERROR)
        broken = wire_broken_quotation(frame, seg);
    if (!broken && seg->ip)
        broken = wire_broken_checksums(seg);
    return broken ? broken : wire_broken_layers(frame, seg);
}

#endif
