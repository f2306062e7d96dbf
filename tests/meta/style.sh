#!/bin/sh
# What a reader may rely on in every file of the house.
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_srcdir" || exit 99

# Tables: one row after another, longer than the rest may be.
TABLES='src/(app/(actions|settings)[a-z-]*|model/fields|graph/endpoints)\.c'

sources=$(find src tests -name '*.[ch]' | sort)

without_opening() {
  for file in $sources; do
    head -n 1 "$file" | grep -q '^/\*' || echo "$file"
  done
}

without_pragma() {
  find src tests -name '*.h' | sort | xargs grep -L '^#pragma once'
}

# A .c of a room includes its own header first, if it has one (or its private one).
own_header_late() {
  for file in src/*/*.c; do
    own=${file#src/}
    own=${own%.c}.h
    [ -f "src/$own" ] || continue
    first=$(sed -n 's/^#include *["<]\(.*\)[">].*/\1/p' "$file" | head -n 1)
    [ "$first" = "$own" ] || [ "$first" = "${own%.h}-private.h" ] || echo "$file: $first comes before $own"
  done
}

too_long() {
  printf '%s\n' "$sources" | grep -vxE "$TABLES" | xargs wc -l |
    awk '$2 != "total" && $1 > 600 { print $2 ": " $1 " lines" }'
}

empty "every file opens with what it is for" "$(without_opening)"
empty "every header is included once" "$(without_pragma)"
empty "every .c includes its own header first" "$(own_header_late)"
empty "no file over 600 lines" "$(too_long)"
empty "files are named in kebab-case" \
  "$(find src tests -name '*.[ch]' | grep -vE '/[a-z0-9]+(-[a-z0-9]+)*\.[ch]$')"
empty "nothing is left for later" \
  "$(grep -rnE '\b(TO''DO|FIX''ME|XX''X|HA''CK)\b' src tests man configure.ac Makefile.am dev --include='*' |
    grep -vE '\.po:|\.pot:|mktemp|/tests/data/|X{4}')"
empty "no tabs, no blanks at the end of a line" \
  "$(grep -nE "	|[ 	]+\$" $sources | head -n 20)"
done_testing
