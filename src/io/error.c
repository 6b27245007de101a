/* SPDX-License-Identifier: BSD-2-Clause */
/* error.c - filling struct tt_error. */
#include "io/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A path may hold a newline or an escape sequence; the text goes to terminals and logs. */
static void keep_to_one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

__attribute__((format(printf, 4, 0))) static int fill(struct tt_error *error, int code, int number, const char *format,
                                                      va_list arguments)
{
    if (!error)
        return code;
    error->code = code;
    (void)vsnprintf(error->text, sizeof error->text, format, arguments);
    if (number) {
        char words[128];
        size_t used = strlen(error->text);
        (void)snprintf(error->text + used, sizeof error->text - used, ": %s", strerror_r(number, words, sizeof words));
    }
    keep_to_one_line(error->text);
    return code;
}

int tt_fail(struct tt_error *error, int code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fill(error, code, 0, format, arguments);
    va_end(arguments);
    return code;
}

static int code_of(int number)
{
    if (number == ENOMEM)
        return TT_ERR_NOMEM;
    return number == EPERM || number == EACCES ? TT_ERR_RIGHTS : TT_ERR_SYSTEM;
}

int tt_fail_errno(struct tt_error *error, int number, const char *format, ...)
{
    va_list arguments;
    int code = code_of(number);

    va_start(arguments, format);
    (void)fill(error, code, number, format, arguments);
    va_end(arguments);
    return code;
}
