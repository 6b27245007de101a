/* SPDX-License-Identifier: BSD-2-Clause */
/* pending.c - what tell and --summary need and has not landed yet; goes away with it. */
#include <stdio.h>
#include <stdlib.h>

#include <tcptale/tell.h>

static void missing(void)
{
    (void)fputs("tcptale: not yet built in\n", stderr);
    exit(1);
}
void tt_log_free(struct tt_log *log)
{
    (void)log;
}
int tt_log_new(unsigned steps_max, const struct tt_alloc *alloc, struct tt_log **ret)
{
    (void)steps_max, (void)alloc, (void)ret;
    missing();
    return 0;
}
int tt_log_segment(struct tt_log *log, const struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    (void)log, (void)conn, (void)segment, (void)step;
    return 0;
}
int tt_log_rejection(struct tt_log *log, const struct tt_conn *conn, const struct tt_segment *segment, const struct tt_icmp *icmp)
{
    (void)log, (void)conn, (void)segment, (void)icmp;
    return 0;
}
unsigned tt_story_badness(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)conn, (void)verdict;
    missing();
    return 0;
}
void tt_story_text(const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_log *log,
                   const struct tt_story_options *options, const struct tt_style *style, struct tt_text *text)
{
    (void)conn, (void)verdict, (void)log, (void)options, (void)style, (void)text;
}
void tt_story_json(const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_log *log,
                   const struct tt_story_options *options, const struct tt_style *style, struct tt_text *text)
{
    (void)conn, (void)verdict, (void)log, (void)options, (void)style, (void)text;
}
int tt_summary_new(const struct tt_alloc *alloc, struct tt_summary **ret)
{
    (void)alloc, (void)ret;
    missing();
    return 0;
}
int tt_summary_add(struct tt_summary *summary, const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)summary, (void)conn, (void)verdict;
    return 0;
}
void tt_summary_text(const struct tt_summary *summary, const struct tt_summary_context *context, const struct tt_style *style,
                     struct tt_text *text)
{
    (void)summary, (void)context, (void)style, (void)text;
}
void tt_summary_json(const struct tt_summary *summary, const struct tt_summary_context *context, struct tt_text *text)
{
    (void)summary, (void)context, (void)text;
}
void tt_summary_free(struct tt_summary *summary)
{
    (void)summary;
}
void tt_table_header(const struct tt_style *style, struct tt_text *text)
{
    (void)style, (void)text;
    missing();
}
void tt_table_row(const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_style *style, struct tt_text *text)
{
    (void)conn, (void)verdict, (void)style, (void)text;
}
