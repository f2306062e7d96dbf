# The program itself joins bin_PROGRAMS once cli_main() exists.
EXTRA_PROGRAMS += src/usher/usher
src_usher_usher_SOURCES = src/usher/main.c
src_usher_usher_LDADD = src/cli/libcli.a src/tui/libtui.a $(APP_LIBS) $(NCURSES_LIBS)
