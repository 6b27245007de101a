/* SPDX-License-Identifier: BSD-2-Clause */
/* fragments.h - which later IP fragments belong to segments that were taken. */
#ifndef TCPTALE_CLI_FRAGMENTS_H
#define TCPTALE_CLI_FRAGMENTS_H

#include <tcptale/wire.h>

/* As many packets may be in pieces at once; the pieces of one follow each other closely. */
#define CLI_FRAGMENTS_MAX 64

struct cli_fragments {
    struct cli_fragment {
        struct tt_addr src_addr, dst_addr;
        uint32_t ip_id;
        uint8_t ip_version; /* 0: empty */
    } first[CLI_FRAGMENTS_MAX];
    unsigned next;
};

/* Remembers a segment that was taken, when it is the first piece of several. */
void cli_fragments_take(struct cli_fragments *fragments, const struct tt_segment *segment);
/* Whether a later fragment belongs to one of those. */
bool cli_fragments_belongs(const struct cli_fragments *fragments, const struct tt_segment *segment);

#endif
