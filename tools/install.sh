#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# install.sh PREFIX - installs the build that `make` made below PREFIX; DESTDIR in the environment stages it elsewhere.
set -eu
cd "$(dirname "$0")/.."
set_prefix=$(meson introspect build --buildoptions |
    python3 -c 'import json, sys; print(*(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')
if [ "$set_prefix" != "$1" ]; then
    meson configure build -Dprefix="$1"
    tools/build.sh build
fi
exec meson install -C build --no-rebuild
