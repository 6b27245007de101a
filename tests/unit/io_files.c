/* SPDX-License-Identifier: BSD-2-Clause */
/* io_files.c - every kind of pcap file, built octet by octet, and files however they are opened, however long, changing. */
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
        {"/sys/class/net/lo/mtu", "mtu: not a pcap or pcapng file", TT_ERR_FORMAT}, /* has a size and cannot be mapped */
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

static void build_small_pcapng(struct build *b)
{
    *b = (struct build){0};
    section(b);
    interface(b, 1, 0, "eth0", 6);
    for (unsigned i = 0; i < 3; i++)
        packet(b, 0, i, 20, 60);
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
                build_small_pcapng(&b);
            else
                build_pcap(&b, 0, false);
            assert_int_equal(open_in_way(way, b.octets, b.n, &memory.alloc, &capture, NULL), 0);
            for (int turn = 0; turn < 3; turn++) {
                uint64_t frames = 0;
                while (tt_capture_next(capture, &frame) == 1)
                    assert_int_equal(frame.number, ++frames);
                assert_int_equal(frames, 3);
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

/* What is given on standard input is named so; a file there is mapped as any other. */
static void standard_input(void **state)
{
    static struct build b;
    struct tt_capture *capture;
    struct tt_frame frame;
    char path[64];
    int old = dup(STDIN_FILENO);
    (void)state;

    build_pcap(&b, 0, false);
    int fd = temporary_file(b.octets, b.n - 1, path);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(tt_capture_open("-", tt_system_alloc(), &capture, NULL), 0);
    assert_int_equal(tt_capture_next(capture, &frame), 1);
    assert_int_equal(tt_capture_next(capture, &frame), 1);
    assert_int_equal(tt_capture_next(capture, &frame), TT_ERR_FORMAT);
    assert_string_equal(tt_capture_error(capture)->text,
                        "standard input: offset 96: the file ends inside a packet record (35 of 36 octets are there)");
    tt_capture_free(capture);
    assert_int_equal(dup2(old, STDIN_FILENO), STDIN_FILENO);
    (void)close(old);
    (void)close(fd);
}

/* ---- beyond a chunk and a window ----------------------------------------------------------------------------------------- */

/* Records of all sizes, some larger than the window and the chunks of the map; `octets` of them, in heap memory. */
static uint8_t *large_file(size_t octets, unsigned *ret_frames)
{
    static struct build header;
    uint8_t *file = malloc(octets);
    size_t at = 24;

    assert_non_null(file);
    header = (struct build){0};
    pcap_header(&header, 0xa1b2c3d4, 2, 4, 0, 231); /* D-Bus: long packets are right */
    memcpy(file, header.octets, at);
    for (*ret_frames = 0; at < octets; ++*ret_frames) {
        uint32_t n = *ret_frames % 100 == 99 ? 3000000 : 7 + *ret_frames * 37 % 1500;
        if (at + 16 + n + 16 > octets)
            n = (uint32_t)(octets - at - 16); /* the last one fills the file */
        const uint32_t record[4] = {*ret_frames, 0, n, n};
        memcpy(file + at, record, 16);
        memset(file + at + 16, (int)(*ret_frames & 255), n);
        at += 16 + n;
    }
    return file;
}

static void large_records(void **state)
{
    const size_t octets = 9000001;
    unsigned frames;
    uint8_t *file = large_file(octets, &frames);
    (void)state;

    for (enum way way = 0; way < WAY_COUNT; way++) {
        struct unit_memory memory;
        struct tt_capture *capture;
        struct tt_frame frame;
        struct tt_capture_facts facts;
        uint64_t before = 0;
        unit_memory_init(&memory);
        assert_int_equal(open_in_way(way, file, octets, &memory.alloc, &capture, NULL), 0);
        for (unsigned i = 0; i < frames; i++) {
            assert_int_equal(tt_capture_next(capture, &frame), 1);
            assert_int_equal(frame.time, i * TT_NS_PER_S);
            if (frame.captured) {
                assert_int_equal(frame.octets[0], i & 255);
                assert_memory_equal(frame.octets, frame.octets + 1, frame.captured - 1);
            }
            tt_capture_facts(capture, &facts);
            assert_true(facts.octets > before && facts.octets_total == octets);
            before = facts.octets;
        }
        assert_int_equal(tt_capture_next(capture, &frame), 0);
        assert_int_equal(before, octets);
        tt_capture_free(capture);
        assert_int_equal(memory.octets, 0);
    }
    free(file);
}

/* A file is not waited for, but a long one can be interrupted, and goes on. */
static void interrupted_files(void **state)
{
    const size_t octets = 9000001;
    unsigned frames, interruptions = 0;
    uint8_t *file = large_file(octets, &frames);
    struct tt_capture *capture;
    struct tt_frame frame;
    (void)state;

    assert_int_equal(open_in_way(WAY_MAP, file, octets, tt_system_alloc(), &capture, NULL), 0);
    for (unsigned i = 0; i < frames;) {
        tt_capture_interrupt(capture);
        int result = tt_capture_next(capture, &frame);
        assert_true(result == 1 || result == TT_ERR_INTERRUPTED);
        if (result != 1)
            interruptions++;
        if (result != 1)
            assert_int_equal(tt_capture_next(capture, &frame), 1);
        assert_int_equal(frame.number, ++i);
    }
    assert_in_range(interruptions, 1, 6);
    tt_capture_free(capture);
    free(file);
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
        cmocka_unit_test(no_packets_is_no_error),
        cmocka_unit_test(files_that_are_none),
        cmocka_unit_test(reading_again),
        cmocka_unit_test(pipes),
        cmocka_unit_test(standard_input),
        cmocka_unit_test(large_records),
        cmocka_unit_test(interrupted_files),
        cmocka_unit_test(files_that_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
