#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""tally.py [--not-built "FOLDER..."] FOLDER... - sums what the last `meson test` in each build folder found.

Every case of a TAP program counts as one test.  Prints what failed and why, what was skipped and why, a line a folder, and at the
end `N passed, N failed, N skipped`.  Fails when anything failed or nothing ran.
"""
import argparse
import collections
import json
import pathlib
import re
import sys

TAP_LINE = re.compile(r"^(not )?ok\b\s*\d*\s*-?\s*(.*?)(?:\s*#\s*(SKIP|TODO)\S*\s*(.*))?$", re.IGNORECASE)
PASSED, SKIPPED = ("OK", "EXPECTEDFAIL"), ("SKIP", "IGNORED")


class Tally(collections.Counter):
    def __str__(self):
        return f"{self['passed']} passed, {self['failed']} failed, {self['skipped']} skipped"


def cases(test, is_tap):
    """The cases of one test program: (how, name, why) each."""
    found = []
    output = test.get("stdout", "")
    if is_tap:
        for line in output.splitlines():
            match = TAP_LINE.match(line)
            if not match:
                continue
            wrong, name, directive, why = match.groups()
            directive = (directive or "").upper()
            how = "skipped" if directive == "SKIP" and not wrong else "failed" if wrong and directive != "TODO" else "passed"
            found.append((how, name, why or ""))
    if not found:
        how = "passed" if test["result"] in PASSED else "skipped" if test["result"] in SKIPPED else "failed"
        whole = re.search(r"^1\.\.0\s*#\s*SKIP\S*\s*(.*)", output, re.MULTILINE | re.IGNORECASE)
        return [(how, "", whole.group(1) if whole else test["result"])]
    if test["result"] not in PASSED + SKIPPED and all(how != "failed" for how, _, _ in found):
        found.append(("failed", "", test["result"]))
    return found


def read_folder(folder, skips):
    tally = Tally()
    log = folder / "meson-logs" / "testlog.json"
    if not log.exists():
        return tally
    plans = json.loads((folder / "meson-info" / "intro-tests.json").read_text())
    protocols = {plan["name"]: plan["protocol"] for plan in plans}
    for line in log.read_text(errors="replace").splitlines():
        test = json.loads(line)
        short = test["name"].rsplit(" / ", 1)[-1]
        for how, name, why in cases(test, protocols.get(short) == "tap"):
            tally[how] += 1
            if how == "skipped":
                skips[f"{short} {name}".strip(), why].append(folder.name)
        if test["result"] not in PASSED + SKIPPED:
            print(f"\n{folder.name}: {test['name']}: {test['result']} (status {test.get('returncode')})")
            text = (test.get("stdout", "") + test.get("stderr", "")).splitlines()
            shown = [row for row in text if not re.match(r"^(ok\b|\s*$)", row)]
            print("\n".join("    " + row for row in shown[-60:]))
    return tally


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--not-built", default="")
    parser.add_argument("folder", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    skips = collections.defaultdict(list)
    total = Tally()
    lines = []
    for folder in options.folder:
        tally = read_folder(folder, skips)
        total += tally
        lines.append(f"{folder.name}: {tally}")
    for (name, why), folders in sorted(skips.items()):
        print(f"skipped: {name}: {why or 'no reason given'} ({', '.join(folders)})")
    print("\n".join(lines))
    for name in options.not_built.split():
        total["failed"] += 1
        print(f"{name}: not built, counted as one failure")
    print(total)
    return 0 if total["passed"] and not total["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
