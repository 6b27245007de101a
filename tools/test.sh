#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test.sh - the tests of one build, with its assertions, and their sum.
set -u
cd "$(dirname "$0")/.." || exit 1
exec </dev/null
export LC_ALL=C.UTF-8
tools/build.sh build-test || exit 1
rm -f build-test/meson-logs/testlog.json
meson test -C build-test --no-rebuild --quiet --timeout-multiplier 4 >build-test/test.log 2>&1
exec python3 -B tools/tally.py build-test
