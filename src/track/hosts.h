/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts.h - what the SYN-ACKs of servers look like, by address.
 *
 * A connection that is refused shows nothing of its server but the reset; what the same host sent in other connections is all that
 * there is to compare it with.  A fixed table in which a newer host takes the place of an older one: who floods it with addresses
 * makes us know less, never something wrong.
 */
#ifndef TCPTALE_HOSTS_H
#define TCPTALE_HOSTS_H

#include <tcptale/resets.h>

#define HOSTS 1024

struct host {
    struct tt_addr addr;
    struct tt_look look;
    uint8_t ip_version; /* 0: nobody */
    bool varies;        /* TTL or hardware address differed between connections: no host to compare with */
};

struct hosts {
    uint64_t hash_key[2];
    bool far_seems_near; /* see struct tt_resets */
    struct host host[HOSTS];
};

void hosts_init(struct hosts *hosts, const uint64_t hash_key[2]);
/* A SYN-ACK, and what the SYN that it answers looked like (NULL: not known). */
void hosts_put(struct hosts *hosts, const struct tt_segment *segment, const struct tt_look *syn);
/* Whether something is known that can be relied on. */
bool hosts_get(const struct hosts *hosts, const struct tt_endpoint *server, struct tt_look *ret);

#endif
