/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * order.c - finished connections back in the order of their numbers: a ring with a slot for each number of the window.
 *
 * Invariant: slots hold only numbers from `next` to `next` + CLI_ORDER_WINDOW - 1, each in slot number % CLI_ORDER_WINDOW; all
 * below `next` have been emitted, skipped or given up.
 */
#include "cli/order.h"

#include <stdlib.h>

#include <tcptale/io.h>

#include "base/memory.h"

struct slot {
    struct tt_conn *conn; /* of the slab; NULL: open yet, or skipped */
    bool skipped;
};

struct cli_order {
    struct slot slots[CLI_ORDER_WINDOW];
    uint64_t next;
    uint64_t last; /* the highest number that has come */
    struct tt_slab slab;
    void (*emit)(void *ctx, struct tt_conn *conn);
    void *ctx;
};

int cli_order_new(void (*emit)(void *ctx, struct tt_conn *conn), void *ctx, struct cli_order **ret)
{
    struct cli_order *order = calloc(1, sizeof *order);

    if (!order)
        return TT_ERR_NOMEM;
    order->next = 1;
    order->emit = emit;
    order->ctx = ctx;
    tt_slab_init(&order->slab, tt_system_alloc(), sizeof(struct tt_conn), 256);
    *ret = order;
    return 0;
}

static struct slot *slot_of(struct cli_order *order, uint64_t id)
{
    return &order->slots[id % CLI_ORDER_WINDOW];
}

/* Moves on by one number, whether it has come or not. */
static void advance(struct cli_order *order)
{
    struct slot *slot = slot_of(order, order->next);

    if (slot->conn) {
        order->emit(order->ctx, slot->conn);
        tt_conn_drop(slot->conn, tt_system_alloc());
        tt_slab_give(&order->slab, slot->conn);
    }
    *slot = (struct slot){0};
    order->next++;
}

static void emit_ready(struct cli_order *order)
{
    while (slot_of(order, order->next)->conn || slot_of(order, order->next)->skipped)
        advance(order);
}

/* Makes the window reach `id`; false when it has already passed it. */
static bool reach(struct cli_order *order, uint64_t id)
{
    if (id < order->next)
        return false;
    while (id - order->next >= CLI_ORDER_WINDOW)
        advance(order);
    if (id > order->last)
        order->last = id;
    return true;
}

static int emit_copy(struct cli_order *order, const struct tt_conn *conn)
{
    struct tt_conn copy = *conn;

    order->emit(order->ctx, &copy);
    return 0;
}

int cli_order_put(struct cli_order *order, const struct tt_conn *conn)
{
    struct tt_conn *copy;

    if (!reach(order, conn->id))
        return emit_copy(order, conn);
    copy = tt_slab_get(&order->slab);
    if (!copy || tt_conn_keep(conn, tt_system_alloc(), copy) < 0) {
        if (copy)
            tt_slab_give(&order->slab, copy);
        slot_of(order, conn->id)->skipped = true;
        (void)emit_copy(order, conn);
        return TT_ERR_NOMEM;
    }
    slot_of(order, conn->id)->conn = copy;
    emit_ready(order);
    return 0;
}

void cli_order_skip(struct cli_order *order, uint64_t id)
{
    if (reach(order, id)) {
        slot_of(order, id)->skipped = true;
        emit_ready(order);
    }
}

void cli_order_drain(struct cli_order *order)
{
    while (order->next <= order->last)
        advance(order);
}

void cli_order_free(struct cli_order *order)
{
    if (!order)
        return;
    tt_slab_done(&order->slab);
    free(order);
}
