/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conn_log.c - Zeek's conn.log: tab-separated, with the header lines that Zeek's own tools read.
 *
 * One table has a row for every column, in Zeek's order, community_id last as its policy script adds it.  What is not known is "-".
 */
#include <string.h>

#include <tcptale/tell.h>

#include "base/sha1.h"
#include "tell/community_id.h"
#include "tell/conn_state.h"
#include "tell/site.h"

struct row {
    struct tt_text *text;
    const struct tt_conn *conn;
    const struct tt_zeek *zeek;
};

static enum tt_end originator_of(const struct row *row)
{
    return (enum tt_end)row->zeek->originator;
}
static enum tt_end responder_of(const struct row *row)
{
    return (enum tt_end) !row->zeek->originator;
}
static const struct tt_endpoint *endpoint_of(const struct row *row, enum tt_end end)
{
    return end == TT_CLIENT ? &row->conn->client : &row->conn->server;
}

/* ---- times: Zeek's have microseconds ----------------------------------------------------------------------------------------- */

static int64_t us_of(tt_ns time)
{
    return time / TT_NS_PER_US - (time % TT_NS_PER_US < 0);
}

static void put_us(struct tt_text *text, int64_t us)
{
    int64_t second = us / 1000000 - (us % 1000000 < 0);

    tt_text_i64(text, second);
    tt_text_char(text, '.');
    tt_text_u64_padded(text, (uint64_t)(us - second * 1000000), 6);
}

static int64_t duration_of(const struct row *row)
{
    return us_of(row->zeek->last) - us_of(row->zeek->first);
}

/* 2023-01-31-23-59-59, as the header has it. */
static void put_moment(struct tt_text *text, const char *key, tt_ns time, const struct tt_zone *zone)
{
    int64_t second = us_of(time) / 1000000;
    struct tt_civil civil;

    tt_civil_of(second + (zone->offset_at ? zone->offset_at(zone->ctx, second) : 0), &civil);
    tt_text_string(text, key);
    tt_text_char(text, '\t');
    tt_text_i64(text, civil.year);
    const unsigned parts[] = {civil.month, civil.day, civil.hour, civil.minute, civil.second};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        tt_text_char(text, '-');
        tt_text_u64_padded(text, parts[i], 2);
    }
    tt_text_char(text, '\n');
}

/* ---- the columns ------------------------------------------------------------------------------------------------------------- */

static void put_ts(const struct row *row)
{
    put_us(row->text, us_of(row->zeek->first));
}

static void put_base62(struct tt_text *text, uint64_t value)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    do {
        tt_text_char(text, digits[value % 62]);
        value /= 62;
    } while (value);
}

static uint64_t take_octets(const uint8_t *octets, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | octets[i];
    return value;
}

static uint8_t *add_end(uint8_t *at, const struct tt_endpoint *end)
{
    memcpy(at, end->addr.octets, sizeof end->addr.octets);
    at += sizeof end->addr.octets;
    *at++ = (uint8_t)(end->port >> 8);
    *at++ = (uint8_t)end->port;
    return at;
}

/* 96 bits as Zeek's, but from the ends and the time: the same capture gives the same. */
static void put_uid(const struct row *row)
{
    uint8_t name[8 + 18 + 18], digest[TT_SHA1_OCTETS], *at = name;
    uint64_t first = (uint64_t)row->zeek->first;

    for (unsigned shift = 64; shift > 0; shift -= 8)
        *at++ = (uint8_t)(first >> (shift - 8));
    at = add_end(at, endpoint_of(row, originator_of(row)));
    at = add_end(at, endpoint_of(row, responder_of(row)));
    tt_sha1(name, (size_t)(at - name), digest);
    tt_text_char(row->text, 'C');
    put_base62(row->text, take_octets(digest, 4));
    put_base62(row->text, take_octets(digest + 4, 8));
}

static void put_addr(const struct row *row, enum tt_end end)
{
    const struct tt_endpoint *it = endpoint_of(row, end);

    tt_text_addr(row->text, &it->addr, it->ip_version);
}
static void put_orig_h(const struct row *row)
{
    put_addr(row, originator_of(row));
}
static void put_orig_p(const struct row *row)
{
    tt_text_u64(row->text, endpoint_of(row, originator_of(row))->port);
}
static void put_resp_h(const struct row *row)
{
    put_addr(row, responder_of(row));
}
static void put_resp_p(const struct row *row)
{
    tt_text_u64(row->text, endpoint_of(row, responder_of(row))->port);
}

static void put_proto(const struct row *row)
{
    tt_text_put(row->text, "tcp", 3);
}

static void put_unset(const struct row *row)
{
    tt_text_char(row->text, '-');
}

/* A single packet has none, and Zeek then leaves out the bytes as well. */
static void put_duration(const struct row *row)
{
    int64_t us = duration_of(row);

    if (us > 0)
        put_us(row->text, us);
    else
        put_unset(row);
}
static void put_bytes(const struct row *row, enum tt_end end)
{
    if (duration_of(row) > 0)
        tt_text_u64(row->text, tt_zeek_bytes(row->zeek, end));
    else
        put_unset(row);
}
static void put_orig_bytes(const struct row *row)
{
    put_bytes(row, originator_of(row));
}
static void put_resp_bytes(const struct row *row)
{
    put_bytes(row, responder_of(row));
}

static void put_conn_state(const struct row *row)
{
    tt_text_string(row->text, tt_conn_state(row->conn));
}

static void put_local(const struct row *row, enum tt_end end)
{
    const struct tt_endpoint *it = endpoint_of(row, end);

    tt_text_char(row->text, tt_is_private(&it->addr, it->ip_version) ? 'T' : 'F');
}
static void put_local_orig(const struct row *row)
{
    put_local(row, originator_of(row));
}
static void put_local_resp(const struct row *row)
{
    put_local(row, responder_of(row));
}

static void put_missed_bytes(const struct row *row)
{
    tt_text_u64(row->text, row->zeek->missed_bytes);
}

static void put_history(const struct row *row)
{
    tt_text_string(row->text, row->zeek->history[0] ? row->zeek->history : "-");
}

static void put_orig_pkts(const struct row *row)
{
    tt_text_u64(row->text, row->zeek->end[originator_of(row)].packets);
}
static void put_orig_ip_bytes(const struct row *row)
{
    tt_text_u64(row->text, row->zeek->end[originator_of(row)].ip_bytes);
}
static void put_resp_pkts(const struct row *row)
{
    tt_text_u64(row->text, row->zeek->end[responder_of(row)].packets);
}
static void put_resp_ip_bytes(const struct row *row)
{
    tt_text_u64(row->text, row->zeek->end[responder_of(row)].ip_bytes);
}

static void put_ip_proto(const struct row *row)
{
    tt_text_char(row->text, '6');
}

static void put_community_id(const struct row *row)
{
    char id[TT_COMMUNITY_ID_OCTETS];

    tt_community_id(&row->conn->client, &row->conn->server, id);
    tt_text_put(row->text, id, sizeof id);
}

/* clang-format off */
static const struct column {
    const char *name, *type;
    void (*put)(const struct row *row);
} columns[] = {
    {"ts",             "time",        put_ts},
    {"uid",            "string",      put_uid},
    {"id.orig_h",      "addr",        put_orig_h},
    {"id.orig_p",      "port",        put_orig_p},
    {"id.resp_h",      "addr",        put_resp_h},
    {"id.resp_p",      "port",        put_resp_p},
    {"proto",          "enum",        put_proto},
    {"service",        "string",      put_unset}, /* a port is not a service, and payload is not read */
    {"duration",       "interval",    put_duration},
    {"orig_bytes",     "count",       put_orig_bytes},
    {"resp_bytes",     "count",       put_resp_bytes},
    {"conn_state",     "string",      put_conn_state},
    {"local_orig",     "bool",        put_local_orig},
    {"local_resp",     "bool",        put_local_resp},
    {"missed_bytes",   "count",       put_missed_bytes},
    {"history",        "string",      put_history},
    {"orig_pkts",      "count",       put_orig_pkts},
    {"orig_ip_bytes",  "count",       put_orig_ip_bytes},
    {"resp_pkts",      "count",       put_resp_pkts},
    {"resp_ip_bytes",  "count",       put_resp_ip_bytes},
    {"tunnel_parents", "set[string]", put_unset},
    {"ip_proto",       "count",       put_ip_proto},
    {"community_id",   "string",      put_community_id},
};
/* clang-format on */

#define COLUMNS (sizeof columns / sizeof columns[0])

/* ---- the file ---------------------------------------------------------------------------------------------------------------- */

void tt_zeek_open(tt_ns first, const struct tt_zone *zone, struct tt_text *text)
{
    tt_text_string(text, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n");
    put_moment(text, "#open", first, zone);
    tt_text_string(text, "#fields");
    for (const struct column *column = columns; column < columns + COLUMNS; column++) {
        tt_text_char(text, '\t');
        tt_text_string(text, column->name);
    }
    tt_text_string(text, "\n#types");
    for (const struct column *column = columns; column < columns + COLUMNS; column++) {
        tt_text_char(text, '\t');
        tt_text_string(text, column->type);
    }
    tt_text_char(text, '\n');
}

void tt_zeek_row(const struct tt_conn *conn, struct tt_text *text)
{
    const struct row row = {text, conn, conn->zeek};

    for (const struct column *column = columns; column < columns + COLUMNS; column++) {
        if (column != columns)
            tt_text_char(text, '\t');
        column->put(&row);
    }
    tt_text_char(text, '\n');
}

void tt_zeek_close(tt_ns last, const struct tt_zone *zone, struct tt_text *text)
{
    put_moment(text, "#close", last, zone);
}
