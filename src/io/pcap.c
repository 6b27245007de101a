/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcap.c - the classic capture file: a header of 24 octets, then records of a header and a packet.
 *
 * What is accepted, and what is called an error, follows libpcap 1.10.3, so that a file reads the same here and in tcpdump; that
 * includes the odd kinds of the format: three magic numbers in two byte orders, files of old versions with the two lengths the
 * other way round, and packets longer than the snap length of the file, which are cut to it.
 *
 * The seconds of a record are signed in a file of our byte order and unsigned in one of the other, as in libpcap.
 */
#include "io/capture.h"

#include "base/bytes.h"
#include "base/rare.h"
#include "io/link.h"

#define MAGIC_MICROSECONDS 0xa1b2c3d4
#define MAGIC_NANOSECONDS 0xa1b23c4d
#define MAGIC_MODIFIED 0xa1b2cd34 /* Alexey Kuznetzov's: a longer record header, with the interface and the packet's type */

#define FILE_HEADER_OCTETS 24
#define RECORD_HEADER_OCTETS 16
#define MODIFIED_HEADER_OCTETS 24

/* The upper six bits of the link type say how long the frame check sequence is. */
#define LINK_MASK 0x03ffffff

/* The order of captured and original length in a record. */
enum tt_pcap_lengths {
    LENGTHS_RIGHT,
    LENGTHS_EXCHANGED, /* before version 2.3 */
    LENGTHS_UNCERTAIN  /* version 2.3: the captured length is the smaller one */
};

static bool is_magic(uint32_t magic)
{
    return magic == MAGIC_MICROSECONDS || magic == MAGIC_NANOSECONDS || magic == MAGIC_MODIFIED;
}

bool tt_pcap_is(const uint8_t *magic)
{
    return is_magic(tt_le32(magic)) || is_magic(tt_be32(magic));
}

static inline uint32_t get32(bool swapped, const uint8_t *p)
{
    return swapped ? tt_be32(p) : tt_le32(p);
}

static inline uint16_t get16(bool swapped, const uint8_t *p)
{
    return swapped ? tt_be16(p) : tt_le16(p);
}

/* ---- records ------------------------------------------------------------------------------------------------------------- */

/* The data ends, or reading failed, before all of a record is there. */
static int ends_inside(struct tt_capture *capture, int err, size_t whole, const char *part)
{
    size_t ready = tt_source_ready(&capture->source);

    if (err < 0)
        return err;
    return tt_capture_damaged(capture, tt_source_offset(&capture->source),
                              "the file ends inside a packet record (%zu of %zu octets%s are there)", ready, whole, part);
}

static tt_ns time_of(const struct tt_pcap_layout *pcap, const uint8_t *record)
{
    uint32_t seconds = get32(pcap->swapped, record), fraction = get32(pcap->swapped, record + 4);

    /* 2^32 seconds and 2^32 microseconds together stay below 2^63 nanoseconds. */
    if (pcap->swapped)
        return (int64_t)seconds * TT_NS_PER_S + (int64_t)fraction * pcap->ns_a_unit;
    return (int64_t)(int32_t)seconds * TT_NS_PER_S + (int64_t)(int32_t)fraction * pcap->ns_a_unit;
}

static void exchange_lengths(const struct tt_pcap_layout *pcap, uint32_t *captured, uint32_t *length)
{
    if (pcap->lengths == LENGTHS_RIGHT || (pcap->lengths == LENGTHS_UNCERTAIN && *captured <= *length))
        return;
    uint32_t t = *captured;
    *captured = *length;
    *length = t;
}

/* A captured length that no capture has: the file is damaged, or is no capture from here on. */
static int absurd_length(struct tt_capture *capture, uint32_t captured)
{
    const struct tt_pcap_layout *pcap = &capture->pcap;

    return tt_capture_damaged(capture, tt_source_offset(&capture->source),
                              "a packet record of %u captured octets, more than the %u that a capture can have", captured,
                              pcap->snap_max);
}

TT_RARE static int pcap_next(struct tt_capture *capture, struct tt_frame *ret)
{
    struct tt_source *source = &capture->source;
    const struct tt_pcap_layout *pcap = &capture->pcap;
    int there = tt_source_need(source, pcap->header_octets);

    if (there < 1)
        return tt_source_ready(source) == 0 ? there : ends_inside(capture, there, pcap->header_octets, " of its header");

    uint32_t captured = get32(pcap->swapped, source->at + 8), length = get32(pcap->swapped, source->at + 12);
    exchange_lengths(pcap, &captured, &length);
    if (captured > pcap->snap_max)
        return absurd_length(capture, captured);
    size_t whole = (size_t)pcap->header_octets + captured;
    there = tt_source_need(source, whole);
    if (there < 1)
        return ends_inside(capture, there, whole, "");

    const uint8_t *record = source->at;
    source->at += whole;
    *ret = (struct tt_frame){
        .octets = record + pcap->header_octets,
        .captured = captured < pcap->snap ? captured : pcap->snap,
        .length = length,
        .link = pcap->link,
        .time = time_of(pcap, record),
        .number = ++capture->frames,
    };
    return 1;
}

/*
 * Where the record after next is stands in the next one, and memory is slower than all the work on a packet: who asks for one
 * record after the other waits for each.  So lines come from memory as they lie, some records ahead, all of them; but of a long
 * record only the next one's beginning, for nobody will look at what is between.
 */
#define AHEAD_OCTETS 4096
#define LONG_OCTETS 2048

static inline void fetch_ahead(const uint8_t *record, const uint8_t *next)
{
    if (next - record > LONG_OCTETS)
        record = next - 64;
    for (; record < next; record += 64)
        __builtin_prefetch(record + AHEAD_OCTETS);
}

/* Files as nearly all are: our byte order, lengths the right way round; and a record that is there, with nothing wrong. */
static int pcap_next_plain(struct tt_capture *capture, struct tt_frame *ret)
{
    struct tt_source *source = &capture->source;
    const struct tt_pcap_layout *pcap = &capture->pcap;
    const uint8_t *record = source->at;
    size_t ready = tt_source_ready(source);
    uint32_t captured = ready >= RECORD_HEADER_OCTETS ? tt_le32(record + 8) : UINT32_MAX;

    if (captured > pcap->snap || captured > pcap->snap_max || ready - RECORD_HEADER_OCTETS < captured)
        return pcap_next(capture, ret);
    source->at = record + RECORD_HEADER_OCTETS + captured;
    fetch_ahead(record, source->at);
    ret->octets = record + RECORD_HEADER_OCTETS;
    ret->captured = captured;
    ret->length = tt_le32(record + 12);
    ret->link = pcap->link;
    ret->interface = 0;
    ret->time = (int64_t)(int32_t)tt_le32(record) * TT_NS_PER_S + (int64_t)(int32_t)tt_le32(record + 4) * (int64_t)pcap->ns_a_unit;
    ret->number = ++capture->frames;
    return 1;
}

/* ---- the file header ----------------------------------------------------------------------------------------------------- */

/* Versions 2.0 to 2.4, and the 543.0 of DG/UX. */
static int check_version(struct tt_capture *capture, uint16_t major, uint16_t minor)
{
    if ((major == 2 && minor <= 4) || (major == 543 && minor == 0))
        return 0;
    return tt_capture_damaged(capture, 4, "pcap version %u.%u is not known (2.0 to 2.4 are)", major, minor);
}

static uint8_t lengths_of(uint16_t major, uint16_t minor)
{
    if (major == 543 || minor < 3)
        return LENGTHS_EXCHANGED;
    return minor == 3 ? LENGTHS_UNCERTAIN : LENGTHS_RIGHT;
}

/*
 * In the modified kind a cooked capture got an Ethernet header in front of what the snap length counts, and nothing tells it
 * from a raw one.
 */
static uint32_t modified_snap(const struct tt_pcap_layout *pcap)
{
    if (pcap->link != TT_LINK_ETHERNET)
        return pcap->snap;
    return pcap->snap <= INT32_MAX - 14 ? pcap->snap + 14 : INT32_MAX;
}

static int read_header(struct tt_capture *capture, const uint8_t *header, struct tt_pcap_layout *pcap)
{
    bool swapped = !is_magic(tt_le32(header));
    uint32_t magic = get32(swapped, header), snap_length = get32(swapped, header + 16);
    uint16_t major = get16(swapped, header + 4), minor = get16(swapped, header + 6);
    int err = check_version(capture, major, minor);

    if (err)
        return err;
    pcap->swapped = swapped;
    pcap->lengths = lengths_of(major, minor);
    pcap->header_octets = magic == MAGIC_MODIFIED ? MODIFIED_HEADER_OCTETS : RECORD_HEADER_OCTETS;
    pcap->ns_a_unit = magic == MAGIC_NANOSECONDS ? 1 : 1000;
    pcap->link = get32(swapped, header + 20) & LINK_MASK;
    pcap->snap_max = tt_link_snap_max(pcap->link);
    pcap->snap = tt_link_snap(pcap->link, snap_length);
    if (magic == MAGIC_MODIFIED)
        pcap->snap = modified_snap(pcap);
    capture->nanoseconds = magic == MAGIC_NANOSECONDS;
    return tt_capture_add_interface(capture, pcap->link, snap_length);
}

static bool is_plain(const struct tt_pcap_layout *pcap)
{
    return !pcap->swapped && pcap->lengths == LENGTHS_RIGHT && pcap->header_octets == RECORD_HEADER_OCTETS;
}

int tt_pcap_begin(struct tt_capture *capture)
{
    struct tt_source *source = &capture->source;
    int there = tt_source_need(source, FILE_HEADER_OCTETS);

    if (there < 0)
        return there;
    if (there == 0)
        return tt_capture_damaged(capture, tt_source_ready(source), "the file ends inside its header of %d octets",
                                  FILE_HEADER_OCTETS);
    int err = read_header(capture, source->at, &capture->pcap);
    if (err < 0)
        return err;
    source->at += FILE_HEADER_OCTETS;
    capture->format = "pcap";
    capture->next = is_plain(&capture->pcap) ? pcap_next_plain : pcap_next;
    return 0;
}
