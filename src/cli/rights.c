/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rights.c - giving up rights before the first packet is looked at.
 *
 * Packets come from strangers.  What reads them needs the open interface and nothing else, so whatever made opening it possible
 * goes: capabilities, root, supplementary groups, and the way back to them.
 */
#include "cli/rights.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int fail(struct tt_error *error, const char *words, const char *user)
{
    error->code = TT_ERR_RIGHTS;
    (void)snprintf(error->text, sizeof error->text, "%s %s; -Z USER names another user, -Z root stays root", words, user);
    return TT_ERR_RIGHTS;
}

static void no_way_back(void)
{
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void cli_rights_drop_file(void)
{
    no_way_back();
    capng_clear(CAPNG_SELECT_CAPS);
    (void)capng_apply(CAPNG_SELECT_CAPS);
}

static const struct passwd *find_user(const char *user)
{
    const struct passwd *entry;

    if (user)
        return getpwnam(user);
    entry = getpwnam("tcpdump");
    return entry ? entry : getpwnam("nobody");
}

static int become(const struct passwd *entry, struct tt_error *error)
{
    const capng_flags_t flags = (capng_flags_t)((unsigned)CAPNG_DROP_SUPP_GRP | (unsigned)CAPNG_CLEAR_BOUNDING);

    capng_clear(CAPNG_SELECT_BOTH);
    if (capng_change_id((int)entry->pw_uid, (int)entry->pw_gid, flags) != 0)
        return fail(error, "cannot become user", entry->pw_name);
    no_way_back();
    return 0;
}

int cli_rights_drop_live(const char *user, struct tt_error *ret_error)
{
    const struct passwd *entry;

    if (geteuid() != 0 || (user && strcmp(user, "root") == 0)) {
        no_way_back();
        capng_clear(CAPNG_SELECT_CAPS);
        return capng_apply(CAPNG_SELECT_CAPS) == 0 ? 0 : fail(ret_error, "cannot drop capabilities as user", user ? user : "");
    }
    entry = find_user(user);
    if (!entry)
        return fail(ret_error, "there is no user", user ? user : "tcpdump or nobody");
    return become(entry, ret_error);
}
