/* SPDX-License-Identifier: BSD-2-Clause */
/* summary.h - the end of a pass over connections: the summary, and the limits that were reached. */
#ifndef TCPTALE_CLI_SUMMARY_H
#define TCPTALE_CLI_SUMMARY_H

#include <tcptale/tell.h>

#include "cli/source.h"

/* A summary with a random key; 0 or a TT_ERR_.  Freed with tt_summary_free(). */
int cli_summary_new(struct tt_summary **ret);
/* Writes the summary; text NULL: on standard error; without its table of the worst when their stories follow. */
void cli_summary_put(struct cli_source *source, const struct tt_summary *summary, const struct tt_track_facts *facts,
                     const struct tt_style *style, struct tt_text *text, bool json, bool stories_follow);
/* Says on standard error which limits of the tracker were reached. */
/* Copies that the capture made: once, into `text` or, NULL, on standard error. */
void cli_summary_say_copies(const struct tt_track_facts *facts, const struct tt_style *style, struct tt_text *text);
void cli_summary_say_limits(const struct tt_track_facts *facts);

#endif
