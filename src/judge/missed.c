/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * missed.c - resets that ended nothing: why their receiver did not obey, and whether their supposed sender can have sent them.
 *
 * They are news all the same: somebody tries to cut this connection, or a host answers for one that it does not know.
 */
#include "judge/matter.h"

/* Of the same volley as the one that counted, or of the same forger: told with it. */
static bool is_told_already(const struct tt_reset *reset, const struct tt_reset *counted, const struct tt_verdict *verdict)
{
    return counted && reset->end == counted->end &&
           (verdict->forged == TT_FORGED_YES || reset->trigger.frame == counted->trigger.frame);
}

static bool sender_went_on(const struct tt_conn *conn, const struct tt_reset *reset)
{
    return conn->side[reset->end].last.frame > reset->mark.frame;
}

static bool is_outside(const struct tt_conn *conn, const struct tt_reset *reset)
{
    (void)conn;
    return reset->belief == TT_BELIEF_NONE && reset->placed && !reset->bad_checksum;
}

static bool acknowledges_no_syn(const struct tt_conn *conn, const struct tt_reset *reset)
{
    (void)conn;
    return reset->belief == TT_BELIEF_NONE && !reset->placed && reset->trigger_flags & TT_SYN;
}

static bool is_accepted_after(const struct tt_conn *conn, const struct tt_reset *reset)
{
    return acknowledges_no_syn(conn, reset) && sender_went_on(conn, reset);
}

static bool has_a_bad_checksum(const struct tt_conn *conn, const struct tt_reset *reset)
{
    (void)conn;
    return reset->bad_checksum;
}

static bool is_challenged(const struct tt_conn *conn, const struct tt_reset *reset)
{
    return reset->belief == TT_BELIEF_IN_WINDOW && sender_went_on(conn, reset);
}

static bool is_in_window(const struct tt_conn *conn, const struct tt_reset *reset)
{
    (void)conn;
    return reset->belief == TT_BELIEF_IN_WINDOW;
}

static bool is_disobeyed(const struct tt_conn *conn, const struct tt_reset *reset)
{
    return reset->belief == TT_BELIEF_EXACT && sender_went_on(conn, reset);
}

/* The first row that applies; none: nothing to say. */
/* clang-format off */
static const struct {
    bool (*is)(const struct tt_conn *conn, const struct tt_reset *reset);
    const char *says;
} misses[] = {
    {has_a_bad_checksum,
     TT_N_("a reset in the {who}'s name missed: its checksum is wrong")},
    {is_outside,
     TT_N_("a reset in the {who}'s name missed: its number {number} lies outside the window that begins with {expected}")},
    {is_accepted_after,
     TT_N_("a reset in the {who}'s name missed, and the {who} accepted the SYN, so it was forged: it does not "
           "acknowledge the SYN, as a refusal must")},
    {acknowledges_no_syn,
     TT_N_("a reset in the {who}'s name missed: it does not acknowledge the SYN, as a refusal must")},
    {is_challenged,
     TT_N_("a reset in the {who}'s name missed, and the {who} went on, so it was forged: its number {number} lies "
           "inside the window but is not {expected} (RFC 5961)")},
    {is_in_window,
     TT_N_("a reset in the {who}'s name missed: its number {number} lies inside the window but is not {expected} (RFC "
           "5961)")},
    {is_disobeyed,
     TT_N_("a reset in the {who}'s name ended nothing, and both ends went on: it was forged, or got no further than here")},
};
/* clang-format on */

static void say_missed(const struct tt_conn *conn, const struct tt_reset *reset, struct tt_verdict *verdict)
{
    for (size_t i = 0; i < sizeof misses / sizeof misses[0]; i++) {
        struct tt_evidence evidence = {.packet = reset->mark.frame, .sign = "missed", .says = misses[i].says};

        if (!misses[i].is(conn, reset))
            continue;
        say_end(&evidence, "who", (enum tt_end)reset->end);
        say_value(&evidence, "number", TT_VALUE_NUMBER, reset->position);
        say_value(&evidence, "expected", TT_VALUE_NUMBER, (int64_t)reset->snd_una);
        judge_add(verdict, &evidence);
        return;
    }
}

void tell_missed(const struct tt_conn *conn, const struct tt_reset *counted, struct tt_verdict *verdict)
{
    bool said[2] = {false, false};

    for (unsigned i = 0; i < tt_resets_kept(conn->resets); i++) {
        const struct tt_reset *reset = &conn->resets->reset[i];

        if (said[reset->end] || reset == counted || reset->belief == TT_BELIEF_LATE || is_told_already(reset, counted, verdict))
            continue;
        said[reset->end] = true;
        say_missed(conn, reset, verdict);
    }
}
