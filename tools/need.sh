#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# need.sh KIND... - installs from Debian what tools/packages lists for these kinds and the machine lacks; without the rights to,
# says which packages those are.  Where there is no dpkg it trusts that all is there.
set -eu
here=$(dirname "$0")

wanted() {
    for kind in "$@"; do
        sed -n "s/^$kind //p" "$here/packages"
    done | sort -u
}

missing=
command -v dpkg-query >/dev/null || exit 0
for package in $(wanted "$@"); do
    case $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) in
    ?i*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    echo "packages are missing and this is not root; as root: apt-get install$missing" >&2
    exit 1
fi

echo "installing from Debian:$missing"
apt='env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # lists of words
if ! { $as_root $apt update && $as_root $apt install --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    echo "apt-get could not install:$missing" >&2
    exit 1
fi
