#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tftp.sh RESPOND TOOLS-FOLDER: our TFTP responder beside dnsmasq and tftpd-hpa (those that are here), each in turn with
# the same clients, file and loopback, in one run. Columns: MB a second, CPU the server took (ms), failed transfers.
# Environment: BENCH_TFTP_RUNS (3): of each the best is shown.
set -eu
if [ -z "${BENCH_TFTP_INSIDE-}" ]; then
	# tftpd-hpa changes its groups, which a user's namespace forbids
	how=-Urnm
	[ "$(id -u)" != 0 ] || how=-nm
	unshare $how true 2>/dev/null || { echo "tftp: no namespaces here"; exit 0; }
	BENCH_TFTP_INSIDE=yes exec unshare $how --kill-child sh "$0" "$@"
fi
respond=$1 tools=$2 runs=${BENCH_TFTP_RUNS:-3}
PATH=$PATH:/usr/sbin
tmp=$(mktemp -d)
pid=''
# shellcheck disable=SC2015
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || :; rm -rf "$tmp"' EXIT INT TERM
ip link set lo up
ip addr add 10.9.9.9/32 dev lo # without one beside 127.0.0.1 tftpd-hpa finds no addresses
mkdir "$tmp/root"
chmod 755 "$tmp" "$tmp/root"
head -c 20000000 /dev/urandom >"$tmp/root/kernel8.img"

start() {
	case $1 in
	bootscope) "$respond" tftp lo "$tmp/root" quiet many >/dev/null & ;;
	dnsmasq) dnsmasq -d -C /dev/null -p 0 --enable-tftp --tftp-root="$tmp/root" --tftp-max=2000 --user=root --log-facility=/dev/null >/dev/null 2>&1 & ;;
	tftpd-hpa) in.tftpd -L -a 127.0.0.1:69 -u root -s "$tmp/root" >/dev/null 2>&1 & ;;
	esac
	pid=$!
	sleep 0.5
	kill -0 "$pid" 2>/dev/null
}

# of the server and of the children that it waited for, in ticks of 10 ms
cpu() { awk '{ sub(/.*\) /, ""); print ($12 + $13 + $14 + $15) * 10 }' "/proc/$pid/stat"; }

have() {
	case $1 in
	bootscope) [ -x "$respond" ] ;;
	tftpd-hpa) in.tftpd -V 2>/dev/null | grep -q tftp-hpa && [ "$(id -u)" = 0 ] ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

printf '%-36s %-12s %9s %9s %7s\n' 'clients x blksize, window' server MB/s CPU-ms failed
for load in '1 512 1 2' '1 1468 1 5' '50 1468 1 1' '1 1468 8 5' '50 1468 8 1'; do
	# shellcheck disable=SC2086
	set -- $load
	for server in bootscope dnsmasq tftpd-hpa; do
		have $server || continue
		best='' took='' failed=''
		for _ in $(seq "$runs"); do
			start $server || { pid=''; break; }
			before=$(cpu)
			line=$("$tools/tftp_load" 127.0.0.1 69 kernel8.img "$1" "$2" "$3" "$4" || :)
			sleep 0.2
			spent=$(($(cpu) - before))
			kill "$pid"
			wait "$pid" 2>/dev/null || :
			pid=''
			rate=${line%% *}
			if [ -z "$best" ] || awk -v a="$rate" -v b="$best" "BEGIN { exit !(a > b) }"; then
				best=$rate took=$spent failed=${line##* }
			fi
		done
		[ "$server" != tftpd-hpa ] || took=- # its children's is not in its own
		[ -z "$best" ] || printf '%-36s %-12s %9s %9s %7s\n' "$1 x $2, $3" $server "$best" "$took" "$failed"
	done
done
