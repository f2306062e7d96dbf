# Unit tests of net.
check_PROGRAMS += tests/unit/test-net tests/unit/test-retry
TESTS += tests/unit/test-net tests/unit/test-retry
SCRIPT_SERVER = tests/unit/script-server.c tests/unit/script-server.h
tests_unit_test_net_SOURCES = tests/unit/test-net.c $(SCRIPT_SERVER)
tests_unit_test_net_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_unit_test_net_LDADD = $(NET_LIBS) $(BASE_LIBS)
tests_unit_test_retry_SOURCES = tests/unit/test-retry.c $(SCRIPT_SERVER)
tests_unit_test_retry_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_unit_test_retry_LDADD = $(NET_LIBS) $(BASE_LIBS)
