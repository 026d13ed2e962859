# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before dnsmasq, right and wrong, and before our own serve: the verdict on each model, the finding that
says why, and that analyze says the same of the capture it saved. TAP on standard output."""

import json
import os
import signal
import subprocess
import sys
import time

import lab
import probe
from probe import full, padded, proxy, tftp
from serve import Server
from servers import Tap

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


def ours(tap, wire):
    """Beside our own server every model there is gets what it asks for, and no lease is kept."""
    probe.put_files(())
    config, leases = os.path.join(lab.temporary, "all.conf"), os.path.join(lab.temporary, "all.leases")
    with open(config, "w") as f:
        f.write(f"[dhcp]\nmode = full\nrange = 10.9.0.50-10.9.0.90\nclients = all\nauthoritative = yes\nprobe = no\n"
                f"lease-file = {leases}\n[tftp]\nroot = {probe.root}\n" +
                "".join(f"[class {name}]\n{who}\n{what}\n" for name, who, what in (
                    ("script", "user-class = iPXE", "boot-file = pxelinux.0"),
                    ("http", "arch = 16, 19", "http-url = http://10.9.0.1/boot.efi"),
                    ("uefi", "arch = 7, 9, 11", "boot-file = ipxe.efi"),
                    ("u-boot", "vendor-class = U-Boot", "boot-file = pxelinux.0"),
                    ("bios", "arch = 0", "boot-file = pxelinux.0"))))
    server = Server(wire, "--config", config)
    starts = server.ready()
    if "found no inih" in server.said():
        server.end()
        return
    tap.result(starts, "our own server starts", server.said())
    run = Run("all")
    tap.result(len(run.profiles) == 15 and set(run.verdicts().values()) == {"pass"}, "every model is green", *show(run),
               server.said())
    tap.result(not [f for p in run.profiles.values() for f in p["findings"] if f["severity"] != "info"],
               "without a finding", *show(run))
    tap.result(run.status == 0 and not run.agrees(), "and so says analyze", run.status, run.agrees())
    given, back = ({line.split()[4] for line in server.said().splitlines() if f" serve {what} " in line}
                   for what in ("dhcp-acked", "dhcp-released"))
    tap.result(given == back and len(given) == 15, "every lease is given back", given ^ back, server.said())
    asked = sum(p["verdict"] == "pass" for p in Run("pi", "--no-request").profiles.values())
    tap.result(asked == 4, "--no-request: offers are enough", asked)
    sent = subprocess.run([lab.bootscope, "decode", "--json", saved, "ether src host 02:b5:12:bc:de:12"], capture_output=True,
                          text=True, check=False).stdout.splitlines()
    kinds = {json.loads(line).get("dhcp", {}).get("type") for line in sent}
    tap.result(kinds == {"discover"}, "and nothing else is sent", kinds)
    server.end()


def two(tap, wire):
    """Two servers in conflict, told apart; what is shown to people."""
    probe.put_files(())
    # neither is authoritative, or the one would refuse what the other gave
    hosts = [probe.start_server(wire, lines, address, log)[0] for lines, address, log in
             (("dhcp-range=10.9.0.50,10.9.0.90,1h\n" + tftp + padded, "10.9.0.1", "dnsmasq.log"),
              ("dhcp-range=10.9.0.150,10.9.0.190,1h\n", "10.9.0.2", "other.log"))]
    try:
        run = Run("pi4")
        offers = {s["ip"]: {o["result"] for o in s["offers"] if o["round"] == 0} for s in run.report["servers"]}
        tap.result(len(offers) == 2 and offers["10.9.0.2"] <= {"no-option43", "address-taken"} and
                   offers["10.9.0.1"] <= {"taken", "boot-data-taken"}, "two servers are told apart", offers)
        codes = {o["code"] for s in run.report["servers"] for x in s["offers"] for o in x["options"]}
        tap.result({1, 43, 51, 53, 54, 60} <= codes, "with every option", codes)
        parts = subprocess.run([lab.bootscope, "--version"], capture_output=True, text=True, check=True).stdout
        report = [] if "sandbox: none" in parts else ["--sandbox", "report"]
        run = Run("pi4", "pxe-bios", "--fix-for", "dnsmasq", *report, json_too=False)
        wanted = ("c0: 1 of 2 models would not boot", "Servers", "10.9.0.2", "BIOS PXE", "To do: ", "dnsmasq:")
        tap.result(run.status == 1 and all(w in run.out for w in wanted), "the text says so", run.out, run.err)
        tap.result(not run.err, "and the sandbox refuses nothing", run.err)
        known = Run("pi4", "--mac", "dc:a6:32:01:02:03", "--serial", "38c128c0")
        board = known.profiles["pi4"]
        tap.result((board["mac"], board["serial"]) == ("dc:a6:32:01:02:03", "38c128c0"), "a known board can be played", board)
    finally:
        for host in hosts:
            host.end()


def refusals(tap):
    """What cannot be is one sentence."""
    subprocess.run(["ip", "link", "add", "cut0", "type", "veth", "peer", "name", "cut1"], check=True)
    subprocess.run(["ip", "link", "set", "cut0", "up"], check=True)
    for words, sentence, status in ((["-i", "cut0"], "cut0 has no carrier", 3), (["-i", "cut1"], "cut1 is down", 3),
                                    (["-i", "lo"], "lo is no Ethernet", 3), (["-i", "eth7"], "eth7 is no interface", 3),
                                    (["-i", "c0", "pi6"], "there is no model 'pi6'", 2),
                                    (["-i", "c0", "pi", "--mac", "dc:a6:32:01:02:03"], "--mac is of one board", 2),
                                    (["-i", "c0", "pi4", "--mac", "dc:a6"], "--mac takes", 2),
                                    (["-i", "c0", "--serial", "0x1"], "--serial takes", 2),
                                    (["-i", "c0", "--oui", "dc-a6"], "--oui takes", 2),
                                    (["-i", "c0", "pi4", "--save", "/nowhere/at.pcapng"], "/nowhere/at.pcapng", 3)):
        done = subprocess.run([lab.bootscope, "audit", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=60)
        tap.result(done.returncode == status and sentence in done.stderr and len(done.stderr.splitlines()) == 1 and not done.stdout,
                   f"audit {' '.join(words)}: one sentence", done.returncode, done.stderr, done.stdout)


def interrupted(tap):
    """Ctrl-C ends it with what is known so far."""
    p = subprocess.Popen([lab.bootscope, "audit", "-i", "c0", "pi4", "pi5", "--save", saved], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    p.send_signal(signal.SIGINT)
    _, err = p.communicate(timeout=60)
    tap.result(p.returncode in (0, 1) and "interrupted" in err, "an audit can be interrupted", p.returncode, err)


def main():
    tap, wire = Tap(), lab.Wire()
    os.chmod(lab.temporary, 0o755)
    for case in cases:
        if len(sys.argv) < 2 or case.name in sys.argv[1:]:
            before(tap, wire, case)
    for name, part in (("ours", lambda: ours(tap, wire)), ("two", lambda: two(tap, wire)), ("refusals", lambda: refusals(tap)),
                       ("interrupted", lambda: interrupted(tap))):
        if len(sys.argv) < 2 or name in sys.argv[1:]:
            part()
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
