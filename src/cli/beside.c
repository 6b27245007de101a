/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * beside.c - the capture of the other side.
 *
 * It is read twice, between the two passes over the capture that is told: first to see which of its connections are the same ones,
 * then to keep the packets of those that will be told and of no others.
 */
#include "cli/beside.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "cli/follow.h"
#include "cli/output.h"

/* All that is kept of packets, here and there: as much again as logs may take. */
#define OCTETS_MAX ((size_t)512 << 20)

static int new_partners(struct tt_partners **ret)
{
    uint64_t key[2];

    if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key)
        return TT_ERR_SYSTEM;
    return tt_partners_new(key, tt_system_alloc(), ret);
}

static int check(const struct cli_settings *settings)
{
    if (settings->interface) {
        cli_complain("--other-side wants a capture that can be read, not the interface %s: use -r", settings->interface);
        return CLI_USAGE;
    }
    if (strcmp(settings->read, "-") == 0 && strcmp(settings->other_side, "-") == 0) {
        cli_complain("-r - and --other-side -: standard input is one of the two");
        return CLI_USAGE;
    }
    return 0;
}

int cli_beside_open(const struct cli_settings *settings, const struct tt_alloc *alloc, const size_t *octets, struct cli_beside *ret)
{
    int status;

    *ret = (struct cli_beside){.alloc = alloc, .octets = octets};
    if (!settings->other_side)
        return 0;
    status = check(settings);
    if (status)
        return status;
    ret->settings = (struct cli_settings){.read = settings->other_side};
    status = cli_source_open_beside(&ret->settings, &ret->source);
    if (status)
        return status;
    int err = new_partners(&ret->partners);
    cli_source_fail(&ret->source, err);
    return err ? cli_beside_close(ret, CLI_FAILED) : 0;
}

/* ---- which is which ------------------------------------------------------------------------------------------------------------
 */

void cli_beside_segment(struct cli_beside *beside, struct cli_source *source, const struct tt_conn *conn,
                        const struct tt_segment *segment, const struct tt_step *step)
{
    cli_source_fail(source, tt_partners_segment(beside->partners, TT_HERE, conn, segment, step));
}

void cli_beside_finished(struct cli_beside *beside, struct cli_source *source, const struct tt_conn *conn)
{
    cli_source_fail(source, tt_partners_finished(beside->partners, TT_HERE, conn));
}

static void segment_there(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    struct cli_beside *beside = ctx;

    cli_source_fail(&beside->source, tt_partners_segment(beside->partners, TT_THERE, conn, segment, step));
}

static void finished_there(void *ctx, struct tt_conn *conn)
{
    struct cli_beside *beside = ctx;

    cli_source_fail(&beside->source, tt_partners_finished(beside->partners, TT_THERE, conn));
}

void cli_beside_settle(struct cli_beside *beside, struct cli_source *source)
{
    const struct tt_track_events events = {.segment = segment_there, .finished = finished_there, .ctx = beside};
    struct tt_capture_facts facts;

    tt_capture_facts(source->capture, &facts);
    beside->first = source->earliest;
    beside->last = source->latest;
    beside->dropped = facts.dropped;
    cli_follow(&beside->source, &events, NULL);
    cli_source_fail(&beside->source, tt_partners_settle(beside->partners));
}

/* ---- packets -------------------------------------------------------------------------------------------------------------------
 */

void cli_beside_want(struct cli_beside *beside, uint64_t id)
{
    uint64_t there;

    (void)tt_partner(beside->partners, TT_HERE, id, &there);
    if (there)
        cli_source_fail(&beside->source, cli_idset_add(&beside->wanted, there));
}

static void trace_begun(void *ctx, struct tt_conn *conn)
{
    struct cli_beside *beside = ctx;
    struct tt_trace *trace = NULL;

    if (cli_idset_has(&beside->wanted, conn->id) && *beside->octets < OCTETS_MAX)
        cli_source_fail(&beside->source, tt_trace_new(0, beside->alloc, &trace));
    conn->user = trace;
}

static void trace_segment(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step)
{
    struct cli_beside *beside = ctx;

    if (conn->user)
        cli_source_fail(&beside->source, tt_trace_segment(conn->user, segment, step));
}

static bool make_room(struct cli_beside *beside, uint64_t id)
{
    uint64_t room = beside->room;

    while (room < id)
        room = room ? 2 * room : 64;
    if (room == beside->room)
        return true;
    struct cli_beside_one **ones = realloc(beside->ones, room * sizeof(struct cli_beside_one *));
    if (!ones)
        return false;
    memset(ones + beside->room, 0, (room - beside->room) * sizeof(struct cli_beside_one *));
    beside->ones = ones;
    beside->room = room;
    return true;
}

static void trace_finished(void *ctx, struct tt_conn *conn)
{
    struct cli_beside *beside = ctx;
    struct cli_beside_one *one;

    if (!cli_idset_has(&beside->wanted, conn->id))
        return;
    one = make_room(beside, conn->id) ? malloc(sizeof *one) : NULL;
    if (!one || tt_conn_keep(conn, tt_system_alloc(), &one->conn) < 0) {
        free(one);
        tt_trace_free(conn->user);
        cli_source_fail(&beside->source, TT_ERR_NOMEM);
        return;
    }
    one->trace = conn->user;
    beside->ones[conn->id - 1] = one;
}

void cli_beside_read(struct cli_beside *beside)
{
    const struct tt_track_events events = {.begun = trace_begun,
                                           .segment = trace_segment,
                                           .finished = trace_finished,
                                           .ctx = beside};

    if (beside->wanted.count && cli_source_again(&beside->source))
        cli_follow(&beside->source, &events, NULL);
}

/* ---- comparing -----------------------------------------------------------------------------------------------------------------
 */

static void forget(struct cli_beside *beside, uint64_t id)
{
    struct cli_beside_one *one = beside->ones[id - 1];

    if (one) {
        tt_conn_drop(&one->conn, tt_system_alloc());
        tt_trace_free(one->trace);
    }
    free(one);
    beside->ones[id - 1] = NULL;
}

const struct tt_comparison *cli_beside_compare(struct cli_beside *beside, struct cli_source *source, const struct tt_conn *conn,
                                               const struct tt_trace *trace)
{
    static struct tt_comparison comparison; /* too large for the stack */
    uint64_t id;
    enum tt_partnership partnership = tt_partner(beside->partners, TT_HERE, conn->id, &id);
    struct cli_beside_one *one = id && id <= beside->room ? beside->ones[id - 1] : NULL;
    const struct tt_side_view here = {conn, trace, beside->first, beside->last, beside->dropped, {0, 0}};
    struct tt_capture_facts facts;

    tt_capture_facts(beside->source.capture, &facts);
    const struct tt_side_view there = {one ? &one->conn : NULL, one ? one->trace : NULL,
                                       beside->source.earliest, beside->source.latest,
                                       facts.dropped,           tt_partner_neighbours(beside->partners, conn->id)};
    int err = tt_compare(partnership, &here, &there, tt_system_alloc(), &comparison);
    cli_source_fail(source, err);
    if (one)
        forget(beside, id);
    return err ? NULL : &comparison;
}

int cli_beside_close(struct cli_beside *beside, int status)
{
    int closed;

    if (!beside->settings.read)
        return status;
    for (uint64_t id = 1; id <= beside->room; id++)
        forget(beside, id);
    free(beside->ones);
    cli_idset_done(&beside->wanted);
    tt_partners_free(beside->partners);
    closed = cli_source_close(&beside->source);
    return status ? status : closed;
}
