# SPDX-License-Identifier: BSD-2-Clause
"""Every fix of docs/findings.md for a server that is installed goes through that server's own check of its configuration,
the names in capitals filled in. TAP on standard output."""

import os
import re
import shutil

import dialects
import lab
from servers import begin, finish

sample = {
    "TFTP-ADDRESS": "192.168.1.2", "TFTP": "192.168.1.2", "CLIENT": "192.168.1.50", "ADDRESS": "192.168.1.50",
    "NAME-SERVER": "192.168.1.3", "ADDRESS-THAT-IS-ASKED": "192.168.1.1", "SERVER": "192.168.1.1",
    "DHCP": "192.168.1.1", "NEXT": "192.168.1.2", "SUBNET": "192.168.1.0", "MASK": "255.255.255.0",
    "ROUTER": "192.168.1.1", "FIRST": "192.168.1.50", "LAST": "192.168.1.60", "NETWORK": "192.168.1.0", "NETMASK": "255.255.255.0",
    "MAC": "dc:a6:32:01:02:03", "OUI": "dc:a6:32", "SERIAL": "s38c128c0", "FILE": "boot.efi", "LOADER": "ipxe.efi",
    "ARCH": "7", "TEXT": "192.168.1.2", "PATH": "/srv/nfs/x",
}
words = re.compile(r"(?<![A-Za-z0-9_-])(" + "|".join(sorted(map(re.escape, sample), key=len, reverse=True)) +
                   r")(?![A-Za-z0-9_=-])")


def fixes():
    """(finding, dialect, lines) of the page."""
    finding = dialect = None
    with open(os.path.join(lab.top, "docs/findings.md")) as f:
        lines = f.read().splitlines()
    at = 0
    while at < len(lines):
        if lines[at].startswith("## "):
            finding = lines[at][3:]
        elif re.fullmatch(r"[a-z.-]+:", lines[at]):
            dialect = lines[at][:-1]
        elif lines[at] == "```":
            end = lines.index("```", at + 1)
            yield finding, dialect, "\n".join(lines[at + 1:end])
            at = end
        at += 1


def main():
    tap, wire = begin()
    net = dialects.Network("192.168.1.1", "192.168.1.50")
    host = wire.host()
    host.address(net.server, 24)
    ready = {key: kind() for key, kind in dialects.dialects.items()
             if key != "systemd-networkd" and all(shutil.which(p) for p in kind.programs)}
    tried = 0
    for finding, key, lines in fixes():
        if key not in ready:
            continue
        tried += 1
        lines = words.sub(lambda m: sample[m.group(1)], lines)
        wrong = ready[key].check(host, ready[key].config(net, lines))
        if wrong:
            tap.result(False, f"{key}: {finding}", wrong, lines)
    host.end()
    tap.result(tried > 20, f"{' '.join(ready)}: {tried} fixes were tried")
    finish(tap)


main()
