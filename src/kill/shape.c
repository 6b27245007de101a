/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shape.c - what stands before IP on a connection's frames, learnt from one of them and put before ours.
 *
 * Apart from the cut: numbers are the same on any link, and frames are the same for any numbers.
 */
#include "base/bytes.h"
#include <tcptale/cut.h>

#define ETHERNET_OCTETS 14
#define SLL_OCTETS 16
#define SLL2_OCTETS 20
#define PPPOE_LENGTH_AT 4 /* RFC 2516 section 4 */

/* ARPHRD_ of Linux, as cooked captures bear them. */
enum {
    DEVICE_ETHERNET = 1,
    DEVICE_PPP = 512,
    DEVICE_RAW = 519,
    DEVICE_TUNNEL = 768,
    DEVICE_TUNNEL6 = 769,
    DEVICE_LOOPBACK = 772,
    DEVICE_SIT = 776,
    DEVICE_GRE = 778,
    DEVICE_GRE6 = 823,
    DEVICE_NONE = 0xfffe
};

/* ---- learning ---------------------------------------------------------------------------------------------------------------- */

/* The one IP header of a frame that nothing wraps; -1: there are more or none, or labels that go one way. */
static int ip_offset(const struct tt_layer *layers, unsigned n, bool turned)
{
    for (unsigned i = 0; i < n; i++) {
        enum tt_layer_kind kind = layers[i].kind;
        bool one_way = kind == TT_LAYER_MPLS && turned;
        if (kind == TT_LAYER_BRIDGE || kind == TT_LAYER_LLC_SNAP || kind == TT_LAYER_GRE || kind == TT_LAYER_UDP_TUNNEL || one_way)
            return -1;
        if (kind == TT_LAYER_IP)
            return i + 1 == n && layers[i].offset <= TT_SHAPE_OCTETS_MAX ? (int)layers[i].offset : -1;
    }
    return -1;
}

/* Offsets are the frame's, whose IP is at `ip`: the shape's own may be another header before the same tags. */
static void note_pppoe(const struct tt_layer *layers, unsigned n, unsigned ip, struct tt_shape *shape)
{
    for (unsigned i = 0; i < n; i++) {
        if (layers[i].kind != TT_LAYER_PPPOE)
            continue;
        unsigned behind = ip - layers[i].offset;
        shape->pppoe_length_at = (uint8_t)(shape->length - behind + PPPOE_LENGTH_AT);
        shape->ppp_octets = (uint8_t)(behind - layers[i].octets);
    }
}

static void swap_addresses(uint8_t *octets)
{
    uint8_t kept[6];

    memcpy(kept, octets, sizeof kept);
    memcpy(octets, octets + 6, sizeof kept);
    memcpy(octets + 6, kept, sizeof kept);
}

/* What a cooked header says of its device. */
struct cooked {
    uint16_t device, address_octets, protocol;
    const uint8_t *address; /* of the sender */
    uint32_t octets;
};

static struct cooked cooked_read(const struct tt_frame *frame)
{
    const uint8_t *p = frame->octets;

    if (frame->link == TT_LINK_LINUX_SLL)
        return (struct cooked){tt_be16(p + 2), tt_be16(p + 4), tt_be16(p + 14), p + 6, SLL_OCTETS};
    return (struct cooked){tt_be16(p + 8), p[11], tt_be16(p), p + 12, SLL2_OCTETS};
}

/* A frame that came from somewhere goes back there; where one that goes on would go, a cooked capture does not say. */
static int put_cooked_ethernet(const struct cooked *cooked, bool turned, struct tt_shape *shape)
{
    bool loops = cooked->device == DEVICE_LOOPBACK;

    if (!loops && (!turned || cooked->address_octets != 6))
        return TT_ERR_FORMAT;
    memset(shape->octets, 0, ETHERNET_OCTETS);
    if (!loops)
        memcpy(shape->octets, cooked->address, 6);
    tt_put_be16(shape->octets + 12, cooked->protocol);
    shape->wants_source = !loops;
    shape->link = TT_LINK_ETHERNET;
    return ETHERNET_OCTETS;
}

/* The octets of the device's own header that stand for the cooked one; below 0 when they cannot be known. */
static int put_cooked(const struct cooked *cooked, bool turned, struct tt_shape *shape)
{
    switch (cooked->device) {
    case DEVICE_ETHERNET:
    case DEVICE_LOOPBACK:
        return put_cooked_ethernet(cooked, turned, shape);
    case DEVICE_PPP: /* the kernel puts its header on IP packets itself */
    case DEVICE_RAW:
    case DEVICE_TUNNEL:
    case DEVICE_TUNNEL6:
    case DEVICE_SIT:
    case DEVICE_GRE:
    case DEVICE_GRE6:
    case DEVICE_NONE:
        shape->link = TT_LINK_RAW;
        return 0;
    default:
        return TT_ERR_FORMAT;
    }
}

static int learn_cooked(const struct tt_frame *frame, uint32_t ip, bool turned, struct tt_shape *shape)
{
    struct cooked cooked = cooked_read(frame);
    int own = put_cooked(&cooked, turned, shape);

    if (own < 0 || (shape->link == TT_LINK_RAW && ip != cooked.octets))
        return TT_ERR_FORMAT;
    uint32_t rest = ip - cooked.octets; /* tags behind the cooked header */
    if ((uint32_t)own + rest > TT_SHAPE_OCTETS_MAX)
        return TT_ERR_FORMAT;
    memcpy(shape->octets + own, frame->octets + cooked.octets, rest);
    shape->length = (uint8_t)((uint32_t)own + rest);
    return 0;
}

/* The same frame as it is, or back to its sender. */
static int learn_whole(const struct tt_frame *frame, uint32_t ip, bool turned, struct tt_shape *shape)
{
    memcpy(shape->octets, frame->octets, ip);
    shape->length = (uint8_t)ip;
    shape->link = frame->link;
    if (turned && frame->link == TT_LINK_ETHERNET)
        swap_addresses(shape->octets);
    return 0;
}

int tt_shape_learn(const struct tt_segment *segment, bool turned, struct tt_shape *ret)
{
    const struct tt_frame *frame = segment->frame;
    struct tt_layer layers[TT_LAYERS_MAX];
    struct tt_shape shape = {0};
    unsigned n = tt_layers(frame, layers);
    int ip = ip_offset(layers, n, turned);

    if (ip < 0 || segment->kind != TT_KIND_TCP)
        return TT_ERR_FORMAT;
    bool is_cooked = frame->link == TT_LINK_LINUX_SLL || frame->link == TT_LINK_LINUX_SLL2;
    int got = is_cooked ? learn_cooked(frame, (uint32_t)ip, turned, &shape) : learn_whole(frame, (uint32_t)ip, turned, &shape);
    if (got < 0)
        return got;
    note_pppoe(layers, n, (unsigned)ip, &shape);
    *ret = shape;
    return 0;
}

/* ---- putting ----------------------------------------------------------------------------------------------------------------- */

int tt_shape_put(const struct tt_shape *shape, const uint8_t *packet, size_t packet_octets, uint8_t *frame, size_t frame_octets)
{
    size_t said = packet_octets + shape->ppp_octets;

    if (packet_octets > frame_octets || frame_octets - packet_octets < shape->length)
        return TT_ERR_LIMIT;
    if (shape->pppoe_length_at && said > UINT16_MAX)
        return TT_ERR_LIMIT;
    memcpy(frame, shape->octets, shape->length);
    if (shape->pppoe_length_at)
        tt_put_be16(frame + shape->pppoe_length_at, (uint16_t)said);
    memmove(frame + shape->length, packet, packet_octets);
    return (int)(shape->length + packet_octets);
}
