/* SPDX-License-Identifier: BSD-2-Clause */
/* tell_loss.c - what stories say of segments that came again or late: dialogues, and the sentences that must be told of them. */
#include "dialogue.h"
#include <tcptale/io.h>

/* Seen at the client: 20 ms to the server and back. */
#define SYNS "c S 0 mss=1000 ws=7 sackok; +20 s S. 0 1 mss=1000 ws=7 sackok; +20u c . 1 1;"
#define FIVE "c . 1:1001 1; +10u c . 1001:2001 1; +10u c . 2001:3001 1; +10u c . 3001:4001 1; +10u c P. 4001:5001 1;"
#define FOUR_ACKS "+20 s . 1 1001; +10u s . 1 1001; +10u s . 1 1001; +10u s . 1 1001;"

/* clang-format off */
static const struct {
    const char *why;
    const char *packets;
    const char *says[4];
    const char *says_not;
} rows[] = {
    {"one reason stands in the sentence", SYNS FIVE FOUR_ACKS "+50u c . 1001:2001 1; +20 s . 1 5001",
     {"the client sent 1 segment again, 1.0 kB: three duplicate ACKs or more had asked for it (fast",
      "1 earlier copy passed here: it or its acknowledgement was lost between the capture and the server",
      "sent again, 3 duplicate ACKs"},
     "of these"},
    {"several stand in a line each", SYNS FIVE FOUR_ACKS
     "+50u c . 1001:2001 1; +20 s . 1 2001; +220 c . 2001:3001 1; +440 c . 2001:3001 1",
     {"the client sent 3 segments again, 3.0 kB", "1 of these: three duplicate ACKs or more had asked for it",
      "2 of these: after a time-out of 220 ms to 440 ms", "sent again, time-out"}, "not needed"},
    {"what was in vain was not lost", SYNS "c P. 1:101 1; +220 c P. 1:101 1; +20 s . 1 101; +10u s . 1 101 sack=1-101",
     {"the client sent 1 segment again, 100 B: after a time-out of 220 ms",
      "1 was not needed: the server says that it got it twice (D-SACK)", "sent again, time-out",
      "shows that it had it"},
     "earlier copy"},
    {"unless it was the capture that lost it", SYNS
     "c . 1:101 1; c . 201:301 1; +220 c . 101:201 1; +20 s . 1 301; +10u s . 1 301 sack=101-201",
     {"1 was not needed: the server says",
      "1 earlier copy arrived though it was not seen here: lost in the capture and not"},
     "was lost between"},
    {"lost before the capture", SYNS
     "c . 1:101 1; c . 201:301 1; +20 s . 1 101 sack=201-301; s . 1 101 sack=201-301; c . 101:201 1",
     {"SACK had said that it was missing and later octets not (fast",
      "1 earlier copy was not seen here: lost between the client and the capture", "sent again, SACK"}, NULL},
    {"late is not lost", SYNS "c . 1:101 1 ts=10; c . 201:301 1 ts=12; +9 c . 101:201 1 ts=11",
     {"1 segment from the client came out of order: older timestamps than before, up to 9.0 ms late", "out of order, 9.0 ms late"},
     "lost"},
    {"cannot tell", SYNS "c . 1:101 1 id=0; c . 201:301 1 id=0; +25 c . 101:201 1 id=0",
     {"the client sent 1 segment again, 100 B: it may have come late instead: nothing in the packets tells which",
      "sent again, or late"},
     NULL},
    {"a FIN alone", SYNS "c F. 1 1; +220 c F. 1 1; +440 c F. 1 1",
     {"the client sent its FIN again 2 times: after a time-out of 220 ms to 440 ms", "FIN again, time-out"}, "segment again"},
    {"a SYN and the SYN-ACK that answers it again", "c S 0; s S. 0 1; +1000 c S 0; s S. 0 1; c . 1 1",
     {"the SYN was sent again 1 time: after a time-out of 1.0 s, though it had been acknowledged before",
      "the SYN-ACK was sent again 1 time: the SYN had come again"}, NULL},
};
/* clang-format on */

static void test_losses_are_told(void **state)
{
    static const struct tt_story_options drawn = {.ladder = true};
    static struct dialogue d;
    static struct unit_text t;
    unsigned failed = 0;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tt_style style = {.columns = 120};
        struct tt_log *log;

        d.memory.fail_at = 0;
        assert_int_equal(tt_log_new(0, tt_system_alloc(), &log), 0);
        assert_int_equal(dialogue_tell(&d, rows[i].packets, log), 0);
        tt_story_text(&d.conns[0], &d.verdicts[0], log, &drawn, &style, unit_text_init(&t));
        const char *text = unit_text_string(&t);
        for (unsigned j = 0; j < 4 && rows[i].says[j]; j++)
            if (!strstr(text, rows[i].says[j])) {
                print_error("%s: \"%s\" is not in:\n%s\n", rows[i].why, rows[i].says[j], text);
                failed++;
            }
        if (rows[i].says_not && strstr(text, rows[i].says_not)) {
            print_error("%s: \"%s\" is in:\n%s\n", rows[i].why, rows[i].says_not, text);
            failed++;
        }
        tt_log_free(log);
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_losses_are_told)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
