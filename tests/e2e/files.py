# SPDX-License-Identifier: BSD-2-Clause
"""files.py tftpd|exports: settings of tftpd-hpa and of the NFS server, as bootscope prints them, given to these programs.
TAP on standard output."""

import os
import re
import shlex
import subprocess
import sys

import boards
import dialects
import lab
import packets
from servers import begin, finish, put_files, tail

faults = "tests/cases/faults/"


class Fetcher(boards.Board):
    """Something with an address that fetches files."""

    def __init__(self, wire, address, server):
        self.wire, self.mac, self.address = wire, packets.mac("02:00:5e:00:00:f0"), address
        self.tftp, self.port = server, 50000


# what to fetch is there under the name behind it
tftpd_cases = [
    ("tftp-reply-blocked", "captures/pxe-tftp-reply-blocked.pcap", "netboot.xyz.kpxe", None),
    ("tftp-name-case-or-backslash", faults + "windows-bcd-case.pcap.gz", "\\Boot\\BCD", "Boot/BCD"),
    ("tftp-blksize-too-big", faults + "smee-cilium-mtu-blksize.pcap.gz", "snp.efi", None),
    ("tftp-reply-from-wrong-address", faults + "pixiecore-loopback-address-reply.pcap.gz", "ipxe.efi", None),
    ("tftp-bootcode-not-found", "captures/pi3-bootcode-missing.pcap", "bootcode.bin", None),
]


def tftpd(tap, wire):
    for finding, capture, name, there in tftpd_cases:
        _, fixes = dialects.fixes_of(os.path.join(lab.top, capture), finding)
        lines = fixes["tftpd-hpa"]
        # /etc/default/tftpd-hpa, as Debian's start script reads it
        said = dict(re.findall(r'(TFTP_[A-Z]+)="([^"]*)"', lines))
        options = shlex.split(said.get("TFTP_OPTIONS", "--secure"))
        bound = said.get("TFTP_ADDRESS", ":69")
        server = bound.split(":")[0] or "10.9.8.1"
        if "-m" in options:
            rules = [x for x in lines.splitlines() if not x.startswith("#")]
            options[options.index("-m") + 1] = dialects.write("tftpd.remap", "\n".join(rules) + "\n")
        put_files([there or name])
        host = wire.host()
        host.address(server, 8)
        p = host.start("in.tftpd", "-L", "--user", "root", "--address", bound, *options,
                       said.get("TFTP_DIRECTORY", dialects.root), log="tftpd.log")
        good = host.listens(69)
        got = good and Fetcher(wire, server[:server.rindex(".")] + ".77", server).fetch(name)
        tap.result(bool(got), f"tftpd-hpa: {finding}: the file arrives", good, p.poll(), lines, tail("tftpd.log"))
        host.end()


exports_cases = [
    ("mount-access-denied", "captures/pi5-mount-denied.pcap"),
    ("nfs-root-squash", faults + "osd-nfs-root-squash-mkdir.pcap.gz"),
    ("mount-denied-unprivileged-port", faults + "mnt3err-acces-highport.pcap.gz"),
    ("nfs4-path-not-found", faults + "nfsv4-fsid0-path.pcap.gz"),
]


def exports(tap):
    """The lines as /etc/exports, and what exportfs makes of them."""
    lab.sh("mount", "-t", "tmpfs", "none", "/var/lib/nfs")
    for name in ("etab", "rmtab", "exports"):
        open("/var/lib/nfs/" + name, "w").close()
    lab.sh("mount", "--bind", "/var/lib/nfs/exports", "/etc/exports")
    for finding, capture in exports_cases:
        client, fixes = dialects.fixes_of(os.path.join(lab.top, capture), finding)
        lines = fixes["exports"]
        with open("/etc/exports", "w") as f:
            f.write(lines + "\n")
        with open("/var/lib/nfs/etab", "w"):
            pass
        p = subprocess.run(["exportfs", "-ra"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
        with open("/var/lib/nfs/etab") as f:
            table = f.read()
        # that the folder is not there is no matter, and its exit status; all else that it says is
        said = [x for x in p.stdout.splitlines() if "Failed to stat" not in x]
        path = lines.split(" ")[0]
        tap.result(not said and path.startswith("/") and
                   re.search(re.escape(path) + r"\s+" + re.escape(client["ip"] or "") + r"\(.*no_root_squash", table),
                   f"exports: {finding}: exportfs takes it", lines, p.stdout, table)


def main():
    tap, wire = begin()
    if sys.argv[1] == "tftpd":
        tftpd(tap, wire)
    else:
        exports(tap)
    finish(tap)


main()
