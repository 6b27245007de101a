/* SPDX-License-Identifier: BSD-2-Clause */
/* lines_dns_records.c - questions and resource records of DNS (RFC 1035 section 4.1), and the options of EDNS. */
#include "tell/lines_dns.h"

#define CLASS_IN 1
#define TSIG_TIME_OCTETS 6

/* clang-format off */
static const struct line_name types[] = {
    {1, "A"}, {2, "NS"}, {3, "MD"}, {4, "MF"}, {5, "CNAME"}, {6, "SOA"}, {7, "MB"}, {8, "MG"}, {9, "MR"}, {10, "NULL"}, {11, "WKS"},
    {12, "PTR"}, {13, "HINFO"}, {14, "MINFO"}, {15, "MX"}, {16, "TXT"}, {17, "RP"}, {18, "AFSDB"}, {19, "X25"}, {20, "ISDN"},
    {21, "RT"}, {22, "NSAP"}, {23, "NSAP_PTR"}, {24, "SIG"}, {25, "KEY"}, {26, "PX"}, {27, "GPOS"}, {28, "AAAA"}, {29, "LOC"},
    {30, "NXT"}, {31, "EID"}, {32, "NIMLOC"}, {33, "SRV"}, {34, "ATMA"}, {35, "NAPTR"}, {36, "KX"}, {37, "CERT"}, {38, "A6"},
    {39, "DNAME"}, {40, "SINK"}, {41, "OPT"}, {42, "APL"}, {43, "DS"}, {44, "SSHFP"}, {45, "IPSECKEY"}, {46, "RRSIG"}, {47, "NSEC"},
    {48, "DNSKEY"}, {99, "SPF"}, {100, "UINFO"}, {101, "UID"}, {102, "GID"}, {103, "UNSPEC"}, {104, "UNSPECA"}, {249, "TKEY"},
    {250, "TSIG"}, {251, "IXFR"}, {252, "AXFR"}, {253, "MAILB"}, {254, "MAILA"}, {255, "ANY"}, {256, "URI"},
};

static const struct line_name classes[] = {{3, "CHAOS"}, {4, "HS"}, {255, "ANY"}};

enum edns_option {
    EDNS_DAU = 5, EDNS_DHU = 6, EDNS_N3U = 7, EDNS_SUBNET = 8, EDNS_EXPIRE = 9, EDNS_COOKIE = 10, EDNS_KEEPALIVE = 11,
    EDNS_PADDING = 12, EDNS_CHAIN = 13, EDNS_KEY_TAG = 14
};

static const struct line_name edns_options[] = {
    {1, "LLQ"}, {2, "UL"}, {3, "NSID"}, {EDNS_DAU, "DAU"}, {EDNS_DHU, "DHU"}, {EDNS_N3U, "N3U"}, {EDNS_SUBNET, "ECS"},
    {EDNS_EXPIRE, "EXPIRE"}, {EDNS_COOKIE, "COOKIE"}, {EDNS_KEEPALIVE, "KEEPALIVE"}, {EDNS_PADDING, "PADDING"},
    {EDNS_CHAIN, "CHAIN"}, {EDNS_KEY_TAG, "KEY-TAG"}, {16, "CLIENT-TAG"}, {17, "SERVER-TAG"},
};

static const struct line_name signing_algorithms[] = {
    {0, "DELETE"}, {1, "RSAMD5"}, {2, "DH"}, {3, "DS"}, {5, "RSASHA1"}, {6, "DSA-NSEC3-SHA1"}, {7, "RSASHA1-NSEC3-SHA1"},
    {8, "RSASHA256"}, {10, "RSASHA512"}, {12, "ECC-GOST"}, {13, "ECDSAP256SHA256"}, {14, "ECDSAP384SHA384"}, {15, "ED25519"},
    {16, "ED448"}, {252, "INDIRECT"}, {253, "PRIVATEDNS"}, {254, "PRIVATEOID"},
};

static const struct line_name digest_algorithms[] = {{1, "SHA-1"}, {2, "SHA-256"}, {3, "GOST_R_34.11-94"}, {4, "SHA-384"}};
/* clang-format on */

/* The name in a table, or the number behind a word. */
static void say_named(struct line *line, const char *name, const char *otherwise, uint32_t value)
{
    if (name)
        tt_text_string(line->text, name);
    else
        line_say(line, "%s%u", otherwise, value);
}

static void say_class(struct line *line, uint32_t value)
{
    const char *name = LINE_NAME(classes, value);

    if (name)
        line_say(line, " %s", name);
    else if (value != CLASS_IN)
        line_say(line, " (Class %u)", value);
}

bool line_dns_question(struct line *line, size_t *at, size_t start)
{
    size_t fixed = *at;

    if (!line_dns_skip_name(line, &fixed) || !line_has(line, fixed, 4))
        return false;
    tt_text_char(line->text, ' ');
    say_named(line, LINE_NAME(types, line_be16(line, fixed)), "Type", line_be16(line, fixed));
    say_class(line, line_be16(line, fixed + 2));
    line_say(line, "? ");
    if (!line_dns_name(line, at, start))
        return false;
    *at += 4;
    return true;
}

/* ---- options of EDNS ----------------------------------------------------------------------------------------------------- */

/* An address with zeros behind what was sent of it: RFC 7871 section 6. */
static void say_subnet(struct line *line, size_t at, uint32_t n)
{
    uint32_t family = n >= 4 ? line_be16(line, at) : 0, bits = family == 1 ? 32 : 128;
    uint32_t source = n >= 4 ? line_u8(line, at + 2) : 0, scope = n >= 4 ? line_u8(line, at + 3) : 0;
    struct tt_addr addr = {0};

    if ((family != 1 && family != 2) || n - 4 > bits / 8 || source > bits || scope > bits || (source + 7) / 8 != n - 4) {
        line_say(line, " (invalid)");
        return;
    }
    memcpy(addr.octets, line->octets + at + 4, n - 4);
    line_address(line, &addr, family == 1 ? 4 : 6);
    line_say(line, "/%u/%u", source, scope);
}

static void say_algorithms(struct line *line, const struct line_name *names, size_t count, size_t at, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            tt_text_char(line->text, ' ');
        say_named(line, line_name_in(names, count, line_u8(line, at + i)), "Alg_", line_u8(line, at + i));
    }
}

static void say_key_tags(struct line *line, size_t at, uint32_t n)
{
    for (uint32_t i = 0; i < n; i += 2)
        line_say(line, i ? " %u" : "%u", line_be16(line, at + i));
}

static void say_cookie(struct line *line, size_t at, uint32_t n)
{
    line_hex(line, at, 8);
    if (n > 8) {
        tt_text_char(line->text, ' ');
        line_hex(line, at + 8, n - 8);
    }
}

static bool option_fits(uint32_t option, uint32_t n)
{
    switch (option) {
    case EDNS_COOKIE:
        return n == 8 || (n >= 16 && n <= 40);
    case EDNS_KEEPALIVE:
        return n == 2;
    case EDNS_EXPIRE:
        return n == 4;
    case EDNS_KEY_TAG:
        return n % 2 == 0;
    default:
        return true;
    }
}

static void say_option_value(struct line *line, uint32_t option, size_t at, uint32_t n)
{
    switch (option) {
    case EDNS_SUBNET:
        say_subnet(line, at, n);
        break;
    case EDNS_COOKIE:
        say_cookie(line, at, n);
        break;
    case EDNS_KEEPALIVE: /* in units of 100 ms */
        line_say(line, "%u.%u sec", line_be16(line, at) / 10, line_be16(line, at) % 10);
        break;
    case EDNS_EXPIRE:
        line_say(line, "%u sec", line_be32(line, at));
        break;
    case EDNS_PADDING:
        line_say(line, "(%u)", n);
        break;
    case EDNS_KEY_TAG:
        say_key_tags(line, at, n);
        break;
    case EDNS_DAU:
        say_algorithms(line, signing_algorithms, sizeof signing_algorithms / sizeof signing_algorithms[0], at, n);
        break;
    case EDNS_DHU:
        say_algorithms(line, digest_algorithms, sizeof digest_algorithms / sizeof digest_algorithms[0], at, n);
        break;
    case EDNS_N3U:
        say_algorithms(line, digest_algorithms, 1, at, n);
        break;
    case EDNS_CHAIN:
        (void)line_dns_name(line, &at, at);
        break;
    default:
        line_hex(line, at, n);
    }
}

bool line_dns_option(struct line *line, size_t *at)
{
    if (!line_has(line, *at, 2))
        return false;
    uint32_t option = line_be16(line, *at);
    say_named(line, LINE_NAME(edns_options, option), "Opt", option);
    if (!line_has(line, *at, 4))
        return false;
    uint32_t n = line_be16(line, *at + 2);
    *at += 4;
    if (!line_has(line, *at, n))
        return false;
    if (n)
        tt_text_char(line->text, ' ');
    if (n && option_fits(option, n))
        say_option_value(line, option, *at, n);
    else if (n)
        line_say(line, " (invalid)");
    *at += n;
    return true;
}

/* ---- records ------------------------------------------------------------------------------------------------------------- */

/* A record whose fixed part has been read; its data begin at `at`, and end at `end` as far as the record says. */
struct record {
    size_t start, at, end;
    uint32_t type, class, opt_flags;
};

static bool say_soa(struct line *line, size_t at, size_t start)
{
    for (unsigned i = 0; i < 2; i++) {
        tt_text_char(line->text, ' ');
        if (!line_dns_name(line, &at, start))
            return false;
    }
    if (!line_has(line, at, 20))
        return false;
    for (unsigned i = 0; i < 5; i++)
        line_say(line, " %u", line_be32(line, at + 4 * (size_t)i));
    return true;
}

static bool say_texts(struct line *line, size_t at, size_t end)
{
    while (at < end) {
        line_say(line, " \"");
        if (!line_has(line, at, 1) || !line_dns_octets(line, at + 1, line_u8(line, at)))
            return false;
        at += 1 + line_u8(line, at);
        tt_text_char(line->text, '"');
    }
    return true;
}

/* RFC 2782; and MX, which has the name behind the number too. */
static bool say_service(struct line *line, size_t at, size_t start, bool mx)
{
    size_t name = at + (mx ? 2 : 6);

    tt_text_char(line->text, ' ');
    if (!line_has(line, at, mx ? 2 : 6) || !line_dns_name(line, &name, start))
        return false;
    if (mx)
        line_say(line, " %u", line_be16(line, at));
    else
        line_say(line, ":%u %u %u", line_be16(line, at + 4), line_be16(line, at), line_be16(line, at + 2));
    return true;
}

static bool say_address(struct line *line, size_t at, unsigned version)
{
    struct tt_addr addr = {0};
    size_t n = version == 4 ? 4 : 16;

    if (!line_has(line, at, n))
        return false;
    memcpy(addr.octets, line->octets + at, n);
    tt_text_char(line->text, ' ');
    line_address(line, &addr, version);
    return true;
}

/* RFC 2874, historic: a suffix of an address, and the name that has the rest. */
static bool say_a6(struct line *line, size_t at, size_t start)
{
    struct tt_addr addr = {0};

    if (!line_has(line, at, 1))
        return false;
    uint32_t bits = line_u8(line, at), octets = bits / 8;
    if (bits > 128) {
        line_say(line, " %u(bad plen)", bits);
        return true;
    }
    at++;
    if (bits < 128) {
        if (!line_has(line, at, 16 - octets))
            return false;
        memcpy(addr.octets + octets, line->octets + at, 16 - octets);
        line_say(line, " %u ", bits);
        line_address(line, &addr, 6);
    }
    at += 16 - octets;
    if (bits == 0)
        return true;
    tt_text_char(line->text, ' ');
    return line_dns_name(line, &at, start);
}

static bool say_opt(struct line *line, const struct record *record)
{
    size_t at = record->at;

    line_say(line, " UDPsize=%u%s", record->class, record->opt_flags & 0x8000 ? " DO" : "");
    if (at >= record->end)
        return true;
    line_say(line, " [");
    while (at < record->end) {
        if (!line_dns_option(line, &at))
            return false;
        if (at < record->end)
            tt_text_char(line->text, ',');
    }
    tt_text_char(line->text, ']');
    return true;
}

/* A number of 16 bits behind its name. */
static bool say_field(struct line *line, size_t *at, const char *name)
{
    if (!line_has(line, *at, 2))
        return false;
    line_say(line, " %s=%u", name, line_be16(line, *at));
    *at += 2;
    return true;
}

/* RFC 8945 section 4.2. */
static bool say_tsig(struct line *line, const struct record *record)
{
    size_t at = record->at;

    tt_text_char(line->text, ' ');
    if (!line_dns_name(line, &at, record->start))
        return false;
    at += TSIG_TIME_OCTETS;
    if (!say_field(line, &at, "fudge") || !say_field(line, &at, "maclen"))
        return false;
    at += line_be16(line, at - 2);
    return say_field(line, &at, "origid") && say_field(line, &at, "error") && say_field(line, &at, "otherlen");
}

static bool say_uri(struct line *line, const struct record *record)
{
    size_t n = record->end - record->at;

    if (!line_has(line, record->at, 4))
        return false;
    line_say(line, " %u %u ", line_be16(line, record->at), line_be16(line, record->at + 2));
    return line_dns_octets(line, record->at + 4, n < 4 ? SIZE_MAX : n - 4);
}

static bool say_data(struct line *line, const struct record *record)
{
    size_t at = record->at;

    switch (record->type) {
    case DNS_A:
    case DNS_AAAA:
        return say_address(line, at, record->type == DNS_A ? 4 : 6);
    case DNS_NS:
    case DNS_CNAME:
    case DNS_PTR:
    case DNS_DNAME:
        tt_text_char(line->text, ' ');
        return line_dns_name(line, &at, record->start);
    case DNS_SOA:
        return !line->options->verbose || say_soa(line, at, record->start);
    case DNS_MX:
    case DNS_SRV:
        return say_service(line, at, record->start, record->type == DNS_MX);
    case DNS_TXT:
        return say_texts(line, at, record->end);
    case DNS_A6:
        return say_a6(line, at, record->start);
    case DNS_OPT:
        return say_opt(line, record);
    case DNS_URI:
        return say_uri(line, record);
    case DNS_UNSPECA:
        return line_dns_octets(line, at, record->end - at);
    case DNS_TSIG:
        return !line->options->verbose || say_tsig(line, record);
    default:
        return true;
    }
}

/* "1w2d3h4m5s". */
static void say_seconds(struct line *line, uint32_t seconds)
{
    static const struct {
        uint32_t seconds;
        char unit;
    } units[] = {{31536000, 'y'}, {604800, 'w'}, {86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};

    if (seconds == 0)
        line_say(line, "0s");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (seconds >= units[i].seconds)
            line_say(line, "%u%c", seconds / units[i].seconds, units[i].unit);
        seconds %= units[i].seconds;
    }
}

bool line_dns_record(struct line *line, size_t *at, size_t start)
{
    struct record record = {.start = start};

    if (line->options->verbose) {
        tt_text_char(line->text, ' ');
        if (!line_dns_name(line, at, start))
            return false;
    } else if (!line_dns_skip_name(line, at)) {
        *at = line->end;
        return true;
    }
    if (!line_has(line, *at, 10)) {
        *at = line->end;
        return true;
    }
    record.type = line_be16(line, *at);
    record.class = line_be16(line, *at + 2);
    record.opt_flags = line_be16(line, *at + 6);
    record.at = *at + 10;
    record.end = record.at + line_be16(line, *at + 8);
    if (record.type != DNS_OPT)
        say_class(line, record.class);
    if (record.type != DNS_OPT && line->options->verbose > 2) {
        line_say(line, " [");
        say_seconds(line, line_be32(line, *at + 4));
        tt_text_char(line->text, ']');
    }
    tt_text_char(line->text, ' ');
    say_named(line, LINE_NAME(types, record.type), "Type", record.type);
    if (record.end > line->end)
        return false;
    *at = record.end;
    return say_data(line, &record);
}
