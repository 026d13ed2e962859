# SPDX-License-Identifier: BSD-2-Clause
"""NFS-Ganesha on a host of the wire, its rpcbind beside it. Its handles want a file system that has some: folders()."""

import os

import lab
from servers import tail

srv = "/srv"
core = """NFS_CORE_PARAM { NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = false; Enable_RQUOTA = false; mount_path_pseudo = false; %s }
NFS_KRB5 { Active_krb5 = false; }
NFSV4 { Graceless = true; }
"""
one = """EXPORT { Export_Id = %d; Path = %s; Pseudo = %s; SecType = sys; FSAL { Name = VFS; } %s }
"""


def folders():
    """What it wants to write to, and what is exported, in a namespace of mounts."""
    for place in (srv, "/run", "/var/lib/nfs"):
        os.makedirs(place, exist_ok=True)
        lab.sh("mount", "-t", "tmpfs", "-o", "mode=755", "none", place)
    for place in ("/run/rpcbind", "/run/ganesha", "/var/lib/nfs/ganesha"):
        os.makedirs(place)


class Ganesha:
    """protocols: "3, 4"; exports: of each path what its block says beside its name; more: of the whole server."""

    number = 0

    def __init__(self, wire, address, exports, protocols="3, 4", more="", rpcbind=True):
        Ganesha.number += 1
        self.host, self.log = wire.host(), f"ganesha{Ganesha.number}.log"
        self.host.address(address, 24)
        self.path = os.path.join(lab.temporary, f"ganesha{Ganesha.number}.conf")
        with open(self.path, "w") as f:
            f.write(core % f"Protocols = {protocols}; {more}")
            for i, (path, words) in enumerate(exports.items()):
                f.write(one % (i + 1, path, path, words))
        self.rpcbind = self.host.start("rpcbind", "-w", "-f", log="rpcbind.log") if rpcbind else None
        self.p = None

    def ready(self):
        if self.rpcbind and not self.host.waits_for(lambda: self.bound(111)):
            return False
        self.p = self.host.start("ganesha.nfsd", "-F", "-f", self.path, "-L", "/dev/stdout", "-p",
                                 f"/run/ganesha{Ganesha.number}.pid", log=self.log)
        return self.host.says(self.log, "NFS SERVER INITIALIZED")

    def bound(self, port):
        with open(f"/proc/{self.host.sleeper.pid}/net/tcp") as f:
            return any(line.split()[1].endswith(f":{port:04X}") for line in f.readlines()[1:])

    def said(self):
        return tail(self.log, 20)

    def end(self):
        self.host.end()
