# Unit tests of store.
STORE_TESTS = tests/unit/test-store tests/unit/test-store-files tests/unit/test-store-faults \
  tests/unit/test-store-cache tests/unit/test-store-reviews
check_PROGRAMS += $(STORE_TESTS)
TESTS += $(STORE_TESTS)
tests_unit_test_store_SOURCES = tests/unit/test-store.c tests/unit/test-store-place.c \
  tests/unit/test-store.h
tests_unit_test_store_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_unit_test_store_LDADD = $(STORE_LIBS) $(MODEL_LIBS)
tests_unit_test_store_files_SOURCES = tests/unit/test-store-files.c tests/unit/test-store-place.c \
  tests/unit/test-store.h
tests_unit_test_store_files_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_unit_test_store_files_LDADD = $(STORE_LIBS) $(MODEL_LIBS)
tests_unit_test_store_faults_SOURCES = tests/unit/test-store-faults.c \
  tests/unit/test-store-place.c tests/unit/test-store.h
tests_unit_test_store_faults_LDADD = $(STORE_LIBS) $(MODEL_LIBS)
tests_unit_test_store_cache_LDADD = $(STORE_LIBS) $(MODEL_LIBS)
tests_unit_test_store_reviews_SOURCES = tests/unit/test-store-reviews.c \
  tests/unit/test-store-place.c tests/unit/test-store.h
tests_unit_test_store_reviews_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_unit_test_store_reviews_LDADD = $(STORE_LIBS) $(MODEL_LIBS)
