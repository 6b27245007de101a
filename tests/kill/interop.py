#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""interop.py - cuts of connections between real kernels: client, bridge and server, each a network namespace of the test's own.

The cutter sits on the bridge, knows neither end's sockets, and must say truthfully what became of both.  Needs root.
"""
import contextlib
import ctypes
import errno
import fcntl
import json
import os
import pathlib
import select
import shutil
import socket
import struct
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lint"))
from tap import Report  # noqa: E402  (the folder has to be known first)

CUTTER = os.environ.get("TT_CUTTER", "")
NAME = f"tt{os.getpid()}"
SPACES = {who: f"{NAME}{who}" for who in "cbs"}
ADDRESSES = {4: {"c": "10.77.0.1", "s": "10.77.0.2"}, 6: {"c": "fd77::1", "s": "fd77::2"}, 7: {"c": "10.77.7.1", "s": "10.77.7.2"}}
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
TCP_REPAIR = 19


def command(*words, **more):
    return subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True, **more).stdout


def within(who, *words, **more):
    return command("ip", "netns", "exec", SPACES[who], *words, **more)


def enter(path):
    with open(path, "rb") as space:
        if LIBC.setns(space.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(who):
    """What is opened here belongs to that namespace."""
    enter(f"/run/netns/{SPACES[who]}")
    try:
        yield
    finally:
        enter(HOME)


HOME = f"/proc/self/fd/{os.open('/proc/self/ns/net', os.O_RDONLY)}"


def build():
    for space in SPACES.values():
        command("ip", "netns", "add", space)
    for who in "cs":
        command("ip", "-n", SPACES["b"], "link", "add", f"to{who}", "type", "veth", "peer", "name", "eth", "netns", SPACES[who])
    command("ip", "-n", SPACES["b"], "link", "add", "bridge", "type", "bridge", "mcast_snooping", "0")
    for device in ("toc", "tos"):
        command("ip", "-n", SPACES["b"], "link", "set", device, "master", "bridge", "up")
    command("ip", "-n", SPACES["b"], "link", "set", "bridge", "up")
    for who in "cs":
        space = SPACES[who]
        command("ip", "-n", space, "link", "set", "eth", "up")
        command("ip", "-n", space, "addr", "add", ADDRESSES[4][who] + "/24", "dev", "eth")
        command("ip", "-n", space, "addr", "add", ADDRESSES[6][who] + "/64", "dev", "eth", "nodad")


TAG = bytes.fromhex("81000007")
TUNSETIFF = 0x400454ca
IFF_TAP_NO_PI = 0x1002


def tap_device(who, name):
    """A device of the namespace whose frames are read and written here."""
    with inside(who):
        tap = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_NO_PI))
    command("ip", "-n", SPACES[who], "link", "set", name, "up")
    return tap


def retag(plain, tagged):
    """Puts the tag on what comes from one side, and takes it from what comes from the other, as a VLAN device does."""
    while True:
        for source in select.select([plain, tagged], [], [])[0]:
            frame = os.read(source, 65536)
            if source == plain:
                os.write(tagged, frame[:12] + TAG + frame[12:])
            elif frame[12:16] == TAG:
                os.write(plain, frame[:12] + frame[16:])


def build_vlan():
    """Ends that know of no tags, behind devices that put them on; not every kernel has VLAN devices."""
    if not os.path.exists("/dev/net/tun"):
        return False
    for who in "cs":
        taps = tap_device(who, "tag"), tap_device("b", f"tag{who}")
        command("ip", "-n", SPACES["b"], "link", "set", f"tag{who}", "master", "bridge")
        command("ip", "-n", SPACES[who], "addr", "add", ADDRESSES[7][who] + "/24", "dev", "tag")
        threading.Thread(target=retag, args=taps, daemon=True).start()
    return True


def tear_down():
    for space in SPACES.values():
        subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)


def hardware(who, device):
    link = json.loads(command("ip", "-n", SPACES[who], "-j", "link", "show", device))
    return link[0]["address"].replace(":", "")


def listener(net):
    family = socket.AF_INET6 if net == 6 else socket.AF_INET
    with inside("s"):
        server = socket.socket(family)
    server.bind((ADDRESSES[net]["s"], 0))
    server.listen(8)
    return server


def caller(net):
    with inside("c"):
        client = socket.socket(socket.AF_INET6 if net == 6 else socket.AF_INET)
    client.bind((ADDRESSES[net]["c"], 0))
    return client


def connected(net):
    """A connection that has carried octets both ways, and its listener."""
    server, client = listener(net), caller(net)
    client.connect(server.getsockname())
    peer, _ = server.accept()
    for one, other in ((client, peer), (peer, client)):
        one.sendall(b"hello")
        other.recv(5)
    return client, peer, server


class Cutter:
    """At work from when it says so."""

    def __init__(self, net, client, server, *modes, seconds=15):
        tag = "81000007" if net == 7 else ""
        kind = tag + ("86dd" if net == 6 else "0800")
        device, ports = ("tag", ("tagc", "tags")) if net == 7 else ("eth", ("toc", "tos"))
        macs = hardware("c", device), hardware("s", device)
        frames = macs[0] + macs[1] + kind, macs[1] + macs[0] + kind
        words = ["ip", "netns", "exec", SPACES["b"], CUTTER, seconds, *modes, *ports, *frames, *client[:2], *server[:2]]
        asan = os.environ.get("ASAN_OPTIONS", "")
        env = os.environ | {"ASAN_OPTIONS": asan + ":detect_leaks=0"}
        self.process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, text=True, env=env)
        self.process.stdout.readline()

    def end(self):
        out = self.process.stdout.read()
        return json.loads(out) if self.process.wait() == 0 else {"fates": ["none", "none"], "done": False}


def state(sock):
    """dead: the kernel said that it was reset; alive: it has said nothing."""
    readable, _, _ = select.select([sock], [], [], 0.05)
    if not readable:
        return "alive"
    try:
        sock.setblocking(False)
        while sock.recv(1 << 20):
            pass
        return "closed"
    except BlockingIOError:
        return "alive"
    except OSError as error:
        return "dead" if error.errno in (errno.ECONNRESET, errno.ECONNREFUSED, errno.EPIPE) else f"error {error}"


def judged(report, name, got, wanted, sockets=()):
    """One case: both fates as wanted, and each socket in the state that was claimed; the figures are no part of it."""
    complaints = [] if got["fates"] == wanted and got["done"] else [f"says {got}, wanted {wanted}"]
    complaints += [f"{sock} is {state(sock)}, wanted {want}" for sock, want in sockets if state_once(sock) != want]
    report.case(name, complaints)
    print(f"# {name}: {got.get('probes')} probes, {got.get('resets')} resets, {got.get('proofs')} proofs; "
          f"last reset {got.get('reset_ms')} ms, settled {got.get('proved_ms')} ms")


STATES = {}


def state_once(sock):
    """The kernel tells an error once."""
    if sock not in STATES:
        STATES[sock] = state(sock)
    return STATES[sock]


def idle(report, name, net, *modes, count=5, most=6):
    """The worst of some; `most`: packets of ours."""
    worst = None
    for _ in range(count):
        client, peer, server = connected(net)
        got = Cutter(net, client.getsockname(), peer.getsockname(), *modes).end()
        states = [state_once(client), state_once(peer)]
        if worst is None or got["fates"] != ["dead", "dead"] or states != ["dead", "dead"] or got["proved_ms"] > worst[0]["proved_ms"]:
            worst = got, states
        for sock in (client, peer, server):
            sock.close()
        if got["fates"] != ["dead", "dead"] or states != ["dead", "dead"]:
            break
    judged(report, f"{name}, worst of {count}", worst[0], ["dead", "dead"])
    report.case(f"{name}: both sockets were reset", [] if worst[1] == ["dead", "dead"] else [f"{worst[1]}"])
    sent = sum(worst[0].get(kind, 99) for kind in ("probes", "resets", "proofs"))
    report.case(f"{name}: at most {most} packets", [] if sent <= most else [f"{sent}"])


def chat(report, net):
    """The first packet that goes by is enough: no probe."""
    client, peer, _ = connected(net)
    cutter = Cutter(net, client.getsockname(), peer.getsockname(), "seen")
    client.sendall(b"anybody?")
    got = cutter.end()
    judged(report, f"a chat over {net}", got, ["dead", "dead"], [(client, "dead")])
    report.case(f"a chat over {net}: without a probe", differs(got.get("probes"), 0))


def differs(got, wanted):
    return [] if got == wanted else [f"{got}, wanted {wanted}"]


def pump(sock, stop):
    """Sends and receives as fast as it goes."""
    sock.setblocking(False)
    block = b"x" * (1 << 16)
    with contextlib.suppress(OSError):
        while not stop.is_set():
            reads, writes, _ = select.select([sock], [sock], [], 0.1)
            if reads and not sock.recv(1 << 18):
                return
            if writes:
                sock.send(block)


def busy(report, net, count=5):
    for n in range(count):
        client, peer, server = connected(net)
        stop = threading.Event()
        threads = [threading.Thread(target=pump, args=(sock, stop)) for sock in (client, peer)]
        for thread in threads:
            thread.start()
        got = Cutter(net, client.getsockname(), peer.getsockname()).end()
        for thread in threads:
            thread.join(2)
        ended = not any(thread.is_alive() for thread in threads)
        stop.set()
        judged(report, f"busy both ways over {net}, {n + 1}", got, ["dead", "dead"])
        report.case(f"busy both ways over {net}, {n + 1}: both sockets ended", [] if ended else ["one goes on"])
        for sock in (client, peer, server):
            sock.close()


def half_open(report):
    for vanishes in (0, 1):
        client, peer, server = connected(4)
        ends = [client.getsockname(), peer.getsockname()]
        gone, stays = (client, peer) if vanishes == 0 else (peer, client)
        gone.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        gone.close()
        got = Cutter(4, *ends).end()
        judged(report, f"half open, the {'client' if vanishes == 0 else 'server'} vanished", got, ["dead", "dead"], [(stays, "dead")])


def nobody(report):
    ends = (ADDRESSES[4]["c"], 4000), (ADDRESSES[4]["s"], 5000)
    judged(report, "nobody has it: its refusal may be an opening's", Cutter(4, *ends).end(), ["unknown", "unknown"])
    judged(report, "nobody has it any more", Cutter(4, *ends, "opened").end(), ["dead", "dead"])


def opening(report):
    """A SYN that nobody answers; a SYN-ACK that does not arrive."""
    chain = "add table inet t; add chain inet t in { type filter hook input priority 0; }; add rule inet t in "
    within("s", "nft", chain + "tcp dport 81 drop")
    client = caller(4)
    client.setblocking(False)
    cutter = Cutter(4, client.getsockname(), (ADDRESSES[4]["s"], 81), "seen")
    client.connect_ex((ADDRESSES[4]["s"], 81))
    judged(report, "SYN-SENT", cutter.end(), ["dead", "unknown"], [(client, "dead")])
    within("s", "nft", "flush ruleset")

    within("c", "nft", chain + "tcp flags & (syn|ack) == syn|ack drop")
    server, client = listener(4), caller(4)
    client.setblocking(False)
    cutter = Cutter(4, client.getsockname(), server.getsockname(), "seen")
    client.connect_ex(server.getsockname())
    judged(report, "SYN-SENT and SYN-RECEIVED", cutter.end(), ["dead", "dead"], [(client, "dead")])
    left = within("s", "ss", "-Htn", "state", "syn-recv")
    report.case("no SYN-RECEIVED is left", [left] if left.strip() else [])
    within("c", "nft", "flush ruleset")


def closing(report):
    """One end has closed: FIN-WAIT-2 and CLOSE-WAIT."""
    client, peer, _ = connected(4)
    client.shutdown(socket.SHUT_WR)
    judged(report, "FIN-WAIT-2 and CLOSE-WAIT", Cutter(4, client.getsockname(), peer.getsockname()).end(), ["dead", "dead"])
    left = within("c", "ss", "-Htna", "sport", "=", str(client.getsockname()[1])) if client.fileno() >= 0 else ""
    report.case("nothing of it is left", [left] if left.strip() else [])
    client, peer, _ = connected(4)
    ends = client.getsockname(), peer.getsockname()
    client.close()
    peer.recv(1)
    peer.close()
    judged(report, "TIME-WAIT, and nobody", Cutter(4, *ends).end(), ["dead", "dead"])
    left = within("c", "ss", "-Htna", "sport", "=", str(ends[0][1]))
    report.case("no TIME-WAIT is left", [left] if left.strip() else [])


def zero_window(report):
    client, peer, _ = connected(4)
    client.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            client.send(b"x" * 65536)
    got = Cutter(4, client.getsockname(), peer.getsockname()).end()
    judged(report, "zero window", got, ["dead", "dead"])


def spared(report):
    client, peer, _ = connected(4)
    got = Cutter(4, client.getsockname(), peer.getsockname(), "spare").end()
    judged(report, "spared: asked, and alive", got, ["alive", "alive"], [(client, "alive"), (peer, "alive")])
    client.setblocking(True)
    peer.setblocking(True)
    client.sendall(b"still")
    report.case("and its data still arrives", [] if peer.recv(5) == b"still" else ["it does not"])


def firewalls(report):
    rules = "add table inet t; " + "; ".join(
        f"add chain inet t {hook} {{ type filter hook {hook} priority 0; }}; add rule inet t {hook} ct state invalid drop"
        for hook in ("input", "output"))
    for who in "cs":
        within(who, "nft", rules)
    # without any numbers, the quarters of the number spaces are tried: four probes to each end at worst
    idle(report, "ct state invalid drop on both hosts", 4, "opened", count=3, most=12)
    for who in "cs":
        within(who, "nft", "flush ruleset")


def main():
    report = Report()
    if os.geteuid() != 0 or not all(map(shutil.which, ("ip", "nft", "ss"))):
        report.skip("cuts between real kernels", "needs root, ip, nft and ss")
        report.end()
    try:
        build()
        idle(report, "idle, IPv4", 4)
        idle(report, "idle, IPv6", 6)
        if build_vlan():
            idle(report, "idle, behind a VLAN tag", 7)
            chat(report, 7)
        else:
            report.skip("idle, behind a VLAN tag", "no /dev/net/tun")
        for who in "cs":
            within(who, "sysctl", "-qw", "net.ipv4.tcp_timestamps=0")
        idle(report, "idle, without timestamps", 4)
        for who in "cs":
            within(who, "sysctl", "-qw", "net.ipv4.tcp_timestamps=1")
        chat(report, 4)
        chat(report, 6)
        busy(report, 4)
        busy(report, 6, 2)
        half_open(report)
        nobody(report)
        closing(report)
        zero_window(report)
        spared(report)
        opening(report)
        firewalls(report)
    finally:
        tear_down()
    report.end()


if __name__ == "__main__":
    main()
