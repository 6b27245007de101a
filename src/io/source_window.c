/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source_window.c - octets that cannot be mapped (a pipe, gzip, zstd) as a source: a buffer that is read or unpacked into.
 *
 * What has not been stepped over moves to the front when room is needed behind it.  The buffer grows when a record is larger than
 * it, and then only as its octets come in, to at most twice of what is there: a length that a file claims allocates nothing.
 *
 * Octets on their way pass two buffers when the data is packed: `raw`, as they come from the input, and the window.  Plain octets
 * are read into the window at once, apart from the first ones, which are looked at to tell what the data is.
 */
#include "io/source.h"

#include "base/memory.h"
#include "io/unpack.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* Fits into the second-level cache together with what works on it. */
#define WINDOW_OCTETS ((size_t)256 << 10)
#define RAW_OCTETS ((size_t)64 << 10)

/* How long an interruption may go unseen that comes between looking for it and waiting. */
#define POLL_MS 200

struct window {
    struct tt_input input;
    uint8_t *octets;
    size_t room;
    uint8_t *raw;                    /* RAW_OCTETS */
    const uint8_t *raw_at, *raw_end; /* what came in and is not used yet */
    bool raw_ended;
    const struct tt_unpacker *unpacker; /* NULL: plain */
    void *unpacking;
    int unpacked; /* what the last step said: 1 the data may end here, below 0 it is damaged */
    const char *damage;
};

/* ---- input --------------------------------------------------------------------------------------------------------------- */

static int wait_for_input(const struct tt_source *source, const struct window *window)
{
    struct pollfd one = {.fd = window->input.fd, .events = POLLIN};

    while (window->input.waits && !*source->interrupted) {
        int ready = poll(&one, 1, POLL_MS);
        if (ready > 0 || (ready < 0 && errno != EINTR))
            break; /* what is wrong with it, if anything, the read will say */
    }
    return *source->interrupted ? TT_ERR_INTERRUPTED : 0;
}

/* Up to n octets from the input: *ret_count of them, 0 at the end. */
static int read_input(struct tt_source *source, uint8_t *octets, size_t n, size_t *ret_count)
{
    struct window *window = source->state;
    ssize_t count;

    do {
        int err = wait_for_input(source, window);
        if (err)
            return err;
        count = window->input.read(&window->input, octets, n);
    } while (count < 0 && (errno == EINTR || errno == EAGAIN));
    if (count < 0)
        return tt_fail_errno(source->error, errno, "%s: offset %llu: the file could not be read", tt_source_name(source),
                             (unsigned long long)source->file_octets);
    source->file_octets += (uint64_t)count;
    *ret_count = (size_t)count;
    return 0;
}

/* Reads more raw octets behind those that are left. */
static int read_raw(struct tt_source *source)
{
    struct window *window = source->state;
    size_t left = (size_t)(window->raw_end - window->raw_at), count = 0;

    memmove(window->raw, window->raw_at, left);
    window->raw_at = window->raw;
    window->raw_end = window->raw + left;
    int err = read_input(source, window->raw + left, RAW_OCTETS - left, &count);
    if (err)
        return err;
    window->raw_end += count;
    window->raw_ended = count == 0;
    return 0;
}

/* ---- filling the window
 * ----------------------------------------------------------------------------------------------------------- */

static int fill_plain(struct tt_source *source, uint8_t *to, size_t room, size_t *ret_count)
{
    struct window *window = source->state;
    size_t left = (size_t)(window->raw_end - window->raw_at);

    if (!left)
        return window->raw_ended ? 0 : read_input(source, to, room, ret_count);
    if (left > room)
        left = room;
    memcpy(to, window->raw_at, left);
    window->raw_at += left;
    *ret_count = left;
    return 0;
}

static int packed_damaged(struct tt_source *source)
{
    struct window *window = source->state;
    uint64_t offset = source->file_octets - (uint64_t)(window->raw_end - window->raw_at);

    if (window->unpacked == TT_ERR_NOMEM)
        return tt_fail(source->error, TT_ERR_NOMEM, "%s: out of memory", tt_source_name(source));
    return tt_fail(source->error, TT_ERR_FORMAT, "%s: offset %llu: the %s data is damaged: %s", tt_source_name(source),
                   (unsigned long long)offset, window->unpacker->name, window->damage);
}

static int packed_ends(struct tt_source *source)
{
    struct window *window = source->state;

    if (window->unpacked == 1)
        return 0;
    return tt_fail(source->error, TT_ERR_FORMAT, "%s: offset %llu: the %s data is cut short", tt_source_name(source),
                   (unsigned long long)source->file_octets, window->unpacker->name);
}

static int fill_packed(struct tt_source *source, uint8_t *to, size_t room, size_t *ret_count)
{
    struct window *window = source->state;

    while (window->unpacked >= 0) {
        struct tt_unpack_step step = {window->raw_at, window->raw_end, to, to + room};
        window->unpacked = window->unpacker->step(window->unpacking, &step, &window->damage);
        window->raw_at = step.in;
        *ret_count = (size_t)(step.out - to);
        if (*ret_count)
            return 0; /* first what came before any damage */
        if (window->unpacked < 0 || step.in < step.in_end)
            continue;
        if (window->raw_ended)
            return packed_ends(source);
        int err = read_raw(source);
        if (err)
            return err;
    }
    return packed_damaged(source);
}

static int grow(struct tt_source *source, struct window *window, size_t ready)
{
    uint8_t *more = source->alloc->resize(source->alloc->ctx, window->octets, window->room, 2 * window->room);

    if (!more)
        return tt_fail(source->error, TT_ERR_NOMEM, "%s: out of memory", tt_source_name(source));
    window->octets = more;
    window->room *= 2;
    source->at = more;
    source->end = more + ready;
    return 0;
}

/* Makes room behind what is ready, which moves to the front. */
static int make_room(struct tt_source *source, struct window *window)
{
    size_t ready = tt_source_ready(source);

    memmove(window->octets, source->at, ready);
    source->at = window->octets;
    source->end = window->octets + ready;
    return ready == window->room ? grow(source, window, ready) : 0;
}

static int window_need(struct tt_source *source, size_t n)
{
    struct window *window = source->state;

    while (tt_source_ready(source) < n) {
        int err = make_room(source, window);
        if (err)
            return err;
        size_t ready = tt_source_ready(source), count = 0;
        uint8_t *to = window->octets + ready;
        err = (window->unpacker ? fill_packed : fill_plain)(source, to, window->room - ready, &count);
        if (err)
            return err;
        if (count == 0)
            return 0;
        source->end += count;
        source->end_offset += count;
    }
    return 0;
}

/* ---- opening and closing
 * ------------------------------------------------------------------------------------------------------------ */

static int start(struct tt_source *source)
{
    struct window *window = source->state;

    window->raw_at = window->raw_end = window->raw;
    window->raw_ended = false;
    source->at = source->end = window->octets;
    source->end_offset = source->file_octets = 0;
    source->packing = "";
    while (!window->raw_ended && window->raw_end - window->raw < 4) {
        int err = read_raw(source);
        if (err)
            return err;
    }
    window->unpacker = tt_unpacker_for(window->raw, (size_t)(window->raw_end - window->raw));
    if (!window->unpacker)
        return 0;
    source->packing = window->unpacker->name;
    window->unpacked = 0;
    window->unpacking = window->unpacker->begin(source->alloc);
    return window->unpacking ? 0 : tt_fail(source->error, TT_ERR_NOMEM, "%s: out of memory", tt_source_name(source));
}

static void stop_unpacking(struct tt_source *source, struct window *window)
{
    if (window->unpacking)
        window->unpacker->done(window->unpacking, source->alloc);
    window->unpacking = NULL;
}

static int window_rewind(struct tt_source *source)
{
    struct window *window = source->state;

    if (window->input.rewind(&window->input) != 0)
        return TT_ERR_MISUSE;
    stop_unpacking(source, window);
    return start(source);
}

static void window_done(struct tt_source *source)
{
    struct window *window = source->state;

    stop_unpacking(source, window);
    window->input.done(&window->input);
    tt_give(source->alloc, window->octets, window->room);
    tt_give(source->alloc, window->raw, RAW_OCTETS);
    tt_give(source->alloc, window, sizeof *window);
}

int tt_source_open_window(struct tt_source *source, struct tt_input *input)
{
    static const struct tt_source_kind kind = {window_need, window_rewind, window_done};
    struct window *window = tt_get_zero(source->alloc, sizeof *window);

    if (!window) {
        input->done(input);
        return tt_fail(source->error, TT_ERR_NOMEM, "%s: out of memory", tt_source_name(source));
    }
    window->input = *input;
    window->room = WINDOW_OCTETS;
    window->octets = tt_get(source->alloc, WINDOW_OCTETS);
    window->raw = tt_get(source->alloc, RAW_OCTETS);
    source->state = window;
    source->total_octets = input->total;
    source->kind = &kind;
    if (!window->octets || !window->raw)
        return tt_fail(source->error, TT_ERR_NOMEM, "%s: out of memory", tt_source_name(source));
    return start(source);
}
