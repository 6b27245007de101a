/* SPDX-License-Identifier: BSD-2-Clause */
/* dialogue_verdict.h - what dialogue.c asks dialogue_verdict.c: expectations of a verdict, its evidence, and the resets. */
#ifndef TCPTALE_DIALOGUE_VERDICT_H
#define TCPTALE_DIALOGUE_VERDICT_H

#include "dialogue.h"

/* A number in a record, by name. */
struct fact {
    const char *name;
    size_t offset, octets;
};

bool dialogue_fact_value(const struct fact *facts, size_t count, const void *base, const char *name, size_t n, uint64_t *ret);

/* Fails the test when the verdict contradicts itself, or a sentence of its evidence has a place that nothing fills. */
void dialogue_check_verdict(const struct dialogue *d, const struct tt_verdict *v);
/* "*sign@7/name=value" or "!sign"; prints why it does not. */
bool dialogue_holds_evidence(const struct tt_verdict *v, const char *row, const char *word);
/* "sign,sign" */
bool dialogue_holds_signs(const struct tt_verdict *v, const char *row, const char *wanted);
/* "r1.position", "after.s.goes_on", "resets"; false: there is no such fact. */
bool dialogue_reset_fact(const struct tt_resets *resets, const char *word, size_t n, uint64_t *ret);

#endif
