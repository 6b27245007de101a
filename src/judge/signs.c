/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signs.c - the signs that a reset was made by another than the end whose address it bears, and those that it was not.
 *
 * One row a sign: what it is about, how much it weighs, the question, the words.  Signs about the same thing hang together (who
 * makes packets by hand gets the IP ID, DF and the options wrong at once), so that of each kind no more than a share counts: no
 * single thing makes a forgery but what a TCP that sent the reset itself can never have done.  Measured on Linux, and after the
 * lists of Weaver, Sommer and Paxson (NDSS 2009).
 */
#include "judge/matter.h"

/* What a sign is about, and how much its kind may weigh in all. */
enum kind { KIND_BEHAVIOUR, KIND_NUMBERS, KIND_MAKE, KIND_WAY, KIND_LABEL, KIND_TIME, KIND_COUNT };

static const unsigned share_of[KIND_COUNT] = {
    [KIND_BEHAVIOUR] = 2, [KIND_NUMBERS] = 2, [KIND_MAKE] = 2, [KIND_WAY] = WEIGHT_LIKELY, [KIND_LABEL] = 1, [KIND_TIME] = 1};

/* Of the burst that the one that counted belongs to: its supposed sender has not spoken in between, or it would refute them all. */
static bool is_of_burst(const struct matter *m, const struct tt_reset *reset)
{
    return reset->end == m->named && reset->sent_last.frame == m->reset->sent_last.frame && !reset->bad_checksum;
}

static const struct tt_reset *next_in_name(const struct matter *m, const struct tt_reset *after)
{
    unsigned i = after ? (unsigned)(after - m->resets->reset) + 1 : 0;

    for (; i < tt_resets_kept(m->resets); i++)
        if (is_of_burst(m, &m->resets->reset[i]))
            return &m->resets->reset[i];
    return NULL;
}

static tt_ns after_trigger(const struct tt_reset *reset)
{
    return reset->trigger.frame ? reset->mark.time - reset->trigger.time : -1;
}

/* ---- what a TCP that sent it cannot have done ------------------------------------------------------------------------------- */

/* A host without such a socket answers a SYN-ACK so; what another program on it makes of the connection does not change that. */
static bool is_of_no_socket(const struct matter *m)
{
    return reset_is_bare(m->reset) && m->named == TT_CLIENT && m->reset->trigger_flags & TT_SYN && m->reset->position == 1;
}

static bool was_never_sent(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    say_end(ret, "who", m->named);
    return m->reset_was_sent == TT_SENT_NO;
}

static bool was_cut_there(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    say_end(ret, "who", m->named);
    return m->cut_there;
}

static bool goes_on(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->after->goes_on.frame;
    say_end(ret, "who", m->named);
    say_value(ret, "time", TT_VALUE_TIME, m->after->goes_on.time - m->after->reset.time);
    return m->after->goes_on.frame != 0 && !is_of_no_socket(m);
}

static bool accepts_after_refusal(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->after->syn_ack.frame;
    say_value(ret, "time", TT_VALUE_TIME, m->after->syn_ack.time - m->after->reset.time);
    return m->refused && m->after->syn_ack.frame != 0;
}

/* Not the answer to an acknowledgement: there was none so high. */
static bool is_beyond_all(const struct tt_reset *reset)
{
    return reset->placed && reset->position > (int64_t)reset->snd_una;
}

/*
 * tcpkill (dsniff 2.4): for a packet with acknowledgement `ack` and raw window w, resets with ack, ack + w, ack + 3w, ack + 6w, and
 * so on for as many as its severity says.
 */
static const struct tt_reset *next_of_tcpkill(const struct matter *m, const struct tt_reset *reset, uint32_t step)
{
    const struct tt_reset *next = next_in_name(m, reset);

    while (next && next->seq.n - reset->seq.n != step)
        next = next_in_name(m, next);
    return next && is_beyond_all(next) ? next : NULL;
}

static bool counts_like_tcpkill(const struct matter *m, struct tt_evidence *ret)
{
    for (const struct tt_reset *first = next_in_name(m, NULL); first; first = next_in_name(m, first)) {
        const struct tt_reset *second = next_in_name(m, first);
        uint32_t window = second ? second->seq.n - first->seq.n : 0;

        if (!reset_is_bare(first) || window == 0 || window > UINT16_MAX || !is_beyond_all(second))
            continue;
        bool third = next_of_tcpkill(m, second, 2 * window) != NULL;
        bool beyond = second->position > (int64_t)second->snd_nxt; /* else it may answer what the capture lacks */
        if (!third && (window != first->receiver_window || !beyond))
            continue;
        ret->packet = second->mark.frame;
        say_value(ret, "first", TT_VALUE_NUMBER, first->position);
        say_value(ret, "second", TT_VALUE_NUMBER, second->position);
        say_value(ret, "window", TT_VALUE_NUMBER, window);
        say_end(ret, "who", m->named == TT_CLIENT ? TT_SERVER : TT_CLIENT);
        return true;
    }
    return false;
}

/* A sender has one number at a time, and none above what it has sent (RST_SEQ_CHANGE of NDSS 2009). */
static bool numbers_climb(const struct matter *m, struct tt_evidence *ret)
{
    const struct tt_reset *first = next_in_name(m, NULL);

    for (const struct tt_reset *reset = first; reset; reset = next_in_name(m, reset)) {
        if (!reset->placed || reset == first || reset->trigger.frame != first->trigger.frame)
            continue;
        if (reset->position <= first->position || reset->position <= (int64_t)reset->snd_nxt)
            continue;
        ret->packet = reset->mark.frame;
        say_end(ret, "who", m->named);
        say_value(ret, "number", TT_VALUE_NUMBER, reset->position);
        say_value(ret, "highest", TT_VALUE_NUMBER, (int64_t)reset->snd_nxt);
        return m->sender->gap_bytes == 0;
    }
    return false;
}

/* The IP IDs of a sender that counts them for each connection: they rise no faster than its packets, each maybe cut in pieces. */
static bool counts_ids(const struct tt_side *side)
{
    uint32_t rise = (uint16_t)(side->last_ip_id - side->first_ip_id);
    uint64_t pieces = 2 * (uint64_t)side->packets + side->bytes / 512 + 8;

    return side->packets >= 3 && rise > 0 && rise <= pieces && pieces < 16384;
}

#define NEXT_IDS 8

/* The reset's is one of the next that its sender would have come to. */
static bool is_next_id(const struct matter *m)
{
    uint16_t ahead = (uint16_t)(m->reset->look.ip_id - m->reset->sender_ip_id);

    return m->reset->look.ip_id != 0 && counts_ids(m->sender) && ahead >= 1 && ahead <= NEXT_IDS;
}

/* Two hosts whose counters go side by side echo nothing. */
static bool echoes_the_victim(const struct matter *m, struct tt_evidence *ret)
{
    const struct tt_reset *reset = m->reset;
    uint16_t id = reset->look.ip_id;

    ret->packet = reset->mark.frame;
    say_value(ret, "id", TT_VALUE_NUMBER, id);
    return id != 0 && id == reset->receiver_ip_id && id != reset->sender_ip_id && !is_next_id(m) && m->receiver->look_known &&
           (reset->look.ttl == m->receiver->look.ttl || (reset->window != 0 && reset->window == reset->receiver_window));
}

static bool lacks_signature(const struct matter *m, struct tt_evidence *ret)
{
    unsigned signatures = TT_HAS_MD5 | TT_HAS_AO;

    ret->packet = m->reset->mark.frame;
    return (m->sender->uses & signatures) && (m->receiver->uses & signatures) && !(m->reset->options & signatures);
}

/* ---- how its ends behave ---------------------------------------------------------------------------------------------------- */

#define JUST_BEFORE TT_NS_PER_S

/* RFC 5961 section 3.2: what a reset with a number inside the window is answered with. */
static bool had_answered_another(const struct matter *m, struct tt_evidence *ret)
{
    const struct tt_mark *ack = &m->sender->unasked;
    tt_ns before = m->reset->mark.time - ack->time;

    ret->packet = ack->frame;
    say_end(ret, "who", m->named);
    say_value(ret, "time", TT_VALUE_TIME, before);
    return ack->frame != 0 && ack->frame < m->reset->mark.frame && before < JUST_BEFORE &&
           m->sender->unasked.frame == m->reset->sent_last.frame;
}

#define MOMENT (50 * TT_NS_PER_MS)

/* No FIN, no reset with ACK, and yet the connection is gone. */
static bool was_alive(const struct matter *m, struct tt_evidence *ret)
{
    tt_ns before = m->reset->mark.time - m->reset->sent_last.time;

    ret->packet = m->reset->sent_last.frame;
    say_end(ret, "who", m->named);
    say_value(ret, "time", TT_VALUE_TIME, before);
    return reset_is_bare(m->reset) && !m->refused && m->sender->data_packets && ret->packet && before >= 0 && before < MOMENT &&
           !m->sender->fin && next_in_name(m, NULL) == m->reset;
}

/* Each end seems to reset the other, and neither as an answer. */
static bool bears_both_names(const struct matter *m, struct tt_evidence *ret)
{
    for (unsigned i = 0; i < tt_resets_kept(m->resets); i++) {
        const struct tt_reset *other = &m->resets->reset[i];
        tt_ns apart = other->mark.time - m->reset->mark.time;

        if (other->end == m->named || other->trigger.frame > m->reset->mark.frame || apart > JUST_BEFORE || apart < -JUST_BEFORE)
            continue;
        ret->packet = other->mark.frame;
        return true;
    }
    return false;
}

/* ---- its numbers ------------------------------------------------------------------------------------------------------------ */

/* A TCP answers each segment with one reset at most; copies that the capture made have the same IP ID. */
#define SAME_ENOUGH 3 /* bare ACKs may have been under way besides */

static bool captured_twice(const struct matter *m)
{
    return m->sender->duplicates || m->receiver->duplicates;
}

static bool comes_again(const struct matter *m, struct tt_evidence *ret)
{
    unsigned same = 0;

    for (const struct tt_reset *reset = next_in_name(m, NULL); reset; reset = next_in_name(m, reset)) {
        bool again = reset != m->reset && (reset->look.ip_id != m->reset->look.ip_id || !captured_twice(m));

        same += reset == m->reset || (again && tt_seq_eq(reset->seq, m->reset->seq) && reset->flags == m->reset->flags &&
                                      reset->trigger.frame == m->reset->trigger.frame);
    }
    ret->packet = m->reset->mark.frame;
    say_value(ret, "n", TT_VALUE_NUMBER, same);
    return same >= SAME_ENOUGH && same > m->reset->triggers;
}

/* RFC 9293 section 3.10.7.1: the number of a bare reset is the acknowledgement that it answers, and acknowledgements only grow. */
static bool has_an_old_number(const struct matter *m, struct tt_evidence *ret)
{
    const struct tt_reset *reset = m->reset;

    ret->packet = reset->mark.frame;
    say_end(ret, "who", m->named);
    say_value(ret, "number", TT_VALUE_NUMBER, reset->position);
    say_value(ret, "acked", TT_VALUE_NUMBER, (int64_t)reset->snd_una);
    return reset_is_bare(reset) && reset->placed && reset->trigger.frame && reset->position < (int64_t)reset->snd_una &&
           !(m->sender->fin && reset->position == (int64_t)m->sender->fin);
}

/* ---- how the packet is made ------------------------------------------------------------------------------------------------- */

#define IDS_AHEAD 64 /* of packets that the capture lost */

static bool has_foreign_id(const struct matter *m, struct tt_evidence *ret)
{
    uint16_t id = m->reset->look.ip_id;
    uint16_t ahead = (uint16_t)(id - m->reset->sender_ip_id);

    ret->packet = m->reset->mark.frame;
    say_value(ret, "id", TT_VALUE_NUMBER, id);
    say_end(ret, "who", m->named);
    say_value(ret, "last", TT_VALUE_NUMBER, m->reset->sender_ip_id);
    return !reset_is_bare(m->reset) && !m->refused && id != 0 && counts_ids(m->sender) && (ahead == 0 || ahead > IDS_AHEAD);
}

/* A host numbers its bare resets 0, or by another counter than the connection's; but it counts. */
static bool has_random_ids(const struct matter *m, struct tt_evidence *ret)
{
    const struct tt_reset *first = next_in_name(m, NULL), *second = first ? next_in_name(m, first) : NULL;

    if (!second || !reset_is_bare(first) || !reset_is_bare(second) || !first->look.ip_id || !second->look.ip_id ||
        !counts_ids(m->sender))
        return false;
    ret->packet = second->mark.frame;
    say_value(ret, "first", TT_VALUE_NUMBER, first->look.ip_id);
    say_value(ret, "second", TT_VALUE_NUMBER, second->look.ip_id);
    say_end(ret, "who", m->named);
    return (uint16_t)(second->look.ip_id - first->look.ip_id) > IDS_AHEAD;
}

static bool may_be_fragmented(const struct matter *m, struct tt_evidence *ret)
{
    struct tt_look look;

    ret->packet = m->reset->mark.frame;
    say_end(ret, "who", m->named);
    return m->conn->client.ip_version == 4 && sender_look(m, &look) && look.dont_fragment &&
           !(m->sender->look_varies & TT_LOOK_DONT_FRAGMENT) && !m->reset->look.dont_fragment;
}

static bool leaves_timestamps_out(const struct matter *m)
{
    return !m->refused && tt_conn_timestamps(m->conn) && !(m->reset->options & TT_HAS_TIMESTAMPS);
}

/* RFC 7323 section 3.2 asks for them on all segments but resets; a bare one has no connection to take them from. */
static bool lacks_timestamps(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    say_end(ret, "who", m->named);
    return !reset_is_bare(m->reset) && leaves_timestamps_out(m);
}

static bool is_without_timestamps(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    return reset_is_bare(m->reset) && leaves_timestamps_out(m);
}

static bool has_an_old_timestamp(const struct matter *m, struct tt_evidence *ret)
{
    const struct tt_reset *reset = m->reset;

    ret->packet = reset->mark.frame;
    say_end(ret, "who", m->named);
    return reset->options & TT_HAS_TIMESTAMPS && reset->tsval_known && (int32_t)(reset->tsval - reset->sender_tsval) < 0;
}

/* Nobody is told of a window by the end of everything. */
static bool offers_a_window(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    say_value(ret, "window", TT_VALUE_NUMBER, m->reset->window);
    return reset_is_bare(m->reset) && m->reset->window != 0;
}

static bool has_payload(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    say_value(ret, "size", TT_VALUE_SIZE, m->reset->payload_length);
    return m->reset->payload_length > 0;
}

/* ---- the way that it came --------------------------------------------------------------------------------------------------- */

static bool is_from_nearer(const struct matter *m, struct tt_evidence *ret)
{
    struct tt_look look = {0};
    int hops = 0;
    bool nearer = came_from_nearer(m, &hops);

    (void)sender_look(m, &look);
    ret->packet = m->reset->mark.frame;
    say_value(ret, "ttl", TT_VALUE_NUMBER, m->reset->look.ttl);
    say_end(ret, "who", m->named);
    say_value(ret, "usual", TT_VALUE_NUMBER, look.ttl);
    say_value(ret, "hops", TT_VALUE_NUMBER, hops);
    return nearer;
}

/* Only where no packet of the server can be compared with. */
static bool is_answered_here(const struct matter *m, struct tt_evidence *ret)
{
    struct tt_look look;

    ret->packet = m->reset->mark.frame;
    say_value(ret, "ttl", TT_VALUE_NUMBER, m->reset->look.ttl);
    return m->refused && !sender_look(m, &look) && !m->after->syn_ack.frame && answered_from_this_link(m);
}

static bool is_from_this_link(const struct matter *m, struct tt_evidence *ret)
{
    return is_answered_here(m, ret) && !may_be_next_door(m);
}

/* Routers, containers' hosts and gateways of a home answer here for addresses of their own. */
static bool is_from_next_door(const struct matter *m, struct tt_evidence *ret)
{
    return is_answered_here(m, ret) && may_be_next_door(m);
}

#define PATHS_VARY 2 /* hops: more only for another sender, or another way */

static bool has_another_ttl(const struct matter *m, struct tt_evidence *ret)
{
    struct tt_look look;
    int nearer;

    if (!sender_look(m, &look))
        return false;
    int off = (int)m->reset->look.ttl - (int)look.ttl;
    ret->packet = m->reset->mark.frame;
    say_value(ret, "ttl", TT_VALUE_NUMBER, m->reset->look.ttl);
    say_end(ret, "who", m->named);
    say_value(ret, "usual", TT_VALUE_NUMBER, look.ttl);
    return !(m->sender->look_varies & TT_LOOK_TTL) && (off > PATHS_VARY || off < -PATHS_VARY) && !came_from_nearer(m, &nearer);
}

static bool has_part(const struct matter *m, unsigned part)
{
    struct tt_look look;

    return sender_look(m, &look) && !(m->sender->look_varies & part) && tt_look_differs(&look, &m->reset->look) & part;
}

/* On the sender's own link its hardware address is the host's, and not a router's. */
static bool has_another_card(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    say_end(ret, "who", m->named);
    return has_part(m, TT_LOOK_SOURCE);
}

/* Linux labels what its TCP sends (RFC 6437), resets too; who makes packets by hand, and its packet filter, leave the label 0. */
static bool lacks_label(const struct matter *m, struct tt_evidence *ret)
{
    struct tt_look look;

    ret->packet = m->reset->mark.frame;
    say_end(ret, "who", m->named);
    return m->conn->client.ip_version == 6 && sender_look(m, &look) && look.labelled && !m->reset->look.labelled;
}

/* One router's worth less is what a packet has that passed the capturing host, and whose way in the capture missed. */
static bool has_another_direction(const struct matter *m, struct tt_evidence *ret)
{
    struct tt_look look;
    uint8_t now = m->reset->look.direction;

    if (!sender_look(m, &look))
        return false;
    ret->packet = m->reset->mark.frame;
    say_end(ret, "who", m->named);
    return now == TT_DIRECTION_OUT && look.direction == TT_DIRECTION_IN && m->reset->look.ttl + 1 != look.ttl;
}

static bool has_another_vlan(const struct matter *m, struct tt_evidence *ret)
{
    struct tt_look look = {0};

    (void)sender_look(m, &look);
    ret->packet = m->reset->mark.frame;
    say_value(ret, "vlan", TT_VALUE_NUMBER, m->reset->look.vlan);
    say_end(ret, "who", m->named);
    say_value(ret, "usual", TT_VALUE_NUMBER, look.vlan);
    return has_part(m, TT_LOOK_VLAN);
}

/* ---- its moment ------------------------------------------------------------------------------------------------------------- */

#define AT_ONCE (100 * TT_NS_PER_MS) /* no kernel waits so long with an answer */

static bool answers_nothing(const struct matter *m, struct tt_evidence *ret)
{
    tt_ns since = after_trigger(m->reset);

    ret->packet = m->reset->mark.frame;
    say_value(ret, "time", TT_VALUE_TIME, since);
    return reset_is_bare(m->reset) && !m->refused && !is_answered_later(m) && since > AT_ONCE &&
           since / TT_NS_PER_US > 4 * (int64_t)m->receiver->rtt_max_us;
}

/* Half a round trip is the least that a packet needs to its sender, and as much again back. */
#define SHORTEST_US 1000 /* below it clocks and queues are all there is to measure */

static bool comes_too_soon(const struct matter *m, struct tt_evidence *ret)
{
    const struct tt_reset *reset = m->reset;
    tt_ns since = after_trigger(reset);
    bool only_one = reset->trigger_octets > 0 && reset->receiver_snd_nxt - reset->trigger_octets == reset->receiver_snd_una;

    ret->packet = reset->mark.frame;
    say_value(ret, "time", TT_VALUE_TIME, since);
    say_value(ret, "rtt", TT_VALUE_TIME, m->receiver->rtt_min_us * TT_NS_PER_US);
    say_end(ret, "who", m->named);
    return reset_is_bare(reset) && only_one && reset->position == (int64_t)reset->snd_una && m->receiver->rtt_samples &&
           m->receiver->rtt_min_us >= SHORTEST_US && since >= 0 && since / TT_NS_PER_US < m->receiver->rtt_min_us / 2;
}

/* ---- what speaks for its sender --------------------------------------------------------------------------------------------- */

static bool has_the_next_id(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    say_value(ret, "id", TT_VALUE_NUMBER, m->reset->look.ip_id);
    say_end(ret, "who", m->named);
    say_value(ret, "last", TT_VALUE_NUMBER, m->reset->sender_ip_id);
    return is_next_id(m);
}

static bool has_the_right_timestamps(const struct matter *m, struct tt_evidence *ret)
{
    const struct tt_reset *reset = m->reset;

    ret->packet = reset->mark.frame;
    say_end(ret, "who", m->named);
    return reset->options & TT_HAS_TIMESTAMPS && reset->tsval_known && reset->receiver_tsval_known &&
           reset->tsval - reset->sender_tsval < UINT32_C(1) << 31 && reset->receiver_tsval - reset->tsecr < UINT32_C(1) << 20;
}

static bool was_sent(const struct matter *m, struct tt_evidence *ret)
{
    ret->packet = m->reset->mark.frame;
    say_end(ret, "who", m->named);
    return m->reset_was_sent == TT_SENT_YES;
}

/* ---- the table -------------------------------------------------------------------------------------------------------------- */

/* ADDS: said only beside what weighs against its sender; MENTIONS: always said, whatever it is worth. */
enum weight { ADDS, WEIGHS_1 = 1, WEIGHS_2 = 2, WEIGHS_3 = 3, DECIDES, SPEAKS_FOR, MENTIONS };

/* In the order in which a reader wants to see them: what decides first. */
/* clang-format off */
static const struct {
    const char *word;
    enum kind kind;
    enum weight weight;
    bool (*shows)(const struct matter *m, struct tt_evidence *ret);
    const char *says;
} signs[] = {
    {"never-sent", KIND_BEHAVIOUR, DECIDES, was_never_sent,
     TT_N_("the capture at the {who}'s side does not have it: the {who} never sent it")},
    {"cut-there", KIND_BEHAVIOUR, DECIDES, was_cut_there,
     TT_N_("the {who} answers so what comes after its connection was cut, by a forged reset that only the capture there has")},
    {"goes-on", KIND_BEHAVIOUR, DECIDES, goes_on,
     TT_N_("the {who} itself goes on, {time} after the first reset in its name: a TCP that had sent it could not")},
    {"accepted-after-all", KIND_BEHAVIOUR, DECIDES, accepts_after_refusal,
     TT_N_("the server accepts the SYN all the same, {time} after the reset that refused it in its name")},
    {"tcpkill-arithmetic", KIND_NUMBERS, DECIDES, counts_like_tcpkill,
     TT_N_("the resets' numbers, {first} and {second}, are {window} apart, the {who}'s raw window: so counts tcpkill, and no TCP")},
    {"number-above-all", KIND_NUMBERS, DECIDES, numbers_climb,
     TT_N_("a further reset has number {number}, and the {who} had never sent more than {highest}: no TCP counts on in its "
           "resets")},
    {"echo", KIND_MAKE, DECIDES, echoes_the_victim,
     TT_N_("it repeats the IP ID {id} of the packet that it answers, and its TTL or window: an echo, as devices make it")},
    {"no-signature", KIND_MAKE, WEIGHS_2, lacks_signature,
     TT_N_("it is not signed, though all else in this connection is (RFC 2385, RFC 5925)")},
    {"nearer", KIND_WAY, WEIGHS_3, is_from_nearer,
     TT_N_("its TTL {ttl} shows that it passed no router; the {who}'s packets come with {usual} (hops: {hops})")},
    {"from-this-link", KIND_WAY, WEIGHS_3, is_from_this_link,
     TT_N_("its TTL {ttl} shows that it passed no router, as the SYN had not; but no link holds both addresses")},
    {"from-next-door", KIND_WAY, WEIGHS_1, is_from_next_door,
     TT_N_("its TTL {ttl} shows that it passed no router, as the SYN had not: the server is the next machine, or that answered for "
           "it")},
    {"made-here", KIND_WAY, WEIGHS_3, has_another_direction,
     TT_N_("the capturing host sent it itself; the {who}'s packets came in from elsewhere")},
    {"no-flow-label", KIND_LABEL, WEIGHS_1, lacks_label,
     TT_N_("it lacks the flow label that the {who}'s packets bear")},
    {"other-card", KIND_WAY, WEIGHS_2, has_another_card,
     TT_N_("it came from another hardware address than the {who}'s packets")},
    {"other-vlan", KIND_WAY, WEIGHS_2, has_another_vlan,
     TT_N_("it came from VLAN {vlan}, the {who}'s packets from {usual}")},
    {"other-ttl", KIND_WAY, WEIGHS_1, has_another_ttl,
     TT_N_("its TTL is {ttl}, that of the {who}'s packets {usual}")},
    {"comes-again", KIND_NUMBERS, WEIGHS_2, comes_again,
     TT_N_("it came {n} times with the same number, more often than there was anything to answer")},
    {"old-number", KIND_NUMBERS, WEIGHS_1, has_an_old_number,
     TT_N_("its number {number} lies below {acked}, which had been acknowledged: a bare reset repeats the latest acknowledgement")},
    {"old-timestamp", KIND_MAKE, WEIGHS_2, has_an_old_timestamp,
     TT_N_("its timestamp is older than one that the {who} had sent")},
    {"foreign-ip-id", KIND_MAKE, WEIGHS_1, has_foreign_id,
     TT_N_("its IP ID {id} is none that the {who} would have come to: its last was {last}, and it counts")},
    {"random-ip-ids", KIND_MAKE, WEIGHS_1, has_random_ids,
     TT_N_("the resets' IP IDs, {first} and {second}, do not count on, as the {who}'s do")},
    {"fragmentable", KIND_MAKE, WEIGHS_1, may_be_fragmented,
     TT_N_("it lacks DF, which all of the {who}'s packets bear")},
    {"window", KIND_MAKE, WEIGHS_1, offers_a_window,
     TT_N_("it offers a window of {window}, without an acknowledgement")},
    {"no-timestamps", KIND_MAKE, WEIGHS_1, lacks_timestamps,
     TT_N_("it lacks the timestamps that are in force; the {who}'s host may leave them out of resets")},
    {"bare-no-timestamps", KIND_MAKE, ADDS, is_without_timestamps,
     TT_N_("it lacks the timestamps that are in force, as every bare reset does")},
    {"payload", KIND_MAKE, ADDS, has_payload,
     TT_N_("it carries {size}")},
    {"alive-before", KIND_BEHAVIOUR, WEIGHS_1, was_alive,
     TT_N_("a bare reset says that there is no such connection, and the {who} had still spoken in it {time} before")},
    {"challenge-before", KIND_BEHAVIOUR, WEIGHS_1, had_answered_another,
     TT_N_("the {who} had repeated its ACK, unasked, {time} before: so TCP answers a reset that is inside the window but not exact "
           "(a challenge ACK, RFC 5961), one that this capture does not show")},
    {"both-names", KIND_BEHAVIOUR, WEIGHS_1, bears_both_names,
     TT_N_("at the same time a reset came in the other end's name, and neither answers anything")},
    {"answers-nothing", KIND_TIME, WEIGHS_1, answers_nothing,
     TT_N_("a bare reset answers a segment at once, and the last one came {time} before")},
    {"too-soon", KIND_TIME, WEIGHS_1, comes_too_soon,
     TT_N_("it came {time} after what it answers; to the {who} and back takes {rtt}")},
    {"sent", KIND_BEHAVIOUR, MENTIONS, was_sent,
     TT_N_("the capture at the {who}'s side has it too: nobody between the two captures made it")},
    {"next-ip-id", KIND_MAKE, SPEAKS_FOR, has_the_next_id,
     TT_N_("its IP ID {id} follows the {who}'s last, {last}")},
    {"right-timestamps", KIND_MAKE, SPEAKS_FOR, has_the_right_timestamps,
     TT_N_("its timestamps go on from the {who}'s")},
};
/* clang-format on */

static void add(struct weighed *weighed, const struct tt_evidence *evidence, enum weight weight)
{
    if (weighed->count == TT_EVIDENCE_MAX)
        return;
    weighed->adds[weighed->count] = weight == ADDS;
    weighed->evidence[weighed->count++] = *evidence;
}

static bool is_weighed(enum weight weight)
{
    return weight == WEIGHS_1 || weight == WEIGHS_2 || weight == WEIGHS_3;
}

static unsigned capped_sum(const unsigned weights[KIND_COUNT])
{
    unsigned sum = 0;

    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        sum += weights[kind] < share_of[kind] ? weights[kind] : share_of[kind];
    return sum;
}

void weigh_signs(const struct matter *m, struct weighed *ret)
{
    unsigned weights[KIND_COUNT] = {0};

    *ret = (struct weighed){0};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        struct tt_evidence evidence = {.sign = signs[i].word, .says = signs[i].says};

        if (!signs[i].shows(m, &evidence))
            continue;
        add(ret, &evidence, signs[i].weight);
        ret->decided |= signs[i].weight == DECIDES;
        ret->genuine |= signs[i].weight == SPEAKS_FOR;
        if (is_weighed(signs[i].weight))
            weights[signs[i].kind] += (unsigned)signs[i].weight;
        if (is_weighed(signs[i].weight) || signs[i].weight == DECIDES)
            ret->made |= signs[i].kind == KIND_MAKE || signs[i].kind == KIND_NUMBERS;
    }
    ret->weight = capped_sum(weights);
}
