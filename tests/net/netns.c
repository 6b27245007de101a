/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netns.c - sockets of another network namespace, by pid, path and name, without leaving one's own.
 *
 * Skipped without the right to make a namespace.
 */
#include "net/scene.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child in a namespace of its own with a connection in it. */
struct elsewhere {
    pid_t pid;
    uint16_t client_port, server_port;
};

static void live_elsewhere(int out)
{
    struct net_scene scene;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!net_new_namespace())
        _exit(1);
    scene = net_make(NET_IPV6, TT_SOCKET_ESTABLISHED, false);
    const uint16_t ports[2] = {scene.client_port, scene.server_port};
    if (write(out, ports, sizeof ports) != sizeof ports)
        _exit(1);
    for (;;)
        (void)pause();
}

static struct elsewhere make_elsewhere(void)
{
    struct elsewhere there;
    uint16_t ports[2];
    int tell[2];

    assert_int_equal(pipe2(tell, O_CLOEXEC), 0);
    (void)fflush(stdout);
    there.pid = fork();
    assert_true(there.pid >= 0);
    if (there.pid == 0)
        live_elsewhere(tell[1]);
    assert_int_equal(read(tell[0], ports, sizeof ports), sizeof ports);
    (void)close(tell[0]);
    (void)close(tell[1]);
    there.client_port = ports[0];
    there.server_port = ports[1];
    return there;
}

static void leave(const struct elsewhere *there)
{
    (void)kill(there->pid, SIGKILL);
    assert_int_equal(waitpid(there->pid, NULL, 0), there->pid);
}

static ino_t own_namespace(void)
{
    struct stat about;

    assert_int_equal(stat("/proc/thread-self/ns/net", &about), 0);
    return about.st_ino;
}

/* Both ends are found through this name, one is destroyed, and the other learns of it. */
static void check(const char *netns, const struct elsewhere *there)
{
    struct tt_socket socket;
    struct tt_error error = {0};
    unsigned descriptors = net_descriptors();
    ino_t own = own_namespace();
    struct tt_sockets *sockets = net_open(netns);

    assert_int_equal(net_descriptors(), descriptors + 1);
    assert_int_equal(own_namespace(), own);
    assert_true(net_find(sockets, there->client_port, there->server_port, TT_SOCKET_ESTABLISHED, &socket));
    assert_true(net_find(sockets, there->server_port, there->client_port, TT_SOCKET_ESTABLISHED, &socket));
    assert_int_equal(tt_sockets_destroy(sockets, &socket, &error), TT_DESTROYED);
    assert_false(net_is_there(sockets, socket.cookie));
    tt_sockets_close(sockets);
    assert_int_equal(net_descriptors(), descriptors);
}

static void by_pid_and_path(void **state)
{
    char name[64];
    (void)state;

    NET_NEEDS_ROOT();
    for (int i = 0; i < 2; i++) {
        struct elsewhere there = make_elsewhere();
        (void)snprintf(name, sizeof name, i ? "/proc/%d/ns/net" : "%d", there.pid);
        check(name, &there);
        leave(&there);
    }
}

/* In a child, because names are mounts: what is wrong, or NULL. */
static const char *use_name(const struct elsewhere *there)
{
    char path[64];
    struct tt_sockets *sockets;
    struct tt_socket socket;
    struct tt_error error;

    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return "no mount namespace";
    if (mount("tmpfs", "/run", "tmpfs", 0, NULL) != 0 || mkdir("/run/netns", 0755) != 0)
        return "no /run of its own";
    int fd = open("/run/netns/blue", O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
    if (fd < 0 || close(fd) != 0)
        return "no name";
    (void)snprintf(path, sizeof path, "/proc/%d/ns/net", there->pid);
    if (mount(path, "/run/netns/blue", "none", MS_BIND, NULL) != 0)
        return "no mount on the name";
    if (tt_sockets_open("blue", tt_system_alloc(), &sockets, &error) != 0)
        return "it cannot be opened";
    if (!net_find(sockets, there->client_port, there->server_port, TT_SOCKET_ESTABLISHED, &socket))
        return "the socket is not in it";
    tt_sockets_close(sockets);
    return NULL;
}

static void by_name(void **state)
{
    int status;
    (void)state;

    NET_NEEDS_ROOT();
    struct elsewhere there = make_elsewhere();
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        const char *wrong = use_name(&there);
        if (wrong)
            (void)fprintf(stderr, "# by name: %s\n", wrong);
        _exit(wrong ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    leave(&there);
}

static void what_is_no_namespace(void **state)
{
    static const struct {
        const char *netns;
        int code;
        const char *says;
    } rows[] = {
        /* clang-format off */
        {"no-such-name", TT_ERR_SYSTEM, "no such network namespace"},
        {"2147483647", TT_ERR_SYSTEM, "no such process"},
        {"./no/such/file", TT_ERR_SYSTEM, "no such file"},
        {"/proc/self/ns/uts", TT_ERR_FORMAT, "is no network namespace"}, /* one of another kind */
        {"/dev/null", TT_ERR_FORMAT, "is no network namespace"},
        {"", TT_ERR_FORMAT, "names no network namespace"},
        {"..", TT_ERR_FORMAT, "names no network namespace"},
        /* clang-format on */
    };
    unsigned descriptors;
    (void)state;

    NET_NEEDS_ROOT();
    descriptors = net_descriptors();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_sockets *sockets = NULL;
        struct tt_error error = {0};
        assert_int_equal(tt_sockets_open(rows[i].netns, tt_system_alloc(), &sockets, &error), rows[i].code);
        if (!strstr(error.text, rows[i].says))
            fail_msg("\"%s\" does not say \"%s\"", error.text, rows[i].says);
        assert_null(sockets);
    }
    assert_int_equal(net_descriptors(), descriptors);
}

/* As nobody: one's own namespace may be named too, another not; what is wrong, or NULL. */
static const char *open_as_nobody(const char *other)
{
    struct tt_sockets *sockets;
    struct tt_error error = {0};

    if (setgid(65534) != 0 || setuid(65534) != 0)
        return "it is still root";
    if (tt_sockets_open("/proc/self/ns/net", tt_system_alloc(), &sockets, &error) != 0)
        return "its own namespace cannot be opened";
    tt_sockets_close(sockets);
    if (tt_sockets_open(other, tt_system_alloc(), &sockets, &error) != TT_ERR_RIGHTS)
        return "another's namespace is not refused for want of rights";
    return NULL;
}

static void without_rights(void **state)
{
    char name[16];
    int status;
    (void)state;

    NET_NEEDS_ROOT();
    struct elsewhere there = make_elsewhere();
    (void)snprintf(name, sizeof name, "%d", there.pid);
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        const char *wrong = open_as_nobody(name);
        if (wrong)
            (void)fprintf(stderr, "# without rights: %s\n", wrong);
        _exit(wrong ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    leave(&there);
}

/* Whatever is started from here inherits nothing. */
static void descriptors_end_with_exec(void **state)
{
    (void)state;

    NET_NEEDS_ROOT();
    int lowest = dup(0); /* the number that comes next */
    assert_int_equal(close(lowest), 0);
    struct tt_sockets *sockets = net_open(NULL);
    assert_int_equal(fcntl(lowest, F_GETFD), FD_CLOEXEC);
    tt_sockets_close(sockets);
    assert_int_equal(fcntl(lowest, F_GETFD), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_pid_and_path),           cmocka_unit_test(by_name),
        cmocka_unit_test(what_is_no_namespace),      cmocka_unit_test(without_rights),
        cmocka_unit_test(descriptors_end_with_exec),
    };
    return cmocka_run_group_tests(tests, net_enter_namespace, NULL);
}
