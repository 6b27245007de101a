#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""
differential.py TCPTALE [CAPTURE or DIRECTORY]... - our lines beside tcpdump's, to the letter.

Without captures: those of the source tree, and those that generate.py makes.  Two ways, for each row of flags:

  filtered  both are given the filter "tcp"; everything that they print must be the same;
  whole     both are given everything and number it; each line of ours must be tcpdump's line of that number, and each line of
            tcpdump's with TCP flags must be among ours, unless an ICMP error quotes it (TCP in VLANs, MPLS and PPPoE passes no
            filter "tcp").

Only tcpdump 4.99.3 counts: another version prints otherwise, and the test is skipped.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lint"))
import tap  # pylint: disable=wrong-import-position

TCPDUMP_VERSION = "4.99.3"

# Names need a network and a machine's files; they are in the golden tests.
FLAGS = ("-n", "-nn -v", "-nn -e -vv", "-nn -q", "-n -e -q -S -v", "-nn -vvv -tttt -#", "-nn -t -S", "-nn -tt --nano", "-nn -ttt --nano --micro",
         "-nn -ttttt -e -v", "-n -c 7")
# Differences to the line before depend on what else is printed, and so does a count.
FILTERED_ONLY = ("-ttt", "-ttttt", "-c", "-#")
MAGICS = ("d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a")


def captures(paths):
    found = []
    for path in map(pathlib.Path, paths):
        found += sorted(path.rglob("*")) if path.is_dir() else [path]
    for path in found:
        if path.is_file():
            with open(path, "rb") as file:
                if file.read(4).hex() in MAGICS:
                    yield path


def printed(command, path):
    environment = dict(os.environ, TZ="Europe/Berlin", LC_ALL="C.UTF-8", NO_COLOR="1")
    run = subprocess.run(command, capture_output=True, env=environment, check=False, cwd=path.parent, timeout=300)
    if run.returncode < 0:
        return [f"{command[0]}: ended by signal {-run.returncode}"]
    return run.stdout.decode("latin1").splitlines()


def numbered(lines):
    """Packets by their number; a packet may have several lines."""
    packets, last = {}, 0
    for line in lines:
        match = re.match(r" *(\d+)  ", line)
        if match and len(match[0]) >= 7 and int(match[1]) > last:
            last = int(match[1])
            packets[last] = []
        packets.setdefault(last, []).append(line)
    return packets


def first_difference(theirs, ours):
    for i in range(max(len(theirs), len(ours))):
        pair = [lines[i] if i < len(lines) else "(no line)" for lines in (theirs, ours)]
        if pair[0] != pair[1]:
            return f"line {i + 1}:\ntcpdump: {pair[0]}\ntcptale: {pair[1]}"
    return None


def compare_filtered(program, path, flags):
    tail = [*flags.split(), "-r", path.name, "tcp"]
    return first_difference(printed(["tcpdump", *tail], path), printed([program, "packets", *tail], path))


def compare_whole(program, path, flags):
    tail = [*flags.split(), "-#", "-r", path.name]
    theirs, ours = numbered(printed(["tcpdump", *tail], path)), numbered(printed([program, "packets", *tail], path))
    for number, lines in ours.items():
        if difference := first_difference(theirs.get(number, []), lines):
            return f"packet {number}, {difference}"
    for number, lines in theirs.items():
        told = "\n".join(lines)
        if number not in ours and " ICMP" not in told and re.search(r": Flags \[[^]]+\].*, win \d+", told):
            return f"packet {number} has no line; tcpdump: {lines[-1]}"
    return None


def complaints_of(program, path):
    for flags in FLAGS:
        if path.name == "brief.pcap" and "-v" in flags:
            continue  # messages of routing protocols, which we do not tell
        ways = [compare_filtered] if any(flag in flags.split() for flag in FILTERED_ONLY) else [compare_filtered, compare_whole]
        for way in ways:
            if difference := way(program, path, flags):
                yield from f"{flags}: {difference}".splitlines()
                break


def tcpdump_is_missing():
    if not shutil.which("tcpdump"):
        return "tcpdump is not installed"
    version = subprocess.run(["tcpdump", "--version"], capture_output=True, text=True, check=False)
    words = version.stdout + version.stderr
    return None if f"tcpdump version {TCPDUMP_VERSION}" in words else f"tcpdump is not {TCPDUMP_VERSION}"


def main():
    report = tap.Report()
    if why := tcpdump_is_missing():
        report.skip("our lines are tcpdump's", why)
        report.end()
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        paths = sys.argv[2:]
        if not paths:
            generator = pathlib.Path(__file__).with_name("generate.py")
            subprocess.run([sys.executable, generator, folder], check=True)
            paths = [tap.SOURCE / "captures", folder]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            chosen = list(captures(paths))
            for path, complaints in zip(chosen, pool.map(lambda path: list(complaints_of(program, path)), chosen)):
                report.case(path.name, complaints)
    report.end()


main()
