noinst_LIBRARIES += src/net/libnet.a
src_net_libnet_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
src_net_libnet_a_SOURCES = \
  src/net/curl.c src/net/curl.h \
  src/net/http.c src/net/http.h src/net/http-private.h \
  src/net/http-network.c \
  src/net/pace.c src/net/pace.h \
  src/net/proxy.c src/net/proxy.h \
  src/net/retry.c src/net/retry.h \
  src/net/throttle.c src/net/throttle.h \
  src/net/url.c src/net/url.h
