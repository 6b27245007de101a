/* SPDX-License-Identifier: BSD-2-Clause */
/* unpack.c - gzip by zlib, zstd by libzstd, behind one interface. */
#include "io/unpack.h"

#include "base/memory.h"

#include <string.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

/* ---- gzip (RFC 1952) ----------------------------------------------------------------------------------------------------- */

struct gzip {
    z_stream stream;
    const struct tt_alloc *alloc;
    bool between; /* members: nothing of the next one has been read */
};

/* zlib does not say how large a block is that it gives back: it is kept in front. */
#define BLOCK_HEADER 16

static void *zlib_get(void *ctx, unsigned items, unsigned octets)
{
    size_t n = (size_t)items * octets + BLOCK_HEADER;
    uint8_t *block = tt_get(ctx, n);

    if (!block)
        return NULL;
    memcpy(block, &n, sizeof n);
    return block + BLOCK_HEADER;
}

static void zlib_give(void *ctx, void *p)
{
    uint8_t *block = (uint8_t *)p - BLOCK_HEADER;
    size_t n;

    memcpy(&n, block, sizeof n);
    tt_give(ctx, block, n);
}

static void *gzip_begin(const struct tt_alloc *alloc)
{
    struct gzip *gzip = tt_get_zero(alloc, sizeof *gzip);

    if (!gzip)
        return NULL;
    *gzip = (struct gzip){.alloc = alloc, .between = true};
    gzip->stream.zalloc = zlib_get;
    gzip->stream.zfree = zlib_give;
    memcpy(&gzip->stream.opaque, &alloc, sizeof gzip->stream.opaque); /* read only, whatever zlib's type says */
    if (inflateInit2(&gzip->stream, 15 + 16) != Z_OK) {
        tt_give(alloc, gzip, sizeof *gzip);
        return NULL;
    }
    return gzip;
}

/* Tapes and some tools pad the file with zeros behind its last member; gzip(1) takes no notice of them. */
static void skip_zeros(struct tt_unpack_step *step)
{
    while (step->in < step->in_end && *step->in == 0)
        step->in++;
}

static int gzip_member(struct gzip *gzip, struct tt_unpack_step *step, const char **ret_words)
{
    z_stream *stream = &gzip->stream;
    int result;

    stream->next_in = step->in;
    stream->avail_in = (unsigned)(step->in_end - step->in);
    stream->next_out = step->out;
    stream->avail_out = (unsigned)(step->out_end - step->out);
    result = inflate(stream, Z_NO_FLUSH);
    step->in = stream->next_in;
    step->out = stream->next_out;
    if (result == Z_STREAM_END) {
        gzip->between = true;
        return inflateReset(stream) == Z_OK ? 1 : TT_ERR_FORMAT;
    }
    if (result == Z_OK || result == Z_BUF_ERROR)
        return 0;
    *ret_words = stream->msg ? stream->msg : "it cannot be unpacked";
    return result == Z_MEM_ERROR ? TT_ERR_NOMEM : TT_ERR_FORMAT;
}

static int gzip_step(void *state, struct tt_unpack_step *step, const char **ret_words)
{
    struct gzip *gzip = state;
    int result = gzip->between;

    while (step->in < step->in_end && step->out < step->out_end) {
        if (gzip->between)
            skip_zeros(step);
        if (step->in == step->in_end)
            break;
        gzip->between = false;
        result = gzip_member(gzip, step, ret_words);
        if (result < 0)
            return result;
    }
    return result;
}

static void gzip_done(void *state, const struct tt_alloc *alloc)
{
    struct gzip *gzip = state;

    (void)inflateEnd(&gzip->stream);
    tt_give(alloc, gzip, sizeof *gzip);
}

/* ---- zstd (RFC 8878) ----------------------------------------------------------------------------------------------------- */

/*
 * libzstd allocates by itself: giving it an allocator is not in its stable interface.  It refuses frames that need more than 128
 * MiB to unpack.
 */
struct zstd {
    ZSTD_DCtx *context;
    bool between; /* frames */
};

static void *zstd_begin(const struct tt_alloc *alloc)
{
    struct zstd *zstd = tt_get(alloc, sizeof *zstd);

    if (!zstd)
        return NULL;
    *zstd = (struct zstd){ZSTD_createDCtx(), true};
    if (!zstd->context) {
        tt_give(alloc, zstd, sizeof *zstd);
        return NULL;
    }
    return zstd;
}

static int zstd_step(void *state, struct tt_unpack_step *step, const char **ret_words)
{
    struct zstd *zstd = state;
    ZSTD_inBuffer in = {step->in, (size_t)(step->in_end - step->in), 0};
    ZSTD_outBuffer out = {step->out, (size_t)(step->out_end - step->out), 0};
    size_t result = 0;

    if (zstd->between && in.size == 0)
        return 1;
    do {
        size_t before = out.pos;
        result = ZSTD_decompressStream(zstd->context, &out, &in);
        zstd->between = result == 0;
        if (!zstd->between && in.pos == in.size && out.pos == before)
            break;
    } while (!ZSTD_isError(result) && in.pos < in.size && out.pos < out.size);
    step->in += in.pos;
    step->out += out.pos;
    if (!ZSTD_isError(result))
        return zstd->between;
    *ret_words = ZSTD_getErrorName(result);
    return TT_ERR_FORMAT;
}

static void zstd_done(void *state, const struct tt_alloc *alloc)
{
    struct zstd *zstd = state;

    (void)ZSTD_freeDCtx(zstd->context);
    tt_give(alloc, zstd, sizeof *zstd);
}

/* ---- both ---------------------------------------------------------------------------------------------------------------- */

static const struct tt_unpacker unpackers[] = {
    {"gzip", {0x1f, 0x8b}, 2, gzip_begin, gzip_step, gzip_done},
    {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, zstd_begin, zstd_step, zstd_done},
    {"zstd", {0x50, 0x2a, 0x4d, 0x18}, 4, zstd_begin, zstd_step, zstd_done}, /* a skippable frame first, as pzstd writes it */
};

const struct tt_unpacker *tt_unpacker_for(const uint8_t *octets, size_t n)
{
    for (size_t i = 0; i < sizeof unpackers / sizeof unpackers[0]; i++)
        if (n >= unpackers[i].magic_octets && memcmp(octets, unpackers[i].magic, unpackers[i].magic_octets) == 0)
            return &unpackers[i];
    return NULL;
}
