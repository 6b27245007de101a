/* SPDX-License-Identifier: BSD-2-Clause */
/* io_build.h - capture files built octet by octet, in either byte order, and read back in every way there is. */
#ifndef TCPTALE_IO_BUILD_H
#define TCPTALE_IO_BUILD_H

#include "unit.h"

#include <tcptale/io.h>

#include "io/capture.h"

#include <stdio.h>
#include <unistd.h>

struct build {
    bool big; /* the byte order */
    size_t n;
    uint8_t octets[1 << 16];
};

static inline void put_octets(struct build *b, const void *octets, size_t n)
{
    assert_true(b->n + n <= sizeof b->octets);
    memcpy(b->octets + b->n, octets, n);
    b->n += n;
}
static inline void put8(struct build *b, unsigned v)
{
    put_octets(b, &(uint8_t){(uint8_t)v}, 1);
}
static inline void put16(struct build *b, unsigned v)
{
    put8(b, b->big ? v >> 8 : v);
    put8(b, b->big ? v : v >> 8);
}
static inline void put32(struct build *b, uint32_t v)
{
    put16(b, b->big ? v >> 16 : v & 0xffff);
    put16(b, b->big ? v & 0xffff : v >> 16);
}
static inline void put64(struct build *b, uint64_t v)
{
    put32(b, (uint32_t)(b->big ? v >> 32 : v));
    put32(b, (uint32_t)(b->big ? v : v >> 32));
}
/* n octets that count up from `first`. */
static inline void put_count(struct build *b, unsigned first, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put8(b, (unsigned)(first + i) & 255);
}

/* ---- pcap ---------------------------------------------------------------------------------------------------------------- */

static inline void pcap_header(struct build *b, uint32_t magic, unsigned major, unsigned minor, uint32_t snap, uint32_t link)
{
    put32(b, magic);
    put16(b, major);
    put16(b, minor);
    put64(b, 0);
    put32(b, snap);
    put32(b, link);
}
static inline void pcap_record(struct build *b, uint32_t seconds, uint32_t fraction, uint32_t captured, uint32_t length)
{
    put32(b, seconds);
    put32(b, fraction);
    put32(b, captured);
    put32(b, length);
}

/* ---- pcapng -------------------------------------------------------------------------------------------------------------- */

/* Begins a block; block_end() fills in the lengths. */
static inline size_t block_begin(struct build *b, uint32_t type)
{
    size_t at = b->n;

    put32(b, type);
    put32(b, 0);
    return at;
}
static inline void block_end(struct build *b, size_t at)
{
    uint32_t octets = (uint32_t)(b->n + 4 - at);
    size_t end;

    put32(b, octets);
    end = b->n;
    b->n = at + 4;
    put32(b, octets);
    b->n = end;
}
static inline void option(struct build *b, unsigned code, const void *value, size_t n)
{
    put16(b, code);
    put16(b, (unsigned)n);
    put_octets(b, value, n);
    put_octets(b, "\0\0\0", (4 - n % 4) % 4);
}
static inline void section(struct build *b)
{
    size_t at = block_begin(b, 0x0a0d0d0a);

    put32(b, 0x1a2b3c4d);
    put16(b, 1);
    put16(b, 0);
    put64(b, UINT64_MAX);
    block_end(b, at);
}
/* An interface whose times count as `resolution` says (if_tsresol); NULL name: none. */
static inline void interface(struct build *b, unsigned link, uint32_t snap, const char *name, unsigned resolution)
{
    size_t at = block_begin(b, 1);

    put16(b, link);
    put16(b, 0);
    put32(b, snap);
    if (name)
        option(b, 2, name, strlen(name));
    option(b, 9, &(uint8_t){(uint8_t)resolution}, 1);
    option(b, 0, "", 0);
    block_end(b, at);
}
static inline void packet(struct build *b, uint32_t of, uint64_t units, uint32_t captured, uint32_t length)
{
    size_t at = block_begin(b, 6);

    put32(b, of);
    put32(b, (uint32_t)(units >> 32));
    put32(b, (uint32_t)units);
    put32(b, captured);
    put32(b, length);
    put_count(b, 1, captured);
    put_octets(b, "\0\0\0", (4 - captured % 4) % 4);
    block_end(b, at);
}

/* ---- reading back -------------------------------------------------------------------------------------------------------- */

/* The ways to read octets: they must all tell the same. */
enum way { WAY_MEMORY, WAY_WINDOW, WAY_MAP, WAY_COUNT };

/* A file of the octets that is gone when it is closed, and its path in /proc. */
static inline int temporary_file(const uint8_t *octets, size_t n, char path[64])
{
    char template[] = "/tmp/tcptale-test-XXXXXX";
    int fd = mkstemp(template);

    assert_true(fd >= 0);
    assert_int_equal(unlink(template), 0);
    assert_int_equal(write(fd, octets, n), n);
    (void)snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static inline int open_in_way(enum way way, const uint8_t *octets, size_t n, const struct tt_alloc *alloc, struct tt_capture **ret,
                              struct tt_error *ret_error)
{
    struct tt_input input = tt_input_memory(octets, n);
    char path[64];
    int fd, err;

    if (way == WAY_MEMORY)
        return tt_capture_open_memory(octets, n, alloc, ret, ret_error);
    if (way == WAY_WINDOW)
        return tt_capture_open_input(&input, alloc, ret, ret_error);
    fd = temporary_file(octets, n, path);
    err = tt_capture_open(path, alloc, ret, ret_error);
    (void)close(fd);
    return err;
}

/* What reading gives, whichever way: the frames that there are, and how it ends. */
struct reading {
    int opened, ended;
    unsigned frames;
    struct tt_frame frame[16];     /* octets are no longer there */
    struct tt_capture_facts facts; /* its strings are gone, too */
    char format[32];
    struct tt_error error;
};

static inline void read_in_way(enum way way, const uint8_t *octets, size_t n, struct reading *ret)
{
    struct unit_memory memory;
    struct tt_capture *capture = NULL;

    unit_memory_init(&memory);
    *ret = (struct reading){.ended = 1};
    ret->opened = open_in_way(way, octets, n, &memory.alloc, &capture, &ret->error);
    if (ret->opened == 0) {
        struct tt_frame frame;
        while ((ret->ended = tt_capture_next(capture, &frame)) == 1) {
            if (ret->frames < 16)
                ret->frame[ret->frames] = frame;
            ret->frames++;
        }
        assert_int_equal(tt_capture_next(capture, &frame), ret->ended); /* it stays there */
        tt_capture_facts(capture, &ret->facts);
        (void)snprintf(ret->format, sizeof ret->format, "%s", ret->facts.format);
        ret->error = *tt_capture_error(capture);
    }
    tt_capture_free(capture);
    assert_int_equal(memory.blocks, 0);
    assert_int_equal(memory.octets, 0);
}

#endif
