/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option.h - options as rows of tables.
 *
 * A row says the letter, the long name, the name of the argument, what the option does and where it is stored.  Parsing, --help,
 * shell completion and the check of the man pages come from these rows.
 */
#ifndef TCPTALE_CLI_OPTION_H
#define TCPTALE_CLI_OPTION_H

#include "cli/settings.h"

struct cli_option;

enum cli_kind {
    CLI_FLAG,   /* a bool becomes true */
    CLI_TIMES,  /* a uint8_t counts how often */
    CLI_STRING, /* a const char *, a view of the command line */
    CLI_NUMBER, /* a uint64_t from low to high */
    CLI_CHOICE, /* an int: `low` and the index of the word in `words` */
    CLI_WORDS,  /* a uint32_t of bits: words of the set `low` (enum tt_word_set), joined with commas */
    CLI_TAKE    /* take() stores it */
};

struct cli_option {
    char letter; /* '\0': none */
    bool rare;   /* --help only names it; the man page describes it */
    enum cli_kind kind;
    const char *name;     /* NULL: none */
    const char *argument; /* NULL: takes none */
    const char *does;
    size_t offset; /* in struct cli_settings */
    uint64_t low, high;
    const char *const *words; /* of CLI_CHOICE, a NULL behind the last */
    /* 0, or CLI_USAGE after a complaint. */
    int (*take)(const struct cli_option *option, const char *value, struct cli_settings *settings);
};

/* Rows under one heading of the help; the last row is all zero. */
struct cli_group {
    const char *title;
    const struct cli_option *options;
};

/* The groups that several commands share. */
extern const struct cli_option cli_source_options[];
extern const struct cli_option cli_selection_options[];
extern const struct cli_option cli_look_options[];
extern const struct cli_option cli_common_options[];

struct cli_command {
    const char *name;
    const char *does;               /* a line, for the list of commands */
    const char *operands;           /* behind the options in the usage line */
    const struct cli_group *groups; /* NULL title behind the last */
    const char *examples;           /* whole lines */
    int (*run)(struct cli_settings *settings);
    bool reads; /* takes [FILE] [FILTER] */
};

/* Reads the arguments behind a command's name.  0, or an enum cli_status after a complaint. */
int cli_parse(const struct cli_command *command, int argc, char **argv, struct cli_settings *ret);
void cli_settings_done(struct cli_settings *settings);

/* How an option is called in complaints: "--name", or "-l" when it has no name. */
const char *cli_option_called(const struct cli_option *option);

/* Walks all rows of a command: the row behind `row` (NULL: the first), NULL at the end. */
const struct cli_option *cli_option_next(const struct cli_command *command, const struct cli_option *row);

#endif
