# Unit tests of auth.
check_PROGRAMS += tests/unit/test-certificate tests/unit/test-credentials tests/unit/test-token tests/unit/test-keyring \
  tests/unit/test-keyring-unlock tests/unit/test-sealed tests/unit/test-ladder
TESTS += tests/unit/test-certificate tests/unit/test-credentials tests/unit/test-token tests/unit/test-keyring \
  tests/unit/test-keyring-unlock tests/unit/test-sealed tests/unit/test-ladder
tests_unit_test_credentials_SOURCES = tests/unit/test-credentials.c
tests_unit_test_credentials_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
TOKEN_FIXTURE = tests/unit/token-fixture.c tests/unit/token-fixture.h $(SCRIPT_SERVER)
tests_unit_test_token_SOURCES = tests/unit/test-token.c $(TOKEN_FIXTURE)
tests_unit_test_token_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
KEYRING_SESSION = tests/unit/keyring-session.c tests/unit/keyring-session.h
tests_unit_test_keyring_SOURCES = tests/unit/test-keyring.c $(KEYRING_SESSION)
tests_unit_test_keyring_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
tests_unit_test_certificate_SOURCES = tests/unit/test-certificate.c
tests_unit_test_certificate_CFLAGS = $(AM_CFLAGS) $(OPENSSL_CFLAGS)
tests_unit_test_certificate_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
tests_unit_test_sealed_SOURCES = tests/unit/test-sealed.c
tests_unit_test_sealed_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
tests_unit_test_ladder_SOURCES = tests/unit/test-ladder.c
tests_unit_test_ladder_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
tests_unit_test_keyring_unlock_SOURCES = tests/unit/test-keyring-unlock.c $(KEYRING_SESSION)
tests_unit_test_keyring_unlock_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
check_PROGRAMS += tests/unit/test-token-ways
TESTS += tests/unit/test-token-ways
tests_unit_test_token_ways_SOURCES = tests/unit/test-token-ways.c $(TOKEN_FIXTURE)
tests_unit_test_token_ways_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
