/* SPDX-License-Identifier: BSD-2-Clause */
/* evidence.h - a piece of evidence as a sentence. */
#ifndef TCPTALE_TELL_EVIDENCE_H
#define TCPTALE_TELL_EVIDENCE_H

#include <tcptale/tell.h>

/* tongue NULL: English, as records are. */
void tt_put_evidence(struct tt_text *text, const struct tt_evidence *evidence, const struct tt_tongue *tongue, bool ascii);

#endif
