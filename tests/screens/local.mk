# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += %reldir%/screens.tap %reldir%/tmux.tap %reldir%/live.tap %reldir%/resize.tap %reldir%/write.tap %reldir%/colors.tap %reldir%/audit.tap %reldir%/list %reldir%/expect %reldir%/docs %reldir%/page.sh
.PHONY: update-screens

if TUI
check_PROGRAMS += %reldir%/draw
%canon_reldir%_draw_SOURCES = %reldir%/draw.c %reldir%/audit_sample.c %reldir%/audit_sample.h
%canon_reldir%_draw_LDADD = libtui.a libedge.a libcore.a $(EDGE_LIBS)
TESTS += %reldir%/screens.tap %reldir%/tmux.tap %reldir%/live.tap %reldir%/resize.tap %reldir%/write.tap %reldir%/colors.tap %reldir%/audit.tap

update-screens: %reldir%/draw
	top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' LC_ALL=C TZ=UTC update=yes sh $(srcdir)/%reldir%/screens.tap
endif
