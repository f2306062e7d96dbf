# Unit tests of base.
check_PROGRAMS += tests/unit/test-base tests/unit/test-base-text tests/unit/test-sheet
TESTS += tests/unit/test-base tests/unit/test-base-text tests/unit/test-sheet
tests_unit_test_base_LDADD = $(BASE_LIBS)
tests_unit_test_base_text_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_unit_test_base_text_LDADD = $(BASE_LIBS)
tests_unit_test_sheet_LDADD = $(BASE_LIBS)
