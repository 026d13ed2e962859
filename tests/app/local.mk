# SPDX-License-Identifier: BSD-2-Clause
TESTS += %reldir%/cli.tap %reldir%/sandbox.tap
EXTRA_DIST += %reldir%/cli.tap %reldir%/sandbox.tap
