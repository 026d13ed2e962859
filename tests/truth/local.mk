# SPDX-License-Identifier: BSD-2-Clause
truth_taps = %reldir%/cases.tap %reldir%/survive.tap %reldir%/truth.tap
TESTS += $(truth_taps)
EXTRA_DIST += $(truth_taps) tests/truth-exceptions
