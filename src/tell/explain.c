/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - what each thing that occurs in a connection is, for whoever learns TCP: one row of one table an explanation, with
 * the RFCs that say more, and this connection's own values behind it.
 */
#include "tell/explain.h"

/* ---- when a row applies ------------------------------------------------------------------------------------------ */

static bool either_offers(const struct tt_conn *conn, enum tt_has has)
{
    return ((conn->side[TT_CLIENT].offers | conn->side[TT_SERVER].offers) & (uint32_t)has) != 0;
}

static bool flagged(const struct tt_conn *conn, enum tt_flag flag)
{
    return ((conn->side[TT_CLIENT].flags_seen | conn->side[TT_SERVER].flags_seen) & (uint32_t)flag) != 0;
}

static bool has_numbers(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)verdict;
    return conn->side[TT_CLIENT].isn_known || conn->side[TT_SERVER].isn_known;
}

static bool has_ecn(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)verdict;
    return tt_conn_ecn(conn);
}

static bool is_reset(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)conn;
    return verdict->ending == TT_ENDING_RESET;
}

static bool is_refused(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)conn;
    return verdict->ending == TT_ENDING_REFUSED;
}

static bool is_sent_again(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)verdict;
    return conn->side[TT_CLIENT].retransmitted_packets || conn->side[TT_SERVER].retransmitted_packets;
}

static bool is_out_of_order(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)verdict;
    return conn->side[TT_CLIENT].out_of_order || conn->side[TT_SERVER].out_of_order;
}

static bool has_keepalives(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)verdict;
    return conn->side[TT_CLIENT].keepalives || conn->side[TT_SERVER].keepalives;
}

static bool has_closed_window(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)verdict;
    return conn->side[TT_CLIENT].zero_windows || conn->side[TT_SERVER].zero_windows;
}

static bool is_half_closed(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)conn;
    return verdict->ending == TT_ENDING_HALF_CLOSED;
}

static bool is_four(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)conn;
    return verdict->ending == TT_ENDING_FIN && verdict->form == TT_FORM_FOUR_SEGMENT;
}

static bool is_three(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)conn;
    return verdict->ending == TT_ENDING_FIN && verdict->form == TT_FORM_THREE_SEGMENT;
}

static bool is_simultaneous(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    (void)conn;
    return verdict->ending == TT_ENDING_FIN && verdict->form == TT_FORM_SIMULTANEOUS;
}

/* ---- this connection's own values -------------------------------------------------------------------------------- */

static void here_numbers(struct tale *tale)
{
    const struct tt_side *side = tale->conn->side;

    if (side[TT_CLIENT].isn_known && side[TT_SERVER].isn_known)
        TALE(tale, TT_N_("Here: the client began with {client}, the server with {server}."),
             tale_number("client", side[TT_CLIENT].isn.n), tale_number("server", side[TT_SERVER].isn.n));
    else if (side[TT_CLIENT].isn_known)
        TALE(tale, TT_N_("Here: the client began with {client}."), tale_number("client", side[TT_CLIENT].isn.n));
    else
        TALE(tale, TT_N_("Here: the server began with {server}."), tale_number("server", side[TT_SERVER].isn.n));
}

static bool offers(const struct tale *tale, unsigned end, enum tt_has has)
{
    return (tale->conn->side[end].offers & (uint32_t)has) != 0;
}

static void here_mss(struct tale *tale)
{
    const struct tt_side *side = tale->conn->side;
    bool client = offers(tale, TT_CLIENT, TT_HAS_MSS), server = offers(tale, TT_SERVER, TT_HAS_MSS);

    if (client && server)
        TALE(tale, TT_N_("Here: the client takes {client} octets at most, the server {server}."),
             tale_number("client", side[TT_CLIENT].mss), tale_number("server", side[TT_SERVER].mss));
    else
        TALE(tale, TT_N_("Here: the {who} takes {mss} octets at most."), tale_who(tale, "who", client ? TT_CLIENT : TT_SERVER),
             tale_number("mss", side[client ? TT_CLIENT : TT_SERVER].mss));
    if (tt_conn_timestamps(tale->conn))
        tale_say(tale, TT_N_(" The timestamps in every segment take 12 of them."));
}

/* Who offered an option that both ends must offer. */
static void here_both(struct tale *tale, enum tt_has has)
{
    bool client = offers(tale, TT_CLIENT, has), server = offers(tale, TT_SERVER, has);

    if (client && server)
        tale_say(tale, TT_N_("Here: both offered it, so it is in force."));
    else
        TALE(tale, TT_N_("Here: only the {who} was seen to offer it, so it is not in force."),
             tale_who(tale, "who", client ? TT_CLIENT : TT_SERVER));
}

static void here_sack(struct tale *tale)
{
    here_both(tale, TT_HAS_SACK_OK);
}

static void here_mptcp(struct tale *tale)
{
    here_both(tale, TT_HAS_MPTCP);
}

static void here_fast_open(struct tale *tale)
{
    here_both(tale, TT_HAS_FAST_OPEN);
}

/* The clocks as the first segments of both ends showed them. */
static void here_timestamps(struct tale *tale)
{
    const struct tt_log_entry *first[2] = {NULL, NULL};

    here_both(tale, TT_HAS_TIMESTAMPS);
    for (uint32_t i = 0; tale->log && i < tale->log->count; i++) {
        const struct tt_log_entry *entry = tt_log_at(tale->log, i);
        if (entry->has_tsval && !first[entry->from])
            first[entry->from] = entry;
    }
    if (first[TT_CLIENT] && first[TT_SERVER])
        TALE(tale, TT_N_(" The client's clock began at {client}, the server's at {server}."),
             tale_number("client", first[TT_CLIENT]->tsval), tale_number("server", first[TT_SERVER]->tsval));
}

static void here_wscale(struct tale *tale)
{
    here_both(tale, TT_HAS_WSCALE);
    for (unsigned end = 0; end < 2 && tt_conn_wscale(tale->conn); end++) {
        uint8_t shift = tale->conn->side[end].wscale > 14 ? 14 : tale->conn->side[end].wscale;
        TALE(tale, TT_N_(" The {who}'s number is {shift}: its windows count ×{factor}."), tale_who(tale, "who", end),
             tale_number("shift", shift), tale_number("factor", UINT64_C(1) << shift));
    }
}

static void here_close(struct tale *tale)
{
    TALE(tale, TT_N_("Here: the {who} closed first, so it is the one that stays in TIME-WAIT."),
         tale_who(tale, "who", tale->conn->first_closer));
}

static void here_half_closed(struct tale *tale)
{
    TALE(tale, TT_N_("Here: the {who} will send no more; the other still may."), tale_who(tale, "who", tale->conn->first_closer));
}

static void here_reset(struct tale *tale)
{
    const struct tt_side *side = &tale->conn->side[tale->conn->resetter];

    if (side->isn_known)
        TALE(tale, TT_N_("Here: the first in the {who}'s name has the number {number}."),
             tale_who(tale, "who", tale->conn->resetter), tale_number("number", side->rst_seq.n - side->isn.n));
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct explanation table[] = {
    {.term = TT_N_("first numbers"), .rfc = "RFC 9293 §3.4, RFC 6528", .applies = has_numbers, .here = here_numbers, .flag = TT_SYN,
     .means =
        TT_N_("Every octet has a number. Each end begins with one that nobody can guess, its initial sequence number "
              "(ISN), and tells it in its SYN. People read relative numbers: the SYN is 0, the first octet of data 1, "
              "and SYN and FIN each take one number.")},
    {.term = TT_N_("MSS"), .rfc = "RFC 9293 §3.7.1, RFC 6691", .has = TT_HAS_MSS, .here = here_mss, .flag = TT_SYN, .means =
        TT_N_("Maximum segment size: the most octets of data that an end wants in one segment, so that no packet needs "
              "to be cut in pieces. Each end announces its own; nothing is agreed, and the two may differ. Segments of "
              "a capture can be larger: the network card cuts and joins them.")},
    {.term = TT_N_("SACK"), .rfc = "RFC 2018", .has = TT_HAS_SACK_OK, .here = here_sack, .flag = TT_SYN, .means =
        TT_N_("Selective acknowledgement: when something is missing, the receiver also says which later octets it has, "
              "so that only what is missing is sent again.")},
    {.term = TT_N_("timestamps"), .rfc = "RFC 7323 §3", .has = TT_HAS_TIMESTAMPS, .here = here_timestamps, .flag = TT_SYN, .means =
        TT_N_("Every segment bears its sender's clock (TSval) and the latest clock heard from the other (TSecr): round "
              "trips can be measured, and old duplicates are told from new data (PAWS).")},
    {.term = TT_N_("window scale"), .rfc = "RFC 7323 §2", .has = TT_HAS_WSCALE, .here = here_wscale, .flag = TT_SYN, .means =
        TT_N_("The window says how much more an end is ready to receive. Its field holds 65535 at most; the scale "
              "multiplies it by a power of two, from the segment behind the SYNs on.")},
    {.term = TT_N_("fast open"), .rfc = "RFC 7413", .has = TT_HAS_FAST_OPEN, .here = here_fast_open, .flag = TT_SYN, .means =
        TT_N_("TCP Fast Open: a client that has the server's cookie from an earlier connection may send data with its "
              "SYN and saves a round trip.")},
    {.term = TT_N_("Multipath TCP"), .rfc = "RFC 8684", .has = TT_HAS_MPTCP, .here = here_mptcp, .flag = TT_SYN, .means =
        TT_N_("One connection over several paths: this is one of them, and others may carry the rest of the data.")},
    {.term = TT_N_("ECN"), .rfc = "RFC 3168", .applies = has_ecn, .means =
        TT_N_("Explicit congestion notification: routers mark packets instead of dropping them, the receiver reports "
              "the mark, the sender slows down.")},

    {.term = "SYN", .rfc = "RFC 9293 §3.5", .flag = TT_SYN, .means =
        TT_N_("Synchronize: opens its sender's direction and tells its first number. It takes one number itself, so it "
              "is acknowledged like data.")},
    {.term = "ACK", .rfc = "RFC 9293 §3.4", .flag = TT_ACK, .means =
        TT_N_("Acknowledge: the acknowledgement number holds, which is the next octet that its sender waits for; all "
              "before it has arrived. Set on everything but the first SYN and some resets.")},
    {.term = "FIN", .rfc = "RFC 9293 §3.6", .flag = TT_FIN, .means =
        TT_N_("Finish: its sender has no more data to send, but still receives. Takes one number, as the SYN does.")},
    {.term = "PSH", .rfc = "RFC 9293 §3.9.1.2", .flag = TT_PSH, .means =
        TT_N_("Push: do not wait for more, hand this to the program. Senders set it on the last segment of what the "
              "program wrote.")},
    {.term = "RST", .rfc = "RFC 9293 §3.5.2, RFC 5961", .flag = TT_RST, .means =
        TT_N_("Reset: the connection is void at once, data under way is thrown away. Nothing acknowledges it, and "
              "nothing in it proves who sent it.")},
    {.term = "URG", .rfc = "RFC 9293 §3.8.5, RFC 6093", .flag = TT_URG, .means =
        TT_N_("Urgent: the urgent pointer holds. A relic that new programs should not use.")},
    {.term = "ECE", .rfc = "RFC 3168 §6.1", .flag = TT_ECE, .means =
        TT_N_("ECN echo: \"a packet of yours met congestion\"; in a SYN it offers ECN.")},
    {.term = "CWR", .rfc = "RFC 3168 §6.1.2", .flag = TT_CWR, .means =
        TT_N_("Congestion window reduced: \"I heard the echo and slowed down\"; in a SYN it offers ECN.")},
    {.term = "AE", .rfc = "RFC 9768", .flag = TT_AE, .means =
        TT_N_("Accurate ECN: in a SYN it offers the newer kind of ECN; later AE, CWR and ECE together count the marked "
              "packets.")},

    {.term = TT_N_("sent again"), .rfc = "RFC 5681 §3.2, RFC 6298, RFC 8985", .applies = is_sent_again, .means =
        TT_N_("What is not acknowledged is sent again: at once when duplicate ACKs or SACK show that later octets arrived "
              "without it, otherwise when a timer has run out, which then runs twice as long. An earlier copy that is in "
              "the capture was lost behind it, or its acknowledgement was; one that is not was lost before.")},
    {.term = TT_N_("out of order"), .rfc = "RFC 5681 §3.2", .applies = is_out_of_order, .means =
        TT_N_("Packets overtook one another on the way, or in the capture. Nothing is lost by it; but a segment that "
              "three others overtake looks lost to its sender.")},
    {.term = TT_N_("keep-alive"), .rfc = "RFC 9293 §3.8.4", .applies = has_keepalives, .means =
        TT_N_("Nothing, or one octet that was acknowledged long ago, sent to hear whether the other end still lives: it "
              "answers with an ACK.")},
    {.term = TT_N_("window closed"), .rfc = "RFC 9293 §3.8.6.1", .applies = has_closed_window, .means =
        TT_N_("A receiver whose program does not read has no room left and says so. Its sender asks from time to time "
              "whether the window has opened, because the news of that can be lost.")},

    {.term = TT_N_("the close"), .rfc = "RFC 9293 §3.6", .applies = is_four, .here = here_close, .flag = TT_FIN, .means =
        TT_N_("The four-way close: each direction is closed on its own, by a FIN and the ACK of it. The end that closed "
              "first then waits in TIME-WAIT for some time, so that a late packet cannot disturb a new connection of "
              "the same ports.")},
    {.term = TT_N_("the close"), .rfc = "RFC 9293 §3.6", .applies = is_three, .here = here_close, .flag = TT_FIN, .means =
        TT_N_("The four-way close in three segments: FIN, then FIN and ACK in one, then ACK. The second and third step "
              "share a segment when the other end closes too before it would have acknowledged. The end that closed "
              "first then waits in TIME-WAIT for some time.")},
    {.term = TT_N_("the close"), .rfc = "RFC 9293 §3.6", .applies = is_simultaneous, .flag = TT_FIN, .means =
        TT_N_("A simultaneous close: the FINs crossed on the way, each end acknowledges the other's, and both wait in "
              "TIME-WAIT.")},
    {.term = TT_N_("the close"), .rfc = "RFC 9293 §3.6", .applies = is_half_closed, .here = here_half_closed, .flag = TT_FIN,
     .means =
        TT_N_("Half-closed: one direction is closed, the other is open as long as its sender likes. Useful on purpose, "
              "a leak by mistake: the other program may never have noticed the end of its input.")},
    {.term = TT_N_("the reset"), .rfc = "RFC 9293 §3.10.7.4, RFC 5961", .applies = is_reset, .here = here_reset, .flag = TT_RST,
     .means =
        TT_N_("A receiver obeys a reset only when its number is exactly the one that it waits for; any other in the "
              "window makes it ask back (a challenge ACK). Whoever can see the packets can therefore forge one, others "
              "hardly.")},
    {.term = TT_N_("the reset"), .rfc = "RFC 9293 §3.10.7.1", .applies = is_refused, .flag = TT_RST, .means =
        TT_N_("A SYN to a port where nothing listens is answered by a reset that acknowledges it. A firewall can answer "
              "the same way.")},
};
/* clang-format on */

bool tt_explanation_applies(const struct explanation *row, const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    if (row->applies)
        return row->applies(conn, verdict);
    return row->has ? either_offers(conn, row->has) : flagged(conn, row->flag);
}

size_t tt_explanations(const struct explanation **ret)
{
    *ret = table;
    return sizeof table / sizeof table[0];
}
