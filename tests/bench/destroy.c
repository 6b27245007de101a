/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * destroy.c - not a test: N connections destroyed by tt_sockets_destroy_all() beside N by `ss -K`, by turns, in a network
 * namespace of its own.  destroy [N [ROUNDS]], as root.  Ours lists, destroys and proves; `ss -K` lists and destroys.
 */
#include <tcptale/sockets.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 10000

struct list {
    size_t n;
    struct tt_socket item[MOST];
};

static struct list list;
static int ends[2 * MOST];
static uint16_t server_port;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void enter_namespace(void)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK};
    struct rlimit limit;

    (void)getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    if (unshare(CLONE_NEWNET) != 0 || setrlimit(RLIMIT_NOFILE, &limit) != 0)
        die("needs root");
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) != 0)
        die("lo");
    (void)close(fd);
}

static void connect_all(size_t n)
{
    struct sockaddr_in address = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    socklen_t octets = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(listener, (struct sockaddr *)&address, octets) != 0 || listen(listener, 100) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &octets) != 0)
        die("listen");
    server_port = ntohs(address.sin_port);
    for (size_t i = 0; i < n; i++) {
        ends[2 * i] = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(ends[2 * i], (struct sockaddr *)&address, octets) != 0)
            die("connect");
        ends[2 * i + 1] = accept(listener, NULL, NULL);
        if (ends[2 * i + 1] < 0)
            die("accept");
    }
    (void)close(listener);
}

static void close_all(size_t n)
{
    for (size_t i = 0; i < 2 * n; i++)
        (void)close(ends[i]);
}

static int choose(void *ctx, const struct tt_socket *socket)
{
    (void)ctx;
    if (socket->local.port == server_port && list.n < MOST)
        list.item[list.n++] = *socket;
    return 0;
}

static double ours(size_t n)
{
    static enum tt_destroyed destroyed[MOST];
    struct tt_error error;
    struct tt_sockets *sockets;

    connect_all(n);
    double began = now_ms();
    list.n = 0;
    if (tt_sockets_open(NULL, tt_system_alloc(), &sockets, &error) != 0 ||
        tt_sockets_each(sockets, 1u << TT_SOCKET_ESTABLISHED, choose, NULL, &error) != 0 ||
        tt_sockets_destroy_all(sockets, list.item, list.n, destroyed, &error) != (int)n) {
        (void)fprintf(stderr, "not all of %zu are gone: %s\n", list.n, error.text);
        exit(1);
    }
    tt_sockets_close(sockets);
    double took = now_ms() - began;
    close_all(n);
    return took;
}

static double theirs(size_t n)
{
    char command[100];

    connect_all(n);
    (void)snprintf(command, sizeof command, "exec ss -HKtn state established sport = :%u >/dev/null", server_port);
    double began = now_ms();
    if (system(command) != 0) /* NOLINT: its operands are ours */
        die("ss -K");
    double took = now_ms() - began;
    close_all(n);
    return took;
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 8000;
    int rounds = argc > 2 ? atoi(argv[2]) : 5;

    if (n == 0 || n > MOST)
        return 2;
    enter_namespace();
    for (int i = 0; i < rounds; i++)
        printf("%zu sockets: tcptale %7.1f ms   ss -K %7.1f ms\n", n, ours(n), theirs(n));
    return 0;
}
