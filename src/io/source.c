/* SPDX-License-Identifier: BSD-2-Clause */
/* source.c - which way the octets of a file are read, and what all ways share. */
#include "io/source.h"

#include "io/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *tt_source_name(const struct tt_source *source)
{
    return strcmp(source->path, "-") == 0 ? "standard input" : source->path;
}

int tt_source_need_slow(struct tt_source *source, size_t n)
{
    int err = source->kind->need(source, n);

    if (err < 0)
        return err;
    return tt_source_ready(source) >= n;
}

/* A file that can be mapped: regular, with a size (those of /proc have none), read from its start, and not packed. */
static bool is_mappable(int fd, const struct stat *about)
{
    uint8_t magic[4];
    ssize_t n;

    if (!S_ISREG(about->st_mode) || about->st_size == 0 || lseek(fd, 0, SEEK_CUR) != 0)
        return false;
    n = pread(fd, magic, sizeof magic, 0);
    return n > 0 && !tt_unpacker_for(magic, (size_t)n);
}

static int open_fd(struct tt_source *source, int fd)
{
    struct stat about;

    if (fstat(fd, &about) != 0) {
        int err = tt_fail_errno(source->error, errno, "%s", tt_source_name(source));
        (void)close(fd);
        return err;
    }
    if (S_ISREG(about.st_mode)) {
        source->device = about.st_dev;
        source->inode = about.st_ino;
    }
    /* Not every file system maps its files, and the address space may be limited: the window serves as well. */
    if (is_mappable(fd, &about) && tt_source_map(source, fd, (uint64_t)about.st_size) == 0)
        return 0;
    *source->error = (struct tt_error){0};
    bool regular = S_ISREG(about.st_mode);
    struct tt_input input = tt_input_fd(fd, !regular, regular ? (uint64_t)about.st_size : 0);
    return tt_source_open_window(source, &input);
}

/* Goes on with what open() and its like returned. */
static int opened(struct tt_source *source, int fd)
{
    return fd < 0 ? tt_fail_errno(source->error, errno, "%s", tt_source_name(source)) : open_fd(source, fd);
}

int tt_source_open_fd(struct tt_source *source, int fd)
{
    return opened(source, fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

int tt_source_open(struct tt_source *source)
{
    if (strcmp(source->path, "-") == 0)
        return tt_source_open_fd(source, STDIN_FILENO);
    return opened(source, open(source->path, O_RDONLY | O_CLOEXEC));
}

void tt_source_done(struct tt_source *source)
{
    if (source->kind)
        source->kind->done(source);
    source->kind = NULL;
}

/* ---- the caller's memory ------------------------------------------------------------------------------------------------- */

static int memory_need(struct tt_source *source, size_t n)
{
    (void)source;
    (void)n;
    return 0;
}

static int memory_rewind(struct tt_source *source)
{
    source->at = source->end - source->end_offset;
    return 0;
}

static void memory_done(struct tt_source *source)
{
    (void)source;
}

int tt_source_open_memory(struct tt_source *source, const uint8_t *octets, size_t n)
{
    static const struct tt_source_kind memory = {memory_need, memory_rewind, memory_done};

    source->kind = &memory;
    source->at = octets;
    source->end = octets + n;
    source->end_offset = source->total_octets = n;
    return 0;
}
