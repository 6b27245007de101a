/* SPDX-License-Identifier: BSD-2-Clause */
/* sock_diag.c - any octets as what the kernel's sock_diag answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/sock_diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);

/* Linux's inet_diag_sockid stands behind the header and 8 octets of a request, and behind the header and 4 octets of an answer. */
#define HEADER_OCTETS 16
#define ID_IN_REQUEST (HEADER_OCTETS + 8)

static bool is_zero(const uint8_t *octets, size_t n)
{
    for (; n; n--)
        if (*octets++)
            return false;
    return true;
}

static const char *wrong_end(const struct tt_endpoint *end, const struct tt_socket *socket)
{
    if (end->ip_version != socket->local.ip_version || (end->ip_version != 4 && end->ip_version != 6))
        return "an IP version";
    return end->ip_version == 4 && !is_zero(end->addr.octets + 4, 12) ? "an IPv4 address of more than 4 octets" : NULL;
}

/* What is asked for again must be what was answered. */
static const char *wrong_request(const struct tt_socket *socket)
{
    uint8_t request[TT_DIAG_REQUEST_OCTETS];
    const uint8_t *id = request + ID_IN_REQUEST;
    uint64_t cookie;

    tt_diag_put_one(request, 1, TT_DIAG_LOOK_UP, socket);
    memcpy(&cookie, id + 40, sizeof cookie);
    if (cookie != socket->cookie || (id[0] << 8 | id[1]) != socket->local.port || (id[2] << 8 | id[3]) != socket->peer.port)
        return "the cookie or a port is asked for otherwise";
    if (socket->local.ip_version == 6 ? memcmp(id + 4, socket->local.addr.octets, 16) != 0
                                      : memcmp(id + (socket->ipv6_mapped ? 16 : 4), socket->local.addr.octets, 4) != 0)
        return "the address is asked for otherwise";
    return NULL;
}

static const char *wrong_socket(const struct tt_socket *socket)
{
    const char *wrong = wrong_end(&socket->local, socket);

    if (!wrong)
        wrong = wrong_end(&socket->peer, socket);
    if (!wrong)
        wrong = wrong_request(socket);
    if (!wrong && tt_socket_state_value(tt_socket_state_word((unsigned)socket->state)) != (int)socket->state)
        wrong = "a state without a word";
    if (!wrong && socket->ipv6_mapped && socket->local.ip_version != 4)
        wrong = "a mapped address that is not IPv4";
    if (!wrong && (socket->idle_ms < -1 || socket->rtt_us < -1 || socket->rtt_us == 0))
        wrong = "a time below zero";
    return wrong;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    struct tt_diag_answer answer;
    const char *wrong = NULL;
    size_t at = 0;
    uint8_t *block = malloc(n ? n : 1); /* the end of the octets is the end of the block */

    if (!block)
        return 0;
    if (n)
        memcpy(block, octets, n);
    for (size_t before = at; !wrong && tt_diag_next(block, n, &at, &answer) == 1; before = at) {
        if (at <= before || at > n)
            wrong = "it does not move on, or beyond the end";
        else if (answer.error < 0)
            wrong = "an errno below zero";
        else if (answer.kind == TT_DIAG_SOCKET)
            wrong = wrong_socket(&answer.socket);
    }
    free(block);
    if (wrong) {
        (void)fprintf(stderr, "%s\n", wrong);
        abort();
    }
    return 0;
}
