/* SPDX-License-Identifier: BSD-2-Clause */
/* layers.c - the headers of a frame one by one, for those who print them; decoding itself keeps no list. */
#include "wire/decode.h"

void tt_layer_add(struct tt_layer_list *list, enum tt_layer_kind kind, const uint8_t *at, uint32_t octets, uint32_t next)
{
    if (list->count == TT_LAYERS_MAX)
        return;
    list->layers[list->count++] = (struct tt_layer){
        .kind = kind,
        .offset = (uint32_t)(at - list->start),
        .octets = octets,
        .next = next,
    };
}

unsigned tt_layers(const struct tt_frame *frame, struct tt_layer ret[TT_LAYERS_MAX])
{
    struct tt_layer_list list = {.layers = ret, .start = frame->octets};
    struct tt_segment seg = {.frame = frame};
    struct tt_cursor c = {
        .at = frame->octets,
        .captured = frame->captured,
        .length = frame->length > frame->captured ? frame->length : frame->captured,
        .list = &list,
    };

    tt_decode_from(&c, tt_link_enter(&c, frame->link, &seg), &seg);
    return list.count;
}
