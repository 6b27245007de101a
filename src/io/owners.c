/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owners.c - which processes hold which sockets, from the links of /proc/PID/fd.
 *
 * Threads share one table of descriptors, but need not (unshare(CLONE_FILES)), and where the first thread has ended its own is
 * empty while the others live: kcmp() tells which threads have a table that was not read yet.
 */
#include "io/owners.h"

#include "io/error.h"
#include "io/grow.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* /proc/PID/status has 1.5 KiB; what is read of it is in the first lines. */
#define STATUS_OCTETS 2048

/* ---- small files -------------------------------------------------------------------------------------------------------- */

int tt_read_small(int folder, const char *path, char *ret, size_t capacity)
{
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    ssize_t n = read(fd, ret, capacity - 1);
    int number = errno;
    (void)close(fd);
    errno = number;
    if (n < 0)
        return -1;
    ret[n] = '\0';
    return (int)n;
}

bool tt_status_number(const char *status, const char *name, unsigned n, uint32_t *ret)
{
    size_t length = strlen(name);
    const char *line = status;

    while (line && strncmp(line, name, length) != 0) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    if (!line)
        return false;
    line += length;
    for (;; n--) {
        char *end;
        line += strspn(line, " \t");
        if (!isdigit((unsigned char)*line))
            return false;
        unsigned long value = strtoul(line, &end, 10);
        if (value > UINT32_MAX)
            return false;
        line = end;
        if (n == 0) {
            *ret = (uint32_t)value;
            return true;
        }
    }
}

/* ---- one process -------------------------------------------------------------------------------------------------------- */

struct scan {
    int proc; /* the folder */
    struct tt_owners *owners;
    struct tt_process process;
    bool described; /* process has its name and uid */
    bool refused;   /* something of this process may not be read */
};

static bool is_denied(int number)
{
    return number == EACCES || number == EPERM;
}

static void describe(struct scan *scan)
{
    char path[64], status[STATUS_OCTETS];
    struct tt_process *process = &scan->process;

    scan->described = true;
    (void)snprintf(path, sizeof path, "%d/comm", process->pid);
    int n = tt_read_small(scan->proc, path, process->name, sizeof process->name);
    if (n < 0)
        process->name[0] = '\0';
    process->name[strcspn(process->name, "\n")] = '\0';
    (void)snprintf(path, sizeof path, "%d/status", process->pid);
    if (tt_read_small(scan->proc, path, status, sizeof status) < 0 || !tt_status_number(status, "Uid:", 1, &process->uid))
        process->uid = TT_SOCKET_UID_UNKNOWN;
}

/* "socket:[1234]" */
static bool socket_inode(const char *link, uint64_t *ret)
{
    char *end;

    if (strncmp(link, "socket:[", 8) != 0 || !isdigit((unsigned char)link[8]))
        return false;
    *ret = strtoull(link + 8, &end, 10);
    return strcmp(end, "]") == 0;
}

static int add(struct scan *scan, uint64_t inode, const char *fd)
{
    struct tt_owners *owners = scan->owners;
    struct tt_owner *grown = tt_grow(owners->alloc, owners->owner, owners->n, &owners->capacity, sizeof *grown);

    if (!grown)
        return TT_ERR_NOMEM;
    if (!scan->described)
        describe(scan);
    scan->process.fd = (int32_t)strtol(fd, NULL, 10);
    owners->owner = grown;
    owners->owner[owners->n++] = (struct tt_owner){inode, scan->process};
    return 0;
}

static DIR *open_folder(int folder, const char *path)
{
    int fd = openat(folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *opened = fd < 0 ? NULL : fdopendir(fd);

    if (fd >= 0 && !opened)
        (void)close(fd);
    return opened;
}

/* One table of descriptors.  A process may end at any moment: what is not there any more holds nothing. */
static int scan_descriptors(struct scan *scan, const char *path)
{
    DIR *folder = open_folder(scan->proc, path);
    const struct dirent *entry;
    int err = 0;

    if (!folder) {
        scan->refused |= is_denied(errno);
        return errno == ENOMEM || errno == EMFILE || errno == ENFILE ? TT_ERR_LIMIT : 0;
    }
    while (!err && (entry = readdir(folder))) {
        char link[64];
        uint64_t inode;
        ssize_t n = readlinkat(dirfd(folder), entry->d_name, link, sizeof link - 1);

        if (n < 0) {
            scan->refused |= is_denied(errno);
            continue;
        }
        link[n] = '\0';
        if (socket_inode(link, &inode))
            err = add(scan, inode, entry->d_name);
    }
    (void)closedir(folder);
    return err;
}

static bool share_descriptors(int32_t one, int32_t other)
{
    return syscall(SYS_kcmp, one, other, KCMP_FILES, 0, 0) == 0;
}

static bool is_alone(const struct scan *scan, const char *tasks)
{
    struct stat about;

    return fstatat(scan->proc, tasks, &about, 0) == 0 && about.st_nlink <= 3; /* ".", ".." and one thread */
}

static bool pid_of(const char *name, int32_t *ret)
{
    char *end;
    unsigned long value = isdigit((unsigned char)*name) ? strtoul(name, &end, 10) : 0;

    if (value == 0 || value > INT32_MAX || *end)
        return false;
    *ret = (int32_t)value;
    return true;
}

static int scan_threads(struct scan *scan)
{
    char path[64];
    int32_t thread, read_last = scan->process.pid;
    const struct dirent *entry;
    int err = 0;

    (void)snprintf(path, sizeof path, "%d/task", scan->process.pid);
    if (is_alone(scan, path))
        return 0;
    DIR *folder = open_folder(scan->proc, path);
    while (folder && !err && (entry = readdir(folder))) {
        if (!pid_of(entry->d_name, &thread) || thread == scan->process.pid || share_descriptors(read_last, thread))
            continue;
        (void)snprintf(path, sizeof path, "%d/task/%d/fd", scan->process.pid, thread);
        err = scan_descriptors(scan, path);
        read_last = thread;
    }
    if (folder)
        (void)closedir(folder);
    return err;
}

static int scan_process(struct scan *scan, int32_t pid)
{
    char path[64];

    scan->process = (struct tt_process){.pid = pid};
    scan->described = scan->refused = false;
    (void)snprintf(path, sizeof path, "%d/fd", pid);
    int err = scan_descriptors(scan, path);
    if (!err && !scan->refused)
        err = scan_threads(scan);
    scan->owners->unreadable += scan->refused;
    return err;
}

/* ---- all processes ------------------------------------------------------------------------------------------------------ */

static int by_inode_pid_fd(const void *left, const void *right)
{
    const struct tt_owner *a = left, *b = right;

    if (a->inode != b->inode)
        return a->inode < b->inode ? -1 : 1;
    if (a->process.pid != b->process.pid)
        return a->process.pid < b->process.pid ? -1 : 1;
    return (a->process.fd > b->process.fd) - (a->process.fd < b->process.fd);
}

static void sort_and_unite(struct tt_owners *owners)
{
    struct tt_owner *owner = owners->owner;
    size_t kept = 0;

    if (owners->n == 0)
        return;
    qsort(owner, owners->n, sizeof *owner, by_inode_pid_fd);
    for (size_t i = 1; i < owners->n; i++)
        if (owner[i].inode != owner[kept].inode || owner[i].process.pid != owner[kept].process.pid)
            owner[++kept] = owner[i];
    owners->n = kept + 1;
}

static int scan_all(DIR *folder, struct tt_owners *owners, struct tt_error *ret_error)
{
    struct scan scan = {.proc = dirfd(folder), .owners = owners};
    const struct dirent *entry;
    struct stat about;
    int32_t pid;

    while ((entry = readdir(folder))) {
        int err = pid_of(entry->d_name, &pid) ? scan_process(&scan, pid) : 0;
        if (err)
            return tt_fail(ret_error, err, "/proc: no memory or no file descriptors left to find the holders of sockets");
    }
    sort_and_unite(owners);
    /* process 1 is always there; who does not see it does not see others either */
    owners->hidden = fstatat(scan.proc, "1", &about, 0) != 0;
    return tt_session_read(scan.proc, owners, ret_error);
}

int tt_owners_read_in(const char *proc, const struct tt_alloc *alloc, struct tt_owners **ret, struct tt_error *ret_error)
{
    struct tt_owners *owners = tt_get_zero(alloc, sizeof *owners);

    if (!owners)
        return tt_fail(ret_error, TT_ERR_NOMEM, "%s: out of memory", proc);
    owners->alloc = alloc;
    DIR *folder = open_folder(AT_FDCWD, proc);
    int err = folder ? scan_all(folder, owners, ret_error) : tt_fail_errno(ret_error, errno, "%s", proc);
    if (folder)
        (void)closedir(folder);
    if (err)
        tt_owners_free(owners);
    else
        *ret = owners;
    return err;
}

int tt_owners_read(const struct tt_alloc *alloc, struct tt_owners **ret, struct tt_error *ret_error)
{
    return tt_owners_read_in("/proc", alloc, ret, ret_error);
}

/* The first of the inode's rows, or where it would be. */
static size_t first_of(const struct tt_owners *owners, uint64_t inode)
{
    size_t low = 0, high = owners->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (owners->owner[middle].inode < inode)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool tt_owners_of(const struct tt_owners *owners, uint64_t inode, unsigned i, struct tt_process *ret)
{
    size_t first = first_of(owners, inode);

    if (inode == 0 || i >= owners->n - first || owners->owner[first + i].inode != inode)
        return false;
    *ret = owners->owner[first + i].process;
    return true;
}

uint32_t tt_owners_unreadable(const struct tt_owners *owners)
{
    return owners->unreadable;
}

bool tt_owners_hidden(const struct tt_owners *owners)
{
    return owners->hidden;
}

void tt_owners_free(struct tt_owners *owners)
{
    if (!owners)
        return;
    tt_give(owners->alloc, owners->owner, owners->capacity * sizeof *owners->owner);
    tt_give(owners->alloc, owners, sizeof *owners);
}
