#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bench.sh BOOTSCOPE TOOLS-FOLDER: packets per second and peak memory of analyze and decode beside tcpdump,
# tshark, a counting libpcap loop and a bare walk, on one generated capture, in one run.
# Environment: BENCH_MB (550), BENCH_BOARDS (200), BENCH_RUNS (3), BENCH_FILE (kept when given).
set -eu
bootscope=$1 tools=$2
mb=${BENCH_MB:-550} boards=${BENCH_BOARDS:-200} runs=${BENCH_RUNS:-3}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT INT TERM
file=${BENCH_FILE:-$tmp/boots.pcap}
[ -s "$file" ] || "$tools/gen_boots" "$boards" "$mb" >"$file"
packets=$("$tools/count_loop" "$file")
part=$tmp/part.pcap
head -c 40000000 "$file" >"$part"
part_packets=$("$tools/count_loop" "$part" 2>/dev/null)
# the bases the issue of this bench names; every figure is the best of the runs, in this run
printf '%s packets, %s MB, %s boards; best of %s runs\n\n' "$packets" "$(($(wc -c <"$file") / 1000000))" "$boards" "$runs"
printf '%-44s %10s %12s %10s\n' what ns/packet packets/s 'peak MB'

# one NAME PACKETS COMMAND...: the quickest of the runs, wall clock, and the largest resident set
one() {
	name=$1 count=$2
	shift 2
	best=
	for _ in $(seq "$runs"); do
		"$tools/timed" "$@" >/dev/null 2>"$tmp/t" || :
		line=$(tail -n 1 "$tmp/t")
		ns=${line% *}
		if [ -z "$best" ] || [ "$ns" -lt "${best% *}" ]; then best=$line; fi
	done
	awk -v name="$name" -v n="$count" -v b="$best" 'BEGIN {
		split(b, v, " ")
		printf "%-44s %10.0f %12.0f %10.1f\n", name, v[1] / n, n * 1e9 / v[1], v[2] / 1000 }'
}

have() { command -v "$1" >/dev/null 2>&1; }
cat "$file" >/dev/null
one 'bare walk over the headers' "$packets" "$tools/bare_walk" "$file"
one 'libpcap loop that counts' "$packets" "$tools/count_loop" "$file"
one 'bootscope analyze' "$packets" "$bootscope" analyze "$file"
if have tcpdump; then one 'tcpdump -w /dev/null' "$packets" tcpdump -r "$file" -w /dev/null; fi
one 'bootscope decode (part)' "$part_packets" "$bootscope" decode "$part"
if have tcpdump; then one 'tcpdump -nn (part)' "$part_packets" tcpdump -nn -r "$part"; fi
if have tshark; then one 'tshark -q -z io,phs (part)' "$part_packets" tshark -r "$part" -q -z io,phs; fi
