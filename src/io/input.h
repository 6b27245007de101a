/* SPDX-License-Identifier: BSD-2-Clause */
/* input.h - where the window's octets come from: a file descriptor, the caller's memory, or what a test makes of them. */
#ifndef TCPTALE_IO_INPUT_H
#define TCPTALE_IO_INPUT_H

#include <tcptale/base.h>

#include <sys/types.h>

struct tt_input {
    /* Up to n octets: how many, 0 at the end, -1 and errno. */
    ssize_t (*read)(struct tt_input *input, void *octets, size_t n);
    /* Back to the first octet: 0, or -1 and errno. */
    int (*rewind)(struct tt_input *input);
    void (*done)(struct tt_input *input);
    int fd;
    bool waits;    /* reading may have to wait: poll fd first */
    int64_t place; /* fd: where it stood when it was opened; memory: the next octet */
    const uint8_t *octets;
    size_t size;
    uint64_t total; /* octets there are; 0 when not known */
};

struct tt_input tt_input_fd(int fd, bool waits, uint64_t total);
struct tt_input tt_input_memory(const uint8_t *octets, size_t n);

#endif
