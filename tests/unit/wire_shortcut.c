/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire_shortcut.c - the shortcut is an abbreviation: each frame of each capture, whole, cut and with every octet of its headers
 * changed, decodes to the same segment both ways, or the shortcut leaves it to the long way untouched.
 */
#include "captures.h"
#include "wire/decode.h"

#define HEADERS 96 /* more than Ethernet, IPv4 and TCP with all options */

static unsigned taken, left;

static void same_both_ways(const struct tt_frame *frame)
{
    struct tt_segment shortly, whole, before;

    memset(&shortly, 0xa5, sizeof shortly);
    memset(&whole, 0xa5, sizeof whole);
    before = shortly;
    tt_decode_whole(frame, &whole);
    if (tt_decode_shortcut(frame, &shortly)) {
        assert_memory_equal(&shortly, &whole, sizeof whole);
        taken++;
    } else {
        assert_memory_equal(&shortly, &before, sizeof before);
        left++;
    }
}

/* Each bit of the headers, which moves every limit that the decoders compare with. */
static void with_other_octets(struct tt_frame frame)
{
    static uint8_t copy[1 << 18];
    uint32_t n = frame.captured < HEADERS ? frame.captured : HEADERS;

    assert_true(frame.captured <= sizeof copy);
    memcpy(copy, frame.octets, frame.captured);
    frame.octets = copy;
    for (uint32_t i = 0; i < n; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            copy[i] ^= (uint8_t)(1u << bit);
            same_both_ways(&frame);
            copy[i] ^= (uint8_t)(1u << bit);
        }
    }
}

/* Cut by the capture, short on the wire too, longer on the wire, and with a length that lies. */
static void cut(struct tt_frame frame)
{
    uint32_t whole = frame.captured;

    for (uint32_t captured = 0; captured <= whole && captured <= HEADERS; captured++) {
        frame.captured = captured;
        frame.length = whole;
        same_both_ways(&frame);
        frame.length = captured;
        same_both_ways(&frame);
        frame.length = 0;
        same_both_ways(&frame);
    }
}

static void each_frame(const char *path)
{
    struct tt_capture *capture;
    struct tt_error error;
    struct tt_frame frame;

    assert_int_equal(tt_capture_open(path, tt_system_alloc(), &capture, &error), 0);
    while (tt_capture_next(capture, &frame) > 0) {
        same_both_ways(&frame);
        with_other_octets(frame);
        cut(frame);
    }
    tt_capture_free(capture);
}

static void both_ways_come_to_the_same_segment(void **state)
{
    (void)state;
    assert_true(each_capture("captures", each_frame) >= 4);
    assert_true(each_capture("captures/endings", each_frame) >= 50);
    assert_true(taken > 0 && left > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_ways_come_to_the_same_segment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
