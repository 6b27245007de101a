/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_state.h - the state of a connection in the words of Zeek's conn.log. */
#ifndef TCPTALE_CONN_STATE_H
#define TCPTALE_CONN_STATE_H

#include <tcptale/track.h>

/* "S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR" or "OTH"; static. */
const char *tt_conn_state(const struct tt_conn *conn);

#endif
