/* SPDX-License-Identifier: BSD-2-Clause */
/* source.h - the packets that the command line names: a file or an interface, opened, filtered, counted. */
#ifndef TCPTALE_CLI_SOURCE_H
#define TCPTALE_CLI_SOURCE_H

#include <tcptale/io.h>

#include "cli/fragments.h"
#include "cli/settings.h"

struct cli_source {
    const struct cli_settings *settings;
    struct tt_capture *capture;
    struct tt_filter *filter;     /* NULL: none, or the kernel's */
    struct tt_writer *writer;     /* -w, opened before rights were given up; NULL */
    struct tt_writer *spool;      /* what a live capture gives, to be read again; NULL */
    uint64_t passed;              /* packets that passed the filter, in this pass */
    uint64_t most;                /* as many are wanted */
    tt_ns first, last;            /* the times of the first and of the last one */
    tt_ns earliest, latest;       /* with `timing`: of all packets, whether they pass the filter or not */
    bool timing, timed;           /* timed: there was a packet */
    bool beside;                  /* another one is opened behind it, and goes first */
    unsigned pass, again, passes; /* for the progress: this one's passes, of how many */
    int spool_fd;
    struct cli_fragments fragments; /* of what was written */
    bool live, ticks;
    bool streaming; /* comes while we read: an interface or a pipe */
    bool failed;    /* something was wrong with the capture or a file; said by cli_source_close() */
    struct tt_error error;
};

/*
 * Opens what the settings name, and the -w file, and gives up rights.  With `twice`, cli_source_again() will work.  0, or an enum
 * cli_status after a complaint.
 */
int cli_source_open(const struct cli_settings *settings, bool twice, struct cli_source *ret);
/* The same of a capture that is read twice beside another, which is opened behind it and gives up the rights. */
int cli_source_open_beside(const struct cli_settings *settings, struct cli_source *ret);
/* A live capture had no packet for about a second. */
#define CLI_TICK 2
/* The next packet that passes the filter: 1; 0 at the end, whatever the reason; CLI_TICK after cli_source_tick(). */
int cli_source_next(struct cli_source *source, struct tt_frame *ret);
/* Whether nobody wants more: standard output cannot be written, and there is no -w file. */
bool cli_source_pointless(const struct cli_source *source);
/* From now on, a live capture ticks. */
void cli_source_tick(struct cli_source *source);
/* Starts again from the first packet: 1, or 0 when that failed. */
int cli_source_again(struct cli_source *source);
/* Puts a packet into the -w file. */
void cli_source_write(struct cli_source *source, const struct tt_segment *segment);
/* Puts a later fragment there, when the first one was. */
void cli_source_write_fragment(struct cli_source *source, const struct tt_segment *segment);
/* Notes an error of our own, such as missing memory; the first counts, and ends the reading. */
void cli_source_fail(struct cli_source *source, int code);
/* Closes all, and says what was wrong.  The exit status. */
int cli_source_close(struct cli_source *source);
/* On standard error, as live work ends: how many packets there were. */
void cli_source_say_counts(struct cli_source *source);

#endif
