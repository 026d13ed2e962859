# SPDX-License-Identifier: BSD-2-Clause
"""A TFTP server with one fault: tftp_faults.py FAULT ADDRESS ROOT."""

import os
import socket
import struct
import sys


class Server:
    """One transfer after the other."""

    def __init__(self, fault, address, root):
        self.fault, self.address, self.root = fault, address, root
        self.door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.door.bind((address, 69))

    def content(self, name):
        name = name.lstrip("/") if self.fault == "no-slashes" else name.replace("//", "/").lstrip("/")
        for folder, _, files in os.walk(self.root):
            for file in files:
                path = os.path.relpath(os.path.join(folder, file), self.root)
                if path == name or (self.fault == "folds" and path.lower() == name.lower()):
                    with open(os.path.join(self.root, path), "rb") as f:
                        return f.read()
        return b"made up" * 99 if self.fault == "has-all" and "audit" in name else None

    def answer_to(self, words):
        """(first answer, content, block size, window)"""
        data, asked = self.content(words[0]), dict(zip(words[2::2], words[3::2]))
        if data is None:
            code = 2 if self.fault == "error-2" else 1
            return None if self.fault == "silent" else struct.pack("!HH", 5, code) + b"no\0", b"", 0, 0
        if self.fault == "refuses" and "windowsize" in asked:
            return struct.pack("!HH", 5, 8) + b"what is windowsize\0", b"", 0, 0
        if self.fault == "no-options":
            return b"", data, 512, 1
        lines = []
        if "tsize" in asked and self.fault != "no-sizes":
            lines += ["tsize", str(len(data))]
        size = int(asked.get("blksize", 512))
        if "blksize" in asked:
            lines += ["blksize", str(size)]
        window = int(asked.get("windowsize", 1))
        if window > 1:
            lines += ["windowsize", str(window)]
        oack = b"\0\6" + b"".join(w.encode() + b"\0" for w in lines) if lines else b""
        return oack, data, size, 1 if self.fault == "one-by-one" else window

    def transfer(self, s, peer, answer, data, size, window):
        """To its end, or to an ERROR or silence."""
        block = 0
        s.settimeout(0.5)
        blocks = [data[i:i + size] for i in range(0, len(data) + 1, size)]
        if answer:
            s.sendto(answer, peer)
            if s.recvfrom(2048)[0][:2] != b"\0\4":
                return
        while block < len(blocks):
            for i in range(block, min(block + window, len(blocks))):
                s.sendto(struct.pack("!HH", 3, i + 1 & 0xffff) + blocks[i], peer)
            got = s.recvfrom(2048)[0]
            if got[:2] != b"\0\4":
                return
            block = struct.unpack("!H", got[2:4])[0]

    def run(self):
        while True:
            request, peer = self.door.recvfrom(2048)
            if request[:2] != b"\0\1":
                continue
            words = request[2:].split(b"\0")
            answer, data, size, window = self.answer_to([words[0].decode(), words[1].decode()] +
                                                        [w.decode() for w in words[2:-1]])
            if answer is None:
                continue
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.bind(("10.9.0.8" if self.fault == "elsewhere" else self.address, 0))
                if not size:
                    s.sendto(answer, peer)
                    continue
                try:
                    self.transfer(s, peer, answer, data, size, window)
                except OSError:
                    pass


if __name__ == "__main__":
    Server(*sys.argv[1:]).run()
