/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - LINKTYPE_ and DLT_ values. */
#include "io/link.h"

#include <pcap/dlt.h>
#include <stddef.h>

/* Where the two differ; everything else is equal.  The numbers on the left are the registry's. */
/* clang-format off */
static const struct {
    uint32_t link;
    int dlt;
} differing[] = {
    {50,  DLT_PPP_SERIAL},
    {51,  DLT_PPP_ETHER},
    {100, DLT_ATM_RFC1483},
    {101, DLT_RAW},
    {102, DLT_SLIP_BSDOS},
    {103, DLT_PPP_BSDOS},
    {104, DLT_C_HDLC},
    {106, DLT_ATM_CLIP},
    {246, DLT_PFSYNC},
};
/* clang-format on */
#define DIFFERING (sizeof differing / sizeof differing[0])

int tt_dlt_of_link(uint32_t link)
{
    for (size_t i = 0; i < DIFFERING; i++)
        if (differing[i].link == link)
            return differing[i].dlt;
    return (int)link;
}

uint32_t tt_link_of_dlt(int dlt)
{
    for (size_t i = 0; i < DIFFERING; i++)
        if (differing[i].dlt == dlt)
            return differing[i].link;
    return (uint32_t)dlt;
}

uint32_t tt_link_snap_max(uint32_t link)
{
    switch (link) {
    case DLT_DBUS:
        return UINT32_C(128) << 20;
    case DLT_EBHSCR:
        return UINT32_C(8) << 20;
    case DLT_USBPCAP:
        return UINT32_C(1) << 20;
    default:
        return 262144;
    }
}

uint32_t tt_link_snap(uint32_t link, uint32_t snap_length)
{
    return snap_length == 0 || snap_length > INT32_MAX ? tt_link_snap_max(link) : snap_length;
}
