/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netns.c - a netlink socket in another network namespace.
 *
 * A socket stays in the namespace that it was made in, and Linux gives each thread its own: a thread that lives only for this
 * enters the namespace and makes the socket, and nobody else ever leaves his.
 */
#include "io/sock_diag.h"

#include "io/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where ip-netns(8) keeps the namespaces that have a name. */
#define NAMES "/var/run/netns/"

static int open_diag(void)
{
    return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
}

static int cannot_open(int number, struct tt_error *ret_error)
{
    if (number == EPROTONOSUPPORT)
        return tt_fail(ret_error, TT_ERR_SYSTEM, "the kernel has no sock_diag (CONFIG_INET_DIAG)");
    return tt_fail_errno(ret_error, number, "sock_diag");
}

/* ---- naming ------------------------------------------------------------------------------------------------------------- */

static int find_path(const char *netns, char ret[PATH_MAX], struct tt_error *ret_error)
{
    bool is_pid = *netns && netns[strspn(netns, "0123456789")] == '\0';
    int n;

    if (!*netns || strcmp(netns, ".") == 0 || strcmp(netns, "..") == 0)
        return tt_fail(ret_error, TT_ERR_FORMAT, "\"%s\" names no network namespace", netns);
    if (is_pid)
        n = snprintf(ret, PATH_MAX, "/proc/%s/ns/net", netns);
    else
        n = snprintf(ret, PATH_MAX, "%s%s", strchr(netns, '/') ? "" : NAMES, netns);
    return n < PATH_MAX ? 0 : tt_fail(ret_error, TT_ERR_LIMIT, "%.64s…: a name that long names no network namespace", netns);
}

static int cannot_find(int number, const char *netns, struct tt_error *ret_error)
{
    if (number == ENOENT || number == ENOTDIR)
        return tt_fail(ret_error, TT_ERR_SYSTEM, "%s: no such %s", netns,
                       strspn(netns, "0123456789") == strlen(netns) ? "process"
                       : strchr(netns, '/')                         ? "file"
                                                                    : "network namespace (\"ip netns\" lists them)");
    return tt_fail_errno(ret_error, number, "%s: its network namespace cannot be opened", netns);
}

/* ---- entering ----------------------------------------------------------------------------------------------------------- */

static bool is_own(int namespace)
{
    struct stat there, here;

    return fstat(namespace, &there) == 0 && stat("/proc/thread-self/ns/net", &here) == 0 && there.st_dev == here.st_dev &&
           there.st_ino == here.st_ino;
}

struct visit {
    int namespace;
    int fd, error; /* of who was there */
    bool entered;
};

static void *enter_and_open(void *ctx)
{
    struct visit *visit = ctx;

    visit->entered = setns(visit->namespace, CLONE_NEWNET) == 0;
    if (visit->entered)
        visit->fd = open_diag();
    if (visit->fd < 0)
        visit->error = errno;
    return NULL;
}

/* The visitor takes no signals: their handlers are not meant to run in another namespace. */
static int send_visitor(struct visit *visit)
{
    sigset_t all, before;
    pthread_t thread;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int number = pthread_create(&thread, NULL, enter_and_open, visit);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (number == 0)
        number = pthread_join(thread, NULL);
    return number;
}

static int open_in(int namespace, const char *netns, struct tt_error *ret_error)
{
    struct visit visit = {.namespace = namespace, .fd = -1};
    int number = send_visitor(&visit);

    if (number)
        return tt_fail_errno(ret_error, number, "%s: no thread to enter it with", netns);
    if (visit.fd >= 0)
        return visit.fd;
    if (visit.entered)
        return cannot_open(visit.error, ret_error);
    if (visit.error == EINVAL)
        return tt_fail(ret_error, TT_ERR_FORMAT, "%s is no network namespace", netns);
    return tt_fail_errno(ret_error, visit.error, "%s: entering its network namespace needs CAP_SYS_ADMIN", netns);
}

int tt_netns_open_diag(const char *netns, struct tt_error *ret_error)
{
    char path[PATH_MAX];
    int err = netns ? find_path(netns, path, ret_error) : 0;

    if (err)
        return err;
    /* a path may be a pipe, which must not keep us waiting */
    int namespace = netns ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;
    if (netns && namespace < 0)
        return cannot_find(errno, netns, ret_error);
    int fd;
    if (namespace < 0 || is_own(namespace)) {
        fd = open_diag();
        if (fd < 0)
            fd = cannot_open(errno, ret_error);
    } else {
        fd = open_in(namespace, netns, ret_error);
    }
    if (namespace >= 0)
        (void)close(namespace);
    return fd;
}
