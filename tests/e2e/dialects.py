# SPDX-License-Identifier: BSD-2-Clause
"""Real servers: a minimal configuration of each, as its user has it, with lines of a fix pasted in."""

import ipaddress
import json
import os
import re
import subprocess
import textwrap

import lab

root = "/srv/tftp"  # what the fixes say; a folder of the test's own mount namespace


class Network:
    """The network of a capture: who serves, and what addresses there are."""

    def __init__(self, server, client, mask="255.255.255.0", router=None):
        self.server, self.client, self.mask = server, client, mask
        self.net = ipaddress.ip_network(f"{server}/{mask}", strict=False)
        self.router = router or server
        # a range that holds the address that the capture's client was given
        self.first, self.last = client, str(ipaddress.ip_address(client) + 3)


def write(name, text):
    path = os.path.join(lab.temporary, name)
    with open(path, "w") as f:
        f.write(text)
    return path


def complains(host, words, env=None):
    """What a server's own check says against a file; None: nothing."""
    p = subprocess.run(host.enter + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       text=True, timeout=20, env={**os.environ, **(env or {})})
    return f"{' '.join(words)}: {p.stdout.strip()}" if p.returncode else None


class Dnsmasq:
    key = "dnsmasq"
    programs = ["dnsmasq"]
    serves_tftp = True
    range = "dhcp-range={n.first},{n.last},{n.mask},1h\n"

    def config(self, n, lines, range=None):
        head = textwrap.dedent(f"""\
            port=0
            interface=eth0
            bind-interfaces
            no-ping
            no-resolv
            no-hosts
            log-dhcp
            log-facility=-
            dhcp-authoritative
            dhcp-leasefile={lab.temporary}/dnsmasq.leases
            dhcp-option=3,{n.router}
            """)
        if not re.search("^dhcp-range=", lines, re.M):
            head += (range or self.range).format(n=n)
        return write("dnsmasq.conf", head + lines + "\n")

    def check(self, host, path):
        return complains(host, ["dnsmasq", "--test", "-C", path])

    def start(self, host, path):
        leases = f"{lab.temporary}/dnsmasq.leases"
        if os.path.exists(leases):
            os.unlink(leases)
        host.start("dnsmasq", "-d", "-C", path, log="dnsmasq.log")
        return host.listens(67)


class Kea:
    key = "kea"
    programs = ["kea-dhcp4"]
    serves_tftp = False
    folders = {"KEA_LOCKFILE_DIR": lab.temporary, "KEA_PIDFILE_DIR": lab.temporary}

    @staticmethod
    def parts(lines):
        """Members of the subnet and members of "Dhcp4": a fix says by a comment where what follows goes."""
        place, found = "subnet4", {"subnet4": [], "Dhcp4": []}
        for line in lines.splitlines():
            where = re.match(r'\s*// in "(subnet4|Dhcp4)"', line)
            if where:
                place = where.group(1)
            else:
                found[place].append(line)
        return ["\n".join(found[p]).strip().rstrip(",") for p in ("subnet4", "Dhcp4")]

    def config(self, n, lines, range=None):
        subnet, top = self.parts(lines)
        subnet = ",\n" + subnet if subnet else ""
        top = ",\n" + top if top else ""
        interfaces = "" if '"interfaces-config"' in top else (
            '"interfaces-config": { "interfaces": [ "eth0" ] },\n')
        routers = '"option-data": [ { "name": "routers", "data": "%s" } ],\n' % n.router
        return write("kea.conf", f"""{{ "Dhcp4": {{
{interfaces}"lease-database": {{ "type": "memfile", "persist": false }},
"valid-lifetime": 3600,
{routers}"subnet4": [ {{ "subnet": "{n.net}", "pools": [ {{ "pool": "{n.first} - {n.last}" }} ]{subnet}
}} ]{top},
"loggers": [ {{ "name": "kea-dhcp4", "severity": "INFO",
  "output_options": [ {{ "output": "stdout" }} ] }} ]
}} }}
""")

    def check(self, host, path):
        return complains(host, ["kea-dhcp4", "-t", path], self.folders)

    def start(self, host, path):
        host.start("kea-dhcp4", "-c", path, env=self.folders, log="kea.log")
        return host.says("kea.log", "DHCP4_STARTED")


class Isc:
    key = "isc-dhcpd"
    programs = ["dhcpd"]
    serves_tftp = False

    def config(self, n, lines, range=None):
        return write("dhcpd.conf", textwrap.dedent(f"""\
            authoritative;
            ping-check false;
            default-lease-time 3600;
            """) + lines + textwrap.dedent(f"""
            subnet {n.net.network_address} netmask {n.net.netmask} {{
              range {n.first} {n.last};
              option routers {n.router};
            }}
            """))

    def check(self, host, path):
        return complains(host, ["dhcpd", "-t", "-4", "-cf", path])

    def start(self, host, path):
        leases = write("dhcpd.leases", "")
        host.start("dhcpd", "-f", "-4", "-cf", path, "-lf", leases, "-pf", f"{lab.temporary}/dhcpd.pid",
                   "eth0", log="isc-dhcpd.log")
        return host.listens(67)


dialects = {d.key: d for d in (Dnsmasq, Kea, Isc)}


def start_tftp(host):
    """The TFTP server of a network whose DHCP server has none (tftpd-hpa wants groups that a user's namespace does not
    have: tftpd.tap tries it)."""
    host.start("dnsmasq", "-d", "-C", "/dev/null", "--port=0", "--log-facility=-", "--enable-tftp",
               f"--tftp-root={root}", log="tftpd.log")
    return host.listens(69)


def fixes_of(capture, finding):
    """What bootscope prints for a finding: the client it is about, and the lines for each dialect."""
    p = subprocess.run([lab.bootscope, "analyze", "--json", capture], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, text=True, timeout=20)
    for client in json.loads(p.stdout)["clients"]:
        for boot in client["boots"]:
            for f in boot["findings"]:
                if f["id"] == finding:
                    return client, {x["for"]: x["text"] for x in f["fixes"]}
    raise ValueError(f"{capture} does not raise {finding}")


def findings_of(recording, mac):
    """Ids of what is wrong with a client's boots, and the stages they ended at."""
    p = subprocess.run([lab.bootscope, "analyze", "--json", recording], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, text=True, timeout=20)
    ids, ends = [], []
    for client in json.loads(p.stdout)["clients"]:
        if client["mac"] != mac:
            continue
        for boot in client["boots"]:
            ends.append(boot["stage"] + " " + boot["outcome"])
            ids += [f["id"] for f in boot["findings"] if f["severity"] != "info"]
    return sorted(set(ids)), ends
