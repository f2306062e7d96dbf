# usher-docgen: the tables as man pages, completion and example configuration.
noinst_PROGRAMS += src/docgen/usher-docgen
src_docgen_usher_docgen_SOURCES = \
  src/docgen/doc-commands.c \
  src/docgen/doc-fields.c src/docgen/doc-people.c \
  src/docgen/doc-settings.c \
  src/docgen/doc-shapes.c \
  src/docgen/docgen.h \
  src/docgen/main.c \
  src/docgen/mdoc.c
src_docgen_usher_docgen_LDADD = src/cli/libcli.a $(APP_LIBS)
