#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""size.py - files of at most 700 lines, functions of at most 80 (60 in the core) and a complexity of at most 20."""
import shutil
import subprocess

import tap

FILE_LINES, FUNCTION_LINES, CORE_FUNCTION_LINES, COMPLEXITY = 700, 80, 60, 20


def functions(names):
    """pmccabe's rows: complexity, lines, where, name."""
    listing = subprocess.run(["pmccabe", *names], cwd=tap.SOURCE, capture_output=True, text=True, check=True).stdout
    for row in listing.splitlines():
        _, complexity, _, _, lines, where = row.split(None, 5)
        path, what = where.split(": ", 1) if ": " in where else (where, "")
        yield int(complexity), int(lines), path, what


def limit(path):
    return CORE_FUNCTION_LINES if path.startswith((*(f"src/{layer}/" for layer in tap.CORE), *tap.SILENT)) else FUNCTION_LINES


def main():
    report = tap.Report()
    names = tap.tracked(".c", ".h")
    sizes = [(name, tap.read(name).count("\n")) for name in names + tap.tracked(".py", ".sh")]
    report.case(f"files have at most {FILE_LINES} lines", [f"{name}: {n} lines" for name, n in sizes if n > FILE_LINES])
    if not shutil.which("pmccabe"):
        report.skip("functions are short and simple", "pmccabe is not installed")
        report.end()
    found = list(functions(names))
    report.case("functions are found", [] if found else ["pmccabe found none"])
    report.case(f"functions have at most {FUNCTION_LINES} lines, {CORE_FUNCTION_LINES} in the core",
                [f"{path}: {what}: {lines} lines" for _, lines, path, what in found if lines > limit(path)])
    report.case(f"functions have a complexity of at most {COMPLEXITY}",
                [f"{path}: {what}: {complexity}" for complexity, _, path, what in found if complexity > COMPLEXITY])
    report.end()


main()
