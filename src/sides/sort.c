/* SPDX-License-Identifier: BSD-2-Clause */
/* sort.c - heapsort (Williams, Floyd), for items and for numbers. */
#include "sides/sort.h"

static int item_lt(const struct sort_item *a, const struct sort_item *b)
{
    return a->key != b->key ? a->key < b->key : a->tag < b->tag;
}

static void sink_item(struct sort_item *items, size_t at, size_t n)
{
    struct sort_item item = items[at];

    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && item_lt(&items[child], &items[child + 1]))
            child++;
        if (!item_lt(&item, &items[child]))
            break;
        items[at] = items[child];
    }
    items[at] = item;
}

void sort_items(struct sort_item *items, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sink_item(items, i, n);
    for (size_t last = n; last-- > 1;) {
        struct sort_item top = items[0];
        items[0] = items[last];
        items[last] = top;
        sink_item(items, 0, last);
    }
}

static void sink_number(int64_t *numbers, size_t at, size_t n)
{
    int64_t number = numbers[at];

    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && numbers[child] < numbers[child + 1])
            child++;
        if (number >= numbers[child])
            break;
        numbers[at] = numbers[child];
    }
    numbers[at] = number;
}

void sort_numbers(int64_t *numbers, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sink_number(numbers, i, n);
    for (size_t last = n; last-- > 1;) {
        int64_t top = numbers[0];
        numbers[0] = numbers[last];
        numbers[last] = top;
        sink_number(numbers, 0, last);
    }
}
