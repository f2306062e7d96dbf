# Unit tests of work.
check_PROGRAMS += tests/unit/test-work-lifecycle
TESTS += tests/unit/test-work-lifecycle
tests_unit_test_work_lifecycle_SOURCES = tests/unit/test-work-lifecycle.c
tests_unit_test_work_lifecycle_LDADD = $(WORK_LIBS) $(MODEL_LIBS)
