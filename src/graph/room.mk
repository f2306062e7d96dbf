noinst_LIBRARIES += src/graph/libgraph.a
src_graph_libgraph_a_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
src_graph_libgraph_a_SOURCES = \
  src/graph/answer.c \
  src/graph/batch.c src/graph/batch.h \
  src/graph/client.c src/graph/client.h src/graph/client-private.h \
  src/graph/endpoints.c src/graph/endpoints.h \
  src/graph/groups.c src/graph/groups.h \
  src/graph/licences.c \
  src/graph/mail.c src/graph/mail.h \
  src/graph/organization.c src/graph/organization.h \
  src/graph/pages.c src/graph/pages-private.h \
  src/graph/request.c src/graph/request.h \
  src/graph/reader.c src/graph/reader-private.h \
  src/graph/roles.c src/graph/roles.h \
  src/graph/users-change.c \
  src/graph/users.c src/graph/users.h src/graph/users-private.h \
  src/graph/users-find.c \
  src/graph/users-list.c src/graph/users-many.c \
  src/graph/users-read.c src/graph/users-scan.c \
  src/graph/users-sponsors.c
