/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcapng.c - the newer capture file: sections of blocks, several interfaces each (draft-ietf-opsawg-pcapng).
 *
 * A block is its type, its length, a body, and its length again.  A section header block begins a section, which has its own byte
 * order and counts its interfaces from 0; the capture counts them all, one after the other.  Blocks of unknown types are stepped
 * over.  What is an error follows libpcap 1.10.3, which however refuses files whose interfaces differ in link type or snap length,
 * whose sections differ in byte order, or that have no interface at all: those are read here.
 */
#include "io/capture.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "io/link.h"

#include <string.h>

enum block_type {
    BLOCK_INTERFACE = 1,
    BLOCK_OLD_PACKET = 2, /* obsolete, still found */
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_STATISTICS = 5,
    BLOCK_PACKET = 6,
    BLOCK_SECTION = 0x0a0d0d0a /* reads the same in both byte orders */
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4d

#define BLOCK_HEADER_OCTETS 8
#define BLOCK_TRAILER_OCTETS 4
#define BLOCK_LEAST_OCTETS (BLOCK_HEADER_OCTETS + BLOCK_TRAILER_OCTETS)
#define SECTION_LEAST_OCTETS 28
#define FIRST_SECTION_MOST_OCTETS (UINT32_C(1) << 20)
/* Beyond the longest packet: 128 KiB of options and the headers. */
#define BLOCK_MOST_BESIDES_PACKET (UINT32_C(131072) + 32)
#define BLOCK_MOST_OCTETS (UINT32_C(16) << 20)

/* Options of the interface description and statistics blocks. */
enum option {
    OPTION_END = 0,
    OPTION_NAME = 2,
    OPTION_RESOLUTION = 9,
    OPTION_OFFSET = 14,
    OPTION_IF_DROPPED = 5,
    OPTION_OS_DROPPED = 7
};

/* A block whose octets are all there. */
struct block {
    uint32_t type;
    uint32_t octets; /* with header and trailer */
    const uint8_t *body;
    uint32_t body_octets;
};

static inline uint32_t get32(const struct tt_capture *capture, const uint8_t *p)
{
    return capture->pcapng.swapped ? tt_be32(p) : tt_le32(p);
}

static inline uint16_t get16(const struct tt_capture *capture, const uint8_t *p)
{
    return capture->pcapng.swapped ? tt_be16(p) : tt_le16(p);
}

static inline uint64_t get64(const struct tt_capture *capture, const uint8_t *p)
{
    return capture->pcapng.swapped ? tt_be64(p) : tt_le64(p);
}

/* Damage in the block that the source stands at. */
#define DAMAGED(capture, ...) tt_capture_damaged(capture, tt_source_offset(&(capture)->source), __VA_ARGS__)

/* ---- options ------------------------------------------------------------------------------------------------------------- */

struct option_value {
    uint16_t code, octets;
    const uint8_t *value;
};

/* The next option of [*at, end): 1 and *at behind it, 0 when there is none, or TT_ERR_FORMAT. */
static int next_option(struct tt_capture *capture, const uint8_t **at, const uint8_t *end, struct option_value *ret)
{
    size_t left = (size_t)(end - *at);

    if (left == 0)
        return 0;
    if (left < 4)
        return DAMAGED(capture, "a block ends inside an option");
    uint16_t code = get16(capture, *at), octets = get16(capture, *at + 2);
    size_t padded = ((size_t)octets + 3) & ~(size_t)3;
    if (left - 4 < padded)
        return DAMAGED(capture, "a block ends inside its option %u", code);
    if (code == OPTION_END && octets != 0)
        return DAMAGED(capture, "an end of options that is not empty");
    *ret = (struct option_value){code, octets, *at + 4};
    *at += 4 + padded;
    return code != OPTION_END;
}

/* ---- interfaces ---------------------------------------------------------------------------------------------------------- */

/* Microseconds or finer, in whole nanoseconds; 0 for all others, which are reckoned slowly. */
static uint32_t whole_ns(uint64_t units_a_second)
{
    uint64_t second = (uint64_t)TT_NS_PER_S;

    return units_a_second >= 1000000 && second % units_a_second == 0 ? (uint32_t)(second / units_a_second) : 0;
}

/* if_tsresol: the negative power of 10, or with the top bit of 2, that a unit of time is. */
static int set_resolution(struct tt_capture *capture, struct tt_interface *interface, uint8_t resolution)
{
    unsigned power = resolution & 0x7f;
    bool binary = resolution & 0x80;

    if (power > (binary ? 63 : 19))
        return DAMAGED(capture, "an interface whose times count %s^-%u seconds", binary ? "2" : "10", power);
    interface->units_a_second = 1;
    while (power--)
        interface->units_a_second *= binary ? 2 : 10;
    interface->ns_a_unit = whole_ns(interface->units_a_second);
    return 0;
}

static int set_name(struct tt_capture *capture, struct tt_interface *interface, const struct option_value *option)
{
    size_t n = strnlen((const char *)option->value, option->octets);

    if (interface->name)
        return 0;
    interface->name = tt_get(capture->alloc, n + 1);
    if (!interface->name)
        return tt_fail(&capture->error, TT_ERR_NOMEM, "%s: out of memory", tt_source_name(&capture->source));
    memcpy(interface->name, option->value, n);
    interface->name[n] = '\0';
    return 0;
}

/* An option that must be there once and be this long. */
static int check_option(struct tt_capture *capture, const struct option_value *option, unsigned octets, unsigned *seen)
{
    if (option->octets != octets)
        return DAMAGED(capture, "an interface's option %u of %u octets instead of %u", option->code, option->octets, octets);
    if (*seen & 1U << option->code)
        return DAMAGED(capture, "an interface has its option %u twice", option->code);
    *seen |= 1U << option->code;
    return 0;
}

static int interface_option(struct tt_capture *capture, struct tt_interface *interface, const struct option_value *option,
                            unsigned *seen)
{
    int err = 0;

    switch (option->code) {
    case OPTION_NAME:
        return set_name(capture, interface, option);
    case OPTION_RESOLUTION:
        err = check_option(capture, option, 1, seen);
        return err ? err : set_resolution(capture, interface, option->value[0]);
    case OPTION_OFFSET:
        err = check_option(capture, option, 8, seen);
        if (!err)
            interface->seconds_added = (int64_t)get64(capture, option->value);
        return err;
    default:
        return 0;
    }
}

static int take_interface(struct tt_capture *capture, const struct block *block)
{
    const uint8_t *at = block->body + 8, *end = block->body + block->body_octets;
    struct option_value option = {0};
    unsigned seen = 0;
    int more;

    if (block->body_octets < 8)
        return DAMAGED(capture, "an interface description of %u octets", block->octets);
    int i = tt_capture_add_interface(capture, get16(capture, block->body), get32(capture, block->body + 4));
    if (i < 0)
        return i;
    struct tt_interface *interface = &capture->interfaces[i];
    interface->units_a_second = 1000000;
    interface->ns_a_unit = 1000;
    while ((more = next_option(capture, &at, end, &option)) == 1) {
        int err = interface_option(capture, interface, &option, &seen);
        if (err)
            return err;
    }
    if (interface->units_a_second > 1000000)
        capture->nanoseconds = true;
    return more;
}

/* The interface that a block of this section names; NULL when the section has not described it. */
static struct tt_interface *interface_of(struct tt_capture *capture, uint32_t i)
{
    uint32_t count = capture->interface_count - capture->pcapng.first_interface;

    return i < count ? &capture->interfaces[capture->pcapng.first_interface + i] : NULL;
}

/*
 * Statistics count from the beginning, so the last ones are what counts.  They are not worth an error: what is wrong with them is
 * overlooked, as libpcap overlooks the whole block.
 */
static void take_statistics(struct tt_capture *capture, const struct block *block)
{
    const uint8_t *at = block->body + 12, *end = block->body + block->body_octets;
    struct option_value option = {0};
    uint64_t dropped = 0;
    bool told = false;

    if (block->body_octets < 12)
        return;
    struct tt_interface *interface = interface_of(capture, get32(capture, block->body));
    while (next_option(capture, &at, end, &option) == 1) {
        if ((option.code == OPTION_IF_DROPPED || option.code == OPTION_OS_DROPPED) && option.octets == 8) {
            dropped += get64(capture, option.value);
            told = true;
        }
    }
    capture->error = (struct tt_error){0};
    if (interface && told)
        interface->dropped = dropped;
}

/* ---- packets ------------------------------------------------------------------------------------------------------------- */

__extension__ typedef __int128 wide;

/* Any resolution and offset, exactly; a time out of the range of tt_ns becomes the first or the last there is. */
static tt_ns time_slowly(const struct tt_interface *interface, uint64_t units)
{
    wide second = (wide)(units / interface->units_a_second) + interface->seconds_added;
    wide fraction = (wide)(units % interface->units_a_second) * TT_NS_PER_S / interface->units_a_second;
    wide ns = second * TT_NS_PER_S + fraction;

    if (ns > INT64_MAX)
        return INT64_MAX;
    return ns < INT64_MIN ? INT64_MIN : (tt_ns)ns;
}

static inline tt_ns time_of(const struct tt_interface *interface, uint64_t units)
{
    uint32_t ns_a_unit = interface->ns_a_unit;

    if (ns_a_unit && units <= INT64_MAX / 1000 && interface->seconds_added == 0)
        return (tt_ns)(units * ns_a_unit);
    return time_slowly(interface, units);
}

/* What the three kinds of packet blocks say. */
struct packet {
    uint32_t interface;
    uint64_t units;
    uint32_t captured, length;
    const uint8_t *octets;
    uint32_t room; /* octets of the block from there on */
};

/* Where the packet begins in the three kinds of blocks. */
static uint32_t packet_begin(uint32_t type)
{
    return type == BLOCK_SIMPLE_PACKET ? 4 : 20;
}

static int read_packet(struct tt_capture *capture, const struct block *block, struct packet *ret)
{
    const uint8_t *p = block->body;
    uint32_t begin = packet_begin(block->type);

    if (block->body_octets < begin)
        return DAMAGED(capture, "a packet block of %u octets, shorter than its header", block->octets);
    ret->octets = p + begin;
    ret->room = block->body_octets - begin;
    if (block->type == BLOCK_SIMPLE_PACKET) {
        const struct tt_interface *interface = interface_of(capture, 0);
        uint32_t length = get32(capture, p);
        ret->interface = 0;
        ret->units = 0;
        ret->length = length;
        ret->captured = interface && length > interface->snap ? interface->snap : length;
        return 0;
    }
    ret->interface = block->type == BLOCK_PACKET ? get32(capture, p) : get16(capture, p);
    ret->units = (uint64_t)get32(capture, p + 4) << 32 | get32(capture, p + 8);
    ret->captured = get32(capture, p + 12);
    ret->length = get32(capture, p + 16);
    return 0;
}

/* The old packet block counts the packets dropped since the one before it. */
static void add_drops(struct tt_interface *interface, uint16_t drops)
{
    if (drops == UINT16_MAX)
        return; /* not known */
    interface->dropped = (interface->dropped == UINT64_MAX ? 0 : interface->dropped) + drops;
}

static int take_packet(struct tt_capture *capture, const struct block *block, struct tt_frame *ret)
{
    struct packet packet = {0};
    int err = read_packet(capture, block, &packet);

    if (err)
        return err;
    struct tt_interface *interface = interface_of(capture, packet.interface);
    if (!interface)
        return DAMAGED(capture, "a packet of interface %u, which no interface description precedes", packet.interface);
    if (packet.captured > interface->snap)
        return DAMAGED(capture, "a packet of %u captured octets on an interface with a snap length of %u", packet.captured,
                       interface->snap);
    if (packet.captured > packet.room)
        return DAMAGED(capture, "a packet of %u captured octets in a block with room for %u", packet.captured, packet.room);
    if (block->type == BLOCK_OLD_PACKET)
        add_drops(interface, get16(capture, block->body + 2));
    *ret = (struct tt_frame){
        .octets = packet.octets,
        .captured = packet.captured,
        .length = packet.length,
        .link = interface->link,
        .interface = (uint32_t)(interface - capture->interfaces),
        .time = time_of(interface, packet.units),
        .number = ++capture->frames,
    };
    return 1;
}

/* ---- blocks -------------------------------------------------------------------------------------------------------------- */

static int ends_inside(struct tt_capture *capture, int err, size_t whole)
{
    size_t ready = tt_source_ready(&capture->source);

    if (err < 0)
        return err;
    return DAMAGED(capture, "the file ends inside a block (%zu of %zu octets are there)", ready, whole);
}

/* The longest block: of any packet that the interfaces known so far may have. */
static uint32_t most_octets(const struct tt_capture *capture)
{
    uint32_t most = BLOCK_MOST_OCTETS;

    for (uint32_t i = 0; i < capture->interface_count; i++) {
        uint32_t one = tt_link_snap_max(capture->interfaces[i].link) + BLOCK_MOST_BESIDES_PACKET;
        if (one > most)
            most = one;
    }
    return most;
}

static bool is_first(const struct tt_capture *capture)
{
    return tt_source_offset(&capture->source) == 0;
}

/* A section begins with its byte order, without which its own length cannot be read. */
static int take_byte_order(struct tt_capture *capture)
{
    int there = tt_source_need(&capture->source, 12);

    if (there < 1)
        return ends_inside(capture, there, 12);
    uint32_t magic = tt_le32(capture->source.at + 8);
    if (magic != BYTE_ORDER_MAGIC && magic != __builtin_bswap32(BYTE_ORDER_MAGIC))
        return DAMAGED(capture, "a section without a byte order");
    capture->pcapng.swapped = magic != BYTE_ORDER_MAGIC;
    return 0;
}

/* The length of the first section header has rules of its own in libpcap: looser ones, but for its size. */
static int check_first_length(struct tt_capture *capture, uint32_t octets)
{
    if (octets >= SECTION_LEAST_OCTETS && octets <= FIRST_SECTION_MOST_OCTETS)
        return 0;
    return DAMAGED(capture, "a section header with a length of %u", octets);
}

static int check_length(struct tt_capture *capture, uint32_t octets)
{
    if (is_first(capture))
        return check_first_length(capture, octets);
    if (octets < BLOCK_LEAST_OCTETS || octets % 4 != 0)
        return DAMAGED(capture, "a block with a length of %u", octets);
    if (octets > BLOCK_MOST_OCTETS && octets > most_octets(capture))
        return DAMAGED(capture, "a block with a length of %u, more than the %u that one can have", octets, most_octets(capture));
    return 0;
}

/* Reads the block that comes next, whole: 1, 0 at the end, or a TT_ERR_. */
static int read_block(struct tt_capture *capture, struct block *ret)
{
    struct tt_source *source = &capture->source;
    int there = tt_source_need(source, BLOCK_HEADER_OCTETS);

    if (there < 1)
        return tt_source_ready(source) == 0 ? there : ends_inside(capture, there, BLOCK_HEADER_OCTETS);
    int err = tt_le32(source->at) == BLOCK_SECTION ? take_byte_order(capture) : 0;
    uint32_t octets = err ? 0 : get32(capture, source->at + 4);
    if (!err)
        err = check_length(capture, octets);
    if (err)
        return err;
    there = tt_source_need(source, octets);
    if (there < 1)
        return ends_inside(capture, there, octets);
    uint32_t again = get32(capture, source->at + octets - BLOCK_TRAILER_OCTETS);
    if (again != octets && !is_first(capture))
        return DAMAGED(capture, "a block that begins with a length of %u and ends with one of %u", octets, again);
    *ret = (struct block){get32(capture, source->at), octets, source->at + BLOCK_HEADER_OCTETS, octets - BLOCK_LEAST_OCTETS};
    return 1;
}

static int take_section(struct tt_capture *capture, const struct block *block)
{
    if (block->octets < SECTION_LEAST_OCTETS)
        return DAMAGED(capture, "a section header of %u octets", block->octets);
    uint16_t major = get16(capture, block->body + 4), minor = get16(capture, block->body + 6);
    if (major != 1 || (is_first(capture) && minor != 0 && minor != 2))
        return DAMAGED(capture, "pcapng version %u.%u is not known (1.0 and 1.2 are)", major, minor);
    capture->pcapng.first_interface = capture->interface_count;
    return 0;
}

/* Blocks without a packet. */
static int take_other(struct tt_capture *capture, const struct block *block)
{
    switch (block->type) {
    case BLOCK_SECTION:
        return take_section(capture, block);
    case BLOCK_INTERFACE:
        return take_interface(capture, block);
    case BLOCK_STATISTICS:
        take_statistics(capture, block);
        return 0;
    default:
        return 0;
    }
}

static bool has_packet(uint32_t type)
{
    return type == BLOCK_PACKET || type == BLOCK_SIMPLE_PACKET || type == BLOCK_OLD_PACKET;
}

static int pcapng_next(struct tt_capture *capture, struct tt_frame *ret)
{
    for (;;) {
        struct block block;
        int result = read_block(capture, &block);

        if (result < 1)
            return result;
        bool packet = has_packet(block.type);
        result = packet ? take_packet(capture, &block, ret) : take_other(capture, &block);
        if (result < 0)
            return result;
        capture->source.at += block.octets;
        if (packet) {
            __builtin_prefetch(capture->source.at);
            __builtin_prefetch(capture->source.at + 64);
            return 1;
        }
    }
}

/* ---- the beginning ------------------------------------------------------------------------------------------------------- */

bool tt_pcapng_is(const uint8_t *magic)
{
    return tt_le32(magic) == BLOCK_SECTION;
}

/* Reads up to the first interface, so that what the file is made of is known before its first frame. */
int tt_pcapng_begin(struct tt_capture *capture)
{
    capture->format = "pcapng";
    capture->next = pcapng_next;
    capture->nanoseconds = false;
    capture->pcapng = (struct tt_pcapng_place){0};
    while (capture->interface_count == 0) {
        struct block block = {0};
        int result = read_block(capture, &block);

        if (result < 1)
            return result;
        if (has_packet(block.type))
            return 0; /* its error comes with the first frame */
        result = take_other(capture, &block);
        if (result < 0)
            return result;
        capture->source.at += block.octets;
    }
    return 0;
}
