#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""vantage.py TCPTALE - no story claims that a capture was seen from the side of the other end than the one where it was made."""
import collections
import json
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ENDINGS = SOURCE / "captures" / "endings"


def openings(command, path):
    """What each story of the capture says of its opening, by the client's and the server's address."""
    run = subprocess.run([command, "tell", "--all", "--format", "json", path], capture_output=True, text=True, check=True,
                         env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "LANGUAGE": "en"})
    for line in run.stdout.splitlines():
        told = json.loads(line)
        yield " ".join(part["says"] for part in told["story"] if part["part"] == "opened")


def main():
    command = str(pathlib.Path(sys.argv[1]).resolve())
    points = {}
    for line in (ENDINGS / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        points[label["file"]] = label["capture_point"]
    seen = collections.Counter()
    failed = 0
    print(f"1..{len(points) + 1}")
    for number, (name, point) in enumerate(sorted(points.items()), 1):
        wrong = []
        for says in openings(command, ENDINGS / name):
            for side in ("client", "server"):
                claimed = f"seen from the {side}'s side" in says
                seen[point, side] += claimed
                if claimed and point in ("client", "server") and side != point:
                    wrong.append(says)
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}, captured at the {point}")
        for says in wrong:
            print(f"# {says}")
    told = seen["client", "client"] and seen["server", "server"]
    failed += not told
    print(f"{'ok' if told else 'not ok'} {len(points) + 1} - both sides are recognized {dict(seen)}")
    sys.exit(1 if failed else 0)


main()
