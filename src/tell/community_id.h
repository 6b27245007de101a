/* SPDX-License-Identifier: BSD-2-Clause */
/* community_id.h - the name of a flow that several tools agree on. */
#ifndef TCPTALE_COMMUNITY_ID_H
#define TCPTALE_COMMUNITY_ID_H

#include <tcptale/base.h>

#define TT_COMMUNITY_ID_OCTETS 30 /* "1:" and 28 of base64 */

/* Community ID version 1, seed 0, of a TCP connection; the same in whichever order the ends are given.  No NUL behind it. */
void tt_community_id(const struct tt_endpoint *a, const struct tt_endpoint *b, char ret[TT_COMMUNITY_ID_OCTETS]);

#endif
