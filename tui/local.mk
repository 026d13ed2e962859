# SPDX-License-Identifier: BSD-2-Clause

# The screens: as pure as the core, into which they look.
noinst_LIBRARIES += libtui.a
libtui_a_SOURCES = \
	%reldir%/board_parts.h \
	%reldir%/board_root.c \
	%reldir%/canvas.c %reldir%/canvas.h \
	%reldir%/glyph.c %reldir%/glyph.h \
	%reldir%/keys.c \
	%reldir%/message_keys.c \
	%reldir%/message_words.c \
	%reldir%/messages.c %reldir%/messages.h \
	%reldir%/packet_panes.c %reldir%/packet_panes.h \
	%reldir%/packet_tree.c %reldir%/packet_tree.h \
	%reldir%/packet_tree_build.c \
	%reldir%/page.c %reldir%/page.h \
	%reldir%/screen_audit.c \
	%reldir%/screen_board.c \
	%reldir%/screen_boards.c \
	%reldir%/screen_decode.c \
	%reldir%/screen_explain.c \
	%reldir%/screen_findings.c \
	%reldir%/screen_help.c \
	%reldir%/screen_interfaces.c \
	%reldir%/screen_ladder.c \
	%reldir%/screen_log.c \
	%reldir%/screen_messages.c \
	%reldir%/screen_offers.c \
	%reldir%/screen_pi.c \
	%reldir%/screen_servers.c \
	%reldir%/screens.c %reldir%/screens.h \
	%reldir%/terminal.h \
	%reldir%/ui.c %reldir%/ui.h \
	%reldir%/ui_frame.c %reldir%/ui_parts.h \
	%reldir%/ui_prompt.c \
	%reldir%/verdict_pane.c %reldir%/verdict_pane.h \
	%reldir%/view.c %reldir%/view.h \
	%reldir%/words.c %reldir%/words.h \
	$(NULL)

# ... and the one file that knows a terminal.
noinst_LIBRARIES += libterminal.a
libterminal_a_CPPFLAGS = $(AM_CPPFLAGS) $(NCURSESW_CFLAGS)
libterminal_a_SOURCES = %reldir%/terminal_ncurses.c
