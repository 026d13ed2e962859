# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit where the machine itself is in the way: a server of its own, ports of bridges and bonds, no rights. TAP on
standard output."""

import json
import os
import subprocess
import sys

import lab
import packets
import probe
from audit import saved
from audit_vlan import packets_of
from probe import full, padded, tftp
from servers import Tap, tail


# /sys of the host itself: builds without libnl read there whose port an interface is
own_sys = ["unshare", "-m", "sh", "-c", 'mount -t sysfs none /sys 2>/dev/null; exec "$@"', "sh"]


def audit(host, *words, before=()):
    done = subprocess.run([*(host.enter if host else []), *own_sys, *before, lab.bootscope, "audit", "--serial", probe.serial, *words],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=100)
    return done


def report(host, *words):
    done = audit(host, "--json", *words)
    r = json.loads(done.stdout) if done.stdout else {"notes": [], "profiles": []}
    return {n["note"] for n in r["notes"]}, [p["verdict"] for p in r["profiles"]], done


def is_whole_udp(frame):
    kind, n, fragment = frame[12:14] + frame[23:24], int.from_bytes(frame[16:18], "big"), int.from_bytes(frame[20:22], "big")
    return kind == b"\x08\0\x11" and not fragment & 0x3FFF and len(frame) >= 14 + n


def udp_sum(frame):
    """0: it is right."""
    udp = frame[34:34 + int.from_bytes(frame[38:40], "big")]
    return packets.checksum(frame[26:34] + b"\0\x11" + udp[4:6] + udp)


def own_server(tap, wire):
    """What is sent out of an interface does not reach the host's own sockets."""
    host, starts = probe.start_server(wire, full + tftp + padded, "10.9.0.1", "dnsmasq.log")
    tap.result(starts, "the server starts", tail("dnsmasq.log"))
    notes, verdicts, done = report(host, "-i", "eth0", "pi3b")
    tap.result((notes, verdicts) == ({"own-server"}, ["fail"]), "on the server itself a note says why nobody answers", notes,
               verdicts, done.stderr)
    done = audit(host, "-i", "eth0", "pi3b")
    tap.result("This host itself has a DHCP server" in done.stdout and "audit --files" in done.stdout, "to people as well",
               done.stdout, done.stderr)
    notes, verdicts, done = report(None, "-i", "c0", "pi3b")
    tap.result((notes, verdicts) == (set(), ["pass"]), "on another machine there is none", notes, verdicts, done.stderr)
    # as those of containers and virtual machines on this host are
    host.run("python3", "-c", "import lab; lab.whole_checksums('eth0', False)", cwd=os.path.dirname(os.path.abspath(__file__)))
    notes, verdicts, done = report(None, "-i", "c0", "--save", saved, "pi4")
    sums = {udp_sum(f) for f in packets_of(saved) if is_whole_udp(f) and f[26:30] == packets.ip4("10.9.0.1")}
    tap.result((notes, verdicts, sums) == (set(), ["pass"], {0}), "checksums that no card has filled in are filled in", notes,
               verdicts, sums, done.stderr)
    host.end()


def bridged(tap, wire):
    """A server on a bridge of its own hears a cable that is plugged into that."""
    host = wire.host()
    host.run("ip", "link", "add", "br0", "type", "bridge")
    host.run("ip", "link", "set", "eth0", "master", "br0")
    host.run("ip", "link", "set", "br0", "up")
    host.run("ip", "addr", "add", "10.9.0.1/24", "dev", "br0")
    path = os.path.join(lab.temporary, "bridge.conf")
    with open(path, "w") as f:
        f.write(probe.head.replace("interface=eth0", "interface=br0") + full + tftp + padded)
    host.start("dnsmasq", "-d", "-C", path, log="bridge.log")
    tap.result(host.listens(67), "the server on a bridge starts", tail("bridge.log"))
    notes, verdicts, done = report(host, "-i", "br0", "pi3b")
    tap.result((notes, verdicts) == ({"own-server"}, ["fail"]), "on the bridge a note says why nobody answers", notes, verdicts,
               done.stderr)
    notes, verdicts, done = report(host, "-i", "eth0", "pi3b")
    tap.result((notes, verdicts) == ({"own-server", "bridge-port"}, ["fail"]), "on its port too, and that it is one", notes,
               verdicts, done.stderr)
    tap.result("eth0 is a port of the bridge br0" in done.stdout, "by its name", done.stdout)
    host.run("ip", "link", "add", "audit0", "type", "veth", "peer", "name", "audit1")
    host.run("ip", "link", "set", "audit1", "master", "br0", "up")
    host.run("ip", "link", "set", "audit0", "up")
    notes, verdicts, done = report(host, "-i", "audit0", "pi3b", "pi4")
    tap.result((notes, verdicts) == (set(), ["pass", "pass"]), "by a veth pair with an end in the bridge it is heard", notes,
               verdicts, done.stderr, done.stdout, tail("bridge.log"))
    # from the other end of the cable, through the bridge between
    notes, verdicts, done = report(None, "-i", "wire", "pi4")
    tap.result((notes, verdicts) == (set(), ["pass"]), "a bridge itself can be audited on", notes, verdicts, done.stderr)
    notes, verdicts, done = report(None, "-i", "c1", "pi4")
    tap.result((notes, verdicts) == ({"bridge-port"}, ["fail"]), "its port is told for what it is", notes, verdicts, done.stderr)
    host.end()


def bonded(tap):
    """Where the kernel has bonds."""
    if subprocess.run(["ip", "link", "add", "bond7", "type", "bond"], stderr=subprocess.DEVNULL, check=False).returncode:
        return
    lab.sh("ip", "link", "add", "b0", "type", "veth", "peer", "name", "b1")
    lab.sh("ip", "link", "set", "b0", "master", "bond7")
    for name in ("b0", "b1", "bond7"):
        lab.sh("ip", "link", "set", name, "up")
    notes, _, done = report(None, "-i", "b0", "pi3b")
    tap.result(notes == {"bond-port"} and "-i bond7" in done.stdout, "a part of a bond is told for what it is", notes, done.stdout)


def no_rights(tap):
    done = audit(None, "-i", "c0", "pi4", before=["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"])
    tap.result(done.returncode == 3 and len(done.stderr.splitlines()) == 1 and not done.stdout, "without rights: one sentence",
               done.returncode, done.stderr, done.stdout)


def main():
    tap, wire = Tap(), lab.Wire()
    os.chmod(lab.temporary, 0o755)
    probe.put_files(())
    own_server(tap, wire)
    bridged(tap, wire)
    bonded(tap)
    no_rights(tap)
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
