# SPDX-License-Identifier: BSD-2-Clause
TESTS += %reldir%/cases.tap
EXTRA_DIST += %reldir%/cases.tap %reldir%/list
