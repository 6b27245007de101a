/* SPDX-License-Identifier: BSD-2-Clause */
/* judge_endings.c - the labelled endings of captures/endings: opening, ending and form are right, and nobody is accused wrongly. */
#include "unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <tcptale/io.h>
#include <tcptale/judge.h>

#define LABELS_MAX 256

struct label {
    char file[96], client[64], server[64], opening[32], ending[32], form[32], ended_by[32], cause[32], forged[8], bytes_lost[24];
    bool met;
};

struct corpus {
    struct label labels[LABELS_MAX];
    unsigned count;
    const char *file; /* now being read */
    unsigned extra, wrong;
};

/* The value of a key in a line of flat JSON as text; "null" stays "null". */
static void value_of(const char *line, const char *key, char *ret, size_t room)
{
    char quoted[40];
    (void)snprintf(quoted, sizeof quoted, "\"%s\": ", key);
    const char *at = strstr(line, quoted);

    assert_non_null(at);
    at += strlen(quoted);
    bool string = *at == '"';
    at += string;
    (void)snprintf(ret, room, "%.*s", (int)strcspn(at, string ? "\"" : ",}"), at);
}

static void read_label(const char *line, struct label *ret)
{
    *ret = (struct label){.met = false};
#define READ(field) value_of(line, #field, ret->field, sizeof ret->field)
    READ(file);
    READ(client);
    READ(server);
    READ(opening);
    READ(ending);
    READ(form);
    READ(ended_by);
    READ(cause);
    READ(forged);
    READ(bytes_lost);
#undef READ
}

static void path_of(const char *name, char ret[512])
{
    (void)snprintf(ret, 512, "%s/captures/endings/%s", getenv("TT_SOURCE"), name);
}

static void read_labels(struct corpus *corpus)
{
    char path[512], line[4096];
    path_of("labels.jsonl", path);
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        assert_in_range(corpus->count, 0, LABELS_MAX - 1);
        read_label(line, &corpus->labels[corpus->count++]);
    }
    (void)fclose(file);
}

static struct label *label_of(struct corpus *corpus, const struct tt_conn *conn)
{
    static struct unit_text client, server;

    tt_text_endpoint(unit_text_init(&client), &conn->client);
    tt_text_endpoint(unit_text_init(&server), &conn->server);
    for (unsigned i = 0; i < corpus->count; i++) {
        struct label *label = &corpus->labels[i];

        if (!label->met && strcmp(label->file, corpus->file) == 0 && strcmp(label->client, unit_text_string(&client)) == 0 &&
            strcmp(label->server, unit_text_string(&server)) == 0)
            return label;
    }
    return NULL;
}

static void expect(struct corpus *corpus, const struct label *label, const char *field, const char *wanted, const char *have)
{
    if (strcmp(wanted, have) == 0)
        return;
    print_error("%s %s: %s should be %s, is %s\n", label->file, label->client, field, wanted, have);
    corpus->wrong++;
}

/* What is said must be right; unknown is allowed. */
static void expect_or_unknown(struct corpus *corpus, const struct label *label, const char *field, const char *wanted,
                              const char *have)
{
    if (strcmp(have, "unknown") != 0 && strcmp(wanted, "null") != 0)
        expect(corpus, label, field, wanted, have);
}

/* How much of a message its program had read nobody can see; all that is said is the most that can have been lost. */
static void expect_at_most(struct corpus *corpus, const struct label *label, int64_t have)
{
    long long wanted = strtoll(label->bytes_lost, NULL, 10);

    if (have >= 0 && have < wanted)
        expect(corpus, label, "bytes_lost", label->bytes_lost, "less");
}

static void on_finished(void *ctx, struct tt_conn *conn)
{
    static const char *const forged[] = {"unknown", "false", "true"};
    struct corpus *corpus = ctx;
    struct label *label = label_of(corpus, conn);
    struct tt_verdict v;
    char lost[24];

    if (!label) {
        corpus->extra++;
        return;
    }
    label->met = true;
    tt_judge(conn, &v);
    (void)snprintf(lost, sizeof lost, "%lld", (long long)v.bytes_lost);
    expect(corpus, label, "opening", label->opening, tt_word(TT_SET_OPENING, v.opening));
    expect(corpus, label, "ending", label->ending, tt_word(TT_SET_ENDING, v.ending));
    expect(corpus, label, "form", label->form, v.form == TT_FORM_NONE ? "null" : tt_word(TT_SET_FORM, v.form));
    expect_or_unknown(corpus, label, "ended_by", label->ended_by, tt_word(TT_SET_ENDER, v.ended_by));
    expect_or_unknown(corpus, label, "cause", label->cause, tt_word(TT_SET_CAUSE, v.cause));
    expect_or_unknown(corpus, label, "forged", label->forged, forged[v.forged + 1]);
    if (v.cause == TT_CAUSE_UNREAD_DATA)
        expect_at_most(corpus, label, v.bytes_lost);
    else
        expect_or_unknown(corpus, label, "bytes_lost", label->bytes_lost, v.bytes_lost < 0 ? "unknown" : lost);
}

static void read_capture(struct corpus *corpus, const char *name)
{
    const struct tt_track_options options = {.hash_key = {5, 6}};
    const struct tt_track_events events = {.finished = on_finished, .ctx = corpus};
    struct unit_memory memory;
    struct tt_capture *capture;
    struct tt_tracker *tracker;
    struct tt_segment segment;
    struct tt_frame frame;
    struct tt_error error;
    char path[512];

    corpus->file = name;
    path_of(name, path);
    unit_memory_init(&memory);
    assert_int_equal(tt_capture_open(path, &memory.alloc, &capture, &error), 0);
    assert_int_equal(tt_tracker_new(&options, &events, &memory.alloc, &tracker), 0);
    while (tt_capture_next(capture, &frame) == 1) {
        tt_decode(&frame, &segment);
        assert_int_equal(tt_tracker_feed(tracker, &segment), 0);
    }
    assert_int_equal(tt_tracker_finish(tracker), 0);
    tt_tracker_free(tracker);
    tt_capture_free(capture);
    assert_int_equal(memory.blocks, 0);
}

static void every_label_is_met(void **state)
{
    static struct corpus corpus;
    (void)state;

    read_labels(&corpus);
    assert_true(corpus.count > 90);
    for (unsigned i = 0; i < corpus.count; i++)
        if (!corpus.labels[i].met)
            read_capture(&corpus, corpus.labels[i].file);
    for (unsigned i = 0; i < corpus.count; i++)
        assert_true(corpus.labels[i].met);
    assert_int_equal(corpus.extra, 0);
    assert_int_equal(corpus.wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_label_is_met)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
