#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""text.py - what every tracked file keeps: a licence line, no trailing blanks, no tabs in C, nothing of one machine."""
import re

import tap

CODE = (".c", ".h", ".py", ".sh", "meson.build", "Makefile", ".map")
BINARY = re.compile(r"\.(pcap|pcapng|gz|zst|png|mo)$|^tests/fuzz/corpus/|^captures/")
# Spelled in pieces, so that this file passes its own test.
MACHINE = re.compile(r"(?<![\w.$}/<-])/(?:ho" r"me|wo" r"rk|ro" r"ot)/\w|/Us" r"ers/\w")
HOSTS = re.compile(r"\b(?:deb\.debian" r"\.org|pypi\.(?:org|python" r"\.org)|registry\.npm" r"js\.org|proxy\.golang" r"\.org|crates\.i" r"o)\b")


def lines_that(pattern, names):
    for name in names:
        for number, line in enumerate(tap.read(name).split("\n"), 1):
            if pattern.search(line):
                yield f"{name}:{number}: {line.strip()[:100]}"


def main():
    report = tap.Report()
    texts = [name for name in tap.tracked() if not BINARY.search(name)]
    code = [name for name in texts if name.endswith(CODE)]
    report.case("files are found", [] if len(code) > 20 else [f"{len(code)} only"])
    report.case("code has a licence line",
                [name for name in code if "SPDX-License-Identifier: BSD-2-Clause" not in "".join(tap.read(name).split("\n")[:3])])
    authored = [name for name in texts if not re.search(r"^tests/(?!lint/|unit/|fuzz/).*\.(txt|expected|out|golden)$", name)]
    report.case("no trailing blanks", lines_that(re.compile(r"[ \t\r]+$"), authored))
    report.case("files end in a newline", [name for name in texts if (body := tap.read(name)) and not body.endswith("\n")])
    report.case("no tabs in C", lines_that(re.compile(r"\t"), tap.tracked(".c", ".h")))
    report.case("no line of C is wider than 132 columns", lines_that(re.compile(r"^.{133}"), tap.tracked(".c", ".h")))
    report.case("no path of one machine", lines_that(MACHINE, texts))
    report.case("no registry host", lines_that(HOSTS, texts))
    report.end()


main()
