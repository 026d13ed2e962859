# SPDX-License-Identifier: BSD-2-Clause
"""bootscope audit against an earlier report (--diff), and again and again (--watch), while servers change. TAP on standard
output."""

import json
import os
import pty
import queue
import re
import select
import signal
import subprocess
import sys
import threading
import time

import lab
import probe
from probe import full, padded, tftp
from servers import Tap

models = ["pi4", "pi5"]


class Dnsmasq:
    """One machine, whose dnsmasq is configured anew."""

    def __init__(self, wire, address):
        self.host, self.address, self.log = wire.host(), address, f"dnsmasq-{address}.log"
        self.host.address(address, 24)

    def runs(self, lines):
        self.host.stop()
        path = os.path.join(lab.temporary, self.log + ".conf")
        with open(path, "w") as f:
            f.write(probe.head.replace("probe.leases", self.address + ".leases") + lines)
        self.host.start("dnsmasq", "-d", "-C", path, log=self.log)
        return self.host.listens(67)


def audit(*words):
    return subprocess.run([lab.bootscope, "audit", "-i", "c0", "--serial", probe.serial, *words],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=400)


def kept(name, *words):
    """A report in a file, and its exit status."""
    path = os.path.join(lab.temporary, name)
    done = audit("--json", *words)
    with open(path, "w") as f:
        f.write(done.stdout)
    return path, done.returncode


def changes(done):
    d = json.loads(done.stdout) if done.stdout else {"changes": []}
    return [(c["change"], c["what"], c["server"], c["profiles"], c["before"], c["after"]) for c in d["changes"]]


def kinds(done):
    return {c[0] for c in changes(done)}


def diffs(tap, wire, first):
    """What is changed on the server is what the diff names."""
    good = full + tftp + padded
    old, status = kept("old.json", *models)
    tap.result(status == 0, "all is green at first", status)
    done = audit("--diff", old, "--json", *models)
    tap.result(done.returncode == 0 and not changes(done) and json.loads(done.stdout)["changed"] is False,
               "nothing changed", done.stdout, done.stderr)
    done = audit("--diff", old, *models)
    tap.result("c0: nothing changed since" in done.stdout and len(done.stdout.splitlines()) == 1, "and one line says so",
               done.stdout, done.stderr)

    first.runs(full + tftp)
    done = audit("--diff", old, "--json", *models)
    said = changes(done)
    tap.result(done.returncode == 1 and ("verdict", None, None, models, "pass", "fail") in said and
               ("offer", "option-43", "10.9.0.1", models, 'with "Raspberry Pi Boot"', None) in said and
               "dhcp-no-option43" in {c[1] for c in said if c[0] == "finding"} and
               kinds(done) <= {"verdict", "step", "finding", "offer", "result"}, "option 43 is gone", *said, done.stderr)
    text = audit("--diff", old, "pi4").stdout
    tap.result("; now fail: pi4" in text and "old.json (20" in text and "would not boot any more" in text and
               'before: with "Raspberry Pi Boot"' in text, "and so says the text", text)

    first.runs(good + "dhcp-option=66,10.9.0.9\n")
    done = audit("--diff", old, "--json", *models)
    tap.result(("offer", "option-66", "10.9.0.1", models, None, "10.9.0.9") in changes(done), "option 66 is new",
               *changes(done), done.stderr)

    first.runs(full + padded)
    done = audit("--diff", old, "--json", "pi4")
    tap.result(done.returncode == 1 and ("verdict", None, None, ["pi4"], "pass", "fail") in changes(done) and
               "step" in kinds(done) and not kinds(done) & {"server", "server-gone", "offer", "answers-gone"},
               "TFTP is dead, and DHCP as it was", *changes(done), done.stderr)

    first.runs(good)
    second = Dnsmasq(wire, "10.9.0.2")
    second.runs("dhcp-range=10.9.0.150,10.9.0.190,1h\n")
    done = audit("--diff", old, "--json", *models)
    said = changes(done)
    tap.result([c for c in said if c[0] == "server" and c[2] == "10.9.0.2"] and "verdict" not in kinds(done) and
               not [c for c in said if c[2] == "10.9.0.1"], "there is a second server", *said, done.stderr)
    two, _ = kept("two.json", *models)
    second.host.stop()
    done = audit("--diff", two, "--json", *models)
    tap.result([c for c in changes(done) if c[0] == "server-gone" and c[2] == "10.9.0.2"], "and it is gone", *changes(done))
    first.host.stop()
    done = audit("--diff", old, "--json", "pi4")
    said = changes(done)
    tap.result(("verdict", None, None, ["pi4"], "pass", "fail") in said and "server-gone" in kinds(done) and
               ("profile-gone", None, None, ["pi5"], None, None) in said, "nobody answers, and pi5 was not played", *said)
    first.runs(good)
    done = audit("--diff", kept("none.json", *models)[0], "--json", *models)
    tap.result(not changes(done), "what is as it was is no change", *changes(done))


def alike(tap, wire, first):
    """Two servers, one of which is as good as the other: who is first is luck, and ten audits are alike."""
    second = Dnsmasq(wire, "10.9.0.2")
    first.runs(full.replace("dhcp-authoritative\n", "") + tftp + padded)
    for lines, what in (("", "one without boot data"), (padded + tftp, "two that are alike")):
        second.runs("dhcp-range=10.9.0.150,10.9.0.190,1h\n" + lines)
        old, _ = kept("alike.json", *models)
        said = [changes(audit("--diff", old, "--json", *models)) for _ in range(10)]
        tap.result(not any(said), f"two servers, {what}: ten audits without a change", *said)


def sent():
    out = subprocess.run(["ip", "-s", "-j", "link", "show", "c0"], capture_output=True, text=True, check=True).stdout
    return json.loads(out)[0]["stats64"]["tx"]["packets"]


def refused(tap):
    """A file that is none is one sentence, before anything is sent."""
    good = os.path.join(lab.temporary, "old.json")
    with open(good) as f:
        text = f.read()
    bad = {"cut.json": (text[:len(text) // 2], 2, "is no JSON, or damaged"), "empty.json": ("", 2, "is no JSON"),
           "other.json": ('{"schema":"bootscope/1"}', 2, "is no report of"),
           "newer.json": (text.replace("bootscope-audit/1", "bootscope-audit/2"), 2, "newer bootscope"),
           "list.json": ("[" * 5000 + "]" * 5000, 2, "is no "),
           "asked.json": (text.replace('"no_request": false', '"no_request": true'), 2, "--no-request"),
           "others.json": (text.replace('"pi4"', '"pi9"').replace('"pi5"', '"pi8"'), 2, "none of the models"),
           "binary.json": ("\0\1\2\udcff", 2, "is no JSON"), "huge.json": (" " * (9 << 20), 2, "larger than any report")}
    for name, (data, status, words) in bad.items():
        path = os.path.join(lab.temporary, name)
        with open(path, "w", errors="surrogateescape") as f:
            f.write(data)
        before = sent()
        done = audit("--diff", path, *models)
        tap.result(done.returncode == status and words in done.stderr and len(done.stderr.splitlines()) == 1 and
                   not done.stdout and sent() == before, f"--diff {name}: one sentence, nothing is sent",
                   done.returncode, done.stderr, done.stdout)
    for words, sentence, status in ((("--diff", "/nowhere.json"), "/nowhere.json cannot be read", 3),
                                    (("--watch", "5s"), "--watch takes a time of a minute or more", 2),
                                    (("--watch", "infinite"), "--watch takes", 2)):
        done = audit(*words, *models)
        tap.result(done.returncode == status and sentence in done.stderr and len(done.stderr.splitlines()) == 1,
                   f"{' '.join(words)}: one sentence", done.returncode, done.stderr)


class Watch:
    """audit --watch before a terminal, its output a line at a time; SIGUSR1 begins its next audit."""

    def __init__(self, *words):
        self.screen, end = pty.openpty()
        self.p = subprocess.Popen([lab.bootscope, "audit", "-i", "c0", "--serial", probe.serial, "--watch", "1h", *words],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=end, text=True,
                                  preexec_fn=lab.die_with_parent)
        os.close(end)
        self.lines, self.shown, self.all = queue.Queue(), "", ""
        threading.Thread(target=lambda: [self.lines.put(line) for line in self.p.stdout], daemon=True).start()

    def waits(self, seconds=100):
        """Until it says on the terminal when the next audit is."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.screen], [], [], 0.2)[0]:
                self.shown += os.read(self.screen, 4096).decode(errors="replace")
            if re.search(r"c0: unchanged since [-0-9]+ [0-9:]+; next audit at \d\d:\d\d", self.shown):
                self.all, self.shown = self.all + self.shown, ""
                time.sleep(0.2) # for what it printed before
                return True
        return False

    def plays(self, seconds=60):
        """Until an audit is over, and the one that confirms it has not begun."""
        end, tail = time.monotonic() + seconds, ""
        while time.monotonic() < end and not tail.endswith("\r\x1b[K"):
            if select.select([self.screen], [], [], 0.1)[0]:
                tail = (tail + os.read(self.screen, 4096).decode(errors="replace"))[-200:]

    def said(self):
        """Of one audit, and what confirms it."""
        waits = self.waits()
        lines = []
        while not self.lines.empty():
            lines.append(self.lines.get())
        return lines if waits else None

    def again(self):
        self.p.send_signal(signal.SIGUSR1)
        return self.said()

    def ends(self):
        begun = time.monotonic()
        self.p.send_signal(signal.SIGINT)
        self.p.wait(30)
        return time.monotonic() - begun


def watched(tap, first):
    """A change is told once, and its return once."""
    saved = os.path.join(lab.temporary, "watch.pcapng")
    good = full + tftp + padded
    first.runs(good)
    w = Watch("--json", "pi4", "--save", saved)
    said = w.said()
    whole = json.loads(said[0])
    tap.result(len(said) == 1 and whole["schema"] == "bootscope-audit/1" and whole["profiles"][0]["verdict"] == "pass",
               "a watch begins with the report, in a line", *said)
    tap.result(w.again() == [], "and says nothing where nothing changes")
    first.runs(full + padded)
    said = w.again()
    d = json.loads(said[0])
    tap.result(len(said) == 1 and d["schema"] == "bootscope-audit-diff/1" and d["failing"] == ["pi4"], "TFTP dies: told", *said)
    tap.result(w.again() == [], "and told once")
    first.runs(good)
    said = w.again()
    d = json.loads(said[0])
    tap.result(len(said) == 1 and d["failing"] == [] and "verdict" in {c["change"] for c in d["changes"]}, "it is back: told", *said)
    tap.result(w.again() == [], "and told once, too")
    lab.sh("ip", "link", "set", f"p{first.host.number}", "down")
    w.p.send_signal(signal.SIGUSR1)
    w.plays()
    lab.sh("ip", "link", "set", f"p{first.host.number}", "up")
    tap.result(w.said() == [], "a server that is away for one audit is no change")
    took = w.ends()
    tap.result(w.p.returncode == 0 and took < 20, "Ctrl-C ends it, as its last audit did", w.p.returncode, took)
    out = subprocess.run([lab.bootscope, "decode", "--json", saved], capture_output=True, text=True, check=False).stdout
    times = [json.loads(line)["time"] for line in out.splitlines()]
    tap.result(len(times) > 50 and times == sorted(times), "what it saved is one capture that never goes back in time",
               len(times))


def against(tap, first):
    """--watch and --diff: at first against the file; lines for people."""
    old, _ = kept("old.json", "pi4")
    first.runs(full + padded)
    w = Watch("pi4", "--diff", old, "-q")
    tap.result(w.waits(3) is False, "-q: the terminal stays as it is")
    w.p.kill()
    w.p.wait() # the boards are free again
    w = Watch("pi4", "--diff", old)
    text = "".join(w.said())
    tap.result("c0: changes since" in text and "old.json" in text and "; now fail: pi4" in text, "a watch against a report", text)
    first.runs(full + tftp + padded)
    text = "".join(w.again())
    tap.result(re.match(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \S+ c0: changes since 20[-0-9]+ \d\d:\d\d; now pass: pi4\n", text) and
               "would boot now" in text, "tells changes with the time", text)
    for way in ("down", "down", "up"):
        lab.sh("ip", "link", "set", "c1", way)
        time.sleep(0.5)
        tap.result(w.again() == [], f"the cable's other end goes {way}: no change is told")
    tap.result(w.all.count("; the watch goes on") == 1, "but on standard error, once", w.all[-500:])
    w.ends()
    tap.result(w.p.returncode == 0, "and ends as its last audit did", w.p.returncode)


def main():
    tap, wire = Tap(), lab.Wire()
    os.chmod(lab.temporary, 0o755)
    probe.put_files(())
    first = Dnsmasq(wire, "10.9.0.1")
    first.runs(full + tftp + padded)
    if sys.argv[1] == "diff":
        diffs(tap, wire, first)
        refused(tap)
    elif sys.argv[1] == "alike":
        alike(tap, wire, first)
    else:
        watched(tap, first)
        against(tap, first)
    print(f"1..{tap.n}")
    sys.exit(tap.failed > 0)


if __name__ == "__main__":
    main()
