/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer.c - capture files written: pcap 2.4, and pcapng with one section.
 *
 * Frames gather in a buffer that goes to the system when it is full, at a flush and at the end.  After an error nothing more is
 * written and every call returns that error: what is in the file by then stays there.
 */
#include "io/error.h"

#include "base/memory.h"
#include "io/link.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_OCTETS ((size_t)256 << 10)
/* The interfaces of a pcapng file; more are possible in a file, not in a machine. */
#define INTERFACES_MAX 65536

/* What both formats say of themselves. */
#define PCAP_MAGIC_MICROSECONDS 0xa1b2c3d4
#define PCAP_MAGIC_NANOSECONDS 0xa1b23c4d
#define BLOCK_SECTION 0x0a0d0d0a
#define BLOCK_INTERFACE 1
#define BLOCK_PACKET 6
#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define OPTION_NAME 2
#define OPTION_RESOLUTION 9

/* An interface whose description is in the file; its place in the table is its number there. */
struct described {
    uint32_t interface, link;
};

struct tt_writer {
    const struct tt_alloc *alloc;
    int fd;
    bool is_stdout, pcapng, nanoseconds;
    bool begun;    /* the file has its header */
    uint32_t link; /* pcap: of the file */
    struct described *described;
    uint32_t count, room, last;
    size_t used;
    uint64_t octets; /* with the system */
    char *path;      /* owned */
    struct tt_error error;
    uint8_t buffer[BUFFER_OCTETS];
};

static const char *name_of(const struct tt_writer *writer)
{
    return writer->is_stdout ? "standard output" : writer->path;
}

/* ---- octets to the system ------------------------------------------------------------------------------------------------ */

static int write_all(struct tt_writer *writer, const uint8_t *octets, size_t n)
{
    while (n) {
        ssize_t done = write(writer->fd, octets, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return tt_fail_errno(&writer->error, errno, "%s: offset %llu: the file could not be written", name_of(writer),
                                 (unsigned long long)writer->octets);
        octets += done;
        n -= (size_t)done;
        writer->octets += (uint64_t)done;
    }
    return 0;
}

static int empty_buffer(struct tt_writer *writer)
{
    size_t n = writer->used;

    writer->used = 0;
    return write_all(writer, writer->buffer, n);
}

static int append(struct tt_writer *writer, const void *octets, size_t n)
{
    if (n > BUFFER_OCTETS - writer->used) {
        int err = empty_buffer(writer);
        if (err)
            return err;
    }
    if (n > BUFFER_OCTETS)
        return write_all(writer, octets, n);
    if (n)
        memcpy(writer->buffer + writer->used, octets, n);
    writer->used += n;
    return 0;
}

/* The error that stopped the writer, for every call from then on. */
static int result_of(const struct tt_writer *writer, struct tt_error *ret_error)
{
    if (writer->error.code && ret_error)
        *ret_error = writer->error;
    return writer->error.code;
}

/* ---- pcap ---------------------------------------------------------------------------------------------------------------- */

static int begin_pcap(struct tt_writer *writer, uint32_t link)
{
    uint32_t magic = writer->nanoseconds ? PCAP_MAGIC_NANOSECONDS : PCAP_MAGIC_MICROSECONDS;
    const uint32_t header[6] = {magic, 4 << 16 | 2, 0, 0, tt_link_snap_max(link), link};

    writer->link = link;
    return append(writer, header, sizeof header);
}

/* Rounded down, also before 1970. */
static int64_t seconds_of(tt_ns time)
{
    return time / TT_NS_PER_S - (time % TT_NS_PER_S < 0);
}

static uint32_t nanoseconds_of(tt_ns time)
{
    int64_t rest = time % TT_NS_PER_S;

    return (uint32_t)(rest < 0 ? rest + TT_NS_PER_S : rest);
}

/* 32 bits: times outside of them become the first or the last that there is. */
static uint32_t pcap_seconds(int64_t seconds)
{
    if (seconds < INT32_MIN)
        return (uint32_t)INT32_MIN;
    return seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

static int put_pcap(struct tt_writer *writer, const struct tt_frame *frame)
{
    int64_t seconds = seconds_of(frame->time);
    uint32_t fraction = nanoseconds_of(frame->time) / (writer->nanoseconds ? 1 : 1000);
    const uint32_t record[4] = {pcap_seconds(seconds), fraction, frame->captured, frame->length};

    if (frame->link != writer->link)
        return tt_fail(&writer->error, TT_ERR_FORMAT,
                       "%s: a pcap file has one link type (%u), and a frame has another (%u): write pcapng instead",
                       name_of(writer), writer->link, frame->link);
    int err = append(writer, record, sizeof record);
    return err ? err : append(writer, frame->octets, frame->captured);
}

/* ---- pcapng -------------------------------------------------------------------------------------------------------------- */

static int begin_pcapng(struct tt_writer *writer)
{
    /* The section's length is not known: all ones. */
    static const uint32_t section[7] = {BLOCK_SECTION, 28, BYTE_ORDER_MAGIC, 1, UINT32_MAX, UINT32_MAX, 28};

    return append(writer, section, sizeof section);
}

static size_t padding_of(size_t n)
{
    return (4 - n % 4) % 4;
}

static int pad(struct tt_writer *writer, size_t n)
{
    static const uint8_t zeros[4];

    return append(writer, zeros, padding_of(n));
}

static int put_option(struct tt_writer *writer, uint16_t code, const void *value, size_t n)
{
    const uint16_t header[2] = {code, (uint16_t)n};
    int err = append(writer, header, sizeof header);

    if (!err)
        err = append(writer, value, n);
    return err ? err : pad(writer, n);
}

/* An interface description block: link type, snap length, name, and the resolution of times. */
static int put_interface(struct tt_writer *writer, const struct tt_capture_interface *about)
{
    size_t name_octets = about->name ? strnlen(about->name, UINT16_MAX) : 0;
    size_t name_option = name_octets ? 4 + name_octets + padding_of(name_octets) : 0;
    uint32_t octets = (uint32_t)(16 + name_option + 8 + 4 + 4);
    const uint32_t header[4] = {BLOCK_INTERFACE, octets, about->link & 0xffff, about->snap_length};
    const uint8_t resolution = writer->nanoseconds ? 9 : 6;
    const uint32_t end[2] = {0, octets}; /* the end of options, and the length again */
    int err = append(writer, header, sizeof header);

    if (!err && name_octets)
        err = put_option(writer, OPTION_NAME, about->name, name_octets);
    if (!err)
        err = put_option(writer, OPTION_RESOLUTION, &resolution, 1);
    return err ? err : append(writer, end, sizeof end);
}

static int more_room(struct tt_writer *writer)
{
    uint32_t room = writer->room ? 2 * writer->room : 4;
    size_t one = sizeof *writer->described;
    struct described *more;

    if (writer->count >= INTERFACES_MAX)
        return tt_fail(&writer->error, TT_ERR_LIMIT, "%s: more than %d interfaces", name_of(writer), INTERFACES_MAX);
    more = writer->alloc->resize(writer->alloc->ctx, writer->described, one * writer->room, one * room);
    if (!more)
        return tt_fail(&writer->error, TT_ERR_NOMEM, "%s: out of memory", name_of(writer));
    writer->described = more;
    writer->room = room;
    return 0;
}

static int describe(struct tt_writer *writer, uint32_t interface, const struct tt_capture_interface *about)
{
    int err = writer->count == writer->room ? more_room(writer) : 0;

    if (err)
        return err;
    writer->last = writer->count;
    writer->described[writer->count++] = (struct described){interface, about->link};
    return put_interface(writer, about);
}

static bool is_described(const struct tt_writer *writer, uint32_t i, const struct tt_frame *frame)
{
    return i < writer->count && writer->described[i].interface == frame->interface && writer->described[i].link == frame->link;
}

/* Sets writer->last to the frame's interface, which is described in the file first when it is new. */
static int find_interface(struct tt_writer *writer, const struct tt_frame *frame)
{
    if (is_described(writer, writer->last, frame))
        return 0;
    for (uint32_t i = 0; i < writer->count; i++)
        if (is_described(writer, i, frame)) {
            writer->last = i;
            return 0;
        }
    return describe(writer, frame->interface, &(struct tt_capture_interface){.link = frame->link});
}

static int put_pcapng(struct tt_writer *writer, const struct tt_frame *frame)
{
    int err = find_interface(writer, frame);

    if (err)
        return err;
    /* Times before 1970 cannot be written. */
    uint64_t units = frame->time < 0 ? 0 : (uint64_t)frame->time / (writer->nanoseconds ? 1 : 1000);
    uint32_t octets = (uint32_t)(32 + frame->captured + padding_of(frame->captured));
    const uint32_t header[7] = {
        BLOCK_PACKET, octets, writer->last, (uint32_t)(units >> 32), (uint32_t)units, frame->captured, frame->length,
    };
    err = append(writer, header, sizeof header);
    if (!err)
        err = append(writer, frame->octets, frame->captured);
    if (!err)
        err = pad(writer, frame->captured);
    return err ? err : append(writer, &octets, sizeof octets);
}

/* ---- the writer ---------------------------------------------------------------------------------------------------------- */

static bool ends_in(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);

    return n >= m && strcmp(path + n - m, ending) == 0;
}

static struct tt_writer *new_writer(const char *path, const struct tt_alloc *alloc)
{
    struct tt_writer *writer = tt_get(alloc, sizeof *writer);
    size_t n = strlen(path) + 1;
    char *copy = tt_get(alloc, n);

    if (!writer || !copy) {
        tt_give(alloc, writer, sizeof *writer);
        tt_give(alloc, copy, n);
        return NULL;
    }
    memset(writer, 0, offsetof(struct tt_writer, buffer));
    memcpy(copy, path, n);
    writer->alloc = alloc;
    writer->path = copy;
    writer->is_stdout = strcmp(path, "-") == 0;
    return writer;
}

static void free_writer(struct tt_writer *writer)
{
    tt_give(writer->alloc, writer->path, strlen(writer->path) + 1);
    tt_give(writer->alloc, writer->described, sizeof *writer->described * writer->room);
    tt_give(writer->alloc, writer, sizeof *writer);
}

int tt_writer_open(const char *path, enum tt_file_format format, bool nanoseconds, const struct tt_alloc *alloc,
                   struct tt_writer **ret, struct tt_error *ret_error)
{
    struct tt_writer *writer = new_writer(path, alloc);

    if (!writer)
        return tt_fail(ret_error, TT_ERR_NOMEM, "%s: out of memory", path);
    writer->nanoseconds = nanoseconds;
    writer->pcapng =
        format == TT_FILE_PCAPNG || (format == TT_FILE_BY_NAME && (ends_in(path, ".pcapng") || ends_in(path, ".ntar")));
    writer->fd = writer->is_stdout ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (writer->fd < 0) {
        int err = tt_fail_errno(ret_error, errno, "%s", path);
        free_writer(writer);
        return err;
    }
    *ret = writer;
    return 0;
}

static int begin(struct tt_writer *writer, uint32_t link)
{
    if (writer->begun)
        return 0;
    writer->begun = true;
    return writer->pcapng ? begin_pcapng(writer) : begin_pcap(writer, link);
}

int tt_writer_describe(struct tt_writer *writer, uint32_t interface, const struct tt_capture_interface *about,
                       struct tt_error *ret_error)
{
    if (!writer->error.code && writer->pcapng && begin(writer, about->link) == 0)
        (void)describe(writer, interface, about);
    return result_of(writer, ret_error);
}

int tt_writer_put(struct tt_writer *writer, const struct tt_frame *frame, struct tt_error *ret_error)
{
    if (!writer->error.code && begin(writer, frame->link) == 0)
        (void)(writer->pcapng ? put_pcapng : put_pcap)(writer, frame);
    return result_of(writer, ret_error);
}

int tt_writer_flush(struct tt_writer *writer, struct tt_error *ret_error)
{
    if (!writer->error.code)
        (void)empty_buffer(writer);
    return result_of(writer, ret_error);
}

/* A file without a frame still says what it would have held. */
static void finish(struct tt_writer *writer, uint32_t link)
{
    bool empty = writer->pcapng ? writer->count == 0 : !writer->begun;

    if (begin(writer, link) == 0 && empty && writer->pcapng)
        (void)describe(writer, 0, &(struct tt_capture_interface){.link = link});
    if (!writer->error.code)
        (void)empty_buffer(writer);
}

int tt_writer_close(struct tt_writer *writer, uint32_t link, struct tt_error *ret_error)
{
    int err;

    if (!writer->error.code)
        finish(writer, link);
    if (!writer->is_stdout && close(writer->fd) != 0 && !writer->error.code)
        (void)tt_fail_errno(&writer->error, errno, "%s", name_of(writer));
    err = result_of(writer, ret_error);
    free_writer(writer);
    return err;
}
