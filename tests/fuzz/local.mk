# SPDX-License-Identifier: BSD-2-Clause
# One line a target: tests/fuzz/fuzz_x.c is its source, corpus/x its files. Without libFuzzer its
# main() is replay.c's, and `make check' runs the corpus.
fuzz_targets =
fuzz_targets += %reldir%/fuzz_dhcp
fuzz_targets += %reldir%/fuzz_dhcp_server
fuzz_targets += %reldir%/fuzz_dns
fuzz_targets += %reldir%/fuzz_explain
fuzz_targets += %reldir%/fuzz_fragments
fuzz_targets += %reldir%/fuzz_http
fuzz_targets += %reldir%/fuzz_http_answer
fuzz_targets += %reldir%/fuzz_nfs_server
fuzz_targets += %reldir%/fuzz_packet
fuzz_targets += %reldir%/fuzz_probe
fuzz_targets += %reldir%/fuzz_redact
fuzz_targets += %reldir%/fuzz_rpc
fuzz_targets += %reldir%/fuzz_rpc_server
fuzz_targets += %reldir%/fuzz_savefile
fuzz_targets += %reldir%/fuzz_scope
fuzz_targets += %reldir%/fuzz_settings
fuzz_targets += %reldir%/fuzz_stream
fuzz_targets += %reldir%/fuzz_tftp
fuzz_targets += %reldir%/fuzz_tftp_server
fuzz_targets += %reldir%/fuzz_wire

libtest_a_SOURCES += %reldir%/replay.c
EXTRA_DIST += %reldir%/corpus %reldir%/run.sh
check_PROGRAMS += $(fuzz_targets)
if !FUZZERS
TESTS += $(fuzz_targets)
endif

# ./configure CC=clang --enable-fuzzers && make fuzz FUZZ_SECONDS=60 FUZZ_JOBS=4
FUZZ_SECONDS = 30
FUZZ_JOBS = 2
fuzz: $(fuzz_targets)
	@FUZZ_SECONDS='$(FUZZ_SECONDS)' FUZZ_JOBS='$(FUZZ_JOBS)' top_srcdir='$(top_srcdir)' \
		$(SHELL) $(srcdir)/%reldir%/run.sh $(fuzz_targets)
.PHONY: fuzz
clean-local: clean-fuzz
clean-fuzz:
	-rm -rf %reldir%/found
.PHONY: clean-fuzz
