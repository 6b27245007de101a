/* SPDX-License-Identifier: BSD-2-Clause */
/* names.h - names of ports and hosts, as struct tt_style wants them. */
#ifndef TCPTALE_CLI_NAMES_H
#define TCPTALE_CLI_NAMES_H

#include <tcptale/base.h>

/* The name of a TCP port as /etc/services has it first; NULL.  Read once. */
const char *cli_service_name(void *ctx, uint16_t port);
/* The name of a host by DNS and /etc/hosts, remembered; NULL: it has none. */
const char *cli_host_name(void *ctx, const struct tt_endpoint *endpoint);
/* The name of this machine's interface of an index; NULL: it has none. */
const char *cli_interface_name(void *ctx, uint32_t index);

#endif
