/* SPDX-License-Identifier: BSD-2-Clause */
/* scene.c - real connections in any state, on the loopback of a network namespace of the test's own. */
#include "net/scene.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

bool net_have_namespace;

/* ---- the namespace ------------------------------------------------------------------------------------------------------ */

bool net_new_namespace(void)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK};

    if (unshare(CLONE_NEWNET) != 0)
        return false;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    bool up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    (void)close(fd);
    return up;
}

int net_enter_namespace(void **state)
{
    (void)state;
    net_have_namespace = net_new_namespace();
    return 0;
}

unsigned long net_resets_sent(void)
{
    char line[1024];
    unsigned long resets = 0;
    FILE *file = fopen("/proc/thread-self/net/snmp", "r");

    assert_non_null(file);
    while (fgets(line, sizeof line, file)) /* of the two lines that begin so, the second has numbers */
        (void)sscanf(line, "Tcp: %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %lu", &resets);
    (void)fclose(file);
    return resets;
}

unsigned net_descriptors(void)
{
    unsigned n = 0;
    DIR *folder = opendir("/proc/self/fd");

    assert_non_null(folder);
    while (readdir(folder))
        n++;
    (void)closedir(folder);
    return n;
}

/* ---- sockets ------------------------------------------------------------------------------------------------------------ */

union address {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
};

static socklen_t address_of(enum net_family family, uint16_t port, union address *ret)
{
    memset(ret, 0, sizeof *ret);
    if (family == NET_IPV4) {
        ret->in = (struct sockaddr_in){AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {0}};
        return sizeof ret->in;
    }
    ret->in6.sin6_family = AF_INET6;
    ret->in6.sin6_port = htons(port);
    assert_int_equal(inet_pton(AF_INET6, family == NET_MAPPED ? "::ffff:127.0.0.1" : "::1", &ret->in6.sin6_addr), 1);
    return sizeof ret->in6;
}

int net_socket(enum net_family family)
{
    int fd = socket(family == NET_IPV4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    return fd;
}

uint16_t net_port(int fd)
{
    union address address;
    socklen_t n = sizeof address;

    assert_int_equal(getsockname(fd, &address.any, &n), 0);
    return ntohs(address.any.sa_family == AF_INET ? address.in.sin_port : address.in6.sin6_port);
}

int net_listen(enum net_family family, int option, uint16_t port, uint16_t *ret_port)
{
    union address address;
    socklen_t n = address_of(family, port, &address);
    int fd = net_socket(family), on = 1;

    if (option)
        assert_int_equal(setsockopt(fd, SOL_SOCKET, option, &on, sizeof on), 0);
    assert_int_equal(bind(fd, &address.any, n), 0);
    assert_int_equal(listen(fd, 16), 0);
    *ret_port = net_port(fd);
    return fd;
}

int net_connect(int fd, enum net_family family, uint16_t port)
{
    union address address;
    socklen_t n = address_of(family, port, &address);

    return connect(fd, &address.any, n);
}

void net_deafen(int fd)
{
    struct sock_filter nothing = {.code = BPF_RET | BPF_K, .k = 0};
    const struct sock_fprog program = {.len = 1, .filter = &nothing};

    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
}

void net_hear(int fd)
{
    int ignored = 0;

    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &ignored, sizeof ignored), 0);
}

/* ---- states ------------------------------------------------------------------------------------------------------------- */

static void begin_to_connect(struct net_scene *scene, enum net_family family)
{
    assert_int_equal(fcntl(scene->client, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(net_connect(scene->client, family, scene->server_port), -1);
    assert_int_equal(errno, EINPROGRESS);
    scene->client_port = net_port(scene->client);
}

static void open_connection(struct net_scene *scene, enum net_family family)
{
    assert_int_equal(net_connect(scene->client, family, scene->server_port), 0);
    scene->server = accept4(scene->listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(scene->server >= 0);
    scene->client_port = net_port(scene->client);
}

static void half_close(int *fd, bool orphan)
{
    assert_int_equal(shutdown(*fd, SHUT_WR), 0);
    if (orphan) {
        (void)close(*fd);
        *fd = -1;
    }
}

static void wait_for_fin(int fd)
{
    char octet;

    assert_int_equal(recv(fd, &octet, 1, 0), 0);
}

static void close_in_part(struct net_scene *scene, enum tt_socket_state state, bool orphan)
{
    if (state == TT_SOCKET_FIN_WAIT_1 || state == TT_SOCKET_CLOSING)
        net_deafen(scene->server);
    half_close(&scene->client, orphan && state != TT_SOCKET_LAST_ACK && state != TT_SOCKET_CLOSE_WAIT);
    if (state == TT_SOCKET_CLOSING || state == TT_SOCKET_FIN_WAIT_1) {
        if (state == TT_SOCKET_CLOSING)
            half_close(&scene->server, false);
        return;
    }
    wait_for_fin(scene->server);
    if (state == TT_SOCKET_LAST_ACK)
        net_deafen(scene->client);
    if (state == TT_SOCKET_LAST_ACK || state == TT_SOCKET_TIME_WAIT)
        half_close(&scene->server, orphan && state == TT_SOCKET_LAST_ACK);
}

struct net_scene net_make(enum net_family family, enum tt_socket_state state, bool orphan)
{
    struct net_scene scene = {.client = -1, .server = -1, .of_client = true};

    scene.listener = net_listen(family, 0, 0, &scene.server_port);
    if (state == TT_SOCKET_LISTEN) {
        scene.of_client = false;
        return scene;
    }
    scene.client = net_socket(family);
    if (state == TT_SOCKET_SYN_SENT || state == TT_SOCKET_SYN_RECV) {
        net_deafen(state == TT_SOCKET_SYN_SENT ? scene.listener : scene.client);
        begin_to_connect(&scene, family);
    } else {
        open_connection(&scene, family);
        if (state != TT_SOCKET_ESTABLISHED)
            close_in_part(&scene, state, orphan);
    }
    scene.of_client = state != TT_SOCKET_CLOSE_WAIT && state != TT_SOCKET_LAST_ACK && state != TT_SOCKET_SYN_RECV;
    return scene;
}

void net_end(struct net_scene *scene)
{
    int *const fd[] = {&scene->listener, &scene->client, &scene->server};

    for (size_t i = 0; i < sizeof fd / sizeof fd[0]; i++) {
        if (*fd[i] >= 0)
            (void)close(*fd[i]);
        *fd[i] = -1;
    }
}

/* ---- what the kernel shows ---------------------------------------------------------------------------------------------- */

struct tt_sockets *net_open(const char *netns)
{
    struct tt_sockets *sockets = NULL;
    struct tt_error error = {0};

    if (tt_sockets_open(netns, tt_system_alloc(), &sockets, &error) != 0)
        fail_msg("%s", error.text);
    return sockets;
}

struct looking {
    uint16_t local, peer;
    uint64_t cookie;
    struct tt_socket found;
};

static int has_ports(void *ctx, const struct tt_socket *socket)
{
    struct looking *looking = ctx;

    if (socket->local.port != looking->local || socket->peer.port != looking->peer)
        return 0;
    looking->found = *socket;
    return 1;
}

static int has_cookie(void *ctx, const struct tt_socket *socket)
{
    return ((struct looking *)ctx)->cookie == socket->cookie;
}

bool net_find(struct tt_sockets *sockets, uint16_t local, uint16_t peer, enum tt_socket_state state, struct tt_socket *ret)
{
    const struct timespec moment = {.tv_nsec = 2000000};
    struct looking looking = {.local = local, .peer = peer};
    struct tt_error error = {0};

    for (int i = 0; i < 2500; i++) {
        int got = tt_sockets_each(sockets, 1u << state, has_ports, &looking, &error);
        if (got < 0)
            fail_msg("%s", error.text);
        if (got == 1) {
            *ret = looking.found;
            return true;
        }
        (void)nanosleep(&moment, NULL);
    }
    return false;
}

struct tt_socket net_socket_of(struct tt_sockets *sockets, const struct net_scene *scene, enum tt_socket_state state)
{
    uint16_t local = scene->of_client ? scene->client_port : scene->server_port;
    uint16_t peer = scene->of_client ? scene->server_port : scene->client_port;
    struct tt_socket socket = {0};

    if (!net_find(sockets, local, peer, state, &socket))
        fail_msg("%u -> %u is not in %s", local, peer, tt_socket_state_word((unsigned)state));
    return socket;
}

bool net_is_there(struct tt_sockets *sockets, uint64_t cookie)
{
    struct looking looking = {.cookie = cookie};
    struct tt_error error = {0};
    int got = tt_sockets_each(sockets, UINT32_MAX, has_cookie, &looking, &error);

    if (got < 0)
        fail_msg("%s", error.text);
    return got == 1;
}
