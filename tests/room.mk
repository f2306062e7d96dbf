# The rings of the test suite. Each fragment adds its programs and scripts to
# check_PROGRAMS, dist_check_SCRIPTS and TESTS.
include tests/unit/base.mk
include tests/unit/model.mk
include tests/unit/net.mk
include tests/unit/auth.mk
include tests/unit/graph.mk
include tests/unit/store.mk
include tests/unit/mail.mk
include tests/unit/work.mk
include tests/unit/app.mk
include tests/unit/cli.mk
include tests/unit/tui.mk
include tests/unit/sim.mk
include tests/lib/ring.mk
include tests/contract/ring.mk
include tests/cli/ring.mk
include tests/tui/ring.mk
include tests/fault/ring.mk
include tests/fuzz/ring.mk
include tests/meta/ring.mk
include tests/bench/ring.mk
