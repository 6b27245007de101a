/* SPDX-License-Identifier: BSD-2-Clause */
/* evidence.c - a piece of evidence as a sentence: its places filled with what the judge found there. */
#include "tell/evidence.h"
#include "tell/units.h"

static void put_number(struct tt_text *text, int64_t number)
{
    if (number < 0)
        tt_text_char(text, '-');
    tt_text_u64(text, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

static void put_end(struct tt_text *text, const struct tt_tongue *tongue, int64_t end)
{
    tt_say(text, tongue, end == TT_CLIENT ? TT_N_("client") : TT_N_("server"), NULL, 0);
}

static void put_value(struct tt_text *text, const struct tt_value *value, const struct tt_tongue *tongue, bool ascii)
{
    switch (value->kind) {
    case TT_VALUE_NUMBER:
        put_number(text, value->value);
        break;
    case TT_VALUE_TIME:
        tt_put_duration(text, value->value, ascii);
        break;
    case TT_VALUE_SIZE:
        tt_put_size(text, (uint64_t)value->value);
        break;
    case TT_VALUE_END:
        put_end(text, tongue, value->value);
        break;
    }
}

void tt_put_evidence(struct tt_text *text, const struct tt_evidence *evidence, const struct tt_tongue *tongue, bool ascii)
{
    static const struct tt_tongue english;
    struct tt_fill fills[TT_VALUES_MAX];
    struct tt_scratch scratch;
    struct tt_text *words = tt_scratch_init(&scratch);

    tongue = tongue ? tongue : &english;
    for (unsigned i = 0; i < evidence->value_count; i++) {
        const char *begin = words->at;

        put_value(words, &evidence->values[i], tongue, ascii);
        fills[i] = (struct tt_fill){.name = evidence->values[i].name, .octets = begin, .n = (size_t)(words->at - begin)};
    }
    tt_say(text, tongue, evidence->says, fills, evidence->value_count);
}
