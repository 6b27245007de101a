/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scene.h - real connections in any state, on the loopback of a network namespace of the test's own.
 *
 * A state that lasts for a round trip is held by a socket filter that lets its owner receive nothing: no firewall is needed.
 */
#ifndef TCPTALE_SCENE_NET_H
#define TCPTALE_SCENE_NET_H

#include "unit/unit.h"

#include <tcptale/sockets.h>

/*
 * Enters a network namespace of its own, with lo up; cmocka's group set-up.  Without the right to, net_have_namespace stays
 * false.
 */
extern bool net_have_namespace;
int net_enter_namespace(void **state);
#define NET_NEEDS_ROOT()                                                                                                           \
    do {                                                                                                                           \
        if (!net_have_namespace)                                                                                                   \
            skip();                                                                                                                \
    } while (0)
/* Another new namespace, with lo up, for this process. */
bool net_new_namespace(void);

enum net_family { NET_IPV4, NET_IPV6, NET_MAPPED };

/* A listener and, but for some states, the two ends of a connection to it; -1 where there is none. */
struct net_scene {
    int listener, client, server;
    uint16_t server_port, client_port;
    bool of_client; /* the socket in question is the client's end */
};

/* A listener with flags that setsockopt(SOL_SOCKET) knows (0: none); its port, or 0 for any, and what it became. */
int net_listen(enum net_family family, int option, uint16_t port, uint16_t *ret_port);
int net_socket(enum net_family family);
int net_connect(int fd, enum net_family family, uint16_t port);
uint16_t net_port(int fd);
/* From now on the socket receives nothing; and again. */
void net_deafen(int fd);
void net_hear(int fd);

/* Makes the state; `orphan` closes the descriptor, where the state stays without. */
struct net_scene net_make(enum net_family family, enum tt_socket_state state, bool orphan);
void net_end(struct net_scene *scene);

/* The link to the kernel; fails the test when it cannot be opened. */
struct tt_sockets *net_open(const char *netns);
/* The socket with these ports in this state; waits a while for it.  False when it does not come. */
bool net_find(struct tt_sockets *sockets, uint16_t local, uint16_t peer, enum tt_socket_state state, struct tt_socket *ret);
/* Of the scene that net_make() made. */
struct tt_socket net_socket_of(struct tt_sockets *sockets, const struct net_scene *scene, enum tt_socket_state state);
bool net_is_there(struct tt_sockets *sockets, uint64_t cookie);

/* How many resets this namespace has sent. */
unsigned long net_resets_sent(void);
/* How many descriptors this process has open. */
unsigned net_descriptors(void);

#endif
