#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""loss.py - real losses on the loopback of a network namespace of the test's own, against what the kernel counts; needs root and nft.

Runs itself again inside the namespace, where nothing else sends.  Packets are dropped behind the capture.
"""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

from cli import Report, TCPTALE, differs, environment, records, scratch, tcptale

INSIDE = "inside"
PORT = 9000
ROUNDS, OCTETS = 60, 20000
REASONS = {"fast", "sack", "recovery", "early", "time-out", "after-time-out", "tail-loss-probe"}


def nft(commands):
    return subprocess.run(["nft", commands], check=False, capture_output=True)


def counted():
    """What the kernel counts of all connections of the namespace."""
    found = {}
    for name in ("/proc/net/netstat", "/proc/net/snmp"):
        lines = [line.split() for line in pathlib.Path(name).read_text().splitlines()]
        for keys, values in zip(lines[::2], lines[1::2]):
            found.update(zip(keys[1:], map(int, values[1:])))
    return found


def converse():
    """One connection, in one thread: the reader reads what the writer has sent, so that losses are found by ACKs and by timers."""
    with socket.create_server(("127.0.0.1", PORT)) as server, socket.create_connection(("127.0.0.1", PORT)) as client:
        peer, _ = server.accept()
        for _ in range(ROUNDS):
            client.sendall(b"x" * OCTETS)
            wanted = OCTETS
            while wanted:
                wanted -= len(peer.recv(wanted))
        client.shutdown(socket.SHUT_WR)
        peer.recv(1)
        peer.close()
        client.recv(1)


def captured(path):
    """The conversation is in the capture; what the kernel counted meanwhile."""
    with subprocess.Popen([TCPTALE, "packets", "-i", "lo", "-w", path, "tcp"], stderr=subprocess.PIPE, env=environment(
            ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")) as process:
        process.stderr.readline()
        before = counted()
        converse()
        after = counted()
        time.sleep(1)  # the kernel hands on what it gathered
        process.send_signal(signal.SIGINT)
        process.wait(60)
    return {key: after[key] - before[key] for key in after if key in before}


def told(path):
    return [line for line in json.loads(tcptale("tell", "--format", "json", path).stdout)["story"] if line["part"] == "talked"]


def losing(report, folder):
    """Every 23rd segment of the client is dropped behind the capture."""
    path = pathlib.Path(folder) / "loss.pcap"
    rule = f"tcp dport {PORT} meta length gt 200 numgen inc mod 23 7 drop"
    made = nft("add table inet loss; add chain inet loss input { type filter hook input priority 0; }; add rule inet loss input " + rule)
    if made.returncode:
        report.skip("real losses", f"nft cannot drop here: {made.stderr.decode().splitlines()[0]}")
        return
    kernel = captured(path)
    client, lines = records(path)[0]["sent_by_client"], told(path)
    again = client["retransmitted_packets"]
    if client["bytes"] != ROUNDS * OCTETS:
        report.skip("real losses", "this machine is too busy to capture everything")
        return
    report.case("sent again as often as the kernel says",
                differs("retransmissions", again, kernel["RetransSegs"]) + ([] if again else ["nothing was sent again"]))
    report.case("what was lost had passed the capture",
                differs("said", [any(words in line["says"] for line in lines) for words in ("passed here: ", "not seen here")], [True, False]))
    reasons = {line["loss"] for line in lines if "loss" in line}
    report.case("the reasons are told", [] if REASONS & reasons else [f"told: {reasons}"])


def main():
    report = Report()
    if os.geteuid() != 0 or not all(shutil.which(name) for name in ("unshare", "ip", "nft")):
        report.skip("real losses", "needs root, unshare, ip and nft")
        report.end()
    if INSIDE not in sys.argv:
        inside = ["unshare", "-n", sys.executable, __file__, INSIDE]
        if subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode:
            report.skip("real losses", "no network namespace can be made here")
            report.end()
        os.execvp(inside[0], inside)
    subprocess.run(["ip", "link", "set", "lo", "mtu", "1500", "gso_max_segs", "1", "up"], check=True)
    with scratch() as folder:
        losing(report, folder)
    report.end()


main()
