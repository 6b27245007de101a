/* SPDX-License-Identifier: BSD-2-Clause */
/* scene.h - connections made by hand with their log and verdict, segment by segment, for the tests of stories. */
#ifndef TCPTALE_SCENE_H
#define TCPTALE_SCENE_H

#include "unit.h"
#include <tcptale/tell.h>

/* A connection with its log and verdict. */
struct scene {
    struct unit_memory memory;
    struct tt_conn conn;
    struct tt_verdict verdict;
    struct tt_log *log;
    struct tt_style style;
    uint64_t frame;
    tt_ns time;
};

static inline const char *scene_service(void *ctx, uint16_t port)
{
    (void)ctx;
    return port == 22 ? "ssh" : NULL;
}

static inline void scene_address(struct tt_endpoint *ret, uint8_t last, uint16_t port)
{
    const uint8_t octets[4] = {192, 168, 1, last};

    *ret = (struct tt_endpoint){.port = port, .ip_version = 4};
    memcpy(ret->addr.octets, octets, sizeof octets);
}

static inline void scene_init(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    unit_memory_init(&scene->memory);
    assert_int_equal(tt_log_new(0, &scene->memory.alloc, &scene->log), 0);
    scene->style = (struct tt_style){.columns = 100, .service = scene_service};
    scene->conn.id = 1;
    scene_address(&scene->conn.client, 7, 60722);
    scene_address(&scene->conn.server, 9, 22);
    scene->time = INT64_C(1700000000) * TT_NS_PER_S;
    scene->conn.first = scene->time;
}

static inline void scene_done(struct scene *scene)
{
    tt_log_free(scene->log);
    assert_int_equal(scene->memory.blocks, 0);
}

/* A segment as the tracker hands it on. */
struct said {
    bool first; /* of the initializer: what stands behind it may be left out without a warning */
    enum tt_end from;
    uint16_t flags;
    uint64_t position, ack;
    const char *payload;
    uint32_t length; /* beyond the payload that is given */
    uint32_t notes;
    tt_ns after; /* since the segment before */
};

static inline struct tt_mark scene_segment(struct scene *scene, const struct said *said)
{
    struct tt_frame frame = {.number = ++scene->frame, .time = scene->time += said->after};
    uint32_t captured = said->payload ? (uint32_t)strlen(said->payload) : 0;
    struct tt_segment segment = {
        .frame = &frame,
        .kind = TT_KIND_TCP,
        .flags = said->flags,
        .payload = (const uint8_t *)said->payload,
        .payload_captured = captured,
        .payload_length = captured > said->length ? captured : said->length,
        .window = said->notes & TT_STEP_ZERO_WINDOW ? 0 : 502,
    };
    struct tt_step step = {
        .from = said->from,
        .notes = said->notes,
        .position = said->position,
        .ack = said->ack,
        .new_octets = said->notes & TT_STEP_NEW_DATA ? segment.payload_length : 0,
        .window = 64256,
        .rtt_us = -1,
    };
    struct tt_side *side = &scene->conn.side[said->from];

    assert_int_equal(tt_log_segment(scene->log, &scene->conn, &segment, &step), 0);
    side->packets++;
    side->bytes += step.new_octets;
    side->data_packets += step.new_octets != 0;
    side->flags_seen |= said->flags;
    side->last = (struct tt_mark){frame.number, frame.time};
    if (said->position + segment.payload_length > side->snd_nxt)
        side->snd_nxt = said->position + segment.payload_length;
    if (said->flags & TT_ACK)
        scene->conn.side[1 - said->from].snd_una = said->ack;
    scene->conn.last = frame.time;
    scene->conn.last_frame = frame.number;
    return side->last;
}

/* All that is not given is 0. */
#define SAYS(...) scene_segment(scene, &(const struct said){.first = true, __VA_ARGS__})

static inline void scene_handshake(struct scene *scene)
{
    struct tt_side *client = &scene->conn.side[TT_CLIENT], *server = &scene->conn.side[TT_SERVER];

    client->syn = SAYS(TT_CLIENT, TT_SYN, 0, .length = 0);
    scene->conn.syn_ack = SAYS(TT_SERVER, TT_SYN | TT_ACK, 0, 1, .after = 12 * TT_NS_PER_US);
    server->syn = scene->conn.syn_ack;
    scene->conn.opened = SAYS(TT_CLIENT, TT_ACK, 1, 1, .after = 101 * TT_NS_PER_US);
    client->snd_nxt = server->snd_nxt = 1;
    client->mss = server->mss = 1460;
    client->wscale = server->wscale = 7;
    client->isn_known = server->isn_known = true;
    client->isn = tt_seq_of(1907790919);
    server->isn = tt_seq_of(3539316215);
    client->offers = server->offers = TT_HAS_MSS | TT_HAS_SACK_OK | TT_HAS_TIMESTAMPS | TT_HAS_WSCALE;
    client->look.ttl = 63;
    server->look.ttl = 64;
    scene->conn.scale_known = true;
    scene->verdict = (struct tt_verdict){.opening = TT_OPENING_HANDSHAKE,
                                         .ending = TT_ENDING_OPEN,
                                         .ended_by = TT_BY_NONE,
                                         .cause = TT_CAUSE_NONE,
                                         .certainty = TT_UNCERTAIN,
                                         .forged = TT_FORGED_NO};
}

static inline void scene_banner(struct scene *scene)
{
    SAYS(TT_SERVER, TT_PSH | TT_ACK, 1, 1, "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10\r\n", .notes = TT_STEP_NEW_DATA,
         .after = 6 * TT_NS_PER_MS);
    SAYS(TT_CLIENT, TT_ACK, 1, 43, .after = 67 * TT_NS_PER_US);
}

static inline void scene_reset(struct scene *scene)
{
    SAYS(TT_CLIENT, TT_ACK, 1, 43, .after = 166 * TT_NS_PER_MS);
    scene->conn.reset = true;
    scene->conn.resetter = TT_CLIENT;
    scene->conn.side[TT_CLIENT].resets = 3;
    scene->conn.side[TT_CLIENT].rst_seq = tt_seq_of(1907790920);
    scene->conn.reset_mark = SAYS(TT_CLIENT, TT_RST, 1, .notes = TT_STEP_RESET_OBEYED);
    SAYS(TT_CLIENT, TT_RST, 511, .notes = TT_STEP_RESET_IGNORED);
    SAYS(TT_CLIENT, TT_RST, 1531, .notes = TT_STEP_RESET_IGNORED);
    scene->conn.side[TT_CLIENT].snd_nxt = 1;
    scene->verdict.ending = TT_ENDING_RESET;
    scene->verdict.ended_by = TT_BY_UNKNOWN;
    scene->verdict.cause = TT_CAUSE_UNKNOWN;
    scene->verdict.forged = TT_FORGED_UNKNOWN;
}

static inline const char *story(struct scene *scene, const struct tt_story_options *options)
{
    static struct unit_text t;

    tt_story_text(&scene->conn, &scene->verdict, scene->log, options, &scene->style, unit_text_init(&t));
    assert_int_equal(t.text.failed, 0);
    return unit_text_string(&t);
}

static inline void says(const char *text, const char *what)
{
    if (!strstr(text, what))
        fail_msg("\"%s\" is not in:\n%s", what, text);
}

static inline void says_not(const char *text, const char *what)
{
    if (strstr(text, what))
        fail_msg("\"%s\" is in:\n%s", what, text);
}

#endif
