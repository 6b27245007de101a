#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""input.py - the same capture however it comes, and captures that are cut short or damaged."""
import gzip
import os
import pathlib
import shutil
import subprocess

from cli import CAPTURES, Report, TCPTALE, differs, environment, frames, scratch, tcptale

FILE = CAPTURES / "endings" / "crowd.pcap"
COMMANDS = [["packets", "-n"], ["packets", "-n", "--conn", "3-5"], ["list"], ["list", "--format", "json"], ["list", "--format", "csv"],
            ["tell", "-n", "--all"], ["tell", "--format", "json"]]


def compressed(folder):
    octets = FILE.read_bytes()
    packed = {"gzip": pathlib.Path(folder) / "x.pcap.gz"}
    packed["gzip"].write_bytes(gzip.compress(octets))
    if shutil.which("zstd"):
        packed["zstd"] = pathlib.Path(folder) / "x.pcap.zst"
        packed["zstd"].write_bytes(subprocess.run(["zstd", "-c", FILE], check=True, capture_output=True).stdout)
    return packed


def ways(report, folder):
    """Every command says the same of a file, standard input as a file and as a pipe, and of the packed file."""
    packed = compressed(folder)
    for command in COMMANDS:
        name = " ".join(command)
        plain = tcptale(*command, FILE)
        report.case(f"{name} of a file", differs("status", plain.returncode, 0) + ([] if plain.stdout else ["nothing came out"]))
        piped = tcptale(*command, "-", input=FILE.read_bytes())
        report.case(f"{name} of a pipe", differs("output", piped.stdout, plain.stdout) + differs("status", piped.returncode, 0))
        with open(FILE, "rb") as stdin:
            redirected = tcptale(*command, "-r", "-", stdin=stdin)
        report.case(f"{name} of a file as standard input", differs("output", redirected.stdout, plain.stdout))
        for kind in ("gzip", "zstd"):
            if kind not in packed:
                report.skip(f"{name} of a {kind} file", "zstd is not installed")
                continue
            got = tcptale(*command, packed[kind])
            report.case(f"{name} of a {kind} file", differs("output", got.stdout, plain.stdout))
            got = tcptale(*command, "-", input=packed[kind].read_bytes())
            report.case(f"{name} of a {kind} pipe", differs("output", got.stdout, plain.stdout))


def cut_short(report, folder):
    """All that came before the cut is output, then one line with the file and the offset, and status 1."""
    whole, path = FILE.read_bytes(), pathlib.Path(folder) / "cut.pcap"
    count = len(frames(FILE))
    lengths = [16 + len(frame[3]) for frame in frames(FILE)]
    at_the_end = {"within the last packet": len(whole) - 10, "within the last header": len(whole) - lengths[-1] + 7}
    for where, size in at_the_end.items():
        path.write_bytes(whole[:size])
        for command in (["packets", "-n"], ["packets", "-n", "--conn", "1-"]):
            got = tcptale(*command, path)
            lines = got.stderr.decode().splitlines()
            complaints = differs("status", got.returncode, 1) + differs("lines", got.stdout.count(b"\n"), count - 1)
            complaints += differs("lines of complaint", len(lines), 1)
            complaints += [] if lines and str(path) in lines[0] and "offset" in lines[0] else [f"says {lines}"]
            report.case(f"{' '.join(command)} of a file cut {where}", complaints)
    for command in (["list"], ["tell", "--all"], ["list", "--summary"], ["list", "-w", pathlib.Path(folder) / "out.pcap"]):
        path.write_bytes(whole[:len(whole) // 2])
        got = tcptale(*command, path)
        complaints = differs("status", got.returncode, 1) + differs("lines of complaint", got.stderr.count(b"\n"), 1)
        report.case(f"{command[0]} {' '.join(map(str, command[1:]))[:9]} of half a file", complaints + ([] if got.stdout else ["nothing came out"]))
    report.case("and -w holds what was chosen up to there", [] if frames(pathlib.Path(folder) / "out.pcap") else ["nothing"])


def no_captures(report, folder):
    for name, octets, words in (("empty", b"", "empty"), ("text", b"no capture at all\n", "not a pcap")):
        path = pathlib.Path(folder) / name
        path.write_bytes(octets)
        for command in ("packets", "list", "tell"):
            got = tcptale(command, path)
            complaints = differs("status", got.returncode, 1) + differs("output", got.stdout, b"")
            complaints += [] if str(path).encode() in got.stderr and words.encode() in got.stderr else [f"says {got.stderr!r}"]
            report.case(f"{command} of a file that is {name}", complaints)
        got = tcptale("list", "-", input=octets)
        report.case(f"standard input that is {name}", differs("status", got.returncode, 1) +
                    ([] if b"standard input" in got.stderr else [f"says {got.stderr!r}"]))


def endless(report):
    """What never ends and is no capture is not kept until the disk is full."""
    for command in (["tell"], ["list", "--by", "client", "-w", "/dev/null"], ["packets", "--conn", "1"]):
        got = tcptale(*command, "/dev/zero", timeout=60)
        report.case(f"{command[0]} of endless zeros", differs("status", got.returncode, 1) +
                    ([] if b"/dev/zero: not a pcap" in got.stderr else [f"says {got.stderr!r}"]))


def pipes_have_names(report, folder):
    """A named pipe that is read twice is called by its name, however its octets come."""
    path = pathlib.Path(folder) / "fifo"
    os.mkfifo(path)
    process = subprocess.Popen([TCPTALE, "tell", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    octets = FILE.read_bytes()[:-5]
    with open(path, "wb", buffering=0) as fifo:
        for part in (octets[:1], octets[1:3], octets[3:30], octets[30:]):
            fifo.write(part)
    told, words = process.communicate(timeout=60)
    report.case("a named pipe has its name in the summary", [] if f"capture  {path}".encode() in told else [f"says {told[:200]!r}"])
    report.case("and in complaints", [] if f"{path}: offset".encode() in words else [f"says {words!r}"])


def no_room(report):
    """A pipe that has to be read twice, and nowhere to keep it."""
    got = tcptale("packets", "--conn", "1", "-", input=FILE.read_bytes(), env={"TMPDIR": "/no/such/folder"})
    report.case("no temporary folder is said", differs("status", got.returncode, 1) +
                ([] if b"TMPDIR" in got.stderr else [f"says {got.stderr!r}"]))


def no_header_yet(report):
    """Lines come while a pipe still runs, with -l."""
    octets = FILE.read_bytes()
    process = subprocess.Popen([TCPTALE, "packets", "-ln", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment())
    process.stdin.write(octets[:2000])
    process.stdin.flush()
    first = process.stdout.readline()
    process.stdin.write(octets[2000:])
    process.stdin.close()
    rest = process.stdout.read()
    report.case("packets -l prints while the pipe runs", differs("output", first + rest, tcptale("packets", "-n", FILE).stdout) +
                differs("status", process.wait(60), 0))


def main():
    report = Report()
    with scratch() as folder:
        ways(report, folder)
        cut_short(report, folder)
        no_captures(report, folder)
        pipes_have_names(report, folder)
    endless(report)
    no_room(report)
    no_header_yet(report)
    report.end()


main()
