#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""read_records.py RECORDS SUMMARY - reads the records that one program prints with other people's readers, and compares JSON
with CSV; and the summary that the other one prints, against docs/summary.md.

Prints TAP.
"""
import csv
import io
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys


def flat(value, path=""):
    """The pairs of dotted path and value, in order."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{path}.{key}" if path else key)
    else:
        yield path, value


def as_csv(path, value):
    """What CSV holds for a value of the JSON record."""
    if path == "evidence":
        return " ".join(f"{item['packet']}:{item['sign']}" for item in value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def summary_keys(value, path=""):
    """The documented keys: words are not keys, and an array of objects has those of its first."""
    for key, inner in value.items():
        dotted = f"{path}.{key}" if path else key
        if isinstance(inner, dict) and key not in ("opening", "ending", "ended_by", "cause"):
            yield from summary_keys(inner, dotted)
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            yield from summary_keys(inner[0], dotted + "[]")
        else:
            yield dotted


def output(program, form):
    return subprocess.run([program, form], check=True, stdout=subprocess.PIPE).stdout.decode("utf-8", "strict")


def main():
    program = sys.argv[1]
    lines = output(program, "json").splitlines()
    # numbers stay as they are written: no reader's rounding hides a digit
    records = [json.loads(line, parse_float=str, parse_int=str) for line in lines]
    rows = list(csv.reader(io.StringIO(output(program, "csv"), newline=""), strict=True))
    number = 0

    def check(holds, what):
        nonlocal number
        number += 1
        print(f"{'ok' if holds else 'not ok'} {number} - {what}")

    keys = [path for path, _ in flat(records[0])]
    check(len(records) == 3 and len(rows) == 4, "three records each")
    check(rows[0] == keys, "the CSV header is the JSON's paths in order")
    for record, row in zip(records, rows[1:]):
        values = dict(flat(record))
        check(list(values) == keys, f"record {record['id']} has every key in order")
        check(row == [as_csv(path, values[path]) for path in keys], f"record {record['id']} is the same in CSV")
    plain = [json.loads(line) for line in lines]
    check(all(math.isfinite(record["first"]) for record in plain), "times are finite numbers")
    check(plain[2]["sent_by_server"]["bytes"] == 2**64 - 1, "the largest count keeps every digit")
    check(plain[2]["evidence"][0]["says"] == 'its "TTL" is 64, not 57,\r\nas in \\all\\ the others', "quotes come back")
    if shutil.which("jq"):
        ids = subprocess.run(["jq", "-c", "[.client.addr, .sent_by_client.rtt_us.min, .forged]"], input="\n".join(lines).encode(),
                             check=True, stdout=subprocess.PIPE).stdout.decode().splitlines()
        check(ids == ['["192.168.1.7",null,false]', '["2001:db8::1",null,null]',
                      '["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",4294967295,true]'], "jq reads them")
    else:
        check(True, "jq reads them # SKIP jq is not installed")
    summary = json.loads(output(sys.argv[2], "json"))
    documented = re.findall(r"^\| `([\w.\[\]]+)`", pathlib.Path(os.environ["TT_SOURCE"], "docs/summary.md").read_text(encoding="utf-8"),
                            re.MULTILINE)
    check(list(summary_keys(summary)) == documented, "docs/summary.md has the keys of the summary in order")
    for words in ("opening", "ending", "ended_by", "cause"):
        check(sum(summary[words].values()) == summary["connections"], f"every connection is counted once in {words}")
    print(f"1..{number}")


main()
