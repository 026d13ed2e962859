# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before roots of NFS-Ganesha, right and wrong, on a host of their own (audit.py). TAP on standard output."""

import os

import audit
import ganesha
import nfs_look
from audit import Case, pis
from audit_nfs_look import cmdline, lines, one, own, says, states

root = os.path.join(ganesha.srv, "pi")
nfs_look.export = root
opened = "Access_Type = RW; Squash = No_Root_Squash; Protocols = 3, 4; Transports = UDP, TCP;"
squashed = opened.replace("No_Root", "Root")
closed = "Access_Type = NONE; Squash = No_Root_Squash; Protocols = 3, 4; Transports = UDP, TCP; " \
         "CLIENT { Clients = %s; Access_Type = RW; }"


def nfs(export=opened, change=None, rpcbind=True, init="/usr/sbin/../lib/init", fstab="proc /proc proc defaults 0 0\n", **server):
    """Ganesha with one export; change() what lies there. It does not start without rpcbind, and goes on without."""
    def start(wire, address):
        ganesha.folders()
        nfs_look.fill(init, fstab)
        if change:
            change()
        g = ganesha.Ganesha(wire, address, {root: export}, **server)
        starts = g.ready()
        if not rpcbind:
            g.rpcbind.kill()
            g.rpcbind.wait()
            g.host.running.remove(g.rpcbind)
        return [g.host], starts
    return start


def closed_init():
    os.chmod(os.path.join(root, "usr/lib"), 0o700)


def boots(path=root, rest=",vers=3"):
    return [cmdline(path, "10.9.0.2", rest)]


def green(tap, run):
    for model, p in run.profiles.items():
        tap.result(states(run, model) == ("passed",) * 3 and p["nfs"]["asked_as"] == "board", f"{model}'s root is there", p)
        tap.result(not [f for f in p["findings"] if f["severity"] != "info"], f"{model}: nothing to find", p["findings"])


def green_v4(tap, run):
    for model, p in run.profiles.items():
        tap.result(states(run, model) == ("not-tried", "passed", "passed") and p["nfs"]["asked_as"] == "board",
                   f"{model}'s root is there by version 4", p)
        tap.result(not [f for f in p["findings"] if f["severity"] != "info"], f"{model}: nothing to find", p["findings"])


cases = [
    Case("versions 3 and 4", lines, dict.fromkeys(pis), second=nfs(), files=boots(), check=green),
    Case("version 3 over TCP alone", lines, {"pi4": None}, second=nfs(more="Enable_UDP = false;"), files=boots(), check=green),
    # rpcbind's list, for which a board does not ask, says it plainly
    Case("version 4 alone", lines, {"pi4": "mountd-not-registered"}, second=nfs(protocols="4"), files=boots(),
         check=says("version 4 alone", "rpcbind", "failed", "version 4 only", "Enable version 3")),
    Case("version 4 alone, vers=4.2", lines, {"pi4": None, "pi5": None}, second=nfs(protocols="4"), files=boots(rest=",vers=4.2"),
         check=green_v4),
    Case("version 3 alone, vers=4", lines, {"pi4": "nfs-version-refused"}, second=nfs(protocols="3"), files=boots(rest=",vers=4"),
         check=says("version 3 alone, vers=4", "mount", "failed", "does not have it")),
    Case("vers=4, a path that is not there", lines, {"pi4": "nfs4-path-not-found"}, second=nfs(), files=boots(root + "4", ",vers=4"),
         check=says("vers=4, a path that is not there", "mount", "failed", "not there")),
    Case("vers=4, closed to the board", lines, {"pi4": "nfs4-path-not-found"}, second=nfs(closed % "10.9.0.99"),
         files=boots(rest=",vers=4"), check=says("vers=4, closed to the board", "mount", "failed", "closed")),
    Case("vers=4, no init", lines, {"pi4": "nfs-init-not-found"}, second=nfs(init=None), files=boots(rest=",vers=4"),
         check=says("vers=4, no init", "root", "failed", "no first program")),
    Case("vers=4, an SD card in fstab", lines, {"pi4": False}, second=nfs(fstab="PARTUUID=1234-01 /boot/firmware vfat defaults 0 2\n"),
         files=boots(rest=",vers=4"), check=says("vers=4, an SD card in fstab", "root", "failed", "PARTUUID=1234-01", "Put a #")),
    Case("no vers=", lines, {"pi4": "nfs-v2-default-refused"}, second=nfs(), files=boots(rest=""),
         check=says("no vers=", "rpcbind", "failed", "vers=2 is asked for")),
    Case("proto=udp, and TCP alone", lines, {"pi4": "nfs-transport-not-served"}, second=nfs(more="Enable_UDP = false;"),
         files=boots(rest=",vers=3,proto=udp"), check=says("proto=udp, and TCP alone", "rpcbind", "failed", "the other transport only")),
    Case("closed to the board", lines, {"pi4": "mount-access-denied"}, second=nfs(closed % "10.9.0.99"), files=boots(),
         check=says("closed to the board", "mount", "failed", "closed", "exportfs")),
    Case("open to the board alone", lines, {"pi4": None}, second=nfs(closed % own), files=boots(), words=one, check=green),
    Case("a path that is no export", lines, {"pi4": "mount-access-denied"}, second=nfs(), files=boots(root + "4"),
         check=says("a path that is no export", "mount", "failed", "no such export", "Correct the path")),
    Case("a folder of the export", lines, {"pi4": "nfs-init-not-found"}, second=nfs(), files=boots(root + "/etc"),
         check=says("a folder of the export", "root", "failed", "no first program")),
    Case("rpcbind has died", lines, {"pi4": "rpcbind-refused"}, second=nfs(rpcbind=False), files=boots(),
         check=says("rpcbind has died", "rpcbind", "failed", "111")),
    Case("rpcbind has died, the ports are named", lines, {"pi4": None}, second=nfs(rpcbind=False),
         files=boots(rest=",vers=3,port=2049,mountport=20048"),
         check=says("rpcbind has died, the ports are named", "root", "passed", "/sbin/init")),
    Case("no init", lines, {"pi4": "nfs-init-not-found"}, second=nfs(init=None), files=boots(),
         check=says("no init", "root", "failed", "no first program")),
    Case("root squashed, and init is root's", lines, {"pi4": "nfs-root-squash"}, second=nfs(squashed, closed_init), files=boots(),
         check=says("root squashed, and init is root's", "root", "failed", "NFS3ERR_ACCES")),
    Case("an SD card in fstab", lines, {"pi4": False}, second=nfs(fstab="PARTUUID=1234-01 /boot/firmware vfat defaults 0 2\n"),
         files=boots(), check=says("an SD card in fstab", "root", "failed", "PARTUUID=1234-01", "Put a #")),
    Case("no NFS on that host", lines, {"pi4": "rpcbind-refused"}, files=[cmdline(root, "10.9.0.1")],
         check=says("no NFS on that host", "rpcbind", "failed", "111")),
]

if __name__ == "__main__":
    audit.run_cases(cases)
