#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# build.sh FOLDER [MESON-OPTION...] - configures the folder when it is new, then compiles.  Quiet unless something fails.
set -eu
cd "$(dirname "$0")/.."
folder=$1
shift
mkdir -p "$folder"
log=$folder/build.log
# ccache, when Meson finds it, fails without a home to keep its files in.
[ -w "${HOME:-/}" ] || export CCACHE_DISABLE=1
if ! { [ -f "$folder/build.ninja" ] || meson setup "$folder" "$@"; } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "$folder: could not be configured" >&2
    exit 1
fi
if ! ninja -C "$folder" >"$log" 2>&1 </dev/null; then
    sed -n '/^FAILED\|ERROR:/,$p' "$log" >&2
    echo "$folder: could not be built" >&2
    exit 1
fi
grep -A3 'warning:' "$log" >&2 || :
