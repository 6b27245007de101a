#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""sides.py - tell --other-side: however the captures come, whatever their clocks, links and lengths are, and whichever side is told."""
import json
import pathlib

from cli import CAPTURES, Report, differs, frames, pcap, scratch, tcptale

PAIRS = CAPTURES / "both-sides"
NAMES = sorted(path.name.split(".")[0] for path in PAIRS.glob("*.client.pcap"))


def pair(name):
    return PAIRS / f"{name}.client.pcap", PAIRS / f"{name}.server.pcap"


def findings(here, there, *more, **how):
    """The findings of each connection, without what times say."""
    got = tcptale("tell", "--format", "json", here, "--other-side", there, *more, **how)
    told = []
    for line in got.stdout.splitlines():
        sides = [part for part in json.loads(line)["story"] if part["part"] == "sides"]
        told.append([(part["finding"], part["end"], part["count"]) for part in sides if part["finding"] not in ("clocks", "delay")])
    return told


def differing(got, wanted):
    return [] if got == wanted else [f"got {got}", f"not {wanted}"]


def ways(report):
    here, there = pair("tcpkill")
    plain = tcptale("tell", here, "--other-side", there).stdout
    report.case("it is told", [] if b"\nsides " in plain else ["no part of both sides"])
    piped = tcptale("tell", here, "--other-side", "-", input=there.read_bytes()).stdout
    report.case("the other side as a pipe", differs("output", piped, plain))
    piped = tcptale("tell", "-", "--other-side", there, input=here.read_bytes()).stdout
    report.case("this side as a pipe", differs("output", piped, plain))
    filtered = findings(*pair("masquerade"), "host", "192.0.2.10")
    report.case("a filter is for the capture that is told", differing(filtered, findings(*pair("masquerade"))))
    got = tcptale("tell", "-r", "-", "--other-side", "-", input=here.read_bytes())
    report.case("not both from standard input", differs("status", got.returncode, 2))


def changed(path, folder, shift=0, raw=False, snap=65535):
    """The capture by another clock, without link headers, or with the beginning of each packet alone."""
    rows = []
    for seconds, fraction, length, octets in frames(path):
        cut = 14 if raw else 0
        rows.append((seconds + shift, fraction, length - cut, octets[cut:][:snap]))
    name = pathlib.Path(folder) / "changed.pcap"
    name.write_bytes(pcap(rows, 101 if raw else 1))
    return name


def changes(report, folder):
    """What a capture is like makes no difference to what is found in it."""
    for name in NAMES:
        here, there = pair(name)
        wanted = findings(here, there)
        for words, how in (("three hours ahead", {"shift": 10800}), ("a day behind", {"shift": -86400}), ("on another link", {"raw": True}),
                           ("whose packets are cut behind their headers", {"snap": 74})):
            report.case(f"{name}, and a capture {words}", differing(findings(here, changed(there, folder, **how)), wanted))


def turned(report):
    """From the other end, the same is found of the same end's packets."""
    for name in NAMES:
        here, there = pair(name)
        if name in ("few", "unreached", "proxied"):  # connections that one side lacks
            continue
        report.case(f"{name}, turned", differing(findings(there, here), findings(here, there)))


def cut_short(report, folder):
    """A damaged capture of the other side gives all up to there, a complaint and status 1."""
    here, there = pair("delayed")
    path = pathlib.Path(folder) / "cut.pcap"
    path.write_bytes(there.read_bytes()[:-5])
    got = tcptale("tell", here, "--other-side", path)
    report.case("a capture of the other side that is cut short", differs("status", got.returncode, 1) +
                ([] if b"\nsides " in got.stdout and str(path).encode() in got.stderr else [f"says {got.stderr!r}"]))


def main():
    report = Report()
    ways(report)
    with scratch() as folder:
        changes(report, folder)
        cut_short(report, folder)
    turned(report)
    report.end()


main()
