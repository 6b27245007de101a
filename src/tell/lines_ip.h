/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_ip.h - what the files that print IP headers share. */
#ifndef TCPTALE_LINES_IP_H
#define TCPTALE_LINES_IP_H

#include "tell/lines.h"

/* IANA's protocol numbers. */
enum ip_protocol {
    IP_HOP_BY_HOP = 0,
    IP_IP4 = 4,
    IP_TCP = 6,
    IP_UDP = 17,
    IP_DCCP = 33,
    IP_IP6 = 41,
    IP_ROUTING = 43,
    IP_FRAGMENT = 44,
    IP_GRE = 47,
    IP_AH = 51,
    IP_DESTINATION = 60,
    IP_MOBILITY_OLD = 62,
    IP_SCTP = 132,
    IP_MOBILITY = 135
};

/* BAD: an option goes beyond what was captured. */
enum line_options_end line_ip4_options(struct line *line, size_t at, uint32_t length);
/* What a TCP checksum counts as the destination, 4 or 16 octets: the last one of a source route. */
const uint8_t *line_ip4_destination(const struct line *line, size_t at);
const uint8_t *line_ip6_destination(const struct line *line, size_t at);
/* The checksum that belongs where `stands` makes the sum `sum`. */
uint32_t line_right_sum(uint32_t stands, uint32_t sum);

/* RFC 8200 sections 4.3 to 4.6; -1: it ends the line (which says why), -2: the octets end, else its length. */
int line_ip6_hop_by_hop(struct line *line, size_t at, bool *found_jumbo, uint32_t *payload_length);
int line_ip6_destination_options(struct line *line, size_t at);
int line_ip6_fragment(struct line *line, size_t at, size_t header);
int line_ip6_routing(struct line *line, size_t at);
#define LINE_EXTENSION_ENDS (-1)
#define LINE_EXTENSION_CUT (-2)

#endif
