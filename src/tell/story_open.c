/* SPDX-License-Identifier: BSD-2-Clause */
/* story_open.c - how a connection was opened, how long that took, and from where the capture saw it. */
#include "tell/tale.h"

static tt_ns syn_to_synack(const struct tt_conn *conn)
{
    return tt_span(conn->side[TT_CLIENT].syn.time, conn->syn_ack.time);
}

static tt_ns synack_to_ack(const struct tt_conn *conn)
{
    return tt_span(conn->syn_ack.time, conn->opened.time);
}

enum vantage { VANTAGE_UNKNOWN, VANTAGE_CLIENT, VANTAGE_SERVER, VANTAGE_BETWEEN };

/* What systems send: a packet that still has it came over no router. */
static bool ttl_is_initial(uint8_t ttl)
{
    return tt_hops(ttl) == 0;
}

/*
 * Where the capture stood: at the end whose answer to the other came much sooner than the other's to it.  Where the two do not
 * differ enough, at the end whose packets came over no router while the other's did.
 */
#define SOONER_TIMES 4

static enum vantage vantage(const struct tt_conn *conn)
{
    tt_ns server = syn_to_synack(conn), client = synack_to_ack(conn);
    bool client_near = ttl_is_initial(conn->side[TT_CLIENT].look.ttl), server_near = ttl_is_initial(conn->side[TT_SERVER].look.ttl);

    if (conn->opened.frame && conn->syn_retries == 0) {
        if (server < client / SOONER_TIMES)
            return VANTAGE_SERVER;
        if (client < server / SOONER_TIMES)
            return VANTAGE_CLIENT;
    }
    if (client_near != server_near)
        return client_near ? VANTAGE_CLIENT : VANTAGE_SERVER;
    return client_near ? VANTAGE_UNKNOWN : VANTAGE_BETWEEN;
}

static void say_vantage(struct tale *tale)
{
    static const char *const words[] = {
        [VANTAGE_UNKNOWN] = NULL,
        [VANTAGE_CLIENT] = TT_N_("seen from the client's side"),
        [VANTAGE_SERVER] = TT_N_("seen from the server's side"),
        [VANTAGE_BETWEEN] = TT_N_("seen from between the two"),
    };
    const char *word = words[vantage(tale->conn)];

    if (!word || tale_is_itself(tale))
        return;
    tale_clause(tale);
    tale_say(tale, word);
}

static void ref_opening(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    tale_ref(tale, conn->side[TT_CLIENT].syn.frame);
    if (conn->simultaneous)
        tale_ref(tale, conn->side[TT_SERVER].syn.frame);
    tale_ref(tale, conn->syn_ack.frame);
    tale_ref(tale, conn->opened.frame);
}

static void handshake(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    ref_opening(tale);
    if (conn->side[TT_CLIENT].syn.frame == 0) {
        TALE(tale, TT_N_("at {clock}: the SYN-ACK was seen, the SYN before it was not"), tale_clock(tale, "clock", conn->first));
    } else if (conn->opened.frame == 0) {
        TALE(tale, TT_N_("at {clock}: SYN answered after {time}, but the ACK that completes the handshake was not seen"),
             tale_clock(tale, "clock", conn->first), tale_time(tale, "time", syn_to_synack(conn)));
        tale->bad = true;
    } else {
        TALE(tale, TT_N_("three-way handshake in {time}"),
             tale_time(tale, "time", tt_span(conn->side[TT_CLIENT].syn.time, conn->opened.time)));
        say_vantage(tale);
        TALE(tale, TT_N_(", at {clock}"), tale_clock(tale, "clock", conn->first));
    }
    tale_line(tale);
}

static void simultaneous(struct tale *tale)
{
    ref_opening(tale);
    TALE(tale, TT_N_("simultaneous open at {clock}: both sent a SYN before they saw the other's, and each acknowledged it"),
         tale_clock(tale, "clock", tale->conn->first));
    tale_line(tale);
}

static void fast_open(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    ref_opening(tale);
    if (conn->fast_open_accepted)
        TALE(tale,
             TT_N_("fast open in {time}: {size} came with the SYN, and the server took them before the handshake was complete"),
             tale_time(tale, "time", tt_span(conn->side[TT_CLIENT].syn.time, conn->opened.time)),
             tale_size(tale, "size", conn->fast_open_octets));
    else
        TALE(tale, TT_N_("fast open tried: {size} came with the SYN, but the server acknowledged the SYN alone"),
             tale_size(tale, "size", conn->fast_open_octets));
    TALE(tale, TT_N_(", at {clock}"), tale_clock(tale, "clock", conn->first));
    tale_line(tale);
}

static void midstream(struct tale *tale)
{
    tale_ref(tale, tale->conn->first_frame);
    TALE(tale,
         TT_N_("no SYN seen: from {clock} on, open before or its beginning not captured; window scale and options are not known"),
         tale_clock(tale, "clock", tale->conn->first));
    tale_line(tale);
}

static void syn_only(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    tale_ref(tale, conn->side[TT_CLIENT].syn.frame);
    TALE(tale, TT_N_("the client sent a SYN at {clock}; no SYN-ACK was seen"), tale_clock(tale, "clock", conn->first));
    tale_line(tale);
}

static void refused(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    tale_ref(tale, conn->side[TT_CLIENT].syn.frame);
    TALE(tale, TT_N_("the client sent a SYN at {clock}; the first answer was a reset"), tale_clock(tale, "clock", conn->first));
    tale_line(tale);
}

/* How many packets of the end the log has with the note. */
static uint32_t count_noted(const struct tt_log *log, unsigned end, uint32_t note)
{
    uint32_t n = 0;

    for (uint32_t i = 0; log && i < log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(log, i);
        n += !entry->icmp && entry->from == end && (entry->notes & note);
    }
    return n;
}

static void syn_retries(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;
    uint32_t n = tale->log ? count_noted(tale->log, TT_CLIENT, TT_STEP_SYN_AGAIN) : conn->syn_retries;

    if (n == 0)
        return;
    tale_ref_noted(tale, TT_CLIENT, TT_STEP_SYN_AGAIN);
    TALE_MANY(tale, n, TT_NN_("the SYN was sent again {n} time", "the SYN was sent again {n} times"), tale_number("n", n));
    if (conn->syn_ack.frame > conn->side[TT_CLIENT].syn.frame + 1 && tale->refs.range[0].first < conn->syn_ack.frame)
        TALE(tale, TT_N_(", the answer came {time} after the first"), tale_time(tale, "time", syn_to_synack(conn)));
    tale_why_syn_again(tale, TT_CLIENT);
    tale->bad = true;
    tale_line(tale);
}

static void synack_retries(struct tale *tale)
{
    uint32_t n = count_noted(tale->log, TT_SERVER, TT_STEP_SYN_AGAIN);

    if (n == 0)
        return;
    tale_ref_noted(tale, TT_SERVER, TT_STEP_SYN_AGAIN);
    TALE_MANY(tale, n, TT_NN_("the SYN-ACK was sent again {n} time", "the SYN-ACK was sent again {n} times"), tale_number("n", n));
    tale_why_syn_again(tale, TT_SERVER);
    tale->bad = true;
    tale_line(tale);
}

static void roles(struct tale *tale)
{
    if (tale->conn->roles != TT_ROLES_GUESS)
        return;
    tale_say(tale, TT_N_("which of the two is the client is a guess, from the ports and who spoke first"));
    tale_line(tale);
}

/* What one end sent the same end received: neither its FIN nor its acknowledgements are another's. */
static void itself(struct tale *tale)
{
    if (!tale_is_itself(tale))
        return;
    tale_say(tale, TT_N_("both ends have the same address and port: a socket connected to itself, or forged packets; which of "
                         "the two sent what cannot be told"));
    tale->bad = true;
    tale_line(tale);
}

/* Capturing on several queues shuffles packets within microseconds; beyond this the clock was set, or the file is out of order. */
#define CLOCK_BACK_TOLD TT_NS_PER_MS

static void clock_back(struct tale *tale)
{
    if (!tale->log || tale->log->back < CLOCK_BACK_TOLD)
        return;
    tale_ref(tale, tale->log->back_frame);
    TALE(tale, TT_N_("the times of the packets go back, by {time} here: no duration of this connection can be relied on"),
         tale_time(tale, "time", tale->log->back));
    tale->bad = true;
    tale_line(tale);
}

/* An end that acknowledges hears the other, even where the capture does not. */
static void one_direction(struct tale *tale)
{
    for (unsigned end = 0; end < 2; end++) {
        const struct tt_side *other = &tale->conn->side[1 - end];

        if (tale_is_itself(tale) || tale->conn->side[end].packets || other->packets < 2 || !(other->flags_seen & TT_ACK))
            continue;
        TALE(tale, TT_N_("only one direction was captured: no packet of the {who}, though the other end acknowledges some"),
             tale_who(tale, "who", end));
        tale->bad = true;
        tale_line(tale);
    }
}

void tale_opened(struct tale *tale)
{
    static void (*const tellers[])(struct tale *) = {
        [TT_OPENING_HANDSHAKE] = handshake, [TT_OPENING_SIMULTANEOUS] = simultaneous, [TT_OPENING_FAST_OPEN] = fast_open,
        [TT_OPENING_MIDSTREAM] = midstream, [TT_OPENING_SYN_ONLY] = syn_only,         [TT_OPENING_REFUSED] = refused,
    };

    tale_part(tale, TALE_OPENED);
    if ((unsigned)tale->verdict->opening < TT_OPENING_COUNT)
        tellers[tale->verdict->opening](tale);
    syn_retries(tale);
    synack_retries(tale);
    roles(tale);
    clock_back(tale);
    itself(tale);
    one_direction(tale);
}
