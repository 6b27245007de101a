#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""exports.py [--write | LIBRARY] - what the shared library exports, what the public headers declare and exports.txt are the same.

exports.txt is committed so that a change of the library's interface shows in its own line; --write writes it anew.
"""
import pathlib
import re
import subprocess
import sys

import tap

LIST = pathlib.Path(__file__).parent / "exports.txt"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"^(?!static|typedef|#)[a-z][\w\s*]*?\b(tt_\w+)\s*\([^;{]*\)\s*;", re.MULTILINE)


def declared():
    names = set()
    for name in tap.tracked(".h"):
        if name.startswith("include/tcptale/"):
            names.update(DECLARATION.findall(COMMENT.sub("", tap.read(name))))
    return names


def exported(library):
    listing = subprocess.run(["nm", "-D", "-P", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    return {row.split()[0] for row in listing.splitlines()}


def main():
    if sys.argv[1:] == ["--write"]:
        LIST.write_text("".join(name + "\n" for name in sorted(declared())))
        return
    report = tap.Report()
    in_headers, in_list, in_library = declared(), set(LIST.read_text().split()), exported(sys.argv[1])
    report.case("the list is what the headers declare (else: tests/lint/exports.py --write)",
                [f"{name}: declared, not listed" for name in sorted(in_headers - in_list)] +
                [f"{name}: listed, not declared" for name in sorted(in_list - in_headers)])
    report.case("all that is declared is exported", [f"{name}: not in the library" for name in sorted(in_headers - in_library)])
    report.case("nothing else is exported", [f"{name}: in no public header" for name in sorted(in_library - in_headers)])
    report.end()


main()
