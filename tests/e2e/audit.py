# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit before servers, right and wrong: the verdict on each model, the finding that says why, and that analyze
says the same of the capture it saved. The audit_*.py have the servers; here is what they share, and audit before our own
serve. TAP on standard output."""

import concurrent.futures
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time

import dialects
import lab
import nfs_look
import probe
from probe import padded, tftp
from serve import Server
from servers import Tap, tail

looks = os.path.exists(os.path.join(os.path.dirname(lab.bootscope), "tests/e2e/nfs_client"))  # there is libnfs
parts = subprocess.run([lab.bootscope, "--version"], capture_output=True, text=True, check=True).stdout
report_refused = [] if "sandbox: none" in parts else ["--sandbox", "report"]
pis = ("pi3b", "pi3b-plus", "pi4", "pi5")
saved = os.path.join(lab.temporary, "audit.pcapng")


class Run:
    """One audit: its report, and analyze's of what it saved."""

    def __init__(self, *words, json_too=True, interface="c0"):
        done = subprocess.run([lab.bootscope, "audit", "-i", interface, "--serial", probe.serial, "--save", saved,
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
    """Servers, and of each model the verdict: None passes, else the id of the finding that is the cause; False: it fails, and
    only a step says why. A server is lines of dnsmasq, or what starts one: a function of the wire and its address that gives
    its hosts, and whether they run. check: a function of the Tap and the Run, for more."""

    def __init__(self, name, server, causes, second=None, without=(), words=(), files=(), check=None):
        self.name, self.server, self.causes, self.second = name, server, causes, second
        self.without, self.words, self.files, self.check = without, words, files, check


def loader(machine):
    """A PE file of this machine type, as far as anybody looks."""
    return b"MZ" + bytes(58) + struct.pack("<I4sH", 64, b"PE\0\0", machine) + bytes(50000)


def dnsmasq(lines):
    def start(wire, address):
        host, starts = probe.start_server(wire, lines, address, f"dnsmasq-{address}.log")
        return [host], starts
    return start


def dialect(key, lines, tftp=True):
    """A server of dialects.py that leases .50 to .90, and the files beside it."""
    def start(wire, address):
        host, server = wire.host(), dialects.dialects[key]()
        host.address(address, 24)
        net = dialects.Network(address, address.rsplit(".", 1)[0] + ".50")
        net.last = net.client.replace(".50", ".90")
        starts = server.start(host, server.config(net, lines.replace("{server}", address)))
        return [host], starts and (not tftp or dialects.start_tftp(host, probe.root))
    return start


def show(run):
    return [f"{k}: {p['verdict']} {p['stage']} {p['reason']} {[f['id'] for f in p['findings']]}"
            for k, p in run.profiles.items()] + [run.err]


def logs():
    return [f"{name}:\n{tail(name, 40)}" for name in sorted(os.listdir(lab.temporary)) if name.endswith(".log")]


def before(tap, wire, case):
    probe.put_files(case.without)
    for name, data in case.files:
        probe.put(name, data, ())
    hosts, good = [], True
    try:
        for server, address in ((case.server, "10.9.0.1"), (case.second, "10.9.0.2")):
            if server:
                started, starts = (dnsmasq(server) if isinstance(server, str) else server)(wire, address)
                hosts += started
                good = good and starts
        tap.result(good, f"{case.name}: the servers start", *logs())
        run = Run(*case.words, *case.causes)
    finally:
        for host in hosts:
            host.end()
    want = {k: "pass" if cause is None else "fail" for k, cause in case.causes.items()}
    why = show(run) + logs()
    tap.result(run.verdicts() == want, f"{case.name}: the verdicts", *why)
    causes = {k: run.cause(k) for k in run.profiles}
    tap.result(causes == {k: cause or None for k, cause in case.causes.items()}, f"{case.name}: the causes", causes, *why)
    tap.result(run.status == (1 if "fail" in want.values() else 0), f"{case.name}: the exit status", run.status, run.err)
    tap.result(not run.agrees(), f"{case.name}: analyze says the same of what was saved", run.agrees(), *why)
    if case.check:
        case.check(tap, run)
    tap.result(True, f"{case.name}: it ends")


def alone(case):
    """The case in a network of its own, mounts too, by another process: boards mostly wait. What it says."""
    return subprocess.run(["unshare", "-nm", "--kill-child", sys.executable, sys.argv[0], case.name], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          preexec_fn=lab.die_with_parent).stdout


def run_cases(cases):
    """The script of a table of cases: all at once, or the one that is named."""
    tap = Tap()
    os.chmod(lab.temporary, 0o755)
    if len(sys.argv) > 1:
        for case in cases:
            if case.name == sys.argv[1]:
                before(tap, lab.Wire(), case)
        keep = os.environ.get("KEEP_RECORDINGS")
        if keep:
            shutil.copytree(lab.temporary, os.path.join(keep, sys.argv[1].replace(" ", "-")),
                            ignore=shutil.ignore_patterns("tftp"), dirs_exist_ok=True)
        sys.exit(tap.failed > 0)
    with concurrent.futures.ThreadPoolExecutor(12) as crew:
        for case, said in zip(cases, crew.map(alone, cases)):
            end = f"{case.name}: it ends"
            for line in said.splitlines():
                if line.startswith(("ok ", "not ok ")):
                    tap.result(line.startswith("ok "), line.split(" - ", 1)[1])
                else:
                    print(line if line.startswith("#") else "# " + line)
            if not said.endswith(end + "\n"):
                tap.result(False, end)
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


def ours(tap, wire):
    """Beside our own server every model there is gets what it asks for, and no lease is kept."""
    probe.put_files(())
    nfs_look.fill()
    probe.put(f"{probe.serial}/cmdline.txt", f"root=/dev/nfs nfsroot=10.9.0.1:{nfs_look.export},vers=3 ip=dhcp\n".encode(), ())
    config, leases = os.path.join(lab.temporary, "all.conf"), os.path.join(lab.temporary, "all.leases")
    with open(config, "w") as f:
        f.write(f"[dhcp]\nmode = full\nrange = 10.9.0.50-10.9.0.90\nclients = all\nauthoritative = yes\nprobe = no\n"
                f"lease-file = {leases}\noption.root_path = 10.9.0.1:{nfs_look.export},vers=3\n[tftp]\nroot = {probe.root}\n"
                f"[nfs]\nroot = {nfs_look.export}\nstate = {lab.temporary}/state\n" +
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
    roots = {k: [s["state"] for s in p["steps"][-3:]] for k, p in run.profiles.items()}
    wanted = "passed" if looks else "not-tried"
    tap.result(all(roots[k] == [wanted] * 3 for k in (*pis, "linux", "klibc")) and roots["ipxe"] == ["not-for-model"] * 3,
               f"roots by NFS: {wanted}", roots)
    tap.result(run.status == 0 and not run.agrees(), "and so says analyze", run.status, run.agrees())
    given, back = ({line.split()[4] for line in server.said().splitlines() if f" serve {what} " in line}
                   for what in ("dhcp-acked", "dhcp-released"))
    tap.result(given == back and len(given) == 16, "every lease is given back, that of who tries the TFTP server too", given ^ back, server.said())
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
        run = Run("pi4", "pxe-bios", "--fix-for", "dnsmasq", *report_refused, json_too=False)
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
    p = subprocess.Popen([lab.bootscope, "audit", "-i", "c0", "pi", "--save", saved], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    other = subprocess.run([lab.bootscope, "audit", "-i", "c0", "pi4"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                           check=False, timeout=60)
    tap.result(other.returncode == 3 and "another audit plays these boards on c0" in other.stderr and not other.stdout,
               "two audits do not answer for one another", other.returncode, other.stderr)
    other = subprocess.run([lab.bootscope, "audit", "-i", "c0", "pi4", "--serial", "11111111", "--no-request"],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
    tap.result(other.returncode == 1 and not other.stderr, "others are played beside", other.returncode, other.stderr)
    p.send_signal(signal.SIGINT)
    _, err = p.communicate(timeout=60)
    tap.result(p.returncode in (0, 1) and "interrupted" in err, "an audit can be interrupted", p.returncode, err)


def main():
    tap, wire = Tap(), lab.Wire()
    os.chmod(lab.temporary, 0o755)
    for name, part in (("ours", lambda: ours(tap, wire)), ("two", lambda: two(tap, wire)), ("refusals", lambda: refusals(tap)),
                       ("interrupted", lambda: interrupted(tap))):
        if len(sys.argv) < 2 or name in sys.argv[1:]:
            part()
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
