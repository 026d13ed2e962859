# SPDX-License-Identifier: BSD-2-Clause
# make bench: beside its peers, in one run. Never part of make check.
bench_tools = %reldir%/gen_boots %reldir%/count_loop %reldir%/bare_walk %reldir%/storm %reldir%/tftp_load %reldir%/nfs_load \
	%reldir%/spent %reldir%/timed
EXTRA_PROGRAMS += $(bench_tools)
CLEANFILES += $(bench_tools)
%canon_reldir%_gen_boots_LDADD = libcore.a
%canon_reldir%_count_loop_CPPFLAGS = $(AM_CPPFLAGS) $(PCAP_CFLAGS)
%canon_reldir%_count_loop_LDADD = $(PCAP_LIBS)
%canon_reldir%_bare_walk_LDADD =
%canon_reldir%_spent_LDADD =
%canon_reldir%_storm_LDADD =
%canon_reldir%_tftp_load_LDADD =
%canon_reldir%_nfs_load_SOURCES = %reldir%/nfs_load.c %reldir%/nfs_call.c %reldir%/nfs_call.h
%canon_reldir%_nfs_load_LDFLAGS = $(AM_LDFLAGS) -pthread
%canon_reldir%_nfs_load_LDADD =
%canon_reldir%_timed_LDADD =
EXTRA_DIST += %reldir%/bench.sh %reldir%/dhcp.sh %reldir%/live.sh %reldir%/tftp.sh %reldir%/nfs.sh

.PHONY: bench
bench: bootscope $(bench_tools) tests/e2e/respond
	sh $(srcdir)/%reldir%/bench.sh ./bootscope ./%reldir%
	sh $(srcdir)/%reldir%/live.sh ./bootscope ./%reldir%
	sh $(srcdir)/%reldir%/tftp.sh tests/e2e/respond ./%reldir% ./bootscope
	sh $(srcdir)/%reldir%/nfs.sh ./bootscope ./%reldir%
	sh $(srcdir)/%reldir%/dhcp.sh ./bootscope
