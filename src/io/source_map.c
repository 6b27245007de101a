/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source_map.c - a regular file as a source: mapped, so that no octet is copied and frames are views of the page cache.
 *
 * The whole file is one mapping.  Reading goes through it in steps of a chunk: the next chunk is brought into the page tables in
 * one call, and the one before is dropped from them, so that the process stays small however big the file is.
 *
 * A mapping can fault where read() would return an error: when the disk fails, and when another process truncates the file.
 * Bringing each chunk in with MADV_POPULATE_READ turns both into an error return, as long as they happen before the reader gets
 * to the chunk.  What is left is a file truncated under the reader's feet, in the chunk that it is in: that is a SIGBUS, as for
 * every program that maps files.  A library must not take over a signal of the whole process, and copying every octet to close
 * that gap costs a seventh of the time of reading and tracking a capture; who must read files that others truncate can pipe them
 * in.
 */
#include "io/source.h"

#include "base/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Measured on cached files of 765 MB: 1 to 16 MiB are equally fast, and two chunks are what stays resident. */
#define CHUNK_OCTETS ((uint64_t)2 << 20)

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

struct map {
    int fd;
    uint8_t *octets;
    uint64_t size;    /* mapped */
    uint64_t dropped; /* octets before this are out of the page tables */
};

/* The file may have grown since it was mapped: then it is mapped again, whole. */
static int map_whole(struct tt_source *source, struct map *map, uint64_t size)
{
    void *octets = mmap(NULL, size, PROT_READ, MAP_SHARED, map->fd, 0);

    if (octets == MAP_FAILED)
        return tt_fail_errno(source->error, errno, "%s: the file could not be mapped", tt_source_name(source));
    if (map->octets)
        (void)munmap(map->octets, map->size);
    (void)madvise(octets, size, MADV_SEQUENTIAL); /* reads a file that is not cached in half the time */
    map->octets = octets;
    map->size = size;
    source->total_octets = size;
    return 0;
}

/* Follows a file that has grown, and refuses to touch one that has shrunk. */
static int look_at_size(struct tt_source *source, struct map *map, uint64_t ready)
{
    struct stat about;

    if (fstat(map->fd, &about) != 0)
        return tt_fail_errno(source->error, errno, "%s", tt_source_name(source));
    if ((uint64_t)about.st_size < map->size)
        return tt_fail(source->error, TT_ERR_FORMAT, "%s: offset %llu: the file was truncated while it was read",
                       tt_source_name(source), (unsigned long long)about.st_size);
    if (ready < map->size || (uint64_t)about.st_size == map->size)
        return 0;
    return map_whole(source, map, (uint64_t)about.st_size);
}

static int bring_in(struct tt_source *source, struct map *map, uint64_t from, uint64_t to)
{
    uint64_t page = from & ~(uint64_t)4095;

    if (madvise(map->octets + page, to - page, MADV_POPULATE_READ) == 0 || errno == EINVAL)
        return 0; /* EINVAL: a kernel before 5.14, which brings pages in one by one */
    if (errno == EINTR)
        return TT_ERR_INTERRUPTED;
    return tt_fail_errno(source->error, errno == EFAULT ? EIO : errno, "%s: offset %llu", tt_source_name(source),
                         (unsigned long long)from);
}

static void drop_before(struct map *map, uint64_t offset)
{
    uint64_t chunk = offset - offset % CHUNK_OCTETS;

    if (chunk > map->dropped) {
        (void)madvise(map->octets + map->dropped, chunk - map->dropped, MADV_DONTNEED);
        map->dropped = chunk;
    }
}

static int map_need(struct tt_source *source, size_t n)
{
    struct map *map = source->state;
    uint64_t at = tt_source_offset(source), ready = source->end_offset;
    int err = *source->interrupted ? TT_ERR_INTERRUPTED : look_at_size(source, map, ready);

    if (err)
        return err;
    uint64_t left = map->size - at;
    uint64_t to = at + (n < left ? n : left);
    to = to + CHUNK_OCTETS - to % CHUNK_OCTETS;
    if (to > map->size)
        to = map->size;
    if (to > ready) {
        err = bring_in(source, map, ready, to);
        if (err)
            return err;
    }
    drop_before(map, at);
    source->at = map->octets + at;
    source->end = map->octets + to;
    source->end_offset = source->file_octets = to;
    return 0;
}

static int map_rewind(struct tt_source *source)
{
    struct map *map = source->state;

    (void)madvise(map->octets, map->size, MADV_DONTNEED);
    map->dropped = 0;
    source->at = source->end = map->octets;
    source->end_offset = source->file_octets = 0;
    return 0;
}

static void map_done(struct tt_source *source)
{
    struct map *map = source->state;

    (void)munmap(map->octets, map->size);
    (void)close(map->fd);
    tt_give(source->alloc, map, sizeof *map);
}

int tt_source_map(struct tt_source *source, int fd, uint64_t size)
{
    static const struct tt_source_kind kind = {map_need, map_rewind, map_done};
    struct map *map = tt_get_zero(source->alloc, sizeof *map);

    if (!map)
        return tt_fail(source->error, TT_ERR_NOMEM, "%s: out of memory", tt_source_name(source));
    map->fd = fd;
    int err = map_whole(source, map, size);
    if (err) {
        tt_give(source->alloc, map, sizeof *map);
        return err;
    }
    source->state = map;
    source->kind = &kind;
    return map_rewind(source);
}
