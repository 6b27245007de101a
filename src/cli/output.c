/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.c - standard output as a text over write(2), and the one way in which errors are said.
 *
 * stdio is not used for it: a listing of millions of lines should cost no more than its octets, and an error must be seen with its
 * errno, so that a full disk is told from a reader like head(1) that has seen enough.
 */
#include "cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/progress.h"

#define OUTPUT_OCTETS 262144

static struct {
    struct tt_text text;
    int error; /* errno of the first write that failed */
    bool open;
    char buffer[OUTPUT_OCTETS];
} output;

static const char *command_name;

void cli_complain_as(const char *command)
{
    command_name = command;
}

/* A line holds a path, which may be long, and words around it. */
#define LINE_OCTETS 5120

static void say(const char *words)
{
    cli_progress_erase();
    if (output.open)
        (void)tt_text_flush(&output.text);
    (void)fprintf(stderr, "tcptale%s%s: %s\n", command_name ? " " : "", command_name ? command_name : "", words);
}

void cli_complain(const char *format, ...)
{
    char words[LINE_OCTETS];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    say(words);
}

void cli_note(const char *format, ...)
{
    char words[LINE_OCTETS];
    va_list arguments;

    if (!isatty(STDERR_FILENO))
        return;
    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    say(words);
}

static int write_all(void *ctx, const char *octets, size_t n)
{
    (void)ctx;
    cli_progress_erase();
    while (n) {
        ssize_t written = write(STDOUT_FILENO, octets, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            output.error = errno;
            return TT_ERR_SINK;
        }
        octets += written;
        n -= (size_t)written;
    }
    return 0;
}

int cli_output_check(const char *path)
{
    if (!path || strcmp(path, "-") != 0)
        return CLI_DONE;
    cli_complain("-w - and what is printed would both go to standard output; 'tcptale packets -w -' writes packets only");
    return CLI_USAGE;
}

struct tt_text *cli_output_open(void)
{
    const struct tt_sink sink = {write_all, NULL};

    tt_text_init(&output.text, output.buffer, sizeof output.buffer, &sink);
    output.open = true;
    return &output.text;
}

bool cli_output_failed(void)
{
    return output.open && output.text.failed != 0;
}

int cli_output_close(int status)
{
    if (!output.open)
        return status;

    int failed = tt_text_flush(&output.text);
    output.open = false;
    if (!failed)
        return status;
    if (output.error == EPIPE)
        return CLI_DONE;
    cli_complain("cannot write standard output: %s", output.error ? strerror(output.error) : tt_error_words(failed));
    return CLI_FAILED;
}
