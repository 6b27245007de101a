/* SPDX-License-Identifier: BSD-2-Clause */
/* tale.c - saying sentences into the line of a story, and what fills their places. */
#include "tell/tale.h"
#include "tell/evidence.h"
#include "tell/units.h"

static const char *const part_words[] = {
#define TALE_PART_WORD(name, word) word,
    TALE_PARTS(TALE_PART_WORD)
#undef TALE_PART_WORD
};

#define COLUMNS_DEFAULT 100
/* Narrower and a line holds nothing; wider and the packet numbers stand too far from their sentence. */
#define COLUMNS_MIN 40
#define COLUMNS_MAX 120

static const char *translated(const struct tale *tale, const char *english)
{
    const struct tt_tongue *tongue = &tale->style->tongue;

    return tongue->say ? tongue->say(tongue->ctx, english) : english;
}

/* The text begins three columns behind the longest word of the parts that every story has. */
static unsigned text_column(const struct tale *tale)
{
    size_t widest = 0;

    for (unsigned i = 0; i < TALE_EXPLAINED; i++) {
        const char *word = translated(tale, part_words[i]);
        size_t width = tt_text_width(word, strlen(word));
        if (width > widest)
            widest = width;
    }
    return (unsigned)widest + 3;
}

void tale_init(struct tale *tale, const struct tt_conn *conn, const struct tt_verdict *verdict, const struct tt_log *log,
               const struct tt_style *style, struct tt_text *out)
{
    unsigned columns = style->columns ? style->columns : COLUMNS_DEFAULT;

    *tale = (struct tale){.conn = conn, .verdict = verdict, .log = log, .style = style, .out = out};
    tale->columns = columns < COLUMNS_MIN ? COLUMNS_MIN : columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
    tt_text_init(&tale->said, tale->said_buffer, sizeof tale->said_buffer, NULL);
    tt_text_init(&tale->scratch, tale->scratch_buffer, sizeof tale->scratch_buffer, NULL);
    tale->text_column = text_column(tale);
}

void tale_part(struct tale *tale, enum tale_part part)
{
    tale->part = part;
    tale->lines = 0;
}

static void scratch_reset(struct tale *tale)
{
    tale->scratch.at = tale->scratch.start;
}

void tale_say_fills(struct tale *tale, const char *english, const struct tt_fill *fills, size_t count)
{
    tt_say(&tale->said, &tale->style->tongue, english, fills, count);
    scratch_reset(tale);
}

void tale_say(struct tale *tale, const char *english)
{
    tale_say_fills(tale, english, NULL, 0);
}

void tale_say_many(struct tale *tale, uint64_t n, const char *one, const char *many, const struct tt_fill *fills, size_t count)
{
    tt_say_many(&tale->said, &tale->style->tongue, one, many, n, fills, count);
    scratch_reset(tale);
}

void tale_clause(struct tale *tale)
{
    if (tale_said(tale))
        tale_say(tale, TT_N_(", "));
}

void tale_ref(struct tale *tale, uint64_t frame)
{
    struct tale_refs *refs = &tale->refs;

    if (frame == 0)
        return;
    if (refs->count && frame >= refs->range[refs->count - 1].first && frame <= refs->range[refs->count - 1].last + 1) {
        if (frame > refs->range[refs->count - 1].last)
            refs->range[refs->count - 1].last = frame;
        return;
    }
    if (refs->count == TALE_RANGES_MAX) {
        refs->more = true;
        refs->count--;
    }
    refs->range[refs->count].first = refs->range[refs->count].last = frame;
    refs->count++;
}

void tale_ref_noted(struct tale *tale, unsigned end, uint32_t notes)
{
    for (uint32_t i = 0; tale->log && i < tale->log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(tale->log, i);

        if (!entry->icmp && (entry->notes & notes) && (end == TALE_BOTH || entry->from == end))
            tale_ref(tale, entry->frame);
    }
}

void tale_ref_span(struct tale *tale, uint64_t first, uint64_t last)
{
    tale_ref(tale, first);
    if (last <= first || tale->refs.count == 0)
        return;
    if (tale->refs.count == TALE_RANGES_MAX)
        tale->refs.count--;
    tale->refs.more = true;
    tale_ref(tale, last);
}

static void json_ranges(struct tale *tale, const struct tale_refs *refs)
{
    tt_text_char(tale->out, '[');
    for (unsigned i = 0; i < refs->count; i++) {
        tt_text_string(tale->out, i ? ",[" : "[");
        tt_text_u64(tale->out, refs->range[i].first);
        tt_text_char(tale->out, ',');
        tt_text_u64(tale->out, refs->range[i].last);
        tt_text_char(tale->out, ']');
    }
    tt_text_char(tale->out, ']');
}

static void json_number(struct tale *tale, const char *key, int64_t number)
{
    tt_text_string(tale->out, key);
    tt_text_i64(tale->out, number);
}

static void json_finding(struct tale *tale, const struct tt_finding *f)
{
    tt_text_string(tale->out, ",\"finding\":");
    tt_text_json_string(tale->out, tt_finding_word(f->kind), strlen(tt_finding_word(f->kind)));
    tt_text_string(tale->out, !tt_finding_has_end(f->kind) ? ",\"end\":null"
                              : f->end == TT_CLIENT        ? ",\"end\":\"client\""
                                                           : ",\"end\":\"server\"");
    json_number(tale, ",\"count\":", (int64_t)f->count);
    json_number(tale, ",\"of\":", (int64_t)f->of);
    json_number(tale, ",\"bytes\":", (int64_t)f->octets);
    json_number(tale, ",\"from\":", f->from);
    json_number(tale, ",\"to\":", f->to);
    tt_text_string(tale->out, ",\"packets_there\":");
    json_ranges(tale, &tale->refs_there);
}

static void json_line(struct tale *tale)
{
    tt_text_string(tale->out, tale->any ? ",{\"part\":" : "{\"part\":");
    tt_text_json_string(tale->out, part_words[tale->part], strlen(part_words[tale->part]));
    if (tale->term) {
        tt_text_string(tale->out, ",\"term\":");
        tt_text_json_string(tale->out, tale->term, strlen(tale->term));
    }
    if (tale->loss) {
        const char *word = tt_word(TT_SET_LOSS, tale->loss);

        tt_text_string(tale->out, ",\"loss\":");
        tt_text_json_string(tale->out, word, strlen(word));
    }
    if (tale->finding)
        json_finding(tale, tale->finding);
    tt_text_string(tale->out, ",\"packets\":");
    json_ranges(tale, &tale->refs);
    tt_text_string(tale->out, ",\"says\":");
    tt_text_json_string(tale->out, tale->said.start, tale_said(tale));
    tt_text_char(tale->out, '}');
}

void tale_line(struct tale *tale)
{
    if (tale_said(tale)) {
        if (tale->json)
            json_line(tale);
        else
            tale_page_line(tale);
        tale->lines++;
        tale->any = true;
    }
    tale->said.at = tale->said.start;
    tale->refs = tale->refs_there = (struct tale_refs){.count = 0};
    tale->finding = NULL;
    tale->bad = false;
    tale->term = NULL;
    tale->loss = TT_LOSS_NONE;
}

/* ---- fills ------------------------------------------------------------------------------------------------------- */

struct tt_fill tale_number(const char *name, uint64_t number)
{
    return (struct tt_fill){.name = name, .number = number};
}

struct tt_fill tale_string(const char *name, const char *string)
{
    return (struct tt_fill){.name = name, .octets = string, .n = strlen(string)};
}

struct tt_fill tale_word(struct tale *tale, const char *name, const char *english)
{
    return tale_string(name, translated(tale, english));
}

bool tale_is_itself(const struct tale *tale)
{
    const struct tt_endpoint *client = &tale->conn->client, *server = &tale->conn->server;

    return client->port == server->port && client->ip_version == server->ip_version &&
           memcmp(&client->addr, &server->addr, sizeof client->addr) == 0;
}

struct tt_fill tale_who(struct tale *tale, const char *name, unsigned end)
{
    return tale_word(tale, name, end == TT_CLIENT ? TT_N_("client") : TT_N_("server"));
}

/* What was written to the scratch since `begin`. */
static struct tt_fill scratched(const struct tale *tale, const char *name, const char *begin)
{
    return (struct tt_fill){.name = name, .octets = begin, .n = (size_t)(tale->scratch.at - begin)};
}

struct tt_fill tale_time(struct tale *tale, const char *name, tt_ns ns)
{
    const char *begin = tale->scratch.at;

    tt_put_duration(&tale->scratch, ns, tale->style->ascii);
    return scratched(tale, name, begin);
}

struct tt_fill tale_size(struct tale *tale, const char *name, uint64_t octets)
{
    const char *begin = tale->scratch.at;

    tt_put_size(&tale->scratch, octets);
    return scratched(tale, name, begin);
}

struct tt_fill tale_evidence(struct tale *tale, const char *name, const struct tt_evidence *evidence)
{
    const char *begin = tale->scratch.at;

    tt_put_evidence(&tale->scratch, evidence, &tale->style->tongue, tale->style->ascii);
    return scratched(tale, name, begin);
}

struct tt_fill tale_address(struct tale *tale, const char *name, const struct tt_addr *addr, unsigned ip_version)
{
    const char *begin = tale->scratch.at;

    tt_text_addr(&tale->scratch, addr, ip_version);
    return scratched(tale, name, begin);
}

struct tt_fill tale_endpoint(struct tale *tale, const char *name, const struct tt_endpoint *endpoint)
{
    const char *begin = tale->scratch.at;

    tt_text_endpoint(&tale->scratch, endpoint);
    return scratched(tale, name, begin);
}

struct tt_fill tale_clock(struct tale *tale, const char *name, tt_ns time)
{
    const char *begin = tale->scratch.at;

    tt_put_time_of_day(&tale->scratch, time, &tale->style->zone, 3);
    return scratched(tale, name, begin);
}
