# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before servers that would keep it busy for ever: how much it sends, and how long it takes, stays within
bounds. Each on a cable of its own, all at once. TAP on standard output."""

import concurrent.futures
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import lab
import packets
from packets import ACK, BROADCAST, DISCOVER, NAK, OFFER, REQUEST, Arp, Dhcp, Udp
from servers import Tap

server_mac, server, board = packets.mac("02:00:5e:00:00:01"), "10.9.0.1", "10.9.0.50"
menu = bytes.fromhex("0601030a0400505845091400001152617370626572727920506920426f6f74ff")


class Hostile:
    """Speaks for a whole network at the other end of a cable; counts what the audit sends."""

    number = 0

    def __init__(self):
        Hostile.number += 1
        self.name, other = f"h{Hostile.number}", f"g{Hostile.number}"
        lab.sh("ip", "link", "add", self.name, "type", "veth", "peer", "name", other)
        lab.sh("ip", "link", "set", self.name, "up")
        lab.sh("ip", "link", "set", other, "up")
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((other, 0))
        self.socket.settimeout(0.02)
        self.over, self.sent, self.leases, self.asked = False, 0, 0, 0
        self.busiest, self.second = 0, (0, 0)
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.over:
            try:
                frame, origin = self.socket.recvfrom(65536)
            except TimeoutError:
                self.idle()
                continue
            except OSError:
                return
            if origin[2] == 4 or frame[6:8] != b"\x02\xb5":
                continue
            self.count()
            udp, arp = Udp.read(frame), Arp.read(frame)
            if arp and arp.op == 1 and arp.target == server:
                self.send(packets.arp_frame(2, frame[6:12], server_mac, server, frame[6:12], arp.sender))
            elif udp and udp.dport == 67:
                self.dhcp(Dhcp.read(udp.payload), frame[6:12])
            elif udp:
                self.tftp(udp)

    def count(self):
        self.sent += 1
        now = int(time.monotonic())
        self.second = (now, self.second[1] + 1) if self.second[0] == now else (now, 1)
        self.busiest = max(self.busiest, self.second[1])

    def send(self, frame):
        try:
            self.socket.send(frame)
        except OSError:
            pass

    def answer(self, m, to, kind, server_id=server, address=board):
        options = [(53, bytes([kind])), (54, packets.ip4(server_id)), (51, b"\0\0\x0e\x10"), (1, b"\xff\xff\xff\0"),
                   (60, b"PXEClient"), (43, menu), (66, server.encode()), (67, b"boot.0")]
        body = b"".join(bytes([c, len(v)]) + v for c, v in options if kind != NAK or c in (53, 54)) + b"\xff"
        head = b"\x02\x01\x06\0" + m.xid + bytes(4) + bytes(4) + (bytes(4) if kind == NAK else packets.ip4(address)) + \
            packets.ip4(server) + bytes(4) + m.chaddr + bytes(10 + 64 + 128)
        self.send(packets.udp_frame(to if kind != NAK else BROADCAST, server_mac, server, 67, "255.255.255.255", 68,
                                    head + b"\x63\x82\x53\x63" + body))

    def dhcp(self, m, to):
        if m.type == DISCOVER:
            self.answer(m, to, OFFER)
        elif m.type == REQUEST:
            self.leases += 1
            self.answer(m, to, ACK)
        elif m.type == 7:
            self.leases -= 1

    def data(self, to, sport, payload):
        self.send(packets.udp_frame(to.eth_src, server_mac, server, sport, to.src, to.sport, payload))

    def tftp(self, udp):
        pass

    def idle(self):
        pass


class Refuses(Hostile):
    """Each REQUEST."""

    def dhcp(self, m, to):
        if m.type == DISCOVER:
            self.answer(m, to, OFFER)
        elif m.type == REQUEST:
            self.answer(m, to, NAK)


class Crowd(Hostile):
    """A thousand servers, new ones each time."""

    def dhcp(self, m, to):
        self.asked += 1
        if m.type == DISCOVER:
            for i in range(1000):
                self.answer(m, to, OFFER, f"10.{self.asked % 250}.{i // 250}.{i % 250 + 1}", f"10.9.{i // 250}.{i % 250 + 1}")


class Tiny(Hostile):
    """Files that never end, in blocks of eight bytes."""

    def tftp(self, udp):
        op, = struct.unpack_from("!H", udp.payload)
        if op == 1 and b"blksize" in udp.payload:
            self.data(udp, 5000, b"\0\6blksize\0" + b"8\0")
        elif op == 4:
            block, = struct.unpack_from("!H", udp.payload, 2)
            self.data(udp, 5000, struct.pack("!HH", 3, (block + 1) & 0xFFFF) + bytes(8))


class Parrot(Hostile):
    """The first block again and again, whatever is said to it."""

    reader = None

    def tftp(self, udp):
        if struct.unpack_from("!H", udp.payload)[0] == 1:
            self.reader = udp
            self.data(udp, 5000, struct.pack("!HH", 3, 1) + bytes(512))

    def idle(self):
        for _ in range(50 if self.reader else 0):
            self.data(self.reader, 5000, struct.pack("!HH", 3, 1) + bytes(512))


class Storm(Hostile):
    """Asks who has the board's address, as fast as it can."""

    last = None

    def dhcp(self, m, to):
        super().dhcp(m, to)
        self.last = to

    def idle(self):
        for _ in range(200 if self.last else 0):
            self.send(packets.arp_frame(1, BROADCAST, server_mac, server, bytes(6), board))


class Flood(Hostile):
    """Fills the cable with frames to all."""

    def __init__(self):
        super().__init__()
        self.socket.settimeout(0.0005)

    def idle(self):
        frame = BROADCAST + server_mac + b"\x88\xb6" + bytes(46)
        for _ in range(64):
            self.send(frame)


# Who, which models, and at most so many frames of the audit, so many in any second, and seconds.
trials = (
    (Refuses, ("pi4", "linux", "pxe-bios"), 40, 25, 40),
    (Crowd, ("pi4", "pxe-bios"), 60, 30, 60),
    (Parrot, ("pi3b",), 100, 60, 60),
    (Storm, ("pi4",), 1500, 60, 100),
    (Flood, ("pi4",), 100, 40, 60),
)


def attempt(trial):
    kind, models, frames, rate, seconds = trial
    foe = kind()
    foe.thread.start()
    since = time.monotonic()
    try:
        done = subprocess.run([lab.bootscope, "audit", "-i", foe.name, "--json", *models], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False, timeout=110)
        out, err = done.stdout, done.stderr
    except subprocess.TimeoutExpired as e:
        out, err = None, e
    took = time.monotonic() - since
    foe.over = True
    seen = {p["profile"]: (p["verdict"], p["reason"]) for p in json.loads(out)["profiles"]} if out else {}
    return (len(seen) == len(models) and foe.sent <= frames and foe.busiest <= rate and took <= seconds,
            f"{kind.__name__.lower()}: {foe.sent} frames, {foe.busiest} in a second, {took:.0f} s", seen, err)


def endless(_):
    """A file without an end is loaded as long as its board would; Ctrl-C ends that, and the lease goes back."""
    foe = Tiny()
    foe.thread.start()
    p = subprocess.Popen([lab.bootscope, "audit", "-i", foe.name, "--json", "u-boot"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(8)
    running = p.poll() is None and foe.sent > 100
    p.send_signal(signal.SIGINT)
    try:
        out, err = p.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        p.kill()
        out, err = p.communicate()
    time.sleep(0.2)
    foe.over = True
    return (running and "interrupted" in err and foe.leases == 0, "a file without an end can be interrupted, with the lease "
            "given back", running, foe.leases, out, err)


def main():
    tap = Tap()
    os.chmod(lab.temporary, 0o755)
    with concurrent.futures.ThreadPoolExecutor(8) as crew:
        for good, name, *why in [*crew.map(attempt, trials), *crew.map(endless, (0,))]:
            print(f"# {name}")
            tap.result(good, name.split(": ", maxsplit=1)[0], name, *why)
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
