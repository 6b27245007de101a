/* SPDX-License-Identifier: BSD-2-Clause */
/* utf8.h - one character of UTF-8 at a time. */
#ifndef TCPTALE_UTF8_H
#define TCPTALE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The character that octets (n of them, at least one) begin with: its length, or 0 when they are not UTF-8 (RFC 3629). */
unsigned tt_utf8_next(const char *octets, size_t n, uint32_t *ret_rune);

#endif
