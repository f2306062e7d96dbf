noinst_LIBRARIES += src/app/libapp.a
src_app_libapp_a_CFLAGS = $(AM_CFLAGS)
src_app_libapp_a_SOURCES = \
  src/app/actions-console.c \
  src/app/actions-private.h \
  src/app/actions.c \
  src/app/actions.h \
  src/app/app.h \
  src/app/config.h \
  src/app/job.c \
  src/app/job.h \
  src/app/records.c \
  src/app/records.h
