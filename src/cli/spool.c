/* SPDX-License-Identifier: BSD-2-Clause */
/* spool.c - a file without a name, for input that has to be read twice: once to choose, once to tell. */
#include "cli/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/interrupt.h"

#define PART_OCTETS 65536
#define MAGIC_OCTETS 4 /* tell whether a capture begins */

static int fail(struct tt_error *error, const char *what)
{
    error->code = TT_ERR_SYSTEM;
    (void)snprintf(error->text, sizeof error->text, "%s: %s", what, strerror(errno));
    return TT_ERR_SYSTEM;
}

static const char *directory(void)
{
    const char *named = getenv("TMPDIR");

    return named && *named ? named : "/tmp";
}

int cli_spool_new(struct tt_error *ret_error)
{
    int fd = open(directory(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
        /* a file system, or a kernel, without files that have no name */
        char path[4096];

        (void)snprintf(path, sizeof path, "%s/tcptale.XXXXXX", directory());
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0)
            (void)unlink(path);
    }
    return fd < 0 ? fail(ret_error, "no temporary file for reading the input twice (TMPDIR names another directory)") : fd;
}

static int open_input(const char *path)
{
    return strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
}

bool cli_spool_needless(const char *path)
{
    struct stat about;
    int failed = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &about) : stat(path, &about);

    /* What is not there, or is a directory, has its error from the capture's reader. */
    return failed || S_ISREG(about.st_mode) || S_ISDIR(about.st_mode);
}

static int write_all(int fd, const uint8_t *octets, size_t n)
{
    while (n) {
        ssize_t written = write(fd, octets, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        octets += written;
        n -= (size_t)written;
    }
    return 0;
}

/* Up to n octets, but at least MAGIC_OCTETS unless the input ends or SIGINT comes before; -1 and errno. */
static ssize_t read_some(int fd, uint8_t *octets, size_t n)
{
    size_t got = 0;

    while (got < MAGIC_OCTETS && !cli_interrupted()) {
        ssize_t more = read(fd, octets + got, n - got);

        if (more == 0)
            break;
        if (more > 0)
            got += (size_t)more;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)got;
}

static int copy(int from, int to, struct tt_error *error)
{
    static uint8_t part[PART_OCTETS];
    bool capture = true, first = true;

    while (capture) {
        ssize_t n = read_some(from, part, sizeof part);

        if (n < 0)
            return fail(error, "cannot read the input");
        if (n == 0)
            break;
        if (write_all(to, part, (size_t)n))
            return fail(error, "cannot keep the input in a temporary file (TMPDIR names another directory)");
        capture = !first || tt_capture_begins(part, (size_t)n);
        first = false;
    }
    return 0;
}

int cli_spool_input(const char *path, struct tt_error *ret_error)
{
    int from = open_input(path), to = -1, err;

    if (from < 0)
        return fail(ret_error, path);
    err = to = cli_spool_new(ret_error);
    if (to >= 0)
        err = copy(from, to, ret_error);
    if (!err && lseek(to, 0, SEEK_SET) != 0)
        err = fail(ret_error, "cannot read the temporary file again");
    (void)close(from);
    if (err < 0 && to >= 0)
        (void)close(to);
    return err < 0 ? err : to;
}
