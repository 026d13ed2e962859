# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before dnsmasq, right and wrong, and before our own serve: the verdict on each model, the finding that
says why, and that analyze says the same of the capture it saved. TAP on standard output."""

import json
import os
import subprocess
import sys

import lab
import probe
from servers import Tap

from probe import full, padded, proxy, tftp

pis = ("pi3b", "pi3b-plus", "pi4", "pi5")
saved = os.path.join(lab.temporary, "audit.pcapng")


class Run:
    """One audit on c0: its report, and analyze's of what it saved."""

    def __init__(self, *words, json_too=True):
        done = subprocess.run([lab.bootscope, "audit", "-i", "c0", "--serial", probe.serial, "--save", saved,
                               *(["--json"] if json_too else []), *words],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=400)
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.report = json.loads(done.stdout) if json_too and done.stdout else {"profiles": [], "servers": []}
        self.profiles = {p["profile"]: p for p in self.report["profiles"]}

    def verdicts(self):
        return {k: p["verdict"] for k, p in self.profiles.items()}

    def cause(self, profile):
        return next((f["id"] for f in self.profiles[profile]["findings"] if f["cause"]), None)

    def analyzed(self):
        """By MAC: the cause of the last boot that analyze names, and all fatal ones."""
        out = subprocess.run([lab.bootscope, "analyze", "--json", saved], capture_output=True, text=True, check=False).stdout
        return {c["mac"]: next((f["id"] for f in c["boots"][-1]["findings"] if f["cause"]), None)
                for c in json.loads(out)["clients"]}

    def agrees(self):
        """Where the two differ."""
        said = self.analyzed()
        return [(k, self.cause(k), said.get(p["mac"], "unknown")) for k, p in self.profiles.items()
                if said.get(p["mac"], "unknown") != self.cause(k)]


class Case:
    """Servers, and of each model the verdict: None passes, else the id of the finding that is the cause."""

    def __init__(self, name, server, causes, second="", without=(), words=()):
        self.name, self.server, self.causes, self.second = name, server, causes, second
        self.without, self.words = without, words


cases = [
    Case("full", full + tftp + padded, dict.fromkeys(pis)),
    Case("option 66 alone", full + tftp + "dhcp-option=66,10.9.0.1\n", dict.fromkeys(pis)),
    Case("a proxy beside a router", full, dict.fromkeys(pis), second=proxy + tftp + padded),
    Case("a proxy without the text", full, dict.fromkeys(("pi4", "pi5"), "dhcp-option43-wrong-text"),
         second=proxy + tftp + 'pxe-service=0,"Boot"\n'),
    Case("no option 43", full + tftp, dict.fromkeys(pis, "dhcp-no-option43")),
    Case("TFTP off", full + padded, dict.fromkeys(pis, "tftp-port-unreachable")),
    Case("a folder for each MAC", full + padded + tftp + "tftp-unique-root=mac\n", dict.fromkeys(pis)),
    Case("no kernel", full + tftp + padded, {"pi4": "tftp-kernel-not-found", "pi5": "tftp-kernel-not-found"},
         without=("kernel8.img", "kernel_2712.img")),
    Case("some boot, some do not", full + tftp + padded, {"pi3b": None, "pi4": None, "pi5": "tftp-config-missing",
                                                          "pxe-bios": "pxe-4011-unanswered", "linux": None},
         without=("config.txt",)),
    Case("nobody", None, {"pi3b": "dhcp-no-offer", "pi5": "dhcp-no-offer"}),
    Case("a boot file", full + tftp + "dhcp-boot=pxelinux.0\n", {"pxe-bios": None, "uefi-x64": None, "ipxe": None,
                                                                 "u-boot": None, "linux": None}),
]


def show(run):
    return [f"{k}: {p['verdict']} {p['stage']} {p['reason']} {[f['id'] for f in p['findings']]}"
            for k, p in run.profiles.items()] + [run.err]


def before(tap, wire, case):
    probe.put_files(case.without)
    hosts, good = [], True
    try:
        for lines, address, log in ((case.server, "10.9.0.1", "dnsmasq.log"), (case.second, "10.9.0.2", "proxy.log")):
            if lines:
                host, starts = probe.start_server(wire, lines, address, log)
                hosts.append(host)
                good = good and starts
        tap.result(good, f"{case.name}: the servers start")
        run = Run(*case.words, *case.causes)
    finally:
        for host in hosts:
            host.end()
    want = {k: "pass" if cause is None else "fail" for k, cause in case.causes.items()}
    tap.result(run.verdicts() == want, f"{case.name}: the verdicts", *show(run))
    causes = {k: run.cause(k) for k in run.profiles}
    tap.result(causes == case.causes, f"{case.name}: the causes", causes, *show(run))
    tap.result(run.status == (1 if "fail" in want.values() else 0), f"{case.name}: the exit status", run.status, run.err)
    tap.result(not run.agrees(), f"{case.name}: analyze says the same of what was saved", run.agrees(), *show(run))


def main():
    tap, wire = Tap(), lab.Wire()
    os.chmod(lab.temporary, 0o755)
    for case in cases:
        if len(sys.argv) < 2 or case.name in sys.argv[1:]:
            before(tap, wire, case)
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
