/* SPDX-License-Identifier: BSD-2-Clause */
/* tell.h - what tcptale tell carries through its passes, and the stories that it puts out. */
#ifndef TCPTALE_CLI_TELL_H
#define TCPTALE_CLI_TELL_H

#include <tcptale/tell.h>

#include "cli/beside.h"
#include "cli/idset.h"
#include "cli/order.h"
#include "cli/source.h"
#include "cli/worst.h"

struct cli_tell {
    const struct cli_settings *settings;
    struct cli_source source;
    struct tt_style style;
    struct tt_text *text;
    struct tt_summary *summary;
    struct tt_track_facts facts;
    struct cli_idset chosen;
    struct cli_worst worst;
    struct cli_order *order;
    struct cli_beside beside;
    struct tt_alloc log_alloc; /* counts */
    size_t log_octets;         /* of all logs that are kept now */
    uint64_t unlogged;         /* connections told without their packets, for want of memory */
    uint64_t told;
    bool all;        /* the settings select every connection */
    bool worst_only; /* there are too many to tell */
};

/* Makes tell->log_alloc count. */
void cli_story_init(struct cli_tell *tell);
/* What is kept of the packets of a connection that is to be told: conn->user. */
struct cli_kept {
    struct tt_log *log;
    struct tt_trace *trace; /* NULL: there is no other side */
};

/* Begins to keep those of one more connection; conn->user is NULL when that is too much already. */
void cli_story_keep(struct cli_tell *tell, struct tt_conn *conn);
void cli_story_segment(struct cli_tell *tell, const struct tt_conn *conn, const struct tt_segment *segment,
                       const struct tt_step *step);
/* Puts out the story of a finished connection. */
void cli_story_put(struct cli_tell *tell, struct tt_conn *conn);
/* Frees what was kept of it. */
void cli_story_forget(struct cli_tell *tell, struct tt_conn *conn);
/* Puts out the worst ones, and how to see the rest. */
void cli_story_put_worst(struct cli_tell *tell);

#endif
