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
int tt_summary_new(const struct tt_alloc *alloc, struct tt_summary **ret)
{
    (void)alloc;
    *ret = NULL;
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
