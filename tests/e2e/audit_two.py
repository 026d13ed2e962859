# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit where two DHCP servers answer: a router and a proxy beside it, and two in conflict (audit.py). TAP on
standard output."""

import audit
from audit import Case, dialect, loader, pis
from probe import full, menu, padded, proxy, tftp

# neither is authoritative, or the one would refuse what the other gave; late: the other has long been answered
first = "dhcp-range=10.9.0.50,10.9.0.90,1h\n"
other = "dhcp-range=10.9.0.150,10.9.0.190,1h\n"
late = "dhcp-reply-delay=3\n"
files = (("undionly.kpxe", bytes(50000)), ("ipxe.efi", loader(0x8664)), ("undionly.kpxe.0", bytes(50000)))
loaders = 'pxe-service=x86PC,"Boot",undionly.kpxe\npxe-service=7,"Boot",ipxe.efi\n'
by_arch = "dhcp-match=set:bios,option:client-arch,0\n"

cases = [
    Case("a router of Kea's, and a proxy", dialect("kea", "", tftp=False), dict.fromkeys(pis), second=proxy + tftp + padded),
    Case("a router of ISC's, and a proxy", dialect("isc-dhcpd", "", tftp=False), dict.fromkeys(pis), second=proxy + tftp + menu),
    Case("a router, and a proxy for PCs", full, {"pxe-bios": None, "uefi-x64": None, "pi4": "dhcp-option43-wrong-text"},
         second=proxy + tftp + loaders, files=files),
    Case("a router that names itself, and a proxy", full + "dhcp-option=66,10.9.0.1\n",
         dict.fromkeys(("pi4", "pi5"), "tftp-port-unreachable"), second=proxy + tftp + padded),
    Case("a router without addresses, and a proxy", "dhcp-range=10.9.0.50,10.9.0.50,1h\ndhcp-host=02:00:00:00:00:09,10.9.0.50\n",
         {**dict.fromkeys(("pi3b", "pi4"), "proxydhcp-without-dhcp-server"), "linux": "kernel-dhcp-no-offer"},
         second=proxy + tftp + padded),
    Case("no address left", "dhcp-range=10.9.0.50,10.9.0.50,1h\ndhcp-host=02:00:00:00:00:09,10.9.0.50\n" + tftp + padded,
         {**dict.fromkeys(("pi3b", "pi5", "uefi-x64"), "dhcp-no-offer"), "linux": "kernel-dhcp-no-offer"}),
    Case("two whole servers", first + tftp + padded, dict.fromkeys(pis), second=other + tftp + padded),
    Case("the first has no files", first + padded, dict.fromkeys(("pi4", "pi5"), "tftp-port-unreachable"),
         second=other + late + tftp + padded),
    Case("the first has files", first + tftp + padded, dict.fromkeys(("pi4", "pi5")), second=other + late + padded),
    Case("boot data from one, addresses from both", first, dict.fromkeys(pis), second=other + tftp + padded),
    Case("a late one without boot data", first + tftp + "dhcp-boot=undionly.kpxe\n", {"pxe-bios": None, "u-boot": None, "linux": None},
         second=other + late, files=files),
    # the tag is of an option that the EEPROM's REQUEST and the kernel lack
    Case("its own server refuses", by_arch + "dhcp-range=tag:bios,10.9.0.50,10.9.0.90,1h\ndhcp-authoritative\n" + tftp + padded,
         {"pi3b": "kernel-dhcp-no-offer", "pi4": "dhcp-nak", "pi5": "dhcp-nak", "pxe-bios": "pxe-4011-unanswered"}),
    Case("another server refuses", by_arch + "dhcp-ignore=tag:!bios\n" + first + tftp + padded,
         {"pi3b": None, "pi4": "dhcp-nak-from-other-server", "pi5": "dhcp-nak-from-other-server"},
         second=other + late + "dhcp-authoritative\n"),
]

if __name__ == "__main__":
    audit.run_cases(cases)
