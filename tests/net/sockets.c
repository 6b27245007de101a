/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockets.c - sockets in every state that a real kernel has, listed, beside `ss`, and destroyed.
 *
 * Skipped without the right to make a network namespace.
 */
#include "net/scene.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static const struct row {
    enum tt_socket_state state;
    bool orphan;
    const char *ss; /* its word for the state */
} rows[] = {
    /* clang-format off */
    {TT_SOCKET_ESTABLISHED, false, "ESTAB"},
    {TT_SOCKET_SYN_SENT, false, "SYN-SENT"},
    {TT_SOCKET_SYN_RECV, false, "SYN-RECV"},
    {TT_SOCKET_FIN_WAIT_1, false, "FIN-WAIT-1"},
    {TT_SOCKET_FIN_WAIT_1, true, "FIN-WAIT-1"},
    {TT_SOCKET_FIN_WAIT_2, false, "FIN-WAIT-2"},
    {TT_SOCKET_FIN_WAIT_2, true, "FIN-WAIT-2"},
    {TT_SOCKET_TIME_WAIT, false, "TIME-WAIT"},
    {TT_SOCKET_CLOSE_WAIT, false, "CLOSE-WAIT"},
    {TT_SOCKET_LAST_ACK, false, "LAST-ACK"},
    {TT_SOCKET_LAST_ACK, true, "LAST-ACK"},
    {TT_SOCKET_LISTEN, false, "LISTEN"},
    {TT_SOCKET_CLOSING, false, "CLOSING"},
    {TT_SOCKET_CLOSING, true, "CLOSING"},
    /* clang-format on */
};
#define ROWS (sizeof rows / sizeof rows[0])
#define FAMILIES 3

/* Calls for each row and family; what it says of the row is in the message of what fails. */
static void for_each_row(void (*check)(const struct row *row, enum net_family family))
{
    for (unsigned family = 0; family < FAMILIES; family++)
        for (size_t i = 0; i < ROWS; i++) {
            print_message("# %s%s, family %u\n", rows[i].ss, rows[i].orphan ? ", orphan" : "", family);
            check(&rows[i], (enum net_family)family);
        }
}

/* ---- listed ------------------------------------------------------------------------------------------------------------- */

static void check_addresses(const struct tt_socket *socket, enum net_family family)
{
    static const uint8_t loopback[16] = {127, 0, 0, 1}, loopback6[16] = {[15] = 1}, none[16] = {0};
    const uint8_t *own = family == NET_IPV6 ? loopback6 : loopback;

    assert_int_equal(socket->local.ip_version, family == NET_IPV6 ? 6 : 4);
    assert_int_equal(socket->peer.ip_version, family == NET_IPV6 ? 6 : 4);
    assert_memory_equal(socket->local.addr.octets, own, 16);
    assert_memory_equal(socket->peer.addr.octets, socket->state == TT_SOCKET_LISTEN ? none : own, 16);
    assert_int_equal(socket->ipv6_mapped, family == NET_MAPPED);
}

static void check_listed(const struct row *row, enum net_family family)
{
    struct tt_sockets *sockets = net_open(NULL);
    struct net_scene scene = net_make(family, row->state, row->orphan);
    struct tt_socket socket = net_socket_of(sockets, &scene, row->state);
    bool has_file = !row->orphan && row->state != TT_SOCKET_TIME_WAIT && row->state != TT_SOCKET_SYN_RECV;
    bool has_data = row->state != TT_SOCKET_SYN_SENT && row->state != TT_SOCKET_SYN_RECV && row->state != TT_SOCKET_LISTEN;

    check_addresses(&socket, family);
    assert_int_equal(socket.inode != 0, has_file);
    assert_true(socket.cookie != 0);
    assert_int_equal(socket.interface, 0);
    assert_false(socket.is_mptcp);
    assert_false(socket.is_signed);
    if (has_file) {
        assert_int_equal(socket.uid, 0);
        assert_true(socket.kind_is_known);
        assert_int_equal(socket.idle_ms >= 0, has_data);
        assert_in_range(socket.idle_ms + 1, 0, 60000);
        assert_int_equal(socket.rtt_us > 0, has_data);
    } else if (!row->orphan) {
        assert_int_equal(socket.uid, TT_SOCKET_UID_UNKNOWN);
        assert_int_equal(socket.idle_ms, -1);
    }
    net_end(&scene);
    tt_sockets_close(sockets);
}

static void every_state_is_listed(void **state)
{
    (void)state;
    NET_NEEDS_ROOT();
    for_each_row(check_listed);
}

struct beside {
    char lines[200][80];
    size_t n;
};

static int add_line(void *ctx, const struct tt_socket *socket)
{
    struct beside *ours = ctx;
    const char *word = "?";

    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].state == socket->state)
            word = rows[i].ss;
    assert_true(ours->n < 200);
    (void)snprintf(ours->lines[ours->n++], 80, "%s %u %u %u %u", word, socket->rx_queue, socket->tx_queue, socket->local.port,
                   socket->peer.port);
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* "State Recv-Q Send-Q Local:Port Peer:Port", with * for no port */
static bool read_ss(struct beside *theirs)
{
    char line[512], word[32], local[128], peer[128];
    unsigned rx, tx;
    FILE *ss = popen("ss -tanOH 2>/dev/null", "re"); /* NOLINT: a test's own namespace */

    assert_non_null(ss);
    while (fgets(line, sizeof line, ss) && theirs->n < 200)
        if (sscanf(line, "%31s %u %u %127s %127s", word, &rx, &tx, local, peer) == 5)
            (void)snprintf(theirs->lines[theirs->n++], 80, "%s %u %u %ld %ld", word, rx, tx,
                           strtol(strrchr(local, ':') + 1, NULL, 10), strtol(strrchr(peer, ':') + 1, NULL, 10));
    return pclose(ss) == 0;
}

/* All states of all families at once, the three queues among them, in the same words and numbers. */
static void beside_ss(void **state)
{
    struct net_scene scenes[FAMILIES * ROWS];
    static struct beside ours, theirs;
    struct tt_error error = {0};
    (void)state;

    NET_NEEDS_ROOT();
    assert_true(net_new_namespace());
    struct tt_sockets *sockets = net_open(NULL);
    for (size_t i = 0; i < FAMILIES * ROWS; i++) {
        scenes[i] = net_make((enum net_family)(i / ROWS), rows[i % ROWS].state, rows[i % ROWS].orphan);
        (void)net_socket_of(sockets, &scenes[i], rows[i % ROWS].state);
    }
    assert_int_equal(send(scenes[0].client, "unread", 6, 0), 6);
    if (!read_ss(&theirs))
        skip();
    assert_int_equal(tt_sockets_each(sockets, UINT32_MAX, add_line, &ours, &error), 0);
    qsort(ours.lines, ours.n, 80, by_text);
    qsort(theirs.lines, theirs.n, 80, by_text);
    assert_true(ours.n > FAMILIES * ROWS);
    assert_int_equal(ours.n, theirs.n);
    for (size_t i = 0; i < ours.n; i++)
        assert_string_equal(ours.lines[i], theirs.lines[i]);
    for (size_t i = 0; i < FAMILIES * ROWS; i++)
        net_end(&scenes[i]);
    tt_sockets_close(sockets);
}

/* ---- destroyed ---------------------------------------------------------------------------------------------------------- */

/* A peer with a descriptor that hears again learns of it at once; loopback delivers before the reset's sender returns. */
static void check_peer(const struct net_scene *scene, enum tt_socket_state state)
{
    int peer = scene->of_client ? scene->server : scene->client, number = 0;
    socklen_t n = sizeof number;

    if (state != TT_SOCKET_ESTABLISHED && state != TT_SOCKET_CLOSE_WAIT && state != TT_SOCKET_FIN_WAIT_2)
        return;
    assert_int_equal(getsockopt(peer, SOL_SOCKET, SO_ERROR, &number, &n), 0);
    assert_int_equal(number, state == TT_SOCKET_FIN_WAIT_2 ? EPIPE : ECONNRESET); /* RFC 9293 section 3.10.7.4, second check */
}

static void check_destroyed(const struct row *row, enum net_family family)
{
    struct tt_sockets *sockets = net_open(NULL);
    struct net_scene scene = net_make(family, row->state, row->orphan);
    struct tt_socket socket = net_socket_of(sockets, &scene, row->state), other = socket;
    struct tt_error error = {0};

    other.cookie ^= UINT64_C(1) << 40; /* the same addresses and ports, as after a reuse */
    assert_int_equal(tt_sockets_destroy(sockets, &other, &error), TT_DESTROYED_GONE);
    assert_true(net_is_there(sockets, socket.cookie));

    unsigned long resets = net_resets_sent();
    assert_int_equal(tt_sockets_destroy(sockets, &socket, &error), TT_DESTROYED);
    assert_int_equal(error.code, 0);
    assert_int_equal(net_resets_sent() - resets, tt_socket_tells_peer(&socket));
    assert_false(net_is_there(sockets, socket.cookie));
    assert_int_equal(tt_sockets_destroy(sockets, &socket, &error), TT_DESTROYED_GONE);
    if (tt_socket_tells_peer(&socket))
        check_peer(&scene, row->state);
    net_end(&scene);
    tt_sockets_close(sockets);
}

static void every_state_is_destroyed(void **state)
{
    (void)state;
    NET_NEEDS_ROOT();
    for_each_row(check_destroyed);
}

/* The ports of a connection that was reset, taken again by another: the old one's cookie does not hit the new one. */
static void a_reused_tuple_is_not_hit(void **state)
{
    const struct linger at_once = {.l_onoff = 1};
    struct tt_error error = {0};
    uint16_t port;
    uint16_t client_port = 0;
    struct tt_socket old = {0};
    (void)state;

    NET_NEEDS_ROOT();
    struct tt_sockets *sockets = net_open(NULL);
    int listener = net_listen(NET_IPV4, 0, 0, &port);
    for (int i = 0; i < 2; i++) {
        struct sockaddr_in own = {AF_INET, htons(client_port), {htonl(INADDR_LOOPBACK)}, {0}};
        struct tt_socket socket;
        int client = net_socket(NET_IPV4);
        assert_int_equal(bind(client, (const struct sockaddr *)&own, sizeof own), 0);
        assert_int_equal(net_connect(client, NET_IPV4, port), 0);
        client_port = net_port(client);
        assert_true(net_find(sockets, client_port, port, TT_SOCKET_ESTABLISHED, &socket));
        if (i == 0) {
            old = socket;
            assert_int_equal(setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
        } else {
            assert_int_equal(tt_sockets_destroy(sockets, &old, &error), TT_DESTROYED_GONE);
            assert_true(net_is_there(sockets, socket.cookie));
            assert_int_equal(send(client, "alive", 5, MSG_NOSIGNAL), 5);
        }
        (void)close(client);
    }
    (void)close(listener);
    tt_sockets_close(sockets);
}

/* Of listeners that share a port, exactly the one that is meant, though the kernel's own look-up finds another. */
static void listeners_that_share_a_port(void **state)
{
    enum { N = 8 };
    int fd[N];
    uint64_t inode[N];
    uint16_t port = 0;
    struct tt_error error = {0};
    (void)state;

    NET_NEEDS_ROOT();
    for (unsigned family = 0; family < FAMILIES; family++) {
        struct tt_sockets *sockets = net_open(NULL);
        port = 0;
        for (int i = 0; i < N; i++)
            fd[i] = net_listen((enum net_family)family, SO_REUSEPORT, port, &port);
        for (int i = 0; i < N; i++) {
            struct tt_socket socket;
            assert_true(net_find(sockets, port, 0, TT_SOCKET_LISTEN, &socket));
            inode[i] = socket.inode;
            assert_int_equal(tt_sockets_destroy(sockets, &socket, &error), TT_DESTROYED);
            assert_int_equal(error.code, 0);
            assert_false(net_is_there(sockets, socket.cookie));
            for (int j = 0; j < i; j++)
                assert_true(inode[j] != inode[i]);
        }
        for (int i = 0; i < N; i++)
            (void)close(fd[i]);
        tt_sockets_close(sockets);
    }
}

/* ---- kinds -------------------------------------------------------------------------------------------------------------- */

static int socket_of_mptcp(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);
}

static void mptcp(void **state)
{
    uint16_t port;
    struct sockaddr_in address = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    struct tt_socket socket;
    struct tt_error error = {0};
    (void)state;

    NET_NEEDS_ROOT();
    int listener = socket_of_mptcp();
    if (listener < 0)
        skip();
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    port = net_port(listener);
    int client = socket_of_mptcp();
    assert_int_equal(net_connect(client, NET_IPV4, port), 0);
    struct tt_sockets *sockets = net_open(NULL);
    assert_true(net_find(sockets, net_port(client), port, TT_SOCKET_ESTABLISHED, &socket));
    assert_true(socket.is_mptcp);
    assert_false(socket.is_signed);
    assert_int_equal(tt_sockets_destroy(sockets, &socket, &error), TT_DESTROYED);
    assert_true(net_find(sockets, port, 0, TT_SOCKET_LISTEN, &socket));
    assert_true(socket.is_mptcp);
    assert_int_equal(tt_sockets_destroy(sockets, &socket, &error), TT_DESTROYED_FAILED);
    assert_non_null(strstr(error.text, "MPTCP"));
    assert_true(net_is_there(sockets, socket.cookie));
    tt_sockets_close(sockets);
    (void)close(client);
    (void)close(listener);
}

static void signed_ones(void **state)
{
    struct tcp_md5sig key = {.tcpm_keylen = 3, .tcpm_key = "key"};
    struct sockaddr_in *to = (void *)&key.tcpm_addr;
    struct net_scene scene;
    (void)state;

    NET_NEEDS_ROOT();
    scene = net_make(NET_IPV4, TT_SOCKET_LISTEN, false);
    to->sin_family = AF_INET;
    to->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (setsockopt(scene.listener, IPPROTO_TCP, TCP_MD5SIG, &key, sizeof key) != 0) {
        net_end(&scene);
        skip();
    }
    struct tt_sockets *sockets = net_open(NULL);
    struct tt_socket socket = net_socket_of(sockets, &scene, TT_SOCKET_LISTEN);
    assert_true(socket.is_signed);
    assert_true(socket.kind_is_known);
    net_end(&scene);
    tt_sockets_close(sockets);
}

/* ---- without rights ----------------------------------------------------------------------------------------------------- */

/* In a child that has become nobody: what is wrong, or NULL.  No assertions: they would end it in the wrong way. */
static const char *try_as_nobody(const struct tt_socket *victim, size_t n)
{
    static enum tt_destroyed destroyed[256];
    struct tt_sockets *sockets;
    struct tt_socket socket;
    struct tt_error error = {0};

    if (setgid(65534) != 0 || setuid(65534) != 0)
        return "it is still root";
    if (tt_sockets_open(NULL, tt_system_alloc(), &sockets, &error) != 0)
        return error.text[0] ? "no link" : "no link, and no words";
    if (!net_find(sockets, victim->local.port, victim->peer.port, TT_SOCKET_ESTABLISHED, &socket) ||
        socket.cookie != victim->cookie)
        return "the socket is not listed";
    if (socket.kind_is_known || socket.is_signed)
        return "it believes to know what only CAP_NET_ADMIN is told";
    if (tt_sockets_destroy_all(sockets, victim, n, destroyed, &error) != 0)
        return "some are gone";
    for (size_t i = 0; i < n; i++)
        if (destroyed[i] != TT_DESTROYED_NO_RIGHTS)
            return "not for want of rights";
    if (error.code != TT_ERR_RIGHTS || !strstr(error.text, "CAP_NET_ADMIN"))
        return "the error does not name the right";
    socket.cookie ^= UINT64_C(1) << 40;
    if (tt_sockets_destroy(sockets, &socket, &error) != TT_DESTROYED_GONE)
        return "what is not there is not gone";
    tt_sockets_close(sockets);
    return NULL;
}

static void without_rights(void **state)
{
    enum { N = 100 }; /* more than a batch */
    static struct net_scene scene[N];
    static struct tt_socket victim[N];
    int status;
    (void)state;

    NET_NEEDS_ROOT();
    struct tt_sockets *sockets = net_open(NULL);
    for (size_t i = 0; i < N; i++) {
        scene[i] = net_make(NET_IPV6, TT_SOCKET_ESTABLISHED, false);
        victim[i] = net_socket_of(sockets, &scene[i], TT_SOCKET_ESTABLISHED);
    }
    (void)fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const char *wrong = try_as_nobody(victim, N);
        if (wrong)
            (void)fprintf(stderr, "# without rights: %s\n", wrong);
        _exit(wrong ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    for (size_t i = 0; i < N; i++) {
        assert_true(net_is_there(sockets, victim[i].cookie));
        net_end(&scene[i]);
    }
    tt_sockets_close(sockets);
}

/* ---- many --------------------------------------------------------------------------------------------------------------- */

struct list {
    struct tt_socket *item;
    size_t n;
};

static int to_list(void *ctx, const struct tt_socket *socket)
{
    struct list *list = ctx;

    list->item[list->n++] = *socket;
    return 0;
}

/* More than one message of a dump holds and than one batch destroys; every third was gone before. */
static void many(void **state)
{
    enum { PAIRS = 300 };
    static struct net_scene scene[PAIRS];
    static struct tt_socket item[4 * PAIRS];
    static enum tt_destroyed destroyed[4 * PAIRS];
    struct list list = {item, 0};
    struct tt_error error = {0};
    (void)state;

    NET_NEEDS_ROOT();
    assert_true(net_new_namespace());
    struct tt_sockets *sockets = net_open(NULL);
    for (size_t i = 0; i < PAIRS; i++)
        scene[i] = net_make(i % 2 ? NET_MAPPED : NET_IPV6, TT_SOCKET_ESTABLISHED, false);
    assert_int_equal(tt_sockets_each(sockets, 1u << TT_SOCKET_ESTABLISHED, to_list, &list, &error), 0);
    assert_int_equal(list.n, 2 * PAIRS);
    for (size_t i = 1; i < list.n; i++)
        assert_true(item[i - 1].cookie < item[i].cookie);
    for (size_t i = 0; i < list.n; i += 3) /* one goes with the other end, which it is told of */
        assert_in_range(tt_sockets_destroy(sockets, &item[i], &error), TT_DESTROYED, TT_DESTROYED_GONE);
    assert_int_equal(tt_sockets_destroy_all(sockets, item, list.n, destroyed, &error), list.n);
    for (size_t i = 0; i < list.n; i += 3)
        assert_int_equal(destroyed[i], TT_DESTROYED_GONE);
    list.n = 0;
    assert_int_equal(tt_sockets_each(sockets, 1u << TT_SOCKET_ESTABLISHED, to_list, &list, &error), 0);
    assert_int_equal(list.n, 0);
    for (size_t i = 0; i < PAIRS; i++)
        net_end(&scene[i]);
    tt_sockets_close(sockets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_is_listed),
        cmocka_unit_test(beside_ss),
        cmocka_unit_test(every_state_is_destroyed),
        cmocka_unit_test(a_reused_tuple_is_not_hit),
        cmocka_unit_test(listeners_that_share_a_port),
        cmocka_unit_test(mptcp),
        cmocka_unit_test(signed_ones),
        cmocka_unit_test(without_rights),
        cmocka_unit_test(many),
    };
    return cmocka_run_group_tests(tests, net_enter_namespace, NULL);
}
