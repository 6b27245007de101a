/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source.h - the octets of a capture file as one contiguous run that moves forward, wherever they come from.
 *
 * A reader looks at [at, end) directly, and calls tt_source_need() only when that is too short for it.  Behind it is one of
 *   the map     (source_map.c)     a regular file, mapped: nothing is copied;
 *   the window  (source_window.c)  a buffer that a pipe, gzip or zstd is read into;
 *   the memory  (source.c)         octets of the caller, for tests.
 * What has been stepped over may go away at the next tt_source_need(), and the octets from `at` on may move.
 */
#ifndef TCPTALE_IO_SOURCE_H
#define TCPTALE_IO_SOURCE_H

#include "io/error.h"
#include "io/input.h"

#include <signal.h>

struct tt_source;

struct tt_source_kind {
    /* Makes n octets from `at` on available, or as many as there are; a TT_ERR_ with the text in source->error. */
    int (*need)(struct tt_source *source, size_t n);
    /* Back to the first octet, or TT_ERR_MISUSE. */
    int (*rewind)(struct tt_source *source);
    void (*done)(struct tt_source *source);
};

struct tt_source {
    const uint8_t *at;   /* what comes next */
    const uint8_t *end;  /* octets up to here may be looked at */
    uint64_t end_offset; /* where `end` is in the (uncompressed) data */
    const struct tt_source_kind *kind;
    void *state; /* the kind's own */
    const struct tt_alloc *alloc;
    const char *path;                   /* view; "standard input" for "-" in messages */
    const char *packing;                /* "", "gzip" or "zstd" */
    uint64_t file_octets, total_octets; /* of the file itself: consumed, and its size (0: not known) */
    uint64_t device, inode;             /* of a regular file; 0 */
    struct tt_error *error;             /* of the capture */
    volatile sig_atomic_t *interrupted;
};

/* Opens source->path ("-" is standard input); path, alloc, error and interrupted are set. */
int tt_source_open(struct tt_source *source);
/* The same of a duplicate of this descriptor. */
int tt_source_open_fd(struct tt_source *source, int fd);
/* Reads the caller's octets, which stay where they are. */
int tt_source_open_memory(struct tt_source *source, const uint8_t *octets, size_t n);
void tt_source_done(struct tt_source *source);

/* The path as messages call it. */
const char *tt_source_name(const struct tt_source *source);
/* Maps a regular file of this size; takes fd over when it succeeds. */
int tt_source_map(struct tt_source *source, int fd, uint64_t size);
/* Reads an input through a window, unpacked when it is packed; takes it over in any case. */
int tt_source_open_window(struct tt_source *source, struct tt_input *input);

/* The offset of what comes next. */
static inline uint64_t tt_source_offset(const struct tt_source *source)
{
    return source->end_offset - (uint64_t)(source->end - source->at);
}

static inline size_t tt_source_ready(const struct tt_source *source)
{
    return (size_t)(source->end - source->at);
}

/* n octets at source->at: 1 they are there, 0 the data ends before (tt_source_ready() says how many there are), or a TT_ERR_. */
int tt_source_need_slow(struct tt_source *source, size_t n);

static inline int tt_source_need(struct tt_source *source, size_t n)
{
    return tt_source_ready(source) >= n ? 1 : tt_source_need_slow(source, n);
}

#endif
