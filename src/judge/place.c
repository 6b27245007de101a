/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * place.c - where the forger sits, as far as the packets show.
 *
 * Who forges may begin with any TTL, so that this is said as it is: how far away a host would be that begins as hosts do.
 */
#include "judge/matter.h"

/* Both distances, when they can be compared. */
static bool distances(const struct matter *m, int *ret_reset, int *ret_sender)
{
    struct tt_look look;

    if (!sender_look(m, &look) || m->sender->look_varies & TT_LOOK_TTL)
        return false;
    *ret_reset = tt_hops(m->reset->look.ttl);
    *ret_sender = tt_hops(look.ttl);
    return *ret_reset >= 0 && *ret_sender >= 0;
}

/* Neither the reset nor its supposed sender's packets have passed a router. */
static bool on_senders_link(const struct matter *m)
{
    int reset, sender;

    return distances(m, &reset, &sender) && reset == 0 && sender == 0;
}

static bool has_senders_card(const struct matter *m)
{
    struct tt_look look;

    return sender_look(m, &look) && !(tt_look_differs(&look, &m->reset->look) & TT_LOOK_SOURCE);
}

static bool on_senders_host(const struct matter *m, struct tt_evidence *ret)
{
    say_end(ret, "who", m->named);
    return on_senders_link(m) && m->reset->look.link_source_octets && has_senders_card(m);
}

static bool beside_sender(const struct matter *m, struct tt_evidence *ret)
{
    say_end(ret, "who", m->named);
    return on_senders_link(m) && !has_senders_card(m);
}

static bool on_this_link(const struct matter *m, struct tt_evidence *ret)
{
    (void)ret;
    return tt_hops(m->reset->look.ttl) == 0;
}

static bool nearer(const struct matter *m, struct tt_evidence *ret)
{
    int reset, sender;
    bool known = distances(m, &reset, &sender);

    if (!known || reset >= sender)
        return false;
    say_value(ret, "hops", TT_VALUE_NUMBER, sender - reset);
    say_end(ret, "who", m->named);
    return true;
}

static bool farther(const struct matter *m, struct tt_evidence *ret)
{
    int reset, sender;
    bool known = distances(m, &reset, &sender);

    if (!known || reset <= sender)
        return false;
    say_value(ret, "hops", TT_VALUE_NUMBER, reset - sender);
    say_end(ret, "who", m->named);
    return true;
}

static bool as_far(const struct matter *m, struct tt_evidence *ret)
{
    int reset, sender;
    bool known = distances(m, &reset, &sender);

    say_end(ret, "who", m->named);
    return known && reset == sender;
}

static bool anywhere(const struct matter *m, struct tt_evidence *ret)
{
    (void)m;
    (void)ret;
    return true;
}

/* The first row that applies. */
/* clang-format off */
static const struct {
    bool (*is)(const struct matter *m, struct tt_evidence *ret);
    const char *says;
} places[] = {
    {on_senders_host, TT_N_("where it was made: on the {who}'s own host, whose hardware address it bears, without a router "
                            "between")},
    {beside_sender, TT_N_("where it was made: on the {who}'s link, but by another machine than the {who}")},
    {on_this_link, TT_N_("where it was made: it passed no router, so on this link or on the host that captured it")},
    {nearer, TT_N_("where it was made: closer than the {who} (hops: {hops}), if its TTL began as a host's does")},
    {farther, TT_N_("where it was made: behind the {who} (hops: {hops}), or its TTL was chosen")},
    {as_far, TT_N_("where it was made: on the {who}'s own host or one as far away, if its TTL began as a host's does")},
    {anywhere, TT_N_("where it was made cannot be told: there is no packet to compare its TTL with")},
};
/* clang-format on */

void find_place(const struct matter *m, struct tt_evidence *ret)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        *ret = (struct tt_evidence){.packet = m->reset->mark.frame, .sign = "place", .says = places[i].says};
        if (places[i].is(m, ret))
            return;
    }
}
