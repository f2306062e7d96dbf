# The cli ring: the program from outside, on the simulator.
cli_tests = \
  tests/cli/completion.sh \
  tests/cli/create.sh \
  tests/cli/demo.sh \
  tests/cli/doctor.sh \
  tests/cli/examples.sh \
  tests/cli/exit-codes.sh \
  tests/cli/hostile.sh \
  tests/cli/files.sh \
  tests/cli/hygiene.sh \
  tests/cli/import.sh \
  tests/cli/journal.sh \
  tests/cli/keepassxc.sh \
  tests/cli/lifecycle.sh \
  tests/cli/list.sh \
  tests/cli/login.sh \
  tests/cli/profiles.sh \
  tests/cli/network.sh \
  tests/cli/review.sh \
  tests/cli/plan.sh \
  tests/cli/setup.sh \
  tests/cli/shapes.sh \
  tests/cli/sign-in.sh \
  tests/cli/situations.sh \
  tests/cli/unlock.sh \
  tests/cli/usage.sh
dist_check_SCRIPTS += $(cli_tests)
TESTS += $(cli_tests)
EXTRA_DIST += tests/cli/examples.py tests/cli/shapes.py
