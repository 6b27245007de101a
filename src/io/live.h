/* SPDX-License-Identifier: BSD-2-Clause */
/* live.h - frames of an interface: what capture.c needs of libpcap, and nothing of libpcap's own. */
#ifndef TCPTALE_IO_LIVE_H
#define TCPTALE_IO_LIVE_H

#include "io/error.h"

struct tt_live;

/* The name of the interface that -i names, or the first; *ret is owned, a string of its own length. */
int tt_live_name(const char *wanted, const struct tt_alloc *alloc, char **ret, struct tt_error *ret_error);

int tt_live_open(const char *name, const struct tt_live_options *options, const struct tt_alloc *alloc, struct tt_live **ret,
                 struct tt_error *ret_error);
void tt_live_free(struct tt_live *live, const struct tt_alloc *alloc);

/* The next frame, but for its number: 1, TT_ERR_INTERRUPTED, or TT_ERR_SYSTEM with libpcap's words, a view until the next call. */
int tt_live_next(struct tt_live *live, struct tt_frame *ret, const char **ret_words);
void tt_live_interrupt(struct tt_live *live);

uint32_t tt_live_link(const struct tt_live *live);
uint32_t tt_live_snap(const struct tt_live *live);
bool tt_live_is_nano(const struct tt_live *live);
uint64_t tt_live_dropped(const struct tt_live *live); /* UINT64_MAX: not known */

#endif
