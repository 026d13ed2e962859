# SPDX-License-Identifier: BSD-2-Clause
"""A wire in namespaces: hosts with real servers on one side, a socket that plays the boards on the other."""

import atexit
import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

import packets

top = os.environ.get("top_srcdir", ".")
bootscope = os.path.abspath(os.path.join(os.environ.get("top_builddir", "."), "bootscope"))
temporary = tempfile.mkdtemp(prefix="bootscope-e2e.")
atexit.register(shutil.rmtree, temporary, True)


def sh(*words):
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Host:
    """A machine on the wire: a network namespace that a sleeping process holds, with one interface, eth0."""

    def __init__(self, wire, number):
        self.wire = wire
        self.running, self.died = [], []
        self.sleeper = subprocess.Popen(["unshare", "-n", "sleep", "1000"], preexec_fn=die_with_parent)
        self.enter = ["nsenter", "-t", str(self.sleeper.pid), "-n", "--"]
        while os.readlink("/proc/self/ns/net") == os.readlink(f"/proc/{self.sleeper.pid}/ns/net"):
            time.sleep(0.002)
        self.number, self.mac = number, f"02:00:5e:00:00:{number:02x}"
        self.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        self.run("ip", "link", "set", "lo", "up")
        self.plug()

    def plug(self):
        """The interface and its cable; again after "ip link del eth0"."""
        port = f"p{self.number}"
        sh("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "address", self.mac,
           "netns", str(self.sleeper.pid))
        sh("ip", "link", "set", port, "master", "wire", "up")
        self.run("ip", "link", "set", "eth0", "up")
        # what the card would fill in must be right in the recording
        self.run("python3", "-c", "import lab; lab.whole_checksums('eth0')",
                 cwd=os.path.dirname(os.path.abspath(__file__)))

    def second(self, address, prefix):
        """Another interface, eth1, on a cable of its own that the boards do not see; it and who else calls this."""
        if not self.wire.back:
            sh("ip", "link", "add", "back", "type", "bridge")
            sh("ip", "link", "set", "back", "up")
            self.wire.back = True
        self.wire.hosts += 1
        port = f"p{self.wire.hosts}"
        sh("ip", "link", "add", port, "type", "veth", "peer", "name", "eth1", "netns",
           str(self.sleeper.pid))
        sh("ip", "link", "set", port, "master", "back", "up")
        self.run("ip", "link", "set", "eth1", "up")
        self.run("ip", "addr", "add", f"{address}/{prefix}", "dev", "eth1")

    def run(self, *words, **how):
        subprocess.run(self.enter + list(words), check=True, stdin=subprocess.DEVNULL, **how)

    def address(self, address, prefix):
        self.run("ip", "addr", "add", f"{address}/{prefix}", "dev", "eth0")

    def start(self, *words, env=None, log="log"):
        """A server that runs until stop(); what it says goes to a file of the temporary folder."""
        path = os.path.join(temporary, log)
        with open(path, "wb") as out:
            p = subprocess.Popen(self.enter + list(words), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                 env={**os.environ, **(env or {})}, preexec_fn=die_with_parent,
                                 cwd=temporary)
        self.running.append(p)
        return p

    def waits_for(self, ready, seconds=8):
        """Until ready() says so; False: time is over, or a server has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if ready():
                return True
            if any(p.poll() is not None for p in self.running):
                return False
            time.sleep(0.02)
        return False

    def listens(self, port):
        """Waits until a UDP socket of the host is bound to the port."""
        def bound():
            with open(f"/proc/{self.sleeper.pid}/net/udp") as f:
                return any(line.split()[1].endswith(f":{port:04X}") for line in f.readlines()[1:])
        return self.waits_for(bound)

    def says(self, log, words):
        """Waits until a server has written so."""
        def said():
            with open(os.path.join(temporary, log), errors="replace") as f:
                return words in f.read()
        return self.waits_for(said)

    def stop(self):
        self.died = [p.returncode for p in self.running if p.poll() is not None]
        for p in self.running:
            p.terminate()
        for p in self.running:
            try:
                p.wait(2)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        self.running = []

    def end(self):
        self.stop()
        # connections that nobody has closed keep the namespace, which would go on answering ARP
        subprocess.run(["ip", "link", "del", f"p{self.number}"], stderr=subprocess.DEVNULL, check=False)
        self.sleeper.kill()
        self.sleeper.wait()


def whole_checksums(interface, whole=True):
    """Transmit checksum offload off, or on (ethtool's ETHTOOL_STXCSUM)."""
    value = ctypes.create_string_buffer(struct.pack("II", 0x17, 0 if whole else 1))
    request = struct.pack("16sP", interface.encode(), ctypes.addressof(value)) + bytes(16)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, 0x8946, request)


class Recorder:
    """All that passes one port of the bridge, in the background, and what bootscope makes of it."""

    def __init__(self, port):
        self.frames, self.over = [], threading.Event()
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
        self.socket.bind((port, 0))
        self.socket.settimeout(0.1)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while True:
            try:
                frame = self.socket.recv(65536)
                if frame[12:14] != b"\x86\xdd":
                    self.frames.append((time.time(), frame))
            except TimeoutError:
                if self.over.is_set():
                    return
            except OSError:  # once, when the port goes down
                pass

    def findings(self, name):
        """Ends it. The ids of all findings, and the report."""
        self.over.set()
        self.thread.join()
        path = os.path.join(temporary, name)
        packets.write_pcap(path, self.frames)
        out = subprocess.run([bootscope, "analyze", "--json", path], stdout=subprocess.PIPE, check=False).stdout
        report = json.loads(out)
        found = [f["id"] for c in report["clients"] for b in c["boots"] for f in b["findings"]]
        return found + [f["id"] for f in report["findings"]], report


class Wire:
    """The cable, and all that passes it. Waits of the boards are not waited for: the clock of the recording is put
    forward instead."""

    def __init__(self):
        sh("ip", "link", "add", "wire", "type", "bridge")
        sh("ip", "link", "add", "c0", "type", "veth", "peer", "name", "c1")
        sh("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        sh("ip", "link", "set", "c1", "master", "wire", "up")
        sh("ip", "link", "set", "c0", "up")
        sh("ip", "link", "set", "wire", "up")
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind(("c0", 0))
        # PACKET_ADD_MEMBERSHIP, promiscuous
        membership = struct.pack("iHH8s", socket.if_nametoindex("c0"), 1, 0, bytes(8))
        self.socket.setsockopt(263, 1, membership)
        self.hosts, self.back = 0, False
        self.record()

    def host(self):
        self.hosts += 1
        return Host(self, self.hosts)

    def record(self):
        """A new recording begins."""
        self.frames = []
        self.start = time.monotonic()
        self.skipped = 0.0

    def now(self):
        # a fixed day: recordings of one test differ in microseconds only
        return 1767258000 + time.monotonic() - self.start + self.skipped

    def skip(self, seconds):
        self.skipped += seconds

    def send(self, frame):
        self.frames.append((self.now(), frame))
        self.socket.send(frame)

    def receive(self, seconds):
        """The next frame that others sent within seconds; None: none came."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.socket.settimeout(left)
            try:
                frame, origin = self.socket.recvfrom(65536)
            except (TimeoutError, BlockingIOError):
                return None
            if origin[2] == 4 or frame[12:14] == b"\x86\xdd":  # our own, and IPv6
                continue
            self.frames.append((self.now(), frame))
            return frame

    def save(self, name):
        path = os.path.join(temporary, name)
        packets.write_pcap(path, self.frames)
        return path
