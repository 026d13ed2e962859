# SPDX-License-Identifier: BSD-2-Clause
"""Linux as the client of an NFS server: User-mode Linux, whose root is this machine's, works on a mount (client.sh,
workload.sh). TAP on standard output.

From the environment: BOOT_KERNELS, the folder that kernels.sh has filled; BOOT_SERVER, ours or ganesha; BOOT_DIR, the
folder to make the exported one in (a tmpfs, else)."""

import atexit
import os
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

import lab  # noqa: E402
from servers import Tap, tail  # noqa: E402

kernels = os.environ.get("BOOT_KERNELS", "")
export = os.path.join(lab.temporary, "export")
address = "10.9.0.1"
linux, modules = os.path.join(kernels, "uml"), []
patience = 200


class Ours:
    """bootscope serve on a host."""

    options, versions = "nolock", (2, 3)

    def __init__(self, host):
        self.host, self.words = host, []

    def start(self):
        self.p = self.host.start(lab.bootscope, "serve", "-i", "eth0", "-q", "--dhcp", "off", "--nfs-root", export, log="server.log")
        return self.host.says("server.log", " serve ready ")

    def kill(self, whole):
        """The process of the NFS server alone, which another follows, or all."""
        for keeper in children(self.p.pid):
            for worker in children(keeper):
                with open(f"/proc/{worker}/comm") as f:
                    if whole or f.read().strip() == "bootscope-nfs":
                        os.kill(worker, signal.SIGKILL)
            if whole:
                os.kill(keeper, signal.SIGKILL)
        if whole:
            self.p.kill()
            self.p.wait()
            self.host.running.remove(self.p)


class Ganesha:
    """The same of NFS-Ganesha, to compare with. Release 4.3 answers NFSACL SETACL so that clients say EIO."""

    options, versions = "nolock,noacl", (3,)

    config = """
NFS_CORE_PARAM { Protocols = 3; NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = false; Enable_RQUOTA = false;
	Enable_UDP = true; }
EXPORT { Export_Id = 1; Path = %s; Pseudo = /export; Access_Type = RW; Squash = No_Root_Squash; SecType = sys;
	Transports = UDP, TCP; Protocols = 3; FSAL { Name = VFS; } }
"""

    def __init__(self, host):
        self.host, self.path = host, os.path.join(lab.temporary, "ganesha.conf")
        with open(self.path, "w") as f:
            f.write(self.config % export)
        for folder in ("/run/rpcbind", "/run/ganesha", "/var/lib/nfs/ganesha"):
            os.makedirs(folder, exist_ok=True)
        host.start("rpcbind", "-w", "-f", log="rpcbind.log")

    def start(self):
        self.p = self.host.start("ganesha.nfsd", "-F", "-f", self.path, "-L", "/dev/stdout", "-p", "/run/ganesha.pid",
                                 log="server.log")
        return self.host.says("server.log", "NFS SERVER INITIALIZED")

    def kill(self, _):
        self.p.kill()
        self.p.wait()
        self.host.running.remove(self.p)


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
    """A User-mode Linux on a cable of its own, until it goes off. Its results are relayed, what it asks for is done."""

    number = 0

    def __init__(self, report, server, job, *words):
        super().__init__()
        Client.number += 1
        self.report, self.server, self.number = report, server, Client.number
        self.name, self.address = f"u{Client.number}", f"10.9.0.{10 + Client.number}"
        self.folder = os.path.join(lab.temporary, self.name)
        os.mkdir(self.folder)
        path = os.path.join(self.folder, "job")
        with open(path, "w") as f:
            f.write(f"server={address} export={export} answers={self.folder} tree={os.path.join(lab.temporary, 'tree.tar')}\n"
                    f"start {self.address} {' '.join(modules)}\n{job}")
        self.words = words or ("rootfstype=hostfs", "root=/dev/root", "ro", "init=/bin/sh", "--",
                               os.path.join(here, "client.sh"), path)
        lab.sh("ip", "tuntap", "add", self.name, "mode", "tap")
        lab.sh("ip", "link", "set", self.name, "master", "wire", "up")
        self.start()

    def run(self):
        p = subprocess.Popen(
            [linux, "mem=256M", "con=null", "con0=null,fd:1", f"uml_dir={self.folder}", f"umid={self.name}", "quiet",
             f"vec0:transport=tap,ifname={self.name},depth=64,gro=1", *self.words], stdin=subprocess.DEVNULL,
            preexec_fn=lab.die_with_parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", cwd=self.folder)
        over = threading.Timer(patience, p.kill)
        over.start()
        pending = []  # a result, and what is said of it
        for line in p.stdout:
            line = line.rstrip()
            if line.startswith("#! "):
                self.asked(*line.split()[1:])
            elif re.match(r"(not )?ok - ", line):
                self.flush(pending)
                pending = [line]
            else:
                pending.append(line)
        over.cancel()
        ended = p.wait() == 0
        self.flush(pending[:1])
        self.report.result(ended, f"{self.name} goes off by itself", *pending[1:], tail("server.log"))
        subprocess.run(["ip", "link", "del", self.name], check=False)

    def flush(self, pending):
        if pending:
            result, name = pending[0].split(" - ", 1)
            self.report.result(result == "ok", name, *pending[1:])

    def asked(self, number, what, *words):
        assert what == "kill"
        time.sleep(0.3)
        self.server.kill(words == ("server",))
        time.sleep(0.5)
        if words == ("server",) and not self.server.start():
            self.report.result(False, "the server starts again", tail("server.log"))
        with open(os.path.join(self.folder, number), "w"):
            pass


def wait(*clients):
    for client in clients:
        client.join()


def make_tree():
    top = os.path.abspath(lab.top)
    with tarfile.open(os.path.join(lab.temporary, "tree.tar"), "w") as tar:
        for name in ("src", "dissectors", "docs", "tests/unit", "tests/boot"):
            tar.add(os.path.join(top, name), name)


every = "tree names modes many git data two"
loads = [
    (3, "tcp", every),
    (3, "udp", every),
    (2, "udp", "tree names data2"),
    (2, "tcp", "tree names many data2 two"),
]


def use(server, version, protocol, parts):
    return f"use v{version}-{protocol} vers={version},proto={protocol},{server.options} {parts}\n"


def main():
    os.chmod(lab.temporary, 0o755)
    lab.sh("mount", "-t", "proc", "proc", "/proc")
    lab.sh("mount", "-t", "tmpfs", "run", "/run")
    os.mkdir(export)
    if os.environ.get("BOOT_DIR"):
        folder = tempfile.mkdtemp(dir=os.environ["BOOT_DIR"])
        atexit.register(shutil.rmtree, folder, True)
        lab.sh("mount", "--bind", folder, export)
    else:
        lab.sh("mount", "-t", "tmpfs", "-o", "size=1500M", "export", export)
    make_tree()
    report, wire = Report(), lab.Wire()
    host = wire.host()
    host.address(address, 24)
    server = {"ours": Ours, "ganesha": Ganesha}[os.environ.get("BOOT_SERVER", "ours")](host)
    report.result(server.start(), "the server starts", tail("server.log"))
    wait(*(Client(report, server, use(server, *load)) for load in loads if load[0] in server.versions))
    wait(Client(report, server, use(server, 3, "tcp", "restart")))
    host.end()
    print(f"1..{report.tap.n}\n# PASS: {report.tap.n - report.tap.failed}\n# FAIL: {report.tap.failed}")
    sys.exit(report.tap.failed > 0)


if __name__ == "__main__":
    main()
