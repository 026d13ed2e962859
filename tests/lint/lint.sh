#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# make lint: the tools that are not needed to build. One that is not installed is skipped with a
# word; REQUIRE_TOOLS=1 makes that a failure. Run in the build folder; CPPFLAGS come from make.
set -u
: "${top_srcdir:=.}" "${LINT_JOBS:=2}" "${LINT_FLAGS:=}" "${CLANG_FORMAT:=clang-format}" "${CLANG_TIDY:=clang-tidy}"
format_version=14
failed=0

have() {
	command -v "$1" >/dev/null 2>&1 && return 0
	echo "lint: $1 is not installed: skipped"
	[ "${REQUIRE_TOOLS-}" != 1 ] || failed=1
	return 1
}

verdict() {
	if [ "$1" -eq 0 ]; then
		echo "lint: $2: clean"
	else
		echo "lint: $2: see above"
		failed=1
	fi
}

sources() {
	find "$top_srcdir/src" "$top_srcdir/dissectors" "$top_srcdir/tui" "$top_srcdir/tests" \
		-name '*.c' "$@" | sort
}

tidy() {
	# shellcheck disable=SC2016 # for the inner shell
	sources | xargs -n 4 -P "$LINT_JOBS" sh -c 'tool=$1 flags=$2; shift 2; "$tool" --quiet "$@" -- $flags 2>/dev/null' \
		tidy "$CLANG_TIDY" "-std=c11 -D_GNU_SOURCE $LINT_FLAGS"
}

check() {
	cppcheck --quiet --std=c11 --enable=warning,portability,performance --error-exitcode=1 --inline-suppr \
		--suppress=missingInclude --suppress=unmatchedSuppression -j "$LINT_JOBS" -DHAVE_ZLIB=1 -DHAVE_ZSTD=1 \
		-I "$top_srcdir/src/base" -I "$top_srcdir/dissectors" -I "$top_srcdir/src/boot" \
		-I "$top_srcdir/src/redact" -I "$top_srcdir/src/diagnose" -I "$top_srcdir/src/edge" -I "$top_srcdir/src/report" -I "$top_srcdir/src/site" \
		-I "$top_srcdir/src/app" -I "$top_srcdir/src/explain" -I "$top_srcdir/tui" "$top_srcdir/src" "$top_srcdir/dissectors" "$top_srcdir/tui"
}

shells() {
	for f in "$top_srcdir"/setup "$top_srcdir"/.ci/run "$top_srcdir"/tests/*/*.tap "$top_srcdir"/tests/*/*.sh \
		"$top_srcdir"/captures/gen/*.sh; do
		[ ! -f "$f" ] || echo "$f"
	done | xargs shellcheck -x -P "$top_srcdir"
}

if have "$CLANG_FORMAT"; then
	case $("$CLANG_FORMAT" --version) in
	*" version $format_version."*)
		sources -o -name '*.h' | xargs "$CLANG_FORMAT" --dry-run -Werror --style=file
		verdict $? format
		;;
	*) echo "lint: format is checked with clang-format $format_version only: skipped" ;;
	esac
fi
if have "$CLANG_TIDY"; then
	tidy
	verdict $? tidy
fi
if have cppcheck; then
	check
	verdict $? cppcheck
fi
if have shellcheck; then
	shells
	verdict $? shellcheck
fi
exit $failed
