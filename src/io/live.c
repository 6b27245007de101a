/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * live.c - frames of an interface, through libpcap.
 *
 * pcap_breakloop() may be called from a signal handler and wakes a call that waits, so an interruption needs nothing of ours.
 */
#include "io/live.h"

#include "base/memory.h"
#include "io/link.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SNAP_DEFAULT 262144 /* tcpdump's */
/* Handed over one by one, each frame takes a slot of the largest size: 2 MiB hold few of those, which a burst overruns. */
#define IMMEDIATE_BUFFER_KIB 32768
/* How long the kernel gathers frames before it hands them over. */
#define GATHER_MS 200

struct tt_live {
    pcap_t *pcap;
    uint32_t link;
    uint32_t ns_a_unit;
};

/* ---- interfaces ---------------------------------------------------------------------------------------------------------- */

static bool all_digits(const char *name)
{
    return *name && name[strspn(name, "0123456789")] == '\0';
}

static char *copy_name(const struct tt_alloc *alloc, const char *name)
{
    size_t n = strlen(name) + 1;
    char *copy = tt_get(alloc, n);

    if (copy)
        memcpy(copy, name, n);
    return copy;
}

/* The n-th interface of the list, from 1, or NULL. */
static const pcap_if_t *nth_interface(const pcap_if_t *list, unsigned long n)
{
    while (list && --n)
        list = list->next;
    return list;
}

static int choose_interface(const pcap_if_t *list, const char *wanted, const struct tt_alloc *alloc, char **ret,
                            struct tt_error *ret_error)
{
    const pcap_if_t *chosen = wanted ? nth_interface(list, strtoul(wanted, NULL, 10)) : list;

    if (!chosen)
        return tt_fail(ret_error, TT_ERR_SYSTEM, "%s%sno such interface%s", wanted ? wanted : "", wanted ? ": " : "",
                       list ? "" : " (or no right to capture on any: run as root)");
    *ret = copy_name(alloc, chosen->name);
    return *ret ? 0 : tt_fail(ret_error, TT_ERR_NOMEM, "%s: out of memory", chosen->name);
}

/* As tcpdump: a number counts the interfaces from 1; without a name it is the first, and libpcap sorts one that is up to there. */
int tt_live_name(const char *wanted, const struct tt_alloc *alloc, char **ret, struct tt_error *ret_error)
{
    char words[PCAP_ERRBUF_SIZE];
    pcap_if_t *list = NULL;

    if (wanted && (!all_digits(wanted) || strcmp(wanted, "0") == 0)) {
        *ret = copy_name(alloc, wanted);
        return *ret ? 0 : tt_fail(ret_error, TT_ERR_NOMEM, "%s: out of memory", wanted);
    }
    if (pcap_findalldevs(&list, words) != 0)
        return tt_fail(ret_error, TT_ERR_SYSTEM, "the interfaces cannot be listed: %s", words);
    int err = choose_interface(list, wanted, alloc, ret, ret_error);
    pcap_freealldevs(list);
    return err;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------- */

static void set_up(pcap_t *pcap, const struct tt_live_options *options)
{
    uint32_t buffer_kib = options->buffer_kib || !options->immediate ? options->buffer_kib : IMMEDIATE_BUFFER_KIB;

    (void)pcap_set_snaplen(pcap, options->snap_length ? (int)options->snap_length : SNAP_DEFAULT);
    (void)pcap_set_promisc(pcap, !options->not_promiscuous);
    (void)pcap_set_timeout(pcap, GATHER_MS);
    (void)pcap_set_immediate_mode(pcap, options->immediate);
    if (buffer_kib)
        (void)pcap_set_buffer_size(pcap, buffer_kib > INT32_MAX / 1024 ? INT32_MAX : (int)buffer_kib * 1024);
    (void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO); /* microseconds where there are none */
}

static int cannot_activate(const char *name, pcap_t *pcap, int result, struct tt_error *ret_error)
{
    const char *words = pcap_geterr(pcap);

    switch (result) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
        return tt_fail(ret_error, TT_ERR_RIGHTS,
                       "%s: capturing needs CAP_NET_RAW: run as root, or give the program the right with setcap cap_net_raw+ep",
                       name);
    case PCAP_ERROR_NO_SUCH_DEVICE:
        return tt_fail(ret_error, TT_ERR_SYSTEM, "%s: no such interface (\"ip link\" lists them)", name);
    case PCAP_ERROR_IFACE_NOT_UP:
        return tt_fail(ret_error, TT_ERR_SYSTEM, "%s: the interface is down (\"ip link set %s up\")", name, name);
    default:
        return tt_fail(ret_error, TT_ERR_SYSTEM, "%s: %s%s%s", name, pcap_statustostr(result), *words ? ": " : "", words);
    }
}

static int set_filter(const char *name, pcap_t *pcap, const char *expression, struct tt_error *ret_error)
{
    char words[PCAP_ERRBUF_SIZE];
    struct bpf_program code;
    bpf_u_int32 net, mask;

    if (pcap_lookupnet(name, &net, &mask, words) != 0)
        mask = PCAP_NETMASK_UNKNOWN;
    if (pcap_compile(pcap, &code, expression, 1, mask) != 0)
        return tt_fail(ret_error, TT_ERR_FORMAT, "%s: filter \"%s\": %s", name, expression, pcap_geterr(pcap));
    int result = pcap_setfilter(pcap, &code);
    pcap_freecode(&code);
    return result == 0 ? 0 : tt_fail(ret_error, TT_ERR_SYSTEM, "%s: filter \"%s\": %s", name, expression, pcap_geterr(pcap));
}

static int activate(const char *name, pcap_t *pcap, const struct tt_live_options *options, struct tt_error *ret_error)
{
    int result = pcap_activate(pcap);

    if (result < 0)
        return cannot_activate(name, pcap, result, ret_error);
    if (strcmp(name, "any") == 0)
        (void)pcap_set_datalink(pcap, DLT_LINUX_SLL2); /* it tells the interface; where it is not known, the older one does */
    return options->filter && *options->filter ? set_filter(name, pcap, options->filter, ret_error) : 0;
}

int tt_live_open(const char *name, const struct tt_live_options *options, const struct tt_alloc *alloc, struct tt_live **ret,
                 struct tt_error *ret_error)
{
    char words[PCAP_ERRBUF_SIZE];
    struct tt_live *live = tt_get_zero(alloc, sizeof *live);

    if (!live)
        return tt_fail(ret_error, TT_ERR_NOMEM, "%s: out of memory", name);
    live->pcap = pcap_create(name, words);
    if (!live->pcap) {
        tt_give(alloc, live, sizeof *live);
        return tt_fail(ret_error, TT_ERR_SYSTEM, "%s: %s", name, words);
    }
    set_up(live->pcap, options);
    int err = activate(name, live->pcap, options, ret_error);
    if (err) {
        tt_live_free(live, alloc);
        return err;
    }
    live->link = tt_link_of_dlt(pcap_datalink(live->pcap));
    live->ns_a_unit = tt_live_is_nano(live) ? 1 : 1000;
    *ret = live;
    return 0;
}

void tt_live_free(struct tt_live *live, const struct tt_alloc *alloc)
{
    pcap_close(live->pcap);
    tt_give(alloc, live, sizeof *live);
}

/* ---- frames and facts ---------------------------------------------------------------------------------------------------- */

bool tt_live_is_nano(const struct tt_live *live)
{
    return pcap_get_tstamp_precision(live->pcap) == PCAP_TSTAMP_PRECISION_NANO;
}

uint32_t tt_live_link(const struct tt_live *live)
{
    return live->link;
}

uint32_t tt_live_snap(const struct tt_live *live)
{
    return (uint32_t)pcap_snapshot(live->pcap);
}

int tt_live_next(struct tt_live *live, struct tt_frame *ret, const char **ret_words)
{
    struct pcap_pkthdr *header;
    const u_char *octets;
    int result;

    do
        result = pcap_next_ex(live->pcap, &header, &octets);
    while (result == 0); /* the kernel had nothing in its time */
    if (result == PCAP_ERROR_BREAK)
        return TT_ERR_INTERRUPTED;
    if (result < 0) {
        *ret_words = pcap_geterr(live->pcap);
        return TT_ERR_SYSTEM;
    }
    *ret = (struct tt_frame){
        .octets = octets,
        .captured = header->caplen,
        .length = header->len,
        .link = live->link,
        .time = (tt_ns)header->ts.tv_sec * TT_NS_PER_S + (tt_ns)header->ts.tv_usec * live->ns_a_unit,
    };
    return 1;
}

void tt_live_interrupt(struct tt_live *live)
{
    pcap_breakloop(live->pcap);
}

uint64_t tt_live_dropped(const struct tt_live *live)
{
    struct pcap_stat stat;

    return pcap_stats(live->pcap, &stat) == 0 ? (uint64_t)stat.ps_drop + stat.ps_ifdrop : UINT64_MAX;
}
