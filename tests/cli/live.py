#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""live.py - live work on the loopback of a network namespace of the test's own; needs root.

Runs itself again inside the namespace, where nothing else sends.
"""
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys

from cli import Report, TCPTALE, differs, environment, frames, scratch, tcptale

INSIDE = "inside"


class Live:
    """The command at work on lo, from when it listens until a signal ends it."""

    def __init__(self, *arguments):
        # a process that has changed its user cannot be looked into by its own leak checker
        asan = os.environ.get("ASAN_OPTIONS", "")
        env = environment(ASAN_OPTIONS=asan + ":detect_leaks=0")
        self.process = subprocess.Popen([TCPTALE, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=env)
        self.first = self.process.stderr.readline()

    def end(self, number=signal.SIGINT):
        """Ends it: the rest of its output, standard error, status."""
        self.process.send_signal(number)
        # not communicate(), which does not know of what readline() has read ahead
        return self.process.stdout.read(), self.first + self.process.stderr.read(), self.process.wait(60)

    def status(self, name):
        path = pathlib.Path(f"/proc/{self.process.pid}/status")
        return next(line.split(":", 1)[1].split() for line in path.read_text().splitlines() if line.startswith(name + ":"))


def converse(port, octets=b"hello"):
    """A connection that opens, carries octets and closes well."""
    with socket.create_server(("127.0.0.1", port)) as server:
        with socket.create_connection(("127.0.0.1", port)) as client:
            peer, _ = server.accept()
            client.sendall(octets)
            client.shutdown(socket.SHUT_WR)
            while peer.recv(4096):
                pass
            peer.close()
            client.recv(1)


def refused(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port))


def until(stream, wanted):
    """Reads lines up to and with the first that has the wanted octets in it."""
    lines = []
    while not lines or (wanted not in lines[-1] and lines[-1]):
        lines.append(stream.readline())
    return lines


def listing(report):
    """Connections show while the capture runs, and the rest at its end."""
    live = Live("list", "-i", "lo", "--immediate-mode", "--format", "json", "tcp")
    converse(4001)
    refused(4002)
    converse(4003)
    lines = until(live.process.stdout, b'"port":4003}')
    report.case("list shows connections as they end, without a further packet", [] if lines[-1] else ["it did not"])
    out, err, status = live.end()
    found = {record["server"]["port"]: record["ending"] for record in map(json.loads, lines + out.splitlines())}
    report.case("list ended by SIGINT: status 0", differs("status", status, 0))
    report.case("it lists the connections", differs("endings", found, {4001: "fin", 4002: "refused", 4003: "fin"}))
    report.case("with a summary on standard error, beside JSON", [] if err.count(b"\n") > 2 else [f"says {err!r}"])
    report.case("and says where it listens", [] if err.startswith(b"listening on lo") else [f"says {err[:80]!r}"])


def telling(report):
    live = Live("tell", "-i", "lo", "--immediate-mode", "-n")
    converse(4011, b"a story")
    lines = until(live.process.stdout, b"4011")
    with socket.create_server(("127.0.0.1", 4012)) as server, socket.create_connection(("127.0.0.1", 4012)):
        server.accept()[0].close()
        out, err, status = live.end(signal.SIGTERM)
    report.case("tell ended by SIGTERM: status 0", differs("status", status, 0) + differs("standard error", err.count(b"\n"), 1))
    report.case("it tells as connections end", [] if b"4011" in lines[-1] else ["it did not"])
    report.case("with a summary behind", [] if b"\n\ncapture  lo\n" in out else [f"{out!r}"])


def printing(report, folder):
    """Lines at once with -l, and -w beside."""
    path = pathlib.Path(folder) / "live.pcap"
    live = Live("packets", "-i", "lo", "--immediate-mode", "-ln", "--print", "-U", "-w", path, "tcp", "port", "4021")
    os.chmod(folder, 0o755)
    converse(4021, b"x" * 300)
    lines = until(live.process.stdout, b"Flags [F.]")
    out, err, status = live.end()
    lines = [line for line in lines + out.splitlines(True) if line]
    report.case("packets ended by SIGINT: status 0", differs("status", status, 0))
    report.case("it prints and writes the same packets", differs("lines", len(lines), len(frames(path))) if status == 0 else ["it failed"])
    report.case("what is written is what is printed", differs("lines", b"".join(lines), tcptale("packets", "-n", path).stdout))
    report.case("and says how many there were", [] if f"{len(lines)} packets captured".encode() in err else [f"says {err!r}"])


def writing(report, folder):
    """Without a choice, what list and tell show is written as it comes."""
    for command in ("list", "tell"):
        path = pathlib.Path(folder) / f"{command}.pcap"
        live = Live(command, "-i", "lo", "--immediate-mode", "--format", "json", "-w", path)
        converse(4041)
        until(live.process.stdout, b'"port":4041}')
        _, err, status = live.end()
        report.case(f"{command} -w, live: status 0", differs("status", status, 0) + ([] if status == 0 else [repr(err)]))
        got = tcptale("list", "--format", "json", path).stdout.splitlines()
        report.case("and the connection is written", differs("ports", [json.loads(line)["server"]["port"] for line in got], [4041]))


def choosing(report, folder):
    """Live connections chosen by their ending are written whole when all is over."""
    path = pathlib.Path(folder) / "chosen.pcap"
    live = Live("list", "-i", "lo", "--immediate-mode", "--format", "json", "--ended", "refused", "-w", path)
    converse(4031)
    refused(4032)
    converse(4033)
    lines = until(live.process.stdout, b'"port":4032}')
    out, err, status = live.end()
    report.case("list --ended refused -w, live: status 0", differs("status", status, 0) + ([] if status == 0 else [repr(err)]))
    report.case("it lists only what is chosen", differs("lines", len(lines) + out.count(b"\n"), 1))
    got = tcptale("list", "--format", "json", path).stdout.splitlines()
    report.case("and writes only that, whole", differs("endings", [
        (json.loads(line)["server"]["port"], json.loads(line)["ending"]) for line in got], [(4032, "refused")]))


def rights(report):
    for options, user in (([], ("tcpdump", "nobody")), (["-Z", "daemon"], ("daemon",)), (["-Z", "root"], ("root",))):
        live = Live("packets", "-i", "lo", *options)
        uids, effective, permitted = live.status("Uid"), live.status("CapEff"), live.status("CapPrm")
        _, err, status = live.end()
        names = {pwd.getpwuid(int(uid)).pw_name for uid in uids}
        complaints = differs("status", status, 0) + ([] if names <= set(user) and len(names) == 1 else [f"it is {names}; {err!r}"])
        report.case(f"live, with {' '.join(options) or 'no -Z'}, root becomes {' or '.join(user)}", complaints)
        report.case("and has no capability", differs("effective", int(effective[0], 16), 0) + differs("permitted", int(permitted[0], 16), 0))
    got = tcptale("packets", "-i", "lo", "-Z", "no-such-user")
    report.case("a user that is not there", differs("status", got.returncode, 1) +
                ([] if b"no-such-user" in got.stderr else [f"says {got.stderr!r}"]))


def refusing(report):
    got = tcptale("list", "-i", "no-such-if")
    report.case("an interface that is not there", differs("status", got.returncode, 1) + differs("lines", got.stderr.count(b"\n"), 1))
    got = tcptale("list", "-i", "lo", "prot", "80")
    report.case("a filter that makes no sense", differs("status", got.returncode, 1) +
                ([] if b"filter" in got.stderr else [f"says {got.stderr!r}"]))


def main():
    report = Report()
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        report.skip("live work", "needs root, unshare and ip")
        report.end()
    if INSIDE not in sys.argv:
        inside = ["unshare", "-n", sys.executable, __file__, INSIDE]
        trial = subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True)
        if trial.returncode:
            report.skip("live work", "no network namespace can be made here")
            report.end()
        os.execvp(inside[0], inside)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    listing(report)
    telling(report)
    with scratch() as folder:
        printing(report, folder)
        writing(report, folder)
        choosing(report, folder)
    rights(report)
    refusing(report)
    report.end()


main()
