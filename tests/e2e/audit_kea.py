# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before Kea, right and wrong (audit.py). TAP on standard output."""

import audit
from audit import Case, dialect, loader, pis

# what a menu consists of has to be told to Kea: PXE 2.1, 2.2
menu = """// in "Dhcp4"
"option-def": [
  { "name": "discovery-control", "code": 6, "space": "vendor-encapsulated-options-space", "type": "uint8" },
  { "name": "boot-menu", "code": 9, "space": "vendor-encapsulated-options-space", "type": "record",
    "record-types": "uint16, uint8, string" },
  { "name": "menu-prompt", "code": 10, "space": "vendor-encapsulated-options-space", "type": "record",
    "record-types": "uint8, string" } ],
"client-classes": [ { "name": "pxe", "test": "substring(option[60].hex,0,9) == '%s'",
  "option-data": [
    { "name": "vendor-class-identifier", "data": "PXEClient", "always-send": true },
    { "name": "vendor-encapsulated-options", "always-send": true },
    { "name": "discovery-control", "space": "vendor-encapsulated-options-space", "data": "3" },
    { "name": "menu-prompt", "space": "vendor-encapsulated-options-space", "data": "0, PXE" }%s ] } ]
"""
text = """,
    { "name": "boot-menu", "space": "vendor-encapsulated-options-space", "data": "0, 17, Raspberry Pi Boot" }"""

by_class = """// in "Dhcp4"
"client-classes": [
  { "name": "bios", "test": "option[93].hex == 0x0000 and not (option[77].hex == 'iPXE')", "boot-file-name": "undionly.kpxe" },
  { "name": "x64", "test": "option[93].hex == 0x0007", "boot-file-name": "ipxe.efi" },
  { "name": "arm64", "test": "option[93].hex == 0x000b", "boot-file-name": "ipxe-arm64.efi" },
  { "name": "ipxe", "test": "option[77].hex == 'iPXE'", "boot-file-name": "boot.ipxe" },
  { "name": "http", "test": "substring(option[60].hex,0,10) == 'HTTPClient'", "boot-file-name": "http://{server}/boot.efi",
    "option-data": [ { "name": "vendor-class-identifier", "data": "HTTPClient", "always-send": true } ] } ]
"""
next_server = """,
"next-server": "{server}"
"""
files = (("undionly.kpxe", bytes(50000)), ("ipxe.efi", loader(0x8664)), ("ipxe-arm64.efi", loader(0xAA64)),
         ("boot.ipxe", b"#!ipxe\n"))


def kea(lines, **more):
    return dialect("kea", lines, **more)


cases = [
    Case("a menu", kea(menu % ("PXEClient", text)), dict.fromkeys(pis)),
    Case("a menu without the text", kea(menu % ("PXEClient", "")), dict.fromkeys(pis, "dhcp-option43-wrong-text")),
    Case("a menu for another class", kea(menu % ("Raspberry", text)), dict.fromkeys(pis, "dhcp-no-option43")),
    Case("a menu, and no TFTP server", kea(menu % ("PXEClient", text), tftp=False), dict.fromkeys(pis, "tftp-port-unreachable")),
    Case("option 66", kea('"option-data": [ { "name": "tftp-server-name", "data": "{server}" } ]'), dict.fromkeys(pis)),
    Case("next-server alone", kea('"next-server": "{server}"'),
         {**dict.fromkeys(pis, "dhcp-no-option43"), "uefi-x64": "pxe-no-bootfile"}),
    Case("classes by architecture", kea(by_class + next_server),
         dict.fromkeys(("pxe-bios", "uefi-x64", "uefi-arm64", "uefi-x64-http", "ipxe")), files=files),
    Case("classes without next-server", kea(by_class),
         {**dict.fromkeys(("pxe-bios", "uefi-x64", "uefi-arm64", "ipxe"), "dhcp-next-server-missing"), "uefi-x64-http": None},
         files=files),
    Case("the last address is another's", kea('"reservations": [ %s ]' % ", ".join(
        f'{{ "hw-address": "02:00:00:00:00:{n}", "ip-address": "10.9.0.{n}" }}' for n in range(50, 91))),
         {"pi3b": "dhcp-no-offer", "pi4": "dhcp-no-offer"}),
]

if __name__ == "__main__":
    audit.run_cases(cases)
