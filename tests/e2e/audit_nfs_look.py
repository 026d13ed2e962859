# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before NFS roots, good and bad (audit.py): what it says of them as the board that would mount them, and
what it kept of that. TAP on standard output."""

import json
import os
import signal
import subprocess
import time

import audit
import lab
import nfs_look
import probe
from audit import Case, pis
from probe import full, padded, tftp

mac, own = "dc:a6:32:01:02:03", "10.9.0.77"
lines = f"{full}{tftp}{padded}dhcp-host={mac},{own}\n"
one = ("--mac", mac)
root = nfs_look.export


def cmdline(path=root, server="10.9.0.1", rest=",vers=3", more="ip=dhcp"):
    return (f"{probe.serial}/cmdline.txt", f"console=tty1 root=/dev/nfs nfsroot={server}:{path}{rest} rw {more} rootwait\n".encode())


def served(config=None, dhcp=lines, **what):
    """DHCP and TFTP of dnsmasq, and beside it our NFS server: with this configuration, or the root for all."""
    def start(wire, address):
        nfs_look.fill(**what)
        os.makedirs(os.path.join(root, "bin"))
        host, starts = probe.start_server(wire, dhcp, address, "dnsmasq.log")
        words = ["--nfs-root", root]
        if config:
            path = os.path.join(lab.temporary, "serve.conf")
            with open(path, "w") as f:
                f.write(config)
            words = ["--config", path]
        host.start("unshare", "-m", "sh", "-c", 'mount -t tmpfs none /var/lib && exec "$@"', "sh", lab.bootscope, "serve", "-i",
                   "eth0", "-q", "--no-watch", "--dhcp", "off", *words, log="serve.log")
        return [host], starts and host.says("serve.log", "ready")
    return start


def without_tun(address=None, config=None):
    """The host itself has to ask: with that address, or none."""
    def start(wire, server):
        lab.sh("mount", "--bind", "/dev/null", "/dev/net/tun")
        if address:
            lab.sh("ip", "addr", "add", f"{address}/24", "dev", "c0")
        return served(config)(wire, server)
    return start


def as_host(tap, run):
    nfs = run.profiles["pi4"]["nfs"]
    macs, _ = sent_by("10.9.0.200")
    tap.result(states(run, "pi4") == ("passed",) * 3 and nfs["asked_as"] == "host" and not macs,
               "this host asks: it is said, and not among the boards' frames", run.profiles["pi4"], macs)


def mute(wire, address):
    """A port 111 that takes connections and says nothing."""
    hosts, starts = without_nfs(wire, address)
    hosts[0].start("python3", "-c", "import socket, time\ns = socket.create_server(('', 111))\nprint('ready', flush=True)\n"
                   "time.sleep(100)", log="mute.log")
    return hosts, starts and hosts[0].says("mute.log", "ready")


def processes():
    """Of ours, in this network and those that came from here."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                words = f.read().split(b"\0")
        except OSError:
            continue
        if words[1:2] == [b"audit"] and audit.saved.encode() in words:
            found.append(pid)
    return found


def interrupted(tap, run):
    """Ctrl-C in the middle of a look."""
    says("a mute server", "rpcbind", "failed", "does not answer", "Start rpcbind")(tap, run)
    p = subprocess.Popen([lab.bootscope, "audit", "-i", "c0", "pi4", "pi5", "--serial", probe.serial, "--save", audit.saved],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    began = time.monotonic()
    while time.monotonic() - began < 15:  # four processes: it looks
        time.sleep(0.05)
        if len(processes()) >= 4:
            break
    time.sleep(0.3)
    p.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, err = p.communicate(timeout=60)
    tap.result("interrupted" in err and p.returncode in (0, 1), "an audit can be interrupted while it looks", p.returncode, err)
    end = time.monotonic() + 20
    while processes() and time.monotonic() < end:
        time.sleep(0.05)
    tap.result(not processes(), "and nobody goes on looking", processes())


def unrefused(tap, run):
    says("open to the board alone", "mount", "passed", "open to the board")(tap, run)
    tap.result(not run.err, "open to the board alone: the sandbox refuses nothing", run.err)


def without_nfs(wire, address):
    host, starts = probe.start_server(wire, lines, address, "dnsmasq.log")
    return [host], starts


def row(run, profile, step):
    return next(s for s in run.profiles[profile]["steps"] if s["step"] == step)


def states(run, profile):
    return tuple(row(run, profile, s)["state"] for s in ("rpcbind", "mount", "root"))


def sent_by(address):
    """Who says to be that address, and what it calls, in what was saved."""
    out = subprocess.run([lab.bootscope, "decode", "--json", audit.saved, f"ip src {address}"], capture_output=True, text=True,
                         check=False).stdout
    packets = [json.loads(line) for line in out.splitlines()]
    calls = {p["rpc"]["name"] for p in packets if "rpc" in p}
    return {p["eth_src"] for p in packets}, calls


def green(tap, run):
    for model in run.profiles:
        tap.result(states(run, model) == ("passed",) * 3 and not any(row(run, model, s)["fix"] for s in ("rpcbind", "mount", "root")),
                   f"good: {model}'s root is there", run.profiles[model])
        nfs = run.profiles[model]["nfs"]
        tap.result(nfs and nfs["asked_as"] == "board" and nfs["server"] == "10.9.0.1" and nfs["path"] == root and
                   nfs["exports"] == [root] and nfs["read_max"] > 0, f"good: {model}: what there is", nfs)
        board = run.profiles[model]
        macs, calls = sent_by(board["address"])
        tap.result(macs == {board["mac"]} and {"PORTMAP2 GETPORT", "MOUNT3 MNT", "NFS3 FSINFO", "NFS3 LOOKUP", "NFS3 READ"} <= calls,
                   f"good: {model} asked itself, and that is kept", macs, calls)
        tap.result(not [f for f in board["findings"] if f["severity"] != "info"], f"good: {model}: nothing to find", board["findings"])


def says(name, step, state, words, fix=""):
    """A row of the one model."""
    def check(tap, run):
        model, = run.profiles
        r = row(run, model, step)
        tap.result(r["state"] == state and words in (r["words"] or "") and fix in (r["fix"] or ""), f"{name}: {step} is {state}", r)
    return check


open_to_it = f"[export {root}]\nclients = {own}(rw,no_root_squash)\n"
closed = f"[export {root}]\nclients = 10.9.99.0/24(rw)\n"
cases = [
    Case("good", served(), dict.fromkeys(pis), files=[cmdline()], check=green),
    Case("open to the board alone", served(open_to_it), {"pi4": None}, words=(*one, *audit.report_refused), files=[cmdline()],
         check=unrefused),
    Case("closed to it", served(open_to_it), {"pi4": "mount-access-denied"}, files=[cmdline()],
         check=says("closed to it", "mount", "failed", "closed")),
    Case("no such path", served(), {"pi5": "mount-no-such-export"}, files=[cmdline("/srv/nowhere")],
         check=says("no such path", "mount", "failed", "no such export")),
    Case("no init", served(init=None), {"pi4": "nfs-init-not-found"}, files=[cmdline()],
         check=says("no init", "root", "failed", "no first program")),
    Case("a card in fstab", served(fstab="/dev/mmcblk0p1 /boot vfat defaults 0 2\n"), {"pi4": False}, files=[cmdline()],
         check=says("a card in fstab", "root", "failed", "mmcblk0p1", "Put a #")),
    Case("no fstab", served(fstab=None), {"pi4": None}, files=[cmdline()],
         check=says("no fstab", "root", "passed", "no /etc/fstab", "/proc")),
    Case("no NFS server", without_nfs, {"pi4": "rpcbind-refused"}, files=[cmdline()],
         check=says("no NFS server", "rpcbind", "failed", "111")),
    Case("a mute server", mute, {"pi4": False}, files=[cmdline()], check=interrupted),
    Case("another server", served(), {"pi4": "cmdline-nfsroot-wrong-server"}, files=[cmdline(server="10.9.0.9")],
         check=says("another server", "rpcbind", "failed", "does not answer")),
    Case("no ip=", served(), {"pi5": "cmdline-no-ip"}, files=[cmdline(more="")],
         check=says("no ip=", "rpcbind", "failed", "no ip=", "ip=dhcp")),
    Case("this host asks", without_tun("10.9.0.200"), {"pi4": None}, files=[cmdline()], check=as_host),
    Case("closed to this host", without_tun("10.9.0.200", open_to_it), {"pi4": None}, files=[cmdline()],
         check=says("closed to this host", "mount", "not-tried", "so it is for this host")),
    Case("nobody can ask", without_tun(), {"pi4": None}, files=[cmdline()],
         check=says("nobody can ask", "rpcbind", "not-tried", "/dev/net/tun")),
    Case("version 4 of a server without", served(), {"pi4": "nfs-version-refused"}, files=[cmdline(rest=",vers=4")],
         check=says("version 4 of a server without", "mount", "failed", "does not have it")),
    Case("the kernel's default", served(), {"pi4": None}, files=[cmdline(rest="")],
         check=says("the kernel's default", "rpcbind", "passed", "NFS 2 3")),
    Case("a root by DHCP", served(dhcp=lines + f"dhcp-option=17,10.9.0.1:{root},vers=3\n"), {"linux": None}, files=[cmdline()],
         check=says("a root by DHCP", "root", "passed", "/sbin/init")),
]

if __name__ == "__main__":
    audit.run_cases(cases)
