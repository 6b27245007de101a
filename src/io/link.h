/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h - the two numberings of link types: LINKTYPE_, which files hold and struct tt_frame uses, and DLT_, which libpcap's
 * functions take and which differs between systems.
 */
#ifndef TCPTALE_IO_LINK_H
#define TCPTALE_IO_LINK_H

#include <stdint.h>

int tt_dlt_of_link(uint32_t link);
uint32_t tt_link_of_dlt(int dlt);
/* The most octets that libpcap accepts in a captured packet of this link type. */
uint32_t tt_link_snap_max(uint32_t link);
/* The snap length that a reader goes by when a file says `snap_length`: as libpcap does, 0 and absurd ones are the most. */
uint32_t tt_link_snap(uint32_t link, uint32_t snap_length);

#endif
