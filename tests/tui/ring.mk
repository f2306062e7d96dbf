# The tui ring: the real program in tmux, against the simulator.
tui_tests = \
  tests/tui/broken.sh \
  tests/tui/console.sh \
  tests/tui/create.sh \
  tests/tui/import.sh \
  tests/tui/login.sh \
  tests/tui/profiles.sh \
  tests/tui/review.sh \
  tests/tui/slow.sh \
  tests/tui/storm.sh \
  tests/tui/terminal.sh \
  tests/tui/views.sh
dist_check_SCRIPTS += $(tui_tests)
EXTRA_DIST += tests/tui/tmux.sh
TESTS += $(tui_tests)
