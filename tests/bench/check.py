#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""check.py GENERATOR TCPTALE - what bench_generate writes: the same for the same seed, sound, and of the kind that it should be."""
import collections
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lint"))
import tap  # noqa: E402

# Of one per cent: connections, hosts at least, whether bulk data is lost.
KINDS = {"http": (1696, 190, False), "bulk": (8, 10, True), "hosts": (480, 500, False), "pair": (480, 2, False), "crowd": (992, 500, False)}


def generate(kind, path, seed=1):
    subprocess.run([sys.argv[1], kind, path, "1", str(seed)], check=True, stdout=subprocess.DEVNULL)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tcptale(*words):
    return subprocess.run([sys.argv[2], *words], check=True, capture_output=True, text=True).stdout.splitlines()


def complaints(kind, path):
    connections, hosts, lossy = KINDS[kind]
    records = [json.loads(line) for line in tcptale("list", "--format", "json", str(path))]
    seen = {record[end]["addr"] for record in records for end in ("client", "server")}
    endings = collections.Counter(record["ending"] for record in records)
    again = sum(record["sent_by_server"]["retransmitted_packets"] for record in records)
    if len(records) != connections:
        yield f"{len(records)} connections, not {connections}"
    if len(seen) < hosts:
        yield f"{len(seen)} hosts, fewer than {hosts}"
    if set(endings) - {"fin", "reset"} or not endings["fin"]:
        yield f"they end in other ways: {dict(endings)}"
    if (again > 0) != lossy:
        yield f"{again} segments sent again"
    if any(record["opening"] != "handshake" for record in records):
        yield "not all begin with a handshake"
    yield from [line for line in tcptale("packets", "-nn", "-v", str(path)) if "incorrect" in line or "bad cksum" in line][:3]


def main():
    report = tap.Report()
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = pathlib.Path(folder) / kind
            first, other, again = generate(kind, path), generate(kind, path, 2), generate(kind, path)
            report.case(f"{kind}: the same seed gives the same octets, another gives others",
                        [] if first == again != other else [f"{first} {again} {other}"])
            report.case(f"{kind}: sound and of its kind", complaints(kind, path))
    report.end()


main()
