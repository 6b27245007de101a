/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sock_message.c - the messages of sock_diag: requests as octets, and octets as sockets.
 *
 * Apart from the link so that hostile octets can be tried on it.  The kernel is believed, but not about lengths: struct tcp_info
 * grows with every other release, and attributes come and go.
 */
#include "io/sock_diag.h"

#include "base/bytes.h"

#include <assert.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>

/* Kernels that hold half-open connections as sockets of their own have a state for them, which they report as SYN-RECV. */
#define NEW_SYN_RECV 12
/* All that RFC 9293 section 3.3.2 knows.  Linux has one more, of sockets that have a port and are closed: a destroyed listener. */
#define STATES (((2u << TT_SOCKET_CLOSING) - 1) & ~1u)

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};

/* ---- requests ----------------------------------------------------------------------------------------------------------- */

static_assert(sizeof(struct nlmsghdr) + sizeof(struct inet_diag_req_v2) == TT_DIAG_REQUEST_OCTETS, "a request has no padding");

static void put(uint8_t *at, uint16_t type, uint16_t flags, uint32_t seq, const struct inet_diag_req_v2 *request)
{
    const struct nlmsghdr header = {.nlmsg_len = TT_DIAG_REQUEST_OCTETS,
                                    .nlmsg_type = type,
                                    .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
                                    .nlmsg_seq = seq};

    memcpy(at, &header, sizeof header);
    memcpy(at + sizeof header, request, sizeof *request);
}

void tt_diag_put_dump(uint8_t at[TT_DIAG_REQUEST_OCTETS], uint32_t seq, uint8_t family, uint32_t states)
{
    states &= STATES;
    const struct inet_diag_req_v2 request = {
        .sdiag_family = family,
        .sdiag_protocol = IPPROTO_TCP,
        .idiag_ext = 1 << (INET_DIAG_INFO - 1),
        .idiag_states = states & 1u << TT_SOCKET_SYN_RECV ? states | 1u << NEW_SYN_RECV : states,
    };

    put(at, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, seq, &request);
}

static void put_address(const struct tt_endpoint *end, bool mapped, __be32 ret[4])
{
    uint8_t octets[16];

    memcpy(octets, end->addr.octets, 16);
    if (mapped) {
        memcpy(octets, mapped_prefix, 12);
        memcpy(octets + 12, end->addr.octets, 4);
    }
    memcpy(ret, octets, 16);
}

void tt_diag_put_one(uint8_t at[TT_DIAG_REQUEST_OCTETS], uint32_t seq, enum tt_diag_request request, const struct tt_socket *socket)
{
    struct inet_diag_req_v2 one = {
        .sdiag_family = socket->local.ip_version == 6 || socket->ipv6_mapped ? AF_INET6 : AF_INET,
        .sdiag_protocol = IPPROTO_TCP,
        .idiag_states = UINT32_MAX,
        .id = {.idiag_sport = htons(socket->local.port),
               .idiag_dport = htons(socket->peer.port),
               .idiag_if = socket->interface,
               .idiag_cookie = {(uint32_t)socket->cookie, (uint32_t)(socket->cookie >> 32)}},
    };

    put_address(&socket->local, socket->ipv6_mapped, one.id.idiag_src);
    put_address(&socket->peer, socket->ipv6_mapped, one.id.idiag_dst);
    put(at, request == TT_DIAG_DESTROY ? SOCK_DESTROY : SOCK_DIAG_BY_FAMILY, 0, seq, &one);
}

/* ---- attributes of a socket --------------------------------------------------------------------------------------------- */

/* A field of struct tcp_info, where the kernel's is long enough to have it. */
static bool info_u32(const struct nlattr *attr, size_t offset, uint32_t *ret)
{
    if (mnl_attr_get_payload_len(attr) < offset + sizeof *ret)
        return false;
    memcpy(ret, (const uint8_t *)mnl_attr_get_payload(attr) + offset, sizeof *ret);
    return true;
}

/* Before the handshake is over, the times of the last data are those of the boot. */
static bool has_had_data(enum tt_socket_state state)
{
    return state != TT_SOCKET_SYN_SENT && state != TT_SOCKET_SYN_RECV && state != TT_SOCKET_LISTEN && state != TT_SOCKET_CLOSED;
}

static void read_info(const struct nlattr *attr, struct tt_socket *socket)
{
    uint32_t sent, received, rtt;

    if (has_had_data(socket->state) && info_u32(attr, offsetof(struct tcp_info, tcpi_last_data_sent), &sent) &&
        info_u32(attr, offsetof(struct tcp_info, tcpi_last_data_recv), &received))
        socket->idle_ms = sent < received ? sent : received;
    if (socket->state != TT_SOCKET_LISTEN && info_u32(attr, offsetof(struct tcp_info, tcpi_rtt), &rtt) && rtt)
        socket->rtt_us = rtt;
}

static int read_ulp(const struct nlattr *attr, void *ctx)
{
    struct tt_socket *socket = ctx;
    static const char name[] = "mptcp";

    if (mnl_attr_get_type(attr) == INET_ULP_INFO_MPTCP)
        socket->is_mptcp = true;
    if (mnl_attr_get_type(attr) == INET_ULP_INFO_NAME && mnl_attr_get_payload_len(attr) >= sizeof name &&
        memcmp(mnl_attr_get_payload(attr), name, sizeof name) == 0)
        socket->is_mptcp = true;
    return MNL_CB_OK;
}

struct reading {
    struct tt_socket *socket;
    bool has_info, has_mark;
};

static int read_attribute(const struct nlattr *attr, void *ctx)
{
    struct reading *reading = ctx;

    switch (mnl_attr_get_type(attr)) {
    case INET_DIAG_INFO:
        reading->has_info = true;
        read_info(attr, reading->socket);
        break;
    case INET_DIAG_MARK:
        reading->has_mark = true;
        break;
    case INET_DIAG_MD5SIG:
        reading->socket->is_signed = true;
        break;
    case INET_DIAG_ULP_INFO:
        (void)mnl_attr_parse_nested(attr, read_ulp, reading->socket);
        break;
    default:
        break;
    }
    return MNL_CB_OK;
}

/* ---- sockets ------------------------------------------------------------------------------------------------------------ */

static bool is_mapped(const __be32 address[4])
{
    return memcmp(address, mapped_prefix, sizeof mapped_prefix) == 0;
}

static bool is_unspecified(const __be32 address[4])
{
    static const __be32 zero[4] = {0};

    return memcmp(address, zero, sizeof zero) == 0;
}

static struct tt_endpoint endpoint(const __be32 address[4], __be16 port, uint8_t ip_version, bool mapped)
{
    struct tt_endpoint end = {.port = ntohs(port), .ip_version = ip_version};

    if (ip_version == 6)
        memcpy(end.addr.octets, address, 16);
    else
        memcpy(end.addr.octets, mapped ? address + 3 : address, 4);
    return end;
}

static void read_ends(const struct inet_diag_msg *message, struct tt_socket *ret)
{
    const struct inet_diag_sockid *id = &message->id;
    bool mapped = message->idiag_family == AF_INET6 && is_mapped(id->idiag_src) &&
                  (is_mapped(id->idiag_dst) || is_unspecified(id->idiag_dst));
    uint8_t ip_version = message->idiag_family == AF_INET6 && !mapped ? 6 : 4;

    ret->ipv6_mapped = mapped;
    ret->local = endpoint(id->idiag_src, id->idiag_sport, ip_version, mapped);
    ret->peer = endpoint(id->idiag_dst, id->idiag_dport, ip_version, mapped);
}

static bool read_socket(const struct nlmsghdr *header, struct tt_socket *ret)
{
    const struct inet_diag_msg *message = mnl_nlmsg_get_payload(header);

    if (mnl_nlmsg_get_payload_len(header) < sizeof *message)
        return false;
    if ((message->idiag_family != AF_INET && message->idiag_family != AF_INET6) || message->idiag_state < TT_SOCKET_ESTABLISHED ||
        message->idiag_state > TT_SOCKET_CLOSING)
        return false;
    *ret = (struct tt_socket){
        .state = (enum tt_socket_state)message->idiag_state,
        .cookie = (uint64_t)message->id.idiag_cookie[1] << 32 | message->id.idiag_cookie[0],
        .inode = message->idiag_inode,
        /* where there is no file the kernel says 0, which it does not know */
        .uid = message->idiag_inode || message->idiag_uid ? message->idiag_uid : TT_SOCKET_UID_UNKNOWN,
        .interface = message->id.idiag_if,
        .rx_queue = message->idiag_rqueue,
        .tx_queue = message->idiag_wqueue,
        .idle_ms = -1,
        .rtt_us = -1,
    };
    read_ends(message, ret);
    struct reading reading = {.socket = ret};
    (void)mnl_attr_parse(header, sizeof *message, read_attribute, &reading);
    /* the mark is given with CAP_NET_ADMIN only, and then always */
    ret->kind_is_known = reading.has_info && reading.has_mark;
    return true;
}

/* ---- messages ----------------------------------------------------------------------------------------------------------- */

/* The errno of an NLMSG_ERROR or NLMSG_DONE; one that is too short to hold it is taken as what it must mean. */
static int read_error(const struct nlmsghdr *header, int when_missing)
{
    int32_t error;

    if (mnl_nlmsg_get_payload_len(header) < sizeof error)
        return when_missing;
    memcpy(&error, mnl_nlmsg_get_payload(header), sizeof error);
    return error < 0 && error > INT32_MIN ? -error : 0;
}

static void read_message(const struct nlmsghdr *header, struct tt_diag_answer *ret)
{
    *ret = (struct tt_diag_answer){.kind = TT_DIAG_OTHER,
                                   .seq = header->nlmsg_seq,
                                   .interrupted = (header->nlmsg_flags & NLM_F_DUMP_INTR) != 0};
    switch (header->nlmsg_type) {
    case NLMSG_ERROR:
        ret->kind = TT_DIAG_ERROR;
        ret->error = read_error(header, EBADMSG);
        break;
    case NLMSG_DONE:
        ret->kind = TT_DIAG_DONE;
        ret->error = read_error(header, 0);
        break;
    case SOCK_DIAG_BY_FAMILY:
        if (read_socket(header, &ret->socket))
            ret->kind = TT_DIAG_SOCKET;
        break;
    default:
        break;
    }
}

int tt_diag_next(const void *octets, size_t n, size_t *at, struct tt_diag_answer *ret)
{
    const struct nlmsghdr *header = (const void *)((const uint8_t *)octets + *at);
    size_t left = n - *at;

    if (left == 0)
        return 0;
    /* not mnl_nlmsg_ok(), which takes a length above INT_MAX for a good one */
    if (left < sizeof *header || header->nlmsg_len < sizeof *header || header->nlmsg_len > left)
        return TT_ERR_FORMAT;
    size_t aligned = ((size_t)header->nlmsg_len + 3) & ~(size_t)3;
    read_message(header, ret);
    *at += aligned < left ? aligned : left; /* the last need not be padded */
    return 1;
}
