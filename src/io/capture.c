/* SPDX-License-Identifier: BSD-2-Clause */
/* capture.c - struct tt_capture: what kind of capture it is, its interfaces and facts, and the frames one by one. */
#include "io/capture.h"

#include "io/unpack.h"

#include "base/memory.h"
#include "base/rare.h"
#include "io/link.h"
#include "io/live.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* ---- what the readers use ------------------------------------------------------------------------------------------------ */

int tt_capture_damaged(struct tt_capture *capture, uint64_t offset, const char *format, ...)
{
    char words[256];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    return tt_fail(&capture->error, TT_ERR_FORMAT, "%s: offset %llu%s: %s", tt_source_name(&capture->source),
                   (unsigned long long)offset, capture->source.packing[0] ? " of the uncompressed data" : "", words);
}

static int more_room(struct tt_capture *capture)
{
    uint32_t room = capture->interface_room ? 2 * capture->interface_room : 1;
    size_t one = sizeof *capture->interfaces;
    struct tt_interface *more;

    if (capture->interface_count >= TT_INTERFACES_MAX)
        return tt_fail(&capture->error, TT_ERR_LIMIT, "%s: offset %llu: more than %d interfaces", tt_source_name(&capture->source),
                       (unsigned long long)tt_source_offset(&capture->source), TT_INTERFACES_MAX);
    more = capture->alloc->resize(capture->alloc->ctx, capture->interfaces, one * capture->interface_room, one * room);
    if (!more)
        return tt_fail(&capture->error, TT_ERR_NOMEM, "%s: out of memory", tt_source_name(&capture->source));
    capture->interfaces = more;
    capture->interface_room = room;
    return 0;
}

int tt_capture_add_interface(struct tt_capture *capture, uint32_t link, uint32_t snap_length)
{
    if (capture->interface_count == capture->interface_room) {
        int err = more_room(capture);
        if (err)
            return err;
    }
    capture->interfaces[capture->interface_count] = (struct tt_interface){
        .link = link,
        .snap_length = snap_length,
        .snap = tt_link_snap(link, snap_length),
        .dropped = UINT64_MAX,
    };
    return (int)capture->interface_count++;
}

static void forget_interfaces(struct tt_capture *capture)
{
    for (uint32_t i = 0; i < capture->interface_count; i++) {
        char *name = capture->interfaces[i].name;
        if (name)
            tt_give(capture->alloc, name, strlen(name) + 1);
    }
    capture->interface_count = 0;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------- */

/* Packed in ways that are not read here, and the programs that unpack them. */
/* clang-format off */
static const struct {
    uint8_t magic[6];
    uint8_t magic_octets;
    const char *unpacks;
} other_packings[] = {
    {{0xfd, '7', 'z', 'X', 'Z', 0}, 6, "xz -dc"},
    {{'B', 'Z', 'h'},               3, "bzip2 -dc"},
    {{0x04, 0x22, 0x4d, 0x18},      4, "lz4 -dc"},
    {{0x1f, 0x9d},                  2, "uncompress -c"},
    {{'P', 'K', 3, 4},              4, "unzip -p"},
};
/* clang-format on */

static int not_a_capture(struct tt_capture *capture)
{
    struct tt_source *source = &capture->source;

    for (size_t i = 0; i < sizeof other_packings / sizeof other_packings[0]; i++) {
        size_t n = other_packings[i].magic_octets;
        if (tt_source_ready(source) >= n && memcmp(source->at, other_packings[i].magic, n) == 0)
            return tt_fail(&capture->error, TT_ERR_FORMAT,
                           "%s: packed in a way that is not read here: \"%s\" unpacks it into a pipe", tt_source_name(source),
                           other_packings[i].unpacks);
    }
    return tt_fail(&capture->error, TT_ERR_FORMAT, "%s: not a pcap or pcapng file", tt_source_name(source));
}

static int begin(struct tt_capture *capture)
{
    struct tt_source *source = &capture->source;
    int there = tt_source_need(source, 4);

    if (there < 0)
        return there;
    if (tt_source_ready(source) == 0)
        return tt_fail(&capture->error, TT_ERR_FORMAT, "%s: the file is empty", tt_source_name(source));
    if (there && tt_pcap_is(source->at))
        return tt_pcap_begin(capture);
    if (there && tt_pcapng_is(source->at))
        return tt_pcapng_begin(capture);
    return not_a_capture(capture);
}

static char *copy_path(const char *path, const struct tt_alloc *alloc)
{
    size_t n = strlen(path) + 1;
    char *copy = tt_get(alloc, n);

    if (copy)
        memcpy(copy, path, n);
    return copy;
}

/* Takes over the path, which may be NULL: then there was no memory for it. */
static struct tt_capture *new_capture(char *path, const struct tt_alloc *alloc)
{
    struct tt_capture *capture = path ? tt_get_zero(alloc, sizeof *capture) : NULL;

    if (!capture) {
        if (path)
            tt_give(alloc, path, strlen(path) + 1);
        return NULL;
    }
    capture->alloc = alloc;
    capture->ended = 1;
    capture->path = path;
    capture->source = (struct tt_source){
        .alloc = alloc,
        .path = capture->path,
        .packing = "",
        .error = &capture->error,
        .interrupted = &capture->interrupted,
    };
    return capture;
}

static int open_source(struct tt_capture *capture, int err)
{
    return err ? err : begin(capture);
}

/* Hands an opened capture over, or gives everything back and hands the error on. */
static int finish_open(struct tt_capture *capture, int err, struct tt_capture **ret, struct tt_error *ret_error)
{
    if (err < 0) {
        if (ret_error)
            *ret_error = capture->error;
        tt_capture_free(capture);
        return err;
    }
    *ret = capture;
    return 0;
}

int tt_capture_open(const char *path, const struct tt_alloc *alloc, struct tt_capture **ret, struct tt_error *ret_error)
{
    struct tt_capture *capture = new_capture(copy_path(path, alloc), alloc);

    if (!capture)
        return tt_fail(ret_error, TT_ERR_NOMEM, "%s: out of memory", path);
    return finish_open(capture, open_source(capture, tt_source_open(&capture->source)), ret, ret_error);
}

int tt_capture_open_fd(int fd, const char *name, const struct tt_alloc *alloc, struct tt_capture **ret, struct tt_error *ret_error)
{
    struct tt_capture *capture = new_capture(copy_path(name, alloc), alloc);

    if (!capture)
        return tt_fail(ret_error, TT_ERR_NOMEM, "%s: out of memory", name);
    return finish_open(capture, open_source(capture, tt_source_open_fd(&capture->source, fd)), ret, ret_error);
}

bool tt_capture_begins(const uint8_t *octets, size_t n)
{
    return n >= 4 && (tt_pcap_is(octets) || tt_pcapng_is(octets) || tt_unpacker_for(octets, n));
}

int tt_capture_open_input(struct tt_input *input, const struct tt_alloc *alloc, struct tt_capture **ret, struct tt_error *ret_error)
{
    struct tt_capture *capture = new_capture(copy_path("input", alloc), alloc);

    if (!capture) {
        input->done(input);
        return tt_fail(ret_error, TT_ERR_NOMEM, "input: out of memory");
    }
    return finish_open(capture, open_source(capture, tt_source_open_window(&capture->source, input)), ret, ret_error);
}

int tt_capture_open_memory(const uint8_t *octets, size_t n, const struct tt_alloc *alloc, struct tt_capture **ret,
                           struct tt_error *ret_error)
{
    struct tt_capture *capture = new_capture(copy_path("memory", alloc), alloc);

    if (!capture)
        return tt_fail(ret_error, TT_ERR_NOMEM, "memory: out of memory");
    return finish_open(capture, open_source(capture, tt_source_open_memory(&capture->source, octets, n)), ret, ret_error);
}

/* ---- an interface -------------------------------------------------------------------------------------------------------- */

static int live_next(struct tt_capture *capture, struct tt_frame *ret)
{
    const char *words = NULL;
    int result = tt_live_next(capture->live, ret, &words);

    if (result == 1)
        ret->number = ++capture->frames;
    else if (words)
        (void)tt_fail(&capture->error, result, "%s: %s", capture->path, words);
    return result;
}

static int open_live(struct tt_capture *capture, const struct tt_live_options *options)
{
    int err = tt_live_open(capture->path, options, capture->alloc, &capture->live, &capture->error);

    if (err)
        return err;
    capture->format = "live";
    capture->next = live_next;
    capture->nanoseconds = tt_live_is_nano(capture->live);
    int i = tt_capture_add_interface(capture, tt_live_link(capture->live), tt_live_snap(capture->live));
    if (i < 0)
        return i;
    capture->interfaces[i].name = copy_path(capture->path, capture->alloc);
    return 0;
}

int tt_capture_open_live(const struct tt_live_options *options, const struct tt_alloc *alloc, struct tt_capture **ret,
                         struct tt_error *ret_error)
{
    struct tt_capture *capture;
    char *name = NULL;
    int err = tt_live_name(options->interface, alloc, &name, ret_error);

    if (err)
        return err;
    capture = new_capture(name, alloc);
    if (!capture)
        return tt_fail(ret_error, TT_ERR_NOMEM, "out of memory");
    return finish_open(capture, open_live(capture, options), ret, ret_error);
}

void tt_capture_free(struct tt_capture *capture)
{
    if (!capture)
        return;
    tt_source_done(&capture->source);
    if (capture->live)
        tt_live_free(capture->live, capture->alloc);
    forget_interfaces(capture);
    tt_give(capture->alloc, capture->interfaces, sizeof *capture->interfaces * capture->interface_room);
    tt_give(capture->alloc, capture->path, strlen(capture->path) + 1);
    tt_give(capture->alloc, capture, sizeof *capture);
}

/* ---- frames -------------------------------------------------------------------------------------------------------------- */

/* What is not a frame: an interruption passes, an end or an error stays. */
TT_RARE static int no_frame(struct tt_capture *capture, int result)
{
    if (result == TT_ERR_INTERRUPTED) {
        capture->interrupted = 0;
        return result;
    }
    capture->ended = result;
    return result;
}

int tt_capture_next(struct tt_capture *capture, struct tt_frame *ret)
{
    int result = capture->ended;

    if (result == 1)
        result = capture->next(capture, ret);
    return result == 1 ? 1 : no_frame(capture, result);
}

const struct tt_error *tt_capture_error(const struct tt_capture *capture)
{
    return &capture->error;
}

int tt_capture_rewind(struct tt_capture *capture)
{
    int err = capture->live ? TT_ERR_MISUSE : capture->source.kind->rewind(&capture->source);

    if (err)
        return err;
    forget_interfaces(capture);
    capture->frames = 0;
    capture->error = (struct tt_error){0};
    capture->ended = 1;
    err = begin(capture);
    if (err)
        capture->ended = err;
    return err;
}

bool tt_capture_reads(const struct tt_capture *capture, const char *path)
{
    const struct tt_source *source = &capture->source;
    struct stat about;

    if (strcmp(path, "-") == 0 || !source->inode || stat(path, &about) != 0)
        return false;
    return about.st_ino == source->inode && about.st_dev == source->device;
}

void tt_capture_interrupt(struct tt_capture *capture)
{
    capture->interrupted = 1;
    if (capture->live)
        tt_live_interrupt(capture->live);
}

/* ---- facts --------------------------------------------------------------------------------------------------------------- */

static uint64_t dropped_of(const struct tt_capture *capture)
{
    uint64_t dropped = capture->live ? tt_live_dropped(capture->live) : UINT64_MAX;

    for (uint32_t i = 0; i < capture->interface_count; i++) {
        uint64_t one = capture->interfaces[i].dropped;
        if (one != UINT64_MAX)
            dropped = dropped == UINT64_MAX ? one : dropped + one;
    }
    return dropped;
}

/* Of the file itself; what is packed is read some way ahead. */
static uint64_t consumed(const struct tt_source *source)
{
    return source->packing[0] ? source->file_octets : tt_source_offset(source);
}

void tt_capture_facts(struct tt_capture *capture, struct tt_capture_facts *ret)
{
    (void)snprintf(capture->words, sizeof capture->words, "%s%s%s", capture->format, capture->source.packing[0] ? ", " : "",
                   capture->source.packing);
    *ret = (struct tt_capture_facts){
        .path = capture->path,
        .format = capture->words,
        .live = capture->live != NULL,
        .nanoseconds = capture->nanoseconds,
        .interfaces = capture->interface_count,
        .frames = capture->frames,
        .octets = consumed(&capture->source),
        .octets_total = capture->source.total_octets,
        .dropped = dropped_of(capture),
    };
}

void tt_capture_interface(const struct tt_capture *capture, uint32_t i, struct tt_capture_interface *ret)
{
    const struct tt_interface *interface = &capture->interfaces[i];

    *ret = (struct tt_capture_interface){interface->link, interface->snap_length, interface->name};
}
