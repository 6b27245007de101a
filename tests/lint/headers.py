#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""headers.py COMPILER... - each public header compiles alone, as C17 and as C++17, without a warning."""
import shutil
import subprocess
import sys

import tap

LANGUAGES = (("C17", ["-x", "c", "-std=c17"], None), ("C++17", ["-x", "c++", "-std=c++17"], "c++"))


def compile_alone(compiler, flags, name):
    command = [*compiler, *flags, "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", tap.SOURCE / "include", "-"]
    source = f"#include <{name.removeprefix('include/')}>\nint main() {{ return 0; }}\n"
    if "c" in flags:
        source = source.replace("main()", "main(void)")
    run = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    return run.stderr.splitlines() if run.returncode else []


def main():
    report = tap.Report()
    compiler = [part for part in sys.argv[1:] if part != "ccache"]
    for language, flags, needs in LANGUAGES:
        for name in (name for name in tap.tracked(".h") if name.startswith("include/")):
            case = f"{name} as {language}"
            if needs and not shutil.which(needs):
                report.skip(case, f"{needs} is not installed")
            else:
                report.case(case, compile_alone([needs] if needs else compiler, flags, name))
    report.end()


main()
