/* SPDX-License-Identifier: BSD-2-Clause */
/* select.c - whether a connection is among those asked for: every kind of condition given must hold. */
#include "cli/select.h"

bool cli_selects_all(const struct cli_selection *selection)
{
    return !selection->conns && !selection->ended && !selection->by && !selection->cause && !selection->forged &&
           !selection->longer_than && !selection->idle;
}

static bool numbered(const struct cli_selection *selection, uint64_t id)
{
    for (unsigned i = 0; i < selection->conns; i++)
        if (id >= selection->conn[i].low && id <= selection->conn[i].high)
            return true;
    return selection->conns == 0;
}

/* No bits: any word. */
static bool has(uint32_t bits, unsigned value)
{
    return bits == 0 || bits >> value & 1;
}

static bool idle(const struct tt_conn *conn, const struct tt_verdict *verdict, tt_ns now, tt_ns silence)
{
    return (verdict->ending == TT_ENDING_OPEN || verdict->ending == TT_ENDING_HALF_CLOSED) && now - conn->last >= silence;
}

bool cli_selects(const struct cli_selection *selection, const struct tt_conn *conn, const struct tt_verdict *verdict, tt_ns now)
{
    return numbered(selection, conn->id) && has(selection->ended, verdict->ending) && has(selection->by, verdict->ended_by) &&
           has(selection->cause, verdict->cause) && (!selection->forged || verdict->forged == TT_FORGED_YES) &&
           (!selection->longer_than || conn->last - conn->first > selection->longer_than) &&
           (!selection->idle || idle(conn, verdict, now, selection->idle));
}
