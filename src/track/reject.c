/* SPDX-License-Identifier: BSD-2-Clause */
/* reject.c - ICMP errors: whether one is about a connection, and which one is kept. */
#include "track/tracked.h"

/* Older than this below what was acknowledged, or not yet sent: not about this connection (RFC 5927 section 4.1). */
#define QUOTE_OLD_MAX 1048576

static bool is_plausible(const struct tracked *tracked, enum tt_end end, tt_seq quoted)
{
    const struct tt_side *side = &tracked->conn.side[end];
    int64_t position = tracked->stream[end].known ? track_position(side, quoted) : -1;

    return position >= 0 && position < (int64_t)side->snd_nxt && position + QUOTE_OLD_MAX >= (int64_t)side->snd_una;
}

/* RFC 1122 section 4.2.3.9, RFC 5461: says that the other end cannot be reached at all, not only with this packet. */
static bool is_hard(unsigned ip_version, unsigned type, unsigned code)
{
    if (ip_version == 4)
        return type == 3 && code != 4;
    return type == 1;
}

bool track_take_rejection(struct tracked *tracked, enum tt_end quoted, const struct tt_segment *segment, const struct tt_icmp *icmp)
{
    struct tt_conn *conn = &tracked->conn;
    struct tt_rejection *kept = &conn->rejection;
    const struct tt_side *side = &conn->side[quoted];

    if (!is_plausible(tracked, quoted, icmp->quoted.seq))
        return false;
    if (kept->mark.frame &&
        (is_hard(kept->ip_version, kept->type, kept->code) || !is_hard(segment->ip_version, icmp->type, icmp->code)))
        return true;
    *kept = (struct tt_rejection){
        .mark = {segment->frame->number, segment->frame->time},
        .from = segment->src_addr,
        .type = icmp->type,
        .code = icmp->code,
        .ip_version = segment->ip_version,
        .quoted_end = (uint8_t)quoted,
        .answers_syn = side->syn.frame && tt_seq_eq(side->isn, icmp->quoted.seq) && side->snd_una == 0,
    };
    return true;
}
