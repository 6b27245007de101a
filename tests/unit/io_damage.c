/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io_damage.c - captures cut at every octet, with every octet changed, with every read and every allocation failing: what came
 * before is given, then there is one error, and nothing leaks.
 */
#include "io_build.h"

#include <errno.h>
#include <zlib.h>
#include <zstd.h>

/* ---- the captures -------------------------------------------------------------------------------------------------------- */

enum packing { PLAIN, GZIP, ZSTD, PACKING_COUNT };

#define FRAMES 6

/* A small capture, and where its records or blocks end, with the frames up to there. */
struct sample {
    struct build plain;
    size_t ends[32];
    unsigned frames[32], count;
    struct build packed;
    size_t first_part; /* packed in two members: where the first one ends */
};

static void mark(struct sample *s, unsigned frames)
{
    s->ends[s->count] = s->plain.n;
    s->frames[s->count++] = frames;
}

static void sample_pcap(struct sample *s)
{
    pcap_header(&s->plain, 0xa1b2c3d4, 2, 4, 0, 1);
    mark(s, 0);
    for (unsigned i = 1; i <= FRAMES; i++) {
        pcap_record(&s->plain, i, i, 30 + i, 30 + i);
        put_count(&s->plain, i, 30 + i);
        mark(s, i);
    }
}

static void sample_pcapng(struct sample *s)
{
    unsigned frames = 0;

    for (int big = 0; big < 2; big++) {
        s->plain.big = big;
        section(&s->plain);
        mark(s, frames);
        interface(&s->plain, 1, 0, "eth0", 9);
        mark(s, frames);
        for (unsigned i = 1; i <= FRAMES / 2; i++) {
            packet(&s->plain, 0, i, 30 + i, 30 + i);
            mark(s, ++frames);
        }
    }
}

static size_t pack_gzip(const uint8_t *octets, size_t n, uint8_t *to, size_t room)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)octets, .avail_in = (unsigned)n, .next_out = to, .avail_out = (unsigned)room};

    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t packed = stream.total_out;
    assert_int_equal(deflateEnd(&stream), Z_OK);
    return packed;
}

static size_t pack_zstd(const uint8_t *octets, size_t n, uint8_t *to, size_t room)
{
    size_t packed = ZSTD_compress(to, room, octets, n, 3);

    assert_false(ZSTD_isError(packed));
    return packed;
}

/* The two members or frames meet at the end of a record in the middle. */
static void pack(struct sample *s, enum packing packing)
{
    size_t (*one)(const uint8_t *, size_t, uint8_t *, size_t) = packing == GZIP ? pack_gzip : pack_zstd;
    size_t middle = s->ends[s->count / 2];

    if (packing == PLAIN) {
        s->packed = s->plain;
        return;
    }
    s->first_part = one(s->plain.octets, middle, s->packed.octets, sizeof s->packed.octets);
    s->packed.n = s->first_part + one(s->plain.octets + middle, s->plain.n - middle, s->packed.octets + s->first_part,
                                      sizeof s->packed.octets - s->first_part);
}

static struct sample *sample(bool ng, enum packing packing)
{
    static struct sample s;

    memset(&s, 0, sizeof s);
    (ng ? sample_pcapng : sample_pcap)(&s);
    pack(&s, packing);
    return &s;
}

/* ---- cut at every octet -------------------------------------------------------------------------------------------------- */

static void check_cut_plain(const struct sample *s, size_t n, const struct reading *r)
{
    unsigned i = s->count;

    while (i && s->ends[i - 1] > n)
        i--;
    bool whole = i && s->ends[i - 1] == n;
    assert_int_equal(r->frames, i ? s->frames[i - 1] : 0);
    assert_int_equal(r->error.code, whole ? 0 : TT_ERR_FORMAT);
    assert_int_equal(r->opened && r->ended < 0, 0); /* one error, not two */
    if (!whole && n >= 4)
        assert_non_null(strstr(r->error.text, "the file ends inside"));
}

static void plain_files_cut(void **state)
{
    (void)state;

    for (int ng = 0; ng < 2; ng++) {
        const struct sample *s = sample(ng, PLAIN);
        for (enum way way = 0; way < WAY_COUNT; way++)
            for (size_t n = 1; n <= s->plain.n; n++) {
                uint8_t *exactly = malloc(n); /* so that a sanitizer sees the octet beyond */
                struct reading r;
                assert_non_null(exactly);
                memcpy(exactly, s->plain.octets, n);
                read_in_way(way, exactly, n, &r);
                check_cut_plain(s, n, &r);
                free(exactly);
            }
    }
}

static void check_cut_packed(const struct sample *s, size_t n, unsigned before, const struct reading *r)
{
    assert_true(r->frames >= before && r->frames <= FRAMES);
    if (n == s->packed.n) {
        assert_int_equal(r->ended, 0);
        assert_int_equal(r->frames, FRAMES);
    } else if (n == s->first_part) {
        assert_int_equal(r->ended, 0);
        assert_int_equal(r->frames, s->frames[s->count / 2]);
    } else {
        assert_int_equal(r->error.code, TT_ERR_FORMAT);
        if (n > s->first_part)
            assert_true(r->frames >= s->frames[s->count / 2]);
        if (r->opened == 0)
            assert_non_null(strstr(r->error.text, "data is cut short"));
    }
}

static void packed_files_cut(void **state)
{
    (void)state;

    for (int ng = 0; ng < 2; ng++)
        for (enum packing packing = GZIP; packing < PACKING_COUNT; packing++) {
            const struct sample *s = sample(ng, packing);
            for (enum way way = WAY_WINDOW; way < WAY_COUNT; way++) {
                unsigned before = 0;
                for (size_t n = 1; n <= s->packed.n; n++) {
                    struct reading r;
                    read_in_way(way, s->packed.octets, n, &r);
                    check_cut_packed(s, n, before, &r);
                    before = r.frames;
                }
            }
        }
}

/* All of the data is there and only gzip's checksum is not: every frame, then the error. */
static void a_missing_checksum(void **state)
{
    const struct sample *s = sample(false, GZIP);
    struct reading r;
    (void)state;

    read_in_way(WAY_WINDOW, s->packed.octets, s->packed.n - 1, &r);
    assert_int_equal(r.frames, FRAMES);
    assert_int_equal(r.ended, TT_ERR_FORMAT);
    assert_string_equal(r.format, "pcap, gzip");
}

static void what_follows_packed_data(void **state)
{
    static const struct {
        const char *octets;
        size_t n;
        int ended;
    } rows[] = {
        {"\0\0\0\0\0\0\0\0", 8, 0}, /* padding */
        {"garbage", 7, TT_ERR_FORMAT},
    };
    static struct build b;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reading r;
        b = sample(false, GZIP)->packed;
        put_octets(&b, rows[i].octets, rows[i].n);
        read_in_way(WAY_WINDOW, b.octets, b.n, &r);
        assert_int_equal(r.frames, FRAMES);
        assert_int_equal(r.ended, rows[i].ended);
    }
}

/* ---- every octet changed ------------------------------------------------------------------------------------------------- */

static void changed_octets(void **state)
{
    static const uint8_t changes[] = {0x01, 0x80, 0xff};
    static struct build b;
    (void)state;

    for (int ng = 0; ng < 2; ng++)
        for (enum packing packing = 0; packing < PACKING_COUNT; packing++) {
            b = sample(ng, packing)->packed;
            for (size_t i = 0; i < b.n; i++)
                for (size_t c = 0; c < sizeof changes; c++) {
                    struct reading r;
                    b.octets[i] ^= changes[c];
                    read_in_way(WAY_WINDOW, b.octets, b.n, &r);
                    assert_true(r.opened < 0 || r.ended <= 0);
                    assert_int_equal(r.error.code, r.opened < 0 ? r.opened : r.ended);
                    b.octets[i] ^= changes[c];
                }
        }
}

/* A length that the file claims allocates nothing: D-Bus packets may have 128 MiB. */
static void claimed_lengths(void **state)
{
    static struct build b;
    struct unit_memory memory;
    struct tt_capture *capture;
    struct tt_frame frame;
    (void)state;

    b = (struct build){0};
    pcap_header(&b, 0xa1b2c3d4, 2, 4, 128 << 20, 231);
    pcap_record(&b, 1, 1, 128 << 20, 128 << 20);
    put_count(&b, 0, 1000);
    unit_memory_init(&memory);
    assert_int_equal(open_in_way(WAY_WINDOW, b.octets, b.n, &memory.alloc, &capture, NULL), 0);
    long before = memory.octets;
    assert_int_equal(tt_capture_next(capture, &frame), TT_ERR_FORMAT);
    assert_int_equal(memory.octets, before);
    tt_capture_free(capture);
}

/* ---- faults -------------------------------------------------------------------------------------------------------------- */

static void failing_allocations(void **state)
{
    (void)state;

    for (int ng = 0; ng < 2; ng++)
        for (enum packing packing = 0; packing < PACKING_COUNT; packing++)
            for (enum way way = packing == PLAIN ? WAY_MEMORY : WAY_WINDOW; way < WAY_COUNT; way++) {
                const struct sample *s = sample(ng, packing);
                int result = TT_ERR_NOMEM;
                for (long fail_at = 1; result == TT_ERR_NOMEM; fail_at++) {
                    struct unit_memory memory;
                    struct tt_capture *capture = NULL;
                    struct tt_error error = {0};
                    struct tt_frame frame;
                    unit_memory_init(&memory);
                    memory.fail_at = fail_at;
                    result = open_in_way(way, s->packed.octets, s->packed.n, &memory.alloc, &capture, &error);
                    if (result == 0) {
                        while ((result = tt_capture_next(capture, &frame)) == 1)
                            ;
                        error = *tt_capture_error(capture);
                    }
                    assert_int_equal(error.code, result);
                    tt_capture_free(capture);
                    assert_int_equal(memory.octets, 0);
                    assert_true(fail_at < 100);
                }
                assert_int_equal(result, 0);
            }
}

/* An input that gives a few octets at a time, and fails at the n-th read. */
struct faulty {
    struct tt_input input;
    struct tt_input octets;
    size_t step;
    long fail_at, reads;
};

static ssize_t faulty_read(struct tt_input *input, void *octets, size_t n)
{
    struct faulty *faulty = (struct faulty *)(uintptr_t)input->octets;

    if (++faulty->reads == faulty->fail_at) {
        errno = EIO;
        return -1;
    }
    return faulty->octets.read(&faulty->octets, octets, n < faulty->step ? n : faulty->step);
}

static void faulty_init(struct faulty *faulty, const struct build *b, size_t step, long fail_at)
{
    faulty->octets = tt_input_memory(b->octets, b->n);
    faulty->input = faulty->octets;
    faulty->input.read = faulty_read;
    faulty->input.octets = (const uint8_t *)faulty;
    faulty->step = step;
    faulty->fail_at = fail_at;
    faulty->reads = 0;
}

/* How many frames before the failing read; the result in *ret_result. */
static unsigned read_faulty(const struct build *b, size_t step, long fail_at, int *ret_result)
{
    struct unit_memory memory;
    struct tt_capture *capture = NULL;
    struct tt_error error = {0};
    struct tt_frame frame;
    struct faulty faulty;
    unsigned frames = 0;

    unit_memory_init(&memory);
    faulty_init(&faulty, b, step, fail_at);
    *ret_result = tt_capture_open_input(&faulty.input, &memory.alloc, &capture, &error);
    if (*ret_result == 0) {
        while ((*ret_result = tt_capture_next(capture, &frame)) == 1)
            frames++;
        error = *tt_capture_error(capture);
    }
    if (*ret_result < 0)
        assert_non_null(strstr(error.text, "the file could not be read: Input/output error"));
    tt_capture_free(capture);
    assert_int_equal(memory.octets, 0);
    return frames;
}

static void failing_reads(void **state)
{
    static struct build b;
    (void)state;

    for (int ng = 0; ng < 2; ng++)
        for (enum packing packing = 0; packing < PACKING_COUNT; packing++) {
            unsigned frames, before = 0;
            int result = TT_ERR_SYSTEM;
            b = sample(ng, packing)->packed;
            for (long fail_at = 1; result == TT_ERR_SYSTEM; fail_at++) {
                frames = read_faulty(&b, 7, fail_at, &result);
                assert_true(frames >= before);
                before = frames;
            }
            assert_int_equal(result, 0);
            assert_int_equal(before, FRAMES);
        }
}

/* Whatever the size of the pieces that come in, the frames are the same. */
static void pieces_of_every_size(void **state)
{
    static struct build b;
    (void)state;

    for (int ng = 0; ng < 2; ng++)
        for (enum packing packing = 0; packing < PACKING_COUNT; packing++) {
            b = sample(ng, packing)->packed;
            for (size_t step = 1; step < 100; step++) {
                int result;
                assert_int_equal(read_faulty(&b, step, 0, &result), FRAMES);
                assert_int_equal(result, 0);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_files_cut),          cmocka_unit_test(packed_files_cut), cmocka_unit_test(a_missing_checksum),
        cmocka_unit_test(what_follows_packed_data), cmocka_unit_test(changed_octets),   cmocka_unit_test(claimed_lengths),
        cmocka_unit_test(failing_allocations),      cmocka_unit_test(failing_reads),    cmocka_unit_test(pieces_of_every_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
