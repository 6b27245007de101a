/* SPDX-License-Identifier: BSD-2-Clause */
/* capture.h - what the readers of pcap.c, pcapng.c and live.c share behind struct tt_capture. */
#ifndef TCPTALE_IO_CAPTURE_H
#define TCPTALE_IO_CAPTURE_H

#include "io/source.h"

/*
 * A file of nothing but interface descriptions would otherwise fill the memory; a packet block of pcapng counts interfaces in
 * 16 bits (its successor in 32, but no machine has so many).
 */
#define TT_INTERFACES_MAX 65536

/* An interface of the capture. */
struct tt_interface {
    uint32_t link;
    uint32_t snap_length; /* as the file says */
    uint32_t snap;        /* what the reader goes by */
    uint32_t ns_a_unit;   /* of a time stamp, 1 to 1000; 0: reckon with units_a_second */
    uint64_t units_a_second;
    int64_t seconds_added; /* if_tsoffset */
    uint64_t dropped;      /* as its statistics say last; UINT64_MAX: they say nothing */
    char *name;            /* owned; NULL */
};

/* How a pcap file's records look. */
struct tt_pcap_layout {
    bool swapped;    /* the file has the other byte order */
    uint8_t lengths; /* enum tt_pcap_lengths */
    uint8_t header_octets;
    uint32_t ns_a_unit; /* 1 or 1000 */
    uint32_t snap, snap_max;
    uint32_t link;
};

/* Where pcapng's reader is. */
struct tt_pcapng_place {
    bool swapped;
    uint32_t first_interface; /* of the section */
};

struct tt_live;

struct tt_capture {
    /* Gives the next frame: 1, 0 at the end, or a TT_ERR_. */
    int (*next)(struct tt_capture *capture, struct tt_frame *ret);
    struct tt_source source;
    struct tt_pcap_layout pcap;
    struct tt_pcapng_place pcapng;
    struct tt_live *live; /* NULL for a file */
    uint64_t frames;
    int ended; /* what every later call returns, below 1; 1 while it goes on */
    bool nanoseconds;
    const char *format; /* "pcap", "pcapng", "live" */
    char words[32];     /* format and packing, for the facts */
    struct tt_interface *interfaces;
    uint32_t interface_count, interface_room;
    volatile sig_atomic_t interrupted;
    const struct tt_alloc *alloc;
    char *path; /* owned */
    struct tt_error error;
};

/* Begin reading where the magic number was seen; 0 or a TT_ERR_. */
int tt_pcap_begin(struct tt_capture *capture);
int tt_pcapng_begin(struct tt_capture *capture);
bool tt_pcap_is(const uint8_t *magic);
bool tt_pcapng_is(const uint8_t *magic);

/* Adds an interface with the given link type and snap length; its index, or a TT_ERR_ with the text set. */
int tt_capture_add_interface(struct tt_capture *capture, uint32_t link, uint32_t snap_length);
/* "PATH: offset N: " and the words, as the capture's error; returns TT_ERR_FORMAT. */
int tt_capture_damaged(struct tt_capture *capture, uint64_t offset, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Reads a capture through the window from any input, which it takes over in any case: for tests and the fuzz target. */
int tt_capture_open_input(struct tt_input *input, const struct tt_alloc *alloc, struct tt_capture **ret,
                          struct tt_error *ret_error);
/* Reads a capture in memory as a mapped one; it must stay there: for tests and the fuzz target. */
int tt_capture_open_memory(const uint8_t *octets, size_t n, const struct tt_alloc *alloc, struct tt_capture **ret,
                           struct tt_error *ret_error);

#endif
