/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * histogram.h - quartiles of many values in 2 KB: eight buckets for each power of two, so that a quartile is at most an
 * eighth too large.
 */
#ifndef TCPTALE_HISTOGRAM_H
#define TCPTALE_HISTOGRAM_H

#include <stdint.h>

#define TT_HISTOGRAM_BUCKETS 496 /* the highest is that of UINT64_MAX */

struct tt_histogram {
    uint64_t total, highest;
    uint32_t buckets[TT_HISTOGRAM_BUCKETS];
};

void tt_histogram_add(struct tt_histogram *histogram, uint64_t value);
/* The value that a quarter, times `quarters` (1 to 3), of all values do not exceed, or up to an eighth more; 0 without values. */
uint64_t tt_histogram_quartile(const struct tt_histogram *histogram, unsigned quarters);

#endif
