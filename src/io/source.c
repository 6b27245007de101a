/* SPDX-License-Identifier: BSD-2-Clause */
/* source.c - which way the octets of a file are read, and what all ways share. */
#include "io/source.h"

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

int tt_source_skip(struct tt_source *source, uint64_t n)
{
    while (n) {
        size_t part = tt_source_ready(source);

        if (part > n)
            part = (size_t)n;
        source->at += part;
        n -= part;
        if (n) {
            int there = tt_source_need(source, 1);
            if (there < 1)
                return there;
        }
    }
    return 1;
}

int tt_source_open(struct tt_source *source)
{
    bool standard_input = strcmp(source->path, "-") == 0;
    int fd = standard_input ? dup(STDIN_FILENO) : open(source->path, O_RDONLY | O_CLOEXEC);
    struct stat about;

    if (fd < 0)
        return tt_fail_errno(source->error, errno, "%s", tt_source_name(source));
    if (fstat(fd, &about) != 0) {
        int err = tt_fail_errno(source->error, errno, "%s", tt_source_name(source));
        (void)close(fd);
        return err;
    }
    return tt_source_map(source, fd, (uint64_t)about.st_size);
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
