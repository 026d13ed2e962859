#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# enter PROGRAM... -- SCRIPT ARGUMENTS...: runs a Python script of this folder as root of namespaces of its own, from
# which nothing gets out. Where a program is missing, or the kernel refuses, that is said and nothing is tried.

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

enter() {
	[ "${BOOTSCOPE_E2E-yes}" != no ] || skip "BOOTSCOPE_E2E is no"
	PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
	export PATH
	while [ "$1" != -- ]; do
		command -v "$1" >/dev/null || skip "no $1"
		shift
	done
	shift
	for p in python3 ip unshare nsenter timeout; do
		command -v $p >/dev/null || skip "no $p"
	done
	: "${namespaces:=-Urnm}"
	unshare "$namespaces" ip link add t0 type veth peer name t1 2>/dev/null ||
		skip "no namespaces: unshare $namespaces and a veth pair are refused here"
	: "${top_srcdir:=.}"
	[ -x "${top_builddir:=.}/bootscope" ] || skip "bootscope was not built"
	"$top_builddir/bootscope" --version | grep -q '^compressed captures:.*gz' || skip "no zlib, and the captures are packed"
	script=$top_srcdir/tests/e2e/$1
	shift
	PYTHONDONTWRITEBYTECODE=1 exec timeout -k 2 "${seconds:=120}" unshare "$namespaces" --kill-child python3 "$script" "$@"
}
