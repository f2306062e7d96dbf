# Unit tests of tui. Views reach the application, so they wait for the whole house.
TUI_LIBS = src/tui/libtui.a $(APP_LIBS) $(NCURSES_LIBS)
TUI_TEST_CFLAGS = $(AM_CFLAGS) $(NCURSES_CFLAGS) -DNCURSES_NOMACROS -DNCURSES_WIDECHAR=1 \
  -I$(top_srcdir)/tests
TUI_STAGE = tests/unit/tui-stage.c tests/unit/tui-stage.h tests/unit/tui-scenes.c
tui_unit_tests = tests/unit/test-tui tests/unit/test-tui-golden tests/unit/test-tui-views \
  tests/unit/test-tui-windows
check_PROGRAMS += $(tui_unit_tests)
TESTS += $(tui_unit_tests)
tests_unit_test_tui_SOURCES = tests/unit/test-tui.c
tests_unit_test_tui_CFLAGS = $(TUI_TEST_CFLAGS)
tests_unit_test_tui_LDADD = $(TUI_LIBS)
tests_unit_test_tui_golden_SOURCES = tests/unit/test-tui-golden.c $(TUI_STAGE)
tests_unit_test_tui_golden_CFLAGS = $(TUI_TEST_CFLAGS)
tests_unit_test_tui_golden_LDADD = $(TUI_LIBS)
tests_unit_test_tui_views_SOURCES = tests/unit/test-tui-views.c $(TUI_STAGE)
tests_unit_test_tui_views_CFLAGS = $(TUI_TEST_CFLAGS)
tests_unit_test_tui_views_LDADD = $(TUI_LIBS)
tests_unit_test_tui_windows_SOURCES = tests/unit/test-tui-windows.c $(TUI_STAGE)
tests_unit_test_tui_windows_CFLAGS = $(TUI_TEST_CFLAGS)
tests_unit_test_tui_windows_LDADD = $(TUI_LIBS)
