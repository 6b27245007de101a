#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""silent.py ARCHIVE - the core archive takes nothing from outside but what silent.allowed lists."""
import pathlib
import subprocess
import sys

import tap


def allowed():
    rows = (pathlib.Path(__file__).parent / "silent.allowed").read_text().splitlines()
    return {row for row in rows if row and not row.startswith("#")}


def symbols(archive):
    """Which names each object defines, and which it lacks."""
    listing = subprocess.run(["nm", "-A", "-P", archive], capture_output=True, text=True, check=True).stdout
    defined, lacking = set(), []
    for row in listing.splitlines():
        where, name, kind, *_ = row.split()
        if kind in "Uwv":
            lacking.append((where.rsplit("[", 1)[-1].rstrip("]:"), name))
        else:
            defined.add(name)
    return defined, lacking


def main():
    report = tap.Report()
    defined, lacking = symbols(sys.argv[1])
    known = defined | allowed()
    report.case("the core defines something", [] if defined else ["no symbols in " + sys.argv[1]])
    report.case("the core takes nothing from outside",
                [f"{where} takes {name}: the core must not, or silent.allowed must say so" for where, name in lacking if name not in known])
    report.end()


main()
