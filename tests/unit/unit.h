/* SPDX-License-Identifier: BSD-2-Clause */
/* unit.h - what every unit test needs: cmocka, an allocator that counts and can fail, a text to compare. */
#ifndef TCPTALE_UNIT_H
#define TCPTALE_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tcptale/base.h>
#include <tcptale/text.h>

/* An allocator over the C library: counts what is out, and fails the fail_at-th request (1 is the next; 0 none). */
struct unit_memory {
    struct tt_alloc alloc;
    long blocks; /* out now */
    long octets; /* out now */
    long fail_at;
    long requests;
};

static inline void *unit_resize(void *ctx, void *old, size_t old_octets, size_t new_octets)
{
    struct unit_memory *memory = ctx;

    if (new_octets == 0) {
        memory->blocks -= old != NULL;
        memory->octets -= (long)old_octets;
        free(old);
        return NULL;
    }
    memory->requests++;
    if (memory->fail_at && memory->requests == memory->fail_at)
        return NULL;
    void *p = realloc(old, new_octets);
    if (p) {
        memory->blocks += old == NULL;
        memory->octets += (long)new_octets - (long)old_octets;
    }
    return p;
}

static inline void unit_memory_init(struct unit_memory *memory)
{
    *memory = (struct unit_memory){.alloc = {unit_resize, NULL}};
    memory->alloc.ctx = memory;
}

/*
 * Calls attempt() with the first request for memory failing, then the second, and so on until it asks no more.  However it ends,
 * it must have given back all it took; the last time nothing failed and it must succeed.
 */
static inline void unit_each_request_fails(int (*attempt)(const struct tt_alloc *alloc, void *ctx), void *ctx)
{
    for (long n = 1;; n++) {
        struct unit_memory memory;

        unit_memory_init(&memory);
        memory.fail_at = n;
        int got = attempt(&memory.alloc, ctx);
        assert_int_equal(memory.blocks, 0);
        assert_int_equal(memory.octets, 0);
        if (memory.requests < n) {
            assert_true(got >= 0);
            return;
        }
        assert_true(got >= 0 || got == TT_ERR_NOMEM);
    }
}

/* A text of its own that ends in a NUL when asked for its string. */
struct unit_text {
    struct tt_text text;
    char buffer[65536];
};

static inline struct tt_text *unit_text_init(struct unit_text *t)
{
    tt_text_init(&t->text, t->buffer, sizeof t->buffer - 1, NULL);
    return &t->text;
}

static inline const char *unit_text_string(struct unit_text *t)
{
    *t->text.at = '\0';
    return t->buffer;
}

#endif
