# SPDX-License-Identifier: BSD-2-Clause
libcore_a_SOURCES += \
	%reldir%/arp_watch.c \
	%reldir%/boot_files.c \
	%reldir%/boot_menu.c \
	%reldir%/calls.c %reldir%/calls.h \
	%reldir%/caps.h \
	%reldir%/client.c %reldir%/client.h \
	%reldir%/config_text.c \
	%reldir%/exchange.c %reldir%/exchange.h \
	%reldir%/exports.c \
	%reldir%/flow.c %reldir%/flow.h \
	%reldir%/frame_log.c %reldir%/frame_log.h \
	%reldir%/kept.c %reldir%/kept.h \
	%reldir%/model.h \
	%reldir%/mount_point.c %reldir%/mount_point.h \
	%reldir%/net_watch.c \
	%reldir%/nfs_use.c \
	%reldir%/nfs_work.c %reldir%/nfs_work.h \
	%reldir%/offers.c \
	%reldir%/scope.c %reldir%/scope.h \
	%reldir%/server.c %reldir%/server.h \
	%reldir%/stages.c %reldir%/stages.h \
	%reldir%/transfer.c %reldir%/transfer.h \
	%reldir%/vantage.c %reldir%/vantage.h \
	%reldir%/wire.c %reldir%/wire.h \
	$(NULL)
