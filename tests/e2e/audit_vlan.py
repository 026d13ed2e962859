# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit -i c0.20 where no such interface is: it tags by itself. A switch of our own between, as a kernel may have
none that knows VLANs: VLAN 20 leads to one host, what has no tag to another. TAP on standard output."""

import json
import os
import select
import socket
import struct
import subprocess
import sys
import threading

import lab
import nfs_look
import probe
from audit import Run, looks, saved, show
from probe import full, padded, tftp
from servers import Tap, tail

SOL_PACKET, AUXDATA, IGNORE_OUTGOING, VLAN_VALID = 263, 8, 23, 1 << 4


class Switch:
    """Ports by name: the trunk, and of each VLAN (0: no tag) the one that has it untagged. What it tags has priority 5."""

    def __init__(self, trunk, access):
        self.trunk = self.port(trunk)
        self.access = {vlan: self.port(name) for vlan, name in access.items()}
        self.strangers = set()  # VLANs that nobody has
        threading.Thread(target=self.run, daemon=True).start()

    @staticmethod
    def port(name):
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        s.setsockopt(SOL_PACKET, AUXDATA, 1)
        s.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
        s.bind((name, 0))
        s.setsockopt(SOL_PACKET, 1, struct.pack("iHH8s", socket.if_nametoindex(name), 1, 0, bytes(8)))
        return s

    def run(self):
        try:
            self.pass_on()
        except OSError:  # its ports go first
            pass

    def pass_on(self):
        vlans = {s: vlan for vlan, s in self.access.items()}
        while True:
            for s in select.select([self.trunk, *vlans], [], [])[0]:
                frame, beside, _, _ = s.recvmsg(65536, 64)
                tag = 0
                for level, kind, data in beside:
                    if (level, kind) == (SOL_PACKET, AUXDATA):
                        status, tci = struct.unpack_from("=I12xH", data)
                        tag = tci & 0xFFF if status & VLAN_VALID else 0
                if s is self.trunk and tag in self.access:
                    self.access[tag].send(frame)
                elif s is self.trunk:
                    self.strangers.add(tag)
                elif vlans[s]:
                    self.trunk.send(frame[:12] + struct.pack("!HH", 0x8100, 5 << 13 | vlans[s]) + frame[12:])
                else:
                    self.trunk.send(frame)


def packets_of(path):
    """Blocks of packets of a pcapng file of ours: the bytes of each."""
    with open(path, "rb") as f:
        data = f.read()
    at = 0
    while at + 12 <= len(data):
        kind, n = struct.unpack_from("<II", data, at)
        if kind == 6:
            have, = struct.unpack_from("<I", data, at + 20)
            yield data[at + 28:at + 28 + have]
        at += n


def servers(run):
    return {s["ip"] for s in run.report["servers"]}


def root(tap, inside):
    """The root file system is in the VLAN, too."""
    nfs_look.fill()
    probe.put(f"{probe.serial}/cmdline.txt", f"root=/dev/nfs nfsroot=10.9.0.1:{nfs_look.export},vers=3 ip=dhcp\n".encode(), ())
    inside.start("unshare", "-m", "sh", "-c", 'mount -t tmpfs none /var/lib && exec "$@"', "sh", lab.bootscope, "serve", "-i",
                 "eth0", "-q", "--no-watch", "--dhcp", "off", "--nfs-root", nfs_look.export, log="nfs.log")
    starts = inside.says("nfs.log", "ready")
    run = Run("pi4", interface="c0.20")
    nfs = run.profiles["pi4"]["nfs"]
    tap.result(starts and run.verdicts() == {"pi4": "pass"} and nfs["asked_as"] == "board" and nfs["read_max"],
               "its root is looked at in there", *show(run), nfs, tail("nfs.log"))
    probe.put_files(())


def main():
    tap, wire = Tap(), lab.Wire()
    os.chmod(lab.temporary, 0o755)
    probe.put_files(())
    inside, starts = probe.start_server(wire, full + tftp + padded, "10.9.0.1", "inside.log")
    outside, also = probe.start_server(wire, full, "10.9.0.2", "outside.log")
    tap.result(starts and also, "both servers start", tail("inside.log"), tail("outside.log"))
    for port in ("c1", "p1", "p2"):
        lab.sh("ip", "link", "set", port, "nomaster", "up")
    switch = Switch("c1", {20: "p1", 0: "p2"})

    run = Run("pi3b", "pi4", "pxe-bios", interface="c0.20")
    tap.result(run.verdicts() == {"pi3b": "pass", "pi4": "pass", "pxe-bios": "fail"} and servers(run) == {"10.9.0.1"},
               "in VLAN 20 its server alone is heard", *show(run), servers(run), tail("inside.log", 40))
    tap.result(run.report["interface"] == "c0.20", "the report has the name that was given", run.report)
    tap.result(not run.agrees(), "analyze says the same of what was saved", run.agrees())
    frames = [f for f in packets_of(saved) if f[12:14] != b"\x88\xb5"]
    tags = {(f[:6] == b"\xff" * 6 or f[6:8] != b"\x02\xb5", f[12:16].hex()) for f in frames if f[6:8] == b"\x02\xb5"}
    heard = {f[12:16].hex() for f in frames if f[6:8] != b"\x02\xb5"}
    tap.result({t for _, t in tags} == {"81000014"} and heard == {"8100a014"}, "tags are saved as they were on the wire", tags, heard)
    kinds = [json.loads(line) for line in subprocess.run([lab.bootscope, "decode", "--json", saved], capture_output=True,
                                                         text=True, check=False).stdout.splitlines()]
    tap.result(kinds and all(k["vlan"] == [20] for k in kinds), "and read so", [k["vlan"] for k in kinds][:9])
    with open(os.path.join(lab.temporary, "inside.log"), errors="replace") as f:
        said = f.read()
    tap.result(said.count("DHCPRELEASE") > 0, "the lease is given back in the VLAN", said)

    if looks:
        root(tap, inside)

    run = Run("pi4")
    tap.result(servers(run) == {"10.9.0.2"} and run.cause("pi4") == "dhcp-no-option43",
               "without a tag the other server alone is heard", *show(run), servers(run))
    run = Run("pi4", interface="c0.21")
    tap.result(servers(run) == set() and run.cause("pi4") == "dhcp-no-offer" and switch.strangers == {21},
               "in a VLAN that leads nowhere nobody is heard", *show(run), servers(run), switch.strangers)

    # an interface of such a name goes before a tag
    lab.sh("ip", "link", "add", "c0.30", "type", "veth", "peer", "name", "c30")
    lab.sh("ip", "link", "set", "c0.30", "up")
    for interface, sentence, status in (("c0.30", "c0.30 has no carrier", 3), ("c0.0", "a VLAN has a number from 1 to 4094", 2),
                                        ("c0.4095", "a VLAN has a number from 1 to 4094", 2),
                                        ("c9.20", "c9.20 is no interface", 3), ("c0.", "c0. is no interface", 3),
                                        ("c0.2x", "c0.2x is no interface", 3)):
        done = subprocess.run([lab.bootscope, "audit", "-i", interface, "pi4"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False, timeout=60)
        tap.result(done.returncode == status and sentence in done.stderr and len(done.stderr.splitlines()) == 1,
                   f"-i {interface}: one sentence", done.returncode, done.stderr)
    for host in (inside, outside):
        host.end()
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
