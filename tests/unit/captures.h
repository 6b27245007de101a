/* SPDX-License-Identifier: BSD-2-Clause */
/* captures.h - each capture of a folder of the source tree, for tests that hold for all of them. */
#ifndef TCPTALE_TEST_CAPTURES_H
#define TCPTALE_TEST_CAPTURES_H

#include "unit.h"
#include <dirent.h>
#include <stdio.h>
#include <tcptale/io.h>

/* Calls `each` with the path of every .pcap in the folder; how many there were. */
static inline unsigned each_capture(const char *below, void (*each)(const char *path))
{
    char path[4096];
    unsigned captures = 0;
    struct dirent *entry;
    DIR *folder;

    (void)snprintf(path, sizeof path, "%s/%s", getenv("TT_SOURCE"), below);
    folder = opendir(path);
    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        size_t n = strlen(entry->d_name);

        if (n < 5 || strcmp(entry->d_name + n - 5, ".pcap") != 0)
            continue;
        (void)snprintf(path, sizeof path, "%s/%s/%s", getenv("TT_SOURCE"), below, entry->d_name);
        each(path);
        captures++;
    }
    (void)closedir(folder);
    return captures;
}

#endif
