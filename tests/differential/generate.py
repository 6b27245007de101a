#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""
generate.py DIRECTORY - captures with every link type, every option, every damage that a line can show.

Always the same octets, so that a difference found can be looked at again.
"""
import pathlib
import random
import struct
import sys

import frames
from frames import ACK, AH, CLIENT4, CLIENT6, CWR, DESTINATION, ECE, FIN, FRAGMENT, HOP_BY_HOP, PSH, ROUTING, RST, SERVER4, SERVER6, \
    SYN, TCP, URG, Capture, ethernet, extension, ip4, ip6, packet4, packet6, reply4, tcp

SYN_OPTIONS = bytes.fromhex("020405b40402080a1fe42ce5000000000103 0307".replace(" ", ""))
ACK_OPTIONS = bytes.fromhex("0101080a1fe42ce5ce02fdb8")
SACK_OPTIONS = bytes.fromhex("01010512000003e9000007d100000bb900000fa1")
RICH4 = packet4(flags=SYN | ACK, ack=77, options=SYN_OPTIONS, payload=b"hello", tos=0x12)
RICH6 = packet6(flags=PSH | ACK, ack=77, options=SACK_OPTIONS, payload=b"hello")


# ---- link types ------------------------------------------------------------------------------------------------------------

def ethernet_payloads():
    """What stands behind the two hardware addresses."""
    for packet, kind in ((RICH4, 0x0800), (RICH6, 0x86DD)):
        plain = struct.pack("!H", kind) + packet
        yield plain
        for outer in (0x8100, 0x88A8, 0x9100, 0x9200):
            yield struct.pack("!HH", outer, 0x6005) + plain
            yield struct.pack("!HHHH", outer, 0x1001, 0x8100, 0xE002) + plain
            yield struct.pack("!HH", outer, 7)[:3]
        for labels in ((0x00010140,), (0x00010040, 0x00020140), (0x00000140,), (0x00002140,), (0x00003140,), (0x0000F0FF, 0x0001F1FF)):
            yield struct.pack(f"!H{len(labels)}I", 0x8847, *labels) + packet
        yield struct.pack("!HI", 0x8848, 0x000101FF) + packet
        ppp = 0x0021 if kind == 0x0800 else 0x0057
        for session, more in ((0x1234, 0), (0, 0), (1, 9), (1, -9)):
            yield struct.pack("!HBBHHH", 0x8864, 0x11, 0, session, len(packet) + 2 + more, ppp) + packet
        yield struct.pack("!HBBHHB", 0x8864, 0x11, 0, 1, len(packet) + 1, ppp) + packet
        yield struct.pack("!HBBHHHH", 0x8864, 0x23, 0, 1, len(packet) + 4, 0xFF03, ppp) + packet
        yield struct.pack("!HBBHHH", 0x8863, 0x11, 0, 1, len(packet) + 2, ppp) + packet
        yield struct.pack("!HH", 0x880B, ppp) + packet
        yield struct.pack("!HHI", 0x880B, 0x0281, 0x00010140) + packet
        snap = bytes.fromhex("aaaa03000000") + struct.pack("!H", kind) + packet
        yield struct.pack("!H", len(snap)) + snap
        yield struct.pack("!H", len(snap) - 3) + snap
        yield struct.pack("!H", len(snap) + 3) + snap
        yield struct.pack("!H", 0x8870) + snap
        yield struct.pack("!HHH", 0x8100, 5, len(snap)) + snap
        group = bytes.fromhex("abab030000f8") + struct.pack("!H", kind) + packet
        yield struct.pack("!H", len(group)) + group
        for pid in (1, 7):
            bridged = bytes.fromhex("aaaa030080c2") + struct.pack("!HH", pid, 0) + ethernet(packet)
            yield struct.pack("!H", len(bridged)) + bridged
    llc = bytes.fromhex("060603") + RICH4
    yield struct.pack("!H", len(llc)) + llc
    yield struct.pack("!H", 0x86DD) + RICH4
    yield struct.pack("!H", 0x0800) + RICH6


def links(folder):
    capture = Capture(folder / "link-ethernet.pcap")
    for octets in ethernet_payloads():
        for macs in (frames.MACS, b"\xff" * 6 + bytes.fromhex("001018aabbcc")):
            capture.put(macs + octets)
    capture.put(ethernet(RICH4) + b"padding")
    capture.close()

    sll, sll2 = Capture(folder / "link-sll.pcap", 113), Capture(folder / "link-sll2.pcap", 276)
    for packet, kind in ((RICH4, 0x0800), (RICH6, 0x86DD)):
        snap = bytes.fromhex("aaaa03000000") + struct.pack("!H", kind) + packet
        for direction in range(6):
            for octets in (6, 0, 8):
                for protocol, rest in ((kind, packet), (0x8100, struct.pack("!HH", 0x3005, kind) + packet), (4, snap),
                                       (0x8100, struct.pack("!HH", 5, 4) + snap), (0x8847, struct.pack("!I", 0x101FF) + packet)):
                    address = bytes.fromhex("5254000a0b0c0000")
                    sll.put(struct.pack("!HHH", direction, 1, octets) + address + struct.pack("!H", protocol) + rest)
                    sll2.put(struct.pack("!HHIHBB", protocol, 0, 0x7FFFFFF0, 1, direction, octets) + address + rest)
    sll.close()
    sll2.close()

    for link, name, order in ((0, "null", "<"), (0, "null-big", ">"), (108, "loop", ">")):
        capture = Capture(folder / f"link-{name}.pcap", link, order=order)
        for family, packet in ((2, RICH4), (24, RICH6), (28, RICH6), (30, RICH6), (2, RICH6), (30, RICH4), (7, RICH4)):
            capture.put(struct.pack(order + "I", family) + packet)
        capture.close()
    for link in (12, 101, 228, 229):
        capture = Capture(folder / f"link-raw-{link}.pcap", link)
        for packet in (RICH4, RICH6):
            capture.put(packet)
        capture.close()
    for link in (9, 50):
        capture = Capture(folder / f"link-ppp-{link}.pcap", link)
        for head, packet in (("ff030021", RICH4), ("ff030057", RICH6), ("0021", RICH4), ("21", RICH4), ("57", RICH6), ("ff0321", RICH4),
                             ("00030021", RICH4), ("01030057", RICH6), ("ff03002f", RICH4), ("ff03028100010140", RICH4)):
            if link == 9 or head.startswith("ff03"):
                capture.put(bytes.fromhex(head) + packet)
        capture.close()
    capture = Capture(folder / "link-chdlc.pcap", 104)
    for address in (0x0F, 0x8F, 0x10):
        capture.put(struct.pack("!BBH", address, 0, 0x0800) + RICH4)
        capture.put(struct.pack("!BBH", address, 0, 0x86DD) + RICH6)
        capture.put(struct.pack("!BBHI", address, 0, 0x8847, 0x101FF) + RICH4)
    capture.close()
    capture = Capture(folder / "link-pppoe.pcap", 51)
    capture.put(struct.pack("!BBHHH", 0x11, 0, 9, len(RICH4) + 2, 0x21) + RICH4)
    capture.put(struct.pack("!BBHHH", 0x11, 0, 9, len(RICH6) + 2, 0x57) + RICH6)
    capture.close()


# ---- TCP options -----------------------------------------------------------------------------------------------------------

def option(kind, value, length=None):
    return bytes([kind, len(value) + 2 if length is None else length]) + value


def options(folder):
    capture = Capture(folder / "options.pcap")
    values = bytes(range(1, 39))

    def put(octets, flags=ACK, **fields):
        capture.put(ethernet(packet4(flags=flags, options=octets[:40], **fields)))

    for kind in list(range(0, 36)) + [69, 172, 174, 253, 254, 255]:
        for n in (0, 1, 2, 3, 4, 6, 8, 10, 16, 18, 22, 26, 34):
            put(option(kind, values[:n]))
            put(b"\1\1" + option(kind, values[:n]) + b"\1")
        for length in (0, 1, 2, 5, 9, 40, 41, 255):
            put(option(kind, values[:10], length) + b"\1\0")
        put(b"\1\1\1" + bytes([kind]))
    for n in range(0, 20):
        put(option(254, bytes.fromhex("f989") + values[:n]))
        put(option(34, values[:n]), SYN)
    for magic in ("0000", "e2d4"):
        put(option(254, bytes.fromhex(magic)))
    put(option(28, bytes.fromhex("8005")) + option(28, bytes.fromhex("0004")))
    put(SYN_OPTIONS, SYN)
    put(SACK_OPTIONS, ACK)
    put(b"\0\1\1\1", ACK, payload=b"x")
    capture.close()

    capture = Capture(folder / "options-mptcp.pcap")
    for flags in (SYN, SYN | ACK, ACK, FIN | ACK, RST):
        for subtype in range(16):
            for low in (0, 1, 4, 6):
                for n in range(0, 30):
                    body = bytes([subtype << 4 | low]) + values[:n]
                    put(option(30, body), flags)
        for dss in range(32):
            for n in (0, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28):
                put(option(30, bytes([0x20, dss]) + values[:n]), flags)
    capture.close()


# ---- IP --------------------------------------------------------------------------------------------------------------------

def ip4_headers(folder):
    capture = Capture(folder / "ip4.pcap")
    segment = tcp(CLIENT4, SERVER4, flags=PSH | ACK, ack=5, payload=b"payload")

    def put(**fields):
        capture.put(ethernet(ip4(segment, **fields)))

    for tos in range(0, 256, 5):
        put(tos=tos, ttl=tos)
    for fragment in range(8):
        put(fragment=fragment << 13)
        put(fragment=fragment << 13 | 185, ident=0xFFFF)
    for version in range(16):
        put(version=version)
        put(words=version)
    for length in (0, 1, 19, 20, 23, 39, 40, 46, 47, 48, 60, 1500, 65535):
        put(length=length)
    put(wrong=1)
    put(wrong=0x1234)
    put(protocol=17)
    capture.close()

    capture = Capture(folder / "ip4-options.pcap")
    routes = b"".join(bytes([192, 0, 2, i]) for i in range(9))
    stamps = b"".join(struct.pack("!I", 1000 * i) for i in range(9))
    for kind in (7, 131, 137, 68, 82, 130, 133, 148, 222):
        for n in (0, 1, 2, 3, 5, 7, 9, 11, 15, 23, 37):
            for pointer in (0, 1, 4, 5, 8, 9, 12, 13, 40):
                body = bytes([pointer]) + (bytes([0x20 | n % 4]) + stamps if kind == 68 else routes)
                put(options=(b"\1" + option(kind, body[:n]) + b"\1\0")[:40])
        for length in (0, 1, 2, 3, 41, 255):
            put(options=option(kind, routes[:7], length))
    for kind in range(16):
        put(options=option(68, bytes([5, kind]) + stamps[:16]))
    capture.put_cuts(ethernet(ip4(segment, options=option(7, b"\4" + routes[:11]) + option(68, b"\x09\x01" + stamps[:16]))))
    capture.put_cuts(ethernet(ip4(segment, options=b"\1" + option(131, b"\4" + routes[:8]) + b"\0")))
    capture.close()


def ip6_chains():
    """Next header and octets of chains of extension headers in front of a segment."""
    segment = tcp(CLIENT6, SERVER6, flags=PSH | ACK, ack=5, payload=b"payload", options=ACK_OPTIONS)
    address = frames.packed(SERVER6)
    for kind in (HOP_BY_HOP, DESTINATION):
        for body in (b"\1\4\0\0\0\0", b"\0\0\0\0\0\0", b"\5\2\0\0\1\0", b"\5\3\0\0\0\0", b"\5\2\0\0\5\2", b"\xc2\4\0\1\0\0", b"\xc2\4\0\0\0\1",
                     b"\xc2\5\0\0\0\0", b"\xc9\x10" + address + b"\1\2\0\0", b"\xc9\x16" + address + b"\0\1\2\0\0\7", b"\xc9\4\0\0\0\0",
                     b"\x3e\4\1\2\3\4", b"\x3e\xff\1\2\3\4", b"\0\0\0\0\0\1"):
            yield kind, extension(TCP, body) + segment
    yield HOP_BY_HOP, extension(HOP_BY_HOP, b"\1\4\0\0\0\0") + extension(TCP, b"\1\4\0\0\0\0") + segment
    yield DESTINATION, extension(HOP_BY_HOP, b"\1\4\0\0\0\0") + extension(TCP, b"\1\4\0\0\0\0") + segment
    for kind, left in ((0, 1), (2, 1), (3, 1), (4, 0)):
        for body in (b"\0\0\0\0", b"\0\0\0\7" + address, b"\1\2\3\4" + address + frames.packed(CLIENT6), b"\0\0\0\0" + address[:8]):
            yield ROUTING, extension(TCP, bytes([kind, left]) + body) + segment
    for offset, more in ((0, 0), (0, 1), (8, 1), (1480, 0)):
        yield FRAGMENT, struct.pack("!BBHI", TCP, 0, offset | more, 0xDEADBEEF) + segment
    yield HOP_BY_HOP, extension(FRAGMENT, b"\1\4\0\0\0\0") + struct.pack("!BBHI", TCP, 0, 9, 7) + segment
    for words, reserved in ((4, 0), (4, 1), (1, 0), (0, 0), (200, 0)):
        yield AH, struct.pack("!BBHII", TCP, words, reserved, 0x100, 7) + bytes(range(12)) + segment
    yield DESTINATION, extension(ROUTING, b"\1\4\0\0\0\0") + extension(AH, b"\0\1\0\0\0\0" + address) + \
        struct.pack("!BBHII", TCP, 4, 0, 0x100, 7) + bytes(range(12)) + segment


def ip6_headers(folder):
    capture = Capture(folder / "ip6.pcap")
    segment = tcp(CLIENT6, SERVER6, flags=PSH | ACK, ack=5, payload=b"payload")
    for version in range(16):
        capture.put(ethernet(ip6(segment, version=version), 0x86DD))
    for length in (0, 1, 19, 20, 26, 27, 28, 1280, 65535):
        capture.put(ethernet(ip6(segment, length=length)))
    for flow, traffic_class in ((0xFFFFF, 0xFF), (1, 0), (0, 1)):
        capture.put(ethernet(ip6(segment, flow=flow, traffic_class=traffic_class, hops=0)))
    for src, dst in (("::", "::1"), ("::192.0.2.1", "::ffff:192.0.2.1"), ("fe80::1:0:0:1", "ff02::"), ("1:2:3:4:5:6:7:0", "0:0:1::"),
                     ("::ffff:0:192.0.2.1", "::1:2"), ("1::1:0:0:0:1", "0:1:2:3:4:5:6:7")):
        capture.put(ethernet(packet6(src=src, dst=dst)))
    for following, octets in ip6_chains():
        for length in (None, 0, 8, len(octets) - 1, len(octets) + 1):
            capture.put(ethernet(ip6(octets, following=following, length=length)))
    capture.close()

    capture = Capture(folder / "ip6-cut.pcap")
    for i, (following, octets) in enumerate(ip6_chains()):
        if i % 3 == 0:
            capture.put_cuts(ethernet(ip6(octets, following=following)))
    capture.close()


def gre_headers():
    """GRE of every kind of header, with its protocol behind the flags."""
    for packet, kind, ppp in ((RICH4, 0x0800, 0x21), (RICH6, 0x86DD, 0x57)):
        for flags, fields in ((0, b""), (0x8000, b"\x12\x34\0\0"), (0x2000, b"\0\0\0\7"), (0x1000, b"\0\0\1\0"),
                              (0xB800, b"\x12\x34\0\0" + b"\0\0\0\7" + b"\0\0\1\0")):
            yield struct.pack("!HH", flags, kind) + fields + packet
        yield struct.pack("!HH", 0, 0x6558) + ethernet(packet)
        yield struct.pack("!HHI", 0, 0x8847, 0x101FF) + packet
        yield struct.pack("!HHHHI", 0x3001, 0x880B, len(packet) + 2, 9, 5) + struct.pack("!H", ppp) + packet
        yield struct.pack("!HHHHII", 0x3081, 0x880B, len(packet) + 4, 9, 5, 4) + struct.pack("!HH", 0xFF03, ppp) + packet
        yield struct.pack("!HHHHI", 0x2081, 0x880B, 0, 9, 4)


def tunnels(folder):
    capture = Capture(folder / "tunnels.pcap")
    for octets in gre_headers():
        capture.put(ethernet(ip4(octets, protocol=47)))
        capture.put(ethernet(ip6(octets, following=47)))
        capture.put(ethernet(ip4(octets, protocol=47))[:80], 200)
    for packet, protocol in ((RICH4, frames.IP4), (RICH6, frames.IP6)):
        for outer in (ip4(packet, protocol=protocol), ip6(packet, following=protocol), ip4(ip4(packet, protocol=protocol), protocol=4),
                      ip4(struct.pack("!BBHII", protocol, 4, 0, 1, 2) + bytes(12) + packet, protocol=AH)):
            capture.put(ethernet(outer))
            capture.put_cuts(ethernet(outer))
    capture.close()


# ---- TCP -------------------------------------------------------------------------------------------------------------------

def headers(folder):
    capture = Capture(folder / "tcp.pcap")
    for flags in range(256):
        capture.put(ethernet(packet4(flags=flags, ack=9, urgent=7, sport=1 + flags)))
    for words in range(16):
        for payload in (b"", b"x" * 12):
            capture.put(ethernet(packet4(flags=ACK, header=words, options=ACK_OPTIONS, payload=payload)))
    for wrong in (0, 1, 0xFFFF, 0x8000):
        for payload in (b"", b"o", b"even"):
            capture.put(ethernet(packet4(flags=PSH | ACK, wrong=wrong, payload=payload)))
            capture.put(ethernet(packet6(flags=PSH | ACK, wrong=wrong, payload=payload)))
    for payload in (b"go away", b"\0\x7f\xff\x80 tab\t", b"x" * 30, b"x" * 31, b"x" * 60):
        capture.put_cuts(ethernet(packet4(flags=RST | ACK, payload=payload)))
    capture.put(ethernet(packet4(flags=ECE | CWR | URG, sport=0, dport=65535, window=0, seq=0xFFFFFFFF, payload=b"wrap")))
    capture.close()

    capture = Capture(folder / "tcp-cut.pcap")
    for packet in (RICH4, RICH6, packet4(flags=ACK, options=SACK_OPTIONS), packet4(flags=SYN, options=SYN_OPTIONS),
                   packet4(flags=ACK, options=option(30, bytes([0x20, 0x1F]) + bytes(24))),
                   packet4(flags=ACK, options=option(19, bytes(16)) + option(99, bytes(8))),
                   packet4(flags=ACK, options=option(29, bytes(14)) + option(34, bytes(8))),
                   packet4(flags=ACK, options=option(254, b"\xf9\x89" + bytes(8)) + b"\x1c\4\x80\5")):
        capture.put_cuts(ethernet(packet))
    capture.close()


def conversations(folder):
    capture = Capture(folder / "conversations.pcap", nanoseconds=True)
    for isn in (1000, 0xFFFFFFF0):
        for put in (packet4, packet6):
            far = reply4 if put is packet4 else \
                lambda **f: packet6(src=SERVER6, dst=CLIENT6, sport=f.pop("sport", 80), dport=f.pop("dport", 50000), **f)
            for packet in (put(seq=isn), put(seq=isn), far(seq=7000, ack=isn + 1, flags=SYN | ACK), put(seq=isn + 1, ack=7001, flags=ACK),
                           put(seq=isn + 1, ack=7001, flags=PSH | ACK, payload=b"GET / HTTP/1.1\r\n\r\n"),
                           far(seq=7001, ack=isn + 19, flags=ACK, options=SACK_OPTIONS), far(seq=7001, ack=isn + 19, flags=FIN | ACK),
                           put(seq=isn + 19, ack=7002, flags=FIN | ACK), far(seq=7002, flags=RST), far(seq=7002, ack=1, flags=RST | ACK)):
                capture.put(ethernet(packet))
    for sport, dport, src, dst in ((7, 7, CLIENT4, SERVER4), (7, 7, SERVER4, CLIENT4), (80, 9, CLIENT4, SERVER4), (9, 80, SERVER4, CLIENT4),
                                   (5, 5, CLIENT4, CLIENT4)):
        for seq in (100, 200, 150):
            capture.put(ethernet(packet4(src=src, dst=dst, sport=sport, dport=dport, seq=seq, ack=3 * seq, flags=ACK, payload=b"ab")))
    for i in range(3000):
        capture.put(ethernet(packet4(sport=1024 + i * 7 % 1500, dport=i % 3, seq=i * i, ack=i, flags=ACK)))
    capture.close()

    capture = Capture(folder / "times.pcap")
    for second, fraction in ((0, 1), (1, 0), (0, 999999), (86399, 5), (951782399, 7), (951782400, 0), (1711846799, 1), (1711846800, 1),
                             (1729990799, 1), (1729990800, 1), (0x7FFFFFFF, 999999), (1733503352, 3), (1733503352, 3),
                             (1733503351, 999999), (1733600000, 0), (1, 1)):
        capture.put(ethernet(RICH4), time=(second, fraction))
    capture.close()
    capture = Capture(folder / "times-2038.pcap")
    capture.put(ethernet(RICH4), time=(0x80000000, 0))
    capture.put(ethernet(RICH4), time=(0xFFFFFFFF, 1))
    capture.close()

    capture = Capture(folder / "records.pcap")
    frame = ethernet(RICH4)
    for length in (0, 1, len(frame) - 1, len(frame), len(frame) + 1, 262144, 262145, 0x7FFFFFFF):
        capture.put(frame, length)
    capture.close()


# ---- applications ----------------------------------------------------------------------------------------------------------

PAYLOADS = (
    b"", b"S", b"SSH", b"SSH-", b"SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10\r\n", b"SSH-2.0-x\n", b"SSH-2.0-x", b"SSH-2.0-\t\r\n", b"SSH-2.0-x\r",
    b"SSH-2.0-x\rz", b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", b"get / HTTP/1.0\n\nbody", b"GET /", b"GET", b"GET\r\n", b"\r\nGET / \r\n",
    b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n\0binary", b"HTTP/1.1  404 Not Found\r\n", b"HTTP/1.1\t404 Not Found\r\n", b"HTTP/1.1 2000 OK\r\n",
    b"HTTP/1.1 20", b"200 OK HTTP/1.1\r\n", b"200 200 200\r\n", b"middle of a body\r\n", b"POST /\ttab HTTP/1.1\r\nA: b\r\nC: d", b"G" * 127 + b" x\r\n",
    b"G" * 128 + b" x\r\n", b"G" * 129 + b" 200\r\n", b"G" * 128 + b" 200 \r\n", b"VERSION-CONTROL * HTTP/1.1\r\n", b"\xc3\xa4 200\r\n",
    b"220 mail.example.org ESMTP\r\n", b"EHLO x\r\nMAIL FROM:<a@b>\r\n", b"EHLO x\r", b"EHLO x\rz\n", b"line\nline\nline", b"\0", b"\t\tx\n", b"\n", b"\r\n",
    b"DESCRIBE rtsp://x RTSP/1.0\r\nCSeq: 2\r\n\r\n", b"RTSP/1.0 200 OK\r\nCSeq: 2\r\n", b"% whois\r\n\r\ndomain: x\r\n", b"x" * 300)


def applications(folder):
    capture = Capture(folder / "applications.pcap")
    for port in (21, 22, 25, 43, 80, 554, 8080, 8554):
        for payload in PAYLOADS:
            capture.put(ethernet(packet4(dport=port, flags=PSH | ACK, payload=payload)))
            capture.put(ethernet(packet6(sport=port, dport=4000, flags=PSH | ACK, payload=payload)))
            capture.put(ethernet(packet4(dport=port, flags=FIN | ACK, payload=payload)) + b"padding\r\n")
        for payload in PAYLOADS[4:20:5]:
            capture.put_cuts(ethernet(packet4(dport=port, flags=ACK, payload=payload)))
    for sport, dport in ((22, 80), (80, 22), (25, 21), (554, 8080)):
        capture.put(ethernet(packet4(sport=sport, dport=dport, flags=ACK, payload=PAYLOADS[4])))
    capture.close()


def name(*labels):
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def record(owner, kind, data, kind_class=1, ttl=93784):
    return owner + struct.pack("!HHIH", kind, kind_class, ttl, len(data)) + data


def message(flags, questions=b"", records=(b"", b"", b""), counts=(0, 0, 0, 0)):
    octets = struct.pack("!HHHHHH", 4711, flags, *counts) + questions + b"".join(records)
    return struct.pack("!H", len(octets)) + octets


def dns_messages():
    host = name(b"www", b"example", b"org")
    at = b"\xc0\x0c"
    soa = name(b"ns") + b"\xc0\x10" + struct.pack("!IIIII", 2024120601, 1, 2, 3, 4)
    opt = record(b"\0", 41, b"\0\x0a\0\x08cookie!!\0\x0b\0\x02\0\x64\0\x08\0\x07\0\1\x18\0\xc0\0\2\0\x0c\0\3\0\0\0", 4096, 0x00008000)
    options = b"".join(struct.pack("!HH", code, len(data)) + data for code, data in (
        (1, b"x"), (3, b"id"), (5, bytes((1, 8, 15, 99))), (6, b"\1\2\7"), (7, b"\1\2"), (8, b"\0\2\x40\0" + bytes(8)), (8, b"\0\3\0\0"),
        (8, b"\0"), (9, bytes(4)), (9, b"x"), (10, bytes(7)), (10, bytes(20)), (11, b"x"), (14, b"\0\1\0\2"), (14, b"x"), (13, b"\1a\0"), (77, b"x")))
    kinds = ((1, bytes(4)), (1, b"x"), (2, at), (5, name(b"alias")), (6, soa), (15, b"\0\x0a" + at), (16, b"\3abc\4d\"e\n"), (16, b"\x09ab"), (28, bytes(16)),
             (33, b"\0\1\0\2\x14\x66" + at), (38, b"\0" + bytes(16)), (38, b"\x40" + bytes(8) + at), (38, b"\x81"), (39, at), (48, b"key"), (104, b"text"),
             (250, name(b"hmac") + bytes(6) + struct.pack("!HHHHHH", 300, 2, 0x6162, 7, 0, 0)), (256, b"\0\1\0\2http://x"), (999, b"?"))
    query = host + b"\0\1\0\1"
    yield message(0x0100, query, counts=(1, 0, 0, 0))
    yield message(0x0110, query, (opt, b"", b""), (1, 0, 0, 1))
    yield message(0x2810, host + b"\0\6\0\xff", (record(host, 1, bytes(4)), b"", b""), (1, 0, 1, 0))
    yield message(0x0bcf, query + query, counts=(2, 0, 0, 0))
    yield message(0x0800, b"", (record(host, 1, bytes(4)), record(host, 2, at), b""), (0, 2, 0, 0))
    for flags in (0x8180, 0x8583, 0x87a5, 0xffff, 0x8000):
        yield message(flags, query, (record(at, 1, bytes(4)), record(at, 2, at), opt), (1, 1, 1, 1))
    for kind, data in kinds:
        for place in range(3):
            records = [b"", b"", b""]
            records[place] = record(at, kind, data, 3 if kind == 16 else 1) + record(host, 1, b"\xc0\0\2\1", ttl=(0, 59, 0xFFFFFFFF)[place])
            yield message(0x8180, query, records, (1,) + tuple(2 if i == place else 0 for i in range(3)))
    yield message(0x8180, query, (record(at, 5, b"\xc0\xff"), b"", b""), (1, 1, 0, 0))
    yield message(0x8180, query, (record(b"\0", 41, options, 512, 0x12345678), b"", b""), (1, 1, 0, 0))
    yield message(0x8180, query, (b"", b"", record(b"\0", 41, b"", 512, 0x01000000)), (1, 0, 0, 1))
    for owner in (b"\x40\0", b"\x41\x0b\xaa\xe0\0", b"\x80", b"\x41\x03\xe0\0", name(*[b"x" * 63] * 5), name(b"\x07\xe4 dot."), b"\0"):
        yield message(0x0100, owner + b"\0\1\0\1", counts=(1, 0, 0, 0))
        yield message(0x8180, query, (record(owner, 5, owner), b"", b""), (1, 1, 0, 0))
    yield b"\0"
    yield b"\0\5short"
    yield b"\0\0"


TELNET = (b"\xff\xfd\x18\xff\xfb\x1f", b"\xff\xfa\x18\1\xff\xf0", b"\xff\xfa\x18\0xterm\xff\xf0text", b"\xff\xff\xff\xf1", b"\xff\xfa\x25\1\2\0\xff\xf0",
          b"\xff\xfa\x26\0\3\5\xff\xf0", b"\xff\xfa\x22\3\0\xff\xf0\xff\xf9", b"\xff\xfa\x18\1", b"\xff\xfa\x18\1\xff", b"\xff", b"\xff\x01", b"login: ",
          b"\xff\xfd\x99", b"\xff\xfa\x99\x08\x09\xff\xf0", b"\xff\xfa\x25\xff\xf0")
REDIS = (b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", b"+OK\r\n", b"-ERR no\r\n:42\r\n", b"$-1\r\n*-1\r\n*0\r\n$0\r\n\r\n", b"PING\r\nPING\n\rset a b\n", b"$5\r\nab\0\xffc\r\n",
         b"$99\r\nab\r\n", b"$99999999999\r\n", b"$-2\r\n", b"$x\r\n+after\r\n", b"*1\r\n*1\r\n*1\r\n:1\r\n", b"$2147483647\r\n", b"$2147483648\r\n", b"$5\rab",
         b"inline without end", b"\r\n\r\nx\r\n", b"*3\r\n+a\r\n", b"$3\r\nabcd\r\n", b"$", b"*", b"$1", b"%2\r\n")
OTHERS = {
    179: (b"\xff" * 16 + b"\0\x13\4",), 323: (b"\0\0\0\1\0\0\0\x0c\0\0\0\1", b"\1\0", b"\xb1"),
    646: (b"\0\1\0\x1e\xc0\0\2\1\0\0" + bytes(20), b"\0\1\0\5\xc0\0\2\1\0\0" + bytes(20), b"\0\2" + bytes(30), bytes(18), bytes(19)),
    10288: (b"MSG\0", b"MSG 1", b"RPY 1", b"ERR ", b"ANS ", b"NUL ", b"SEQ ", b"END\0", b"END", b"data"),
}
# With -v tcpdump tells more of these than we do.
BRIEF = (179, 323, 646)


def more_applications(folder):
    chance = random.Random(1035)
    families = {53: list(dns_messages()), 23: list(TELNET), 6379: list(REDIS), **OTHERS}
    captures = {False: Capture(folder / "applications-more.pcap"), True: Capture(folder / "brief.pcap")}
    for port, payloads in families.items():
        capture = captures[port in BRIEF]
        for payload in payloads:
            frame = ethernet(packet4(dport=port, flags=PSH | ACK, payload=payload))
            capture.put(frame)
            capture.put(ethernet(packet6(sport=port, dport=4000, flags=PSH | ACK, payload=payload)))
            if len(frame) < 150:
                capture.put_cuts(frame)
            for _ in range(20 if payload else 0):
                mutant = bytearray(payload)
                for _ in range(chance.choice((1, 1, 2, 4))):
                    first = 2 if port == 53 and len(mutant) > 2 else 0
                    mutant[chance.randrange(first, len(mutant))] = chance.choice((0, 1, 0xC0, 0xFF, 13, 10, 0x24, 0x2A, chance.randrange(256)))
                capture.put(ethernet(packet4(dport=port, flags=PSH | ACK, payload=bytes(mutant))))
    for capture in captures.values():
        capture.close()


# ---- chance ----------------------------------------------------------------------------------------------------------------

def mutations(folder):
    chance = random.Random(9293)
    seeds = [ethernet(RICH4), ethernet(RICH6), frames.MACS + struct.pack("!HH", 0x8100, 5) + ethernet(RICH4)[12:],
             ethernet(ip4(tcp(CLIENT4, SERVER4, flags=ACK, options=SYN_OPTIONS), options=option(7, b"\4" + bytes(8)))),
             ethernet(packet4(dport=22, flags=PSH | ACK, payload=PAYLOADS[4])), ethernet(packet4(dport=80, flags=ACK, payload=PAYLOADS[10]))]
    seeds += [ethernet(ip6(octets, following=following)) for following, octets in ip6_chains()]
    capture = Capture(folder / "mutations.pcap")
    for _ in range(6000):
        frame = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            frame[chance.randrange(12, min(len(frame), 120))] = chance.choice((0, 1, 2, 255, chance.randrange(256)))
        captured = len(frame) if chance.random() < 0.8 else chance.randrange(1, len(frame) + 1)
        capture.put(bytes(frame[:captured]), len(frame))
    capture.close()


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for make in (links, options, ip4_headers, ip6_headers, tunnels, headers, conversations, applications, more_applications, mutations):
        make(folder)


main()
