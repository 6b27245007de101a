/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wifi.c - data frames of IEEE 802.11 (section 9.3.2), as an access point's tunnel carries them to its controller.
 *
 * Of several packets in one frame (an A-MSDU) the first is read: a frame is one segment here.
 */
#include "wire/decode.h"

#define HEADER_OCTETS 24
#define ADDRESS_OCTETS 6 /* the fourth, when a frame goes from one access point to another */
#define QOS_OCTETS 2
#define HT_OCTETS 4
#define SUBFRAME_OCTETS 14

/* Of the frame control's first octet: type and subtype. */
enum { TYPE_MASK = 0x0c, TYPE_DATA = 0x08, SUBTYPE_EMPTY = 0x40, SUBTYPE_QOS = 0x80 };

/* Of the second. */
enum { TO_DS = 0x01, FROM_DS = 0x02, PROTECTED = 0x40, ORDER = 0x80 };

/* Of the QoS control's first octet. */
enum { QOS_AMSDU = 0x80 };

static uint32_t header_octets(uint8_t control, uint8_t flags)
{
    uint32_t octets = HEADER_OCTETS;

    if ((flags & (TO_DS | FROM_DS)) == (TO_DS | FROM_DS))
        octets += ADDRESS_OCTETS;
    if (control & SUBTYPE_QOS)
        octets += flags & ORDER ? QOS_OCTETS + HT_OCTETS : QOS_OCTETS;
    return octets;
}

static enum tt_next fault(struct tt_segment *seg, enum tt_fault what)
{
    seg->faults |= (uint32_t)what;
    return TT_NEXT_NOTHING;
}

/* Section 9.3.2.2.2: two addresses and a length before each packet. */
static bool enter_subframe(struct tt_cursor *c)
{
    if (c->captured < SUBFRAME_OCTETS)
        return false;

    uint16_t length = tt_be16(c->at + 12);
    tt_layer_note(c, TT_LAYER_BRIDGE, SUBFRAME_OCTETS, 0);
    tt_cursor_skip(c, SUBFRAME_OCTETS);
    tt_cursor_limit(c, length);
    return true;
}

enum tt_next tt_wifi_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < HEADER_OCTETS)
        return fault(seg, TT_FAULT_LINK_SHORT);

    uint8_t control = c->at[0], flags = c->at[1];
    uint32_t octets = header_octets(control, flags);
    if ((control & TYPE_MASK) != TYPE_DATA || control & SUBTYPE_EMPTY || flags & PROTECTED)
        return fault(seg, TT_FAULT_LINK_UNKNOWN);
    if (c->captured < octets)
        return fault(seg, TT_FAULT_LINK_SHORT);

    uint32_t qos_at = octets - (flags & ORDER ? QOS_OCTETS + HT_OCTETS : QOS_OCTETS);
    bool several = control & SUBTYPE_QOS && c->at[qos_at] & QOS_AMSDU;
    tt_layer_note(c, TT_LAYER_BRIDGE, octets, 0);
    tt_cursor_skip(c, octets);
    if (several && !enter_subframe(c))
        return fault(seg, TT_FAULT_LINK_SHORT);
    return tt_llc_enter(c, seg);
}
