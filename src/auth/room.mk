noinst_LIBRARIES += src/auth/libauth.a
src_auth_libauth_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(SECRET_CFLAGS) $(CJSON_CFLAGS) $(OPENSSL_CFLAGS)
src_auth_libauth_a_SOURCES =
