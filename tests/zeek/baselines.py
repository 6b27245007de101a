#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""baselines.py BINARY [FOLDER] [--plain] [--show] - our conn.log against those that Zeek's own tests expect: docs/zeek.md has the figures.

FOLDER (or the variable ZEEK_BTEST) is testing/btest of a Zeek checkout: Traces, Baseline, and the tests that say which trace was read
with which options.  Each conn.log with its header lines is compared, TCP row by row: rows are paired by their two ends, the most alike
first, because the baselines bear neither times nor our uids.  Logs of which a test keeps some columns only are counted apart.
A test that runs Zeek without -C is read with --checksums; --plain reads all without.
As a test: skipped without the folder; otherwise the figures of whole rows must stay above FLOOR.  --show prints each difference.
"""
import collections
import os
import pathlib
import re
import subprocess
import sys

FIELDS = ("conn_state", "history", "orig_bytes", "resp_bytes", "missed_bytes", "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes",
          "duration", "local_orig", "local_resp", "ip_proto")
FLOOR = 0.96
MEANT = ("conn_state", "history", "orig_bytes", "resp_bytes", "orig_pkts", "missed_bytes")
ENDS = ("id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p")
TRACE = re.compile(r"\$\{?TRACES\}?/([^\s\"|)]+)")
IGNORES_CHECKSUMS = re.compile(r"\s-\w*C")
# Where Zeek did not see just the trace (filters, other sources of packets, other keys of connections, checksums ignored for some nets),
# timers held back or limits set by the test's script), where the trace cannot be told from the test, and a link that we do not read: FDDI.
ELSEWHERE = re.compile(r"\s-f\s|dynamic-filter|packetfilter|pktsrc|print-bpf|conn_key|field-extension-include|ignore_checksums_nets"
                       r"|encrypted-aws-rds|llc\.pcap|conn-limited\.log|limit-reached-weird|max_frame_size")


def rows_of(text):
    """The rows of a log as dictionaries; without header lines there are none.  zeek-cut -m writes the names alone."""
    fields, rows = None, []
    for line in text.splitlines():
        words = line.split("\t")
        if words[0] == "#fields":
            fields = words[1:]
        elif not fields and {"uid", "history"} & set(words):
            fields = words
        elif fields and line and not line.startswith("#"):
            rows.append(dict(zip(fields, words)))
    return rows


def is_tcp(row):
    """By its column; where the test left that out, by letters that only TCP has, or service."""
    if "proto" in row:
        return row["proto"] == "tcp"
    return bool(re.search(r"[ACFHRSacfhrs]", row.get("history", ""))) or row.get("service", "").endswith("_tcp")


def tests_of(btest):
    """By the name of its folder of baselines: what a test executes."""
    found = {}
    for path in btest.rglob("*"):
        relative = path.relative_to(btest)
        if relative.parts[0] in ("Baseline", "Traces", "Files") or not path.is_file():
            continue
        name = ".".join(relative.with_suffix("").parts)
        found.setdefault(name, re.findall(r"@TEST-EXEC[^:\n]*:\s*(.*)", path.read_text(errors="replace")))
    return found


def command_for(commands, log):
    """The command that wrote the log: the last one that read a trace before the log was first named, or at all."""
    last = None
    for command in commands:
        if TRACE.search(command):
            last = command
        if last and log != "conn.log" and log in command:
            return last
    return last


def logs(btest):
    """Each trace with the command that read it and the TCP rows that Zeek wrote; a result that stands in several tests once."""
    seen = set()
    tests = tests_of(btest)
    for path in sorted((btest / "Baseline").rglob("*conn*")):
        if not path.is_file():
            continue
        folder = path.parent.name
        command = command_for(tests.get(folder) or tests.get(re.sub(r"-\d+$", "", folder)) or [], path.name)
        rows = [row for row in rows_of(path.read_text(errors="replace")) if is_tcp(row) and any(name in row for name in MEANT)]
        if not command or not rows or ELSEWHERE.search(f"{command} {folder} {path.name}"):
            continue
        trace = TRACE.search(command).group(1)
        key = (trace, tuple(tuple(row.get(name) for name in ENDS + FIELDS) for row in rows))
        if key not in seen and (btest / "Traces" / trace).exists():
            seen.add(key)
            yield trace, folder, command, rows


def ours(binary, trace, command, plain):
    options = [] if plain or IGNORES_CHECKSUMS.search(command) else ["--checksums"]
    run = subprocess.run([binary, "list", "--format", "zeek", *options, "-r", str(trace)], capture_output=True, check=False)
    return rows_of(run.stdout.decode())


def differences(row, mine):
    return [name for name in FIELDS if name in row and row[name] != mine[name]]


def pair(row, pool):
    """The most alike of our rows between the same ends, taken out of the pool; None: there is none."""
    ends = tuple(row.get(name) for name in ENDS)
    alike = [mine for mine in pool if tuple(mine[name] for name in ENDS) in (ends, ends[2:] + ends[:2])] if all(ends) else pool
    if not alike:
        return None
    best = min(alike, key=lambda mine: len(differences(row, mine)))
    pool.remove(best)
    return best


def is_whole(row):
    return all(name in row for name in ENDS + ("conn_state",))


def count_row(row, mine, wanted, equal):
    """Adds a row of Zeek's and what is equal in ours; returns the columns that differ."""
    differ = differences(row, mine) if mine else FIELDS
    for name in FIELDS:
        wanted[name] += name in row
        equal[name] += name in row and name not in differ
    wanted["rows"] += 1
    equal["rows"] += mine is not None
    return differ


def compare(binary, btest, options):
    """By whether rows are whole: what was wanted, what was equal, of which traces."""
    results = {True: (collections.Counter(), collections.Counter(), set()), False: (collections.Counter(), collections.Counter(), set())}
    for trace, folder, command, rows in logs(btest):
        pool = ours(binary, btest / "Traces" / trace, command, "--plain" in options)
        for row in rows:
            mine = pair(row, pool)
            if not mine and "proto" not in row and not all(row.get(name) for name in ENDS):
                continue  # perhaps not even TCP
            wanted, equal, traces = results[is_whole(row)]
            traces.add(trace)
            differ = count_row(row, mine, wanted, equal)
            if "--show" in options and differ:
                what = " ".join(f"{name} {mine[name]}/{row[name]}" for name in differ) if mine else "no such row"
                print(f"# {trace} ({folder}) {row.get('id.orig_h')}:{row.get('id.orig_p')}: {what}")
    return results


def main():
    options = {argument for argument in sys.argv[1:] if argument.startswith("--")}
    arguments = [argument for argument in sys.argv[1:] if argument not in options]
    folder = arguments[1] if len(arguments) > 1 else os.environ.get("ZEEK_BTEST")
    if not folder:
        print("1..0 # SKIP ZEEK_BTEST does not name testing/btest of a Zeek checkout")
        return 0
    results = compare(arguments[0], pathlib.Path(folder), options)
    wanted, equal, traces = results[False]
    print(f"# {len(traces)} traces of which single columns are known: " +
          ", ".join(f"{name} {equal[name]} of {wanted[name]}" for name in FIELDS if wanted[name]))
    wanted, equal, traces = results[True]
    print(f"# {len(traces)} traces of which whole rows are known")
    names = ("rows", *FIELDS)
    for count, name in enumerate(names, 1):
        share = equal[name] / wanted[name] if wanted[name] else 0
        print(f"{'ok' if share >= FLOOR else 'not ok'} {count} - {name}: {equal[name]} of {wanted[name]}, {share:.1%}")
    print(f"1..{len(names)}")
    return 0


sys.exit(main())
