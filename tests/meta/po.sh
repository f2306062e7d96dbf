#!/bin/sh
# Translations: what xgettext must read, and that the catalogues are sound.
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_srcdir" || exit 99
command -v msgfmt >/dev/null || skip_all "gettext is not installed"

grep -lE '(^|[^A-Za-z0-9_])(_|N_|C_|NC_|ngettext|g_dngettext)[[:space:]]*\([[:space:]]*"' src/*/*.c src/*/*.h |
  sort >"$HOME/marked"
grep -vE '^[[:space:]]*(#|$)' po/POTFILES.in | sort >"$HOME/listed"

# "make -C build potfiles" writes the list anew.
empty "every file with translatable text is in POTFILES.in" "$(comm -23 "$HOME/marked" "$HOME/listed")"
empty "every file in POTFILES.in has translatable text" "$(comm -13 "$HOME/marked" "$HOME/listed")"

for language in $(grep -v '^#' po/LINGUAS); do
  ok "$language: the catalogue is sound" \
    msgfmt --check --output-file=/dev/null "po/$language.po"
done
done_testing
