/* SPDX-License-Identifier: BSD-2-Clause */
/* story_explain.c - the explanations that apply to a connection, as the last part of its story. */
#include "tell/explain.h"

static unsigned term_column(const struct tale *tale, const struct explanation *rows, size_t count)
{
    const struct tt_tongue *tongue = &tale->style->tongue;
    size_t widest = 0;

    for (size_t i = 0; i < count; i++) {
        const char *term = tongue->say ? tongue->say(tongue->ctx, rows[i].term) : rows[i].term;
        size_t width = tt_text_width(term, strlen(term));
        if (width > widest && tt_explanation_applies(&rows[i], tale->conn, tale->verdict))
            widest = width;
    }
    return (unsigned)widest + 3;
}

static void ref_flag(struct tale *tale, enum tt_flag flag)
{
    for (uint32_t i = 0; tale->log && i < tale->log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(tale->log, i);

        if (!entry->icmp && (entry->flags & (uint32_t)flag))
            tale_ref(tale, entry->frame);
    }
}

static void explain(struct tale *tale, const struct explanation *row)
{
    if (row->flag)
        ref_flag(tale, row->flag);
    tale->term = row->term;
    TALE(tale, TT_N_("{means} ({rfc})"), tale_word(tale, "means", row->means), tale_string("rfc", row->rfc));
    tale_line(tale);
    if (row->here) {
        row->here(tale);
        tale->lines = 1; /* no word of its own */
        tale_line(tale);
    }
}

void tale_explain(struct tale *tale)
{
    const struct explanation *rows;
    size_t count = tt_explanations(&rows);
    unsigned column = tale->text_column;

    tale_part(tale, TALE_EXPLAINED);
    if (!tale->json)
        tt_text_char(tale->out, '\n');
    tale->text_column = term_column(tale, rows, count);
    for (size_t i = 0; i < count; i++)
        if (tt_explanation_applies(&rows[i], tale->conn, tale->verdict))
            explain(tale, &rows[i]);
    tale->text_column = column;
}
