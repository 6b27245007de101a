/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io_live.c - live capture on the loopback of a network namespace of our own, of a TCP connection that we make ourselves.
 *
 * Skipped without the right to make a namespace.
 */
#include "unit.h"

#include <tcptale/io.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static bool have_namespace;
static struct tt_capture *interrupted;

static bool loopback_up(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    bool up;

    request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
    up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    (void)close(fd);
    return up;
}

static int enter_namespace(void **state)
{
    (void)state;
    have_namespace = unshare(CLONE_NEWNET) == 0 && loopback_up();
    return 0;
}

static struct tt_capture *open_loopback(const char *filter)
{
    struct tt_live_options options = {.interface = "lo", .filter = filter, .buffer_kib = 1024, .immediate = true};
    struct tt_capture *capture = NULL;
    struct tt_error error = {0};

    if (tt_capture_open_live(&options, tt_system_alloc(), &capture, &error) != 0)
        fail_msg("%s", error.text);
    return capture;
}

/* Connects to a socket of ours, sends `octets` octets, and closes both ends; the port of the server. */
static uint16_t make_connection(size_t octets)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof address;
    char data[1000] = "";
    int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), accepted;

    assert_int_equal(bind(server, (struct sockaddr *)&address, n), 0);
    assert_int_equal(listen(server, 1), 0);
    assert_int_equal(getsockname(server, (struct sockaddr *)&address, &n), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, n), 0);
    accepted = accept(server, NULL, NULL);
    assert_true(accepted >= 0);
    assert_int_equal(send(client, data, octets, 0), octets);
    assert_int_equal(recv(accepted, data, octets, MSG_WAITALL), octets);
    (void)close(client);
    (void)close(accepted);
    (void)close(server);
    return ntohs(address.sin_port);
}

static void on_alarm(int number)
{
    (void)number;
    tt_capture_interrupt(interrupted);
}

/* Interrupts the capture from a signal handler, again and again until it is told to stop. */
static void interrupt_after(struct tt_capture *capture, long ms)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    struct itimerval timer = {{ms / 1000, ms % 1000 * 1000}, {ms / 1000, ms % 1000 * 1000}};

    interrupted = capture;
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

static void stop_interrupting(void)
{
    struct itimerval timer = {0};

    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

static void a_connection_is_seen(void **state)
{
    struct tt_frame frame;
    struct tt_capture_facts facts;
    struct tt_capture_interface about;
    unsigned syns = 0, frames = 0;
    (void)state;

    if (!have_namespace)
        skip();
    struct tt_capture *capture = open_loopback("tcp");
    uint16_t port = make_connection(777);
    interrupt_after(capture, 500);
    while (tt_capture_next(capture, &frame) == 1) {
        struct tt_segment segment;
        tt_decode(&frame, &segment);
        assert_int_equal(segment.kind, TT_KIND_TCP);
        assert_true(segment.src_port == port || segment.dst_port == port);
        assert_int_equal(frame.number, ++frames);
        assert_int_equal(frame.link, TT_LINK_ETHERNET);
        assert_true(frame.time > INT64_C(1500000000) * TT_NS_PER_S);
        syns += (segment.flags & TT_SYN) != 0;
    }
    stop_interrupting();
    assert_int_equal(syns, 2);
    assert_true(frames >= 7);
    tt_capture_facts(capture, &facts);
    assert_true(facts.live);
    assert_string_equal(facts.format, "live");
    assert_string_equal(facts.path, "lo");
    assert_int_equal(facts.frames, frames);
    assert_int_equal(facts.dropped, 0);
    tt_capture_interface(capture, 0, &about);
    assert_string_equal(about.name, "lo");
    assert_int_equal(about.snap_length, 262144);
    tt_capture_free(capture);
}

/* An interruption is not an end: what comes after it is seen. */
static void an_interruption_passes(void **state)
{
    struct tt_frame frame;
    (void)state;

    if (!have_namespace)
        skip();
    struct tt_capture *capture = open_loopback("tcp");
    interrupt_after(capture, 50);
    for (int i = 0; i < 3; i++)
        assert_int_equal(tt_capture_next(capture, &frame), TT_ERR_INTERRUPTED);
    stop_interrupting();
    assert_int_equal(tt_capture_error(capture)->code, 0);
    (void)make_connection(1);
    assert_int_equal(tt_capture_next(capture, &frame), 1);
    assert_int_equal(tt_capture_rewind(capture), TT_ERR_MISUSE);
    tt_capture_free(capture);
}

static void the_kernel_filters(void **state)
{
    struct tt_frame frame;
    (void)state;

    if (!have_namespace)
        skip();
    struct tt_capture *capture = open_loopback("udp");
    (void)make_connection(1);
    interrupt_after(capture, 300);
    assert_int_equal(tt_capture_next(capture, &frame), TT_ERR_INTERRUPTED);
    stop_interrupting();
    tt_capture_free(capture);
}

static void what_cannot_be_opened(void **state)
{
    static const struct {
        const char *interface, *filter, *says;
        int code;
    } rows[] = {
        {"nosuch0", NULL, "nosuch0: no such interface", TT_ERR_SYSTEM},
        {"9999", NULL, "9999: no such interface", TT_ERR_SYSTEM},
        {"lo", "tcp prt 5", "lo: filter \"tcp prt 5\": ", TT_ERR_FORMAT},
    };
    (void)state;

    if (!have_namespace)
        skip();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tt_live_options options = {.interface = rows[i].interface, .filter = rows[i].filter};
        struct tt_capture *capture;
        struct tt_error error;
        assert_int_equal(tt_capture_open_live(&options, tt_system_alloc(), &capture, &error), rows[i].code);
        if (!strstr(error.text, rows[i].says))
            fail_msg("\"%s\" does not say \"%s\"", error.text, rows[i].says);
    }
}

static void without_rights(void **state)
{
    (void)state;

    if (!have_namespace)
        skip();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct tt_live_options options = {.interface = "lo"};
        struct tt_capture *capture;
        struct tt_error error;
        bool right = setuid(65534) == 0 && tt_capture_open_live(&options, tt_system_alloc(), &capture, &error) == TT_ERR_RIGHTS &&
                     strstr(error.text, "lo: capturing needs CAP_NET_RAW");
        _exit(right ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_is_seen),  cmocka_unit_test(an_interruption_passes), cmocka_unit_test(the_kernel_filters),
        cmocka_unit_test(what_cannot_be_opened), cmocka_unit_test(without_rights),
    };
    return cmocka_run_group_tests(tests, enter_namespace, NULL);
}
