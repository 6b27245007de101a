/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io_sock_diag.c - the messages of sock_diag, and what becomes of dumps and destructions, with a kernel of our own at the other
 * end.
 *
 * Real sockets are in tests/net.  Here is what a real kernel does rarely or never: interrupted dumps, answers that are lost or
 * damaged, sockets that it says to have destroyed and that are there all the same.
 */
#include "unit.h"

#include "io/sock_diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- messages built by hand --------------------------------------------------------------------------------------------- */

/* What the kernel sends, in the making. */
struct answer {
    size_t n, began; /* octets; where the last message begins */
    _Alignas(8) uint8_t octets[2048];
};

static void put(struct answer *a, const void *octets, size_t n)
{
    static const uint8_t padding[4] = {0};

    assert_true(a->n + n + 4 <= sizeof a->octets);
    memcpy(a->octets + a->n, octets, n);
    a->n += n;
    memcpy(a->octets + a->n, padding, -n & 3);
    a->n += -n & 3;
    ((struct nlmsghdr *)(void *)(a->octets + a->began))->nlmsg_len = (uint32_t)(a->n - a->began);
}

static void begin(struct answer *a, uint16_t type, uint16_t flags, uint32_t seq)
{
    const struct nlmsghdr header = {.nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = seq};

    a->began = a->n;
    put(a, &header, sizeof header);
}

static void put_error(struct answer *a, uint16_t type, uint32_t seq, int number)
{
    const int32_t error = -number;

    begin(a, type, 0, seq);
    put(a, &error, sizeof error);
}

/* An established IPv4 connection from 192.0.2.1:1000 to 192.0.2.2:80. */
static struct inet_diag_msg plain(uint32_t cookie)
{
    return (struct inet_diag_msg){
        .idiag_family = AF_INET,
        .idiag_state = TT_SOCKET_ESTABLISHED,
        .id = {.idiag_sport = htons(1000),
               .idiag_dport = htons(80),
               .idiag_src = {htonl(0xc0000201)},
               .idiag_dst = {htonl(0xc0000202)},
               .idiag_if = 7,
               .idiag_cookie = {cookie, 1}},
        .idiag_rqueue = 3,
        .idiag_wqueue = 4,
        .idiag_uid = 1000,
        .idiag_inode = 4711,
    };
}

static void put_socket(struct answer *a, uint16_t flags, uint32_t seq, const struct inet_diag_msg *socket)
{
    begin(a, SOCK_DIAG_BY_FAMILY, flags, seq);
    put(a, socket, sizeof *socket);
}

static void put_attribute(struct answer *a, uint16_t type, const void *octets, size_t n)
{
    const struct nlattr head = {.nla_len = (uint16_t)(sizeof head + n), .nla_type = type};

    put(a, &head, sizeof head);
    put(a, octets, n);
}

static struct tt_diag_answer read_one(const struct answer *a)
{
    struct tt_diag_answer answer = {0};
    size_t at = 0;

    assert_int_equal(tt_diag_next(a->octets, a->n, &at, &answer), 1);
    assert_int_equal(at, a->n);
    return answer;
}

static void a_socket(void **state)
{
    const struct tcp_info info = {.tcpi_last_data_sent = 900, .tcpi_last_data_recv = 800, .tcpi_rtt = 1234};
    struct inet_diag_msg message = plain(2);
    struct answer a = {0};
    (void)state;

    put_socket(&a, 0, 9, &message);
    put_attribute(&a, INET_DIAG_INFO, &info, sizeof info);
    struct tt_diag_answer got = read_one(&a);
    assert_int_equal(got.kind, TT_DIAG_SOCKET);
    assert_int_equal(got.seq, 9);
    assert_false(got.interrupted);
    assert_int_equal(got.socket.cookie, UINT64_C(0x100000002));
    assert_int_equal(got.socket.local.port, 1000);
    assert_int_equal(got.socket.peer.port, 80);
    assert_memory_equal(got.socket.peer.addr.octets, "\xc0\0\2\2\0\0\0\0", 8);
    assert_int_equal(got.socket.interface, 7);
    assert_int_equal(got.socket.rx_queue, 3);
    assert_int_equal(got.socket.tx_queue, 4);
    assert_int_equal(got.socket.uid, 1000);
    assert_int_equal(got.socket.inode, 4711);
    assert_int_equal(got.socket.idle_ms, 800);
    assert_int_equal(got.socket.rtt_us, 1234);
    assert_false(got.socket.kind_is_known);
}

static void what_only_some_are_told(void **state)
{
    const struct nlattr nested = {.nla_len = sizeof nested + 6, .nla_type = INET_ULP_INFO_NAME};
    const struct tcp_info info = {0};
    struct inet_diag_msg message = plain(2);
    struct answer a = {0};
    uint8_t ulp[12] = {0};
    uint32_t mark = 0;
    (void)state;

    memcpy(ulp, &nested, sizeof nested);
    memcpy(ulp + sizeof nested, "mptcp", 6);
    put_socket(&a, 0, 1, &message);
    put_attribute(&a, INET_DIAG_MARK, &mark, sizeof mark);
    put_attribute(&a, INET_DIAG_INFO, &info, sizeof info);
    put_attribute(&a, INET_DIAG_MD5SIG, ulp, 12);
    struct tt_diag_answer got = read_one(&a);
    assert_true(got.socket.kind_is_known);
    assert_true(got.socket.is_signed);
    assert_false(got.socket.is_mptcp);
    assert_int_equal(got.socket.rtt_us, -1); /* none was measured */
    put_attribute(&a, INET_DIAG_ULP_INFO, ulp, sizeof nested + 6);
    assert_true(read_one(&a).socket.is_mptcp);
}

static void info_of_an_old_kernel(void **state)
{
    const struct tcp_info info = {.tcpi_last_data_sent = 900, .tcpi_last_data_recv = 800, .tcpi_rtt = 1234};
    (void)state;

    for (size_t n = 0; n <= sizeof info; n++) {
        struct inet_diag_msg message = plain(2);
        struct answer a = {0};
        put_socket(&a, 0, 1, &message);
        put_attribute(&a, INET_DIAG_INFO, &info, n);
        struct tt_diag_answer got = read_one(&a);
        assert_int_equal(got.socket.idle_ms, n < offsetof(struct tcp_info, tcpi_last_data_recv) + 4 ? -1 : 800);
        assert_int_equal(got.socket.rtt_us, n < offsetof(struct tcp_info, tcpi_rtt) + 4 ? -1 : 1234);
    }
}

static void mapped_addresses(void **state)
{
    static const struct {
        uint32_t src[4], dst[4];
        unsigned version;
        bool mapped;
    } rows[] = {
        /* clang-format off */
        {{0, 0, 0xffff, 0xc0000201}, {0, 0, 0xffff, 0xc0000202}, 4, true},
        {{0, 0, 0xffff, 0xc0000201}, {0}, 4, true},                        /* a listener */
        {{0}, {0}, 6, false},                                              /* a listener of both */
        {{0, 0, 0xffff, 0xc0000201}, {0x20010db8, 0, 0, 1}, 6, false},     /* no kernel says this */
        {{0x20010db8, 0, 0, 1}, {0x20010db8, 0, 0, 2}, 6, false},
        /* clang-format on */
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct inet_diag_msg message = plain(2);
        struct answer a = {0};
        message.idiag_family = AF_INET6;
        for (int j = 0; j < 4; j++) {
            message.id.idiag_src[j] = htonl(rows[i].src[j]);
            message.id.idiag_dst[j] = htonl(rows[i].dst[j]);
        }
        put_socket(&a, 0, 1, &message);
        struct tt_diag_answer got = read_one(&a);
        assert_int_equal(got.socket.local.ip_version, rows[i].version);
        assert_int_equal(got.socket.peer.ip_version, rows[i].version);
        assert_int_equal(got.socket.ipv6_mapped, rows[i].mapped);
    }
}

/* Cut at each octet, a message is damaged or nothing, and never more than there is. */
static void truncated(void **state)
{
    struct inet_diag_msg message = plain(2);
    struct answer a = {0};
    (void)state;

    put_socket(&a, 0, 1, &message);
    for (size_t n = 0; n < a.n; n++) {
        struct tt_diag_answer got;
        size_t at = 0;
        uint8_t *exact = malloc(n ? n : 1);
        assert_non_null(exact);
        memcpy(exact, a.octets, n);
        assert_int_equal(tt_diag_next(exact, n, &at, &got), n ? TT_ERR_FORMAT : 0);
        if (n >= sizeof(struct nlmsghdr)) { /* and when the header says so itself */
            ((struct nlmsghdr *)(void *)exact)->nlmsg_len = (uint32_t)n;
            assert_int_equal(tt_diag_next(exact, n, &at, &got), 1);
            assert_int_equal(got.kind, TT_DIAG_OTHER);
            assert_int_equal(at, n);
        }
        free(exact);
    }
}

static void hostile(void **state)
{
    static const uint32_t lengths[] = {0, 1, 15, 0x7fffffff, 0x80000000, 0xfffffffc, UINT32_MAX};
    struct inet_diag_msg message = plain(2);
    struct answer a = {0};
    struct tt_diag_answer got;
    (void)state;

    put_socket(&a, 0, 1, &message);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        size_t at = 0;
        ((struct nlmsghdr *)(void *)a.octets)->nlmsg_len = lengths[i];
        assert_int_equal(tt_diag_next(a.octets, a.n, &at, &got), TT_ERR_FORMAT);
        assert_int_equal(at, 0);
    }
    for (unsigned odd = 0; odd < 256; odd++) {
        struct answer b = {0};
        message.idiag_state = (uint8_t)odd;
        put_socket(&b, 0, 1, &message);
        assert_int_equal(read_one(&b).kind, odd >= 1 && odd <= 11 ? TT_DIAG_SOCKET : TT_DIAG_OTHER);
    }
    message = plain(2);
    message.idiag_family = AF_UNIX;
    a.n = 0;
    put_socket(&a, 0, 1, &message);
    assert_int_equal(read_one(&a).kind, TT_DIAG_OTHER);
}

static void words(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 11; i++)
        assert_int_equal(tt_socket_state_value(tt_socket_state_word(i)), i);
    assert_string_equal(tt_socket_state_word(TT_SOCKET_FIN_WAIT_2), "fin-wait-2");
    assert_string_equal(tt_socket_state_word(0), "?");
    assert_string_equal(tt_socket_state_word(12), "?");
    assert_int_equal(tt_socket_state_value("connected"), TT_ERR_FORMAT);
}

/* ---- a kernel of our own ------------------------------------------------------------------------------------------------ */

/* The other end of the link.  What it will answer is sent before it is asked: the first request has number 1. */
struct kernel {
    int fd;
    struct tt_sockets *sockets;
};

static struct kernel make_kernel(const struct tt_alloc *alloc)
{
    struct kernel kernel = {0};
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    kernel.fd = pair[0];
    if (tt_sockets_on(pair[1], alloc, &kernel.sockets, NULL) != 0)
        kernel.sockets = NULL;
    return kernel;
}

static void end_kernel(struct kernel *kernel)
{
    tt_sockets_close(kernel->sockets);
    (void)close(kernel->fd);
}

static void say(const struct kernel *kernel, struct answer *a)
{
    assert_int_equal(send(kernel->fd, a->octets, a->n, 0), a->n);
    a->n = a->began = 0;
}

/* One family's dump of sockets with the cookies from `first` on, a message each. */
static void say_dump(const struct kernel *kernel, uint32_t seq, uint32_t first, uint32_t n, uint16_t flags)
{
    struct answer a = {0};

    for (uint32_t i = 0; i < n; i++) {
        struct inet_diag_msg message = plain(first + i);
        put_socket(&a, i ? flags : 0, seq, &message);
        say(kernel, &a);
    }
    put_error(&a, NLMSG_DONE, seq, 0);
    ((struct nlmsghdr *)(void *)a.octets)->nlmsg_flags = n ? 0 : flags;
    say(kernel, &a);
}

static int sum_cookies(void *ctx, const struct tt_socket *socket)
{
    *(uint64_t *)ctx = *(uint64_t *)ctx * 10 + (uint32_t)socket->cookie;
    return 0;
}

static void an_interrupted_dump_is_asked_for_again(void **state)
{
    struct unit_memory memory;
    struct tt_error error = {0};
    uint64_t cookies = 0;
    (void)state;

    unit_memory_init(&memory);
    struct kernel kernel = make_kernel(&memory.alloc);
    say_dump(&kernel, 1, 1, 3, NLM_F_DUMP_INTR);
    say_dump(&kernel, 2, 0, 0, NLM_F_DUMP_INTR);
    say_dump(&kernel, 3, 4, 2, 0); /* IPv4, the third time */
    say_dump(&kernel, 4, 5, 2, 0); /* IPv6, with one that came before */
    assert_int_equal(tt_sockets_each(kernel.sockets, UINT32_MAX, sum_cookies, &cookies, &error), 0);
    assert_int_equal(cookies, 456);
    end_kernel(&kernel);
    assert_int_equal(memory.blocks, 0);
}

static void a_dump_that_never_is_whole(void **state)
{
    struct tt_error error = {0};
    uint64_t cookies = 0;
    (void)state;

    struct kernel kernel = make_kernel(tt_system_alloc());
    for (uint32_t seq = 1; seq < 20; seq++)
        say_dump(&kernel, seq, 1, 2, NLM_F_DUMP_INTR);
    assert_int_equal(tt_sockets_each(kernel.sockets, UINT32_MAX, sum_cookies, &cookies, &error), TT_ERR_LIMIT);
    assert_int_equal(cookies, 0);
    end_kernel(&kernel);
}

static void dumps_that_fail(void **state)
{
    static const struct {
        uint16_t type;
        int number, code;
        const char *says;
    } rows[] = {
        {NLMSG_ERROR, ENOENT, TT_ERR_SYSTEM, "tcp_diag"},
        {NLMSG_ERROR, EPERM, TT_ERR_RIGHTS, "not permitted"},
        {NLMSG_DONE, ENOMEM, TT_ERR_NOMEM, "memory"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_error error = {0};
        struct answer a = {0};
        uint64_t cookies = 0;
        struct kernel kernel = make_kernel(tt_system_alloc());
        put_error(&a, rows[i].type, 1, rows[i].number);
        say(&kernel, &a);
        assert_int_equal(tt_sockets_each(kernel.sockets, UINT32_MAX, sum_cookies, &cookies, &error), rows[i].code);
        assert_non_null(strstr(error.text, rows[i].says));
        end_kernel(&kernel);
    }
}

static void damage_on_the_link(void **state)
{
    static const uint8_t half[20] = {200};
    static const uint8_t long_one[TT_DIAG_BUFFER_OCTETS + 4] = {200};
    struct tt_error error = {0};
    uint64_t cookies = 0;
    (void)state;

    struct kernel kernel = make_kernel(tt_system_alloc());
    assert_int_equal(send(kernel.fd, half, sizeof half, 0), sizeof half);
    assert_int_equal(tt_sockets_each(kernel.sockets, UINT32_MAX, sum_cookies, &cookies, &error), TT_ERR_FORMAT);
    assert_int_equal(send(kernel.fd, long_one, sizeof long_one, 0), sizeof long_one);
    assert_int_equal(tt_sockets_each(kernel.sockets, UINT32_MAX, sum_cookies, &cookies, &error), TT_ERR_FORMAT);
    (void)close(kernel.fd);
    assert_int_equal(tt_sockets_each(kernel.sockets, UINT32_MAX, sum_cookies, &cookies, &error), TT_ERR_SYSTEM);
    tt_sockets_close(kernel.sockets);
}

/* ---- destruction -------------------------------------------------------------------------------------------------------- */

static const struct destruction {
    int destroy; /* the kernel's answer to SOCK_DESTROY, 0: none */
    int look_up; /* to the look-up, 0: the socket */
    bool listed; /* when it is said to have been gone */
    enum tt_destroyed became;
    const char *says; /* NULL: no error */
} destructions[] = {
    /* clang-format off */
    {0, ENOENT, false, TT_DESTROYED, NULL},
    {ENOENT, ENOENT, false, TT_DESTROYED_GONE, NULL},
    {ENOENT, ENOENT, true, TT_DESTROYED_FAILED, "No such file"},  /* by its addresses it was not found, and it is there */
    {EPERM, 0, false, TT_DESTROYED_NO_RIGHTS, "CAP_NET_ADMIN"},
    {EPERM, ENOENT, false, TT_DESTROYED_GONE, NULL},              /* somebody else was quicker */
    {EOPNOTSUPP, 0, false, TT_DESTROYED_NO_SUPPORT, "CONFIG_INET_DIAG_DESTROY"},
    {0, 0, false, TT_DESTROYED_STILL_THERE, "there all the same"},
    {EINVAL, 0, false, TT_DESTROYED_FAILED, "Invalid argument"},
    {0, EIO, false, TT_DESTROYED_FAILED, "Input/output"},         /* not known is not gone */
    /* clang-format on */
};

static void say_destruction(const struct kernel *kernel, const struct destruction *row)
{
    struct inet_diag_msg message = plain(5);
    struct answer a = {0};

    if (row->destroy) {
        put_error(&a, NLMSG_ERROR, 1, row->destroy);
        say(kernel, &a);
    }
    if (row->look_up)
        put_error(&a, NLMSG_ERROR, 2, row->look_up);
    else
        put_socket(&a, 0, 2, &message);
    say(kernel, &a);
    say_dump(kernel, 3, row->listed ? 5 : 6, 1, 0);
    say_dump(kernel, 4, 0, 0, 0);
}

static void each_answer_has_its_verdict(void **state)
{
    struct inet_diag_msg message = plain(5);
    struct answer a = {0};
    (void)state;

    put_socket(&a, 0, 1, &message);
    struct tt_socket socket = read_one(&a).socket;
    for (size_t i = 0; i < sizeof destructions / sizeof destructions[0]; i++) {
        const struct destruction *row = &destructions[i];
        struct tt_error error = {.code = -99, .text = "untouched"};
        struct kernel kernel = make_kernel(tt_system_alloc());
        say_destruction(&kernel, row);
        assert_int_equal(tt_sockets_destroy(kernel.sockets, &socket, &error), row->became);
        assert_int_equal(error.code == 0, row->says == NULL);
        if (row->says && !strstr(error.text, row->says))
            fail_msg("row %zu: \"%s\" does not say \"%s\"", i, error.text, row->says);
        end_kernel(&kernel);
    }
}

/* ---- memory ------------------------------------------------------------------------------------------------------------- */

static int list_and_destroy(const struct tt_alloc *alloc, void *ctx)
{
    struct inet_diag_msg message = plain(5);
    struct answer a = {0};
    struct tt_error error = {0};
    uint64_t cookies = 0;
    enum tt_destroyed destroyed;
    (void)ctx;

    put_socket(&a, 0, 1, &message);
    struct tt_socket socket = read_one(&a).socket;
    struct kernel kernel = make_kernel(alloc);
    if (!kernel.sockets) {
        (void)close(kernel.fd);
        return TT_ERR_NOMEM;
    }
    say_dump(&kernel, 1, 1, 70, 0); /* more than the first room */
    say_dump(&kernel, 2, 80, 1, 0);
    int err = tt_sockets_each(kernel.sockets, UINT32_MAX, sum_cookies, &cookies, &error);
    if (!err) {
        a.n = a.began = 0;
        put_error(&a, NLMSG_ERROR, 3, ENOENT);
        put_error(&a, NLMSG_ERROR, 4, ENOENT);
        say(&kernel, &a);
        say_dump(&kernel, 5, 6, 1, 0);
        say_dump(&kernel, 6, 0, 0, 0);
        err = tt_sockets_destroy_all(kernel.sockets, &socket, 1, &destroyed, &error);
    }
    end_kernel(&kernel);
    return err;
}

static void each_request_for_memory_fails(void **state)
{
    (void)state;
    unit_each_request_fails(list_and_destroy, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket),
        cmocka_unit_test(what_only_some_are_told),
        cmocka_unit_test(info_of_an_old_kernel),
        cmocka_unit_test(mapped_addresses),
        cmocka_unit_test(truncated),
        cmocka_unit_test(hostile),
        cmocka_unit_test(words),
        cmocka_unit_test(an_interrupted_dump_is_asked_for_again),
        cmocka_unit_test(a_dump_that_never_is_whole),
        cmocka_unit_test(dumps_that_fail),
        cmocka_unit_test(damage_on_the_link),
        cmocka_unit_test(each_answer_has_its_verdict),
        cmocka_unit_test(each_request_for_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
