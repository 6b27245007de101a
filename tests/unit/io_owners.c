/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io_owners.c - folders that are laid out as /proc is, what SSH_CONNECTION says, and memory that runs out.  Real ones:
 * tests/net.
 */
#include "unit.h"

#include "io/owners.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

static void put_file(const char *path, const char *text)
{
    char full[160];

    (void)snprintf(full, sizeof full, "%s/%s", root, path);
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void put_link(const char *path, const char *to)
{
    char full[160];

    (void)snprintf(full, sizeof full, "%s/%s", root, path);
    assert_int_equal(symlink(to, full), 0);
}

static void put_folder(const char *path)
{
    char full[160];

    (void)snprintf(full, sizeof full, "%s/%s", root, path);
    assert_int_equal(mkdir(full, 0755), 0);
}

/*
 * 1 is the parent of 40, which is this process and has a connection; 50 is a stranger, with the same socket and links that are
 * none.
 */
static int make_proc(void **state)
{
    static const char *const folders[] = {"", "1", "1/fd", "40", "40/fd", "50", "50/fd", "50x", "60"};
    (void)state;

    (void)snprintf(root, sizeof root, "%s", "/tmp/tcptale-owners.XXXXXX");
    if (!mkdtemp(root))
        return -1;
    for (size_t i = 1; i < sizeof folders / sizeof folders[0]; i++)
        put_folder(folders[i]);
    put_link("self", "40");
    put_file("1/status", "Name:\tinit\nPPid:\t0\nUid:\t0\t0\t0\t0\n");
    put_file("1/comm", "init\n");
    put_link("1/fd/3", "socket:[100]");
    put_file("40/status", "Name:\tPPid:\t77\nPPid:\t1\nUid:\t5\t6\t7\t8\n"); /* a name that means to deceive */
    put_file("40/comm", "us\n");
    put_link("40/fd/9", "socket:[200]");
    put_link("40/fd/10", "socket:[200]");
    put_file("50/comm", "a name of more than fifteen octets\n");
    put_link("50/fd/3", "socket:[200]");
    put_link("50/fd/4", "socket:[300");
    put_link("50/fd/5", "socket:[]");
    put_link("50/fd/6", "socket:[-300]");
    put_link("50/fd/7", "pipe:[300]");
    put_link("50/fd/8", "socket:[300]x");
    return 0;
}

static int remove_proc(void **state)
{
    char command[96];
    (void)state;

    (void)snprintf(command, sizeof command, "rm -r '%s'", root);
    return system(command); /* NOLINT: a folder of our own */
}

static struct tt_owners *read_proc(void)
{
    struct tt_owners *owners = NULL;
    struct tt_error error = {0};

    if (tt_owners_read_in(root, tt_system_alloc(), &owners, &error) != 0)
        fail_msg("%s", error.text);
    return owners;
}

static void holders(void **state)
{
    struct tt_process process;
    (void)state;

    struct tt_owners *owners = read_proc();
    assert_true(tt_owners_of(owners, 200, 0, &process));
    assert_int_equal(process.pid, 40);
    assert_int_equal(process.fd, 9);
    assert_int_equal(process.uid, 6);
    assert_string_equal(process.name, "us");
    assert_true(tt_owners_of(owners, 200, 1, &process));
    assert_int_equal(process.pid, 50);
    assert_int_equal(process.uid, TT_SOCKET_UID_UNKNOWN);
    assert_string_equal(process.name, "a name of more ");
    assert_false(tt_owners_of(owners, 200, 2, &process));
    assert_false(tt_owners_of(owners, 300, 0, &process));
    assert_false(tt_owners_of(owners, 0, 0, &process));
    assert_false(tt_owners_of(owners, UINT64_MAX, 0, &process));
    assert_int_equal(tt_owners_unreadable(owners), 0); /* 60 has ended in between */
    assert_false(tt_owners_hidden(owners));
    tt_owners_free(owners);
}

static void ancestors(void **state)
{
    struct tt_socket socket = {.inode = 100, .state = TT_SOCKET_ESTABLISHED};
    (void)state;

    struct tt_owners *owners = read_proc();
    assert_true(tt_owners_is_own_session(owners, &socket, NULL)); /* process 1 has it */
    socket.inode = 0;
    assert_false(tt_owners_is_own_session(owners, &socket, NULL));
    assert_int_equal(tt_owners_unreadable_ancestors(owners), 0);
    tt_owners_free(owners);
}

static void ssh_connection(void **state)
{
    static const struct {
        const char *text;
        bool is_own;
        const char *why;
    } rows[] = {
        /* clang-format off */
        {"192.0.2.9 50000 192.0.2.1 22", true, "the server's end"},
        {"192.0.2.1 22 192.0.2.9 50000", true, "the client's end, on the same host"},
        {"::ffff:192.0.2.9 50000 ::ffff:192.0.2.1 22", true, "mapped addresses"},
        {"192.0.2.9 50001 192.0.2.1 22", false, "another port"},
        {"192.0.2.8 50000 192.0.2.1 22", false, "another client"},
        {"192.0.2.9 50000 192.0.2.2 22", false, "another server"},
        {"192.0.2.9 22 192.0.2.1 50000", false, "ports the wrong way round"},
        {"192.0.2.9 50000 192.0.2.1", false, "cut short"},
        {"192.0.2.9 50000", false, "half"},
        {"", false, "nothing"},
        {"192.0.2.9 115536 192.0.2.1 22", false, "a port that would wrap"},
        {"192.0.2.9 -15536 192.0.2.1 22", false, "a port below zero"},
        {"fe80::1%eth0 50000 fe80::2%eth0 22", false, "another family"},
        {"192.0.2.99999999999999999999999999999999999999999999999999999999999999999999999999999999 50000 192.0.2.1 22", false,
         "an address without end"},
        /* clang-format on */
    };
    struct tt_socket socket = {.local = {.addr = {{192, 0, 2, 1}}, .port = 22, .ip_version = 4},
                               .peer = {.addr = {{192, 0, 2, 9}}, .port = 50000, .ip_version = 4}};
    (void)state;

    struct tt_owners *owners = read_proc();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (tt_owners_is_own_session(owners, &socket, rows[i].text) != rows[i].is_own)
            fail_msg("%s: \"%s\"", rows[i].why, rows[i].text);
    struct tt_socket local6 = {.local = {.addr = {{0xfe, 0x80, [15] = 2}}, .port = 22, .ip_version = 6},
                               .peer = {.addr = {{0xfe, 0x80, [15] = 1}}, .port = 50000, .ip_version = 6}};
    assert_true(tt_owners_is_own_session(owners, &local6, "fe80::1%eth0 50000 fe80::2%eth0 22"));
    tt_owners_free(owners);
}

static void numbers_of_a_status(void **state)
{
    static const char status[] = "Name:\tx\nPPid:\t12\nUid:\t1\t22\t4294967295\t4294967296\nEmpty:\t\nPPid:\t99\n";
    uint32_t n = 0;
    (void)state;

    assert_true(tt_status_number(status, "PPid:", 0, &n));
    assert_int_equal(n, 12);
    assert_true(tt_status_number(status, "Uid:", 1, &n));
    assert_int_equal(n, 22);
    assert_true(tt_status_number(status, "Uid:", 2, &n));
    assert_int_equal(n, UINT32_MAX);
    assert_false(tt_status_number(status, "Uid:", 3, &n));
    assert_false(tt_status_number(status, "Uid:", 4, &n));
    assert_false(tt_status_number(status, "PPid:", 1, &n)); /* not the next line's */
    assert_false(tt_status_number(status, "Empty:", 0, &n));
    assert_false(tt_status_number(status, "Gid:", 0, &n));
    assert_false(tt_status_number("", "Gid:", 0, &n));
}

static int read_and_free(const struct tt_alloc *alloc, void *ctx)
{
    struct tt_owners *owners;
    struct tt_error error;
    int err = tt_owners_read_in(ctx, alloc, &owners, &error);

    if (!err)
        tt_owners_free(owners);
    return err;
}

static void each_request_for_memory_fails(void **state)
{
    (void)state;
    unit_each_request_fails(read_and_free, root);
}

static void what_is_no_proc(void **state)
{
    struct tt_owners *owners = NULL;
    struct tt_error error = {0};
    char path[96];
    (void)state;

    assert_int_equal(tt_owners_read_in("/nonexistent", tt_system_alloc(), &owners, &error), TT_ERR_SYSTEM);
    (void)snprintf(path, sizeof path, "%s/60", root);
    assert_int_equal(tt_owners_read_in(path, tt_system_alloc(), &owners, &error), TT_ERR_SYSTEM);
    assert_non_null(strstr(error.text, "does not show this process"));
    assert_null(owners);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holders),
        cmocka_unit_test(ancestors),
        cmocka_unit_test(ssh_connection),
        cmocka_unit_test(numbers_of_a_status),
        cmocka_unit_test(each_request_for_memory_fails),
        cmocka_unit_test(what_is_no_proc),
    };
    return cmocka_run_group_tests(tests, make_proc, remove_proc);
}
