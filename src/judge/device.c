/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.c - whether a device on the path refused, or somebody beside the path injected.
 *
 * A firewall, load balancer or proxy that refuses answers as the end itself would (RFC 9293 section 3.10.7.1): a bare reset with
 * acknowledgement of the segment that it answers, or for a SYN a reset that acknowledges it; at once; and what it refuses goes no
 * further.  Who injects only listens: the segment passes, the numbers are guessed, the packet is made by hand.
 */
#include "judge/matter.h"

#define AT_ONCE (50 * TT_NS_PER_MS)

/* The numbers that RFC 9293 section 3.10.7.1 asks for, and nothing else. */
static bool answers_as_asked(const struct matter *m)
{
    const struct tt_reset *reset = m->reset;

    if (reset->window != 0 || reset->options != 0 || reset->payload_length != 0)
        return false;
    if (m->refused)
        return reset->seq.n == 0;
    return reset_is_bare(reset) && reset->position == (int64_t)reset->snd_una;
}

static bool answers_at_once(const struct matter *m)
{
    tt_ns since = m->reset->mark.time - m->reset->trigger.time;

    return is_answered_later(m) || (m->reset->trigger.frame && since < AT_ONCE + m->receiver->rtt_min_us * TT_NS_PER_US);
}

/* The other end has the segment all the same, or its own still come through: it accepts, acknowledges what it had not, goes on. */
static bool passed_on(const struct matter *m)
{
    return m->after->syn_ack.frame || m->after->goes_on.frame || m->receiver->snd_una > m->reset->receiver_snd_una;
}

bool looks_refused_by_device(const struct matter *m, const struct weighed *weighed)
{
    return answers_as_asked(m) && answers_at_once(m) && !passed_on(m) && !weighed->made;
}
