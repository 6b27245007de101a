/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.c - the record of one connection, as JSON and as CSV.
 *
 * One table has a row for every key, in order; both formats, the CSV header and the test of docs/record.md come from it.  A row
 * knows its key as JSON writes it, so that a record costs a walk over the table, a copy a key and a call a value.
 */
#include "tell/record.h"
#include "tell/community_id.h"
#include "tell/conn_state.h"
#include "tell/evidence.h"
#include "tell/units.h"

/* A record under way. */
struct record {
    struct tt_text *text;
    const struct tt_conn *conn;
    const struct tt_verdict *verdict;
    bool csv;
};

enum row_kind { ROW_VALUE, ROW_OPEN, ROW_CLOSE }; /* a value; the begin and end of a nested object */

/* A key is copied whole with its room, which is a few instructions where its length would be a call: see put_key(). */
#define KEY_ROOM (KEY_COPIED + 1)
#define KEY_COPIED 32

struct field {
    enum row_kind kind;
    char key[KEY_ROOM]; /* ,"key": or ,"key":{ as it stands in JSON */
    size_t key_octets;
    void (*put)(const struct record *record, const struct field *field);
    size_t offset;        /* of the value in struct tt_conn, or of a word in struct tt_verdict */
    enum tt_end end;      /* whose value it is, where that matters */
    enum tt_word_set set; /* of a word */
    unsigned has;         /* enum tt_has of an option */
    int null_word;        /* the word that means "not known"; -1: none does */
};

/* ---- values of each kind: null is nothing at all in CSV ---------------------------------------------------------------- */

static void put_null(const struct record *record, const struct field *field)
{
    (void)field;
    if (!record->csv)
        tt_text_put(record->text, "null", 4);
}

static void put_number(const struct record *record, bool known, uint64_t value)
{
    if (known)
        tt_text_u64(record->text, value);
    else
        put_null(record, NULL);
}

static void put_truth(const struct record *record, bool known, bool value)
{
    if (!known)
        put_null(record, NULL);
    else if (value)
        tt_text_put(record->text, "true", 4);
    else
        tt_text_put(record->text, "false", 5);
}

static void put_quote(const struct record *record)
{
    if (!record->csv)
        tt_text_char(record->text, '"');
}

/* For strings that need no escape in either format. */
static void put_plain(const struct record *record, const char *octets, size_t n)
{
    put_quote(record);
    tt_text_put(record->text, octets, n);
    put_quote(record);
}

static const void *at_offset(const void *base, size_t offset)
{
    return (const char *)base + offset;
}

static void put_u32(const struct record *record, const struct field *field)
{
    uint32_t value;

    memcpy(&value, at_offset(record->conn, field->offset), sizeof value);
    tt_text_u64(record->text, value);
}

static void put_u64(const struct record *record, const struct field *field)
{
    uint64_t value;

    memcpy(&value, at_offset(record->conn, field->offset), sizeof value);
    tt_text_u64(record->text, value);
}

static void put_time(const struct record *record, const struct field *field)
{
    tt_ns value;

    memcpy(&value, at_offset(record->conn, field->offset), sizeof value);
    tt_text_seconds(record->text, value);
}

static void put_word(const struct record *record, const struct field *field)
{
    int value; /* every enum is as wide as int: asserted below */

    memcpy(&value, at_offset(record->verdict, field->offset), sizeof value);
    if (value == field->null_word) {
        put_null(record, field);
        return;
    }
    const char *word = tt_word(field->set, (unsigned)value);
    put_plain(record, word, strlen(word));
}

static_assert(sizeof(enum tt_ending) == sizeof(int) && sizeof(enum tt_certainty) == sizeof(int), "put_word reads words as int");

/* ---- one value each ---------------------------------------------------------------------------------------------------- */

static const struct tt_side *side_of(const struct record *record, const struct field *field)
{
    return &record->conn->side[field->end];
}

static const struct tt_endpoint *endpoint_of(const struct record *record, const struct field *field)
{
    return field->end == TT_CLIENT ? &record->conn->client : &record->conn->server;
}

static void put_addr(const struct record *record, const struct field *field)
{
    const struct tt_endpoint *endpoint = endpoint_of(record, field);

    put_quote(record);
    tt_text_addr(record->text, &endpoint->addr, endpoint->ip_version);
    put_quote(record);
}

static void put_port(const struct record *record, const struct field *field)
{
    tt_text_u64(record->text, endpoint_of(record, field)->port);
}

static void put_roles(const struct record *record, const struct field *field)
{
    (void)field;
    const char *word = tt_word(TT_SET_ROLES, record->conn->roles);

    put_plain(record, word, strlen(word));
}

static void put_duration(const struct record *record, const struct field *field)
{
    (void)field;
    tt_text_seconds(record->text, record->conn->last - record->conn->first);
}

/* Microseconds from one packet to another; not known when either is missing or a reordered capture has them the wrong way round. */
static void put_between(const struct record *record, const struct tt_mark *from, const struct tt_mark *to)
{
    bool known = from->frame && to->frame && to->time >= from->time;

    put_number(record, known, known ? (uint64_t)((to->time - from->time) / TT_NS_PER_US) : 0);
}

static void put_syn_to_synack(const struct record *record, const struct field *field)
{
    (void)field;
    put_between(record, &record->conn->side[TT_CLIENT].syn, &record->conn->syn_ack);
}

static void put_synack_to_ack(const struct record *record, const struct field *field)
{
    (void)field;
    put_between(record, &record->conn->syn_ack, &record->conn->opened);
}

static bool syn_seen(const struct tt_conn *conn, enum tt_end end)
{
    return conn->side[end].syn.frame || (end == TT_SERVER && conn->syn_ack.frame);
}

static void put_syn_retries(const struct record *record, const struct field *field)
{
    (void)field;
    put_number(record, syn_seen(record->conn, TT_CLIENT) || syn_seen(record->conn, TT_SERVER), record->conn->syn_retries);
}

static void put_mss(const struct record *record, const struct field *field)
{
    const struct tt_side *side = side_of(record, field);

    put_number(record, side->offers & TT_HAS_MSS, side->mss);
}

static void put_window_scale(const struct record *record, const struct field *field)
{
    uint8_t shift = side_of(record, field)->wscale;

    /* RFC 7323 section 2.3: a shift above 14 counts as 14. */
    put_number(record, tt_conn_wscale(record->conn), shift < 14 ? shift : 14);
}

/* Whether the SYNs settle if something is in force: both were seen, or one of them does without it. */
static bool settled(const struct tt_conn *conn, unsigned has)
{
    unsigned seen = 0;

    for (enum tt_end end = TT_CLIENT; end <= TT_SERVER; end++) {
        if (syn_seen(conn, end) && !(conn->side[end].offers & has))
            return true;
        seen += syn_seen(conn, end);
    }
    return seen == 2;
}

static void put_option(const struct record *record, const struct field *field, bool in_force)
{
    put_truth(record, in_force || settled(record->conn, field->has), in_force);
}

static void put_sack(const struct record *record, const struct field *field)
{
    put_option(record, field, tt_conn_sack(record->conn));
}

static void put_timestamps(const struct record *record, const struct field *field)
{
    put_option(record, field, tt_conn_timestamps(record->conn));
}

static void put_mptcp(const struct record *record, const struct field *field)
{
    put_option(record, field, tt_conn_mptcp(record->conn));
}

static void put_ecn(const struct record *record, const struct field *field)
{
    bool in_force = tt_conn_ecn(record->conn);

    (void)field;
    put_truth(record, in_force || (syn_seen(record->conn, TT_CLIENT) && syn_seen(record->conn, TT_SERVER)), in_force);
}

static void put_fast_open(const struct record *record, const struct field *field)
{
    const struct tt_conn *conn = record->conn;

    (void)field;
    put_truth(record, conn->fast_open_accepted || syn_seen(conn, TT_CLIENT), conn->fast_open_accepted);
}

static void put_rtt_min(const struct record *record, const struct field *field)
{
    const struct tt_side *side = side_of(record, field);

    put_number(record, side->rtt_samples, side->rtt_min_us);
}

static void put_rtt_avg(const struct record *record, const struct field *field)
{
    const struct tt_side *side = side_of(record, field);

    put_number(record, side->rtt_samples, side->rtt_samples ? side->rtt_sum_us / side->rtt_samples : 0);
}

static void put_rtt_max(const struct record *record, const struct field *field)
{
    const struct tt_side *side = side_of(record, field);

    put_number(record, side->rtt_samples, side->rtt_max_us);
}

static void put_forged(const struct record *record, const struct field *field)
{
    (void)field;
    put_truth(record, record->verdict->forged != TT_FORGED_UNKNOWN, record->verdict->forged == TT_FORGED_YES);
}

static void put_bytes_lost(const struct record *record, const struct field *field)
{
    (void)field;
    put_number(record, record->verdict->bytes_lost >= 0, (uint64_t)record->verdict->bytes_lost);
}

/* In English, as everything in a record. */
static void put_says(struct tt_text *text, const struct tt_evidence *evidence)
{
    struct tt_scratch scratch;
    struct tt_text *says = tt_scratch_init(&scratch);

    tt_put_evidence(says, evidence, NULL, false);
    tt_text_json_string(text, says->start, (size_t)(says->at - says->start));
}

/* A sign is a word without anything to escape. */
static void put_evidence_json(struct tt_text *text, const struct tt_evidence *evidence)
{
    tt_text_string(text, "{\"packet\":");
    tt_text_u64(text, evidence->packet);
    tt_text_string(text, ",\"sign\":\"");
    tt_text_string(text, evidence->sign);
    tt_text_string(text, "\",\"says\":");
    put_says(text, evidence);
    tt_text_char(text, '}');
}

/* In CSV the packets and their signs, "12:sign 15:sign": signs are words without commas, quotes or blanks. */
static void put_evidence(const struct record *record, const struct field *field)
{
    const struct tt_verdict *verdict = record->verdict;
    struct tt_text *text = record->text;

    (void)field;
    if (!record->csv)
        tt_text_char(text, '[');
    for (unsigned i = 0; i < verdict->evidence_count; i++) {
        if (i)
            tt_text_char(text, record->csv ? ' ' : ',');
        if (record->csv) {
            tt_text_u64(text, verdict->evidence[i].packet);
            tt_text_char(text, ':');
            tt_text_string(text, verdict->evidence[i].sign);
        } else {
            put_evidence_json(text, &verdict->evidence[i]);
        }
    }
    if (!record->csv)
        tt_text_char(text, ']');
}

static void put_conn_state(const struct record *record, const struct field *field)
{
    const char *state = record->conn->zeek ? tt_conn_state(record->conn) : NULL;

    if (state)
        put_plain(record, state, strlen(state));
    else
        put_null(record, field);
}
static void put_history(const struct record *record, const struct field *field)
{
    const struct tt_zeek *row = record->conn->zeek;

    if (row)
        put_plain(record, row->history, strlen(row->history));
    else
        put_null(record, field);
}
static void put_community_id(const struct record *record, const struct field *field)
{
    char id[TT_COMMUNITY_ID_OCTETS];

    (void)field;
    tt_community_id(&record->conn->client, &record->conn->server, id);
    put_plain(record, id, sizeof id);
}

/* ---- the table --------------------------------------------------------------------------------------------------------- */

/* clang-format off */
#define KEY(of_kind, json) .kind = (of_kind), .key = json, .key_octets = sizeof(json) - 1
#define VALUE_KEY(name) KEY(ROW_VALUE, ",\"" name "\":")
#define IN_SIDE(whose, name) offsetof(struct tt_conn, side) + (whose) * sizeof(struct tt_side) + offsetof(struct tt_side, name)

#define OBJECT(name) {KEY(ROW_OPEN, ",\"" name "\":{")}
#define CLOSE {.kind = ROW_CLOSE}
#define VALUE(name, getter) {VALUE_KEY(name), .put = (getter)}
#define NUMBER(type, name) _Generic(((type *)0)->name, uint32_t: put_u32, uint64_t: put_u64, tt_ns: put_time)
#define CONN(name) {VALUE_KEY(#name), .put = NUMBER(struct tt_conn, name), .offset = offsetof(struct tt_conn, name)}
#define SIDE(key, name, whose) {VALUE_KEY(key), .put = NUMBER(struct tt_side, name), .offset = IN_SIDE(whose, name)}
#define END(name, getter, whose) {VALUE_KEY(name), .put = (getter), .end = (whose)}
#define OPTION(name, getter, offered) {VALUE_KEY(name), .put = (getter), .has = (offered)}
#define WORD(name, of_set, null) \
    {VALUE_KEY(#name), .put = put_word, .offset = offsetof(struct tt_verdict, name), .set = (of_set), .null_word = (null)}

#define SENT_BY(name, whose)                                                                                                   \
    OBJECT(name),                                                                                                              \
        SIDE("packets", packets, whose),                                                                                       \
        SIDE("bytes", bytes, whose),                                                                                           \
        SIDE("ip_bytes", ip_bytes, whose),                                                                                     \
        SIDE("retransmitted_packets", retransmitted_packets, whose),                                                           \
        SIDE("retransmitted_bytes", retransmitted_bytes, whose),                                                               \
        SIDE("out_of_order", out_of_order, whose),                                                                             \
        SIDE("duplicate_acks", duplicate_acks, whose),                                                                         \
        SIDE("zero_windows", zero_windows, whose),                                                                             \
        SIDE("keepalives", keepalives, whose),                                                                                 \
        SIDE("gap_bytes", gap_bytes, whose),                                                                                   \
        OBJECT("rtt_us"),                                                                                                      \
            END("min", put_rtt_min, whose),                                                                                    \
            END("avg", put_rtt_avg, whose),                                                                                    \
            END("max", put_rtt_max, whose),                                                                                    \
            SIDE("samples", rtt_samples, whose),                                                                               \
        CLOSE,                                                                                                                 \
    CLOSE

static const struct field fields[] = {
    CONN(id),
    OBJECT("client"),
        END("addr", put_addr, TT_CLIENT),
        END("port", put_port, TT_CLIENT),
    CLOSE,
    OBJECT("server"),
        END("addr", put_addr, TT_SERVER),
        END("port", put_port, TT_SERVER),
    CLOSE,
    VALUE("roles", put_roles),
    CONN(first),
    CONN(last),
    VALUE("duration", put_duration),
    WORD(opening, TT_SET_OPENING, -1),
    OBJECT("handshake"),
        VALUE("syn_to_synack_us", put_syn_to_synack),
        VALUE("synack_to_ack_us", put_synack_to_ack),
        VALUE("syn_retries", put_syn_retries),
    CLOSE,
    OBJECT("options"),
        OBJECT("mss"),
            END("client", put_mss, TT_CLIENT),
            END("server", put_mss, TT_SERVER),
        CLOSE,
        OBJECT("window_scale"),
            END("client", put_window_scale, TT_CLIENT),
            END("server", put_window_scale, TT_SERVER),
        CLOSE,
        OPTION("sack", put_sack, TT_HAS_SACK_OK),
        OPTION("timestamps", put_timestamps, TT_HAS_TIMESTAMPS),
        VALUE("ecn", put_ecn),
        VALUE("fast_open", put_fast_open),
        OPTION("mptcp", put_mptcp, TT_HAS_MPTCP),
    CLOSE,
    SENT_BY("sent_by_client", TT_CLIENT),
    SENT_BY("sent_by_server", TT_SERVER),
    WORD(ending, TT_SET_ENDING, -1),
    WORD(form, TT_SET_FORM, TT_FORM_NONE),
    WORD(ended_by, TT_SET_ENDER, -1),
    WORD(cause, TT_SET_CAUSE, -1),
    VALUE("forged", put_forged),
    WORD(certainty, TT_SET_CERTAINTY, TT_UNCERTAIN),
    VALUE("bytes_lost", put_bytes_lost),
    VALUE("evidence", put_evidence),
    VALUE("conn_state", put_conn_state),
    VALUE("history", put_history),
    VALUE("community_id", put_community_id),
};
/* clang-format on */

#define FIELDS (sizeof fields / sizeof fields[0])

/* ---- JSON -------------------------------------------------------------------------------------------------------------- */

/* Puts the key from its octet `first` on, which is 0 or 1. */
static void put_key(struct tt_text *text, const struct field *field, unsigned first)
{
    if (!tt_text_room(text, KEY_COPIED))
        return;
    memcpy(text->at, field->key + first, KEY_COPIED);
    text->at += field->key_octets - first;
}

void tt_record_open_json(const struct tt_conn *conn, const struct tt_verdict *verdict, struct tt_text *text)
{
    const struct record record = {text, conn, verdict, false};
    unsigned first = 1; /* the comma before the first key of an object is left out */

    tt_text_char(text, '{');
    for (const struct field *field = fields; field < fields + FIELDS; field++) {
        if (field->kind == ROW_CLOSE) {
            tt_text_char(text, '}');
        } else {
            put_key(text, field, first);
            if (field->kind == ROW_VALUE)
                field->put(&record, field);
        }
        first = field->kind == ROW_OPEN;
    }
}

void tt_record_json(const struct tt_conn *conn, const struct tt_verdict *verdict, struct tt_text *text)
{
    tt_record_open_json(conn, verdict, text);
    tt_text_put(text, "}\n", 2);
}

/* ---- CSV: RFC 4180, so lines end with CR LF ---------------------------------------------------------------------------- */

void tt_record_csv(const struct tt_conn *conn, const struct tt_verdict *verdict, struct tt_text *text)
{
    const struct record record = {text, conn, verdict, true};
    bool first = true;

    for (const struct field *field = fields; field < fields + FIELDS; field++) {
        if (field->kind != ROW_VALUE)
            continue;
        if (!first)
            tt_text_char(text, ',');
        field->put(&record, field);
        first = false;
    }
    tt_text_put(text, "\r\n", 2);
}

/* The bare key of a row: without ," in front and ": or ":{ behind. */
static void put_bare_key(struct tt_text *text, const struct field *field)
{
    tt_text_put(text, field->key + 2, field->key_octets - (field->kind == ROW_OPEN ? 5 : 4));
}

void tt_record_csv_header(struct tt_text *text)
{
    const struct field *path[4];
    unsigned depth = 0;
    bool first = true;

    for (const struct field *field = fields; field < fields + FIELDS; field++) {
        if (field->kind == ROW_CLOSE) {
            assert(depth > 0);
            depth--;
        } else if (field->kind == ROW_OPEN) {
            assert(depth < sizeof path / sizeof path[0]);
            path[depth++] = field;
        } else {
            if (!first)
                tt_text_char(text, ',');
            first = false;
            for (unsigned i = 0; i < depth; i++) {
                put_bare_key(text, path[i]);
                tt_text_char(text, '.');
            }
            put_bare_key(text, field);
        }
    }
    tt_text_put(text, "\r\n", 2);
}
