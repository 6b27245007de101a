/* SPDX-License-Identifier: BSD-2-Clause */
/* completion.c - the completion script for bash, from the tables. */
#include "cli/command.h"

#include <tcptale/words.h>

static void put_options(struct tt_text *text, const struct cli_command *command)
{
    const struct cli_option *option = NULL;

    while ((option = cli_option_next(command, option))) {
        if (option->letter) {
            tt_text_string(text, " -");
            tt_text_char(text, option->letter);
        }
        if (option->name) {
            tt_text_string(text, " --");
            tt_text_string(text, option->name);
        }
    }
}

/* A case of the script: behind this option come these words. */
static void put_values(struct tt_text *text, const struct cli_command *command, const struct cli_option *option)
{
    tt_text_string(text, "        ");
    tt_text_string(text, command->name);
    tt_text_string(text, ":--");
    tt_text_string(text, option->name);
    tt_text_string(text, ") words='");
    if (option->kind == CLI_WORDS)
        for (unsigned i = 0; i < tt_word_count((enum tt_word_set)option->low); i++) {
            tt_text_string(text, i ? " " : "");
            tt_text_string(text, tt_word((enum tt_word_set)option->low, i));
        }
    else
        for (size_t i = 0; option->words[i]; i++) {
            tt_text_string(text, i ? " " : "");
            tt_text_string(text, option->words[i]);
        }
    tt_text_string(text, "' ;;\n");
}

static void put_command(struct tt_text *text, const struct cli_command *command)
{
    const struct cli_option *option = NULL;

    while ((option = cli_option_next(command, option)))
        if (option->kind == CLI_WORDS || option->kind == CLI_CHOICE)
            put_values(text, command, option);
    if (!command->reads)
        return;
    tt_text_string(text, "        ");
    tt_text_string(text, command->name);
    tt_text_string(text, ":-i|");
    tt_text_string(text, command->name);
    tt_text_string(text, ":--interface) words=\"$(ls /sys/class/net 2>/dev/null) any\" ;;\n        ");
    tt_text_string(text, command->name);
    tt_text_string(text, ":-[rw]|");
    tt_text_string(text, command->name);
    tt_text_string(text, ":--read|");
    tt_text_string(text, command->name);
    tt_text_string(text, ":--write) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n");
}

static void put_names(struct tt_text *text, const char *between)
{
    for (size_t i = 0; cli_commands[i]; i++) {
        tt_text_string(text, i ? between : "");
        tt_text_string(text, cli_commands[i]->name);
    }
}

void cli_completion_bash(struct tt_text *text)
{
    tt_text_string(text, "# bash completion for tcptale, made by: tcptale --completion bash\n"
                         "_tcptale()\n{\n"
                         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=tell words='' w\n"
                         "    for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n        case $w in\n        ");
    put_names(text, "|");
    tt_text_string(text, ") command=$w; break ;;\n        esac\n    done\n    case $command:$before in\n");
    for (size_t i = 0; cli_commands[i]; i++)
        put_command(text, cli_commands[i]);
    tt_text_string(text, "    esac\n    if [ -z \"$words\" ]; then\n        case $command:$word in\n");
    for (size_t i = 0; cli_commands[i]; i++) {
        tt_text_string(text, "        ");
        tt_text_string(text, cli_commands[i]->name);
        tt_text_string(text, ":-*) words='");
        put_options(text, cli_commands[i]);
        tt_text_string(text, "' ;;\n");
    }
    tt_text_string(text, "        help:*) words='");
    put_names(text, " ");
    tt_text_string(text, "' ;;\n        *) [ \"$COMP_CWORD\" -gt 1 ] || words='");
    put_names(text, " ");
    tt_text_string(text, " --help --version'\n"
                         "           COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
                         "        esac\n    fi\n"
                         "    COMPREPLY+=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
                         "complete -o filenames -F _tcptale tcptale\n");
}
