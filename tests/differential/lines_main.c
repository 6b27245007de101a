/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines_main.c - prints the TCP lines of a capture with tcpdump's options, for the golden and differential tests: as `tcptale
 * packets` does, but with nothing in between, and a key of the table that is always the same.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tcptale/io.h>
#include <tcptale/tell.h>

static void *resize(void *ctx, void *old, size_t old_octets, size_t new_octets)
{
    (void)ctx, (void)old_octets;
    if (new_octets == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_octets);
}

static const struct tt_alloc alloc = {resize, NULL};

static int write_out(void *ctx, const char *octets, size_t n)
{
    (void)ctx;
    return fwrite(octets, 1, n, stdout) == n ? 0 : TT_ERR_SINK;
}

static int32_t offset_at(void *ctx, int64_t second)
{
    time_t when = second;
    struct tm tm;

    (void)ctx;
    return localtime_r(&when, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

static const char *service(void *ctx, uint16_t port)
{
    const struct servent *entry = getservbyport(htons(port), "tcp");

    (void)ctx;
    return entry ? entry->s_name : NULL;
}

static const char *interface(void *ctx, uint32_t index)
{
    static char name[IF_NAMESIZE];

    (void)ctx;
    return if_indextoname(index, name);
}

/* tcpdump's options, and `relative` of ours. */
struct arguments {
    struct tt_line_options line;
    unsigned times; /* how often -t */
    const char *path;
    const char *filter; /* NULL: none */
};

static void take_letter(struct arguments *arguments, char letter)
{
    struct tt_line_options *line = &arguments->line;

    line->numeric_ports |= letter == 'n';
    line->link |= letter == 'e';
    line->absolute |= letter == 'S';
    line->quiet |= letter == 'q';
    line->number |= letter == '#';
    line->verbose = (uint8_t)(line->verbose + (letter == 'v'));
    arguments->times += letter == 't';
}

static void read_arguments(struct arguments *arguments, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--nano") == 0)
            arguments->line.nanoseconds = true;
        else if (strcmp(argv[i], "--micro") == 0)
            arguments->line.nanoseconds = false;
        else if (strcmp(argv[i], "--relative") == 0)
            arguments->line.relative = true;
        else if (argv[i][0] == '-')
            for (const char *letter = argv[i] + 1; *letter; letter++)
                take_letter(arguments, *letter);
        else if (arguments->path)
            arguments->filter = argv[i];
        else
            arguments->path = argv[i];
    }
    arguments->line.time = (enum tt_line_time)(arguments->times % 6);
}

/* Does the frame pass the filter?  Compiled for the file, since on BSD loopback libpcap takes it from there what IPv6 is. */
static bool passes(const struct arguments *arguments, const struct tt_frame *frame)
{
    static struct bpf_program program;
    static bool compiled, good;

    if (!arguments->filter)
        return true;
    if (!compiled) {
        char reason[PCAP_ERRBUF_SIZE];
        pcap_t *file = pcap_open_offline(arguments->path, reason);
        good = file && pcap_compile(file, &program, arguments->filter, 1, PCAP_NETMASK_UNKNOWN) == 0;
        compiled = true;
        if (file)
            pcap_close(file);
    }
    struct pcap_pkthdr header = {.caplen = frame->captured, .len = frame->length};
    return good && pcap_offline_filter(&program, &header, frame->octets) != 0;
}

static int print_capture(struct tt_capture *capture, struct tt_lines *lines, const struct arguments *arguments,
                         struct tt_text *text)
{
    struct tt_frame frame;
    uint64_t number = 1;
    int result;

    while ((result = tt_capture_next(capture, &frame)) > 0) {
        if (!passes(arguments, &frame))
            continue;
        result = tt_lines_put(lines, &frame, NULL, number++, text);
        if (result < 0)
            return result;
    }
    return result;
}

int main(int argc, char **argv)
{
    static const struct tt_sink sink = {write_out, NULL};
    static const struct tt_style style = {.zone = {offset_at, NULL}, .service = service, .interface = interface};
    static char buffer[65536];
    struct arguments arguments = {0};
    struct tt_capture *capture = NULL;
    struct tt_lines *lines = NULL;
    struct tt_error error = {0};
    struct tt_text text;
    int result;

    read_arguments(&arguments, argc, argv);
    tt_text_init(&text, buffer, sizeof buffer, &sink);
    result = arguments.path ? tt_capture_open(arguments.path, &alloc, &capture, &error) : TT_ERR_MISUSE;
    if (result == 0)
        result = tt_lines_new(&arguments.line, &style, &alloc, &lines);
    if (result == 0)
        result = print_capture(capture, lines, &arguments, &text);
    if (tt_text_flush(&text) != 0 || fflush(stdout) != 0)
        result = TT_ERR_SINK;
    if (result < 0)
        fprintf(stderr, "lines: %s: %s\n", arguments.path ? arguments.path : "no capture",
                *error.text ? error.text : tt_error_words(result));
    tt_lines_free(lines);
    if (capture)
        tt_capture_free(capture);
    return result < 0;
}
