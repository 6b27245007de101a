/* SPDX-License-Identifier: BSD-2-Clause */
/* beside.h - the capture of the other side: read beside the one that is told, and compared with it. */
#ifndef TCPTALE_CLI_BESIDE_H
#define TCPTALE_CLI_BESIDE_H

#include <tcptale/sides.h>

#include "cli/idset.h"
#include "cli/source.h"

/* What is kept of a connection of the other capture. */
struct cli_beside_one {
    struct tt_conn conn;
    struct tt_trace *trace; /* owned; NULL: there was no room */
};

struct cli_beside {
    struct cli_settings settings; /* of the other capture */
    struct cli_source source;
    struct tt_partners *partners; /* NULL: there is no other capture */
    const struct tt_alloc *alloc; /* of the traces: counts */
    const size_t *octets;         /* that it has given out */
    struct cli_idset wanted;      /* numbers there */
    struct cli_beside_one **ones; /* owned, by number there less 1; NULL: not kept */
    uint64_t room;                /* of ones */
    tt_ns first, last;            /* of the capture that is told */
    uint64_t dropped;             /* by it */
};

/* Before the capture that is told is opened.  0 or an enum cli_status after a complaint; nothing without --other-side. */
int cli_beside_open(const struct cli_settings *settings, const struct tt_alloc *alloc, const size_t *octets,
                    struct cli_beside *ret);
/* The first pass of the capture that is told; each hands its errors to its source. */
void cli_beside_segment(struct cli_beside *beside, struct cli_source *source, const struct tt_conn *conn,
                        const struct tt_segment *segment, const struct tt_step *step);
void cli_beside_finished(struct cli_beside *beside, struct cli_source *source, const struct tt_conn *conn);
/* Behind it: reads the other capture, and finds out which connection is which. */
void cli_beside_settle(struct cli_beside *beside, struct cli_source *source);
/* A connection that will be told; then the packets of all such ones' partners are read. */
void cli_beside_want(struct cli_beside *beside, uint64_t id);
void cli_beside_read(struct cli_beside *beside);
/* Compares a finished connection with its partner, which is then forgotten; a view until the next one. */
const struct tt_comparison *cli_beside_compare(struct cli_beside *beside, struct cli_source *source, const struct tt_conn *conn,
                                               const struct tt_trace *trace);
/* Closes it; what `status` becomes. */
int cli_beside_close(struct cli_beside *beside, int status);

#endif
