# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before tftpd-hpa and atftpd, right and wrong, which another host's dnsmasq names in option 66 (audit.py).
TAP on standard output."""

import os
import shutil

import audit
import lab
from audit import Case, pis
from probe import full, padded, root, serial

named = full + "dhcp-option=66,10.9.0.2\n"
loader = full + "dhcp-boot=pxelinux.0,,10.9.0.2\n"
folder = os.path.join(root, serial)


def server(*words, wire, address, prepare, nft):
    host = wire.host()
    host.address(address, 24)
    if prepare:
        prepare()
    if nft:
        path = os.path.join(lab.temporary, "rules.nft")
        with open(path, "w") as f:
            f.write("table ip boot {\nchain out {\ntype filter hook output priority 0\n%s\n}\n}\n" % nft)
        host.run("nft", "-f", path)
    host.start(*words, log="tftpd.log")
    return [host], host.listens(69)


def hpa(*options, top=root, prepare=None, nft=None):
    """tftpd-hpa, as Debian starts it; prepare() changes what lies there, nft: rules for what leaves the host."""
    def start(wire, address):
        return server("in.tftpd", "-L", "-v", "--user", "nobody", *options, top, wire=wire, address=address, prepare=prepare,
                      nft=nft)
    return start


def atftpd(*options, prepare=None):
    def start(wire, address):
        return server("atftpd", "--daemon", "--no-fork", "--logfile", "-", "--verbose=7", *options, root, wire=wire,
                      address=address, prepare=prepare, nft=None)
    return start


def closed_folder():
    os.chmod(folder, 0o700)


def closed_files():
    for path, _, names in os.walk(root):
        for name in names:
            os.chmod(os.path.join(path, name), 0o600)


def upper():
    """As a FAT file system of old times has them."""
    for path, _, names in os.walk(root):
        for name in names:
            os.rename(os.path.join(path, name), os.path.join(path, name.upper()))


def one_folder():
    """All in the root, without the serial number's folder."""
    for name in os.listdir(folder):
        os.rename(os.path.join(folder, name), os.path.join(root, name))
    os.rmdir(folder)


def linked():
    """The board's folder is a link by its whole name, which leads nowhere once the server has changed its root."""
    os.rename(folder, os.path.join(root, "boards"))
    os.symlink(os.path.join(root, "boards"), folder)


def rules(name, text, prepare):
    """The name of a file with the rules, and what makes it."""
    path = os.path.join(lab.temporary, name)

    def put():
        prepare()
        with open(path, "w") as f:
            f.write(text)
    return path, put


def empty_root():
    shutil.rmtree(root)
    os.makedirs(root)


map_root, put_root = rules("remap", "r ^[0-9a-f]{8}/+(.*)$ \\1\n", one_folder)
map_upper, put_upper = rules("remap", "r ^([0-9a-f]{8}/+|)(overlays/|)(.*)$ \\1\\2\\U\\3\n", upper)
pcre_upper, put_pcre = rules("pcre", "^bootcode.bin$ BOOTCODE.BIN\n", upper)

good = dict.fromkeys(pis)
nothing = {"pi3b": "tftp-bootcode-not-found", "pi3b-plus": "tftp-bootcode-not-found", "pi4": "tftp-firmware-not-found",
           "pi5": "tftp-config-missing"}
no_folder = {**nothing, "pi3b": "tftp-firmware-not-found", "pi3b-plus": "tftp-firmware-not-found"}
pcs = ("pxe-bios", "uefi-x64", "ipxe", "u-boot")
bios_loader = {**dict.fromkeys(pcs), "uefi-x64": "pxe-arch-mismatch"}
denied = dict.fromkeys(pis, "tftp-access-violation")
corrupt = dict.fromkeys(pis, "tftp-file-corrupt")

cases = [
    # boards wait long for who does not answer: these first
    Case("a firewall in the way", named, dict.fromkeys(("pi3b", "pi4"), "tftp-reply-blocked"),
         second=hpa("--secure", nft="udp sport != 69 drop")),
    Case("another address answers", named, dict.fromkeys(("pi3b-plus", "pi5"), "tftp-reply-from-wrong-address"),
         second=hpa("--secure", nft="udp sport != 69 ip saddr set 10.9.0.3")),
    Case("tftpd-hpa", named, good, second=hpa("--secure")),
    # the ROM asks who offered the menu, later bootloaders take siaddr
    Case("tftpd-hpa, a menu and siaddr", full + padded + "dhcp-boot=x,,10.9.0.2\n",
         {"pi3b": "dhcp-siaddr-ignored", "pi3b-plus": "dhcp-siaddr-ignored", "pi4": None, "pi5": None}, second=hpa("--secure")),
    Case("tftpd-hpa at another address", named, dict.fromkeys(pis, "tftp-port-unreachable"),
         second=hpa("--secure", "--address", "127.0.0.1:69")),
    Case("tftpd-hpa, blocks of 1024", named, good, second=hpa("--secure", "-B", "1024")),
    Case("tftpd-hpa, no blksize", named, good, second=hpa("--secure", "-r", "blksize")),
    Case("tftpd-hpa, no tsize", named, good, second=hpa("--secure", "-r", "tsize")),
    Case("tftpd-hpa, no options", named, good, second=hpa("--secure", "-r", "tsize", "-r", "blksize")),
    Case("tftpd-hpa, an empty root", named, nothing, second=hpa("--secure", prepare=empty_root)),
    # names that do not begin with a slash: "Only absolute filenames allowed"
    Case("tftpd-hpa, not secure", named, denied, second=hpa()),
    # ERROR 0 "Permission denied"
    Case("tftpd-hpa, a closed folder", named, denied, second=hpa("--secure", prepare=closed_folder)),
    Case("tftpd-hpa, closed files", named, denied, second=hpa("--secure", prepare=closed_files)),
    Case("tftpd-hpa, names in capitals", named, nothing, second=hpa("--secure", prepare=upper)),
    Case("tftpd-hpa, names in capitals and a map", named, good, second=hpa("--secure", "-m", map_upper, prepare=put_upper)),
    Case("tftpd-hpa, a map to the root", named, good, second=hpa("--secure", "-m", map_root, prepare=put_root)),
    Case("tftpd-hpa, the root for all", named, good, second=hpa("--secure", prepare=one_folder)),
    Case("tftpd-hpa, a link out of its root", named, no_folder, second=hpa("--secure", prepare=linked)),
    Case("tftpd-hpa, empty firmware", named, corrupt, second=hpa("--secure"),
         files=((f"{serial}/start4.elf", b""), (f"{serial}/start.elf", b""), (f"{serial}/kernel_2712.img", b""))),
    Case("tftpd-hpa, an empty kernel", named, corrupt, second=hpa("--secure"),
         files=((f"{serial}/kernel8.img", b""), (f"{serial}/kernel_2712.img", b""))),
    Case("tftpd-hpa, an empty config.txt", named, good, second=hpa("--secure"), files=((f"{serial}/config.txt", b""),)),
    Case("atftpd", named, good, second=atftpd()),
    Case("atftpd, no tsize", named, good, second=atftpd("--no-tsize")),
    Case("atftpd, no blksize", named, good, second=atftpd("--no-blksize")),
    Case("atftpd, one thread", named, good, second=atftpd("--maxthread", "1")),
    Case("atftpd, names in capitals", named, nothing, second=atftpd(prepare=upper)),
    Case("tftpd-hpa, PCs", loader, bios_loader, second=hpa("--secure")),
    Case("tftpd-hpa, PCs, closed files", loader, dict.fromkeys(pcs, "tftp-access-violation"),
         second=hpa("--secure", prepare=closed_files)),
    Case("tftpd-hpa, PCs, an empty loader", loader, dict.fromkeys(("pxe-bios", "ipxe"), "tftp-file-corrupt"), second=hpa("--secure"),
         files=(("pxelinux.0", b""),)),
    Case("atftpd, PCs", loader, bios_loader, second=atftpd()),
    # U-Boot has other names to try, too
    Case("atftpd, PCs, no loader", loader, {**dict.fromkeys(pcs, "tftp-bootfile-not-found"), "u-boot": "pxelinux-cfg-not-found"},
         second=atftpd(), without=("pxelinux.0",)),
    # what it may not read it does not find
    Case("atftpd, a closed folder", named, no_folder, second=atftpd(prepare=closed_folder)),
    Case("atftpd, a rule for one name", named, no_folder, second=atftpd("--pcre", pcre_upper, prepare=put_pcre)),
]

if __name__ == "__main__":
    audit.run_cases([c for c in cases if (shutil.which("atftpd") or not c.name.startswith("atftpd")) and
                     (shutil.which("nft") or c.name not in ("a firewall in the way", "another address answers"))])
