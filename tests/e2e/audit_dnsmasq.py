# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before dnsmasq, right and wrong (audit.py). TAP on standard output."""

import audit
from audit import Case, pis
from probe import full, padded, proxy, tftp

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
    Case("a boot file", full + tftp + "dhcp-boot=pxelinux.0\n", {"pxe-bios": None, "uefi-x64": None, "ipxe": None,
                                                                 "u-boot": None, "linux": None}),
]

if __name__ == "__main__":
    audit.run_cases(cases)
