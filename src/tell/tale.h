/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tale.h - a story under way: sentences are said into a line, the line is laid out as text or written as JSON.
 *
 * What a story says (story_*.c, explain.c) is so kept apart from how it looks (tale.c, tale_page.c).
 */
#ifndef TCPTALE_TELL_TALE_H
#define TCPTALE_TELL_TALE_H

#include "tell/log.h"

/* The parts of a story: a key for programs, the word for people. */
#define TALE_PARTS(X)                                                                                                              \
    X(TALE_OPENED, TT_N_("opened"))                                                                                                \
    X(TALE_TALKED, TT_N_("talked"))                                                                                                \
    X(TALE_ENDED, TT_N_("ended"))                                                                                                  \
    X(TALE_SIDES, TT_N_("sides"))                                                                                                  \
    X(TALE_EXPLAINED, TT_N_("explained"))

enum tale_part {
#define TALE_PART_ENUM(name, word) name,
    TALE_PARTS(TALE_PART_ENUM) TALE_PART_COUNT
#undef TALE_PART_ENUM
};

/* Packet numbers that a line stands on, neighbours joined; beyond the room only the first and the last are shown. */
#define TALE_RANGES_MAX TT_PACKET_RANGES_MAX

struct tale_refs {
    struct {
        uint64_t first, last;
    } range[TALE_RANGES_MAX];
    unsigned count;
    bool more; /* the last range does not touch the one before: something between was left out */
};

struct tale {
    const struct tt_conn *conn;
    const struct tt_verdict *verdict;
    const struct tt_log *log;
    const struct tt_comparison *other_side; /* NULL: there is one capture */
    const struct tt_style *style;
    struct tt_text *out;
    bool json;

    enum tale_part part;
    unsigned lines;       /* of the part so far */
    bool any;             /* a line was written, in any part */
    unsigned columns;     /* of the page */
    unsigned part_column; /* where the part's word begins */
    unsigned text_column; /* where the text begins */
    const char *term;     /* stands in the part's column of the next line instead of the part's word; view */
    bool bad;             /* the line tells of something bad */
    enum tt_loss loss;    /* the one reason for sending again that the line gives */
    struct tale_refs refs;
    struct tale_refs refs_there;      /* packets of the other capture */
    const struct tt_finding *finding; /* that the line tells; NULL: none */

    struct tt_text said;    /* the line */
    struct tt_text scratch; /* what fills its places */
    char said_buffer[TT_TEXT_ROOM];
    char scratch_buffer[TT_TEXT_ROOM];
};

void tale_init(struct tale *tale, const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_log *log,
               const struct tt_style *style, struct tt_text *out);

/* ---- saying ------------------------------------------------------------------------------------------------------ */

/* Begins a part: its word stands before the first line that follows. */
void tale_part(struct tale *tale, enum tale_part part);
/* Adds to the line under way. */
void tale_say(struct tale *tale, const char *english);
void tale_say_fills(struct tale *tale, const char *english, const struct tt_fill *fills, size_t count);
void tale_say_many(struct tale *tale, uint64_t n, const char *one, const char *many, const struct tt_fill *fills, size_t count);
#define TALE_COUNT(...) (sizeof(const struct tt_fill[]){__VA_ARGS__} / sizeof(struct tt_fill))
/* TALE(tale, "the sentence with {places}", fill, …) */
#define TALE(tale, english, ...) tale_say_fills(tale, english, (const struct tt_fill[]){__VA_ARGS__}, TALE_COUNT(__VA_ARGS__))
/* TALE_MANY(tale, n, TT_NN_("one {n}", "many {n}"), fill, …) */
#define TALE_MANY(tale, n, one_many, ...)                                                                                          \
    tale_say_many(tale, n, one_many, (const struct tt_fill[]){__VA_ARGS__}, TALE_COUNT(__VA_ARGS__))
/* The comma between clauses, when the line has begun. */
void tale_clause(struct tale *tale);
/* The packets that the line stands on; 0 is none. */
void tale_ref(struct tale *tale, uint64_t frame);
/* The packets in the log that bear any of the notes, of one end or TALE_BOTH. */
#define TALE_BOTH 2
void tale_ref_noted(struct tale *tale, unsigned end, uint32_t notes);
/* From one packet to a later one, with others between them. */
void tale_ref_span(struct tale *tale, uint64_t first, uint64_t last);
/* Ends the line; nothing happens when nothing was said. */
void tale_line(struct tale *tale);

/* Whether both ends are the same address and port: then nothing that one did can be told from what the other did. */
bool tale_is_itself(const struct tale *tale);

/* ---- what fills the places: valid until the sentence is said ----------------------------------------------------- */

struct tt_fill tale_number(const char *name, uint64_t number);
struct tt_fill tale_string(const char *name, const char *string);
/* A duration and a count of octets as people read them: "113 µs", "12.3 kB". */
struct tt_fill tale_time(struct tale *tale, const char *name, tt_ns ns);
struct tt_fill tale_size(struct tale *tale, const char *name, uint64_t octets);
/* "client". */
struct tt_fill tale_who(struct tale *tale, const char *name, unsigned end);
/* A word or sentence of a table, translated. */
struct tt_fill tale_word(struct tale *tale, const char *name, const char *english);
struct tt_fill tale_evidence(struct tale *tale, const char *name, const struct tt_evidence *evidence);
struct tt_fill tale_address(struct tale *tale, const char *name, const struct tt_addr *addr, unsigned ip_version);
struct tt_fill tale_endpoint(struct tale *tale, const char *name, const struct tt_endpoint *endpoint);
/* The local time of day with milliseconds. */
struct tt_fill tale_clock(struct tale *tale, const char *name, tt_ns time);

/* The words, to be translated, for an ICMP error of IPv4 or ICMPv6; never NULL. */
const char *tale_icmp_words(unsigned ip_version, unsigned type, unsigned code); /* icmp_words.c */

/* ---- how a line looks: tale_page.c ------------------------------------------------------------------------------- */

/* Lays out what was said as lines of text with the packet numbers at the right edge. */
void tale_page_line(struct tale *tale);
/* What was said as it stands, a line of its own. */
void tale_page_raw(struct tale *tale);
/* How many octets of a text go on a line of `width` columns, the spaces at its end with them. */
size_t tale_fitting(const char *octets, size_t n, size_t width);
/* The octets that were said. */
static inline size_t tale_said(const struct tale *tale)
{
    return (size_t)(tale->said.at - tale->said.start);
}
/* Pads with spaces from column `from` to column `to`; at least one. */
void tale_pad(struct tt_text *text, size_t from, size_t to);

/* ---- the parts --------------------------------------------------------------------------------------------------- */

void tale_headline(struct tale *tale);            /* story.c */
void tale_opened(struct tale *tale);              /* story_open.c */
void tale_force(struct tale *tale);               /* story_force.c: what the handshake put in force */
void tale_talked(struct tale *tale);              /* story_talk.c */
void tale_again(struct tale *tale, unsigned end); /* story_loss.c: what an end sent again, and what came late */
void tale_fin_again(struct tale *tale, unsigned end);
/* Behind a sentence of SYNs: why they were sent again, when there is one reason. */
void tale_why_syn_again(struct tale *tale, unsigned end);
void tale_put_again(struct tale *tale, struct tt_text *text, const struct tt_log_entry *entry); /* the same in two words, or none */
void tale_ended(struct tale *tale);                                                             /* story_end.c */
void tale_verdict(struct tale *tale); /* story_why.c: by whom, why, how certain, the evidence, what was lost */
void tale_sides(struct tale *tale);   /* story_sides.c: what the capture of the other side adds */
void tale_explain(struct tale *tale); /* explain.c */
void tale_ladder(struct tale *tale);  /* ladder.c */

#endif
