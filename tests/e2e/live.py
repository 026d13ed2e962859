# SPDX-License-Identifier: BSD-2-Clause
"""bootscope -i on a wire where a board boots from dnsmasq, and on one that goes away and comes back."""

import json
import os
import signal
import socket
import subprocess
import time

import boards
import dialects
import lab
import packets
import servers

CAPTURE = os.path.join(os.path.abspath(lab.top), "captures/pi4-healthy-dnsmasq-nfs3.pcap")
LINES = """\
enable-tftp
tftp-root=/srv/tftp
pxe-service=0,"Raspberry Pi Boot   "
"""


class Watch:
    """A bootscope that captures."""

    def __init__(self, *words):
        self.out = os.path.join(lab.temporary, f"live-{time.monotonic_ns()}")
        self.p = subprocess.Popen([lab.bootscope, *words], stdin=subprocess.DEVNULL,
                                  stdout=open(self.out, "wb"), stderr=open(self.out + ".err", "wb"),
                                  preexec_fn=lab.die_with_parent, cwd=lab.temporary)

    def lines(self):
        with open(self.out, errors="replace") as f:
            return f.read()

    def errors(self):
        with open(self.out + ".err", errors="replace") as f:
            return f.read()

    def says(self, words, seconds=10):
        """How long that took; None: it did not."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if words in self.lines():
                return time.monotonic() - start
            if self.p.poll() is not None:
                return None
            time.sleep(0.02)
        return None

    def end(self, number=signal.SIGINT):
        self.p.send_signal(number)
        try:
            return self.p.wait(20)
        except subprocess.TimeoutExpired:
            self.p.kill()
            return None


def analyze(name):
    p = subprocess.run([lab.bootscope, "analyze", "--json", name], stdin=subprocess.DEVNULL, text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=lab.temporary, timeout=30)
    return json.loads(p.stdout) if p.stdout else None, p.stderr


def verdicts(report):
    """What a report says of the boards, but for what hangs on how long somebody watched."""
    return [(c["mac"], c["family"], b["stage"], b["stages"], [t["file"] for t in b["transfers"]],
             sorted(f["id"] for f in b["findings"]))
            for c in report["clients"] for b in c["boots"]]


def boot(wire, dialect, board, net):
    host = wire.host()
    host.address(net.server, net.net.prefixlen)
    if not dialect.start(host, dialect.config(net, LINES)):
        host.end()
        return None
    end = board.boot()
    host.end()
    return end


def rights(pid):
    """What the kernel says that a process may still do."""
    with open(f"/proc/{pid}/status") as f:
        fields = dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)
    words = subprocess.run([lab.bootscope, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    if "sandbox: none" in words:
        return None
    wanted = {"CapPrm": "0" * 16, "CapEff": "0" * 16, "CapBnd": "0" * 16, "CapAmb": "0" * 16, "NoNewPrivs": "1"}
    if "seccomp" in words:
        wanted["Seccomp"] = "2"
    return {k: fields.get(k) for k, v in wanted.items() if fields.get(k) != v}


def watched_boot(tap, wire, mac, net):
    lines = Watch("-i", "wire", "-q", "-w", "seen.pcapng")
    objects = Watch("-i", "wire", "--json-lines", "-w", "seen-too.pcapng")
    started = lines.says(" wire start ") is not None and objects.says('"event":"start"') is not None
    tap.result(started, "it starts, and says so", lines.errors(), objects.errors())
    left = [rights(watch.p.pid) for watch in (lines, objects)]
    tap.result(not any(left), "before the first packet every right is gone", left)
    board = boards.Eeprom(wire, CAPTURE, mac)
    end = boot(wire, dialects.Dnsmasq(), board, net)
    tap.result(end == "loaded", "the board loads its first file", end)
    late = lines.says(f" {mac} stage tftp-first-file")
    tap.result(late is not None and late < 2, "the stage is said at once", late, lines.lines())
    for stage in ("dhcp-discover", "dhcp-offer", "dhcp-ack"):
        tap.result(f" {mac} stage {stage}" in lines.lines(), f"so was {stage}", lines.lines())
    lines.p.send_signal(signal.SIGUSR1)
    time.sleep(0.5)
    tap.result(" frames, 0 dropped, " in lines.errors(), "SIGUSR1: how it stands", lines.errors())
    time.sleep(1.2)  # what was settled is told
    rc, rc2 = lines.end(), objects.end(signal.SIGTERM)
    said = lines.lines()
    tap.result(rc in (0, 1) and " frames saved in 1 file" in said and mac in said.split(" end ")[-1],
               "SIGINT: the report, and what was saved", rc, said, lines.errors())
    return rc2, objects


def saved_files(tap, rc, objects):
    rows = [json.loads(line) for line in objects.lines().splitlines()]
    tap.result(rc in (0, 1) and rows[0]["event"] == "start" and rows[-1].get("schema") == "bootscope/1",
               "--json-lines: an object a line, the report the last", rc, objects.lines()[-2000:])
    stages = [r["stage"] for r in rows if r.get("event") == "stage"]
    tap.result(stages[:5] == ["power-on", "dhcp-discover", "dhcp-offer", "dhcp-ack", "tftp-first-file"],
               "the stages are objects, too", stages)
    for name in ("seen.pcapng", "seen-too.pcapng"):
        again, errors = analyze(name)
        tap.result(not errors and again and verdicts(again) == verdicts(rows[-1]),
                   f"analyze tells the same of {name}", errors, again and verdicts(again), verdicts(rows[-1]))


def killed(tap, wire, mac, net):
    watch = Watch("-i", "wire", "-q", "-w", "killed.pcapng")
    watch.says(" wire start ")
    end = boot(wire, dialects.Dnsmasq(), boards.Eeprom(wire, CAPTURE, mac), net)
    watch.says(" stage tftp-first-file")
    time.sleep(1.5)
    watch.end(signal.SIGKILL)
    report, errors = analyze("killed.pcapng")
    tap.result(end == "loaded" and report and not errors and report["clients"][0]["mac"] == mac,
               "what was saved before kill -9 is whole", end, errors, report and report["source"])


def discover(name, mac, others=()):
    """The board asks for an address, and as if it were others."""
    board = boards.Eeprom(None, CAPTURE, mac)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
        s.bind((name, 0))
        for who in (board.mac, *others):
            s.send(packets.udp_frame(packets.BROADCAST, who, "0.0.0.0", 68, "255.255.255.255", 67,
                                     board.discover.raw.replace(board.mac, who)))


def make_cable():
    lab.sh("ip", "link", "add", "x0", "type", "veth", "peer", "name", "x1")
    lab.sh("ip", "link", "set", "x0", "up")
    lab.sh("ip", "link", "set", "x1", "up")


def sandbox():
    """Builds for sanitizers have none."""
    version = subprocess.run([lab.bootscope, "--version"], stdout=subprocess.PIPE, text=True)
    return [] if "sandbox: none" in version.stdout else ["--sandbox=report"]


def pulled(tap, mac):
    make_cable()
    watch = Watch("-i", "x0", "-q", *sandbox())
    watch.says(" x0 start ")
    lab.sh("ip", "link", "set", "x1", "down")
    tap.result(watch.says(" x0 link carrier-down") is not None, "a carrier that goes is said", watch.lines())
    lab.sh("ip", "link", "del", "x0")
    tap.result(watch.says(" x0 link vanished") is not None and watch.says(" x0 capture gone") is not None,
               "an interface that goes is said", watch.lines())
    make_cable()
    tap.result(watch.says(" x0 capture capturing") is not None, "so is that it is back", watch.lines())
    discover("x1", mac)
    tap.result(watch.says(f" {mac} stage dhcp-discover") is not None, "and it is captured on again", watch.lines())
    rc = watch.end()
    tap.result(rc in (0, 1) and not watch.errors(), "the sandbox refused nothing that was needed", rc,
               watch.errors())


def flooded(tap, mac):
    """Who forges MACs fills no log, and hides nobody."""
    watch = Watch("-i", "x0", "-q")
    watch.says(" x0 start ")
    discover("x1", mac, [packets.mac(f"dc:a6:32:ff:{i >> 8:02x}:{i & 255:02x}") for i in range(600)])
    held = watch.says(" - held ")
    time.sleep(1)
    told = watch.lines().count(" boot 1 ")
    tap.result(held is not None and 128 <= told < 300, "of forged clients some are told of, the rest counted", told,
               watch.lines()[-2000:])
    rc = watch.end()
    report = watch.lines().split(" end ")[-1]
    tap.result(rc in (0, 1) and report.count("dc:a6:32:ff:") >= 600, "the report has them all", rc, report[-1000:])


def main():
    tap, wire = servers.begin()
    client = analyze(CAPTURE)[0]["clients"][0]
    mac = client["mac"]
    net = servers.network_of(CAPTURE, packets.mac(mac))
    servers.put_files(servers.first_files(client))
    rc, objects = watched_boot(tap, wire, mac, net)
    saved_files(tap, rc, objects)
    killed(tap, wire, mac, net)
    pulled(tap, mac)
    flooded(tap, mac)
    servers.finish(tap)


if __name__ == "__main__":
    main()
