/* SPDX-License-Identifier: BSD-2-Clause */
/* story_force.c - what the handshake put in force, what one end offered in vain, what neither asked for. */
#include "tell/tale.h"

/* One row an option that needs both ends. */
static const struct {
    enum tt_has has;
    bool (*in_force)(const struct tt_conn *conn);
    const char *word;
    const char *absent; /* said when neither offered it; NULL: nothing to say */
} options[] = {
    {TT_HAS_SACK_OK, tt_conn_sack, TT_N_("SACK"), TT_N_("no SACK")},
    {TT_HAS_TIMESTAMPS, tt_conn_timestamps, TT_N_("timestamps"), TT_N_("no timestamps")},
    {TT_HAS_WSCALE, tt_conn_wscale, TT_N_("window scale"), TT_N_("no window scale")},
    {TT_HAS_MPTCP, tt_conn_mptcp, TT_N_("Multipath TCP"), NULL},
};
#define OPTIONS (sizeof options / sizeof options[0])

static bool offered(const struct tt_conn *conn, unsigned end, enum tt_has has)
{
    return (conn->side[end].offers & (uint32_t)has) != 0;
}

static uint64_t factor(const struct tt_conn *conn, unsigned end)
{
    uint8_t shift = conn->side[end].wscale; /* RFC 7323 section 2.3: 14 at most */

    return UINT64_C(1) << (shift > 14 ? 14 : shift);
}

static void say_scales(struct tale *tale)
{
    TALE(tale, TT_N_("window scale ×{client} / ×{server}"), tale_number("client", factor(tale->conn, TT_CLIENT)),
         tale_number("server", factor(tale->conn, TT_SERVER)));
}

static void say_mss(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    if (offered(conn, TT_CLIENT, TT_HAS_MSS) && offered(conn, TT_SERVER, TT_HAS_MSS))
        TALE(tale, TT_N_("MSS {client} / {server}"), tale_number("client", conn->side[TT_CLIENT].mss),
             tale_number("server", conn->side[TT_SERVER].mss));
    else if (offered(conn, TT_CLIENT, TT_HAS_MSS))
        TALE(tale, TT_N_("MSS {client} / none named"), tale_number("client", conn->side[TT_CLIENT].mss));
    else if (offered(conn, TT_SERVER, TT_HAS_MSS))
        TALE(tale, TT_N_("MSS none named / {server}"), tale_number("server", conn->side[TT_SERVER].mss));
    else
        tale_say(tale, TT_N_("no MSS named"));
}

static void say_in_force(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    tale_say(tale, TT_N_("in force: "));
    say_mss(tale);
    for (unsigned i = 0; i < OPTIONS; i++) {
        if (!options[i].in_force(conn))
            continue;
        tale_say(tale, TT_N_(", "));
        if (options[i].has == TT_HAS_WSCALE)
            say_scales(tale);
        else
            tale_say(tale, options[i].word);
    }
    if (tt_conn_ecn(conn))
        tale_say(tale, TT_N_(", ECN"));
}

/* What neither end asked for, behind a semicolon. */
static void say_absent(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;
    bool any = false;

    for (unsigned i = 0; i < OPTIONS; i++) {
        if (!options[i].absent || offered(conn, TT_CLIENT, options[i].has) || offered(conn, TT_SERVER, options[i].has))
            continue;
        tale_say(tale, any ? TT_N_(", ") : TT_N_("; "));
        tale_say(tale, options[i].absent);
        any = true;
    }
    if (!tt_conn_ecn(conn)) {
        tale_say(tale, any ? TT_N_(", ") : TT_N_("; "));
        tale_say(tale, TT_N_("no ECN"));
    }
}

/* Options that one end offered and the other did not take. */
static void say_in_vain(struct tale *tale, unsigned end)
{
    const struct tt_conn *conn = tale->conn;
    bool any = false;

    for (unsigned i = 0; i < OPTIONS; i++) {
        if (!offered(conn, end, options[i].has) || options[i].in_force(conn) || offered(conn, 1 - end, options[i].has))
            continue;
        if (any)
            tale_say(tale, TT_N_(", "));
        else
            TALE(tale, TT_N_("offered by the {who} only, so not in force: "), tale_who(tale, "who", end));
        tale_say(tale, options[i].word);
        any = true;
    }
    tale_line(tale);
}

static void say_fast_open(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;

    if (!offered(conn, TT_CLIENT, TT_HAS_FAST_OPEN) || conn->fast_open_octets)
        return;
    if (offered(conn, TT_SERVER, TT_HAS_FAST_OPEN))
        tale_say(tale, TT_N_("the client asked for a fast open cookie and got one for the next time"));
    else
        tale_say(tale, TT_N_("the client asked for fast open, the server does not do it"));
    tale_line(tale);
}

/* What the only SYN that was seen offers. */
static void say_offer(struct tale *tale, unsigned end)
{
    const struct tt_conn *conn = tale->conn;

    TALE(tale, TT_N_("offered by the {who}: "), tale_who(tale, "who", end));
    if (offered(conn, end, TT_HAS_MSS))
        TALE(tale, TT_N_("MSS {mss}"), tale_number("mss", conn->side[end].mss));
    else
        tale_say(tale, TT_N_("no MSS named"));
    for (unsigned i = 0; i < OPTIONS; i++) {
        if (!offered(conn, end, options[i].has))
            continue;
        tale_say(tale, TT_N_(", "));
        if (options[i].has == TT_HAS_WSCALE)
            TALE(tale, TT_N_("window scale ×{factor}"), tale_number("factor", factor(conn, end)));
        else
            tale_say(tale, options[i].word);
    }
    tale_line(tale);
}

void tale_force(struct tale *tale)
{
    const struct tt_conn *conn = tale->conn;
    bool client = conn->side[TT_CLIENT].syn.frame != 0;
    bool server = conn->syn_ack.frame != 0 || conn->side[TT_SERVER].syn.frame != 0;

    if (client && server) {
        say_in_force(tale);
        say_absent(tale);
        tale_line(tale);
        say_in_vain(tale, TT_CLIENT);
        say_in_vain(tale, TT_SERVER);
        say_fast_open(tale);
    } else if (client || server) {
        say_offer(tale, client ? TT_CLIENT : TT_SERVER);
    }
}
