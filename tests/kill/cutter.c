/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cutter.c - cuts one connection between two interfaces, for the tests: as little as can carry a cut out.
 *
 *     cutter SECONDS [opened|seen|spare]... DEVICE0 DEVICE1 FRAME0 FRAME1 ADDR0 PORT0 ADDR1 PORT1
 *
 * Frames to end 0 leave by DEVICE0, behind the octets FRAME0 (hex), until a frame of the connection shows a better shape; DEVICE0
 * is listened to.  Says "ready", and at the end what was sent, when, and both fates, as JSON.
 */
#include <arpa/inet.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tcptale/cut.h>
#include <time.h>

struct cutter {
    struct tt_cut cut;
    pcap_t *device[2];
    struct tt_shape shape[2]; /* of frames to each end */
    unsigned sent[3], syns;
    tt_ns begun, first_seen, last_reset;
};

static const char *const fates[] = {
#define FATE_WORD(name, word) word,
    TT_FATES(FATE_WORD)
#undef FATE_WORD
};

static tt_ns now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * TT_NS_PER_S + t.tv_nsec;
}

static void give_up(const char *what)
{
    fprintf(stderr, "cutter: %s\n", what);
    exit(2);
}

static pcap_t *open_device(const char *name)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *device = pcap_create(name, error);

    if (!device)
        give_up(error);
    pcap_set_snaplen(device, 256);
    pcap_set_immediate_mode(device, 1);
    pcap_set_buffer_size(device, 16 << 20);
    if (pcap_activate(device) < 0 || pcap_setnonblock(device, 1, error) < 0)
        give_up(pcap_geterr(device));
    return device;
}

static void read_end(char **words, struct tt_endpoint *ret)
{
    bool six = strchr(words[0], ':');

    *ret = (struct tt_endpoint){.port = (uint16_t)strtoul(words[1], NULL, 10), .ip_version = six ? 6 : 4};
    if (inet_pton(six ? AF_INET6 : AF_INET, words[0], ret->addr.octets) != 1)
        give_up("no address");
}

static void read_shape(const char *hex, struct tt_shape *ret)
{
    *ret = (struct tt_shape){.link = TT_LINK_ETHERNET};
    for (; ret->length < TT_SHAPE_OCTETS_MAX && hex[0] && hex[1]; hex += 2) {
        const char octet[3] = {hex[0], hex[1]};
        ret->octets[ret->length++] = (uint8_t)strtoul(octet, NULL, 16);
    }
}

static void on_frame(u_char *ctx, const struct pcap_pkthdr *header, const u_char *octets)
{
    struct cutter *c = (void *)ctx;
    struct tt_frame frame = {.octets = octets, .captured = header->caplen, .length = header->len, .link = TT_LINK_ETHERNET};
    struct tt_segment s;
    struct tt_shape shape;

    tt_decode(&frame, &s);
    if (!tt_cut_see(&c->cut, &s, now_ns()))
        return;
    if (!c->first_seen)
        c->first_seen = now_ns();
    unsigned from = c->cut.end[0].endpoint.port != s.src_port;
    if (tt_shape_learn(&s, true, &shape) == 0)
        c->shape[from] = shape;
    if (tt_shape_learn(&s, false, &shape) == 0)
        c->shape[!from] = shape;
}

static void send_one(struct cutter *c, const struct tt_cut_segment *out)
{
    uint8_t packet[128], frame[256];
    int n = tt_encode(&out->segment, out->option, out->option_octets, NULL, 0, packet, sizeof packet);

    n = n < 0 ? n : tt_shape_put(&c->shape[out->to], packet, (size_t)n, frame, sizeof frame);
    if (n < 0 || pcap_inject(c->device[out->to], frame, (size_t)n) != n)
        give_up("nothing is sent");
    c->sent[out->kind]++;
    if (out->kind == TT_CUT_RESET)
        c->last_reset = now_ns();
}

static void run(struct cutter *c, tt_ns until)
{
    struct pollfd fd = {.fd = pcap_get_selectable_fd(c->device[0]), .events = POLLIN};
    struct tt_cut_segment out;

    while (!c->cut.done && now_ns() < until) {
        pcap_dispatch(c->device[0], -1, on_frame, (u_char *)c);
        while (tt_cut_next(&c->cut, now_ns(), &out))
            send_one(c, &out);
        tt_ns wait = tt_cut_deadline(&c->cut) - now_ns();
        wait = wait > 100 * TT_NS_PER_MS ? 100 * TT_NS_PER_MS : wait < 0 ? 0 : wait;
        struct timespec t = {.tv_nsec = wait};
        if (!c->cut.done)
            (void)ppoll(&fd, 1, &t, NULL);
    }
}

static void report(const struct cutter *c)
{
    const struct tt_cut_end *end = c->cut.end;
    tt_ns from = c->first_seen && c->cut.options.only_seen ? c->first_seen : c->begun;

    printf("{\"done\": %s, \"fates\": [\"%s\", \"%s\"], \"probes\": %u, \"resets\": %u, \"proofs\": %u, \"signed\": %s, "
           "\"reset_ms\": %.2f, \"proved_ms\": %.2f}\n",
           c->cut.done ? "true" : "false", fates[end[0].fate], fates[end[1].fate], c->sent[TT_CUT_PROBE], c->sent[TT_CUT_RESET],
           c->sent[TT_CUT_PROOF], end[0].is_signed ? "true" : "false", c->last_reset ? (double)(c->last_reset - from) / 1e6 : 0,
           (double)(now_ns() - from) / 1e6);
}

int main(int argc, char **argv)
{
    static struct cutter c;
    struct tt_cut_options options = {.seed = (uint32_t)now_ns()};
    struct tt_endpoint ends[2];
    int i = 2;

    for (; i < argc; i++)
        if (strcmp(argv[i], "opened") == 0)
            options.opened = true;
        else if (strcmp(argv[i], "seen") == 0)
            options.only_seen = true;
        else if (strcmp(argv[i], "spare") == 0)
            options.spare[0] = options.spare[1] = true;
        else
            break;
    if (argc - i != 8)
        give_up("usage: see cutter.c");
    for (int e = 0; e < 2; e++) {
        c.device[e] = open_device(argv[i + e]);
        read_shape(argv[i + 2 + e], &c.shape[e]);
        read_end(argv + i + 4 + 2 * e, &ends[e]);
    }
    puts("ready");
    fflush(stdout);
    c.begun = now_ns();
    tt_cut_init(&c.cut, ends, &options, c.begun);
    run(&c, c.begun + strtol(argv[1], NULL, 10) * TT_NS_PER_S);
    report(&c);
    return 0;
}
