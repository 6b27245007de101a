/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * silent.h - comes before every file of the core: what the core must not call.
 *
 * The core makes no system call, reads no clock, prints nothing, and allocates through struct tt_alloc only.  The compiler
 * refuses these names; tests/lint checks the undefined symbols of the archive against a list besides.  (time() only there: it is
 * a good name for a field.)
 */
#ifndef TCPTALE_SILENT_H
#define TCPTALE_SILENT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma GCC poison malloc calloc realloc free alloca strdup
#pragma GCC poison printf fprintf sprintf snprintf vsnprintf puts fputs fopen
#pragma GCC poison clock gettimeofday clock_gettime localtime gmtime rand random
#pragma GCC poison getenv setlocale strtok strerror exit abort

#endif
