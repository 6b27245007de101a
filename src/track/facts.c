/* SPDX-License-Identifier: BSD-2-Clause */
/* facts.c - what follows from the facts of a connection without judging: its opening, and what is in force; and copies of them. */
#include "base/memory.h"
#include "track/tracked.h"

/* A copy of n octets, or NULL; of nothing NULL. */
static void *copy_of(const void *p, size_t n, const struct tt_alloc *alloc)
{
    void *copy = p ? tt_get(alloc, n) : NULL;

    if (copy)
        memcpy(copy, p, n);
    return copy;
}

int tt_conn_keep(const struct tt_conn *conn, const struct tt_alloc *alloc, struct tt_conn *ret)
{
    struct tt_conn copy = *conn;

    copy.resets = copy_of(conn->resets, sizeof *conn->resets, alloc);
    copy.zeek = copy_of(conn->zeek, sizeof *conn->zeek, alloc);
    if ((conn->resets && !copy.resets) || (conn->zeek && !copy.zeek)) {
        tt_conn_drop(&copy, alloc);
        return TT_ERR_NOMEM;
    }
    *ret = copy;
    return 0;
}

void tt_conn_drop(struct tt_conn *conn, const struct tt_alloc *alloc)
{
    tt_give(alloc, conn->resets, sizeof *conn->resets);
    tt_give(alloc, conn->zeek, sizeof *conn->zeek);
    conn->resets = NULL;
    conn->zeek = NULL;
}

static bool was_refused(const struct tt_conn *conn)
{
    return conn->reset && !conn->opened.frame && conn->side[!conn->resetter].syn.frame &&
           (!conn->syn_ack.frame || conn->syn_ack.frame > conn->reset_mark.frame) &&
           !(conn->side[!conn->resetter].flags_seen & TT_ACK);
}

enum tt_opening tt_conn_opening(const struct tt_conn *conn)
{
    const struct tt_side *client = &conn->side[TT_CLIENT];

    if (was_refused(conn))
        return TT_OPENING_REFUSED;
    if (conn->simultaneous)
        return TT_OPENING_SIMULTANEOUS;
    if (!client->syn.frame)
        return conn->syn_ack.frame && conn->opened.frame ? TT_OPENING_HANDSHAKE : TT_OPENING_MIDSTREAM;
    if (!conn->syn_ack.frame)
        return TT_OPENING_SYN_ONLY;
    return conn->fast_open_octets ? TT_OPENING_FAST_OPEN : TT_OPENING_HANDSHAKE;
}

static bool both_offer(const struct tt_conn *conn, unsigned what)
{
    return conn->side[TT_CLIENT].offers & conn->side[TT_SERVER].offers & what;
}

/* Without both SYNs, what is used was agreed. */
static bool in_use(const struct tt_conn *conn, unsigned what)
{
    bool both_syns = conn->side[TT_CLIENT].syn.frame && conn->side[TT_SERVER].syn.frame;

    return !both_syns && (conn->side[TT_CLIENT].uses | conn->side[TT_SERVER].uses) & what;
}

bool tt_conn_timestamps(const struct tt_conn *conn)
{
    return both_offer(conn, TT_HAS_TIMESTAMPS) || in_use(conn, TT_HAS_TIMESTAMPS);
}

bool tt_conn_sack(const struct tt_conn *conn)
{
    return both_offer(conn, TT_HAS_SACK_OK) || in_use(conn, TT_HAS_SACK);
}

bool tt_conn_wscale(const struct tt_conn *conn)
{
    return both_offer(conn, TT_HAS_WSCALE);
}

/* RFC 3168 section 6.1.1: ECE and CWR on the SYN, ECE alone on the SYN-ACK; RFC 9768 section 3.1: AE, CWR, ECE and any answer. */
bool tt_conn_ecn(const struct tt_conn *conn)
{
    unsigned asked = conn->side[TT_CLIENT].syn_flags & (TT_AE | TT_CWR | TT_ECE);
    unsigned answered = conn->side[TT_SERVER].syn_flags & (TT_AE | TT_CWR | TT_ECE);

    if (asked == (TT_AE | TT_CWR | TT_ECE))
        return answered != 0 && answered != asked;
    return asked == (TT_CWR | TT_ECE) && answered == TT_ECE;
}

bool tt_conn_mptcp(const struct tt_conn *conn)
{
    return both_offer(conn, TT_HAS_MPTCP) || in_use(conn, TT_HAS_MPTCP);
}
