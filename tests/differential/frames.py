# SPDX-License-Identifier: BSD-2-Clause
"""frames.py - octets of frames: IPv4, IPv6 and TCP headers with right checksums, and capture files around them."""
import ipaddress
import struct

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = (1 << i for i in range(8))
TCP, AH, IP4, IP6 = 6, 51, 4, 41
HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION = 0, 43, 44, 60
CLIENT4, SERVER4 = "192.0.2.1", "198.51.100.200"
CLIENT6, SERVER6 = "2001:db8::1", "2001:db8:0:1:1:1:1:1"


def checksum(octets):
    """RFC 1071."""
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    return ipaddress.ip_address(address).packed


def padded(options):
    """Options, filled with EOL to a multiple of four octets."""
    return options + bytes(-len(options) % 4)


def tcp(src, dst, sport=50000, dport=80, seq=1000, ack=0, flags=SYN, window=64240, urgent=0, options=b"", payload=b"", wrong=0,
        header=None):
    """A TCP segment between two addresses; `wrong` is added to the checksum, `header` replaces the header length in words."""
    options = padded(options)
    words = 5 + len(options) // 4 if header is None else header
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, (words & 15) << 4, flags, window, 0, urgent)
    octets = head + options + payload
    pseudo = packed(src) + packed(dst)
    if len(pseudo) == 8:
        pseudo += struct.pack("!BBH", 0, TCP, len(octets) & 0xFFFF)
    else:
        pseudo += struct.pack("!IHBB", len(octets), 0, 0, TCP)
    right = checksum(pseudo + octets)
    return octets[:16] + struct.pack("!H", right + wrong & 0xFFFF) + octets[18:]


def ip4(payload, src=CLIENT4, dst=SERVER4, protocol=TCP, tos=0, ttl=64, ident=1, fragment=0x4000, options=b"", length=None,
        words=None, version=4, wrong=0):
    options = padded(options)
    words = 5 + len(options) // 4 if words is None else words
    length = 20 + len(options) + len(payload) if length is None else length
    head = struct.pack("!BBHHHBBH4s4s", version << 4 | words, tos, length & 0xFFFF, ident, fragment, ttl, protocol, 0, packed(src),
                       packed(dst)) + options
    return head[:10] + struct.pack("!H", checksum(head) + wrong & 0xFFFF) + head[12:] + payload


def ip6(payload, src=CLIENT6, dst=SERVER6, following=TCP, traffic_class=0, flow=0, hops=64, length=None, version=6):
    length = len(payload) if length is None else length
    return struct.pack("!IHBB", version << 28 | traffic_class << 20 | flow, length & 0xFFFF, following, hops) + packed(src) + \
        packed(dst) + payload


def extension(following, data):
    """A hop-by-hop, destination or routing header: its length in units of eight octets is added."""
    data += bytes(-(len(data) + 2) % 8)
    return bytes([following, (len(data) + 2) // 8 - 1]) + data


def packet4(**fields):
    src, dst = fields.pop("src", CLIENT4), fields.pop("dst", SERVER4)
    ip = {name: fields.pop(name) for name in ("tos", "ttl", "ident", "fragment") if name in fields}
    return ip4(tcp(src, dst, **fields), src, dst, **ip)


def packet6(**fields):
    src, dst = fields.pop("src", CLIENT6), fields.pop("dst", SERVER6)
    return ip6(tcp(src, dst, **fields), src, dst)


def reply4(**fields):
    return packet4(src=SERVER4, dst=CLIENT4, sport=fields.pop("sport", 80), dport=fields.pop("dport", 50000), **fields)


MACS = bytes.fromhex("00000c123456") + bytes.fromhex("5254000a0b0c")


def ethernet(payload, ethertype=None, macs=MACS):
    if ethertype is None:
        ethertype = 0x86DD if payload[:1] and payload[0] >> 4 == 6 else 0x0800
    return macs + struct.pack("!H", ethertype) + payload


class Capture:
    """A pcap file under way."""

    def __init__(self, path, link=1, nanoseconds=False, order="<"):
        self.order, self.second, self.fraction = order, 1733503352, 176289
        self.step = 1000 if nanoseconds else 1
        self.limit = 1000000 * self.step
        self.file = open(path, "wb")  # pylint: disable=consider-using-with
        magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
        self.file.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link))

    def put(self, frame, length=None, time=None):
        """A record; length is that on the wire.  Time goes on by 137 microseconds."""
        second, fraction = time or (self.second, self.fraction * self.step + (self.step > 1) * 7)
        length = len(frame) if length is None else length
        self.file.write(struct.pack(self.order + "IIII", second & 0xFFFFFFFF, fraction, len(frame), length) + frame)
        self.fraction += 137
        if self.fraction >= 1000000:
            self.second, self.fraction = self.second + 1, self.fraction - 1000000

    def put_cuts(self, frame):
        """The frame cut at every octet."""
        for captured in range(1, len(frame) + 1):
            self.put(frame[:captured], len(frame))

    def close(self):
        self.file.close()
