/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io_peer.c - every capture of captures/ (or the files and folders given as arguments) read by libpcap and by us: the same frames,
 * with the same times, lengths, octets, and an error where libpcap has one.
 */
#include "unit.h"

#include <tcptale/io.h>

#include "io/link.h"

#include <ftw.h>
#include <pcap/pcap.h>
#include <stdio.h>

static const char *root;
static unsigned files, differing;
static uint64_t frames;

static void differ(const char *path, uint64_t frame, const char *what)
{
    (void)fprintf(stderr, "%s: frame %llu: %s\n", path, (unsigned long long)frame, what);
    differing++;
}

/* A time beyond what tt_ns holds is the first or the last that it holds. */
static tt_ns their_time(const struct pcap_pkthdr *theirs)
{
    tt_ns ns;

    if (__builtin_mul_overflow((tt_ns)theirs->ts.tv_sec, TT_NS_PER_S, &ns) ||
        __builtin_add_overflow(ns, (tt_ns)theirs->ts.tv_usec, &ns))
        return theirs->ts.tv_sec < 0 ? INT64_MIN : INT64_MAX;
    return ns;
}

/* What libpcap cannot read and we can: interfaces with differing link types or snap lengths, sections of either byte order. */
static bool is_beyond_libpcap(pcap_t *pcap)
{
    const char *words = pcap_geterr(pcap);

    return strstr(words, "different from") || strstr(words, "different byte orders");
}

static const char *difference(const struct tt_frame *ours, pcap_t *pcap, const struct pcap_pkthdr *theirs, const u_char *octets)
{
    if (tt_dlt_of_link(ours->link) != pcap_datalink(pcap))
        return "another link type";
    if (ours->captured != theirs->caplen || ours->length != theirs->len)
        return "another length";
    if (ours->time != their_time(theirs))
        return "another time";
    return memcmp(ours->octets, octets, theirs->caplen) != 0 ? "other octets" : NULL;
}

/* Both are at their first frame. */
static void compare_frames(const char *path, struct tt_capture *capture, pcap_t *pcap)
{
    for (uint64_t n = 1;; n++) {
        struct pcap_pkthdr *theirs;
        const u_char *octets;
        struct tt_frame frame = {0};
        int their_result = pcap_next_ex(pcap, &theirs, &octets);
        int our_result = tt_capture_next(capture, &frame);
        const char *what = NULL;

        if (their_result == PCAP_ERROR && our_result == 1 && is_beyond_libpcap(pcap))
            return;
        if ((their_result == 1) != (our_result == 1))
            what = their_result == 1 ? tt_capture_error(capture)->text : pcap_geterr(pcap);
        else if (their_result == 1)
            what = difference(&frame, pcap, theirs, octets);
        else if ((their_result == PCAP_ERROR) != (our_result < 0))
            what = "one says that it is damaged";
        if (what)
            differ(path, n, what);
        if (what || our_result != 1)
            return;
        frames++;
    }
}

static void compare(const char *path)
{
    char words[PCAP_ERRBUF_SIZE];
    struct unit_memory memory;
    struct tt_capture *capture = NULL;
    struct tt_error error = {0};
    pcap_t *pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, words);

    unit_memory_init(&memory);
    int err = tt_capture_open(path, &memory.alloc, &capture, &error);
    if (pcap && !err)
        compare_frames(path, capture, pcap);
    else if (pcap)
        differ(path, 0, error.text);
    else if (!err)
        differ(path, 0, words);
    files++;
    if (pcap)
        pcap_close(pcap);
    tt_capture_free(capture);
    assert_int_equal(memory.octets, 0);
}

static int visit(const char *path, const struct stat *about, int type, struct FTW *walk)
{
    const char *dot = strrchr(path, '.');

    (void)about;
    (void)walk;
    if (type == FTW_F && dot && (strncmp(dot, ".pcap", 5) == 0 || strcmp(dot, ".trace") == 0 || strcmp(dot, ".cap") == 0))
        compare(path);
    return 0;
}

static void reads_as_libpcap(void **state)
{
    (void)state;
    assert_int_equal(nftw(root, visit, 16, FTW_PHYS), 0);
    (void)fprintf(stderr, "%u files, %llu frames\n", files, (unsigned long long)frames);
    assert_true(frames > 0);
    assert_int_equal(differing, 0);
}

/* Every link type is the same DLT_ to both, and goes up to the same length. */
static void link_types_are_libpcaps(void **state)
{
    char words[PCAP_ERRBUF_SIZE];
    (void)state;

    for (uint32_t link = 0; link < 400; link++) {
        uint32_t header[6] = {0xa1b2c3d4, 4 << 16 | 2, 0, 0, 0, link};
        FILE *file = fmemopen(header, sizeof header, "r");
        assert_non_null(file);
        pcap_t *pcap = pcap_fopen_offline(file, words);
        assert_non_null(pcap);
        assert_int_equal(tt_dlt_of_link(link), pcap_datalink(pcap));
        assert_int_equal(tt_link_snap(link, 0), pcap_snapshot(pcap));
        assert_int_equal(tt_dlt_of_link(tt_link_of_dlt(tt_dlt_of_link(link))), tt_dlt_of_link(link));
        pcap_close(pcap);
    }
}

int main(int argc, char **argv)
{
    char captures[4096];
    const char *source = getenv("TT_SOURCE");
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_as_libpcap), cmocka_unit_test(link_types_are_libpcaps)};

    (void)snprintf(captures, sizeof captures, "%s/captures", source ? source : ".");
    root = argc > 1 ? argv[1] : captures;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
