/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * roles.c - who is the client when no handshake shows it: a service's port, then the lower port, then the first speaker.
 */
#include "track/tracked.h"

/* Ports above 1023 that are known for a service and that clients of it, on some systems, lie below; sorted. */
static const uint16_t service_ports[] = {
    1080, 1194, 1433, 1521, 1723, 1883, 2049, 2181, 2375, 2379, 2380, 3000, 3128, 3268,  3306,  3389,  3690,  4222,  4369,  5000,
    5060, 5061, 5201, 5222, 5269, 5432, 5601, 5672, 5900, 5984, 6379, 6443, 6667, 6881,  7000,  8000,  8008,  8080,  8081,  8086,
    8088, 8333, 8443, 8883, 8888, 9000, 9042, 9090, 9092, 9200, 9300, 9418, 9999, 10000, 10250, 11211, 15672, 25565, 27017, 50051,
};

static bool is_service(uint16_t port)
{
    if (port < 1024)
        return true;
    for (size_t i = 0; i < sizeof service_ports / sizeof service_ports[0] && service_ports[i] <= port; i++)
        if (service_ports[i] == port)
            return true;
    return false;
}

bool track_first_is_server(const struct tt_segment *segment)
{
    if (segment_has(segment, TT_SYN))
        return segment_has(segment, TT_ACK);

    bool src = is_service(segment->src_port), dst = is_service(segment->dst_port);
    return src != dst ? src : segment->src_port < segment->dst_port;
}

static void swap_endpoints(struct tt_conn *conn)
{
    struct tt_endpoint client = conn->client;

    conn->client = conn->server;
    conn->server = client;
}

void track_swap_roles(struct tracked *tracked)
{
    struct tt_conn *conn = &tracked->conn;
    struct tt_side side = conn->side[0];
    struct stream stream = tracked->stream[0];

    swap_endpoints(conn);
    if (tracked->zeek)
        zeek_swap(tracked);
    conn->side[0] = conn->side[1];
    conn->side[1] = side;
    tracked->stream[0] = tracked->stream[1];
    tracked->stream[1] = stream;
    conn->first_closer ^= 1;
    conn->resetter ^= 1;
    conn->rejection.quoted_end ^= 1;
    tracked->doubt_end ^= 1;
    if (conn->resets)
        track_swap_resets(conn->resets);
    if (tracked->losses) {
        struct mending mending = tracked->losses->of[0];

        tracked->losses->of[0] = tracked->losses->of[1];
        tracked->losses->of[1] = mending;
    }
}
