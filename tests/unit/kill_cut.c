/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill_cut.c - cuts of every state of an end, as rows with their reasons; and chance ones, none of which may be called dead
 * falsely.
 */
#include "kill_model.h"
#include <stdio.h>

#define LONG (60 * TT_NS_PER_S)

static const char *const fates[] = {
#define FATE_WORD(name, word) word,
    TT_FATES(FATE_WORD)
#undef FATE_WORD
};

/* What an end may be, beside its state. */
enum trait {
    SILENT = 1 << 0,
    DROPS_RST = 1 << 1,
    DROPS_FUTURE = 1 << 2,
    SIGNED = 1 << 3,
    TIMESTAMPS = 1 << 4,
    OF_BSD = 1 << 5,
    ZERO_WINDOW = 1 << 6,
    SPARED = 1 << 7
};

/* What the cut knows from the start, or sees. */
enum knowledge {
    NOTHING = 0,
    TOLD = 1 << 0,       /* numbers, right ones */
    TOLD_WRONG = 1 << 1, /* numbers far off */
    SEES_SYN = 1 << 2,   /* the SYN of end 0, again after a second */
    SEES_SYN_ACK = 1 << 3,
    OPENED = 1 << 4,
    BUSY = 1 << 5, /* both send, out of step */
    CHAT = 1 << 6  /* end 0 sends now and then */
};

struct row {
    const char *why;
    enum model_state state[2];
    unsigned trait[2];
    unsigned knows;
    enum tt_fate fate[2];
    bool dead[2];         /* what really became of it */
    unsigned packets_max; /* ours */
    unsigned ms_max;      /* until done */
};

/* clang-format off */
#define BOTH(x) {x, x}
static const struct row rows[] = {
    {"idle, nothing known: probe, two resets, two proofs",
        BOTH(ESTABLISHED), BOTH(0), NOTHING, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"idle, numbers known: the probe is needed all the same",
        BOTH(ESTABLISHED), BOTH(0), TOLD, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"numbers of a list that have moved far on", BOTH(ESTABLISHED), BOTH(0), TOLD_WRONG, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"timestamps, none known: none are sent", BOTH(ESTABLISHED), BOTH(TIMESTAMPS), NOTHING, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"zero window", BOTH(ESTABLISHED), BOTH(ZERO_WINDOW), NOTHING, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"a firewall drops the future: the quarters are tried",
        BOTH(ESTABLISHED), BOTH(DROPS_FUTURE), NOTHING, BOTH(TT_FATE_DEAD), BOTH(true), 12, 2100},
    {"behind it with known numbers: at once", BOTH(ESTABLISHED), BOTH(DROPS_FUTURE), TOLD, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"half closed", {FIN_WAIT, CLOSE_WAIT}, BOTH(0), NOTHING, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"FIN not yet acknowledged", {LAST_ACK, FIN_WAIT}, BOTH(0), NOTHING, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"both closed at once", BOTH(CLOSING), BOTH(0), NOTHING, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"one end waits, the other is gone: its refusal may be an opening's until its number is known",
        {TIME_WAIT, LISTENS}, BOTH(0), NOTHING, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"tcp_rfc1337: TIME-WAIT obeys no reset, and lives on",
        {TIME_WAIT_1337, LISTENS}, BOTH(0), NOTHING, {TT_FATE_ALIVE, TT_FATE_DEAD}, {false, true}, 20, 4100},
    {"half open, the living asked first", {ESTABLISHED, DEAD}, BOTH(0), NOTHING, BOTH(TT_FATE_DEAD), BOTH(true), 5, 20},
    {"half open, the gone asked first", {DEAD, ESTABLISHED}, BOTH(0), NOTHING, BOTH(TT_FATE_DEAD), BOTH(true), 6, 20},
    {"half open, known to have been open: the first refusal is enough",
        {DEAD, ESTABLISHED}, BOTH(0), OPENED, BOTH(TT_FATE_DEAD), BOTH(true), 4, 20},
    {"half open, the other host is off",
        {ESTABLISHED, DEAD}, {0, SILENT}, NOTHING, {TT_FATE_DEAD, TT_FATE_UNKNOWN}, {true, true}, 10, 2100},
    {"the silent one asked first: the second's turn comes",
        {DEAD, ESTABLISHED}, {SILENT, 0}, NOTHING, {TT_FATE_UNKNOWN, TT_FATE_DEAD}, BOTH(true), 10, 2300},
    {"a firewall lets no reset out: dead, but not shown",
        BOTH(ESTABLISHED), {0, DROPS_RST}, NOTHING, {TT_FATE_DEAD, TT_FATE_UNKNOWN}, BOTH(true), 10, 2100},
    {"nothing answers", BOTH(ESTABLISHED), BOTH(SILENT), NOTHING, BOTH(TT_FATE_UNKNOWN), BOTH(false), 8, 2200},
    {"nobody has it, and it was never open for all that is known",
        BOTH(DEAD), BOTH(0), NOTHING, BOTH(TT_FATE_UNKNOWN), BOTH(true), 2, 20},
    {"nobody has it any more", {DEAD, LISTENS}, BOTH(0), OPENED, BOTH(TT_FATE_DEAD), BOTH(true), 2, 20},
    {"SYN-RECEIVED refuses what does not acknowledge its SYN, and lives",
        {DEAD, SYN_RECEIVED}, BOTH(0), NOTHING, BOTH(TT_FATE_UNKNOWN), {true, false}, 2, 20},
    {"SYN-SENT does too", {SYN_SENT, DEAD}, BOTH(0), NOTHING, BOTH(TT_FATE_UNKNOWN), {false, true}, 2, 20},
    {"SYN-SENT, its SYN seen: a reset that acknowledges it",
        {SYN_SENT, DEAD}, {0, SILENT}, SEES_SYN, {TT_FATE_DEAD, TT_FATE_UNKNOWN}, BOTH(true), 10, 2100},
    {"SYN-RECEIVED, the SYN-ACK seen",
        {SYN_SENT, SYN_RECEIVED}, BOTH(0), SEES_SYN | SEES_SYN_ACK, BOTH(TT_FATE_DEAD), BOTH(true), 10, 700},
    {"SYN-RECEIVED for an address that nobody has",
        {DEAD, SYN_RECEIVED}, {SILENT, 0}, SEES_SYN_ACK, {TT_FATE_UNKNOWN, TT_FATE_DEAD}, BOTH(true), 10, 2100},
    {"the BSDs drop what has no timestamps: the numbers are seen",
        BOTH(ESTABLISHED), BOTH(TIMESTAMPS | OF_BSD), CHAT, BOTH(TT_FATE_DEAD), BOTH(true), 8, 120},
    {"a chat: the first packet is enough", BOTH(ESTABLISHED), BOTH(0), CHAT, BOTH(TT_FATE_DEAD), BOTH(true), 6, 120},
    {"busy both ways", BOTH(ESTABLISHED), BOTH(0), BUSY, BOTH(TT_FATE_DEAD), BOTH(true), 20, 20},
    {"busy, with timestamps", BOTH(ESTABLISHED), BOTH(TIMESTAMPS), BUSY, BOTH(TT_FATE_DEAD), BOTH(true), 20, 20},
    {"one is to be spared: it lives, and is said to",
        BOTH(ESTABLISHED), {SPARED, 0}, NOTHING, {TT_FATE_ALIVE, TT_FATE_DEAD}, {false, true}, 5, 700},
    {"one was destroyed already: only shown", {LISTENS, ESTABLISHED}, {SPARED, 0}, OPENED, BOTH(TT_FATE_DEAD), BOTH(true), 4, 20},
    {"signed: asked, not reset", BOTH(ESTABLISHED), BOTH(SIGNED), CHAT, BOTH(TT_FATE_ALIVE), BOTH(false), 8, 2300},
};
/* clang-format on */

static void put_traits(struct model_end *end, unsigned trait)
{
    end->silent = trait & SILENT;
    end->drops_rst = trait & DROPS_RST;
    end->drops_future = trait & DROPS_FUTURE;
    end->is_signed = trait & SIGNED;
    end->uses_timestamps = trait & TIMESTAMPS;
    end->family = trait & OF_BSD ? BSD : LINUX;
    if (trait & ZERO_WINDOW)
        end->window = 0;
}

static void put_knowledge(struct model *m, const struct row *row)
{
    const tt_seq off = {m->end[0].snd_nxt.n + 0x1234567};

    if (row->knows & TOLD)
        tt_cut_know(&m->cut, 0, m->end[0].snd_nxt, m->end[0].rcv_nxt);
    if (row->knows & TOLD_WRONG)
        tt_cut_know(&m->cut, 0, off, tt_seq_add(m->end[0].rcv_nxt, 0x765432));
    if (row->knows & SEES_SYN)
        model_send(m, 0, tt_seq_add(m->end[0].snd_nxt, UINT32_MAX), tt_seq_of(0), TT_SYN, 0);
    if (row->knows & SEES_SYN_ACK)
        model_send(m, 1, tt_seq_add(m->end[1].snd_nxt, UINT32_MAX), m->end[1].rcv_nxt, TT_SYN | TT_ACK, 0);
    for (unsigned i = 0; i < 2 && row->knows & BUSY; i++)
        m->end[i].data_every = (i ? 170 : 130) * TT_NS_PER_US;
    if (row->knows & CHAT) {
        m->end[0].data_every = 90 * TT_NS_PER_MS;
        m->end[0].data_next = m->now;
    }
}

static void check_row(const struct row *row, uint32_t seed)
{
    static struct model m;
    struct tt_cut_options options = {
        .seed = seed,
        .opened = row->knows & OPENED,
        .spare = {row->trait[0] & SPARED, row->trait[1] & SPARED},
        .only_seen = row->knows & (SEES_SYN | SEES_SYN_ACK | BUSY | CHAT),
    };

    model_init(&m, row->state[0], row->state[1], &options);
    for (unsigned i = 0; i < 2; i++)
        put_traits(&m.end[i], row->trait[i]);
    put_knowledge(&m, row);
    model_run(&m, LONG);

    tt_ns ms = (m.now - TT_NS_PER_S) / TT_NS_PER_MS;
    bool right = m.cut.done && m.syns == (row->knows & SEES_SYN ? 1u : 0) + (row->knows & SEES_SYN_ACK ? 1u : 0);
    for (unsigned i = 0; i < 2; i++)
        right = right && m.cut.end[i].fate == row->fate[i] && model_lives(&m.end[i]) != row->dead[i];
    if (!right || m.sent > row->packets_max || ms > row->ms_max)
        fail_msg("%s (seed %u): %s %s, really %d %d, %u packets, %lld ms, done %d", row->why, seed, fates[m.cut.end[0].fate],
                 fates[m.cut.end[1].fate], model_lives(&m.end[0]), model_lives(&m.end[1]), m.sent, (long long)ms, m.cut.done);
}

static void every_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (uint32_t seed = 0; seed < 20; seed++)
            check_row(&rows[i], seed);
}

/* ---- chance ------------------------------------------------------------------------------------------------------------------ */

static uint32_t chance_state;

static uint32_t chance(uint32_t below)
{
    chance_state = chance_state * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)chance_state * below >> 32);
}

static void any_connection(struct model *m, struct row *row)
{
    enum model_state states[2] = {(enum model_state)chance(TIME_WAIT_1337 + 1), (enum model_state)chance(TIME_WAIT_1337 + 1)};
    /* past the handshake is said only of what is */
    bool opened =
        chance(4) == 0 && states[0] != SYN_SENT && states[0] != SYN_RECEIVED && states[1] != SYN_SENT && states[1] != SYN_RECEIVED;
    struct tt_cut_options options = {.seed = chance_state,
                                     .opened = opened,
                                     .second_reset = chance(2),
                                     .spare = {chance(8) == 0, chance(8) == 0}};

    model_init(m, states[0], states[1], &options);
    m->lost = chance(4) ? 0 : chance(UINT32_MAX);
    for (unsigned i = 0; i < 2; i++) {
        m->delay[i] = (tt_ns)chance(80000) * TT_NS_PER_US;
        put_traits(&m->end[i], chance(4) ? 0 : chance(SPARED));
        if ((states[i] != ESTABLISHED && states[i] != CLOSE_WAIT) || chance(3))
            continue;
        m->end[i].data_every = (tt_ns)(10000 + chance(400000)) * TT_NS_PER_US;
        m->end[i].data_next = m->now + (tt_ns)chance(1000000) * TT_NS_PER_US;
    }
    *row = (struct row){.knows = chance(4) ? NOTHING : chance(2) ? TOLD : TOLD_WRONG};
    put_knowledge(m, row);
}

/* However it goes: no false "dead", no SYN, no reset to the spared, an end within bounded time and packets. */
static void never_falsely_dead(void **state)
{
    static struct model m;
    unsigned dead = 0, cut = 0;
    struct row row;
    (void)state;

    for (unsigned n = 0; n < 20000; n++) {
        chance_state = n * 2654435761u;
        any_connection(&m, &row);
        model_run(&m, LONG);
        for (unsigned i = 0; i < 2; i++) {
            struct tt_cut_end *end = &m.cut.end[i];
            if (end->fate == TT_FATE_DEAD && model_lives(&m.end[i]))
                fail_msg("run %u: end %u lives in state %d", n, i, m.end[i].state);
            assert_false(m.cut.options.spare[i] && end->resets);
            dead += end->fate == TT_FATE_DEAD;
            cut += m.dead_at[i] != 0;
        }
        if (!m.cut.done)
            fail_msg("run %u: not done", n);
        assert_int_equal(m.syns, 0);
    }
    assert_true(dead > 10000 && cut > 10000); /* or it would show nothing */
}

/* ---- single points ----------------------------------------------------------------------------------------------------------- */

/* A segment of end `from`, as it would be captured. */
static void shown(struct model *m, unsigned from, uint32_t seq, uint32_t ack, uint16_t flags, uint16_t window)
{
    struct tt_segment s = {
        .src_addr = m->ends[from].addr,
        .dst_addr = m->ends[!from].addr,
        .src_port = m->ends[from].port,
        .dst_port = m->ends[!from].port,
        .ip_version = 4,
        .seq = {seq},
        .ack = {ack},
        .flags = flags,
        .window = window,
    };
    struct tt_frame frame;
    struct tt_segment out;

    m->packets = 0;
    model_put(m, from, m->now, &s, NULL, 0, 0);
    model_decode(&m->packet[0], &frame, &out);
    assert_true(tt_cut_see(&m->cut, &out, m->now));
    m->packets = 0;
}

static struct tt_cut_segment next(struct model *m, enum tt_cut_kind kind, unsigned to)
{
    struct tt_cut_segment out;

    assert_true(tt_cut_next(&m->cut, m->now, &out));
    assert_int_equal(out.kind, kind);
    assert_int_equal(out.to, to);
    return out;
}

/* A capture shows what we send: our reset in an end's name is not its host's answer, and our proof not its ACK. */
static void ours_are_known(void **state)
{
    static struct model m;
    struct tt_cut_segment out;
    (void)state;

    model_init(&m, ESTABLISHED, ESTABLISHED, &(struct tt_cut_options){.opened = true});
    out = next(&m, TT_CUT_PROBE, 0);
    shown(&m, 1, out.segment.seq.n, out.segment.ack.n, TT_ACK, out.segment.window);
    assert_int_equal(m.cut.end[1].snd_known, TT_CUT_NOT);
    shown(&m, 0, 1000, 2000, TT_ACK, 500);
    out = next(&m, TT_CUT_RESET, 0);
    assert_int_equal(out.segment.seq.n, 2000);
    shown(&m, 1, out.segment.seq.n, 0, TT_RST, out.segment.window);
    out = next(&m, TT_CUT_RESET, 1);
    assert_int_equal(out.segment.seq.n, 1000);
    (void)next(&m, TT_CUT_PROOF, 0);
    shown(&m, 0, out.segment.seq.n, 0, TT_RST, out.segment.window); /* the number that the proof's answer would have */
    assert_int_equal(m.cut.end[0].fate, TT_FATE_UNKNOWN);
    assert_false(m.cut.end[0].refused);
    shown(&m, 0, 1000, 0, TT_RST, 0);
    assert_int_equal(m.cut.end[0].fate, TT_FATE_DEAD);
}

/* A reset that answers nothing of ours shows nothing; nor does one with ACK, which no host sends in answer to an ACK. */
static void only_answers_count(void **state)
{
    static struct model m;
    (void)state;

    model_init(&m, ESTABLISHED, ESTABLISHED, &(struct tt_cut_options){.opened = true});
    shown(&m, 0, 1000, 2000, TT_ACK, 500);
    (void)next(&m, TT_CUT_RESET, 0);
    (void)next(&m, TT_CUT_RESET, 1);
    m.now += 10 * TT_NS_PER_MS;
    (void)next(&m, TT_CUT_PROOF, 0);
    shown(&m, 0, 999, 0, TT_RST, 0);
    shown(&m, 0, 1000, 2000, TT_RST | TT_ACK, 0);
    assert_int_equal(m.cut.end[0].fate, TT_FATE_UNKNOWN);
}

/* The ports are used anew while we ask: nothing more is sent. */
static void reopened(void **state)
{
    static struct model m;
    struct tt_cut_segment out;
    (void)state;

    model_init(&m, ESTABLISHED, ESTABLISHED, &(struct tt_cut_options){0});
    shown(&m, 0, 1000, 2000, TT_ACK, 500);
    shown(&m, 0, 77000, 0, TT_SYN, 500);
    assert_false(m.cut.reopened); /* anybody can send a SYN */
    assert_int_equal(next(&m, TT_CUT_RESET, 0).segment.seq.n, 2000);
    shown(&m, 1, 88000, 77001, TT_SYN | TT_ACK, 500);
    assert_true(m.cut.reopened && m.cut.done);
    assert_false(tt_cut_next(&m.cut, m.now + LONG, &out));
    assert_int_equal(tt_cut_deadline(&m.cut), INT64_MAX);
}

/* FreeBSD and macOS compare with what they acknowledged last: data on its way is not. */
static void second_reset(void **state)
{
    static struct model m;
    (void)state;

    model_init(&m, ESTABLISHED, ESTABLISHED, &(struct tt_cut_options){.second_reset = true});
    shown(&m, 0, 1000, 2000, TT_ACK, 500);
    shown(&m, 1, 2100, 1000, TT_FIN | TT_ACK, 500);
    assert_int_equal(next(&m, TT_CUT_RESET, 0).segment.seq.n, 2101);
    assert_int_equal(next(&m, TT_CUT_RESET, 0).segment.seq.n, 2000);
    assert_int_equal(next(&m, TT_CUT_RESET, 1).segment.seq.n, 1000);
    assert_int_equal(m.cut.end[0].resets, 2);
}

/* SYN-SENT: the reset acknowledges the SYN; with the SYN-ACK seen one segment fits SYN-SENT and ESTABLISHED. */
static void opening_resets(void **state)
{
    static struct model m;
    struct tt_cut_segment out;
    (void)state;

    model_init(&m, SYN_SENT, SYN_RECEIVED, &(struct tt_cut_options){0});
    shown(&m, 0, 1000, 0, TT_SYN, 500);
    out = next(&m, TT_CUT_RESET, 0);
    assert_int_equal(out.segment.flags, TT_RST | TT_ACK);
    assert_int_equal(out.segment.ack.n, 1001);
    assert_int_equal(next(&m, TT_CUT_RESET, 1).segment.seq.n, 1001);
    shown(&m, 1, 5000, 1001, TT_SYN | TT_ACK, 500);
    m.now += TT_NS_PER_MS;
    out = next(&m, TT_CUT_RESET, 0);
    assert_int_equal(out.segment.flags, TT_RST | TT_ACK);
    assert_int_equal(out.segment.seq.n, 5001);
    assert_int_equal(out.segment.ack.n, 1001);
}

/* What is not of the connection, or cannot be read, is left alone. */
static void others(void **state)
{
    static struct model m;
    struct tt_segment s = {.kind = TT_KIND_TCP, .ip_version = 4, .src_port = 40001, .dst_port = 443, .flags = TT_ACK};
    (void)state;

    model_init(&m, ESTABLISHED, ESTABLISHED, &(struct tt_cut_options){0});
    s.src_addr = m.ends[0].addr;
    s.dst_addr = m.ends[1].addr;
    assert_false(tt_cut_see(&m.cut, &s, m.now));
    s.src_port = 40000;
    s.kind = TT_KIND_FRAGMENT;
    assert_false(tt_cut_see(&m.cut, &s, m.now));
    s.kind = TT_KIND_TCP;
    s.faults = TT_FAULT_TCP_SHORT;
    assert_true(tt_cut_see(&m.cut, &s, m.now));
    assert_int_equal(m.cut.end[0].snd_known, TT_CUT_NOT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state),    cmocka_unit_test(never_falsely_dead),
        cmocka_unit_test(ours_are_known), cmocka_unit_test(only_answers_count),
        cmocka_unit_test(reopened),       cmocka_unit_test(second_reset),
        cmocka_unit_test(opening_resets), cmocka_unit_test(others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
