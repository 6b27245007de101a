/* SPDX-License-Identifier: BSD-2-Clause */
/* idset.c - a set of connection numbers: they are dense, so a bit each is least. */
#include "cli/idset.h"

#include <stdlib.h>
#include <string.h>

static int grow(struct cli_idset *set, size_t words)
{
    size_t room = set->words ? set->words : 64;
    uint64_t *bits;

    while (room < words)
        room *= 2;
    bits = realloc(set->bits, room * sizeof *bits);
    if (!bits)
        return TT_ERR_NOMEM;
    memset(bits + set->words, 0, (room - set->words) * sizeof *bits);
    set->bits = bits;
    set->words = room;
    return 0;
}

int cli_idset_add(struct cli_idset *set, uint64_t id)
{
    size_t word = id / 64;
    uint64_t bit = UINT64_C(1) << id % 64;

    if (word >= set->words && grow(set, word + 1))
        return TT_ERR_NOMEM;
    set->count += !(set->bits[word] & bit);
    set->bits[word] |= bit;
    return 0;
}

void cli_idset_done(struct cli_idset *set)
{
    free(set->bits);
    *set = (struct cli_idset){0};
}
