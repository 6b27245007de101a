/* SPDX-License-Identifier: BSD-2-Clause */
/* names.c - names of ports and hosts, each asked for once. */
#include "cli/names.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* ---- ports --------------------------------------------------------------------------------------------------------------- */

static const char *services[65536];

/* The first name of a port counts, as with tcpdump. */
static void read_services(void)
{
    struct servent *entry;

    setservent(1);
    while ((entry = getservent())) {
        uint16_t port = ntohs((uint16_t)entry->s_port);

        if (strcmp(entry->s_proto, "tcp") == 0 && !services[port])
            services[port] = strdup(entry->s_name);
    }
    endservent();
}

const char *cli_service_name(void *ctx, uint16_t port)
{
    static bool read;

    (void)ctx;
    if (!read)
        read_services();
    read = true;
    return services[port];
}

/* ---- hosts --------------------------------------------------------------------------------------------------------------- */

/* A table that forgets: a host's slot goes to the next host that hashes there.  Bounded, and a miss only costs a look-up. */
#define HOSTS_MAX 4096

static struct host {
    struct tt_addr addr;
    uint8_t ip_version; /* 0: empty */
    char *name;         /* owned; NULL: it has none */
} hosts[HOSTS_MAX];

static struct host *slot_of(const struct tt_endpoint *endpoint)
{
    uint32_t hash = 0;

    for (unsigned i = 0; i < sizeof endpoint->addr.octets; i++)
        hash = hash * 31 + endpoint->addr.octets[i];
    return &hosts[hash % HOSTS_MAX];
}

static char *look_up(const struct tt_endpoint *endpoint)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    bool is_v4 = endpoint->ip_version == 4;
    const void *address = is_v4 ? (const void *)&v4 : (const void *)&v6;
    char name[NI_MAXHOST];

    memcpy(&v4.sin_addr, endpoint->addr.octets, sizeof v4.sin_addr);
    memcpy(&v6.sin6_addr, endpoint->addr.octets, sizeof v6.sin6_addr);
    if (getnameinfo(address, is_v4 ? sizeof v4 : sizeof v6, name, sizeof name, NULL, 0, NI_NAMEREQD))
        return NULL;
    return strdup(name);
}

const char *cli_host_name(void *ctx, const struct tt_endpoint *endpoint)
{
    struct host *host = slot_of(endpoint);
    char *name;

    (void)ctx;
    if (host->ip_version == endpoint->ip_version && memcmp(&host->addr, &endpoint->addr, sizeof host->addr) == 0)
        return host->name;
    name = look_up(endpoint);
    free(host->name);
    *host = (struct host){endpoint->addr, endpoint->ip_version, name};
    return name;
}

/* ---- interfaces ---------------------------------------------------------------------------------------------------------- */

const char *cli_interface_name(void *ctx, uint32_t index)
{
    static char name[IF_NAMESIZE];
    static uint32_t known;

    (void)ctx;
    if (known != index && !if_indextoname(index, name))
        name[0] = '\0';
    known = index;
    return name[0] ? name : NULL;
}
