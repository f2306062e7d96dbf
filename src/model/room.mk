noinst_LIBRARIES += src/model/libmodel.a
src_model_libmodel_a_CFLAGS = $(AM_CFLAGS) $(ICU_CFLAGS)
src_model_libmodel_a_SOURCES = \
  src/model/account.c src/model/account.h src/model/account-private.h \
  src/model/block.c src/model/block.h \
  src/model/fields.c src/model/fields.h \
  src/model/folding.c src/model/folding.h \
  src/model/listing.c src/model/listing.h \
  src/model/naming.c src/model/naming.h \
  src/model/password.c src/model/password.h \
  src/model/people-accounts.c src/model/people-columns.c src/model/people-file.c \
  src/model/people-file.h src/model/people-private.h \
  src/model/person.c src/model/person.h \
  src/model/impact.c src/model/impact.h \
  src/model/plan.c src/model/plan.h \
  src/model/plan-file.c src/model/plan-file.h \
  src/model/plan-file-read.c src/model/plan-file-private.h \
  src/model/query.c src/model/query-parse.c src/model/query.h src/model/query-private.h \
  src/model/review.c src/model/review.h \
  src/model/romanise.c src/model/romanise-icu.c src/model/romanise.h \
  src/model/roster.c src/model/roster.h \
  src/model/search.c src/model/search.h \
  src/model/snapshot.c src/model/snapshot-builder.c \
  src/model/snapshot.h src/model/snapshot-private.h \
  src/model/template.c src/model/template.h
