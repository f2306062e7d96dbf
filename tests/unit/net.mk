# Unit tests of net.
NET_TESTS = tests/unit/test-net tests/unit/test-retry tests/unit/test-throttle
check_PROGRAMS += $(NET_TESTS)
TESTS += $(NET_TESTS)
SCRIPT_SERVER = tests/unit/script-server.c tests/unit/script-server.h
tests_unit_test_net_SOURCES = tests/unit/test-net.c $(SCRIPT_SERVER)
tests_unit_test_net_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_unit_test_net_LDADD = $(NET_LIBS) $(BASE_LIBS)
tests_unit_test_retry_SOURCES = tests/unit/test-retry.c $(SCRIPT_SERVER)
tests_unit_test_retry_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_unit_test_retry_LDADD = $(NET_LIBS) $(BASE_LIBS)
tests_unit_test_throttle_LDADD = $(NET_LIBS) $(BASE_LIBS)
