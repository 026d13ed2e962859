# SPDX-License-Identifier: BSD-2-Clause
"""The DHCP responder: dhclient, udhcpc and perfdhcp as far as they are here, boards, a relay, other servers, and what
becomes of its leases. TAP on standard output."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import boards
import dialects
import lab
import packets
from servers import Tap, tail

here = os.path.abspath(os.path.join(os.environ.get("top_builddir", "."), "tests/e2e"))
respond = os.path.join(here, "respond")
server_ip = "10.9.0.1"
leases = os.path.join(lab.temporary, "leases")
root = os.path.join(lab.temporary, "root")
CAPTURE = os.path.join(lab.top, "captures/pi4-no-option43.pcap")
ROM_CAPTURE = os.path.join(lab.top, "tests/cases/faults/pi3-opt43-no-trailing-spaces.pcap.gz")


def serve(host, *words, first="10.9.0.100", last="10.9.0.199", log="dhcp.log"):
    host.start(respond, "dhcp", "eth0", first, last, *words, log=log)
    return host.says(log, "ready")


def said(log="dhcp.log"):
    with open(os.path.join(lab.temporary, log), errors="replace") as f:
        return f.read()


def run(host, *words, seconds=20):
    try:
        p = subprocess.run(host.enter + list(words), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                           timeout=seconds, check=False)
        return p.returncode, p.stdout + p.stderr
    except subprocess.TimeoutExpired:
        return -1, "no end"


def dhclient(host, interface, *more):
    return run(host, "dhclient", "-1", "-v", "-sf", "/bin/true", "-lf", f"{lab.temporary}/dhclient.leases", "-pf",
               f"{lab.temporary}/dhclient.pid", *more, interface)


def udhcpc(host, interface):
    return run(host, "busybox", "udhcpc", "-i", interface, "-n", "-q", "-t", "5", "-T", "2", "-s", "/bin/true")


def end_dhclient():
    """It goes to the background, and writes down from there who it is."""
    for _ in range(100):
        try:
            with open(f"{lab.temporary}/dhclient.pid") as f:
                os.kill(int(f.read()), signal.SIGKILL)
            os.unlink(f"{lab.temporary}/dhclient.pid")
            return
        except (OSError, ValueError):
            time.sleep(0.02)


def bound():
    """Address by MAC, as the lease file has it."""
    with open(leases) as f:
        rows = {line.split()[2]: line.split() for line in f if len(line.split()) == 5}
    return {r[1]: r[2] for r in rows.values() if r[0] == "0" or int(r[0]) > time.time()}


def clients(tap, server, client):
    recorder = lab.Recorder("p2")
    good = serve(server, "all", "probe", f"leases={leases}", "router=10.9.0.1")
    if shutil.which("dhclient"):
        code, text = dhclient(client, "eth0")
        tap.result(good and code == 0 and f"acked {client.mac}" in said(), "dhclient gets a lease", text, tail("dhcp.log"))
        end_dhclient()
        before = bound().get(client.mac)
        code, text = dhclient(client, "eth0")
        end_dhclient()
        tap.result(code == 0 and before and bound().get(client.mac) == before, "and the same one once more",
                   text, tail("dhcp.log"))
        client.address(before, 24)  # what its script would have set
        code, text = dhclient(client, "eth0", "-r")
        client.run("ip", "addr", "flush", "dev", "eth0")
        tap.result(f"released {client.mac}" in said() and client.mac not in bound(), "and gives it back", text,
                   tail("dhcp.log"))
    code, text = udhcpc(client, "eth0")
    tap.result(code == 0 and client.mac in bound(), "udhcpc gets a lease", text, tail("dhcp.log"))
    found, report = recorder.findings("clients.pcap")
    tap.result(not found and report["clients"], "our own analysis of it finds nothing", found)


def restart(tap, server, client):
    """kill -9 and again: whose it was, his it is."""
    before = bound()
    for p in server.running:
        p.kill()
        p.wait()
    server.stop()
    with open(leases, "a") as f:
        f.write("17")  # as a crash cuts a line
    good = serve(server, "all", "probe", f"leases={leases}")
    code, text = udhcpc(client, "eth0")
    tap.result(good and code == 0 and bound()[client.mac] == before[client.mac], "after kill -9 an address is whose it was",
               text, before, bound(), tail("dhcp.log"))


def rate(tap, server, client):
    """Hundreds of clients a second, none left without an answer; nobody's address is another's."""
    if not shutil.which("perfdhcp"):
        return
    server.stop()
    os.unlink(leases)
    client.address("10.9.0.2", 16)
    good = serve(server, "all", "quiet", f"leases={leases}", "mask=255.255.0.0", first="10.9.4.0", last="10.9.23.255")
    code, text = run(client, "perfdhcp", "-4", "-l", "eth0", "-B", "-r", "300", "-R", "4000", "-p", "5", "-W", "1000000",
                     seconds=40)
    dropped = [int(n) for n in re.findall(r"^drops: (\d+)", text, re.M)]
    tap.result(good and dropped and sum(dropped) <= 2, "perfdhcp: 300 clients a second lose nothing", code, text, tail("dhcp.log"))
    rows = bound()
    tap.result(len(rows) > 1000 and len(set(rows.values())) == len(rows), "no two of them have one address", len(rows))
    server.stop()
    # dnsmasq takes the file over
    config = dialects.write("takes.conf", "port=0\ninterface=eth0\nbind-interfaces\nlog-facility=-\nlog-dhcp\n"
                            f"dhcp-leasefile={leases}\ndhcp-lease-max=9999\ndhcp-range=10.9.4.0,10.9.23.255,255.255.0.0,1h\n")
    server.start("dnsmasq", "-d", "-C", config, log="takes.log")
    good = server.listens(67)
    server.stop()
    tap.result(good and not re.search("invalid|ignor|fail", said("takes.log")) and bound() == rows,
               "dnsmasq reads the lease file and finds all in it", tail("takes.log"), len(bound()), len(rows))
    client.run("ip", "addr", "flush", "dev", "eth0")


def in_use(tap, server, client, other):
    other.address("10.9.0.100", 24)
    good = serve(server, "all", "probe", first="10.9.0.100", last="10.9.0.101")
    code, text = udhcpc(client, "eth0")
    log = said()
    # by a hash one of the two comes first: ask for the other's as well
    run(client, "busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-t", "3", "-T", "2", "-r", "10.9.0.100", "-s", "/bin/true")
    tap.result(good and code == 0 and "10.9.0.101" in log and not re.search(r"acked \S+ 10.9.0.100", said()),
               "an address that somebody uses is not offered", text, said())
    other.run("ip", "addr", "flush", "dev", "eth0")
    server.stop()


def rivals(tap, wire, server, other):
    _, text = run(server, respond, "rival", "eth0")
    tap.result(text.strip() == "none", "no rival where there is none", text)
    other.address("10.9.0.5", 24)
    for name, lines, wanted in (("another server is found", "dhcp-range=10.9.0.50,10.9.0.60,1h", "10.9.0.5"),
                                ("a proxy is none", 'dhcp-range=10.9.0.0,proxy\npxe-service=0,"Raspberry Pi Boot"',
                                 "none")):
        config = dialects.write("rival.conf", "port=0\ninterface=eth0\nbind-interfaces\nno-ping\n"
                                f"dhcp-leasefile={lab.temporary}/rival.leases\n{lines}\n")
        other.start("dnsmasq", "-d", "-C", config, log="rival.log")
        good = other.listens(67)
        _, text = run(server, respond, "rival", "eth0")
        tap.result(good and text.strip() == wanted, name, text, tail("rival.log"))
        other.stop()


def board_of(wire, kind):
    capture = ROM_CAPTURE if kind is boards.PaddedRom else CAPTURE
    client, _ = dialects.fixes_of(capture, "dhcp-option43-unpadded" if kind is boards.PaddedRom else "dhcp-no-option43")
    board = kind(wire, capture, client["mac"])
    board.first_file = board.first_file or "bootcode.bin"
    path = os.path.join(root, board.first_file)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(bytes(3000))
    return board


def boot(tap, wire, name, kind):
    board = board_of(wire, kind)
    wire.record()
    end = board.boot()
    path = wire.save(name.replace(" ", "-") + ".pcap")
    ids, ends = dialects.findings_of(path, ":".join(f"{b:02x}" for b in board.mac))
    tap.result(end == "loaded" and not ids, name, end, ids, ends, tail("dhcp.log"), tail("tftp.log"))


def boots(tap, wire, server):
    """Boards, from us alone, and from us beside a server on this host that knows nothing of booting."""
    os.makedirs(root)
    server.start(respond, "tftp", "eth0", root, log="tftp.log")
    good = serve(server, "probe", "kick") and server.says("tftp.log", "ready")
    tap.result(good, "both responders start", tail("dhcp.log"), tail("tftp.log"))
    boot(tap, wire, "a Pi 4 boots from us alone", boards.Eeprom)
    boot(tap, wire, "a Pi 3 boots from us alone", boards.PaddedRom)
    server.stop()
    config = dialects.write("router.conf", "port=0\ninterface=eth0\nbind-interfaces\nno-ping\nlog-facility=-\nlog-dhcp\n"
                            f"dhcp-leasefile={lab.temporary}/router.leases\ndhcp-range=10.9.0.50,10.9.0.60,1h\n")
    server.start("dnsmasq", "-d", "-C", config, log="router.log")
    good = server.listens(67)
    server.start(respond, "tftp", "eth0", root, log="tftp.log")
    good = serve(server, "proxy") and server.says("tftp.log", "ready") and good
    tap.result(good, "a proxy starts beside dnsmasq on one host", tail("dhcp.log"), tail("router.log"))
    boot(tap, wire, "a Pi 4 boots from a proxy", boards.Eeprom)
    boot(tap, wire, "a Pi 3 boots from a proxy", boards.PaddedRom)
    server.stop()


def relayed(tap, server, router, client):
    """A client behind dnsmasq's relay: its lease, and its renewal past the relay, through the router."""
    router.address("10.9.0.3", 24)
    router.second("10.9.9.1", 24)
    router.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
    client.second("10.9.9.250", 24)
    port = f"p{client.wire.hosts}"
    client.run("ip", "addr", "flush", "dev", "eth1")
    client.run("ip", "link", "set", "eth0", "down")
    server.run("ip", "route", "add", "10.9.9.0/24", "via", "10.9.0.3")
    config = dialects.write("relay.conf", "port=0\nlog-facility=-\nlog-dhcp\ndhcp-relay=10.9.9.1,10.9.0.1\n")
    router.start("dnsmasq", "-d", "-C", config, log="relay.log")
    good = router.listens(67) and serve(server, "all", "probe", "far=10.9.9.100")
    code, text = udhcpc(client, "eth1")
    tap.result(good and code == 0 and re.search(r"acked \S+ 10.9.9.1\d\d", said()), "a relay's client gets a lease of its network",
               text, tail("dhcp.log"), tail("relay.log"))
    script = dialects.write("script", "#!/bin/sh\nif [ \"$1\" = bound ]; then ip addr add $ip/24 dev $interface; "
                            "ip route add default via 10.9.9.1; fi\n")
    os.chmod(script, 0o755)
    p = client.start("busybox", "udhcpc", "-i", "eth1", "-f", "-s", script, log="udhcpc.log")
    client.waits_for(lambda: "obtained" in said("udhcpc.log"))
    router.stop()  # no relay: what is renewed goes past it
    # by whether it comes, not by whether udhcpc hears it: that opens its socket after it has sent
    recorder = lab.Recorder(port)
    acked = said().count("acked")
    p.send_signal(signal.SIGUSR1)
    done = client.waits_for(lambda: said().count("acked") > acked, 5)
    time.sleep(0.2)
    recorder.findings("renewal.pcap")
    came = [u for u in (packets.Udp.read(frame) for _, frame in recorder.frames)
            if u and u.dport == 68 and u.src == server_ip and u.eth_dst != b"\xff" * 6]
    tap.result(done and came and "naked" not in said(), "and renews it through the router", said("udhcpc.log"), tail("dhcp.log"))
    client.stop()
    server.stop()
    client.run("ip", "link", "set", "eth0", "up")


def changes(tap, server, client):
    good = serve(server, "all", "probe")
    server.run("ip", "addr", "flush", "dev", "eth0")
    time.sleep(1.5)
    server.address("10.9.0.8", 24)
    server.run("ip", "link", "set", "eth0", "down")
    time.sleep(1.5)
    server.run("ip", "link", "set", "eth0", "up")
    time.sleep(1.5)
    if shutil.which("dhclient"):
        code, text = dhclient(client, "eth0")
        end_dhclient()
        tap.result(good and code == 0 and "from 10.9.0.8" in text, "another address of ours, after the link was down",
                   text, tail("dhcp.log"))
    server.stop()


def dry(tap, server, client):
    path = os.path.join(lab.temporary, "none")
    good = serve(server, "all", "dry", f"leases={path}")
    code, text = udhcpc(client, "eth0")
    tap.result(good and code != 0 and f"offered {client.mac}" in said() and not os.path.exists(path),
               "a dry run tells, says nothing and writes nothing", text, tail("dhcp.log"))
    server.stop()


def main():
    tap = Tap()
    wire = lab.Wire()
    server, client, other = wire.host(), wire.host(), wire.host()
    server.address(server_ip, 24)
    clients(tap, server, client)
    restart(tap, server, client)
    server.stop()
    server.run("ip", "addr", "flush", "dev", "eth0")
    server.address(server_ip, 16)
    rate(tap, server, client)
    server.run("ip", "addr", "flush", "dev", "eth0")
    server.address(server_ip, 24)
    in_use(tap, server, client, other)
    rivals(tap, wire, server, other)
    other.run("ip", "addr", "flush", "dev", "eth0")
    boots(tap, wire, server)
    relayed(tap, server, other, client)
    dry(tap, server, client)
    changes(tap, server, client)
    for host in (server, client, other):
        host.end()
    print(f"1..{tap.n}")
    return tap.failed != 0


if __name__ == "__main__":
    sys.exit(main())
