# SPDX-License-Identifier: BSD-2-Clause
"""Linux as the client of an NFS server: User-mode Linux, whose root is this machine's, works on a mount (client.sh,
workload.sh). TAP on standard output.

From the environment: BOOT_KERNELS, the folder that kernels.sh has filled; BOOT_SERVER, ours or ganesha; BOOT_DIR, the
folder to make the exported one in (a tmpfs, else); BOOT_PARTS, some of "mounts restart root firmware"."""

import atexit
import gzip
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(here), "e2e"))

import debian  # noqa: E402
import lab  # noqa: E402
from qemu import router_advertisement  # noqa: E402
from servers import Tap, tail  # noqa: E402

kernels = os.environ.get("BOOT_KERNELS", "")
export = os.path.join(lab.temporary, "export")
few = os.path.join(lab.temporary, "few")
address = "10.9.0.1"
root = os.path.join(export, "root")
tree, boot = os.path.join(lab.temporary, "tree.tar"), os.path.join(lab.temporary, "boot")
patience = 500  # on a machine that has no time; else it is a minute
wishes = queue.Queue()


class Ours:
    """bootscope serve on a host: DHCP, TFTP and NFS."""

    options, versions = "nolock", (2, 3)
    settings = """
[nfs]
root = {export}
state = {kept}
[export /read-only]
root = {few}
clients = *(ro)
[export /squashed]
root = {few}
clients = *(rw,all_squash,anonuid=4242,anongid=4343)
"""

    def __init__(self, host):
        self.host, self.config = host, os.path.join(lab.temporary, "serve.conf")
        os.mkdir(boot)
        with open(self.config, "w") as f:
            f.write(self.settings.format(kept=os.path.join(lab.temporary, "kept", "nfs"), export=export, few=few))

    def start(self):
        self.p = self.host.start(
            lab.bootscope, "serve", "-i", "eth0", "-q", "--config", self.config, "--dhcp", "full",
            "--range", "10.9.0.100-10.9.0.120", "--clients", "all", "--lease-file", os.path.join(lab.temporary, "leases"),
            "--option", f"root_path={address}:{root},vers=3,tcp",
            "--boot-file", "boot.ipxe", "--tftp-root", boot, log="server.log")
        return self.host.says("server.log", " serve ready ")

    def kill(self, whole):
        """All of it, or the process of the NFS server alone, which another follows."""
        if whole:
            killed(self.host, self.p)
            return
        for pid in descendants(self.p.pid):
            with open(f"/proc/{pid}/comm") as f:
                if f.read().strip() == "bootscope-nfs":
                    os.kill(pid, signal.SIGKILL)
                    return
        raise ProcessLookupError("bootscope-nfs")

    def said(self):
        return tail("server.log")


class Ganesha(Ours):
    """NFS of NFS-Ganesha, to compare with. Release 4.3 answers NFSACL SETACL so that clients say EIO."""

    options, versions, settings = "nolock,noacl", (3,), ""
    ganesha_settings = """
NFS_CORE_PARAM { Protocols = 3; NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = false; Enable_RQUOTA = false;
	Enable_UDP = true; }
EXPORT { Export_Id = 1; Path = %s; Pseudo = /export; Access_Type = RW; Squash = No_Root_Squash; SecType = sys;
	Transports = UDP, TCP; Protocols = 3; FSAL { Name = VFS; } }
"""

    def __init__(self, host):
        super().__init__(host)
        self.path, self.first = os.path.join(lab.temporary, "ganesha.conf"), True
        with open(self.path, "w") as f:
            f.write(self.ganesha_settings % export)
        for folder in ("/run/rpcbind", "/run/ganesha", "/var/lib/nfs/ganesha"):
            os.makedirs(folder, exist_ok=True)
        host.start("rpcbind", "-w", "-f", log="rpcbind.log")

    def start(self):
        if self.first and not super().start():
            return False
        self.first = False
        self.ganesha = self.host.start("ganesha.nfsd", "-F", "-f", self.path, "-L", "/dev/stdout", "-p", "/run/ganesha.pid",
                                       log="ganesha.log")
        return self.host.says("ganesha.log", "NFS SERVER INITIALIZED")

    def kill(self, _):
        killed(self.host, self.ganesha)

    def said(self):
        return tail("ganesha.log")


def killed(host, process):
    for pid in descendants(process.pid):
        os.kill(pid, signal.SIGKILL)
    process.wait()
    host.running.remove(process)


def descendants(pid):
    return [pid] + [x for child in children(pid) for x in descendants(child)]


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [int(word) for word in f.read().split()]


class Report:
    """One plan for what many clients say at once."""

    def __init__(self):
        self.tap, self.lock = Tap(), threading.Lock()

    def result(self, good, name, *notes):
        with self.lock:
            self.tap.result(good, name, *notes)


class Client(threading.Thread):
    """A machine on a cable of its own, until it goes off. Its results are relayed, what it asks for is done."""

    number = 0

    def __init__(self, report, server, *words):
        super().__init__()
        Client.number += 1
        self.report, self.server = report, server
        self.name, self.address = f"u{Client.number}", f"10.9.0.{10 + Client.number}"
        self.folder = os.path.join(lab.temporary, self.name)
        os.mkdir(self.folder)
        lab.sh("ip", "tuntap", "add", self.name, "mode", "tap")
        lab.sh("ip", "link", "set", self.name, "master", "wire", "up")
        self.words = self.command(*words)
        self.start()

    def command(self, *words):
        """User-mode Linux."""
        return [os.path.join(kernels, "uml"), "mem=256M", "con=null", "con0=null,fd:1", f"uml_dir={self.folder}",
                f"umid={self.name}", "quiet", f"vec0:transport=tap,ifname={self.name},depth=64,gro=1",
                *words]

    def run(self):
        p = subprocess.Popen(self.words, preexec_fn=lab.die_with_parent, cwd=self.folder, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        over = threading.Timer(patience, p.kill)
        over.start()
        result, notes = None, []
        for line in p.stdout:
            line = line.rstrip()
            found = re.match(r"(not )?ok - (.*)", line)
            if line.startswith("#! "):
                wishes.put((self, *line.split()[1:]))
            elif found:
                if result:
                    self.report.result(not result[1], result[2], *notes)
                result, notes = found, []
            else:
                notes.append(line)
        over.cancel()
        ended = p.wait() == 0
        if result:
            self.report.result(not result[1], result[2], *notes)
        self.report.result(ended and result, f"{self.name} goes off by itself", *notes, self.server.said())
        subprocess.run(["ip", "link", "del", self.name], check=False)

    def grant(self, number, what, *words):
        assert what == "kill"
        time.sleep(0.3)
        try:
            self.server.kill(words == ("server",))
            time.sleep(0.5)
            if words == ("server",) and not self.server.start():
                raise ProcessLookupError("the server does not start again")
        except ProcessLookupError as e:
            self.report.result(False, " ".join((what, *words)), e, self.server.said())
        with open(os.path.join(self.folder, number), "w"):
            pass


def wait(*clients, meanwhile=lambda: None):
    """What they ask for is done here: processes that this thread begins do not end with theirs (die_with_parent)."""
    while any(client.is_alive() for client in clients):
        meanwhile()
        try:
            client, *words = wishes.get(timeout=0.2)
            client.grant(*words)
        except queue.Empty:
            pass


class Diskless(Client):
    """User-mode Linux, the root of which is by NFS as DHCP says; by life.sh. records: what passes its cable."""

    def __init__(self, report, server, mount, life="", nfsroot="", records=False):
        self.records, self.recorder = records, None
        super().__init__(report, server, "root=/dev/nfs", "rw", "ip=dhcp", f"mount={mount}",
                         f"life={life}", "init=/boot/life.sh", *(nfsroot and [f"nfsroot={address}:{root},{nfsroot}"]))

    def command(self, *words):
        if self.records:
            self.recorder = lab.Recorder(self.name)
        return super().command(*words, f"answers={self.folder}")


class Worker(Client):
    """User-mode Linux on this machine's root, by client.sh."""

    def command(self, job):
        path = os.path.join(self.folder, "job")
        with open(path, "w") as f:
            f.write(f"server={address} export={export} answers={self.folder} tree={tree}\nstart {self.address}\n{job}")
        return super().command("rootfstype=hostfs", "root=/dev/root", "ro", "init=/bin/sh", "--",
                               os.path.join(here, "client.sh"), path)


class Machine(Client):
    """A PC whose firmware, iPXE's, loads Debian's kernel, which has its root by NFS; all as DHCP says."""

    def command(self):
        make_boot()
        return ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                "-machine", "pc,graphics=off", "-accel", "tcg", "-cpu", "max", "-m", "512", "-serial", "stdio",
                "-netdev", f"tap,id=n,ifname={self.name},script=no,downscript=no",
                "-device", "virtio-net-pci,netdev=n", "-boot", "n"]


init = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
for m in $(cat /modules/order); do insmod /modules/$m.ko || echo "$m is not loaded"; done
ip link set lo up
ip link set eth0 up
udhcpc -q -n -t 10 -i eth0 -s /bound
. /rootpath
mount -t nfs -o nolock,${path#*,} ${path%%,*} /new
exec switch_root /new /boot/life.sh
"""
bound = """#!/bin/busybox sh
[ "$1" = bound ] || exit 0
ip addr add $ip/$mask dev $interface
echo "path='$rootpath'" >/rootpath
"""
script = """#!ipxe
kernel vmlinuz initrd=initrd console=ttyS0 quiet panic=1 mount=vers=3,.*proto=tcp life=packages,modes
initrd initrd
boot
"""


def make_boot():
    """What the firmware loads."""
    files = [(name, 0o40755, b"") for name in ("bin", "dev", "proc", "new", "modules")]
    files += [("init", 0o100755, init.encode()), ("bound", 0o100755, bound.encode())]
    modules = [f"modules/{name}" for name in os.listdir(os.path.join(kernels, "modules"))]
    for name, to in [("busybox", "bin/busybox"), *zip(modules, modules)]:
        with open(os.path.join(kernels, name), "rb") as f:
            files.append((to, 0o100755, f.read()))
    with gzip.open(os.path.join(boot, "initrd"), "wb", 1) as f:
        for number, (name, mode, data) in enumerate((*files, ("TRAILER!!!", 0, b""))):
            # cpio's "newc"; the device 5:1 would be the console, which the kernel has by itself
            fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
            head = b"070701" + b"".join(b"%08X" % x for x in fields) + name.encode() + b"\0"
            f.write(head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4))
    shutil.copy(os.path.join(kernels, "vmlinuz"), boot)
    with open(os.path.join(boot, "boot.ipxe"), "w") as f:
        f.write(script)


def make_tree():
    top = os.path.abspath(lab.top)
    with tarfile.open(tree, "w") as tar:
        for name in ("src", "dissectors", "docs", "tests/unit", "tests/boot"):
            tar.add(os.path.join(top, name), name)


off = """
#include <sys/reboot.h>
int main(void) { return reboot(RB_POWER_OFF); }
"""


def make_root():
    debian.make(root, ["dash", "coreutils", "findutils", "diffutils", "grep", "sed", "tar", "gzip", "dpkg", "make", "gcc",
                       "libc6-dev", "libc-bin", "util-linux", "mount"])
    folder = os.path.join(root, "boot")
    os.mkdir(folder)
    for path in (tree, os.path.join(here, "life.sh"), os.path.join(here, "workload.sh")):
        shutil.copy(path, folder)
    subprocess.run(["cc", "-x", "c", "-static", "-o", os.path.join(folder, "off"), "-"], input=off.encode(), check=True)


every = "tree names modes many git data two"
loads = [
    (3, "tcp", every),
    (3, "udp", every),
    (2, "udp", "tree names data2"),
    (2, "tcp", "tree names many data2 two"),
]


def use(server, version, protocol, parts):
    return f"use v{version}-{protocol} vers={version},proto={protocol},{server.options} {parts}\n"


def in_turns(report, server):
    """Two machines append to one file."""
    clients = [Worker(report, server, f"use {number} vers=3,proto=tcp,{server.options} turns\n") for number in (1, 2)]
    wait(*clients)
    with open(os.path.join(export, "turns")) as f:
        lines = f.read().splitlines()
    for client in clients:
        mine = [line for line in lines if line.startswith(client.address + " ")]
        wanted = [f"{client.address} {n}" for n in range(100)]
        report.result(mine == wanted, f"all that {client.name} appended is there", *lines)
    report.result(len(lines) == 200, "and nothing else", *lines)


def seen(report, server):
    """Short boots by each version and protocol, and what bootscope makes of them."""
    for version, protocol in ((3, "tcp"), (3, "udp"), (2, "udp"), (2, "tcp")):
        if version not in server.versions:
            continue
        client = Diskless(report, server, f"vers={version},.*proto={protocol}", nfsroot=f"vers={version},{protocol}",
                          records=True)
        wait(client)
        found, story = client.recorder.findings(client.name + ".pcap")
        boots = [boot for c in story["clients"] for boot in c["boots"]]
        report.result([boot["outcome"] for boot in boots] == ["booted"] and
                      [(use["version"], use["transport"]) for use in boots[0]["nfs"]] == [(version, protocol)],
                      f"bootscope sees a boot by version {version} over {protocol}", boots)
        report.result(not [f for f in found if not f.startswith("info-")], "and nothing wrong in it", found)


def main():
    os.chmod(lab.temporary, 0o755)
    lab.sh("mount", "-t", "proc", "proc", "/proc")
    lab.sh("mount", "-t", "tmpfs", "run", "/run")
    os.mkdir(export)
    # before the folder that it is in is removed
    atexit.register(subprocess.run, ["umount", "-l", export], check=False)
    if os.environ.get("BOOT_DIR"):
        folder = tempfile.mkdtemp(dir=os.environ["BOOT_DIR"])
        atexit.register(shutil.rmtree, folder, True)
        lab.sh("mount", "--bind", folder, export)
    else:
        lab.sh("mount", "-t", "tmpfs", "-o", "size=1500M", "export", export)
    make_tree()
    os.mkdir(few)
    os.mkdir(os.path.join(few, "open"))
    os.chmod(os.path.join(few, "open"), 0o777)
    with open(os.path.join(few, "f"), "w") as f:
        f.write("f\n")
    report, wire = Report(), lab.Wire()
    host = wire.host()
    host.address(address, 24)
    server = {"ours": Ours, "ganesha": Ganesha}[os.environ.get("BOOT_SERVER", "ours")](host)
    report.result(server.start(), "the server starts", server.said())
    parts = os.environ.get("BOOT_PARTS", "mounts restart root firmware").split()
    if "mounts" in parts:
        wait(*(Worker(report, server, use(server, *load)) for load in loads if load[0] in server.versions))
    if "mounts" in parts:
        in_turns(report, server)
        if server.settings:
            wait(Worker(report, server, "exports\n"))
    if "restart" in parts:
        wait(Worker(report, server, "deaths='worker server'\n" + use(server, 3, "tcp", "restart")))
    make_root()
    if "root" in parts:
        wait(Diskless(report, server, "vers=3,.*proto=tcp", "packages,tree,modes,restart"))
        seen(report, server)
    wanted = ("qemu-system-x86_64", os.path.join(kernels, "vmlinuz"))
    missing = [path for path in wanted if not shutil.which(path) and not os.path.exists(path)]
    if "firmware" in parts and missing:
        report.result(True, f"a PC from its firmware on # SKIP no {missing[0]}")
    elif "firmware" in parts:
        wait(Machine(report, server), meanwhile=lambda: wire.socket.send(router_advertisement()))
    host.end()
    print(f"1..{report.tap.n}\n# PASS: {report.tap.n - report.tap.failed}\n# FAIL: {report.tap.failed}")
    sys.exit(report.tap.failed > 0)


if __name__ == "__main__":
    main()
