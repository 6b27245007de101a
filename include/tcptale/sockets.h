/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/sockets.h - the TCP sockets of this host: which there are, whose they are, and their destruction.
 *
 * Linux's sock_diag, through libmnl.  A socket is named by its cookie, which the kernel never gives twice, so that a connection
 * that has taken over the same addresses and ports is not hit.
 */
#ifndef TCPTALE_SOCKETS_H
#define TCPTALE_SOCKETS_H

#include <tcptale/io.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* States as `ss` and RFC 9293 section 3.3.2 name them; Linux's numbers. */
#define TT_SOCKET_STATES(X)                                                                                                        \
    X(TT_SOCKET_ESTABLISHED, 1, "established")                                                                                     \
    X(TT_SOCKET_SYN_SENT, 2, "syn-sent")                                                                                           \
    X(TT_SOCKET_SYN_RECV, 3, "syn-recv")                                                                                           \
    X(TT_SOCKET_FIN_WAIT_1, 4, "fin-wait-1")                                                                                       \
    X(TT_SOCKET_FIN_WAIT_2, 5, "fin-wait-2")                                                                                       \
    X(TT_SOCKET_TIME_WAIT, 6, "time-wait")                                                                                         \
    X(TT_SOCKET_CLOSED, 7, "closed")                                                                                               \
    X(TT_SOCKET_CLOSE_WAIT, 8, "close-wait")                                                                                       \
    X(TT_SOCKET_LAST_ACK, 9, "last-ack")                                                                                           \
    X(TT_SOCKET_LISTEN, 10, "listen")                                                                                              \
    X(TT_SOCKET_CLOSING, 11, "closing")

enum tt_socket_state {
#define TT_SOCKET_ENUM(name, value, word) name = (value),
    TT_SOCKET_STATES(TT_SOCKET_ENUM)
#undef TT_SOCKET_ENUM
};

/* "?" when out of range; and the state that a word names ("connected" and other classes of ss are not words), or TT_ERR_FORMAT. */
const char *tt_socket_state_word(unsigned state);
int tt_socket_state_value(const char *word);

struct tt_socket {
    struct tt_endpoint local, peer; /* IPv4-mapped addresses of IPv6 sockets are given as IPv4 */
    enum tt_socket_state state;
    uint64_t cookie;
    uint64_t inode;     /* 0: no descriptor is left (time-wait, orphaned, not accepted yet) */
    uint32_t uid;       /* of its maker; TT_SOCKET_UID_UNKNOWN where the kernel does not know */
    uint32_t interface; /* index that it is bound to; 0: any */
    uint32_t rx_queue;  /* octets received and not read; of a listener the connections that wait */
    uint32_t tx_queue;  /* octets sent and not acknowledged, or not sent; of a listener how many connections may wait */
    int64_t idle_ms;    /* since data was last sent or received, which keep-alives are not; -1: not known */
    int64_t rtt_us;     /* smoothed; -1: not known */
    bool is_mptcp;      /* a subflow */
    bool is_signed;     /* TCP-MD5 (RFC 2385); the kernel does not tell of TCP-AO (RFC 5925) */
    bool kind_is_known; /* asked with CAP_NET_ADMIN: is_mptcp and is_signed are also true when they say no */
    bool ipv6_mapped;   /* an IPv6 socket with IPv4 addresses: sock_diag wants its own family again */
};

#define TT_SOCKET_UID_UNKNOWN UINT32_MAX

/* A connection to sock_diag of one network namespace; freed with tt_sockets_close(). */
struct tt_sockets;

/*
 * Opens sock_diag of the caller's network namespace, or of that which `netns` names: a pid when it is all digits, a path when it
 * has a slash, else a name of ip-netns(8).  The caller's own namespace stays as it was, and nothing of the other's but the link
 * stays open.  Reading needs no rights in one's own namespace; another one needs CAP_SYS_ADMIN.
 */
int tt_sockets_open(const char *netns, const struct tt_alloc *alloc, struct tt_sockets **ret, struct tt_error *ret_error);
void tt_sockets_close(struct tt_sockets *sockets);

/*
 * Calls each() for every TCP socket, IPv4 and IPv6, whose state is in `states` (bit 1 << enum tt_socket_state), in the order of
 * their cookies; socket is borrowed.  The list is complete before the first is given, so that each() may destroy it, or ask anew.
 * each() returns 0 to go on, anything else ends the walk and is returned.
 */
int tt_sockets_each(struct tt_sockets *sockets, uint32_t states, int (*each)(void *ctx, const struct tt_socket *socket), void *ctx,
                    struct tt_error *ret_error);

/* What became of a socket that was to be destroyed. */
enum tt_destroyed {
    TT_DESTROYED,             /* gone, and it is certain: its cookie is no more */
    TT_DESTROYED_GONE,        /* it was gone already: no socket of the whole table has its cookie */
    TT_DESTROYED_NO_RIGHTS,   /* CAP_NET_ADMIN in the namespace that owns it is missing */
    TT_DESTROYED_NO_SUPPORT,  /* the kernel was built without CONFIG_INET_DIAG_DESTROY */
    TT_DESTROYED_STILL_THERE, /* the kernel said yes, and it is there all the same (orphans, before Linux 6.11) */
    TT_DESTROYED_FAILED       /* anything else: the error says what */
};

/*
 * SOCK_DESTROY by cookie, and a look whether it is gone.  For many sockets there is tt_sockets_destroy_all(), which sends many
 * requests at a time; ret[i] belongs to socket[i].  Returns how many are gone (TT_DESTROYED and _GONE), or a TT_ERR_ when the
 * kernel could not be asked: then sockets may be gone all the same.  ret_error tells of the first that is not gone; code 0: all
 * are.
 *
 * A process that has the socket open keeps its descriptor, and reads ECONNABORTED from it.  A listener takes with it what waits to
 * be accepted; of one that shares its port (SO_REUSEPORT) that is the one with this cookie.
 */
enum tt_destroyed tt_sockets_destroy(struct tt_sockets *sockets, const struct tt_socket *socket, struct tt_error *ret_error);
int tt_sockets_destroy_all(struct tt_sockets *sockets, const struct tt_socket *socket, size_t n, enum tt_destroyed *ret,
                           struct tt_error *ret_error);
/* Whether the kernel tells the peer when it destroys this socket (measured on Linux 6.18); where not: reset the peer as well. */
bool tt_socket_tells_peer(const struct tt_socket *socket);

/* ---- whose they are ---------------------------------------------------------------------------------------------------------- */

struct tt_process {
    int32_t pid;
    int32_t fd;    /* one of its descriptors for the socket */
    uint32_t uid;  /* effective */
    char name[16]; /* comm */
};

/*
 * The processes that hold sockets, by inode, read from /proc once: what may not be read is left out, and counted.  Freed with
 * tt_owners_free().  A process counts once for a socket, however many of its threads and descriptors have it.
 */
struct tt_owners;

int tt_owners_read(const struct tt_alloc *alloc, struct tt_owners **ret, struct tt_error *ret_error);
/* The i-th process that holds the socket's inode, from 0; false when there is none. */
bool tt_owners_of(const struct tt_owners *owners, uint64_t inode, unsigned i, struct tt_process *ret);
/* How many processes could not be looked into (CAP_SYS_PTRACE). */
uint32_t tt_owners_unreadable(const struct tt_owners *owners);
/* Whether there are processes that do not even show: /proc is mounted with hidepid. */
bool tt_owners_hidden(const struct tt_owners *owners);
void tt_owners_free(struct tt_owners *owners);

/*
 * Whether a socket belongs to the way that its operator came in: SSH_CONNECTION (its value; NULL: not set) names it, or this
 * process or one that it descends from holds it.  Killing it would cut the operator's own session.
 */
bool tt_owners_is_own_session(const struct tt_owners *owners, const struct tt_socket *socket, const char *ssh_connection);
/* How many of the processes that this one descends from could not be looked into: as many may hold the session unseen. */
uint32_t tt_owners_unreadable_ancestors(const struct tt_owners *owners);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
