noinst_LIBRARIES += src/auth/libauth.a
src_auth_libauth_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(SECRET_CFLAGS) $(CJSON_CFLAGS) $(OPENSSL_CFLAGS) \
  $(SODIUM_CFLAGS) $(KEYUTILS_CFLAGS)
src_auth_libauth_a_SOURCES = \
  src/auth/credentials.c src/auth/credentials.h src/auth/credentials-private.h \
  src/auth/credentials-command.c \
  src/auth/credentials-kernel.c \
  src/auth/credentials-keyring.c \
  src/auth/credentials-sealed.c \
  src/auth/keyring.c \
  src/auth/keyring-unlock.c src/auth/libsecret.c src/auth/libsecret.h \
  src/auth/ladder.c src/auth/ladder.h \
  src/auth/sealed-file.c src/auth/sealed-file.h \
  src/auth/token.c src/auth/token.h src/auth/token-private.h \
  src/auth/certificate.c src/auth/certificate.h src/auth/certificate-private.h \
  src/auth/certificate-assert.c \
  src/auth/certificate-engine.c \
  src/auth/token-answer.c \
  src/auth/token-app.c \
  src/auth/token-challenge.c \
  src/auth/token-device.c \
  src/auth/token-refresh.c \
  src/auth/token-refusals.c
