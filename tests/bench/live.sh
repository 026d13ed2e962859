#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# live.sh BOOTSCOPE TOOLS-FOLDER: the live capture beside tcpdump -w /dev/null, on a veth pair in a network namespace of its
# own, through a storm of generated boots: CPU time a frame that was sent, and what the kernel dropped. Needs root.
# Environment: LIVE_RATES (frames a second: "20000 80000 200000"), LIVE_SECONDS (5), LIVE_RUNS (3).
set -eu
bootscope=$1 tools=$2
if [ -z "${LIVE_INSIDE-}" ]; then
	command -v tcpdump >/dev/null || { echo "live: tcpdump is not installed"; exit 0; }
	unshare -n true 2>/dev/null || { echo "live: no network namespace can be made here (run as root)"; exit 0; }
	LIVE_INSIDE=1 exec unshare -n sh "$0" "$@"
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$tools/gen_boots" 50 100 >"$tmp/boots.pcap"
ip link add near type veth peer name far
ip link set near up
ip link set far up
sleep 1

# one RATE NAME COMMAND...: watches far while the storm comes in at near
one() {
	rate=$1 name=$2
	shift 2
	"$@" >"$tmp/out" 2>&1 &
	pid=$!
	sleep 1
	before=$(cut -d' ' -f1 /proc/$pid/schedstat)
	"$tools/storm" "$tmp/boots.pcap" near "$rate" "${LIVE_SECONDS:-5}" >"$tmp/sent"
	sleep 1
	after=$(cut -d' ' -f1 /proc/$pid/schedstat)
	kill -INT $pid
	wait $pid || :
	dropped=$(sed -n -e 's/^\([0-9]*\) packets dropped by kernel.*/\1/p' -e 's/.* dropped \([0-9]*\) frames.*/\1/p' "$tmp/out" |
		awk '{ n += $1 } END { print n + 0 }')
	awk -v rate="$rate" -v name="$name" -v ns="$((after - before))" -v dropped="$dropped" \
		'{ printf "%8d/s  %-24s %6.0f ns a frame %10d of %d dropped\n", rate, name, ns / $1, dropped, $1 }' "$tmp/sent"
}

for rate in ${LIVE_RATES:-20000 80000 200000}; do
	for _ in $(seq "${LIVE_RUNS:-3}"); do
		one "$rate" 'tcpdump -w /dev/null' tcpdump -i far -n -w /dev/null
		one "$rate" 'bootscope -q' "$bootscope" -i far -q
	done
done
