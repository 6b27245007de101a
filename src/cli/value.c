/* SPDX-License-Identifier: BSD-2-Clause */
/* value.c - the values of options: numbers, words, ranges and durations, checked and stored. */
#include "cli/value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <tcptale/words.h>

#include "cli/output.h"

const char *cli_option_called(const struct cli_option *option)
{
    static char called[64];

    if (!option->name) {
        called[0] = '-';
        called[1] = option->letter;
        called[2] = '\0';
        return called;
    }
    memcpy(called, "--", 2);
    called[sizeof called - 1] = '\0';
    return strncpy(called + 2, option->name, sizeof called - 3) - 2;
}

static int take_number(const struct cli_option *option, const char *value, void *place)
{
    char *end;
    uint64_t number;

    errno = 0;
    number = strtoull(value, &end, 10);
    if (errno || *end || value[0] < '0' || value[0] > '9' || number < option->low || number > option->high) {
        cli_complain("%s: '%s' is not a number from %" PRIu64 " to %" PRIu64, cli_option_called(option), value, option->low,
                     option->high);
        return CLI_USAGE;
    }
    memcpy(place, &number, sizeof number);
    return 0;
}

static int take_choice(const struct cli_option *option, const char *value, void *place)
{
    char all[256] = "";

    for (int i = 0; option->words[i]; i++) {
        if (strcmp(option->words[i], value) == 0) {
            int chosen = (int)option->low + i;
            memcpy(place, &chosen, sizeof chosen);
            return 0;
        }
        strncat(all, i ? ", " : "", sizeof all - strlen(all) - 1);
        strncat(all, option->words[i], sizeof all - strlen(all) - 1);
    }
    cli_complain("%s: '%s' is none of %s", cli_option_called(option), value, all);
    return CLI_USAGE;
}

/* Lists a set's words behind a complaint about one that it does not have. */
static int wrong_word(const struct cli_option *option, enum tt_word_set set, const char *word)
{
    char all[512] = "";

    for (unsigned i = 0; i < tt_word_count(set); i++) {
        strncat(all, i ? ", " : "", sizeof all - strlen(all) - 1);
        strncat(all, tt_word(set, i), sizeof all - strlen(all) - 1);
    }
    cli_complain("%s: '%s' is none of %s", cli_option_called(option), word, all);
    return CLI_USAGE;
}

/* Words of the set `option->low`, joined with commas, as bits. */
static int take_words(const struct cli_option *option, const char *value, struct cli_settings *settings)
{
    enum tt_word_set set = (enum tt_word_set)option->low;
    uint32_t bits;

    memcpy(&bits, (char *)settings + option->offset, sizeof bits);
    for (;;) {
        char word[64] = "";
        size_t n = strcspn(value, ",");
        int which;

        strncat(word, value, n < sizeof word - 1 ? n : sizeof word - 1);
        which = tt_word_value(set, word);
        if (which < 0)
            return wrong_word(option, set, word);
        bits |= UINT32_C(1) << which;
        if (!value[n])
            break;
        value += n + 1;
    }
    memcpy((char *)settings + option->offset, &bits, sizeof bits);
    return 0;
}

static bool read_u64(const char **at, uint64_t *ret)
{
    char *end;

    if (**at < '0' || **at > '9')
        return false;
    *ret = strtoull(*at, &end, 10);
    *at = end;
    return true;
}

/* "3", "3-5", "7-" joined with commas. */
int cli_take_ranges(const struct cli_option *option, const char *value, struct cli_settings *settings)
{
    struct cli_selection *selection = &settings->selection;
    const char *at = value;

    for (;;) {
        struct cli_range range;

        if (!read_u64(&at, &range.low))
            break;
        range.high = range.low;
        if (*at == '-') {
            at++;
            if (!read_u64(&at, &range.high))
                range.high = UINT64_MAX;
        }
        if (range.low == 0 || range.high < range.low || selection->conns == CLI_RANGES_MAX)
            break;
        selection->conn[selection->conns++] = range;
        if (*at == '\0')
            return 0;
        if (*at++ != ',')
            break;
    }
    cli_complain("%s: '%s' is not a number from 1, a range such as 3-5, or some of these joined with commas",
                 cli_option_called(option), value);
    return CLI_USAGE;
}

static const struct {
    const char *name;
    tt_ns ns;
} units[] = {
    {"", TT_NS_PER_S},       {"s", TT_NS_PER_S},        {"ms", TT_NS_PER_MS},      {"us", TT_NS_PER_US},       {"ns", 1},
    {"m", 60 * TT_NS_PER_S}, {"min", 60 * TT_NS_PER_S}, {"h", 3600 * TT_NS_PER_S}, {"d", 86400 * TT_NS_PER_S},
};

/* 30 years, which no connection has lasted. */
#define SECONDS_MAX 946080000.0

int cli_take_duration(const struct cli_option *option, const char *value, struct cli_settings *settings)
{
    double number = 0;
    const char *unit = value;

    if (value[0] >= '0' && value[0] <= '9') {
        char *end;

        number = strtod(value, &end);
        unit = end;
    }
    for (size_t i = 0; number > 0 && i < sizeof units / sizeof units[0]; i++) {
        double ns = number * (double)units[i].ns;
        tt_ns whole = ns < SECONDS_MAX * (double)TT_NS_PER_S ? (tt_ns)ns : 0;

        if (strcmp(units[i].name, unit) != 0 || whole == 0)
            continue;
        memcpy((char *)settings + option->offset, &whole, sizeof whole);
        return 0;
    }
    cli_complain("%s: '%s' is no duration such as 5s, 200ms, 1.5h", cli_option_called(option), value);
    return CLI_USAGE;
}

int cli_option_store(const struct cli_option *option, const char *value, struct cli_settings *settings)
{
    char *place = (char *)settings + option->offset;

    switch (option->kind) {
    case CLI_FLAG:
        *(bool *)(void *)place = true;
        return 0;
    case CLI_TIMES:
        if (*(uint8_t *)place < UINT8_MAX)
            ++*(uint8_t *)place;
        return 0;
    case CLI_STRING:
        memcpy(place, &value, sizeof value);
        return 0;
    case CLI_NUMBER:
        return take_number(option, value, place);
    case CLI_CHOICE:
        return take_choice(option, value, place);
    case CLI_WORDS:
        return take_words(option, value, settings);
    case CLI_TAKE:
        return option->take(option, value, settings);
    }
    return 0;
}
