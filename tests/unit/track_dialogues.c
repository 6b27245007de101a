/* SPDX-License-Identifier: BSD-2-Clause */
/* track_dialogues.c - what the tracker learns from a dialogue: a row for each trap that those who watch connections fall into. */
#include "dialogue.h"

struct row {
    const char *why;
    const char *packets;
    const char *expected;
};

#define SYNS "c S 0 mss=1460 ws=7; s S. 0 1 mss=1400 ws=2; c . 1 1;"

/* clang-format off */
static const struct row openings[] = {
    {"a handshake: the SYN takes position 0, the scale is in force because both offered it, and never on a SYN",
     SYNS "s . 1 1 w=100",
     "opening=handshake roles=handshake c.nxt=1 s.nxt=1 c.una=1 s.una=1 opened_at=3 syn_ack_at=2 scale_known=1 wscale=yes"
     " s.window=400 c.window=128000 c.mss=1460 s.mss=1400 c.rtts=1 s.rtts=1 #1:first ending=open"},
    {"a scale that only one side offered is not in force",
     "c S 0 ws=7; s S. 0 1; c . 1 1 w=100", "wscale=no scale_known=1 c.window=100"},
    {"a scale above 14 counts as 14: RFC 7323 section 2.3",
     "c S 0 ws=15; s S. 0 1 ws=1; c . 1 1 w=1", "c.window=16384"},
    {"a SYN sent again, without options as well, is not another connection",
     "c S 0 mss=1460 ws=7 sackok; +1000 c S 0; s S. 0 1; c . 1 1",
     "conns=1 retries=1 c.again=0 #2:syn-again opening=handshake c.rtts=0"},
    {"a SYN-ACK never makes an initiator, though the capture has it first",
     "s S. 0 1; c S 0; c . 1 1; c P 1:11 1",
     "conns=1 opening=handshake client_port=40000 roles=handshake c.bytes=10 c.gap=0 s.gap=0"},
    {"data before its own SYN: the capture is out of order",
     "c P. 1:11 1; c S 0; s S. 0 1; c . 11 1", "conns=1 opening=handshake c.bytes=10 c.gap=0 roles=handshake"},
    {"the SYN is missing: the service's port tells the server, whoever speaks first",
     "s . 1 1; c . 1 1", "roles=guess client_port=40000 opening=midstream scale_known=0"},
    {"both ask: RFC 9293 section 3.5, figure 8",
     "c S 0; s S 0; c S. 0 1; s S. 0 1; c . 1 1", "conns=1 opening=simultaneous retries=0 s.nxt=1 c.una=1"},
    {"fast open: what is in the SYN counts from ISN + 1, and once though it is sent again",
     "c S 0:10 tfo; s S. 0 1 tfo; c P. 1:11 1; s . 1 11", "opening=fast-open tfo_octets=10 tfo_ok=0 c.bytes=10 c.again=1 c.nxt=11"},
    {"fast open, taken", "c S 0:10 tfo; s S. 0 11 tfo; c . 11 1", "opening=fast-open tfo_ok=1 c.bytes=10 c.again=0"},
    {"the server still believes in an older connection: RFC 9293 section 3.5.1, figure 9",
     "c S 0; s . -300000 -800000; c R -800000; +1000 c S 0; s S. 0 1; c . 1 1; c P. 1:11 1; s P. 1:6 11",
     "conns=1 opening=handshake retries=1 c.bytes=10 s.bytes=5 s.gap=0 reset=0 ending=open #3:reset-ignored"},
    {"what it acknowledges of that is no gap in the new one",
     "c S 0; s . -300000 800000000; c R 800000000; +1000 c S 0; s S. 0 1; c . 1 1", "opening=handshake c.gap=0 c.nxt=1 c.una=1"},
    {"a second SYN-ACK with another number, and the client takes that one",
     "c S 0; s S. 0 1; +1000 s S. 700000000 1; c . 1 700000001; s P. 700000001:700000011 1",
     "opening=handshake s.bytes=10 s.gap=0 s.nxt=11 opened_at=4 #3:out-of-window"},
    {"a reset is the first answer", "c S 0; s R. -5000 1", "opening=refused ending=refused reset_at=2 #2:reset-obeyed"},
    {"nobody answers", "c S 0; +1000 c S 0; +2000 c S 0", "opening=syn-only ending=unanswered by=none retries=2 c.unanswered=2"},
    {"only one direction was captured: not unanswered", "c S 0; c . 1 1; c P. 1:11 1", "opening=syn-only ending=open"},
    {"ECN is negotiated by ECE and CWR answered with ECE: RFC 3168 section 6.1.1",
     "c S 0 ece cwr; s S. 0 1 ece; c . 1 1", "ecn=yes"},
    {"ECN was asked for, and not agreed to; a later ECE changes nothing",
     "c S 0 ece cwr; s S. 0 1; c . 1 1; s . 1 1 ece", "ecn=no"},
    {"timestamps in use are in force though the SYNs are missing", "c . 1 1 ts=5; s . 1 1 ts=9", "timestamps=yes sack=no"},
    {"what one end alone offers is not in force", "c S 0 sackok ts=1; s S. 0 1", "timestamps=no sack=no"},
};

static const struct row reuses[] = {
    {"a SYN with another ISN after both closed",
     SYNS "c F. 1 1; s F. 1 2; c . 2 2; c S isn=90000 0; s S. isn=70000 0 1; c . 1 1; c P. 1:6 1",
     "conns=2 ending=fin @2 opening=handshake c.bytes=5 ending=open"},
    {"a late ACK and a FIN again after the end are still of the old one",
     SYNS "c F. 1 1; s F. 1 2; c . 2 2; s F. 1 2; c . 2 2", "conns=1 #7:fin-again"},
    {"after a reset, a SYN with another ISN", SYNS "c R 1; c S isn=90000 0", "conns=2 ending=reset @2 ending=unanswered"},
    {"the same ISN after a refusal is the same attempt", "c S 0; s R. -5000 1; +500 c S 0; s R. -5000 1",
     "conns=1 retries=1 ending=refused"},
    {"a SYN-ACK to the same ISN after a reset that refused it: the same connection, and the reset was not the host's",
     "c S 0; s R. -5000 1; +50 s S. 0 1; c R 1", "conns=1 opening=refused ending=refused syn_ack_at=3"},
    {"a SYN into a live connection that is answered with a challenge ACK is nothing",
     SYNS "c P. 1:11 1; s . 1 11; c S isn=90000 0; s . 1 0 w=7", "conns=1 #6:stray-syn"},
    {"the same when a SYN-ACK answers: the end of the old one was not captured",
     SYNS "c P. 1:11 1; s . 1 11; c S isn=90000 0; s S. isn=70000 0 1; c . 1 1; c P. 1:6 1",
     "conns=2 c.bytes=10 c.packets=3 @2 opening=handshake c.bytes=5 c.packets=3 first_frame=6"},
    {"a restarted client: the challenge ACK draws a reset, and then the SYN comes again",
     SYNS "c P. 1:11 1; s . 1 11; c S 89000; s . 1 11; c R 11 w=0; +15 c S isn=90000 0; s S. isn=70000 0 1; c . 1 1",
     "conns=2 ending=reset @2 opening=handshake retries=1 first_frame=6"},
    {"nobody answers the stray SYN, and it is sent again: the old server is gone",
     SYNS "c P. 1:11 1; s . 1 11; c S isn=90000 0; +1000 c S 0; +2000 c S 0", "conns=2 ending=open @2 ending=unanswered retries=2"},
    {"the stray SYN is refused", SYNS "c P. 1:11 1; s . 1 11; c S isn=90000 0; s R. -5000 1",
     "conns=2 ending=open @2 ending=refused opening=refused"},
    {"an unanswered SYN and one with another ISN are two attempts", "c S 0; +1000 c S isn=70000 0",
     "conns=2 ending=unanswered @2 ending=unanswered"},
};

static const struct row data[] = {
    {"each octet once", SYNS "c P. 1:101 1; s . 1 101; c P. 101:201 1; s . 1 201",
     "c.bytes=200 c.again=0 c.rtts=3 c.una=201 #4:new-data"},
    {"a retransmission, and no round trip from it: RFC 6298 section 3",
     SYNS "c P. 1:101 1; +300 c P. 1:101 1; s . 1 101",
     "c.bytes=100 c.again=1 c.again_bytes=100 c.rtts=1 #5:retransmission #5!new-data"},
    {"a retransmission with more behind it", SYNS "c P. 1:101 1; +300 c P. 1:151 1",
     "c.bytes=150 c.again=1 #5:retransmission #5:new-data"},
    {"a hole, filled by a packet with an older TSval: it is late",
     SYNS "c . 1:101 1 ts=10; c . 201:301 1 ts=12; +9 c . 101:201 1 ts=11",
     "c.bytes=300 c.late=1 c.again=0 c.gap=0 #5:after-gap #6:out-of-order"},
    {"a hole, filled by a packet with a newer TSval: it was sent again, though it comes at once",
     SYNS "c . 1:101 1 ts=10; c . 201:301 1 ts=12; +10u c . 101:201 1 ts=13", "c.bytes=300 c.late=0 c.again=1 #6:retransmission"},
    {"without timestamps the IP ID tells: the late one has the lower",
     SYNS "c . 1:101 1 id=250; c . 201:301 1 id=252; +9 c . 101:201 1 id=251", "c.late=1 c.again=0"},
    {"and the one sent again the higher", SYNS "c . 1:101 1 id=250; c . 201:301 1 id=252; +10u c . 101:201 1 id=253",
     "c.late=0 c.again=1"},
    {"with neither, time against the round trip",
     "c S 0 v6; +20 s S. 0 1 v6; c . 1 1 v6; +50 c . 1:101 1 v6; c . 201:301 1 v6; +5 c . 101:201 1 v6;"
      "c . 401:501 1 v6; +100 c . 301:401 1 v6",
     "c.late=1 c.again=1"},
    {"acknowledged and never captured is a gap", SYNS "c . 1:101 1; c . 201:301 1; s . 1 301", "c.bytes=200 c.gap=100"},
    {"acknowledged beyond everything seen", SYNS "c . 1:101 1; s . 1 301", "c.bytes=100 c.gap=200 #5:acked-unseen c.nxt=301"},
    {"the capture has the acknowledgement before the data", SYNS "s . 1 101; c P. 1:101 1", "c.bytes=100 c.gap=0"},
    {"an old duplicate: TSval went back, nothing is new (RFC 7323 section 5)",
     SYNS "c . 1:101 1 ts=10; s . 1 101; c . 101:201 1 ts=20; s . 1 201; +50 c . 1:101 1 ts=10 id=77",
     "c.again=0 #8:old-duplicate"},
    {"frames longer than the MSS are the card's work, not a fault", SYNS "c . 1:30001 1; s . 1 30001",
     "c.bytes=30000 c.packets=3 c.gap=0"},
    {"a wild number far outside of the window does not move anything",
     SYNS "c P. 1:11 1; s . 1 11; c P. 900000000:900000010 1; c P. 11:21 1",
     "c.bytes=20 c.nxt=21 c.gap=0 #6:out-of-window #7:new-data"},
    {"but after a hole in the capture everything lies out there",
     SYNS "c P. 1:11 1; s . 1 11; c . 900000000:900001000 1; c . 900001000:900002000 1; c . 900002000:900003000 1; s . 1 900003000",
     "c.nxt=900003000 c.una=900003000 c.bytes=1010"},
    {"and at once when the other end acknowledges the same numbers",
     SYNS "c P. 1:11 1; s . 1 11; c . 900000000:900001000 1; s . 1 900001000; c . 900001000:900001100 1",
     "c.nxt=900001100 c.una=900001000 c.bytes=110 c.gap=900000989"},
    {"an acknowledgement of what nobody could have sent is not believed",
     SYNS "c P. 1:11 1; s . 1 900000000", "c.nxt=11 c.una=1 c.gap=0 #5:out-of-window"},
    {"the first numbers seen are position 1", "c P. 7001:7011 6001; s P. 6001:6002 7011", "c.bytes=10 s.bytes=1 c.nxt=11 s.nxt=2"},
    {"data after a FIN that was captured too early", SYNS "c F. 11 1; c P. 1:11 1; s . 1 12", "c.bytes=10 c.gap=0 c.fin=11"},
};

static const struct row probes[] = {
    {"a duplicate ACK as RFC 5681 defines it", SYNS "c . 1:101 1; c . 101:201 1; s . 1 101; s . 1 101; s . 1 101",
     "s.dup_acks=2 #7:duplicate-ack #6!duplicate-ack"},
    {"not with another window", SYNS "c . 1:101 1; c . 101:201 1; s . 1 101 w=1000; s . 1 101 w=2000",
     "s.dup_acks=0 #7:window-update"},
    {"not with data of its own", SYNS "c . 1:101 1; c . 101:201 1; s . 1 101; s P. 1:2 101", "s.dup_acks=0"},
    {"not with nothing outstanding", SYNS "c . 1:101 1; s . 1 101; s . 1 101", "s.dup_acks=0"},
    {"a keep-alive: nothing, one below what comes next, after a silence",
     SYNS "c P. 1:11 1; s . 1 11; +9000 c . 10 1; s . 1 11",
     "c.keepalives=1 c.bytes=10 c.again=0 s.dup_acks=0 #6:keep-alive #7:keep-alive-ack"},
    {"a keep-alive with one old octet", SYNS "c P. 1:11 1; s . 1 11; +9000 c . 10:11 1; s . 1 11",
     "c.keepalives=1 c.again=0 c.bytes=10"},
    {"a keep-alive is the first packet of the capture",
     "c . 1 1; s . 1 2; c P. 2:12 1; s . 1 12", "c.keepalives=1 c.gap=0 c.bytes=10 #2:keep-alive-ack #2!acked-unseen"},
    {"one octet that was not acknowledged is a retransmission", SYNS "c P. 1:2 1; +300 c P. 1:2 1", "c.keepalives=0 c.again=1"},
    {"an ACK that the capture has behind one octet of data is no keep-alive", SYNS "s P. 1:2 1; s . 1 1", "s.keepalives=0"},
    {"the window shuts, is probed with the next octet, and opens",
     SYNS "c . 1:101 1; s . 1 101 w=0; +300 c . 101:102 1; s . 1 101 w=0; +600 s . 1 102 w=1000",
     "s.zero=2 c.probes=1 c.keepalives=0 #5:zero-window #6:window-probe"},
    {"Linux probes with nothing, at the number before",
     SYNS "c . 1:101 1; s . 1 101 w=0; +300 c . 100 1; s . 1 101 w=0; s . 1 101 w=9",
     "c.probes=1 c.keepalives=0 #8:window-update"},
    {"the same packet again within a moment, its TTL one less: a copy of the capture",
     SYNS "c P. 1:101 1 id=9; +10u c P. 1:101 1 id=9 ttl=63; s . 1 101",
     "c.copies=1 c.packets=3 c.again=0 c.bytes=100 #5:duplicate #5!retransmission"},
    {"equal duplicate ACKs of a host without IP IDs and timestamps are real",
     SYNS "c . 1:101 1; c . 101:201 1; s . 1 101 id=0; +10u s . 1 101 id=0; +10u s . 1 101 id=0", "s.copies=0 s.dup_acks=2"},
    {"of those, one that came another way is a copy",
     SYNS "c . 1:101 1; c . 101:201 1; s . 1 101 id=0; +10u s . 1 101 id=0 if=1; +10u s . 1 101 id=0 if=2",
     "s.copies=2 s.dup_acks=0"},
    {"every frame twice: nothing is retransmitted",
     "c S 0 id=1; +1u c S 0 id=1; s S. 0 1 id=2; +1u s S. 0 1 id=2;"
      " c . 1 1 id=3; +1u c . 1 1 id=3; c P. 1:9 1 id=4; +1u c P. 1:9 1 id=4",
     "c.copies=3 s.copies=1 retries=0 c.again=0 c.packets=3"},
    {"bad checksums of resets are always seen, and such a reset is not believed",
     SYNS "c R 1 bad; c P. 1:11 1", "c.bad=1 reset=0 #4:reset-ignored c.bytes=10"},
    {"unless all its checksums are wrong: then they were blanked or the addresses rewritten, and say nothing",
     "c S 0 bad; s S. 0 1 bad; c . 1 1 bad; c P. 1:11 1 bad; s R 1 bad", "s.bad=1 reset=1 #5:reset-obeyed ending=reset"},
};

static const struct row endings[] = {
    {"four segments", SYNS "c F. 1 1; s . 1 2; s F. 1 2; c . 2 2", "ending=fin form=four-segment by=client cause=close lost=0"},
    {"three segments: the second FIN acknowledges the first", SYNS "s F. 1 1; c F. 1 2; s . 2 2",
     "ending=fin form=three-segment by=server"},
    {"simultaneous: neither FIN acknowledges the other", SYNS "c F. 1 1; s F. 1 1; c . 2 2; s . 2 2",
     "ending=fin form=simultaneous by=client"},
    {"half-closed: the other sends on", SYNS "c F. 1 1; s . 1 2; s P. 1:101 2; c . 2 101",
     "ending=half-closed by=client s.bytes=100"},
    {"the second FIN takes the last data with it", SYNS "c F. 1 1; s FP. 1:101 2; c . 2 102",
     "form=three-segment s.bytes=100 s.fin=101 s.gap=0"},
    {"a reset whose number is exactly what its receiver expects", SYNS "s P. 1:11 1; c . 1 11; c R 1",
     "ending=reset reset_at=6 resetter=0 #6:reset-obeyed"},
    {"data that crossed the FIN draws a reset with the FIN's number", SYNS "s F. 1 1; c P. 1:11 1; c . 11 2; s R 1",
     "ending=reset reset_at=7 resetter=1"},
    {"in the window but not exact: a challenge ACK, and the connection goes on",
     SYNS "s P. 1:11 1; c . 1 11; s R 50; c . 1 11; c P. 1:11 11; s . 11 11", "ending=open reset=0 #6:reset-ignored s.resets=1"},
    {"in the window but not exact, and its receiver is silent from then on: it obeyed, as old systems do",
     SYNS "s P. 1:11 1; c . 1 11; s R 50", "ending=reset reset_at=6 resetter=1 #6:reset-ignored"},
    {"outside of the window, silence says nothing", SYNS "s P. 1:11 1; c . 1 11; s R 90000000", "ending=open reset=0"},
    {"the first two miss, the third is exact", SYNS "s P. 1:11 1; c . 1 11; s R 50000000; s R 60000000; s R 11",
     "ending=reset reset_at=8"},
    {"in SYN-SENT a reset must acknowledge the SYN: RFC 9293 section 3.10.7.3",
     "c S 0; s R 0; s R. -5000 0 id=0; s S. 0 1; c . 1 1", "opening=handshake ending=open #2:reset-ignored #3:reset-ignored"},
    {"a receiver that acknowledges what came after the reset did not obey it: the reset was forged and missed",
     SYNS "s P. 1:11 1; c . 1 11; s R 11; s P. 11:21 1; c . 1 21", "ending=open reset=0 s.bytes=20 s.again=0"},
    {"the sender's next data is data, and the reset's receiver resets that: the first reset counts",
     SYNS "s P. 1:11 1; c . 1 11; s R 11; +400 s P. 11:21 1; c R 1", "ending=reset reset_at=6 s.bytes=20 s.again=0"},
    {"a reset after both closed and all had arrived ends nothing", SYNS "c F. 1 1; s F. 1 2; c R 2",
     "ending=fin form=three-segment"},
    {"a reset with data under way loses it", SYNS "c P. 1:11 1; s R 1", "ending=reset lost=10"},
    {"a request that was acknowledged and never answered may be unread", SYNS "c P. 1:11 1; s . 1 11; s R. 1 11",
     "ending=reset lost=10"},
    {"of an end that was not captured nobody knows what it acknowledged", "s . 1:11 1; s R. 11 1", "ending=reset lost=-1"},
    {"nothing was sent, nothing is lost", SYNS "c R. 1 1", "ending=reset lost=0"},
    {"again and again with growing pauses, and no answer",
     SYNS "c P. 1:11 1; +200 c P. 1:11 1; +400 c P. 1:11 1; +800 c P. 1:11 1",
     "ending=timeout by=client c.unanswered=3 c.backoffs=2 lost=10"},
    {"in a capture of one direction nothing is answered",
     "c S 0; c . 1 1; c P. 1:11 1; +200 c P. 1:11 1; +400 c P. 1:11 1; +800 c P. 1:11 1", "ending=open c.unanswered=3"},
    {"the other end is heard of: not a timeout",
     SYNS "c P. 1:11 1; +200 c P. 1:11 1; +400 c P. 1:11 1; +800 c P. 1:11 1; s . 1 11", "ending=open c.unanswered=0"},
    {"an ICMP error answers the SYN", "c S 0; c S 0 icmp=3/1", "ending=rejected icmp=2"},
    {"an ICMP error that quotes what was never sent is not about this connection", "c S 0; c S 77 icmp=3/1",
     "ending=unanswered icmp=0 unmatched=1"},
    {"a packet that was too big says nothing of the end", SYNS "c P. 1:11 1; c P. 1:11 1 icmp=3/4; c P. 1:11 1 icmp=3/1",
     "ending=open icmp=6"},
};
/* clang-format on */

/* clang-format off */
static const struct row histories[] = {
    {"in the order of first times, the client's in capitals",
     SYNS "c P. 1:11 1; s . 1 11; s P. 1:11 11; c . 11 11; c F. 11 11; s F. 11 12; c . 12 12", "history=ShADadFf"},
    {"retransmissions and shut windows: the first and the tenth",
     "c S 0; s S. 0 1; c P. 1:2 1;" "c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1;"
     "c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; c P. 1:2 1; s . 1 2 w=0", "history=ShDTTaw"},
    {"a gap is of the end whose octets are missing", SYNS "s . 1 101", "history=ShAaG"},
    {"a FIN again is not payload again", SYNS "c F. 1 1; +200 c F. 1 1", "history=ShAF c.again=1"},
    {"the server spoke first", "s P. 1:2 1; c . 1 2", "history=^dA"},
    {"refused", "c S 0; s R. -5000 1", "history=Sr"},
    {"the SYN that was a stray", SYNS "c P. 1:11 1; s . 1 11; c S isn=90000 0; s S. isn=70000 0 1; c . 1 1",
     "history=ShADa @2 history=ShA"},
    {"the roles are known only later", "c P. 1:11 1; c S 0; s S. 0 1", "history=DSh"},
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
TEST(openings)
TEST(reuses)
TEST(data)
TEST(probes)
TEST(endings)
TEST(histories)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_openings), cmocka_unit_test(test_reuses),  cmocka_unit_test(test_data),
        cmocka_unit_test(test_probes),   cmocka_unit_test(test_endings), cmocka_unit_test(test_histories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
