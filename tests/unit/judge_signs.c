/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_signs.c - the signs of a forged reset: a dialogue that shows each, and beside it the nearest one that must not.
 *
 * What is expected of those that show nothing weighs as much: the worst that the judge can do is to call a host's own reset forged.
 */
#include "rows.h"

/* Seven packets: a handshake, a request of 100 octets and an answer of 200.  IP IDs: client 101 to 104, server 901 to 903. */
#define TALK(c, s)                                                                                                                 \
    "c S 0 " c "; s S. 0 1 " s "; c . 1 1 " c "; c P. 1:101 1 " c "; s . 1 101 " s "; s P. 1:201 101 " s "; c . 101 201 " c "; "
/* The server's abort and its bare reset as Linux makes them, but that no IP ID speaks for either. */
#define ABORT "s R. 201 101 id=0 "
#define BARE "s R 201 id=0 w=0 "
#define CLIENT_ABORT "c R. 101 201 id=0 "

#define OWN " by=server forged=no certainty=likely "
#define OPEN " by=unknown cause=unknown forged=unknown certainty=unknown "
#define LIKELY " by=third-party forged=yes certainty=likely "
#define CERTAIN " by=third-party forged=yes certainty=certain "

/* clang-format off */
static const struct row behaviour[] = {
    {"a host that has reset a connection sends nothing more of it (RFC 9293 section 3.10.7.1), so three packets are not its own",
     TALK("", "") BARE "; s P. 201:301 101; s P. 301:401 101; s P. 401:501 101",
     CERTAIN "cause=injected *goes-on@11/who=1/time=3000000"},
    {"two packets may have been overtaken by the reset",
     TALK("", "") BARE "; s P. 201:301 101; s P. 301:401 101", OWN "!goes-on"},
    {"one packet is enough when it comes later than reordering makes it, and than a round trip",
     TALK("", "") BARE "; +11 s P. 201:301 101", CERTAIN "*goes-on@9/who=1/time=11000000"},
    {"as long as reordering takes", TALK("", "") BARE "; +10 s P. 201:301 101", OWN "!goes-on"},
    {"longer than that, but the round trip takes longer still",
     "c S 0; +30 s S. 0 1; c . 1 1; c P. 1:101 1; +30 s P. 1:201 101; c . 101 201; s R 201 id=0 w=0; +30 s P. 201:301 101",
     "by=server forged=no !goes-on"},
    {"a SYN of its next connection is not going on",
     TALK("", "") CLIENT_ABORT "; +50 c S 0 isn=90000",
     "by=client forged=no !goes-on"},
    {"the client's name, IPv6", TALK("v6", "v6") "c R. 101 201 v6; +11 c P. 101:111 201 v6", CERTAIN "*goes-on@9/who=0"},
    {"a host has no socket for a SYN-ACK that another program asked for, and resets it: that program goes on",
     "c S 0; s S. 0 1; c R 1 id=0 w=0; +20 c . 1 1; c P. 1:11 1", "by=client cause=no-such-connection forged=no !goes-on"},

    {"the SYN that was refused in the server's name is accepted by it",
     "c S 0; s R. -5000 1 id=0 w=0; +5 s S. 0 1", CERTAIN "ending=refused *accepted-after-all@3/time=5000000"},
    {"the client asked again, and now somebody listens",
     "c S 0; s R. -5000 1 id=0 w=0; +5 c S 0; s S. 0 1", "by=server cause=port-closed forged=no !accepted-after-all"},

    {"no host forgets a connection that it spoke in 49 ms before: a bare reset says that it never heard of it (RFC 9293 section "
     "3.10.7.1)",
     TALK("", "") "+48 " BARE, OWN "cause=no-such-connection signs=bare,alive-before *alive-before@6/who=1/time=49000000"},
    {"50 ms: enough for a program to end", TALK("", "") "+49 " BARE, OWN "signs=bare"},
    {"it had closed: its host has forgotten with reason",
     TALK("", "") "s F. 201 101; c P. 101:111 202; s R 202 id=0 w=0", OWN "cause=data-after-close signs=closed-before"},
    {"an end that never wrote anything cannot be missed",
     "c S 0; s S. 0 1; c . 1 1; c P. 1:101 1; s . 1 101; c P. 101:201 1; s R 1 id=0 w=0", "by=server forged=no !alive-before"},
    {"an abort says the contrary: that it has this connection", TALK("", "") ABORT, OWN "cause=abort signs=spoke-last"},

    {"an ACK that nothing asked for answers a reset that missed (RFC 5961 section 3.2), one that was not captured",
     TALK("", "") "s P. 201:301 101; s . 301 101; +999 s R. 301 101 id=0",
     OWN "*challenge-before@9/who=1/time=999000000"},
    {"a second before", TALK("", "") "s P. 201:301 101; s . 301 101; +1000 s R. 301 101 id=0", OWN "!challenge-before"},
    {"the same ACK answers something", TALK("", "") "s . 201 101; +900 s R. 201 101 id=0", OWN "!challenge-before"},
    {"it has spoken since",
     TALK("", "") "s P. 201:301 101; s . 301 101; s P. 301:311 101; s R. 311 101 id=0",
     OWN "!challenge-before"},

    {"both ends seem to reset at once, and neither answers the other",
     TALK("", "") ABORT "; +1000 " CLIENT_ABORT,
     OWN "*both-names@9"},
    {"more than a second apart", TALK("", "") ABORT "; +1001 " CLIENT_ABORT, OWN "!both-names"},
    {"a reset that answers what its end sent afterwards",
     TALK("", "") ABORT "; s P. 201:211 101; c R 201 id=0 w=0",
     OWN "!both-names"},
};

static const struct row numbers[] = {
    {"tcpkill counts on by the window of the packet that it answers; two suffice when they are that window apart",
     TALK("", "") BARE "; s R 1201 id=0 w=0",
     CERTAIN "cause=injected *tcpkill-arithmetic@9/first=201/second=1201/window=1000/who=0"},
    {"one less than the window, and no third: somebody else's way of counting",
     TALK("", "") BARE "; s R 1200 id=0 w=0", CERTAIN "!tcpkill-arithmetic *number-above-all"},
    {"another window than the last that was seen, but a third number is twice as far on",
     TALK("", "") BARE "; s R 701 id=0 w=0; s R 1701 id=0 w=0", CERTAIN "*tcpkill-arithmetic@9/first=201/second=701/window=500"},
    {"and one less than that", TALK("", "") BARE "; s R 701 id=0 w=0; s R 1700 id=0 w=0", CERTAIN "!tcpkill-arithmetic"},
    {"the window as it stands, not scaled",
     TALK("ws=7 w=100", "ws=7") BARE "; s R 301 id=0 w=0", CERTAIN "*tcpkill-arithmetic@9/window=100"},
    {"tcpkill's resets do not acknowledge", TALK("", "") ABORT "; s R. 1201 101 id=0", "!tcpkill-arithmetic"},
    {"what answers two packets counts on by their acknowledgements, which are no higher than what was sent",
     TALK("", "") "s P. 201:1201 101; " BARE "; s R 1201 id=0 w=0", OWN "!tcpkill-arithmetic !number-above-all"},
    {"the client's name", TALK("", "") "c R 101 id=0 w=0; c R 1101 id=0 w=0", CERTAIN "*tcpkill-arithmetic@9/who=1"},

    {"a sender has one number at a time, and none above what it sent (NDSS 2009)",
     TALK("", "") "s P. 201:301 101; " BARE "; s R 302 id=0 w=0", CERTAIN "*number-above-all@10/number=302/highest=301"},
    {"just what it sent", TALK("", "") "s P. 201:301 101; " BARE "; s R 301 id=0 w=0", OWN "!number-above-all"},
    {"a packet between that it may answer", TALK("", "") BARE "; c P. 101:111 201; s R 202 id=0 w=0", OWN "!number-above-all"},
    {"the capture lacks some of what it sent",
     TALK("", "") "c . 101 301; s R 301 id=0 w=0; s R 401 id=0 w=0", "by=server forged=no !number-above-all"},

    {"the same reset three times, with one packet to answer",
     TALK("", "") ABORT ";" ABORT ";" ABORT,
     OPEN "signs=comes-again *comes-again@8/n=3"},
    {"twice", TALK("", "") ABORT ";" ABORT, OWN "!comes-again"},
    {"three times for three packets",
     TALK("", "") "s P. 201:211 101; c P. 101:111 211; c P. 111:121 211; c P. 121:131 211; s R 211 id=0 w=0; s R 211 id=0 w=0; "
     "s R 211 id=0 w=0",
     OWN "!comes-again"},
    {"with another packet before the last", TALK("", "") ABORT ";" ABORT "; c P. 101:111 201; " ABORT, OWN "!comes-again"},
};

static const struct row make[] = {
    {"a device that turns a packet round keeps its IP ID and TTL",
     TALK("", "") "s R 201 id=104 w=0",
     CERTAIN "cause=injected *echo@8/id=104"},
    {"or its window", TALK("", "") "s R 201 id=104 ttl=62 w=1000", CERTAIN "*echo@8"},
    {"or the SYN's",
     "c S 0 w=777 id=9; s R. -5000 1 id=9 w=777 ttl=60",
     CERTAIN "ending=refused *echo@2/id=9 r1.receiver_window=777"},
    {"nearly the SYN's", "c S 0 w=777 id=9; s R. -5000 1 id=9 w=776 ttl=60", OWN "ending=refused !echo"},
    {"the ID alone can be chance", TALK("", "") "s R 201 id=104 ttl=62 w=0", OWN "!echo"},
    {"one beside", TALK("", "") "s R 201 id=103 w=0", OWN "!echo"},
    {"two hosts that began to count at the same time: it is the next of the sender's own",
     "c S 0 id=1; s S. 0 1 id=1; c . 1 1 id=2; c P. 1:101 1 id=3; s . 1 101 id=2; s P. 1:201 101 id=3; c . 101 201 id=4; "
     "s R. 201 101 id=4",
     OWN "!echo *next-ip-id@8/id=4/last=3"},
    {"no IDs at all", TALK("id=0", "id=0") ABORT, OWN "!echo"},

    {"all is signed but the reset (RFC 2385)", TALK("md5", "md5") ABORT, OPEN "signs=no-signature"},
    {"RFC 5925", TALK("ao", "ao") ABORT, OPEN "signs=no-signature"},
    {"signed", TALK("md5", "md5") ABORT "md5", OWN "!no-signature"},
    {"only one end signs", TALK("", "md5") ABORT, OWN "!no-signature"},

    {"a clock does not go back (RFC 7323 section 5.4)", TALK("ts=10", "ts=500") ABORT "ts=499/10", OPEN "signs=old-timestamp"},
    {"the same moment, and what it echoes is the other's: its sender",
     TALK("ts=10", "ts=500") ABORT "ts=500/10",
     OWN "signs=spoke-last,right-timestamps"},
    {"it echoes what the other never sent: neither sign", TALK("ts=10", "ts=500") ABORT "ts=500/11", OWN "signs=spoke-last"},
    {"from before 2^32", TALK("ts=10", "ts=0xffffffff") ABORT "ts=3/10", OWN "*right-timestamps !old-timestamp"},

    {"its sender counts, and is not there yet", TALK("", "") "s R. 201 101 id=968", OWN "*foreign-ip-id@8/id=968/who=1/last=903"},
    {"as many packets may be missing here", TALK("", "") "s R. 201 101 id=967", OWN "!foreign-ip-id"},
    {"its last packet's own", TALK("", "") "s R. 201 101 id=903", OWN "*foreign-ip-id"},
    {"none", TALK("", "") "s R. 201 101 id=0", OWN "!foreign-ip-id"},
    {"a bare reset has another counter", TALK("", "") "s R 201 id=968 w=0", OWN "!foreign-ip-id"},
    {"a sender that does not count",
     "c S 0; s S. 0 1 id=9; c . 1 1; c P. 1:101 1; s . 1 101 id=30009; s P. 1:201 101 id=31009; c . 101 201; s R. 201 101 id=968",
     OWN "!foreign-ip-id"},
    {"the next but seven", TALK("", "") "s R. 201 101 id=911", OWN "*next-ip-id@8/id=911/who=1/last=903"},
    {"the next but eight", TALK("", "") "s R. 201 101 id=912", OWN "!next-ip-id !foreign-ip-id"},
    {"the number behind 65535 is 0, which is none, and then 1",
     "c S 0; s S. 0 1 id=65533; c . 1 1; c P. 1:101 1; s . 1 101 id=65534; s P. 1:201 101 id=65535; c . 101 201; s R. 201 101 id=1",
     OWN "*next-ip-id"},

    {"its sender counts, its resets do not",
     TALK("", "") "+49 s R 201 id=5000 w=0; s R 201 id=5065 w=0",
     OWN "*random-ip-ids@9/first=5000/second=5065"},
    {"nearly", TALK("", "") "+49 s R 201 id=5000 w=0; s R 201 id=5064 w=0", OWN "!random-ip-ids"},
    {"one has none", TALK("", "") "+49 s R 201 id=5000 w=0; s R 201 id=0 w=0", OWN "!random-ip-ids"},

    {"a packet made by hand lacks DF", TALK("", "") ABORT "nodf", OWN "*fragmentable"},
    {"its sender leaves it out at times: RFC 1191 does not ask for it",
     "c S 0; s S. 0 1 nodf; c . 1 1; s P. 1:101 1; c . 1 101; s R. 101 1 id=0 nodf",
     OWN "!fragmentable"},
    {"IPv6 has no DF", TALK("v6", "v6") "s R. 201 101 v6 nodf", OWN "!fragmentable"},

    {"who answers for no connection has no window", TALK("", "") "+49 s R 201 id=0 w=1", OWN "*window@8/window=1"},
    {"none", TALK("", "") BARE, OWN "!window"},
    {"an abort has one", TALK("", "") ABORT, OWN "!window"},

    {"an abort may bear timestamps (RFC 7323 section 3.2), and Linux's does", TALK("ts=10", "ts=500") ABORT, OWN "*no-timestamps"},
    {"none are in force", TALK("", "ts=500") ABORT, OWN "!no-timestamps"},
    {"a bare reset cannot have any: worth saying only beside others",
     TALK("ts=10", "ts=500") BARE,
     OWN "!no-timestamps !bare-no-timestamps"},
    {"beside others", TALK("ts=10", "ts=500") BARE "; s R 1201 id=0 w=0", CERTAIN "*bare-no-timestamps@8"},
    {"payload is allowed (RFC 9293 section 3.5.3)", TALK("", "") "s R. 201:211 101 id=0", OWN "!payload"},
    {"and worth saying beside others", TALK("", "") "s R 201:211 id=0 w=0; s R 1201 id=0 w=0", CERTAIN "*payload@8/size=10"},
};

static const struct row way[] = {
    {"nothing takes routers away: it came from nearer than its sender",
     TALK("", "ttl=57") BARE, LIKELY "cause=firewall signs=nearer,alive-before,place *nearer@8/ttl=64/who=1/usual=57/hops=7"},
    {"IPv6", TALK("v6", "v6 ttl=57") "s R 201 v6 w=0", LIKELY "*nearer@8"},
    {"in the client's name", TALK("ttl=120", "") "c R 101 id=0 w=0 ttl=128", LIKELY "*nearer@8/ttl=128/who=0/usual=120/hops=8"},
    {"one router on the way: no more than another number", TALK("", "ttl=57") "s R. 201 101 id=0 ttl=63", OWN "!nearer *other-ttl"},
    {"its sender is on this link too", TALK("", "ttl=64") BARE, OWN "!nearer"},
    {"its packets come in two ways",
     "c S 0; s S. 0 1 ttl=57; c . 1 1; c P. 1:101 1; s . 1 101 ttl=58; s P. 1:201 101 ttl=57; c . 101 201; " BARE,
     OWN "!nearer !other-ttl"},
    {"seven routers take some time: 70 us",
     "c S 0; +70u s S. 0 1 ttl=57; c . 1 1; s P. 1:101 1 ttl=57; c . 1 101; s R. 101 1 id=0",
     LIKELY "*nearer"},
    {"69 us: the TTL is its sender's own choice (IP_TTL), which does not reach all resets",
     "c S 0; +69u s S. 0 1 ttl=57; c . 1 1; s P. 1:101 1 ttl=57; c . 1 101; s R. 101 1 id=0", OWN "!nearer *other-ttl"},
    {"a TTL that no host begins with shows no distance", TALK("", "ttl=200") "s R. 201 101 id=0 ttl=255", OWN "!nearer *other-ttl"},
    {"a refusal, beside the SYN-ACKs of another connection",
     "c S 0 port=9; s S. 0 1 port=9 ttl=57; c . 1 1 port=9; c S 0; s R. -5000 1 id=0 w=0",
     "@2 by=third-party cause=firewall forged=yes *nearer@5/usual=57"},
    {"and one that came as far", "c S 0 port=9; s S. 0 1 port=9 ttl=57; c . 1 1 port=9; c S 0; s R. -5000 1 id=0 w=0 ttl=57",
     "@2 by=server cause=port-closed forged=no"},

    {"no router on the way to either, and yet no link holds both addresses: something between them answers",
     "c S 0 far mac=1; s R. -5000 1 far mac=2 id=0 w=0",
     "by=third-party cause=firewall forged=yes certainty=possible *from-this-link@2/ttl=64"},
    {"IPv6", "c S 0 v6 far mac=1; s R. -5000 1 v6 far mac=2 w=0", "by=third-party cause=firewall forged=yes *from-this-link"},
    {"one address is private: a gateway, or a container's host, answers for addresses of its own",
     "c S 0 next mac=1; s R. -5000 1 next mac=2 id=0 w=0", OWN "signs=refusal,from-next-door *from-next-door@2/ttl=64"},
    {"the same, but it passed a router", "c S 0 next mac=1; s R. -5000 1 next mac=2 id=0 w=0 ttl=63", OWN "signs=refusal"},
    {"one network can hold both", "c S 0 mac=1; s R. -5000 1 mac=2 id=0 w=0", OWN "!from-this-link"},
    {"IPv6: one site can", "c S 0 v6 mac=1; s R. -5000 1 v6 mac=2 w=0", OWN "!from-this-link"},
    {"one machine that talks to itself", "c S 0 far mac=1; s R. -5000 1 far mac=1 id=0 w=0", OWN "!from-this-link"},
    {"no hardware addresses, as on a loopback", "c S 0 far; s R. -5000 1 far id=0 w=0", OWN "!from-this-link"},
    {"it passed a router", "c S 0 far mac=1; s R. -5000 1 far mac=2 id=0 w=0 ttl=63", OWN "!from-this-link"},
    {"the SYN had passed one already", "c S 0 far mac=1 ttl=63; s R. -5000 1 far mac=2 id=0 w=0", OWN "!from-this-link"},
    {"two interfaces are two places", "c S 0 far mac=1; s R. -5000 1 far mac=2 id=0 w=0 if=1", OWN "!from-this-link"},
    {"the capture has packets from before and behind a router",
     "c S 0 far mac=1 id=7; +100u c S 0 far mac=9 id=7 ttl=63; s R. -5000 1 far mac=2 id=0 w=0", OWN "c.copies=1 !from-this-link"},
    {"a far server's SYN-ACK has come so too: here TTLs show no distance",
     "c S 0 v6 far mac=1; s S. 0 1 v6 far mac=2; c . 1 1 v6 far mac=1; c S 0 far mac=1; s R. -5000 1 far mac=2 id=0 w=0",
     "@2 by=server forged=no far_seems_near=1 !from-this-link"},

    {"a hardware address that is not the sender's", TALK("mac=1", "mac=2") ABORT "mac=3", OPEN "signs=other-card"},
    {"the sender's", TALK("mac=1", "mac=2") ABORT "mac=2", OWN "!other-card"},
    {"packets of the sender come through two routers",
     "c S 0; s S. 0 1 mac=2; c . 1 1; s P. 1:101 1 mac=4; c . 1 101; s R. 101 1 id=0 mac=3", OWN "!other-card"},
    {"another VLAN", TALK("vlan=5", "vlan=5") ABORT "vlan=6", OPEN "signs=other-vlan *other-vlan@8/vlan=6/who=1/usual=5"},
    {"the same VLAN with another priority (IEEE 802.1Q)", TALK("vlan=5", "vlan=5") ABORT "vlan=0xe005", OWN "!other-vlan"},
    {"three hops off", TALK("", "ttl=57") ABORT "ttl=60", OWN "*other-ttl@8/ttl=60/who=1/usual=57"},
    {"two", TALK("", "ttl=57") ABORT "ttl=59", OWN "!other-ttl"},
    {"three the other way", TALK("", "ttl=57") ABORT "ttl=54", OWN "*other-ttl"},
    {"two", TALK("", "ttl=57") ABORT "ttl=55", OWN "!other-ttl"},
};

static const struct row moment[] = {
    {"a bare reset is an answer, and comes at once (RFC 9293 section 3.10.7.1)",
     TALK("", "") "+101 " BARE,
     OWN "*answers-nothing@8/time=101000000"},
    {"100 ms", TALK("", "") "+100 " BARE, OWN "!answers-nothing"},
    {"what it answers comes behind it: the capture is out of order",
     TALK("", "") "+101 " BARE "; +999u c P. 101:111 201",
     OWN "!answers-nothing"},
    {"too late for that", TALK("", "") "+101 " BARE "; +1000u c P. 101:111 201", OWN "*answers-nothing"},
    {"a far host: four round trips of 30 ms",
     "c S 0; +30 s S. 0 1; c . 1 1; s P. 1:101 1; c . 1 101; +121 s R 101 id=0 w=0",
     OWN "*answers-nothing"},
    {"and no longer", "c S 0; +30 s S. 0 1; c . 1 1; s P. 1:101 1; c . 1 101; +120 s R 101 id=0 w=0", OWN "!answers-nothing"},
    {"an abort comes when it will", TALK("", "") "+101 " ABORT, OWN "!answers-nothing"},

    {"to its sender and back takes longer",
     "c S 0; +10 s S. 0 1; c . 1 1; s P. 1:101 1; c . 1 101; c P. 1:11 101; +4999u s R 101 id=0 w=0",
     OPEN "signs=alive-before,too-soon *too-soon@7/time=4999000/rtt=10000000/who=1"},
    {"half the shortest round trip: the capture may stand midway",
     "c S 0; +10 s S. 0 1; c . 1 1; s P. 1:101 1; c . 1 101; c P. 1:11 101; +5 s R 101 id=0 w=0",
     OWN "!too-soon"},
    {"more was under way that it may answer",
     "c S 0; +10 s S. 0 1; c . 1 1; s P. 1:101 1; c . 1 101; c P. 1:11 101; c P. 11:21 101; +4 s R 101 id=0 w=0",
     OWN "!too-soon"},
    {"below a millisecond there are only clocks and queues",
     "c S 0; +999u s S. 0 1; c . 1 1; s P. 1:101 1; c . 1 101; c P. 1:11 101; +100u s R 101 id=0 w=0",
     OWN "!too-soon"},
};

static const struct row weights[] = {
    {"one soft sign says nothing: DF", TALK("", "") ABORT "nodf", OWN "signs=spoke-last,fragmentable"},
    {"two of one kind leave it open", TALK("ts=10", "ts=500") ABORT "nodf", OPEN "signs=fragmentable,no-timestamps"},
    {"a third of that kind adds nothing: who makes packets by hand gets all of them wrong",
     TALK("ts=10", "ts=500") "s R. 201 101 id=5000 nodf", OPEN "signs=foreign-ip-id,fragmentable,no-timestamps"},
    {"one of another kind does", TALK("ts=10", "ts=500 ttl=57") ABORT "nodf ttl=50", LIKELY "cause=injected"},
    {"what its sender alone can know speaks for it, against all that is soft",
     TALK("mac=1 ts=10", "mac=2 ts=500") "s R. 201 101 ts=501/10 mac=3 nodf id=0",
     OWN "*right-timestamps *other-card *fragmentable"},
    {"and not against what is impossible",
     TALK("ts=10", "ts=500") "s R. 201 101 ts=501/10; +11 s P. 201:301 101 ts=502/10", CERTAIN "*goes-on *right-timestamps"},
    {"no packet of either end but resets: nothing to weigh", "c R 1; s R 1", "ending=reset" OPEN},
};
/* clang-format on */

ROWS_TEST(behaviour)
ROWS_TEST(numbers)
ROWS_TEST(make)
ROWS_TEST(way)
ROWS_TEST(moment)
ROWS_TEST(weights)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_behaviour), cmocka_unit_test(test_numbers), cmocka_unit_test(test_make),
        cmocka_unit_test(test_way),       cmocka_unit_test(test_moment),  cmocka_unit_test(test_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
