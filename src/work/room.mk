noinst_LIBRARIES += src/work/libwork.a
src_work_libwork_a_CFLAGS = $(AM_CFLAGS)
src_work_libwork_a_SOURCES = \
  src/work/apply.c \
  src/work/apply.h \
  src/work/apply-alone.c \
  src/work/apply-batch.c \
  src/work/apply-check.c src/work/apply-commit.c \
  src/work/apply-journal.c \
  src/work/apply-private.h \
  src/work/apply-queue.c \
  src/work/apply-resume.c \
  src/work/bounds.c \
  src/work/bounds.h \
  src/work/check.c \
  src/work/check.h \
  src/work/create.c \
  src/work/create-again.c \
  src/work/create.h \
  src/work/create-many.c \
  src/work/create-many.h \
  src/work/create-plan.c \
  src/work/create-private.h \
  src/work/create-tenant.c \
  src/work/grace.c \
  src/work/guard.c \
  src/work/guard.h \
  src/work/impact.c \
  src/work/impact.h \
  src/work/lifecycle.c \
  src/work/lifecycle.h \
  src/work/lifecycle-mail.c \
  src/work/lifecycle-private.h \
  src/work/lifecycle-set.c \
  src/work/preview.c \
  src/work/rollback.c \
  src/work/step-account.c \
  src/work/step-batch.c \
  src/work/step-group.c \
  src/work/step-people.c \
  src/work/step-mail.c \
  src/work/step-password.c \
  src/work/step-private.h \
  src/work/step-user.c \
  src/work/step.c \
  src/work/undo.c \
  src/work/undo.h \
  src/work/work.h
