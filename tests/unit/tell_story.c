/* SPDX-License-Identifier: BSD-2-Clause */
/* tell_story.c - stories of connections that are made by hand: what the tracker and the judge say is told, and nothing else. */
#include "scene.h"

static const struct tt_story_options plain = {.explain = false}, all = {.explain = true, .ladder = true}, drawn = {.ladder = true};

static void a_reset_is_told_in_a_name(void **state)
{
    struct scene scene;
    (void)state;

    scene_init(&scene);
    scene_handshake(&scene);
    scene_banner(&scene);
    scene_reset(&scene);
    const char *text = story(&scene, &plain);
    says(text, "1  192.168.1.7:60722 → 192.168.1.9:22 (ssh)    172 ms, 9 packets, 0 B sent, 42 B received\n\n");
    says(text, "opened   three-way handshake in 113 µs, seen from the server's side");
    says(text, "in force: MSS 1460 / 1460, SACK, timestamps, window scale ×128 / ×128; no ECN\n");
    says(text, "talked   server sent 42 B \"SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10\", acknowledged after 67 µs");
    says(text, " 4–5\n");
    says(text, "ended    reset, in the client's name");
    says(text, "7–9\n");
    says(text, "is not known");
    says_not(text, "reset by the client");
    says_not(text, "evidence");
    scene_done(&scene);
}

/* What the verdict knows is said, with its certainty and its evidence; what it does not know is not. */
static void a_verdict_is_told(void **state)
{
    static const struct {
        enum tt_ender by;
        enum tt_cause cause;
        enum tt_certainty certainty;
        const char *ended, *why;
    } rows[] = {
        {TT_BY_THIRD_PARTY, TT_CAUSE_INJECTED, TT_CERTAIN, "reset, in the client's name, but by a third party",
         "by a third party: the packets are forged (certain)"},
        {TT_BY_CLIENT, TT_CAUSE_ABORT, TT_LIKELY, "reset by the client",
         "by the client: a live connection was aborted (SO_LINGER 0, ss -K or the like) (likely)"},
        {TT_BY_SERVER, TT_CAUSE_FIREWALL, TT_POSSIBLE, "reset, in the client's name  ",
         "by the server: a device on the path refused it (possible)"},
        {TT_BY_UNKNOWN, TT_CAUSE_UNKNOWN, TT_UNCERTAIN, "reset, in the client's name  ", "who really sent it and why is not known"},
        {TT_BY_CLIENT, TT_CAUSE_UNKNOWN, TT_UNCERTAIN, "reset by the client", "why is not known"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene;

        scene_init(&scene);
        scene_handshake(&scene);
        scene_banner(&scene);
        scene_reset(&scene);
        scene.verdict.ended_by = rows[i].by;
        scene.verdict.cause = rows[i].cause;
        scene.verdict.certainty = rows[i].certainty;
        scene.verdict.evidence_count = 1;
        scene.verdict.evidence[0] =
            (struct tt_evidence){.packet = 8, .sign = "sequence-jump", .says = "its number lies above all that this end ever sent"};
        const char *text = story(&scene, &plain);
        says(text, rows[i].ended);
        says(text, rows[i].why);
        says(text, "· its number lies above all that this end ever sent                                       8\n");
        scene_done(&scene);
    }
}

static void lost_data_is_told(void **state)
{
    static const struct {
        int64_t lost;
        uint64_t acked;
        const char *said, *not_said;
    } rows[] = {
        {0, 43, "nothing was lost: all that was sent had been acknowledged", "had not been"},
        {-1, 43, "nothing was lost on the way: all that was sent had been acknowledged", "had not been"},
        {42, 43, "42 B were lost: sent, but never read", "nothing was lost"}, /* acknowledged, never read */
        {-1, 1, "42 B of the server's had not been acknowledged", "nothing was lost"},
        {42, 1, "42 B were lost", "had not been"}, /* once is enough */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene;

        scene_init(&scene);
        scene_handshake(&scene);
        scene_banner(&scene);
        scene_reset(&scene);
        scene.verdict.bytes_lost = rows[i].lost;
        scene.conn.side[TT_SERVER].snd_una = rows[i].acked;
        const char *text = story(&scene, &plain);
        says(text, rows[i].said);
        says_not(text, rows[i].not_said);
        scene_done(&scene);
    }
}

/* Both FINs, `together` when the second acknowledges the first. */
static void close_both(struct scene *scene, bool together)
{
    struct tt_side *client = &scene->conn.side[TT_CLIENT], *server = &scene->conn.side[TT_SERVER];

    client->fin = client->snd_nxt;
    client->first_fin = SAYS(TT_CLIENT, TT_FIN | TT_ACK, client->fin, 43, .after = 10 * TT_NS_PER_S);
    if (!together)
        client->fin_acked = SAYS(TT_SERVER, TT_ACK, 43, client->fin + 1, .after = TT_NS_PER_MS);
    server->fin = 43;
    server->first_fin = SAYS(TT_SERVER, TT_FIN | TT_ACK, 43, client->fin + 1, .after = TT_NS_PER_MS);
    if (together)
        client->fin_acked = server->first_fin;
    server->fin_acked = SAYS(TT_CLIENT, TT_ACK, client->fin + 1, 44);
    scene->verdict.ending = TT_ENDING_FIN;
    scene->verdict.cause = TT_CAUSE_CLOSE;
    scene->verdict.ended_by = TT_BY_CLIENT;
    scene->verdict.form = together ? TT_FORM_THREE_SEGMENT : TT_FORM_FOUR_SEGMENT;
}

static void closes(void **state)
{
    struct scene scene;
    (void)state;

    scene_init(&scene);
    scene_handshake(&scene);
    scene_banner(&scene);
    close_both(&scene, true);
    const char *text = story(&scene, &plain);
    says(text, "silence for 10.0 s                                                                      5–6\n");
    says(text, "ended    closed in three segments: the client first, the server 1.0 ms later ");
    says(text, " 6–8\n");
    says(text, "still the four-way close: the server had nothing left to send");
    says_not(text, "lost");
    says(story(&scene, &all), "The four-way close in three segments:");
    scene_done(&scene);

    scene_init(&scene);
    scene_handshake(&scene);
    scene_banner(&scene);
    close_both(&scene, false);
    text = story(&scene, &plain);
    says(text, "closed in four segments: the client first, the server 2.0 ms later ");
    says(text, " 6–9\n");
    says_not(text, "still the four-way");
    scene.conn.side[TT_SERVER].fin_acked.frame = 0;
    says(story(&scene, &plain), "the server's FIN was not seen acknowledged");
    scene_done(&scene);
}

/* Each ending has its words, and each word of each set can be told. */
static void every_ending_opening_and_cause(void **state)
{
    (void)state;
    for (unsigned ending = 0; ending < TT_ENDING_COUNT; ending++)
        for (unsigned opening = 0; opening < TT_OPENING_COUNT; opening++)
            for (unsigned cause = 0; cause < TT_CAUSE_COUNT; cause++) {
                struct scene scene;

                scene_init(&scene);
                scene_handshake(&scene);
                scene.verdict.opening = (enum tt_opening)opening;
                scene.verdict.ending = (enum tt_ending)ending;
                scene.verdict.cause = (enum tt_cause)cause;
                const char *text = story(&scene, &all);
                says(text, "\nopened   ");
                says(text, "\nended    ");
                says_not(text, "(null)");
                if (ending == TT_ENDING_RESET && cause != TT_CAUSE_NONE && cause != TT_CAUSE_UNKNOWN)
                    says(text, "\n         by nobody: ");
                scene_done(&scene);
            }
}

static void the_ladder_folds_and_marks(void **state)
{
    struct scene scene_of_test, *scene = &scene_of_test;
    (void)state;

    scene_init(scene);
    scene_handshake(scene);
    for (unsigned i = 0; i < 14; i++) {
        SAYS(TT_SERVER, TT_ACK, 1 + 1448 * i, 1, .length = 1448, .notes = TT_STEP_NEW_DATA);
        SAYS(TT_CLIENT, TT_ACK, 1, 1449 + 1448 * i);
    }
    SAYS(TT_SERVER, TT_ACK, 1, 1, .length = 1448, .notes = TT_STEP_RETRANSMISSION);
    SAYS(TT_CLIENT, TT_FIN | TT_ACK, 1, 20273, .after = 10 * TT_NS_PER_S);
    const char *text = story(scene, &drawn);
    says(text, "◀─ 1:20273  14 segments, 20 kB ─");
    says(text, "│    4–30\n");
    says(text, "── ACK 20273  14 segments ─");
    says(text, "│    5–31\n");
    says(text, "◀─ 1:1449 ACK 1  1.4 kB ─");
    says(text, "│      32  sent again\n");
    says(text, "··· 10.0 s silence ···");
    says(text, "── FIN 1 ACK 20273 ─");
    scene->style.ascii = true;
    text = story(scene, &drawn);
    says(text, "|<- 1:20273  14 segments, 20 kB -");
    says(text, "... 10.0 s silence ...");
    scene_done(scene);
}

/* What the tracker notes of a segment stands beside it, but for what goes without saying. */
static void every_note_stands_on_the_ladder(void **state)
{
#define NOTE_ROW(name, bit, word) {name, word},
    static const struct {
        uint32_t note;
        const char *word;
    } rows[] = {TT_STEPS(NOTE_ROW)};
#undef NOTE_ROW
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene_of_test, *scene = &scene_of_test;
        bool silent = rows[i].note == TT_STEP_NEW_DATA || rows[i].note == TT_STEP_FIRST_OF_CONNECTION;

        scene_init(scene);
        scene_handshake(scene);
        SAYS(TT_CLIENT, TT_ACK, 1, 1, .notes = rows[i].note);
        const char *row = strstr(story(scene, &drawn), "│       4");
        assert_non_null(row);
        if ((row[strlen("│       4")] == '\n') != silent)
            fail_msg("%s: %s", rows[i].word, row);
        scene_done(scene);
    }
}

/* ---- the parts ------------------------------------------------------------------------------------------------------------ */

static void where_it_was_seen_from(void **state)
{
    static const struct {
        int synack_us, ack_us;
        uint8_t client_ttl, server_ttl;
        const char *said;
    } rows[] = {
        {12, 101, 63, 64, "seen from the server's side"},
        {101, 12, 64, 63, "seen from the client's side"},
        {70, 56, 63, 64, "seen from the server's side"}, /* the delays are alike: the hops tell */
        {56, 70, 128, 55, "seen from the client's side"},
        {50, 50, 63, 63, "seen from between the two"},
        {50, 50, 64, 64, NULL},                          /* one LAN, or one host */
        {10, 90, 64, 63, "seen from the server's side"}, /* delays go first: a tunnel can hide hops */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene;

        scene_init(&scene);
        scene_handshake(&scene);
        scene.conn.syn_ack.time = scene.conn.first + rows[i].synack_us * TT_NS_PER_US;
        scene.conn.opened.time = scene.conn.syn_ack.time + rows[i].ack_us * TT_NS_PER_US;
        scene.conn.side[TT_CLIENT].look.ttl = rows[i].client_ttl;
        scene.conn.side[TT_SERVER].look.ttl = rows[i].server_ttl;
        const char *text = story(&scene, &plain);
        if (rows[i].said)
            says(text, rows[i].said);
        else
            says_not(text, "seen from");
        scene_done(&scene);
    }
}

static void what_is_in_force(void **state)
{
    static const struct {
        uint32_t client, server;
        const char *said;
    } rows[] = {
        {TT_HAS_MSS | TT_HAS_SACK_OK, TT_HAS_MSS | TT_HAS_SACK_OK,
         "in force: MSS 1460 / 1460, SACK; no timestamps, no window scale, no ECN\n"},
        {TT_HAS_MSS, 0, "in force: MSS 1460 / none named; no SACK"},
        {0, TT_HAS_MSS, "in force: MSS none named / 1460; no SACK"},
        {0, 0, "in force: no MSS named; no SACK"},
        {TT_HAS_SACK_OK | TT_HAS_WSCALE, TT_HAS_MSS, "offered by the client only, so not in force: SACK, window scale\n"},
        {TT_HAS_MSS, TT_HAS_TIMESTAMPS, "offered by the server only, so not in force: timestamps\n"},
        {TT_HAS_WSCALE, TT_HAS_WSCALE, "window scale ×128 / ×16384; "}, /* RFC 7323 section 2.3: a shift of 14 at most */
        {TT_HAS_FAST_OPEN, 0, "the client asked for fast open, the server does not do it\n"},
        {TT_HAS_FAST_OPEN, TT_HAS_FAST_OPEN, "the client asked for a fast open cookie and got one for the next time\n"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene;

        scene_init(&scene);
        scene_handshake(&scene);
        scene.conn.side[TT_CLIENT].offers = (uint16_t)rows[i].client;
        scene.conn.side[TT_SERVER].offers = (uint16_t)rows[i].server;
        scene.conn.side[TT_SERVER].wscale = 200;
        says(story(&scene, &plain), rows[i].said);
        scene_done(&scene);
    }
}

static void syns_are_sent_again(void **state)
{
    struct scene scene_of_test, *scene = &scene_of_test;
    (void)state;

    scene_init(scene);
    scene_handshake(scene);
    SAYS(TT_CLIENT, TT_SYN, .notes = TT_STEP_SYN_AGAIN);
    SAYS(TT_SERVER, TT_SYN | TT_ACK, .notes = TT_STEP_SYN_AGAIN);
    SAYS(TT_SERVER, TT_SYN | TT_ACK, .notes = TT_STEP_SYN_AGAIN);
    const char *text = story(scene, &plain);
    says(text, "the SYN was sent again 1 time  ");
    says(text, "the SYN-ACK was sent again 2 times  ");
    says(text, " 5–6\n");
    scene_done(scene);
}

static void a_long_talk_is_told_in_sums(void **state)
{
    struct scene scene_of_test, *scene = &scene_of_test;
    (void)state;

    scene_init(scene);
    scene_handshake(scene);
    for (unsigned i = 0; i < 20; i++)
        SAYS(i % 2 ? TT_SERVER : TT_CLIENT, TT_ACK, 1 + 100 * (i / 2), 1 + 100 * (i / 2), .length = 100, .notes = TT_STEP_NEW_DATA,
             .after = 100 * TT_NS_PER_MS);
    scene->conn.side[TT_CLIENT].rtt_samples = 4;
    scene->conn.side[TT_CLIENT].rtt_min_us = 10;
    scene->conn.side[TT_CLIENT].rtt_max_us = 3000;
    scene->conn.side[TT_CLIENT].rtt_sum_us = 4000;
    const char *text = story(scene, &plain);
    says(text, "talked   client sent 1.0 kB in 10 segments over 1.8 s (555 B/s) ");
    says(text, "         server sent 1.0 kB in 10 segments over 1.8 s (555 B/s) ");
    says(text, "they took turns 20 times\n");
    says(text, "the server acknowledged after 10 µs to 3.0 ms, 1.0 ms on average (4 measured)\n");
    says(text, " 4 … 22\n");
    scene_done(scene);
}

/* Where there was no room for a log, the counts are told. */
static void without_a_log(void **state)
{
    static struct unit_text t;
    struct scene scene;
    (void)state;

    scene_init(&scene);
    scene_handshake(&scene);
    scene_banner(&scene);
    scene_reset(&scene);
    tt_story_text(&scene.conn, &scene.verdict, NULL, &all, &scene.style, unit_text_init(&t));
    says(unit_text_string(&t), "talked   server sent 42 B in 1 segment\n");
    says(unit_text_string(&t),
         "ended    reset, in the client's name                                                               7\n");
    scene_done(&scene);
}

static void what_comes_after_a_fin_or_a_reset(void **state)
{
    struct scene scene_of_test, *scene = &scene_of_test;
    (void)state;

    scene_init(scene);
    scene_handshake(scene);
    SAYS(TT_SERVER, TT_ACK, 1, 1, .length = 100, .notes = TT_STEP_NEW_DATA);
    scene->conn.side[TT_CLIENT].first_fin = SAYS(TT_CLIENT, TT_FIN | TT_ACK, 1, 51);
    SAYS(TT_SERVER, TT_ACK, 101, 2, .length = 200, .notes = TT_STEP_NEW_DATA);
    scene->conn.reset_mark = SAYS(TT_CLIENT, TT_RST, 2);
    SAYS(TT_SERVER, TT_ACK, 301, 2, .length = 300, .notes = TT_STEP_NEW_DATA);
    scene->verdict.ending = TT_ENDING_RESET;
    const char *text = story(scene, &plain);
    says(text, "server sent 100 B, acknowledged only in part ");
    says(text, "server sent 200 B, 0 s later, after the client's FIN, not seen acknowledged ");
    says(text, "server sent 300 B, 0 s later, after the reset, not seen acknowledged ");
    says(text, "the client had sent its FIN 0 s before ");
    scene_done(scene);
}

static void one_direction_only(void **state)
{
    struct scene scene_of_test, *scene = &scene_of_test;
    (void)state;

    scene_init(scene);
    scene->conn.side[TT_CLIENT].syn = SAYS(TT_CLIENT, TT_SYN, .length = 0);
    SAYS(TT_CLIENT, TT_ACK | TT_PSH, 1, 1, "GET /", .notes = TT_STEP_NEW_DATA);
    scene->verdict.opening = TT_OPENING_SYN_ONLY;
    scene->verdict.ending = TT_ENDING_TIMEOUT;
    scene->verdict.bytes_lost = -1;
    const char *text = story(scene, &plain);
    says_not(text, "had not been acknowledged");
    says(text, "only one direction was captured: no packet of the server");
    says(text, "timed out: the server was never heard, and the client fell silent");
    scene_done(scene);
}

static void icmp_errors_have_words(void **state)
{
    static const struct {
        uint8_t version, type, code;
        const char *said;
    } rows[] = {
        {4, 3, 13, "administratively prohibited (type 3, code 13)"},
        {4, 3, 3, "port unreachable (type 3, code 3)"},
        {6, 1, 4, "port unreachable (type 1, code 4)"},
        {6, 3, 3, "an error (type 3, code 3)"}, /* IPv4's numbers mean nothing in IPv6 */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene;

        scene_init(&scene);
        scene_handshake(&scene);
        scene.verdict.ending = TT_ENDING_REJECTED;
        scene.conn.rejection = (struct tt_rejection){.mark = {4, scene.time},
                                                     .ip_version = rows[i].version,
                                                     .type = rows[i].type,
                                                     .code = rows[i].code};
        says(story(&scene, &plain), rows[i].said);
        scene_done(&scene);
    }
}

/* ---- layout -------------------------------------------------------------------------------------------------------------- */

static void check_widths(const char *text, unsigned columns)
{
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        if (tt_text_width(line, n) > columns)
            fail_msg("wider than %u columns: %.*s", columns, (int)n, line);
        line += n + (line[n] == '\n');
    }
}

/* A tongue of wide characters: what Chinese does to columns, and what shows words that went past the translator. */
static const char *wide_words(void *ctx, const char *english)
{
    static char pool[512][1024];
    static unsigned next;
    char *out = pool[next++ % 512], *to = out;
    bool place = false;
    (void)ctx;

    for (const char *c = english; *c && to < out + 1000; c++) {
        place = *c == '{' || (place && *c != '}');
        if (place || !((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z')))
            *to++ = *c;
        else if ((c - english) % 2 == 0)
            to = (char *)memcpy(to, "字", 3) + 3;
    }
    *to = '\0';
    return out;
}

static const char *wide_words_many(void *ctx, const char *one, const char *many, uint64_t n)
{
    return wide_words(ctx, n == 1 ? one : many);
}

static void scene_of_all(struct scene *scene)
{
    scene_init(scene);
    scene_handshake(scene);
    scene_banner(scene);
    for (unsigned i = 0; i < 20; i++)
        SAYS(i % 2 ? TT_SERVER : TT_CLIENT, TT_ACK | TT_PSH | TT_URG | TT_ECE | TT_CWR | TT_AE, 43 + i, 43, .length = 1000 * i,
             .notes = i % 3 ? TT_STEP_NEW_DATA : 0x3ffff);
    close_both(scene, false);
    scene_reset(scene);
    for (unsigned end = 0; end < 2; end++) {
        struct tt_side *side = &scene->conn.side[end];
        side->retransmitted_packets = side->out_of_order = side->zero_windows = side->keepalives = 2;
        side->window_probes = side->duplicates = side->bad_checksums = 1;
        side->gap_bytes = side->rtt_samples = 3;
        side->offers |= TT_HAS_FAST_OPEN | TT_HAS_MPTCP;
    }
    scene->conn.roles = TT_ROLES_GUESS;
    scene->verdict.cause = TT_CAUSE_NO_SUCH_CONNECTION;
    scene->verdict.evidence_count = 1;
    scene->verdict.evidence[0] =
        (struct tt_evidence){.packet = 8,
                             .sign = "sign",
                             .says = "a sentence of evidence that is long enough to be wrapped on any page"};
}

static void lines_keep_to_the_page(void **state)
{
    static const unsigned columns[] = {60, 80, 100, 120};
    (void)state;

    for (unsigned i = 0; i < 4 * 4; i++) {
        struct scene scene;

        scene_of_all(&scene);
        scene.style.columns = columns[i / 4];
        scene.style.ascii = i & 1;
        if (i & 2)
            scene.style.tongue = (struct tt_tongue){wide_words, wide_words_many, NULL};
        check_widths(story(&scene, &all), columns[i / 4]);
        scene_done(&scene);
    }
}

static void ascii_is_ascii(void **state)
{
    struct scene scene;
    (void)state;

    scene_of_all(&scene);
    scene.style.ascii = true;
    for (const char *c = story(&scene, &all); *c; c++)
        assert_true((unsigned char)*c < 0x80);
    scene_done(&scene);
}

/* Words that are the same in every language. */
static bool is_international(const char *word, size_t n)
{
    static const char *const words[] = {"OpenSSH", "Ubuntu", "ubuntu"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == n && strncmp(word, words[i], n) == 0)
            return true;
    return false;
}

static void every_word_goes_through_the_translator(void **state)
{
    struct scene scene;
    (void)state;

    scene_of_all(&scene);
    scene.style.tongue = (struct tt_tongue){wide_words, wide_words_many, NULL};
    for (const char *c = story(&scene, &all); *c;) {
        size_t n = strspn(c, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (n > 3 && !is_international(c, n))
            fail_msg("not translated: %.*s", (int)n, c);
        c += n ? n : 1;
    }
    scene_done(&scene);
}

/* ---- JSON and order ------------------------------------------------------------------------------------------------------ */

static void json_has_the_parts(void **state)
{
    static struct unit_text t;
    struct scene scene;
    (void)state;

    scene_init(&scene);
    scene_handshake(&scene);
    scene_banner(&scene);
    scene_reset(&scene);
    tt_story_json(&scene.conn, &scene.verdict, scene.log, &plain, &scene.style, unit_text_init(&t));
    const char *text = unit_text_string(&t);
    says(text, ",\"story\":[{\"part\":\"opened\",\"packets\":[[1,3]],\"says\":\"three-way handshake in 113 µs");
    says(text, "{\"part\":\"ended\",\"packets\":[[7,9]],\"says\":\"reset, in the client's name\"}");
    says(text, "\"says\":\"server sent 42 B \\\"SSH-2.0-");
    assert_string_equal(text + strlen(text) - 4, "}]}\n");
    scene_done(&scene);
}

static void the_worst_come_first(void **state)
{
    static const struct {
        enum tt_ending ending;
        enum tt_forged forged;
        int64_t lost;
        uint32_t retransmitted;
    } rows[] = {
        {TT_ENDING_RESET, TT_FORGED_YES, 0, 0},    {TT_ENDING_RESET, TT_FORGED_NO, 100, 0},
        {TT_ENDING_RESET, TT_FORGED_NO, 0, 0},     {TT_ENDING_TIMEOUT, TT_FORGED_NO, 0, 0},
        {TT_ENDING_REJECTED, TT_FORGED_NO, 0, 0},  {TT_ENDING_UNANSWERED, TT_FORGED_NO, 0, 0},
        {TT_ENDING_REFUSED, TT_FORGED_NO, 0, 0},   {TT_ENDING_HALF_CLOSED, TT_FORGED_NO, 0, 0},
        {TT_ENDING_FIN, TT_FORGED_NO, 0, 1000000}, {TT_ENDING_OPEN, TT_FORGED_NO, 0, 1},
        {TT_ENDING_FIN, TT_FORGED_NO, 0, 0},
    };
    unsigned before = UINT32_MAX;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_conn conn = {0};
        struct tt_verdict verdict = {.ending = rows[i].ending, .forged = rows[i].forged, .bytes_lost = rows[i].lost};

        conn.side[TT_SERVER].retransmitted_packets = rows[i].retransmitted;
        unsigned badness = tt_story_badness(&conn, &verdict);
        assert_true(badness < before);
        before = badness;
    }
    assert_int_equal(before, 0); /* what ended well is not bad at all */
}

/* Times that go back leave durations of 0 and worse: it is said, but not of packets that only changed places. */
static void a_clock_that_goes_back(void **state)
{
    static const struct {
        tt_ns after;
        const char *said;
    } rows[] = {
        {-3600 * TT_NS_PER_S, "the times of the packets go back, by 1 h here"},
        {-TT_NS_PER_MS, "the times of the packets go back, by 1.0 ms here"},
        {-TT_NS_PER_US, NULL},
        {TT_NS_PER_S, NULL},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene one, *scene = &one;

        scene_init(scene);
        scene_handshake(scene);
        SAYS(TT_CLIENT, TT_ACK | TT_PSH, 1, 1, "GET /", .after = TT_NS_PER_S);
        SAYS(TT_SERVER, TT_ACK | TT_PSH, 1, 6, "no", .after = rows[i].after);
        const char *text = story(scene, &plain);
        if (rows[i].said)
            says(text, rows[i].said);
        else
            says_not(text, "go back");
        scene_done(scene);
    }
}

/* A socket connected to itself: one sequence of numbers, which both ends send and acknowledge. */
static void a_connection_with_itself(void **state)
{
    struct scene one, *scene = &one;
    (void)state;

    scene_init(scene);
    scene->conn.server = scene->conn.client;
    scene->conn.side[TT_CLIENT].syn = SAYS(TT_CLIENT, TT_SYN, 0, .length = 0);
    SAYS(TT_CLIENT, TT_SYN | TT_ACK, 0, 1);
    SAYS(TT_CLIENT, TT_ACK | TT_PSH, 1, 1, "hello me");
    SAYS(TT_CLIENT, TT_ACK, 9, 9);
    scene->conn.side[TT_CLIENT].first_fin = SAYS(TT_CLIENT, TT_FIN | TT_ACK, 9, 9);
    scene->conn.side[TT_SERVER].gap_bytes = 8;
    scene->conn.side[TT_CLIENT].snd_una = 1;
    scene->verdict.ending = TT_ENDING_HALF_CLOSED;
    const char *text = story(scene, &plain);
    says(text, "both ends have the same address and port");
    says_not(text, "only one direction");
    says_not(text, "not seen acknowledged");
    says_not(text, "had not been acknowledged");
    says_not(text, "the capture lacks");
    says_not(text, "side, at");
    scene_done(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reset_is_told_in_a_name),
        cmocka_unit_test(a_verdict_is_told),
        cmocka_unit_test(lost_data_is_told),
        cmocka_unit_test(closes),
        cmocka_unit_test(every_ending_opening_and_cause),
        cmocka_unit_test(the_ladder_folds_and_marks),
        cmocka_unit_test(every_note_stands_on_the_ladder),
        cmocka_unit_test(where_it_was_seen_from),
        cmocka_unit_test(what_is_in_force),
        cmocka_unit_test(syns_are_sent_again),
        cmocka_unit_test(a_long_talk_is_told_in_sums),
        cmocka_unit_test(without_a_log),
        cmocka_unit_test(what_comes_after_a_fin_or_a_reset),
        cmocka_unit_test(one_direction_only),
        cmocka_unit_test(icmp_errors_have_words),
        cmocka_unit_test(lines_keep_to_the_page),
        cmocka_unit_test(ascii_is_ascii),
        cmocka_unit_test(every_word_goes_through_the_translator),
        cmocka_unit_test(json_has_the_parts),
        cmocka_unit_test(the_worst_come_first),
        cmocka_unit_test(a_clock_that_goes_back),
        cmocka_unit_test(a_connection_with_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
