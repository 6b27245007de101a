/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sock_destroy.c - destroying sockets, and proving that they are gone.
 *
 * For each socket two requests go out together: SOCK_DESTROY, which the kernel answers only when it fails, and a look-up by cookie,
 * which it always answers, with the socket or with ENOENT.  A batch of them is one send().
 *
 * ENOENT is not believed alone.  The kernel finds a socket by its addresses and then compares the cookie, so that it says ENOENT
 * of a listener that is there when another one shares its port: what is said to have been gone is looked for in the whole table.
 */
#include "io/sock_diag.h"

#include "io/error.h"

#include <assert.h>
#include <errno.h>

/*
 * Pairs of requests in one batch.  All answers wait in the receive buffer until they are read, the largest of them, a socket that
 * is there, takes 4.5 KiB of it: with Linux's default of 208 KiB there is room for 47.
 */
#define BATCH 40
/* How often a listener is tried with another peer's port: of k listeners each one is missed with (1 - 1/k) to this power. */
#define STEERS 512

/* ---- one batch ---------------------------------------------------------------------------------------------------------- */

enum presence { PRESENCE_UNKNOWN, GONE, THERE };

struct
try {
    int error; /* of SOCK_DESTROY, an errno; 0: it succeeded, or nothing was heard */
    enum presence presence;
    int look_error; /* of the look-up when it failed */
};

struct batch {
    struct tt_sockets *sockets;
    uint32_t first_seq; /* of try i: + 2 i for SOCK_DESTROY, one more for the look-up */
    size_t n, answered;
    struct try try[BATCH];
};

static void take(struct batch *batch, const struct tt_diag_answer *answer)
{
    uint32_t i = answer->seq - batch->first_seq;
    struct try *try;

    if (i >= 2 * batch->n)
        return;
    try = &batch->try[i / 2];
    if (i % 2 == 0) {
        if (answer->kind == TT_DIAG_ERROR)
            try->error = answer->error;
        return;
    }
    if (try->presence != PRESENCE_UNKNOWN || try->look_error)
        return;
    if (answer->kind == TT_DIAG_ERROR && answer->error == ENOENT)
        try->presence = GONE;
    else if (answer->kind == TT_DIAG_ERROR)
        try->look_error = answer->error ? answer->error : EBADMSG;
    else
        try->presence = THERE; /* whatever it looks like */
    batch->answered++;
}

static int read_answers(struct batch *batch, struct tt_error *ret_error)
{
    while (batch->answered < batch->n) {
        int n = tt_diag_receive(batch->sockets, ret_error);
        struct tt_diag_answer answer;
        size_t at = 0;
        int got;

        if (n < 0)
            return n;
        while ((got = tt_diag_next(batch->sockets->buffer, (size_t)n, &at, &answer)) == 1)
            take(batch, &answer);
        if (got < 0)
            return tt_fail(ret_error, got, "sock_diag: an answer that is damaged at octet %zu of %d", at, n);
    }
    return 0;
}

/* The look-up of the last is answered last, so that nothing is left unread. */
static int run(struct batch *batch, struct tt_sockets *sockets, const struct tt_socket *socket, size_t n,
               struct tt_error *ret_error)
{
    uint8_t requests[BATCH * 2 * TT_DIAG_REQUEST_OCTETS];
    uint8_t *at = requests;

    assert(n <= BATCH);
    *batch = (struct batch){.sockets = sockets, .first_seq = sockets->seq + 1, .n = n};
    for (size_t i = 0; i < n; i++) {
        tt_diag_put_one(at, ++sockets->seq, TT_DIAG_DESTROY, &socket[i]);
        tt_diag_put_one(at + TT_DIAG_REQUEST_OCTETS, ++sockets->seq, TT_DIAG_LOOK_UP, &socket[i]);
        at += 2 * TT_DIAG_REQUEST_OCTETS;
    }
    int err = tt_diag_send(sockets, requests, (size_t)(at - requests), ret_error);
    return err ? err : read_answers(batch, ret_error);
}

/* ---- what it means ------------------------------------------------------------------------------------------------------ */

static enum tt_destroyed verdict(const struct try *try)
{
    if (try->presence == GONE)
        return try->error ? TT_DESTROYED_GONE : TT_DESTROYED;
    switch (try->error) {
    case 0:
        return try->presence == THERE ? TT_DESTROYED_STILL_THERE : TT_DESTROYED_FAILED;
    case EPERM:
    case EACCES:
        return TT_DESTROYED_NO_RIGHTS;
    case EOPNOTSUPP:
        return TT_DESTROYED_NO_SUPPORT;
    default:
        return TT_DESTROYED_FAILED;
    }
}

static bool is_gone(enum tt_destroyed destroyed)
{
    return destroyed == TT_DESTROYED || destroyed == TT_DESTROYED_GONE;
}

static void explain(enum tt_destroyed destroyed, const struct try *try, const struct tt_socket *socket, struct tt_error *ret_error)
{
    int number = try->error ? try->error : try->look_error;

    switch (destroyed) {
    case TT_DESTROYED:
    case TT_DESTROYED_GONE:
        break;
    case TT_DESTROYED_NO_RIGHTS:
        (void)tt_fail(
            ret_error, TT_ERR_RIGHTS,
            "destroying a socket needs CAP_NET_ADMIN in the user namespace that owns its network namespace: run as root, or "
            "give the program the right with setcap cap_net_admin+ep");
        break;
    case TT_DESTROYED_NO_SUPPORT:
        (void)tt_fail(ret_error, TT_ERR_SYSTEM, "this kernel was built without CONFIG_INET_DIAG_DESTROY: it destroys no sockets");
        break;
    case TT_DESTROYED_STILL_THERE:
        (void)tt_fail(ret_error, TT_ERR_SYSTEM, "the kernel says that it destroyed the socket, which is there all the same, in %s",
                      tt_socket_state_word((unsigned)socket->state));
        break;
    case TT_DESTROYED_FAILED:
        (void)tt_fail_errno(ret_error, number ? number : EBADMSG, "destroying a socket in %s%s",
                            tt_socket_state_word((unsigned)socket->state),
                            number == EINVAL && socket->state == TT_SOCKET_LISTEN ? " (of MPTCP it cannot be)" : "");
        break;
    }
}

/* ---- listeners that share a port ---------------------------------------------------------------------------------------- */

/*
 * Of listeners that share a port the kernel picks one by a hash over both ends, and then finds that the cookie is another's.  The
 * peer's end of a listener means nothing, so that ports are tried until the hash falls on the right one.
 */
static int steer(struct tt_sockets *sockets, const struct tt_socket *listener, struct try *ret, struct tt_error *ret_error)
{
    struct tt_socket aimed = *listener;
    struct batch batch;

    for (unsigned i = 1; i <= STEERS; i++) {
        aimed.peer.port = (uint16_t)i;
        int err = run(&batch, sockets, &aimed, 1, ret_error);
        if (err)
            return err;
        *ret = batch.try[0];
        if (ret->error != ENOENT)
            return 0;
    }
    return 0;
}

/* What is said to have been gone, and has its cookie in the table all the same. */
static int try_again(struct tt_sockets *sockets, const struct tt_socket *found, enum tt_destroyed *ret, struct tt_error *ret_error)
{
    struct try try = {.error = ENOENT, .presence = THERE};

    if (found->state == TT_SOCKET_LISTEN) {
        int err = steer(sockets, found, &try, ret_error);
        if (err)
            return err;
        if (try.error == ENOENT)
            try.presence = THERE;
    }
    *ret = verdict(&try);
    if (!is_gone(*ret) && ret_error && !ret_error->code)
        explain(*ret, &try, found, ret_error);
    return 0;
}

static int confirm(struct tt_sockets *sockets, const struct tt_socket *socket, size_t n, enum tt_destroyed *ret,
                   struct tt_error *ret_error)
{
    struct tt_socket_list list;
    int err = tt_diag_dump(sockets, UINT32_MAX, &list, ret_error);

    if (err)
        return err;
    for (size_t i = 0; i < n && !err; i++) {
        const struct tt_socket *found = ret[i] == TT_DESTROYED_GONE ? tt_socket_list_find(&list, socket[i].cookie) : NULL;

        if (found)
            err = try_again(sockets, found, &ret[i], ret_error);
    }
    tt_socket_list_done(&list, sockets->alloc);
    return err;
}

/* ---- all ---------------------------------------------------------------------------------------------------------------- */

int tt_sockets_destroy_all(struct tt_sockets *sockets, const struct tt_socket *socket, size_t n, enum tt_destroyed *ret,
                           struct tt_error *ret_error)
{
    bool any_was_gone = false;
    int gone = 0;

    if (ret_error)
        ret_error->code = 0;
    for (size_t from = 0; from < n; from += BATCH) {
        size_t here = n - from < BATCH ? n - from : BATCH;
        struct batch batch;
        int err = run(&batch, sockets, socket + from, here, ret_error);

        if (err)
            return err;
        for (size_t i = 0; i < here; i++) {
            ret[from + i] = verdict(&batch.try[i]);
            any_was_gone |= ret[from + i] == TT_DESTROYED_GONE;
            if (ret_error && !ret_error->code)
                explain(ret[from + i], &batch.try[i], &socket[from + i], ret_error);
        }
    }
    int err = any_was_gone ? confirm(sockets, socket, n, ret, ret_error) : 0;
    for (size_t i = 0; i < n; i++)
        gone += is_gone(ret[i]);
    return err ? err : gone;
}

enum tt_destroyed tt_sockets_destroy(struct tt_sockets *sockets, const struct tt_socket *socket, struct tt_error *ret_error)
{
    enum tt_destroyed destroyed = TT_DESTROYED_FAILED;

    return tt_sockets_destroy_all(sockets, socket, 1, &destroyed, ret_error) < 0 ? TT_DESTROYED_FAILED : destroyed;
}
