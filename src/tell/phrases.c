/* SPDX-License-Identifier: BSD-2-Clause */
/* phrases.c - endings, openings, causes and enders in a few words each, for the table and the summary. */
#include "tell/phrases.h"

/* clang-format off */
static const struct {
    const char *kind;               /* whoever did it */
    const char *by[TT_ENDER_COUNT]; /* NULL: as the kind */
    enum tt_tone tone;
} endings[TT_ENDING_COUNT] = {
    [TT_ENDING_FIN] = {TT_N_("closed"), {
        [TT_BY_CLIENT] = TT_N_("client closed"),
        [TT_BY_SERVER] = TT_N_("server closed"),
    }, TT_TONE_CALM},
    [TT_ENDING_HALF_CLOSED] = {TT_N_("half-closed"), {
        [TT_BY_CLIENT] = TT_N_("client half-closed"),
        [TT_BY_SERVER] = TT_N_("server half-closed"),
    }, TT_TONE_NOTICE},
    [TT_ENDING_RESET] = {TT_N_("reset"), {
        [TT_BY_CLIENT] = TT_N_("client reset"),
        [TT_BY_SERVER] = TT_N_("server reset"),
        [TT_BY_THIRD_PARTY] = TT_N_("third party reset"),
    }, TT_TONE_BAD},
    [TT_ENDING_REFUSED] = {TT_N_("refused"), {
        [TT_BY_CLIENT] = TT_N_("client refused"),
        [TT_BY_SERVER] = TT_N_("server refused"),
        [TT_BY_THIRD_PARTY] = TT_N_("third party refused"),
    }, TT_TONE_BAD},
    [TT_ENDING_UNANSWERED] = {TT_N_("no answer"), {0}, TT_TONE_BAD},
    [TT_ENDING_TIMEOUT] = {TT_N_("timed out"), {
        [TT_BY_CLIENT] = TT_N_("client gave up"),
        [TT_BY_SERVER] = TT_N_("server gave up"),
    }, TT_TONE_BAD},
    [TT_ENDING_REJECTED] = {TT_N_("rejected by ICMP"), {0}, TT_TONE_BAD},
    [TT_ENDING_OPEN] = {TT_N_("still open"), {0}, TT_TONE_NOTICE},
};

static const char *const openings[TT_OPENING_COUNT] = {
    [TT_OPENING_HANDSHAKE] = TT_N_("handshake"),
    [TT_OPENING_SIMULTANEOUS] = TT_N_("simultaneous open"),
    [TT_OPENING_FAST_OPEN] = TT_N_("fast open"),
    [TT_OPENING_MIDSTREAM] = TT_N_("no SYN"),
    [TT_OPENING_SYN_ONLY] = TT_N_("SYN only"),
    [TT_OPENING_REFUSED] = TT_N_("refused"),
};

static const char *const enders[TT_ENDER_COUNT] = {
    [TT_BY_CLIENT] = TT_N_("the client"),
    [TT_BY_SERVER] = TT_N_("the server"),
    [TT_BY_THIRD_PARTY] = TT_N_("a third party"),
    [TT_BY_NONE] = TT_N_("nobody"),
    [TT_BY_UNKNOWN] = TT_N_("not known"),
};

static const char *const causes[TT_CAUSE_COUNT] = {
    [TT_CAUSE_PORT_CLOSED] = TT_N_("port closed"),
    [TT_CAUSE_ABORT] = TT_N_("aborted"),
    [TT_CAUSE_UNREAD_DATA] = TT_N_("closed with unread data"),
    [TT_CAUSE_DATA_AFTER_CLOSE] = TT_N_("data after the close"),
    [TT_CAUSE_NO_SUCH_CONNECTION] = TT_N_("connection not known there"),
    [TT_CAUSE_KEEPALIVE_TIMEOUT] = TT_N_("keep-alives unanswered"),
    [TT_CAUSE_RETRANSMISSION_TIMEOUT] = TT_N_("retransmissions unanswered"),
    [TT_CAUSE_ACCEPT_OVERFLOW] = TT_N_("accept queue full"),
    [TT_CAUSE_FIREWALL] = TT_N_("firewall"),
    [TT_CAUSE_INJECTED] = TT_N_("injected packets"),
};

/* A reset of which only the address it bears is known. */
static const struct {
    const char *whole, *brief;
} resets_in_name[] = {
    [TT_CLIENT] = {TT_N_("reset (client's name)"), TT_N_("reset (client?)")},
    [TT_SERVER] = {TT_N_("reset (server's name)"), TT_N_("reset (server?)")},
};

static const struct {
    const char *begin, *end;
} tones[] = {
    [TT_TONE_CALM] = {"", ""},
    [TT_TONE_NOTICE] = {"\033[33m", "\033[0m"},
    [TT_TONE_BAD] = {"\033[31m", "\033[0m"},
};
/* clang-format on */

const char *tt_ending_phrase(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    const char *by = endings[verdict->ending].by[verdict->ended_by];

    if (verdict->ending == TT_ENDING_RESET && verdict->ended_by == TT_BY_UNKNOWN && conn->reset)
        return resets_in_name[conn->resetter].whole;
    return by ? by : endings[verdict->ending].kind;
}

const char *tt_ending_phrase_brief(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    if (verdict->ending == TT_ENDING_RESET && verdict->ended_by == TT_BY_UNKNOWN && conn->reset)
        return resets_in_name[conn->resetter].brief;
    return verdict->ending == TT_ENDING_REJECTED ? TT_N_("ICMP rejected") : tt_ending_phrase(conn, verdict);
}

const char *tt_opening_phrase(enum tt_opening opening)
{
    return openings[opening];
}

const char *tt_ending_kind_phrase(enum tt_ending ending)
{
    return endings[ending].kind;
}

const char *tt_ender_phrase(enum tt_ender ender)
{
    return enders[ender];
}

const char *tt_cause_phrase(enum tt_cause cause)
{
    return causes[cause];
}

enum tt_tone tt_ending_tone(enum tt_ending ending)
{
    return endings[ending].tone;
}

const char *tt_tone_begin(enum tt_tone tone, bool colour)
{
    return colour ? tones[tone].begin : "";
}

const char *tt_tone_end(enum tt_tone tone, bool colour)
{
    return colour ? tones[tone].end : "";
}
