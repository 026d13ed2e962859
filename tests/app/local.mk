# SPDX-License-Identifier: BSD-2-Clause
TESTS += %reldir%/cli.tap
EXTRA_DIST += %reldir%/cli.tap
