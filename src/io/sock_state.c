/* SPDX-License-Identifier: BSD-2-Clause */
/* sock_state.c - what Linux calls the states of a socket, and what it does to one that it destroys in them. */
#include <tcptale/sockets.h>

#include <string.h>

static const struct {
    enum tt_socket_state state;
    const char *word;
} rows[] = {
#define ROW(name, value, word) {name, word},
    TT_SOCKET_STATES(ROW)
#undef ROW
};

const char *tt_socket_state_word(unsigned state)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((unsigned)rows[i].state == state)
            return rows[i].word;
    return "?";
}

int tt_socket_state_value(const char *word)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].word, word) == 0)
            return (int)rows[i].state;
    return TT_ERR_FORMAT;
}

/* RFC 9293 section 3.10.5 (ABORT) lists SYN-RECEIVED too, but Linux drops what is only a request silently. */
bool tt_socket_tells_peer(const struct tt_socket *socket)
{
    switch (socket->state) {
    case TT_SOCKET_ESTABLISHED:
    case TT_SOCKET_FIN_WAIT_1:
    case TT_SOCKET_CLOSE_WAIT:
        return true;
    case TT_SOCKET_FIN_WAIT_2:
        return socket->inode != 0; /* an orphan is kept as TIME-WAIT is, without what a reset needs */
    case TT_SOCKET_SYN_SENT:
    case TT_SOCKET_SYN_RECV:
    case TT_SOCKET_TIME_WAIT:
    case TT_SOCKET_CLOSED:
    case TT_SOCKET_LAST_ACK:
    case TT_SOCKET_LISTEN:
    case TT_SOCKET_CLOSING:
        return false;
    }
    return false;
}
