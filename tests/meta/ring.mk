# The meta ring: what keeps the house from decaying. It looks at the sources, so
# one build is enough: under sanitizers it would find the same.
meta_tests = \
  tests/meta/layers.sh \
  tests/meta/permissions.sh \
  tests/meta/po.sh \
  tests/meta/german.sh \
  tests/meta/late.sh \
  tests/meta/headers.sh \
  tests/meta/banned.sh \
  tests/meta/comments.sh \
  tests/meta/style.sh \
  tests/meta/man.sh
dist_check_SCRIPTS += $(meta_tests)
if !SANITIZERS
TESTS += $(meta_tests)
endif

check_PROGRAMS += tests/meta/test-tables
if !SANITIZERS
TESTS += tests/meta/test-tables
endif
tests_meta_test_tables_LDADD = $(APP_LIBS)
