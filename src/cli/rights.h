/* SPDX-License-Identifier: BSD-2-Clause */
/* rights.h - giving up rights before the first packet is looked at. */
#ifndef TCPTALE_CLI_RIGHTS_H
#define TCPTALE_CLI_RIGHTS_H

#include <tcptale/io.h>

/*
 * After an interface was opened: drops every capability and, as root, becomes `user` (NULL: tcpdump, or nobody where there is no
 * such user; "root" stays).  TT_ERR_RIGHTS when that is not possible: packets are not read then.
 */
int cli_rights_drop_live(const char *user, struct tt_error *ret_error);
/* After a file was opened: drops every capability, as far as possible; the user stays, whose files it may be. */
void cli_rights_drop_file(void);

#endif
