# SPDX-License-Identifier: BSD-2-Clause
# Real servers in namespaces; KEEP_RECORDINGS=FOLDER keeps what was recorded.
e2e_tests = %reldir%/audit.tap %reldir%/dnsmasq.tap %reldir%/exports.tap %reldir%/http.tap %reldir%/isc.tap %reldir%/kea.tap %reldir%/libvirt.tap \
	%reldir%/live.tap %reldir%/networkd.tap %reldir%/openwrt.tap %reldir%/probe.tap %reldir%/probe_others.tap %reldir%/proxy.tap %reldir%/syntax.tap \
	%reldir%/tftpd.tap
TESTS += $(e2e_tests)
if HTTP
check_PROGRAMS += %reldir%/http_server
endif
EXTRA_DIST += $(e2e_tests) %reldir%/audit.py %reldir%/boards.py %reldir%/dialects.py %reldir%/enter.sh %reldir%/files.py %reldir%/http_clients.py \
	%reldir%/lab.py %reldir%/live.py %reldir%/packets.py %reldir%/probe.py %reldir%/proxy.py %reldir%/servers.py %reldir%/syntax.py
check_PROGRAMS += %reldir%/probe_boot

# audit against earlier ones.
audit_again_tests = %reldir%/audit_again.tap %reldir%/audit_alike.tap %reldir%/audit_watch.tap
TESTS += $(audit_again_tests)
EXTRA_DIST += $(audit_again_tests) %reldir%/audit_again.py

# audit before DHCP servers.
audit_dhcp_tests = %reldir%/audit_dnsmasq.tap %reldir%/audit_isc.tap %reldir%/audit_kea.tap %reldir%/audit_relay.tap %reldir%/audit_two.tap
TESTS += $(audit_dhcp_tests)
EXTRA_DIST += $(audit_dhcp_tests) $(audit_dhcp_tests:.tap=.py)

# audit before servers of files.
audit_file_tests = %reldir%/audit_nfs.tap %reldir%/audit_tftp.tap
TESTS += $(audit_file_tests)
EXTRA_DIST += $(audit_file_tests) $(audit_file_tests:.tap=.py)

# Our responders alone.
respond_tests = %reldir%/classes.tap %reldir%/nfs.tap %reldir%/nfs_look.tap %reldir%/nfs_look_ganesha.tap %reldir%/qemu.tap %reldir%/qemu_uefi.tap %reldir%/respond_dhcp.tap %reldir%/respond_tftp.tap %reldir%/serve.tap
TESTS += $(respond_tests)
check_PROGRAMS += %reldir%/lossy %reldir%/nfs_look %reldir%/respond
%canon_reldir%_lossy_LDADD =
%canon_reldir%_nfs_look_LDADD = $(LDADD) $(LIBNFS_LIBS)
EXTRA_DIST += $(respond_tests) %reldir%/classes.py %reldir%/ganesha.py %reldir%/nfs.py %reldir%/nfs_look.py %reldir%/nfs_look_ganesha.py %reldir%/qemu.py %reldir%/respond_dhcp.py %reldir%/respond_tftp.py %reldir%/serve.py
if LIBNFS
check_PROGRAMS += %reldir%/nfs_client
%canon_reldir%_nfs_client_CFLAGS = $(AM_CFLAGS) $(LIBNFS_CFLAGS)
%canon_reldir%_nfs_client_LDADD = $(LIBNFS_LIBS)
endif

# What surrounds the boards of an audit.
wire_tests = %reldir%/audit_host.tap %reldir%/audit_hostile.tap %reldir%/audit_patient.tap %reldir%/audit_trouble.tap %reldir%/audit_vlan.tap
TESTS += $(wire_tests)
EXTRA_DIST += $(wire_tests) $(wire_tests:.tap=.py)

# What an audit finds out about TFTP servers.
traits_tests = %reldir%/audit_tftp_faults.tap %reldir%/audit_tftp_silent.tap %reldir%/audit_tftp_tftpd.tap %reldir%/audit_tftp_traits.tap
TESTS += $(traits_tests)
EXTRA_DIST += $(traits_tests) %reldir%/audit_tftp_traits.py %reldir%/tftp_faults.py

# audit before roots by NFS.
audit_nfs_tests = %reldir%/audit_nfs_look.tap
TESTS += $(audit_nfs_tests)
EXTRA_DIST += $(audit_nfs_tests) $(audit_nfs_tests:.tap=.py)
