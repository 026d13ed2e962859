# SPDX-License-Identifier: BSD-2-Clause
"""What bootscope audit says of TFTP servers, and what an asker of this file sees of the same ones: the traits agree. Servers
are those of Debian, our own, and tftp_faults.py with faults that those have not. TAP on standard output.
audit_tftp_traits.py KIND..."""

import json
import os
import socket
import struct
import subprocess
import sys
import time

import audit
import lab
import probe
from serve import Server
from servers import Tap, tail

large = 40_000_000  # more than 65535 blocks of 512
kernel = f"{probe.serial}/kernel8.img"
tftpd = "10.9.0.9"
nobodys = "no-such-file-either"
script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tftp_faults.py")


# ---- an asker of its own ----

def ask(name, server, options=(), seconds=8):
    """(opcode, rest, port, seconds) of the first answer, broken off; None: there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(seconds)
        words = b"".join(str(w).encode() + b"\0" for pair in options for w in pair)
        begun = time.monotonic()
        s.sendto(struct.pack("!H", 1) + name.encode() + b"\0octet\0" + words, (server, 69))
        try:
            answer, peer = s.recvfrom(65536)
        except OSError:
            return None
        s.sendto(struct.pack("!HH", 5, 0) + b"done\0", peer)
        return struct.unpack("!H", answer[:2])[0], answer[2:], peer[1], time.monotonic() - begun


def granted(name, server, options):
    """Options of the OACK, as a dictionary; empty without one."""
    answer = ask(name, server, options)
    if not answer or answer[0] != 6:
        return {}
    words = answer[1].split(b"\0")
    return {k.decode().lower(): int(v) for k, v in zip(words[::2], words[1::2])}


def is_there(name, server):
    answer = ask(name, server)
    return bool(answer) and answer[0] == 3


def behind_65535(name, server, seconds=30):
    """The block number that comes behind 65535 in a transfer without options; None: none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(5)
        s.sendto(struct.pack("!H", 1) + name.encode() + b"\0octet\0", (server, 69))
        end, last = time.monotonic() + seconds, 0
        try:
            while time.monotonic() < end:
                answer, peer = s.recvfrom(2048)
                op, block = struct.unpack("!HH", answer[:4])
                if op != 3:
                    return None
                if last == 65535 and block != 65535:
                    s.sendto(struct.pack("!HH", 5, 0) + b"done\0", peer)
                    return block
                last = block
                s.sendto(struct.pack("!HH", 4, block), peer)
        except OSError:
            pass
        return None


def burst(name, server):
    """Blocks that come in a window of 16 before it is acknowledged; 0: no window is granted."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(8)
        s.sendto(struct.pack("!H", 1) + name.encode() + b"\0octet\0windowsize\0" + b"16\0", (server, 69))
        answer, peer = s.recvfrom(2048)
        n = 0
        if answer[:2] == b"\0\6":
            s.sendto(struct.pack("!HH", 4, 0), peer)
            s.settimeout(0.5)
            try:
                while n < 16:
                    s.recv(2048)
                    n += 1
            except OSError:
                pass
        s.sendto(struct.pack("!HH", 5, 0) + b"done\0", peer)
        return n


def seen(server):
    """What the asker makes of it, in the keys of the audit: value, or grade."""
    base, folder = os.path.basename(kernel), os.path.dirname(kernel)
    options = granted(kernel, server, (("tsize", 0), ("blksize", 1468)))
    none = ask(nobodys, server)
    return {"sizes": options.get("tsize") == os.path.getsize(os.path.join(probe.root, kernel)),
            "blocks": options.get("blksize", 512), "windows": max(burst(kernel, server), 1),
            "rollover": behind_65535(kernel, server), "case": is_there(f"{folder}/{base.upper()}", server),
            "slash": is_there("/" + kernel, server), "slashes": is_there(f"{folder}//{base}", server),
            "missing": struct.unpack("!H", none[1][:2])[0] if none and none[0] == 5 else None}


def told(report, server):
    """The same of the audit; a trait that is left out is None."""
    traits = {t["trait"]: t for s in report["servers"] if s["ip"] == server for t in s["tftp"] or ()}
    value = {k: t["value"] for k, t in traits.items()}
    fine = {k: t["grade"] == "fine" for k, t in traits.items()}
    return {"sizes": fine.get("sizes"), "blocks": value.get("blocks"), "windows": value.get("windows"),
            "rollover": value.get("rollover"), "case": "does not matter" in traits.get("case", {}).get("words", ""),
            "slash": fine.get("slash"), "slashes": fine.get("slashes"), "missing": value.get("missing")}, traits


# ---- servers ----

def start_dhcp(wire):
    return probe.start_server(wire, probe.full + probe.padded + f"dhcp-option=66,{tftpd}\n", "10.9.0.1", "dhcp.log")


def start_ours(wire, clients):
    path = os.path.join(lab.temporary, "ours.conf")
    with open(path, "w") as f:
        f.write(f"[dhcp]\nmode = full\nrange = 10.9.0.50-10.9.0.90\nclients = {clients}\nauthoritative = yes\nprobe = no\n"
                f"lease-file = {lab.temporary}/leases\n[tftp]\nroot = {probe.root}\n")
    server = Server(wire, "--config", path, out="tftpd.log", address=tftpd)
    return [server.host], server.ready()


def start(wire, kind):
    """(hosts, they run)"""
    if kind.startswith("ours"):
        return start_ours(wire, "all" if kind == "ours" else "pi")
    dhcp, good = start_dhcp(wire)
    host = wire.host()
    host.address(tftpd, 24)
    host.address("10.9.0.8", 24)
    words = {"dnsmasq": ["dnsmasq", "-d", "-C", "/dev/null", "--port=0", "--log-facility=-", "--enable-tftp", "--user=root",
                         f"--tftp-root={probe.root}"],
             "tftpd-hpa": ["in.tftpd", "-L", "--user", "root", "--address", "0.0.0.0:69", "-s", probe.root],
             "atftpd": ["atftpd", "--daemon", "--no-fork", "--user", "root", "--group", "root", "--bind-address", tftpd,
                        probe.root]}.get(kind, [sys.executable, script, kind, tftpd, probe.root])
    host.start(*words, log="tftpd.log")
    return [dhcp, host], good and host.listens(69)


faults = {  # fault: (trait, grade, words); elsewhere alone the board does not boot
    "elsewhere": ("source", "bad", "come from another address"),
    "folds": ("case", "fine", "does not matter"),
    "silent": ("missing", "bad", "no answer"),
    "error-2": ("missing", "remark", "error 2 (no) instead of 1"),
    "has-all": ("missing", "remark", "sent all the same"),
    "no-options": ("blocks", "remark", "512 bytes only (blksize 1468 is ignored)"),
    "no-sizes": ("sizes", "remark", "not told"),
    "refuses": ("windows", "bad", "error 8 (what is windowsize)"),
    "one-by-one": ("windows", "remark", "16 are agreed on, and 1 block comes at once"),
    "no-slashes": ("slashes", "remark", "kernel8.img is not found, which is there with one slash"),
}


# ---- and what is said of them ----

def nothing_of_it_is_a_fault(tap, kind, run):
    """The client that tried is in the capture: nobody's boot has failed there."""
    out = subprocess.run([lab.bootscope, "analyze", "--json", audit.saved], capture_output=True, text=True, check=False).stdout
    mine = [c for c in json.loads(out)["clients"] if c["mac"].startswith("02:b5:0f")]
    found = [f["id"] for c in mine for b in c["boots"] for f in b["findings"] if f["severity"] != "info"]
    tap.result(len(mine) == (kind != "elsewhere") and not found, f"{kind}: no finding is of who tried", found, [c["mac"] for c in mine])
    tap.result(not run.agrees(), f"{kind}: analyze says the same of the boards", run.agrees())


def real(tap, wire, kind):
    probe.put_files(())
    os.truncate(os.path.join(probe.root, kernel), large)
    hosts, good = start(wire, kind)
    if "found no inih" in tail("tftpd.log", 20):
        return
    try:
        tap.result(good, f"{kind}: it starts", tail("tftpd.log", 20))
        run = audit.Run("pi4")
        said, traits = told(run.report, tftpd)
        lab.sh("ip", "neigh", "flush", "dev", "c0")  # the one before had that address
        other = seen(tftpd)
    finally:
        for host in hosts:
            host.end()
    too_long = "takes too long" in traits.get("rollover", {}).get("words", "") or other["rollover"] is None
    if too_long:  # a machine that is busy
        said["rollover"] = other["rollover"] = 0
    tap.result(run.verdicts() == {"pi4": "pass"}, f"{kind}: the board boots", *audit.show(run), tail("tftpd.log", 20))
    tap.result(said == other, f"{kind}: the traits are those that another client sees", said, other, traits)
    tap.result(other["rollover"] == 0 and other["missing"] == 1, f"{kind}: and they are what is known of it", other)
    bad = [t for t in traits.values() if t["grade"] != "fine" and t["trait"] != "speed"]
    tap.result(not bad, f"{kind}: nothing is remarked on", bad)
    nothing_of_it_is_a_fault(tap, kind, run)


def faulty(tap, wire, fault):
    trait, grade, words = faults[fault]
    board = "pi5" if fault == "silent" else "pi4"  # which waits for two such files, a Pi 4 for ten
    probe.put_files(())
    hosts, good = start(wire, fault)
    try:
        run = audit.Run(board)
    finally:
        for host in hosts:
            host.end()
    _, traits = told(run.report, tftpd)
    it = traits.get(trait, {})
    tap.result(good and it.get("grade") == grade and words in it.get("words", ""), f"{fault}: {trait} is told", it,
               tail("tftpd.log", 20), traits, run.err)
    bad = [t for t in traits.values() if t["grade"] == "bad" and t["trait"] != trait]
    tap.result(not bad and run.verdicts() == {board: "fail" if fault == "elsewhere" else "pass"}, f"{fault}: and no more", bad, *audit.show(run))
    nothing_of_it_is_a_fault(tap, fault, run)


def old(tap, wire):
    """A bootloader of 2019 counts blocks to 65535; what it runs into is told, and that others do not."""
    probe.put_files(())
    os.truncate(os.path.join(probe.root, kernel), 70_000_000)
    hosts, good = start(wire, "dnsmasq")
    try:
        run = audit.Run("pi4-2019", "pi4")
    finally:
        for host in hosts:
            host.end()
    tap.result(good and run.verdicts() == {"pi4-2019": "fail", "pi4": "pass"} and
               run.cause("pi4-2019") == "tftp-block-rollover", "old: block 65535 is the last of a bootloader of 2019",
               *audit.show(run))
    tap.result(not run.agrees(), "old: and so says analyze", run.agrees())
    _, traits = told(run.report, tftpd)
    tap.result(traits["rollover"]["value"] == 0 or "too long" in traits["rollover"]["words"],
               "old: which is not the server's fault", traits["rollover"])


def main():
    tap, wire = Tap(), lab.Wire()
    os.chmod(lab.temporary, 0o755)
    lab.sh("ip", "addr", "add", "10.9.0.5/24", "dev", "c0")
    for kind in [k for k in faults if k != "silent"] if sys.argv[1] == "faults" else sys.argv[1:]:
        if kind == "old":
            old(tap, wire)
        else:
            (faulty if kind in faults else real)(tap, wire, kind)
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
