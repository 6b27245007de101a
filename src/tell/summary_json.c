/* SPDX-License-Identifier: BSD-2-Clause */
/* summary_json.c - the summary as one JSON object; the keys are those of docs/summary.md. */
#include "tell/summary.h"

/* An object under way: whether a comma comes before what is next. */
struct json {
    struct tt_text *text;
    bool comma;
};

static void put_comma(struct json *json)
{
    if (json->comma)
        tt_text_char(json->text, ',');
    json->comma = true;
}

static void put_key(struct json *json, const char *key)
{
    put_comma(json);
    tt_text_char(json->text, '"');
    tt_text_string(json->text, key);
    tt_text_string(json->text, "\":");
}

static void put_begin(struct json *json, char bracket)
{
    tt_text_char(json->text, bracket);
    json->comma = false;
}

static void put_end(struct json *json, char bracket)
{
    tt_text_char(json->text, bracket);
    json->comma = true;
}

static void put_count(struct json *json, const char *key, uint64_t count)
{
    put_key(json, key);
    tt_text_u64(json->text, count);
}

static void put_count_or_null(struct json *json, const char *key, bool known, uint64_t count)
{
    put_key(json, key);
    if (known)
        tt_text_u64(json->text, count);
    else
        tt_text_string(json->text, "null");
}

static void put_time_or_null(struct json *json, const char *key, bool known, tt_ns time)
{
    put_key(json, key);
    if (known)
        tt_text_seconds(json->text, time);
    else
        tt_text_string(json->text, "null");
}

static void put_words(struct json *json, const char *key, enum tt_word_set set, const uint64_t *counts)
{
    put_key(json, key);
    put_begin(json, '{');
    for (unsigned i = 0; i < tt_word_count(set); i++)
        put_count(json, tt_word(set, i), counts[i]);
    put_end(json, '}');
}

static void put_quartiles(struct json *json, const char *key, const struct tt_histogram *histogram)
{
    static const char *const names[] = {"", "p25", "p50", "p75"};

    put_key(json, key);
    put_begin(json, '{');
    for (unsigned i = 1; i <= 3; i++)
        put_count_or_null(json, names[i], histogram->total, tt_histogram_quartile(histogram, i));
    put_count(json, "samples", histogram->total);
    put_end(json, '}');
}

static void put_busiest(struct json *json, const char *key, const struct tt_sketch *sketch)
{
    const struct tt_counter *top[TT_SUMMARY_TOP];
    unsigned n = tt_sketch_top(sketch, top, TT_SUMMARY_TOP);

    put_key(json, key);
    put_begin(json, '[');
    for (unsigned i = 0; i < n; i++) {
        put_comma(json);
        put_begin(json, '{');
        if (top[i]->name.ip_version) {
            put_key(json, "addr");
            tt_text_char(json->text, '"');
            tt_text_addr(json->text, &top[i]->name.addr, top[i]->name.ip_version);
            tt_text_char(json->text, '"');
        } else {
            put_count(json, "port", top[i]->name.port);
        }
        put_count(json, "bytes_at_least", top[i]->count - top[i]->error);
        put_count(json, "bytes_at_most", top[i]->count);
        put_end(json, '}');
    }
    put_end(json, ']');
}

static void put_lost(struct json *json, const struct tt_summary *summary)
{
    put_key(json, "lost");
    put_begin(json, '{');
    put_count(json, "retransmitted_packets", summary->retransmitted_packets);
    put_count(json, "retransmitted_bytes", summary->retransmitted_bytes);
    put_count(json, "out_of_order", summary->out_of_order);
    put_count(json, "gap_bytes", summary->gap_bytes);
    put_count(json, "zero_windows", summary->zero_windows);
    put_count(json, "bad_checksums", summary->bad_checksums);
    put_count(json, "bytes_lost", summary->bytes_lost);
    put_end(json, '}');
}

static void put_capture(struct json *json, const struct tt_summary_context *context)
{
    put_key(json, "capture");
    put_begin(json, '{');
    put_count(json, "packets", context->frames);
    put_count(json, "tcp_packets", context->track.segments);
    put_count(json, "not_tcp", context->track.not_tcp);
    put_count(json, "icmp_errors", context->track.icmp_errors);
    put_count(json, "fragments", context->track.fragments);
    put_count(json, "duplicates", context->track.duplicates);
    put_count_or_null(json, "dropped", context->dropped != UINT64_MAX, context->dropped);
    put_count(json, "limited_connections", context->track.limited_connections);
    put_count(json, "limited_ranges", context->track.limited_ranges);
    put_end(json, '}');
}

static void put_worst(struct json *json, const struct tt_summary *summary)
{
    put_key(json, "worst");
    put_begin(json, '[');
    for (unsigned i = 0; i < summary->worst_count; i++) {
        put_comma(json);
        tt_text_u64(json->text, summary->worst[i]->conn.id);
    }
    put_end(json, ']');
}

void tt_summary_json(const struct tt_summary *summary, const struct tt_summary_context *context, struct tt_text *text)
{
    struct json object = {text, false}, *json = &object;

    put_begin(json, '{');
    put_key(json, "source");
    tt_text_json_string(text, context->source, strlen(context->source));
    put_capture(json, context);
    put_count(json, "connections", summary->connections);
    put_count(json, "connections_at_once", context->track.at_once);
    put_time_or_null(json, "first", summary->connections, summary->first);
    put_time_or_null(json, "last", summary->connections, summary->last);
    put_count(json, "packets", summary->packets);
    put_count(json, "bytes", summary->bytes);
    put_count(json, "ip_bytes", summary->ip_bytes);
    put_words(json, "opening", TT_SET_OPENING, summary->opening);
    put_words(json, "ending", TT_SET_ENDING, summary->ending);
    put_words(json, "ended_by", TT_SET_ENDER, summary->ended_by);
    put_words(json, "cause", TT_SET_CAUSE, summary->cause);
    put_count(json, "forged", summary->forged);
    put_lost(json, summary);
    put_quartiles(json, "handshake_us", &summary->handshake_us);
    put_quartiles(json, "duration_us", &summary->duration_us);
    put_busiest(json, "hosts", &summary->hosts);
    put_busiest(json, "ports", &summary->ports);
    put_worst(json, summary);
    tt_text_string(text, "}\n");
}
