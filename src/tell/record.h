/* SPDX-License-Identifier: BSD-2-Clause */
/* record.h - the record of a connection, for those that add to it. */
#ifndef TCPTALE_RECORD_H
#define TCPTALE_RECORD_H

#include <tcptale/tell.h>

/* The record's object without its closing brace: whoever calls may add keys, then closes it. */
void tt_record_open_json(const struct tt_conn *conn, const struct tt_verdict *verdict, struct tt_text *text);

#endif
