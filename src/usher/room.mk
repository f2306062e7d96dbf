# The program.
bin_PROGRAMS += src/usher/usher
src_usher_usher_SOURCES = src/usher/main.c
src_usher_usher_LDADD = src/cli/libcli.a src/tui/libtui.a $(APP_LIBS) $(NCURSES_LIBS)
