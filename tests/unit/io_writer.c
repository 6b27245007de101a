/* SPDX-License-Identifier: BSD-2-Clause */
/* io_writer.c - captures written and read back, by us and by libpcap; full disks and other ways to fail. */
#include "io_build.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char folder[] = "/tmp/tcptale-writer-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[128];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(in_folder("x.pcap"));
    (void)unlink(in_folder("x.pcapng"));
    return rmdir(folder);
}

static struct tt_frame frame_of(uint32_t captured, uint32_t link, uint32_t interface, tt_ns time)
{
    static uint8_t octets[300000];

    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (uint8_t)(i * 7 + 1);
    return (struct tt_frame){octets, captured, captured + 5, link, interface, time, 0};
}

/* ---- round trips --------------------------------------------------------------------------------------------------------- */

static const struct {
    uint32_t captured, interface;
    tt_ns time;
} rows[] = {
    {60, 0, 1700000000123456789}, {0, 0, 0}, {1, 1, 1000}, {2, 1, 999999999}, {3, 0, 1999999999}, {262144, 1, 2000000000},
};
#define ROWS (sizeof rows / sizeof rows[0])

static void write_rows(const char *path, bool nanoseconds, uint32_t last_link)
{
    struct tt_writer *writer;
    struct unit_memory memory;

    unit_memory_init(&memory);
    assert_int_equal(tt_writer_open(path, TT_FILE_BY_NAME, nanoseconds, &memory.alloc, &writer, NULL), 0);
    for (size_t i = 0; i < ROWS; i++) {
        struct tt_frame frame = frame_of(rows[i].captured, rows[i].interface ? last_link : 1, rows[i].interface, rows[i].time);
        assert_int_equal(tt_writer_put(writer, &frame, NULL), 0);
    }
    assert_int_equal(tt_writer_close(writer, 1, NULL), 0);
    assert_int_equal(memory.octets, 0);
}

static tt_ns time_written(tt_ns time, bool nanoseconds)
{
    return nanoseconds ? time : time - time % 1000;
}

static void read_rows(const char *path, bool nanoseconds, uint32_t last_link)
{
    struct tt_capture *capture;
    struct tt_frame frame;

    assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, NULL), 0);
    for (size_t i = 0; i < ROWS; i++) {
        struct tt_frame expected = frame_of(rows[i].captured, 0, 0, 0);
        assert_int_equal(tt_capture_next(capture, &frame), 1);
        assert_int_equal(frame.captured, rows[i].captured);
        assert_int_equal(frame.length, rows[i].captured + 5);
        assert_int_equal(frame.time, time_written(rows[i].time, nanoseconds));
        assert_int_equal(frame.link, rows[i].interface ? last_link : 1);
        assert_memory_equal(frame.octets, expected.octets, frame.captured);
    }
    assert_int_equal(tt_capture_next(capture, &frame), 0);
    tt_capture_free(capture);
}

/* libpcap reads the same from it. */
static void read_by_libpcap(const char *path, bool nanoseconds)
{
    char words[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, words);
    struct pcap_pkthdr *header;
    const u_char *octets;

    assert_non_null(pcap);
    assert_int_equal(pcap_datalink(pcap), DLT_EN10MB);
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(pcap_next_ex(pcap, &header, &octets), 1);
        assert_int_equal(header->caplen, rows[i].captured);
        assert_int_equal(header->ts.tv_sec * TT_NS_PER_S + header->ts.tv_usec, time_written(rows[i].time, nanoseconds));
    }
    assert_int_equal(pcap_next_ex(pcap, &header, &octets), PCAP_ERROR_BREAK);
    pcap_close(pcap);
}

static void round_trips(void **state)
{
    (void)state;

    for (int ng = 0; ng < 2; ng++)
        for (int nanoseconds = 0; nanoseconds < 2; nanoseconds++) {
            const char *path = in_folder(ng ? "x.pcapng" : "x.pcap");
            write_rows(path, nanoseconds, 1);
            read_rows(path, nanoseconds, 1);
            read_by_libpcap(path, nanoseconds);
        }
}

static void several_link_types(void **state)
{
    const char *path = in_folder("x.pcapng");
    (void)state;

    write_rows(path, true, 276);
    read_rows(path, true, 276);
}

static void one_link_type_in_pcap(void **state)
{
    struct tt_writer *writer;
    struct tt_error error;
    struct tt_frame frame = frame_of(4, 1, 0, 0), other = frame_of(4, 101, 0, 0);
    struct stat about;
    const char *path = in_folder("x.pcap");
    (void)state;

    assert_int_equal(tt_writer_open(path, TT_FILE_BY_NAME, false, tt_system_alloc(), &writer, NULL), 0);
    assert_int_equal(tt_writer_put(writer, &frame, &error), 0);
    assert_int_equal(tt_writer_flush(writer, &error), 0);
    assert_int_equal(tt_writer_put(writer, &other, &error), TT_ERR_FORMAT);
    assert_non_null(strstr(error.text, "one link type (1), and a frame has another (101): write pcapng instead"));
    assert_int_equal(tt_writer_put(writer, &frame, &error), TT_ERR_FORMAT);
    assert_int_equal(tt_writer_close(writer, 1, &error), TT_ERR_FORMAT);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_size, 24 + 16 + 4);
}

static void interfaces_described(void **state)
{
    const struct tt_capture_interface about = {.link = 1, .snap_length = 96, .name = "eth7"};
    const char *path = in_folder("x.pcapng");
    struct tt_capture_interface read;
    struct tt_frame frame = frame_of(4, 1, 3, 0);
    struct tt_capture *capture;
    struct tt_writer *writer;
    (void)state;

    assert_int_equal(tt_writer_open(path, TT_FILE_BY_NAME, false, tt_system_alloc(), &writer, NULL), 0);
    assert_int_equal(tt_writer_describe(writer, 3, &about, NULL), 0);
    assert_int_equal(tt_writer_put(writer, &frame, NULL), 0);
    assert_int_equal(tt_writer_close(writer, 1, NULL), 0);
    assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, NULL), 0);
    assert_int_equal(tt_capture_next(capture, &frame), 1);
    assert_int_equal(frame.interface, 0);
    tt_capture_interface(capture, 0, &read);
    assert_string_equal(read.name, "eth7");
    assert_int_equal(read.snap_length, 96);
    tt_capture_free(capture);
}

static void no_frames(void **state)
{
    (void)state;

    for (int ng = 0; ng < 2; ng++) {
        const char *path = in_folder(ng ? "x.pcapng" : "x.pcap");
        struct tt_capture_interface about;
        struct tt_capture *capture;
        struct tt_writer *writer;
        struct tt_frame frame;
        assert_int_equal(tt_writer_open(path, TT_FILE_BY_NAME, false, tt_system_alloc(), &writer, NULL), 0);
        assert_int_equal(tt_writer_close(writer, 113, NULL), 0);
        assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, NULL), 0);
        assert_int_equal(tt_capture_next(capture, &frame), 0);
        tt_capture_interface(capture, 0, &about);
        assert_int_equal(about.link, 113);
        tt_capture_free(capture);
    }
}

/* Times that the formats cannot hold become the nearest ones that they can. */
static void times_out_of_range(void **state)
{
    static const struct {
        bool ng;
        tt_ns time, read;
    } times[] = {
        {false, -1, -1},
        {false, INT64_MAX, -145224193}, /* the last second of 32 bits, which is read as signed, and the fraction */
        {false, INT64_MIN, INT32_MIN * TT_NS_PER_S + 145224192},
        {true, -1, 0},
        {true, INT64_MAX, INT64_MAX},
    };
    (void)state;

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        const char *path = in_folder(times[i].ng ? "x.pcapng" : "x.pcap");
        struct tt_capture *capture;
        struct tt_writer *writer;
        struct tt_frame frame = frame_of(4, 1, 0, times[i].time);
        assert_int_equal(tt_writer_open(path, TT_FILE_BY_NAME, true, tt_system_alloc(), &writer, NULL), 0);
        assert_int_equal(tt_writer_put(writer, &frame, NULL), 0);
        assert_int_equal(tt_writer_close(writer, 1, NULL), 0);
        assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, NULL), 0);
        assert_int_equal(tt_capture_next(capture, &frame), 1);
        assert_int_equal(frame.time, times[i].read);
        tt_capture_free(capture);
    }
}

/* ---- failures ------------------------------------------------------------------------------------------------------------ */

static void a_full_disk(void **state)
{
    struct tt_writer *writer;
    struct tt_error error = {0};
    struct tt_frame frame = frame_of(4, 1, 0, 0), large = frame_of(262144, 1, 0, 0);
    (void)state;

    assert_int_equal(tt_writer_open("/dev/full", TT_FILE_PCAP, false, tt_system_alloc(), &writer, NULL), 0);
    assert_int_equal(tt_writer_put(writer, &frame, &error), 0);
    assert_int_equal(tt_writer_flush(writer, &error), TT_ERR_SYSTEM);
    assert_string_equal(error.text, "/dev/full: offset 0: the file could not be written: No space left on device");
    assert_int_equal(tt_writer_close(writer, 1, &error), TT_ERR_SYSTEM);

    assert_int_equal(tt_writer_open("/dev/full", TT_FILE_PCAPNG, false, tt_system_alloc(), &writer, NULL), 0);
    assert_int_equal(tt_writer_put(writer, &large, &error), TT_ERR_SYSTEM);
    assert_int_equal(tt_writer_close(writer, 1, NULL), TT_ERR_SYSTEM);
}

/* A limit on the file's size makes a short write first, then an error: what fits is there. */
static void a_short_write(void **state)
{
    struct rlimit old, tight = {1000, RLIM_INFINITY};
    struct tt_writer *writer;
    struct tt_error error = {0};
    struct tt_frame frame = frame_of(60, 1, 0, 0);
    struct tt_capture *capture;
    const char *path = in_folder("x.pcap");
    int result = 0, frames = 0;
    (void)state;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    tight.rlim_max = old.rlim_max;
    assert_int_equal(tt_writer_open(path, TT_FILE_PCAP, false, tt_system_alloc(), &writer, NULL), 0);
    for (int i = 0; i < 20; i++)
        assert_int_equal(tt_writer_put(writer, &frame, &error), 0);
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    result = tt_writer_close(writer, 1, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(result, TT_ERR_SYSTEM);
    assert_non_null(strstr(error.text, "offset 1000: the file could not be written: File too large"));

    assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, NULL), 0);
    while ((result = tt_capture_next(capture, &frame)) == 1)
        frames++;
    assert_int_equal(frames, (1000 - 24) / 76);
    assert_int_equal(result, TT_ERR_FORMAT);
    tt_capture_free(capture);
}

static void no_such_folder(void **state)
{
    struct tt_writer *writer;
    struct tt_error error = {0};
    (void)state;

    assert_int_equal(tt_writer_open("/nonexistent/x.pcap", TT_FILE_PCAP, false, tt_system_alloc(), &writer, &error), TT_ERR_SYSTEM);
    assert_string_equal(error.text, "/nonexistent/x.pcap: No such file or directory");
}

static void failing_allocations(void **state)
{
    int result = TT_ERR_NOMEM;
    (void)state;

    for (long fail_at = 1; result == TT_ERR_NOMEM; fail_at++) {
        struct unit_memory memory;
        struct tt_writer *writer;
        unit_memory_init(&memory);
        memory.fail_at = fail_at;
        result = tt_writer_open(in_folder("x.pcapng"), TT_FILE_BY_NAME, false, &memory.alloc, &writer, NULL);
        if (result == 0) {
            for (uint32_t i = 0; i < 20; i++) {
                struct tt_frame frame = frame_of(4, 1, i, 0);
                (void)tt_writer_put(writer, &frame, NULL);
            }
            result = tt_writer_close(writer, 1, NULL);
        }
        assert_int_equal(memory.octets, 0);
    }
    assert_int_equal(result, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips),          cmocka_unit_test(several_link_types), cmocka_unit_test(one_link_type_in_pcap),
        cmocka_unit_test(interfaces_described), cmocka_unit_test(no_frames),          cmocka_unit_test(times_out_of_range),
        cmocka_unit_test(a_full_disk),          cmocka_unit_test(a_short_write),      cmocka_unit_test(no_such_folder),
        cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
