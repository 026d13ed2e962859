#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The first program of a Linux whose root is by NFS: it lives there, and says how that went as client.sh does. The
# kernel's command line says: mount (options that the root has to have), life (what to try), answers (a folder of the
# machine that runs us, by hostfs).
#
# shellcheck disable=SC2034,SC2154 # for workload.sh; from the command line
export PATH=/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/run
mount -t devtmpfs devtmpfs /dev
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
# shellcheck source=tests/boot/workload.sh
. /boot/workload.sh
title="root of $(uname -r)" folder=/ tree=/boot/tree.tar

remount() { sync && echo 3 >/proc/sys/vm/drop_caches; }

ask() {
	number=$(($(cat /run/asked 2>/dev/null || echo 0) + 1))
	echo $number >/run/asked
	echo "#! $number $*" >/dev/console
	while [ ! -e "/mnt/$number" ]; do sleep 0.05; done
}

mounted() {
	cat /proc/mounts
	grep -q "^[0-9.]*:/.*/root / nfs rw,.*$mount," /proc/mounts
	: >/written
	rm /written
	[ -z "$answers" ] || mount -t hostfs -o "$answers" hostfs /mnt
}

# A package with a link and a program, and then its next version.
part_packages() { check "packages are built, installed, replaced and removed" packages; }
packages() {
	for version in 1.0 1.1; do
		mkdir -p package/DEBIAN package/usr/bin package/usr/share/greet
		printf 'Package: greet\nVersion: %s\nArchitecture: all\nMaintainer: x\nDescription: x\n' $version >package/DEBIAN/control
		printf '#!/bin/sh\necho "greetings %s"\n' $version >package/usr/bin/greet
		chmod 755 package/usr/bin/greet
		ln -sf ../../bin/greet package/usr/share/greet/link
		seq 100000 >package/usr/share/greet/data
		dpkg-deb --root-owner-group -b package greet.deb
		dpkg --force-unsafe-io -i greet.deb
		is "$(greet)" "greetings $version"
	done
	remount
	is "$(dpkg-query -W greet)" "greet	1.1"
	is "$(/usr/share/greet/link)" "greetings 1.1"
	dpkg -r greet
	[ ! -e /usr/bin/greet ]
	rm -r package greet.deb
}

check "the root is by NFS with $mount, for writing" mounted
mkdir /home
folder=/home
# shellcheck disable=SC2046 # words
workload $(echo "$life" | tr , ' ')
rmdir /home
exec /boot/off
