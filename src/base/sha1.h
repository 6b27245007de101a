/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sha1.h - SHA-1 (RFC 3174), which the community ID is made with.
 *
 * It names connections and proves nothing: nobody may rely on it for security.
 */
#ifndef TCPTALE_SHA1_H
#define TCPTALE_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define TT_SHA1_OCTETS 20

void tt_sha1(const uint8_t *octets, size_t n, uint8_t ret_digest[TT_SHA1_OCTETS]);

#endif
