# SPDX-License-Identifier: BSD-2-Clause
TESTS += %reldir%/golden.tap
EXTRA_DIST += %reldir%/golden.tap %reldir%/list %reldir%/expect

.PHONY: update-golden
update-golden: bootscope
	top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' LC_ALL=C TZ=UTC update=yes sh $(srcdir)/%reldir%/golden.tap >/dev/null
