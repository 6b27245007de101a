/* SPDX-License-Identifier: BSD-2-Clause */
/* explain.h - one explanation: what a thing is, when it is worth explaining, and what it was in this connection. */
#ifndef TCPTALE_TELL_EXPLAIN_H
#define TCPTALE_TELL_EXPLAIN_H

#include "tell/tale.h"

struct explanation {
    const char *term;
    const char *rfc;
    const char *means;
    /* When it applies: the first of these that is set. */
    bool (*applies)(const struct tt_conn *conn, const struct tt_verdict *verdict);
    enum tt_has has;   /* either end offers the option */
    enum tt_flag flag; /* either end sent the flag; the packets with it are shown in any case */
    void (*here)(struct tale *tale);
};

bool tt_explanation_applies(const struct explanation *row, const struct tt_conn *conn, const struct tt_verdict *verdict);
/* All of them, in the order of telling; how many. */
size_t tt_explanations(const struct explanation **ret);

#endif
