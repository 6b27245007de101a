#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""readme.py [--write] TCPTALE - what README.md shows is what happens.

Each `sh` block runs, in an empty folder with the bundled captures in it, and must succeed; a `text` block right behind it is its
output to the letter; the `c` block is examples/endings.c.  Blocks of another kind (`console`) are only shown.  --write brings the
`text` and `c` blocks up to date.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import tap

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:\n?^```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def run(commands, command):
    """Status, output and errors of a block's commands."""
    environment = dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", LANGUAGE="", COLUMNS="100", NO_COLOR="1")
    environment["PATH"] = f"{pathlib.Path(command).resolve().parent}:{environment['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(tap.SOURCE / "captures", pathlib.Path(folder) / "captures")
        done = subprocess.run(["sh", "-e"], input=commands, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def write(command):
    def renewed(block):
        kind, body, shown = block.groups()
        whole = block.group(0)
        if kind == "c":
            return f"```c\n{tap.read('examples/endings.c')}```\n"
        if kind == "sh" and shown is not None:
            return whole.replace(f"```text\n{shown}```", f"```text\n{run(body, command)[1]}```")
        return whole

    readme = tap.SOURCE / "README.md"
    readme.write_text(BLOCK.sub(renewed, readme.read_text()))


def main():
    if sys.argv[1] == "--write":
        write(sys.argv[2])
        return
    report = tap.Report()
    ran = 0
    for kind, body, shown in BLOCK.findall(tap.read("README.md")):
        first = body.split("\n")[0]
        if kind == "c":
            report.case("the program is examples/endings.c", [] if body == tap.read("examples/endings.c") else ["run readme.py --write"])
        elif kind == "sh":
            ran += 1
            status, output, errors = run(body, sys.argv[1])
            report.case(first, [f"status {status}", *errors.splitlines()] if status else [])
            if shown:
                report.case(f"{first}: prints what is shown", [] if output == shown else ["got:", *output.splitlines()])
    report.case("commands are found", [] if ran else ["none"])
    report.end()


main()
