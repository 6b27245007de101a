/* SPDX-License-Identifier: BSD-2-Clause */
/* sort.h - sorting in place, without memory and without a worst case: the keys are a peer's. */
#ifndef TCPTALE_SIDES_SORT_H
#define TCPTALE_SIDES_SORT_H

#include <stddef.h>
#include <stdint.h>

struct sort_item {
    uint64_t key;
    uint32_t tag; /* equal keys stand in the order of their tags */
    uint32_t value;
};

/* Heapsort, ascending. */
void sort_items(struct sort_item *items, size_t n);
void sort_numbers(int64_t *numbers, size_t n);

#endif
