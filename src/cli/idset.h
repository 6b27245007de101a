/* SPDX-License-Identifier: BSD-2-Clause */
/* idset.h - a set of connection numbers: a bit each. */
#ifndef TCPTALE_CLI_IDSET_H
#define TCPTALE_CLI_IDSET_H

#include <tcptale/base.h>

struct cli_idset {
    uint64_t *bits; /* owned; all zero: the empty set */
    size_t words;
    uint64_t count;
};

/* 0 or TT_ERR_NOMEM. */
int cli_idset_add(struct cli_idset *set, uint64_t id);
static inline bool cli_idset_has(const struct cli_idset *set, uint64_t id)
{
    return id / 64 < set->words && set->bits[id / 64] >> id % 64 & 1;
}
void cli_idset_done(struct cli_idset *set);

#endif
