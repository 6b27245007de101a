/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tracker.c - the life of a connection's record: begun, found for each segment, lingering, handed on.
 *
 * A record is in the table and in one of two queues, each in the order of time.  In the live queue a record moves to the end only
 * when it has stood for a while, so that most packets touch no neighbours; the first is therefore the longest idle but for GRAIN.
 * When both ends have closed, or a reset was obeyed, it lingers for stragglers (late ACKs, FINs and resets again) and is then
 * handed on.  Nothing is allocated a packet: only for a connection, a hole, and a SYN into a live connection.
 */
#include "track/hosts.h"
#include "track/queue.h"
#include "track/table.h"

/* How long a live connection keeps its place in the queue while it is busy. */
#define GRAIN (16 * TT_NS_PER_S)
#define RECORDS_A_BLOCK 64

/* A record, and what Zeek would write of it. */
struct followed {
    struct tracked tracked;
    struct zeek_row row;
};

struct tt_tracker {
    struct tt_alloc alloc;
    struct tt_track_events events;
    struct tt_track_options options;
    struct table table;
    struct tt_slab records;
    struct tt_slab strays;
    struct tt_slab resets;
    struct hosts hosts;
    struct tt_slab losses;
    struct intervals_pool pool;
    struct queue queues[2]; /* by enum queue_kind */
    struct tt_track_facts facts;
};

/* ---- new and free ---------------------------------------------------------------------------------------------------------- */

static struct tt_track_options with_defaults(const struct tt_track_options *given)
{
    struct tt_track_options options = *given;

    options.connections_max = options.connections_max ? options.connections_max : TT_TRACK_CONNECTIONS_MAX;
    options.ranges_max = options.ranges_max ? options.ranges_max : TT_TRACK_RANGES_MAX;
    options.linger = options.linger ? options.linger : TT_TRACK_LINGER;
    options.lingering_max = options.lingering_max ? options.lingering_max : TT_TRACK_LINGERING_MAX;
    return options;
}

int tt_tracker_new(const struct tt_track_options *options, const struct tt_track_events *events, const struct tt_alloc *alloc,
                   struct tt_tracker **ret)
{
    struct tt_tracker *t = tt_get_zero(alloc, sizeof *t);

    if (!t)
        return TT_ERR_NOMEM;
    t->alloc = *alloc;
    t->events = *events;
    t->options = with_defaults(options);
    t->pool.max = t->options.ranges_max;
    t->pool.each_max = TT_TRACK_RANGES_PER_SIDE;
    if (table_init(&t->table, &t->alloc, options->hash_key) < 0) {
        tt_give(alloc, t, sizeof *t);
        return TT_ERR_NOMEM;
    }
    hosts_init(&t->hosts, options->hash_key);
    tt_slab_init(&t->records, &t->alloc, options->without_zeek ? sizeof(struct tracked) : sizeof(struct followed), RECORDS_A_BLOCK);
    tt_slab_init(&t->strays, &t->alloc, sizeof(struct stray), RECORDS_A_BLOCK);
    tt_slab_init(&t->resets, &t->alloc, sizeof(struct tt_resets), RECORDS_A_BLOCK);
    tt_slab_init(&t->losses, &t->alloc, sizeof(struct losses), RECORDS_A_BLOCK);
    tt_slab_init(&t->pool.slab, &t->alloc, sizeof(struct interval), 4 * RECORDS_A_BLOCK);
    *ret = t;
    return 0;
}

void tt_tracker_free(struct tt_tracker *tracker)
{
    if (!tracker)
        return;
    struct tt_alloc alloc = tracker->alloc;

    tt_slab_done(&tracker->records);
    tt_slab_done(&tracker->strays);
    tt_slab_done(&tracker->resets);
    tt_slab_done(&tracker->losses);
    tt_slab_done(&tracker->pool.slab);
    table_done(&tracker->table);
    tt_give(&alloc, tracker, sizeof *tracker);
}

void tt_tracker_facts(const struct tt_tracker *tracker, struct tt_track_facts *ret)
{
    *ret = tracker->facts;
}

/* ---- the end of a record --------------------------------------------------------------------------------------------------- */

/* A row of Zeek's, where its rows are asked for; otherwise the first is kept. */
static void end_row(struct tt_tracker *t, struct tracked *tracked)
{
    struct zeek *zeek = &tracked->zeek->more;

    if (!zeek->begun)
        return;
    if (!t->events.logged) {
        zeek->over = true;
        zeek->calm = false;
        return;
    }
    t->events.logged(t->events.ctx, &tracked->conn);
    zeek_done(tracked, &t->pool);
}

static void recall_host(const struct tt_tracker *t, struct tt_conn *conn)
{
    conn->resets->server_host_known = hosts_get(&t->hosts, &conn->server, &conn->resets->server_host);
    conn->resets->far_seems_near = t->hosts.far_seems_near;
}

/* Out of its queue and the table already. */
static void give_back(struct tt_tracker *t, struct tracked *tracked)
{
    track_settle_doubt(tracked);
    if (tracked->conn.resets)
        recall_host(t, &tracked->conn);
    if (tracked->zeek)
        end_row(t, tracked);
    if (t->events.finished)
        t->events.finished(t->events.ctx, &tracked->conn);
    for (unsigned i = 0; i < 2; i++) {
        intervals_clear(&tracked->stream[i].ahead, &t->pool);
        intervals_clear(&tracked->stream[i].gaps, &t->pool);
    }
    if (tracked->zeek)
        zeek_done(tracked, &t->pool);
    if (tracked->stray)
        tt_slab_give(&t->strays, tracked->stray);
    if (tracked->conn.resets)
        tt_slab_give(&t->resets, tracked->conn.resets);
    if (tracked->losses)
        tt_slab_give(&t->losses, tracked->losses);
    tt_slab_give(&t->records, tracked);
}

static void hand_on(struct tt_tracker *t, struct tracked *tracked)
{
    queue_take(&t->queues[tracked->queue], tracked);
    table_remove(&t->table, tracked);
    give_back(t, tracked);
}

/* The oldest has lingered long enough. */
static inline bool lingered(const struct tt_tracker *t, tt_ns now)
{
    const struct queue *lingering = &t->queues[QUEUE_LINGERING];

    return lingering->oldest &&
           (lingering->count > t->options.lingering_max || now - lingering->oldest->queued_at > t->options.linger);
}

static void hand_on_oldest(struct tt_tracker *t)
{
    const struct queue *lingering = &t->queues[QUEUE_LINGERING];

    hand_on(t, lingering->oldest);
    if (lingering->oldest)
        track_fetch(lingering->oldest); /* long untouched, and soon the next to go */
}

static inline void expire(struct tt_tracker *t, tt_ns now)
{
    while (lingered(t, now))
        hand_on_oldest(t);
}

static void make_room(struct tt_tracker *t)
{
    struct tracked *oldest = t->queues[QUEUE_LINGERING].oldest;

    if (t->table.used < t->options.connections_max)
        return;
    t->facts.limited_connections++;
    hand_on(t, oldest ? oldest : t->queues[QUEUE_LIVE].oldest);
}

void tt_tracker_pass(struct tt_tracker *tracker, tt_ns now)
{
    expire(tracker, now);
}

int tt_tracker_finish(struct tt_tracker *tracker)
{
    struct tracked *next = queue_by_id(&tracker->queues[QUEUE_LIVE], &tracker->queues[QUEUE_LINGERING]);

    while (next) {
        struct tracked *tracked = next;

        next = tracked->newer;
        table_remove(&tracker->table, tracked);
        give_back(tracker, tracked);
    }
    assert(tracker->table.used == 0 && tracker->pool.out == 0);
    return 0;
}

/* ---- its beginning --------------------------------------------------------------------------------------------------------- */

static void set_ends(struct tt_conn *conn, const struct tt_segment *s, bool first_is_server)
{
    struct tt_endpoint src = {.addr = s->src_addr, .port = s->src_port, .ip_version = s->ip_version};
    struct tt_endpoint dst = {.addr = s->dst_addr, .port = s->dst_port, .ip_version = s->ip_version};

    conn->client = first_is_server ? dst : src;
    conn->server = first_is_server ? src : dst;
}

/* What only waits for stragglers is over. */
static void count_at_once(struct tt_tracker *t)
{
    if (t->queues[QUEUE_LIVE].count > t->facts.at_once)
        t->facts.at_once = t->queues[QUEUE_LIVE].count;
}

static void add_row(struct tracked *tracked)
{
    tracked->zeek = &((struct followed *)tracked)->row;
    memset(tracked->zeek, 0, sizeof *tracked->zeek);
    tracked->conn.zeek = &tracked->zeek->view;
}

/* There is a record free and a place in the table. */
static struct tracked *begin(struct tt_tracker *t, uint64_t hash, const struct tt_segment *s, bool first_is_server,
                             struct tt_mark first)
{
    struct tracked *tracked = tt_slab_get(&t->records);

    memset(tracked, 0, sizeof *tracked);
    if (!t->options.without_zeek)
        add_row(tracked);
    set_ends(&tracked->conn, s, first_is_server);
    tracked->conn.id = ++t->facts.connections;
    tracked->conn.roles = TT_ROLES_GUESS;
    tracked->conn.first = tracked->conn.last = first.time;
    tracked->conn.first_frame = tracked->conn.last_frame = first.frame;
    tracked->hash = hash;
    table_insert(&t->table, tracked);
    queue_put(&t->queues[QUEUE_LIVE], tracked, first.time);
    count_at_once(t);
    return tracked;
}

static void say_begun(struct tt_tracker *t, struct tracked *tracked)
{
    if (t->events.begun)
        t->events.begun(t->events.ctx, &tracked->conn);
}

/* The ends are not known yet. */
static int begin_first(struct tt_tracker *t, uint64_t hash, const struct tt_segment *s, struct tracked **ret, enum tt_end *ret_from)
{
    bool first_is_server = track_first_is_server(s);

    make_room(t);
    if (table_reserve(&t->table) < 0 || tt_slab_reserve(&t->records) < 0)
        return TT_ERR_NOMEM;
    *ret = begin(t, hash, s, first_is_server, (struct tt_mark){s->frame->number, s->frame->time});
    *ret_from = first_is_server ? TT_SERVER : TT_CLIENT;
    say_begun(t, *ret);
    return 0;
}

/* In the place of one that is over: its record and its place in the table are free then. */
static struct tracked *begin_next(struct tt_tracker *t, struct tracked *old, const struct tt_segment *s, enum tt_end *ret_from)
{
    bool first_is_server = track_first_is_server(s);
    uint64_t hash = old->hash;

    hand_on(t, old);
    struct tracked *tracked = begin(t, hash, s, first_is_server, (struct tt_mark){s->frame->number, s->frame->time});
    *ret_from = first_is_server ? TT_SERVER : TT_CLIENT;
    say_begun(t, tracked);
    return tracked;
}

/* The stray SYN was counted as the old connection's and is the new one's. */
static void move_syn(struct tt_side *old, struct tt_side *new, const struct syn *syn)
{
    old->packets--;
    old->ip_bytes -= syn->ip_length;
    new->packets = 1;
    new->ip_bytes = syn->ip_length;
    new->flags_seen = syn->flags;
    new->look = syn->look;
    new->look_known = true;
    new->last = syn->mark;
}

static struct tracked *begin_from_stray(struct tt_tracker *t, struct tracked *old, const struct tt_segment *s,
                                        enum tt_end *ret_from)
{
    struct stray stray = *old->stray;
    uint64_t hash = old->hash;
    bool sender_asked = stray.end == (uint8_t)*ret_from;
    struct tt_side client = {0};
    struct zeek_row row = {.more = {.begun = false}};

    move_syn(&old->conn.side[stray.end], &client, &stray.syn);
    if (t->events.logged && old->zeek)
        zeek_take_out(old, &row);
    hand_on(t, old);
    struct tracked *tracked = begin(t, hash, s, !sender_asked, stray.syn.mark);
    tracked->conn.side[TT_CLIENT] = client;
    track_record_syn(tracked, TT_CLIENT, &stray.syn);
    if (row.more.begun)
        zeek_put_in(tracked, &row, stray.end != TT_CLIENT);
    else if (tracked->zeek)
        zeek_begin_with_syn(tracked, &stray.syn, &t->pool);
    *ret_from = sender_asked ? TT_CLIENT : TT_SERVER;
    say_begun(t, tracked);
    return tracked;
}

/* ---- segments -------------------------------------------------------------------------------------------------------------- */

static int keep_stray(struct tt_tracker *t, struct tracked *tracked, const struct tt_segment *s, enum tt_end from)
{
    struct tt_options options;

    if (!tracked->stray)
        tracked->stray = tt_slab_get(&t->strays);
    else if (tracked->stray->end == from && tt_seq_eq(tracked->stray->syn.isn, s->seq))
        return 0;
    if (!tracked->stray)
        return TT_ERR_NOMEM;
    tt_options_read(s, &options);
    *tracked->stray = (struct stray){.end = (uint8_t)from};
    track_read_syn(s, &options, &tracked->stray->syn);
    return 0;
}

/* The connection that a segment belongs to; *ret_stray when it is a SYN that may belong to a later one. */
static int find_or_begin(struct tt_tracker *t, const struct tt_segment *s, struct tracked **ret, enum tt_end *ret_from,
                         bool *ret_stray)
{
    uint64_t hash = table_hash(&t->table, s);
    struct tracked *tracked = table_find(&t->table, hash, s, ret_from);

    *ret = tracked;
    if (!tracked)
        return begin_first(t, hash, s, ret, ret_from);
    if (!(s->flags & (TT_SYN | TT_RST)))
        return 0;
    switch (track_reopens(tracked, s, *ret_from)) {
    case REOPEN_SAME:
        return 0;
    case REOPEN_NEW:
        *ret = begin_next(t, tracked, s, ret_from);
        return 0;
    case REOPEN_FROM_STRAY:
        *ret = begin_from_stray(t, tracked, s, ret_from);
        return 0;
    case REOPEN_STRAY:
        *ret_stray = true;
        return keep_stray(t, tracked, s, *ret_from);
    }
    return 0;
}

static void aim(struct tt_tracker *t, struct tracked *tracked, const struct tt_segment *s, enum tt_end from, struct arrival *ret)
{
    ret->tracked = tracked;
    ret->conn = &tracked->conn;
    ret->segment = s;
    ret->tx = &tracked->conn.side[from];
    ret->rx = &tracked->conn.side[!from];
    ret->tx_stream = &tracked->stream[from];
    ret->rx_stream = &tracked->stream[!from];
    ret->mark = (struct tt_mark){s->frame->number, s->frame->time};
    ret->step = (struct tt_step){.from = from, .window = UINT64_MAX, .rtt_us = -1};
    ret->pool = &t->pool;
    ret->losses = &t->losses;
    ret->limited_ranges = &t->facts.limited_ranges;
    ret->verify = t->options.verify || t->options.zeek_checksums;
    ret->zeek_checksums = t->options.zeek_checksums;
    ret->hosts = &t->hosts;
    ret->resets = &t->resets;
}

/* Moves a record to the queue where it belongs, or to the end of its own when it has stood there for long. */
static void requeue(struct tt_tracker *t, struct tracked *tracked, tt_ns now)
{
    enum queue_kind wanted = tracked->over ? QUEUE_LINGERING : QUEUE_LIVE;
    tt_ns grain = tracked->over ? TT_NS_PER_S : GRAIN;

    if (wanted == tracked->queue && now - tracked->queued_at < grain)
        return;
    queue_take(&t->queues[tracked->queue], tracked);
    tracked->queue = (uint8_t)wanted;
    queue_put(&t->queues[wanted], tracked, now);
    count_at_once(t);
}

static bool segment_resets(const struct tt_segment *segment)
{
    return segment->flags & TT_RST;
}

static int feed_tcp(struct tt_tracker *t, const struct tt_segment *s)
{
    struct tracked *tracked = NULL;
    enum tt_end from = TT_CLIENT;
    struct arrival a;
    bool stray = false;
    int err = segment_resets(s) ? tt_slab_reserve(&t->resets) : 0;

    if (err == 0)
        err = find_or_begin(t, s, &tracked, &from, &stray);
    if (err)
        return err;
    aim(t, tracked, s, from, &a);
    a.stray = stray;
    a.bad_checksum = a.offloaded = a.keepalive = false;
    if (!a.conn->side[0].packets && !a.conn->side[1].packets)
        note(&a, TT_STEP_FIRST_OF_CONNECTION);
    t->facts.segments++;
    if (tracked->zeek && tracked->zeek->more.begun && zeek_ends_before(tracked, s))
        end_row(t, tracked);
    if (track_take_in(&a))
        t->facts.duplicates++;
    if (t->events.segment)
        t->events.segment(t->events.ctx, a.conn, s, &a.step);
    requeue(t, tracked, a.mark.time);
    return 0;
}

static void feed_icmp(struct tt_tracker *t, const struct tt_segment *s)
{
    struct tt_icmp icmp;
    enum tt_end quoted;

    t->facts.icmp_errors++;
    tt_icmp_read(s, &icmp);
    struct tracked *tracked = table_find(&t->table, table_hash(&t->table, &icmp.quoted), &icmp.quoted, &quoted);
    if (!tracked || !track_take_rejection(tracked, quoted, s, &icmp)) {
        t->facts.icmp_unmatched++;
        return;
    }
    if ((s->ip_version == 4 && icmp.type == 3 && icmp.code == 4) || (s->ip_version == 6 && icmp.type == 2))
        track_take_too_big(tracked, &t->losses, quoted);
    if (t->events.rejected)
        t->events.rejected(t->events.ctx, &tracked->conn, s, &icmp);
}

int tt_tracker_feed(struct tt_tracker *tracker, const struct tt_segment *segment)
{
    expire(tracker, segment->frame->time);
    switch (segment->kind) {
    case TT_KIND_TCP:
        return feed_tcp(tracker, segment);
    case TT_KIND_ICMP_ERROR:
        feed_icmp(tracker, segment);
        break;
    case TT_KIND_FRAGMENT:
        tracker->facts.fragments++;
        break;
    case TT_KIND_OTHER:
        tracker->facts.not_tcp++;
        break;
    }
    return 0;
}
