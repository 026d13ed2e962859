# SPDX-License-Identifier: BSD-2-Clause
libcore_a_SOURCES += \
	%reldir%/packet_tree.c %reldir%/packet_tree.h \
	%reldir%/packet_tree_build.c \
	$(NULL)
