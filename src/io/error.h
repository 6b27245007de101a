/* SPDX-License-Identifier: BSD-2-Clause */
/* error.h - filling struct tt_error. */
#ifndef TCPTALE_IO_ERROR_H
#define TCPTALE_IO_ERROR_H

#include <tcptale/io.h>

/* Writes the text (cut when it is too long, on one line whatever a path holds) and returns the code.  `error` may be NULL. */
int tt_fail(struct tt_error *error, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with ": " and the words of an errno behind; TT_ERR_NOMEM, TT_ERR_RIGHTS or TT_ERR_SYSTEM. */
int tt_fail_errno(struct tt_error *error, int number, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
