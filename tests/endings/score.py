#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""score.py TCPTALE [--tap | --raise] [--brief] FOLDER... - how many labelled endings `list --format json` tells rightly.

A folder holds captures and labels.jsonl, an object a connection: file, client, server, and the fields below as they truly were
(bytes_lost null: not to be known); `incarnation` counts connections of the same addresses and ports.  For each field this prints
how many are right, unsure ("unknown", null) and wrong, the confusions, and each wrong one.

What is reached stays reached: below the figures of `floors` it fails (--raise writes higher ones, never lower).  A genuine reset
that is called forged always fails, as does a wrong verdict that is called certain.  --tap prints the same as tests; --brief leaves
out what is wrong.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
FLOORS = HERE / "floors"
FIELDS = ("opening", "ending", "form", "ended_by", "cause", "forged", "bytes_lost")
VERDICT = ("ended_by", "cause", "forged")
OTHER = {"client": "server", "server": "client"}


class Score:
    """What was said of the connections of one folder."""

    def __init__(self, folder):
        self.folder = folder
        self.labels = 0
        self.right, self.unsure, self.wrong = collections.Counter(), collections.Counter(), collections.Counter()
        self.confused = {field: collections.Counter() for field in FIELDS}
        self.complaints, self.false_forged, self.certain_wrong, self.strangers, self.silent = [], [], [], [], []

    def total(self, field):
        return self.right[field] + self.unsure[field] + self.wrong[field]

    def say(self, label, field, record):
        """Counts what one record says of one field."""
        true, said = label[field], record[field]
        where = f"{label['file']} {label['client']}: {field} is {shown(true)}, said {shown(said)} ({record['certainty']})"
        self.confused[field][confusion(field, true, said)] += 1
        if said == true:
            self.right[field] += 1
            return
        unsure = said == "unknown" or said is None and field in ("forged", "bytes_lost")
        (self.unsure if unsure else self.wrong)[field] += 1
        self.complaints.append(where)
        if not unsure and field in VERDICT and record["certainty"] == "certain":
            self.certain_wrong.append(where)
        if field == "forged" and said:
            self.false_forged.append(where)


def shown(value):
    """A value as JSON writes it, words without quotes."""
    return json.dumps(value).strip('"')


def confusion(field, true, said):
    """The cell of the table: numbers of bytes are told by whether there are any, and by which way they differ."""
    if field != "bytes_lost":
        return shown(true), shown(said)
    if said is None or true == said:
        told = "null" if said is None else "exact"
    else:
        told = "fewer" if said < true else "more"
    return "some" if true else "0", told


def address(end):
    host = f"[{end['addr']}]" if ":" in end["addr"] else end["addr"]
    return f"{host}:{end['port']}"


def turned(record):
    """The record with client and server exchanged: without a SYN, which is which is a guess."""
    return dict(record, client=record["server"], server=record["client"], ended_by=OTHER.get(record["ended_by"], record["ended_by"]))


def records_of(command, capture):
    """The connections of a capture in the order in which they began, and what was said on standard error."""
    run = subprocess.run([command, "list", "--format", "json", "-r", capture], stdin=subprocess.DEVNULL, capture_output=True,
                         text=True, check=False)
    records = [json.loads(line) for line in run.stdout.splitlines()]
    return sorted(records, key=lambda record: record["first"]), run.stderr


def choose(records, label):
    """Takes the record that the label is about out of those of its capture."""
    ends = label["client"], label["server"]
    same = [record for record in records if {address(record["client"]), address(record["server"])} == set(ends)]
    if not same:
        return None
    record = same[0]
    records.remove(record)
    return record if address(record["client"]) == ends[0] else turned(record)


def score(command, folder):
    path = SOURCE / folder
    lines = (path / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    by_file = collections.defaultdict(list)
    for line in lines:
        label = json.loads(line)
        by_file[label["file"]].append(label)
    result = Score(folder)
    for name, labels in by_file.items():
        records, error = records_of(command, path / name)
        for label in sorted(labels, key=lambda label: label.get("incarnation", 0)):
            result.labels += 1
            record = choose(records, label)
            if record is None:
                result.silent.append(f"{name}: {label['client']} > {label['server']} is not listed {error.strip()}")
            for field in FIELDS:
                if label[field] is None and field != "form":
                    continue
                if record is None:
                    result.wrong[field] += 1
                else:
                    result.say(label, field, record)
        result.strangers += [f"{name}: {address(record['client'])} > {address(record['server'])} has no label" for record in records]
    return result


def print_table(field, cells):
    """True values downwards, what was said across; what is right between the brackets."""
    trues, saids = sorted({true for true, _ in cells}), sorted({said for _, said in cells})
    width = max(len(true) for true in trues)
    columns = [max(len(said), 5) for said in saids]
    print(f"\n{field}: true \\ said")
    print(" " * width, *(said.rjust(columns[i]) for i, said in enumerate(saids)))
    for true in trues:
        row = []
        for i, said in enumerate(saids):
            count = cells[true, said]
            good = said in (true, "exact")
            row.append((f"[{count}]" if good and count else str(count) if count else ".").rjust(columns[i]))
        print(true.ljust(width), *row)


def print_score(result, floors, brief):
    print(f"{result.folder}: {result.labels} connections\n")
    print("field          right        unsure  wrong  floor")
    for field in FIELDS:
        total = result.total(field)
        share = 100 * result.right[field] / total if total else 100
        floor = floors.get((result.folder, field), "")
        print(f"{field:10} {result.right[field]:4} / {total:<4} {share:5.1f} % {result.unsure[field]:6} {result.wrong[field]:6}  {floor!s:>5}")
    for field in FIELDS:
        if result.confused[field]:
            print_table(field, result.confused[field])
    if not brief and result.complaints:
        print("\nNot right:", *result.complaints, sep="\n  ")
    for title, rows in (("Called forged, and genuine", result.false_forged), ("Certain, and wrong", result.certain_wrong),
                        ("Not listed", result.silent), ("Without a label", result.strangers)):
        if rows:
            print(f"\n{title}:", *rows, sep="\n  ")
    print()


def cases(result, floors):
    """Name and complaints of each test of a folder."""
    folder = result.folder
    yield f"{folder}: there are labels", [] if result.labels else ["none"]
    yield f"{folder}: each labelled connection is listed, and no other", result.silent + result.strangers
    yield f"{folder}: no genuine ending is called forged", result.false_forged
    yield f"{folder}: nothing wrong is called certain", result.certain_wrong
    for field in FIELDS:
        floor, right = floors.get((folder, field), 0), result.right[field]
        name = f"{folder}: {field} is right in {right} of {result.total(field)}, at least in {floor}"
        yield name, [line for line in result.complaints if f": {field} is " in line] if right < floor else []


def read_floors():
    rows = (line.split() for line in FLOORS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {(folder, field): int(right) for folder, field, right in rows}


def write_floors(floors):
    head = [line for line in FLOORS.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    rows = [f"{folder} {field} {right}" for (folder, field), right in floors.items()]
    FLOORS.write_text("\n".join(head + rows) + "\n", encoding="utf-8")


def print_tap(results, floors):
    number, failed = 0, False
    for result in results:
        for name, complaints in cases(result, floors):
            number += 1
            failed |= bool(complaints)
            print(f"{'not ok' if complaints else 'ok'} {number} - {name}")
            for line in complaints:
                print(f"# {line}")
    print(f"1..{number}")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--tap", action="store_true", help="print tests")
    parser.add_argument("--raise", dest="higher", action="store_true", help="raise the floors to what is reached")
    parser.add_argument("--brief", action="store_true", help="do not print each wrong one")
    options = parser.parse_args()
    command = str(pathlib.Path(options.command).resolve())
    floors = read_floors()
    results = [score(command, folder.rstrip("/")) for folder in options.folders]
    if options.higher:
        for result in results:
            for field in FIELDS:
                key = result.folder, field
                floors[key] = max(floors.get(key, 0), result.right[field])
        write_floors(floors)
    if options.tap:
        sys.exit(print_tap(results, floors))
    for result in results:
        print_score(result, floors, options.brief)
    failures = [name for result in results for name, complaints in cases(result, floors) if complaints]
    for name in failures:
        print(f"failed: {name}")
    sys.exit(bool(failures))


main()
