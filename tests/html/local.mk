# SPDX-License-Identifier: BSD-2-Clause
TESTS += %reldir%/overflow.tap %reldir%/pcapng.tap
EXTRA_DIST += %reldir%/overflow.tap %reldir%/pcapng.tap
