# SPDX-License-Identifier: BSD-2-Clause
check_PROGRAMS += %reldir%/redact_frames
TESTS += %reldir%/audit_files.tap %reldir%/cli.tap %reldir%/redact.tap %reldir%/sandbox.tap %reldir%/serve.tap
EXTRA_DIST += %reldir%/audit_files.expect %reldir%/audit_files.tap %reldir%/cli.tap %reldir%/redact.tap %reldir%/sandbox.tap %reldir%/serve.tap
