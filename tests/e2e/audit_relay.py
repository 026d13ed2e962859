# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit where a relay stands between the boards and the DHCP server (audit.py). TAP on standard output."""

import audit
import dialects
import lab
import probe
from audit import Case
from probe import padded, proxy, tftp

far = "10.8.0.9"
head = (f"port=0\ninterface=eth1\nbind-interfaces\nlog-facility=-\nlog-dhcp\nno-ping\nuser=root\n"
        f"dhcp-leasefile={lab.temporary}/far.leases\n{tftp}")
range_there = "dhcp-range=10.9.0.50,10.9.0.90,255.255.255.0,1h\n"
router = "dhcp-option=option:router,10.9.0.1\n"
name66 = f"dhcp-option-force=66,{far}\n"


def by_dnsmasq(host):
    host.start("dnsmasq", "-d", "-C", dialects.write("relay.conf", f"port=0\nlog-facility=-\nlog-dhcp\ndhcp-relay=10.9.0.1,{far}\n"),
               log="relay.log")
    return host.listens(67)


def by_isc(host):
    host.start("dhcrelay", "-4", "-d", "--no-pid", "-i", "eth0", "-i", "eth1", far, log="relay.log")
    return host.listens(67)


def relay(relays, serve):
    """10.9.0.1 passes on what the boards ask, to a server of another network."""
    def start(wire, address):
        near, there = wire.host(), wire.host()
        near.address(address, 24)
        near.second("10.8.0.1", 24)
        near.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        there.second(far, 24)
        there.run("ip", "link", "set", "eth0", "down")
        there.run("ip", "route", "add", "10.9.0.0/24", "via", "10.8.0.1")
        return [near, there], relays(near) and serve(there)
    return start


def dnsmasq(lines):
    def serve(host):
        host.start("dnsmasq", "-d", "-C", dialects.write("far.conf", head + lines), log="far.log")
        return host.listens(67)
    return serve


isc_lines = """option space PXE;
option PXE.discovery-control code 6 = unsigned integer 8;
option PXE.boot-menu code 9 = { unsigned integer 16, unsigned integer 8, text };
option PXE.menu-prompt code 10 = { unsigned integer 8, text };
subnet 10.8.0.0 netmask 255.255.255.0 { }
subnet 10.9.0.0 netmask 255.255.255.0 {
  range 10.9.0.50 10.9.0.90;
  option routers 10.9.0.1;
  next-server 10.8.0.9;
  option vendor-class-identifier "PXEClient";
  vendor-option-space PXE;
  option PXE.discovery-control 3;
  option PXE.menu-prompt 0 "PXE";
  option PXE.boot-menu 0 17 "Raspberry Pi Boot";
}
authoritative;
ping-check false;
"""


def isc(host):
    path = dialects.write("far-dhcpd.conf", isc_lines)
    host.start("dhcpd", "-f", "-4", "-cf", path, "-lf", dialects.write("far.leases", ""), "-pf", f"{lab.temporary}/far.pid", "eth1",
               log="far.log")
    return host.listens(67) and dialects.start_tftp(host, probe.root)


ignored, unreachable = "dhcp-relay-offer-ignored", "tftp-port-unreachable"

cases = [
    Case("dnsmasq's relay", relay(by_dnsmasq, dnsmasq(range_there + router + name66)),
         {"pi3b": ignored, "pi3b-plus": None, "pi4-2019": ignored, "pi4": None, "pi5": None, "linux": None}),
    # the ROM goes to whom the last of the two options makes the server: the sender of the offer, which is the relay
    Case("option 66 and a menu behind it", relay(by_dnsmasq, dnsmasq(range_there + router + name66 + padded)),
         {"pi3b-plus": unreachable, "pi4": None}),
    Case("a relay, and a menu alone", relay(by_isc, dnsmasq(range_there + router + padded)),
         {"pi3b": ignored, "pi3b-plus": unreachable, "pi4": None, "pi5": None}),
    Case("dhcrelay to dhcpd", relay(by_isc, isc), {"pi3b": ignored, "pi3b-plus": unreachable, "pi4": None, "pi5": None}),
    Case("a relay, and no router", relay(by_isc, dnsmasq(range_there + "dhcp-option=option:router\n" + name66 + padded)),
         {"pi4": "dhcp-no-router-offlink-server", "pi5": "dhcp-no-router-offlink-server"}),
    Case("a relay, and no boot data", relay(by_isc, dnsmasq(range_there + router)),
         {"pi4": "dhcp-no-option43", "uefi-x64": "pxe-no-bootfile", "linux": None}),
    Case("a relay, and a proxy beside it", relay(by_dnsmasq, dnsmasq(range_there + router)),
         {"pi3b-plus": None, "pi4": None, "pi5": None}, second=proxy + tftp + padded),
    Case("a relay to nobody", relay(by_isc, lambda host: True), {"pi3b": "dhcp-no-offer", "pi4": "dhcp-no-offer"}),
    Case("a relay to a server of another network", relay(by_isc, dnsmasq("dhcp-range=10.7.0.50,10.7.0.90,255.255.255.0,1h\n" + padded)),
         {"pi3b": "dhcp-no-offer", "pi4": "dhcp-no-offer"}),
]

if __name__ == "__main__":
    audit.run_cases(cases)
