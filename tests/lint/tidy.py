#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""tidy.py CLANG-TIDY BUILD-FOLDER - a case a C file of src/: clang-tidy says nothing under .clang-tidy."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

import tap

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def complaints(tool, folder, path):
    run = subprocess.run([tool, "--quiet", "-p", folder, path], capture_output=True, text=True, check=False)
    lines = [line for line in COLOUR.sub("", run.stdout).splitlines() if ": error: " in line]
    return lines or run.stderr.splitlines() if run.returncode else []


def main():
    report = tap.Report()
    tool, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    commands = json.loads((folder / "compile_commands.json").read_text())
    paths = sorted({(pathlib.Path(command["directory"]) / command["file"]).resolve() for command in commands})
    paths = [path for path in paths if path.is_relative_to(tap.SOURCE.resolve() / "src")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, lines in zip(paths, pool.map(lambda path: complaints(tool, folder, path), paths)):
            report.case(str(path.relative_to(tap.SOURCE.resolve())), lines)
    report.end()


main()
