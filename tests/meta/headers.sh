#!/bin/sh
# Every header compiles alone. CC and HEADER_CFLAGS come from the Makefile.
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_srcdir/src" || exit 99

alone() { # header
  # shellcheck disable=SC2086
  printf '#include "%s"\n' "$1" |
    $CC -x c -std=gnu17 -D_GNU_SOURCE -Wall -Werror -fsyntax-only $HEADER_CFLAGS -
}

for header in */*.h; do
  ok "$header compiles alone" alone "$header"
done
done_testing
