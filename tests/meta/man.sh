#!/bin/sh
# The manual pages, by hand and generated, are clean.
. "$top_srcdir/tests/lib/tap.sh"
command -v mandoc >/dev/null || skip_all "mandoc is not installed"

# Every remark of the checker, but for other pages, which this machine need not have.
clean() { # page
  mandoc -T lint "$1" | grep -v -e 'referenced manual not found' -e 'mandoc.db' >"$HOME/remarks"
  [ ! -s "$HOME/remarks" ] || { cat "$HOME/remarks"; return 1; }
}

found=0
for page in "$top_srcdir"/man/*.[1-8] "$top_builddir"/man/*.[1-8]; do
  [ -f "$page" ] || continue
  case $page in
    "$top_srcdir"/*) [ "$top_srcdir" != "$top_builddir" ] || [ "$found" -eq 0 ] || true ;;
  esac
  found=$((found + 1))
  ok "${page##*/} is clean" clean "$page"
done
[ "$found" -gt 0 ] || skip_all "there is no manual page yet"
done_testing
