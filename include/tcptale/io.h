/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/io.h - what touches files, devices and the kernel: reading captures, live capture, filters, writing captures.
 */
#ifndef TCPTALE_IO_H
#define TCPTALE_IO_H

#include <tcptale/wire.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What went wrong, for people: what failed, where (file, offset, interface), and what to do.  One line, no newline. */
struct tt_error {
    int code; /* TT_ERR_…, 0 for none */
    char text[512];
};

/* The C library's memory, for callers that have no allocator of their own. */
const struct tt_alloc *tt_system_alloc(void);

/* ---- where frames come from -------------------------------------------------------------------------------------------------- */

struct tt_capture;

/*
 * Opens a capture file: pcap (both byte orders, micro- and nanoseconds, and the modified and Kuznetzov kinds) or pcapng, plain,
 * gzip or zstd; "-" is standard input.  A plain regular file is mapped, and its frames are views of the map; everything else goes
 * through a window that is read into.  An empty file is an error, a file with no packets is not.  What is read, and what is damage,
 * is as in libpcap 1.10.3, but that interfaces of one pcapng file may differ in everything.
 *
 * A mapped file that another process truncates while it is read is an error, unless that happens in the few megabytes that are
 * being read: then it is a SIGBUS, which a library must leave to its program.
 */
int tt_capture_open(const char *path, const struct tt_alloc *alloc, struct tt_capture **ret, struct tt_error *ret_error);
/* The same of an open file, of which a duplicate is kept; messages and facts have `name` as its path. */
int tt_capture_open_fd(int fd, const char *name, const struct tt_alloc *alloc, struct tt_capture **ret, struct tt_error *ret_error);
/* Whether a capture file, packed or not, can begin with these octets, at least 4: for who keeps a stream before reading it. */
bool tt_capture_begins(const uint8_t *octets, size_t n);

/* How a live capture is set up.  All zero: the defaults of tcpdump. */
struct tt_live_options {
    const char *interface; /* as tcpdump's -i; NULL: the first that is up */
    const char *filter;    /* pcap expression that the kernel applies; NULL: none */
    uint32_t snap_length;  /* octets; 0: 262144 */
    uint32_t buffer_kib;   /* the kernel's buffer; 0: its default */
    bool not_promiscuous;
    bool immediate;
};

/* Opens an interface.  Needs CAP_NET_RAW until it returns. */
int tt_capture_open_live(const struct tt_live_options *options, const struct tt_alloc *alloc, struct tt_capture **ret,
                         struct tt_error *ret_error);

/*
 * The next frame.  Interfaces are counted through all sections of a file; a time that tt_ns cannot hold is INT64_MIN or INT64_MAX.
 *
 * Returns 1 a frame, a view until the next call; 0 the end; TT_ERR_INTERRUPTED after tt_capture_interrupt(); another
 * TT_ERR_ when the file is cut short or damaged (everything before has been given) or the device failed: tt_capture_error() says
 * how.  After a value below 1 other than TT_ERR_INTERRUPTED the capture stays at its end.
 */
int tt_capture_next(struct tt_capture *capture, struct tt_frame *ret);

/* A view that lives as long as the capture; code 0 while nothing is wrong. */
const struct tt_error *tt_capture_error(const struct tt_capture *capture);

/* Starts a file again from its first frame; TT_ERR_MISUSE for a pipe or an interface. */
int tt_capture_rewind(struct tt_capture *capture);

/* Makes a tt_capture_next() that waits, or is in a long file, return soon.  May be called from a signal handler. */
void tt_capture_interrupt(struct tt_capture *capture);

/*
 * Whether a path is the very file that the capture reads: writing to it would destroy what is still to be read.  "-", standard
 * output, never is.
 */
bool tt_capture_reads(const struct tt_capture *capture, const char *path);

void tt_capture_free(struct tt_capture *capture);

/* One interface of a capture, as the file or the kernel describes it. */
struct tt_capture_interface {
    uint32_t link;
    uint32_t snap_length; /* 0: no limit */
    const char *name;     /* view; NULL when the file does not say */
};

/* What is known of a capture so far. */
struct tt_capture_facts {
    const char *path;        /* view: as it was given; the interface's name */
    const char *format;      /* view: "pcap", "pcap, gzip", "pcapng", "live" */
    bool live, nanoseconds;  /* the file's own resolution is finer than a microsecond */
    uint32_t interfaces;     /* seen so far; a pcap file has one */
    uint64_t frames, octets; /* given so far; octets of the file consumed */
    uint64_t octets_total;   /* of the file; 0 when not known */
    uint64_t dropped;        /* by the kernel or as the file says; UINT64_MAX when not known */
};

void tt_capture_facts(struct tt_capture *capture, struct tt_capture_facts *ret);
/* The i-th interface, i below facts.interfaces. */
void tt_capture_interface(const struct tt_capture *capture, uint32_t i, struct tt_capture_interface *ret);

/* ---- filters ----------------------------------------------------------------------------------------------------------------- */

/* A pcap filter expression, compiled by libpcap for each link type when a frame of it first comes. */
struct tt_filter;

/* Checks the expression (for Ethernet and raw IP; an expression that compiles for neither is an error). */
int tt_filter_new(const char *expression, const struct tt_alloc *alloc, struct tt_filter **ret, struct tt_error *ret_error);
/* 1 when the frame passes, 0 when not (also when the expression makes no sense for its link type), or a TT_ERR_. */
int tt_filter_match(struct tt_filter *filter, const struct tt_frame *frame);
void tt_filter_free(struct tt_filter *filter);

/* ---- writing captures -------------------------------------------------------------------------------------------------------- */

struct tt_writer;

enum tt_file_format {
    TT_FILE_BY_NAME, /* pcapng when the path ends in .pcapng or .ntar, else pcap */
    TT_FILE_PCAP,
    TT_FILE_PCAPNG
};

/*
 * Opens a capture file for writing; "-" is standard output.  The link type and resolution come with the first frame.  pcap has one
 * link type: a frame of another is TT_ERR_FORMAT, with the advice to write pcapng.  Times are written in nanoseconds when
 * `nanoseconds`, else in microseconds.
 */
int tt_writer_open(const char *path, enum tt_file_format format, bool nanoseconds, const struct tt_alloc *alloc,
                   struct tt_writer **ret, struct tt_error *ret_error);
/*
 * How pcapng describes an interface: its name and snap length.  Before its first frame, and only when more is to be said than the
 * link type, which comes with the frames.
 */
int tt_writer_describe(struct tt_writer *writer, uint32_t interface, const struct tt_capture_interface *about,
                       struct tt_error *ret_error);
int tt_writer_put(struct tt_writer *writer, const struct tt_frame *frame, struct tt_error *ret_error);
/* Everything put so far is with the system. */
int tt_writer_flush(struct tt_writer *writer, struct tt_error *ret_error);
/* Flushes, closes and frees; the file has a header even when no frame came (of link type `link`). */
int tt_writer_close(struct tt_writer *writer, uint32_t link, struct tt_error *ret_error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
