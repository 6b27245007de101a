#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py TCPTALE LOCALEDIR [--rewrite] [NAME...] - what commands print, compared with expected/NAME, a line of LIST each.

A line of LIST is: NAME [VARIABLE=value]... ARGUMENT...; the command runs in the root of the source tree.  --rewrite writes what
is printed now to expected/, to be reviewed as a change of the commit.
"""
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
EXPECTED = HERE / "expected"
SOURCE = HERE.parents[1]


def listed():
    """Name, variables and arguments of each test."""
    for line in (HERE / "LIST").read_text(encoding="utf-8").splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        name, rest = words[0], words[1:]
        variables = {}
        while rest and re.match(r"[A-Z_]+=", rest[0]):
            key, value = rest.pop(0).split("=", 1)
            variables[key] = value
        yield name, variables, rest


def printed(command, locales, variables, arguments):
    """Standard output, and where there is any, standard error and the status behind it."""
    environment = {"PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "COLUMNS": "100",
                   "TCPTALE_LOCALEDIR": locales, **variables}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    run = subprocess.run([command, *arguments], cwd=SOURCE, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    text = run.stdout
    if run.stderr:
        text += b"--- stderr\n" + run.stderr
    if run.returncode:
        text += b"--- status %d\n" % run.returncode
    return text.decode("utf-8", "replace")


def compare(name, text):
    path = EXPECTED / name
    wanted = path.read_text(encoding="utf-8") if path.exists() else ""
    return list(difflib.unified_diff(wanted.splitlines(), text.splitlines(), f"expected/{name}", "printed", lineterm=""))


def main():
    rewrite = "--rewrite" in sys.argv
    command, locales, *names = [word for word in sys.argv[1:] if word != "--rewrite"]
    command, locales = str(pathlib.Path(command).resolve()), str(pathlib.Path(locales).resolve())
    tests = [test for test in listed() if not names or test[0] in names]
    failed = 0
    if not rewrite:
        print(f"1..{len(tests) + (not names)}")
    for number, (name, variables, arguments) in enumerate(tests, 1):
        text = printed(command, locales, variables, arguments)
        if rewrite:
            (EXPECTED / name).write_text(text, encoding="utf-8")
            continue
        difference = compare(name, text)
        failed += bool(difference)
        print(f"{'not ok' if difference else 'ok'} {number} - {name}")
        for line in difference:
            print(f"# {line}")
    if not rewrite and not names:
        strangers = {path.name for path in EXPECTED.iterdir()} ^ {name for name, _, _ in tests}
        failed += bool(strangers)
        print(f"{'not ok' if strangers else 'ok'} {len(tests) + 1} - LIST and expected/ name the same tests {' '.join(sorted(strangers))}")
    sys.exit(1 if failed else 0)


main()
