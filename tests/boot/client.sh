#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The first program of a User-mode Linux whose root is this machine's, read only (hostfs).
#
#   client.sh JOB      a file of commands: it sets server, export, answers and tree, and calls the functions below
#
# What it says is TAP for the harness, but for lines "#! NUMBER WORDS": something is asked for, and the file NUMBER in
# the folder $answers says that it was done.
# shellcheck disable=SC2034,SC2154 # for workload.sh; from the job
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/run
here=${0%/*}
python=$here/scribble.py
# shellcheck source=tests/boot/workload.sh
. "$here/workload.sh"
folder=/ title=client

# start ADDRESS [MODULE...]: the system, and the network.
start() {
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t tmpfs tmpfs /run
	mkdir /run/nfs /run/other
	ip link set lo up
	address=$1
	ip addr add "$1/24" dev vec0
	ip link set vec0 up
	shift
	for module in "$@"; do
		insmod "$module" || echo "# $module: refused"
	done
}

ask() {
	number=$(($(cat /run/asked 2>/dev/null || echo 0) + 1))
	echo $number >/run/asked
	echo "#! $number $*" >/dev/console
	while [ ! -e "$answers/$number" ]; do sleep 0.05; done
}

# By the kernel itself, as it mounts its root.
mount_nfs() { mount -i -t nfs -o "addr=$server,$1" "$server:$export" "$2"; }
mount_both() { mount_nfs "$options" /run/nfs && mount_nfs "$options,nosharecache" /run/other; }
remount() { umount /run/nfs && umount /run/other && mount_both; }

# use NAME OPTIONS PART...: the parts, in a directory of that name on a mount with these options.
use() {
	title=$1 there=/run/nfs/$1 other=/run/other/$1 options=$2
	shift 2
	check "mounted with $options, and beside that once more" mount_both
	[ "$rc" -eq 0 ] || return 0
	mkdir -p "$there"
	folder=$there
	workload "$@"
	folder=/
	check "nothing is left" rmdir "$there"
	check "unmounted" eval 'umount /run/other && umount /run/nfs'
}

# exported NAME OPTIONS TEST...: on a mount of another export, which the harness has made.
exported() {
	export=$1 options=$2
	shift 2
	mount_nfs "vers=3,nolock,$options" /run/other
	(cd /run/other && "$@")
	umount /run/other
}
read_only() {
	is "$(cat f)" f
	# what ACCESS says makes that the client's own word
	fails "cannot create" sh -c 'echo x >>f'
	fails "Read-only file system" mkdir d
	fails "Read-only file system" rm f
	fails "Read-only file system" chmod 777 f
}
squashed() {
	echo x >open/f
	mkdir open/d
	is "$(stat -c %u:%g open/f open/d | uniq)" 4242:4343
	fails "Permission denied" sh -c 'echo x >>f'
	fails "Operation not permitted" chown 0 open/f
	rm -r open/?
}
exports() {
	title=exports
	check "of an export for reading nothing is changed" exported /read-only rw read_only
	check "in one that is squashed everybody is nobody" exported /squashed rw squashed
	python3 "$python" statd /run/statd &
	until [ -e /run/statd ]; do sleep 0.05; done
	check "who mounts with locks and wants one is told at once that there are none" \
		exported /squashed/open lock python3 "$python" no_locks f
	check "a folder inside of an export is mounted" exported /read-only/open rw is . .
	check "what is not there is not mounted" fails "does not exist" exported /read-only/not-there rw true
	check "nor what is not exported" fails "" exported /etc rw true
	check "nor what is beside it" fails "" exported /read-only/../../etc rw true
}

off() { exec python3 -c 'import ctypes; ctypes.CDLL(None).reboot(0x4321fedc)'; }

# shellcheck source=/dev/null
. "$1"
off
