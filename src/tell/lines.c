/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines.c - a line a packet, as tcpdump prints it: which frames have a line, and what stands around what the layers say.
 *
 * Whether a frame has a line is seen by a trial walk that prints into nothing and stops where TCP begins; the decoder's word for
 * a good segment behind an Ethernet header saves that walk.
 */
#include "tell/lines.h"
#include "base/memory.h"

/* tcpdump calls a longer frame invalid. */
#define FRAME_MAX 262144U
#define ETHERNET_HEADER 14

static int swallow(void *ctx, const char *octets, size_t n)
{
    (void)ctx, (void)octets, (void)n;
    return 0;
}

static void fill_octet_text(struct tt_lines *lines)
{
    for (uint32_t i = 0; i < 256; i++) {
        char digits[4] = {0};
        char *end = tt_put_below_10000(digits, i);

        digits[3] = (char)(end - digits);
        memcpy(lines->octet_text[i], digits, sizeof digits);
    }
}

int tt_lines_new(const struct tt_line_options *options, const struct tt_style *style, const struct tt_alloc *alloc,
                 struct tt_lines **ret)
{
    static const struct tt_sink nowhere = {swallow, NULL};
    struct tt_lines *lines = tt_get_zero(alloc, sizeof *lines);

    if (!lines)
        return TT_ERR_NOMEM;
    lines->alloc = *alloc;
    lines->options = *options;
    lines->style = *style;
    tt_text_init(&lines->nowhere, lines->nowhere_buffer, sizeof lines->nowhere_buffer, &nowhere);
    fill_octet_text(lines);
    seq_table_init(&lines->conversations[0], &lines->alloc, options->hash_key, SEQ_KEY_IP4);
    seq_table_init(&lines->conversations[1], &lines->alloc, options->hash_key, SEQ_KEY_IP6);
    *ret = lines;
    return 0;
}

void tt_lines_free(struct tt_lines *lines)
{
    if (!lines)
        return;

    struct tt_alloc alloc = lines->alloc;
    seq_table_done(&lines->conversations[0]);
    seq_table_done(&lines->conversations[1]);
    tt_give(&alloc, lines, sizeof *lines);
}

static struct line line_of(struct tt_lines *lines, const struct tt_frame *frame, struct tt_text *text)
{
    return (struct line){
        .lines = lines,
        .options = &lines->options,
        .text = text,
        .octets = frame->octets,
        .end = frame->captured,
        .layer = "",
    };
}

/* The common case, which needs no trial: a good segment behind an Ethernet header. */
static bool is_plain(const struct tt_frame *frame, const struct tt_segment *segment)
{
    return segment && segment->kind == TT_KIND_TCP && frame->link == TT_LINK_ETHERNET &&
           segment->ip == frame->octets + ETHERNET_HEADER;
}

static bool has_tcp(struct tt_lines *lines, const struct tt_frame *frame)
{
    struct line line = line_of(lines, frame, &lines->nowhere);
    struct tt_frame honest = *frame;

    line.trial = true;
    if (honest.length < honest.captured)
        honest.length = honest.captured;
    (void)line_link(&line, &honest);
    return line.tcp;
}

void line_cut_here(struct line *line)
{
    line_say(line, " [|%s]", line->layer);
}

/* What is wrong with the record itself; the frame is not looked into then. */
static bool print_invalid_record(struct line *line, const struct tt_frame *frame)
{
    const char *between = "[Invalid header:";

    if (frame->length != 0 && frame->length >= frame->captured && frame->length <= FRAME_MAX)
        return false;
    if (frame->length == 0) {
        line_say(line, "%s len==0", between);
        between = ",";
    } else if (frame->length < frame->captured) {
        line_say(line, "%s len(%u) < caplen(%u)", between, frame->length, frame->captured);
        between = ",";
    }
    if (frame->captured > FRAME_MAX) {
        line_say(line, "%s caplen(%u) > %u", between, frame->captured, FRAME_MAX);
        between = ",";
    }
    if (frame->length > FRAME_MAX)
        line_say(line, "%s len(%u) > %u", between, frame->length, FRAME_MAX);
    tt_text_char(line->text, ']');
    return true;
}

/* TCP behind headers that tcpdump does not look behind is told from its IP header on. */
static bool print_frame(struct line *line, const struct tt_frame *frame, const struct tt_segment *segment, bool walks)
{
    if (walks)
        return line_link(line, frame);

    size_t at = (size_t)(segment->ip - frame->octets);
    return line_ip_any(line, at, frame->length - (uint32_t)at);
}

int tt_lines_put(struct tt_lines *lines, const struct tt_frame *frame, const struct tt_segment *segment, uint64_t number,
                 struct tt_text *text)
{
    struct line line = line_of(lines, frame, text);
    bool walks = is_plain(frame, segment) || has_tcp(lines, frame);

    if (!walks && !(segment && segment->kind == TT_KIND_TCP && !segment->wrapped))
        return 0;
    if (lines->options.number)
        line_say(&line, "%5lu  ", (unsigned long)number);
    if (!print_invalid_record(&line, frame)) {
        line_time(&line, frame->time);
        if (!print_frame(&line, frame, segment, walks))
            line_cut_here(&line);
    }
    tt_text_char(text, '\n');
    if (text->failed)
        return text->failed;
    return lines->failed ? lines->failed : 1;
}
