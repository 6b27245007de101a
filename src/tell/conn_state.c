/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conn_state.c - the state of a connection in the words of Zeek's conn.log, for those who compare.
 *
 * Made of what Zeek takes both ends' states for, not of what they really are: any reset counts there, which `ending` does not do.
 */
#include "tell/conn_state.h"

#include <string.h>

/* Nothing seen of it, or nothing of its opening. */
static bool is_unopened(enum tt_zeek_state state)
{
    return state == TT_ZEEK_INACTIVE || state == TT_ZEEK_PARTIAL;
}

/* The responder reset it. */
static const char *refused_or_reset(const struct tt_zeek *row, enum tt_zeek_state originator)
{
    bool silent = tt_zeek_bytes(row, TT_CLIENT) == 0 && tt_zeek_bytes(row, TT_SERVER) == 0;

    if (originator == TT_ZEEK_SYN_SENT || originator == TT_ZEEK_SYN_ACK_SENT || (originator == TT_ZEEK_RESET && silent))
        return "REJ";
    return is_unopened(originator) ? "RSTRH" : "RSTR";
}

/* The originator asked and reset, and there was nothing else of note in between. */
static bool only_asked(const char *history)
{
    const char *letter = history[0] == '^' ? history + 1 : history;

    if (*letter++ != 'S')
        return false;
    return letter[strcspn(letter, "HAFGIQR")] == 'R';
}

static const char *aborted(const struct tt_zeek *row, enum tt_zeek_state responder)
{
    if (!is_unopened(responder))
        return "RSTO";
    return only_asked(row->history) ? "RSTOS0" : "OTH";
}

static const char *open_or_attempt(enum tt_zeek_state originator, enum tt_zeek_state responder)
{
    if (originator == TT_ZEEK_SYN_SENT && responder == TT_ZEEK_INACTIVE)
        return "S0";
    return originator == TT_ZEEK_ESTABLISHED && responder == TT_ZEEK_ESTABLISHED ? "S1" : "OTH";
}

const char *tt_conn_state(const struct tt_conn *conn)
{
    const struct tt_zeek *row = conn->zeek;
    enum tt_zeek_state originator = row->end[row->originator].state, responder = row->end[!row->originator].state;

    if (responder == TT_ZEEK_RESET)
        return refused_or_reset(row, originator);
    if (originator == TT_ZEEK_RESET)
        return aborted(row, responder);
    if (originator == TT_ZEEK_CLOSED && responder == TT_ZEEK_CLOSED)
        return "SF";
    if (originator == TT_ZEEK_CLOSED)
        return is_unopened(responder) ? "SH" : "S2";
    if (responder == TT_ZEEK_CLOSED)
        return is_unopened(originator) ? "SHR" : "S3";
    return open_or_attempt(originator, responder);
}
