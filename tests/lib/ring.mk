# What the rings share.
EXTRA_DIST += tests/lib/run-test tests/lib/tap.sh tests/lib/sim.sh tests/lib/preload.sh tests/lib/terminal.py tests/lib/proxy.py tests/lib/lsan.supp

# Preloaded by fault tests; see its head. Not through libtool, which nothing else here needs.
EXTRA_DIST += tests/lib/kill-at-sync.c
check_DATA += tests/lib/kill-at-sync.so
CLEANFILES += tests/lib/kill-at-sync.so
tests/lib/kill-at-sync.so: tests/lib/kill-at-sync.c
	$(AM_V_CC)$(MKDIR_P) tests/lib && $(CC) $(CPPFLAGS) -D_GNU_SOURCE $(CFLAGS) -Wall -Wextra \
	  -shared -fPIC -o $@ $(top_srcdir)/tests/lib/kill-at-sync.c -ldl

# Runs a program in a login of its own, as far as the kernel's keyring goes.
check_PROGRAMS += tests/lib/new-login
tests_lib_new_login_SOURCES = tests/lib/new-login.c
tests_lib_new_login_LDADD = $(KEYUTILS_LIBS)
