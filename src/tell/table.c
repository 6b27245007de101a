/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - connections for people, one a line, in columns that fit the terminal.
 *
 * A row knows nothing of the others, so the widths come from the terminal's alone: the numbers have what they need, and what is
 * left goes in about a third to the ending and in two to the ends.  Ends that do not fit lose the middle of their addresses, never
 * the port.  `list --format json` has everything whole.
 */
#include "tell/phrases.h"
#include "tell/units.h"

#define COLUMNS_DEFAULT 100
#define COLUMNS_MIN 60      /* narrower terminals wrap */
#define COLUMNS_FOR_TIME 96 /* from here on there is room for the time of day */
#define COLUMNS_FOR_MS 120  /* and from here on for its milliseconds */

#define ID_COLUMNS 6
#define DURATION_COLUMNS 6
#define BYTES_COLUMNS 4
#define ENDING_COLUMNS_MAX 48 /* the longest phrases with a cause */
#define ENDS_COLUMNS_MAX 110  /* two IPv6 endpoints, the arrow and a service */

struct widths {
    unsigned id, ends, time, ending;
};

static struct widths widths_of(const struct tt_style *style, unsigned id_columns)
{
    unsigned columns = style->columns ? style->columns : COLUMNS_DEFAULT;
    struct widths widths = {.id = id_columns > ID_COLUMNS ? id_columns : ID_COLUMNS};

    if (columns < COLUMNS_MIN)
        columns = COLUMNS_MIN;
    if (columns >= COLUMNS_FOR_TIME)
        widths.time = columns >= COLUMNS_FOR_MS ? 12 : 8;

    unsigned gaps = 1 + (widths.time ? 1 : 0) + 2 + 2 + 2 + 2;
    unsigned rest = columns - gaps - widths.id - widths.time - DURATION_COLUMNS - 2 * BYTES_COLUMNS;
    unsigned ending = widths.time ? (rest + 1) / 3 : rest * 3 / 10;
    widths.ending = ending < ENDING_COLUMNS_MAX ? ending : ENDING_COLUMNS_MAX;
    widths.ends = rest - widths.ending < ENDS_COLUMNS_MAX ? rest - widths.ending : ENDS_COLUMNS_MAX;
    return widths;
}

/* ---- the two ends --------------------------------------------------------------------------------------- */

/* A host's name comes from the network: nothing of it may reach the terminal but printable ASCII. */
static void put_host_name(struct tt_text *text, const char *name)
{
    for (; *name; name++)
        tt_text_char(text, *name > ' ' && *name <= '~' ? *name : '?');
}

static void put_host(struct tt_text *text, const struct tt_endpoint *endpoint, const struct tt_style *style)
{
    const char *name = style->host ? style->host(style->names_ctx, endpoint) : NULL;
    bool brackets = !name && endpoint->ip_version != 4;

    if (brackets)
        tt_text_char(text, '[');
    if (name)
        put_host_name(text, name);
    else
        tt_text_addr(text, &endpoint->addr, endpoint->ip_version);
    if (brackets)
        tt_text_char(text, ']');
}

/* The host in at most `columns`, its middle left out when it is longer. */
static void put_host_within(struct tt_text *text, const struct tt_scratch *host, unsigned columns, bool ascii)
{
    const char *octets = host->text.start;
    size_t n = (size_t)(host->text.at - octets);

    if (n <= columns) {
        tt_text_put(text, octets, n);
        return;
    }
    size_t kept = columns ? columns - 1 : 0;
    size_t tail = kept / 2;
    tt_text_put(text, octets, kept - tail);
    tt_text_string(text, ascii ? "~" : "…");
    tt_text_put(text, octets + n - tail, tail);
}

static unsigned port_columns(uint16_t port)
{
    return 2u + (port >= 10) + (port >= 100) + (port >= 1000) + (port >= 10000);
}

static void put_end(struct tt_text *text, const struct tt_endpoint *endpoint, unsigned columns, const struct tt_style *style)
{
    struct tt_scratch host;

    put_host(tt_scratch_init(&host), endpoint, style);
    put_host_within(text, &host, columns - port_columns(endpoint->port), style->ascii);
    tt_text_char(text, ':');
    tt_text_u64(text, endpoint->port);
}

static unsigned end_columns(const struct tt_endpoint *endpoint, const struct tt_style *style)
{
    struct tt_scratch host;

    put_host(tt_scratch_init(&host), endpoint, style);
    return tt_scratch_width(&host) + port_columns(endpoint->port);
}

/* Of `columns` for two ends, those of the first: a short one leaves the rest to the other. */
static unsigned share_of(unsigned wanted, unsigned other, unsigned columns)
{
    unsigned half = columns / 2;

    if (wanted + other <= columns || wanted <= half)
        return wanted;
    return other <= columns - half ? columns - other : half;
}

static void put_ends(struct tt_text *text, const struct tt_conn *conn, unsigned columns, const struct tt_style *style)
{
    const char *arrow = style->ascii ? " -> " : " → ";
    unsigned room = columns - (style->ascii ? 4 : 3);
    unsigned client = end_columns(&conn->client, style);
    unsigned server = end_columns(&conn->server, style);
    const char *service = style->service ? style->service(style->names_ctx, conn->server.port) : NULL;

    put_end(text, &conn->client, share_of(client, server, room), style);
    tt_text_string(text, arrow);
    put_end(text, &conn->server, share_of(server, client, room), style);
    if (service && client + server + 3 + strlen(service) <= room) {
        tt_text_string(text, " (");
        tt_text_string(text, service);
        tt_text_char(text, ')');
    }
}

/* ---- the ending ----------------------------------------------------------------------------------------- */

static struct tt_fill fill_of(const char *name, const struct tt_scratch *scratch)
{
    return (struct tt_fill){name, scratch->text.start, (size_t)(scratch->text.at - scratch->text.start), 0};
}

/* An opening other than a handshake is said, unless the ending says it already. */
static bool opening_needs_words(const struct tt_verdict *verdict)
{
    return verdict->opening == TT_OPENING_MIDSTREAM || verdict->opening == TT_OPENING_SIMULTANEOUS ||
           verdict->opening == TT_OPENING_FAST_OPEN;
}

/* Puts "what: why" or "what, how it began" instead of what is in the scratch, if it fits. */
static void add_words(struct tt_scratch *scratch, const char *sentence, const char *words, unsigned columns,
                      const struct tt_tongue *tongue)
{
    struct tt_scratch added, longer;

    tt_say(tt_scratch_init(&added), tongue, words, NULL, 0);
    const struct tt_fill fills[] = {fill_of("ending", scratch), fill_of("words", &added)};
    tt_say(tt_scratch_init(&longer), tongue, sentence, fills, 2);
    if (tt_scratch_width(&longer) > columns)
        return;
    tt_text_put(tt_scratch_init(scratch), longer.text.start, (size_t)(longer.text.at - longer.text.start));
}

static void put_ending(struct tt_scratch *scratch, const struct tt_conn *conn, const struct tt_verdict *verdict, unsigned columns,
                       const struct tt_style *style)
{
    const char *cause = tt_cause_phrase(verdict->cause);

    tt_say(tt_scratch_init(scratch), &style->tongue, tt_ending_phrase(conn, verdict), NULL, 0);
    if (tt_scratch_width(scratch) > columns)
        tt_say(tt_scratch_init(scratch), &style->tongue, tt_ending_phrase_brief(conn, verdict), NULL, 0);
    if (cause)
        add_words(scratch, TT_N_("{ending}: {words}"), cause, columns, &style->tongue);
    if (opening_needs_words(verdict))
        add_words(scratch, TT_N_("{ending}, {words}"), tt_opening_phrase(verdict->opening), columns, &style->tongue);
}

/* ---- lines ---------------------------------------------------------------------------------------------- */

/* The last cell of a line: nothing fills it up. */
static void put_last_cell(struct tt_text *text, const struct tt_scratch *scratch, unsigned columns, bool ascii)
{
    unsigned width = tt_scratch_width(scratch);

    tt_put_cell(text, scratch, width < columns ? width : columns, TT_ALIGN_LEFT, ascii);
}

static void put_heading(struct tt_text *text, const char *words, unsigned columns, enum tt_align align,
                        const struct tt_style *style)
{
    struct tt_scratch scratch;

    tt_say(tt_scratch_init(&scratch), &style->tongue, words, NULL, 0);
    tt_put_cell(text, &scratch, columns, align, style->ascii);
}

void tt_table_header(const struct tt_style *style, struct tt_text *text)
{
    struct widths widths = widths_of(style, ID_COLUMNS);
    struct tt_scratch last;

    tt_text_string(text, style->colour ? "\033[1m" : "");
    put_heading(text, "#", widths.id, TT_ALIGN_RIGHT, style);
    tt_text_char(text, ' ');
    put_heading(text, style->ascii ? TT_N_("client -> server") : TT_N_("client → server"), widths.ends, TT_ALIGN_LEFT, style);
    if (widths.time) {
        tt_text_char(text, ' ');
        put_heading(text, TT_N_("when"), widths.time, TT_ALIGN_LEFT, style);
    }
    tt_text_string(text, "  ");
    put_heading(text, TT_N_("for"), DURATION_COLUMNS, TT_ALIGN_RIGHT, style);
    tt_text_string(text, "  ");
    put_heading(text, TT_N_("sent"), BYTES_COLUMNS, TT_ALIGN_RIGHT, style);
    tt_text_string(text, "  ");
    put_heading(text, TT_N_("rcvd"), BYTES_COLUMNS, TT_ALIGN_RIGHT, style);
    tt_text_string(text, "  ");
    tt_say(tt_scratch_init(&last), &style->tongue, TT_N_("ending"), NULL, 0);
    put_last_cell(text, &last, widths.ending, style->ascii);
    tt_text_string(text, style->colour ? "\033[0m\n" : "\n");
}

static void put_numbers(struct tt_text *text, const struct tt_conn *conn, const struct tt_style *style)
{
    struct tt_scratch cell;

    tt_text_string(text, "  ");
    tt_put_duration_short(tt_scratch_init(&cell), conn->last - conn->first, style->ascii);
    tt_put_cell(text, &cell, DURATION_COLUMNS, TT_ALIGN_RIGHT, style->ascii);
    for (unsigned end = TT_CLIENT; end <= TT_SERVER; end++) {
        tt_text_string(text, "  ");
        tt_put_size_short(tt_scratch_init(&cell), conn->side[end].bytes);
        tt_put_cell(text, &cell, BYTES_COLUMNS, TT_ALIGN_RIGHT, style->ascii);
    }
    tt_text_string(text, "  ");
}

void tt_table_row(const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_style *style, struct tt_text *text)
{
    struct tt_scratch cell;

    tt_text_u64(tt_scratch_init(&cell), conn->id);
    struct widths widths = widths_of(style, tt_scratch_width(&cell));
    tt_put_cell(text, &cell, widths.id, TT_ALIGN_RIGHT, style->ascii);
    tt_text_char(text, ' ');

    put_ends(tt_scratch_init(&cell), conn, widths.ends, style);
    tt_put_cell(text, &cell, widths.ends, TT_ALIGN_LEFT, style->ascii);
    if (widths.time) {
        tt_text_char(text, ' ');
        tt_put_time_of_day(text, conn->first, &style->zone, widths.time == 12 ? 3 : 0);
    }
    put_numbers(text, conn, style);

    put_ending(&cell, conn, verdict, widths.ending, style);
    enum tt_tone tone = tt_ending_tone(verdict->ending);
    tt_text_string(text, tt_tone_begin(tone, style->colour));
    put_last_cell(text, &cell, widths.ending, style->ascii);
    tt_text_string(text, tt_tone_end(tone, style->colour));
    tt_text_char(text, '\n');
}
