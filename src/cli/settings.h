/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.h - what the command line asks for: filled by the option tables, read by the commands. */
#ifndef TCPTALE_CLI_SETTINGS_H
#define TCPTALE_CLI_SETTINGS_H

#include <tcptale/base.h>

/* --conn takes so many numbers and ranges: more than anybody types. */
#define CLI_RANGES_MAX 128

struct cli_range {
    uint64_t low, high;
};

/* Which connections; all zero: every one. */
struct cli_selection {
    struct cli_range conn[CLI_RANGES_MAX];
    unsigned conns;
    uint32_t ended, by, cause; /* bit i: value i of the word's set; 0: any */
    bool forged;
    tt_ns longer_than, idle; /* 0: any */
};

enum cli_when { CLI_AUTO, CLI_ALWAYS, CLI_NEVER };
enum cli_format { CLI_FORMAT_PEOPLE, CLI_FORMAT_JSON, CLI_FORMAT_CSV, CLI_FORMAT_ZEEK };

struct cli_settings {
    /* where packets come from, and where they go */
    const char *read, *interface, *write, *user;
    char *filter; /* owned; NULL: none */
    uint64_t count, snap_length, buffer_kib;
    bool not_promiscuous, immediate, packet_buffered;

    struct cli_selection selection;

    /* how it looks */
    int color; /* enum cli_when */
    bool resolve, line_buffered;
    uint8_t numeric;

    /* packets */
    uint8_t time, verbose;
    bool quiet, link, absolute, relative, number, nano, print;

    /* list and tell */
    int format; /* enum cli_format */
    bool summary, explain, ladder, all;
    bool checksums;         /* what has a wrong one does not count for Zeek's columns */
    const char *other_side; /* the capture of the other side; NULL: none */

    /* every command */
    bool help;
};

#endif
