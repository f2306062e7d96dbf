#!/bin/sh
# usher create, killed at each sync of the journal, then repaired: exactly one
# account, in the group, mailed once or said to be unknown.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/fault/fault.sh"
start_sim --accounts 2000

killed=0
for at in $(seq 1 80); do
  person "$at"
  broken USHER_KILL_AT="$at"
  if [ "$code" -eq 0 ]; then
    break
  fi
  if [ "$code" -ne 137 ]; then
    fail "killed at sync $at" "status $code: $(cat "$work/err")"
    continue
  fi
  killed=$((killed + 1))
  plans=$("$usher_program" journal list --format tsv --no-header --quiet | wc -l)
  finish
  if [ "$(accounts)" -eq 0 ] && [ "$plans" -eq "${before:-0}" ]; then
    nothing_made "killed at sync $at, before the plan was written"
  else
    exactly_one "killed at sync $at"
  fi
  before=$("$usher_program" journal list --format tsv --no-header --quiet | wc -l)
done
exactly_one "not killed at all"
[ "$killed" -ge 12 ] && pass "each step was broken off ($killed syncs)" ||
  fail "each step was broken off" "only $killed syncs were seen"
exits "the journal is whole" 0 journal verify

# --- broken off again while it is repaired ---

for at in 2 4 6 8 10 12; do
  person "9$at"
  broken USHER_KILL_AT=9
  same "killed at sync 9, for sync $at of the repair" 137 "$code"
  code=0
  env USHER_KILL_AT=$at LD_PRELOAD="$preload" "$usher_program" \
    repair --yes --quiet >"$work/out" 2>"$work/err" </dev/null || code=$?
  finish
  exactly_one "killed at sync 9, and at sync $at of the repair"
done

# --- two at once ---

person 700
broken USHER_KILL_AT=9
"$usher_program" repair --yes --quiet >"$work/one" 2>&1 </dev/null &
one=$!
"$usher_program" repair --yes --quiet >"$work/two" 2>&1 </dev/null &
two=$!
wait "$one"
wait "$two"
finish
exactly_one "two repairs at once"

person 701
"$usher_program" create --yes --quiet --first "$first" --last "$last" --mobile '+49 151 2345678' \
  --email "$email" --sponsor "$sponsor" >"$work/one" 2>&1 </dev/null &
one=$!
make
wait "$one"
finish
exactly_one "the same person created twice at once"

# Both look, then both would make: under other names, so that the service has no objection.
person 702
sim_faults slow=100%,path=/v1.0/groups
"$usher_program" create --yes --quiet --first "$first" --last "$last" --mobile '+49 151 2345678' \
  --user another.name --email "$email" --sponsor "$sponsor" >"$work/one" 2>&1 </dev/null &
one=$!
make
wait "$one"
sim_faults none
finish
exactly_one "the same person created twice at once under two names"
exits "the journal is whole" 0 journal verify
done_testing
