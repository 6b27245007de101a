/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sock_diag.c - the link to the kernel's sock_diag, and dumps of its TCP sockets.
 *
 * A dump is kept whole before anybody sees it: one that was interrupted is asked for again, whoever looks at a socket may ask for
 * more over the same link, and a socket that moved within the kernel's table during the dump, and so came twice, is given once.
 */
#include "io/sock_diag.h"

#include "io/error.h"
#include "io/grow.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Times that a dump is asked for again when the table changed below it. */
#define TRIES 8
/* Far longer than a kernel takes; it answers before send() returns. */
#define PATIENCE_S 30

/* ---- the link ----------------------------------------------------------------------------------------------------------- */

int tt_sockets_on(int fd, const struct tt_alloc *alloc, struct tt_sockets **ret, struct tt_error *ret_error)
{
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    struct tt_sockets *sockets = tt_get(alloc, sizeof *sockets);

    if (!sockets) {
        (void)close(fd);
        return tt_fail(ret_error, TT_ERR_NOMEM, "sockets: out of memory");
    }
    sockets->alloc = alloc;
    sockets->fd = fd;
    sockets->seq = 0;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    *ret = sockets;
    return 0;
}

int tt_sockets_open(const char *netns, const struct tt_alloc *alloc, struct tt_sockets **ret, struct tt_error *ret_error)
{
    int fd = tt_netns_open_diag(netns, ret_error);

    return fd < 0 ? fd : tt_sockets_on(fd, alloc, ret, ret_error);
}

void tt_sockets_close(struct tt_sockets *sockets)
{
    if (!sockets)
        return;
    (void)close(sockets->fd);
    tt_give(sockets->alloc, sockets, sizeof *sockets);
}

int tt_diag_send(const struct tt_sockets *sockets, const uint8_t *octets, size_t n, struct tt_error *ret_error)
{
    ssize_t sent;

    do
        sent = send(sockets->fd, octets, n, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)n ? 0 : tt_fail_errno(ret_error, sent < 0 ? errno : EMSGSIZE, "sock_diag: asking the kernel");
}

/* Only the kernel has port 0. */
static bool is_from_kernel(const struct msghdr *message)
{
    const struct sockaddr_nl *from = message->msg_name;

    return message->msg_namelen < sizeof *from || from->nl_family != AF_NETLINK || from->nl_pid == 0;
}

int tt_diag_receive(struct tt_sockets *sockets, struct tt_error *ret_error)
{
    struct sockaddr_nl from = {0};
    struct iovec room = {sockets->buffer, sizeof sockets->buffer};

    for (;;) {
        struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &room, .msg_iovlen = 1};
        ssize_t got = recvmsg(sockets->fd, &message, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == ENOBUFS)
            return tt_fail(ret_error, TT_ERR_LIMIT, "sock_diag: the kernel's answers were lost: no room in the socket's buffer");
        if (got <= 0)
            return tt_fail_errno(ret_error, got < 0 ? errno : EPIPE, "sock_diag: the kernel's answer");
        if (!is_from_kernel(&message))
            continue;
        if (message.msg_flags & MSG_TRUNC)
            return tt_fail(ret_error, TT_ERR_FORMAT, "sock_diag: an answer of more than %d octets", TT_DIAG_BUFFER_OCTETS);
        return (int)got;
    }
}

/* ---- lists -------------------------------------------------------------------------------------------------------------- */

static int add(struct tt_socket_list *list, const struct tt_alloc *alloc, const struct tt_socket *socket)
{
    struct tt_socket *grown = tt_grow(alloc, list->item, list->n, &list->capacity, sizeof *socket);

    if (!grown)
        return TT_ERR_NOMEM;
    list->item = grown;
    list->item[list->n++] = *socket;
    return 0;
}

void tt_socket_list_done(struct tt_socket_list *list, const struct tt_alloc *alloc)
{
    tt_give(alloc, list->item, list->capacity * sizeof *list->item);
    *list = (struct tt_socket_list){0};
}

static int by_cookie(const void *left, const void *right)
{
    const struct tt_socket *a = left, *b = right;

    return (a->cookie > b->cookie) - (a->cookie < b->cookie);
}

static void sort_and_unite(struct tt_socket_list *list)
{
    size_t kept = 0;

    if (list->n == 0)
        return;
    qsort(list->item, list->n, sizeof *list->item, by_cookie);
    for (size_t i = 1; i < list->n; i++)
        if (list->item[i].cookie != list->item[kept].cookie)
            list->item[++kept] = list->item[i];
    list->n = kept + 1;
}

const struct tt_socket *tt_socket_list_find(const struct tt_socket_list *list, uint64_t cookie)
{
    const struct tt_socket wanted = {.cookie = cookie};

    return list->n ? bsearch(&wanted, list->item, list->n, sizeof *list->item, by_cookie) : NULL;
}

/* ---- dumps -------------------------------------------------------------------------------------------------------------- */

struct dump {
    struct tt_sockets *sockets;
    struct tt_socket_list list;
    bool done, interrupted;
    int failed; /* the first failure, which must not keep the rest from being read: the link could not be used again */
};

static int refused(int error, struct tt_error *ret_error)
{
    if (error == ENOENT)
        return tt_fail(ret_error, TT_ERR_SYSTEM,
                       "sock_diag: the kernel cannot list TCP sockets (\"modprobe tcp_diag\", or CONFIG_INET_TCP_DIAG is missing)");
    return tt_fail_errno(ret_error, error, "sock_diag: listing TCP sockets");
}

static void take(struct dump *dump, const struct tt_diag_answer *answer, struct tt_error *ret_error)
{
    if (answer->seq != dump->sockets->seq)
        return;
    dump->interrupted |= answer->interrupted;
    if (answer->kind == TT_DIAG_SOCKET && !dump->failed && add(&dump->list, dump->sockets->alloc, &answer->socket) != 0)
        dump->failed = tt_fail(ret_error, TT_ERR_NOMEM, "sock_diag: out of memory for %zu sockets", dump->list.n + 1);
    if (answer->kind != TT_DIAG_DONE && answer->kind != TT_DIAG_ERROR)
        return;
    dump->done = true;
    if (answer->error && !dump->failed)
        dump->failed = refused(answer->error, ret_error);
}

static int read_dump(struct dump *dump, struct tt_error *ret_error)
{
    while (!dump->done) {
        int n = tt_diag_receive(dump->sockets, ret_error);
        struct tt_diag_answer answer;
        size_t at = 0;
        int got;

        if (n < 0)
            return n;
        while ((got = tt_diag_next(dump->sockets->buffer, (size_t)n, &at, &answer)) == 1)
            take(dump, &answer, ret_error);
        if (got < 0)
            return tt_fail(ret_error, got, "sock_diag: an answer that is damaged at octet %zu of %d", at, n);
    }
    return dump->failed;
}

/* Adds one family's sockets. */
static int dump_family(struct dump *dump, uint8_t family, uint32_t states, struct tt_error *ret_error)
{
    size_t before = dump->list.n;

    for (int i = 0; i < TRIES; i++) {
        uint8_t request[TT_DIAG_REQUEST_OCTETS];

        dump->list.n = before;
        dump->done = dump->interrupted = false;
        tt_diag_put_dump(request, ++dump->sockets->seq, family, states);
        int err = tt_diag_send(dump->sockets, request, sizeof request, ret_error);
        if (!err)
            err = read_dump(dump, ret_error);
        if (err || !dump->interrupted)
            return err;
    }
    return tt_fail(ret_error, TT_ERR_LIMIT, "sock_diag: the sockets changed during each of %d listings", TRIES);
}

int tt_diag_dump(struct tt_sockets *sockets, uint32_t states, struct tt_socket_list *ret, struct tt_error *ret_error)
{
    struct dump dump = {.sockets = sockets};
    int err = dump_family(&dump, AF_INET, states, ret_error);

    if (!err)
        err = dump_family(&dump, AF_INET6, states, ret_error);
    if (err) {
        tt_socket_list_done(&dump.list, sockets->alloc);
        return err;
    }
    sort_and_unite(&dump.list);
    *ret = dump.list;
    return 0;
}

int tt_sockets_each(struct tt_sockets *sockets, uint32_t states, int (*each)(void *ctx, const struct tt_socket *socket), void *ctx,
                    struct tt_error *ret_error)
{
    struct tt_socket_list list;
    int result = tt_diag_dump(sockets, states, &list, ret_error);

    if (result)
        return result;
    for (size_t i = 0; i < list.n && result == 0; i++)
        result = each(ctx, &list.item[i]);
    tt_socket_list_done(&list, sockets->alloc);
    return result;
}
