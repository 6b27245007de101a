/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conn_state.c - the state of a connection in the words of Zeek's conn.log, for those who compare.
 *
 * As there, any reset counts, believed or not, which `ending` does not do; the first of both ends' decides.
 */
#include "tell/conn_state.h"

enum reset_by { RESET_NONE, RESET_CLIENT, RESET_SERVER };

static enum reset_by first_reset(const struct tt_conn *conn)
{
    uint64_t client = conn->side[TT_CLIENT].first_rst.frame, server = conn->side[TT_SERVER].first_rst.frame;

    if (!client && !server)
        return RESET_NONE;
    return client && (!server || client < server) ? RESET_CLIENT : RESET_SERVER;
}

/* A SYN-ACK, and something of the client's. */
static bool is_established(const struct tt_conn *conn)
{
    const struct tt_side *client = &conn->side[TT_CLIENT];

    return conn->syn_ack.frame && (client->syn.frame || client->flags_seen & TT_ACK);
}

static const char *established(bool client_closed, bool server_closed, enum reset_by by)
{
    if (by != RESET_NONE)
        return by == RESET_CLIENT ? "RSTO" : "RSTR";
    if (client_closed)
        return "S2";
    return server_closed ? "S3" : "S1";
}

static const char *not_established(const struct tt_conn *conn, bool client_closed, bool server_closed, enum reset_by by)
{
    bool asked = conn->side[TT_CLIENT].syn.frame != 0;

    if (by == RESET_CLIENT)
        return asked ? "RSTOS0" : "OTH";
    if (by == RESET_SERVER)
        return asked ? "REJ" : "RSTRH";
    if (client_closed)
        return "SH";
    if (server_closed)
        return "SHR";
    return asked ? "S0" : "OTH";
}

const char *tt_conn_state(const struct tt_conn *conn)
{
    bool client_closed = conn->side[TT_CLIENT].fin != 0, server_closed = conn->side[TT_SERVER].fin != 0;

    if (client_closed && server_closed)
        return "SF";
    if (is_established(conn))
        return established(client_closed, server_closed, first_reset(conn));
    return not_established(conn, client_closed, server_closed, first_reset(conn));
}
