/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * track_zeek.c - what Zeek would log of a dialogue, from the rules in docs/zeek.md.
 *
 * A row is "state history originator responder missed": each end as "bytes/packets", with a "c" or "s" in front that says which end
 * it is.  Rows of one dialogue have " | " between them, in the order in which they end.
 */
#include "dialogue.h"
#include "tell/conn_state.h"
#include <tcptale/text.h>

struct expected {
    const char *why, *packets, *rows;
};

#define SYNS "c S 0; s S. 0 1; c . 1 1;"
#define TALK SYNS "c P. 1:11 1; s P. 1:21 11; c . 11 21;"

/* clang-format off */
static const struct expected letters[] = {
    {"a whole life",
     TALK "s F. 21 11; c F. 11 22; s . 22 12", "SF ShADdfFa c10/5 s20/4 0"},
    {"what comes with a FIN is no letter of its own",
     SYNS "c F. 1:11 1; s F. 1:21 12; c . 12 22", "SF ShAFf c10/4 s20/2 0"},
    {"a SYN again is told when its number differs, and then it is another connection",
     "c S 0; c S 0", "S0 S c0/2 s0/0 0"},
    {"resets with other numbers are told each",
     SYNS "s R 1; s R 1; s R 501; s R 1001", "RSTR ShArrr c0/2 s0/5 0"},
    {"a FIN with another number is told again",
     SYNS "c F. 1 1; c F. 1 1; c F. 11 1", "S2 ShAFF c10/5 s0/1 0"},
    {"payload again: the first and the tenth",
     SYNS "c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1;"
     "c P. 1:2 1", "S1 ShADTT c1/13 s0/1 0"},
    {"payload in a SYN counts as payload again, but for the letter \"d\"",
     "c S 0:10; s S. 0 11; c . 11 1", "S1 SThA c10/2 s0/1 0"},
    {"an octet below what comes next is payload again, an empty keep-alive is not",
     TALK "s . 21 11; c . 10 21; c . 10:11 21", "S1 ShADdaT c10/6 s20/3 0"},
    {"a shut window, but not of a reset nor once the other end has closed",
     SYNS "c P. 1:11 1; s . 1 11 w=0; s . 1 11 w=0; c F. 11 1; s . 1 12 w=0; s R 1 w=0", "RSTR ShADawFr c10/4 s0/5 0"},
    {"FIN with RST, and SYN with FIN, which begins another connection",
     SYNS "c FR. 1 1; s SF 77", "RSTO ShAI c0/3 s0/1 0 | SH Q c0/1 s0/0 0"},
    {"a hole that is acknowledged",
     SYNS "c P. 11:21 1; s . 1 21", "S1 ShADaG c20/3 s0/2 10"},
    {"a hole that is filled in time is none",
     SYNS "c P. 11:21 1; c P. 1:11 1; s . 1 21", "S1 ShADTa c20/4 s0/2 0"},
    {"what nobody saw of either end is no gap",
     "c P. 1:11 1; s . 1 111; c P. 111:121 1", "OTH Da c120/2 s0/1 0"},
    {"an acknowledged FIN that was not captured counts as an octet",
     SYNS "c P. 1:11 1; s . 1 12; s F. 1 12; c . 12 2", "S3 ShADaGf c11/4 s0/3 1"},
};

/* With `zeek_checksums`. */
static const struct expected sums[] = {
    {"what is wrong does not count, the first and the tenth are told",
     SYNS "c P. 1:11 1; c P. 11:21 1 bad; s . 1 11", "S1 ShADCa c10/3 s0/2 0"},
    {"nothing but that", "c S 0 bad", "OTH C c0/0 s0/0 0"},
    {"a SYN-ACK that answers nothing begins another row", "c S 0 bad; s S. 0 1; c . 1 1", "OTH C c0/0 s0/0 0 | S1 ^hA c0/1 s0/1 0"},
};

static const struct expected unverified[] = {
    {"without, sums say nothing", SYNS "c P. 1:11 1; c P. 11:21 1 bad; s R 1 bad", "RSTR ShADr c20/4 s0/2 0"},
};

static const struct expected states[] = {
    {"nobody answers", "c S 0", "S0 S c0/1 s0/0 0"},
    {"refused", "c S 0; s R. -5000 1", "REJ Sr c0/1 s0/1 0"},
    {"the originator gives up", "c S 0; c R 1", "RSTOS0 SR c0/2 s0/0 0"},
    {"an answer to nothing, and its reset", "s S. 0 1; s R 1", "RSTRH ^hr c0/0 s0/2 0"},
    {"only the SYN was not captured",
     "s S. 0 1; c . 1 1; s P. 1:11 1", "S1 ^hAd c0/1 s10/2 0"},
    {"only one end closes", SYNS "c F. 1 1; s . 1 2", "S2 ShAFa c0/3 s0/2 0"},
    {"only the other", SYNS "s F. 1 1; c . 1 2", "S3 ShAf c0/3 s0/2 0"},
    {"any reset counts, wherever its number lies, but a far one's number does not",
     SYNS "s R 900000000", "RSTR ShAr c0/2 s0/2 0"},
    {"a near reset's number counts as sent", SYNS "s R 1001", "RSTR ShAr c0/2 s1000/2 0"},
    {"a reset after both have closed changes nothing",
     SYNS "c F. 1 1; s F. 1 2; s R 2", "SF ShAFfr c0/3 s0/3 0"},
    {"a FIN, and then its sender's reset", SYNS "c F. 1 1; c R 2", "RSTO ShAFR c0/4 s0/1 0"},
    {"and the other end's FIN after it: a good end", SYNS "c F. 1 1; c R 2; s F. 1 2", "SF ShAFRf c0/4 s0/2 0"},
    {"midstream", "c P. 1:11 1; s P. 1:21 11; c . 11 21", "OTH DdA c10/2 s20/1 0"},
    {"midstream, a FIN of one", "c P. 1:11 1; c F. 11 1", "SH DF c10/2 s0/0 0"},
    {"midstream, begun by the service", "s P. 1:21 1; c . 1 21", "OTH ^dA c0/1 s20/1 0"},
    {"the bytes of an end that nobody saw are not known", "c S 0; c . 1 1; c P. 1:11 1; c . 11 501", "S0 SAD c10/4 s0/0 0"},
    {"SYN and SYN-ACK the wrong way round: the SYN's sender is not seen to get an answer",
     "s S. 0 1; c S 0; c . 1 1", "OTH ^hSA c0/2 s0/1 0"},
};

static const struct expected rows[] = {
    {"a SYN again after five seconds", "c S 0; +3000 c S 0; +4000 c S 0", "S0 S c0/2 s0/0 0 | S0 S c0/1 s0/0 0"},
    {"the same SYN after a refusal", "c S 0; s R. -5000 1; c S 0; s R. -5000 1", "REJ Sr c0/1 s0/1 0 | REJ Sr c0/1 s0/1 0"},
    {"another SYN into a live connection begins another, whatever follows",
     TALK "c S isn=90000 0; s . 21 1", "S1 ShADd c10/4 s20/2 0 | S0 Sa c0/1 s0/1 0"},
    {"and its handshake goes on there",
     SYNS "c P. 1:11 1; s . 1 11; c S isn=90000 0; s S. isn=70000 0 1; c . 1 1",
     "S1 ShADa c10/3 s0/2 0 | S1 ShA c0/2 s0/1 0"},
    {"stragglers of a closed connection within five seconds",
     SYNS "c F. 1 1; s F. 1 2; +4000 c . 2 2", "SF ShAFf c0/4 s0/2 0"},
    {"and later", SYNS "c F. 1 1; s F. 1 2; +6000 c . 2 2", "SF ShAFf c0/3 s0/2 0 | OTH A c0/1 s0/0 0"},
    {"after a reset too", SYNS "c R 1; +6000 s . 1 1", "RSTO ShAR c0/3 s0/1 0 | OTH ^a c0/0 s0/1 0"},
    {"five minutes of silence", TALK "+300000 s P. 21:31 11", "S1 ShADd c10/4 s20/2 0 | OTH ^d c0/0 s10/1 0"},
    {"less", TALK "+299000 s P. 21:31 11", "S1 ShADd c10/4 s30/3 0"},
};
/* clang-format on */

static void put_end(struct tt_text *text, const struct tt_zeek *row, enum tt_end end)
{
    tt_text_string(text, end == TT_CLIENT ? " c" : " s");
    tt_text_u64(text, tt_zeek_bytes(row, end));
    tt_text_char(text, '/');
    tt_text_u64(text, row->end[end].packets);
}

static void put_row(struct tt_text *text, const struct tt_conn *conn)
{
    const struct tt_zeek *row = conn->zeek;

    tt_text_string(text, tt_conn_state(conn));
    tt_text_char(text, ' ');
    tt_text_string(text, row->history);
    put_end(text, row, (enum tt_end)row->originator);
    put_end(text, row, (enum tt_end) !row->originator);
    tt_text_char(text, ' ');
    tt_text_u64(text, row->missed_bytes);
}

static void log_of(const struct dialogue *d, char *ret, size_t octets)
{
    struct tt_text text;

    tt_text_init(&text, ret, octets, &(struct tt_sink){NULL, NULL});
    for (unsigned i = 0; i < d->rows; i++) {
        if (i)
            tt_text_string(&text, " | ");
        put_row(&text, &d->row[i]);
    }
    tt_text_char(&text, '\0');
}

static void run(const struct expected *expected, size_t count, bool verify)
{
    const struct tt_track_options options = {.hash_key = {1, 2}, .zeek_checksums = verify};
    static struct dialogue d;
    static char log[TT_TEXT_ROOM];
    unsigned failures = 0;

    for (size_t i = 0; i < count; i++) {
        d.memory.fail_at = 0;
        assert_int_equal(dialogue_log(&d, &options, expected[i].packets), 0);
        log_of(&d, log, sizeof log);
        if (strcmp(log, expected[i].rows) == 0)
            continue;
        print_error("%s\n  wanted %s\n  got    %s\n", expected[i].why, expected[i].rows, log);
        failures++;
    }
    assert_int_equal(failures, 0);
}

static void what_happened_in_letters(void **state)
{
    (void)state;
    run(letters, sizeof letters / sizeof letters[0], false);
}

static void checksums(void **state)
{
    (void)state;
    run(sums, sizeof sums / sizeof sums[0], true);
    run(unverified, sizeof unverified / sizeof unverified[0], false);
}

static void both_ends_states(void **state)
{
    (void)state;
    run(states, sizeof states / sizeof states[0], false);
}

static void where_rows_end(void **state)
{
    (void)state;
    run(rows, sizeof rows / sizeof rows[0], false);
}

/* Whoever does not ask for rows sees the first. */
static void the_record_has_the_first_row(void **state)
{
    static struct dialogue d;
    (void)state;

    d.memory.fail_at = 0;
    assert_int_equal(dialogue_run(&d, NULL, TALK "+300000 s P. 21:31 11"), 0);
    assert_string_equal(d.conns[0].zeek->history, "ShADd");
    assert_int_equal(d.conns[0].zeek->end[TT_SERVER].packets, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happened_in_letters),
        cmocka_unit_test(checksums),
        cmocka_unit_test(both_ends_states),
        cmocka_unit_test(where_rows_end),
        cmocka_unit_test(the_record_has_the_first_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
