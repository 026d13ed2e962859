# SPDX-License-Identifier: BSD-2-Clause
libcore_a_SOURCES += \
	%reldir%/arp.c %reldir%/arp.h \
	%reldir%/audit_mac.h \
	%reldir%/board.c %reldir%/board.h \
	%reldir%/boot_names.c %reldir%/boot_names.h \
	%reldir%/build.c %reldir%/build.h \
	%reldir%/cmdline_txt.c %reldir%/cmdline_txt.h \
	%reldir%/config_txt.c %reldir%/config_txt.h \
	%reldir%/dhcp.c %reldir%/dhcp.h \
	%reldir%/dhcp6.c %reldir%/dhcp6.h \
	%reldir%/dhcp_options.c \
	%reldir%/dns.c %reldir%/dns.h \
	%reldir%/ether.c %reldir%/ether.h \
	%reldir%/field.c %reldir%/field.h \
	%reldir%/fragments.c %reldir%/fragments.h \
	%reldir%/frame.h \
	%reldir%/fstab.c %reldir%/fstab.h \
	%reldir%/http.c %reldir%/http.h \
	%reldir%/headers.c \
	%reldir%/icmp.c %reldir%/icmp.h \
	%reldir%/ip.c %reldir%/ip.h \
	%reldir%/ip6.c \
	%reldir%/layers.h \
	%reldir%/link.c \
	%reldir%/loader.c %reldir%/loader.h \
	%reldir%/lldp.c %reldir%/lldp.h \
	%reldir%/netconsole.c %reldir%/netconsole.h \
	%reldir%/nfs3.c \
	%reldir%/nfs3_write.c \
	%reldir%/nfs4.c \
	%reldir%/packet.c %reldir%/packet.h \
	%reldir%/pi_guid.c %reldir%/pi_guid.h \
	%reldir%/pi_offer.c %reldir%/pi_offer.h \
	%reldir%/portmap.c %reldir%/portmap.h \
	%reldir%/protocols.c \
	%reldir%/pxe.c %reldir%/pxe.h \
	%reldir%/rpc.c %reldir%/rpc.h \
	%reldir%/rpc_bodies.h \
	%reldir%/rpc_place.c %reldir%/rpc_place.h \
	%reldir%/rpc_programs.c %reldir%/rpc_programs.h \
	%reldir%/rpc_shape.h %reldir%/rpc_shape_read.c %reldir%/rpc_shape_write.c \
	%reldir%/rpc_show.c \
	%reldir%/rpc_status.c \
	%reldir%/rpc_write.c %reldir%/rpc_write.h \
	%reldir%/stp.c %reldir%/stp.h \
	%reldir%/tcp.c %reldir%/tcp.h \
	%reldir%/tcp_stream.c %reldir%/tcp_stream.h \
	%reldir%/tftp.c %reldir%/tftp.h \
	%reldir%/tunnel.c \
	%reldir%/udp.c \
	$(NULL)
