/* SPDX-License-Identifier: BSD-2-Clause */
/* io_pcapng.c - pcapng files built octet by octet: what is read from them, and what is refused of both formats. */
#include "io_build.h"

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

/* ---- refusals ------------------------------------------------------------------------------------------------------------ */

static void bad_magic(struct build *b)
{
    put_octets(b, "GET / HTTP/1.0\r\n", 16);
}
static void other_packing(struct build *b)
{
    put_octets(b, "BZh91AY&SY", 10);
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
    {other_packing, 0, false, "packed in a way that is not read here: \"bzip2 -dc\" unpacks it"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pcapng_sections_and_interfaces),
        cmocka_unit_test(pcapng_names),
        cmocka_unit_test(pcapng_times),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(interfaces_have_a_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
