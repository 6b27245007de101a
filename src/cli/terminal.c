/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal.c - colour, columns and character set of standard output. */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/language.h"
#include "cli/names.h"

/* https://no-color.org: set and not empty. */
static bool wants_colour(enum cli_when when)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (when != CLI_AUTO)
        return when == CLI_ALWAYS;
    return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

/* Of the terminal, else as COLUMNS says; 0: not known. */
static unsigned columns(void)
{
    const char *said = getenv("COLUMNS");
    struct winsize size;
    long n;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
        return size.ws_col;
    n = said ? strtol(said, NULL, 10) : 0;
    return n >= 20 && n <= 10000 ? (unsigned)n : 0;
}

struct tt_style cli_style(const struct cli_settings *settings)
{
    struct tt_style style = {
        .colour = wants_colour((enum cli_when)settings->color),
        .columns = columns(),
        .ascii = !cli_language_utf8(),
        .tongue = cli_language_tongue(),
        .zone = cli_language_zone(),
        .interface = cli_interface_name,
    };

    if (!settings->numeric)
        style.service = cli_service_name;
    if (settings->resolve && !settings->numeric)
        style.host = cli_host_name;
    return style;
}
