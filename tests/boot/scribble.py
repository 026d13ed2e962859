# SPDX-License-Identifier: BSD-2-Clause
"""scribble.py WHAT FILE...: what a shell cannot do to the files of a mount, each function below. What is not as it should
be ends it with a word."""

import errno
import fcntl
import mmap
import os
import random
import signal
import socket
import struct
import sys
import threading
import time


def scribble(path, count, direct=""):
    """Random operations, each done to the file and to memory. The same ones each time."""
    chance, limit, model = random.Random(int(count)), 1 << 20, bytearray()
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | (os.O_DIRECT if direct else 0), 0o644)
    page = mmap.mmap(-1, limit)  # O_DIRECT wants memory that begins with a page
    for number in range(int(count)):
        what, at, n = chance.randrange(7), chance.randrange(limit), chance.randrange(1, 150000)
        n = min(n, limit - at)
        if what <= 1:
            data = chance.randbytes(n)
            page[:n] = data
            assert os.pwritev(fd, [memoryview(page)[:n]], at) == n
            model.extend(bytes(max(0, at - len(model))))
            model[at:at + n] = data
        elif what <= 3:
            got = os.preadv(fd, [memoryview(page)[:n]], at)
            assert page[:got] == model[at:at + n], f"{number}: {n} bytes at {at} read {got}, and other ones"
        elif what == 4:
            os.ftruncate(fd, at)
            model[at:] = bytes(max(0, at - len(model)))
        elif what == 5 and len(model) and not direct:
            with mmap.mmap(fd, len(model)) as m:
                at = chance.randrange(len(model))
                n = min(n, len(model) - at)
                assert m[at:at + n] == model[at:at + n], f"{number}: {n} bytes at {at} in the mapping"
                m[at:at + n] = model[at:at + n] = chance.randbytes(n)
        elif what == 6:
            os.close(fd)
            fd = os.open(path, os.O_RDWR | (os.O_DIRECT if direct else 0))
        assert os.fstat(fd).st_size == len(model), f"{number}: size {os.fstat(fd).st_size}, not {len(model)}"
    os.fsync(fd)
    os.close(fd)
    with open(path, "rb") as f:
        assert f.read() == model, "the whole file, at the end"


def mapping(path):
    with open(path, "wb") as f:
        f.truncate(9000001)
    with open(path, "r+b") as f, mmap.mmap(f.fileno(), 0) as m:
        for at in range(0, len(m) - 16, 12345):
            m[at:at + 16] = b"%016d" % at
        m.flush()
    with open(path, "rb") as f:
        data = f.read()
    assert len(data) == 9000001
    for at in range(0, len(data) - 16, 12345):
        assert data[at:at + 16] == b"%016d" % at, at


def together(children, work):
    """How often work() gave something in so many processes at once."""
    pids, (begin, go), (count, report) = [], os.pipe(), os.pipe()
    for _ in range(children):
        pid = os.fork()
        if pid == 0:
            os.close(go)
            os.read(begin, 1)
            if work():
                os.write(report, b"x")
            os._exit(0)
        pids.append(pid)
    os.close(go)
    for pid in pids:
        assert os.waitpid(pid, 0)[1] == 0
    os.close(report)
    with os.fdopen(count, "rb") as f:
        return len(f.read())


def exclusive(path, rounds):
    def create():
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640))
            return True
        except FileExistsError:
            return False

    os.umask(0)
    for _ in range(int(rounds)):
        winners = together(4, create)
        assert winners == 1, f"{winners} created it"
        found = os.stat(path)
        # an exclusive CREATE keeps its verifier in the times (RFC 1813 3.3.8): they and the mode must be put right
        assert found.st_mode & 0o7777 == 0o640 and abs(found.st_mtime - time.time()) < 100, found
        os.unlink(path)


def locks(path):
    with open(path, "w") as f:
        fcntl.lockf(f, fcntl.LOCK_EX)

        def locked():
            with open(path, "r+") as g:
                try:
                    fcntl.lockf(g, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return True
                except OSError as e:
                    assert e.errno in (errno.EAGAIN, errno.EACCES), e
                    return False

        assert together(3, locked) == 0
        fcntl.lockf(f, fcntl.LOCK_UN)
        assert together(1, locked) == 1


def statd(ready):
    """Stands in for rpcbind and rpc.statd of this machine, which its kernel asks before it asks a server for a lock."""
    with socket.create_server(("127.0.0.1", 111)) as listening:
        with open(ready, "w"):
            pass
        while True:
            threading.Thread(target=answer_rpc, args=listening.accept()[:1], daemon=True).start()


def answer_rpc(connection):
    portmap = {1: [1], 2: [1], 3: [111]}  # SET, UNSET, GETPORT
    with connection, connection.makefile("rb") as f:
        while len(mark := f.read(4)) == 4:
            call = f.read(struct.unpack(">I", mark)[0] & 0x7FFFFFFF)
            xid, _, _, program, version, procedure = struct.unpack_from(">6I", call)
            words = [xid, 1, 0, 0, 0, 0]
            if program == 100024:
                words += [0, 1]  # SM_MON: done, state 1
            elif version == 2:
                words += portmap.get(procedure, [])
            else:
                words[5:] = [2, 2, 2]  # there is only this version
            connection.sendall(struct.pack(f">{1 + len(words)}I", 0x80000000 | 4 * len(words), *words))


def no_locks(path):
    """Who wants one is told so: the kernel neither waits nor pretends."""
    signal.alarm(60)
    with open(path, "w") as f:
        for lock in (fcntl.lockf, fcntl.flock):
            try:
                lock(f, fcntl.LOCK_EX)
                assert False, "it was locked"
            except OSError as e:
                assert e.errno == errno.ENOLCK, e


def unlink(folder, count):
    """Removes so many while it lists them, each once."""
    gone, seen = int(count), set()
    with os.scandir(folder) as entries:
        for entry in entries:
            assert entry.name not in seen, f"{entry.name} is listed twice"
            seen.add(entry.name)
            if gone:
                os.unlink(entry.path)
                gone -= 1
    assert not gone and len(seen) == 10000, len(seen)


def listing(folder, beside):
    """What is there all the time is listed once, whatever comes and goes by another mount."""
    seen, number = [], 0
    with os.scandir(folder) as entries:
        for entry in entries:
            seen.append(entry.name)
            if len(seen) % 50 == 0:
                number += 1
                os.close(os.open(f"{beside}/new-{number}", os.O_CREAT | os.O_WRONLY))
                os.unlink(f"{beside}/{number}")
    stayed = {str(n) for n in range(number + 1, 1001)}
    assert stayed <= set(seen), sorted(stayed - set(seen))
    assert len(seen) == len(set(seen)), "something is listed twice"
    assert len(os.listdir(beside)) == 1000


def turns(path, lock, count, name):
    """Appends so many lines, each while it holds the lock, which is a directory."""
    end = time.monotonic() + 100
    for number in range(int(count)):
        while True:
            try:
                os.mkdir(lock)
                break
            except FileExistsError:
                assert time.monotonic() < end, "the lock never came free"
                time.sleep(0.001)
        with open(path, "a") as f:
            f.write(f"{name} {number}\n")
        os.rmdir(lock)


def turned(path, count, *names):
    with open(path) as f:
        lines = f.read().splitlines()
    for name in names:
        assert [x for x in lines if x.startswith(name + " ")] == [f"{name} {n}" for n in range(int(count))], lines
    assert len(lines) == int(count) * len(names), lines


def stale(path, beside):
    fd = os.open(path, os.O_RDONLY)
    os.unlink(beside)
    with open(beside, "w") as f:
        f.write("new\n")
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    try:
        os.pread(fd, 4096, 200000)
        assert False, "it is still read"
    except OSError as e:
        assert e.errno == errno.ESTALE, e


globals()[sys.argv[1]](*sys.argv[2:])
