# SPDX-License-Identifier: BSD-2-Clause
TESTS += %reldir%/golden.tap %reldir%/explain.tap
EXTRA_DIST += %reldir%/golden.tap %reldir%/list %reldir%/expect %reldir%/explain.tap %reldir%/explain

.PHONY: update-golden
update-golden: bootscope
	top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' LC_ALL=C TZ=UTC update=yes sh $(srcdir)/%reldir%/golden.tap >/dev/null
	top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' LC_ALL=C TZ=UTC update=yes sh $(srcdir)/%reldir%/explain.tap >/dev/null
