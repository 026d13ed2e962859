# SPDX-License-Identifier: BSD-2-Clause
"""What src/edge/nfs_look.h makes of NFS-Ganesha's roots, right and wrong. TAP on standard output."""

import os
import sys

import ganesha
import lab
import nfs_look
from servers import Tap

export = os.path.join(ganesha.srv, "pi")
fine = dict.fromkeys(nfs_look.steps, "fine")
opened = "Access_Type = RW; Squash = No_Root_Squash; Protocols = 3, 4; Transports = UDP, TCP;"
closed = "Access_Type = NONE; Squash = No_Root_Squash; Protocols = 3, 4; Transports = UDP, TCP; " \
         "CLIENT { Clients = %s; Access_Type = RW; }"


class Case:
    """A server, what is asked of it, and the outcomes of some steps."""

    def __init__(self, name, status, wanted, words=(), path=export, exports=None, **server):
        self.name, self.status, self.wanted, self.words, self.path = name, status, wanted, words, path
        self.exports, self.server = exports or {export: opened}, server


cases = [
    Case("versions 3 and 4", 0, fine),
    Case("versions 3 and 4, vers=2", 1, {"rpcbind": "no-version-2"}, ("vers=2",)),
    Case("versions 3 and 4, a path that is no export", 1, {"exports": "not-listed", "mount": "mount-denied-unlisted"},
         path="/srv/pu"),
    Case("versions 3 and 4, a folder in the export", 0, {**fine, "fstab": "no-fstab"}, ("init=/init",), path=export + "/usr/lib"),
    Case("version 4 alone", 1, {"rpcbind": "only-version-4", "mount": "not-tried"}, protocols="4"),
    Case("version 3 over TCP alone", 0, fine, more="Enable_UDP = false;"),
    Case("version 3 over TCP alone, proto=udp", 1, {"rpcbind": "other-transport"}, ("proto=udp",),
         more="Enable_UDP = false;"),
    # it says the same of what it does not have, and of what it keeps back
    Case("closed to this host", 1, {"exports": "not-listed", "mount": "mount-denied-unlisted", "fsinfo": "not-tried"},
         exports={export: closed % "10.9.0.99"}),
    Case("open to this host alone", 0, fine, exports={export: closed % "10.9.0.40"}),
    Case("squashed, and readable", 0, fine, exports={export: opened.replace("No_Root", "Root")}),
    Case("squashed, and not", 1, {"mount": "fine", "init": "nfs-failed"}, path=export + "/secret",
         exports={export: opened.replace("No_Root", "Root")}),
]


def main():
    os.chmod(lab.temporary, 0o755)
    ganesha.folders()
    nfs_look.export = export
    nfs_look.fill()
    for name in ("secret/sbin", "secret/etc"):
        os.makedirs(os.path.join(export, name))
    for name in ("secret/sbin/init", "usr/lib/init"):
        with open(os.path.join(export, name), "w") as f:
            f.write("#!/bin/sh\n")
        os.chmod(os.path.join(export, name), 0o755)
    os.chmod(os.path.join(export, "secret/sbin"), 0o700)
    tap, wire = Tap(), lab.Wire()
    host = wire.host()
    host.address("10.9.0.40", 24)
    server, running = None, None
    for case in cases:
        if len(sys.argv) > 1 and case.name not in sys.argv[1:]:
            continue
        if running != (case.exports, case.server):
            if server:
                server.end()
            # an address of its own: hosts remember the Ethernet address of the one before
            address = f"10.9.0.{60 + ganesha.Ganesha.number}"
            server, running = ganesha.Ganesha(wire, address, case.exports, **case.server), (case.exports, case.server)
            if not server.ready():
                tap.result(False, f"{case.name}: the server starts", server.said())
                continue
        nfs_look.expect(tap, host, case.name, case.status, case.wanted, *case.words, server=address, path=case.path)
    server.end()
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
