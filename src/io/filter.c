/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.c - pcap filter expressions over frames of any link type.
 *
 * libpcap compiles an expression for one link type.  A capture may hold several, so each gets its own program when its first frame
 * comes.  It is compiled as for a file: only then does libpcap know that IPv6 has another number on each system's loopback, and
 * that the numbers there may be of the other byte order.
 */
#include "io/error.h"

#include "base/memory.h"
#include "io/link.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

/* Programs kept; a file made to have more link types costs time, not memory. */
#define PROGRAMS_MAX 16
/* Words of an expression that are tried to find where it goes wrong. */
#define WORDS_TRIED_MAX 64

struct program {
    uint32_t link;
    bool swapped;  /* for loopback frames of the other byte order */
    bool compiled; /* else the expression makes no sense for the link type, and matches nothing */
    struct bpf_program code;
};

struct tt_filter {
    const struct tt_alloc *alloc;
    char *expression; /* owned */
    unsigned count, last, oldest;
    struct program programs[PROGRAMS_MAX];
};

#define PCAP_MAGIC 0xa1b2c3d4
#define FILE_HEADER_WORDS 6

/* A capture file without packets, which libpcap compiles for; NULL: no memory. */
static pcap_t *empty_file(uint32_t link, bool swapped)
{
    uint32_t header[FILE_HEADER_WORDS] = {PCAP_MAGIC, 2 | 4 << 16, 0, 0, tt_link_snap_max(link), link};
    char reason[PCAP_ERRBUF_SIZE];
    FILE *stream;
    pcap_t *file;

    if (swapped) {
        for (unsigned i = 0; i < FILE_HEADER_WORDS; i++)
            header[i] = __builtin_bswap32(header[i]);
        header[1] = __builtin_bswap32(4 | 2U << 16);
    }
    stream = fmemopen(header, sizeof header, "rb");
    if (!stream)
        return NULL;
    file = pcap_fopen_offline(stream, reason);
    if (!file)
        (void)fclose(stream);
    return file;
}

/* Compiles for one link type; words (of PCAP_ERRBUF_SIZE) may be NULL. */
static bool compile(const char *expression, uint32_t link, bool swapped, struct bpf_program *ret, char *words)
{
    pcap_t *file = empty_file(link, swapped);
    bool good;

    if (!file) {
        if (words)
            (void)snprintf(words, PCAP_ERRBUF_SIZE, "out of memory");
        return false;
    }
    good = pcap_compile(file, ret, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!good && words)
        (void)snprintf(words, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(file));
    pcap_close(file);
    return good;
}

static bool compiles(const char *expression, uint32_t link)
{
    struct bpf_program code;
    bool good = compile(expression, link, false, &code, NULL);

    if (good)
        pcap_freecode(&code);
    return good;
}

/* ---- where an expression is wrong ---------------------------------------------------------------------------------------- */

/* Whether the first n octets are an expression, once the parentheses that they leave open are closed. */
static bool compiles_up_to(const char *expression, size_t n)
{
    char part[1024];
    size_t open = 0;

    for (size_t i = 0; i < n; i++) {
        open += expression[i] == '(';
        open -= expression[i] == ')' && open;
    }
    if (n + open >= sizeof part)
        return false;
    memcpy(part, expression, n);
    memset(part + n, ')', open);
    part[n + open] = '\0';
    return compiles(part, TT_LINK_ETHERNET);
}

/* libpcap says "syntax error" and no more: the longest beginning that is an expression shows where.  0: none is. */
static size_t good_octets(const char *expression)
{
    size_t good = 0, at = 0;

    for (unsigned words = 0; words < WORDS_TRIED_MAX && expression[at]; words++) {
        at += strspn(expression + at, " \t\n()");
        at += strcspn(expression + at, " \t\n()");
        if (expression[at] && compiles_up_to(expression, at))
            good = at;
    }
    return good;
}

static int refuse(struct tt_error *error, const char *expression, const char *words)
{
    size_t good = strstr(words, "syntax error") ? good_octets(expression) : 0;

    if (!good)
        return tt_fail(error, TT_ERR_FORMAT, "filter \"%s\": %s", expression, words);
    const char *rest = expression + good + strspn(expression + good, " \t\n");
    return tt_fail(error, TT_ERR_FORMAT, "filter \"%s\": wrong at \"%s\", behind \"%.*s\": %s", expression, rest, (int)good,
                   expression, words);
}

/* ---- the filter ---------------------------------------------------------------------------------------------------------- */

int tt_filter_new(const char *expression, const struct tt_alloc *alloc, struct tt_filter **ret, struct tt_error *ret_error)
{
    char words[PCAP_ERRBUF_SIZE];
    struct bpf_program code;
    size_t n = strlen(expression) + 1;

    if (compile(expression, TT_LINK_ETHERNET, false, &code, words))
        pcap_freecode(&code);
    else if (!compiles(expression, TT_LINK_RAW))
        return refuse(ret_error, expression, words);

    struct tt_filter *filter = tt_get_zero(alloc, sizeof *filter);
    char *copy = tt_get(alloc, n);
    if (!filter || !copy) {
        tt_give(alloc, filter, sizeof *filter);
        tt_give(alloc, copy, n);
        return tt_fail(ret_error, TT_ERR_NOMEM, "filter: out of memory");
    }
    memcpy(copy, expression, n);
    filter->alloc = alloc;
    filter->expression = copy;
    *ret = filter;
    return 0;
}

static void forget(struct program *program)
{
    if (program->compiled)
        pcap_freecode(&program->code);
    program->compiled = false;
}

/* The program for a link type and byte order that are not the last one's. */
static struct program *program_for(struct tt_filter *filter, uint32_t link, bool swapped)
{
    for (unsigned i = 0; i < filter->count; i++)
        if (filter->programs[i].link == link && filter->programs[i].swapped == swapped) {
            filter->last = i;
            return &filter->programs[i];
        }
    if (filter->count < PROGRAMS_MAX)
        filter->last = filter->count++;
    else
        filter->last = filter->oldest++ % PROGRAMS_MAX;

    struct program *program = &filter->programs[filter->last];
    forget(program);
    program->link = link;
    program->swapped = swapped;
    program->compiled = compile(filter->expression, link, swapped, &program->code, NULL);
    return program;
}

/* Is the address family of a BSD loopback frame of the other byte order?  It is a small number. */
static bool is_swapped(const struct tt_frame *frame)
{
    return frame->link == TT_LINK_NULL && frame->captured >= 4 && frame->octets[0] == 0 && frame->octets[3] != 0;
}

int tt_filter_match(struct tt_filter *filter, const struct tt_frame *frame)
{
    struct program *program = &filter->programs[filter->last];
    bool swapped = is_swapped(frame);

    if (filter->count == 0 || program->link != frame->link || program->swapped != swapped)
        program = program_for(filter, frame->link, swapped);
    return program->compiled && bpf_filter(program->code.bf_insns, frame->octets, frame->length, frame->captured) != 0;
}

void tt_filter_free(struct tt_filter *filter)
{
    if (!filter)
        return;
    for (unsigned i = 0; i < filter->count; i++)
        forget(&filter->programs[i]);
    tt_give(filter->alloc, filter->expression, strlen(filter->expression) + 1);
    tt_give(filter->alloc, filter, sizeof *filter);
}
