/* SPDX-License-Identifier: BSD-2-Clause */
/* site.h - addresses that are not routed over the Internet. */
#ifndef TCPTALE_SITE_H
#define TCPTALE_SITE_H

#include <tcptale/base.h>

/* Of the IANA registries of special-purpose addresses (RFC 6890), those that no host outside can have. */
bool tt_is_private(const struct tt_addr *addr, unsigned ip_version);

#endif
