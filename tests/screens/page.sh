#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# docs/screens.md on standard output: the panes that tests/screens expects, and the table of keys. With "manual" as
# argument: docs/bootscope.1 with the section on keys made anew.
: "${top_srcdir:=.}" "${top_builddir:=.}"
here=$top_srcdir/tests/screens
draw=$top_builddir/tests/screens/draw

if [ "${1-}" = manual ]; then
	sed '/^\.\\" keys: made by tests\/screens\/page.sh/q' "$top_srcdir/docs/bootscope.1"
	"$draw" --keys mdoc
	sed -n '/^\.\\" keys end/,$p' "$top_srcdir/docs/bootscope.1"
	exit
fi

cat <<-END
	# The screens

	Made by \`make update-screens\` from captures of this tree: what a terminal of 80 columns and 24 rows shows. A test holds
	this page to the program. \`bootscope -r captures/three-pis-denied-and-no-kernel.pcap\` is a way to try them.

	Arrows or \`hjkl\` move, Enter goes in, Esc goes back, \`?\` is the help of each screen. Marks carry the meaning, colours only
	repeat it: ✔ done, ▶ under way, ✖ stopped here, · not yet, – not needed or not seen. \`NO_COLOR\` switches colours off, a
	locale without UTF-8 makes everything ASCII. \`y\` copies a fix by OSC 52, which terminals may forbid and tmux allows with
	\`set -g set-clipboard on\`; to mark text with the mouse hold Shift.
END
grep -v '^#' "$here/docs" | while IFS='|' read -r entry heading; do
	keys=$(sed -n "s/^$entry|[^|]*|\([^|]*\).*/\1/p" "$here/list")
	[ "$keys" = - ] && keys='at the start' || keys="keys: \`$keys\`"
	printf '\n## %s\n\n%s, %s\n\n```\n' "$heading" \
		"$(sed -n "s/^$entry|\([^|]*\)|.*/\1/p" "$here/list")" "$keys"
	cat "$here/expect/$entry-80x24"
	printf '```\n'
done
printf '\n## Keys\n'
"$draw" --keys md
