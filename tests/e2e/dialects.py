# SPDX-License-Identifier: BSD-2-Clause
"""Real servers: a minimal configuration of each, as its user has it, with lines of a fix pasted in."""

import ipaddress
import json
import os
import re
import subprocess
import textwrap
import xml.etree.ElementTree

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
    as_dnsmasq = staticmethod(str)  # how its lines are written for those that run it inside
    programs = ["dnsmasq"]
    sets_addresses = False
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
    sets_addresses = False
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
        if '"subnet4"' not in top:
            routers += (f'"subnet4": [ {{ "subnet": "{n.net}", "pools": [ {{ "pool": "{n.first} - {n.last}" }} ]'
                        f"{subnet}\n}} ],\n")
        return write("kea.conf", f"""{{ "Dhcp4": {{
{interfaces}"lease-database": {{ "type": "memfile", "persist": false }},
{routers}"valid-lifetime": 3600{top},
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
    sets_addresses = False

    def config(self, n, lines, range=None):
        return write("dhcpd.conf", textwrap.dedent(f"""\
            authoritative;
            ping-check false;
            default-lease-time 3600;
            """) + lines + ("" if lines.startswith("subnet ") else textwrap.dedent(f"""
            subnet {n.net.network_address} netmask {n.net.netmask} {{
              range {n.first} {n.last};
              option routers {n.router};
            }}
            """)))

    def check(self, host, path):
        return complains(host, ["dhcpd", "-t", "-4", "-cf", path])

    def start(self, host, path):
        leases = write("dhcpd.leases", "")
        host.start("dhcpd", "-f", "-4", "-cf", path, "-lf", leases, "-pf", f"{lab.temporary}/dhcpd.pid",
                   "eth0", log="isc-dhcpd.log")
        return host.listens(67)


class OpenWrt(Dnsmasq):
    """What OpenWrt's init script (package/network/services/dnsmasq/files/dnsmasq.init) makes of uci's words: options of a
    section of type dhcp carry its name as a tag, those of dnsmasq's section none; /etc/dnsmasq.conf is read as it is."""

    key = "openwrt"
    range = "dhcp-range=set:lan,{n.first},{n.last},{n.mask},12h\n"
    words = [
        (r"uci add_list dhcp\.lan\.dhcp_option_force='(.*)'", "dhcp-option-force=lan,{}"),
        (r"uci add_list dhcp\.@dnsmasq\[0\]\.pxe_service='(.*)'", "pxe-service={}"),
        (r"uci set dhcp\.@dnsmasq\[0\]\.dhcp_boot='(.*)'", "dhcp-boot={}"),
        (r"uci set dhcp\.@dnsmasq\[0\]\.enable_tftp=1", "enable-tftp"),
        (r"uci set dhcp\.@dnsmasq\[0\]\.tftp_root=(.*)", "tftp-root={}"),
    ]

    def config(self, n, lines, range=None):
        made = []
        for command in re.split(r"\n|; ", lines):
            # switch ports, packages: nothing of dnsmasq's
            if re.match(r"uci commit|service |opkg |uci \S+ network\.|uci set dhcp\.lan\.ignore=", command):
                continue
            if not command.startswith("uci "):
                made.append(command)
                continue
            for pattern, option in self.words:
                if m := re.fullmatch(pattern, command.strip()):
                    made.append(option.format(*m.groups()))
                    break
            else:
                made.append(f"not-understood {command}")
        return super().config(n, "\n".join(made), range)


class Libvirt(Dnsmasq):
    """libvirt's network, checked against libvirt's own schema, and the file that it would write for its dnsmasq."""

    key = "libvirt"
    programs = ["dnsmasq", "virt-xml-validate"]

    @staticmethod
    def as_dnsmasq(lines):
        options = "".join(f"<dnsmasq:option value='{line}'/>" for line in lines.splitlines())
        return f"<dnsmasq:options>{options}</dnsmasq:options>" if options else ""

    def config(self, n, lines, range=None):
        inside = "".join(re.findall(r"<bootp .*?/>", lines))
        options = "".join(re.findall(r"<dnsmasq:options>(.*?)</dnsmasq:options>", lines, re.S))
        options = f"<dnsmasq:options>{options}</dnsmasq:options>" if options else ""
        self.xml = write("network.xml", f"""<network
 xmlns:dnsmasq="http://libvirt.org/schemas/network/dnsmasq/1.0"><name>default</name>
<bridge name="virbr0"/><ip address="{n.server}" netmask="{n.mask}"><dhcp>
<range start="{n.first}" end="{n.last}"/>{inside}</dhcp></ip>
{options}</network>
""")
        tree = xml.etree.ElementTree.parse(self.xml)
        made = ["dhcp-no-override"]
        for bootp in tree.iter("bootp"):
            made.append(f"dhcp-boot={bootp.get('file')},,{bootp.get('server')}")
        for option in tree.iter("{http://libvirt.org/schemas/network/dnsmasq/1.0}option"):
            made.append(option.get("value"))
        return super().config(n, "\n".join(made), range)

    def check(self, host, path):
        return complains(host, ["virt-xml-validate", self.xml, "network"]) or super().check(host, path)


class Networkd:
    """systemd-networkd in the host's namespace, with folders of its own, as a user that is this one."""

    key = "systemd-networkd"
    sets_addresses = True
    programs = ["/usr/lib/systemd/systemd-networkd"]

    def config(self, n, lines, range=None):
        offset = int(ipaddress.ip_address(n.client)) - int(n.net.network_address)
        addresses = "".join(f"Address={a}/{n.net.prefixlen}\n" for a in n.hosts)
        return write("10-lan.network", f"""[Match]
Name=eth0
[Network]
{addresses}
DHCPServer=yes
IPv6AcceptRA=no
LinkLocalAddressing=no
[DHCPServer]
PoolOffset={offset}
PoolSize=4
EmitDNS=no
{lines}
""")

    def check(self, host, path):
        return None  # it logs what it does not understand: start()

    def start(self, host, path):
        write("passwd", "root:x:0:0::/:/bin/sh\nsystemd-network:x:0:0::/:/bin/false\n")
        script = f"""mount -t tmpfs none /run && mount -t sysfs -o ro none /sys &&
            mount --bind {lab.temporary}/passwd /etc/passwd &&
            mkdir -p /run/systemd/network /run/systemd/netif/links /run/systemd/netif/leases \\
                /run/systemd/netif/lldp && cp {path} /run/systemd/network &&
            exec {self.programs[0]}"""
        host.start("unshare", "-m", "sh", "-c", script, log="systemd-networkd.log",
                   env={"SYSTEMD_LOG_LEVEL": "debug", "SYSTEMD_LOG_TARGET": "console"})
        if not host.says("systemd-networkd.log", "Offering DHCPv4 leases"):
            return False
        with open(os.path.join(lab.temporary, "systemd-networkd.log"), errors="replace") as f:
            return not re.search(r"10-lan.network:\d+: ", f.read())


dialects = {d.key: d for d in (Dnsmasq, Kea, Isc, OpenWrt, Libvirt, Networkd)}


def start_tftp(host, root=root):
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
