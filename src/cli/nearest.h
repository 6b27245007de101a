/* SPDX-License-Identifier: BSD-2-Clause */
/* nearest.h - the word that was probably meant. */
#ifndef TCPTALE_CLI_NEAREST_H
#define TCPTALE_CLI_NEAREST_H

#include <stddef.h>

/* How many letters must be changed, added, dropped or swapped with their neighbour. */
size_t cli_distance(const char *a, const char *b);

/* Keeps the nearest of the words shown to it. */
struct cli_nearest {
    const char *wrong;
    const char *word; /* the nearest, near enough to be meant; NULL: none */
    size_t distance;
};

void cli_nearest_init(struct cli_nearest *nearest, const char *wrong);
void cli_nearest_try(struct cli_nearest *nearest, const char *word);

#endif
