/* SPDX-License-Identifier: BSD-2-Clause */
/* phrases.h - the words of words.h as people say them, short enough for a table; all go through the translator. */
#ifndef TCPTALE_PHRASES_H
#define TCPTALE_PHRASES_H

#include <tcptale/judge.h>
#include <tcptale/text.h>

/* How it ended and by whom, "client closed". */
const char *tt_ending_phrase(const struct tt_conn *conn, const struct tt_verdict *verdict);
/* The same for where that does not fit: in 15 columns what would lose its sense at the end. */
const char *tt_ending_phrase_brief(const struct tt_conn *conn, const struct tt_verdict *verdict);
/* An opening, for a list of openings: "by a handshake". */
const char *tt_opening_phrase(enum tt_opening opening);
/* An ending, whoever did it: "reset". */
const char *tt_ending_kind_phrase(enum tt_ending ending);
/* Who: "the client". */
const char *tt_ender_phrase(enum tt_ender ender);
/* Why, where that is more than the ending says: "port closed"; NULL for close, none and unknown. */
const char *tt_cause_phrase(enum tt_cause cause);

/* How an ending is shown: calm, to be noticed, bad. */
enum tt_tone { TT_TONE_CALM, TT_TONE_NOTICE, TT_TONE_BAD };
enum tt_tone tt_ending_tone(enum tt_ending ending);

/* The ANSI sequence that begins a tone, and the one that ends it; "" without colour and for what is calm. */
const char *tt_tone_begin(enum tt_tone tone, bool colour);
const char *tt_tone_end(enum tt_tone tone, bool colour);

#endif
