/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines.c - frames as packet lines.
 *
 * The input: an octet of flags, one of time and verbosity, one for the link type; then frames, each behind an octet for its length
 * and one for what was cut off.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tcptale/tell.h>

#define HEADER 3

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);

static void *resize(void *ctx, void *old, size_t old_octets, size_t new_octets)
{
    (void)ctx, (void)old_octets;
    if (new_octets == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_octets);
}

static int swallow(void *ctx, const char *octets, size_t n)
{
    (void)ctx, (void)octets, (void)n;
    return 0;
}

static const char *service(void *ctx, uint16_t port)
{
    (void)ctx;
    return port % 2 ? "odd" : NULL;
}

/* From a block of its very size, so that a sanitizer sees the first octet beyond it. */
static void put(struct tt_lines *lines, const uint8_t *octets, uint32_t n, uint32_t cut, uint32_t link, struct tt_text *text)
{
    static uint64_t number;
    uint8_t *block = malloc(n ? n : 1);
    struct tt_frame frame = {.octets = block, .captured = n, .length = n + cut, .link = link, .time = (tt_ns)(n * 1234567891ULL)};
    struct tt_segment segment;

    if (!block)
        abort();
    memcpy(block, octets, n);
    tt_decode(&frame, &segment);
    int known = tt_lines_put(lines, &frame, &segment, ++number, text);
    int unknown = tt_lines_put(lines, &frame, NULL, number, text);
    /* What the decoder finds has a line; what it does not may have one. */
    if (known < 0 || unknown < 0 || unknown > known)
        abort();
    free(block);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    static const uint32_t links[] = {TT_LINK_ETHERNET,  TT_LINK_NULL,      TT_LINK_PPP,        TT_LINK_PPP_HDLC,
                                     TT_LINK_PPP_ETHER, TT_LINK_RAW,       TT_LINK_LOOP,       TT_LINK_IPV4,
                                     TT_LINK_IPV6,      TT_LINK_LINUX_SLL, TT_LINK_LINUX_SLL2, 104 /* Cisco HDLC */};
    static const struct tt_alloc alloc = {resize, NULL};
    static const struct tt_sink sink = {swallow, NULL};
    static const struct tt_style style = {.service = service};
    static char buffer[2 * TT_TEXT_ROOM];
    struct tt_lines *lines;
    struct tt_text text;

    if (n < HEADER)
        return 0;
    struct tt_line_options options = {
        .link = octets[0] & 1,
        .quiet = octets[0] & 2,
        .absolute = octets[0] & 4,
        .relative = octets[0] & 8,
        .number = octets[0] & 16,
        .nanoseconds = octets[0] & 32,
        .numeric_ports = octets[0] & 64,
        .time = (enum tt_line_time)(octets[1] % 6),
        .verbose = octets[1] / 6 % 4,
    };
    uint32_t link = links[octets[2] % (sizeof links / sizeof links[0])];
    tt_text_init(&text, buffer, sizeof buffer, &sink);
    if (tt_lines_new(&options, &style, &alloc, &lines) != 0)
        abort();
    for (size_t at = HEADER; at + 2 <= n;) {
        uint32_t length = octets[at], cut = octets[at + 1];
        length = length > n - at - 2 ? (uint32_t)(n - at - 2) : length;
        put(lines, octets + at + 2, length, cut, link, &text);
        at += 2 + length;
    }
    tt_lines_free(lines);
    return 0;
}
