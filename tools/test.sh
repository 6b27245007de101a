#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test.sh - the tests of the build that `make` made, and their sum.
set -u
cd "$(dirname "$0")/.." || exit 1
exec </dev/null
export LC_ALL=C.UTF-8
if [ -f build/build.ninja ]; then
    meson configure build -Dtests=true >/dev/null || exit 1
fi
tools/build.sh build || exit 1
rm -f build/meson-logs/testlog.json
meson test -C build --no-rebuild --quiet --timeout-multiplier 4 >build/test.log 2>&1
exec python3 -B tools/tally.py build
