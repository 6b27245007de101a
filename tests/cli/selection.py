#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""selection.py - connections chosen by what they were, and their packets written whole.

What should be chosen is worked out here, from the records of all connections.
"""
import pathlib

from cli import CAPTURES, Report, differs, frames, pcap, records, scratch, tcptale

ENDINGS = CAPTURES / "endings"


def ends(record):
    """The two ends, in either order."""
    return frozenset((end["addr"], end["port"]) for end in (record["client"], record["server"]))


def ipv4_ends(octets):
    """The ends of an Ethernet frame with a TCP segment in IPv4, or of the segment that an ICMP error quotes."""
    ip = octets[14:]
    header = (ip[0] & 15) * 4
    if ip[9] == 1:
        ip = ip[header + 8:]
        header = (ip[0] & 15) * 4
    ports = ip[header:]
    address = [".".join(map(str, ip[at:at + 4])) for at in (12, 16)]
    return frozenset(zip(address, (int.from_bytes(ports[at:at + 2], "big") for at in (0, 2))))


# options, which records they choose; tried on captures that have some and lack others
CONDITIONS = [
    (["--ended", "fin"], lambda r, now: r["ending"] == "fin"),
    (["--ended", "reset,refused"], lambda r, now: r["ending"] in ("reset", "refused")),
    (["--ended", "reset", "--ended", "refused"], lambda r, now: r["ending"] in ("reset", "refused")),
    (["--ended=unanswered,open"], lambda r, now: r["ending"] in ("unanswered", "open")),
    (["--by", "client"], lambda r, now: r["ended_by"] == "client"),
    (["--by", "server,none"], lambda r, now: r["ended_by"] in ("server", "none")),
    (["--cause", "close"], lambda r, now: r["cause"] == "close"),
    (["--cause", "close,unknown", "--by", "server"], lambda r, now: r["cause"] in ("close", "unknown") and r["ended_by"] == "server"),
    (["--forged"], lambda r, now: r["forged"] is True),
    (["--conn", "2"], lambda r, now: r["id"] == 2),
    (["--conn", "2-4,7"], lambda r, now: r["id"] in (2, 3, 4, 7)),
    (["--conn", "3", "--conn", "5-"], lambda r, now: r["id"] == 3 or r["id"] >= 5),
    (["--longer-than", "50ms"], lambda r, now: r["last"] - r["first"] > 0.05),
    (["--longer-than", "0.1"], lambda r, now: r["last"] - r["first"] > 0.1),
    (["--idle", "1ms"], lambda r, now: r["ending"] in ("open", "half-closed") and now - r["last"] >= 0.001),
    (["--ended", "fin", "--longer-than", "50ms"], lambda r, now: r["ending"] == "fin" and r["last"] - r["first"] > 0.05),
]


def all_together(folder):
    """One capture of many: those with microseconds and Ethernet, one behind the other in time."""
    rows, at = [], 1000
    for path in sorted(ENDINGS.glob("*.pcap")):
        if path.read_bytes()[:4] != b"\xd4\xc3\xb2\xa1" or path.read_bytes()[20] != 1:
            continue
        found = frames(path)
        shift = at - found[0][0]
        rows += [(seconds + shift, fraction, length, octets) for seconds, fraction, length, octets in found]
        at = rows[-1][0] + 30
    path = pathlib.Path(folder) / "all.pcap"
    path.write_bytes(pcap(rows))
    return path


def conditions(report, path):
    everything = records(path)
    now = max(record["last"] for record in everything)
    report.case("there are many connections to choose from", [] if len(everything) > 60 else [f"only {len(everything)}"])
    for options, chosen in CONDITIONS:
        wanted = [record["id"] for record in everything if chosen(record, now)]
        complaints = differs("numbers", [record["id"] for record in records(*options, path)], wanted)
        report.case(f"list {' '.join(options)} ({len(wanted)} of {len(everything)})", complaints)


def written(report, folder, path):
    """What -w holds is every frame of the chosen connections, as it was, in its order; under each command."""
    original = frames(path)
    for options in (["--conn", "2"], ["--ended", "reset"], ["--conn", "1,3-5", "--ended", "fin"]):
        chosen = {ends(record) for record in records(*options, path)}
        wanted = [frame for frame in original if ipv4_ends(frame[3]) in chosen]
        for command in ("list", "tell", "packets"):
            out = pathlib.Path(folder) / "out.pcap"
            got = tcptale(command, *options, "-w", out, path)
            complaints = differs("status", got.returncode, 0) + differs("standard error", got.stderr, b"")
            complaints += [] if frames(out) == wanted else [f"{len(frames(out))} frames, wanted {len(wanted)}, or not the same ones"]
            report.case(f"{command} {' '.join(options)} -w writes the {len(wanted)} frames of {len(chosen)}", complaints)
        out = pathlib.Path(folder) / "piped.pcap"
        tcptale("list", *options, "-w", out, "-", input=path.read_bytes())
        report.case(f"from a pipe {' '.join(options)} -w writes the same", [] if frames(out) == wanted else ["it does not"])


def errors_belong(report, folder):
    """An ICMP error that ended a connection is among its packets."""
    path, out = ENDINGS / "icmp-admin-v4.pcap", pathlib.Path(folder) / "icmp.pcap"
    tcptale("list", "--conn", "1", "-w", out, path)
    icmp = [frame for frame in frames(out) if frame[3][14 + 9] == 1]
    report.case("the ICMP error is written with the connection that it ended", [] if icmp else ["there is none"])


def in_pieces(octets):
    """An Ethernet frame with an IPv4 packet as two frames, each with a fragment."""
    ip, rest = bytearray(octets[14:34]), octets[34:14 + int.from_bytes(octets[16:18], "big")]
    pieces = []
    for at, more, part in ((0, 0x2000, rest[:40]), (5, 0, rest[40:])):
        ip[2:4] = (20 + len(part)).to_bytes(2, "big")
        ip[6:8] = (more | at).to_bytes(2, "big")
        pieces.append(octets[:14] + bytes(ip) + part)
    return pieces


def fragments_belong(report, folder):
    """Every piece of a segment is written with its connection, and no other's."""
    path, out = pathlib.Path(folder) / "pieces.pcap", pathlib.Path(folder) / "out.pcap"
    rows = []
    for seconds, fraction, length, octets in frames(ENDINGS / "crowd.pcap"):
        pieces = in_pieces(octets) if len(octets) > 150 and not octets[20] & 0x20 else [octets]
        rows += [(seconds, fraction, len(piece), piece) for piece in pieces]
    path.write_bytes(pcap(rows))
    tcptale("list", "--conn", "2", "-w", out, path)
    chosen = {ends(record) for record in records("--conn", "2", path)}
    wanted, takes = [], False
    for row in rows:
        if int.from_bytes(row[3][20:22], "big") & 0x1fff == 0:
            takes = ipv4_ends(row[3]) in chosen
        wanted += [row] if takes else []
    pieces = [row for row in wanted if int.from_bytes(row[3][20:22], "big") & 0x1fff]
    report.case(f"{len(pieces)} later fragments are written with their connection", ([] if pieces else ["there is none"]) + (
        [] if frames(out) == wanted else [f"{len(frames(out))} frames, wanted {len(wanted)}"]))


def formats(report, folder):
    path = ENDINGS / "crowd.pcap"
    out = pathlib.Path(folder) / "out.pcapng"
    tcptale("packets", "-w", out, path)
    report.case("-w by the name's ending: pcapng", differs("magic number", out.read_bytes()[:4], b"\x0a\x0d\x0d\x0a"))
    report.case("and what is written can be read again", differs(
        "lines", tcptale("packets", "-n", out).stdout, tcptale("packets", "-n", path).stdout))
    got = tcptale("packets", "-w", "-", path)
    report.case("-w - is standard output", differs("octets", got.stdout, path.read_bytes()))
    got = tcptale("packets", "-n", "-w", out, "--print", path)
    report.case("--print prints with -w", differs("lines", got.stdout, tcptale("packets", "-n", path).stdout))
    got = tcptale("packets", "-w", out, path, "port", "1")
    report.case("a file without packets is a file", differs("status", got.returncode, 0) + differs(
        "connections", tcptale("list", "--format", "json", out).stdout, b""))
    copy = pathlib.Path(folder) / "copy.pcap"
    copy.write_bytes(path.read_bytes())
    got = tcptale("list", "-w", copy, copy)
    complaints = differs("status", got.returncode, 1) + differs("the file", copy.read_bytes(), path.read_bytes())
    report.case("the capture that is read is not written over", complaints)


def main():
    report = Report()
    with scratch() as folder:
        conditions(report, all_together(folder))
        written(report, folder, ENDINGS / "crowd.pcap")
        errors_belong(report, folder)
        fragments_belong(report, folder)
        formats(report, folder)
    report.end()


main()
