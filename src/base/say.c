/* SPDX-License-Identifier: BSD-2-Clause */
/* say.c - sentences in the reader's language, with their named places filled. */
#include <tcptale/text.h>

static const struct tt_fill *fill_named(const struct tt_fill *fills, size_t count, const char *name, size_t n)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(fills[i].name) == n && memcmp(fills[i].name, name, n) == 0)
            return &fills[i];
    return NULL;
}

static void put_fill(struct tt_text *text, const struct tt_fill *fill)
{
    if (fill->octets)
        tt_text_put(text, fill->octets, fill->n);
    else
        tt_text_u64(text, fill->number);
}

static void put_sentence(struct tt_text *text, const char *sentence, const struct tt_fill *fills, size_t count)
{
    for (;;) {
        size_t plain = strcspn(sentence, "{");
        tt_text_put(text, sentence, plain);
        sentence += plain;
        if (!*sentence)
            return;

        size_t n = strcspn(sentence + 1, "{}");
        const struct tt_fill *fill = sentence[1 + n] == '}' ? fill_named(fills, count, sentence + 1, n) : NULL;
        if (fill) {
            put_fill(text, fill);
            sentence += n + 2;
        } else {
            tt_text_char(text, *sentence++);
        }
    }
}

void tt_say(struct tt_text *text, const struct tt_tongue *tongue, const char *english, const struct tt_fill *fills, size_t count)
{
    put_sentence(text, tongue->say ? tongue->say(tongue->ctx, english) : english, fills, count);
}

void tt_say_many(struct tt_text *text, const struct tt_tongue *tongue, const char *one, const char *many, uint64_t n,
                 const struct tt_fill *fills, size_t count)
{
    const char *english = n == 1 ? one : many;

    put_sentence(text, tongue->say_many ? tongue->say_many(tongue->ctx, one, many, n) : english, fills, count);
}
