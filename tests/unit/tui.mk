# Unit tests of tui. Views reach the application, so they wait for the whole house.
TUI_LIBS = src/tui/libtui.a $(APP_LIBS) $(NCURSES_LIBS)
TUI_TEST_CFLAGS = $(AM_CFLAGS) $(NCURSES_CFLAGS) -DNCURSES_NOMACROS -DNCURSES_WIDECHAR=1 \
  -I$(top_srcdir)/tests
TUI_STAGE = tests/unit/tui-stage.c tests/unit/tui-stage.h tests/unit/tui-scenes.c
tui_unit_tests = tests/unit/test-tui tests/unit/test-tui-golden tests/unit/test-tui-views
if WHOLE
check_PROGRAMS += $(tui_unit_tests)
TESTS += $(tui_unit_tests)
endif
tests_unit_test_tui_SOURCES = tests/unit/test-tui.c
tests_unit_test_tui_CFLAGS = $(TUI_TEST_CFLAGS)
tests_unit_test_tui_LDADD = $(TUI_LIBS)
tests_unit_test_tui_golden_SOURCES = tests/unit/test-tui-golden.c $(TUI_STAGE)
tests_unit_test_tui_golden_CFLAGS = $(TUI_TEST_CFLAGS)
tests_unit_test_tui_golden_LDADD = $(TUI_LIBS)
tests_unit_test_tui_views_SOURCES = tests/unit/test-tui-views.c $(TUI_STAGE)
tests_unit_test_tui_views_CFLAGS = $(TUI_TEST_CFLAGS)
tests_unit_test_tui_views_LDADD = $(TUI_LIBS)

EXTRA_DIST += \
  tests/data/golden/accounts-132x43-ascii.txt \
  tests/data/golden/accounts-132x43.txt \
  tests/data/golden/accounts-40x10-ascii.txt \
  tests/data/golden/accounts-40x10.txt \
  tests/data/golden/accounts-80x24-ascii.txt \
  tests/data/golden/accounts-80x24.txt \
  tests/data/golden/apply-132x43-ascii.txt \
  tests/data/golden/apply-132x43.txt \
  tests/data/golden/apply-40x10-ascii.txt \
  tests/data/golden/apply-40x10.txt \
  tests/data/golden/apply-80x24-ascii.txt \
  tests/data/golden/apply-80x24.txt \
  tests/data/golden/columns-132x43-ascii.txt \
  tests/data/golden/columns-132x43.txt \
  tests/data/golden/columns-40x10-ascii.txt \
  tests/data/golden/columns-40x10.txt \
  tests/data/golden/columns-80x24-ascii.txt \
  tests/data/golden/columns-80x24.txt \
  tests/data/golden/create-132x43-ascii.txt \
  tests/data/golden/create-132x43.txt \
  tests/data/golden/create-40x10-ascii.txt \
  tests/data/golden/create-40x10.txt \
  tests/data/golden/create-80x24-ascii.txt \
  tests/data/golden/create-80x24.txt \
  tests/data/golden/detail-132x43-ascii.txt \
  tests/data/golden/detail-132x43.txt \
  tests/data/golden/detail-40x10-ascii.txt \
  tests/data/golden/detail-40x10.txt \
  tests/data/golden/detail-80x24-ascii.txt \
  tests/data/golden/detail-80x24.txt \
  tests/data/golden/filter-132x43-ascii.txt \
  tests/data/golden/filter-132x43.txt \
  tests/data/golden/filter-40x10-ascii.txt \
  tests/data/golden/filter-40x10.txt \
  tests/data/golden/filter-80x24-ascii.txt \
  tests/data/golden/filter-80x24.txt \
  tests/data/golden/help-132x43-ascii.txt \
  tests/data/golden/help-132x43.txt \
  tests/data/golden/help-40x10-ascii.txt \
  tests/data/golden/help-40x10.txt \
  tests/data/golden/help-80x24-ascii.txt \
  tests/data/golden/help-80x24.txt \
  tests/data/golden/hostile-132x43-ascii.txt \
  tests/data/golden/hostile-132x43.txt \
  tests/data/golden/hostile-40x10-ascii.txt \
  tests/data/golden/hostile-40x10.txt \
  tests/data/golden/hostile-80x24-ascii.txt \
  tests/data/golden/hostile-80x24.txt \
  tests/data/golden/loading-132x43-ascii.txt \
  tests/data/golden/loading-132x43.txt \
  tests/data/golden/loading-40x10-ascii.txt \
  tests/data/golden/loading-40x10.txt \
  tests/data/golden/loading-80x24-ascii.txt \
  tests/data/golden/loading-80x24.txt \
  tests/data/golden/no-match-132x43-ascii.txt \
  tests/data/golden/no-match-132x43.txt \
  tests/data/golden/no-match-40x10-ascii.txt \
  tests/data/golden/no-match-40x10.txt \
  tests/data/golden/no-match-80x24-ascii.txt \
  tests/data/golden/no-match-80x24.txt \
  tests/data/golden/none-132x43-ascii.txt \
  tests/data/golden/none-132x43.txt \
  tests/data/golden/none-40x10-ascii.txt \
  tests/data/golden/none-40x10.txt \
  tests/data/golden/none-80x24-ascii.txt \
  tests/data/golden/none-80x24.txt \
  tests/data/golden/offline-132x43-ascii.txt \
  tests/data/golden/offline-132x43.txt \
  tests/data/golden/offline-40x10-ascii.txt \
  tests/data/golden/offline-40x10.txt \
  tests/data/golden/offline-80x24-ascii.txt \
  tests/data/golden/offline-80x24.txt \
  tests/data/golden/palette-132x43-ascii.txt \
  tests/data/golden/palette-132x43.txt \
  tests/data/golden/palette-40x10-ascii.txt \
  tests/data/golden/palette-40x10.txt \
  tests/data/golden/palette-80x24-ascii.txt \
  tests/data/golden/palette-80x24.txt \
  tests/data/golden/password-132x43-ascii.txt \
  tests/data/golden/password-132x43.txt \
  tests/data/golden/password-40x10-ascii.txt \
  tests/data/golden/password-40x10.txt \
  tests/data/golden/password-80x24-ascii.txt \
  tests/data/golden/password-80x24.txt \
  tests/data/golden/plan-132x43-ascii.txt \
  tests/data/golden/plan-132x43.txt \
  tests/data/golden/plan-40x10-ascii.txt \
  tests/data/golden/plan-40x10.txt \
  tests/data/golden/plan-80x24-ascii.txt \
  tests/data/golden/plan-80x24.txt \
  tests/data/golden/signed-out-132x43-ascii.txt \
  tests/data/golden/signed-out-132x43.txt \
  tests/data/golden/signed-out-40x10-ascii.txt \
  tests/data/golden/signed-out-40x10.txt \
  tests/data/golden/signed-out-80x24-ascii.txt \
  tests/data/golden/signed-out-80x24.txt \
  tests/data/golden/sort-132x43-ascii.txt \
  tests/data/golden/sort-132x43.txt \
  tests/data/golden/sort-40x10-ascii.txt \
  tests/data/golden/sort-40x10.txt \
  tests/data/golden/sort-80x24-ascii.txt \
  tests/data/golden/sort-80x24.txt \
  tests/data/golden/welcome-132x43-ascii.txt \
  tests/data/golden/welcome-132x43.txt \
  tests/data/golden/welcome-40x10-ascii.txt \
  tests/data/golden/welcome-40x10.txt \
  tests/data/golden/welcome-80x24-ascii.txt \
  tests/data/golden/welcome-80x24.txt \
  tests/data/golden/wrong-query-132x43-ascii.txt \
  tests/data/golden/wrong-query-132x43.txt \
  tests/data/golden/wrong-query-40x10-ascii.txt \
  tests/data/golden/wrong-query-40x10.txt \
  tests/data/golden/wrong-query-80x24-ascii.txt \
  tests/data/golden/wrong-query-80x24.txt
