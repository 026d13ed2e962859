#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# nfs.sh BOOTSCOPE TOOLS-FOLDER: our NFS server, also with --no-watch (unwatched), beside nfs-ganesha with its VFS back end, on
# the same files, with the same clients, by turns, each over the loopback of a network namespace of its own; on a tmpfs and on
# the file system of the folder it is run in. Then the ratios against what is aimed at. Needs root.
# Environment: BENCH_NFS_RUNS (2), the best of which is shown, BENCH_NFS_SECONDS (1.5) of each, BENCH_NFS_FS ("tmpfs here"),
# BENCH_NFS_ARGS: further arguments of serve, BENCH_NFS_WORKS ("read write getattr lookup create").
set -eu
PATH=$PATH:/usr/sbin
if [ -z "${BENCH_NFS_INSIDE-}" ]; then
	if [ "$(id -u)" != 0 ] || ! unshare -nmp --fork true 2>/dev/null; then
		echo "nfs: no namespaces here"
		exit 0
	fi
	BENCH_NFS_INSIDE=yes exec unshare -nmp --fork --mount-proc --kill-child sh "$0" "$@"
fi
program=$1 tools=$2
runs=${BENCH_NFS_RUNS:-2} seconds=${BENCH_NFS_SECONDS:-1.5}
works=${BENCH_NFS_WORKS:-read write getattr lookup create}
mount -t tmpfs none /run # rpcbind's socket, ganesha's file of its process id: away from this machine's own
mkdir -p /run/ganesha /run/tmpfs
if [ -d /var/lib/nfs ]; then
	mount -t tmpfs none /var/lib/nfs
	mkdir -p /var/lib/nfs/ganesha
fi
here=$(mktemp -d "$PWD/nfs-bench.XXXXXX")
pids=''
# shellcheck disable=SC2086
trap '[ -z "$pids" ] || kill $pids 2>/dev/null || :; rm -rf "$here"' EXIT INT TERM

# in a network of its own, with its loopback up; the process stays the one that unshare was
# shellcheck disable=SC2016
up='ip link set lo up; exec "$@"'

# ganesha registers with a rpcbind or refuses to start; without a D-Bus it only complains
start_ganesha() {
	cat >/run/ganesha.conf <<-END
		NFS_CORE_PARAM { Protocols = 3; NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = false; Enable_RQUOTA = false; mount_path_pseudo = false; }
		NFS_KRB5 { Active_krb5 = false; }
		LOG { Default_Log_Level = FATAL; }
		EXPORT { Export_Id = 1; Path = $1; Pseudo = /bench; Protocols = 3; Transports = TCP; Access_Type = RW; Squash = No_Root_Squash; SecType = sys; FSAL { Name = VFS; } }
	END
	unshare -n sh -c 'ip link set lo up; rpcbind -f & sleep 0.3; exec ganesha.nfsd -F -f /run/ganesha.conf -L /run/ganesha.log -p /run/ganesha.pid' >/dev/null 2>&1 &
	ganesha=$!
	pids="$pids $ganesha"
}

start_ours() {
	name=$1 dir=$2
	shift 2
	# shellcheck disable=SC2086
	unshare -n sh -c "$up" sh "$program" serve -i lo --dhcp off --nfs-root "$dir" "$@" ${BENCH_NFS_ARGS-} -q >"/run/$name.log" 2>&1 &
	eval "$name=$!"
	pids="$pids $!"
}
start_bootscope() { start_ours bootscope "$1"; }
start_unwatched() { start_ours unwatched "$1" --no-watch; }

have() {
	case $1 in
	bootscope) "$program" serve --help 2>/dev/null | grep -q nfs-root ;;
	unwatched) "$program" serve --help 2>/dev/null | grep -q no-watch ;;
	ganesha) command -v ganesha.nfsd >/dev/null && command -v rpcbind >/dev/null ;;
	esac
}

pid_of() { eval "echo \"\$$1\""; }

# a server's processes; ganesha's rpcbind is its child and does nothing
tree() {
	echo "$1"
	cat /proc/"$1"/task/*/children 2>/dev/null | tr ' ' '\n' | while read -r child; do [ -z "$child" ] || tree "$child"; done
}

cpu_of() { awk '{ sub(/.*\) /, ""); print ($12 + $13) * 10 }' "/proc/$1/stat" 2>/dev/null || echo 0; }

cpu_ms() {
	sum=0
	for p in $(tree "$1"); do sum=$((sum + $(cpu_of "$p"))); done
	echo "$sum"
}

# of each of its processes, which share what they have not written to; the first of ours is the observer where there is one,
# the largest of the others is the NFS server
memory() {
	for p in $(tree "$(pid_of "$2")"); do echo "$(sed -n 's/^VmHWM:\s*\([0-9]*\).*/\1/p' "/proc/$p/status" 2>/dev/null) $(cpu_of "$p")"; done |
		awk -v fs="$1" -v server="$2" '$1 { cpu += $2; each = each (each ? " + " : "") $1; if (!first) { first = $1; first_cpu = $2 } else if ($1 > most) most = $1 }
			END { printf "%-6s peak memory of %s: %s kB", fs, server, each
				if (server != "ganesha") printf ", of the server itself %d, aim 16384 %s", most, most < 16384 ? "met" : "missed"
				if (server == "bootscope") printf "; the observer took %d %% of the processor time", cpu ? first_cpu * 100 / cpu : 0
				print "" }'
}

ready() {
	for _ in $(seq 100); do
		nsenter -n -t "$(pid_of "$1")" ss -ltn 2>/dev/null | grep -q ':2049 ' && return 0
		kill -0 "$(pid_of "$1")" 2>/dev/null || return 1
		sleep 0.1
	done
	return 1
}

# one SERVER WORK CONNECTIONS FLIGHT: "ops/s MB/s p50 p99 failed client us": client: processors the clients took; us: of the
# server's processor time for an operation
one() {
	pid=$(pid_of "$1")
	before=$(cpu_ms "$pid")
	line=$(nsenter -n -t "$pid" timeout 60 "$tools/nfs_load" 127.0.0.1 20048 2049 "$dir" "$2" "$3" "$4" "$seconds" 131072 "$threads" || :)
	spent=$(($(cpu_ms "$pid") - before))
	echo "$line" | awk -v spent="$spent" '{ printf "%s %s %s %s %s %s %.1f\n", $1, $3, $6, $9, $14, $16, $12 ? spent * 1000 / $12 : 0 }'
}

# load FS WORK CONNECTIONS FLIGHT: both servers by turns; a line of each, and into the list of results
load() {
	threads=1
	[ "$3" = 1 ] || threads=2
	for server in $servers; do : >"/run/best.$server"; done
	for _ in $(seq "$runs"); do
		for server in $servers; do
			one "$server" "$2" "$3" "$4" >>"/run/best.$server"
		done
	done
	for server in $servers; do
		sort -rn "/run/best.$server" | head -n 1 >/run/line
		awk -v fs="$1" -v work="$2" -v conns="$3" -v flight="$4" -v server="$server" '{
			printf "%-6s %-8s %3d x %-3d %-10s %9.0f %8.0f %9.1f %9.1f %8.1f %7s %7s\n", fs, work, conns, flight, server, $1, $2, $3, $4, $7, $6, $5
			print fs, work, conns, flight, server, $1, $7 >>"/run/results" }' /run/line
	done
}

# aim WORK CONNECTIONS RATIO: by every number of requests on their way that was measured
aim() {
	awk -v work="$1" -v conns="$2" -v aim="$3" '
		$2 == work && $3 == conns { v[$1 " " $4, $5] = $6; if ($5 != "ganesha") key[$1 " " $4 " " $5] = 1 }
		END { for (k in key) {
			split(k, f, " ")
			if (!v[f[1] " " f[2], "ganesha"]) continue
			r = v[f[1] " " f[2], f[3]] / v[f[1] " " f[2], "ganesha"]
			printf "%-6s %-8s %3d x %-3d %-10s %6.2f times ganesha, aim %-5s %s\n", f[1], work, conns, f[2], f[3], r, aim, r >= aim ? "met" : "missed" } }' /run/results | sort
}

servers=''
for server in ganesha bootscope unwatched; do
	if have "$server"; then servers="$servers $server"; else echo "nfs: no $server here that serves NFS"; fi
done
printf '%-6s %-8s %-9s %-10s %9s %8s %9s %9s %8s %7s %7s\n' on work 'conn x fl' server ops/s MB/s p50-us p99-us CPU-us client failed
for fs in ${BENCH_NFS_FS:-tmpfs here}; do
	case $fs in
	tmpfs) dir=/run/tmpfs/$$ ;;
	*) dir=$here/$$ ;;
	esac
	mkdir -p "$dir/FILES"
	chmod 755 "$here"
	head -c 67108864 /dev/urandom >"$dir/FILES/big"
	for i in $(seq 0 999); do echo "$i" >"$dir/FILES/$i"; done
	pids='' up_now=''
	for server in $servers; do
		"start_$server" "$dir"
		if ready "$server"; then up_now="$up_now $server"; else echo "nfs: $server does not start on $fs"; fi
	done
	servers=$up_now
	for work in $works; do
		case $work in
		getattr | lookup) deep1=16 deep50=16 ;;
		create) deep1=16 deep50=4 ;;
		*) deep1=8 deep50=4 ;;
		esac
		load "$fs" "$work" 1 1
		load "$fs" "$work" 1 $deep1
		load "$fs" "$work" 50 1
		load "$fs" "$work" 50 $deep50
	done
	for server in $servers; do memory "$fs" "$server"; done
	# shellcheck disable=SC2086
	kill $pids 2>/dev/null || :
	wait
done
[ -s /run/results ] || exit 0
echo
aim read 1 1.2
aim read 50 1.05
aim getattr 1 5
aim getattr 50 8
aim lookup 1 5
aim lookup 50 8
aim create 1 5
aim create 50 5
awk '$2 == "read" { v[$1 " " $3 " x " $4, $5] = $7; if ($5 != "ganesha") key[$1 " " $3 " x " $4 "|" $5] = 1 }
	END { for (k in key) {
		split(k, f, "|")
		if (!v[f[1], "ganesha"]) continue
		r = v[f[1], f[2]] / v[f[1], "ganesha"]
		printf "%-16s %-10s CPU a READ %.2f of ganesha'"'"'s, aim 0.6 %s\n", f[1], f[2], r, r <= 0.6 ? "met" : "missed" } }' /run/results | sort
