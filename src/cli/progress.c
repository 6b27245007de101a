/* SPDX-License-Identifier: BSD-2-Clause */
/* progress.c - a line on standard error that is rewritten four times a second, begins after a second and is erased at the end. */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/rare.h"

#define QUIET_NS TT_NS_PER_S
#define EVERY_NS (TT_NS_PER_S / 4)

static struct {
    struct tt_capture *capture; /* NULL: nothing to show */
    unsigned pass, passes;
    tt_ns next;
    bool shown;
} progress;

static tt_ns now(void)
{
    struct timespec moment;

    (void)clock_gettime(CLOCK_MONOTONIC, &moment);
    return (tt_ns)moment.tv_sec * TT_NS_PER_S + moment.tv_nsec;
}

void cli_progress_begin(struct tt_capture *capture, unsigned pass, unsigned passes)
{
    progress.capture = isatty(STDERR_FILENO) ? capture : NULL;
    progress.pass = pass;
    progress.passes = passes;
    if (pass == 1)
        progress.next = now() + QUIET_NS;
}

static void write_line(void)
{
    struct tt_capture_facts facts;

    tt_capture_facts(progress.capture, &facts);
    (void)fprintf(stderr, "\r\033[K%" PRIu64 " packets", facts.frames);
    if (facts.octets_total)
        (void)fprintf(stderr, ", %u %%", (unsigned)(facts.octets * 100 / facts.octets_total));
    if (progress.passes > 1)
        (void)fprintf(stderr, " (pass %u of %u)", progress.pass, progress.passes);
    (void)fflush(stderr);
    progress.shown = true;
}

TT_RARE void cli_progress_show(void)
{
    if (!progress.capture)
        return;

    tt_ns moment = now();
    if (moment < progress.next)
        return;
    progress.next = moment + EVERY_NS;
    write_line();
}

void cli_progress_erase(void)
{
    if (!progress.shown)
        return;
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    progress.shown = false;
}

void cli_progress_end(void)
{
    cli_progress_erase();
    progress.capture = NULL;
}
