# SPDX-License-Identifier: BSD-2-Clause
"""A small Debian in a folder, from the packages that this machine has, as somebody's root by NFS would be."""

import os
import re
import shutil
import subprocess


def closure(wanted):
    """These packages, and all that they depend on of what is installed."""
    rows = subprocess.run(["dpkg-query", "-W", "-f", "${Package}\t${Provides}\t${Pre-Depends}, ${Depends}\n"], check=True,
                          capture_output=True, text=True).stdout
    depends, provides = {}, {}
    for row in rows.splitlines():
        package, provided, needs = row.split("\t")
        depends[package] = [w for w in re.split(r"[,|]", needs) if w.strip()]
        for name in (package, *provided.split(",")):
            provides.setdefault(name.split("(")[0].strip(), package)
    found, todo = set(), list(wanted)
    while todo:
        package = provides.get(todo.pop().split("(")[0].split(":")[0].strip())
        if package and package not in found:
            found.add(package)
            todo += depends[package]
    return found


def make(root, packages):
    """Without what is only read by people, and without what dpkg knows of them."""
    os.makedirs(os.path.join(root, "usr"))
    for link in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink("/" + link):
            os.symlink(os.readlink("/" + link), os.path.join(root, link))
            os.makedirs(os.path.join(root, os.readlink("/" + link)), exist_ok=True)
    paths = subprocess.run(["dpkg", "-L", *sorted(closure(packages))], check=True, capture_output=True, text=True).stdout
    for path in sorted(set(paths.splitlines())):
        to = root + path
        if re.match(r"/usr/share/(doc|man|locale|info|perl|lintian)/|/\.$", path) or os.path.lexists(to):
            continue
        if os.path.isdir(path):
            os.makedirs(to, exist_ok=True)
        elif os.path.lexists(path):
            shutil.copy2(path, to, follow_symlinks=False)
    for folder in ("dev", "mnt", "proc", "sys", "run", "tmp", "var/lib/dpkg/info", "var/lib/dpkg/updates", "var/log", "etc"):
        os.makedirs(os.path.join(root, folder), exist_ok=True)
    for path, words in (("var/lib/dpkg/status", ""), ("etc/passwd", "root:x:0:0::/:/bin/sh\n"), ("etc/group", "root:x:0:\n")):
        with open(os.path.join(root, path), "w") as f:
            f.write(words)
    for link in ("cc", "awk"):  # update-alternatives' links are no package's
        if os.path.lexists("/etc/alternatives/" + link):
            os.symlink(os.path.realpath("/etc/alternatives/" + link), os.path.join(root, "usr/bin", link))
