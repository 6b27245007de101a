/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * histogram.c - a logarithmic histogram.  Values below 8 have a bucket each; above, a value's bucket is its highest bit and the
 * three bits behind that.
 */
#include "tell/histogram.h"

static unsigned bucket_of(uint64_t value)
{
    if (value < 8)
        return (unsigned)value;

    unsigned shift = 60u - (unsigned)__builtin_clzll(value);
    return 8 * shift + (unsigned)(value >> shift);
}

/* The highest value of a bucket. */
static uint64_t highest_of(unsigned bucket)
{
    if (bucket < 8)
        return bucket;

    unsigned shift = bucket / 8 - 1;
    return ((uint64_t)(bucket - 8 * shift) << shift) + ((UINT64_C(1) << shift) - 1);
}

void tt_histogram_add(struct tt_histogram *histogram, uint64_t value)
{
    histogram->total++;
    if (value > histogram->highest)
        histogram->highest = value;
    histogram->buckets[bucket_of(value)]++;
}

uint64_t tt_histogram_quartile(const struct tt_histogram *histogram, unsigned quarters)
{
    uint64_t wanted = (histogram->total * quarters + 3) / 4, seen = 0;

    for (unsigned i = 0; i < TT_HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen && seen >= wanted)
            return highest_of(i) < histogram->highest ? highest_of(i) : histogram->highest;
    }
    return 0;
}
