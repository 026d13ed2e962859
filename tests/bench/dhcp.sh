#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# dhcp.sh BOOTSCOPE: DHCP exchanges (DISCOVER to ACK) of `serve --dhcp full` beside dnsmasq and Kea (those that are here),
# each in turn before the same perfdhcp on a veth pair, in one run. Every lease is written to the lease file before its ACK,
# by all of them, and none asks for an address before it is offered (Kea cannot, dnsmasq does not under such a load); only
# "bootscope,probing" does, which is how it is set unless told otherwise: an offer takes half a second.
# Dropped: exchanges without an answer; unread: answers for which perfdhcp had no room, which are not its server's fault.
# bootscope twice: the process that answers, and all of it, with the observer that shows every packet. Needs perfdhcp.
# Environment: BENCH_DHCP_RATES ("4000 8000"), BENCH_DHCP_SECONDS (5), BENCH_DHCP_SERVERS (all of them).
set -eu
bootscope=$1
PATH=$PATH:/usr/sbin
if [ -z "${BENCH_DHCP_INSIDE-}" ]; then
	command -v perfdhcp >/dev/null || { echo "dhcp: perfdhcp is not installed"; exit 0; }
	how=-Urnm
	[ "$(id -u)" != 0 ] || how=-nm
	unshare $how true 2>/dev/null || { echo "dhcp: no namespaces here"; exit 0; }
	BENCH_DHCP_INSIDE=yes exec unshare $how --kill-child sh "$0" "$@"
fi
rates=${BENCH_DHCP_RATES:-4000 8000} seconds=${BENCH_DHCP_SECONDS:-5}
tmp=$(mktemp -d)
server='' far=''
# shellcheck disable=SC2015
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || :; [ -z "$far" ] || kill "$far" 2>/dev/null || :; rm -rf "$tmp"' EXIT INT TERM
ip link set lo up
unshare -n sleep 1000 &
far=$!
until [ "$(readlink /proc/self/ns/net)" != "$(readlink "/proc/$far/ns/net")" ]; do sleep 0.05; done
on_far() { nsenter -t "$far" -n -- "$@"; }
ip link add near type veth peer name far netns "$far"
ip addr add 10.9.0.1/16 dev near
ip link set near up
on_far ip link set lo up
on_far ip addr add 10.9.255.1/16 dev far
on_far ip link set far up
sleep 1

cat >"$tmp/bootscope.conf" <<-END
	[serve]
	interface = near
	[dhcp]
	mode = full
	clients = all
	authoritative = yes
	range = 10.9.0.10-10.9.250.250,255.255.0.0,1h
	lease-file = $tmp/leases
	probe = no
END
sed 's/^probe = no/probe = yes/' "$tmp/bootscope.conf" >"$tmp/probing.conf"
cat >"$tmp/kea.conf" <<-END
	{ "Dhcp4": { "interfaces-config": { "interfaces": [ "near" ] }, "valid-lifetime": 3600,
	"lease-database": { "type": "memfile", "persist": true, "name": "$tmp/leases", "lfc-interval": 0 },
	"subnet4": [ { "subnet": "10.9.0.0/16", "pools": [ { "pool": "10.9.0.10 - 10.9.250.250" } ] } ],
	"loggers": [ { "name": "kea-dhcp4", "severity": "ERROR", "output_options": [ { "output": "$tmp/kea.log" } ] } ] } }
END

have() {
	case $1 in
	bootscope*) [ -x "$bootscope" ] ;;
	kea) command -v kea-dhcp4 >/dev/null ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

start() {
	rm -f "$tmp"/leases*
	case $1 in
	bootscope) "$bootscope" serve --config "$tmp/bootscope.conf" -q >/dev/null 2>"$tmp/said" & ;;
	bootscope,*) "$bootscope" serve --config "$tmp/probing.conf" -q >/dev/null 2>"$tmp/said" & ;;
	dnsmasq) dnsmasq -d -C /dev/null -p 0 -i near --no-ping --dhcp-range=10.9.0.10,10.9.250.250,255.255.0.0,1h \
		--dhcp-authoritative --dhcp-leasefile="$tmp/leases" --dhcp-lease-max=70000 --quiet-dhcp --user=root >/dev/null 2>"$tmp/said" & ;;
	kea) KEA_PIDFILE_DIR=$tmp KEA_LOCKFILE_DIR=$tmp kea-dhcp4 -c "$tmp/kea.conf" >/dev/null 2>"$tmp/said" & ;;
	esac
	server=$!
	sleep 3
	kill -0 "$server" 2>/dev/null
}

# the process that answers, and those below a process
answers() {
	for p in $(below "$server"); do
		[ "$(cat "/proc/$p/comm")" != bootscope-dhcp ] || { echo "$p"; return; }
	done
	echo "$server"
}
below() {
	echo "$1"
	tr ' ' '\n' <"/proc/$1/task/$1/children" | while read -r child; do below "$child"; done
}

# of processes with their threads, in microseconds; and the largest that they were, in kB
cpu() {
	for p in "$@"; do cat "/proc/$p/task/"*/schedstat; done | awk '{ n += $1 } END { printf "%d\n", n / 1000 }'
}
memory() {
	for p in "$@"; do cat "/proc/$p/status"; done | awk '/^VmHWM/ { n += $2 } END { print n }'
}

# answers that came to perfdhcp and found no room in its own socket
# shellcheck disable=SC2016
unread() { on_far awk '/^Udp:/ { n = $6 } END { print n }' /proc/net/snmp; }

# NAME RATE MICROSECONDS KB UNREAD: a line of the table from the two lists of statistics of perfdhcp, and one for the ratios
line() {
	awk -v name="$1" -v rate="$2" -v spent="$3" -v kb="$4" -v unread="$5" -v seconds="$seconds" -v out="$tmp/ratios" '
		/^sent packets/ { sent[++part] = $3 }
		/^received packets/ { received[part] = $3 }
		/^avg delay/ { delay += $3 }
		END {
			drops = sent[1] - received[1] + sent[2] - received[2] - unread
			drops = drops > 0 ? drops : 0
			us = received[2] ? spent / received[2] : 0
			printf "%6d/s %-22s %11.0f %8d %6d %8.2f %9.1f %8.1f %8.1f\n",
				rate, name, received[2] / seconds, drops, unread, spent / 1e6, us, kb / 1000, delay
			print rate, name, drops, sent[1], us >>out
		}' "$tmp/perf"
}

printf '%-31s %11s %8s %6s %8s %9s %8s %8s\n' 'offered, by' exchanges/s dropped unread CPU-s us/lease peak-MB delay-ms
for rate in $rates; do
	for name in ${BENCH_DHCP_SERVERS:-bootscope bootscope,probing dnsmasq kea}; do
		have "$name" || continue
		start "$name" || { echo "$name does not start: $(tail -n 1 "$tmp/said")"; server=''; continue; }
		pids=$(below "$server") one=$(answers)
		# shellcheck disable=SC2086
		before=$(cpu $pids) before_one=$(cpu "$one") lost=$(unread)
		# perfdhcp says by its status that something was dropped, which is in the table
		on_far timeout 60 perfdhcp -4 -B -l far -r "$rate" -R 60000 -p "$seconds" -W 1000000 >"$tmp/perf" 2>&1 || :
		grep -q '^sent packets' "$tmp/perf" || echo "perfdhcp failed: $(tail -n 1 "$tmp/perf")"
		# shellcheck disable=SC2086
		spent=$(($(cpu $pids) - before)) spent_one=$(($(cpu "$one") - before_one))
		lost=$(($(unread) - lost))
		line "$name" "$rate" "$spent_one" "$(memory "$one")" "$lost"
		# shellcheck disable=SC2086
		[ "$name" != bootscope ] || line 'bootscope+observer' "$rate" "$spent" "$(memory $pids)" "$lost"
		kill "$server"
		wait "$server" 2>/dev/null || :
		server=''
	done
done

echo
awk '
	function word(good) { return good ? "met" : "missed" }
	{ us[$1, $2] = $5 }
	$2 == "bootscope" { rate[++n] = $1; drops[n] = $3 }
	END {
		for (i = 1; i <= n; i++) {
			r = rate[i]
			printf "%6d/s: %d dropped (aim: none): %s\n", r, drops[i], word(!drops[i])
			kea = us[r, "kea"]
			if (kea)
				printf "%6d/s: CPU a lease %.2f of that of Kea (aim 0.35): %s; with the observer %.2f\n", r,
					us[r, "bootscope"] / kea, word(us[r, "bootscope"] <= 0.35 * kea), us[r, "bootscope+observer"] / kea
		}
	}' "$tmp/ratios"
