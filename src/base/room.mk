noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
src_base_libbase_a_SOURCES = \
  src/base/clock.c src/base/clock.h \
  src/base/csv.c src/base/csv.h \
  src/base/error.c src/base/error.h \
  src/base/draft.c src/base/draft.h \
  src/base/file.c src/base/file.h \
  src/base/harden.c src/base/harden.h \
  src/base/i18n.h \
  src/base/json.c src/base/late.c src/base/late.h src/base/json.h \
  src/base/log.c src/base/log.h \
  src/base/secret.c src/base/secret-environment.c src/base/secret.h \
  src/base/sheet.c src/base/sheet-decode.c src/base/sheet.h src/base/sheet-private.h \
  src/base/text-fold.c src/base/text.c src/base/text.h
