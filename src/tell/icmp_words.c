/* SPDX-License-Identifier: BSD-2-Clause */
/* icmp_words.c - what an ICMP error says. */
#include "tell/tale.h"

/* clang-format off */
/* RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1, RFC 4443 section 3. */
static const struct {
    uint8_t ip_version, type, code;
    const char *words;
} icmp_words[] = {
    {4,  3,  0, TT_N_("network unreachable")},
    {4,  3,  1, TT_N_("host unreachable")},
    {4,  3,  2, TT_N_("protocol unreachable")},
    {4,  3,  3, TT_N_("port unreachable")},
    {4,  3,  4, TT_N_("packet too big")},
    {4,  3,  9, TT_N_("network administratively prohibited")},
    {4,  3, 10, TT_N_("host administratively prohibited")},
    {4,  3, 13, TT_N_("administratively prohibited")},
    {4, 11,  0, TT_N_("time to live exceeded on the way")},
    {6,  1,  0, TT_N_("no route to the destination")},
    {6,  1,  1, TT_N_("administratively prohibited")},
    {6,  1,  3, TT_N_("address unreachable")},
    {6,  1,  4, TT_N_("port unreachable")},
    {6,  1,  5, TT_N_("source address failed the policy")},
    {6,  1,  6, TT_N_("route rejected")},
    {6,  2,  0, TT_N_("packet too big")},
    {6,  3,  0, TT_N_("time to live exceeded on the way")},
};
/* clang-format on */

const char *tale_icmp_words(unsigned ip_version, unsigned type, unsigned code)
{
    for (size_t i = 0; i < sizeof icmp_words / sizeof icmp_words[0]; i++)
        if (icmp_words[i].ip_version == ip_version && icmp_words[i].type == type && icmp_words[i].code == code)
            return icmp_words[i].words;
    return TT_N_("an error");
}
