#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""layers.py - who may include what: ARCHITECTURE.md's table of layers, held to."""
import re

import tap

# A layer may include its own headers and those of the layers named here.
MAY = {
    "base": (),
    "wire": ("base",),
    "track": ("base", "wire"),
    "sides": ("base", "wire", "track"),
    "judge": ("base", "wire", "track", "sides"),
    "tell": ("base", "wire", "track", "sides", "judge"),
    "io": ("base", "wire"),
    "kill": ("base", "wire", "track", "io"),
    "cli": ("base", "wire", "track", "sides", "judge", "tell", "io", "kill"),
}
# Where each public header belongs.
HEADERS = {"cut": "kill", "resets": "track", "sockets": "io", "text": "base", "words": "base"}
# What the core may include of the C library: nothing that does, opens or asks anything.
QUIET = {"assert.h", "limits.h", "stdalign.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "string.h", "inttypes.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def layer_of(path):
    """The layer of an included or including file of ours; None when it is not ours."""
    public = re.search(r"(?:^|/)tcptale/(\w+)\.h$", path)
    if public:
        return HEADERS.get(public.group(1), public.group(1))
    for part in path.split("/")[:-1]:
        if part in tap.LAYERS:
            return part
    return None


def complaints(name, layer):
    may = (layer, *MAY[layer])
    silent = layer in tap.CORE or name.startswith(tap.SILENT)
    if silent:
        may = [other for other in may if other == layer or other in tap.CORE]
    for bracket, path in INCLUDE.findall(tap.read(name)):
        other = layer_of(path)
        if other is None and bracket == '"' and "/" not in path:
            other = layer
        if other is not None and other not in may:
            yield f"{name} includes {path} of {other}; {layer} may include {' '.join(may)}"
        if other is None and silent and path not in QUIET:
            yield f"{name} includes {path}; the core is silent"


def main():
    report = tap.Report()
    found = {layer: [] for layer in tap.LAYERS}
    for name in tap.tracked(".c", ".h"):
        if name.startswith(("src/", "include/")):
            layer = layer_of(name)
            if layer in found:
                found[layer].append(name)
            else:
                report.case(name, [f"{name}: of no layer"])
    for layer, names in found.items():
        report.case(f"{layer}, {len(names)} files", [line for name in names for line in complaints(name, layer)] if names else
                    [f"{layer} has no files"])
    report.end()


main()
