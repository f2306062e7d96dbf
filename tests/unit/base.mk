# Unit tests of base.
check_PROGRAMS += tests/unit/test-base tests/unit/test-base-text
TESTS += tests/unit/test-base tests/unit/test-base-text
tests_unit_test_base_LDADD = $(BASE_LIBS)
tests_unit_test_base_text_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_unit_test_base_text_LDADD = $(BASE_LIBS)
