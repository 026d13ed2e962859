# SPDX-License-Identifier: BSD-2-Clause
"""bootscope serve as a user starts it: boards of src/probe and clients of others before it, beside other servers, what
it says and what it survives. TAP on standard output."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import dialects
import lab
import packets
import probe
from servers import Tap, tail

ours, router = "10.9.0.1", "10.9.0.2"
root, web = probe.root, os.path.join(lab.temporary, "web")
leases = os.path.join(lab.temporary, "leases")


class Server:
    """A host that runs it, with an address."""

    def __init__(self, wire, *words, out="serve.out", address=ours):
        self.host, self.out = wire.host(), out
        if address:
            self.host.address(address, 24)
        self.p = self.host.start(lab.bootscope, "serve", "-i", "eth0", "-q", *words, log=out)

    def said(self):
        with open(os.path.join(lab.temporary, self.out), errors="replace") as f:
            return f.read()

    def says(self, words, seconds=8, behind=0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if words in self.said()[behind:]:
                return True
            if self.p.poll() is not None:
                return words in self.said()[behind:]
            time.sleep(0.02)
        return False

    def ready(self):
        return self.says(" serve ready ")

    def stop(self, number=signal.SIGINT):
        """The exit status; None: it did not end."""
        if self.p.poll() is None:
            self.p.send_signal(number)
        try:
            return self.p.wait(15)
        except subprocess.TimeoutExpired:
            return None

    def end(self, number=signal.SIGINT):
        """The same, and its host is gone."""
        status = self.stop(number)
        self.host.end()
        return status

    def workers(self):
        """Process ids by name: dhcp, tftp, http; and of the keeper as ''."""
        found = {}
        keepers = children(self.p.pid)
        for keeper in keepers:
            for pid in children(keeper):
                with open(f"/proc/{pid}/comm") as f:
                    name = f.read().strip()
                if name.startswith("bootscope-"):
                    found[name[10:]] = pid
                    found[""] = keeper
        return found


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [int(word) for word in f.read().split()]


def call(host, *words, seconds=20):
    try:
        return subprocess.run(host.enter + list(words), stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return None


def fetches(host, url, want=None):
    done = call(host, "curl", "-s", "-m", "5", url)
    return done is not None and done.returncode == 0 and (want is None or done.stdout == want)


def content(name):
    with open(os.path.join(root, name), "rb") as f:
        return f.read()


def start_router(wire):
    return probe.start_server(wire, probe.full, router, "router.log")


def start_kea(wire):
    """The same, with Kea."""
    host, kea = wire.host(), dialects.Kea()
    host.address(router, 24)
    return host, kea.start(host, kea.config(dialects.Network(router, "10.9.0.50"), ""))


def boards(tap, wire, title, words, beside):
    """Each Pi boots, twice the same: what the board says and what bootscope makes of it. beside: starts another."""
    other, good = beside(wire) if beside else (None, True)
    server = Server(wire, "--tftp-root", root, *words)
    try:
        tap.result(good and server.ready(), f"{title}: it starts", server.said())
        for profile in probe.pis:
            last, lines, path = probe.boot(probe.Case("", profile, "", "pass kernel-dhcp"))
            tap.result(last == "verdict: pass kernel-dhcp", f"{title}: {profile} boots", *lines, server.said())
            family, stage, findings, boots = probe.analyzed(path)
            tap.result((family, stage, findings, boots) == (probe.pis[profile], "kernel-dhcp", set(), 1),
                       f"{title}: {profile}: bootscope sees nothing wrong", family, stage, findings, boots)
        said = server.said()
        tap.result(" serve tftp-done " in said and "kernel8.img: 50" in said, f"{title}: it tells what was loaded", said)
        tap.result(server.end() in (0, 1), f"{title}: it ends when told to", server.said())
    finally:
        server.host.end()
        if other:
            other.end()


def phones(tap, wire):
    """Nobody but Raspberry Pis is answered, unless asked for."""
    other, _ = start_router(wire)
    server = Server(wire, "--tftp-root", root, "-v")
    server.ready()
    case = probe.Case("", "pxe-bios", "", "fail dhcp-offer")
    last, lines, _ = probe.boot(case)
    tap.result(last == "verdict: fail dhcp-offer no-boot-data", "a PC is not answered", *lines)
    tap.result(server.says(" serve dhcp-not-meant "), "with -v it says so", server.said())
    server.end()
    server = Server(wire, "--tftp-root", root, "--clients", "all", "--boot-file", "pxelinux.0")
    server.ready()
    last, lines, path = probe.boot(case)
    tap.result(last == "verdict: pass tftp-first-file", "with --clients all it is", *lines, server.said())
    _, _, findings, _ = probe.analyzed(path)
    tap.result(findings == set(), "and bootscope sees nothing wrong", findings)
    server.end()
    other.end()


def kinds(tap, wire):
    """Each kind of client is told what its class says, from a proxy and from a server alone."""
    url = f"http://{ours}/boot"
    classes = {"ipxe": ("user-class = iPXE", "http-url", url, "pass dhcp-ack"),
               "uefi-x64-http": ("arch = 16", "http-url", url, "pass dhcp-ack"),
               "uefi-arm64-http": ("arch = 19", "http-url", url, "pass dhcp-ack"),
               "uefi-x64": ("arch = 7, 9", "boot-file", "ipxe.efi", "pass tftp-first-file"),
               "uefi-arm64": ("arch = 11", "boot-file", "ipxe.efi", "pass tftp-first-file"),
               "u-boot": ("vendor-class = U-Boot", "boot-file", "pxelinux.0", "pass tftp-first-file"),
               "pxe-bios": ("arch = 0", "boot-file", "pxelinux.0", "pass tftp-first-file")}
    config = os.path.join(lab.temporary, "kinds.conf")
    for title, words, beside in (("a proxy", [], True),
                                 ("alone", ["--dhcp", "full", "--range", "10.9.0.50-10.9.0.90", "--authoritative",
                                            "--lease-file", leases + ".kinds"], False)):
        told = {kind: c for kind, c in classes.items() if not beside or kind != "u-boot"}
        with open(config, "w") as f:
            f.write(f"[dhcp]\nclients = all\n[tftp]\nroot = {root}\n" +
                    "".join(f"[class {kind}]\n{who}\n{key} = {value}\n" for kind, (who, key, value, _) in told.items()))
        other = start_router(wire)[0] if beside else None
        server = Server(wire, "--config", config, *words)
        tap.result(server.ready(), f"{title}, with classes: it starts", server.said())
        for kind, (_, _, value, verdict) in told.items():
            last, lines, path = probe.boot(probe.Case("", kind, "", verdict))
            with open(path, "rb") as f:
                given = value.encode() in f.read()
            family, _, findings, _ = probe.analyzed(path)
            tap.result(last == "verdict: " + verdict and given, f"{title}: {kind} is told its file", *lines, server.said())
            tap.result((family, findings) == (kind.removesuffix("-http"), set()), f"{title}: {kind}: bootscope sees nothing wrong",
                       family, findings)
        server.end()
        if other:
            other.end()


def addresses(tap, wire):
    """A full DHCP server, its leases, and another one beside it."""
    server = Server(wire, "--dhcp", "full", "--range", "10.9.0.100-10.9.0.120", "--clients", "all", "--lease-file", leases,
                    "--http-root", web, "-w", "asked.pcapng")
    tap.result(server.ready(), "a DHCP server starts where there is none", server.said())
    client = wire.host()
    done = call(client, "busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-t", "5", "-T", "2", "-s", "/bin/true")
    tap.result(done and done.returncode == 0 and b"10.9.0.1" in done.stderr + done.stdout, "udhcpc gets an address",
               done and done.stderr, server.said())
    with open(leases) as f:
        line = f.read().split()
    tap.result(line[1:2] == [client.mac] and line[2].startswith("10.9.0.1"), "its lease is in the file", line)
    client.address("10.9.0.30", 24)
    tap.result(fetches(client, f"http://{ours}/hello.txt", b"hello\n"), "HTTP is served too", server.said())
    tap.result(server.says(" serve http-done 10.9.0.30 GET hello.txt: 200"), "and told", server.said())
    tap.result(call(client, "curl", "-s", "-m", "5", "--path-as-is", f"http://{ours}/../probe.pcap").stdout[:4] != b"\xd4\xc3\xb2\xa1",
               "nothing above its folder")
    server.end()
    seen = subprocess.run([lab.bootscope, "analyze", "--json", os.path.join(lab.temporary, "asked.pcapng")],
                          capture_output=True, text=True, check=False).stdout
    with open(os.path.join(lab.temporary, "asked.pcapng"), "rb") as f:
        tap.result(b"bootscope-question" in f.read() and [c["mac"] for c in json.loads(seen)["clients"]] == [client.mac],
                   "who asked for servers is shown as no client", seen)
    other, _ = start_router(wire)
    server = Server(wire, "--dhcp", "full", "--range", "10.9.0.100-10.9.0.120", "--lease-file", leases)
    rc = server.p.wait(15)
    tap.result(rc == 3 and f"{router} gives addresses on eth0 already" in server.said(),
               "where another gives addresses it does not start, and says what to do", rc, server.said())
    server.host.end()
    server = Server(wire, "--dhcp", "full", "--range", "10.9.0.100-10.9.0.120", "--lease-file", leases,
                    "--authoritative")
    tap.result(server.ready(), "unless told to", server.said())
    server.end()
    other.end()
    for kind, lines in (("full", "dhcp-range=10.9.0.50,10.9.0.60,1h"),
                        ("proxy", 'dhcp-range=10.9.0.0,proxy\npxe-service=0,"Raspberry Pi Boot"')):
        # a server on this very host, which no frame of ours reaches
        host = wire.host()
        host.address(ours, 24)
        with open(os.path.join(lab.temporary, "here.conf"), "w") as f:
            f.write(f"port=0\ninterface=eth0\nno-ping\ndhcp-leasefile={leases}.{kind}\n{lines}\n")
        host.start("dnsmasq", "-d", "-C", "here.conf", log="here.log")
        host.listens(67)
        words = ["-i", "eth0", "-q", "--dhcp", "full", "--range", "10.9.0.100-10.9.0.120", "--lease-file", leases]
        if kind == "full":
            done = call(host, lab.bootscope, "serve", *words)
            tap.result(done and done.returncode == 3 and b"dnsmasq on this host gives addresses on eth0 already" in done.stderr,
                       "nor where a program on the same host does, which is named", done, tail("here.log"))
        else:
            host.start(lab.bootscope, "serve", *words, log="beside.out")
            tap.result(host.says("beside.out", " serve ready "), "a proxy on the same host gives none", tail("beside.out"))
        host.end()
    config = os.path.join(lab.temporary, "sync.conf")
    with open(config, "w") as f:
        f.write(f"[dhcp]\nmode = full\nrange = 10.9.0.100-10.9.0.120\nclients = all\nauthoritative = yes\n"
                f"probe = no\nlease-file = {leases}.sync\nlease-sync = yes\n")
    server = Server(wire, "--config", config)
    server.ready()
    done = call(client, "busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-t", "5", "-T", "2", "-s", "/bin/true")
    tap.result(done and done.returncode == 0, "leases may go onto the disk before they are told, in the sandbox too",
               done and done.stderr, server.said())
    server.end()
    client.end()


def deaths(tap, wire):
    """A responder that dies is started again, the others go on; what is under way finishes."""
    server = Server(wire, "--tftp-root", root, "--http-root", web, "-w", "served.pcapng")
    client = wire.host()
    client.address("10.9.0.30", 24)
    server.ready()
    workers = server.workers()
    tap.result(sorted(workers) == ["", "dhcp", "http", "tftp"], "each responder is a process", workers)
    tap.result(not any(rights(pid) for name, pid in workers.items() if name), "without rights of root",
               {name: rights(pid) for name, pid in workers.items()})
    os.kill(workers["tftp"], signal.SIGKILL)
    tap.result(fetches(client, f"http://{ours}/hello.txt", b"hello\n"), "when one is killed the others go on")
    tap.result(server.says("the tftp responder serves again"), "it is started again", server.said())
    tap.result(fetches(client, f"tftp://{ours}/config.txt", content(probe.serial + "/config.txt")) is False and
               fetches(client, f"tftp://{ours}/{probe.serial}/config.txt", content(probe.serial + "/config.txt")),
               "and serves", server.said())
    server.host.run("ip", "link", "set", "eth0", "down")
    time.sleep(0.5)
    server.host.run("ip", "link", "set", "eth0", "up")
    time.sleep(0.5)
    tap.result(fetches(client, f"tftp://{ours}/{probe.serial}/config.txt"), "an interface may go down and come back",
               server.said())
    server.host.run("ip", "link", "del", "eth0")
    time.sleep(0.5)
    server.host.plug()
    server.host.address(ours, 24)
    again = server.says("the tftp responder serves again") and all(
        server.says(f"the {name} responder is started again: another interface has the name") for name in ("tftp", "http"))
    time.sleep(0.5)
    tap.result(again and fetches(client, f"tftp://{ours}/{probe.serial}/config.txt") and
               fetches(client, f"http://{ours}/hello.txt"), "or be another one of that name", server.said())
    slow = subprocess.Popen(client.enter + ["curl", "-s", "-m", "12", "--limit-rate", "60k", f"http://{ours}/large"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    time.sleep(0.7)
    rc = server.stop()
    got = slow.communicate(timeout=20)[0]  # the last of it is the kernel's to send
    server.host.end()
    tap.result(rc in (0, 1) and len(got) == 200000, "at the end what is under way finishes", rc, len(got), server.said())
    report = json.loads(subprocess.run([lab.bootscope, "analyze", "--json", os.path.join(lab.temporary, "served.pcapng")],
                                       capture_output=True, text=True).stdout)
    tap.result(report["source"]["frames"] > 20, "what was seen is saved", report["source"])
    client.end()
    server = Server(wire, "--tftp-root", root)
    server.ready()
    pids = list(server.workers().values())
    server.p.kill()
    server.p.wait()
    time.sleep(1)
    tap.result(not any(runs(pid) for pid in pids), "without who started them they end")
    server.host.end()


def runs(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def rights(pid):
    """What it should not have."""
    with open(f"/proc/{pid}/status") as f:
        fields = dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)
    words = subprocess.run([lab.bootscope, "--version"], capture_output=True, text=True, check=True).stdout
    if "sandbox: none" in words:
        return {}
    wanted = {"CapEff": "0" * 16, "CapPrm": "0" * 16, "NoNewPrivs": "1"}
    if "seccomp" in words:
        wanted["Seccomp"] = "2"
    return {k: fields.get(k) for k, v in wanted.items() if fields.get(k) != v}


def dry(tap, wire):
    """Everything decided, nothing sent."""
    other, _ = start_router(wire)
    server = Server(wire, "--tftp-root", root, "--dry-run")
    tap.result(server.ready(), "a dry run starts", server.said())
    mac = packets.mac(server.host.mac)
    last, lines, path = probe.boot(probe.Case("", "pi4", "", "fail dhcp-offer"))
    tap.result(last == "verdict: fail dhcp-offer no-boot-data", "the board gets nothing", *lines)
    tap.result(server.says(" serve dhcp-offered "), "what it would get is told", server.said())
    sent = [f for _, f in packets.read_pcap(path) if f[6:12] == mac and f[12:14] == b"\x08\x00"]
    tap.result(not sent, "nothing was sent", [f.hex() for f in sent])
    server.end()
    other.end()


def folders(tap, wire):
    """A client's own folder comes first, by HTTP as by TFTP: that of its MAC before that of its address."""
    server, client = Server(wire, "--tftp-root", web, "--http-root", web), wire.host()
    client.address("10.9.0.31", 24)
    server.ready()
    for folder in ("", "10.9.0.31", client.mac.replace(":", "-")):
        os.makedirs(os.path.join(web, folder), exist_ok=True)
        with open(os.path.join(web, folder, "whose.txt"), "w") as f:
            f.write(f"of {folder}\n")
        for scheme in ("tftp", "http"):
            tap.result(fetches(client, f"{scheme}://{ours}/whose.txt", f"of {folder}\n".encode()),
                       f"{scheme}: a file of {'the folder ' + folder if folder else 'all'}", server.said())
    client.end()
    server.end()


def refusals(tap, wire):
    """What cannot be is one sentence."""
    host = wire.host()
    for words, sentence, status in (
            ([], "which interface?", 2),
            (["-i", "eth7", "--tftp-root", root], "eth7", None),
            (["-i", "eth0", "--tftp-root", "/nowhere/at/all"], "/nowhere/at/all", 3),
            (["-i", "eth0", "--tftp-root", root], "eth0 has no IPv4 address", 3),
            (["-i", "eth0", "--dhcp", "fool"], "fool", 2)):
        done = call(host, lab.bootscope, "serve", "-q", *words)
        err = done.stderr.decode() if done else "no end"
        tap.result(done and done.returncode in (2, 3) and status in (None, done.returncode) and sentence in err and
                   len(err.splitlines()) == 1, f"serve {' '.join(words[:4])}: one sentence", done and done.returncode, err)
    host.address(ours, 24)
    taken = host.start("dnsmasq", "-d", "-C", "/dev/null", "--port=0", "--enable-tftp", f"--tftp-root={root}",
                       "--user=root", log="taken.log")
    host.listens(69)
    done = call(host, lab.bootscope, "serve", "-q", "-i", "eth0", "--tftp-root", root)
    tap.result(done and done.returncode == 3 and b"69" in done.stderr, "a port that is taken: one sentence",
               done and done.stderr, taken.poll(), tail("taken.log"))
    host.end()


def main():
    os.chmod(lab.temporary, 0o755)
    os.makedirs(web)
    for name, data in (("hello.txt", b"hello\n"), ("large", bytes(200000))):
        with open(os.path.join(web, name), "wb") as f:
            f.write(data)
    probe.put_files(())
    tap, wire = Tap(), lab.Wire()
    parts = {
        "proxy": lambda: boards(tap, wire, "beside a router", [], start_router),
        "kea": lambda: shutil.which("kea-dhcp4") and boards(tap, wire, "beside Kea", [], start_kea),
        "full": lambda: boards(tap, wire, "alone", ["--dhcp", "full", "--range", "10.9.0.50-10.9.0.90", "--authoritative",
                                                    "--lease-file", leases + ".boards"], None),
        "phones": lambda: phones(tap, wire),
        "kinds": lambda: kinds(tap, wire),
        "addresses": lambda: addresses(tap, wire),
        "deaths": lambda: deaths(tap, wire),
        "folders": lambda: folders(tap, wire),
        "dry": lambda: dry(tap, wire),
        "refusals": lambda: refusals(tap, wire),
    }
    for name, part in parts.items():
        if len(sys.argv) < 2 or name in sys.argv[1:]:
            part()
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
