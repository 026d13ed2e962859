# SPDX-License-Identifier: BSD-2-Clause
lint_taps = \
	%reldir%/banned.tap \
	%reldir%/covered.tap \
	%reldir%/findings.tap \
	%reldir%/headers.tap \
	%reldir%/layers.tap \
	%reldir%/manual.tap \
	%reldir%/pure.tap \
	%reldir%/style.tap \
	%reldir%/tables.tap \
	%reldir%/unit.tap \
	$(NULL)
TESTS += $(lint_taps)
EXTRA_DIST += $(lint_taps) %reldir%/lint.sh docs/findings.md
check_PROGRAMS += %reldir%/findings_page
%canon_reldir%_findings_page_LDADD = libcore.a

.PHONY: update-findings
update-findings: %reldir%/findings_page
	./%reldir%/findings_page >$(srcdir)/docs/findings.md
AM_TESTS_ENVIRONMENT += HAVE_CMOCKA='$(have_cmocka)'; export HAVE_CMOCKA;
AM_TESTS_ENVIRONMENT += EDGE_CFLAGS='$(EDGE_CFLAGS)'; export EDGE_CFLAGS; CMOCKA_CFLAGS='$(CMOCKA_CFLAGS)'; export CMOCKA_CFLAGS;

# The lint taps are part of make check; this adds the tools a build does not need.
lint: all
	@top_srcdir='$(top_srcdir)' LINT_FLAGS='$(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(EDGE_CFLAGS) $(CMOCKA_CFLAGS)' \
		$(SHELL) $(srcdir)/%reldir%/lint.sh
	@$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(lint_taps)'
.PHONY: lint
