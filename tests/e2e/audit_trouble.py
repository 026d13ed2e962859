# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit that is interrupted or loses its interface: one sentence, what was gathered, and no lease is kept. TAP on
standard output."""

import json
import os
import signal
import subprocess
import sys
import time

import lab
import probe
from probe import full, padded, tftp
from servers import Tap, tail

saved = os.path.join(lab.temporary, "trouble.pcapng")


def start(*words, interface="c0"):
    return subprocess.Popen([lab.bootscope, "audit", "-i", interface, "--serial", probe.serial, "--json", "--save", saved, *words],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(p, seconds=60):
    out, err = p.communicate(timeout=seconds)
    return json.loads(out) if out else {}, err


def log():
    with open(os.path.join(lab.temporary, "dnsmasq.log"), errors="replace") as f:
        return f.read()


def wait_for(words, begin=0, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end and words not in log()[begin:]:
        time.sleep(0.02)


def signals(tap):
    """Each ends it, with the lease given back and what is known so far."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        begin = len(log())
        p = start("pi4", "pi5")
        wait_for("DHCPACK", begin)
        p.send_signal(number)
        report, err = finish(p)
        said = log()[begin:]
        tap.result(report.get("cut_short") == "interrupted" and "interrupted; this is of the models before" in err and
                   len(err.splitlines()) == 1 and p.returncode in (0, 1), f"{number.name} ends it", p.returncode, err, report)
        tap.result(said.count("DHCPRELEASE") == 1, f"{number.name}: and the lease is given back", said)


def closed_terminal(tap):
    """Who reads it is gone: no lease stays all the same."""
    begin = len(log())
    p = start("pi4", "pi5")
    p.stdout.close()
    p.stderr.close()
    wait_for("DHCPACK", begin)
    p.send_signal(signal.SIGHUP)
    p.wait(60)
    wait_for("DHCPRELEASE", begin, 5)
    tap.result(log()[begin:].count("DHCPRELEASE") == 1, "with nobody to read it the lease is given back too", log()[begin:])


def lost(tap, wire):
    """The interface in the middle of it: the model before is told, and why there is no other."""
    for name, key, sentence, cut, mend in (
            ("a pulled cable", "no-carrier", "c0 has lost its carrier", ["ip", "link", "set", "c1", "down"],
             [["ip", "link", "set", "c1", "up"]]),
            ("an interface taken down", "down", "c0 was taken down", ["ip", "link", "set", "c0", "down"],
             [["ip", "link", "set", "c0", "up"]]),
            ("an interface that vanishes", "gone", "c0 is gone", ["ip", "link", "del", "c0"], [])):
        begin = len(log())
        p = start("linux", "klibc", "pi5")
        wait_for("DHCPRELEASE", begin)  # the first is done
        wait_for("DHCPACK", begin + log()[begin:].find("DHCPRELEASE"))
        since = time.monotonic()
        lab.sh(*cut)
        report, err = finish(p)
        took = time.monotonic() - since
        tap.result(report.get("cut_short") == key and sentence in err and len(err.splitlines()) == 1 and p.returncode == 3,
                   f"{name} is one sentence", p.returncode, err, report)
        tap.result([p["verdict"] for p in report.get("profiles", [])][:1] == ["pass"], f"{name}: the models before are told",
                   report, log()[begin:])
        tap.result(took < 15, f"{name} is seen soon", took)
        for words in mend:
            lab.sh(*words)
        time.sleep(0.1)


def full_disk(tap):
    """No room for what is saved: it is said, and the rest of the audit is told."""
    small = os.path.join(lab.temporary, "small")
    os.mkdir(small)
    lab.sh("mount", "-t", "tmpfs", "-o", "size=8k", "none", small)
    done = subprocess.run([lab.bootscope, "audit", "-i", "c0", "pi4", "--serial", probe.serial, "--save",
                           os.path.join(small, "a.pcapng")], text=True, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=100)
    tap.result(done.returncode == 3 and "No space left" in done.stderr and "Raspberry Pi 4 gets" in done.stdout and
               len(done.stderr.splitlines()) == 1, "a full disk is one sentence, and the audit is told",
               done.returncode, done.stderr, done.stdout)


def main():
    tap, wire = Tap(), lab.Wire()
    os.chmod(lab.temporary, 0o755)
    probe.put_files(())
    host, starts = probe.start_server(wire, full + tftp + padded, "10.9.0.1", "dnsmasq.log")
    tap.result(starts, "the server starts", tail("dnsmasq.log"))
    full_disk(tap)
    signals(tap)
    closed_terminal(tap)
    lost(tap, wire)
    host.end()
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
