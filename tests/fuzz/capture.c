/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture.c - the capture readers: the same octets as a mapped file and through the window in pieces.  Both must give the same
 * frames and the same end, every octet of a frame must be there, and reading again must give the same once more.
 */
#include <tcptale/io.h>

#include "io/capture.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);

/* An unpacked stream may be far longer than what it came from. */
#define FRAMES_MAX 4096

struct outcome {
    uint64_t frames, sum;
    int end;
};

/* The input gives pieces of a few octets, so that records are cut everywhere. */
static ssize_t read_piece(struct tt_input *input, void *octets, size_t n)
{
    size_t left = input->size - (size_t)input->place, piece = 1 + (size_t)input->place % 61;

    if (piece > left)
        piece = left;
    if (piece > n)
        piece = n;
    if (piece)
        memcpy(octets, input->octets + input->place, piece);
    input->place += (int64_t)piece;
    return (ssize_t)piece;
}

static uint64_t sum_of(const struct tt_frame *frame)
{
    uint64_t sum = frame->captured + frame->length + frame->link + frame->interface + (uint64_t)frame->time;

    for (uint32_t i = 0; i < frame->captured; i++)
        sum = sum * 31 + frame->octets[i];
    return sum;
}

static struct outcome read_all(struct tt_capture *capture)
{
    struct outcome outcome = {0};
    struct tt_capture_facts facts;
    struct tt_capture_interface about;
    struct tt_frame frame;

    while ((outcome.end = tt_capture_next(capture, &frame)) == 1 && outcome.frames < FRAMES_MAX) {
        outcome.sum = outcome.sum * 31 + sum_of(&frame);
        outcome.frames++;
        tt_capture_facts(capture, &facts);
        if (frame.interface >= facts.interfaces || facts.frames != outcome.frames)
            abort();
        tt_capture_interface(capture, frame.interface, &about);
        if (about.link != frame.link)
            abort();
    }
    if (tt_capture_error(capture)->code != (outcome.end < 0 ? outcome.end : 0))
        abort();
    return outcome;
}

/* Reads twice; the first outcome. */
static struct outcome read_twice(struct tt_capture *capture)
{
    struct outcome first = read_all(capture), again;

    again = tt_capture_rewind(capture) == 0 ? read_all(capture) : first;
    if (again.end != first.end || again.frames != first.frames || again.sum != first.sum)
        abort();
    tt_capture_free(capture);
    return first;
}

static bool is_packed(const uint8_t *octets, size_t n)
{
    return n >= 2 && ((octets[0] == 0x1f && octets[1] == 0x8b) || (octets[0] == 0x28 && octets[1] == 0xb5) ||
                      (octets[0] == 0x50 && octets[1] == 0x2a));
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    struct tt_capture *mapped = NULL, *windowed = NULL;
    struct tt_input input = tt_input_memory(octets, n);

    input.read = read_piece;
    int of_window = tt_capture_open_input(&input, tt_system_alloc(), &windowed, NULL);
    int of_map = tt_capture_open_memory(octets, n, tt_system_alloc(), &mapped, NULL);
    if (of_map != of_window && !is_packed(octets, n))
        abort();

    struct outcome from_window = {0}, from_map = {0};
    if (of_window == 0)
        from_window = read_twice(windowed);
    if (of_map == 0)
        from_map = read_twice(mapped);
    if (of_map == 0 &&
        (from_map.end != from_window.end || from_map.frames != from_window.frames || from_map.sum != from_window.sum))
        abort();
    return 0;
}
