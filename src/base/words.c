/* SPDX-License-Identifier: BSD-2-Clause */
/* words.c - the vocabulary of words.h as tables, and the words of errors. */
#include <tcptale/base.h>
#include <tcptale/words.h>

#define WORD(name, word) word,
static const char *const openings[] = {TT_OPENINGS(WORD)};
static const char *const endings[] = {TT_ENDINGS(WORD)};
static const char *const forms[] = {TT_FORMS(WORD)};
static const char *const enders[] = {TT_ENDERS(WORD)};
static const char *const causes[] = {TT_CAUSES(WORD)};
static const char *const certainties[] = {TT_CERTAINTIES(WORD)};
static const char *const roles[] = {TT_ROLES(WORD)};
static const char *const losses[] = {TT_LOSSES(WORD)};
static const char *const needs[] = {TT_NEEDS(WORD)};
static const char *const places[] = {TT_PLACES(WORD)};
#undef WORD

static const struct {
    const char *const *words;
    unsigned count;
} sets[TT_SET_COUNT] = {
    /* clang-format off */
    [TT_SET_OPENING] = {openings, TT_OPENING_COUNT},
    [TT_SET_ENDING] = {endings, TT_ENDING_COUNT},
    [TT_SET_FORM] = {forms, TT_FORM_COUNT},
    [TT_SET_ENDER] = {enders, TT_ENDER_COUNT},
    [TT_SET_CAUSE] = {causes, TT_CAUSE_COUNT},
    [TT_SET_CERTAINTY] = {certainties, TT_CERTAINTY_COUNT},
    [TT_SET_ROLES] = {roles, TT_ROLES_COUNT},
    [TT_SET_LOSS] = {losses, TT_LOSS_COUNT},
    [TT_SET_NEED] = {needs, TT_NEED_COUNT},
    [TT_SET_PLACE] = {places, TT_PLACE_COUNT},
    /* clang-format on */
};

const char *tt_word(enum tt_word_set set, unsigned value)
{
    return value < tt_word_count(set) ? sets[set].words[value] : "?";
}

unsigned tt_word_count(enum tt_word_set set)
{
    return (unsigned)set < TT_SET_COUNT ? sets[set].count : 0;
}

int tt_word_value(enum tt_word_set set, const char *word)
{
    for (unsigned i = 0; i < tt_word_count(set); i++)
        if (strcmp(sets[set].words[i], word) == 0)
            return (int)i;
    return TT_ERR_FORMAT;
}

const char *tt_error_words(int code)
{
    switch (code) {
#define CASE(name, value, words)                                                                                                   \
    case value:                                                                                                                    \
        return words;
        TT_ERRORS(CASE)
#undef CASE
    default:
        return code < 0 ? "an error without a name" : "no error";
    }
}

const char *tt_version(void)
{
    return TT_VERSION;
}
