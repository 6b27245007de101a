#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# check.sh - builds with gcc and clang, with warnings as errors and again with sanitizers, runs the tests under each, and ends in
# the line `N passed, N failed, N skipped`.  Tests of the suite `once` say nothing about the compiler: they run under gcc only.
set -u
cd "$(dirname "$0")/.." || exit 1
exec </dev/null
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 LC_ALL=C.UTF-8

sanitize='-Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1'
failed_builds=
folders=

# check NAME COMPILER TEST-OPTIONS MESON-OPTION... - one build and its tests
check() {
    folder=build-$1 compiler=$2 select=$3
    shift 3
    began=$(date +%s)
    folders="$folders $folder"
    rm -f "$folder/meson-logs/testlog.json"
    if ! CC=$compiler tools/build.sh "$folder" "$@"; then
        failed_builds="$failed_builds $folder"
        return
    fi
    built=$(date +%s)
    # shellcheck disable=SC2086 # a list of options
    meson test -C "$folder" --no-rebuild --quiet --timeout-multiplier 4 $select >"$folder/test.log" 2>&1
    echo "$folder: built in $((built - began)) s, tested in $(($(date +%s) - built)) s"
}

# shellcheck disable=SC2086 # lists of options
{
    check gcc gcc '' -Dwerror=true
    check clang clang '--no-suite once' -Dwerror=true
    check gcc-sanitized gcc '--no-suite once' $sanitize
    check clang-sanitized clang '--no-suite once' $sanitize
}
# shellcheck disable=SC2086 # lists of words
exec python3 -B tools/tally.py --not-built "$failed_builds" $folders
