/* SPDX-License-Identifier: BSD-2-Clause */
/* civil.c - seconds to the calendar, without the C library's clock. */
#include <tcptale/text.h>

/*
 * Years are counted from March, so that the leap day is a year's last; 400 of them (an era) are 146097 days.  Day 0 of era 0 is
 * 0000-03-01, which is 719468 days before 1970-01-01.
 */
static void date_of(int64_t days, struct tt_civil *ret)
{
    int64_t since = days + 719468;
    int64_t era = (since >= 0 ? since : since - 146096) / 146097;
    int64_t day = since - era * 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day_of_year + 2) / 153;

    ret->day = (uint8_t)(day_of_year - (153 * month + 2) / 5 + 1);
    ret->month = (uint8_t)(month < 10 ? month + 3 : month - 9);
    ret->year = year + era * 400 + (ret->month <= 2);
}

void tt_civil_of(int64_t second, struct tt_civil *ret)
{
    int64_t days = second / 86400;
    int64_t rest = second % 86400;

    if (rest < 0) {
        rest += 86400;
        days--;
    }
    ret->hour = (uint8_t)(rest / 3600);
    ret->minute = (uint8_t)(rest / 60 % 60);
    ret->second = (uint8_t)(rest % 60);
    ret->nanosecond = 0;
    date_of(days, ret);
}
