# SPDX-License-Identifier: BSD-2-Clause
truth_taps = %reldir%/cases.tap %reldir%/survive.tap %reldir%/truth.tap
TESTS += $(truth_taps)
EXTRA_DIST += $(truth_taps) tests/truth-exceptions

# Hours of a core: every capture there is, cut at every 97th byte. Configure with --enable-sanitizers.
EXTRA_PROGRAMS += %reldir%/cut_sweep
.PHONY: check-slow
check-slow: %reldir%/cut_sweep
	find $(srcdir)/captures $(srcdir)/tests/cases $(srcdir)/../shared/captures -name '*.pcap*' -o -name '*.cap*' -o -name '*.snoop*' 2>/dev/null | \
		sort | xargs -n 16 -P 4 ./%reldir%/cut_sweep
