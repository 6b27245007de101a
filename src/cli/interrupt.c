/* SPDX-License-Identifier: BSD-2-Clause */
/* interrupt.c - the signal handler, which is why the capture that it wakes is the program's one variable of this kind. */
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

static volatile sig_atomic_t came;
static struct tt_capture *volatile waiting;

static void mark(int number)
{
    struct tt_capture *capture = waiting;

    (void)number;
    came = 1;
    if (capture)
        tt_capture_interrupt(capture);
}

static void tick(int number)
{
    struct tt_capture *capture = waiting;

    (void)number;
    if (capture)
        tt_capture_interrupt(capture);
}

void cli_interrupt_tick(void)
{
    const struct itimerval second = {.it_interval = {.tv_sec = 1}, .it_value = {.tv_sec = 1}};
    struct sigaction action = {.sa_handler = tick};

    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGALRM, &action, NULL);
    (void)setitimer(ITIMER_REAL, &second, NULL);
}

void cli_interrupt_catch(struct tt_capture *capture)
{
    /* No SA_RESTART: a read(2) that waits shall return.  SA_RESETHAND: the second signal ends what the first could not. */
    struct sigaction action = {.sa_handler = mark, .sa_flags = (int)SA_RESETHAND};

    waiting = capture;
    if (came)
        return;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

bool cli_interrupted(void)
{
    return came != 0;
}
