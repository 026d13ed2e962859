#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# kernels.sh FOLDER: what tests/boot boots, from Debian's packages, none of which is installed. What is there stays.
#
#   uml            User-mode Linux with uml.config, built from Debian's source: about four minutes of one processor,
#                  1.6 GB of room while it is built
#   vmlinuz        Debian's kernel for virtual machines
#   modules/       those of its modules that the network and NFS need, and "order", that of loading them
#   busybox        Debian's static one
#
# Needs apt-get, a compiler, make, flex, bison and bc.
set -eu
# each behind those that it wants
modules='virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover virtio_net
sunrpc grace lockd nfs_acl netfs fscache nfs nfsv2 nfsv3'
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/kernels.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"

# get PACKAGE: unpacked, in a folder of this name.
get() {
	echo "kernels: $1"
	apt-get -q download "$1" >log 2>&1 || {
		cat log >&2
		exit 1
	}
	dpkg -x "$1"_*.deb "$1"
	rm "$1"_*.deb
}

# The package that has the present version of what this one stands for.
present() { apt-cache depends "$1" | sed -n 's/^ *Depends: //p' | head -n 1; }

if [ ! -x "$folder/busybox" ]; then
	get busybox-static
	cp busybox-static/bin/busybox "$folder/"
fi
if [ ! -e "$folder/vmlinuz" ]; then
	image=$(present linux-image-cloud-amd64)
	get "$image"
	mkdir -p "$folder/modules"
	for name in $modules; do
		find "$image/lib/modules" -name "$name.ko" -exec cp {} "$folder/modules/" \;
	done
	echo "$modules" >"$folder/modules/order"
	cp "$image"/boot/vmlinuz-* "$folder/vmlinuz"
fi
if [ ! -x "$folder/uml" ]; then
	source=$(present linux-source)
	get "$source"
	tar -xf "$source/usr/src/$source.tar.xz"
	jobs=$(getconf _NPROCESSORS_ONLN)
	echo "kernels: building User-mode Linux, log in $folder/log"
	{
		make -C "$source" O="$work/uml" ARCH=um KCONFIG_ALLCONFIG="$here/uml.config" allnoconfig
		timeout 600 make -C "$source" O="$work/uml" ARCH=um -j"$jobs"
	} >"$folder/log" 2>&1 || {
		tail -n 20 "$folder/log" >&2
		exit 1
	}
	strip -o "$folder/uml" "$work/uml/linux"
fi
