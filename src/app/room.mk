noinst_LIBRARIES += src/app/libapp.a
src_app_libapp_a_CPPFLAGS = $(AM_CPPFLAGS) -DUSHER_VERSION='"$(PACKAGE_VERSION)"'
src_app_libapp_a_CFLAGS = $(AM_CFLAGS)
src_app_libapp_a_SOURCES = \
  src/app/accounts-sort.c src/app/actions-accounts.c \
  src/app/actions-console.c \
  src/app/actions-import.c \
  src/app/actions-journal.c \
  src/app/actions-lifecycle.c \
  src/app/actions-plan.c \
  src/app/actions-private.h \
  src/app/actions-program.c \
  src/app/actions-review.c \
  src/app/actions-session.c \
  src/app/actions.c \
  src/app/actions.h \
  src/app/app-apply.c src/app/app-create.c src/app/app-log.c \
  src/app/app-import.c \
  src/app/app-import.h \
  src/app/app-change.c \
  src/app/app-change.h \
  src/app/app-choose.c \
  src/app/app-group.c \
  src/app/app-place.c \
  src/app/place.h \
  src/app/app-plan.c src/app/app-release.c src/app/app-session.c \
  src/app/app-private.h src/app/app-setup.c src/app/app-setup.h \
  src/app/app-review.c src/app/app-review-apply.c src/app/app-review.h \
  src/app/app.c \
  src/app/app.h \
  src/app/config-check.c src/app/config-private.h \
  src/app/config-clouds.c \
  src/app/config-source.c \
  src/app/config-views.c \
  src/app/config.c \
  src/app/config.h \
  src/app/directory.c \
  src/app/doctor-machine.c src/app/doctor-network.c src/app/doctor-tenant.c \
  src/app/doctor-private.h src/app/doctor.c \
  src/app/job.c \
  src/app/job.h \
  src/app/permissions.c \
  src/app/permissions.h \
  src/app/memory.c src/app/memory.h \
  src/app/profiles.c src/app/profiles.h \
  src/app/records.c \
  src/app/records-write.c \
  src/app/records.h \
  src/app/review-report-private.h \
  src/app/review-report-text.c \
  src/app/review-report.c \
  src/app/settings.c
