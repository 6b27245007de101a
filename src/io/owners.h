/* SPDX-License-Identifier: BSD-2-Clause */
/* owners.h - what the files about the holders of sockets share: reading a folder like /proc. */
#ifndef TCPTALE_IO_OWNERS_H
#define TCPTALE_IO_OWNERS_H

#include <tcptale/sockets.h>

/* A process that descends from more than these is not known to be anybody's. */
#define TT_ANCESTORS_MAX 1024

struct tt_owner {
    uint64_t inode;
    struct tt_process process;
};

struct tt_owners {
    const struct tt_alloc *alloc;
    struct tt_owner *owner; /* by inode, then pid, each pair once */
    size_t n, capacity;
    uint32_t unreadable, unreadable_ancestors;
    bool hidden;
    uint32_t ancestors; /* with this process itself */
    int32_t ancestor[TT_ANCESTORS_MAX];
};

/* As tt_owners_read(), of a folder that is laid out as /proc is. */
int tt_owners_read_in(const char *proc, const struct tt_alloc *alloc, struct tt_owners **ret, struct tt_error *ret_error);

/* The field of /proc/PID/status that begins with `name` ("PPid:"): its n-th number, from 0; false when there is none. */
bool tt_status_number(const char *status, const char *name, unsigned n, uint32_t *ret);

/* Reads a whole small file of a folder into `ret`, NUL-terminated and cut when it is longer; how many octets, or -1 with errno. */
int tt_read_small(int folder, const char *path, char *ret, size_t capacity);

/* Finds the ancestors: owners->ancestor and what belongs to it, with owners->owner sorted.  0, or TT_ERR_LIMIT. */
int tt_session_read(int proc, struct tt_owners *owners, struct tt_error *ret_error);

#endif
