# SPDX-License-Identifier: BSD-2-Clause
libcore_a_SOURCES += \
	%reldir%/board.h \
	%reldir%/caps.h \
	%reldir%/client.h \
	%reldir%/exchange.h \
	%reldir%/kept.h \
	%reldir%/mount_point.h \
	%reldir%/scope.h \
	%reldir%/server.h \
	%reldir%/stages.h \
	%reldir%/transfer.h \
	%reldir%/vantage.h \
	$(NULL)
