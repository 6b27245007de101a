/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * distance.c - how far away a reset's sender was, beside its supposed sender, as far as TTLs show.
 *
 * A path may change by a hop or two, but nothing takes the sender's routers away: see tt_hops().
 */
#include "judge/matter.h"

#define HOP_US 10 /* there and back; a router on the same machine takes more */
#define REORDERING_NS TT_NS_PER_MS

bool sender_look(const struct matter *m, struct tt_look *ret)
{
    if (m->sender->look_known)
        *ret = m->sender->look;
    else if (m->named == TT_SERVER && m->resets->server_host_known)
        *ret = m->resets->server_host;
    else
        return false;
    return true;
}

bool is_answered_later(const struct matter *m)
{
    const struct tt_mark *answered = &m->after->answered;

    return answered->frame != 0 && answered->time - m->after->reset.time < REORDERING_NS;
}

/*
 * So many routers cannot be passed and come back over in so short a time: then the distance is none, and the TTL the sender's own
 * choice (IP_TTL), which does not reach the resets of its host.
 */
static bool is_distance(const struct matter *m, int hops)
{
    return m->refused || (m->receiver->rtt_samples && m->receiver->rtt_min_us >= (uint32_t)hops * HOP_US);
}

bool came_from_nearer(const struct matter *m, int *ret_hops)
{
    struct tt_look look;

    if (!sender_look(m, &look) || m->sender->look_varies & TT_LOOK_TTL || tt_hops(m->reset->look.ttl) != 0)
        return false;
    int hops = tt_hops(look.ttl);
    if (hops <= 0 || !is_distance(m, hops))
        return false;
    *ret_hops = hops;
    return true;
}

/* Not the loopback, and not one machine talking to itself. */
static bool are_two_machines(const struct tt_look *a, const struct tt_look *b)
{
    static const uint8_t none[sizeof a->link_source];

    return a->link_source_octets && b->link_source_octets && memcmp(a->link_source, none, sizeof none) != 0 &&
           memcmp(b->link_source, none, sizeof none) != 0 && memcmp(a->link_source, b->link_source, sizeof none) != 0;
}

/* A capture on several interfaces sees packets where they have passed no router yet. */
static bool is_one_link(const struct matter *m)
{
    return !m->conn->routed_copies && m->receiver->look.interface == m->reset->look.interface;
}

/*
 * The next machine's own TCP, not its packet filter (Linux): that leaves the sums of its IPv4 resets to the card, as the link shows
 * with the SYN, and its IPv6 resets without a flow label; TCP does neither.
 */
static bool is_hosts_own(const struct matter *m)
{
    if (m->conn->client.ip_version == 6)
        return m->reset->look.labelled;
    return m->conn->sums_left && !m->reset->sum_left;
}

bool answered_from_this_link(const struct matter *m)
{
    const struct tt_look *asked = &m->receiver->look, *answered = &m->reset->look;

    return !m->resets->far_seems_near && is_one_link(m) && !is_hosts_own(m) && m->receiver->look_known &&
           are_two_machines(asked, answered) && tt_hops(asked->ttl) == 0 && tt_hops(answered->ttl) == 0 &&
           tt_are_apart(&m->conn->client.addr, &m->conn->server.addr, m->conn->client.ip_version);
}

static bool is_private(const struct tt_endpoint *end)
{
    const uint8_t *a = end->addr.octets;

    if (end->ip_version == 6)
        return (a[0] & 0xfe) == 0xfc || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80); /* RFC 4193, RFC 4291 section 2.5.6 */
    return a[0] == 10 || (a[0] == 172 && (a[1] & 0xf0) == 16) || (a[0] == 192 && a[1] == 168) || /* RFC 1918 */
           (a[0] == 100 && (a[1] & 0xc0) == 64) || (a[0] == 169 && a[1] == 254);                 /* RFC 6598, RFC 3927 */
}

bool may_be_next_door(const struct matter *m)
{
    return is_private(&m->conn->client) || is_private(&m->conn->server);
}
