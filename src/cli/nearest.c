/* SPDX-License-Identifier: BSD-2-Clause */
/* nearest.c - optimal string alignment distance, for "did you mean …?". */
#include "cli/nearest.h"

#include <string.h>

/* Longer words are nobody's slip of the finger. */
#define WORD_MAX 48

static unsigned char least(unsigned a, unsigned b)
{
    return (unsigned char)(a < b ? a : b);
}

size_t cli_distance(const char *a, const char *b)
{
    size_t rows = strlen(a), columns = strlen(b);
    unsigned char table[WORD_MAX + 1][WORD_MAX + 1];

    if (rows > WORD_MAX || columns > WORD_MAX)
        return WORD_MAX;
    for (size_t i = 0; i <= rows; i++)
        table[i][0] = (unsigned char)i;
    for (size_t j = 0; j <= columns; j++)
        table[0][j] = (unsigned char)j;
    for (size_t i = 1; i <= rows; i++) {
        for (size_t j = 1; j <= columns; j++) {
            unsigned change = table[i - 1][j - 1] + (a[i - 1] != b[j - 1] ? 1U : 0U);

            table[i][j] = least(change, least(table[i - 1][j], table[i][j - 1]) + 1U);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                table[i][j] = least(table[i][j], table[i - 2][j - 2] + 1U);
        }
    }
    return table[rows][columns];
}

void cli_nearest_init(struct cli_nearest *nearest, const char *wrong)
{
    *nearest = (struct cli_nearest){.wrong = wrong, .distance = strlen(wrong) / 3 + 1};
}

/* A word cut short counts as near, whatever is missing. */
void cli_nearest_try(struct cli_nearest *nearest, const char *word)
{
    size_t n = strlen(nearest->wrong);
    size_t distance = n >= 3 && strncmp(nearest->wrong, word, n) == 0 ? 1 : cli_distance(nearest->wrong, word);

    if (distance > nearest->distance || (nearest->word && distance == nearest->distance))
        return;
    nearest->word = word;
    nearest->distance = distance;
}
