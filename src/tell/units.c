/* SPDX-License-Identifier: BSD-2-Clause */
/* units.c - quantities as people read them: two or three digits and a unit, and cells of a table. */
#include "tell/units.h"
#include "base/utf8.h"

/* One decimal below ten, none above: the two or three digits that a reader takes in. */
static void put_scaled(struct tt_text *text, uint64_t tenths)
{
    if (tenths >= 100) {
        tt_text_u64(text, tenths / 10);
        return;
    }
    tt_text_u64(text, tenths / 10);
    tt_text_char(text, '.');
    tt_text_u64(text, tenths % 10);
}

/* value / unit in tenths, rounded to what put_scaled() will show. */
static uint64_t scaled(uint64_t value, uint64_t unit)
{
    uint64_t whole = value / unit, rest = value % unit;
    uint64_t tenths = whole * 10 + (rest * 10 + unit / 2) / unit;

    return tenths < 100 ? tenths : (whole + (rest >= unit / 2 + unit % 2)) * 10;
}

/* octets in the largest unit that leaves at most three digits; returns its prefix, NUL for none. */
static char prefix_of(uint64_t octets, uint64_t *ret_unit)
{
    uint64_t unit = 1;
    unsigned i = 0;

    while (i < 6 && scaled(octets, unit) >= 10000) {
        unit *= 1000;
        i++;
    }
    *ret_unit = unit;
    return "\0kMGTPE"[i];
}

static void put_in_unit(struct tt_text *text, uint64_t octets, char space)
{
    uint64_t unit;
    char prefix = prefix_of(octets, &unit);

    if (prefix)
        put_scaled(text, scaled(octets, unit));
    else
        tt_text_u64(text, octets);
    if (space)
        tt_text_char(text, space);
    if (prefix)
        tt_text_char(text, prefix);
}

void tt_put_size(struct tt_text *text, uint64_t octets)
{
    put_in_unit(text, octets, ' ');
    tt_text_char(text, 'B');
}

void tt_put_size_short(struct tt_text *text, uint64_t octets)
{
    put_in_unit(text, octets, '\0');
}

static void put_below_a_second(struct tt_text *text, uint64_t ns, bool ascii)
{
    bool ms = scaled(ns, 1000) >= 10000;

    if (ns < 1000) {
        tt_text_u64(text, ns);
        tt_text_string(text, " ns");
        return;
    }
    put_scaled(text, scaled(ns, ms ? 1000000 : 1000));
    tt_text_string(text, ms ? " ms" : ascii ? " us" : " µs");
}

/* The two largest units of a minute or more; the second is left out when it is 0. */
static void put_long(struct tt_text *text, uint64_t seconds)
{
    static const struct {
        uint64_t large, small;
        const char *large_name, *small_name;
    } rows[] = {
        {86400, 3600, " d", " h"},
        {3600, 60, " h", " min"},
        {60, 1, " min", " s"},
    };
    unsigned i = 0;

    while (i < 2 && seconds < rows[i].large)
        i++;
    tt_text_u64(text, seconds / rows[i].large);
    tt_text_string(text, rows[i].large_name);
    uint64_t rest = seconds % rows[i].large / rows[i].small;
    if (rest) {
        tt_text_char(text, ' ');
        tt_text_u64(text, rest);
        tt_text_string(text, rows[i].small_name);
    }
}

void tt_put_duration(struct tt_text *text, tt_ns duration, bool ascii)
{
    uint64_t ns = (uint64_t)duration;

    if (duration < 0) {
        tt_text_char(text, '-');
        ns = 0 - ns;
    }

    uint64_t tenths = (ns + 50000000) / 100000000; /* of a second */
    if (ns == 0) {
        tt_text_string(text, "0 s");
    } else if (scaled(ns, 1000000) < 10000) {
        put_below_a_second(text, ns, ascii);
    } else if (tenths < 600) {
        tt_text_u64(text, tenths / 10);
        tt_text_char(text, '.');
        tt_text_u64(text, tenths % 10);
        tt_text_string(text, " s");
    } else {
        put_long(text, tenths / 10);
    }
}

void tt_put_duration_short(struct tt_text *text, tt_ns duration, bool ascii)
{
    static const struct {
        uint64_t unit, below; /* in tenths of the unit */
        const char *name;
    } rows[] = {
        {1, 10000, "ns"},
        {1000, 10000, "µs"},
        {1000000, 10000, "ms"},
        {1000000000, 600, "s"},
        {UINT64_C(60000000000), 600, "min"},
        {UINT64_C(3600000000000), 240, "h"},
        {UINT64_C(86400000000000), UINT64_MAX, "d"},
    };
    uint64_t ns = duration < 0 ? 0 - (uint64_t)duration : (uint64_t)duration;
    unsigned i = 0;

    if (duration < 0)
        tt_text_char(text, '-');
    while (scaled(ns, rows[i].unit) >= rows[i].below)
        i++;
    if (i)
        put_scaled(text, scaled(ns, rows[i].unit));
    else
        tt_text_u64(text, ns);
    tt_text_string(text, ns == 0 ? "s" : ascii && i == 1 ? "us" : rows[i].name);
}

void tt_put_count(struct tt_text *text, uint64_t n)
{
    if (n >= 1000) {
        tt_put_count(text, n / 1000);
        tt_text_char(text, ',');
        tt_text_u64_padded(text, n % 1000, 3);
    } else {
        tt_text_u64(text, n);
    }
}

void tt_put_share(struct tt_text *text, uint64_t part, uint64_t whole)
{
    double share = whole ? (double)part * 1000.0 / (double)whole : 0.0;
    double permille = share < 9990.0 ? share : 9990.0; /* 999% is enough of a hint */
    uint64_t percent = (uint64_t)(permille / 10.0 + 0.5);

    if (part == 0 || part == whole || whole == 0) {
        tt_text_string(text, part ? "100%" : "0%");
    } else if (permille < 1.0) {
        tt_text_string(text, "<0.1%");
    } else if (part < whole && percent >= 100) {
        tt_text_string(text, ">99%");
    } else {
        put_scaled(text, permille < 99.5 ? (uint64_t)(permille + 0.5) : percent * 10);
        tt_text_char(text, '%');
    }
}

/* The calendar's view of a moment in the zone. */
static void civil_of_moment(tt_ns moment, const struct tt_zone *zone, struct tt_civil *ret)
{
    int64_t second = moment / TT_NS_PER_S;
    int64_t rest = moment % TT_NS_PER_S;

    if (rest < 0) {
        rest += TT_NS_PER_S;
        second--;
    }
    tt_civil_of(second + (zone->offset_at ? zone->offset_at(zone->ctx, second) : 0), ret);
    ret->nanosecond = (uint32_t)rest;
}

static void put_clock(struct tt_text *text, const struct tt_civil *civil, unsigned decimals)
{
    uint32_t fraction = civil->nanosecond;

    tt_text_u64_padded(text, civil->hour, 2);
    tt_text_char(text, ':');
    tt_text_u64_padded(text, civil->minute, 2);
    tt_text_char(text, ':');
    tt_text_u64_padded(text, civil->second, 2);
    if (decimals == 0)
        return;
    for (unsigned i = decimals; i < 9; i++)
        fraction /= 10;
    tt_text_char(text, '.');
    tt_text_u64_padded(text, fraction, decimals);
}

void tt_put_time_of_day(struct tt_text *text, tt_ns moment, const struct tt_zone *zone, unsigned decimals)
{
    struct tt_civil civil;

    civil_of_moment(moment, zone, &civil);
    put_clock(text, &civil, decimals);
}

void tt_put_moment(struct tt_text *text, tt_ns moment, const struct tt_zone *zone, unsigned decimals)
{
    struct tt_civil civil;

    civil_of_moment(moment, zone, &civil);
    tt_text_u64_padded(text, (uint64_t)civil.year, 4); /* tt_ns reaches from 1677 to 2262 */
    tt_text_char(text, '-');
    tt_text_u64_padded(text, civil.month, 2);
    tt_text_char(text, '-');
    tt_text_u64_padded(text, civil.day, 2);
    tt_text_char(text, ' ');
    put_clock(text, &civil, decimals);
}

/* The octets of the longest beginning that takes at most `columns`; *ret_columns how many it takes. */
static size_t fitting(const char *octets, size_t n, size_t columns, size_t *ret_columns)
{
    size_t used = 0, i = 0;

    while (i < n) {
        uint32_t rune;
        unsigned length = tt_utf8_next(octets + i, n - i, &rune);
        size_t step = length ? length : 1;
        size_t width = tt_text_width(octets + i, step);

        if (used + width > columns)
            break;
        used += width;
        i += step;
    }
    *ret_columns = used;
    return i;
}

void tt_put_cell(struct tt_text *text, const struct tt_scratch *scratch, unsigned columns, enum tt_align align, bool ascii)
{
    const char *octets = scratch->text.start;
    size_t n = (size_t)(scratch->text.at - octets);
    size_t width = tt_text_width(octets, n);

    if (width <= columns) {
        tt_text_repeat(text, ' ', align == TT_ALIGN_RIGHT ? columns - width : 0);
        tt_text_put(text, octets, n);
    } else if (columns) {
        n = fitting(octets, n, columns - 1, &width);
        tt_text_put(text, octets, n);
        tt_text_string(text, ascii ? "~" : "…");
        width++;
    }
    if (width < columns && (align == TT_ALIGN_LEFT || octets + n < scratch->text.at))
        tt_text_repeat(text, ' ', columns - width);
}
