#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lint.sh - the tests of the suite `lint` alone, under clang, whose compile commands clang-tidy reads.
set -u
cd "$(dirname "$0")/.." || exit 1
exec </dev/null
export LC_ALL=C.UTF-8
CC=clang tools/build.sh build-clang -Dwerror=true || exit 1
rm -f build-clang/meson-logs/testlog.json
meson test -C build-clang --no-rebuild --quiet --timeout-multiplier 4 --suite lint >build-clang/test.log 2>&1
exec python3 -B tools/tally.py build-clang
