# SPDX-License-Identifier: BSD-2-Clause
"""Names in capitals that stay in lines to paste, over all captures here: what is listed in unfilled, and nothing else."""

import glob
import json
import os
import re
import subprocess
import sys

top, program = sys.argv[1:]
names = ("CLIENT MAC OUI SERIAL ADDRESS DHCP TFTP SERVER NEXT SUBNET FILE PATH TEXT COUNT ROUTER MASK ARCH LOADER "
         "FIRST LAST PORT NETWORK NETMASK INTERFACE").replace(" ", "|")
name = re.compile(rf"(?<![A-Za-z0-9_/.-])(?:[A-Z]+-)*(?:{names})(?![A-Za-z0-9_=-])")
# words of menus, not to be filled in
menus = re.compile(r"TFTP Server|DHCP (?:Server|Mode|service|Static)|MAC Address")
remark = re.compile(r"\s*(#|//|<!--)")


def fixes():
    captures = glob.glob(f"{top}/captures/*.pcap") + glob.glob(f"{top}/tests/cases/faults/*.pcap*")
    for capture in sorted(captures):
        p = subprocess.run([program, "analyze", "--json", capture], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, text=True, timeout=60)
        for client in json.loads(p.stdout or '{"clients": []}')["clients"]:
            for boot in client["boots"]:
                for finding in boot["findings"]:
                    for fix in finding["fixes"]:
                        yield os.path.basename(capture), finding["id"], fix["for"], fix["text"]


with open(f"{top}/tests/cases/unfilled") as f:
    listed = {tuple(line.split()[:2]) for line in f if line.strip() and not line.startswith("#")}
seen, braces = {}, []
for capture, finding, dialect, text in fixes():
    lines = "\n".join(line for line in text.splitlines() if not remark.match(line))
    if dialect in ("pfsense", "unifi"):
        lines = menus.sub("", lines)
    for word in name.findall(lines):
        seen.setdefault((finding, word), f"{capture}, {dialect}")
    if re.search(r"\{[a-z]{2,15}\}", text):
        braces.append(f"{capture}, {finding}, {dialect}: {text}")


def verdict(n, wrong, what):
    for line in wrong:
        print(f"# {line}")
    print(f"{'not ok' if wrong else 'ok'} {n} - {what}")


print("1..3")
verdict(1, [f"{k[0]} {k[1]}: {v}" for k, v in sorted(seen.items()) if k not in listed],
        "what a capture shows is filled in")
verdict(2, [f"{k[0]} {k[1]}" for k in sorted(listed) if k not in seen], "what is listed is seen")
verdict(3, braces, "no word in braces is left")
