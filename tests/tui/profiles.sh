#!/bin/sh
# Several tenants in the console: the name on screen, one key to the other, a
# list when there are more, and nothing carried over.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

start_sim --accounts 300 --specialists 100
# A second profile of the same simulator, by another name of its tenant.
{
  cat "$work/usher.conf"
  sed -n '/^\[profile contoso\]/,/^\[roster/p' "$work/usher.conf" | sed '$d' |
    sed -e 's/^\[profile contoso\]/[profile fabrikam]/' -e 's/^tenant.*/tenant = contoso.onmicrosoft.com/' \
      -e 's/^rosters.*/rosters = guests/'
} >"$work/two.conf"
chmod 600 "$work/two.conf"
USHER_CONFIG=$work/two.conf start_usher 100 30 --profile contoso
begins "the first tenant is on screen" "contoso.com · Specialists"
sees "with its accounts" "100 accounts"
keys '*'
sees "some are tagged" "100 tagged"
keys P
sees "one key goes to the other tenant" "contoso.onmicrosoft.com · Guests"
sees "which says so" "Now: fabrikam"
gone "no tag is carried over" "tagged"
keys P
sees "and the same key back" "contoso.com · Specialists"
keys A
sees "with three rosters there is a list" "Rosters"
typed "guests"
keys Enter
sees "from which one is taken" "contoso.com · Guests"
keys q

{
  cat "$work/two.conf"
  sed -n '/^\[profile fabrikam\]/,$p' "$work/two.conf" | sed 's/^\[profile fabrikam\]/[profile tailspin]/'
} >"$work/three.conf"
chmod 600 "$work/three.conf"
USHER_CONFIG=$work/three.conf start_usher 100 30 --profile contoso
begins "with three profiles" "contoso.com · Specialists"
keys P
sees "there is a list" "tailspin"
typed "tail"
keys Enter
sees "from which one is taken" "Now: tailspin"

# The colour: of the profile, and none where none is wanted.
colour_of() { # tenant
  tm capture-pane -p -e | sed -n 1p | sed "s/$1.*//" | sed 's/.*usher//'
}
sed 's/^\[profile contoso\]/&\ncolour = red/' "$work/two.conf" >"$work/red.conf"
chmod 600 "$work/red.conf"
USHER_CONFIG=$work/red.conf start_usher 100 30 --profile contoso
begins "a tenant with a colour" "contoso.com · Specialists"
contains "is shown in it" "203" "$(colour_of contoso.com)"
usher_env=NO_COLOR=1
USHER_CONFIG=$work/red.conf start_usher 100 30 --profile contoso
begins "without colours" "contoso.com · Specialists"
empty "there is none" "$(colour_of contoso.com | grep -E '38;5|3[1-7]m')"
keys q
done_testing
