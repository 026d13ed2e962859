# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit --patient: boards ask when the real ones do (facts: Pi 4 at 0, 8 and 24 s, then no more until 45 s; the 3B's
ROM every 5 s), and without it the capture says the same. Each on a cable of its own, all at once. TAP on standard output."""

import concurrent.futures
import json
import os
import pty
import subprocess
import sys
import threading
import time

import lab
from servers import Tap

# A model, when it DISCOVERs, and when it gives up.
boards = (
    ("pi4", [0, 8, 24], 45),
    ("pi3b", [0, 5, 10, 15, 20], 25),
    ("u-boot", [0, .25, .75, 1.75, 3.75, 5.75, 7.75, 9.75, 11.75, 13.75, 15.75, 17.75, 19.75, 21.75, 23.75, 25.75], 27.75),
)


def cable(number):
    name, other = f"h{number}", f"g{number}"
    lab.sh("ip", "link", "add", name, "type", "veth", "peer", "name", other)
    lab.sh("ip", "link", "set", name, "up")
    lab.sh("ip", "link", "set", other, "up")
    return name


def seconds(stamp):
    hour, minute, rest = stamp.split("T")[1].rstrip("Z").split(":")
    return int(hour) * 3600 + int(minute) * 60 + float(rest)


def attempt(job):
    number, model, when, gives_up, patient = job
    name, saved = cable(number), os.path.join(lab.temporary, f"{number}.pcapng")
    since = time.monotonic()
    done = subprocess.run([lab.bootscope, "audit", "-i", name, "--json", "--save", saved, *(["--patient"] if patient else []), model],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=110)
    took = time.monotonic() - since
    out = subprocess.run([lab.bootscope, "decode", "--json", saved], capture_output=True, text=True, check=False).stdout
    at = [seconds(json.loads(line)["time"]) for line in out.splitlines() if json.loads(line)["proto"] == "dhcp"]
    at = [(t - at[0]) % 86400 for t in at]
    report = json.loads(done.stdout)
    # later by what a busy machine adds to each
    close = len(at) == len(when) and all(-0.05 < a - w < 2 for a, w in zip(at, when))
    good = close and report["patient"] == patient and report["profiles"][0]["reason"] == "no-offer"
    good = good and (took >= gives_up if patient else took < gives_up * 0.9)
    return good, f"{model}{' --patient' if patient else ''} asks when the real one does", at, took, report["patient"], done.stderr


def terminal(_):
    """On a terminal: how long it may take, who is played, what it waits for, in one line of 80 columns."""
    name = cable(90)
    master, slave = pty.openpty()
    p = subprocess.Popen([lab.bootscope, "audit", "-i", name, "--patient", "u-boot", "pi4"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=slave, text=True)
    os.close(slave)
    said = bytearray()

    def read():
        try:
            while part := os.read(master, 4096):
                said.extend(part)
        except OSError:  # the other end is closed
            pass

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(4)
    p.terminate()
    p.communicate(timeout=60)
    reader.join()
    words = said.decode(errors="replace")
    lines = [part.split("\x1b[K")[-1] for part in words.replace("\n", "\r").split("\r")]
    return ("Where nobody answers this takes 2 min." in words and "1 of 2  u-boot  sends DISCOVER, waits" in words and
            max(map(len, lines)) < 80, "a terminal is told how it goes", words)


def main():
    tap = Tap()
    os.chmod(lab.temporary, 0o755)
    jobs = [(i, *board, False) for i, board in enumerate(boards)] + [(i + 10, *board, True) for i, board in enumerate(boards)]
    with concurrent.futures.ThreadPoolExecutor(8) as crew:
        other = crew.submit(terminal, None)
        for good, name, *why in [*crew.map(attempt, jobs), other.result()]:
            tap.result(good, name, *why)
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
