/* SPDX-License-Identifier: BSD-2-Clause */
/* track_resets.c - the facts that the judge stands on: what is kept of each reset, and what its ends do before and afterwards. */
#include "rows.h"

/* As in judge_signs.c: seven packets, a request of 100 octets and an answer of 200. */
#define TALK "c S 0; s S. 0 1; c . 1 1; c P. 1:101 1; s . 1 101; s P. 1:201 101; c . 101 201; "

/* clang-format off */
static const struct row kept[] = {
    {"what it came upon", TALK "c P. 101:131 201 w=777; s R. 201 131 w=55",
     "resets=1 r1.at=9 r1.end=1 r1.belief=0 r1.placed=1 r1.position=201 r1.acks=131 r1.window=55 r1.nxt=201 r1.una=201 "
     "r1.receiver_nxt=131"
     " r1.receiver_una=101 r1.receiver_window=777 r1.sent_last=6 r1.trigger=8 r1.trigger_octets=30 r1.heard=8 "
     "r1.heard_from=101 r1.said=6"
     " r1.heard_messages=1 r1.id=903 r1.receiver_id=105"},
    {"the first packet of all: no position, no sender, and it is believed", "s R 1; c P. 1:11 1",
     "ending=reset resets=1 r1.at=1 r1.placed=0 r1.sent_last=0 r1.trigger=0 r1.nxt=0 r1.belief=0"},
    {"a wrong checksum is not believed (RFC 9293 section 3.1)",
     TALK "s R 201 bad",
     "ending=open reset=0 r1.bad=1 r1.belief=2 after.s.reset=0 s.bad=1"},
    {"inside the window, not exact: RFC 5961 section 3.2", TALK "s R 202; c . 101 201", "ending=open r1.belief=1 #8:reset-ignored"},
    {"outside it", TALK "s R 70000", "ending=open r1.belief=2 after.s.reset=0"},
    {"both had closed: late",
     TALK "c F. 101 201; s F. 201 102; c . 102 202; s R 202 id=0",
     "ending=fin r1.belief=3 after.s.reset=0"},
    {"more than are kept: all are counted",
     TALK "s R 201 id=1; s R 201 id=2; s R 201 id=3; s R 201 id=4; s R 201 id=5; s R 201 id=6; s R 201 id=7;"
     "s R 201 id=8; s R 201 id=9; s R 201 id=10", "resets=10 s.resets=10 r8.at=15 reset_at=8"},
    {"the roles turn out otherwise only afterwards: so do the resets",
     "s P. 1:11 1; c P. 1:11 11; s R 11; +2000 c S 0",
     "r1.end=1"},
};

static const struct row afterwards[] = {
    {"one packet that comes later than reordering and a round trip",
     TALK "s R 201; +11 s P. 201:211 101",
     "after.s.reset=8 after.s.goes_on=9 after.s.followed=1"},
    {"soon", TALK "s R 201; +10 s P. 201:211 101", "after.s.goes_on=0 after.s.followed=1"},
    {"three",
     TALK "s R 201; s P. 201:211 101; s P. 211:221 101; s P. 221:231 101",
     "after.s.goes_on=11 after.s.followed=3 after.s.una=201"},
    {"out of the window: of another connection",
     TALK "s R 201; +50 s P. 900000:900010 101",
     "after.s.goes_on=0 after.s.followed=0"},
    {"a challenge ACK repeats what its sender had said: RFC 5961 section 3.2",
     TALK "s R 202; c . 101 201",
     "after.s.reset=0 ending=open"},
    {"the same behind one that should have been obeyed", TALK "s R 201; c . 101 201", "after.s.challenge=9 after.s.answered=9"},
    {"an ACK of something else is none", TALK "s P. 201:211 101; s R 211; c . 101 211", "after.s.challenge=0 after.s.answered=10"},
    {"data is none", TALK "s R 201; c P. 101:111 201", "after.s.challenge=0 after.s.answered=9"},
    {"the receiver resets too", TALK "s R 201; c R 101; c R 101 id=7", "after.s.reset_back=9 resets=3"},
    {"the server accepts what was refused", "c S 0; s R. -5000 1; s S. 0 1", "after.s.syn_ack=3"},
    {"a SYN-ACK for the next SYN is not for that one", "c S 0; s R. -5000 1; c S 0; s S. 0 1", "after.s.syn_ack=0"},
    {"its receiver acknowledges what came after it: not obeyed, and forgotten",
     TALK "s R 201; s P. 201:211 101; c . 101 211", "ending=open reset=0 resets=1 after.s.reset=0"},
    {"its receiver goes on a second later", TALK "s R 201; +1001 c P. 101:111 201", "ending=open reset=0 after.s.reset=0"},
    {"a second", TALK "s R 201; +1000 c P. 101:111 201", "ending=reset reset=1 after.s.reset=8"},
    {"a doubt that silence settles", TALK "s R 202", "ending=reset reset_at=8 after.s.reset=8"},
    {"a doubt that a challenge dispels, and the next one begins anew",
     TALK "s R 202; c . 101 201; s R 203",
     "ending=reset reset_at=10 after.s.reset=10"},
};

static const struct row before[] = {
    {"PSH ends a message (RFC 9293 section 3.9.1.2)",
     TALK "s P. 201:211 101; s P. 211:221 101; c R. 101 221",
     "r1.heard=9 r1.heard_from=211 r1.heard_messages=3"},
    {"no PSH: one message",
     TALK "c P. 101:111 201; s . 201:211 111; s P. 211:221 111; c R. 111 221",
     "r1.heard=9 r1.heard_from=201 r1.heard_messages=1"},
    {"what comes after the other's message is an answer",
     TALK "c P. 101:111 201; s P. 201:211 111; c R. 111 211",
     "r1.heard=9 r1.heard_messages=1 r1.said=8"},
    {"an ACK that nothing asked for", TALK "s P. 201:211 101; s . 211 101", "#9:unasked-ack"},
    {"an ACK that answers", TALK "s P. 201:211 101; c P. 101:111 211; s . 211 111", "#10!unasked-ack"},
    {"one that opens the window", TALK "s P. 201:211 101; s . 211 101 w=2000", "#9!unasked-ack"},
    {"what a server's SYN-ACKs look like in other connections",
     "c S 0 port=9; s S. 0 1 port=9 ttl=57; c S 0; s R. -5000 1",
     "@2 host_known=1 host_ttl=57"},
    {"they differ: not known",
     "c S 0 port=9; s S. 0 1 port=9 ttl=57; c S 0 port=8; s S. 0 1 port=8 ttl=58; c S 0; s R. -5000 1",
     "@3 host_known=0"},
    {"another host's", "c S 0 port=9 far; s S. 0 1 port=9 far ttl=57; c S 0; s R. -5000 1", "@2 host_known=0"},
    {"repeats and probes that nobody answered",
     TALK "c P. 101:111 201; +200 c P. 101:111 201; +400 c P. 101:111 201; c R. 111 201",
     "r1.unanswered=2"},
    {"the first packet that comes another way is seen, though all is as expected",
     "c S 0; s S. 0 1; c . 1 1; s P. 1:11 1 ttl=57; c . 1 11; s R. 11 1",
     "s.varies=1"},
    {"an interface, a VLAN and a card", "c S 0; s S. 0 1; c . 1 1; s P. 1:11 1 if=1 vlan=3 mac=9; c . 1 11", "s.varies=14"},
};
/* clang-format on */

ROWS_TEST(kept)
ROWS_TEST(afterwards)
ROWS_TEST(before)

static void keep(struct dialogue *d, const char *packets)
{
    d->memory.fail_at = 0;
    assert_int_equal(dialogue_run(d, NULL, packets), 0);
}

static int attempt_copy(const struct tt_alloc *alloc, void *ctx)
{
    struct tt_conn *conn = ctx, copy;
    int err = tt_conn_keep(conn, alloc, &copy);

    if (err < 0)
        return err;
    assert_int_equal(copy.id, conn->id);
    if (conn->resets) {
        assert_ptr_not_equal(copy.resets, conn->resets);
        assert_memory_equal(copy.resets, conn->resets, sizeof *copy.resets);
    } else {
        assert_null(copy.resets);
    }
    tt_conn_drop(&copy, alloc);
    assert_null(copy.resets);
    return 0;
}

static void a_copy_outlives_the_connection(void **state)
{
    static struct dialogue d;
    (void)state;

    keep(&d, TALK "s R 201");
    unit_each_request_fails(attempt_copy, &d.conns[0]);
    d.conns[0].resets = &d.resets[0];
    unit_each_request_fails(attempt_copy, &d.conns[0]);
}

static void any_request_for_memory_may_fail(void **state)
{
    static const char packets[] = TALK "s R 202; c . 101 201; s R 201; c S isn=90000 0; s R. -5000 1";
    static struct dialogue d;
    (void)state;

    keep(&d, packets);
    for (long n = 1, requests = d.memory.requests; n <= requests; n++) {
        d.memory.fail_at = n;
        int err = dialogue_run(&d, NULL, packets);
        assert_true(err == 0 || err == TT_ERR_NOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_afterwards),
        cmocka_unit_test(test_before),
        cmocka_unit_test(a_copy_outlives_the_connection),
        cmocka_unit_test(any_request_for_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
