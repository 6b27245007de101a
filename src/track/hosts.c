/* SPDX-License-Identifier: BSD-2-Clause */
/* hosts.c - what the SYN-ACKs of servers look like, by address. */
#include "track/hosts.h"
#include "base/keyhash.h"
#include "track/tracked.h"

void hosts_init(struct hosts *hosts, const uint64_t hash_key[2])
{
    hosts->hash_key[0] = hash_key[0];
    hosts->hash_key[1] = hash_key[1];
}

static size_t slot_of(const struct hosts *hosts, const struct tt_addr *addr)
{
    return tt_keyhash(hosts->hash_key, addr->octets, sizeof addr->octets) % HOSTS;
}

static bool is_host(const struct host *host, const struct tt_addr *addr, uint8_t ip_version)
{
    return host->ip_version == ip_version && memcmp(host->addr.octets, addr->octets, sizeof addr->octets) == 0;
}

void hosts_put(struct hosts *hosts, const struct tt_segment *segment, const struct tt_look *syn)
{
    struct host *host = &hosts->host[slot_of(hosts, &segment->src_addr)];
    struct tt_look look = track_look(segment);

    if (syn && tt_hops(syn->ttl) == 0 && tt_hops(look.ttl) == 0 &&
        tt_are_apart(&segment->src_addr, &segment->dst_addr, segment->ip_version))
        hosts->far_seems_near = true;
    if (is_host(host, &segment->src_addr, segment->ip_version))
        host->varies |= (tt_look_differs(&host->look, &look) & (TT_LOOK_TTL | TT_LOOK_SOURCE)) != 0;
    else
        *host = (struct host){.addr = segment->src_addr, .look = look, .ip_version = segment->ip_version};
}

bool hosts_get(const struct hosts *hosts, const struct tt_endpoint *server, struct tt_look *ret)
{
    const struct host *host = &hosts->host[slot_of(hosts, &server->addr)];

    if (!is_host(host, &server->addr, server->ip_version) || host->varies)
        return false;
    *ret = host->look;
    return true;
}
