/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - TCP options: one by one as they stand, and what they say together. */
#include "wire/decode.h"

/* The usual options of a segment after the handshake, in the order that RFC 7323 appendix A asks for: NOP NOP TS. */
#define NOP_NOP_TS 0x0101080au

#define EXID_FAST_OPEN 0xf989 /* RFC 7413 appendix A */
#define EXID_ACCECN 0xacce    /* RFC 9768's drafts */

int tt_option_next(const struct tt_segment *segment, unsigned *offset, struct tt_option *ret)
{
    unsigned there = segment->options_captured;
    unsigned expected = segment->tcp_header_octets > TT_TCP_OCTETS ? segment->tcp_header_octets - TT_TCP_OCTETS : 0;
    unsigned i = *offset;

    if (i >= there)
        return i < expected ? TT_ERR_FORMAT : 0;

    const uint8_t *p = segment->tcp + TT_TCP_OCTETS + i;
    if (p[0] == TT_OPT_EOL)
        return 0;
    if (p[0] == TT_OPT_NOP) {
        *ret = (struct tt_option){.kind = p[0], .length = 1, .value = p + 1};
        *offset = i + 1;
        return 1;
    }
    if (there - i < 2 || p[1] < 2 || p[1] > there - i)
        return TT_ERR_FORMAT;
    *ret = (struct tt_option){.kind = p[0], .length = p[1], .value_octets = (uint8_t)(p[1] - 2), .value = p + 2};
    *offset = i + p[1];
    return 1;
}

static void read_sack(const struct tt_option *option, struct tt_options *ret)
{
    unsigned blocks = option->value_octets / 8u;

    if (option->value_octets % 8 || blocks == 0) {
        ret->damaged = true;
        return;
    }
    if (blocks > TT_SACK_BLOCKS_MAX)
        blocks = TT_SACK_BLOCKS_MAX;
    for (unsigned i = 0; i < blocks; i++) {
        ret->sack[i].left = tt_seq_of(tt_be32(option->value + 8 * i));
        ret->sack[i].right = tt_seq_of(tt_be32(option->value + 8 * i + 4));
    }
    ret->sack_blocks = (uint8_t)blocks;
    ret->present |= TT_HAS_SACK;
}

static uint32_t experiment(const struct tt_option *option)
{
    uint16_t exid = option->value_octets >= 2 ? tt_be16(option->value) : 0;

    return exid == EXID_FAST_OPEN ? TT_HAS_FAST_OPEN : exid == EXID_ACCECN ? TT_HAS_ACCECN : TT_HAS_UNKNOWN;
}

/* The options that have one length only (kind and length counted); 0: any. */
static const uint8_t only_length[TT_OPT_USER_TIMEOUT + 1] = {
    [TT_OPT_MSS] = 4,         [TT_OPT_WSCALE] = 3, [TT_OPT_SACK_OK] = 2,
    [TT_OPT_TIMESTAMPS] = 10, [TT_OPT_MD5] = 18,   [TT_OPT_USER_TIMEOUT] = 4,
};

/* The options that are only noted. */
static uint32_t noted(const struct tt_option *option)
{
    switch (option->kind) {
    case TT_OPT_SACK_OK:
        return TT_HAS_SACK_OK;
    case TT_OPT_MD5:
        return TT_HAS_MD5;
    case TT_OPT_USER_TIMEOUT:
        return TT_HAS_USER_TIMEOUT;
    case TT_OPT_AO:
        return TT_HAS_AO;
    case TT_OPT_MPTCP:
        return TT_HAS_MPTCP;
    case TT_OPT_FAST_OPEN:
        return TT_HAS_FAST_OPEN;
    case TT_OPT_ACCECN0:
    case TT_OPT_ACCECN1:
        return TT_HAS_ACCECN;
    case TT_OPT_EXPERIMENT1:
    case TT_OPT_EXPERIMENT2:
        return experiment(option);
    default:
        return TT_HAS_UNKNOWN;
    }
}

/* An option of a length that it cannot have is damage, and says nothing. */
static void read_one(const struct tt_option *option, struct tt_options *ret)
{
    uint8_t only = option->kind < sizeof only_length ? only_length[option->kind] : 0;

    if (only && option->length != only) {
        ret->damaged = true;
        return;
    }
    switch (option->kind) {
    case TT_OPT_NOP:
        return;
    case TT_OPT_MSS:
        ret->mss = tt_be16(option->value);
        ret->present |= TT_HAS_MSS;
        return;
    case TT_OPT_WSCALE:
        ret->wscale = option->value[0];
        ret->present |= TT_HAS_WSCALE;
        return;
    case TT_OPT_TIMESTAMPS:
        ret->tsval = tt_be32(option->value);
        ret->tsecr = tt_be32(option->value + 4);
        ret->present |= TT_HAS_TIMESTAMPS;
        return;
    case TT_OPT_SACK:
        read_sack(option, ret);
        return;
    default:
        ret->present |= noted(option);
    }
}

static void read_all(const struct tt_segment *segment, struct tt_options *ret)
{
    struct tt_option option;
    unsigned offset = 0;
    int more;

    while ((more = tt_option_next(segment, &offset, &option)) > 0)
        read_one(&option, ret);
    if (more < 0)
        ret->damaged = true;
}

void tt_options_read(const struct tt_segment *segment, struct tt_options *ret)
{
    const uint8_t *p = segment->tcp;

    ret->sack_blocks = 0;
    ret->damaged = false;
    if (segment->options_captured == 12 && segment->tcp_header_octets == 32 && tt_be32(p + TT_TCP_OCTETS) == NOP_NOP_TS) {
        p += TT_TCP_OCTETS;
        ret->present = TT_HAS_TIMESTAMPS;
        ret->tsval = tt_be32(p + 4);
        ret->tsecr = tt_be32(p + 8);
        return;
    }
    ret->present = 0;
    if (segment->tcp_header_octets > TT_TCP_OCTETS)
        read_all(segment, ret);
}
