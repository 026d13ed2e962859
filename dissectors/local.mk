# SPDX-License-Identifier: BSD-2-Clause
libcore_a_SOURCES += \
	%reldir%/arp.c %reldir%/arp.h \
	%reldir%/build.c %reldir%/build.h \
	%reldir%/ether.c %reldir%/ether.h \
	%reldir%/fragments.c %reldir%/fragments.h \
	%reldir%/frame.h \
	%reldir%/icmp.c %reldir%/icmp.h \
	%reldir%/ip.c %reldir%/ip.h \
	%reldir%/ip6.c \
	%reldir%/layers.h \
	%reldir%/link.c \
	%reldir%/lldp.c %reldir%/lldp.h \
	%reldir%/packet.c %reldir%/packet.h \
	%reldir%/protocols.c \
	%reldir%/stp.c %reldir%/stp.h \
	%reldir%/tcp.c %reldir%/tcp.h \
	%reldir%/tunnel.c \
	%reldir%/udp.c \
	$(NULL)
