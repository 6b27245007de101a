/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fragments.c - which later IP fragments belong to segments that were taken.
 *
 * They bear no ports, so the tracker cannot say; addresses and identification lead to their first piece (RFC 791 section 3.2, RFC
 * 8200 section 4.5).
 */
#include "cli/fragments.h"

#include <string.h>

void cli_fragments_take(struct cli_fragments *fragments, const struct tt_segment *segment)
{
    if (!segment->tcp_first_fragment)
        return;
    fragments->first[fragments->next++ % CLI_FRAGMENTS_MAX] =
        (struct cli_fragment){segment->src_addr, segment->dst_addr, segment->ip_id, segment->ip_version};
}

static bool same(const struct cli_fragment *first, const struct tt_segment *segment)
{
    return first->ip_version == segment->ip_version && first->ip_id == segment->ip_id &&
           memcmp(&first->src_addr, &segment->src_addr, sizeof first->src_addr) == 0 &&
           memcmp(&first->dst_addr, &segment->dst_addr, sizeof first->dst_addr) == 0;
}

bool cli_fragments_belongs(const struct cli_fragments *fragments, const struct tt_segment *segment)
{
    for (unsigned i = 0; i < CLI_FRAGMENTS_MAX; i++)
        if (same(&fragments->first[i], segment))
            return true;
    return false;
}
