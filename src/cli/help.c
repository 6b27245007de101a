/* SPDX-License-Identifier: BSD-2-Clause */
/* help.c - --help, of all and of one command, from the tables; and the commands help and version. */
#include "cli/command.h"

#include <string.h>

#include <tcptale/words.h>

#include "cli/nearest.h"
#include "cli/output.h"

/* The columns that help may take, and where what an option does begins. */
#define HELP_COLUMNS 80
#define DOES_COLUMN 26
/* A longer name goes without saying when there is a letter. */
#define NAME_MAX_SHOWN 16

/* What has been written since `line` began, in columns. */
static size_t column(const struct tt_text *text, size_t line)
{
    const char *begin = text->start + line;

    return tt_text_width(begin, (size_t)(text->at - begin));
}

static size_t line_here(const struct tt_text *text)
{
    return (size_t)(text->at - text->start);
}

/* As many of the set's words as fit on the line. */
static void put_words(struct tt_text *text, size_t line, enum tt_word_set set)
{
    unsigned count = tt_word_count(set);

    tt_text_string(text, ": ");
    for (unsigned i = 0; i < count; i++) {
        const char *word = tt_word(set, i);
        size_t behind = i + 1 < count ? 5 : 0; /* ", ..." and the comma before it */

        if (column(text, line) + strlen(word) + behind > HELP_COLUMNS) {
            tt_text_string(text, "...");
            return;
        }
        tt_text_string(text, word);
        if (i + 1 < count)
            tt_text_string(text, ", ");
    }
}

static void put_called(struct tt_text *text, const struct cli_option *option)
{
    if (option->letter) {
        tt_text_char(text, '-');
        tt_text_char(text, option->letter);
    } else {
        tt_text_string(text, "  ");
    }
    if (option->name && !(option->letter && strlen(option->name) > NAME_MAX_SHOWN)) {
        tt_text_string(text, option->letter ? ", --" : "  --");
        tt_text_string(text, option->name);
    }
    if (option->argument) {
        tt_text_char(text, ' ');
        tt_text_string(text, option->argument);
    }
}

static void put_option(struct tt_text *text, const struct cli_option *option)
{
    size_t line = line_here(text), at;

    tt_text_string(text, "  ");
    put_called(text, option);
    at = column(text, line);
    tt_text_repeat(text, ' ', at + 2 < DOES_COLUMN ? DOES_COLUMN - at : 2);
    tt_text_string(text, option->does);
    if (option->kind == CLI_WORDS)
        put_words(text, line, (enum tt_word_set)option->low);
    tt_text_char(text, '\n');
}

static void put_group(struct tt_text *text, const struct cli_group *group)
{
    if (group->title[0]) {
        tt_text_string(text, group->title);
        tt_text_string(text, ":\n");
    }
    for (const struct cli_option *option = group->options; option->letter || option->name; option++)
        if (!option->rare)
            put_option(text, option);
}

/* "-s N", or "--color WHEN" when it has no letter. */
static void put_short(struct tt_text *text, const struct cli_option *option)
{
    if (option->letter) {
        tt_text_char(text, '-');
        tt_text_char(text, option->letter);
    } else {
        tt_text_string(text, "--");
        tt_text_string(text, option->name);
    }
    if (option->argument) {
        tt_text_char(text, ' ');
        tt_text_string(text, option->argument);
    }
}

/* The rare ones by name only, filled into lines. */
static void put_rare(struct tt_text *text, const struct cli_command *command)
{
    const struct cli_option *option = NULL;
    size_t line = line_here(text);
    const char *before = "Also:";

    while ((option = cli_option_next(command, option))) {
        size_t octets = (option->letter ? 2 : strlen(option->name) + 2) + (option->argument ? strlen(option->argument) + 1 : 0);

        /* Who reads this has found --help. */
        if (!option->rare || option->letter == 'h')
            continue;
        tt_text_string(text, before);
        if (column(text, line) + octets + 2 > HELP_COLUMNS) {
            tt_text_string(text, "\n     ");
            line = line_here(text) - 5;
        }
        tt_text_char(text, ' ');
        put_short(text, option);
        before = ",";
    }
    tt_text_char(text, '\n');
}

void cli_help_command(struct tt_text *text, const struct cli_command *command)
{
    tt_text_string(text, "Usage: tcptale ");
    tt_text_string(text, command->name);
    tt_text_string(text, command->operands);
    tt_text_string(text, "\n");
    tt_text_string(text, command->does);
    tt_text_string(text, ".\n\n");
    for (const struct cli_group *group = command->groups; group && group->title; group++)
        put_group(text, group);
    put_rare(text, command);
    if (command->examples) {
        tt_text_string(text, "\n");
        tt_text_string(text, command->examples);
    }
}

void cli_help_all(struct tt_text *text)
{
    tt_text_string(text, "Usage: tcptale FILE\n"
                         "       tcptale COMMAND [OPTIONS] [FILE] [FILTER]\n"
                         "The whole life of TCP connections: how each opened, what it negotiated, how it\n"
                         "ended, by whom and why; from a capture file or live.\n\n");
    for (size_t i = 0; cli_commands[i]; i++) {
        size_t line = line_here(text);

        tt_text_string(text, "  ");
        tt_text_string(text, cli_commands[i]->name);
        tt_text_repeat(text, ' ', 12 - column(text, line));
        tt_text_string(text, cli_commands[i]->does);
        tt_text_char(text, '\n');
    }
    tt_text_string(text, "\n"
                         "  tcptale trace.pcap                            every story, the worst first\n"
                         "  tcptale list trace.pcap                       a line a connection\n"
                         "  tcptale list --summary trace.pcap             a big capture at a glance\n"
                         "  tcptale tell --conn 3 --explain trace.pcap    one story, option by option\n"
                         "  tcptale packets -nn trace.pcap tcp port 80    the packets, as tcpdump has them\n"
                         "  tcptale list --ended reset -w r.pcap trace.pcap    choose and write\n"
                         "  tcptale tell -i eth0                          tell while it happens\n\n"
                         "'tcptale COMMAND --help' shows a command's options, 'man tcptale' everything.\n");
}

static int run_help(struct cli_settings *settings)
{
    struct tt_text *text = cli_output_open();

    (void)settings;
    cli_help_all(text);
    return cli_output_close(CLI_DONE);
}

static int run_version(struct cli_settings *settings)
{
    struct tt_text *text = cli_output_open();

    (void)settings;
    tt_text_string(text, "tcptale ");
    tt_text_string(text, tt_version());
    tt_text_char(text, '\n');
    return cli_output_close(CLI_DONE);
}

static const struct cli_group groups[] = {{"", cli_common_options}, {NULL, NULL}};

const struct cli_command cli_help = {
    .name = "help", .does = "Show this, or the options of a COMMAND", .operands = " [COMMAND]", .groups = groups, .run = run_help};
const struct cli_command cli_version = {
    .name = "version", .does = "Show the version", .operands = "", .groups = groups, .run = run_version};
