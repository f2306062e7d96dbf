noinst_LIBRARIES += src/auth/libauth.a
src_auth_libauth_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(SECRET_CFLAGS) $(CJSON_CFLAGS)
src_auth_libauth_a_SOURCES = \
  src/auth/credentials.c src/auth/credentials.h src/auth/credentials-private.h \
  src/auth/credentials-command.c \
  src/auth/credentials-keyring.c \
  src/auth/keyring.c \
  src/auth/token.c src/auth/token.h src/auth/token-private.h \
  src/auth/token-answer.c \
  src/auth/token-device.c
