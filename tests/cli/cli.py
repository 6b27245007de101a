# SPDX-License-Identifier: BSD-2-Clause
"""cli.py - what the tests of the command share: running it, reading and making captures, TAP."""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["TT_SOURCE"])
TCPTALE = os.environ["TCPTALE"]
CAPTURES = SOURCE / "captures"

sys.path.insert(0, str(SOURCE / "tests" / "lint"))
from tap import Report  # noqa: E402  (the folder has to be known first)

__all__ = ["Report", "SOURCE", "TCPTALE", "CAPTURES", "environment", "tcptale", "records", "frames", "pcap", "differs", "scratch"]


def environment(**more):
    """The tests' own: UTF-8, UTC, no colour asked for or forbidden, and what is given besides."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("LC_", "LANG")) and name not in ("NO_COLOR", "COLUMNS", "TZ", "TMPDIR")}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm"} | more


def tcptale(*arguments, env=None, **more):
    """Runs the command; octets in and out."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "check": False, "timeout": 120} | more
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([TCPTALE, *map(str, arguments)], env=environment(**(env or {})), **options)


def records(*arguments, **more):
    """What `list --format json` says, an object a connection."""
    return [json.loads(line) for line in tcptale("list", "--format", "json", *arguments, **more).stdout.splitlines()]


def frames(path):
    """The frames of a little-endian pcap file: (seconds, micro- or nanoseconds, octets on the wire, octets)."""
    octets = pathlib.Path(path).read_bytes()
    assert struct.unpack_from("<I", octets)[0] in (0xa1b2c3d4, 0xa1b23c4d)
    found, at = [], 24
    while at < len(octets):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", octets, at)
        found.append((seconds, fraction, length, octets[at + 16:at + 16 + captured]))
        at += 16 + captured
    return found


def pcap(rows, link=1):
    """A pcap file of (seconds, microseconds, length, octets) rows."""
    head = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, link)
    return head + b"".join(struct.pack("<IIII", s, us, len(o), length) + o for s, us, length, o in rows)


def differs(what, got, wanted):
    """A complaint when the two are not the same."""
    if got == wanted:
        return []
    return [f"{what}: got {got!r:.300}, wanted {wanted!r:.300}"]


def scratch():
    return tempfile.TemporaryDirectory(prefix="tcptale-test.")
