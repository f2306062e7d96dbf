#!/bin/sh
# A journal that cannot be written: nothing is sent; one that fails in the middle
# stops the run, and what was made is finished later.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/fault/fault.sh"
start_sim --accounts 2000

person 1
code=0
env USHER_FULL_AT=1 LD_PRELOAD="$preload" "$usher_program" create --yes \
  --quiet --first "$first" --last "$last" --mobile '+49 151 2345678' --email "$email" \
  --sponsor "$sponsor" >"$work/out" 2>"$work/err" </dev/null || code=$?
same "a full disk: status" 1 "$code"
empty "nothing was sent" "$(sim_changes)"
ok "and the reason is said" grep -qi 'disk\|space\|full' "$work/err"

code=0
env XDG_STATE_HOME=/proc "$usher_program" create --yes --quiet --first "$first" --last "$last" \
  --mobile '+49 151 2345678' --email "$email" --sponsor "$sponsor" >"$work/out" 2>"$work/err" \
  </dev/null || code=$?
[ "$code" -ne 0 ] && pass "a read-only place: refused" || fail "a read-only place: refused" "$(cat "$work/out")"
empty "nothing was sent" "$(sim_changes)"

printf '\n[store]\nurl = sqlite:%s/not-there/usher.db\n' "$work" >>"$USHER_CONFIG"
printf 'no folder here' >"$work/not-there"
make
[ "$code" -ne 0 ] && pass "no place at all: refused" || fail "no place at all: refused" "$out"
empty "nothing was sent" "$(sim_changes)"
sed -i '/^\[store\]/,$d' "$USHER_CONFIG"

for at in 10 20 30 40 50 60 70 80 100 120; do
  person "2$at"
  broken USHER_FULL_AT="$at"
  [ "$code" -ne 0 ] || { exactly_one "the disk fills up after write $at"; break; }
  if [ "$(accounts)" -eq 0 ] && [ "$(mails)" -eq 0 ]; then
    pass "the disk fills up at write $at: nothing was made"
    finish
    continue
  fi
  finish
  exactly_one "the disk fills up at write $at, and has room again"
done
exits "the journal is whole" 0 journal verify
done_testing
