/* SPDX-License-Identifier: BSD-2-Clause */
/* format.h - printf's notation for texts, as much of it as the silent core needs. */
#ifndef TCPTALE_FORMAT_H
#define TCPTALE_FORMAT_H

#include <stdarg.h>
#include <tcptale/text.h>

/* Conversions c s u x X and %, flags 0 and -, a width, ".*" for s, and l for 64-bit numbers. */
void tt_text_format(struct tt_text *text, const char *format, ...) __attribute__((format(__printf__, 2, 3)));
void tt_text_vformat(struct tt_text *text, const char *format, va_list args) __attribute__((format(__printf__, 2, 0)));

#endif
