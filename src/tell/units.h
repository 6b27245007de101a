/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * units.h - sizes, durations, counts, shares and moments as people read them, and cells of a table.
 *
 * The symbols (B, kB, ms, min) are those of the SI and stay the same in every language.
 */
#ifndef TCPTALE_TELL_UNITS_H
#define TCPTALE_TELL_UNITS_H

#include <tcptale/tell.h>

/* "42 B", "1.2 MB", "999 kB": powers of 1000, at most 6 columns. */
void tt_put_size(struct tt_text *text, uint64_t octets);
/* "17 ns", "113 µs", "1.2 ms", "20.4 s", "3 min 20 s", "2 h 5 min", "3 d 4 h"; "us" when ascii; "-" in front below zero. */
void tt_put_duration(struct tt_text *text, tt_ns duration, bool ascii);
/* For narrow columns: "42", "1.2M", at most 4 columns; "172ms", "3.3min", at most 6 below 27 years. */
void tt_put_size_short(struct tt_text *text, uint64_t octets);
void tt_put_duration_short(struct tt_text *text, tt_ns duration, bool ascii);
/* "1,683,120". */
void tt_put_count(struct tt_text *text, uint64_t n);
/* "12%", "0.4%", "<0.1%", ">99%"; "0%" only when part is 0, "100%" only when it is all. */
void tt_put_share(struct tt_text *text, uint64_t part, uint64_t whole);
/* "16:42:32.176" with `decimals` (0 to 9) of the second, in the zone. */
void tt_put_time_of_day(struct tt_text *text, tt_ns moment, const struct tt_zone *zone, unsigned decimals);
/* "2022-11-20 16:42:32", the same. */
void tt_put_moment(struct tt_text *text, tt_ns moment, const struct tt_zone *zone, unsigned decimals);

/* A short text of its own, to be measured before it is put: what does not fit is cut. */
struct tt_scratch {
    struct tt_text text;
    char buffer[TT_TEXT_ROOM];
};

static inline struct tt_text *tt_scratch_init(struct tt_scratch *scratch)
{
    tt_text_init(&scratch->text, scratch->buffer, sizeof scratch->buffer, NULL);
    return &scratch->text;
}

enum tt_align { TT_ALIGN_LEFT, TT_ALIGN_RIGHT };

/* What was written into the scratch, in exactly `columns` columns: spaces fill it up, an ellipsis stands for what is cut. */
void tt_put_cell(struct tt_text *text, const struct tt_scratch *scratch, unsigned columns, enum tt_align align, bool ascii);
/* The columns that the scratch takes. */
static inline unsigned tt_scratch_width(const struct tt_scratch *scratch)
{
    return (unsigned)tt_text_width(scratch->text.start, (size_t)(scratch->text.at - scratch->text.start));
}

#endif
