# Unit tests of mail.
MAIL_TESTS = tests/unit/test-mail tests/unit/test-mail-smtp
check_PROGRAMS += $(MAIL_TESTS)
TESTS += $(MAIL_TESTS)
EXTRA_DIST += tests/lib/smtp-sink.py
tests_unit_test_mail_CFLAGS = $(AM_CFLAGS) $(GMIME_CFLAGS)
tests_unit_test_mail_LDADD = $(MAIL_LIBS) $(NET_LIBS) $(MODEL_LIBS)
tests_unit_test_mail_smtp_LDADD = $(MAIL_LIBS) $(NET_LIBS) $(MODEL_LIBS)
