# SPDX-License-Identifier: BSD-2-Clause
"""bootscope serve before real firmware: virtual machines without a disk boot iPXE scripts by TFTP and HTTP, and what
they fetch last proves that all before came whole. TAP on standard output."""

import os
import re
import shutil
import struct
import subprocess
import sys
import time

import lab
import serve
from servers import Tap

here = lab.temporary
root, web = os.path.join(here, "boot"), os.path.join(here, "http")
ipxe, ovmf = "/usr/lib/ipxe/", "/usr/share/OVMF/"
patience = 45
last, loaders, sizes = "done-39981.ipxe", ("undionly.kpxe", "ipxe.efi"), {}

# iPXE runs on the machines that a rule below told to load it, so its rule stands first.
classes = """
[dhcp]
clients = all
[class ipxe]
user-class = iPXE
http-url = http://{ours}/boot.ipxe
[class efi-http]
arch = x64 UEFI HTTP
http-url = http://{ours}/ipxe.efi
[class efi-x64]
arch = 7, 9
boot-file = ipxe.efi
[class efi-arm64]
arch = 11
boot-file = grubaa64.efi
{only_full}[class pi]
model = pi
[class bios]
boot-file = undionly.kpxe
"""


def put(folder, name, data):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def counting(lines, last):
    """A script that adds up all of its lines: one that is lost or changed shows in what the last one asks for."""
    return "".join(f"inc n {i % 9 + 1} ||\n" for i in range(lines)) + last + "\n", sum(i % 9 + 1 for i in range(lines))


def put_files():
    """boot.ipxe by HTTP, the rest of it by TFTP and by HTTP, and done-SUM.ipxe at the end."""
    os.makedirs(root)
    os.makedirs(web)
    by_http, second = counting(3000, "chain http://${server}/done-${n}.ipxe")
    by_tftp, first = counting(5000, "chain http://${server}/second.ipxe")
    assert last == f"done-{first + second}.ipxe"
    # to iPXE the router's next-server is the network's, and that of a proxy stands apart
    put(web, "boot.ipxe", "#!ipxe\nset n:int32 0\nset server ${next-server}\n"
        "isset ${proxydhcp/next-server} && set server ${proxydhcp/next-server} ||\n"
        "imgfetch --name a tftp://${server}/large\nimgfetch --name b large\nimgfree a\nimgfree b\n"
        "chain tftp://${server}/first.ipxe\n")
    put(root, "first.ipxe", "#!ipxe\n" + by_tftp)
    put(web, "second.ipxe", "#!ipxe\n" + by_http)
    put(web, last, "#!ipxe\nshell\n")
    for folder in (root, web):
        put(folder, "large", os.urandom(700001))
        for name in loaders:
            if os.path.exists(ipxe + name):
                shutil.copy(ipxe + name, folder)
        sizes.update({e.name: e.stat().st_size for e in os.scandir(folder)})
    # iPXE that asks as any ROM, and does not hand that word on to what it loads
    put(here, "plain.ipxe", "#!ipxe\nset user-class PC\ndhcp\nclear user-class\n"
        "isset ${proxydhcp/filename} && chain tftp://${proxydhcp/next-server}/${proxydhcp/filename} ||\n"
        "chain tftp://${next-server}/${filename}\n")


def router_advertisement():
    """RFC 4861 4.2, of a router that knows no prefix. Without one iPXE waits 15 s for it before it boots by IPv4."""
    source, to = bytes.fromhex("fe80" + "00" * 13 + "01"), bytes.fromhex("ff02" + "00" * 13 + "01")
    body = struct.pack(">BBHBBHII", 134, 0, 0, 64, 0, 0, 0, 0)
    total = sum(struct.unpack(">24H", source + to + body)) + len(body) + 58
    total = (total & 0xffff) + (total >> 16)
    body = body[:2] + struct.pack(">H", 0xffff ^ total) + body[4:]
    return (bytes.fromhex("333300000001" "02005e0000fd" "86dd") + struct.pack(">IHBB", 6 << 28, len(body), 58, 255) +
            source + to + body)


class Machine:
    """A PC on the cable without a disk, until end(). Without KVM: a boot takes seconds anyway, and where KVM is itself
    a virtual machine's these ROMs may hang."""

    number = 0

    def __init__(self, *words, nic="e1000"):
        Machine.number += 1
        self.mac = f"52:54:00:00:00:{Machine.number:02x}"
        self.tap = f"q{Machine.number}"
        lab.sh("ip", "tuntap", "add", self.tap, "mode", "tap")
        lab.sh("ip", "link", "set", self.tap, "master", "wire", "up")
        self.recorder = lab.Recorder(self.tap)
        self.log = os.path.join(here, f"{self.tap}.log")
        with open(self.log, "wb") as out:
            self.p = subprocess.Popen(
                ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                 "-machine", "pc,graphics=off", "-accel", "tcg", "-m", "128", "-serial", "stdio",
                 "-netdev", f"tap,id=n,ifname={self.tap},script=no,downscript=no",
                 "-device", f"{nic},netdev=n,mac={self.mac}", "-boot", "n", *words],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=lab.die_with_parent)

    def screen(self):
        with open(self.log, errors="replace") as f:
            text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", f.read())
        return "\n".join(line for line in text.replace("\r", "\n").splitlines() if line.strip())[-3000:]

    def end(self, name):
        """What bootscope makes of all that it sent and got: findings, what kinds of client, files that came whole."""
        self.p.kill()
        self.p.wait()
        found, report = self.recorder.findings(name + ".pcap")
        if os.environ.get("KEEP_RECORDINGS"):
            shutil.copy(os.path.join(here, name + ".pcap"), os.environ["KEEP_RECORDINGS"])
        found = [f for f in found if not f.startswith("info-")]  # what is normal
        lab.sh("ip", "link", "del", self.tap)
        boots = [b for c in report["clients"] if c["mac"] == self.mac for b in c["boots"]]
        files = {t["file"].lstrip("/"): t["bytes"] for b in boots for t in b["transfers"] if t["outcome"] == "complete"}
        return found, [c["family"] for c in report["clients"] if c["mac"] == self.mac], files


def boot(tap, wire, server, title, family, loader, words=(), nic="e1000"):
    """From power on to the last file, and what was said and seen of it."""
    before, machine, started = len(server.said()), Machine(*words, nic=nic), time.monotonic()
    good = False
    while not good and time.monotonic() < started + patience and machine.p.poll() is None:
        wire.socket.send(router_advertisement())
        good = server.says(f"GET {last}: 200", 0.3, before)
    took = time.monotonic() - started
    found, is_a, files = machine.end(re.sub(r"\W+", "-", title))
    said = server.said()[before:]
    tap.result(good, f"{title}: it boots", f"{took:.1f} s", machine.screen(), said)
    wanted = {name: sizes[name] for name in (*loader, "boot.ipxe", "large", "first.ipxe", "second.ipxe", last)}
    tap.result(files == wanted, f"{title}: every file comes whole", files, wanted, said)
    tap.result(not found and is_a == [family], f"{title}: bootscope sees nothing wrong in it", found, is_a)
    print(f"# {title}: {took:.1f} s")


def start(wire, *words, u_boot=""):
    path = os.path.join(here, "serve.conf")
    put(here, "serve.conf", classes.format(ours=serve.ours, only_full=u_boot) +
        f"[tftp]\nroot = {root}\n[http]\nroot = {web}\n")
    return serve.Server(wire, "--config", path, *words)


def bios(tap, wire, server, title):
    boot(tap, wire, server, f"{title}: iPXE's ROM", "ipxe", [])
    if not os.path.exists(ipxe + "undionly.kpxe"):
        tap.result(True, f"{title}: a PC's PXE # SKIP no {ipxe}undionly.kpxe")
        return
    boot(tap, wire, server, f"{title}: a PC's PXE", "ipxe", ["undionly.kpxe"],
         ["-kernel", ipxe + "ipxe.lkrn", "-initrd", os.path.join(here, "plain.ipxe")])


def uefi(tap, wire, server, title):
    """OVMF, which is given ipxe.efi by TFTP (architecture 7), and by HTTP (16)."""
    missing = [f for f in (ovmf + "OVMF_CODE_4M.fd", ovmf + "OVMF_VARS_4M.fd", ipxe + "ipxe.efi") if not os.path.exists(f)]
    if missing:
        tap.result(True, f"{title}: UEFI # SKIP no {missing[0]}")
        return
    variables = os.path.join(here, "vars.fd")
    for name, others in (("PXE", ["IPv6PXESupport"]), ("HTTP", ["IPv4PXESupport", "IPv6PXESupport"])):
        shutil.copy(ovmf + "OVMF_VARS_4M.fd", variables)
        words = ["-drive", f"if=pflash,format=raw,readonly=on,file={ovmf}OVMF_CODE_4M.fd",
                 "-drive", f"if=pflash,format=raw,file={variables}"]
        for other in others:
            words += ["-fw_cfg", f"name=opt/org.tianocore/{other},string=n"]
        boot(tap, wire, server, f"{title}: UEFI {name}", "uefi-x64", ["ipxe.efi"], words, "virtio-net-pci,romfile=")


def main():
    part = {"bios": bios, "uefi": uefi}[sys.argv[1]]
    os.chmod(here, 0o755)
    put_files()
    tap, wire = Tap(), lab.Wire()
    router, _ = serve.start_router(wire)
    server = start(wire)
    tap.result(server.ready(), "serve starts beside a router", server.said())
    part(tap, wire, server, "beside a router")
    server.end()
    router.end()
    if part is bios and shutil.which("kea-dhcp4"):
        router, _ = serve.start_kea(wire)
        server = start(wire)
        tap.result(server.ready(), "serve starts beside Kea", server.said())
        boot(tap, wire, server, "beside Kea: iPXE's ROM", "ipxe", [])
        server.end()
        router.end()
    server = start(wire, "--dhcp", "full", "--range", "10.9.0.100-10.9.0.120", "--authoritative", "--lease-file",
                   os.path.join(here, "leases"), u_boot="[class u-boot]\nvendor-class = U-Boot\nboot-file = boot.scr.uimg\n")
    tap.result(server.ready(), "serve starts alone", server.said())
    part(tap, wire, server, "alone")
    server.end()
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
