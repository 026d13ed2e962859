# SPDX-License-Identifier: BSD-2-Clause
"""bootscope serve --config, asked by udhcpc as clients of many kinds. TAP on standard output."""

import os
import signal
import subprocess
import sys

import lab
from servers import Tap

config = os.path.join(lab.temporary, "bootscope.conf")
script = os.path.join(lab.temporary, "say")
leases = os.path.join(lab.temporary, "new", "leases")  # a folder that is made

# `if exists user-class and ... elsif option arch = 00:07 ...` of ISC dhcpd
text = f"""
[serve]
interface = eth0
[dhcp]
mode = full
clients = all
range = 10.9.0.100-10.9.0.199,1h
lease-file = {leases}
probe-ms = 50
next-server = 10.9.0.2
domain = lab.example
[class ipxe]
user-class = iPXE
http-url = http://10.9.0.3/menu.ipxe
[class efi-x64]
arch = 00:07, 9
boot-file = efi/grubx64.efi
[class efi-arm64]
arch = 11
boot-file = grubaa64.efi
tftp-prefix = arm/
option.root_path = /srv/nfs/arm
[class u-boot]
vendor-class = U-Boot
boot-file = boot.scr.uimg
next-server = 10.9.0.4
[class mine]
mac = 02:00:00:aa
boot-file = mine.0
[class else]
boot-file = pxelinux.0
[host kitchen]
mac = 02:00:00:aa:00:01
address = 10.9.0.20
"""

# name, vendor class, options as udhcpc takes them, MAC, what it gets: next server, file, root path, address
clients = (
    ("EFI x64, 7", "PXEClient:Arch:00007:UNDI:003016", ["0x5d:0007"], None, "10.9.0.2 efi/grubx64.efi -", None),
    ("EFI x64, 9", "PXEClient:Arch:00009:UNDI:003016", ["0x5d:0009"], None, "10.9.0.2 efi/grubx64.efi -", None),
    ("EFI arm64", "PXEClient:Arch:00011:UNDI:003000", ["0x5d:000b"], None, "10.9.0.2 arm/grubaa64.efi /srv/nfs/arm", None),
    ("U-Boot", "U-Boot.armv8", ["0x5d:0016"], None, "10.9.0.4 boot.scr.uimg -", None),
    ("iPXE on EFI", "PXEClient:Arch:00007:UNDI:003010", ["0x5d:0007", "0x4d:69505845"], None,
     "10.9.0.2 http://10.9.0.3/menu.ipxe -", None),
    ("iPXE as RFC 3004 has it", "PXEClient:Arch:00000:UNDI:002001", ["0x4d:0469505845"], None,
     "10.9.0.2 http://10.9.0.3/menu.ipxe -", None),
    ("BIOS", "PXEClient:Arch:00000:UNDI:002001", ["0x5d:0000"], None, "10.9.0.2 pxelinux.0 -", None),
    ("a reserved one of a class by MAC", "PXEClient:Arch:00000:UNDI:002001", [], "02:00:00:aa:00:01",
     "10.9.0.2 mine.0 -", "10.9.0.20"),
)


def ask(host, vendor, options):
    words = ["busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-t", "5", "-T", "1", "-s", script, "-V", vendor,
             "-O", "bootfile", "-O", "rootpath"]
    for option in options:
        words += ["-x", option]
    try:
        return subprocess.run(host.enter + words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20,
                              check=False)
    except subprocess.TimeoutExpired:
        return None


def main():
    tap, wire = Tap(), lab.Wire()
    with open(config, "w") as f:
        f.write(text)
    # what stands in the header's field and in option 67 must be the same
    with open(script, "w") as f:
        f.write('#!/bin/sh\n[ "$1" = bound ] || exit 0\n[ "$boot_file" = "$bootfile" ] || echo differs\n'
                'echo "got $siaddr $boot_file ${rootpath:--}" at "$ip" in "$domain"\n')
    os.chmod(script, 0o755)
    os.chmod(lab.temporary, 0o755)
    server = wire.host()
    server.address("10.9.0.1", 24)
    p = server.start(lab.bootscope, "serve", "--config", config, "-q", log="serve.out")
    tap.result(server.says("serve.out", " serve ready "), "it starts with what the file says")
    for name, vendor, options, mac, wanted, address in clients:
        host = wire.host()
        if mac:
            host.run("ip", "link", "set", "eth0", "down")
            host.run("ip", "link", "set", "eth0", "address", mac)
            host.run("ip", "link", "set", "eth0", "up")
        done = ask(host, vendor, options)
        said = done.stdout if done else ""
        tap.result(f"got {wanted} at {address or '10.9.0.1'}" in said and "differs" not in said and
                   "in lab.example" in said, f"{name} gets what its class says", said, done and done.stderr)
        host.end()
    with open(leases) as f:
        lines = f.read().split("\n")
    tap.result(any(" 02:00:00:aa:00:01 10.9.0.20 " in line for line in lines), "its lease is in the file", *lines)
    p.send_signal(signal.SIGINT)
    p.wait(15)
    server.end()
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


main()
