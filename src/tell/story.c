/* SPDX-License-Identifier: BSD-2-Clause */
/* story.c - the story of a connection: its headline, then its parts in order; and the same as JSON. */
#include "tell/record.h"
#include "tell/tale.h"

/* Between the two halves of a headline. */
#define HEADLINE_GAP 4

static void put_end(struct tale *tale, const struct tt_endpoint *endpoint)
{
    const struct tt_style *style = tale->style;
    const char *host = style->host ? style->host(style->names_ctx, endpoint) : NULL;

    if (host) {
        tt_text_string(&tale->said, host);
        tt_text_char(&tale->said, ':');
        tt_text_u64(&tale->said, endpoint->port);
    } else {
        tt_text_endpoint(&tale->said, endpoint);
    }
}

static void put_ends(struct tale *tale)
{
    const struct tt_style *style = tale->style;
    const char *service = style->service ? style->service(style->names_ctx, tale->conn->server.port) : NULL;

    tt_text_u64(&tale->said, tale->conn->id);
    tt_text_string(&tale->said, "  ");
    put_end(tale, &tale->conn->client);
    tt_text_string(&tale->said, style->ascii ? " -> " : " → ");
    put_end(tale, &tale->conn->server);
    if (service) {
        tt_text_string(&tale->said, " (");
        tt_text_string(&tale->said, service);
        tt_text_char(&tale->said, ')');
    }
}

static unsigned digits(uint64_t n)
{
    unsigned count = 1;

    while (n >= 10) {
        n /= 10;
        count++;
    }
    return count;
}

static void put_bold(struct tale *tale, const char *octets, size_t n)
{
    if (tale->style->colour)
        tt_text_string(tale->out, "\033[1m");
    tt_text_put(tale->out, octets, n);
    if (tale->style->colour)
        tt_text_string(tale->out, "\033[0m");
}

/* Client, server, and the sums beside them, or below where the terminal is too narrow. */
static void headline(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;
    const struct tt_side *client = &conn->side[TT_CLIENT], *server = &conn->side[TT_SERVER];
    uint64_t packets = (uint64_t)client->packets + server->packets;

    put_ends(tale);
    size_t ends = tale_said(tale), width = tt_text_width(tale->said.start, ends);

    TALE_MANY(tale, packets,
              TT_NN_("{time}, {n} packet, {sent} sent, {received} received",
                     "{time}, {n} packets, {sent} sent, {received} received"),
              tale_time(tale, "time", tt_span(conn->first, conn->last)), tale_number("n", packets),
              tale_size(tale, "sent", client->bytes), tale_size(tale, "received", server->bytes));
    const char *sums = tale->said.start + ends;
    size_t sums_n = tale_said(tale) - ends;

    put_bold(tale, tale->said.start, ends);
    if (width + HEADLINE_GAP + tt_text_width(sums, sums_n) <= tale->columns) {
        tt_text_repeat(tale->out, ' ', HEADLINE_GAP);
    } else {
        tt_text_char(tale->out, '\n');
        tt_text_repeat(tale->out, ' ', digits(conn->id) + 2);
    }
    tt_text_put(tale->out, sums, sums_n);
    tt_text_string(tale->out, "\n\n");
    tale->said.at = tale->said.start;
}

static void parts(struct tale *tale, const struct tt_story_options *options)
{
    tale->other_side = options->other_side;
    tale_opened(tale);
    tale_force(tale);
    tale_talked(tale);
    tale_ended(tale);
    tale_verdict(tale);
    tale_sides(tale);
    if (options->explain)
        tale_explain(tale);
}

void tt_story_text(const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_log *log,
                   const struct tt_story_options *options, const struct tt_style *style, struct tt_text *text)
{
    struct tale tale;

    tale_init(&tale, conn, verdict, log, style, text);
    headline(&tale);
    parts(&tale, options);
    if (options->ladder)
        tale_ladder(&tale);
}

void tt_story_json(const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_log *log,
                   const struct tt_story_options *options, const struct tt_style *style, struct tt_text *text)
{
    struct tale tale;

    tale_init(&tale, conn, verdict, log, style, text);
    tale.json = true;
    tt_record_open_json(conn, verdict, text);
    tt_text_string(text, ",\"story\":[");
    parts(&tale, options);
    tt_text_string(text, "]}\n");
}
