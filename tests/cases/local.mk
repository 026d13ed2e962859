# SPDX-License-Identifier: BSD-2-Clause
cases_taps = %reldir%/altered.tap %reldir%/cases.tap %reldir%/faults.tap %reldir%/unfilled.tap
TESTS += $(cases_taps)
check_PROGRAMS += %reldir%/altered
EXTRA_DIST += $(cases_taps) %reldir%/altered.list %reldir%/list %reldir%/unfilled %reldir%/unfilled.py %reldir%/faults.list %reldir%/faults %reldir%/README.md

.PHONY: update-faults check-altered
update-faults: bootscope
	top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' update=yes sh $(srcdir)/%reldir%/faults.tap >/dev/null

# The same at many more places.
check-slow: check-altered
check-altered: %reldir%/altered
	top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' PARTS=256 sh $(srcdir)/%reldir%/altered.tap >altered.log
	! grep -B 8 '^not ok' altered.log
