/* SPDX-License-Identifier: BSD-2-Clause */
/* sock_diag.h - what the files about the host's sockets share: the link to the kernel, its messages, a list of sockets. */
#ifndef TCPTALE_IO_SOCK_DIAG_H
#define TCPTALE_IO_SOCK_DIAG_H

#include <tcptale/sockets.h>

/* Linux fills at most 32 KiB of a dump into one message (netlink_dump). */
#define TT_DIAG_BUFFER_OCTETS 32768

/* ---- messages: sock_message.c ------------------------------------------------------------------------------------------- */

/* One request: the header and an inet_diag_req_v2, both multiples of 4 octets. */
#define TT_DIAG_REQUEST_OCTETS 72

enum tt_diag_request { TT_DIAG_LOOK_UP, TT_DIAG_DESTROY };

enum tt_diag_kind {
    TT_DIAG_SOCKET,
    TT_DIAG_ERROR, /* or with error 0 an acknowledgement */
    TT_DIAG_DONE,  /* the end of a dump; with an error when it failed half-way */
    TT_DIAG_OTHER  /* nothing that was asked for */
};

struct tt_diag_answer {
    enum tt_diag_kind kind;
    uint32_t seq;
    int error;        /* an errno, or 0 */
    bool interrupted; /* the table changed below the dump: NLM_F_DUMP_INTR */
    struct tt_socket socket;
};

/* All sockets of a family (AF_INET or AF_INET6) in these states. */
void tt_diag_put_dump(uint8_t at[TT_DIAG_REQUEST_OCTETS], uint32_t seq, uint8_t family, uint32_t states);
/* The one socket with this cookie. */
void tt_diag_put_one(uint8_t at[TT_DIAG_REQUEST_OCTETS], uint32_t seq, enum tt_diag_request request,
                     const struct tt_socket *socket);

/*
 * The next message of what the kernel sent: n octets, aligned to 4; *at, 0 at first, moves on.  Returns 1 a message, 0 the end,
 * TT_ERR_FORMAT when the rest is no message.
 */
int tt_diag_next(const void *octets, size_t n, size_t *at, struct tt_diag_answer *ret);

/* ---- the link: sock_diag.c ---------------------------------------------------------------------------------------------- */

struct tt_sockets {
    const struct tt_alloc *alloc;
    int fd;
    uint32_t seq; /* of the last request */
    _Alignas(8) uint8_t buffer[TT_DIAG_BUFFER_OCTETS];
};

/* On an open file descriptor, which is owned from then on, also on failure. */
int tt_sockets_on(int fd, const struct tt_alloc *alloc, struct tt_sockets **ret, struct tt_error *ret_error);

int tt_diag_send(const struct tt_sockets *sockets, const uint8_t *octets, size_t n, struct tt_error *ret_error);
/*
 * Waits for what comes next, into sockets->buffer: how many octets, or a TT_ERR_; TT_ERR_LIMIT when the kernel had no room for all
 * its answers, so that some are lost.
 */
int tt_diag_receive(struct tt_sockets *sockets, struct tt_error *ret_error);

/* Sockets in the order of their cookies, each once. */
struct tt_socket_list {
    struct tt_socket *item;
    size_t n, capacity;
};

/* Both families; freed with tt_socket_list_done(). */
int tt_diag_dump(struct tt_sockets *sockets, uint32_t states, struct tt_socket_list *ret, struct tt_error *ret_error);
void tt_socket_list_done(struct tt_socket_list *list, const struct tt_alloc *alloc);
const struct tt_socket *tt_socket_list_find(const struct tt_socket_list *list, uint64_t cookie);

/* ---- network namespaces: netns.c ---------------------------------------------------------------------------------------- */

/* A netlink socket of sock_diag in the namespace that `netns` names, NULL for the caller's: a file descriptor, or a TT_ERR_. */
int tt_netns_open_diag(const char *netns, struct tt_error *ret_error);

#endif
