#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""format.py CLANG-FORMAT - every C file is as .clang-format has it; `make format` makes it so."""
import subprocess
import sys

import tap


def main():
    report = tap.Report()
    names = tap.tracked(".c", ".h")
    run = subprocess.run([sys.argv[1], "--dry-run", "-Werror", *names], cwd=tap.SOURCE, capture_output=True, text=True, check=False)
    wrong = sorted({line.split(": error:")[0] for line in run.stderr.splitlines() if ": error:" in line})
    if run.returncode and not wrong:
        wrong = run.stderr.splitlines()
    report.case(f"{len(names)} files are formatted (else: make format)", wrong)
    report.end()


main()
