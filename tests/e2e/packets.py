# SPDX-License-Identifier: BSD-2-Clause
"""Frames of DHCP, ARP and TFTP, read and made without bootscope: the tests' second opinion."""

import gzip
import struct

BROADCAST = b"\xff" * 6
DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6


def ip4(text):
    return bytes(int(part) for part in text.split("."))


def dotted(four):
    return ".".join(str(byte) for byte in four)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def read_pcap(path):
    """(seconds, frame) of each frame of a little-endian pcap file, packed or not."""
    with open(path, "rb") as f:
        data = f.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    magic, = struct.unpack_from("<I", data)
    unit = {0xA1B2C3D4: 1e-6, 0xA1B23C4D: 1e-9}[magic]
    at = 24
    while at + 16 <= len(data):
        sec, part, have, _ = struct.unpack_from("<IIII", data, at)
        yield sec + part * unit, data[at + 16:at + 16 + have]
        at += 16 + have


def write_pcap(path, frames):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for when, frame in frames:
            sec = int(when)
            f.write(struct.pack("<IIII", sec, int((when - sec) * 1e6), len(frame), len(frame)))
            f.write(frame)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def udp_frame(eth_dst, eth_src, src, sport, dst, dport, payload):
    udp = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
    pseudo = ip4(src) + ip4(dst) + struct.pack("!BBH", 0, 17, len(udp))
    udp = udp[:6] + struct.pack("!H", checksum(pseudo + udp) or 0xFFFF) + udp[8:]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 128, 17, 0) + ip4(src) + ip4(dst)
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return eth_dst + eth_src + b"\x08\x00" + head + udp


def arp_frame(op, eth_dst, sender_mac, sender_ip, target_mac, target_ip):
    body = struct.pack("!HHBBH", 1, 0x800, 6, 4, op)
    body += sender_mac + ip4(sender_ip) + target_mac + ip4(target_ip)
    return eth_dst + sender_mac + b"\x08\x06" + body + bytes(18)


class Udp:
    """A UDP packet over IPv4; None from read() for all else."""

    @classmethod
    def read(cls, frame):
        if len(frame) < 42 or frame[12:14] != b"\x08\x00" or frame[23] != 17:
            return None
        if struct.unpack_from("!H", frame, 20)[0] & 0x1FFF:
            return None
        self = cls()
        at = 14 + (frame[14] & 15) * 4
        self.eth_src, self.eth_dst = frame[6:12], frame[:6]
        self.src, self.dst = dotted(frame[26:30]), dotted(frame[30:34])
        self.sport, self.dport, size = struct.unpack_from("!HHH", frame, at)
        self.payload = frame[at + 8:at + size]
        return self


class Arp:
    @classmethod
    def read(cls, frame):
        if len(frame) < 42 or frame[12:14] != b"\x08\x06":
            return None
        self = cls()
        self.op, = struct.unpack_from("!H", frame, 20)
        self.sender_mac, self.sender = frame[22:28], dotted(frame[28:32])
        self.target = dotted(frame[38:42])
        return self


class Dhcp:
    """A DHCP message (RFC 2131, 2132): its options in wire order, those behind an overload included."""

    @classmethod
    def read(cls, payload):
        if len(payload) < 241 or payload[236:240] != b"\x63\x82\x53\x63":
            return None
        self = cls()
        self.raw = payload
        self.op, self.hops = payload[0], payload[3]
        self.xid = payload[4:8]
        self.yiaddr, self.siaddr = dotted(payload[16:20]), dotted(payload[20:24])
        self.giaddr, self.chaddr = dotted(payload[24:28]), payload[28:34]
        self.file = payload[108:236].split(b"\0")[0]
        self.options = cls.walk(payload[240:])
        if self.get(52, b"\0")[0] & 1:
            self.file = b""
            self.options += cls.walk(payload[108:236])
        if self.get(52, b"\0")[0] & 2:
            self.options += cls.walk(payload[44:108])
        self.type = self.get(53, b"\0")[0]
        return self

    @staticmethod
    def walk(data):
        found, at = [], 0
        while at < len(data) and data[at] != 255:
            if data[at] == 0:
                at += 1
                continue
            if at + 2 > len(data):
                break
            found.append((data[at], data[at + 2:at + 2 + data[at + 1]]))
            at += 2 + data[at + 1]
        return found

    def get(self, code, default=None):
        for found, value in self.options:
            if found == code:
                return value
        return default

    def with_options(self, changes):
        """The same message with options set ({code: bytes}) or left out ({code: None})."""
        options = [(c, changes.get(c, v)) for c, v in self.options]
        options += [(c, v) for c, v in changes.items() if self.get(c) is None]
        body = b"".join(bytes([c, len(v)]) + v for c, v in options if v is not None)
        return self.raw[:240] + body + b"\xff"
