#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# installed.sh BUILD COMPILER... - installs into a folder of its own, and compiles, links and runs examples/endings.c against
# that, shared and static, through pkg-config as a user would.  TAP.
set -u
build=$1
shift
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
count=0

# is NAME STATUS - one case
is() {
    count=$((count + 1))
    [ "$2" = 0 ] && echo "ok $count - $1" && return
    echo "not ok $count - $1"
    sed 's/^/# /' "$stage/log"
}

has() {
    find "$stage/root" -path "*/$1" | grep . >"$stage/log"
    is "installs $1" $?
}

# runs NAME LIBRARIES... - the example, linked so, says how the bundled reset ended
runs() {
    name=$1
    shift
    # shellcheck disable=SC2046,SC2086 # lists of words
    { $compiler $(pkg-config --cflags tcptale) -o "$stage/$name" "$TT_SOURCE/examples/endings.c" "$@" &&
        LD_LIBRARY_PATH=$libraries "$stage/$name" "$TT_SOURCE/captures/seed-reset.pcap"; } >"$stage/log" 2>&1
    status=$?
    is "a program links with the $name library and runs" $status
    [ $status = 0 ] && grep -q '^60722 -> 22: reset, by ' "$stage/log"
    is "and the $name library tells the reset" $?
}

compiler=$*
DESTDIR=$stage/root meson install -C "$build" --no-rebuild --quiet >"$stage/log" 2>&1
is 'make install, staged' $?
for file in bin/tcptale include/tcptale/io.h libtcptale.so.0 libtcptale.so libtcptale.a pkgconfig/tcptale.pc; do
    has $file
done

PKG_CONFIG_SYSROOT_DIR=$stage/root
PKG_CONFIG_PATH=$(dirname "$(find "$stage/root" -name tcptale.pc)")
libraries=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_PATH
# shellcheck disable=SC2046 # lists of words
runs shared $(pkg-config --libs tcptale)
# shellcheck disable=SC2046
runs static $(pkg-config --libs tcptale | sed 's/-ltcptale/-l:libtcptale.a/') $(pkg-config --libs libpcap libzstd zlib libmnl)

{ pkg-config --modversion tcptale && "$(pkg-config --variable=prefix tcptale)/bin/tcptale" --version; } >"$stage/log" 2>&1
[ "tcptale $(sed -n 1p "$stage/log")" = "$(sed -n 2p "$stage/log")" ]
is 'pkg-config and the command agree on the version' $?
echo "1..$count"
