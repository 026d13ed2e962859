#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs libFuzzer targets for FUZZ_SECONDS each, FUZZ_JOBS at a time; what they find stays in
# tests/fuzz/found/<target> of the build. Exit 1 and the log when one of them fails.
set -u
: "${FUZZ_SECONDS:=30}" "${FUZZ_JOBS:=2}" "${FUZZ_MAX_LEN:=4096}" "${top_srcdir:=.}"

one() {
	name=$(basename "$1")
	name=${name#fuzz_}
	found=tests/fuzz/found/$name
	mkdir -p "$found/corpus"
	if "$1" -max_total_time="$FUZZ_SECONDS" -max_len="$FUZZ_MAX_LEN" -rss_limit_mb=1024 \
		-malloc_limit_mb=512 -timeout=10 -print_final_stats=1 -artifact_prefix="$found/" \
		"$found/corpus" "$top_srcdir/tests/fuzz/corpus/$name" >"$found/log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$found/log")
		echo "ok - $name, $runs runs"
	else
		echo "not ok - $name: see $found"
		tail -n 60 "$found/log"
		return 1
	fi
}

# Called again by itself, once a target.
if [ "${1-}" = --one ]; then
	one "$2"
	exit
fi
for t; do
	"$t" -help=1 2>&1 | grep -q max_total_time || {
		echo "$t is not linked with libFuzzer: configure CC=clang --enable-fuzzers" >&2
		exit 2
	}
done
export FUZZ_SECONDS FUZZ_JOBS FUZZ_MAX_LEN top_srcdir
printf '%s\n' "$@" | xargs -n 1 -P "$FUZZ_JOBS" sh "$0" --one
