/* SPDX-License-Identifier: BSD-2-Clause */
/* in_force.c - what the two SYNs agreed on, as far as they were seen. */
#include <tcptale/track.h>

static bool both_offer(const struct tt_conn *conn, uint32_t has)
{
    return conn->side[TT_CLIENT].offers & conn->side[TT_SERVER].offers & has;
}

bool tt_conn_timestamps(const struct tt_conn *conn)
{
    return both_offer(conn, TT_HAS_TIMESTAMPS);
}

bool tt_conn_sack(const struct tt_conn *conn)
{
    return both_offer(conn, TT_HAS_SACK_OK);
}

bool tt_conn_wscale(const struct tt_conn *conn)
{
    return both_offer(conn, TT_HAS_WSCALE);
}

/* RFC 3168 section 6.1.1: the SYN has ECE and CWR, the SYN-ACK ECE. */
bool tt_conn_ecn(const struct tt_conn *conn)
{
    const unsigned setup = TT_ECE | TT_CWR;

    return (conn->side[TT_CLIENT].flags_seen & setup) == setup && conn->side[TT_SERVER].flags_seen & TT_ECE;
}

bool tt_conn_mptcp(const struct tt_conn *conn)
{
    return both_offer(conn, TT_HAS_MPTCP);
}
