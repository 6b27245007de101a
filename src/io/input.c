/* SPDX-License-Identifier: BSD-2-Clause */
/* input.c - a file descriptor and the caller's memory as inputs. */
#include "io/input.h"

#include <string.h>
#include <unistd.h>

static ssize_t fd_read(struct tt_input *input, void *octets, size_t n)
{
    return read(input->fd, octets, n);
}

static int fd_rewind(struct tt_input *input)
{
    return lseek(input->fd, input->place, SEEK_SET) < 0 ? -1 : 0;
}

static void fd_done(struct tt_input *input)
{
    (void)close(input->fd);
}

struct tt_input tt_input_fd(int fd, bool waits, uint64_t total)
{
    return (struct tt_input){
        .read = fd_read,
        .rewind = fd_rewind,
        .done = fd_done,
        .fd = fd,
        .waits = waits,
        .place = lseek(fd, 0, SEEK_CUR),
        .total = total,
    };
}

static ssize_t memory_read(struct tt_input *input, void *octets, size_t n)
{
    size_t left = input->size - (size_t)input->place;

    if (n > left)
        n = left;
    if (n)
        memcpy(octets, input->octets + input->place, n);
    input->place += (int64_t)n;
    return (ssize_t)n;
}

static int memory_rewind(struct tt_input *input)
{
    input->place = 0;
    return 0;
}

static void memory_done(struct tt_input *input)
{
    (void)input;
}

struct tt_input tt_input_memory(const uint8_t *octets, size_t n)
{
    return (struct tt_input){
        .read = memory_read,
        .rewind = memory_rewind,
        .done = memory_done,
        .fd = -1,
        .octets = octets,
        .size = n,
        .total = n,
    };
}
