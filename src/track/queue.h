/* SPDX-License-Identifier: BSD-2-Clause */
/* queue.h - records in the order of time, through their own pointers. */
#ifndef TCPTALE_QUEUE_H
#define TCPTALE_QUEUE_H

#include "track/tracked.h"

struct queue {
    struct tracked *oldest, *newest;
    uint32_t count;
};

void queue_put(struct queue *queue, struct tracked *tracked, tt_ns now);
void queue_take(struct queue *queue, struct tracked *tracked);
/* Empties both queues; the records chained by `newer`, in the order of their ids. */
struct tracked *queue_by_id(struct queue *a, struct queue *b);

#endif
