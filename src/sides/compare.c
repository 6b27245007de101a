/* SPDX-License-Identifier: BSD-2-Clause */
/* compare.c - the comparison of two partners: its steps in their order, and the list of what is found. */
#include "base/memory.h"
#include "sides/both.h"

static const char *const finding_words[] = {
#define FINDING_WORD(name, word) word,
    TT_FINDINGS(FINDING_WORD)
#undef FINDING_WORD
};

const char *tt_finding_word(enum tt_finding_kind kind)
{
    return (unsigned)kind < TT_FINDING_COUNT ? finding_words[kind] : "?";
}

bool tt_finding_has_end(enum tt_finding_kind kind)
{
    static const enum tt_finding_kind of_both[] = {
        TT_FOUND_ABSENT,    TT_FOUND_AMBIGUOUS, TT_FOUND_ANOTHER, TT_FOUND_NOT_KEPT, TT_FOUND_MATCHED,       TT_FOUND_SAME_PLACE,
        TT_FOUND_TRUNCATED, TT_FOUND_NONE_LOST, TT_FOUND_CLOCKS,  TT_FOUND_DRIFT,    TT_FOUND_CLOCK_STEPPED,
    };

    for (size_t i = 0; i < sizeof of_both / sizeof of_both[0]; i++)
        if (of_both[i] == kind)
            return false;
    return true;
}

/* ---- the list ---------------------------------------------------------------------------------------------------- */

static void add_packet(struct tt_packet_ranges *ranges, uint64_t frame)
{
    unsigned last = ranges->count - 1;

    if (ranges->count && frame >= ranges->range[last].first && frame <= ranges->range[last].last + 1) {
        if (frame > ranges->range[last].last)
            ranges->range[last].last = frame;
        return;
    }
    if (ranges->count == TT_PACKET_RANGES_MAX) {
        ranges->more = true;
        ranges->count--;
    }
    ranges->range[ranges->count].first = ranges->range[ranges->count].last = frame;
    ranges->count++;
}

struct tt_finding *found(struct both *both, enum tt_finding_kind kind, enum tt_end end, const struct trace_packet *here,
                         const struct trace_packet *there)
{
    struct tt_comparison *out = both->out;
    unsigned at = 0;

    while (at < out->count && (out->finding[at].kind != kind || out->finding[at].end != end))
        at++;
    if (at == TT_FINDINGS_MAX)
        return &both->spill;
    if (at == out->count)
        out->finding[out->count++] = (struct tt_finding){.kind = kind, .end = end};
    out->finding[at].count++;
    if (here)
        add_packet(&out->finding[at].packets[TT_HERE], here->frame);
    if (there)
        add_packet(&out->finding[at].packets[TT_THERE], there->frame);
    return &out->finding[at];
}

struct tt_finding *found_on(struct both *both, enum tt_finding_kind kind, enum tt_end end, unsigned side,
                            const struct trace_packet *p)
{
    return found(both, kind, end, side == TT_HERE ? p : NULL, side == TT_HERE ? NULL : p);
}

static bool has_found(const struct tt_comparison *out, enum tt_finding_kind kind)
{
    for (unsigned i = 0; i < out->count; i++)
        if (out->finding[i].kind == kind)
            return true;
    return false;
}

static bool comes_before(const struct tt_finding *a, const struct tt_finding *b)
{
    return a->kind != b->kind ? a->kind < b->kind : a->end < b->end;
}

static void put_in_order(struct tt_comparison *out)
{
    for (unsigned i = 1; i < out->count; i++)
        for (unsigned j = i; j > 0 && comes_before(&out->finding[j], &out->finding[j - 1]); j--) {
            struct tt_finding swap = out->finding[j];
            out->finding[j] = out->finding[j - 1];
            out->finding[j - 1] = swap;
        }
}

/* ---- the steps --------------------------------------------------------------------------------------------------- */

/* Mid-stream, who is the client is a guess, and each capture may have made another. */
static bool is_swapped(const struct tt_conn *here, const struct tt_conn *there)
{
    return both_same_endpoint(&here->client, &there->server) && both_same_endpoint(&here->server, &there->client) &&
           !both_same_endpoint(&here->client, &there->client);
}

static void set_shifts(struct both *both)
{
    for (unsigned end = 0; end < 2; end++) {
        const struct tt_side *here = &both->view[TT_HERE]->conn->side[end];
        const struct tt_side *there = &both->view[TT_THERE]->conn->side[end ^ both->swapped];

        if (here->isn_known && there->isn_known)
            both->way[end].shift = there->isn.n - here->isn.n;
    }
}

static int prepare(struct both *both)
{
    for (unsigned side = 0; side < 2; side++) {
        both->packets[side] = both->view[side]->trace->packets;
        both->count[side] = both->view[side]->trace->count;
    }
    both->swapped = is_swapped(both->view[TT_HERE]->conn, both->view[TT_THERE]->conn);
    set_shifts(both);
    for (unsigned side = 0; side < 2; side++) {
        both->fate[side] = tt_get_zero(&both->alloc, (both->count[side] + 1) * sizeof *both->fate[side]);
        if (!both->fate[side])
            return TT_ERR_NOMEM;
    }
    return 0;
}

static void put_away(struct both *both)
{
    for (unsigned side = 0; side < 2; side++)
        tt_give(&both->alloc, both->fate[side], (both->count[side] + 1) * sizeof *both->fate[side]);
}

/* What arrives before it was sent is something else. */
static bool is_possible(const struct both *both)
{
    enum tt_end far = both->near == TT_CLIENT ? TT_SERVER : TT_CLIENT;

    return !both->way[TT_CLIENT].timed || !both->way[TT_SERVER].timed || !both->placed ||
           ns_add(both_quickest(both, both->near), both_quickest(both, far)) >= 0;
}

/*
 * A proxy makes a connection of its own, whose packets may have the same lengths, and even some of the same timestamps, but a
 * device that only shifts numbers leaves all timestamps, or the IP IDs, as they were.
 */
static bool is_related(const struct both *both, enum tt_partnership partnership)
{
    const struct way *client = &both->way[TT_CLIENT], *server = &both->way[TT_SERVER];
    uint32_t pairs = client->pairs + server->pairs;
    uint32_t fewer = both->count[TT_HERE] < both->count[TT_THERE] ? both->count[TT_HERE] : both->count[TT_THERE];
    bool kept_ids = client->kept_ids + server->kept_ids > 0;
    bool kept_times = client->kept_times + server->kept_times > 0 && client->new_times + server->new_times == 0;

    if (partnership != TT_PARTNER_DOUBTFUL)
        return pairs > 0;
    return pairs > 0 && pairs >= fewer / 4 && (kept_ids || kept_times) && is_possible(both);
}

/* The packets that passed, however often the capture has each. */
static int64_t without_copies(const struct both *both, unsigned side)
{
    int64_t n = 0;

    for (uint32_t i = 0; i < both->count[side]; i++)
        n += !both->packets[side][i].copy;
    return n;
}

static void find_relation(struct both *both)
{
    const struct trace_packet *first[2] = {both->packets[TT_HERE], both->packets[TT_THERE]};
    struct tt_finding *finding = found(both, TT_FOUND_MATCHED, TT_CLIENT, NULL, NULL);

    finding->count = both->way[TT_CLIENT].pairs + both->way[TT_SERVER].pairs;
    finding->from = without_copies(both, TT_HERE);
    finding->to = without_copies(both, TT_THERE);
    for (unsigned side = 0; side < 2; side++)
        finding->packets[side] =
            (struct tt_packet_ranges){{{first[side]->frame, first[side][both->count[side] - 1].frame}}, 1, false};
    if (!both->placed)
        (void)found(both, TT_FOUND_SAME_PLACE, TT_CLIENT, NULL, NULL);
    for (unsigned side = 0; side < 2; side++)
        if (both->view[side]->trace->cut)
            (void)found(both, TT_FOUND_TRUNCATED, TT_CLIENT, NULL, NULL);
}

/* Whether there is nothing of which it is known, or not known, that it was lost. */
static bool arrived_whole(const struct tt_comparison *out)
{
    static const enum tt_finding_kind losses[] = {
        TT_FOUND_LOST,      TT_FOUND_OUTSIDE,           TT_FOUND_STREAM_DIFFERS,
        TT_FOUND_TRUNCATED, TT_FOUND_RESET_NOT_ARRIVED, TT_FOUND_RESET_MAYBE_NOT_ARRIVED,
    };

    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++)
        if (has_found(out, losses[i]))
            return false;
    return true;
}

static int find_all(struct both *both)
{
    int err;

    if (both->placed) {
        both_find_drift(both);
        err = both->drift ? both_measure(both, 2) : 0;
        if (err)
            return err;
    }
    find_relation(both);
    find_resets(both);
    err = find_losses(both);
    if (err)
        return err;
    find_changes(both);
    find_clocks(both);
    if (both->placed && arrived_whole(both->out))
        (void)found(both, TT_FOUND_NONE_LOST, TT_CLIENT, NULL, NULL);
    both->out->other_side.known = both->placed;
    both->out->other_side.near = both->near;
    return 0;
}

static int compare(struct both *both, enum tt_partnership partnership)
{
    int err = prepare(both);

    if (!err)
        err = both_pair(both);
    if (!err)
        err = both_cover(both);
    if (!err)
        both_place(both);
    if (!err && is_related(both, partnership))
        err = find_all(both);
    else if (!err)
        (void)found(both, TT_FOUND_ANOTHER, TT_CLIENT, NULL, NULL);
    put_away(both);
    return err;
}

static void find_absent(struct both *both)
{
    struct tt_finding *finding = found(both, TT_FOUND_ABSENT, TT_CLIENT, NULL, NULL);

    finding->count = both->view[TT_THERE]->neighbours.strangers;
    finding->of = both->view[TT_THERE]->neighbours.known;
}

int tt_compare(enum tt_partnership partnership, const struct tt_side_view *here, const struct tt_side_view *there,
               const struct tt_alloc *alloc, struct tt_comparison *ret)
{
    struct both both = {.view = {here, there}, .alloc = *alloc, .out = ret};
    int err = 0;

    ret->partnership = partnership;
    ret->count = 0;
    ret->other_side = (struct tt_other_side){.reset_was_sent = TT_SENT_UNKNOWN, .reset_arrived = TT_SENT_UNKNOWN};
    if (partnership == TT_PARTNER_NONE)
        find_absent(&both);
    else if (partnership == TT_PARTNER_AMBIGUOUS)
        (void)found(&both, TT_FOUND_AMBIGUOUS, TT_CLIENT, NULL, NULL);
    else if (!here->trace || !there->trace || !here->trace->count || !there->trace->count)
        (void)found(&both, TT_FOUND_NOT_KEPT, TT_CLIENT, NULL, NULL);
    else
        err = compare(&both, partnership);
    put_in_order(ret);
    return err;
}
