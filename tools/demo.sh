#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# demo.sh [TCPTALE] - the stories of the bundled captures.
set -eu
cd "$(dirname "$0")/.."
# Where nobody has chosen a language, at least the arrows.
[ -n "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ] || export LC_ALL=C.UTF-8
tcptale=${1:-build/src/cli/tcptale}

story() {
    printf '\n== %s: %s\n\n' "$1" "$2"
    "$tcptale" tell "captures/$1.pcap" </dev/null
}

story seed-handshake 'a connection opens'
story seed-transfer 'what is sent is acknowledged'
story seed-close 'both sides close'
story seed-reset 'a reset cuts it off'
printf '\nMore: %s tell --explain captures/seed-close.pcap\n      %s --help\n' "$tcptale" "$tcptale"
