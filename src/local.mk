# SPDX-License-Identifier: BSD-2-Clause

# The core: pure, no input or output. dissectors/local.mk adds its share.
noinst_LIBRARIES += libcore.a
libcore_a_SOURCES = \
	%reldir%/base/address.c %reldir%/base/address.h \
	%reldir%/base/arena.c %reldir%/base/arena.h \
	%reldir%/base/err.c %reldir%/base/err.h \
	%reldir%/base/hash.c %reldir%/base/hash.h \
	%reldir%/base/letters.c %reldir%/base/letters.h \
	%reldir%/base/lines.c %reldir%/base/lines.h \
	%reldir%/base/pool.c %reldir%/base/pool.h \
	%reldir%/base/reader.c %reldir%/base/reader.h \
	%reldir%/base/sink.c %reldir%/base/sink.h \
	%reldir%/base/siphash.c %reldir%/base/siphash.h \
	%reldir%/base/stage.c %reldir%/base/stage.h \
	%reldir%/base/text.c %reldir%/base/text.h \
	%reldir%/base/writer.c %reldir%/base/writer.h \
	%reldir%/diagnose/compare.c %reldir%/diagnose/compare.h \
	%reldir%/diagnose/diagnose.c %reldir%/diagnose/diagnose.h \
	%reldir%/diagnose/finding.c %reldir%/diagnose/finding.h \
	%reldir%/diagnose/findings.def %reldir%/diagnose/fixes.def %reldir%/diagnose/rests.def \
	%reldir%/diagnose/news.c %reldir%/diagnose/news.h \
	%reldir%/diagnose/rules.h \
	%reldir%/diagnose/rules_dhcp.c \
	%reldir%/diagnose/rules_cmdline.c \
	%reldir%/diagnose/rules_config.c \
	%reldir%/diagnose/rules_files.c \
	%reldir%/diagnose/rules_ipv6.c \
	%reldir%/diagnose/rules_kernel.c \
	%reldir%/diagnose/rules_link.c \
	%reldir%/diagnose/rules_menu.c \
	%reldir%/diagnose/rules_nfs.c \
	%reldir%/diagnose/rules_offer.c \
	%reldir%/diagnose/rules_pxe.c \
	%reldir%/diagnose/rules_root.c \
	%reldir%/diagnose/rules_servers.c \
	%reldir%/diagnose/rules_tftp.c \
	%reldir%/diagnose/rules_transfer.c \
	%reldir%/explain/explain.h %reldir%/explain/knowledge.def %reldir%/explain/meanings.def \
	%reldir%/explain/query.h %reldir%/explain/screen.h \
	%reldir%/explain/boot_text.c %reldir%/explain/boot_text.h \
	%reldir%/explain/codes.c \
	%reldir%/explain/dhcp_words.c \
	%reldir%/explain/eeprom.c %reldir%/explain/eeprom.h \
	%reldir%/explain/eeprom_review.c \
	%reldir%/explain/fields.c \
	%reldir%/explain/know.c \
	%reldir%/explain/machine.c \
	%reldir%/explain/near.c \
	%reldir%/explain/option43.c \
	%reldir%/explain/paste.c \
	%reldir%/explain/query.c \
	%reldir%/explain/revision.c \
	%reldir%/explain/story.c \
	%reldir%/explain/symptoms.c %reldir%/explain/symptoms.h %reldir%/explain/symptoms.def \
	%reldir%/explain/words.c \
	%reldir%/probe/fetch.c %reldir%/probe/fetch.h \
	%reldir%/probe/nfs_root.c %reldir%/probe/nfs_root.h \
	%reldir%/probe/probe.c %reldir%/probe/probe.h %reldir%/probe/probe_state.h \
	%reldir%/probe/probe_ask.c \
	%reldir%/probe/probe_files.c \
	%reldir%/probe/probe_offers.c \
	%reldir%/probe/probe_wire.c %reldir%/probe/probe_wire.h \
	%reldir%/probe/profile.c %reldir%/probe/profile.h \
	%reldir%/probe/tftp_check.c %reldir%/probe/tftp_check.h \
	%reldir%/redact/names.c %reldir%/redact/names.h \
	%reldir%/redact/pseudonym.c %reldir%/redact/pseudonym.h \
	%reldir%/redact/redact.c %reldir%/redact/redact.h %reldir%/redact/redact_parts.h \
	%reldir%/redact/redact_dhcp.c \
	%reldir%/redact/redact_dhcp6.c \
	%reldir%/redact/redact_dns.c \
	%reldir%/redact/redact_layers.c \
	%reldir%/redact/redact_link.c \
	%reldir%/redact/redact_option43.c \
	%reldir%/redact/phrase.c %reldir%/redact/phrase.h \
	%reldir%/respond/boot_path.c %reldir%/respond/boot_path.h \
	%reldir%/respond/dhcp_answer.c %reldir%/respond/dhcp_answer.h \
	%reldir%/respond/dhcp_choose.c %reldir%/respond/dhcp_choose.h \
	%reldir%/respond/dhcp_config.h \
	%reldir%/respond/dhcp_server.c %reldir%/respond/dhcp_server.h \
	%reldir%/respond/http_answer.c %reldir%/respond/http_answer.h \
	%reldir%/respond/http_date.c %reldir%/respond/http_date.h \
	%reldir%/respond/http_request.c %reldir%/respond/http_request.h \
	%reldir%/respond/lease_map.c %reldir%/respond/lease_map.h \
	%reldir%/respond/leases.c %reldir%/respond/leases.h \
	%reldir%/respond/nfs_exports.c %reldir%/respond/nfs_exports.h \
	%reldir%/respond/nfs_exports_parse.c \
	%reldir%/respond/nfs_fs.h \
	%reldir%/respond/nfs_handle.c %reldir%/respond/nfs_handle.h \
	%reldir%/respond/nfs_locks.c \
	%reldir%/respond/nfs_look.c %reldir%/respond/nfs_data.c %reldir%/respond/nfs_make.c \
	%reldir%/respond/nfs_names.c %reldir%/respond/nfs_list.c \
	%reldir%/respond/nfs_request.c %reldir%/respond/nfs_request.h \
	%reldir%/respond/nfs_serve.c %reldir%/respond/nfs_services.c \
	%reldir%/respond/nfs2_args.c %reldir%/respond/nfs2_results.c \
	%reldir%/respond/nfs_xdr.h %reldir%/respond/nfs3_args.c %reldir%/respond/nfs3_results.c \
	%reldir%/respond/nfs_mount.c \
	%reldir%/respond/nfs_mount_walk.c %reldir%/respond/nfs_mount_walk.h \
	%reldir%/respond/nfs_mounts.c %reldir%/respond/nfs_mounts.h \
	%reldir%/respond/nfs_portmap.c \
	%reldir%/respond/nfs_server.h \
	%reldir%/respond/nfs_tell.c %reldir%/respond/nfs_tell.h \
	%reldir%/respond/rpc_once.c %reldir%/respond/rpc_once.h \
	%reldir%/respond/rpc_record.c %reldir%/respond/rpc_record.h \
	%reldir%/respond/rpc_server.c %reldir%/respond/rpc_server.h \
	%reldir%/respond/settings.c %reldir%/respond/settings.h \
	%reldir%/respond/settings_end.c \
	%reldir%/respond/settings_export.c \
	%reldir%/respond/settings_form.c %reldir%/respond/settings_form.h \
	%reldir%/respond/settings_option.c \
	%reldir%/respond/settings_text.c \
	%reldir%/respond/respond_words.c %reldir%/respond/respond_words.h \
	%reldir%/respond/store.h \
	%reldir%/respond/store_cmdline.c %reldir%/respond/store_cmdline.h \
	%reldir%/respond/tftp_netascii.c %reldir%/respond/tftp_netascii.h \
	%reldir%/respond/tftp_open.c \
	%reldir%/respond/tftp_server.c %reldir%/respond/tftp_server.h \
	%reldir%/respond/tftp_transfer.c %reldir%/respond/tftp_transfer.h \
	%reldir%/report/advice.c %reldir%/report/advice.h \
	%reldir%/report/audit.c %reldir%/report/audit.h \
	%reldir%/report/audit_brief.c %reldir%/report/audit_brief.h \
	%reldir%/report/audit_diff.c %reldir%/report/audit_diff.h \
	%reldir%/report/audit_diff_show.c \
	%reldir%/report/audit_json.c \
	%reldir%/report/audit_text.c \
	%reldir%/report/audit_tftp.c %reldir%/report/audit_tftp.h \
	%reldir%/report/concerns.c %reldir%/report/concerns.h \
	%reldir%/report/events.c %reldir%/report/events.h \
	%reldir%/report/exhibits.c %reldir%/report/exhibits.h \
	%reldir%/report/html.c %reldir%/report/html.h \
	%reldir%/report/html_boot.c %reldir%/report/html_boot.h \
	%reldir%/report/html_style.c \
	%reldir%/report/json.c %reldir%/report/json.h \
	%reldir%/report/outline.c %reldir%/report/outline.h \
	%reldir%/report/sheet.c %reldir%/report/sheet.h \
	%reldir%/report/plain.c %reldir%/report/plain.h \
	%reldir%/report/packet_text.c %reldir%/report/packet_text.h \
	%reldir%/report/report.h \
	%reldir%/report/report_html.c \
	%reldir%/report/report_json.c \
	%reldir%/report/report_text.c \
	%reldir%/report/root_words.c %reldir%/report/root_words.h \
	%reldir%/report/timeline.c %reldir%/report/timeline.h \
	%reldir%/report/tree.c %reldir%/report/tree.h \
	%reldir%/report/verdict.c %reldir%/report/verdict.h \
	%reldir%/site/site.c %reldir%/site/site.h %reldir%/site/site_parts.h \
	%reldir%/site/site_boot.c %reldir%/site/site_visit.h \
	%reldir%/site/site_dnsmasq.c \
	%reldir%/site/site_exports.c \
	%reldir%/site/site_folders.c \
	%reldir%/site/site_line.c \
	%reldir%/site/site_show.c \
	$(NULL)

# The edges: an archive of their own, so that tests can link them too.
noinst_LIBRARIES += libedge.a
libedge_a_CPPFLAGS = $(AM_CPPFLAGS) $(EDGE_CFLAGS)
libedge_a_SOURCES = \
	%reldir%/edge/dhcp_rival.c %reldir%/edge/dhcp_rival.h \
	%reldir%/edge/dhcp_outbox.c %reldir%/edge/dhcp_outbox.h \
	%reldir%/edge/dhcp_worker.c %reldir%/edge/dhcp_worker.h \
	%reldir%/edge/http_worker.h \
	%reldir%/edge/lease_file.c %reldir%/edge/lease_file.h \
	%reldir%/edge/nfs_dir.c %reldir%/edge/nfs_dir.h %reldir%/edge/nfs_dir_parts.h \
	%reldir%/edge/nfs_dir_attr.c \
	%reldir%/edge/nfs_dir_find.c \
	%reldir%/edge/nfs_dir_id.c \
	%reldir%/edge/nfs_dir_io.c \
	%reldir%/edge/nfs_dir_list.c \
	%reldir%/edge/nfs_dir_names.c \
	%reldir%/edge/nfs_dir_state.c \
	%reldir%/edge/nfs_dir_who.c \
	%reldir%/edge/nfs_fds.c %reldir%/edge/nfs_fds.h \
	%reldir%/edge/board_net.c %reldir%/edge/board_net.h \
	%reldir%/edge/nfs_look.c %reldir%/edge/nfs_look.h %reldir%/edge/nfs_look_parts.h \
	%reldir%/edge/nfs_look_words.c \
	%reldir%/edge/nfs_opener.c %reldir%/edge/nfs_opener.h \
	%reldir%/edge/nfs_parents.c %reldir%/edge/nfs_parents.h \
	%reldir%/edge/packet_port.c %reldir%/edge/packet_port.h \
	%reldir%/edge/only_one.c %reldir%/edge/only_one.h \
	%reldir%/edge/process_alone.c %reldir%/edge/process_alone.h \
	%reldir%/edge/rpc_doors.c \
	%reldir%/edge/rpc_parts.h \
	%reldir%/edge/rpcbind_tell.c %reldir%/edge/rpcbind_tell.h \
	%reldir%/edge/rpc_tcp.c \
	%reldir%/edge/rpc_udp.c \
	%reldir%/edge/rpc_worker.c %reldir%/edge/rpc_worker.h \
	%reldir%/edge/read_ahead.c %reldir%/edge/read_ahead.h \
	%reldir%/edge/site_dir.c %reldir%/edge/site_dir.h \
	%reldir%/edge/store_dir.c %reldir%/edge/store_dir.h \
	%reldir%/edge/tftp_worker.c %reldir%/edge/tftp_worker.h \
	%reldir%/edge/neighbour.c %reldir%/edge/neighbour.h \
	%reldir%/edge/udp_port.c %reldir%/edge/udp_port.h \
	%reldir%/edge/capture_file.c \
	%reldir%/edge/capture_file.h \
	%reldir%/edge/capture_live.c \
	%reldir%/edge/capture_live.h \
	%reldir%/edge/capture_live_follow.c \
	%reldir%/edge/capture_live_open.c \
	%reldir%/edge/capture_live_parts.h \
	%reldir%/edge/errand.c %reldir%/edge/errand.h \
	%reldir%/edge/fd_pass.c %reldir%/edge/fd_pass.h \
	%reldir%/edge/file_helper.c \
	%reldir%/edge/file_helper.h \
	%reldir%/edge/file_pcap.c \
	%reldir%/edge/file_pcapng.c \
	%reldir%/edge/file_snoop.c \
	%reldir%/edge/input.c \
	%reldir%/edge/input.h \
	%reldir%/edge/input_mapped.c \
	%reldir%/edge/input_read.c \
	%reldir%/edge/input_unpack.c \
	%reldir%/edge/keeper.c \
	%reldir%/edge/keeper.h \
	%reldir%/edge/json_file.c \
	%reldir%/edge/json_file.h \
	%reldir%/edge/link_ask.c \
	%reldir%/edge/link_ask.h \
	%reldir%/edge/links.c \
	%reldir%/edge/links.h \
	%reldir%/edge/live_filter.c \
	%reldir%/edge/live_filter.h \
	%reldir%/edge/may_capture.c \
	%reldir%/edge/may_capture.h \
	%reldir%/edge/loop.c \
	%reldir%/edge/loop.h \
	%reldir%/edge/nfs_worker.c %reldir%/edge/nfs_worker.h \
	%reldir%/edge/out_file.c \
	%reldir%/edge/out_file.h \
	%reldir%/edge/sandbox.c \
	%reldir%/edge/sandbox.h \
	%reldir%/edge/sandbox_caps.c \
	%reldir%/edge/sandbox_landlock.c \
	%reldir%/edge/sandbox_parts.h \
	%reldir%/edge/sandbox_seccomp.c \
	%reldir%/edge/sandbox_user.c \
	%reldir%/edge/save_live.c \
	%reldir%/edge/save_live.h \
	%reldir%/edge/save_pcapng.c \
	%reldir%/edge/save_pcapng.h \
	%reldir%/edge/savefile.c \
	%reldir%/edge/savefile.h \
	%reldir%/edge/seed.c \
	%reldir%/edge/seed.h \
	%reldir%/edge/settings_file.c %reldir%/edge/settings_file.h \
	%reldir%/edge/source.h \
	%reldir%/edge/source_filter.c \
	%reldir%/edge/source_merge.c \
	%reldir%/edge/spool.c \
	%reldir%/edge/spool.h \
	%reldir%/edge/steady.c \
	%reldir%/edge/steady.h \
	$(NULL)

if LIBNL
libedge_a_SOURCES += %reldir%/edge/links_netlink.c
else
libedge_a_SOURCES += %reldir%/edge/links_sysfs.c
endif

if LIBNFS
libedge_a_SOURCES += %reldir%/edge/nfs_look_go.c %reldir%/edge/nfs_look_call.h %reldir%/edge/nfs_look_v4.c
endif

if HTTP
libedge_a_SOURCES += %reldir%/edge/http_worker.c %reldir%/edge/http_talk.c %reldir%/edge/http_parts.h
else
libedge_a_SOURCES += %reldir%/edge/http_none.c
endif

bin_PROGRAMS += bootscope
bootscope_CPPFLAGS = $(AM_CPPFLAGS) $(EDGE_CFLAGS)
bootscope_LDADD =
bootscope_SOURCES = \
	%reldir%/app/audit_collect.c %reldir%/app/audit_collect.h \
	%reldir%/app/audit_nfs.c %reldir%/app/audit_nfs.h \
	%reldir%/app/audit_notes.c %reldir%/app/audit_notes.h \
	%reldir%/app/audit_plan.c %reldir%/app/audit_plan.h \
	%reldir%/app/audit_print.c %reldir%/app/audit_print.h \
	%reldir%/app/audit_run.c %reldir%/app/audit_run.h \
	%reldir%/app/audit_session.c %reldir%/app/audit_session.h \
	%reldir%/app/audit_watch.c %reldir%/app/audit_watch.h \
	%reldir%/app/cmd_analyze.c \
	%reldir%/app/audit_traits.c \
	%reldir%/app/audit_trials.c %reldir%/app/audit_trials.h \
	%reldir%/app/cmd_audit.c \
	%reldir%/app/cmd_decode.c \
	%reldir%/app/cmd_explain.c \
	%reldir%/app/cmd_live.c \
	%reldir%/app/cmd_audit_files.c \
	%reldir%/app/cmd_serve.c \
	%reldir%/app/commands.h \
	%reldir%/app/confine.c %reldir%/app/confine.h \
	%reldir%/app/guide.c %reldir%/app/guide.h \
	%reldir%/app/input_files.c %reldir%/app/input_files.h \
	%reldir%/app/live_session.c %reldir%/app/live_session.h \
	%reldir%/app/live_show.c \
	%reldir%/app/main.c \
	%reldir%/app/options.c %reldir%/app/options.h %reldir%/app/options.def \
	%reldir%/app/serve_lines.c \
	%reldir%/app/serve_session.c %reldir%/app/serve_session.h %reldir%/app/serve_tasks.c %reldir%/app/serve_tasks.h \
	%reldir%/app/room.c %reldir%/app/room.h \
	%reldir%/app/second_pass.c %reldir%/app/second_pass.h \
	%reldir%/app/redaction.c %reldir%/app/redaction.h \
	%reldir%/app/serve_config.c %reldir%/app/serve_config.h \
	%reldir%/app/stdout.c %reldir%/app/stdout.h \
	%reldir%/app/wrapped.c %reldir%/app/wrapped.h \
	$(NULL)
if TUI
bootscope_SOURCES += %reldir%/app/audit_live.c %reldir%/app/audit_live.h %reldir%/app/cmd_watch.c %reldir%/app/front.c %reldir%/app/front.h \
	%reldir%/app/live_screens.c %reldir%/app/save_boards.c %reldir%/app/save_boards.h
bootscope_LDADD += libterminal.a libtui.a
endif
bootscope_LDADD += libedge.a libcore.a $(EDGE_LIBS) $(LIBNFS_LIBS) $(NCURSESW_LIBS)
