noinst_LIBRARIES += src/tui/libtui.a
src_tui_libtui_a_CFLAGS = $(AM_CFLAGS) $(NCURSES_CFLAGS) -DNCURSES_NOMACROS -DNCURSES_WIDECHAR=1
src_tui_libtui_a_SOURCES = \
  src/tui/console.h \
  src/tui/draw.c src/tui/draw.h \
  src/tui/keymap.c src/tui/keymap.h \
  src/tui/line.c src/tui/line.h \
  src/tui/list.c src/tui/list.h \
  src/tui/theme.c src/tui/theme.h
