# Unit tests of auth.
check_PROGRAMS += tests/unit/test-certificate tests/unit/test-credentials tests/unit/test-token tests/unit/test-keyring
TESTS += tests/unit/test-certificate tests/unit/test-credentials tests/unit/test-token tests/unit/test-keyring
tests_unit_test_credentials_SOURCES = tests/unit/test-credentials.c
tests_unit_test_credentials_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
tests_unit_test_token_SOURCES = tests/unit/test-token.c $(SCRIPT_SERVER)
tests_unit_test_token_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
tests_unit_test_keyring_SOURCES = tests/unit/test-keyring.c
tests_unit_test_keyring_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
tests_unit_test_certificate_SOURCES = tests/unit/test-certificate.c
tests_unit_test_certificate_CFLAGS = $(AM_CFLAGS) $(OPENSSL_CFLAGS)
tests_unit_test_certificate_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
