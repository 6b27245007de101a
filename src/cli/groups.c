/* SPDX-License-Identifier: BSD-2-Clause */
/* groups.c - the options that several commands share. */
#include "cli/option.h"

#include <stddef.h>

#include <tcptale/words.h>

#include "cli/value.h"

#define AT(member) offsetof(struct cli_settings, member)

static const char *const when_words[] = {"auto", "always", "never", NULL};

/* clang-format off */
const struct cli_option cli_source_options[] = {
    {.letter = 'r', .name = "read", .argument = "FILE", .does = "read a capture; - is standard input",
        .kind = CLI_STRING, .offset = AT(read)},
    {.letter = 'i', .name = "interface", .argument = "NAME", .does = "capture live", .kind = CLI_STRING, .offset = AT(interface)},
    {.letter = 'w', .name = "write", .argument = "FILE", .does = "write the chosen packets (pcap; .pcapng: pcapng)",
        .kind = CLI_STRING, .offset = AT(write)},
    {.letter = 'c', .name = "count", .argument = "N", .does = "stop after N packets",
        .kind = CLI_NUMBER, .offset = AT(count), .low = 1, .high = INT64_MAX},
    {.letter = 's', .name = "snapshot-length", .argument = "N", .does = "capture at most N octets of a packet", .rare = true,
        .kind = CLI_NUMBER, .offset = AT(snap_length), .low = 0, .high = 262144},
    {.letter = 'B', .name = "buffer-size", .argument = "KIB", .does = "the kernel's buffer", .rare = true,
        .kind = CLI_NUMBER, .offset = AT(buffer_kib), .low = 1, .high = 2097151},
    {.letter = 'p', .name = "no-promiscuous-mode", .does = "only what is for this machine", .rare = true,
        .kind = CLI_FLAG, .offset = AT(not_promiscuous)},
    {.name = "immediate-mode", .does = "hand over each packet as it comes", .rare = true,
        .kind = CLI_FLAG, .offset = AT(immediate)},
    {.letter = 'U', .name = "packet-buffered", .does = "write each packet at once", .rare = true,
        .kind = CLI_FLAG, .offset = AT(packet_buffered)},
    {.letter = 'Z', .name = "relinquish-privileges", .argument = "USER", .does = "go on as USER once the interface is open",
        .rare = true, .kind = CLI_STRING, .offset = AT(user)},
    {0}
};

const struct cli_option cli_selection_options[] = {
    {.name = "conn", .argument = "N", .does = "by number, as 3, 3-5 or 2,7-", .kind = CLI_TAKE, .take = cli_take_ranges},
    {.name = "ended", .argument = "HOW", .does = "how it ended",
        .kind = CLI_WORDS, .offset = AT(selection.ended), .low = TT_SET_ENDING},
    {.name = "by", .argument = "WHO", .does = "who ended it",
        .kind = CLI_WORDS, .offset = AT(selection.by), .low = TT_SET_ENDER},
    {.name = "cause", .argument = "WHY", .does = "why it ended",
        .kind = CLI_WORDS, .offset = AT(selection.cause), .low = TT_SET_CAUSE},
    {.name = "forged", .does = "ended by packets that a third party forged", .kind = CLI_FLAG, .offset = AT(selection.forged)},
    {.name = "longer-than", .argument = "TIME", .does = "lasted longer than TIME, as 5s or 200ms",
        .kind = CLI_TAKE, .take = cli_take_duration, .offset = AT(selection.longer_than)},
    {.name = "idle", .argument = "TIME", .does = "still open, and silent for the capture's last TIME",
        .kind = CLI_TAKE, .take = cli_take_duration, .offset = AT(selection.idle)},
    {0}
};

const struct cli_option cli_look_options[] = {
    {.name = "color", .argument = "WHEN", .does = "auto, always or never", .rare = true,
        .kind = CLI_CHOICE, .offset = AT(color), .words = when_words},
    {.name = "resolve", .does = "look up the names of hosts", .rare = true, .kind = CLI_FLAG, .offset = AT(resolve)},
    {0}
};

const struct cli_option cli_common_options[] = {
    {.letter = 'h', .name = "help", .does = "show this", .rare = true, .kind = CLI_FLAG, .offset = AT(help)},
    {0}
};
/* clang-format on */
