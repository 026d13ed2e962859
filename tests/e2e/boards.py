# SPDX-License-Identifier: BSD-2-Clause
"""Boards as they boot: what they send is taken from a capture, what they make of an offer from the documentation of
the boot ROMs (docs/findings.md names the threads), written down here once more and apart from bootscope."""

import struct

import packets
from packets import ACK, BROADCAST, DISCOVER, NAK, OFFER, REQUEST, Arp, Dhcp, Udp

PI_TEXT = b"Raspberry Pi Boot"


def quad(value):
    """The address that option 66 spells, or None."""
    text = (value or b"").rstrip(b"\0").decode("latin-1")
    parts = text.split(".")
    good = len(parts) == 4 and all(p.isdigit() and int(p) < 256 for p in parts)
    return text if good else None


def sub_options(value):
    """Option 43 as PXE sub-options; None when it is not made of them (PXE 2.1, 2.2)."""
    found, at = {}, 0
    while at < len(value):
        if value[at] == 255:
            return found
        if at + 2 > len(value) or at + 2 + value[at + 1] > len(value):
            return None
        found[value[at]] = value[at + 2:at + 2 + value[at + 1]]
        at += 2 + value[at + 1]
    return found


class Board:
    """What all have in common: DISCOVER until an offer is good, REQUEST, ARP, the first file by TFTP."""

    requests = True
    gaps = (4, 8, 16, 16)
    window = 0.5  # for an answer
    soon = 0.1  # for another server's behind it

    def __init__(self, wire, capture, mac):
        self.wire, self.mac = wire, packets.mac(mac)
        self.discover = self.request = None
        self.first_file, self.address, self.tftp, self.port = "", None, None, 49152
        self.loaded = b""
        for _, frame in packets.read_pcap(capture):
            udp = Udp.read(frame)
            if not udp or udp.eth_src != self.mac:
                continue
            message = Dhcp.read(udp.payload) if udp.dport == 67 else None
            if message and message.type == DISCOVER and not self.discover:
                self.discover = message
            if message and message.type == REQUEST and not self.request:
                self.request = message
            if udp.dport == 69 and not self.first_file:
                self.first_file = udp.payload[2:].split(b"\0")[0].decode("latin-1")
        if not self.discover:
            raise ValueError(f"{capture}: no DISCOVER of {mac}")

    def send(self, message, to=None, dst="255.255.255.255", port=67):
        src = self.address if to else "0.0.0.0"
        self.wire.send(packets.udp_frame(to or BROADCAST, self.mac, src, 68, dst, port, message))

    def frames(self, seconds):
        """Frames until nothing comes for so long; who asks for this board by ARP is answered."""
        self.patience = seconds
        while (frame := self.wire.receive(self.patience)) is not None:
            arp = Arp.read(frame)
            if arp and arp.op == 1 and self.address and arp.target == self.address:
                self.wire.send(packets.arp_frame(2, arp.sender_mac, self.mac, self.address,
                                                 arp.sender_mac, arp.sender))
            yield frame

    def replies(self, seconds):
        """DHCP replies to this board: (message, address and MAC of the sender)."""
        for frame in self.frames(seconds):
            udp = Udp.read(frame)
            if not udp or udp.dport != 68 or udp.eth_dst not in (self.mac, BROADCAST):
                continue
            message = Dhcp.read(udp.payload)
            if message and message.op == 2 and message.chaddr == self.mac:
                message.source, message.source_mac = udp.src, udp.eth_src
                yield message
                self.patience = self.soon

    def choose(self, offers):
        """(the offer with the address, TFTP server, file) or None: asks again."""
        raise NotImplementedError

    def get_address(self):
        for gap in self.gaps:
            self.send(self.discover.raw)
            self.offers = [m for m in self.replies(self.window) if m.type == OFFER]
            chosen = self.choose(self.offers)
            if chosen and self.take(chosen):
                return True
            self.wire.skip(gap)
        return False

    def take(self, chosen):
        offer, self.tftp, self.file = chosen
        if not self.requests:
            self.address = offer.yiaddr
            return True
        asked = self.request or self.discover
        message = asked.with_options({53: bytes([REQUEST]), 50: packets.ip4(offer.yiaddr),
                                      54: offer.get(54)})
        self.send(message[:4] + self.discover.xid + message[8:])
        for reply in self.replies(self.window):
            if reply.type == ACK:
                self.address = offer.yiaddr
                self.acked = reply
                return True
            if reply.type == NAK:
                return False
        return False

    def find(self, host):
        """The MAC of a host; None: nobody answers."""
        for _ in range(3):
            self.wire.send(packets.arp_frame(1, BROADCAST, self.mac, self.address, bytes(6), host))
            for frame in self.frames(0.2):
                arp = Arp.read(frame)
                if arp and arp.op == 2 and arp.sender == host:
                    return arp.sender_mac
            self.wire.skip(1)
        return None

    def fetch(self, name, tries=3):
        """A file by TFTP without options; None: no such file, or no server."""
        server_mac = self.find(self.tftp)
        if not server_mac:
            return None
        self.port += 1
        ask = b"\0\1" + name.encode() + b"\0octet\0"
        for _ in range(tries):
            self.wire.send(packets.udp_frame(server_mac, self.mac, self.address, self.port, self.tftp,
                                             69, ask))
            whole, block = b"", 1
            for frame in self.frames(0.5):
                udp = Udp.read(frame)
                if not udp or udp.dport != self.port or udp.src != self.tftp:
                    continue
                op, number = struct.unpack_from("!HH", udp.payload)
                if op == 5:
                    return None
                if op == 3 and number == block:
                    whole += udp.payload[4:]
                    block += 1
                    ack = struct.pack("!HH", 4, number)
                    self.wire.send(packets.udp_frame(server_mac, self.mac, self.address, self.port,
                                                     self.tftp, udp.sport, ack))
                    if len(udp.payload) < 516:
                        return whole
            self.wire.skip(2)
        return None

    def halt(self, where):
        """It does nothing more; another host's frame shows that the recording went on."""
        self.wire.skip(90)
        other = bytes.fromhex("02005e0000fe")
        self.wire.send(packets.arp_frame(1, BROADCAST, other, "169.254.7.7", bytes(6), "169.254.7.8"))
        return where

    def boot(self):
        """The whole way; what stands at its end: 'dhcp', 'file' or 'loaded'."""
        if not self.get_address():
            return self.halt("dhcp")
        self.loaded = self.fetch(self.wanted())
        return self.halt("file") if self.loaded is None else "loaded"

    def wanted(self):
        return self.first_file or self.file


class Rom(Board):
    """Pi 3 and older: option 66 spelt as an address, or the text anywhere in option 43 and then the sender of it."""

    requests = False
    gaps = (5, 5, 5, 5)

    def choose(self, offers):
        address = next((o for o in offers if o.yiaddr != "0.0.0.0" and not o.hops), None)
        for offer in offers:
            if offer.hops or offer.giaddr != "0.0.0.0" or not address:
                continue
            if quad(offer.get(66)):
                return address, quad(offer.get(66)), ""
            if PI_TEXT in offer.get(43, b""):
                return address, offer.source, ""
        return None


class PaddedRom(Rom):
    """One that overlooks a menu text without blanks behind it, as some do."""

    def choose(self, offers):
        return super().choose([o for o in offers if not o.get(43) or quad(o.get(66)) or
                               PI_TEXT + b"   " in o.get(43)])


class Eeprom(Board):
    """Pi 4 and 5: option 66 spelt as an address; or PXEClient with the text in sub-option 9, and then siaddr, or the
    server that sent it."""

    gaps = (8, 16, 8, 8)

    def choose(self, offers):
        address = next((o for o in offers if o.yiaddr != "0.0.0.0"), None)
        for offer in offers:
            if not address:
                break
            if quad(offer.get(66)):
                return address, quad(offer.get(66)), ""
            menu = (sub_options(offer.get(43, b"")) or {}).get(9, b"")
            if PI_TEXT in menu and offer.get(60) == b"PXEClient":
                siaddr = offer.siaddr if offer.siaddr != "0.0.0.0" else None
                return address, siaddr or offer.source, ""
        return None


class Pxe(Board):
    """BIOS and UEFI (PXE 2.1): file and next server of the offer with the address, or of a proxy's beside it."""

    def choose(self, offers):
        address = next((o for o in offers if o.yiaddr != "0.0.0.0"), None)
        for offer in [o for o in offers if o is address] + [o for o in offers if o is not address]:
            name = offer.get(67, offer.file).rstrip(b"\0").decode("latin-1")
            server = offer.siaddr if offer.siaddr != "0.0.0.0" else quad(offer.get(66))
            if address and name:
                return address, server, name
        proxy = next((o for o in offers if o.yiaddr == "0.0.0.0" and o.get(60) == b"PXEClient"), None)
        if address and proxy:
            return address, proxy, ""
        return None

    def get_address(self):
        if not super().get_address():
            return False
        if isinstance(self.tftp, Dhcp):
            self.ask_4011(self.tftp)
        return self.tftp is not None

    def ask_4011(self, proxy):
        """The boot server behind a proxy's menu (PXE 2.1, 2.4): the first entry of it."""
        self.tftp, server = None, proxy.get(54, b"")
        to = self.find(packets.dotted(server)) if len(server) == 4 else None
        menu = (sub_options(proxy.get(43, b"")) or {}).get(9)
        if not to:
            return
        item = {43: b"\x47\x04" + menu[:2] + b"\0\0\xff"} if menu else {}
        asked = self.discover.with_options({53: bytes([REQUEST]), **item})
        asked = asked[:12] + packets.ip4(self.address) + asked[16:]
        for _ in range(3):
            self.send(asked, to, packets.dotted(server), 4011)
            for reply in self.replies(self.window):
                if reply.type == ACK and reply.file:
                    self.file = reply.file.decode("latin-1")
                    self.tftp = reply.siaddr if reply.siaddr != "0.0.0.0" else reply.source
                    return
            self.wire.skip(4)

    def wanted(self):
        return self.file


class BySiaddr(Eeprom):
    """A Pi 5 that goes to siaddr when option 66 lets it boot (NumberOneGit/rpi5-uefi#22)."""

    def choose(self, offers):
        chosen = super().choose(offers)
        if not chosen or chosen[0].siaddr == "0.0.0.0":
            return chosen
        return chosen[0], chosen[0].siaddr, ""


class Pxe4011(Pxe):
    """A firmware that asks port 4011 when the offer says PXEClient, unless option 43 tells it not to discover."""

    def choose(self, offers):
        chosen = super().choose(offers)
        if chosen and chosen[0].get(60) == b"PXEClient":
            control = (sub_options(chosen[0].get(43, b"")) or {}).get(6, b"\0")
            if not control[0] & 8:
                return chosen[0], chosen[0], ""
        return chosen


class Loader(Pxe):
    """UEFI that starts what it fetched, if it is a program for its architecture."""

    def boot(self):
        end = super().boot()
        arch, = struct.unpack("!H", self.discover.get(93))
        want = {7: 0x8664, 9: 0x8664, 11: 0xAA64}[arch]
        if end != "loaded" or struct.unpack_from("<H", self.loaded, 68)[0] == want:
            return end
        return self.halt("file")


class Chain(Pxe):
    """A PXE ROM that starts iPXE, which asks by DHCP itself; told to load iPXE again, it does so."""

    def boot(self):
        for turn in range(4):
            end = super().boot()
            if end != "loaded":
                return end
            if self.file != "undionly.kpxe":
                return end
            self.wire.skip(4)
            self.address = None
            raw = self.discover.with_options({77: b"iPXE", 175: b"\xb1\x05\x01\x80\x86\x10\x0e"})
            self.discover = self.request = Dhcp.read(raw[:4] + struct.pack("!I", 0x1FACE + turn) + raw[8:])
        return self.halt("file")


class HttpBoot(Board):
    """UEFI HTTP boot (UEFI 2.5, 24.7): an offer that says HTTPClient and names a URL."""

    def choose(self, offers):
        for offer in offers:
            name = offer.get(67, offer.file).decode("latin-1")
            if offer.get(60, b"").startswith(b"HTTPClient") and "://" in name:
                return offer, name.split("/")[2].split(":")[0], name
        return None

    def boot(self):
        if not self.get_address():
            return self.halt("dhcp")
        return "loaded" if self.find(self.tftp) else self.halt("file")
