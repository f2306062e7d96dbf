noinst_LIBRARIES += src/tui/libtui.a
src_tui_libtui_a_CFLAGS = $(AM_CFLAGS) $(NCURSES_CFLAGS) -DNCURSES_NOMACROS -DNCURSES_WIDECHAR=1
src_tui_libtui_a_SOURCES = \
  src/tui/accounts-choose.c \
  src/tui/accounts-filter.c \
  src/tui/accounts-log.c \
  src/tui/accounts-private.h src/tui/accounts-saved.c \
  src/tui/copy.c src/tui/copy.h \
  src/tui/saved.c src/tui/saved.h \
  src/tui/accounts-table.c \
  src/tui/accounts-tag.c \
  src/tui/blank.c src/tui/blank.h \
  src/tui/change.c \
  src/tui/change.h \
  src/tui/console-actions.c \
  src/tui/console-private.h \
  src/tui/console.c \
  src/tui/console.h \
  src/tui/detail.c \
  src/tui/detail.h \
  src/tui/dialog.c \
  src/tui/dialog.h \
  src/tui/draw.c \
  src/tui/draw.h \
  src/tui/feed.c \
  src/tui/feed.h \
  src/tui/form.c \
  src/tui/form.h \
  src/tui/import.c \
  src/tui/import.h \
  src/tui/keymap.c \
  src/tui/keymap.h \
  src/tui/line.c \
  src/tui/line.h \
  src/tui/list.c \
  src/tui/list.h \
  src/tui/log-lines.c \
  src/tui/log-lines.h \
  src/tui/path-line.c src/tui/path-line.h \
  src/tui/pager.c \
  src/tui/pager.h \
  src/tui/palette.c \
  src/tui/palette.h \
  src/tui/perform.c \
  src/tui/perform.h \
  src/tui/picker.c \
  src/tui/picker.h \
  src/tui/rooms.c src/tui/rooms.h \
  src/tui/grid.c src/tui/grid.h src/tui/grid-private.h src/tui/grid-draw.c src/tui/grid-choose.c \
  src/tui/view-journal.c src/tui/view-journal.h \
  src/tui/view-reviews.c src/tui/view-reviews.h \
  src/tui/write.c src/tui/write.h \
  src/tui/screen.c \
  src/tui/search.c src/tui/search.h \
  src/tui/screen.h \
  src/tui/stack.c \
  src/tui/statusbar.c \
  src/tui/statusbar.h \
  src/tui/switch.c \
  src/tui/switch.h \
  src/tui/theme.c \
  src/tui/theme.h \
  src/tui/view-accounts.c \
  src/tui/view-accounts.h \
  src/tui/view-apply.c \
  src/tui/view-apply.h \
  src/tui/view-create.c \
  src/tui/view-create.h \
  src/tui/view-detail.c \
  src/tui/view-detail.h \
  src/tui/view-help.c \
  src/tui/view-help.h \
  src/tui/plan-file.c src/tui/plan-file.h src/tui/review-choose.c src/tui/view-review.c src/tui/view-review.h \
  src/tui/view-plan.c \
  src/tui/view-plan.h \
  src/tui/view-welcome.c \
  src/tui/view-welcome.h
