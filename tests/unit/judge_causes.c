/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_causes.c - why a connection was reset, where a forger sits, what was lost: each row of the judge's tables, and what differs
 * from it just enough to be another.
 */
#include "rows.h"

/* As in judge_signs.c: seven packets, a request of 100 octets and an answer of 200. */
#define TALK(c, s)                                                                                                                 \
    "c S 0 " c "; s S. 0 1 " s "; c . 1 1 " c "; c P. 1:101 1 " c "; s . 1 101 " s "; s P. 1:201 101 " s "; c . 101 201 " c "; "
#define BARE "s R 201 id=0 w=0 "

/* clang-format off */
static const struct row bare[] = {
    {"nothing listens: RFC 9293 section 3.10.7.1", "c S 0; s R. -5000 1 id=0 w=0",
     "ending=refused by=server cause=port-closed certainty=likely forged=no lost=0 signs=refusal *refusal@2/who=1"},
    {"IPv6", "c S 0 v6; s R. -5000 1 v6 w=0", "ending=refused by=server cause=port-closed"},
    {"the SYN's data is lost with it (RFC 7413)",
     "c S 0:10 tfo; s R. -5000 11 id=0 w=0",
     "ending=refused cause=port-closed lost=10"},
    {"a client that gave up, or never asked, meets the SYN-ACK", "c S 0; s S. 0 1; c R 1 id=0 w=0",
     "ending=reset by=client cause=no-such-connection certainty=likely forged=no signs=syn-ack-unknown *syn-ack-unknown@3/who=0"},
    {"it had acknowledged the SYN-ACK: then it knew", "c S 0; s S. 0 1; c . 1 1; +60 s S. 0 1; c R 1 id=0 w=0",
     "by=client cause=no-such-connection signs=bare"},
    {"data comes to an end that has closed", TALK("", "") "s F. 201 101; c P. 101:151 202; s R 202 id=0 w=0",
     "by=server cause=data-after-close certainty=likely forged=no lost=50 *closed-before@8/who=1"},
    {"the client closed", TALK("", "") "c F. 101 201; s P. 201:251 102; c R 102 id=0 w=0",
     "by=client cause=data-after-close lost=50 *closed-before@8/who=0"},
    {"it has closed, and all that comes is an acknowledgement: its host has forgotten",
     TALK("", "") "s F. 201 101; c . 101 202; +70 s R 202 id=0 w=0", "by=server cause=no-such-connection signs=bare"},
    {"a listener without room keeps nothing of the handshake (tcp_abort_on_overflow)", "c S 0; s S. 0 1; c . 1 1; s R 1 id=0 w=0",
     "by=server cause=accept-overflow certainty=likely forged=no *only-syn-ack@4/who=1"},
    {"the same when data came first", "c S 0; s S. 0 1; c . 1 1; c P. 1:11 1; s R 1 id=0 w=0", "cause=accept-overflow lost=10"},
    {"it had acknowledged data: it had the connection", "c S 0; s S. 0 1; c . 1 1; c P. 1:11 1; s . 1 11; +60 s R 1 id=0 w=0",
     "by=server cause=no-such-connection lost=0"},
    {"in the middle of it, after silence", TALK("", "") "+5000 c P. 101:111 201; " BARE,
     "by=server cause=no-such-connection certainty=likely lost=10 signs=bare *bare@9/who=1"},
    {"the client's host",
     TALK("", "") "+5000 s P. 201:211 101; c R 101 id=0 w=0",
     "by=client cause=no-such-connection lost=10 *bare@9/who=0"},
};

static const struct row aborts[] = {
    {"three keep-alives without an answer: RFC 9293 section 3.8.4",
     TALK("", "") "+1000 s . 200 101; +1000 s . 200 101; +1000 s . 200 101; +1000 s R. 201 101",
     "by=server cause=keepalive-timeout certainty=likely forged=no lost=0 *probes-unanswered@10/who=1/n=3"},
    {"they were answered",
     TALK("", "") "+1000 s . 200 101; c . 101 201; +1000 s R. 201 101",
     "by=server cause=abort !probes-unanswered"},
    {"three retransmissions with growing pauses: RFC 9293 section 3.8.3",
     TALK("", "") "c P. 101:111 201; +200 c P. 101:111 201; +400 c P. 101:111 201; +800 c P. 101:111 201; +800 c R. 111 201",
     "by=client cause=retransmission-timeout certainty=likely lost=10 *repeats-unanswered@11/who=0/n=3"},
    {"two", TALK("", "") "c P. 101:111 201; +200 c P. 101:111 201; +400 c P. 101:111 201; +800 c R. 111 201",
     "by=client cause=abort !repeats-unanswered"},
    {"it spoke last", TALK("", "") "s R. 201 101", "by=server cause=abort certainty=likely lost=0 *spoke-last@6/who=1"},
    {"it spoke last, and what it said is not acknowledged", TALK("", "") "s P. 201:251 101; s R. 251 101", "cause=abort lost=50"},
    {"nobody said anything", "c S 0; s S. 0 1; c . 1 1; c R. 1 1", "by=client cause=abort certainty=likely lost=0 *spoke-last"},
    {"data is still coming in, a part of it unacknowledged",
     TALK("", "") "s P. 201:1201 101; s . 1201:2201 101; s P. 2201:2301 101; s P. 2301:2401 101; c R. 101 2301",
     "by=client cause=unread-data certainty=likely lost=-1 *in-transfer@11/who=0"},
    {"a server lets a request lie", TALK("", "") "c P. 101:151 201; s . 201 151; +50 s R. 201 151",
     "by=server cause=unread-data certainty=possible lost=50 *unanswered@8/who=1/time=51000000"},
    {"a client got its answer in one message, and aborts", TALK("", "") "c R. 101 201",
     "by=client cause=abort certainty=possible lost=0 *aborts@6/who=0/time=2000000"},
    {"a second message came, and for 40 ms it did nothing", TALK("", "") "s P. 201:231 101; c . 101 231; +39 c R. 101 231",
     "by=client cause=unread-data certainty=possible lost=30 *left-lying@8/who=0/time=40000000"},
    {"39 ms",
     TALK("", "") "s P. 201:231 101; c . 101 231; +38 c R. 101 231",
     "by=client cause=abort certainty=possible lost=0 *aborts@8"},
    {"IPv6", TALK("v6", "v6") "s P. 201:231 101 v6; c . 101 231 v6; +39 c R. 101 231 v6", "by=client cause=unread-data lost=30"},
};

static const struct row devices[] = {
    {"a device refuses as the end would, and lets nothing through (RFC 9293 section 3.10.7.1)",
     TALK("", "ttl=57") "+60 c P. 101:151 201; " BARE,
     "by=third-party cause=firewall certainty=likely forged=yes lost=50 signs=nearer,place"},
    {"49 ms later, and the round trip", TALK("", "ttl=57") "+60 c P. 101:151 201; +50 " BARE, "cause=firewall"},
    {"later than any device", TALK("", "ttl=57") "+60 c P. 101:151 201; +51 " BARE, "cause=injected"},
    {"another number than is asked for",
     TALK("", "ttl=57") "+60 s P. 201:211 101 ttl=57; c P. 101:151 201; s R 211 id=0 w=0",
     "cause=injected"},
    {"an acknowledgement", TALK("", "ttl=57") "+60 c P. 101:151 201; s R. 201 151 id=0 w=0", "cause=injected"},
    {"a window", TALK("", "ttl=57") "+60 c P. 101:151 201; s R 201 id=0 w=5", "cause=injected"},
    {"the segment passes all the same, and is acknowledged",
     TALK("", "ttl=57") "+60 c P. 101:151 201; " BARE "; s . 201 151 ttl=57",
     "cause=injected"},
    {"a refusal, and then the SYN-ACK",
     "c S 0; s R. -5000 1 id=0 w=0; s S. 0 1",
     "by=third-party cause=injected certainty=certain lost=0"},
    {"a router says that it may not pass: RFC 1122 section 3.2.2.1", "c S 0; c S 0 icmp=3/13",
     "ending=rejected by=third-party cause=firewall certainty=likely forged=no signs=icmp"},
};

static const struct row places[] = {
    {"on this link, its sender behind routers", TALK("", "ttl=57") "+60 " BARE, "*place@8"},
    {"on the sender's own host: no router to either, and its hardware address",
     TALK("mac=1", "mac=2") BARE "mac=2; s R 1201 id=0 w=0 mac=2", "cause=injected *place@8/who=1"},
    {"on the sender's link, by another machine",
     TALK("mac=1", "mac=2") BARE "mac=3; s R 1201 id=0 w=0 mac=3",
     "cause=injected *place@8/who=1"},
    {"closer than its sender", TALK("", "ttl=57") BARE "ttl=60; s R 1201 id=0 w=0 ttl=60", "cause=injected *place@8/hops=3/who=1"},
    {"behind it", TALK("", "ttl=57") BARE "ttl=50; s R 1201 id=0 w=0 ttl=50", "cause=injected *place@8/hops=7/who=1"},
    {"as far away", TALK("", "ttl=57") BARE "ttl=57; s R 1201 id=0 w=0 ttl=57", "cause=injected *place@8/who=1"},
    {"nothing to compare with", "c S 0 ttl=57; s R. -5000 1 ttl=57 id=101 w=1000", "by=third-party *echo *place@2"},
};

static const struct row losses[] = {
    {"both directions count", TALK("", "") "s P. 201:251 101; c P. 101:111 201; s R. 251 101", "lost=60"},
    {"a FIN is no octet", TALK("", "") "s F. 201 101; c R. 101 202", "ending=reset lost=0"},
    {"who really ended it is open, and nothing lacks an acknowledgement: not known",
     TALK("mac=1", "mac=2") "s R. 201 101 id=0 mac=3", "by=unknown lost=-1"},
    {"the same, and what lacks one is lost in any case",
     TALK("mac=1", "mac=2") "c P. 101:111 201; s R. 201 101 id=0 mac=3",
     "by=unknown lost=10"},
    {"one end was not captured: nobody could be seen to acknowledge",
     "c P. 1:11 1; c P. 11:21 1; c R. 21 1",
     "ending=reset lost=-1"},
    {"all was closed and acknowledged before",
     TALK("", "") "c F. 101 201; s F. 201 102; c . 102 202; s R 202 id=0",
     "ending=fin lost=0"},
    {"open when the capture ends", TALK("", "") "c P. 101:111 201", "ending=open lost=0"},
};
/* clang-format on */

ROWS_TEST(bare)
ROWS_TEST(aborts)
ROWS_TEST(devices)
ROWS_TEST(places)
ROWS_TEST(losses)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bare),   cmocka_unit_test(test_aborts), cmocka_unit_test(test_devices),
        cmocka_unit_test(test_places), cmocka_unit_test(test_losses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
