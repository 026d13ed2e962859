# SPDX-License-Identifier: BSD-2-Clause
"""bootscope serve as an NFS server, as a user starts it: libnfs, rpcinfo and showmount before it, what it says, what it
refuses, and what it survives. TAP on standard output."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import lab
import serve
from servers import Tap, tail

ours = serve.ours
export = os.path.join(lab.temporary, "nfs")
client_program = os.path.join(os.environ.get("top_builddir", "."), "tests", "e2e", "nfs_client")
many_users = os.stat("/proc/1").st_uid != 65534  # in a namespace of users there is one


def start(wire, *words, out="nfs.out"):
    return serve.Server(wire, "--dhcp", "off", *words, out=out)


def host_of(wire, address="10.9.0.40"):
    host = wire.host()
    host.address(address, 24)
    return host


def say(host, *words, seconds=30):
    """Status and what was said."""
    done = serve.call(host, *words, seconds=seconds)
    return (done.returncode, (done.stdout + done.stderr).decode(errors="replace")) if done else (None, "no end")


def registered(text):
    """Rows of rpcinfo -p: program, version, protocol, port."""
    return {tuple(line.split()[:4]) for line in text.splitlines() if line.split()[:1] and line.split()[0].isdigit()}


wanted = {(p, v, t, port) for p, versions, port in (("100000", "234", "111"), ("100003", "23", "2049"),
                                                    ("100005", "13", "20048"), ("100021", "134", "2049")) for v in versions for t in ("tcp", "udp")}


def programs(tap, wire):
    """What rpcinfo and showmount make of it."""
    server, host = start(wire, "--nfs-root", export), host_of(wire)
    tap.result(server.ready(), "it starts", server.said())
    status, text = say(host, "rpcinfo", "-p", ours)
    tap.result(status == 0 and wanted <= registered(text), "rpcinfo -p lists portmapper, mount, nfs and locks", text)
    status, text = say(host, "rpcinfo", "-s", ours)
    tap.result(status == 0 and re.search(r"100003 +3,2|100003 +2,3", text), "rpcinfo -s: rpcbind 3 and 4", text)
    for transport in ("tcp", "udp"):
        for program, version in (("nfs", "3"), ("nfs", "2"), ("mountd", "1"), ("mountd", "3"), ("nlockmgr", "4")):
            status, text = say(host, "rpcinfo", "-T", transport, ours, program, version)
            tap.result(status == 0 and "ready and waiting" in text, f"{program} {version} answers over {transport}", text)
    status, text = say(host, "rpcinfo", "-T", "tcp", ours, "nfs", "4")
    tap.result(status != 0 and "low version = 2, high version = 3" in text, "version 4 is refused with those there are",
               text)
    status, text = say(host, "showmount", "-e", ours)
    tap.result(status == 0 and export in text and "10.9.0.0" in text, "showmount -e", text)
    status, text = say(host, client_program, ours, export + "/nothing", "0")
    tap.result("not ok 1" in text, "a folder that is not there is not mounted", text)
    tap.result(server.says("/nothing"), "and it says so", server.said())
    status, text = say(host, "nfs-ls", f"nfs://{ours}{export}")
    tap.result(status == 0 and "hello.txt" in text, "nfs-ls", text)
    tap.result(server.says("nfs-mounted"), "a mount is told", server.said())
    status, text = say(host, "showmount", "-a", ours)
    tap.result(status == 0 and f"10.9.0.40:{export}" in text, "showmount -a", text)
    host.end()
    tap.result(server.end() == 0, "it ends", server.said())


def clients(tap, wire):
    """libnfs tries everything, and nothing is found fault with."""
    recorder = lab.Recorder("wire")
    server, host = start(wire, "--nfs-root", export), host_of(wire)
    server.ready()
    os.chmod(export, 0o777)
    for uid in ("0", "1000") if many_users else ("0",):
        status, text = say(host, client_program, ours, export, uid, seconds=60)
        for line in text.splitlines():
            found = re.match(r"(not )?ok \d+ - (.*)", line)
            if found:
                tap.result(not found[1], f"uid {uid}: {found[2]}", text)
        tap.result(status == 0 and re.search(r"^1\.\.\d\d", text, re.M), f"uid {uid}: to the end", status, text)
        shutil.rmtree(os.path.join(export, "t"), ignore_errors=True)
    findings, _ = recorder.findings("nfs.pcap")
    tap.result(not findings, "nothing is found in what was sent", findings)
    host.end()
    server.end()


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def copies(tap, wire):
    """Files go both ways whole."""
    server, host = start(wire, "--nfs-root", export), host_of(wire)
    server.ready()
    big, back = os.path.join(lab.temporary, "big"), os.path.join(lab.temporary, "back")
    with open(big, "wb") as f:
        for _ in range(60):
            f.write(os.urandom(1 << 20))
    there = f"nfs://{ours}{export}/big"
    for title, source, to, result in (("up", big, there, os.path.join(export, "big")), ("down", there, back, back)):
        status, text = say(host, "nfs-cp", source, to)
        tap.result(status == 0 and digest(result) == digest(big), f"{title}: whole", status, text, server.said())
    host.end()
    server.end()


def deaths(tap, wire):
    """What a client had open stays so when the server dies: its responder alone, and all of it."""
    server, host = start(wire, "--nfs-root", export), host_of(wire)
    server.ready()
    for all_of_it in (False, True):
        p = subprocess.Popen(host.enter + [client_program, ours, export, "0", "across"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
        told = []
        while "ready" not in told and (line := p.stdout.readline()):
            told.append(line.strip())
        before = len(server.said())
        if all_of_it:
            server.stop(signal.SIGKILL)
            server.p = server.host.start(lab.bootscope, "serve", "-i", "eth0", "-q", "--dhcp", "off", "--nfs-root", export,
                                         log=server.out)
            good = server.ready()
        else:
            os.kill(server.workers()["nfs"], signal.SIGKILL)
            good = server.says("serves again", 5, before)
        try:
            text = "\n".join(told) + "\n" + p.communicate("go\n", 20)[0]
        except subprocess.TimeoutExpired:
            p.kill()
            text = "no end"
        tap.result(good and text.count("\nok ") == 5 and "not ok" not in text,
                   f"{'all of it' if all_of_it else 'the responder'} is killed: a client goes on", text, server.said())
    host.end()
    server.end()


def exports(tap, wire):
    """Read-only, squashed, of others, by the file."""
    public = os.path.join(lab.temporary, "public")
    os.makedirs(public, exist_ok=True)
    os.chmod(public, 0o755)
    shutil.copy(os.path.join(export, "hello.txt"), public)
    path = os.path.join(lab.temporary, "nfs.conf")
    with open(path, "w") as f:
        f.write(f"[export {export}]\nclients = 10.9.0.40(rw)\n"
                f"[export /public]\nroot = {public}\nclients = 10.9.0.0/24(ro)\n")
    server = start(wire, "--config", path, "--no-watch")
    tap.result(server.ready(), "exports of the file, and nobody watches: it starts", server.said())
    host, other = host_of(wire), host_of(wire, "10.9.0.41")
    status, text = say(host, "nfs-cat", f"nfs://{ours}/public/hello.txt")
    tap.result(status == 0 and text == "hello\n", "an export by another name", text)
    status, text = say(host, "nfs-cp", os.path.join(export, "hello.txt"), f"nfs://{ours}/public/new")
    tap.result(status != 0 and not os.path.exists(os.path.join(public, "new")), "what is read-only is not written", text)
    status, text = say(other, "nfs-ls", f"nfs://{ours}{export}")
    tap.result(status != 0, "what is another's is not mounted", text)
    tap.result(server.says("nfs-refused"), "and that is told", server.said())
    if many_users:
        os.chmod(export, 0o755)
        status, text = say(host, "nfs-cp", os.path.join(export, "hello.txt"), f"nfs://{ours}{export}/new")
        tap.result(status != 0 and not os.path.exists(os.path.join(export, "new")), "root is nobody where it is squashed",
                   text)
        os.chmod(export, 0o777)
    other.end()
    host.end()
    tap.result(server.end() == 0, "it ends", server.said())


def own_folders(tap, wire):
    """A board's own root, and one for all others."""
    common = os.path.join(lab.temporary, "roots")
    first, second = wire.host(), wire.host()
    first.address("10.9.0.51", 24)
    second.address("10.9.0.52", 24)
    for folder in ("", first.mac.replace(":", "-")):
        os.makedirs(os.path.join(common, folder), exist_ok=True)
        with open(os.path.join(common, folder, "whose"), "w") as f:
            f.write(f"of {folder}\n")
    path = os.path.join(lab.temporary, "own.conf")
    with open(path, "w") as f:
        f.write(f"[nfs]\nroot = {common}\nown-folders = yes\n")
    server = start(wire, "--config", path)
    server.ready()
    for host, whose in ((first, first.mac.replace(":", "-")), (second, "")):
        status, text = say(host, "nfs-cat", f"nfs://{ours}{common}/whose")
        tap.result(status == 0 and text == f"of {whose}\n", f"the root of {whose or 'all others'}", text, server.said())
        # the name of a folder that no board of this serial has
        status, text = say(host, "nfs-cat", f"nfs://{ours}{common}/12345678/whose")
        tap.result(status == 0 and text == "of \n", "a path with a serial leads to the one for all", text, server.said())
        host.end()
    server.end()


set_mapping = """
import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 700))
words = [5, 0, 2, 100000, 2, 1, 0, 0, 0, 0] + [int(a) for a in sys.argv[1:]]
s.sendto(struct.pack(">14I", *words), ("127.0.0.1", 111))
s.settimeout(5)
s.recv(100)
"""


def rpcbind(tap, wire):
    """Another program has port 111: it is told."""
    if not shutil.which("rpcbind"):
        return
    lab.sh("mount", "-t", "tmpfs", "none", "/run")
    server_host = wire.host()
    server_host.address(ours, 24)
    server_host.start("rpcbind", "-f", "-w", log="rpcbind.log")
    server_host.listens(111)
    host = host_of(wire)
    # the locks of this machine's own kernel, say
    serve.call(server_host, "python3", "-c", set_mapping, "100021", "3", "6", "4045")
    p = server_host.start(lab.bootscope, "serve", "-i", "eth0", "-q", "--dhcp", "off", "--nfs-root", export,
                          log="beside.out")
    tap.result(server_host.says("beside.out", " serve ready "), "it starts beside rpcbind", tail("beside.out"))
    theirs = ("100021", "3", "tcp", "4045")
    ours_there = {row for row in wanted if row[0] != "100000" and row[:3] != theirs[:3]}
    _, text = say(host, "rpcinfo", "-p", ours)
    tap.result(ours_there <= registered(text), "rpcbind was told of it", text)
    tap.result(theirs in registered(text), "and another's locks stay", text)
    status, text = say(host, "nfs-ls", f"nfs://{ours}{export}")
    tap.result(status == 0 and "hello.txt" in text, "and leads to it", text)
    p.send_signal(signal.SIGINT)
    p.wait(15)
    _, text = say(host, "rpcinfo", "-p", ours)
    tap.result(not ours_there & registered(text), "at its end it is gone from there", text)
    host.end()
    server_host.end()


def refusals(tap, wire):
    """What cannot be is one sentence."""
    host = wire.host()
    host.address(ours, 24)
    taken = host.start("python3", "-c", "import socket, time; s = socket.create_server(('', 2049)); time.sleep(60)",
                       log="taken.log")
    host.waits_for(lambda: "2049" in serve.call(host, "ss", "-ltn").stdout.decode())
    for words, sentence in ((["--nfs-root", "/nowhere/at/all"], "/nowhere/at/all"),
                            (["--nfs-root", os.path.join(export, "hello.txt")], "hello.txt"),
                            (["--nfs-root", export], "2049")):
        status, text = say(host, lab.bootscope, "serve", "-q", "-i", "eth0", "--dhcp", "off", *words)
        tap.result(status in (2, 3) and sentence in text and len(text.splitlines()) == 1,
                   f"serve {' '.join(words)[:24]}: one sentence", status, text)
    tap.result(taken.poll() is None, "what had the port still has it")
    host.end()


def main():
    os.chmod(lab.temporary, 0o755)
    lab.sh("mount", "-t", "tmpfs", "none", "/var/lib")  # what outlives a server, of this test alone
    os.makedirs(export)
    os.chmod(export, 0o777)
    with open(os.path.join(export, "hello.txt"), "w") as f:
        f.write("hello\n")
    tap, wire = Tap(), lab.Wire()
    for name, part in (("programs", programs), ("clients", clients), ("copies", copies), ("deaths", deaths), ("exports", exports),
                       ("own", own_folders), ("rpcbind", rpcbind), ("refusals", refusals)):
        if len(sys.argv) < 2 or name in sys.argv[1:]:
            part(tap, wire)
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
