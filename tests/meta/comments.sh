#!/bin/sh
# Every public function says what it does: a comment in the header. And what a comment says of the
# service ("Contract 4.2") stands in doc/contract.md.
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

# "Contract 4.1, 4.4" and "4 to 10" name more than one section.
named() {
  {
    grep -rhoiE 'contract [0-9]+(\.[0-9]+)?((, | and )[0-9]+(\.[0-9]+)?)*' src |
      grep -oE '[0-9]+(\.[0-9]+)?'
    sed -n 's/.*\.source = "\([0-9.]*\)".*/\1/p' src/graph/endpoints.c
  } | sort -u
}

unwritten() {
  for section in $(named); do
    grep -qE "^(## $section\.|- \*\*$section )" doc/contract.md || echo "$section"
  done
}

[ "$(named | wc -l)" -gt 10 ] && pass "comments name the contract" || fail "comments name the contract"
empty "every section that is named is in doc/contract.md" "$(unwritten)"
done_testing
