/* SPDX-License-Identifier: BSD-2-Clause */
/* track_loss.c - why segments come again or late: a row for each sign, and for each place where one sign is taken for another. */
#include "dialogue.h"

struct row {
    const char *why;
    const char *packets;
    const char *expected;
};

/* Seen at the client: 20 ms to the server and back. */
#define SYNS "c S 0 mss=1000 ws=7 sackok; +20 s S. 0 1 mss=1000 ws=7 sackok; +20u c . 1 1;"
/* Seen at the server. */
#define FAR_SYNS "c S 0 mss=1000 ws=7 sackok; +20u s S. 0 1 mss=1000 ws=7 sackok; +20 c . 1 1;"
#define FIVE "c . 1:1001 1; +10u c . 1001:2001 1; +10u c . 2001:3001 1; +10u c . 3001:4001 1; +10u c P. 4001:5001 1;"
#define FIVE_TS                                                                                                                    \
    "c . 1:1001 1 ts=100/7; +10u c . 1001:2001 1 ts=100/7; +10u c . 2001:3001 1 ts=100/7; +10u c . 3001:4001 1 ts=100/7;"          \
    " +10u c P. 4001:5001 1 ts=100/7;"

/* clang-format off */
static const struct row fast[] = {
    {"three duplicate ACKs: RFC 5681 section 3.2", SYNS FIVE
     "+20 s . 1 1001; +10u s . 1 1001; +10u s . 1 1001; +10u s . 1 1001; +50u c . 1001:2001 1",
     "#13=fast/not-denied/beyond"},
    {"two are no reason for it, but may be enough when little is under way: RFC 5827", SYNS
     "c . 1:1001 1; c . 1001:2001 1; c . 2001:3001 1; +20 s . 1 1; +10u s . 1 1; +50u c . 1:1001 1", "#9=early"},
    {"three, but long before: the time was out", SYNS FIVE
     "+20 s . 1 1001; +10u s . 1 1001; +10u s . 1 1001; +10u s . 1 1001; +220 c . 1001:2001 1",
     "#13=time-out"},
    {"they asked for another one", SYNS FIVE
     "+20 s . 1 1001; +10u s . 1 1001; +10u s . 1 1001; +10u s . 1 1001; +10u c . 2001:3001 1", "#13=unexplained"},
    {"one SACK block is enough for RACK: RFC 8985", SYNS FIVE
     "+20 s . 1 1001; +10u s . 1 1001 sack=2001-5001; +50u c . 1001:2001 1", "#11=sack/not-denied/beyond"},
    {"SACK in an ACK that moves on: after the reordering window of RACK", SYNS FIVE
     "+20 s . 1 1001 sack=2001-5001; +8 c . 1001:2001 1", "#10=sack/not-denied/beyond"},
    {"what SACK says to have arrived asks for nothing above it", SYNS FIVE
     "+20 s . 1 1001; +10u s . 1 1001 sack=2001-3001; +50u c . 3001:4001 1", "#11=unexplained"},
    {"the next hole, when an ACK in part has shown it: RFC 6582 section 3.2", SYNS FIVE
     "+20 s . 1 1; +1u s . 1 1 w=1000; +1u s . 1 1; +1u s . 1 1; +9u c . 1:1001 1; +20 s . 1 2001; +9u c . 2001:3001 1",
     "#13=fast #15=recovery"},
    {"seen at the receiver, the answer takes a round trip", FAR_SYNS FIVE
     "+10u s . 1 1001; +10u s . 1 1001; +10u s . 1 1001; +10u s . 1 1001; +20 c . 1001:2001 1", "#13=fast/not-denied/beyond"},
    {"the first copy never came by: it was lost before the capture", FAR_SYNS
     "c . 1:1001 1; c . 2001:3001 1; +9u s . 1 1001; c . 3001:4001 1; +9u s . 1 1001 sack=2001-4001; +20 c . 1001:2001 1",
     "#9=sack/not-denied/before c.late=0 c.again=1"},
};

static const struct row timeouts[] = {
    {"the time was out: RFC 6298 section 5.4", SYNS "c P. 1:101 1; +220 c P. 1:101 1; +440 c P. 1:101 1",
     "#5=time-out/not-denied/beyond #6=time-out"},
    {"after a long silence the segment itself has to wait first", SYNS "+9000 c P. 1:101 1; +1 c P. 1:101 1", "#5=unexplained"},
    {"some wait less than 200 ms, but more than a round trip", SYNS "c P. 1:101 1; +40 c P. 1:101 1", "#5=time-out"},
    {"about a round trip says nothing", SYNS "c P. 1:101 1; +20 c P. 1:101 1", "#5=unexplained"},
    {"what was under way with it follows", SYNS FIVE "+220 c . 1:1001 1; +20 s . 1 1001; c . 1001:2001 1; c . 2001:3001 1",
     "#9=time-out #11=after-time-out #12=after-time-out"},
    {"the last and not the lowest octets after two round trips: a tail loss probe, RFC 8985 section 7", SYNS FIVE
     "+42 c P. 4001:5001 1", "#9=tail-loss-probe"},
    {"a SYN", "c S 0; +1000 c S 0; +2000 c S 0; +20 s S. 0 1", "#2=time-out #3=time-out retries=2"},
    {"a SYN-ACK, because the SYN came again", "c S 0; s S. 0 1; +1000 c S 0; +20u s S. 0 1", "#3=time-out/acked #4=asked-again"},
    {"a FIN", SYNS "c F. 1 1; +220 c F. 1 1", "#5=time-out #5:fin-again c.again=1"},
    {"data with its FIN is one segment", SYNS "c PF. 1:101 1; +220 c PF. 1:101 1", "#5=time-out c.again=1"},
    {"a FIN in the acknowledgement of the other end's", SYNS "c F. 1 1; s F. 1 1; +10u c F. 1 2; s . 2 2", "#6=with-ack"},
    {"what comes meanwhile and acknowledges nothing starts no timer anew", SYNS
     "c P. 1:101 1; +150 s P. 1:11 1; c . 101 11; +40 s P. 11:21 1; c . 101 21; +30 c P. 1:101 21; +300 s P. 21:31 1;"
     " +130 c P. 1:101 31", "#9=time-out #11=time-out"},
    {"but a segment that an ACK has just made the lowest waits anew, in a recovery", SYNS FIVE
     "+220 c . 1:1001 1; +20 s . 1 1001; +10u c . 1001:2001 1", "#9=time-out #11=after-time-out"},
    {"a router said that it is too big: RFC 1191", SYNS
     "c . 1:1001 1; c . 1001:2001 1; c . 1:1001 1 icmp=3/4; c . 1:901 1; c . 901:1801 1",
     "#7=too-big #8=too-big"},
    {"only one direction was captured", "c S 0; c . 1 1; c P. 1:101 1; +220 c P. 1:101 1", "#4=time-out"},
};

static const struct row needs[] = {
    {"its acknowledgement had come by", SYNS "c P. 1:101 1; +20 s . 1 101; +200 c P. 1:101 1", "#6=time-out/acked"},
    {"SACK had said that it arrived", SYNS FIVE "+20 s . 1 1 sack=1001-2001; +10u s . 1 1 sack=1001-3001; +9u c . 1001:2001 1",
     "#11=sack/sacked"},
    {"the receiver says that it got it twice: RFC 2883", SYNS
     "c P. 1:101 1; +220 c P. 1:101 1; +20 s . 1 101; +10u s . 1 101 sack=1-101",
     "#5=time-out/not-denied #6!denies-need #7:denies-need #7>5"},
    {"twice above a hole: the first block lies in the second", SYNS FIVE
     "+20 s . 1 1 sack=1001-2001; +1 c . 2001:3001 1; +20 s . 1 1 sack=2001-3001,1001-3001", "#11:denies-need #11>10"},
    {"a first block beyond the second is no such report", SYNS FIVE
     "+20 s . 1 1 sack=1001-2001; +1 c . 2001:3001 1; +20 s . 1 1 sack=3001-4001,1001-2001", "#11!denies-need"},
    {"the acknowledgement echoes the first copy's timestamp: RFC 3522", SYNS FIVE_TS
     "+220 c . 1:1001 1 ts=320/7; +5 s . 1 1001 ts=8/100; +10u s . 1 2001 ts=8/100",
     "#9=time-out #10:denies-need #10>9 #11!denies-need"},
    {"or that of the second", SYNS FIVE_TS "+220 c . 1:1001 1 ts=320/7; +5 s . 1 1001 ts=8/320", "#10!denies-need"},
    {"compared with the first retransmission when there are more", SYNS FIVE_TS
     "+220 c . 1:1001 1 ts=320/7; +440 c . 1:1001 1 ts=760/7; +5 s . 1 1001 ts=8/320", "#10=time-out #11!denies-need"},
    {"a retransmission that is not the lowest proves nothing by it", SYNS FIVE_TS
     "+20 s . 1 1 ts=8/90 sack=2001-5001; c . 1001:2001 1 ts=120/7; +20 s . 1 2001 ts=8/100", "#10=sack #11!denies-need"},
};

static const struct row late[] = {
    {"the capture has the acknowledgement before the data: what is newest need not have been sent again", SYNS
     "c . 1:101 1; +20 s . 1 201; +2u c . 101:201 1", "#6=late-soon c.again=0 c.gap=0 c.late=1"},
    {"long behind its acknowledgement it was", SYNS "c . 1:101 1; +20 s . 1 201; +300 c . 101:201 1", "#6=time-out/acked/before"},
    {"each hole has a time of its own", SYNS
     "c . 1:101 1 id=0; c . 201:301 1 id=0; +99 c . 401:501 1 id=0; +1 c . 301:401 1 id=0", "#7=late-soon"},
    {"a FIN that came late", SYNS "c . 1:101 1 id=110; s . 1 101; c . 102 1 id=112; s . 1 102; c F. 101 1 id=111",
     "#8=late-ip-id c.late=1 c.fin=101"},
    {"an older timestamp", SYNS "c . 1:101 1 ts=10; c . 201:301 1 ts=12; +9 c . 101:201 1 ts=11", "#6=late-tsval"},
    {"an earlier IP ID", SYNS "c . 1:101 1 id=250; c . 201:301 1 id=252; +9 c . 101:201 1 id=251", "#6=late-ip-id"},
    {"IP IDs far apart are random: time decides", SYNS
     "c . 1:101 1 id=30000; c . 201:301 1 id=40000; +9 c . 101:201 1 id=20000; s . 1 301;"
     " c . 401:501 1 id=39000; +220 c . 301:401 1 id=25000",
     "#6=late-soon #9=time-out"},
    {"nothing but time, and it was short", SYNS "c . 1:101 1 id=0; c . 201:301 1 id=0; +1 c . 101:201 1 id=0", "#6=late-soon"},
    {"nothing but time, and it was neither short nor long", SYNS
     "c . 1:101 1 id=0; c . 201:301 1 id=0; +25 c . 101:201 1 id=0", "#6=undecided c.again=1"},
    {"nothing but time, but the receiver had asked for it", SYNS
     "c . 1:101 1 id=0; c . 201:301 1 id=0; +20 s . 1 101; s . 1 101 sack=201-301; +1 c . 101:201 1 id=0", "#8=sack c.again=1"},
};

static const struct row probes[] = {
    {"the last octet of a message alone, acknowledged long ago: a keep-alive, though an ACK was sent just before", SYNS
     "c P. 1:101 1; s . 1 101; +30000 s P. 1:2 101; c . 101 2; +12 c . 100:101 2", "c.keepalives=1 c.again=0 #8:keep-alive"},
    {"a window probe of one octet, again and again, is not a retransmission", SYNS
     "c . 1:101 1; s . 1 101 w=0; +300 c . 101:102 1; s . 1 101 w=0; +600 c . 101:102 1; s . 1 101 w=0",
     "c.probes=2 c.again=0 #8:window-probe #8!retransmission"},
    {"when the window opens, its octet comes again with the rest", SYNS
     "c . 1:101 1; s . 1 101 w=0; +300 c . 101:102 1; s . 1 101 w=0; +9 s . 1 101 w=90; +1u c . 101:201 1",
     "c.probes=1 #9=window-probed"},
};

static const struct row bounds[] = {
    {"SACK blocks that are none", SYNS FIVE
     "s . 1 1 sack=3001-1001; s . 1 1 sack=4294960000-4294960100; s . 1 1 sack=0-0; c . 1:1001 1", "#12=early"},
    {"what is known of both ends goes with them when the roles change",
     "c . 1001:2001 1; s . 1 2001; s . 1 2001 sack=3001-4001; c S. 0 1; s . 1 2001; c . 2001:3001 1", "conns=1"},
};
/* clang-format on */

static void run_rows(const struct row *rows, size_t count)
{
    static struct dialogue d;
    unsigned failed = 0;

    for (size_t i = 0; i < count; i++) {
        d.memory.fail_at = 0;
        assert_int_equal(dialogue_run(&d, NULL, rows[i].packets), 0);
        failed += dialogue_expect(&d, rows[i].why, rows[i].expected);
    }
    assert_int_equal(failed, 0);
}

#define TEST(name)                                                                                                                 \
    static void test_##name(void **state)                                                                                          \
    {                                                                                                                              \
        (void)state;                                                                                                               \
        run_rows(name, sizeof name / sizeof name[0]);                                                                              \
    }
TEST(fast)
TEST(timeouts)
TEST(needs)
TEST(late)
TEST(probes)
TEST(bounds)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fast), cmocka_unit_test(test_timeouts), cmocka_unit_test(test_needs),
        cmocka_unit_test(test_late), cmocka_unit_test(test_probes),   cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
