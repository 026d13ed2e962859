# SPDX-License-Identifier: BSD-2-Clause
"""servers.py DIALECT [NAME]: the board of a faulty capture before a real server of this dialect, with the fault and then
with the fix that bootscope prints for that capture: the finding is raised, and gone. TAP on standard output."""

import ipaddress
import os
import re
import struct
import sys
import time

import boards
import dialects
import lab
import packets
from packets import Dhcp, Udp

menu_of_others = "06:01:03:0a:04:00:50:58:45:09:17:00:00:14:" + b"Boot from local disk".hex(":") + ":ff"
plain = b"Raspberry Pi Boot".hex(":")


loader_isc = 'filename "ipxe.efi";\nnext-server {server};\n'
loader_kea = '"next-server": "{server}", "boot-file-name": "ipxe.efi"'


def kea_43(colons):
    return '"option-data": [ { "code": 43, "csv-format": false, "data": "%s" } ]' % colons.replace(":", "")


class Case:
    """faults: the lines of each server that bring it about, None where it cannot be made to; keeps: those of them that
    stay when the fix comes in."""

    def __init__(self, finding, capture, board, faults, keeps=None, server=None):
        self.finding, self.capture, self.board = finding, capture, board
        self.faults, self.keeps, self.server = faults, keeps or {}, server


cases = [
    Case("dhcp-no-option43", "captures/pi4-no-option43.pcap", boards.Eeprom,
         {"dnsmasq": "dhcp-boot=pxelinux.0", "isc-dhcpd": 'filename "pxelinux.0";\nnext-server {server};',
          "kea": '"next-server": "{server}", "boot-file-name": "pxelinux.0"'}),
    Case("dhcp-option43-malformed", "captures/pi4-option43-empty.pcap", boards.Eeprom,
         {"dnsmasq": "dhcp-option-force=43,06:01:03:0a:04:00",
          "isc-dhcpd": "option vendor-encapsulated-options 06:01:03:0a:04:00;",
          # Kea takes the text for sub-options, and sends none of them
          "kea": kea_43(plain)}),
    Case("dhcp-option43-wrong-text", "captures/pi4-option43-wrong-text.pcap", boards.Eeprom,
         {"dnsmasq": 'pxe-service=0,"Boot from local disk"',
          "isc-dhcpd": "option vendor-encapsulated-options " + menu_of_others + ";",
          "kea": kea_43(menu_of_others)},
         # the menu of the other machines stays
         keeps={"dnsmasq": 'pxe-service=0,"Boot from local disk"'}),
    Case("dhcp-option43-not-encapsulated", "captures/pi4-option43-bare-text.pcap", boards.Eeprom,
         {"dnsmasq": 'dhcp-option-force=43,"Raspberry Pi Boot"',
          "isc-dhcpd": 'option vendor-encapsulated-options "Raspberry Pi Boot";',
          "kea": None}),
    Case("dhcp-option43-unpadded", "tests/cases/faults/pi3-opt43-no-trailing-spaces.pcap.gz",
         boards.PaddedRom,
         {"dnsmasq": 'pxe-service=0,"Raspberry Pi Boot"', "isc-dhcpd": None, "kea": None},
         server="192.168.0.5"),
    Case("dhcp-option66-siaddr-conflict", "captures/pi5-option66-siaddr-conflict.pcap", boards.BySiaddr,
         {"dnsmasq": "dhcp-boot=netboot.xyz-arm64.efi,,{server}\ndhcp-option-force=66,192.168.11.50",
          "isc-dhcpd": 'filename "netboot.xyz-arm64.efi";\nnext-server {server};\n'
                       'option tftp-server-name "192.168.11.50";',
          "kea": '"next-server": "{server}", "boot-file-name": "netboot.xyz-arm64.efi",\n"option-data": '
                 '[ { "name": "tftp-server-name", "data": "192.168.11.50", "always-send": true } ]'}),
    # dnsmasq fills in itself as next server, whatever one does
    Case("dhcp-next-server-missing", "tests/cases/faults/isc-next-server-missing.pcap.gz", boards.Pxe,
         {"dnsmasq": None, "isc-dhcpd": 'filename "boot.ipxe";', "kea": '"boot-file-name": "boot.ipxe"'}),
    Case("pxe-no-bootfile", "tests/cases/faults/isp-router-no-bootfile.pcap.gz", boards.Pxe,
         {"dnsmasq": "", "isc-dhcpd": "", "kea": ""}),
    Case("http-offer-without-httpclient", "tests/cases/faults/uefi-http-boot-needs-httpclient.pcap.gz",
         boards.HttpBoot,
         {"dnsmasq": "dhcp-boot=xcat/xnba.efi", "isc-dhcpd": 'filename "xcat/xnba.efi";',
          "kea": '"boot-file-name": "xcat/xnba.efi"'}),
    Case("pxe-arch-mismatch", "captures/uefi-arm64-x64-loader.pcap", boards.Loader,
         {"dnsmasq": "dhcp-boot=ipxe.efi\nenable-tftp\ntftp-root=/srv/tftp",
          "isc-dhcpd": 'filename "ipxe.efi";\nnext-server {server};',
          "kea": '"next-server": "{server}", "boot-file-name": "ipxe.efi"'}),
    Case("ipxe-chainload-loop", "captures/ipxe-chainload-loop.pcap", boards.Chain,
         {"dnsmasq": "dhcp-boot=undionly.kpxe\nenable-tftp\ntftp-root=/srv/tftp",
          "isc-dhcpd": 'filename "undionly.kpxe";\nnext-server {server};',
          "kea": '"next-server": "{server}", "boot-file-name": "undionly.kpxe"'}),
    Case("pxe-url-to-tftp-client", "tests/cases/faults/uefi-http-url-as-tftp-name.pcap.gz", boards.Pxe,
         {"dnsmasq": "dhcp-boot=http://{server}:3030/dispatch/configuration/small",
          "isc-dhcpd": 'filename "http://{server}:3030/dispatch/configuration/small";\nnext-server {server};',
          "kea": '"next-server": "{server}",\n'
                 '"boot-file-name": "http://{server}:3030/dispatch/configuration/small"'}),
    Case("pxe-opt60-without-opt43-4011", "tests/cases/faults/windows-dhcp-opt60-no-opt43.pcap.gz",
         boards.Pxe4011,
         {"dnsmasq": "dhcp-boot=ipxe.efi\ndhcp-option-force=60,PXEClient",
          "isc-dhcpd": loader_isc + 'option vendor-class-identifier "PXEClient";',
          "kea": loader_kea + ',\n"option-data": [ { "name": "vendor-class-identifier", "data": "PXEClient", '
                              '"always-send": true } ]'},
         keeps={"dnsmasq": "dhcp-boot=ipxe.efi", "kea": loader_kea,
                "isc-dhcpd": loader_isc + 'option vendor-class-identifier "PXEClient";'}),
]


def network_of(capture, mac):
    """Server, address and mask of the first offer of an address to the board."""
    for _, frame in packets.read_pcap(capture):
        udp = Udp.read(frame)
        message = Dhcp.read(udp.payload) if udp and udp.dport == 68 else None
        if message and message.chaddr == mac and message.type == packets.OFFER and message.yiaddr != "0.0.0.0":
            mask = packets.dotted(message.get(1, bytes([255, 255, 255, 0])))
            router = packets.dotted(message.get(3, b"")[:4]) if message.get(3) else None
            return dialects.Network(udp.src, message.yiaddr, mask, router)
    raise ValueError(f"{capture}: no offer")


# PE/COFF machine types: what a loader says of itself
machines = {"ipxe.efi": 0x8664, "ipxe-arm64.efi": 0xAA64}


def put_files(names):
    for name in names:
        path = os.path.join(dialects.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        content = name.encode() * 50
        if name in machines:
            content = (b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" +
                       struct.pack("<H", machines[name]) + content)
        with open(path, "wb") as f:
            f.write(content)


def first_files(client):
    serial = client["serial"] or "00000000"
    return ["bootcode.bin", f"{serial}/start4.elf", f"{serial}/config.txt"]


def without(message, code):
    copy = Dhcp.read(message.raw)
    copy.options = [(c, v) for c, v in copy.options if c != code]
    copy.source = message.source
    return copy


class Tap:
    def __init__(self):
        self.n, self.failed = 0, 0

    def result(self, good, name, *notes):
        self.n += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.n} - {name}")
        for note in notes if not good else ():
            for line in str(note).splitlines():
                print(f"# {line}")
        sys.stdout.flush()


def tail(name, lines=12):
    try:
        with open(os.path.join(lab.temporary, name), errors="replace") as f:
            return "".join(f.readlines()[-lines:])
    except OSError:
        return ""


def named_hosts(lines, net):
    """Addresses of this network that the lines name: hosts that must be there."""
    words = {ipaddress.ip_address(w) for w in re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", lines)
             if not w.startswith("255.")}
    ends = (net.net.network_address, net.net.broadcast_address, ipaddress.ip_address(net.client))
    return {str(w) for w in words if w in net.net and w not in ends}


def record(tap, wire, name, dialect, net, lines, board, tftp=False):
    """The board boots before a server with these lines: how far it came, and the recording; None: no server."""
    host = wire.host()
    net.hosts = [net.server] + sorted(named_hosts(lines, net) - {net.server})
    for address in net.hosts if not dialect.sets_addresses else ():
        host.address(address, net.net.prefixlen)
    path = dialect.config(net, lines)
    try:
        wrong = dialect.check(host, path)
        if wrong:
            tap.result(False, f"{name}: the server takes the file", wrong, lines)
            return None
        if not dialect.start(host, path):
            tap.result(False, f"{name}: the server starts", tail(dialect.key + ".log"), lines)
            return None
        if tftp and "enable-tftp" not in lines and not dialects.start_tftp(host):
            tap.result(False, f"{name}: the TFTP server starts", tail("tftpd.log"))
            return None
        wire.record()
        end = board.boot()
        return end, wire.save(name.replace(" ", "-").replace(":", "") + ".pcap")
    finally:
        host.end()
        if host.died:
            tap.result(False, f"{name}: the server lives", host.died, tail(dialect.key + ".log"))


def run(tap, wire, dialect, case):
    capture = os.path.join(lab.top, case.capture)
    client, fixes = dialects.fixes_of(capture, case.finding)
    mac = client["mac"]
    net = network_of(capture, packets.mac(mac))
    net.server = case.server or net.server
    name = f"{dialect.key}: {case.finding}"
    fault = case.faults.get(dialect.key)
    put_files(["ipxe.efi", "ipxe-arm64.efi", "undionly.kpxe", "boot.ipxe"] + first_files(client))
    if fault is not None:
        done = record(tap, wire, name + " before", dialect, net, fault.replace("{server}", net.server),
                      case.board(wire, capture, mac), tftp=case.board in (boards.Loader, boards.Chain))
        if done:
            ids, ends = dialects.findings_of(done[1], mac)
            tap.result(case.finding in ids and done[0] != "loaded", name + " is raised", done, ids, ends)
    if dialect.key not in fixes:
        if dialect.key in ("dnsmasq", "kea", "isc-dhcpd", "openwrt", "libvirt"):
            tap.result(False, name + ": there is a fix")
        return
    board = case.board(wire, capture, mac)
    board.first_file = board.first_file or {"pi4": first_files(client)[1], "pi5": first_files(client)[2]}.get(
        client["family"], "bootcode.bin")
    put_files([board.first_file])
    lines = fixes[dialect.key].replace("TFTP-ADDRESS", net.server)
    keeps = case.keeps.get(dialect.key, "")
    if isinstance(dialect, dialects.Dnsmasq):
        keeps = dialect.as_dnsmasq(case.keeps.get("dnsmasq", ""))
    lines = keeps.replace("{server}", net.server) + "\n" + lines
    done = record(tap, wire, name + " after", dialect, net, lines, board, tftp=True)
    if done:
        ids, ends = dialects.findings_of(done[1], mac)
        tap.result(not ids and done[0] == "loaded", name + " is gone with the fix", done, ids, ends, lines)
        if isinstance(board, (boards.Rom, boards.Eeprom)) and re.search("43|pxe-service", fixes[dialect.key]):
            tap.result(board.choose([without(o, 66) for o in board.offers]),
                       name + ": option 43 alone would do", done)


def begin():
    lab.sh("mount", "-t", "tmpfs", "none", "/srv")
    os.makedirs(dialects.root)
    return Tap(), lab.Wire()


def finish(tap):
    keep = os.environ.get("KEEP_RECORDINGS")
    if keep:
        lab.sh("sh", "-c", f"cp {lab.temporary}/* {keep}/")
    print(f"1..{tap.n}")


def main():
    tap, wire = begin()
    dialect = dialects.dialects[sys.argv[1]]()
    for case in cases:
        if len(sys.argv) < 3 or sys.argv[2] == case.finding:
            start = time.monotonic()
            run(tap, wire, dialect, case)
            print(f"# {time.monotonic() - start:.1f} s")
    finish(tap)


if __name__ == "__main__":
    main()
