/* SPDX-License-Identifier: BSD-2-Clause */
/* worst.h - the few connections that ended worst. */
#ifndef TCPTALE_CLI_WORST_H
#define TCPTALE_CLI_WORST_H

#include <tcptale/track.h>

/* A screenful or two of stories. */
#define CLI_WORST_MAX 10

struct cli_worst {
    struct cli_worst_one {
        uint64_t id;
        unsigned badness;
        bool kept;
        struct tt_conn conn; /* when kept: a copy, its log in `user` */
    } ones[CLI_WORST_MAX];   /* worst first; of equals the earlier */
    unsigned count;
};

/* Takes in a connection that ended badly (badness above 0), when it is among the worst. */
void cli_worst_add(struct cli_worst *worst, uint64_t id, unsigned badness);
/* Its place from 0; CLI_WORST_MAX when it is not among them. */
unsigned cli_worst_rank(const struct cli_worst *worst, uint64_t id);
/* Keeps a copy of the connection, which is among them or not.  0 or TT_ERR_NOMEM. */
int cli_worst_keep(struct cli_worst *worst, const struct tt_conn *conn);

#endif
