#!/bin/sh
# German is complete: nothing untranslated, nothing fuzzy, against the texts
# that are in the code now.
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_srcdir" || exit 99
command -v xgettext >/dev/null || skip_all "gettext is not installed"

options=$(sed -n 's/^XGETTEXT_OPTIONS *= *//p' po/Makevars)
# shellcheck disable=SC2086
ok "the texts are found" xgettext $options --files-from=po/POTFILES.in --directory=. \
  --output="$HOME/usher.pot"
ok "they are matched with the German ones" msgmerge --quiet --no-fuzzy-matching \
  --output-file="$HOME/de.po" po/de.po "$HOME/usher.pot"

# xgettext knows PRId64, not G_GINT64_FORMAT: a text ends there, and is never found again.
empty "no text is cut off at a macro" "$(sed -n 's/.*[^%]%"$/&/p; s/^msgid "%"$/&/p' "$HOME/usher.pot")"

listed() { # attribute
  msgattrib "$1" --no-obsolete --no-location "$HOME/de.po" | sed -n '/^msgid/,$p' | head -n 60
}

empty "nothing is untranslated" "$(listed --untranslated)"
empty "nothing is fuzzy" "$(listed --only-fuzzy)"
empty "nothing is kept that the code no longer says" \
  "$(msgattrib --only-obsolete po/de.po | head -n 20)"
done_testing
