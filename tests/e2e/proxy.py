# SPDX-License-Identifier: BSD-2-Clause
"""Two servers: dnsmasq as a proxy beside another DHCP server, and a relay. As servers.py; TAP on standard output."""

import os
import sys

import boards
import dialects
import lab
import packets
from servers import begin, finish, first_files, network_of, put_files, tail

faults = "tests/cases/faults/"
proxy_head = ("port=0\ninterface=eth0\nbind-interfaces\nlog-facility=-\nlog-dhcp\n"
              f"dhcp-leasefile={lab.temporary}/proxy.leases\n")


class Case:
    def __init__(self, finding, capture, board, before=None, lines=None):
        self.finding, self.capture = finding, os.path.join(lab.top, capture)
        self.board, self.before, self.lines = board, before, lines


cases = [
    # without the proxy, and with it
    Case("dhcp-no-option43", "captures/pi4-no-option43.pcap", boards.Eeprom, before=""),
    Case("pxe-no-bootfile", faults + "isp-router-no-bootfile.pcap.gz", boards.Pxe, before="",
         lines='dhcp-range={net},proxy\npxe-service=x86PC,"Boot",undionly.kpxe\nenable-tftp\ntftp-root=/srv/tftp'),
    Case("dhcp-option43-unpadded", faults + "pi3-opt43-no-trailing-spaces.pcap.gz", boards.PaddedRom,
         before='dhcp-range={net},proxy\npxe-service=0,"Raspberry Pi Boot"\nenable-tftp\ntftp-root=/srv/tftp'),
    Case("proxydhcp-no-answer", faults + "pixiecore-client-without-guid.pcap.gz", boards.Pxe),
    # UEFI asks port 4011 of dnsmasq: nothing is wrong with that
    Case("pxe-client-ignores-proxy-offer", faults + "hp-uefi-ignores-dual-offer.pcap.gz", boards.Pxe,
         lines='dhcp-range={net},proxy\npxe-service=7,"Boot",ipxe.efi\nenable-tftp\ntftp-root=/srv/tftp'),
]


def start_proxy(wire, net, lines, log):
    host = wire.host()
    host.address(net.proxy, net.net.prefixlen)
    path = dialects.write("proxy.conf", proxy_head + lines + "\n")
    host.start("dnsmasq", "-d", "-C", path, log=log)
    return host, host.listens(67)


def start_plain(wire, net):
    host = wire.host()
    host.address(net.server, net.net.prefixlen)
    server = dialects.Dnsmasq()
    return host, server.start(host, server.config(net, ""))


def record(tap, wire, name, net, lines, board):
    """The board boots before a plain DHCP server, and a proxy when there are lines for one."""
    hosts = []
    try:
        host, good = start_plain(wire, net)
        hosts.append(host)
        if lines:
            host, proxy_good = start_proxy(wire, net, lines, "proxy.log")
            hosts.append(host)
            good = good and proxy_good
        if not good:
            tap.result(False, name + ": the servers start", tail("dnsmasq.log"), tail("proxy.log"))
            return None
        wire.record()
        end = board.boot()
        return end, wire.save(name.replace(" ", "-").replace(":", "") + ".pcap")
    finally:
        for host in hosts:
            host.end()


def run(tap, wire, case):
    client, fixes = dialects.fixes_of(case.capture, case.finding)
    mac = client["mac"]
    net = network_of(case.capture, packets.mac(mac))
    net.proxy = str(net.net.network_address + 250)
    name = "proxy: " + case.finding
    first = {"pi4": 1, "pi5": 2}.get(client["family"], 0)
    put_files(["undionly.kpxe", "ipxe.efi"] + first_files(client))

    def board():
        made = case.board(wire, case.capture, mac)
        made.first_file = made.first_file or first_files(client)[first]
        put_files([made.first_file])
        return made

    if case.before is not None:
        before = case.before.replace("{net}", str(net.net.network_address))
        done = record(tap, wire, name + " before", net, before, board())
        if done:
            ids, ends = dialects.findings_of(done[1], mac)
            tap.result(case.finding in ids and done[0] != "loaded", name + " is raised", done, ids, ends)
    lines = case.lines or fixes["dnsmasq"].replace("# beside another DHCP server: ", "")
    lines = lines.replace("{net}", str(net.net.network_address))
    if "proxy" not in lines:
        lines += f"\ndhcp-range={net.net.network_address},proxy"
    done = record(tap, wire, name + " after", net, lines, board())
    if done:
        ids, ends = dialects.findings_of(done[1], mac)
        tap.result(not ids and done[0] == "loaded", name + " is gone with a proxy", done, ids, ends, lines)


def relay(tap, wire):
    """A DHCP server on another network, behind dnsmasq's relay; a ROM that drops what was relayed."""
    capture = os.path.join(lab.top, faults + "pi-bootcode-relay-raw43.pcap.gz")
    client, fixes = dialects.fixes_of(capture, "dhcp-relay-offer-ignored")
    put_files(first_files(client))
    board = boards.Rom(wire, capture, client["mac"])
    router, far = wire.host(), wire.host()
    router.address("10.61.3.1", 24)
    router.second("10.61.1.1", 24)
    far.second("10.61.1.9", 24)
    far.run("ip", "route", "add", "10.61.3.0/24", "via", "10.61.1.1")
    relays = dialects.write("relay.conf", "port=0\nlog-facility=-\nlog-dhcp\n"
                            "dhcp-relay=10.61.3.1,10.61.1.9\n")
    router.start("dnsmasq", "-d", "-C", relays, log="relay.log")
    serves = dialects.write("far.conf", "port=0\nlog-facility=-\nlog-dhcp\nno-ping\ninterface=eth1\n"
                            f"dhcp-leasefile={lab.temporary}/far.leases\n"
                            "dhcp-range=10.61.3.77,10.61.3.80,255.255.255.0,1h\n"
                            'dhcp-option-force=66,10.61.1.9\npxe-service=0,"Raspberry Pi Boot   "\n')
    far.start("dnsmasq", "-d", "-C", serves, log="far.log")
    try:
        tap.result(router.listens(67) and far.listens(67), "relay: the servers start", tail("relay.log"),
                   tail("far.log"))
        wire.record()
        done = board.boot(), wire.save("relay-before.pcap")
    finally:
        router.end()
        far.end()
    ids, ends = dialects.findings_of(done[1], client["mac"])
    tap.result("dhcp-relay-offer-ignored" in ids, "relay: dhcp-relay-offer-ignored is raised", done, ids,
               ends, tail("far.log"))
    net = dialects.Network("10.61.3.1", "10.61.3.77")
    net.proxy = "10.61.3.5"
    lines = fixes["dnsmasq"].replace("FIRST", "10.61.3.77").replace("LAST", "10.61.3.80")
    host, good = start_proxy(wire, net, lines + "\nno-ping", "proxy.log")
    try:
        tap.result(good, "relay: a server in place of it starts", tail("proxy.log"), lines)
        board = boards.Rom(wire, capture, client["mac"])
        board.first_file = first_files(client)[0]
        wire.record()
        done = board.boot(), wire.save("relay-after.pcap")
    finally:
        host.end()
    ids, ends = dialects.findings_of(done[1], client["mac"])
    tap.result(not ids and done[0] == "loaded", "relay: dhcp-relay-offer-ignored is gone", done, ids, ends,
               lines)


def main():
    tap, wire = begin()
    for case in cases:
        if len(sys.argv) < 2 or sys.argv[1] == case.finding:
            run(tap, wire, case)
    relay(tap, wire)
    finish(tap)


main()
