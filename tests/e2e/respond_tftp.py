# SPDX-License-Identifier: BSD-2-Clause
"""The TFTP responder and real clients: curl, tftp-hpa, busybox, atftp, as far as they are here; and one of our own, with
windows, behind a bad wire. TAP on standard output."""

import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import time

import lab
from servers import Tap, tail

here = os.path.abspath(os.path.join(os.environ.get("top_builddir", "."), "tests/e2e"))
respond, lossy = os.path.join(here, "respond"), os.path.join(here, "lossy")
root = os.path.join(lab.temporary, "root")
server_ip, client_ip = "10.9.0.1", "10.9.0.2"
sizes = (0, 1, 511, 512, 513, 1468, 20000, 1468 * 64, 100000)


def put_files():
    draw = random.Random(5)
    os.makedirs(os.path.join(root, "folder"))
    for n in sizes:
        with open(os.path.join(root, f"f{n}"), "wb") as f:
            f.write(draw.randbytes(n))
    with open(os.path.join(root, "text"), "w") as f:
        f.writelines(f"line {i} {'x' * (i % 70)}\n" for i in range(300))
    with open(os.path.join(root, "big"), "wb") as f:
        f.truncate(36 << 20)
        f.seek(35 << 20)
        f.write(b"end")
    os.symlink("../../etc/passwd", os.path.join(root, "out"))
    os.symlink("f513", os.path.join(root, "link"))
    os.symlink(os.path.join(root, "f512"), os.path.join(root, "folder", "link"))


def content(name):
    with open(os.path.join(root, name), "rb") as f:
        return f.read()


def same(path, name):
    try:
        with open(path, "rb") as f:
            return f.read() == content(name)
    except OSError:
        return False


# each: the words that bring file NAME of HOST to PATH, and those for text
def curl(host, name, path):
    return ["curl", "-s", "-o", path, f"tftp://{host}/{name}"]


def curl_blksize(host, name, path):
    return ["curl", "-s", "--tftp-blksize", "1468", "-o", path, f"tftp://{host}/{name}"]


def hpa(host, name, path):
    return ["tftp", "-m", "binary", host, "-c", "get", name, path]


def busybox(host, name, path):
    return ["busybox", "tftp", "-g", "-b", "1400", "-r", name, "-l", path, host]


def atftp(host, name, path):
    return ["atftp", "-g", "-r", name, "-l", path, "--option", "blksize 1400", "--option", "windowsize 8", host]


def clients():
    words = {"curl": ["curl", "-V"], "tftp-hpa": ["tftp", "-V"], "busybox": ["busybox"], "atftp": ["atftp", "-V"]}
    rows = (("curl", curl, "tftp"), ("curl", curl_blksize, "tftp"), ("tftp-hpa", hpa, "tftp-hpa"),
            ("busybox", busybox, "tftp"), ("atftp", atftp, "atftp"))
    for name, how, proof in rows:
        if shutil.which(words[name][0]):
            said = subprocess.run(words[name], capture_output=True, text=True, check=False)
            if proof in said.stdout + said.stderr:
                yield name + (" with blksize" if how is curl_blksize else ""), how


def run(host, words, seconds=30):
    try:
        return subprocess.run(host.enter + words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=seconds, check=False).returncode
    except subprocess.TimeoutExpired:
        return -1


def serve(host, *words):
    host.start(respond, "tftp", "eth0", root, *words, log="tftp.log")
    return host.says("tftp.log", "ready")


# ---- a client with windows (RFC 7440), in a process inside of the host ----

def fetch(server, name, mode, window, blksize, timeout=0):
    """The file as it came over the wire; None: it did not."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(0.7)
    ask = b"\0\1" + name.encode() + b"\0" + mode.encode() + b"\0"
    if window > 1 or blksize != 512:
        ask += b"blksize\0%d\0windowsize\0%d\0" % (blksize, window)
        if timeout:
            ask += b"timeout\0%d\0" % timeout
    else:
        window, blksize = 1, 512
    last, to, got, expected, in_window = ask, (server, 69), [], 1, 0
    s.sendto(last, to)
    tries, acked = 0, False
    while tries < 40:
        try:
            m, sender = s.recvfrom(70000)
            tries = 0
        except TimeoutError:
            tries += 1
            s.sendto(last, to)
            in_window = 0
            continue
        if not got and not acked:
            to = sender
        if sender != to:
            continue
        op = struct.unpack(">H", m[:2])[0]
        if op == 6 and not got:
            options = m[2:].split(b"\0")
            found = dict(zip(options[::2], options[1::2]))
            if set(found) - {b"blksize", b"windowsize"} - ({b"timeout"} if timeout else set()):
                return None
            blksize, window = int(found.get(b"blksize", 512)), int(found.get(b"windowsize", 1))
            last, acked, in_window = b"\0\4\0\0", True, 0
            s.sendto(last, to)
        elif op == 3:
            acked = True
            block = struct.unpack(">H", m[2:4])[0]
            if block == expected & 0xffff:
                got.append(m[4:])
                expected += 1
                in_window += 1
                over = len(m) - 4 < blksize
                if over or in_window == window:
                    last, in_window = struct.pack(">HH", 4, block), 0
                    s.sendto(last, to)
                if over:
                    # the last ACK may be lost: what is sent again is answered again
                    s.settimeout(0.3)
                    try:
                        for _ in range(5):
                            s.recvfrom(70000)
                            s.sendto(last, to)
                    except TimeoutError:
                        pass
                    return b"".join(got)
            elif window > 1 and in_window:
                last, in_window = struct.pack(">HH", 4, (expected - 1) & 0xffff), 0
                s.sendto(last, to)
        else:
            return None
    return None


def fetched(host, server, name, mode, window, blksize, timeout=0):
    words = [sys.executable, os.path.abspath(__file__), "fetch", server, name, mode, str(window), str(blksize), str(timeout)]
    try:
        return subprocess.run(host.enter + words, stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                              check=False).stdout
    except subprocess.TimeoutExpired:
        return None


def netascii(data):
    return data.replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")


# ---- the tests ----

def whole(tap, server, client):
    if not serve(server):
        tap.result(False, "the responder starts", tail("tftp.log"))
        return
    path = os.path.join(lab.temporary, "got")
    for name, how in clients():
        wrong = []
        for n in sizes:
            if os.path.exists(path):
                os.unlink(path)
            code = run(client, how(server_ip, f"f{n}", path))
            # nothing is written of an empty file by some, and curl takes a tsize of 0 for an error
            if not same(path, f"f{n}") and not (n == 0 and code in (0, 71)):
                wrong.append(f"f{n}: exit code {code}")
        tap.result(not wrong, f"{name} gets files of all lengths whole", *wrong, tail("tftp.log"))
    code = run(client, curl(server_ip, "big", path))
    tap.result(code == 0 and same(path, "big"), "curl gets 36 MB in blocks of 512: their numbers roll over",
               tail("tftp.log"))
    if shutil.which("tftp"):
        run(client, ["tftp", "-m", "netascii", server_ip, "-c", "get", "text", path])
        tap.result(same(path, "text"), "tftp-hpa gets text as netascii", tail("tftp.log"))
    for name, good in (("//f513", True), ("folder\\..\\f513", True), ("link", True), ("folder/link", True),
                       ("out", False), ("../root/f513", False), ("..\\..\\etc\\passwd", False), ("folder", False),
                       ("nothing", False)):
        data = fetched(client, server_ip, name, "octet", 1, 512)
        wanted = content("f512" if name == "folder/link" else "f513") if good else b""
        tap.result(data == wanted, f"{name} is {'served' if good else 'refused'}", tail("tftp.log"))


def quiet(tap, wire, server, client):
    """What passes the wire of the above holds no finding."""
    recorder = lab.Recorder("p1")
    for _, how in clients():
        for n in (1, 513, 100000):
            run(client, how(server_ip, f"f{n}", os.path.join(lab.temporary, "got")))
    found, report = recorder.findings("tftp.pcap")
    ended = {t["outcome"] for c in report["clients"] for b in c["boots"] for t in b["transfers"]}
    tap.result(not found and ended == {"complete"}, "our own analysis of it finds nothing", found, ended)


def small_way(tap, server, client):
    """No datagram is longer than the way has room for."""
    server.run("ip", "link", "set", "eth0", "mtu", "1300")
    path = os.path.join(lab.temporary, "got")
    code = run(client, curl_blksize(server_ip, "f100000", path))
    server.run("ip", "link", "set", "eth0", "mtu", "1500")
    with open(os.path.join(lab.temporary, "tftp.log")) as f:
        sizes_told = [line for line in f if line.startswith("done f100000")][-1:]
    tap.result(code == 0 and same(path, "f100000") and "blksize=1268" in "".join(sizes_told),
               "blocks fit the MTU", sizes_told)


def router(tap, wire, server):
    """A link on the way has less room than the first one: a router says so, or says nothing."""
    between, far = wire.host(), wire.host()
    between.address("10.9.0.9", 24)
    between.second("10.8.0.9", 24)
    far.second("10.8.0.2", 24)
    between.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
    between.run("ip", "link", "set", "eth1", "mtu", "1000")
    server.run("ip", "route", "add", "10.8.0.0/24", "via", "10.9.0.9")
    far.run("ip", "route", "add", "10.9.0.0/24", "via", "10.8.0.9")
    for window in (8, 1):
        begun = time.monotonic()
        # the timer that the client asks for is far longer than this takes
        data = fetched(far, server_ip, "f100000", "octet", window, 1428, 15)
        took = time.monotonic() - begun
        tap.result(data == content("f100000") and took < 12, f"what a router turns away is sent again at once, window {window}",
                   f"{took:.1f} s", tail("tftp.log"))
    data = fetched(far, server_ip, "f20000", "octet", 8, 1428)
    tap.result(data == content("f20000") and "done f20000 bytes=20000 blksize=968" in tail("tftp.log"), "and then blocks fit the way", tail("tftp.log"))
    server.run("ip", "route", "flush", "cache")
    between.run("ip", "rule", "add", "iif", "lo", "to", server_ip, "blackhole")
    for window in (1, 8):
        data = fetched(far, server_ip, "f20000", "octet", window, 1428)
        tap.result(data == content("f20000") and f"done f20000 bytes=20000 blksize=1428 window={window}" in tail("tftp.log"),
                   f"where it says nothing the file comes all the same, window {window}", tail("tftp.log"))
    between.end()
    far.end()


def bad_wire(tap, server, client):
    server.stop()
    if not serve(server, "many"):
        tap.result(False, "the responder starts", tail("tftp.log"))
        return
    for window in (1, 4, 16):
        for mode in ("octet", "netascii"):
            wrong = []
            for seed in (1, 2):
                client.start(lossy, server_ip, "69", str(seed * 1000 + window), "5", log="lossy.log")
                client.listens(69)
                name = "text" if mode == "netascii" else "f20000"
                data = fetched(client, "127.0.0.1", name, mode, window, 512 if window == 1 else 1024)
                if data != (netascii(content(name)) if mode == "netascii" else content(name)):
                    wrong.append(f"seed {seed}: {len(data or b'')} bytes")
                client.stop()
            tap.result(not wrong, f"5 % lost, doubled and swapped: whole, {mode}, window {window}", *wrong,
                       tail("tftp.log"))
    path = os.path.join(lab.temporary, "got")
    for name, how in clients():
        client.start(lossy, server_ip, "69", "77", "5", log="lossy.log")
        client.listens(69)
        code = run(client, how("127.0.0.1", "f20000", path), 60)
        client.stop()
        # the clients differ in patience: what they have is whole, or they say that it is not
        tap.result(same(path, "f20000") if code == 0 else name != "curl", f"the same, {name}", f"exit code {code}",
                   tail("tftp.log"))


def own_files(tap, server, client):
    os.makedirs(os.path.join(root, "10.9.0.2"))
    with open(os.path.join(root, "10.9.0.2", "config.txt"), "w") as f:
        f.write("own\n")
    with open(os.path.join(root, "config.txt"), "w") as f:
        f.write("common\n")
    server.stop()
    good = serve(server, "own", "nfs=/srv/nfs/{serial}", "single")
    got = [fetched(client, server_ip, name, "octet", 1, 512)
           for name in ("38c128c0/config.txt", "config.txt", "38c128c0/cmdline.txt", "f513")]
    tap.result(good and got[1] == b"own\n" and got[0] == b"common\n", "a folder of the board's own comes first", got)
    tap.result(b"nfsroot=10.9.0.1:/srv/nfs/38c128c0,vers=3" in (got[2] or b""), "cmdline.txt is made for the board", got)
    tap.result(got[3] == content("f513"), "one port is enough", tail("tftp.log"))
    with open(os.path.join(root, "cmdline.txt"), "w") as f:
        f.write("mine\n")
    tap.result(fetched(client, server_ip, "38c128c0/cmdline.txt", "octet", 1, 512) == b"mine\n",
               "one that is there is not made", tail("tftp.log"))
    mac = client.mac.replace(":", "-")
    os.makedirs(os.path.join(root, mac))
    with open(os.path.join(root, mac, "cmdline.txt"), "w") as f:
        f.write("by MAC\n")
    tap.result(fetched(client, server_ip, "cmdline.txt", "octet", 1, 512) == b"by MAC\n",
               "the folder may be named by the MAC, which the kernel knows", tail("tftp.log"))
    server.stop()
    good = serve(server, "own-only")
    tap.result(good and fetched(client, server_ip, "f513", "octet", 1, 512) == b"", "or be all that is seen",
               tail("tftp.log"))


def writes(tap, server, client):
    server.stop()
    into = os.path.join(lab.temporary, "into")
    os.makedirs(into)
    good = serve(server, f"into={into}")
    path = os.path.join(lab.temporary, "f100000")
    shutil.copy(os.path.join(root, "f100000"), path)
    run(client, ["curl", "-s", "-T", path, f"tftp://{server_ip}/new"])
    tap.result(good and same(path, "../into/new"), "curl writes a file", tail("tftp.log"))
    before = os.stat(os.path.join(into, "new")).st_mtime_ns
    run(client, ["curl", "-s", "-T", os.path.join(root, "f513"), f"tftp://{server_ip}/new"])
    tap.result(os.stat(os.path.join(into, "new")).st_mtime_ns == before, "one that is there stays", tail("tftp.log"))
    run(client, ["curl", "-s", "-T", path, f"tftp://{server_ip}/f513"])
    tap.result(os.path.getsize(os.path.join(root, "f513")) == 513, "what is read is not written over", tail("tftp.log"))


def dry(tap, server, client):
    server.stop()
    good = serve(server, "dry")
    data = fetched_once(client)
    tap.result(good and not data and server.says("tftp.log", "begun f513"), "a dry run tells, and says nothing",
               tail("tftp.log"))


def fetched_once(client):
    """What comes within half a second of one request."""
    words = [sys.executable, "-c", "import socket;s=socket.socket(2,2);s.settimeout(.5);"
             f"s.sendto(b'\\0\\1f513\\0octet\\0',('{server_ip}',69));print(len(s.recv(999)))"]
    return subprocess.run(client.enter + words, capture_output=True, check=False).stdout


def from_the_address_that_was_asked(tap, server, client):
    server.stop()
    good = serve(server)
    server.address("10.9.0.8", 24)
    words = [sys.executable, "-c", "import socket,sys\nfor a in sys.argv[1:]:\n"
             " s=socket.socket(2,2);s.settimeout(5);s.sendto(b'\\0\\1f513\\0octet\\0',(a,69))\n"
             " for block in 1,2: d,who=s.recvfrom(999);print(who[0]);s.sendto(b'\\0\\4'+d[2:4],who)\n"]
    heard = subprocess.run(client.enter + words + [server_ip, "10.9.0.8"], capture_output=True, check=False).stdout
    tap.result(good and heard.decode().split() == [server_ip] * 2 + ["10.9.0.8"] * 2,
               "blocks leave from the address that was asked", heard.decode() + tail("tftp.log"))


def address_changes(tap, server, client):
    server.stop()
    good = serve(server)
    server.run("ip", "addr", "flush", "dev", "eth0")
    server.address("10.9.0.7", 24)
    tap.result(good and fetched(client, "10.9.0.7", "f513", "octet", 1, 512) == content("f513"),
               "another address is served at once", tail("tftp.log"))
    server.run("ip", "link", "set", "eth0", "down")
    time.sleep(0.2)
    server.run("ip", "link", "set", "eth0", "up")
    tap.result(fetched(client, "10.9.0.7", "f513", "octet", 1, 512) == content("f513"), "and so after the link was down",
               tail("tftp.log"))


def main():
    if len(sys.argv) > 1:
        data = fetch(sys.argv[2], sys.argv[3], sys.argv[4], *map(int, sys.argv[5:]))
        sys.stdout.buffer.write(data or b"")
        return 0
    tap = Tap()
    put_files()
    wire = lab.Wire()
    server, client = wire.host(), wire.host()
    server.address(server_ip, 24)
    client.address(client_ip, 24)
    whole(tap, server, client)
    quiet(tap, wire, server, client)
    small_way(tap, server, client)
    router(tap, wire, server)
    bad_wire(tap, server, client)
    own_files(tap, server, client)
    writes(tap, server, client)
    dry(tap, server, client)
    from_the_address_that_was_asked(tap, server, client)
    address_changes(tap, server, client)
    server.end()
    client.end()
    print(f"1..{tap.n}")
    return tap.failed != 0


if __name__ == "__main__":
    sys.exit(main())
