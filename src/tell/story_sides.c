/* SPDX-License-Identifier: BSD-2-Clause */
/* story_sides.c - what the capture of the other side adds: each finding in a sentence. */
#include "tell/tale.h"

/* Clocks are told in the time that light and routers take; finer is noise. */
#define PPB_PER_PPM 1000

static void who_and_count(struct tale *tale, const char *english, const struct tt_finding *f)
{
    TALE(tale, english, tale_who(tale, "who", f->end), tale_number("n", f->count), tale_number("all", f->of),
         tale_size(tale, "size", f->octets));
}

static void who_and_change(struct tale *tale, const char *english, const struct tt_finding *f)
{
    TALE(tale, english, tale_who(tale, "who", f->end), tale_number("n", f->count), tale_number("all", f->of),
         tale_number("from", (uint64_t)f->from), tale_number("to", (uint64_t)f->to));
}

/* ---- the relation of the two ------------------------------------------------------------------------------------- */

static void matched(struct tale *tale, const struct tt_finding *f)
{
    const struct tt_other_side *other = &tale->other_side->other_side;

    if (other->known)
        TALE(tale,
             TT_N_("{n} packets are in both captures, of {here} here (the {near}'s side) and {there} there (the {far}'s side)"),
             tale_number("n", f->count), tale_number("here", (uint64_t)f->from), tale_number("there", (uint64_t)f->to),
             tale_who(tale, "near", other->near), tale_who(tale, "far", other->near == TT_CLIENT ? TT_SERVER : TT_CLIENT));
    else
        TALE(tale, TT_N_("{n} packets are in both captures, of {here} here and {there} there"), tale_number("n", f->count),
             tale_number("here", (uint64_t)f->from), tale_number("there", (uint64_t)f->to));
}

static void absent(struct tale *tale, const struct tt_finding *f)
{
    tale_say(tale, TT_N_("the other capture does not have this connection"));
    if (f->of)
        TALE_MANY(
            tale, f->of,
            TT_NN_(", though it has {n} other to the same server and port that is here too: this one never came there, or was "
                   "not captured",
                   ", though it has {n} others to the same server and port that are here too: this one never came there, or "
                   "was not captured"),
            tale_number("n", f->of));
    else if (f->count)
        TALE_MANY(tale, f->count,
                  TT_NN_(", but {n} to the same server and port that this one does not have: there may be a proxy between",
                         ", but {n} to the same server and port that this one does not have: there may be a proxy between"),
                  tale_number("n", f->count));
}

static void differs(struct tale *tale, const struct tt_finding *f)
{
    TALE(tale,
         TT_N_("of the {who}'s data {here} segments are only here and {there} only there: a proxy, or a gateway that knows the "
               "protocol, rewrites the stream on the way"),
         tale_who(tale, "who", f->end), tale_number("here", f->count), tale_number("there", f->of));
}

/* ---- resets and losses ------------------------------------------------------------------------------------------- */

static void reset_not_sent(struct tale *tale, const struct tt_finding *f)
{
    TALE_MANY(tale, f->count,
              TT_NN_("forged: a reset in the {who}'s name that the {who}'s side never sent, made between the two captures",
                     "forged: {n} resets in the {who}'s name that the {who}'s side never sent, made between the two captures"),
              tale_who(tale, "who", f->end), tale_number("n", f->count));
}

static void reset_maybe(struct tale *tale, const struct tt_finding *f)
{
    TALE_MANY(tale, f->count,
              TT_NN_("a reset in the {who}'s name that the {who}'s side does not have: forged, unless ",
                     "{n} resets in the {who}'s name that the {who}'s side does not have: forged, unless "),
              tale_who(tale, "who", f->end), tale_number("n", f->count));
    if (f->from)
        TALE(tale, TT_N_("that side's capture was over by then (it has nothing from {time} before on)"),
             tale_time(tale, "time", f->from));
    else
        tale_say(tale, TT_N_("that side's capture missed it, as it did others, or it was changed on the way"));
}

static void reset_kept_back(struct tale *tale, const struct tt_finding *f)
{
    TALE_MANY(tale, f->count,
              TT_NN_("a reset that the {who}'s side sent never arrived: lost, or kept back on the way",
                     "{n} resets that the {who}'s side sent never arrived: lost, or kept back on the way"),
              tale_who(tale, "who", f->end), tale_number("n", f->count));
}

static void reset_maybe_kept_back(struct tale *tale, const struct tt_finding *f)
{
    reset_kept_back(tale, f);
    TALE(tale, TT_N_(", unless the other side's capture was over by then (it has nothing from {time} before on)"),
         tale_time(tale, "time", f->from));
}

static void reset_arrived(struct tale *tale, const struct tt_finding *f)
{
    TALE_MANY(tale, f->count,
              TT_NN_("the reset in the {who}'s name is in both captures: it came from the {who}'s side",
                     "{n} resets in the {who}'s name are in both captures: they came from the {who}'s side"),
              tale_who(tale, "who", f->end), tale_number("n", f->count));
}

static void lost(struct tale *tale, const struct tt_finding *f)
{
    TALE_MANY(tale, f->count,
              TT_NN_("{n} of the {who}'s {all} packets was lost on the way",
                     "{n} of the {who}'s {all} packets were lost on the way"),
              tale_number("n", f->count), tale_who(tale, "who", f->end), tale_number("all", f->of));
    if (f->octets == 0)
        tale_say(tale, TT_N_(", none with data"));
    else if (f->to == 0)
        TALE(tale, TT_N_(", with {size} of data; all of it arrived in other packets"), tale_size(tale, "size", f->octets));
    else
        TALE(tale, TT_N_(", with {size} of data"), tale_size(tale, "size", f->octets));
}

/* ---- changes ----------------------------------------------------------------------------------------------------- */

static void address(struct tale *tale, const struct tt_finding *f)
{
    TALE(tale, TT_N_("the {who} is {here} here and {there} there: addresses are translated on the way"),
         tale_who(tale, "who", f->end), tale_endpoint(tale, "here", &f->endpoint[TT_HERE]),
         tale_endpoint(tale, "there", &f->endpoint[TT_THERE]));
}

/* clang-format off */
static const struct {
    enum tt_has has;
    const char *word;
} options[] = {
    {TT_HAS_MSS,          TT_N_("MSS")},
    {TT_HAS_WSCALE,       TT_N_("window scale")},
    {TT_HAS_SACK_OK,      TT_N_("SACK")},
    {TT_HAS_SACK,         TT_N_("SACK blocks")},
    {TT_HAS_TIMESTAMPS,   TT_N_("timestamps")},
    {TT_HAS_MD5,          TT_N_("MD5")},
    {TT_HAS_AO,           TT_N_("TCP-AO")},
    {TT_HAS_MPTCP,        TT_N_("Multipath TCP")},
    {TT_HAS_FAST_OPEN,    TT_N_("fast open")},
    {TT_HAS_USER_TIMEOUT, TT_N_("user timeout")},
    {TT_HAS_ACCECN,       TT_N_("accurate ECN")},
    {TT_HAS_UNKNOWN,      TT_N_("options unknown to us")},
};
/* clang-format on */

static void say_options(struct tale *tale, const char *english, const struct tt_finding *f)
{
    bool any = false;

    who_and_count(tale, english, f);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (!(f->from & (int64_t)options[i].has))
            continue;
        if (any)
            tale_say(tale, TT_N_(", "));
        tale_say(tale, options[i].word);
        any = true;
    }
}

static void options_removed(struct tale *tale, const struct tt_finding *f)
{
    say_options(tale, TT_N_("taken out of {n} of the {who}'s {all} packets on the way: "), f);
}

static void options_added(struct tale *tale, const struct tt_finding *f)
{
    say_options(tale, TT_N_("put into {n} of the {who}'s {all} packets on the way: "), f);
}

static void hops(struct tale *tale, const struct tt_finding *f)
{
    if (f->to == 0 && f->from == 0)
        TALE(tale, TT_N_("the {who}'s packets passed no router between the two captures"), tale_who(tale, "who", f->end));
    else if (f->to < 0)
        TALE(tale, TT_N_("the TTL of the {who}'s packets is higher on arrival: a device on the way sets it anew"),
             tale_who(tale, "who", f->end));
    else if (f->from == f->to)
        TALE_MANY(tale, (uint64_t)f->to,
                  TT_NN_("the {who}'s packets passed {n} router between the two captures",
                         "the {who}'s packets passed {n} routers between the two captures"),
                  tale_number("n", (uint64_t)f->to), tale_who(tale, "who", f->end));
    else
        TALE(tale, TT_N_("the {who}'s packets passed {low} to {high} routers between the two captures, by their TTLs"),
             tale_number("low", (uint64_t)(f->from < 0 ? 0 : f->from)), tale_number("high", (uint64_t)f->to),
             tale_who(tale, "who", f->end));
}

/* Both ways are alike: said once. */
static bool tell_hops_once(struct tale *tale, const struct tt_finding *f, const struct tt_finding *next)
{
    if (f->kind != TT_FOUND_HOPS || next->kind != TT_FOUND_HOPS || f->from != f->to || f->from != next->from || f->to != next->to ||
        f->to < 0)
        return false;
    if (tale->json)
        return false;
    if (f->to == 0)
        tale_say(tale, TT_N_("no router is between the two captures"));
    else
        TALE_MANY(tale, (uint64_t)f->to,
                  TT_NN_("{n} router is between the two captures", "{n} routers are between the two captures"),
                  tale_number("n", (uint64_t)f->to));
    tale_line(tale);
    return true;
}

/* ---- times ------------------------------------------------------------------------------------------------------- */

/* Hours to the microsecond: the bounds of an offset are close to each other, however large it is. */
static struct tt_fill offset(struct tale *tale, const char *name, int64_t ns)
{
    const char *begin = tale->scratch.at;
    uint64_t away = ns < 0 ? (uint64_t)0 - (uint64_t)ns : (uint64_t)ns;

    if (away < (uint64_t)TT_NS_PER_S)
        return tale_time(tale, name, (tt_ns)away);
    tt_text_u64(&tale->scratch, away / (uint64_t)TT_NS_PER_S);
    tt_text_char(&tale->scratch, '.');
    tt_text_u64_padded(&tale->scratch, away % (uint64_t)TT_NS_PER_S / (uint64_t)TT_NS_PER_US, 6);
    tt_text_string(&tale->scratch, " s");
    return (struct tt_fill){.name = name, .octets = begin, .n = (size_t)(tale->scratch.at - begin)};
}

static void clocks(struct tale *tale, const struct tt_finding *f)
{
    const char *astride = TT_N_("the clock there is between {low} behind and {high} ahead");
    const char *ahead = TT_N_("the clock there is {low} to {high} ahead");
    const char *behind = TT_N_("the clock there is {low} to {high} behind");
    bool is_behind = f->to <= 0;

    TALE(tale,
         is_behind      ? behind
         : f->from >= 0 ? ahead
                        : astride,
         offset(tale, "low", is_behind ? f->to : f->from), offset(tale, "high", is_behind ? f->from : f->to));
    TALE(tale, TT_N_("; the {time} between are the quickest round trip between the captures, and packets cannot tell closer"),
         tale_time(tale, "time", f->to - f->from));
}

/* One way is known only against the other: half of the quickest round trip is a convention, and said to be one. */
static void delay(struct tale *tale, const struct tt_finding *f)
{
    TALE(tale, TT_N_("one way from the {who}: {low} at best, median {middle}, {high} at worst, if both ways are equally quick"),
         tale_who(tale, "who", f->end), tale_time(tale, "low", f->from), tale_time(tale, "middle", (tt_ns)f->of),
         tale_time(tale, "high", f->to));
}

static void drift(struct tale *tale, const struct tt_finding *f)
{
    uint64_t ppm = (uint64_t)((f->from < 0 ? -f->from : f->from) + PPB_PER_PPM / 2) / PPB_PER_PPM;

    TALE(tale,
         f->from > 0 ? TT_N_("the clock there runs faster by {n} millionths, which is taken out of the times below")
                     : TT_N_("the clock there runs slower by {n} millionths, which is taken out of the times below"),
         tale_number("n", ppm));
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

/* One row a finding: what says it, or else a sentence with {who}, {n}, {all}, {size} or with {who}, {n}, {all}, {from}, {to}. */
/* clang-format off */
static const struct row {
    void (*tell)(struct tale *tale, const struct tt_finding *f);
    const char *counted, *changed;
    bool bad;
} rows[TT_FINDING_COUNT] = {
    [TT_FOUND_ABSENT] = {.tell = absent},
    [TT_FOUND_AMBIGUOUS] = {.counted =
        TT_N_("several connections of the other capture are as much like this one: none was taken")},
    [TT_FOUND_ANOTHER] = {.bad = true, .counted =
        TT_N_("the other capture has a connection of these addresses and ports, but its packets are other ones: something "
              "between, such as a proxy, ends each side's connection and makes another")},
    [TT_FOUND_NOT_KEPT] = {.counted = TT_N_("not compared with the other capture: too many packets at once; choose fewer")},
    [TT_FOUND_MATCHED] = {.tell = matched},
    [TT_FOUND_SAME_PLACE] = {.counted =
        TT_N_("neither TTLs nor times show which capture is nearer to whom: what one alone has may be lost, forged, or "
              "missed by a capture")},
    [TT_FOUND_STREAM_DIFFERS] = {.tell = differs, .bad = true},
    [TT_FOUND_TRUNCATED] = {.counted = TT_N_("only the first packets were compared: there are too many")},
    [TT_FOUND_RESET_NOT_SENT] = {.tell = reset_not_sent, .bad = true},
    [TT_FOUND_RESET_MAYBE_NOT_SENT] = {.tell = reset_maybe, .bad = true},
    [TT_FOUND_RESET_NOT_ARRIVED] = {.tell = reset_kept_back, .bad = true},
    [TT_FOUND_RESET_MAYBE_NOT_ARRIVED] = {.tell = reset_maybe_kept_back, .bad = true},
    [TT_FOUND_RESET_ARRIVED] = {.tell = reset_arrived},
    [TT_FOUND_LOST] = {.tell = lost, .bad = true},
    [TT_FOUND_NONE_LOST] = {.counted = TT_N_("nothing was lost between the two captures")},
    [TT_FOUND_NEVER_ARRIVED] = {.bad = true, .counted = TT_N_("{size} that the {who} sent never arrived")},
    [TT_FOUND_CAPTURE_MISSED] = {.counted =
        TT_N_("missed by the other side's capture, not lost: {n} of the {who}'s packets, with {size}, which were acknowledged")},
    [TT_FOUND_NOT_SENT] = {.bad = true, .counted =
        TT_N_("made on the way, or missed by the capture of the {who}'s side: {n} packets in the {who}'s name, with {size}")},
    [TT_FOUND_OUTSIDE] = {.counted =
        TT_N_("lost, or not captured: {n} of the {who}'s packets, from before the other side's capture began or after it "
              "was over")},
    [TT_FOUND_DUPLICATED] = {.bad = true, .counted =
        TT_N_("arrived twice: {n} of the {who}'s packets")},
    [TT_FOUND_REORDERED] = {.bad = true, .counted =
        TT_N_("overtaken on the way: {n} of the {who}'s packets")},
    [TT_FOUND_CUT_ANEW] = {.counted =
        TT_N_("cut or joined on the way, as network cards do (TSO, GRO): {n} of the {who}'s packets")},
    [TT_FOUND_ADDRESS] = {.tell = address},
    [TT_FOUND_SEQ_SHIFTED] = {.changed =
        TT_N_("{from} was added to the {who}'s sequence numbers on the way: a firewall or proxy chose others")},
    [TT_FOUND_SACK_UNSHIFTED] = {.bad = true, .counted =
        TT_N_("in {n} of the {who}'s packets the SACK blocks were not shifted with the sequence numbers: they are of no use")},
    [TT_FOUND_MSS] = {.changed = TT_N_("the MSS in the {who}'s SYN was changed on the way: from {from} to {to}")},
    [TT_FOUND_WSCALE] = {.changed =
        TT_N_("the window scale in the {who}'s SYN was changed on the way: from a shift of {from} to {to}")},
    [TT_FOUND_OPTIONS_REMOVED] = {.tell = options_removed, .bad = true},
    [TT_FOUND_OPTIONS_ADDED] = {.tell = options_added, .bad = true},
    [TT_FOUND_TIMESTAMPS] = {.counted = TT_N_("the timestamps of {n} of the {who}'s {all} packets were changed on the way")},
    [TT_FOUND_WINDOW] = {.changed =
        TT_N_("the window of {n} of the {who}'s {all} packets was changed on the way: first from {from} to {to}")},
    [TT_FOUND_PAYLOAD] = {.bad = true, .counted = TT_N_("the data of {n} of the {who}'s {all} packets was changed on the way")},
    [TT_FOUND_DSCP] = {.changed =
        TT_N_("the DSCP of {n} of the {who}'s {all} packets was changed on the way: first from {from} to {to}")},
    [TT_FOUND_ECN_MARKED] = {.counted = TT_N_("{n} of the {who}'s {all} packets met congestion on the way (ECN)")},
    [TT_FOUND_ECN_CLEARED] = {.bad = true, .counted =
        TT_N_("the ECN bits of {n} of the {who}'s {all} packets were cleared on the way")},
    [TT_FOUND_ECN_FLAGS] = {.bad = true, .counted =
        TT_N_("the ECN flags of {n} of the {who}'s {all} packets were changed on the way")},
    [TT_FOUND_IP_ID] = {.counted = TT_N_("the IP IDs of {n} of the {who}'s {all} packets were changed on the way")},
    [TT_FOUND_DONT_FRAGMENT] = {.counted =
        TT_N_("\"don't fragment\" was changed in {n} of the {who}'s {all} packets on the way")},
    [TT_FOUND_HOPS] = {.tell = hops},
    [TT_FOUND_CLOCKS] = {.tell = clocks},
    [TT_FOUND_DELAY] = {.tell = delay},
    [TT_FOUND_DRIFT] = {.tell = drift},
    [TT_FOUND_CLOCK_STEPPED] = {.bad = true, .counted =
        TT_N_("the times of the two captures do not fit together: a clock was set, or runs unevenly")},
};
/* clang-format on */

static void take_refs(struct tale_refs *refs, const struct tt_packet_ranges *ranges)
{
    *refs = (struct tale_refs){.count = ranges->count, .more = ranges->more};
    for (unsigned i = 0; i < ranges->count; i++) {
        refs->range[i].first = ranges->range[i].first;
        refs->range[i].last = ranges->range[i].last;
    }
}

void tale_sides(struct tale *tale)
{
    if (!tale->other_side)
        return;
    tale_part(tale, TALE_SIDES);
    for (unsigned i = 0; i < tale->other_side->count; i++) {
        const struct tt_finding *f = &tale->other_side->finding[i];
        const struct row *row = &rows[f->kind];

        if (i + 1 < tale->other_side->count && tell_hops_once(tale, f, f + 1)) {
            i++;
            continue;
        }
        if (row->tell)
            row->tell(tale, f);
        else if (row->counted)
            who_and_count(tale, row->counted, f);
        else
            who_and_change(tale, row->changed, f);
        tale->finding = f;
        tale->bad = row->bad;
        take_refs(&tale->refs, &f->packets[TT_HERE]);
        take_refs(&tale->refs_there, &f->packets[TT_THERE]);
        tale_line(tale);
    }
}
