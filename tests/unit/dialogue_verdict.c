/* SPDX-License-Identifier: BSD-2-Clause */
/* dialogue_verdict.c - what is expected of a dialogue's verdict and of its resets: see dialogue.h. */
#include "dialogue_verdict.h"

/* ---- what must hold of any verdict --------------------------------------------------------------------------------------- */

static bool has_value(const struct tt_evidence *evidence, const char *name, size_t n)
{
    for (unsigned i = 0; i < evidence->value_count; i++)
        if (strlen(evidence->values[i].name) == n && memcmp(evidence->values[i].name, name, n) == 0)
            return true;
    return false;
}

static void check_places(const struct tt_evidence *evidence)
{
    for (const char *place = strchr(evidence->says, '{'); place; place = strchr(place + 1, '{'))
        if (!has_value(evidence, place + 1, strcspn(place + 1, "}")))
            fail_msg("%s: nothing fills %s", evidence->sign, place);
}

void dialogue_check_verdict(const struct dialogue *d, const struct tt_verdict *v)
{
    assert_in_range(v->evidence_count, 0, TT_EVIDENCE_MAX);
    assert_true((v->forged == TT_FORGED_YES) == (v->ended_by == TT_BY_THIRD_PARTY && v->ending != TT_ENDING_REJECTED));
    for (unsigned i = 0; i < v->evidence_count; i++) {
        assert_in_range(v->evidence[i].packet, 1, d->frame);
        assert_in_range(v->evidence[i].value_count, 0, TT_VALUES_MAX);
        check_places(&v->evidence[i]);
    }
}

/* ---- evidence ------------------------------------------------------------------------------------------------------------ */

static bool is_sign(const struct tt_evidence *evidence, const char *word, size_t n)
{
    return strlen(evidence->sign) == n && memcmp(evidence->sign, word, n) == 0;
}

/* "@7/name=value/name=value" */
static bool holds_details(const struct tt_evidence *evidence, const char *details)
{
    char *rest = (char *)(uintptr_t)details;

    if (*rest == '@' && strtoull(rest + 1, &rest, 10) != evidence->packet)
        return false;
    while (*rest == '/') {
        const char *name = rest + 1;
        size_t n = strcspn(name, "=");
        int64_t wanted = strtoll(name + n + 1, &rest, 10);
        bool holds = false;

        for (unsigned i = 0; i < evidence->value_count; i++)
            holds |= strlen(evidence->values[i].name) == n && memcmp(evidence->values[i].name, name, n) == 0 &&
                     evidence->values[i].value == wanted;
        if (!holds)
            return false;
    }
    return true;
}

static void print_evidence(const struct tt_verdict *v)
{
    for (unsigned i = 0; i < v->evidence_count; i++) {
        print_error("    %s@%u", v->evidence[i].sign, (unsigned)v->evidence[i].packet);
        for (unsigned j = 0; j < v->evidence[i].value_count; j++)
            print_error("/%s=%lld", v->evidence[i].values[j].name, (long long)v->evidence[i].values[j].value);
        print_error("\n");
    }
}

bool dialogue_holds_evidence(const struct tt_verdict *v, const char *row, const char *word)
{
    size_t n = strcspn(word + 1, "@/");
    bool found = false;

    for (unsigned i = 0; i < v->evidence_count; i++)
        found |= is_sign(&v->evidence[i], word + 1, n) && holds_details(&v->evidence[i], word + 1 + n);
    if (found == (*word == '*'))
        return true;
    print_error("%s\n  %s: the evidence is\n", row, word);
    print_evidence(v);
    return false;
}

/* All of it and in this order, with commas between. */
bool dialogue_holds_signs(const struct tt_verdict *v, const char *row, const char *wanted)
{
    const char *rest = wanted;
    unsigned i = 0;

    for (; *rest && i < v->evidence_count; i++) {
        size_t n = strcspn(rest, ",");
        if (!is_sign(&v->evidence[i], rest, n))
            break;
        rest += n + (rest[n] == ',');
    }
    if (!*rest && i == v->evidence_count)
        return true;
    print_error("%s\n  signs=%s: the evidence is\n", row, wanted);
    print_evidence(v);
    return false;
}

/* ---- the resets ---------------------------------------------------------------------------------------------------------- */

#define FACT(type, name, field)                                                                                                    \
    {                                                                                                                              \
        name, offsetof(struct type, field), sizeof(((struct type *)0)->field)                                                      \
    }

static const struct fact reset_facts[] = {
    FACT(tt_reset, "at", mark.frame),
    FACT(tt_reset, "end", end),
    FACT(tt_reset, "belief", belief),
    FACT(tt_reset, "bad", bad_checksum),
    FACT(tt_reset, "placed", placed),
    FACT(tt_reset, "position", position),
    FACT(tt_reset, "acks", acks),
    FACT(tt_reset, "payload", payload_length),
    FACT(tt_reset, "window", window),
    FACT(tt_reset, "ttl", look.ttl),
    FACT(tt_reset, "vlan", look.vlan),
    FACT(tt_reset, "nxt", snd_nxt),
    FACT(tt_reset, "una", snd_una),
    FACT(tt_reset, "receiver_nxt", receiver_snd_nxt),
    FACT(tt_reset, "receiver_una", receiver_snd_una),
    FACT(tt_reset, "receiver_window", receiver_window),
    FACT(tt_reset, "sent_last", sent_last.frame),
    FACT(tt_reset, "trigger", trigger.frame),
    FACT(tt_reset, "trigger_octets", trigger_octets),
    FACT(tt_reset, "triggers", triggers),
    FACT(tt_reset, "heard", heard.frame),
    FACT(tt_reset, "heard_from", heard_from),
    FACT(tt_reset, "heard_messages", heard_messages),
    FACT(tt_reset, "said", said.frame),
    FACT(tt_reset, "unanswered", unanswered),
    FACT(tt_reset, "probes", probes_unanswered),
    FACT(tt_reset, "tsval", sender_tsval),
    FACT(tt_reset, "id", sender_ip_id),
    FACT(tt_reset, "receiver_id", receiver_ip_id),
};

static const struct fact after_facts[] = {
    FACT(tt_aftermath, "reset", reset.frame),         FACT(tt_aftermath, "goes_on", goes_on.frame),
    FACT(tt_aftermath, "syn_ack", syn_ack.frame),     FACT(tt_aftermath, "answered", answered.frame),
    FACT(tt_aftermath, "challenge", challenge.frame), FACT(tt_aftermath, "reset_back", reset_back.frame),
    FACT(tt_aftermath, "followed", followed),         FACT(tt_aftermath, "una", snd_una),
};

static const struct fact resets_facts[] = {
    FACT(tt_resets, "resets", count),
    FACT(tt_resets, "host_known", server_host_known),
    FACT(tt_resets, "host_ttl", server_host.ttl),
    FACT(tt_resets, "far_seems_near", far_seems_near),
};

#define VALUE_OF(facts, base, name, n, ret) dialogue_fact_value(facts, sizeof facts / sizeof facts[0], base, name, n, ret)

bool dialogue_reset_fact(const struct tt_resets *resets, const char *word, size_t n, uint64_t *ret)
{
    if (n > 3 && word[0] == 'r' && word[1] >= '1' && word[1] < '1' + TT_RESETS_KEPT && word[2] == '.')
        return VALUE_OF(reset_facts, &resets->reset[word[1] - '1'], word + 3, n - 3, ret);
    if (n > 8 && memcmp(word, "after.", 6) == 0 && (word[6] == 'c' || word[6] == 's') && word[7] == '.')
        return VALUE_OF(after_facts, &resets->after[word[6] == 's'], word + 8, n - 8, ret);
    return VALUE_OF(resets_facts, resets, word, n, ret);
}
