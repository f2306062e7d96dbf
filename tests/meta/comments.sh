#!/bin/sh
# Every public function says what it does: a comment in the header.
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_srcdir" || exit 99

# A function has a comment beside it or above it in its block (lines without a
# blank one between them). What makes, copies and
# frees by convention (HACKING) needs none.
undocumented() {
  for file in src/*/*.h; do
    awk -v file="$file" '
      /^[[:space:]]*$/ { said = 0; next }
      /\/\*/ && !/^[[:space:]]+[A-Za-z]/ { said = 1; next }
      /^(typedef|G_DEFINE|#|})/ { next }
      /^[A-Za-z].*[ *][a-z][a-z0-9_]*\(/ && !/_(new|copy|free|clear|ref|unref|init)\(/ && !said && !/\/\*/ {
        print file ":" FNR ": " $0
      }' "$file"
  done
}

empty "every public function has a comment" "$(undocumented)"
done_testing
