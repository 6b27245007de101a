/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * generate.c - bench_generate KIND FILE [PERCENT [SEED]]: large captures to measure with.
 *
 * Every kind is a number of connections that take turns at random on a row of slots.  A connection is a script: handshake with
 * options, request and response (or bursts of bulk data with losses and SACK), a close with FINs or now and then a reset.  Both
 * ends are played in turn, so every acknowledgement is what a receiver would send.  All numbers come from the seed: the same
 * arguments give the same octets.  Time is the captures' own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include <tcptale/wire.h>

#define MSS 1448 /* payload of a full segment: timestamps take twelve of an Ethernet frame's 1460 */
#define BURST 16 /* segments of bulk data between two full acknowledgements */

/* ---- chance ---------------------------------------------------------------------------------------------------------------- */

static uint64_t chance_state;

/* SplitMix64 (Steele, Lea, Flood). */
static uint64_t chance(void)
{
    uint64_t z = chance_state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint32_t below(uint32_t n)
{
    return (uint32_t)((chance() >> 32) * n >> 32);
}

/* ---- the file -------------------------------------------------------------------------------------------------------------- */

#define RECORD_OCTETS 16
#define ETHERNET_OCTETS 14
#define FRAME_OCTETS_MAX 1514

static struct {
    FILE *file;
    uint8_t buffer[1 << 20];
    size_t used;
    uint64_t now_us, packets, octets;
} out = {.now_us = UINT64_C(1700000000000000)};

static void flush(void)
{
    if (fwrite(out.buffer, 1, out.used, out.file) != out.used) {
        perror("bench_generate");
        exit(1);
    }
    out.octets += out.used;
    out.used = 0;
}

static void put_le32(uint8_t *p, uint32_t v)
{
    memcpy(p, &v, sizeof v);
}

static void put_file_header(void)
{
    put_le32(out.buffer, 0xa1b2c3d4);
    put_le32(out.buffer + 4, 2 | 4 << 16);
    put_le32(out.buffer + 8, 0);
    put_le32(out.buffer + 12, 0);
    put_le32(out.buffer + 16, 65535);
    put_le32(out.buffer + 20, TT_LINK_ETHERNET);
    out.used = 24;
}

/* Hardware addresses are the hosts' own, after two octets that say that nobody assigned them. */
static void put_ethernet(uint8_t *p, const struct tt_segment *seg)
{
    memcpy(p, "\x02\x00", 2);
    memcpy(p + 2, seg->dst_addr.octets, 4);
    memcpy(p + 6, "\x02\x00", 2);
    memcpy(p + 8, seg->src_addr.octets, 4);
    memcpy(p + 12, "\x08\x00", 2);
}

static void put_segment(const struct tt_segment *seg, const uint8_t *options, size_t options_octets, const uint8_t *payload,
                        size_t octets)
{
    if (sizeof out.buffer - out.used < RECORD_OCTETS + FRAME_OCTETS_MAX)
        flush();

    uint8_t *record = out.buffer + out.used, *frame = record + RECORD_OCTETS;
    int n = tt_encode(seg, options, options_octets, payload, octets, frame + ETHERNET_OCTETS, FRAME_OCTETS_MAX - ETHERNET_OCTETS);
    if (n < 0)
        abort();
    uint32_t length = ETHERNET_OCTETS + (uint32_t)n;
    put_ethernet(frame, seg);
    put_le32(record, (uint32_t)(out.now_us / 1000000));
    put_le32(record + 4, (uint32_t)(out.now_us % 1000000));
    put_le32(record + 8, length);
    put_le32(record + 12, length);
    out.used += RECORD_OCTETS + length;
    out.packets++;
}

/* ---- connections ----------------------------------------------------------------------------------------------------------- */

enum { CLIENT, SERVER };

enum stage { IDLE, SYN, SYN_ACK, ACK, REQUEST, RESPONSE, BULK, FIRST_FIN, SECOND_FIN, LAST_ACK, RESET };

struct side {
    uint32_t host; /* its IPv4 address */
    uint16_t port;
    uint16_t ip_id;
    uint32_t snd_nxt;
    uint32_t clock; /* added to the time for its timestamps */
    uint32_t tsval; /* the last that it sent */
};

struct conn {
    struct side side[2];
    enum stage stage;
    uint32_t octets;   /* of the response that are still to come */
    uint32_t segments; /* of bulk data that are still to come */
    uint32_t in_burst, lost;
    bool answered; /* the response has begun */
    bool unacked;  /* one segment of the response waits for its acknowledgement */
    bool will_reset;
};

static uint8_t filler[65536];
static char cookie[301];

static void fill(void)
{
    for (size_t i = 0; i < sizeof filler; i++)
        filler[i] = (uint8_t)chance();
    for (size_t i = 0; i < sizeof cookie - 1; i++)
        cookie[i] = "0123456789abcdef"[below(16)];
}

/* RFC 7323 section 3: the end's own time, and the last that the other end showed it. */
static void put_times(uint8_t *p, struct conn *conn, int from)
{
    conn->side[from].tsval = (uint32_t)(out.now_us / 1000) + conn->side[from].clock;
    tt_put_be32(p, conn->side[from].tsval);
    tt_put_be32(p + 4, conn->side[!from].tsval);
}

static size_t put_timestamps(uint8_t *p, struct conn *conn, int from)
{
    memcpy(p, "\x01\x01\x08\x0a", 4);
    put_times(p + 4, conn, from);
    return 12;
}

/* MSS, SACK permitted, timestamps, window scale: what Linux offers. */
static size_t put_syn_options(uint8_t *p, struct conn *conn, int from)
{
    memcpy(p, "\x02\x04\x05\xb4\x04\x02\x08\x0a", 8);
    put_times(p + 8, conn, from);
    memcpy(p + 16, "\x01\x03\x03\x07", 4);
    return 20;
}

static size_t put_sack(uint8_t *p, uint32_t left, uint32_t right)
{
    memcpy(p, "\x01\x01\x05\x0a", 4);
    tt_put_be32(p + 4, left);
    tt_put_be32(p + 8, right);
    return 12;
}

static struct tt_segment segment_of(struct conn *conn, int from, uint16_t flags)
{
    struct side *side = &conn->side[from], *other = &conn->side[!from];
    struct tt_segment seg = {
        .ip_version = 4,
        .src_port = side->port,
        .dst_port = other->port,
        .seq = tt_seq_of(side->snd_nxt),
        .flags = flags,
        .window = flags & TT_SYN ? 64240 : 502,
        .ttl = from == CLIENT ? 64 : 57,
        .ip_id = side->ip_id++,
        .dont_fragment = true,
    };

    if (flags & TT_ACK)
        seg.ack = tt_seq_of(other->snd_nxt);
    tt_put_be32(seg.src_addr.octets, side->host);
    tt_put_be32(seg.dst_addr.octets, other->host);
    return seg;
}

/* The next segment of an end: its numbers go on. */
static void send_next(struct conn *conn, int from, uint16_t flags, const uint8_t *payload, uint32_t octets)
{
    struct tt_segment seg = segment_of(conn, from, flags);
    uint8_t options[40];
    size_t n = flags & TT_SYN ? put_syn_options(options, conn, from) : flags & TT_RST ? 0 : put_timestamps(options, conn, from);

    put_segment(&seg, options, n, payload, octets);
    conn->side[from].snd_nxt += octets + ((flags & (TT_SYN | TT_FIN)) != 0);
}

static void send_request(struct conn *conn)
{
    uint8_t text[600];
    int n = snprintf((char *)text, sizeof text,
                     "GET /item/%u HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: bench/1\r\nCookie: %.*s\r\n\r\n", below(100000),
                     (int)(100 + below(200)), cookie);

    send_next(conn, CLIENT, TT_ACK | TT_PSH, text, (uint32_t)n);
}

/* A segment of the response; the first begins with HTTP's header. */
static void send_part(struct conn *conn, uint16_t flags, uint32_t octets)
{
    static const char header[] = "HTTP/1.1 200 OK\r\nContent-Type: image/webp\r\nConnection: close\r\n\r\n";
    uint8_t part[MSS];

    memcpy(part, filler + below(sizeof filler - MSS), octets);
    if (!conn->answered && octets >= sizeof header - 1)
        memcpy(part, header, sizeof header - 1);
    conn->answered = true;
    send_next(conn, SERVER, flags, part, octets);
}

/* Half of the servers say with the last data that there is no more, half say it alone. */
static enum stage send_response(struct conn *conn)
{
    if (conn->unacked && below(2)) {
        conn->unacked = false;
        send_next(conn, CLIENT, TT_ACK, NULL, 0);
        return RESPONSE;
    }
    if (conn->octets == 0)
        return conn->will_reset ? RESET : FIRST_FIN;

    uint32_t octets = conn->octets < MSS ? conn->octets : MSS;
    bool last = octets == conn->octets, with_fin = last && !conn->will_reset && below(2);
    uint16_t flags = (uint16_t)(TT_ACK | (last ? TT_PSH : 0) | (with_fin ? TT_FIN : 0));
    send_part(conn, flags, octets);
    conn->octets -= octets;
    conn->unacked = !with_fin;
    return with_fin ? SECOND_FIN : RESPONSE;
}

/* ---- bulk: bursts, in some of which a segment is lost behind the capture -------------------------------------------------- */

static void acknowledge(struct conn *conn, uint32_t ack, uint32_t sack_left, uint32_t sack_right)
{
    struct tt_segment seg = segment_of(conn, CLIENT, TT_ACK);
    uint8_t options[40];
    size_t n = put_timestamps(options, conn, CLIENT);

    seg.ack = tt_seq_of(ack);
    if (sack_left != sack_right)
        n += put_sack(options + n, sack_left, sack_right);
    put_segment(&seg, options, n, NULL, 0);
}

/* What was lost, again; and the acknowledgement of the whole burst. */
static void repair_burst(struct conn *conn, uint32_t base)
{
    struct tt_segment seg = segment_of(conn, SERVER, TT_ACK);
    uint8_t options[40];
    size_t n = put_timestamps(options, conn, SERVER);

    seg.seq = tt_seq_of(base + conn->lost * MSS);
    put_segment(&seg, options, n, filler, MSS);
    acknowledge(conn, conn->side[SERVER].snd_nxt, 0, 0);
}

/* One segment, and the acknowledgement that it causes: of every second one, or of each behind a loss (RFC 5681 section 4.2). */
static enum stage send_bulk(struct conn *conn)
{
    uint32_t base = conn->side[SERVER].snd_nxt - conn->in_burst * MSS, i = conn->in_burst;

    if (i == 0)
        conn->lost = below(100) < 8 ? 1 + below(BURST - 3) : BURST;
    send_next(conn, SERVER, TT_ACK, filler, MSS);
    if (i > conn->lost)
        acknowledge(conn, base + conn->lost * MSS, base + (conn->lost + 1) * MSS, base + (i + 1) * MSS);
    else if (i % 2 && i != conn->lost)
        acknowledge(conn, conn->side[SERVER].snd_nxt, 0, 0);
    conn->in_burst = (i + 1) % BURST;
    if (conn->in_burst == 0 && conn->lost < BURST)
        repair_burst(conn, base);
    return --conn->segments == 0 && conn->in_burst == 0 ? FIRST_FIN : BULK;
}

/* ---- the script -------------------------------------------------------------------------------------------------------------- */

/* Plays the next packet or two of a connection. */
static void play(struct conn *conn)
{
    switch (conn->stage) {
    case SYN:
        send_next(conn, CLIENT, TT_SYN, NULL, 0);
        conn->stage = SYN_ACK;
        return;
    case SYN_ACK:
        send_next(conn, SERVER, TT_SYN | TT_ACK, NULL, 0);
        conn->stage = ACK;
        return;
    case ACK:
        send_next(conn, CLIENT, TT_ACK, NULL, 0);
        conn->stage = REQUEST;
        return;
    case REQUEST:
        send_request(conn);
        conn->stage = conn->segments ? BULK : RESPONSE;
        return;
    case RESPONSE:
        conn->stage = send_response(conn);
        if (conn->stage != RESPONSE && conn->stage != SECOND_FIN)
            play(conn); /* nothing was sent */
        return;
    case BULK:
        conn->stage = send_bulk(conn);
        return;
    case FIRST_FIN:
        send_next(conn, SERVER, TT_FIN | TT_ACK, NULL, 0);
        conn->stage = SECOND_FIN;
        return;
    case SECOND_FIN:
        send_next(conn, CLIENT, TT_FIN | TT_ACK, NULL, 0);
        conn->stage = LAST_ACK;
        return;
    case LAST_ACK:
        send_next(conn, SERVER, TT_ACK, NULL, 0);
        conn->stage = IDLE;
        return;
    case RESET:
        send_next(conn, CLIENT, TT_RST | TT_ACK, NULL, 0);
        conn->stage = IDLE;
        return;
    case IDLE:
        return;
    }
}

/* ---- kinds ------------------------------------------------------------------------------------------------------------------- */

#define CLIENTS_AT 0x0a000000u /* 10.0.0.0/8 */
#define SERVERS_AT 0xc0000200u /* 192.0.2.0 and on */

struct kind {
    const char *name;
    uint32_t connections, slots;
    uint32_t clients, servers;
    uint32_t ports;      /* that a client goes round in */
    uint32_t segments;   /* of bulk data in each; 0: a response */
    uint32_t response;   /* octets at most */
    uint32_t between_us; /* two packets, on the average */
};

static const struct kind kinds[] = {
    /* clang-format off */
    {"http",  170000,    256,   180,  20,   256,      0, 6300, 20}, /* short connections, ports that come back every few seconds */
    {"bulk",       8,      8,     8,   2,   256,  28000,    0, 10},
    {"hosts",  49000,    256, 49000, 1000,   10,      0, 6100, 20}, /* everybody is somebody else */
    {"pair",   49000,    256,     1,   1, 28000,      0, 6100, 20}, /* the same as hosts, between two of them */
    {"crowd", 100000, 100000,   500, 100, 28000,      0, 3000, 20}, /* all open at once */
    /* clang-format on */
};

/* The i-th connection of a kind.  A client stays with its server, so that its ports come back to the same one. */
static void begin(struct conn *conn, const struct kind *kind, uint32_t i)
{
    uint32_t client = i % kind->clients, round = i / kind->clients;

    *conn = (struct conn){
        .side = {{.host = CLIENTS_AT + 2 + client, .port = (uint16_t)(32768 + round % kind->ports)},
                 {.host = SERVERS_AT + 1 + client % kind->servers, .port = 80}},
        .stage = SYN,
        .octets = kind->response ? 200 + below(kind->response) : 0,
        .segments = kind->segments,
        .will_reset = kind->segments == 0 && below(100) < 3,
    };
    for (int end = CLIENT; end <= SERVER; end++) {
        conn->side[end].snd_nxt = (uint32_t)chance();
        conn->side[end].clock = (uint32_t)chance();
        conn->side[end].ip_id = (uint16_t)chance();
    }
}

/* Slots take turns at random; a slot whose connection is over takes the next one, or leaves the row when there is none. */
static void generate(const struct kind *kind, uint32_t connections, struct conn *slots)
{
    uint32_t open = kind->slots < connections ? kind->slots : connections, begun = 0;

    while (begun < open) {
        begin(&slots[begun], kind, begun);
        begun++;
    }
    while (open) {
        uint32_t i = below(open);

        out.now_us += 1 + below(2 * kind->between_us - 1);
        play(&slots[i]);
        if (slots[i].stage != IDLE)
            continue;
        if (begun < connections)
            begin(&slots[i], kind, begun++);
        else
            slots[i] = slots[--open];
    }
}

static const struct kind *kind_named(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

/* Fewer connections, or of the few bulk ones less data. */
static void scale(struct kind *kind, uint32_t percent)
{
    uint32_t *what = kind->segments ? &kind->segments : &kind->connections;

    *what = (uint32_t)((uint64_t)*what * percent / 100 / BURST * BURST);
    if (kind->clients > kind->connections)
        kind->clients = kind->connections;
}

int main(int argc, char **argv)
{
    const struct kind *found = argc >= 3 ? kind_named(argv[1]) : NULL;
    unsigned long percent = argc >= 4 ? strtoul(argv[3], NULL, 10) : 100;

    if (!found || argc > 5 || percent < 1 || percent > 1000) {
        (void)fprintf(stderr, "usage: bench_generate http|bulk|hosts|pair|crowd FILE [PERCENT [SEED]]\n");
        return 2;
    }
    struct kind kind = *found;
    scale(&kind, (uint32_t)percent);
    chance_state = argc >= 5 ? strtoull(argv[4], NULL, 10) : 1;
    fill();

    struct conn *slots = calloc(kind.slots, sizeof *slots);
    out.file = slots ? fopen(argv[2], "wb") : NULL;
    if (!out.file) {
        perror(argv[2]);
        free(slots);
        return 1;
    }
    put_file_header();
    generate(&kind, kind.connections, slots);
    flush();
    free(slots);
    if (fclose(out.file) != 0) {
        perror(argv[2]);
        return 1;
    }
    printf("%llu packets, %llu octets\n", (unsigned long long)out.packets, (unsigned long long)out.octets);
    return 0;
}
