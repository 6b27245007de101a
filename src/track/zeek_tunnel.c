/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zeek_tunnel.c - the tunnels that a row's packets came through, as Zeek tells them apart: by the two ends, those of UDP with their
 * ports, in either direction.  An X says that a row went from one to another too often.
 */
#include "base/keyhash.h"
#include "track/zeek.h"

/* Zeek's Tunnel::max_changes_per_connection. */
#define CHANGES_MAX 5
/* RFC 8086: to Zeek just GRE. */
#define PORT_GRE 4754

/* No secret: what collides hides a letter. */
static const uint64_t key[2] = {1, 2};

static uint64_t end_of(const uint8_t *ip, bool destination, uint16_t port)
{
    uint64_t words[2] = {0};

    if (ip[0] >> 4 == 6)
        memcpy(words, ip + (destination ? 24 : 8), 16);
    else
        memcpy(words, ip + (destination ? 16 : 12), 4);
    return tt_keyhash_of_two(key, tt_keyhash_of_two(key, words[0], words[1]), port);
}

/* What an IP header and the next one outside of the tunnel say, the same for both directions. */
static uint64_t tunnel_of(const uint8_t *frame, const struct tt_layer *ip)
{
    const struct tt_layer *next = ip + 1;
    bool udp = next->kind == TT_LAYER_UDP_TUNNEL && next->next != PORT_GRE;
    const uint8_t *at = frame + ip->offset, *ports = frame + next->offset;

    return end_of(at, false, udp ? tt_be16(ports) : 0) + end_of(at, true, udp ? tt_be16(ports + 2) : 0) + (uint64_t)next->kind;
}

uint32_t zeek_tunnel_of(const struct tt_segment *segment)
{
    struct tt_layer layers[TT_LAYERS_MAX];
    uint64_t hash = 0;

    if (!segment->tunnelled)
        return 0;
    unsigned n = tt_layers(segment->frame, layers);
    for (unsigned i = 0; i + 1 < n; i++)
        if (layers[i].kind == TT_LAYER_IP)
            hash = tt_keyhash_of_two(key, hash, tunnel_of(segment->frame->octets, &layers[i]));
    return (uint32_t)hash;
}

void zeek_take_tunnel(struct zeek_row *row, const struct tt_segment *segment)
{
    uint32_t tunnel = zeek_tunnel_of(segment);

    if (tunnel == row->more.tunnel || row->more.tunnel_changes > CHANGES_MAX)
        return;
    row->more.tunnel = tunnel;
    if (++row->more.tunnel_changes > CHANGES_MAX)
        zeek_put(&row->view, 'X');
}
