/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/wire.h - octets to segments and back: link layers, IPv4, IPv6, TCP, options, checksums, ICMP that quotes TCP.
 *
 * Keeps no state and allocates nothing.  Any octets decode: what is wrong with them is a bit in `faults`, never an error.
 */
#ifndef TCPTALE_WIRE_H
#define TCPTALE_WIRE_H

#include <tcptale/base.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- frames ------------------------------------------------------------------------------------------------------------------ */

/* Link types: the LINKTYPE_ values that capture files bear (and that differ from libpcap's DLT_ in a few places). */
#define TT_LINKS(X)                                                                                                                \
    X(TT_LINK_NULL, 0, "BSD loopback") /* 4-octet address family in the capturing host's order */                                  \
    X(TT_LINK_ETHERNET, 1, "Ethernet")                                                                                             \
    X(TT_LINK_PPP, 9, "PPP")                                                                                                       \
    X(TT_LINK_PPP_HDLC, 50, "PPP over serial with HDLC encapsulation") /* RFC 1662 */                                              \
    X(TT_LINK_PPP_ETHER, 51, "PPPoE")                                  /* from the PPPoE header on: RFC 2516 */                    \
    X(TT_LINK_RAW_BSD, 12, "raw IP")                                   /* DLT_RAW as some systems wrote it */                      \
    X(TT_LINK_RAW_OPENBSD, 14, "raw IP")                                                                                           \
    X(TT_LINK_RAW, 101, "raw IP")                                                                                                  \
    X(TT_LINK_LOOP, 108, "OpenBSD loopback") /* 4-octet address family, big-endian */                                              \
    X(TT_LINK_LINUX_SLL, 113, "Linux cooked v1")                                                                                   \
    X(TT_LINK_IPV4, 228, "raw IPv4")                                                                                               \
    X(TT_LINK_IPV6, 229, "raw IPv6")                                                                                               \
    X(TT_LINK_LINUX_SLL2, 276, "Linux cooked v2")

enum tt_link {
#define TT_LINK_ENUM(name, value, words) name = (value),
    TT_LINKS(TT_LINK_ENUM)
#undef TT_LINK_ENUM
};

/* One captured frame: a view of the capture's buffer, valid until the next frame is asked for. */
struct tt_frame {
    const uint8_t *octets;
    uint32_t captured;  /* octets there */
    uint32_t length;    /* octets on the wire; >= captured unless the file lies */
    uint32_t link;      /* enum tt_link, or another LINKTYPE_ value */
    uint32_t interface; /* of the capture, from 0 */
    tt_ns time;
    uint64_t number; /* in the capture, from 1 */
};

/* ---- segments ---------------------------------------------------------------------------------------------------------------- */

/* The flags of RFC 9293 section 3.1, ECE and CWR of RFC 3168, AE of RFC 9768; four reserved bits above. */
#define TT_FLAGS(X)                                                                                                                \
    X(TT_FIN, 0x001, "FIN")                                                                                                        \
    X(TT_SYN, 0x002, "SYN")                                                                                                        \
    X(TT_RST, 0x004, "RST")                                                                                                        \
    X(TT_PSH, 0x008, "PSH")                                                                                                        \
    X(TT_ACK, 0x010, "ACK")                                                                                                        \
    X(TT_URG, 0x020, "URG")                                                                                                        \
    X(TT_ECE, 0x040, "ECE")                                                                                                        \
    X(TT_CWR, 0x080, "CWR")                                                                                                        \
    X(TT_AE, 0x100, "AE")

enum tt_flag {
#define TT_FLAG_ENUM(name, value, word) name = (value),
    TT_FLAGS(TT_FLAG_ENUM)
#undef TT_FLAG_ENUM
};

/* What a frame turned out to be. */
enum tt_kind {
    TT_KIND_OTHER,     /* nothing of TCP; all fields below `faults` are zero but those that were reached */
    TT_KIND_TCP,       /* a segment with at least its ports, numbers and flags (14 octets) captured */
    TT_KIND_FRAGMENT,  /* a later IP fragment of TCP: addresses, no TCP header */
    TT_KIND_ICMP_ERROR /* an ICMP or ICMPv6 error that quotes a TCP header: see struct tt_icmp */
};

/* What is wrong with a frame; each is a finding and none is fatal. */
#define TT_FAULTS(X)                                                                                                               \
    X(TT_FAULT_LINK_SHORT, 0, "link header cut short")                                                                             \
    X(TT_FAULT_LINK_UNKNOWN, 1, "link type or protocol not known")                                                                 \
    X(TT_FAULT_IP_SHORT, 2, "IP header cut short")                                                                                 \
    X(TT_FAULT_IP_VERSION, 3, "IP version does not fit")                                                                           \
    X(TT_FAULT_IP_HEADER_LENGTH, 4, "IP header length impossible")                                                                 \
    X(TT_FAULT_IP_LENGTH, 5, "IP length shorter than its headers or longer than the frame")                                        \
    X(TT_FAULT_IP_LENGTH_ZERO, 6, "IP length 0: left to the card (TSO) or a jumbogram")                                            \
    X(TT_FAULT_IP_EXTENSION, 7, "IPv6 extension header cut short or impossible")                                                   \
    X(TT_FAULT_TCP_SHORT, 8, "TCP header cut short")                                                                               \
    X(TT_FAULT_TCP_HEADER_LENGTH, 9, "TCP header length impossible")                                                               \
    X(TT_FAULT_CAPTURE_SHORT, 11, "captured with less than the whole packet")                                                      \
    X(TT_FAULT_ICMP_SHORT, 12, "the quoted header is cut short")

enum tt_fault {
#define TT_FAULT_ENUM(name, bit, words) name = 1 << (bit),
    TT_FAULTS(TT_FAULT_ENUM)
#undef TT_FAULT_ENUM
};

#define TT_VLANS_MAX 2

/* Which way a frame went, seen from the host that captured it. */
enum tt_direction { TT_DIRECTION_UNKNOWN, TT_DIRECTION_IN, TT_DIRECTION_OUT };

/*
 * A decoded frame.  Everything is in host order.  Pointers are views of the frame.  For TT_KIND_ICMP_ERROR the addresses are the
 * ICMP packet's own; the quoted segment is in struct tt_icmp.
 */
struct tt_segment {
    const struct tt_frame *frame; /* borrowed from the caller of tt_decode() */
    const uint8_t *ip;            /* the IP header */
    const uint8_t *tcp;           /* the TCP (or ICMP) header */
    const uint8_t *payload;       /* payload_captured octets */
    uint32_t payload_length;      /* octets of TCP payload, from the IP length only: padding never counts */
    uint32_t payload_captured;
    uint32_t ip_length; /* octets from the IP header to the packet's end, as it says itself, or TSO's from the frame */
    uint32_t faults;    /* enum tt_fault */
    enum tt_kind kind;
    struct tt_addr src_addr, dst_addr;
    uint16_t src_port, dst_port;
    tt_seq seq, ack;
    uint16_t flags;    /* enum tt_flag, and the reserved bits 0xe00 */
    uint16_t window;   /* raw, not scaled */
    uint16_t checksum; /* as it stands */
    uint16_t urgent;
    uint8_t tcp_header_octets; /* 20..60 */
    uint8_t options_captured;  /* octets of options there, 0..40; they begin at tcp + 20 */
    uint8_t ip_version;        /* 4 or 6 */
    uint8_t ip_protocol;       /* behind all extension headers */
    uint8_t ttl;               /* or hop limit */
    uint8_t tos;               /* or traffic class; the low two bits are ECN */
    bool dont_fragment;        /* IPv4; IPv6: true unless there is a fragment header */
    bool more_fragments;
    bool tcp_first_fragment;     /* a segment in the first fragment of several: payload_length is what this one holds */
    bool tunnelled;              /* inside another IP packet, of which nothing is told here */
    bool wrapped;                /* behind a tunnel over UDP, or a bridge's own header: PBB, FabricPath, VN-Tag */
    uint8_t vlans;               /* how many tags, counted beyond TT_VLANS_MAX too */
    uint16_t vlan[TT_VLANS_MAX]; /* tag control information, outer first */
    uint16_t ip_header_octets;   /* IPv6: with the extension headers */
    uint32_t ip_id;              /* IPv4 identification, or that of IPv6's fragment header */
    uint32_t flow_label;         /* IPv6 */
    uint8_t link_source[8];      /* the sender's hardware address, zero when the link has none */
    uint8_t link_source_octets;  /* 0..8 */
    uint8_t direction;           /* enum tt_direction: by the link header, of cooked captures only */
};

/* Decodes a frame.  Never fails; ret->kind says what it is.  Costs some ten nanoseconds: options and checksum wait. */
void tt_decode(const struct tt_frame *frame, struct tt_segment *ret);

/* ---- TCP options ------------------------------------------------------------------------------------------------------------- */

/* IANA's TCP option kinds that have a name here: RFC number behind each. */
#define TT_OPTIONS(X)                                                                                                              \
    X(TT_OPT_EOL, 0, "eol")             /* 9293 */                                                                                 \
    X(TT_OPT_NOP, 1, "nop")             /* 9293 */                                                                                 \
    X(TT_OPT_MSS, 2, "mss")             /* 9293, 6691 */                                                                           \
    X(TT_OPT_WSCALE, 3, "wscale")       /* 7323 */                                                                                 \
    X(TT_OPT_SACK_OK, 4, "sackOK")      /* 2018 */                                                                                 \
    X(TT_OPT_SACK, 5, "sack")           /* 2018 */                                                                                 \
    X(TT_OPT_TIMESTAMPS, 8, "TS")       /* 7323 */                                                                                 \
    X(TT_OPT_MD5, 19, "md5")            /* 2385 */                                                                                 \
    X(TT_OPT_USER_TIMEOUT, 28, "uto")   /* 5482 */                                                                                 \
    X(TT_OPT_AO, 29, "tcp-ao")          /* 5925 */                                                                                 \
    X(TT_OPT_MPTCP, 30, "mptcp")        /* 8684 */                                                                                 \
    X(TT_OPT_FAST_OPEN, 34, "tfo")      /* 7413 */                                                                                 \
    X(TT_OPT_ACCECN0, 172, "accecn0")   /* 9768 */                                                                                 \
    X(TT_OPT_ACCECN1, 174, "accecn1")   /* 9768 */                                                                                 \
    X(TT_OPT_EXPERIMENT1, 253, "exp-1") /* 6994; with 0xf989 the experimental fast open */                                         \
    X(TT_OPT_EXPERIMENT2, 254, "exp-2")

enum tt_option_kind {
#define TT_OPTION_ENUM(name, value, word) name = (value),
    TT_OPTIONS(TT_OPTION_ENUM)
#undef TT_OPTION_ENUM
};

/* One option as it stands: kind, its whole length and its octets behind kind and length. */
struct tt_option {
    uint8_t kind;
    uint8_t length;       /* as it says; 1 for EOL and NOP */
    uint8_t value_octets; /* there, at most length - 2 */
    const uint8_t *value; /* view */
};

/*
 * The option at *offset of a segment's options; moves *offset behind it.  1 an option, 0 the end (or EOL, after which nothing
 * counts: RFC 9293 section 3.1), TT_ERR_FORMAT when the length is impossible or cut short.  Start with *offset 0.
 */
int tt_option_next(const struct tt_segment *segment, unsigned *offset, struct tt_option *ret);

#define TT_SACK_BLOCKS_MAX 4

/* What the options say, the ones that anybody asks for. */
struct tt_options {
    uint32_t present; /* bit i: TT_HAS_… below */
    uint16_t mss;     /* octets */
    uint8_t wscale;   /* the shift as offered; RFC 7323 section 2.3 caps it at 14 when used */
    uint8_t sack_blocks;
    uint32_t tsval, tsecr;
    struct {
        tt_seq left, right;
    } sack[TT_SACK_BLOCKS_MAX];
    bool damaged;
};

enum tt_has {
    TT_HAS_MSS = 1 << 0,
    TT_HAS_WSCALE = 1 << 1,
    TT_HAS_SACK_OK = 1 << 2,
    TT_HAS_SACK = 1 << 3,
    TT_HAS_TIMESTAMPS = 1 << 4,
    TT_HAS_MD5 = 1 << 5,
    TT_HAS_AO = 1 << 6,
    TT_HAS_MPTCP = 1 << 7,
    TT_HAS_FAST_OPEN = 1 << 8, /* RFC 7413's or the experimental one */
    TT_HAS_USER_TIMEOUT = 1 << 9,
    TT_HAS_ACCECN = 1 << 10,
    TT_HAS_UNKNOWN = 1 << 11
};

/* Reads all options of a segment.  `sack` and the numbers hold only what `present` says. */
void tt_options_read(const struct tt_segment *segment, struct tt_options *ret);

/* ---- checksums --------------------------------------------------------------------------------------------------------------- */

enum tt_checksum {
    TT_CHECKSUM_GOOD,
    TT_CHECKSUM_BAD,
    TT_CHECKSUM_OFFLOADED,   /* the pseudo-header's sum alone: left to the card, not bad */
    TT_CHECKSUM_UNVERIFIABLE /* truncated, or a fragment */
};

/* Verifies a TCP checksum over every octet (RFC 9293 section 3.1, RFC 8200 section 8.1); *ret_right is the right one. */
enum tt_checksum tt_tcp_checksum(const struct tt_segment *segment, uint16_t *ret_right);
/* The same of an IPv4 header; BAD or GOOD or UNVERIFIABLE.  OFFLOADED when it is 0. */
enum tt_checksum tt_ip_checksum(const struct tt_segment *segment, uint16_t *ret_right);
/* RFC 1071: the folded ones' complement sum (not inverted) of octets, going on from `sum`. */
uint16_t tt_sum(const uint8_t *octets, size_t n, uint16_t sum);

/* ---- ICMP errors that quote TCP ---------------------------------------------------------------------------------------------- */

/* RFC 792, RFC 1191, RFC 4443. */
struct tt_icmp {
    uint8_t type, code;
    uint32_t mtu;             /* of "fragmentation needed" or "packet too big", else 0 */
    struct tt_segment quoted; /* kind TCP; ports and seq always, the rest as far as `quoted_octets` reaches */
    uint32_t quoted_octets;   /* of the TCP header, 8 or more */
};

/* What an ICMP error quotes; segment must be TT_KIND_ICMP_ERROR. */
void tt_icmp_read(const struct tt_segment *segment, struct tt_icmp *ret);

/* ---- link layers ------------------------------------------------------------------------------------------------------------- */

#define TT_LAYERS_MAX 12

enum tt_layer_kind {
    TT_LAYER_ETHERNET,
    TT_LAYER_VLAN, /* 802.1Q, 802.1ad and the older QinQ types */
    TT_LAYER_MPLS, /* one label stack entry */
    TT_LAYER_PPPOE,
    TT_LAYER_PPP,
    TT_LAYER_SLL,
    TT_LAYER_SLL2,
    TT_LAYER_NULL,
    TT_LAYER_LLC_SNAP,
    TT_LAYER_BRIDGE,     /* a provider's bridge header (IEEE 802.1ah), Cisco FabricPath's, a VN-Tag, IEEE 802.11's */
    TT_LAYER_UDP_TUNNEL, /* UDP with the tunnel's header behind it */
    TT_LAYER_GRE,        /* with its options; `next` is an EtherType */
    TT_LAYER_IP          /* behind a tunnel there is another; IPv6: the fixed header only */
};

/* One header up to IP: where it begins and the protocol number that it names for what follows. */
struct tt_layer {
    enum tt_layer_kind kind;
    uint32_t offset;
    uint32_t octets;
    uint32_t next; /* EtherType, PPP protocol, address family, IP protocol or PPPoE code as it stands; MPLS has none: 0 */
};

/* The headers of a frame up to and with IP, outermost first; how many. */
unsigned tt_layers(const struct tt_frame *frame, struct tt_layer ret[TT_LAYERS_MAX]);

/* ---- segments to octets ------------------------------------------------------------------------------------------------------ */

/*
 * Writes an IP packet with the TCP segment that `segment` describes (addresses, ports, numbers, flags, window, urgent, ttl, tos,
 * ip_id, dont_fragment, flow_label, ip_version; nothing else of it is read), options (0..40 octets, a multiple of 4) and payload,
 * right in both checksums.  Returns the packet's length, or TT_ERR_LIMIT when it does not fit.
 */
int tt_encode(const struct tt_segment *segment, const uint8_t *options, size_t options_octets, const uint8_t *payload,
              size_t payload_octets, uint8_t *packet, size_t packet_octets);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
