/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.c - the way that the operator came in: what SSH_CONNECTION says, and what the processes above this one hold.
 *
 * Either alone fails: sudo drops the variable, and a terminal multiplexer is no child of sshd.
 */
#include "io/owners.h"

#include "io/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* PPid is in the first lines. */
#define STATUS_OCTETS 1024

/* ---- SSH_CONNECTION ----------------------------------------------------------------------------------------------------- */

static bool take_word(const char **at, char *ret, size_t capacity)
{
    size_t n;

    *at += strspn(*at, " ");
    n = strcspn(*at, " ");
    if (n == 0 || n >= capacity)
        return false;
    memcpy(ret, *at, n);
    ret[n] = '\0';
    *at += n;
    return true;
}

static bool read_address(char *word, struct tt_endpoint *ret)
{
    static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};
    struct tt_addr addr = {0};

    word[strcspn(word, "%")] = '\0'; /* a link-local address names its interface */
    if (inet_pton(AF_INET, word, addr.octets) == 1) {
        ret->ip_version = 4;
    } else if (inet_pton(AF_INET6, word, addr.octets) != 1) {
        return false;
    } else if (memcmp(addr.octets, mapped_prefix, sizeof mapped_prefix) == 0) {
        ret->ip_version = 4;
        memmove(addr.octets, addr.octets + 12, 4);
        memset(addr.octets + 4, 0, 12);
    } else {
        ret->ip_version = 6;
    }
    ret->addr = addr;
    return true;
}

static bool read_end(const char **at, struct tt_endpoint *ret)
{
    char address[INET6_ADDRSTRLEN + 32], port[8];

    if (!take_word(at, address, sizeof address) || !take_word(at, port, sizeof port) || !read_address(address, ret))
        return false;
    unsigned long number = strtoul(port, NULL, 10);
    if (port[strspn(port, "0123456789")] != '\0' || number > UINT16_MAX)
        return false;
    ret->port = (uint16_t)number;
    return true;
}

static bool is_same(const struct tt_endpoint *a, const struct tt_endpoint *b)
{
    return a->port == b->port && a->ip_version == b->ip_version && memcmp(&a->addr, &b->addr, sizeof a->addr) == 0;
}

/* Client, its port, server, its port.  From the same host the client's end is a socket too, and as dear. */
static bool names(const char *ssh_connection, const struct tt_socket *socket)
{
    struct tt_endpoint client, server;

    if (!read_end(&ssh_connection, &client) || !read_end(&ssh_connection, &server))
        return false;
    return (is_same(&socket->peer, &client) && is_same(&socket->local, &server)) ||
           (is_same(&socket->peer, &server) && is_same(&socket->local, &client));
}

/* ---- ancestors ---------------------------------------------------------------------------------------------------------- */

/* This process as the folder numbers it: its "self" is a link to it. */
static bool read_self(int proc, uint32_t *ret)
{
    char link[32];
    ssize_t n = readlinkat(proc, "self", link, sizeof link - 1);

    if (n <= 0)
        return false;
    link[n] = '\0';
    *ret = (uint32_t)strtoul(link, NULL, 10);
    return *ret > 0 && *ret <= INT32_MAX;
}

static bool read_parent(int proc, uint32_t pid, uint32_t *ret)
{
    char path[64], status[STATUS_OCTETS];

    (void)snprintf(path, sizeof path, "%u/status", pid);
    return tt_read_small(proc, path, status, sizeof status) >= 0 && tt_status_number(status, "PPid:", 0, ret);
}

/* With hidepid a process that cannot be looked into does not even seem to be there. */
static bool can_be_looked_into(int proc, uint32_t pid)
{
    char path[64];

    (void)snprintf(path, sizeof path, "%u/fd", pid);
    int fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        (void)close(fd);
    return fd >= 0;
}

int tt_session_read(int proc, struct tt_owners *owners, struct tt_error *ret_error)
{
    uint32_t pid;

    if (!read_self(proc, &pid))
        return tt_fail(ret_error, TT_ERR_SYSTEM, "/proc does not show this process: it belongs to another pid namespace");
    while (pid != 0 && pid <= INT32_MAX) {
        if (owners->ancestors == TT_ANCESTORS_MAX)
            return tt_fail(ret_error, TT_ERR_LIMIT, "/proc: this process descends from more than %d", TT_ANCESTORS_MAX);
        owners->ancestor[owners->ancestors++] = (int32_t)pid;
        owners->unreadable_ancestors += !can_be_looked_into(proc, pid);
        if (!read_parent(proc, pid, &pid))
            break;
    }
    return 0;
}

static bool is_ancestor(const struct tt_owners *owners, int32_t pid)
{
    for (uint32_t i = 0; i < owners->ancestors; i++)
        if (owners->ancestor[i] == pid)
            return true;
    return false;
}

/* ---- the two together --------------------------------------------------------------------------------------------------- */

uint32_t tt_owners_unreadable_ancestors(const struct tt_owners *owners)
{
    return owners->unreadable_ancestors;
}

bool tt_owners_is_own_session(const struct tt_owners *owners, const struct tt_socket *socket, const char *ssh_connection)
{
    struct tt_process process;

    if (ssh_connection && names(ssh_connection, socket))
        return true;
    for (unsigned i = 0; tt_owners_of(owners, socket->inode, i, &process); i++)
        if (is_ancestor(owners, process.pid))
            return true;
    return false;
}
