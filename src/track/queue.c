/* SPDX-License-Identifier: BSD-2-Clause */
/* queue.c - records in the order of time; and all of them in the order of their ids, which needs no memory either. */
#include "track/queue.h"

void queue_put(struct queue *queue, struct tracked *tracked, tt_ns now)
{
    tracked->queued_at = now;
    tracked->newer = NULL;
    tracked->older = queue->newest;
    if (queue->newest)
        queue->newest->newer = tracked;
    else
        queue->oldest = tracked;
    queue->newest = tracked;
    queue->count++;
}

void queue_take(struct queue *queue, struct tracked *tracked)
{
    if (tracked->older)
        tracked->older->newer = tracked->newer;
    else
        queue->oldest = tracked->newer;
    if (tracked->newer)
        tracked->newer->older = tracked->older;
    else
        queue->newest = tracked->older;
    queue->count--;
}

static struct tracked *merge(struct tracked *a, struct tracked *b)
{
    struct tracked *first = NULL, **end = &first;

    while (a && b) {
        struct tracked **lower = a->conn.id < b->conn.id ? &a : &b;

        *end = *lower;
        end = &(*lower)->newer;
        *lower = *end;
    }
    *end = a ? a : b;
    return first;
}

/* 2^32 records at most. */
#define RUNS 32

/* A merge sort from below: runs[i] is a sorted chain of 2^i records, or none. */
static struct tracked *sort(struct tracked *chain)
{
    struct tracked *runs[RUNS] = {0};

    while (chain) {
        struct tracked *run = chain;
        unsigned i = 0;

        chain = chain->newer;
        run->newer = NULL;
        for (; i < RUNS - 1 && runs[i]; i++) {
            run = merge(runs[i], run);
            runs[i] = NULL;
        }
        runs[i] = merge(runs[i], run);
    }
    for (unsigned i = 1; i < RUNS; i++)
        runs[i] = merge(runs[i - 1], runs[i]);
    return runs[RUNS - 1];
}

struct tracked *queue_by_id(struct queue *a, struct queue *b)
{
    struct tracked *all = merge(sort(a->oldest), sort(b->oldest));

    *a = *b = (struct queue){0};
    return all;
}
