# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before dnsmasq, right and wrong (audit.py). TAP on standard output."""

import audit
from audit import Case, loader, pis
from probe import full, menu, padded, proxy, tftp

# one loader for each kind of machine, and a script for what it becomes
chain = """dhcp-match=set:bios,option:client-arch,0
dhcp-match=set:x64,option:client-arch,7
dhcp-match=set:arm64,option:client-arch,11
dhcp-match=set:board,option:client-arch,22
dhcp-userclass=set:ipxe,iPXE
dhcp-boot=tag:bios,tag:!ipxe,undionly.kpxe
dhcp-boot=tag:x64,tag:!ipxe,ipxe.efi
dhcp-boot=tag:arm64,tag:!ipxe,ipxe-arm64.efi
dhcp-boot=tag:board,pxelinux.0
"""
script = "dhcp-boot=tag:ipxe,boot.ipxe\n"
chain_files = (("undionly.kpxe", bytes(50000)), ("ipxe.efi", loader(0x8664)), ("ipxe-arm64.efi", loader(0xAA64)),
               ("boot.ipxe", b"#!ipxe\nchain http://10.9.0.1/\n"))
pcs = ("pxe-bios", "uefi-x64", "uefi-arm64", "ipxe", "u-boot")
http = """dhcp-match=set:http,option:client-arch,16
dhcp-match=set:http,option:client-arch,19
dhcp-boot=tag:http,http://10.9.0.1/boot.efi
dhcp-boot=tag:!http,ipxe.efi
"""

cases = [
    Case("full", full + tftp + padded, dict.fromkeys(pis)),
    Case("option 66 alone", full + tftp + "dhcp-option=66,10.9.0.1\n", dict.fromkeys(pis)),
    Case("a proxy beside a router", full, dict.fromkeys(pis), second=proxy + tftp + padded),
    Case("a proxy without the text", full, dict.fromkeys(("pi4", "pi5"), "dhcp-option43-wrong-text"),
         second=proxy + tftp + 'pxe-service=0,"Boot"\n'),
    Case("no option 43", full + tftp, dict.fromkeys(pis, "dhcp-no-option43")),
    Case("TFTP off", full + padded, dict.fromkeys(pis, "tftp-port-unreachable")),
    Case("a folder for each MAC", full + padded + tftp + "tftp-unique-root=mac\n", dict.fromkeys(pis)),
    Case("no kernel", full + tftp + padded, {"pi4": "tftp-kernel-not-found", "pi5": "tftp-kernel-not-found"},
         without=("kernel8.img", "kernel_2712.img")),
    Case("some boot, some do not", full + tftp + padded, {"pi3b": None, "pi4": None, "pi5": "tftp-config-missing",
                                                          "pxe-bios": "pxe-4011-unanswered", "linux": None},
         without=("config.txt",)),
    Case("nobody", None, {"pi3b": "dhcp-no-offer", "pi5": "dhcp-no-offer"}),
    Case("a boot file", full + tftp + "dhcp-boot=pxelinux.0\n", {"pxe-bios": None, "uefi-x64": "pxe-arch-mismatch", "ipxe": None,
                                                                 "u-boot": None, "linux": None}),
    Case("a menu without blanks", full + tftp + menu, dict.fromkeys(pis)),
    Case("a menu for UEFI", full + tftp + 'pxe-service=7,"Raspberry Pi Boot   "\n', dict.fromkeys(pis, "dhcp-option43-wrong-text")),
    Case("option 66 with a name", full + tftp + "dhcp-option=66,tftp.lan\n", dict.fromkeys(pis, "dhcp-no-option43")),
    Case("option 66 of nobody", full + tftp + "dhcp-option=66,10.9.0.77\n", dict.fromkeys(pis, "arp-no-answer")),
    Case("text outside of a menu", full + tftp + 'dhcp-option=43,"Raspberry Pi Boot   "\n',
         {"pi3b": None, "pi3b-plus": None, "pi4": "dhcp-option43-not-encapsulated", "pi5": "dhcp-option43-not-encapsulated"}),
    Case("a folder for each address", full + tftp + padded + "tftp-unique-root\n",
         {"pi3b": "tftp-bootcode-not-found", "pi4": "tftp-firmware-not-found", "pi5": "tftp-config-missing"},
         files=[(f"10.9.0.{n}/other", b"") for n in range(50, 91)]),
    Case("a tag by option 97", full + tftp + "dhcp-match=set:pi4,97,00:34:69:50:52\ndhcp-match=set:pi5,97,00:35:69:50:52\n"
         'pxe-service=tag:pi4,0,"Raspberry Pi Boot"\n', {"pi4": None, "pi5": "dhcp-option43-wrong-text"}),
    Case("a tag by MAC", full + tftp + "dhcp-mac=set:pi,dc:a6:32:*:*:*\n"
         'pxe-service=tag:pi,0,"Raspberry Pi Boot   "\n', dict.fromkeys(pis), words=("--oui", "dc:a6:32")),
    Case("a tag by another MAC", full + tftp + "dhcp-mac=set:pi,dc:a6:32:*:*:*\n"
         'pxe-service=tag:pi,0,"Raspberry Pi Boot   "\n', {"pi4": "dhcp-option43-wrong-text"}, words=("--oui", "d8:3a:dd")),
    Case("known ones only", full + tftp + padded + "dhcp-ignore=tag:!known\n", {"pi4": "dhcp-no-offer", "uefi-x64": "dhcp-no-offer"}),
    Case("class PXEClient alone", full + tftp + "dhcp-boot=ipxe.efi\ndhcp-option-force=60,PXEClient\n",
         {"uefi-x64": "pxe-opt60-without-opt43-4011", "pi4": "dhcp-no-option43"}, files=chain_files),
    Case("class PXEClient, and nothing to discover", full + tftp + "dhcp-boot=ipxe.efi\ndhcp-option-force=60,PXEClient\n"
         "dhcp-option-force=43,06:01:08:ff\n", {"uefi-x64": None, "pi4": "dhcp-option43-wrong-text"}, files=chain_files),
    Case("a chain by architecture", full + tftp + chain + script, dict.fromkeys(pcs), files=chain_files),
    # an iPXE may carry a script: that it is told to load another one is no fault yet
    Case("a chain that may be a loop", full + tftp + chain.replace("tag:!ipxe,", ""), dict.fromkeys(pcs), files=chain_files),
    Case("one loader for all", full + tftp + "dhcp-boot=ipxe.efi\n",
         {"pxe-bios": "pxe-arch-mismatch", "uefi-x64": None, "uefi-arm64": "pxe-arch-mismatch", "u-boot": None}, files=chain_files),
    Case("no such loader", full + tftp + "dhcp-boot=none.efi\n",
         {**dict.fromkeys(pcs, "tftp-bootfile-not-found"), "u-boot": "pxelinux-cfg-not-found"}),
    Case("a proxy alone", proxy + tftp + padded, dict.fromkeys(("pi3b", "pi4", "pi5"), "proxydhcp-without-dhcp-server")),
    Case("HTTP boot", full + tftp + http + "dhcp-option-force=tag:http,60,HTTPClient\n",
         dict.fromkeys(("uefi-x64-http", "uefi-arm64-http", "uefi-x64")), files=chain_files),
    Case("HTTP boot without its class", full + tftp + http,
         {**dict.fromkeys(("uefi-x64-http", "uefi-arm64-http"), "http-offer-without-httpclient"), "uefi-x64": None},
         files=chain_files),
]

if __name__ == "__main__":
    audit.run_cases(cases)
