noinst_LIBRARIES += src/store/libstore.a
src_store_libstore_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) $(CJSON_CFLAGS)
src_store_libstore_a_SOURCES = \
  src/store/cache.c src/store/cache.h \
  src/store/journal.c src/store/journal.h src/store/journal-private.h \
  src/store/journal-chain.c src/store/journal-claim.c src/store/journal-lease.c src/store/journal-read.c \
  src/store/journal-verify.c \
  src/store/reviews.c src/store/reviews-read.c src/store/reviews.h \
  src/store/schema.c \
  src/store/store.c src/store/store.h src/store/store-private.h
