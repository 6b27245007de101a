/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines_time.c - the time in front of a line.
 *
 * Most packets share their second with the one before, so its text is kept; the zone is asked for once in a quarter of an hour.
 */
#include "tell/lines.h"

#define QUARTER_S 900

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static int32_t offset_at(struct line *line, int64_t second)
{
    struct line_clock *times = &line->lines->times;
    const struct tt_zone *zone = &line->lines->style.zone;
    int64_t quarter = floor_div(second, QUARTER_S);

    if (!times->offset_known || times->quarter != quarter) {
        times->offset = zone->offset_at ? zone->offset_at(zone->ctx, second) : 0;
        times->quarter = quarter;
        times->offset_known = true;
    }
    return times->offset;
}

static char *put_date(char *at, const struct tt_civil *civil)
{
    at = tt_put_four(at, (uint32_t)civil->year);
    *at++ = '-';
    at = tt_put_pair(at, civil->month);
    *at++ = '-';
    at = tt_put_pair(at, civil->day);
    *at++ = ' ';
    return at;
}

static char *put_clock(char *at, const struct tt_civil *civil)
{
    at = tt_put_pair(at, civil->hour);
    *at++ = ':';
    at = tt_put_pair(at, civil->minute);
    *at++ = ':';
    at = tt_put_pair(at, civil->second);
    *at++ = '.';
    return at;
}

static void remember_second(struct line *line, int64_t second)
{
    struct line_clock *times = &line->lines->times;
    struct tt_civil civil;
    char *at = times->text;

    tt_civil_of(second + offset_at(line, second), &civil);
    if (line->options->time == TT_TIME_DATE)
        at = put_date(at, &civil);
    at = put_clock(at, &civil);
    times->octets = (unsigned)(at - times->text);
    times->second = second;
    times->known = true;
}

static char *put_fraction(const struct line *line, char *at, uint32_t ns)
{
    if (!line->options->nanoseconds)
        return tt_put_six(at, ns / 1000);
    return tt_put_four(tt_put_four(tt_put_below_10000(at, ns / 100000000), ns / 10000 % 10000), ns % 10000);
}

static char *put_local(struct line *line, char *at, int64_t second, uint32_t ns)
{
    struct line_clock *times = &line->lines->times;

    if (!times->known || times->second != second)
        remember_second(line, second);
    memcpy(at, times->text, sizeof times->text);
    return put_fraction(line, at + times->octets, ns);
}

/* tcpdump's seconds have 31 bits. */
static bool is_beyond_2038(int64_t second)
{
    return (uint64_t)second & 0x80000000;
}

static char *put_error(char *at)
{
    return TT_PUT_LITERAL(at, "[Error converting time]");
}

static char *put_difference(struct line *line, char *at, tt_ns time)
{
    struct line_clock *times = &line->lines->times;
    struct tt_civil civil;

    if (!line->options->nanoseconds)
        time -= time % TT_NS_PER_US;
    if (times->reference == 0)
        times->reference = time;

    tt_ns difference = time < times->reference ? times->reference - time : time - times->reference;
    *at++ = time < times->reference ? '-' : ' ';
    tt_civil_of(difference / TT_NS_PER_S, &civil);
    if (is_beyond_2038(difference / TT_NS_PER_S))
        at = put_error(at);
    else
        at = put_fraction(line, put_clock(at, &civil), (uint32_t)(difference % TT_NS_PER_S));
    if (line->options->time == TT_TIME_DELTA)
        times->reference = time;
    return at;
}

void line_time(struct line *line, tt_ns time)
{
    enum tt_line_time kind = line->options->time;

    if (kind == TT_TIME_NONE)
        return;

    int64_t second = floor_div(time, TT_NS_PER_S);
    uint32_t ns = (uint32_t)(time - second * TT_NS_PER_S);
    char *at = line_begin(line, 64);
    if (kind == TT_TIME_DELTA || kind == TT_TIME_SINCE_FIRST)
        at = put_difference(line, at, time);
    else if (is_beyond_2038(second))
        at = put_error(at);
    else if (kind == TT_TIME_EPOCH)
        at = put_fraction(line, TT_PUT_LITERAL(tt_put_u32(at, (uint32_t)second), "."), ns);
    else
        at = put_local(line, at, second, ns);
    *at++ = ' ';
    line_end(line, at);
}
