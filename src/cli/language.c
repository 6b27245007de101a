/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * language.c - gettext and localtime_r() behind the core's translator and zone.
 *
 * A machine without the reader's locale often still has the catalogue: with C.UTF-8 and LANGUAGE gettext finds it all the same.
 */
#include "cli/language.h"

#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DOMAIN "tcptale"

static bool utf8;

/* The locale that the environment wants for messages; NULL: none. */
static const char *wanted(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);

        if (value && *value)
            return value;
    }
    return NULL;
}

/* The locale is not installed: its language, in the C library's own UTF-8 locale. */
static void settle(void)
{
    const char *name = wanted();
    const char *codeset = name ? strchr(name, '.') : NULL;

    if (!codeset || (strcasecmp(codeset, ".UTF-8") != 0 && strcasecmp(codeset, ".utf8") != 0))
        return;
    if (setlocale(LC_ALL, "C.UTF-8"))
        (void)setenv("LANGUAGE", name, 0);
}

void cli_language_init(void)
{
    const char *directory = getenv("TCPTALE_LOCALEDIR");

    if (!setlocale(LC_ALL, ""))
        settle();
    (void)setlocale(LC_NUMERIC, "C");
    utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    (void)bindtextdomain(DOMAIN, directory && *directory ? directory : TT_LOCALEDIR);
    (void)bind_textdomain_codeset(DOMAIN, "UTF-8");
    tzset();
}

bool cli_language_utf8(void)
{
    return utf8;
}

static const char *say(void *ctx, const char *english)
{
    (void)ctx;
    return *english ? dgettext(DOMAIN, english) : english;
}

static const char *say_many(void *ctx, const char *one, const char *many, uint64_t n)
{
    (void)ctx;
    return dngettext(DOMAIN, one, many, n);
}

struct tt_tongue cli_language_tongue(void)
{
    if (!utf8)
        return (struct tt_tongue){NULL, NULL, NULL};
    return (struct tt_tongue){say, say_many, NULL};
}

/* localtime_r() does not look at the zone's file again, which localtime() does for every packet. */
static int32_t offset_at(void *ctx, int64_t second)
{
    time_t moment = second;
    struct tm local;

    (void)ctx;
    return localtime_r(&moment, &local) ? (int32_t)local.tm_gmtoff : 0;
}

struct tt_zone cli_language_zone(void)
{
    return (struct tt_zone){offset_at, NULL};
}
