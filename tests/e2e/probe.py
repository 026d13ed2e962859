# SPDX-License-Identifier: BSD-2-Clause
"""Boards of src/probe (probe_boot) before dnsmasq, right and wrong: how far they get, and that bootscope says the same
of a recording. TAP on standard output."""

import json
import os
import random
import socket
import subprocess
import sys
import threading
import time

import lab
import packets

probe_boot = os.path.join(os.path.dirname(lab.bootscope), "tests/e2e/probe_boot")
root = os.path.join(lab.temporary, "tftp")
serial = "0abcde12"
head = ("port=0\ninterface=eth0\nbind-interfaces\nlog-facility=-\nlog-dhcp\nno-ping\nuser=root\n"
        f"dhcp-leasefile={lab.temporary}/probe.leases\n")
full = "dhcp-range=10.9.0.50,10.9.0.90,1h\ndhcp-authoritative\n"
proxy = "dhcp-range=10.9.0.0,proxy\n"
tftp = f"enable-tftp\ntftp-root={root}\n"
menu = 'pxe-service=0,"Raspberry Pi Boot"\n'
padded = 'pxe-service=0,"Raspberry Pi Boot   "\n'
cmdline = "console=tty1 rw ip=dhcp rootwait\n"  # no root by NFS: few tests have a server of it

pis = {"pi3b": "pi3b", "pi3b-plus": "pi3b-plus", "pi4": "pi4", "pi5": "pi5"}


class Case:
    """A profile before a server (and a second one): its verdict, and the findings bootscope has to raise."""

    def __init__(self, name, profile, server, verdict, findings=(), second="", without=(), stage=None, family=None):
        self.name, self.profile, self.server, self.verdict = name, profile, server, verdict
        self.findings, self.second, self.without = set(findings), second, without
        self.stage = stage or verdict.split()[1]
        self.family = family or pis.get(profile, profile)


cases = [
    *[Case("a menu", p, full + tftp + padded, "pass kernel-dhcp") for p in pis],
    *[Case("option 66 alone", p, full + tftp + "dhcp-option=66,10.9.0.1\n", "pass kernel-dhcp") for p in pis],
    *[Case("a proxy beside a router", p, full, "pass kernel-dhcp", second=proxy + tftp + padded) for p in pis],
    Case("no option 43", "pi3b", full + tftp, "fail dhcp-offer no-boot-data", ["dhcp-no-option43"]),
    Case("no option 43", "pi4", full + tftp, "fail dhcp-offer no-boot-data", ["dhcp-no-option43"]),
    Case("no option 43", "pi5", full + tftp, "fail dhcp-offer no-boot-data", ["dhcp-no-option43"]),
    Case("no TFTP server", "pi3b", full + padded, "fail tftp-first-file file-failed", ["tftp-port-unreachable"]),
    Case("no TFTP server", "pi4", full + menu, "fail tftp-first-file file-failed", ["tftp-port-unreachable"]),
    Case("no TFTP server", "pi5", full + menu, "fail tftp-first-file file-failed", ["tftp-port-unreachable"]),
    Case("a server that is not there", "pi4", full + "dhcp-option=66,10.9.0.77\n", "fail dhcp-ack no-arp",
         ["arp-no-answer"]),
    Case("no address but a proxy's", "pi4", proxy + tftp + menu, "fail dhcp-offer no-address-offered",
         stage="dhcp-discover"),  # an offer to the board alone may have passed the place of a bystander
    Case("text outside of a menu", "pi4", full + tftp + 'dhcp-option=43,"Raspberry Pi Boot"\n',
         "fail dhcp-offer no-boot-data", ["dhcp-option43-not-encapsulated"]),
    Case("text outside of a menu", "pi3b", full + tftp + 'dhcp-option=43,"Raspberry Pi Boot   "\n',
         "pass kernel-dhcp"),
    Case("no bootcode.bin", "pi3b", full + tftp + padded, "fail tftp-first-file file-missing", ["tftp-bootcode-not-found"],
         without=["bootcode.bin"]),
    Case("no start4.elf", "pi4", full + tftp + menu, "fail tftp-first-file file-missing", ["tftp-firmware-not-found"],
         without=["start4.elf", "start.elf"]),
    Case("no config.txt", "pi5", full + tftp + menu, "fail tftp-first-file file-missing", ["tftp-config-missing"],
         without=["config.txt"]),
    Case("no kernel", "pi4", full + tftp + menu, "fail tftp-kernel file-missing", ["tftp-kernel-not-found"],
         without=["kernel8.img"]),
    Case("no kernel", "pi5", full + tftp + menu, "fail tftp-kernel file-missing", ["tftp-kernel-not-found"],
         without=["kernel8.img", "kernel_2712.img"]),
    Case("no start.elf", "pi3b", full + tftp + padded, "fail tftp-first-file file-missing", ["tftp-firmware-not-found"],
         without=["start.elf"]),
    Case("a boot file", "pxe-bios", full + tftp + "dhcp-boot=pxelinux.0\n", "pass tftp-first-file"),
    Case("a proxy's menu", "pxe-bios", full, "pass tftp-first-file",
         second=proxy + tftp + 'pxe-service=x86PC,"Boot",pxelinux\npxe-prompt="Boot",0\n'),
    Case("a proxy's file", "pxe-bios", full, "pass tftp-first-file",
         second=proxy + tftp + 'pxe-service=x86PC,"Boot",pxelinux\n'),
    *[Case("a boot file", p, full + tftp + "dhcp-boot=ipxe.efi\n", "pass tftp-first-file")
      for p in ("uefi-x64", "uefi-arm64", "ipxe", "u-boot")],
    *[Case("a proxy on port 4011", p, full, "pass tftp-first-file",
           second=proxy + tftp + f'pxe-service={arch},"Boot",ipxe.efi\n')
      for p, arch in (("uefi-x64", 7), ("uefi-arm64", 11))],
    *[Case("a URL under HTTPClient", p, full + f"dhcp-match=set:h,option:client-arch,{arch}\n"
           "dhcp-option-force=tag:h,60,HTTPClient\ndhcp-boot=tag:h,http://10.9.0.1/boot.efi\n", "pass dhcp-ack",
           family=p[:-5]) for p, arch in (("uefi-x64-http", 16), ("uefi-arm64-http", 19))],
    Case("a URL without HTTPClient", "uefi-x64-http", full + "dhcp-boot=http://10.9.0.1/boot.efi\n",
         "fail dhcp-offer no-boot-data", ["http-offer-without-httpclient"], family="uefi-x64"),
    Case("a script's URL", "ipxe", full + "dhcp-boot=http://10.9.0.1/boot.ipxe\n", "pass dhcp-ack"),
    Case("an address", "linux", full, "pass kernel-dhcp"),
    Case("an address", "klibc", full, "pass kernel-dhcp", family="linux"),
    Case("no such loader", "uefi-x64", full + tftp + "dhcp-boot=none.efi\n", "fail tftp-first-file file-missing",
         ["tftp-bootfile-not-found"]),
    Case("nothing to boot", "pxe-bios", full + tftp, "fail dhcp-offer no-boot-data", ["pxe-no-bootfile"]),
]


def put_files(without):
    sizes = {"start4.elf": 30000, "fixup4.dat": 5400, "start.elf": 20000, "fixup.dat": 7000, "kernel8.img": 50000,
             "kernel_2712.img": 60000, "bcm2711-rpi-4-b.dtb": 5000, "bcm2712-rpi-5-b.dtb": 6000,
             "bcm2710-rpi-3-b.dtb": 3000, "bcm2710-rpi-3-b-plus.dtb": 3000, "overlays/overlay_map.dtb": 2000}
    for name, size in sizes.items():
        put(f"{serial}/{name}", random.randbytes(size), without)
    put(f"{serial}/config.txt", b"arm_64bit=1\n", without)
    put(f"{serial}/cmdline.txt", cmdline.encode(), without)
    for name in ("bootcode.bin", "pxelinux.0", "ipxe.efi", "ipxe.efi.0"):
        put(name, random.randbytes(50000), without)


def put(name, data, without):
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.basename(name) in without:
        if os.path.exists(path):
            os.unlink(path)
        return
    with open(path, "wb") as f:
        f.write(data)


class Recorder(threading.Thread):
    """All that passes an interface, its own frames too."""

    def __init__(self, interface):
        super().__init__(daemon=True)
        self.frames, self.stop = [], False
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
        self.socket.bind((interface, 0))
        self.socket.settimeout(0.2)

    def run(self):
        while not self.stop:
            try:
                frame = self.socket.recv(65536)
            except (TimeoutError, BlockingIOError):
                continue
            if frame[12:14] != b"\x86\xdd":
                self.frames.append((time.time(), frame))

    def end(self):
        time.sleep(0.1)
        self.stop = True
        self.join()
        self.socket.close()


def start_server(wire, lines, address, log):
    host = wire.host()
    host.address(address, 24)
    path = os.path.join(lab.temporary, log + ".conf")
    with open(path, "w") as f:
        f.write(head + lines)
    host.start("dnsmasq", "-d", "-C", path, log=log)
    return host, host.listens(67)


def boot(case):
    """(last line of probe_boot, all lines, the recording)"""
    recorder = Recorder("c0")
    recorder.start()
    done = subprocess.run([probe_boot, "-x", "10", "c0", case.profile, serial], capture_output=True, text=True, timeout=60)
    recorder.end()
    frames = recorder.frames
    # somebody else much later: what did not happen meanwhile never will
    other = bytes.fromhex("02005e0000fe")
    if done.returncode:
        frames.append((frames[-1][0] + 90, packets.arp_frame(1, packets.BROADCAST, other, "169.254.7.7", bytes(6),
                                                             "169.254.7.8")))
    path = os.path.join(lab.temporary, "probe.pcap")
    packets.write_pcap(path, frames)
    lines = (done.stdout + done.stderr).splitlines()
    return (lines or [""])[-1], lines, path


def analyzed(path):
    done = subprocess.run([lab.bootscope, "analyze", "--json", path], capture_output=True, text=True)
    clients = json.loads(done.stdout)["clients"]
    if len(clients) != 1:
        return None, None, None, clients
    last = clients[0]["boots"][-1]
    return clients[0]["family"], last["stage"], {f["id"] for f in last["findings"] if f["severity"] != "info"}, len(
        clients[0]["boots"])


def run(tap, wire, case):
    hosts = []
    put_files(case.without)
    name = f"{case.profile}: {case.name}"
    try:
        host, good = start_server(wire, case.server, "10.9.0.1", "dnsmasq.log")
        hosts.append(host)
        if case.second:
            host, also = start_server(wire, case.second, "10.9.0.2", "proxy.log")
            hosts.append(host)
            good = good and also
        if not good:
            tap.result(False, name + ": the servers start")
            return
        last, lines, path = boot(case)
    finally:
        for host in hosts:
            host.end()
    tap.result(last == "verdict: " + case.verdict, f"{name}: {case.verdict}", *lines)
    family, stage, findings, boots = analyzed(path)
    agrees = (family, stage, boots) == (case.family, case.stage, 1) and case.findings <= findings
    if not case.findings:
        agrees = agrees and not findings
    tap.result(agrees, f"{name}: bootscope agrees", family, stage, findings, boots)


class Tap:
    def __init__(self):
        self.n, self.failed = 0, False

    def result(self, good, name, *why):
        self.n += 1
        self.failed |= not good
        print(("" if good else "not ") + f"ok {self.n} - {name}")
        if not good:
            for line in why:
                print(f"# {line}")
        sys.stdout.flush()


def main():
    tap, wire = Tap(), lab.Wire()
    for case in cases:
        if len(sys.argv) < 2 or any(f"{case.profile}: {case.name}".startswith(word) for word in sys.argv[1:]):
            run(tap, wire, case)
    print(f"1..{tap.n}")
    sys.exit(tap.failed)


if __name__ == "__main__":
    main()
