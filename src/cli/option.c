/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option.c - the command line against a command's option tables.
 *
 * Options stand before the filter, which comes last: the first operand that begins it ends the options, since a filter has words
 * such as "-" of its own.  An operand that names the capture may stand between options.  getopt_long() knows neither.
 */
#include "cli/option.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/nearest.h"
#include "cli/output.h"
#include "cli/value.h"

struct parser {
    const struct cli_command *command;
    struct cli_settings *settings;
    int argc, at; /* at: the argument that is being read */
    char **argv;
};

const struct cli_option *cli_option_next(const struct cli_command *command, const struct cli_option *row)
{
    for (const struct cli_group *group = command->groups; group && group->title; group++) {
        for (const struct cli_option *option = group->options; option->letter || option->name; option++) {
            if (!row)
                return option;
            if (option == row)
                row = NULL;
        }
    }
    return NULL;
}

/* ---- finding rows ---------------------------------------------------------------------------------------------------------- */

static const struct cli_option *by_letter(const struct cli_command *command, char letter)
{
    const struct cli_option *option = NULL;

    while ((option = cli_option_next(command, option)))
        if (option->letter == letter)
            return option;
    return NULL;
}

static const struct cli_option *by_name(const struct cli_command *command, const char *name, size_t n)
{
    const struct cli_option *option = NULL;

    while ((option = cli_option_next(command, option)))
        if (option->name && strncmp(option->name, name, n) == 0 && option->name[n] == '\0')
            return option;
    return NULL;
}

static int unknown(const struct parser *p, const char *name)
{
    const struct cli_option *option = NULL;
    struct cli_nearest nearest;

    cli_nearest_init(&nearest, name);
    while ((option = cli_option_next(p->command, option)))
        if (option->name)
            cli_nearest_try(&nearest, option->name);
    if (nearest.word)
        cli_complain("no option --%s; did you mean --%s?", name, nearest.word);
    else
        cli_complain("no option --%s; 'tcptale %s --help' shows them all", name, p->command->name);
    return CLI_USAGE;
}

static int wants_argument(const struct cli_option *option)
{
    cli_complain("%s wants %s: %s", cli_option_called(option), option->argument, option->does);
    return CLI_USAGE;
}

/* ---- reading the arguments -------------------------------------------------------------------------------------------------- */

/* The next argument as an option's value; NULL when there is none. */
static const char *following(struct parser *p)
{
    return p->at + 1 < p->argc ? p->argv[++p->at] : NULL;
}

static int read_long(struct parser *p, const char *text)
{
    size_t n = strcspn(text, "=");
    const char *value = text[n] ? text + n + 1 : NULL;
    const struct cli_option *option = by_name(p->command, text, n);

    if (!option) {
        char name[64] = "";

        strncat(name, text, n < sizeof name - 1 ? n : sizeof name - 1);
        return unknown(p, name);
    }
    if (!option->argument && value) {
        cli_complain("%s takes no value", cli_option_called(option));
        return CLI_USAGE;
    }
    if (option->argument && !value)
        value = following(p);
    if (option->argument && !value)
        return wants_argument(option);
    return cli_option_store(option, value, p->settings);
}

/* Letters may stand together; the first that takes an argument takes what is left, as with tcpdump's -nntr FILE or -c5. */
static int read_letters(struct parser *p, const char *letters)
{
    for (; *letters; letters++) {
        const struct cli_option *option = by_letter(p->command, *letters);
        int status;

        if (!option) {
            cli_complain("no option -%c; 'tcptale %s --help' shows them all", *letters, p->command->name);
            return CLI_USAGE;
        }
        if (option->argument) {
            const char *value = letters[1] ? letters + 1 : following(p);
            return value ? cli_option_store(option, value, p->settings) : wants_argument(option);
        }
        status = cli_option_store(option, NULL, p->settings);
        if (status)
            return status;
    }
    return 0;
}

static bool is_option(const char *argument)
{
    return argument[0] == '-' && argument[1] != '\0';
}

/* An option behind the first word of the filter was hardly meant for the filter. */
static int check_filter_word(const struct parser *p, const char *word)
{
    bool named = word[0] == '-' && word[1] == '-' && by_name(p->command, word + 2, strcspn(word + 2, "="));
    bool letter = word[0] == '-' && word[1] && !word[2] && by_letter(p->command, word[1]);

    if (!named && !letter)
        return 0;
    cli_complain("option %s stands behind the filter: options come before it", word);
    return CLI_USAGE;
}

static int read_filter(struct parser *p)
{
    size_t room = 1;
    char *filter;

    for (int i = p->at; i < p->argc; i++) {
        int status = check_filter_word(p, p->argv[i]);

        if (status)
            return status;
        room += strlen(p->argv[i]) + 1;
    }
    filter = malloc(room);
    if (!filter) {
        cli_complain("%s", tt_error_words(TT_ERR_NOMEM));
        return CLI_FAILED;
    }
    p->settings->filter = filter;
    *filter = '\0';
    for (; p->at < p->argc; p->at++) {
        filter = stpcpy(filter, p->argv[p->at]);
        if (p->at + 1 < p->argc)
            *filter++ = ' ';
    }
    *filter = '\0';
    return 0;
}

/* True when the operand names the capture, and was taken so. */
static bool take_file(struct parser *p, const char *operand)
{
    struct cli_settings *settings = p->settings;

    if (settings->read || settings->interface)
        return false;
    /* What looks like a path and is none gets the words of open(2), not those of a filter's syntax. */
    if (strcmp(operand, "-") != 0 && access(operand, F_OK) != 0 && !strpbrk(operand, "./"))
        return false;
    settings->read = operand;
    return true;
}

static int read_operand(struct parser *p, const char *operand)
{
    if (!p->command->reads) {
        cli_complain("'%s' is not wanted here; 'tcptale %s --help'", operand, p->command->name);
        return CLI_USAGE;
    }
    if (take_file(p, operand))
        return 0;
    if (!p->settings->read && !p->settings->interface) {
        cli_complain("'%s' is no file; name a capture (-r FILE, '-' is standard input) or an interface (-i INTERFACE) before the "
                     "filter",
                     operand);
        return CLI_USAGE;
    }
    return read_filter(p);
}

static int read_argument(struct parser *p, bool *options_over)
{
    const char *argument = p->argv[p->at];

    if (*options_over || !is_option(argument))
        return read_operand(p, argument);
    if (argument[1] != '-')
        return read_letters(p, argument + 1);
    if (argument[2] != '\0')
        return read_long(p, argument + 2);
    *options_over = true;
    return 0;
}

int cli_parse(const struct cli_command *command, int argc, char **argv, struct cli_settings *ret)
{
    struct parser p = {.command = command, .settings = ret, .argc = argc, .argv = argv};
    bool options_over = false;

    for (; p.at < p.argc; p.at++) {
        int status = read_argument(&p, &options_over);

        if (status)
            return status;
        if (ret->help)
            return 0;
    }
    if (command->reads && !ret->read && !ret->interface) {
        cli_complain("no capture: name a file ('-' is standard input) or an interface (-i INTERFACE)");
        return CLI_USAGE;
    }
    if (ret->read && ret->interface) {
        cli_complain("-r %s and -i %s: one of the two", ret->read, ret->interface);
        return CLI_USAGE;
    }
    return 0;
}

void cli_settings_done(struct cli_settings *settings)
{
    free(settings->filter);
    settings->filter = NULL;
}
