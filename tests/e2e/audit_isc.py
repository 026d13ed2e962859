# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before ISC dhcpd, right and wrong (audit.py). TAP on standard output."""

import audit
from audit import Case, dialect, loader, pis

# dhcpd's own way to a menu: a space of the sub-options (PXE 2.1, 2.2)
menu = """option space PXE;
option PXE.discovery-control code 6 = unsigned integer 8;
option PXE.boot-menu code 9 = { unsigned integer 16, unsigned integer 8, text };
option PXE.menu-prompt code 10 = { unsigned integer 8, text };
class "boards" {
  match if substring(option vendor-class-identifier, 0, 9) = "PXEClient";
  option vendor-class-identifier "PXEClient";
  vendor-option-space PXE;
  option PXE.discovery-control 3;
  option PXE.menu-prompt 0 "PXE";
  option PXE.boot-menu 0 17 "Raspberry Pi Boot";
}
"""
octets = """class "boards" {
  match if substring(option vendor-class-identifier, 0, 9) = "PXEClient";
  option vendor-class-identifier "PXEClient";
  option vendor-encapsulated-options
    06:01:03:0a:04:00:50:58:45:09:17:00:00:14:52:61:73:70:62:65:72:72:79:20:50:69:20:42:6f:6f:74:20:20:20:ff;
}
"""
by_arch = """option arch code 93 = unsigned integer 16;
option user-class code 77 = string;
if option user-class = "iPXE" {
  filename "boot.ipxe";
} elsif option arch = 00:07 or option arch = 00:09 {
  filename "ipxe.efi";
} elsif option arch = 00:0b {
  filename "ipxe-arm64.efi";
} elsif option arch = 00:10 {
  option vendor-class-identifier "HTTPClient";
  filename "http://{server}/boot.efi";
} else {
  filename "undionly.kpxe";
}
"""
next_server = "next-server {server};\n"
files = (("undionly.kpxe", bytes(50000)), ("ipxe.efi", loader(0x8664)), ("ipxe-arm64.efi", loader(0xAA64)),
         ("boot.ipxe", b"#!ipxe\n"))
pcs = ("pxe-bios", "uefi-x64", "uefi-arm64", "ipxe")


def isc(lines, **more):
    return dialect("isc-dhcpd", lines, **more)


cases = [
    Case("a menu of a space", isc(menu), dict.fromkeys(pis)),
    Case("a menu in bytes", isc(octets), dict.fromkeys(pis)),
    Case("text as option 43", isc('option vendor-encapsulated-options "Raspberry Pi Boot   ";\n'),
         {"pi3b": None, "pi3b-plus": None, "pi4": "dhcp-option43-not-encapsulated", "pi5": "dhcp-option43-not-encapsulated"}),
    Case("a menu without its class", isc(octets.replace('option vendor-class-identifier "PXEClient";', "")),
         {"pi3b": None, "pi4": "dhcp-option60-missing", "pi5": "dhcp-option60-missing"}),
    Case("option 66", isc('option tftp-server-name "{server}";\n'), dict.fromkeys(pis)),
    Case("nothing", isc(""), {**dict.fromkeys(pis, "dhcp-no-option43"), "pxe-bios": "pxe-no-bootfile", "u-boot": "pxe-no-bootfile",
                              "linux": None}),
    Case("a chain by architecture", isc(by_arch + next_server), dict.fromkeys(pcs + ("uefi-x64-http",)), files=files),
    Case("a chain without next-server", isc(by_arch),
         {**dict.fromkeys(pcs, "dhcp-next-server-missing"), "uefi-x64-http": None}, files=files),
    Case("one file for all", isc('filename "undionly.kpxe";\n' + next_server),
         {"pxe-bios": None, "uefi-x64": "pxe-arch-mismatch", "uefi-arm64": "pxe-arch-mismatch", "u-boot": None}, files=files),
    Case("no next-server and no Pi's options", isc('filename "pxelinux.0";\n'),
         {"pi4": "dhcp-no-option43", "pxe-bios": "dhcp-next-server-missing"}),
]

if __name__ == "__main__":
    audit.run_cases(cases)
