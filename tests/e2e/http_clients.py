# SPDX-License-Identifier: BSD-2-Clause
"""The HTTP worker alone, before clients of others and before sockets that do what no client should. TAP."""

import contextlib
import hashlib
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from servers import Tap

server = os.path.join(os.path.abspath(os.environ.get("top_builddir", ".")), "tests/e2e/http_server")
port = 8080
tap = Tap()
folder = tempfile.mkdtemp(prefix="bootscope-http.")
root = os.path.join(folder, "root")


def path(name):
    return os.path.join(root, name)


def write(name, data):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), "wb") as f:
        f.write(data)
    return data


def url(name, host="127.0.0.1"):
    return f"http://{host}:{port}/{name}"


class Served:
    """The worker, with limits of the test's own; what it said is in lines after the end."""

    def __init__(self, *limits):
        self.limits, self.lines = limits, []

    def __enter__(self):
        self.p = subprocess.Popen([server, root, f"port={port}", *self.limits], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
        self.first = self.p.stdout.readline().strip()
        self.reader = threading.Thread(target=lambda: self.lines.extend(x.rstrip("\n") for x in self.p.stdout))
        self.reader.start()
        return self

    def stop(self):
        self.p.stdin.close()

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.stop()
        try:
            self.p.wait(20)
        except subprocess.TimeoutExpired:
            self.p.kill()
        self.reader.join()
        self.words = self.p.stderr.read()
        for f in (self.p.stdout, self.p.stderr):
            f.close()
        tap.result(self.p.returncode == 0 and not self.words, f"the worker ends well ({' '.join(self.limits) or 'usual limits'})",
                   self.p.returncode, self.words, *self.lines[-5:])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.p.pid}/fd"))


def curl(*words, **how):
    return subprocess.run(["curl", "-sS", "--noproxy", "*", "-m", "30", *words], capture_output=True,
                          stdin=subprocess.DEVNULL, check=False, **how)


def same(name, got, want, *notes):
    tap.result(got == want, name, f"got  {got!r}"[:300], f"want {want!r}"[:300], *notes)


def talk(data, host="127.0.0.1", wait=5.0, half=False):
    """All that comes back for these bytes until the other end closes; None: it does not in time. A reset is seen as
    such: there are systems that throw away what came before it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(wait)
        s.connect((host, port))
        with contextlib.suppress(ConnectionError):
            s.sendall(data)
        if half:
            s.shutdown(socket.SHUT_WR)
        got = b""
        try:
            while True:
                more = s.recv(65536)
                if not more:
                    return got
                got += more
        except TimeoutError:
            return None
        except ConnectionError:
            return b"reset " + got


def status(answer):
    return int(answer[9:12]) if answer and answer.startswith(b"HTTP/1.1 ") else answer


def get(target, *fields, method=b"GET", version=b"HTTP/1.1"):
    lines = [method + b" " + target + b" " + version, b"Host: x", *fields, b"Connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n"


# ---- files as clients fetch them ----

def with_curl(small, big):
    same("curl: a file", curl(url("small.txt")).stdout, small)
    same("curl: a large file is whole", hashlib.sha1(curl(url("boot.img")).stdout).digest(), hashlib.sha1(big).digest())
    same("curl: an empty file", (curl(url("empty")).stdout, curl(url("empty")).returncode), (b"", 0))
    head = curl("-I", url("boot.img")).stdout
    tap.result(b"200 OK" in head and b"Content-Length: %d\r" % len(big) in head and b"Accept-Ranges: bytes" in head,
               "curl: HEAD has the length and no body", head)
    for spec in "0-0", "0-99", "100-", "-100", f"{len(big) - 1}-", "16000-33000", f"0-{len(big) * 2}":
        first, last = spec.split("-")
        want = big[-int(last):] if not first else big[int(first):int(last) + 1 if last else None]
        r = curl("-r", spec, "-w", "%{http_code}", url("boot.img"))
        tap.result(r.stdout == want + b"206", f"curl: the range {spec}", len(r.stdout), r.stderr)
    r = curl("-r", f"{len(big)}-", "-o", "/dev/null", "-D", "-", url("boot.img")).stdout
    tap.result(b" 416 " in r and b"Content-Range: bytes */%d\r" % len(big) in r, "curl: a range behind the end", r)
    same("curl: several ranges are the whole", len(curl("-r", "0-1,5-6", url("boot.img")).stdout), len(big))
    r = curl("-v", *[url("small.txt")] * 5)
    tap.result(r.stdout == small * 5 and r.stderr.count(b"Connected to") == 1, "curl: five files on one connection", r.stderr)
    r = curl("-v", "--http1.0", url("small.txt"), url("small.txt"))
    tap.result(r.stdout == small * 2 and r.stderr.count(b"Connected to") == 2, "curl: HTTP/1.0 gets one file a connection", r.stderr)
    r = curl("-v", "--http1.0", "-H", "Connection: keep-alive", url("small.txt"), url("small.txt"))
    tap.result(r.stdout == small * 2 and b"Connection: keep-alive" in r.stderr and b"Connection: close" not in r.stderr,
               "curl: HTTP/1.0 may ask for more", r.stderr)
    r = curl("-H", "Connection: close", "-D", "-", url("small.txt")).stdout
    tap.result(b"Connection: close\r" in r and r.endswith(small), "curl: Connection: close is honoured", r)
    with open(os.path.join(folder, "part"), "wb") as f:
        f.write(big[:1000000])
    curl("-C", "-", "-o", os.path.join(folder, "part"), url("boot.img"))
    with open(os.path.join(folder, "part"), "rb") as f:
        same("curl: a part is resumed", hashlib.sha1(f.read()).digest(), hashlib.sha1(big).digest())
    etag = os.path.join(folder, "etag")
    curl("--etag-save", etag, "-o", "/dev/null", url("boot.img"))
    r = curl("--etag-compare", etag, "-w", "%{http_code}", url("boot.img"))
    same("curl: what it has already is not sent", r.stdout, b"304")
    r = curl("-z", path("boot.img"), "-w", "%{http_code}", url("boot.img"))
    same("curl: nor what is not newer", r.stdout, b"304")


def with_names(small):
    rows = [
        ("a file that is not there", "none", 404), ("a folder", "sub", 404), ("the root", "", 404),
        ("a name with a query", "small.txt?mac=02", 200), ("a name with escapes", "sm%61ll%2etxt", 200),
        ("slashes and dots", "/sub/.././/small.txt", 200), ("backslashes", "sub\\deep\\file", 200),
        ("a link inside", "in", 200), ("a link out", "out", 403), ("a link out of absolute form", "etc/passwd", 403),
        ("a folder that is a link out", "etc/", 403), ("a pipe", "pipe", 403),
        ("a serial's folder falls back to the common one", "9ffefdef/small.txt", 200),
        ("a name of one's own", "9ffefdef/own.txt", 200),
        ("..", "../secret", 404), ("../..", "../../../../../../etc/passwd", 404), ("%2e%2e", "%2e%2e/secret", 404),
        ("..%2f", "..%2fsecret", 404), ("%2e%2e%2f", "sub/%2e%2e%2f%2e%2e%2fsecret", 404), ("..\\", "..\\secret", 404),
        ("..%5c", "..%5csecret", 404), ("twice escaped", "%252e%252e/secret", 404), ("a NUL", "small.txt%00.html", 400),
        ("half an escape", "%2", 400), ("a name too long", "a" * 600, 414), ("components too long", "a" * 300, 404),
    ]
    for name, target, want in rows:
        r = curl("--path-as-is", "-g", "-w", "%{http_code}", url(target))
        tap.result(r.stdout[-3:] == b"%d" % want and b"secret" not in r.stdout and b"root:" not in r.stdout,
                   f"names: {name}: {want}", r.stdout, r.stderr)
    same("names: the target in absolute form", status(talk(get(b"http://x:80/small.txt"))), 200)
    same("names: bytes above 127", talk(get("/gr\u00fcn".encode())).split(b"\r\n\r\n")[1], small)


def with_others(small, big):
    if shutil.which("busybox") and b"wget" in subprocess.run(["busybox", "--list"], capture_output=True, check=False).stdout.split():
        r = subprocess.run(["busybox", "wget", "-q", "-O", "-", url("boot.img")], capture_output=True, check=False)
        same("busybox wget: a large file", len(r.stdout), len(big), r.stderr)
    else:
        print("# no busybox wget")
    if shutil.which("wget"):
        r = subprocess.run(["wget", "-q", "--no-proxy", "-O", "-", url("small.txt"), url("empty"), url("small.txt")],
                           capture_output=True, check=False)
        same("wget: three files", r.stdout, small * 2, r.stderr)
    else:
        print("# no wget")
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    got = []
    for method, name in ("GET", "/small.txt"), ("HEAD", "/small.txt"), ("GET", "/none"), ("HEAD", "/none"), ("POST", "/small.txt"), ("GET", "/empty"):
        c.request(method, name)
        r = c.getresponse()
        body = r.read()
        got.append((r.status, len(body) if method != "HEAD" else int(r.headers["Content-Length"])))
    c.close()
    same("python: methods and misses on one connection", got[:2] + got[5:], [(200, len(small))] * 2 + [(200, 0)])
    same("python: statuses", [s for s, _ in got[2:5]], [404, 404, 405])
    tap.result(r.headers["Date"].endswith("GMT") and r.headers["Server"] == "bootscope", "python: Date and Server", r.headers)


def with_ipxe(w):
    """iPXE's own client, as a network card's boot ROM: a script, a file, a miss, and on with the same connection."""
    qemu = shutil.which("qemu-system-x86_64")
    if not qemu or not os.path.exists("/usr/lib/ipxe/qemu/pxe-e1000.rom"):
        print("# no qemu with iPXE")
        return
    here = f"http://10.0.2.2:{port}"
    write("boot.ipxe", f"""#!ipxe
imgfetch --name k {here}/boot.img?ip=${{ip}} || goto bad
imgfetch {here}/not%20there || imgfetch --name e {here}/sub%2Fdeep/file && imgfetch {here}/in ||
:bad
poweroff || reboot
""".encode())
    with subprocess.Popen([qemu, "-m", "256", "-display", "none", "-nodefaults", "-no-reboot",
                           "-device", "e1000,netdev=n", "-netdev", f"user,id=n,bootfile={here}/boot.ipxe", "-boot", "n"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
        before, end = len(w.lines), time.time() + 40
        while time.time() < end and p.poll() is None and not any("GET in: 200" in x for x in w.lines[before:]):
            time.sleep(0.1)
        p.kill()
    want = [f"GET {x}" for x in ("boot.ipxe: 200", "boot.img: 200, 9.0 MB in", "/not%20there: 404", "sub/deep/file: 200", "in: 200")]
    got = [x.split(" ", 1)[1] for x in w.lines[before:]][-5:]
    tap.result(len(got) == 5 and all(g.startswith(x) for g, x in zip(got, want)), "iPXE: a script and what it names", *got)


def with_families(small):
    same("IPv6: a file", curl("-g", url("small.txt", "[::1]")).stdout, small)
    link = subprocess.run("ip -6 -o addr show dev v0 scope link | awk '{print $4}' | cut -d/ -f1", shell=True,
                          capture_output=True, text=True, check=False).stdout.strip()
    if link:
        same("IPv6: a link-local client", curl("-g", url("small.txt", f"[{link}%25v0]")).stdout, small)
    else:
        print("# no link-local address")


# ---- heads ----

def with_heads():
    rows = [
        ("no Host", b"GET /small.txt HTTP/1.1\r\n\r\n", 400), ("two Hosts", get(b"/small.txt", b"Host: y"), 400),
        ("HTTP/0.9", b"GET /small.txt\r\n\r\n", 400), ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\n\n", 400), ("a line that goes on", get(b"/small.txt", b"A: b\r\n c"), 400),
        ("lines that end with LF alone", get(b"/small.txt").replace(b"\r", b""), 200),
        ("an empty line before", b"\r\n" + get(b"/small.txt"), 200),
        ("a head of 8000 bytes", get(b"/small.txt", b"A: " + b"b" * 7800), 200),
        ("a head of 9000 bytes", get(b"/small.txt", b"A: " + b"b" * 9000), 431),
        ("a target of 9000 bytes", get(b"/" + b"a" * 9000), 431), ("DELETE", get(b"/small.txt", method=b"DELETE"), 405),
        ("a method of nobody's", get(b"/small.txt", method=b"BREW"), 405),
        ("a GET with a body", get(b"/small.txt", b"Content-Length: 5") + b"12345", 200),
        ("a body in chunks", get(b"/small.txt", b"Transfer-Encoding: chunked") + b"0\r\n\r\n", 200),
    ]
    for name, data, want in rows:
        answer = talk(data)
        same(f"heads: {name}: {want}", status(answer), want)
    answer = talk(get(b"/small.txt", method=b"PUT", version=b"HTTP/1.1"))
    tap.result(b"\r\nAllow: GET, HEAD\r\n" in answer, "heads: 405 says what is allowed", answer)
    same("heads: one without end is ended", status(talk(b"GET /" + b"a" * 1000000)), 431)
    same("heads: a body that nobody wants", status(talk(get(b"/none", b"Content-Length: 1000000") + b"a" * 1000000)), 404)
    answer = talk(get(b"/small.txt").replace(b"Connection: close\r\n", b"") * 3 + get(b"/none"))
    same("heads: four requests at once are answered in turn", (answer.count(b"200 OK"), answer.count(b"404 Not")), (3, 1))
    answer = talk(get(b"/small.txt").replace(b"Connection: close\r\n", b"") * 500 + get(b"/small.txt"))
    same("heads: 501 requests at once", answer.count(b"200 OK"), 501)
    same("heads: a client that says no more is answered", talk(b"GET /small.txt HTTP/1.0\r\n\r\n", half=True)[9:12], b"200")


# ---- many, slow and rude ones ----

def with_many(big):
    config = os.path.join(folder, "many")
    with open(config, "w", encoding="ascii") as f:
        for i in range(200):
            f.write(f'url = "{url("middle")}"\noutput = "{folder}/out.{i}"\n')
    r = curl("-Z", "--parallel-immediate", "--parallel-max", "200", "-K", config)
    want = hashlib.sha1(big[:300000]).digest()
    good = 0
    for i in range(200):
        with contextlib.suppress(OSError), open(f"{folder}/out.{i}", "rb") as f:
            good += hashlib.sha1(f.read()).digest() == want
        with contextlib.suppress(OSError):
            os.unlink(f"{folder}/out.{i}")
    same("many: 200 clients at once get it whole", good, 200, r.stderr[-300:])


def with_flood(w):
    """Somebody asks, takes nothing, and goes on asking."""
    def memory():
        with open(f"/proc/{w.p.pid}/status", encoding="ascii") as f:
            return next(int(x.split()[1]) for x in f if x.startswith("VmRSS"))

    before, sent, end = memory(), 0, time.time() + 1
    s = open_socket()
    s.setblocking(False)
    while time.time() < end and sent < 100 << 20:
        with contextlib.suppress(BlockingIOError):
            sent += s.send(get(b"/boot.img") * 1000)
    grown = memory() - before
    s.close()
    tap.result(grown < 20000, "flood: what is asked meanwhile is not kept", f"{sent} bytes sent, {grown} kB more held")


def open_socket():
    s = socket.socket()
    s.settimeout(5)
    s.connect(("127.0.0.1", port))
    return s


def ended(s, wait=5.0):
    """What still came before the end; None: no end."""
    s.settimeout(wait)
    got = b""
    try:
        while True:
            more = s.recv(65536)
            if not more:
                return got
            got += more
    except TimeoutError:
        return None
    except ConnectionError:
        return got


def with_limits(small):
    with Served("per_client=4", "connections=8") as w:
        busy = [open_socket() for _ in range(4)]
        for s in busy:
            s.sendall(b"GET /small.txt")
        time.sleep(0.3)
        r = curl("-w", "%{http_code}", url("small.txt"))
        same("limits: one too many of a client is told so", r.stdout[-3:], b"503", r.stderr)
        same("limits: another client is served", curl("--interface", "127.0.0.2", url("small.txt")).stdout, small)
        for s in busy:
            s.close()
        time.sleep(0.2)
        idle = [open_socket() for _ in range(4)]
        r = curl("-w", "%{http_code}", url("small.txt"))
        same("limits: who came just now does not", r.stdout[-3:], b"503", r.stderr)
        time.sleep(1.1)
        same("limits: who says nothing gives way", curl(url("small.txt")).stdout, small)
        same("limits: the longest idle first", ended(idle[0], 1.0), b"")
        for s in idle:
            s.close()
    tap.result(any("- -: 503, Too much" in x for x in w.lines), "limits: and it is told of", *w.lines)


def with_slow_ones(small):
    with Served("head_ms=700", "idle_ms=1200", "stall_ms=1000", "sandbox=report") as w:
        before = w.descriptors()
        s, begun = open_socket(), time.time()
        s.sendall(b"GET /small.txt HTTP/1.1\r\nA: ")
        with contextlib.suppress(OSError):
            while time.time() - begun < 4 and not s.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK):
                pass
        stop = False
        while not stop and time.time() - begun < 4:
            try:
                s.sendall(b"x")
                stop = bool(s.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK))
            except BlockingIOError:
                pass
            except OSError:
                stop = True
            time.sleep(0.05)
        took = time.time() - begun
        tap.result(0.5 < took < 1.5, "slow: a head that trickles in is ended", took)
        same("slow: and told why", status(ended(s)), 408)
        s.close()
        s, begun = open_socket(), time.time()
        same("slow: who says nothing is let go", (ended(s), time.time() - begun < 3), (b"", True))
        s.close()
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.connect(("127.0.0.1", port))
        s.sendall(get(b"/boot.img"))
        time.sleep(3)
        tap.result(w.descriptors() == before, "slow: who takes nothing is let go", w.descriptors(), before)
        s.close()
        same("slow: others are served meanwhile", curl(url("small.txt")).stdout, small)
        # slow, but it takes what it asked for
        r = curl("--limit-rate", "200k", url("middle"))
        same("slow: who takes a little is served", len(r.stdout), 300000, r.stderr)
    tap.result(any("takes too little" in x for x in w.lines), "slow: and it is told of", *w.lines)


# ---- files that change, and the end ----

def limited(name, *words):
    """curl that takes so little that most of the file is still with the server."""
    return subprocess.Popen(["curl", "-sS", "--noproxy", "*", "--limit-rate", "24M", "-m", "20", *words, "-o", os.path.join(folder, "got"), url(name)],
                            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)


def change(how, whole, *words):
    """curl's exit code and what it has, when this is done to the file below it."""
    data = write("changing", whole)
    old = time.time() - 100
    os.utime(path("changing"), (old, old))
    p = limited("changing", *words)
    time.sleep(0.5)
    how()
    p.communicate()
    with open(os.path.join(folder, "got"), "rb") as f:
        got = f.read()
    return p.returncode, got, data


def with_changes(big):
    huge = big * 6  # more than socket buffers hold
    with Served("sandbox=report") as w:
        def replaced():
            write("new", b"n" * len(huge))
            os.rename(path("new"), path("changing"))

        def truncated():
            os.truncate(path("changing"), 1000)

        def grown():
            with open(path("changing"), "ab") as f:
                f.write(b"more")

        def rewritten():
            with open(path("changing"), "r+b") as f:
                f.write(b"n" * len(huge))

        code, got, data = change(replaced, huge)
        tap.result(code == 0 and got == data, "changes: one that is replaced arrives as it was", code, len(got))
        for how in truncated, grown, rewritten:
            code, got, data = change(how, huge)
            tap.result(code != 0 and len(got) < len(data), f"changes: one that is {how.__name__} ends the connection", code, len(got))
        end = len(huge) * 9 // 10
        code, got, data = change(rewritten, huge, "-r", f"0-{end}")
        tap.result(code != 0 and len(got) < end, "changes: a range of one that is rewritten ends it too", code, len(got))
        same("changes: what is served next is the new one", len(curl(url("changing")).stdout), len(huge))
    same("changes: they are told of", sum("the file changed" in x for x in w.lines), 4, *w.lines)


def with_the_end(big):
    huge = write("huge", big * 6)
    for grace, code in ("15000", 0), ("100", 56):
        with Served(f"grace_ms={grace}", "sandbox=report") as w:
            idle = open_socket()
            p = limited("huge")
            time.sleep(0.5)
            w.stop()
            time.sleep(0.2)
            refused = curl(url("small.txt")).returncode
            p.communicate()
        with open(os.path.join(folder, "got"), "rb") as f:
            whole = f.read() == huge
        tap.result((p.returncode, whole, refused, ended(idle)) == (code, not code, 7, b""),
                   f"the end: with {grace} ms", p.returncode, whole, refused, *w.lines)
        idle.close()
    tap.result(any("the server stops" in x for x in w.lines), "the end: what was not finished is told of", *w.lines)


def with_a_taken_port():
    with Served():
        r = subprocess.run([server, root, f"port={port}"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    same("a port that is taken", r.stderr, f"TCP port {port} is taken by another server; 'ss -ltnp sport = :{port}' names it\n")
    r = subprocess.run([server, root + ".none", f"port={port}"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    same("a folder that is not there", r.stderr, f"{root}.none: No such file or directory\n")


def with_one_interface():
    with Served("interface=v0"):
        r = curl(url("small.txt"))
        same("one interface: not on another", r.returncode, 7, r.stderr)
        # the other end of the cable is in a namespace of its own
        with subprocess.Popen(["unshare", "-n", "sleep", "30"]) as other:
            time.sleep(0.3)
            subprocess.run(["ip", "link", "set", "v1", "netns", str(other.pid)], check=True)
            enter = ["nsenter", "-t", str(other.pid), "-n"]
            subprocess.run(["ip", "addr", "add", "10.9.8.1/24", "dev", "v0"], check=True)
            subprocess.run([*enter, "ip", "addr", "add", "10.9.8.2/24", "dev", "v1"], check=True)
            subprocess.run([*enter, "ip", "link", "set", "v1", "up"], check=True)
            r = subprocess.run([*enter, "curl", "-sS", "-m", "5", "--retry", "3", "--retry-all-errors", url("small.txt", "10.9.8.1")],
                               capture_output=True, check=False)
            same("one interface: on that", r.stdout, b"small\n", r.stderr)
            other.terminate()


def main():
    small, big = write("small.txt", b"small\n"), os.urandom(9000000)
    write("boot.img", big)
    write("middle", big[:300000])
    write("empty", b"")
    write("gr\u00fcn", small)
    write("sub/deep/file", b"deep")
    write("9ffefdef/own.txt", b"own")
    with open(os.path.join(folder, "secret"), "w", encoding="ascii") as f:
        f.write("secret")
    os.symlink("small.txt", path("in"))
    os.symlink("../secret", path("out"))
    os.symlink("/etc", path("etc"))
    os.mkfifo(path("pipe"))
    subprocess.run("ip link set lo up; ip link add v0 type veth peer name v1; "
                   "sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.v0.accept_dad=0; ip link set v0 up; ip link set v1 up",
                   shell=True, check=True)
    with Served("per_client=300", "sandbox=report") as w:
        time.sleep(1)
        before = w.descriptors()
        with_curl(small, big)
        with_names(small)
        with_others(small, big)
        with_families(small)
        with_heads()
        with_ipxe(w)
        with_many(big)
        with_flood(w)
        time.sleep(0.5)
        same("nothing stays open", w.descriptors(), before)
    with_limits(small)
    with_slow_ones(small)
    with_changes(big)
    with_the_end(big)
    with_a_taken_port()
    with_one_interface()
    print(f"1..{tap.n}")


try:
    main()
finally:
    shutil.rmtree(folder, True)
