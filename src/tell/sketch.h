/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sketch.h - who has most, of more names than are remembered: space-saving counters (Metwally, Agrawal, El Abbadi, 2005).
 *
 * A name that is not remembered takes the place of the smallest one and begins with its count, so that a count is never too small,
 * and too large by at most `error`.  The names are spread over sets of eight by a keyed hash and compete inside their set only:
 * an addition looks at eight counters, whatever the number of names.  A set's error is at most an eighth of what was added to it.
 */
#ifndef TCPTALE_SKETCH_H
#define TCPTALE_SKETCH_H

#include <tcptale/base.h>

#define TT_SKETCH_WAYS 8

/* What is counted: an address (port 0), or a port of any address (ip_version 0).  At least count - error, at most count. */
struct tt_counter {
    struct tt_endpoint name;
    uint32_t tag; /* of the name's hash: so that few others are compared */
    uint64_t count, error;
};

struct tt_sketch {
    const struct tt_alloc *alloc;
    struct tt_counter *counters; /* sets * TT_SKETCH_WAYS */
    uint32_t sets;               /* a power of two */
    uint64_t key[2];
    bool replaced; /* counts are estimates from here on */
};

/* 0 or TT_ERR_NOMEM.  Done with tt_sketch_done(). */
int tt_sketch_init(struct tt_sketch *sketch, const struct tt_alloc *alloc, uint32_t sets);
void tt_sketch_done(struct tt_sketch *sketch);
void tt_sketch_add(struct tt_sketch *sketch, const struct tt_endpoint *name, uint64_t count);
/* Those that have most for certain, in that order; of equals the smaller name first.  How many there are, at most n. */
unsigned tt_sketch_top(const struct tt_sketch *sketch, const struct tt_counter **ret, unsigned n);

#endif
