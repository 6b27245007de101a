/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/tell.h - the facts as lines, tables, records, stories and ladders.  Decides nothing.
 */
#ifndef TCPTALE_TELL_H
#define TCPTALE_TELL_H

#include <tcptale/judge.h>
#include <tcptale/sides.h>
#include <tcptale/text.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* How text looks. */
struct tt_style {
    bool colour;      /* ANSI sequences */
    unsigned columns; /* of the terminal; 0: 100 */
    bool ascii;       /* no arrows and lines outside ASCII */
    struct tt_tongue tongue;
    struct tt_zone zone;
    /* The name of a TCP port, "ssh", a view; NULL when it has none or names are not wanted. */
    const char *(*service)(void *ctx, uint16_t port);
    /* The name of a host when names are asked for (--resolve); NULL: none. */
    const char *(*host)(void *ctx, const struct tt_endpoint *endpoint);
    /* The name of this machine's interface of an index, as Linux cooked v2 captures have it; NULL: none, shown as "?". */
    const char *(*interface)(void *ctx, uint32_t index);
    void *names_ctx;
};

/* ---- a line a packet, as tcpdump 4.99.3 prints it ---------------------------------------------------------------------------- */

enum tt_line_time {
    TT_TIME_OF_DAY,     /* default: 16:42:32.176289 */
    TT_TIME_NONE,       /* -t */
    TT_TIME_EPOCH,      /* -tt */
    TT_TIME_DELTA,      /* -ttt: since the line before */
    TT_TIME_DATE,       /* -tttt */
    TT_TIME_SINCE_FIRST /* -ttttt */
};

struct tt_line_options {
    enum tt_line_time time;
    uint8_t verbose;      /* -v -vv -vvv: 0..3 */
    bool quiet;           /* -q */
    bool link;            /* -e */
    bool absolute;        /* -S */
    bool relative;        /* --relative: ours */
    bool number;          /* -# */
    bool nanoseconds;     /* --nano */
    bool numeric_ports;   /* -n, -nn: no names of ports and hardware makers; hosts are numeric unless style.host is given */
    uint64_t hash_key[2]; /* random, so that nobody can choose colliding connections */
};

struct tt_lines;

/* Both are copied; the style's functions must live as long as the lines.  Freed with tt_lines_free(). */
int tt_lines_new(const struct tt_line_options *options, const struct tt_style *style, const struct tt_alloc *alloc,
                 struct tt_lines **ret);
/*
 * Writes the line (or lines) of a frame.  1 written, 0 the frame is not TCP and nothing was, or a TT_ERR_.  `number` stands in
 * front with -#.  Frames must be given in order: relative numbers and times depend on those before.  A segment that is known
 * already saves a look at the frame; NULL when it is not.
 */
int tt_lines_put(struct tt_lines *lines, const struct tt_frame *frame, const struct tt_segment *segment, uint64_t number,
                 struct tt_text *text);
void tt_lines_free(struct tt_lines *lines);

/* ---- a line a connection ----------------------------------------------------------------------------------------------------- */

/* The record of one connection as a JSON object with a newline; keys and order are those of docs/record.md. */
void tt_record_json(const struct tt_conn *conn, const struct tt_verdict *verdict, struct tt_text *text);
/* The same as CSV (RFC 4180), nested keys joined with dots; and its header. */
void tt_record_csv(const struct tt_conn *conn, const struct tt_verdict *verdict, struct tt_text *text);
void tt_record_csv_header(struct tt_text *text);

/*
 * Zeek's conn.log, as docs/zeek.md has it: its header lines with the time of the first packet, a row for conn->zeek, and the last
 * line with the time of the last packet.
 */
void tt_zeek_open(tt_ns first, const struct tt_zone *zone, struct tt_text *text);
void tt_zeek_row(const struct tt_conn *conn, struct tt_text *text);
void tt_zeek_close(tt_ns last, const struct tt_zone *zone, struct tt_text *text);

/* A table for people. */
void tt_table_header(const struct tt_style *style, struct tt_text *text);
void tt_table_row(const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_style *style, struct tt_text *text);

/* ---- the whole capture at a glance ------------------------------------------------------------------------------------------- */

struct tt_summary;

/* Freed with tt_summary_free(). */
int tt_summary_new(const struct tt_alloc *alloc, struct tt_summary **ret);
/* A random key, before the first connection: so that nobody can choose hosts that hide each other. */
void tt_summary_key(struct tt_summary *summary, const uint64_t hash_key[2]);
/* Takes in a finished connection; constant cost, bounded memory (the busiest hosts are kept by a space-saving sketch). */
int tt_summary_add(struct tt_summary *summary, const struct tt_conn *conn, const struct tt_verdict *verdict);
/* What the capture and the tracker say besides. */
struct tt_summary_context {
    const char *source;       /* the file or the interface; view */
    uint64_t frames, dropped; /* dropped UINT64_MAX: not known */
    struct tt_track_facts track;
    bool without_worst; /* the text leaves out the table of those that ended worst, because their stories follow */
    bool live;          /* the source is an interface: no command reads it again */
};
void tt_summary_text(const struct tt_summary *summary, const struct tt_summary_context *context, const struct tt_style *style,
                     struct tt_text *text);
void tt_summary_json(const struct tt_summary *summary, const struct tt_summary_context *context, struct tt_text *text);
void tt_summary_free(struct tt_summary *summary);

/* ---- stories ----------------------------------------------------------------------------------------------------------------- */

/*
 * What a story needs of a connection's packets beyond struct tt_conn: a bounded log, kept while the tracker runs.  Hang one on
 * conn->user in `begun`, feed it in `segment` and `rejected`, tell it in `finished` or later with a copy of the connection.
 */
struct tt_log;

/* Keeps at most `steps_max` segments whole (0: 4096) and folds the middle of what is longer.  Freed with tt_log_free(). */
int tt_log_new(unsigned steps_max, const struct tt_alloc *alloc, struct tt_log **ret);
/* 0, or TT_ERR_NOMEM with the segment only counted. */
int tt_log_segment(struct tt_log *log, const struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step);
int tt_log_rejection(struct tt_log *log, const struct tt_conn *conn, const struct tt_segment *segment, const struct tt_icmp *icmp);
void tt_log_free(struct tt_log *log);

struct tt_story_options {
    bool explain;                           /* what each option, flag and the way of the close mean */
    bool ladder;                            /* the segments between the two lifelines */
    const struct tt_comparison *other_side; /* with a capture of the other side; NULL: there is none */
};

/* The story of a connection. */
void tt_story_text(const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_log *log,
                   const struct tt_story_options *options, const struct tt_style *style, struct tt_text *text);
/* The record with a `story` array behind its keys, as docs/story.md has it; one object, a newline.  No ladder. */
void tt_story_json(const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_log *log,
                   const struct tt_story_options *options, const struct tt_style *style, struct tt_text *text);
/* How much a connection needs telling: higher is worse, 0 ended well.  For "worst first". */
unsigned tt_story_badness(const struct tt_conn *conn, const struct tt_verdict *verdict);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
