# SPDX-License-Identifier: BSD-2-Clause
"""What src/edge/nfs_look.h makes of NFS roots: of our own server's, good and bad ones, and of nobody. TAP on standard
output."""

import os
import shutil
import sys
import time

import lab
import serve
from servers import Tap

ours = serve.ours
export = os.path.join(lab.temporary, "nfs")
program = os.path.join(os.environ.get("top_builddir", "."), "tests", "e2e", "nfs_look")
steps = ("rpcbind", "exports", "mount", "fsinfo", "init", "fstab")


def fill(init="/usr/sbin/../lib/init", fstab="proc /proc proc defaults 0 0\n"):
    """A root whose /sbin is a link, as systems have it, and its init an absolute one."""
    os.makedirs(export, exist_ok=True)
    for name in os.listdir(export):  # the folder itself stays: it is exported
        path = os.path.join(export, name)
        if os.path.islink(path):
            os.unlink(path)
        else:
            shutil.rmtree(path)
    for folder in ("usr/sbin", "usr/lib", "etc"):
        os.makedirs(os.path.join(export, folder))
    os.symlink("usr/sbin", os.path.join(export, "sbin"))
    if init:
        os.symlink(init, os.path.join(export, "usr/sbin/init"))
    with open(os.path.join(export, "usr/lib/init"), "w") as f:
        f.write("#!/bin/sh\n")
    os.chmod(os.path.join(export, "usr/lib/init"), 0o755)
    if fstab is not None:
        with open(os.path.join(export, "etc/fstab"), "w") as f:
            f.write(fstab)


def look(host, *words, server=ours, path=None):
    """Status, outcomes by step, all that was printed."""
    done = serve.call(host, program, server, path or export, *words, seconds=30)
    if not done:
        return None, {}, "no end"
    text = (done.stdout + done.stderr).decode(errors="replace")
    rows = {line.split()[0]: line.split()[1] for line in text.splitlines() if line.split()[:1] and line.split()[0] in steps}
    return done.returncode, rows, text


def expect(tap, host, what, status, wanted, *words, **where):
    got, rows, text = look(host, *words, **where)
    tap.result(got == status and all(rows.get(step) == key for step, key in wanted.items()), what, got, text)
    return text


def roots(tap, wire, host):
    fill()
    server = serve.Server(wire, "--dhcp", "off", "--nfs-root", export, out="look.out")
    tap.result(server.ready(), "a server starts", server.said())
    fine = dict.fromkeys(steps, "fine")
    text = expect(tap, host, "a good root, its init behind two links", 0, fine)
    tap.result(export in text and "/sbin/init" in text, "and says what it found", text)
    done = serve.call(host, "showmount", "-a", ours) if shutil.which("showmount") else None
    tap.result(not done or "10.9.0.40:" not in done.stdout.decode(), "no mount is left behind", done)
    expect(tap, host, "with ports of nfsroot=, rpcbind is not asked", 0, {**fine, "rpcbind": "not-tried"}, "port=2049",
           "mountport=20048")
    expect(tap, host, "proto=udp", 0, fine, "proto=udp")
    expect(tap, host, "vers=2 of a server that has it", 0, fine, "vers=2")
    text = expect(tap, host, "a path that is no export", 1, {"mount": "no-such-export", "exports": "not-listed",
                                                             "init": "not-tried"}, path="/nowhere")
    tap.result("mount-no-such-export | MNT3ERR_NOENT" in text, "the status has its name, and a finding", text)
    expect(tap, host, "init= that is there", 0, fine, "init=/usr/lib/init")
    expect(tap, host, "init= that is not there", 1, {"init": "no-init"}, "init=/bin/nothing")
    expect(tap, host, "init= that is a folder", 1, {"init": "init-unfit"}, "init=/etc")
    expect(tap, host, "ways out of the root lead nowhere else", 0, fine, "init=/../../sbin/../../../sbin/init")
    fill(init="init")
    expect(tap, host, "a link to itself is no init", 1, {"init": "no-init", "fstab": "not-tried"})
    fill(init=None)
    expect(tap, host, "no init", 1, {"init": "no-init"})
    fill(fstab=None)
    expect(tap, host, "no fstab", 0, {"fstab": "no-fstab"})
    fill(fstab="# comment\nPARTUUID=1234-01 /boot/firmware vfat defaults 0 2\n")
    text = expect(tap, host, "a line of an SD card", 1, {"fstab": "fstab-sd-card"})
    tap.result("PARTUUID=1234-01 /boot/firmware" in text, "is shown", text)
    fill(fstab="/dev/mmcblk0p1 /boot vfat defaults,nofail 0 2\n" + f"{ours}:{export} / nfs defaults 0 0")
    expect(tap, host, "a card that may be missing, the root itself", 0, {"fstab": "fine"})
    fill(fstab="10.9.0.77:/x / nfs defaults 0 0\n")
    expect(tap, host, "another server", 0, {"fstab": "fstab-other-server"})
    fill(fstab="\n" * 20000 + "\0\x1b[31m" + "x" * 3000)
    expect(tap, host, "an fstab of rubbish", 0, {"fstab": "fine"})
    tap.result(server.end() == 0, "it ends", server.said())


def nobody(tap, host, empty):
    expect(tap, host, "nothing listens", 1, {"rpcbind": "rpcbind-refused", "mount": "not-tried"}, server=empty)
    expect(tap, host, "nothing listens at the ports named", 1, {"mount": "mountd-no-answer"}, "port=2049", "mountport=20048",
           server=empty)
    expect(tap, host, "no way to it", 1, {"rpcbind": "unreachable"}, server="10.77.0.1")


def silent(tap, wire, host):
    """A port that takes connections and says nothing; others that talk nonsense."""
    mute = wire.host()
    mute.address("10.9.0.60", 24)
    said = {"silence": "", "a length of 2 GB": "ffffffff" * 64, "zeros": "00" * 4096,
            "an answer to nobody's question": "80000018" + "12345678" + "00000001" + "00" * 16}
    code = ("import socket,sys\ns=socket.create_server(('',int(sys.argv[1])))\nkept=[]\nfor data in sys.argv[2:]:\n"
            " kept.append(s.accept()[0])\n kept[-1].sendall(bytes.fromhex(data))\ns.accept()\n")
    for port, words, wanted in ((111, (), {"rpcbind": "rpcbind-no-answer", "mount": "not-tried"}),
                                (2049, ("vers=4",), {"mount": "nfs-no-answer", "init": "not-tried"})):
        mute.start("python3", "-c", code, str(port), *said.values(), log="mute.log")
        for _ in range(100):
            if f":{port} " in serve.call(mute, "ss", "-ltn").stdout.decode():
                break
            time.sleep(0.1)
        for name in said:
            began = time.monotonic()
            expect(tap, host, f"port {port}: {name}: does not answer", 1, wanted, *words, server="10.9.0.60")
            tap.result(time.monotonic() - began < 20, "in its time", time.monotonic() - began)
    mute.end()


def main():
    os.chmod(lab.temporary, 0o755)
    lab.sh("mount", "-t", "tmpfs", "none", "/var/lib")
    tap, wire = Tap(), lab.Wire()
    host, empty = wire.host(), wire.host()
    host.address("10.9.0.40", 24)
    empty.address("10.9.0.50", 24)
    roots(tap, wire, host)
    nobody(tap, host, "10.9.0.50")
    silent(tap, wire, host)
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
