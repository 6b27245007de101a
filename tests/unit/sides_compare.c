/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sides_compare.c - two captures of one connection: what is found, of packet dialogues that each side saw in its own way.
 *
 * A packet is "what both saw / what is different here / there", each in the words of dialogue.h; '-' there: that side does not
 * have it.  Packets are 2 ms apart, or "+N" ms more, a packet takes 0.5 ms between the sides, and the clock there is ahead by the
 * row's offset.  The client's side is HERE.
 */
#include "dialogue.h"
#include <stdio.h>
#include <tcptale/sides.h>

#define SPACING_US 2000
#define TRANSIT_US 500

/* One capture: a dialogue that is put together, and what came of it. */
struct side {
    struct dialogue d;
    char words[32768];
    size_t at;
    long now_us; /* of the packet before */
    struct unit_memory memory;
    struct tt_trace *trace;
    uint32_t packets_max;
    tt_ns first, last;
};

static void trace_segment(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    struct side *side = ctx;

    (void)conn;
    assert_int_equal(tt_trace_segment(side->trace, segment, step), 0);
    side->first = side->first ? side->first : segment->frame->time;
    side->last = segment->frame->time;
}

/* Who sends it and its flags, what is its own, then the numbers, which an ISN of its own shall hold for. */
static void put_packet(struct side *side, const char *common, const char *own, long time_us, unsigned id)
{
    size_t begin = strspn(common, " \n"), flags = begin + 2 + strcspn(common + begin + 2, " ");

    if (strchr(own, '-') && !strpbrk(own, "0123456789SFRP"))
        return;
    side->at += (size_t)snprintf(side->words + side->at, sizeof side->words - side->at, "%.*s id=%u %s %s +%ldu;",
                                 (int)(flags - begin), common + begin, id, own, common + flags, time_us - side->now_us);
    assert_true(side->at < sizeof side->words);
    side->now_us = time_us;
}

/* Divides a script between the two captures. */
static void divide(struct side side[2], const char *script, long offset_us)
{
    char *copy = strdup(script);
    unsigned id = 100;
    long time_us = 0;
    char *rest;

    side[TT_THERE].now_us = 0;
    for (char *packet = strtok_r(copy, ";", &rest); packet; packet = strtok_r(NULL, ";", &rest)) {
        char *here = strchr(packet, '/'), *there = here ? strchr(here + 1, '/') : NULL;
        const char *from = packet + strspn(packet, " \n");
        if (!*from)
            continue;
        if (here)
            *here++ = '\0';
        if (there)
            *there++ = '\0';
        if (*from == '+') {
            time_us += 1000 * strtol(from, NULL, 10);
            from += strcspn(from, " ") + 1;
        }
        time_us += SPACING_US;
        id++;
        put_packet(&side[TT_HERE], from, here ? here : "", time_us, id);
        put_packet(&side[TT_THERE], from, there ? there : "", time_us + offset_us + (*from == 'c' ? TRANSIT_US : -TRANSIT_US), id);
    }
    free(copy);
}

static void play(struct side *side)
{
    unit_memory_init(&side->memory);
    assert_int_equal(tt_trace_new(side->packets_max, &side->memory.alloc, &side->trace), 0);
    side->d.also = trace_segment;
    side->d.also_ctx = side;
    assert_int_equal(dialogue_run(&side->d, NULL, side->words), 0);
}

static struct tt_side_view view_of(const struct side *side)
{
    return (struct tt_side_view){&side->d.conns[0], side->trace, side->first, side->last, UINT64_MAX, {0, 0}};
}

/* ---- expectations ------------------------------------------------------------------------------------------------------------ */

static const struct tt_finding *finding(const struct tt_comparison *out, const char *word, size_t n, int end)
{
    for (unsigned i = 0; i < out->count; i++) {
        const char *has = tt_finding_word(out->finding[i].kind);
        if (strlen(has) == n && memcmp(has, word, n) == 0 && (end < 0 || (int)out->finding[i].end == end))
            return &out->finding[i];
    }
    return NULL;
}

/* "word", "!word", "word.c", "word.s=COUNT", "word.s:OCTETS", "word.s>TO", "word.s<FROM"; "sent=no", "arrived=yes". */
static bool holds(const struct tt_comparison *out, const char *word)
{
    static const char *const sent[] = {"unknown", "no", "yes"};
    bool absent = *word == '!';
    const char *name = word + absent;
    size_t n = strcspn(name, ".=:<>");
    int end = name[n] == '.' ? name[n + 1] == 's' : -1;
    const char *value = name + strcspn(name, "=:<>");

    if (strncmp(name, "sent=", 5) == 0)
        return strcmp(name + 5, sent[out->other_side.reset_was_sent + 1]) == 0;
    if (strncmp(name, "arrived=", 8) == 0)
        return strcmp(name + 8, sent[out->other_side.reset_arrived + 1]) == 0;
    const struct tt_finding *f = finding(out, name, n, end);
    if (!f || absent)
        return !f && absent;
    long long number = strtoll(*value ? value + 1 : "0", NULL, 10);
    return *value == '='   ? (long long)f->count == number
           : *value == ':' ? (long long)f->octets == number
           : *value == '>' ? f->to == number
           : *value == '<' ? f->from == number
                           : true;
}

static unsigned expect(const struct tt_comparison *out, const char *row, const char *expected)
{
    char *copy = strdup(expected), *rest;
    unsigned failed = 0;

    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (holds(out, word))
            continue;
        failed++;
        print_error("%s\n  %s does not hold; found:", row, word);
        for (unsigned i = 0; i < out->count; i++)
            print_error(" %s.%c=%llu:%llu<%lld>%lld", tt_finding_word(out->finding[i].kind), "cs"[out->finding[i].end],
                        (unsigned long long)out -> finding[i].count, (unsigned long long)out->finding[i].octets,
                        (long long)out->finding[i].from, (long long)out->finding[i].to);
        print_error("\n");
    }
    free(copy);
    return failed;
}

/* ---- rows -------------------------------------------------------------------------------------------------------------------- */

#define OPEN "c S 0 mss=1460; s S. 0 1 mss=1460; c . 1 1;"
#define OPEN_TS "c S 0 mss=1460 ts=7; s S. 0 1 mss=1460 ts=9; c . 1 1 ts=8;"
#define TALK "c P. 1:101 1; s P. 1:501 101; c . 101 501;"
#define CLOSE "c F. 101 501; s F. 501 102; c . 102 502"

struct row {
    const char *name, *script, *expected;
    long offset_us;
    uint32_t packets_max;
    enum tt_partnership partnership;
};

static const struct row rows[] = {
    {"all is the same on both sides", OPEN TALK CLOSE,
     "matched=9 none-lost !lost !not-sent !outside !duplicated !reordered hops.c<0 hops.s>0 clocks<-500000 clocks>500000 "
     "delay.c<500000",
     0, 0, TT_PARTNER_SAME},
    {"the clock there is three hours ahead", OPEN TALK CLOSE,
     "matched=9 none-lost clocks<10799999500000 clocks>10800000500000 delay.s<500000", 10800000000, 0, TT_PARTNER_SAME},
    {"a reset in the server's name that its side never sent, and that side goes on",
     OPEN TALK "s R 501 / / -; s P. 501:601 101; s P. 501:601 101; c R 101 501",
     "reset-not-sent.s=1 sent=no arrived=yes reset-arrived.c=1 !reset-arrived.s !lost", 0, 0, TT_PARTNER_SAME},
    {"the same reset as the last packet of all: that capture may have been over", OPEN TALK "s R 501 / / -",
     "reset-maybe-not-sent.s=1 reset-maybe-not-sent.s<1000000 sent=unknown !reset-not-sent", 0, 0, TT_PARTNER_SAME},
    {"three of a kind: the last ones are like the one that is proven",
     OPEN TALK "s R 501 / / -; c . 101 501; s R 1501 / / -; s R 2501 / / -", "reset-not-sent.s=3 sent=no !reset-maybe-not-sent", 0,
     0, TT_PARTNER_SAME},
    {"its side's capture missed what was acknowledged: it may have missed the reset too",
     OPEN "c P. 1:101 1; s P. 1:501 101 / / -; c . 101 501; s R 501 / / -; c . 101 501; c . 101 501",
     "reset-maybe-not-sent.s=1 reset-maybe-not-sent.s<0 sent=unknown", 0, 0, TT_PARTNER_SAME},
    {"a reset that was sent and arrived", OPEN TALK "s R. 501 101", "reset-arrived.s=1 sent=yes arrived=yes none-lost", 0, 0,
     TT_PARTNER_SAME},
    {"a reset that looks the same but for the IP ID, where the way keeps those, is another one",
     OPEN TALK "s R 501 / / -; s R 501 / - /; c . 101 501", "reset-not-sent.s=1 reset-not-arrived.s=1 !reset-arrived sent=no", 0, 0,
     TT_PARTNER_SAME},
    {"a reset of its side that did not arrive, at the very time: it may be this one, changed on the way",
     OPEN TALK "s R / 501 / 777; c . 101 501",
     "reset-maybe-not-sent.s=1 reset-maybe-not-sent.s<0 reset-not-arrived.s=1 sent=unknown", 0, 0, TT_PARTNER_SAME},
    {"SYN-ACKs that were lost: what is known of the way back are the packets there",
     "c S 0 / ttl=64 / ttl=63; s S. 0 1 / -; +5000 c S 0 / ttl=64 / ttl=63; s S. 0 1 / -", "lost.s=1 outside.s=1 !lost.c !clocks",
     0, 0, TT_PARTNER_SAME},
    {"where all IP IDs are made anew it may be the same",
     OPEN "c P. 1:101 1 / / id=7; s P. 1:501 101 / / id=8; c . 101 501 / / id=9;"
          "s R 501 / / id=10",
     "reset-arrived.s=1 !reset-not-sent ip-id-changed.s=2 sent=yes", 0, 0, TT_PARTNER_SAME},
    {"a reset of the client's own side that never arrived", OPEN TALK "c R. 101 501 / / -; s P. 501:601 101 / -; s P. 501:601 101",
     "reset-not-arrived.c=1 sent=yes arrived=no lost.s=1 lost.s:100", 0, 0, TT_PARTNER_SAME},
    {"data lost and sent again", OPEN "c P. 1:101 1 / / -; c P. 1:101 1; s P. 1:501 101; c . 101 501;" CLOSE,
     "lost.c=1 lost.c:100 lost.c>0 !never-arrived !none-lost", 0, 0, TT_PARTNER_SAME},
    {"data lost for good", OPEN "c P. 1:101 1 / / -; c P. 1:101 1 / / -; c F. 101 1; s . 1 1",
     "lost.c=2 lost.c:200 lost.c>100 never-arrived.c:100", 0, 0, TT_PARTNER_SAME},
    {"what its receiver acknowledged did arrive: the capture missed it",
     OPEN "c P. 1:101 1 / / -; s . 1 101; c P. 101:201 1; s . 1 201",
     "capture-missed.c=1 capture-missed.c:100 !lost !never-arrived", 0, 0, TT_PARTNER_SAME},
    {"the last packet: the other capture may have been over", OPEN TALK "c P. 101:201 501 / / -", "outside.c=1 !lost !none-lost", 0,
     0, TT_PARTNER_SAME},
    {"data that its sender's side does not have", OPEN TALK "s P. 501:701 101 / / -; c . 101 701; s P. 501:601 101; c . 101 701",
     "not-sent.s=1 not-sent.s:200 !lost", 0, 0, TT_PARTNER_SAME},
    {"a packet that came twice", OPEN TALK "c P. 101:201 501; c P. 101:201 501 / - / id=107; s . 501 201; c . 201 501",
     "duplicated.c=1 !not-sent none-lost", 0, 0, TT_PARTNER_SAME},
    {"segments cut by a card", OPEN "c P. 1:3001 1 / / -; c . 1:1001 1 / - ; c . 1001:2001 1 / -; c P. 2001:3001 1 / -; s . 1 3001",
     "cut-anew.c=1 !lost !not-sent none-lost matched=4", 0, 0, TT_PARTNER_SAME},
    {"segments joined, and one of them lost",
     OPEN "c . 1:1001 1 / / -; c . 1001:2001 1 / / -; c P. 2001:3001 1 / / -;"
          "c . 1:2001 1 / -; s . 1 2001; c P. 2001:3001 1; s . 1 3001",
     "cut-anew.c=2 lost.c=1 lost.c:1000 lost.c>0 !not-sent", 0, 0, TT_PARTNER_SAME},
    {"the MSS is clamped, each way", "c S 0 / mss=1460 / mss=1200; s S. 0 1 / mss=1100 / mss=1460; c . 1 1;" TALK,
     "mss-changed.c<1460 mss-changed.c>1200 mss-changed.s<1460 mss-changed.s>1100 matched=6", 0, 0, TT_PARTNER_SAME},
    {"options are taken out of the SYN", "c S 0 mss=1460 / sackok ts=7 ws=7 /; s S. 0 1 mss=1460; c . 1 1;" TALK,
     "options-removed.c=1 options-removed.c<22 !options-removed.s !options-added matched=6", 0, 0, TT_PARTNER_SAME},
    {"options are put into the SYN", "c S 0 mss=1460 / / ws=7; s S. 0 1 mss=1460; c . 1 1;" TALK,
     "options-added.c=1 options-added.c<2 matched=6", 0, 0, TT_PARTNER_SAME},
    {"timestamps are rewritten", "c S 0 / ts=7 / ts=70; s S. 0 1 / ts=9 / ts=90; c . 1 1 / ts=8 / ts=80",
     "timestamps-changed.c=2 timestamps-changed.s=1 matched=3", 0, 0, TT_PARTNER_SAME},
    {"windows are rewritten", OPEN "c P. 1:101 1 / w=500 / w=50; s . 1 101",
     "window-changed.c=1 window-changed.c<500 window-changed.c>50", 0, 0, TT_PARTNER_SAME},
    {"two routers", "c S 0 / ttl=64 / ttl=62; s S. 0 1 / ttl=62 / ttl=64; c . 1 1 / ttl=64 / ttl=62",
     "hops.c<2 hops.c>2 hops.s<2 hops.s>2", 0, 0, TT_PARTNER_SAME},
    {"ECN is cleared from the SYN", "c S 0 / ece cwr; s S. 0 1; c . 1 1", "ecn-flags-changed.c=1 matched=3", 0, 0, TT_PARTNER_SAME},
    {"DSCP is set, congestion is marked, capability is cleared",
     OPEN "c P. 1:101 1 / tos=2 / tos=3; s P. 1:101 101 / tos=32 / tos=0; c . 101 101 / tos=2 / tos=32",
     "ecn-marked.c=1 ecn-cleared.c=1 dscp-changed.c=1 dscp-changed.c>8 dscp-changed.s<0 dscp-changed.s>8", 0, 0, TT_PARTNER_SAME},
    {"numbers are shifted, and the SACK blocks that acknowledge them with them",
     "c S 0 / isn=1000 / isn=70000; s S. 0 1; c . 1 1; c . 101:201 1; s . 1 1 sack=101-201; c . 1:101 1; s . 1 201",
     "matched=7 sequence-shifted.c<69000 !sack-not-shifted", 0, 0, TT_PARTNER_DOUBTFUL},
    {"numbers are shifted, but not the SACK blocks",
     "c S 0 / isn=1000 / isn=70000; s S. 0 1; c . 1 1; c . 101:201 1; s . 1 1 / sack=69101-69201 / sack=101-201; c . 1:101 1; s "
     ". 1 201",
     "matched=7 sequence-shifted.c<69000 sack-not-shifted.s=1", 0, 0, TT_PARTNER_DOUBTFUL},
    {"numbers are shifted one way, all else is kept", "c S 0 / isn=1000 / isn=70000; s S. 0 1; c . 1 1;" TALK CLOSE,
     "matched=9 sequence-shifted.c<69000 !sequence-shifted.s none-lost", 0, 0, TT_PARTNER_DOUBTFUL},
    {"a proxy's connection: other numbers, other IP IDs",
     "c S 0 / isn=1000 / isn=70000 id=1; s S. 0 1 / isn=5000 / isn=90000 id=2; c . 1 1 / / id=3; c P. 1:101 1 / / id=4;"
     "s P. 1:501 101 / / id=5",
     "another-connection !matched !sequence-shifted", 0, 0, TT_PARTNER_DOUBTFUL},
    {"a proxy's connection: other timestamps",
     "c S 0 / isn=1000 ts=5 id=0 / isn=70000 ts=900 id=0; s S. 0 1 / isn=5000 ts=6 id=0 /"
     "isn=90000 ts=700 id=0; c . 1 1 / ts=6 id=0 / ts=901 id=0",
     "another-connection !matched", 0, 0, TT_PARTNER_DOUBTFUL},
    {"the stream is another one from the middle on",
     OPEN_TS "c . 1:101 1 / / -; c . 101:201 1 / / -; c . 201:301 1 / / -; c . 301:401 1 / / -;"
             "c . 1001:1101 1 / -; c . 1101:1201 1 / -; c . 1201:1301 1 / -; c . 1301:1401 1 / -; s . 1 1",
     "stream-differs.c=4 !lost.c !not-sent.c", 0, 0, TT_PARTNER_SAME},
    {"no packet in common", "c . 1:101 1 / / -; s . 1:101 101 / -", "another-connection", 0, 0, TT_PARTNER_SAME},
    {"only the first packets are kept: what comes behind is not called lost", OPEN TALK CLOSE,
     "truncated matched=4 !lost !not-sent", 0, 4, TT_PARTNER_SAME},
    {"a retransmission is told from its lost original without IDs and timestamps",
     OPEN "c P. 1:101 1 / id=0 / -; s . 1 1; s . 1 1; c P. 1:101 1 / id=0 / id=0; s . 1 101; c . 101 1",
     "lost.c=1 delay.c>500000 clocks>500000", 0, 0, TT_PARTNER_SAME},
};

static void compare(const struct row *row, struct side side[2], const struct tt_alloc *alloc, struct tt_comparison *ret,
                    int *ret_err)
{
    memset(side, 0, 2 * sizeof *side);
    side[0].packets_max = side[1].packets_max = row->packets_max;
    divide(side, row->script, row->offset_us);
    play(&side[TT_HERE]);
    play(&side[TT_THERE]);
    const struct tt_side_view here = view_of(&side[TT_HERE]), there = view_of(&side[TT_THERE]);
    *ret_err = tt_compare(row->partnership, &here, &there, alloc, ret);
    for (unsigned i = 0; i < 2; i++) {
        tt_trace_free(side[i].trace);
        assert_int_equal(side[i].memory.blocks, 0);
    }
}

static void test_rows(void **state)
{
    static struct side side[2];
    static struct tt_comparison out;
    unsigned failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct unit_memory memory;
        int err;

        unit_memory_init(&memory);
        compare(&rows[i], side, &memory.alloc, &out, &err);
        assert_int_equal(err, 0);
        assert_int_equal(memory.blocks, 0);
        failed += expect(&out, rows[i].name, rows[i].expected);
    }
    assert_int_equal(failed, 0);
}

/* Seen from the other end nothing changes but what is here and there: the same is found of the same end's packets. */
static void test_turned(void **state)
{
    static struct side side[2];
    static struct tt_comparison out, turned;
    struct unit_memory memory;
    int err;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unit_memory_init(&memory);
        compare(&rows[i], side, &memory.alloc, &out, &err);
        memset(side, 0, sizeof side);
        side[0].packets_max = side[1].packets_max = rows[i].packets_max;
        divide(side, rows[i].script, rows[i].offset_us);
        play(&side[TT_HERE]);
        play(&side[TT_THERE]);
        const struct tt_side_view here = view_of(&side[TT_THERE]), there = view_of(&side[TT_HERE]);
        assert_int_equal(tt_compare(rows[i].partnership, &here, &there, &memory.alloc, &turned), 0);
        tt_trace_free(side[0].trace);
        tt_trace_free(side[1].trace);
        assert_int_equal(out.count, turned.count);
        for (unsigned f = 0; f < out.count; f++) {
            assert_int_equal(out.finding[f].kind, turned.finding[f].kind);
            assert_int_equal(out.finding[f].end, turned.finding[f].end);
            if (out.finding[f].kind != TT_FOUND_STREAM_DIFFERS)
                assert_int_equal(out.finding[f].count, turned.finding[f].count);
            assert_int_equal(out.finding[f].octets, turned.finding[f].octets);
        }
        assert_memory_equal(out.other_side.forged, turned.other_side.forged, sizeof out.other_side.forged);
    }
}

/* ---- clocks ------------------------------------------------------------------------------------------------------------------ */

/*
 * A minute of a packet a second each way; the clock there runs faster by a ten-thousandth, and so by more than the way is long:
 * only packets that follow each other show which capture is nearer to whom.
 */
static void test_drift(void **state)
{
    static struct side side[2];
    static struct tt_comparison out;
    struct unit_memory memory;

    (void)state;
    memset(side, 0, sizeof side);
    for (unsigned i = 0; i < 60; i++)
        for (unsigned from = 0; from < 2; from++) {
            long here_us = (long)i * 1000000 + from * 10000,
                 there_us = here_us + here_us / 10000 + (from ? -TRANSIT_US : TRANSIT_US);
            char words[64];

            (void)snprintf(words, sizeof words, "%c . %u:%u %u", "cs"[from], 1 + 10 * i, 11 + 10 * i, 1 + 10 * (i + from));
            put_packet(&side[TT_HERE], words, "", here_us, 1 + i);
            put_packet(&side[TT_THERE], words, "", there_us, 1 + i);
        }
    play(&side[TT_HERE]);
    play(&side[TT_THERE]);
    unit_memory_init(&memory);
    const struct tt_side_view here = view_of(&side[TT_HERE]), there = view_of(&side[TT_THERE]);
    assert_int_equal(tt_compare(TT_PARTNER_SAME, &here, &there, &memory.alloc, &out), 0);
    const struct tt_finding *drift = finding(&out, "drift", 5, -1), *clocks = finding(&out, "clocks", 6, -1);
    assert_in_range(drift ? drift->from : 0, 98000, 102000);
    assert_in_range(clocks ? clocks->to : 0, 450000, 550000);
    assert_null(finding(&out, "lost", 4, -1));
    tt_trace_free(side[0].trace);
    tt_trace_free(side[1].trace);
}

/* ---- memory ------------------------------------------------------------------------------------------------------------------ */

static int attempt(const struct tt_alloc *alloc, void *ctx)
{
    static struct side side[2];
    static struct tt_comparison out;
    int err;

    compare(ctx, side, alloc, &out, &err);
    return err;
}

static void test_each_request_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct row row = rows[i];
        unit_each_request_fails(attempt, &row);
    }
}

static void test_trace_without_memory(void **state)
{
    struct unit_memory memory;
    struct tt_trace *trace;
    const struct tt_frame frame = {.number = 1};
    const struct tt_segment segment = {.frame = &frame, .kind = TT_KIND_TCP};
    const struct tt_step step = {.from = TT_CLIENT};

    (void)state;
    unit_memory_init(&memory);
    memory.fail_at = 1;
    assert_int_equal(tt_trace_new(0, &memory.alloc, &trace), TT_ERR_NOMEM);
    memory.fail_at = 3;
    assert_int_equal(tt_trace_new(0, &memory.alloc, &trace), 0);
    assert_int_equal(tt_trace_segment(trace, &segment, &step), TT_ERR_NOMEM);
    assert_int_equal(tt_trace_segment(trace, &segment, &step), 0); /* it is cut, and stays so */
    tt_trace_free(trace);
    assert_int_equal(memory.blocks, 0);
}

/* Every word is there, and once. */
static void test_words(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TT_FINDING_COUNT; i++)
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(tt_finding_word(i), tt_finding_word(j));
    assert_string_equal(tt_finding_word(TT_FINDING_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_turned),
        cmocka_unit_test(test_drift),
        cmocka_unit_test(test_each_request_fails),
        cmocka_unit_test(test_trace_without_memory),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
