/* SPDX-License-Identifier: BSD-2-Clause */
/* io_files.c - every kind of capture file, built octet by octet: what is read from it, and what is refused. */
#include "io_build.h"

#include <limits.h>

/* ---- pcap ---------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *reason;
    uint32_t magic;
    unsigned major, minor;
    uint32_t snap, link;
    uint32_t seconds, fraction, first_length, second_length;
    tt_ns time; /* as read in little-endian order */
    uint32_t captured, length, link_read;
} pcap_rows[] = {
    {"microseconds", 0xa1b2c3d4, 2, 4, 65535, 1, 7, 5, 20, 60, 7000005000, 20, 60, 1},
    {"nanoseconds", 0xa1b23c4d, 2, 4, 65535, 1, 7, 5, 20, 60, 7000000005, 20, 60, 1},
    {"the modified kind", 0xa1b2cd34, 2, 4, 65535, 1, 7, 5, 20, 60, 7000005000, 20, 60, 1},
    {"FCS length in the link type", 0xa1b2c3d4, 2, 4, 65535, 0x14000065, 7, 5, 20, 60, 7000005000, 20, 60, 101},
    {"version 2.3, the right way", 0xa1b2c3d4, 2, 3, 65535, 1, 7, 5, 20, 60, 7000005000, 20, 60, 1},
    {"version 2.3, exchanged", 0xa1b2c3d4, 2, 3, 65535, 1, 7, 5, 60, 20, 7000005000, 20, 60, 1},
    {"version 2.2 is always exchanged", 0xa1b2c3d4, 2, 2, 65535, 1, 7, 5, 60, 20, 7000005000, 20, 60, 1},
    {"DG/UX", 0xa1b2c3d4, 543, 0, 65535, 1, 7, 5, 60, 20, 7000005000, 20, 60, 1},
    {"longer than the snap length is cut", 0xa1b2c3d4, 2, 4, 12, 101, 7, 5, 20, 60, 7000005000, 12, 60, 101},
    {"no snap length", 0xa1b2c3d4, 2, 4, 0, 1, 7, 5, 20, 60, 7000005000, 20, 60, 1},
    {"an absurd snap length", 0xa1b2c3d4, 2, 4, 0xffffffff, 1, 7, 5, 20, 60, 7000005000, 20, 60, 1},
    {"the modified kind adds an Ethernet header", 0xa1b2cd34, 2, 4, 2, 1, 7, 5, 20, 60, 7000005000, 16, 60, 1},
    {"the captured length may be the larger one", 0xa1b2c3d4, 2, 4, 65535, 1, 7, 5, 20, 10, 7000005000, 20, 10, 1},
    {"a fraction above a second", 0xa1b2c3d4, 2, 4, 65535, 1, 7, 2000000, 20, 60, 9000000000, 20, 60, 1},
};

static void build_pcap(struct build *b, size_t row, bool big)
{
    *b = (struct build){.big = big};
    pcap_header(b, pcap_rows[row].magic, pcap_rows[row].major, pcap_rows[row].minor, pcap_rows[row].snap, pcap_rows[row].link);
    for (unsigned i = 0; i < 3; i++) {
        pcap_record(b, pcap_rows[row].seconds + i, pcap_rows[row].fraction, pcap_rows[row].first_length,
                    pcap_rows[row].second_length);
        if (pcap_rows[row].magic == 0xa1b2cd34)
            put_count(b, 200, 8);
        put_count(b, i, 20);
    }
}

static void check_pcap(size_t row, const struct reading *r)
{
    assert_int_equal(r->opened, 0);
    assert_int_equal(r->ended, 0);
    assert_int_equal(r->frames, 3);
    assert_int_equal(r->facts.interfaces, 1);
    assert_int_equal(r->facts.nanoseconds, pcap_rows[row].magic == 0xa1b23c4d);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(r->frame[i].time, pcap_rows[row].time + i * TT_NS_PER_S);
        assert_int_equal(r->frame[i].captured, pcap_rows[row].captured);
        assert_int_equal(r->frame[i].length, pcap_rows[row].length);
        assert_int_equal(r->frame[i].link, pcap_rows[row].link_read);
        assert_int_equal(r->frame[i].number, i + 1);
        assert_int_equal(r->frame[i].interface, 0);
    }
}

static void pcap_kinds(void **state)
{
    static struct build b;
    (void)state;

    for (size_t row = 0; row < sizeof pcap_rows / sizeof pcap_rows[0]; row++)
        for (int big = 0; big < 2; big++)
            for (enum way way = 0; way < WAY_COUNT; way++) {
                struct reading r;
                build_pcap(&b, row, big);
                read_in_way(way, b.octets, b.n, &r);
                check_pcap(row, &r);
            }
}

static void frames_are_the_octets_of_the_file(void **state)
{
    static struct build b;
    struct unit_memory memory;
    (void)state;

    build_pcap(&b, 2, false); /* the longer record header */
    unit_memory_init(&memory);
    for (enum way way = 0; way < WAY_COUNT; way++) {
        struct tt_capture *capture;
        struct tt_frame frame;
        assert_int_equal(open_in_way(way, b.octets, b.n, &memory.alloc, &capture, NULL), 0);
        for (unsigned i = 0; i < 3; i++) {
            assert_int_equal(tt_capture_next(capture, &frame), 1);
            assert_memory_equal(frame.octets, b.octets + 24 + 24 + i * 44, 20);
        }
        tt_capture_free(capture);
    }
}

/* Seconds are signed in a file of our byte order and unsigned in one of the other: as libpcap reads them. */
static void pcap_seconds_of_either_order(void **state)
{
    static struct build b;
    struct reading r;
    (void)state;

    for (int big = 0; big < 2; big++) {
        b = (struct build){.big = big};
        pcap_header(&b, 0xa1b2c3d4, 2, 4, 0, 1);
        pcap_record(&b, 0xffffffff, 0, 0, 0);
        read_in_way(WAY_MEMORY, b.octets, b.n, &r);
        assert_int_equal(r.frames, 1);
        assert_int_equal(r.frame[0].time, (big ? INT64_C(0xffffffff) : -1) * TT_NS_PER_S);
    }
}

/* ---- pcapng -------------------------------------------------------------------------------------------------------------- */

/* Two sections of both byte orders, three interfaces, every kind of packet block, and blocks to step over. */
static void build_pcapng(struct build *b, bool big)
{
    size_t at;

    *b = (struct build){.big = big};
    section(b);
    interface(b, 1, 0, "eth0", 6);
    interface(b, 101, 100, NULL, 9);
    packet(b, 0, 5000001, 21, 60);
    packet(b, 1, 5000000002, 20, 40);
    at = block_begin(b, 4); /* name resolution */
    put_count(b, 0, 16);
    block_end(b, at);
    at = block_begin(b, 5); /* statistics of interface 1 */
    put32(b, 1);
    put64(b, 0);
    option(b, 5, "\1\1\1\1\1\1\1\1", 8);
    option(b, 7, "\0\0\0\0\0\0\0\0", 8);
    block_end(b, at);

    b->big = !big;
    section(b);
    interface(b, 276, 50, "any", 0x80 | 10);
    at = block_begin(b, 2); /* the old packet block */
    put16(b, 0);
    put16(b, 7); /* dropped */
    put32(b, 0);
    put32(b, 1024 + 512);
    put32(b, 8);
    put32(b, 9);
    put_count(b, 1, 8);
    block_end(b, at);
    at = block_begin(b, 3); /* the simple one, longer than the snap length */
    put32(b, 60);
    put_count(b, 1, 52);
    block_end(b, at);
}

static void pcapng_sections_and_interfaces(void **state)
{
    static const struct {
        tt_ns time;
        uint32_t captured, length, link, interface;
    } rows[] = {
        {5000001000, 21, 60, 1, 0},
        {5000000002, 20, 40, 101, 1},
        {1500000000, 8, 9, 276, 2},
        {0, 50, 60, 276, 2},
    };
    static struct build b;
    (void)state;

    for (int big = 0; big < 2; big++)
        for (enum way way = 0; way < WAY_COUNT; way++) {
            struct reading r;
            build_pcapng(&b, big);
            read_in_way(way, b.octets, b.n, &r);
            assert_int_equal(r.ended, 0);
            assert_int_equal(r.frames, 4);
            for (unsigned i = 0; i < 4; i++) {
                assert_int_equal(r.frame[i].time, rows[i].time);
                assert_int_equal(r.frame[i].captured, rows[i].captured);
                assert_int_equal(r.frame[i].length, rows[i].length);
                assert_int_equal(r.frame[i].link, rows[i].link);
                assert_int_equal(r.frame[i].interface, rows[i].interface);
            }
            assert_int_equal(r.facts.interfaces, 3);
            assert_true(r.facts.nanoseconds);
            assert_int_equal(r.facts.dropped, UINT64_C(0x0101010101010101) + 7);
        }
}

static void pcapng_names(void **state)
{
    static struct build b;
    struct unit_memory memory;
    struct tt_capture *capture;
    struct tt_capture_interface about;
    struct tt_frame frame;
    (void)state;

    build_pcapng(&b, false);
    unit_memory_init(&memory);
    assert_int_equal(tt_capture_open_memory(b.octets, b.n, &memory.alloc, &capture, NULL), 0);
    while (tt_capture_next(capture, &frame) == 1)
        ;
    tt_capture_interface(capture, 0, &about);
    assert_string_equal(about.name, "eth0");
    assert_int_equal(about.snap_length, 0);
    tt_capture_interface(capture, 1, &about);
    assert_null(about.name);
    assert_int_equal(about.snap_length, 100);
    tt_capture_interface(capture, 2, &about);
    assert_string_equal(about.name, "any");
    assert_int_equal(about.link, 276);
    tt_capture_free(capture);
    assert_int_equal(memory.octets, 0);
}

/* Times in any resolution, with an offset; out of range they become the first or the last there is. */
static void pcapng_times(void **state)
{
    static const struct {
        unsigned resolution;
        int64_t offset;
        uint64_t units;
        tt_ns time;
    } rows[] = {
        {6, 0, 1, 1000},
        {9, 0, 1, 1},
        {0, 0, 3, 3000000000},
        {3, 0, 1500, 1500000000},
        {12, 0, 1999, 1},
        {19, 0, UINT64_C(15000000000000000000), 1500000000},
        {0x80, 0, 3, 3000000000},
        {0x80 | 63, 0, UINT64_C(3) << 62, 1500000000},
        {0x80 | 20, 0, 1, 953},
        {6, 10, 1000001, 11000001000},
        {6, -1, 500000, -500000000},
        {6, 0, UINT64_MAX, INT64_MAX},
        {6, INT64_MAX, UINT64_MAX, INT64_MAX},
        {0, INT64_MIN, 0, INT64_MIN},
        {0, 0, UINT64_MAX, INT64_MAX},
        {9, 0, UINT64_MAX, INT64_MAX},
        {9, 0, INT64_MAX, INT64_MAX},
    };
    static struct build b;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int big = 0; big < 2; big++) {
            struct reading r;
            static struct build offset;
            offset = (struct build){.big = big};
            b = (struct build){.big = big};
            section(&b);
            size_t at = block_begin(&b, 1);
            put32(&b, 0);
            put32(&b, 0);
            option(&b, 9, &(uint8_t){(uint8_t)rows[i].resolution}, 1);
            put64(&offset, (uint64_t)rows[i].offset);
            option(&b, 14, offset.octets, 8);
            block_end(&b, at);
            packet(&b, 0, rows[i].units, 4, 4);
            read_in_way(WAY_MEMORY, b.octets, b.n, &r);
            assert_int_equal(r.frames, 1);
            assert_int_equal(r.frame[0].time, rows[i].time);
        }
}

static void no_packets_is_no_error(void **state)
{
    static struct build b;
    struct reading r;
    (void)state;

    for (int ng = 0; ng < 2; ng++)
        for (enum way way = 0; way < WAY_COUNT; way++) {
            b = (struct build){0};
            if (ng)
                section(&b);
            else
                pcap_header(&b, 0xa1b2c3d4, 2, 4, 0, 1);
            read_in_way(way, b.octets, b.n, &r);
            assert_int_equal(r.opened, 0);
            assert_int_equal(r.ended, 0);
            assert_int_equal(r.frames, 0);
        }
}

/* ---- refusals ------------------------------------------------------------------------------------------------------------ */

static void bad_magic(struct build *b)
{
    put_octets(b, "GET / HTTP/1.0\r\n", 16);
}
static void bad_version(struct build *b)
{
    pcap_header(b, 0xa1b2c3d4, 2, 5, 0, 1);
}
static void absurd_length(struct build *b)
{
    pcap_header(b, 0xa1b2c3d4, 2, 4, 0, 1);
    pcap_record(b, 1, 1, 4, 4);
    put_count(b, 0, 4);
    pcap_record(b, 1, 1, 262145, 262145);
    put_count(b, 0, 100);
}
static void ng_begin(struct build *b)
{
    section(b);
    interface(b, 1, 100, NULL, 6);
    packet(b, 0, 1, 4, 4);
}
static void ng_other_interface(struct build *b)
{
    ng_begin(b);
    packet(b, 1, 1, 4, 4);
}
static void ng_interface_of_last_section(struct build *b)
{
    ng_begin(b);
    section(b);
    packet(b, 0, 1, 4, 4);
}
static void ng_beyond_snap(struct build *b)
{
    ng_begin(b);
    packet(b, 0, 1, 101, 101);
}
static void ng_lengths_differ(struct build *b)
{
    ng_begin(b);
    packet(b, 0, 1, 4, 4);
    b->octets[b->n - 4]++;
}
static void ng_odd_length(struct build *b)
{
    ng_begin(b);
    size_t at = block_begin(b, 77);
    put8(b, 0);
    block_end(b, at);
}
static void ng_short_length(struct build *b)
{
    ng_begin(b);
    put32(b, 77);
    put32(b, 8);
}
static void ng_long_length(struct build *b)
{
    ng_begin(b);
    put32(b, 77);
    put32(b, 17 << 20);
}
static void ng_short_packet(struct build *b)
{
    ng_begin(b);
    size_t at = block_begin(b, 6);
    put64(b, 0);
    block_end(b, at);
}
static void ng_packet_beyond_block(struct build *b)
{
    ng_begin(b);
    size_t at = block_begin(b, 6);
    put32(b, 0);
    put64(b, 0);
    put32(b, 8);
    put32(b, 8);
    put_count(b, 0, 4);
    block_end(b, at);
}
static void ng_option_beyond_block(struct build *b)
{
    ng_begin(b);
    size_t at = block_begin(b, 1);
    put64(b, 1);
    put16(b, 9);
    put16(b, 5);
    put32(b, 0);
    block_end(b, at);
}
static void ng_resolution(struct build *b)
{
    ng_begin(b);
    interface(b, 1, 0, NULL, 20);
}
static void ng_binary_resolution(struct build *b)
{
    ng_begin(b);
    interface(b, 1, 0, NULL, 0x80 | 64);
}
static void ng_resolution_twice(struct build *b)
{
    ng_begin(b);
    size_t at = block_begin(b, 1);
    put64(b, 1);
    option(b, 9, "\6", 1);
    option(b, 9, "\6", 1);
    block_end(b, at);
}
static void ng_offset_length(struct build *b)
{
    ng_begin(b);
    size_t at = block_begin(b, 1);
    put64(b, 1);
    option(b, 14, "\0\0\0\0", 4);
    block_end(b, at);
}
static void ng_version(struct build *b)
{
    ng_begin(b);
    size_t at = block_begin(b, 0x0a0d0d0a);
    put32(b, 0x1a2b3c4d);
    put16(b, 2);
    put16(b, 0);
    put64(b, UINT64_MAX);
    block_end(b, at);
}
static void ng_no_byte_order(struct build *b)
{
    ng_begin(b);
    size_t at = block_begin(b, 0x0a0d0d0a);
    put64(b, 0);
    put64(b, 0);
    block_end(b, at);
}

static const struct {
    void (*build)(struct build *b);
    unsigned frames;
    bool opens;
    const char *says;
} refusals[] = {
    {bad_magic, 0, false, "not a pcap or pcapng file"},
    {bad_version, 0, false, "offset 4: pcap version 2.5 is not known"},
    {absurd_length, 1, true, "offset 44: a packet record of 262145 captured octets"},
    {ng_other_interface, 1, true, "offset 96: a packet of interface 1, which no"},
    {ng_interface_of_last_section, 1, true, "offset 124: a packet of interface 0, which no"},
    {ng_beyond_snap, 1, true, "offset 96: a packet of 101 captured octets on an interface with a snap length of 100"},
    {ng_lengths_differ, 1, true, "offset 96: a block that begins with a length of 36 and ends with one of "},
    {ng_odd_length, 1, true, "offset 96: a block with a length of 13"},
    {ng_short_length, 1, true, "offset 96: a block with a length of 8"},
    {ng_long_length, 1, true, "offset 96: a block with a length of 17825792, more than the 16777216"},
    {ng_short_packet, 1, true, "offset 96: a packet block of 20 octets"},
    {ng_packet_beyond_block, 1, true, "offset 96: a packet of 8 captured octets in a block with room for 4"},
    {ng_option_beyond_block, 1, true, "offset 96: a block ends inside its option 9"},
    {ng_resolution, 1, true, "offset 96: an interface whose times count 10^-20"},
    {ng_binary_resolution, 1, true, "offset 96: an interface whose times count 2^-64"},
    {ng_resolution_twice, 1, true, "offset 96: an interface has its option 9 twice"},
    {ng_offset_length, 1, true, "offset 96: an interface's option 14 of 4 octets instead of 8"},
    {ng_version, 1, true, "offset 96: pcapng version 2.0"},
    {ng_no_byte_order, 1, true, "offset 96: a section without a byte order"},
};

static void what_is_refused(void **state)
{
    static struct build b;
    (void)state;

    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        for (int big = 0; big < 2; big++)
            for (enum way way = 0; way < WAY_COUNT; way++) {
                struct reading r;
                b = (struct build){.big = big};
                refusals[i].build(&b);
                read_in_way(way, b.octets, b.n, &r);
                assert_int_equal(r.opened, refusals[i].opens ? 0 : TT_ERR_FORMAT);
                assert_int_equal(r.ended, refusals[i].opens ? TT_ERR_FORMAT : 1);
                assert_int_equal(r.frames, refusals[i].frames);
                assert_int_equal(r.error.code, TT_ERR_FORMAT);
                if (!strstr(r.error.text, refusals[i].says))
                    fail_msg("\"%s\" does not say \"%s\"", r.error.text, refusals[i].says);
            }
}

static void interfaces_have_a_cap(void **state)
{
    enum { SECTION = 28, INTERFACE = 32, COUNT = TT_INTERFACES_MAX + 1 };
    static struct build b;
    uint8_t *octets = malloc(SECTION + (size_t)INTERFACE * COUNT);
    struct reading r;
    (void)state;

    assert_non_null(octets);
    b = (struct build){0};
    section(&b);
    interface(&b, 1, 0, NULL, 6);
    assert_int_equal(b.n, SECTION + INTERFACE);
    memcpy(octets, b.octets, SECTION);
    for (size_t i = 0; i < COUNT; i++)
        memcpy(octets + SECTION + i * INTERFACE, b.octets + SECTION, INTERFACE);
    read_in_way(WAY_MEMORY, octets, SECTION + (size_t)INTERFACE * COUNT, &r);
    assert_int_equal(r.ended, TT_ERR_LIMIT);
    free(octets);
}

/* ---- files and their names ----------------------------------------------------------------------------------------------- */

static void files_that_are_none(void **state)
{
    static const struct {
        const char *path, *says;
        int code;
    } rows[] = {
        {"/tmp", "Is a directory", TT_ERR_SYSTEM},
        {"/nonexistent/x.pcap", "/nonexistent/x.pcap: No such file or directory", TT_ERR_SYSTEM},
        {"/dev/null", "/dev/null: the file is empty", TT_ERR_FORMAT},
        {"/proc/self/stat", "not a pcap or pcapng file", TT_ERR_FORMAT},
        {"/nonexistent/a\nb\033[1m", "/nonexistent/a?b?[1m: No such", TT_ERR_SYSTEM},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_capture *capture;
        struct tt_error error;
        assert_int_equal(tt_capture_open(rows[i].path, tt_system_alloc(), &capture, &error), rows[i].code);
        assert_int_equal(error.code, rows[i].code);
        assert_non_null(strstr(error.text, rows[i].says));
    }
}

static void reading_again(void **state)
{
    static struct build b;
    struct unit_memory memory;
    (void)state;

    unit_memory_init(&memory);
    for (int ng = 0; ng < 2; ng++)
        for (enum way way = 0; way < WAY_COUNT; way++) {
            struct tt_capture *capture;
            struct tt_frame frame;
            if (ng)
                build_pcapng(&b, false);
            else
                build_pcap(&b, 0, false);
            assert_int_equal(open_in_way(way, b.octets, b.n, &memory.alloc, &capture, NULL), 0);
            for (int turn = 0; turn < 3; turn++) {
                uint64_t frames = 0;
                while (tt_capture_next(capture, &frame) == 1)
                    assert_int_equal(frame.number, ++frames);
                assert_int_equal(frames, ng ? 4 : 3);
                assert_int_equal(tt_capture_rewind(capture), 0);
            }
            tt_capture_free(capture);
        }
    assert_int_equal(memory.octets, 0);
}

static void pipes(void **state)
{
    static struct build b;
    struct tt_capture *capture;
    struct tt_frame frame;
    char path[64];
    int ends[2];
    (void)state;

    build_pcap(&b, 0, false);
    assert_int_equal(pipe(ends), 0);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    assert_int_equal(write(ends[1], b.octets, 40), 40); /* the header and one record's header */
    assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, NULL), 0);
    tt_capture_interrupt(capture); /* it would wait for the packet */
    assert_int_equal(tt_capture_next(capture, &frame), TT_ERR_INTERRUPTED);
    assert_int_equal(write(ends[1], b.octets + 40, b.n - 40), b.n - 40);
    (void)close(ends[1]);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(tt_capture_next(capture, &frame), 1);
    assert_int_equal(tt_capture_next(capture, &frame), 0);
    assert_int_equal(tt_capture_rewind(capture), TT_ERR_MISUSE);
    assert_false(tt_capture_reads(capture, path));
    tt_capture_free(capture);
    (void)close(ends[0]);
}

/* A file that grows or shrinks while it is read. */
static void files_that_change(void **state)
{
    static struct build b;
    struct tt_capture *capture;
    struct tt_frame frame;
    char path[64];
    int fd;
    (void)state;

    build_pcap(&b, 0, false);
    fd = temporary_file(b.octets, 60, path);
    assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, NULL), 0);
    assert_true(tt_capture_reads(capture, path));
    assert_int_equal(tt_capture_next(capture, &frame), 1);
    assert_int_equal(write(fd, b.octets + 60, b.n - 60), b.n - 60);
    assert_int_equal(tt_capture_next(capture, &frame), 1);
    assert_int_equal(tt_capture_next(capture, &frame), 1);
    assert_int_equal(tt_capture_next(capture, &frame), 0);
    assert_int_equal(tt_capture_rewind(capture), 0);
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(tt_capture_rewind(capture), TT_ERR_FORMAT);
    assert_non_null(strstr(tt_capture_error(capture)->text, "offset 0: the file was truncated while it was read"));
    assert_int_equal(tt_capture_next(capture, &frame), TT_ERR_FORMAT);
    tt_capture_free(capture);
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pcap_kinds),
        cmocka_unit_test(frames_are_the_octets_of_the_file),
        cmocka_unit_test(pcap_seconds_of_either_order),
        cmocka_unit_test(pcapng_sections_and_interfaces),
        cmocka_unit_test(pcapng_names),
        cmocka_unit_test(pcapng_times),
        cmocka_unit_test(no_packets_is_no_error),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(interfaces_have_a_cap),
        cmocka_unit_test(files_that_are_none),
        cmocka_unit_test(reading_again),
        cmocka_unit_test(pipes),
        cmocka_unit_test(files_that_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
