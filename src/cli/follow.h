/* SPDX-License-Identifier: BSD-2-Clause */
/* follow.h - a pass over the packets through a tracker. */
#ifndef TCPTALE_CLI_FOLLOW_H
#define TCPTALE_CLI_FOLLOW_H

#include <tcptale/judge.h>

#include "cli/idset.h"
#include "cli/source.h"

/* Feeds every packet to a tracker; ret_facts may be NULL.  What went wrong is noted in the source. */
void cli_follow(struct cli_source *source, const struct tt_track_events *events, struct tt_track_facts *ret_facts);

/* A first pass: the numbers of the connections that the settings select. */
void cli_follow_to_choose(struct cli_source *source, struct cli_idset *chosen);
/* A later pass: every packet of the chosen connections, and the ICMP errors that quote them, goes into the -w file. */
void cli_follow_to_write(struct cli_source *source, const struct cli_idset *chosen);

#endif
