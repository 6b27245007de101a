/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owners.c - who holds a socket, and whether the operator's session hangs on it, with processes that the test makes.
 *
 * Skipped without the right to make a namespace; what a folder like /proc holds is tested in tests/unit/io_owners.c.
 */
#include "net/scene.h"

#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tt_owners *read_owners(void)
{
    struct tt_owners *owners = NULL;
    struct tt_error error = {0};

    if (tt_owners_read(tt_system_alloc(), &owners, &error) != 0)
        fail_msg("%s", error.text);
    return owners;
}

static bool find_holder(const struct tt_owners *owners, uint64_t inode, pid_t pid, struct tt_process *ret)
{
    for (unsigned i = 0; tt_owners_of(owners, inode, i, ret); i++)
        if (ret->pid == pid)
            return true;
    return false;
}

/* A child that has our descriptors, a name and a user of its own, and lives until it is ended. */
static pid_t make_child(const char *name, uid_t uid)
{
    int ready[2];
    char octet;

    assert_int_equal(pipe(ready), 0);
    (void)fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)prctl(PR_SET_NAME, name);
        if (uid && setuid(uid) != 0)
            _exit(1);
        if (write(ready[1], "", 1) != 1)
            _exit(1);
        for (;;)
            (void)pause();
    }
    assert_int_equal(read(ready[0], &octet, 1), 1);
    (void)close(ready[0]);
    (void)close(ready[1]);
    return child;
}

static void end_child(pid_t child)
{
    (void)kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void one_socket_of_several_processes(void **state)
{
    struct tt_process process;
    (void)state;

    NET_NEEDS_ROOT();
    struct tt_sockets *sockets = net_open(NULL);
    struct net_scene scene = net_make(NET_IPV4, TT_SOCKET_ESTABLISHED, false);
    struct tt_socket socket = net_socket_of(sockets, &scene, TT_SOCKET_ESTABLISHED);
    int again = dup(scene.client);
    pid_t first = make_child("a (strange) na", 0), second = make_child("second", 65534);
    struct tt_owners *owners = read_owners();

    assert_true(find_holder(owners, socket.inode, getpid(), &process));
    assert_int_equal(process.fd, scene.client); /* the lower of two, and the process once */
    assert_int_equal(process.uid, 0);
    assert_true(find_holder(owners, socket.inode, first, &process));
    assert_string_equal(process.name, "a (strange) na");
    assert_true(find_holder(owners, socket.inode, second, &process));
    assert_int_equal(process.uid, 65534);
    assert_true(tt_owners_of(owners, socket.inode, 2, &process));
    assert_false(tt_owners_of(owners, socket.inode, 3, &process));
    assert_false(tt_owners_of(owners, 0, 0, &process));
    assert_false(tt_owners_hidden(owners));
    tt_owners_free(owners);
    end_child(first);
    end_child(second);

    owners = read_owners();
    assert_false(tt_owners_of(owners, socket.inode, 1, &process));
    tt_owners_free(owners);
    (void)close(again);
    net_end(&scene);
    tt_sockets_close(sockets);
}

struct thread {
    pthread_t thread;
    pthread_barrier_t barrier;
    struct net_scene scene;
};

/* Its own table of descriptors, with a listener that the rest of the process has not. */
static void *listen_apart(void *ctx)
{
    struct thread *thread = ctx;

    if (unshare(CLONE_FILES) == 0)
        thread->scene = net_make(NET_IPV6, TT_SOCKET_LISTEN, false);
    (void)pthread_barrier_wait(&thread->barrier);
    (void)pthread_barrier_wait(&thread->barrier);
    net_end(&thread->scene);
    return NULL;
}

static void a_thread_with_descriptors_of_its_own(void **state)
{
    static struct thread thread;
    struct tt_process process;
    (void)state;

    NET_NEEDS_ROOT();
    assert_int_equal(pthread_barrier_init(&thread.barrier, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread.thread, NULL, listen_apart, &thread), 0);
    (void)pthread_barrier_wait(&thread.barrier);
    struct tt_sockets *sockets = net_open(NULL);
    struct tt_socket socket = net_socket_of(sockets, &thread.scene, TT_SOCKET_LISTEN);
    struct tt_owners *owners = read_owners();
    assert_true(tt_owners_of(owners, socket.inode, 0, &process));
    assert_int_equal(process.pid, getpid());
    assert_true(tt_owners_is_own_session(owners, &socket, NULL));
    tt_owners_free(owners);
    tt_sockets_close(sockets);
    (void)pthread_barrier_wait(&thread.barrier);
    assert_int_equal(pthread_join(thread.thread, NULL), 0);
    assert_int_equal(pthread_barrier_destroy(&thread.barrier), 0);
}

/* In a grandchild that has none of them: what is wrong, or NULL. */
static const char *session_below(const struct tt_socket *held, const struct tt_socket *other)
{
    struct tt_owners *owners;
    struct tt_error error;

    for (int fd = 3; fd < 256; fd++)
        (void)close(fd);
    if (tt_owners_read(tt_system_alloc(), &owners, &error) != 0)
        return "the owners cannot be read";
    if (!tt_owners_is_own_session(owners, held, NULL))
        return "an ancestor's socket is not its session";
    if (tt_owners_is_own_session(owners, other, NULL))
        return "somebody else's socket is its session";
    if (tt_owners_unreadable_ancestors(owners) != 0)
        return "root cannot look into an ancestor";
    tt_owners_free(owners);
    return NULL;
}

static int run_below(const struct tt_socket *held, const struct tt_socket *other)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        const char *wrong = session_below(held, other);
        if (wrong)
            (void)fprintf(stderr, "# %s\n", wrong);
        _exit(wrong ? 1 : 0);
    }
    return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

static void what_ancestors_hold(void **state)
{
    int status;
    (void)state;

    NET_NEEDS_ROOT();
    struct tt_sockets *sockets = net_open(NULL);
    struct net_scene mine = net_make(NET_IPV4, TT_SOCKET_ESTABLISHED, false), sibling = net_make(NET_IPV4, TT_SOCKET_LISTEN, false);
    struct tt_socket held = net_socket_of(sockets, &mine, TT_SOCKET_ESTABLISHED);
    struct tt_socket other = net_socket_of(sockets, &sibling, TT_SOCKET_LISTEN);
    pid_t holder = make_child("sibling", 0);

    net_end(&sibling); /* only the sibling has it now */
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(run_below(&held, &other) == 0 ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    end_child(holder);
    net_end(&mine);
    tt_sockets_close(sockets);
}

/* As nobody: what is wrong, or NULL. */
static const char *look_as_nobody(const struct tt_socket *socket)
{
    struct tt_owners *owners;
    struct tt_process process;
    struct tt_error error;

    if (setgid(65534) != 0 || setuid(65534) != 0)
        return "it is still root";
    if (tt_owners_read(tt_system_alloc(), &owners, &error) != 0)
        return "the owners cannot be read";
    if (tt_owners_unreadable(owners) == 0)
        return "what may not be read is not counted";
    if (tt_owners_unreadable_ancestors(owners) == 0)
        return "an ancestor that may not be read is not counted";
    if (find_holder(owners, socket->inode, getppid(), &process))
        return "it sees what it may not";
    tt_owners_free(owners);
    return NULL;
}

static int run_as_nobody(const struct tt_socket *socket)
{
    int status;

    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        const char *wrong = look_as_nobody(socket);
        if (wrong)
            (void)fprintf(stderr, "# %s\n", wrong);
        _exit(wrong ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void without_rights(void **state)
{
    (void)state;

    NET_NEEDS_ROOT();
    struct tt_sockets *sockets = net_open(NULL);
    struct net_scene scene = net_make(NET_IPV4, TT_SOCKET_LISTEN, false);
    struct tt_socket socket = net_socket_of(sockets, &scene, TT_SOCKET_LISTEN);
    assert_int_equal(run_as_nobody(&socket), 0);
    net_end(&scene);
    tt_sockets_close(sockets);
}

/* As nobody, with a /proc that hides others: what is wrong, or NULL. */
static const char *look_at_hidden(void)
{
    struct tt_owners *owners;
    struct tt_error error;

    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return "no mount namespace";
    if (mount("proc", "/proc", "proc", 0, "hidepid=2") != 0)
        return NULL; /* not everybody may */
    if (setgid(65534) != 0 || setuid(65534) != 0)
        return "it is still root";
    if (tt_owners_read(tt_system_alloc(), &owners, &error) != 0)
        return "the owners cannot be read";
    if (!tt_owners_hidden(owners))
        return "hidden processes are not told";
    if (tt_owners_unreadable_ancestors(owners) == 0)
        return "a hidden ancestor is not counted";
    tt_owners_free(owners);
    return NULL;
}

static void hidden_processes(void **state)
{
    int status;
    (void)state;

    NET_NEEDS_ROOT();
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        const char *wrong = look_at_hidden();
        if (wrong)
            (void)fprintf(stderr, "# %s\n", wrong);
        _exit(wrong ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void nothing_stays_open(void **state)
{
    (void)state;

    NET_NEEDS_ROOT();
    unsigned before = net_descriptors();
    for (int i = 0; i < 3; i++)
        tt_owners_free(read_owners());
    assert_int_equal(net_descriptors(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_socket_of_several_processes),
        cmocka_unit_test(a_thread_with_descriptors_of_its_own),
        cmocka_unit_test(what_ancestors_hold),
        cmocka_unit_test(without_rights),
        cmocka_unit_test(hidden_processes),
        cmocka_unit_test(nothing_stays_open),
    };
    return cmocka_run_group_tests(tests, net_enter_namespace, NULL);
}
