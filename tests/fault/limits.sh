#!/bin/sh
# What the tenant or the configuration cannot give is said before anything is
# made: seats, a group that nobody can be added to, a mailbox, a permission.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/fault/fault.sh"
start_sim

variant() { # sed script
  sed "$1" "$USHER_CONFIG" >"$work/variant.conf"
  chmod 600 "$work/variant.conf"
}

refused() { # what status text
  changes=$(sim_changes | wc -l)
  make --config "$work/variant.conf"
  same "$1: status" "$2" "$code"
  contains "$1: is named" "$3" "$err"
  same "$1: nothing was sent" "$changes" "$(sim_changes | wc -l)"
}

person 1
variant 's/^group = Specialists/group = All staff/'
refused "a group by a rule" 5 "All staff"
variant 's/^mail_from.*//'
refused "no mailbox to send from" 2 "mail_from"
variant 's/^mail_via.*//; s/^mail_from.*/&\nmail_via = smtp/'
refused "no mail server" 2 "[smtp] url"
variant 's/^domain = .*/domain = not-ours.example/'
make --config "$work/variant.conf"
[ "$code" -ne 0 ] && pass "a domain that is not the tenant's" || fail "a domain that is not the tenant's"
nothing_made "a domain that is not the tenant's"

seats() {
  ask /subscribedSkus |
    jq '.value[] | select(.skuPartNumber == "O365_BUSINESS_ESSENTIALS") | .prepaidUnits.enabled - .consumedUnits'
}
n=100
while [ "$(seats)" -gt 0 ] && [ "$n" -lt 200 ]; do
  n=$((n + 1))
  person "$n"
  make
  [ "$code" -eq 0 ] || break
done
same "all seats are taken" 0 "$(seats)"
person 300
variant ''
refused "no seat left" 5 "O365_BUSINESS_ESSENTIALS"
exits "doctor" 0 doctor --format json
ok "warns of it" jq -e '.[] | select(.check == "seats" and (.detail | startswith("specialists:"))) | .status == "warn"' "$work/out"
done_testing
