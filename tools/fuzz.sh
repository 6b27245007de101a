#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fuzz.sh SECONDS - runs each libFuzzer target that long over a copy of its corpus; stops at the first finding.
# What it finds stays in build-fuzz/found; new inputs in build-fuzz/corpus.
set -eu
cd "$(dirname "$0")/.."
seconds=$1
CC=clang tools/build.sh build-fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
mkdir -p build-fuzz/found
for target in build-fuzz/tests/fuzz/fuzz_*; do
    [ -f "$target" ] && [ -x "$target" ] || continue
    name=${target##*/fuzz_}
    mkdir -p "build-fuzz/corpus/$name"
    echo "== $name: $seconds s"
    "$target" -max_total_time="$seconds" -artifact_prefix="build-fuzz/found/$name-" \
        "build-fuzz/corpus/$name" "tests/fuzz/corpus/$name" 2>&1 | tee "build-fuzz/$name.log" | grep -E '^(Done|SUMMARY)' || :
    if ! grep -q '^Done [1-9]' "build-fuzz/$name.log" || ls "build-fuzz/found/$name-"* >/dev/null 2>&1; then
        tail -n 40 "build-fuzz/$name.log" >&2
        exit 1
    fi
done
