#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tftp.sh RESPOND TOOLS-FOLDER [BOOTSCOPE]: our TFTP responder beside dnsmasq, tftpd-hpa and atftpd (those that are here), by
# turns, with the same clients and files over the loopback of one namespace; then the ratios that issue 5 aims at. With BOOTSCOPE
# and as root it is `bootscope serve --no-watch`, the worker in its sandbox, and beside it `bootscope serve` with the observer,
# which reads every packet; else RESPOND, the responder alone. Needs root for all of them.
# A quick look: BENCH_TFTP_MB=10 BENCH_TFTP_EACH_MB=1 BENCH_TFTP_RUNS=1, a minute. For figures: as it is, where nothing else
# runs, 6 minutes; where time is short BENCH_TFTP_MB=30 BENCH_TFTP_EACH_MB=2, 3 minutes.
#
# One client takes one block, or window, after the other, so that only one of the two ever works: both have one core, or else
# how long an idle core takes to wake up would be measured (BENCH_TFTP_OWN=yes: the client has a core of its own). Of many
# clients half the cores, from four on, are their own. Datagrams that leave in one call come as one (BENCH_TFTP_GRO=no: do not),
# as through a card that cuts them up.
# Environment: BENCH_TFTP_RUNS (3), of which the medians are shown; BENCH_TFTP_MB (100), of one client; BENCH_TFTP_CLIENTS (200),
# BENCH_TFTP_EACH_MB (4), of each of these; BENCH_TFTP_LOADS: other loads; BENCH_ATFTPD: where atftpd is. It cannot be installed
# beside tftpd-hpa: apt-get download atftpd && dpkg -x atftpd_*.deb FOLDER; BENCH_ATFTPD=FOLDER/usr/sbin/atftpd.
set -eu
if [ -z "${BENCH_TFTP_INSIDE-}" ]; then
	# tftpd-hpa and atftpd change their groups, which a user's namespace forbids
	how=-Urnm
	[ "$(id -u)" != 0 ] || how=-nm
	unshare $how true 2>/dev/null || { echo "tftp: no namespaces here"; exit 0; }
	BENCH_TFTP_INSIDE=yes exec unshare $how --kill-child sh "$0" "$@"
fi
respond=$1 tools=$2 bootscope=${3-}
runs=${BENCH_TFTP_RUNS:-3} mb=${BENCH_TFTP_MB:-100} many=${BENCH_TFTP_CLIENTS:-200} each=${BENCH_TFTP_EACH_MB:-4}
PATH=$PATH:/usr/sbin
atftpd=${BENCH_ATFTPD:-atftpd}
cores=$(nproc)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT INT TERM
ip link set lo up
ip addr add 10.9.9.9/32 dev lo # without one beside 127.0.0.1 tftpd-hpa finds no addresses
mkdir "$tmp/root"
chmod 755 "$tmp" "$tmp/root"
head -c "${mb}000000" /dev/urandom >"$tmp/root/one"
head -c "${each}000000" /dev/urandom >"$tmp/root/many"
printf '[tftp]\ntransfers = 2000\ntransfers-per-client = 2000\n' >"$tmp/conf"
[ "${BENCH_TFTP_GRO-}" = no ] || export TFTP_LOAD_GRO=yes

command_of() {
	case $1 in
	bootscope)
		if have serve; then
			echo "$bootscope serve --no-watch -i lo --dhcp off --tftp-root $tmp/root --config $tmp/conf"
		else
			echo "$respond tftp lo $tmp/root quiet many"
		fi
		;;
	serve) echo "$bootscope serve -i lo -q --dhcp off --tftp-root $tmp/root --config $tmp/conf" ;;
	dnsmasq) echo "dnsmasq -d -C /dev/null -p 0 --enable-tftp --tftp-root=$tmp/root --tftp-max=2000 --user=root --log-facility=/dev/null" ;;
	tftpd-hpa) echo "in.tftpd -L -a 127.0.0.1:69 -u root -s $tmp/root" ;;
	atftpd) echo "$atftpd --daemon --no-fork --user root.root --maxthread 2000 --logfile /dev/null --bind-address 127.0.0.1 $tmp/root" ;;
	esac
}

have() {
	case $1 in
	bootscope) [ -x "$respond" ] ;;
	serve) [ -x "$bootscope" ] && [ "$(id -u)" = 0 ] ;;
	dnsmasq) command -v dnsmasq >/dev/null ;;
	tftpd-hpa) in.tftpd -V 2>/dev/null | grep -q tftp-hpa && [ "$(id -u)" = 0 ] ;;
	atftpd) command -v "$atftpd" >/dev/null && [ "$(id -u)" = 0 ] ;;
	esac
}

servers=''
for server in bootscope dnsmasq tftpd-hpa atftpd serve; do
	if have $server; then servers="$servers $server"; else echo "not here, or not for this user: $server"; fi
done

# CLIENTS BLKSIZE WINDOW SERVER: one load on a server of its own
measure() {
	file=one loads=1 theirs=0 own=''
	[ "$3" = 1 ] || loads=4
	if [ "$1" -gt 1 ]; then
		file=many loads=1
		[ "$cores" -lt 4 ] || theirs=$((cores / 2))
	elif [ -z "${BENCH_TFTP_OWN-}" ]; then
		own='taskset -c 0'
	elif [ "$cores" -ge 4 ]; then
		theirs=1
	fi
	"$tools/spent" "$([ -z "$own" ] && echo $((theirs ? cores - theirs : 0)) || echo 1)" "exec $(command_of "$4") >/dev/null 2>&1" \
		"exec $own $tools/tftp_load 127.0.0.1 69 $file $1 $2 $3 $loads $theirs" >"$tmp/out" 2>/dev/null || :
}

# The same: one run, one line of results. Processes of tftpd-hpa end with their transfers, and nobody waits for them: their
# time is counted in a run for this alone, for it takes time to.
run() {
	gone=''
	if [ "$4" = tftpd-hpa ]; then
		if [ ! -s "$tmp/gone $1 $2 $3" ]; then
			SPENT_GONE=yes
			export SPENT_GONE
			measure "$@"
			unset SPENT_GONE
			sed -n 's/^cpu-ms \([0-9.]*\) .*/\1/p' "$tmp/out" >"$tmp/gone $1 $2 $3"
		fi
		gone=$(cat "$tmp/gone $1 $2 $3")
	fi
	measure "$@"
	tr '\n' ' ' <"$tmp/out" | awk -v row="$1 $2 $3" -v server="$4" -v gone="$gone" \
		'{ for (i = 1; i < NF; i++) v[$i] = $(i + 1); if ("cpu-ms" in v)
			print row, server, $1, v["median"], v["p99"], gone ? gone : v["cpu-ms"], v["kB-before"], v["kB-most"], v["failed"], v["window"],
				v["newest-before"], v["newest-most"] }' >>"$tmp/results"
}

loads=${BENCH_TFTP_LOADS:-"1 512 1,1 1468 1,1 512 4,1 1468 4,1 512 8,1 1468 8,1 512 16,1 1468 16,$many 512 1,$many 1468 1,$many 1468 8"}
: >"$tmp/results"
IFS=,
for load in $loads; do
	unset IFS
	for _ in $(seq "$runs"); do
		for server in $servers; do
			# whose window is 1 here too is shown once
			[ "${load##* }" = 1 ] || ! grep -q "^$load $server .* 1\$" "$tmp/results" || continue
			before=$(wc -l <"$tmp/results")
			# shellcheck disable=SC2086
			run $load "$server"
			[ "$(wc -l <"$tmp/results")" -gt "$before" ] || echo "no figures: $load $server"
		done
	done
done

awk '
function median(key,   n, i, j, t, v) {
	n = split(all[key], v, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
	return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}
function best(row,   i, m) {
	m = 0
	for (i = 1; i <= n_servers; i++)
		if (server[i] != "bootscope" && server[i] != "serve" && median(row " " server[i] " 5") > m)
			m = median(row " " server[i] " 5")
	return m
}
function ratio(what, ours, theirs, aim, least) {
	if (theirs == "" || theirs + 0 == 0 || ours == "") return
	printf "%-62s %7.2f  aim %s %-5s %s\n", what, ours / theirs, least ? ">=" : "<=", aim,
		(least ? ours / theirs >= aim : ours / theirs <= aim) ? "met" : "missed"
}
{
	row = $1 " " $2 " " $3
	if (!(row in seen)) { seen[row] = 1; loads[++n_loads] = row }
	if (!($4 in known)) { known[$4] = 1; server[++n_servers] = $4 }
	for (i = 5; i <= 10; i++) all[row " " $4 " " i] = all[row " " $4 " " i] " " $i
	failed[row " " $4] += $11
	window[row " " $4] = $12
	runs[row " " $4]++
	if ($10 > most[row " " $4]) most[row " " $4] = $10
	if ($4 == "bootscope") {
		failures += $11
		if (!idle || $13 < idle) idle = $13
		if ($1 == 1 && $14 > one) one = $14
		if ($1 > 1 && $14 > peak) { peak = $14; n = $1 }
	}
}
END {
	printf "\n%-26s %-10s %8s %9s %9s %9s %8s %7s\n", "clients x blksize, window", "server", "MB/s", "median ms", "p99 ms", "CPU ms", "kB", "failed"
	for (l = 1; l <= n_loads; l++) for (i = 1; i <= n_servers; i++) {
		row = loads[l]; key = row " " server[i]
		if (!runs[key]) continue
		split(row, part, " ")
		printf "%-26s %-10s %8.1f %9.1f %9.1f %9.1f %8d %7d%s\n", part[1] " x " part[2] ", " part[3], server[i], median(key " 5"),
			median(key " 6") * 1000, median(key " 7") * 1000, median(key " 8"), most[key], failed[key],
			window[key] != part[3] ? "  (window " window[key] ")" : ""
	}
	print ""
	for (l = 1; l <= n_loads; l++) {
		row = loads[l]; split(row, part, " ")
		name = part[1] " x " part[2] ", window " part[3]
		ours = row " bootscope"
		if (!runs[ours]) continue
		if (part[1] > 1) {
			ratio(name ": MB/s to the best peer", median(ours " 5"), best(row), 1.2, 1)
			ratio(name ": p99 to median", median(ours " 7"), median(ours " 6"), 1.1, 0)
		} else if (part[3] == 1)
			ratio(name ": MB/s to the best peer", median(ours " 5"), best(row), 1.0, 1)
		else
			ratio(name ": MB/s to atftpd", median(ours " 5"), median(row " atftpd 5"), 2.5, 1)
		if (part[3] == 1)
			ratio(name ": CPU to dnsmasq", median(ours " 8"), median(row " dnsmasq 8"), 0.8, 0)
		if (part[3] == 8)
			ratio(name ": CPU to atftpd", median(ours " 8"), median(row " atftpd 8"), 0.35, 0)
	}
	if (one && n > 1)
		printf "memory of the worker alone: %d kB idle, %d kB with one transfer, %d kB with %d (%.1f kB each)\n", idle, one, peak, n, (peak - one) / (n - 1)
	if (n) ratio("memory of the worker to 2 MB and 4 kB a transfer", peak, 2048 + 4 * n, 1.0, 0)
	printf "%-62s %7d  aim == 0     %s\n", "transfers that failed", failures, failures ? "missed" : "met"
}' "$tmp/results"
