/* SPDX-License-Identifier: BSD-2-Clause */
/* worst.c - the few connections that ended worst: a short sorted list. */
#include "cli/worst.h"

#include <tcptale/io.h>

static bool before(const struct cli_worst_one *one, uint64_t id, unsigned badness)
{
    return one->badness > badness || (one->badness == badness && one->id < id);
}

void cli_worst_add(struct cli_worst *worst, uint64_t id, unsigned badness)
{
    unsigned at = worst->count;

    if (badness == 0)
        return;
    while (at > 0 && !before(&worst->ones[at - 1], id, badness))
        at--;
    if (at == CLI_WORST_MAX)
        return;
    if (worst->count < CLI_WORST_MAX)
        worst->count++;
    for (unsigned i = worst->count - 1; i > at; i--) {
        worst->ones[i].id = worst->ones[i - 1].id;
        worst->ones[i].badness = worst->ones[i - 1].badness;
    }
    worst->ones[at].id = id;
    worst->ones[at].badness = badness;
}

unsigned cli_worst_rank(const struct cli_worst *worst, uint64_t id)
{
    for (unsigned i = 0; i < worst->count; i++)
        if (worst->ones[i].id == id)
            return i;
    return CLI_WORST_MAX;
}

int cli_worst_keep(struct cli_worst *worst, const struct tt_conn *conn)
{
    unsigned rank = cli_worst_rank(worst, conn->id);

    if (rank == CLI_WORST_MAX)
        return 0;
    if (tt_conn_keep(conn, tt_system_alloc(), &worst->ones[rank].conn) < 0)
        return TT_ERR_NOMEM;
    worst->ones[rank].kept = true;
    return 0;
}
