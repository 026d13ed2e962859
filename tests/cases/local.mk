# SPDX-License-Identifier: BSD-2-Clause
TESTS += %reldir%/cases.tap %reldir%/faults.tap
EXTRA_DIST += %reldir%/cases.tap %reldir%/list %reldir%/faults.tap %reldir%/faults.list %reldir%/faults %reldir%/README.md

.PHONY: update-faults
update-faults: bootscope
	top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' update=yes sh $(srcdir)/%reldir%/faults.tap >/dev/null
