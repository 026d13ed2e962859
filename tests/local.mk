# SPDX-License-Identifier: BSD-2-Clause

TEST_EXTENSIONS = .tap
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
TAP_LOG_DRIVER = $(LOG_DRIVER)
TAP_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	LC_ALL=C; export LC_ALL; TZ=UTC; export TZ; \
	AWK='$(AWK)'; export AWK; NM='$(NM)'; export NM; CC='$(CC)'; export CC; \
	top_srcdir='$(top_srcdir)'; export top_srcdir; top_builddir='$(top_builddir)'; export top_builddir;
if !SANITIZERS
AM_TESTS_ENVIRONMENT += MALLOC_CHECK_=3; export MALLOC_CHECK_; MALLOC_PERTURB_=69; export MALLOC_PERTURB_;
endif

# Every test and fuzz target is one .c file of its own name, linked with this. libtest.a holds the
# builders of tests/lib, and replay.c, whose main() serves the programs that have none.
LDADD = $(FUZZ_LINK) libtest.a $(TUI_LIB) libedge.a libcore.a $(CMOCKA_LIBS) $(EDGE_LIBS)
check_LIBRARIES += libtest.a
libtest_a_SOURCES = \
	%reldir%/lib/audited.h \
	%reldir%/lib/boots.h \
	%reldir%/lib/configured.h \
	%reldir%/lib/dhcp_served.h \
	%reldir%/lib/flat_sink.h \
	%reldir%/lib/folder.h \
	%reldir%/lib/frames.h \
	%reldir%/lib/live_net.h \
	%reldir%/lib/made_captures.h \
	%reldir%/lib/netns.c %reldir%/lib/netns.h \
	%reldir%/lib/nfs_dir_served.h \
	%reldir%/lib/nfs_memory.c %reldir%/lib/nfs_memory.h \
	%reldir%/lib/nfs_memory_parts.h %reldir%/lib/nfs_memory_tree.c \
	%reldir%/lib/nothing_sink.h \
	%reldir%/lib/offers.h \
	%reldir%/lib/places.h \
	%reldir%/lib/probe_served.h \
	%reldir%/lib/probing.h \
	%reldir%/lib/redacted.h \
	%reldir%/lib/rpc_ask.h \
	%reldir%/lib/site_made.h \
	%reldir%/lib/story.h \
	%reldir%/lib/talk.h \
	%reldir%/lib/tftp_served.h \
	%reldir%/lib/unit.h \
	$(NULL)

if CMOCKA
libtest_a_SOURCES += \
	%reldir%/lib/nfs_conform.c %reldir%/lib/nfs_conform.h \
	%reldir%/lib/nfs_conform_data.c %reldir%/lib/nfs_conform_list.c \
	%reldir%/lib/nfs_conform_look.c %reldir%/lib/nfs_conform_make.c \
	%reldir%/lib/nfs_conform_names.c %reldir%/lib/nfs_conform_parts.h \
	%reldir%/lib/nfs_conform_v2.c \
	%reldir%/lib/nfs_samples.c %reldir%/lib/nfs_samples.h \
	%reldir%/lib/nfs_talk.c %reldir%/lib/nfs_talk.h
endif

# One line a test, in order of the alphabet: tests/unit/t_x.c is its source.
unit_tests =
unit_tests += %reldir%/unit/t_address
unit_tests += %reldir%/unit/t_arena
unit_tests += %reldir%/unit/t_arp_watch
unit_tests += %reldir%/unit/t_board
unit_tests += %reldir%/unit/t_boot_names
unit_tests += %reldir%/unit/t_boot_path
unit_tests += %reldir%/unit/t_calls
unit_tests += %reldir%/unit/t_compare
unit_tests += %reldir%/unit/t_capture_damage
unit_tests += %reldir%/unit/t_capture_file
unit_tests += %reldir%/unit/t_capture_live
unit_tests += %reldir%/unit/t_capture_open
unit_tests += %reldir%/unit/t_dhcp
unit_tests += %reldir%/unit/t_dhcp_answer
unit_tests += %reldir%/unit/t_dhcp_choose
unit_tests += %reldir%/unit/t_dhcp_outbox
unit_tests += %reldir%/unit/t_dhcp_server
unit_tests += %reldir%/unit/t_exchange
unit_tests += %reldir%/unit/t_explain
unit_tests += %reldir%/unit/t_exports
unit_tests += %reldir%/unit/t_fd_pass
unit_tests += %reldir%/unit/t_file_helper
unit_tests += %reldir%/unit/t_json_file
unit_tests += %reldir%/unit/t_errand
unit_tests += %reldir%/unit/t_keeper
unit_tests += %reldir%/unit/t_respond_words
unit_tests += %reldir%/unit/t_findings
unit_tests += %reldir%/unit/t_flow
unit_tests += %reldir%/unit/t_fragments
unit_tests += %reldir%/unit/t_frame_log
unit_tests += %reldir%/unit/t_fstab
unit_tests += %reldir%/unit/t_hash
unit_tests += %reldir%/unit/t_audit
unit_tests += %reldir%/unit/t_audit_diff
unit_tests += %reldir%/unit/t_html
unit_tests += %reldir%/unit/t_http_answer
unit_tests += %reldir%/unit/t_icmp
unit_tests += %reldir%/unit/t_kept
unit_tests += %reldir%/unit/t_lease_file
unit_tests += %reldir%/unit/t_leases
unit_tests += %reldir%/unit/t_links
unit_tests += %reldir%/unit/t_live_filter
unit_tests += %reldir%/unit/t_loader
unit_tests += %reldir%/unit/t_kept_text
unit_tests += %reldir%/unit/t_may_capture
unit_tests += %reldir%/unit/t_loop
unit_tests += %reldir%/unit/t_messages
unit_tests += %reldir%/unit/t_neighbours
unit_tests += %reldir%/unit/t_news
unit_tests += %reldir%/unit/t_nfs4
unit_tests += %reldir%/unit/t_nfs4_walk
unit_tests += %reldir%/unit/t_nfs_dir
unit_tests += %reldir%/unit/t_nfs_dir_io
unit_tests += %reldir%/unit/t_nfs_dir_list
unit_tests += %reldir%/unit/t_nfs_dir_names
unit_tests += %reldir%/unit/t_nfs_exports
unit_tests += %reldir%/unit/t_nfs_fds
unit_tests += %reldir%/unit/t_nfs_folders
unit_tests += %reldir%/unit/t_nfs_handle
unit_tests += %reldir%/unit/t_nfs_look
unit_tests += %reldir%/unit/t_nfs_locks
unit_tests += %reldir%/unit/t_nfs_mount
unit_tests += %reldir%/unit/t_nfs_parents
unit_tests += %reldir%/unit/t_nfs_root
unit_tests += %reldir%/unit/t_nfs_portmap
unit_tests += %reldir%/unit/t_nfs_server
unit_tests += %reldir%/unit/t_nfs_services
unit_tests += %reldir%/unit/t_nfs_sweep
unit_tests += %reldir%/unit/t_nfs_work
unit_tests += %reldir%/unit/t_packet
unit_tests += %reldir%/unit/t_phrase
unit_tests += %reldir%/unit/t_probe
unit_tests += %reldir%/unit/t_probe_files
unit_tests += %reldir%/unit/t_probe_offers
unit_tests += %reldir%/unit/t_probe_tftp
unit_tests += %reldir%/unit/t_probe_rows
unit_tests += %reldir%/unit/t_probe_wire
unit_tests += %reldir%/unit/t_fetch
unit_tests += %reldir%/unit/t_tftp_check
unit_tests += %reldir%/unit/t_pseudonym
unit_tests += %reldir%/unit/t_pxe
unit_tests += %reldir%/unit/t_reader
unit_tests += %reldir%/unit/t_redact
unit_tests += %reldir%/unit/t_redact_text
unit_tests += %reldir%/unit/t_rpc
unit_tests += %reldir%/unit/t_rpc_record
unit_tests += %reldir%/unit/t_rpc_server
unit_tests += %reldir%/unit/t_rpc_shape
unit_tests += %reldir%/unit/t_rpc_write
unit_tests += %reldir%/unit/t_rpc_worker
%canon_reldir%_unit_t_rpc_worker_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=send
unit_tests += %reldir%/unit/t_rules_cmdline
unit_tests += %reldir%/unit/t_rules_dhcp
unit_tests += %reldir%/unit/t_rules_files
unit_tests += %reldir%/unit/t_rules_ipv6
unit_tests += %reldir%/unit/t_rules_link
unit_tests += %reldir%/unit/t_rules_named
unit_tests += %reldir%/unit/t_rules_near
unit_tests += %reldir%/unit/t_rules_nfs
unit_tests += %reldir%/unit/t_rules_offer
unit_tests += %reldir%/unit/t_rules_pxe
unit_tests += %reldir%/unit/t_rules_root
unit_tests += %reldir%/unit/t_rules_servers
unit_tests += %reldir%/unit/t_rules_transfer
unit_tests += %reldir%/unit/t_sandbox
unit_tests += %reldir%/unit/t_save_live
unit_tests += %reldir%/unit/t_sandbox_live
unit_tests += %reldir%/unit/t_save_pcapng
unit_tests += %reldir%/unit/t_savefile
unit_tests += %reldir%/unit/t_scope
unit_tests += %reldir%/unit/t_settings
unit_tests += %reldir%/unit/t_settings_classes
unit_tests += %reldir%/unit/t_settings_nfs
unit_tests += %reldir%/unit/t_sink
unit_tests += %reldir%/unit/t_siphash
unit_tests += %reldir%/unit/t_site
unit_tests += %reldir%/unit/t_site_settings
unit_tests += %reldir%/unit/t_stages
unit_tests += %reldir%/unit/t_store_dir
unit_tests += %reldir%/unit/t_symptoms
unit_tests += %reldir%/unit/t_steady
unit_tests += %reldir%/unit/t_tcp_stream
unit_tests += %reldir%/unit/t_text
unit_tests += %reldir%/unit/t_tftp
unit_tests += %reldir%/unit/t_tftp_files
unit_tests += %reldir%/unit/t_tftp_server
unit_tests += %reldir%/unit/t_timeline
unit_tests += %reldir%/unit/t_vantage
unit_tests += %reldir%/unit/t_wire
unit_tests += %reldir%/unit/t_writer

# Those of the screens, where there are screens.
TUI_LIB =
if TUI
TUI_LIB += libtui.a
unit_tests += %reldir%/unit/t_canvas
unit_tests += %reldir%/unit/t_ui
unit_tests += %reldir%/unit/t_ladder
unit_tests += %reldir%/unit/t_packet_tree
endif

if CMOCKA
if !FUZZERS
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
endif

include %D%/app/local.mk
include %D%/boot/local.mk
include %D%/cases/local.mk
include %D%/e2e/local.mk
include %D%/fuzz/local.mk
include %D%/golden/local.mk
include %D%/html/local.mk
include %D%/lint/local.mk
include %D%/screens/local.mk
include %D%/truth/local.mk
