/* SPDX-License-Identifier: BSD-2-Clause */
/* dialogue.c - packet dialogues: see dialogue.h. */
#include "dialogue.h"
#include "dialogue_verdict.h"
#include <stdio.h>

/* ---- what the tracker says ----------------------------------------------------------------------------------------------- */

static void on_begun(void *ctx, struct tt_conn *conn)
{
    struct dialogue *d = ctx;

    assert_null(conn->user);
    conn->user = d;
    d->begun++;
}

static void on_segment(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    struct dialogue *d = ctx;

    assert_ptr_equal(conn->user, d);
    assert_in_range(d->packets, 1, DIALOGUE_PACKETS);
    d->steps[d->packets - 1] = *step;
    if (d->log)
        assert_int_equal(tt_log_segment(d->log, conn, segment, step), 0);
    if (d->also)
        d->also(d->also_ctx, conn, segment, step);
}

static void keep_zeek(struct tt_conn *conn, struct tt_zeek *kept)
{
    if (conn->zeek) {
        *kept = *conn->zeek;
        conn->zeek = kept;
    }
}

static void on_finished(void *ctx, struct tt_conn *conn)
{
    struct dialogue *d = ctx;

    assert_ptr_equal(conn->user, d);
    conn->user = NULL;
    assert_in_range(conn->id, 1, DIALOGUE_CONNS);
    d->finished++;
    d->conns[conn->id - 1] = *conn;
    d->conns[conn->id - 1].resets = NULL; /* theirs are gone then; the verdict is not */
    keep_zeek(&d->conns[conn->id - 1], &d->of_conn[conn->id - 1]);
    if (conn->resets)
        d->resets[conn->id - 1] = *conn->resets;
    tt_judge(conn, &d->verdicts[conn->id - 1]);
    dialogue_check_verdict(d, &d->verdicts[conn->id - 1]);
}

static void on_logged(void *ctx, struct tt_conn *conn)
{
    struct dialogue *d = ctx;

    assert_in_range(d->rows, 0, DIALOGUE_CONNS - 1);
    d->row[d->rows] = *conn;
    keep_zeek(&d->row[d->rows], &d->of_row[d->rows]);
    d->rows++;
}

/* ---- packets ------------------------------------------------------------------------------------------------------------- */

struct packet {
    struct tt_segment segment;
    struct tt_frame frame;
    uint8_t options[40];
    size_t options_octets;
    uint32_t payload;
    unsigned from, numbers, icmp_type, icmp_code;
    uint16_t client_port, vlan;
    uint8_t mac; /* 0: none */
    bool v6, bad, icmp, far, next, may_fragment;
};

static void add_option(struct packet *p, const uint8_t *octets, size_t n)
{
    memcpy(p->options + p->options_octets, octets, n);
    p->options_octets += n;
}

static void put_be32(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void add_timestamps(struct packet *p, uint32_t tsval, const char *slash)
{
    uint8_t option[12] = {1, 1, 8, 10};

    put_be32(option + 4, tsval);
    put_be32(option + 8, slash ? (uint32_t)strtoul(slash + 1, NULL, 0) : 0);
    add_option(p, option, sizeof option);
}

/* "1-101,201-301" */
static void add_sack(const struct dialogue *d, struct packet *p, const char *blocks)
{
    uint8_t option[4 + 8 * TT_SACK_BLOCKS_MAX] = {1, 1, 5, 2};
    size_t n = 4;
    char *rest;

    for (; *blocks && n < sizeof option; blocks = *rest ? rest + 1 : rest) {
        put_be32(option + n, d->isn[!p->from] + (uint32_t)strtoul(blocks, &rest, 10));
        put_be32(option + n + 4, d->isn[!p->from] + (uint32_t)strtoul(rest + 1, &rest, 10));
        n += 8;
    }
    option[3] = (uint8_t)(n - 2);
    add_option(p, option, n);
}

static unsigned flags_of(const char *word)
{
    unsigned flags = 0;

    for (; *word; word++)
        flags |= *word == 'S'   ? TT_SYN
                 : *word == 'F' ? TT_FIN
                 : *word == 'R' ? TT_RST
                 : *word == 'P' ? TT_PSH
                 : *word == '.' ? TT_ACK
                                : 0u;
    return flags;
}

static void take_numbers(struct dialogue *d, struct packet *p, const char *word)
{
    long first = strtol(word, NULL, 0);
    const char *colon = strchr(word, ':');
    long last = colon ? strtol(colon + 1, NULL, 0) : first;

    if (p->numbers++ == 0) {
        p->segment.seq = tt_seq_of(d->isn[p->from] + (uint32_t)first);
        p->payload = (uint32_t)(last - first);
    } else {
        p->segment.ack = tt_seq_of(d->isn[!p->from] + (uint32_t)first);
    }
}

#define IS(name) (n == sizeof name - 1 && memcmp(word, name, n) == 0)

/* What stands in the options of the TCP header. */
static void take_tcp_option(const struct dialogue *d, struct packet *p, const char *word, size_t n)
{
    const char *equals = strchr(word, '=');
    uint32_t value = equals ? (uint32_t)strtoul(equals + 1, NULL, 0) : 0;

    if (IS("mss"))
        add_option(p, (const uint8_t[]){2, 4, (uint8_t)(value >> 8), (uint8_t)value}, 4);
    else if (IS("ws"))
        add_option(p, (const uint8_t[]){1, 3, 3, (uint8_t)value}, 4);
    else if (IS("sackok"))
        add_option(p, (const uint8_t[]){1, 1, 4, 2}, 4);
    else if (IS("tfo"))
        add_option(p, (const uint8_t[]){1, 1, 34, 6, 1, 2, 3, 4}, 8);
    else if (IS("md5"))
        add_option(p, (const uint8_t[20]){1, 1, 19, 18}, 20);
    else if (IS("ao"))
        add_option(p, (const uint8_t[16]){29, 16, 1, 1}, 16);
    else if (IS("ts"))
        add_timestamps(p, value, strchr(word, '/'));
    else if (IS("sack"))
        add_sack(d, p, equals + 1);
    else
        fail_msg("unknown word %s", word);
}

/* Where it comes from and how: beside TCP.  False: it is none of these words. */
static bool take_way(struct packet *p, const char *word, size_t n, uint32_t value)
{
    if (IS("mac"))
        p->mac = (uint8_t)value;
    else if (IS("vlan"))
        p->vlan = (uint16_t)value;
    else if (IS("if"))
        p->frame.interface = value;
    else if (IS("ttl"))
        p->segment.ttl = (uint8_t)value;
    else if (IS("tos"))
        p->segment.tos = (uint8_t)value;
    else if (IS("nodf"))
        p->may_fragment = true;
    else if (IS("far"))
        p->far = true;
    else if (IS("next"))
        p->far = p->next = true;
    else if (IS("port"))
        p->client_port = (uint16_t)value;
    else if (IS("v6"))
        p->v6 = true;
    else
        return false;
    return true;
}

/* A word "name=value" or a name alone. */
static void take_option(struct dialogue *d, struct packet *p, const char *word)
{
    const char *equals = strchr(word, '=');
    size_t n = equals ? (size_t)(equals - word) : strlen(word);
    uint32_t value = equals ? (uint32_t)strtoul(equals + 1, NULL, 0) : 0;

    if (take_way(p, word, n, value))
        return;
    if (IS("w"))
        p->segment.window = (uint16_t)value;
    else if (IS("id"))
        p->segment.ip_id = value;
    else if (IS("isn"))
        d->isn[p->from] = value;
    else if (IS("ece"))
        p->segment.flags |= TT_ECE;
    else if (IS("cwr"))
        p->segment.flags |= TT_CWR;
    else if (IS("bad"))
        p->bad = true;
    else if (IS("icmp")) {
        p->icmp = true;
        p->icmp_type = value;
        p->icmp_code = (unsigned)strtoul(strchr(word, '/') + 1, NULL, 0);
    } else {
        take_tcp_option(d, p, word, n);
    }
}
#undef IS

static void take_word(struct dialogue *d, struct packet *p, const char *word, unsigned at)
{
    if (word[0] == '+')
        d->now += strtol(word, NULL, 10) * (word[strlen(word) - 1] == 'u' ? TT_NS_PER_US : TT_NS_PER_MS) - TT_NS_PER_MS;
    else if ((word[0] == 'c' || word[0] == 's') && !word[1])
        p->from = word[0] == 's';
    else if (strspn(word, "SFRP.-") == strlen(word) && at <= 2)
        p->segment.flags |= (uint16_t)flags_of(word);
    else if (strspn(word, "0123456789:-") == strlen(word))
        take_numbers(d, p, word);
    else
        take_option(d, p, word);
}

static void address(struct packet *p)
{
    static const uint8_t hosts[2][4][16] = {{{10, 0, 0, 1}, {10, 0, 0, 2}, {192, 0, 2, 2}, {198, 51, 100, 1}},
                                            {{0x20, 1, 0xd, 0xb8, [15] = 1},
                                             {0x20, 1, 0xd, 0xb8, [15] = 2},
                                             {0x20, 1, 0xd, 0xb8, 0, 1, [15] = 2},
                                             {0x20, 1, 0xd, 0xb8, 0, 2, [15] = 1}}};
    const uint8_t *client = hosts[p->v6][p->far && !p->next ? 3 : 0], *server = hosts[p->v6][p->far ? 2 : 1];
    uint16_t port = p->client_port ? p->client_port : 40000;

    memcpy(p->segment.src_addr.octets, p->from ? server : client, 16);
    memcpy(p->segment.dst_addr.octets, p->from ? client : server, 16);
    p->segment.src_port = p->from ? 80 : port;
    p->segment.dst_port = p->from ? port : 80;
    p->segment.ip_version = p->v6 ? 6 : 4;
    p->segment.dont_fragment = !p->may_fragment;
}

/* What the link has told of the packet: the dialogue's own links have no header. */
static void add_link(const struct packet *p, struct tt_segment *segment)
{
    if (p->mac) {
        const uint8_t source[8] = {2, 0, 0, 0, 0, p->mac};

        memcpy(segment->link_source, source, sizeof source);
        segment->link_source_octets = 6;
    }
    segment->vlan[0] = p->vlan;
    segment->vlans = p->vlan != 0;
}

/* The packet that a TCP segment is, or the ICMP error that quotes it. */
static size_t encode(const struct packet *p, uint8_t *octets, size_t room)
{
    static uint8_t payload[65536];
    int n = tt_encode(&p->segment, p->options, p->options_octets, payload, p->payload, octets, room);

    assert_true(n > 0);
    if (p->bad)
        octets[(p->v6 ? 40 : 20) + 16] ^= 0x55;
    if (!p->icmp)
        return (size_t)n;
    /* IPv4: a router's header, type, code, and 28 octets of the packet. */
    uint8_t quote[28];
    memcpy(quote, octets, sizeof quote);
    memset(octets, 0, 56);
    octets[0] = 0x45;
    octets[3] = 56;
    octets[8] = 63;
    octets[9] = 1;
    memcpy(octets + 12, (const uint8_t[]){10, 0, 0, 254, 10, 0, 0, 1}, 8);
    octets[20] = (uint8_t)p->icmp_type;
    octets[21] = (uint8_t)p->icmp_code;
    memcpy(octets + 28, quote, sizeof quote);
    return 56;
}

static int send(struct dialogue *d, struct packet *p)
{
    uint8_t *octets = test_malloc(66000); /* exactly as long as needed would cost a run of tt_encode(); ASan sees the end */
    struct tt_segment segment;

    address(p);
    size_t n = encode(p, octets, 66000);
    p->frame.octets = octets;
    p->frame.captured = p->frame.length = (uint32_t)n;
    p->frame.link = TT_LINK_RAW;
    p->frame.time = d->now;
    p->frame.number = ++d->frame;
    d->packets = (unsigned)d->frame;
    tt_decode(&p->frame, &segment);
    add_link(p, &segment);
    int err = tt_tracker_feed(d->tracker, &segment);
    test_free(octets);
    return err;
}

static int send_words(struct dialogue *d, char *words)
{
    struct packet p = {.segment = {.window = 1000, .ttl = 64, .ip_id = UINT32_MAX}};
    unsigned at = 0;
    char *rest;

    d->now += TT_NS_PER_MS;
    for (char *word = strtok_r(words, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
        take_word(d, &p, word, at++);
    if (!at)
        return 0;
    if (p.segment.ip_id == UINT32_MAX)
        p.segment.ip_id = ++d->ip_id[p.from];
    return send(d, &p);
}

static int run(struct dialogue *d, const struct tt_track_options *options, const struct tt_track_events *events,
               const char *packets, struct tt_log *log)
{
    static const struct tt_track_options defaults = {.hash_key = {1, 2}};
    char *copy = strdup(packets);
    char *rest;
    long fail_at = d->memory.fail_at;
    int err;

    *d = (struct dialogue){
        .log = log, .isn = {1000, 5000}, .ip_id = {100, 900}, .now = 1000 * TT_NS_PER_S, .also = d->also, .also_ctx = d->also_ctx};
    unit_memory_init(&d->memory);
    d->memory.fail_at = fail_at;
    err = tt_tracker_new(options ? options : &defaults, events, &d->memory.alloc, &d->tracker);
    if (err < 0)
        goto out;
    for (char *words = strtok_r(copy, ";", &rest); words; words = strtok_r(NULL, ";", &rest)) {
        int failed = send_words(d, words);
        err = err < 0 ? err : failed;
    }
    assert_int_equal(tt_tracker_finish(d->tracker), 0);
    tt_tracker_facts(d->tracker, &d->facts);
    tt_tracker_free(d->tracker);
out:
    free(copy);
    assert_int_equal(d->begun, d->finished);
    assert_int_equal(d->memory.blocks, 0);
    assert_int_equal(d->memory.octets, 0);
    return err;
}

int dialogue_run(struct dialogue *d, const struct tt_track_options *options, const char *packets)
{
    const struct tt_track_events events = {.begun = on_begun, .segment = on_segment, .finished = on_finished, .ctx = d};

    return run(d, options, &events, packets, NULL);
}

int dialogue_log(struct dialogue *d, const struct tt_track_options *options, const char *packets)
{
    const struct tt_track_events events = {
        .begun = on_begun, .segment = on_segment, .logged = on_logged, .finished = on_finished, .ctx = d};

    return run(d, options, &events, packets, NULL);
}

int dialogue_tell(struct dialogue *d, const char *packets, struct tt_log *log)
{
    const struct tt_track_events events = {.begun = on_begun, .segment = on_segment, .finished = on_finished, .ctx = d};

    return run(d, NULL, &events, packets, log);
}

/* ---- expectations -------------------------------------------------------------------------------------------------------- */

#define SIDE(name, field)                                                                                                          \
    {                                                                                                                              \
        name, offsetof(struct tt_side, field), sizeof(((struct tt_side *)0)->field)                                                \
    }
#define CONN(name, field)                                                                                                          \
    {                                                                                                                              \
        name, offsetof(struct tt_conn, field), sizeof(((struct tt_conn *)0)->field)                                                \
    }

static const struct fact side_facts[] = {
    SIDE("packets", packets),
    SIDE("bytes", bytes),
    SIDE("again", retransmitted_packets),
    SIDE("again_bytes", retransmitted_bytes),
    SIDE("late", out_of_order),
    SIDE("gap", gap_bytes),
    SIDE("dup_acks", duplicate_acks),
    SIDE("zero", zero_windows),
    SIDE("keepalives", keepalives),
    SIDE("probes", window_probes),
    SIDE("copies", duplicates),
    SIDE("resets", resets),
    SIDE("bad", bad_checksums),
    SIDE("window", rcv_wnd),
    SIDE("nxt", snd_nxt),
    SIDE("una", snd_una),
    SIDE("fin", fin),
    SIDE("rtts", rtt_samples),
    SIDE("rtt_max", rtt_max_us),
    SIDE("mss", mss),
    SIDE("unanswered", unanswered),
    SIDE("backoffs", backoffs),
    SIDE("isn_known", isn_known),
    SIDE("ttl", look.ttl),
    SIDE("varies", look_varies),
};

static const struct fact conn_facts[] = {
    CONN("retries", syn_retries),
    CONN("tfo_octets", fast_open_octets),
    CONN("tfo_ok", fast_open_accepted),
    CONN("scale_known", scale_known),
    CONN("reset", reset),
    CONN("reset_at", reset_mark.frame),
    CONN("resetter", resetter),
    CONN("opened_at", opened.frame),
    CONN("syn_ack_at", syn_ack.frame),
    CONN("icmp", rejection.mark.frame),
    CONN("client_port", client.port),
    CONN("first_frame", first_frame),
};

bool dialogue_fact_value(const struct fact *facts, size_t count, const void *base, const char *name, size_t n, uint64_t *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(facts[i].name) != n || memcmp(facts[i].name, name, n) != 0)
            continue;
        *ret = 0;
        memcpy(ret, (const uint8_t *)base + facts[i].offset, facts[i].octets);
        return true;
    }
    return false;
}

static const char *word_value(const struct tt_conn *conn, const struct tt_verdict *v, const char *name, size_t n)
{
    static const char *const forged[] = {"unknown", "no", "yes"};
    const struct {
        const char *name, *word;
    } words[] = {
        {"opening", tt_word(TT_SET_OPENING, v->opening)},
        {"ending", tt_word(TT_SET_ENDING, v->ending)},
        {"form", tt_word(TT_SET_FORM, v->form)},
        {"by", tt_word(TT_SET_ENDER, v->ended_by)},
        {"cause", tt_word(TT_SET_CAUSE, v->cause)},
        {"certainty", tt_word(TT_SET_CERTAINTY, v->certainty)},
        {"forged", forged[v->forged + 1]},
        {"roles", tt_word(TT_SET_ROLES, conn->roles)},
        {"ecn", tt_conn_ecn(conn) ? "yes" : "no"},
        {"sack", tt_conn_sack(conn) ? "yes" : "no"},
        {"wscale", tt_conn_wscale(conn) ? "yes" : "no"},
        {"timestamps", tt_conn_timestamps(conn) ? "yes" : "no"},
        {"history", conn->zeek ? conn->zeek->history : ""},
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].name) == n && memcmp(words[i].name, name, n) == 0)
            return words[i].word;
    return NULL;
}

static unsigned note_of(const char *word)
{
    static const struct {
        const char *word;
        unsigned bit;
    } notes[] = {
#define NOTE(name, bit, word) {word, 1u << (bit)},
        TT_STEPS(NOTE)
#undef NOTE
    };

    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        if (strcmp(notes[i].word, word) == 0)
            return notes[i].bit;
    fail_msg("no such note: %s", word);
    return 0;
}

static bool holds_loss(const struct tt_step *step, const char *wanted)
{
    char have[128];
    size_t n = strlen(wanted);

    (void)snprintf(have, sizeof have, "%s/%s/%s", tt_word(TT_SET_LOSS, step->again.loss), tt_word(TT_SET_NEED, step->again.need),
                   tt_word(TT_SET_PLACE, step->again.place));
    if (strncmp(have, wanted, n) == 0 && (have[n] == '/' || !have[n]))
        return true;
    print_error("it is %s after %u us\n", have, (unsigned)step->again.wait_us);
    return false;
}

/* "=loss/need/place", ":note", "!note", ">packet". */
static bool holds_of_step(const struct tt_step *step, const char *word)
{
    switch (*word) {
    case '=':
        return holds_loss(step, word + 1);
    case '>':
        return step->notes & TT_STEP_DENIES_NEED && step->denied == strtoul(word + 1, NULL, 10);
    default:
        return ((step->notes & note_of(word + 1)) != 0) == (*word == ':');
    }
}

static bool holds_note(const struct dialogue *d, const char *row, const char *word)
{
    char *mark;
    unsigned long packet = strtoul(word + 1, &mark, 10);

    if (holds_of_step(&d->steps[packet - 1], mark))
        return true;
    print_error("%s\n  %s: the notes of packet %lu are 0x%x\n", row, word, packet, d->steps[packet - 1].notes);
    return false;
}

static bool number_of(const struct dialogue *d, unsigned conn_at, const char *word, size_t n, uint64_t *ret)
{
    const struct tt_conn *conn = &d->conns[conn_at];
    const struct tt_verdict *v = &d->verdicts[conn_at];
    bool side = n > 2 && word[1] == '.' && (word[0] == 'c' || word[0] == 's');

    if (side)
        return dialogue_fact_value(side_facts, sizeof side_facts / sizeof side_facts[0], &conn->side[word[0] == 's'], word + 2,
                                   n - 2, ret);
    if (n == 5 && memcmp(word, "conns", n) == 0)
        *ret = d->finished;
    else if (n == 7 && memcmp(word, "limited", n) == 0)
        *ret = d->facts.limited_connections;
    else if (n == 14 && memcmp(word, "limited_ranges", n) == 0)
        *ret = d->facts.limited_ranges;
    else if (n == 9 && memcmp(word, "unmatched", n) == 0)
        *ret = d->facts.icmp_unmatched;
    else if (n == 4 && memcmp(word, "lost", n) == 0)
        *ret = (uint64_t)v->bytes_lost;
    else
        return dialogue_fact_value(conn_facts, sizeof conn_facts / sizeof conn_facts[0], conn, word, n, ret) ||
               dialogue_reset_fact(&d->resets[conn_at], word, n, ret);
    return true;
}

static bool holds_value(const struct dialogue *d, unsigned conn_at, const char *row, const char *word)
{
    const struct tt_conn *conn = &d->conns[conn_at];
    const struct tt_verdict *verdict = &d->verdicts[conn_at];
    size_t n = strcspn(word, "=");
    const char *wanted = word + n + 1;
    const char *have = word_value(conn, verdict, word, n);
    uint64_t number;

    if (n == 5 && memcmp(word, "signs", n) == 0)
        return dialogue_holds_signs(verdict, row, wanted);
    if (have && strcmp(have, wanted) == 0)
        return true;
    if (have)
        print_error("%s\n  %s: it is %s\n", row, word, have);
    else if (!number_of(d, conn_at, word, n, &number))
        print_error("%s: no such fact: %s\n", row, word);
    else if (number == (uint64_t)strtoll(wanted, NULL, 0))
        return true;
    else
        print_error("%s\n  %s: it is %lld\n", row, word, (long long)number);
    return false;
}

unsigned dialogue_expect(const struct dialogue *d, const char *row, const char *expected)
{
    char *copy = strdup(expected);
    unsigned conn_at = 0, failed = 0;
    char *rest;

    for (char *word = strtok_r(copy, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest)) {
        if (word[0] == '#')
            failed += !holds_note(d, row, word);
        else if (word[0] == '*' || word[0] == '!')
            failed += !dialogue_holds_evidence(&d->verdicts[conn_at], row, word);
        else if (word[0] == '@')
            conn_at = (unsigned)strtoul(word + 1, NULL, 10) - 1;
        else
            failed += !holds_value(d, conn_at, row, word);
    }
    free(copy);
    return failed;
}
