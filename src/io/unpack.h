/* SPDX-License-Identifier: BSD-2-Clause */
/* unpack.h - gzip and zstd, unpacked as they come: any number of members or frames, one behind the other. */
#ifndef TCPTALE_IO_UNPACK_H
#define TCPTALE_IO_UNPACK_H

#include <tcptale/base.h>

/* What goes in and comes out of one step; the pointers move. */
struct tt_unpack_step {
    const uint8_t *in, *in_end;
    uint8_t *out, *out_end;
};

struct tt_unpacker {
    const char *name;
    uint8_t magic[4];
    uint8_t magic_octets;
    /* NULL when there is no memory. */
    void *(*begin)(const struct tt_alloc *alloc);
    /*
     * Unpacks until the input is used up or the output is full: 1 when the data may end here, 0 when more must come, TT_ERR_FORMAT
     * with what is wrong in *ret_words, or TT_ERR_NOMEM.
     */
    int (*step)(void *state, struct tt_unpack_step *step, const char **ret_words);
    void (*done)(void *state, const struct tt_alloc *alloc);
};

/* The unpacker for data that begins like this (n octets of it are there); NULL: it is not packed. */
const struct tt_unpacker *tt_unpacker_for(const uint8_t *octets, size_t n);

#endif
