/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c - runs a fuzz target over files and folders of files, each copied to a heap block of exactly its size, so that a
 * sanitizer or valgrind sees the first octet beyond it.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);

static int replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *block = malloc(size ? size : 1);
    size_t n;

    if (!file || !block)
        goto fail;
    n = fread(block, 1, size, file);
    (void)LLVMFuzzerTestOneInput(block, n);
    free(block);
    (void)fclose(file);
    return 0;
fail:
    perror(path);
    free(block);
    if (file)
        (void)fclose(file);
    return 1;
}

static int replay_path(const char *path, unsigned *count);

static int replay_folder(const char *path, unsigned *count)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    int failed = 0;

    if (!folder) {
        perror(path);
        return 1;
    }
    while ((entry = readdir(folder))) {
        char below[4096];

        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        failed |= replay_path(below, count);
    }
    (void)closedir(folder);
    return failed;
}

static int replay_path(const char *path, unsigned *count)
{
    struct stat about;

    if (stat(path, &about) != 0) {
        perror(path);
        return 1;
    }
    if (S_ISDIR(about.st_mode))
        return replay_folder(path, count);
    ++*count;
    return replay_file(path, (size_t)about.st_size);
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    int failed = 0;

    for (int i = 1; i < argc; i++)
        failed |= replay_path(argv[i], &count);
    printf("%u inputs\n", count);
    return failed || count == 0;
}
