# SPDX-License-Identifier: BSD-2-Clause
libcore_a_SOURCES += \
	%reldir%/frame.h \
	$(NULL)
