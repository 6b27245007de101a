/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines.h - what the files that write packet lines share.
 *
 * tcpdump prints while it walks through a frame, and stops where the octets end, often in the middle of a phrase.  To print the
 * same, these functions walk the same way: each is given where its header begins, prints what it reads as it reads it, and
 * returns false where the capture ends too soon; then everything up to the driver returns, which writes " [|layer]".  What can
 * never come before TCP is not printed at all, for a frame without TCP has no line.
 *
 * Lengths count octets of the wire and may be more than were captured; places are offsets into the frame, so that going beyond
 * its end is a comparison and not an error.
 */
#ifndef TCPTALE_LINES_H
#define TCPTALE_LINES_H

#include "base/bytes.h"
#include "base/digits.h"
#include "base/format.h"
#include "tell/seq_table.h"
#include <tcptale/tell.h>

/* What is remembered of times: the text of a second, the zone of a quarter of an hour, what -ttt and -ttttt count from. */
struct line_clock {
    int64_t second;  /* whose text this is */
    int64_t quarter; /* of an hour, since the epoch, that the offset holds for */
    int32_t offset;  /* seconds east of UTC */
    bool known, offset_known;
    unsigned octets;
    char text[32];   /* "16:42:32." or "2024-12-06 16:42:32." */
    tt_ns reference; /* of -ttt and -ttttt; 0: none yet, as tcpdump has it */
};

struct tt_lines {
    struct tt_alloc alloc;
    struct tt_line_options options;
    struct tt_style style;
    struct line_clock times;
    struct seq_table conversations[2]; /* of IPv4, of IPv6 */
    int failed;                        /* TT_ERR_NOMEM once a conversation could not be kept */
    char octet_text[256][4];           /* an octet's digits and, last, how many there are */
    struct tt_text nowhere;            /* swallows what a trial walk prints, and what does not fit */
    char nowhere_buffer[2 * TT_TEXT_ROOM];
};

/* A line under way. */
struct line {
    struct tt_lines *lines;
    const struct tt_line_options *options; /* of lines */
    struct tt_text *text;
    const uint8_t *octets; /* of the frame */
    size_t end;            /* where the octets of the layer at hand end, as far as they were captured */
    const char *layer;     /* its name in " [|layer]" */
    unsigned depth;        /* how many IP headers deep */
    bool trial;            /* nothing is printed: is there TCP? */
    bool tcp;              /* there is */
};

/* ---- reading ------------------------------------------------------------------------------------------------------------- */

/* Are n octets there? */
static inline bool line_has(const struct line *line, size_t at, size_t n)
{
    return at <= line->end && line->end - at >= n;
}
/* How many octets are there from `at` on. */
static inline size_t line_left(const struct line *line, size_t at)
{
    return at < line->end ? line->end - at : 0;
}
static inline uint32_t line_u8(const struct line *line, size_t at)
{
    return line->octets[at];
}
static inline uint32_t line_be16(const struct line *line, size_t at)
{
    return tt_be16(line->octets + at);
}
static inline uint32_t line_be32(const struct line *line, size_t at)
{
    return tt_be32(line->octets + at);
}

/* ---- writing ------------------------------------------------------------------------------------------------------------- */

#define line_say(line, ...) tt_text_format((line)->text, __VA_ARGS__)

/* Room for n octets, at most TT_TEXT_ROOM, to be written through a pointer and ended with line_end(). */
static inline char *line_begin(struct line *line, size_t n)
{
    return tt_text_room(line->text, n) ? line->text->at : line->lines->nowhere_buffer;
}
static inline void line_end(struct line *line, char *at)
{
    if (!line->text->failed)
        line->text->at = at;
}

/* What a value is called; NULL when it has no name in the table. */
struct line_name {
    uint32_t value;
    const char *name;
};
const char *line_name_in(const struct line_name *names, size_t count, uint32_t value);
#define LINE_NAME(names, value) line_name_in(names, sizeof(names) / sizeof((names)[0]), value)

void line_cut_here(struct line *line);

/* An address, or its host's name when names are asked for, needs room for LINE_ADDRESS octets. */
#define LINE_ADDRESS 128
/* At most max octets of a name. */
char *line_put_name(char *to, const char *name, size_t max);
char *line_put_host(const struct line *line, char *to, size_t at, unsigned version);
void line_ip_address(struct line *line, size_t at, unsigned version);
/* "192.0.2.1 > 192.0.2.2", the source at src. */
void line_ip_addresses(struct line *line, size_t src, size_t dst, unsigned version);
void line_hardware_address(struct line *line, size_t at);
const char *line_oui_name(uint32_t oui);
const char *line_ethertype_name(uint32_t ethertype);
const char *line_protocol_name(uint32_t protocol);
void line_hex(struct line *line, size_t at, size_t n);
/* An octet as text, made visible: "^J", "M-a". */
void line_visible(struct line *line, uint32_t octet);
/* An address, never its name. */
void line_address(struct line *line, const struct tt_addr *addr, unsigned version);

/* ---- the walk ------------------------------------------------------------------------------------------------------------ */

void line_time(struct line *line, tt_ns time);

bool line_link(struct line *line, const struct tt_frame *frame);
bool line_ethernet(struct line *line, size_t at, uint32_t length);
/* What an EtherType announces; nothing when it cannot hold TCP. */
bool line_ethertype(struct line *line, uint32_t ethertype, size_t at, uint32_t length);
bool line_llc(struct line *line, size_t at, uint32_t length);
bool line_mpls(struct line *line, size_t at, uint32_t length);
bool line_ppp(struct line *line, size_t at, uint32_t length);
bool line_ppp_hdlc(struct line *line, size_t at, uint32_t length);
bool line_pppoe(struct line *line, size_t at, uint32_t length);
bool line_gre(struct line *line, size_t at, uint32_t length);
bool line_chdlc(struct line *line, size_t at, uint32_t length);
bool line_ip_any(struct line *line, size_t at, uint32_t length);
bool line_ip4(struct line *line, size_t at, uint32_t length);
bool line_ip6(struct line *line, size_t at, uint32_t length);

/* What a TCP header needs to know of the IP header above it. */
struct line_ip {
    size_t at; /* of the IP header */
    unsigned version;
    bool fragmented; /* more fragments follow, or IPv6 has a fragment header */
};
/* What an IP protocol number announces. */
bool line_ip_payload(struct line *line, const struct line_ip *ip, uint32_t protocol, size_t at, uint32_t length);
bool line_tcp(struct line *line, const struct line_ip *ip, size_t at, uint32_t length);
/* The ones' complement sum of the pseudo-header and `length` octets of TCP: 0xffff when the checksum is right. */
uint16_t line_tcp_sum(const struct line *line, const struct line_ip *ip, size_t at, uint32_t length);

/* The options of a segment, n octets of them. */
struct line_options {
    size_t at, n;
    uint32_t payload_length; /* of the segment */
    uint32_t sack_base;      /* what SACK's numbers are told relative to */
    uint8_t flags;
};
/* How a list of options ends. */
enum line_options_end {
    LINE_OPTIONS_CUT,   /* the octets end */
    LINE_OPTIONS_SHORT, /* the octets of an option's value end: tcpdump tells the two apart */
    LINE_OPTIONS_BAD,   /* an impossible length */
    LINE_OPTIONS_GOOD
};
enum line_options_end line_options(struct line *line, const struct line_options *options);
enum line_options_end line_mptcp(struct line *line, size_t at, unsigned length, uint8_t flags);

/* What the application says, behind the length of the payload. */
bool line_application(struct line *line, uint16_t src_port, uint16_t dst_port, size_t at, uint32_t length);
bool line_reset_data(struct line *line, size_t at, uint32_t length);
bool line_dns(struct line *line, size_t at, uint32_t length);
bool line_redis(struct line *line, size_t at, uint32_t length);
bool line_telnet(struct line *line, size_t at, uint32_t length);

#endif
