/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_dns.h - what the files that tell DNS share.  A false: the message is cut short, and the line ends. */
#ifndef TCPTALE_LINES_DNS_H
#define TCPTALE_LINES_DNS_H

#include "tell/lines.h"

/* Moves *at behind a name. */
bool line_dns_skip_name(const struct line *line, size_t *at);
/* Tells a name and moves *at behind it; `start` is the message's, which compression points into: RFC 1035 section 4.1.4. */
bool line_dns_name(struct line *line, size_t *at, size_t start);
bool line_dns_question(struct line *line, size_t *at, size_t start);
bool line_dns_record(struct line *line, size_t *at, size_t start);
/* Octets as text; false: they end before n. */
bool line_dns_octets(struct line *line, size_t at, size_t n);
/* An option of EDNS (RFC 6891 section 6.1.2). */
bool line_dns_option(struct line *line, size_t *at);

enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_A6 = 38,
    DNS_DNAME = 39,
    DNS_OPT = 41,
    DNS_UNSPECA = 104,
    DNS_TSIG = 250,
    DNS_URI = 256
};

#endif
