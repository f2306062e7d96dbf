#!/bin/sh
# A review of 300 accounts at 80x24, left three times (by Esc, by a dead terminal, by q) and
# gone on with at the same place: one plan, one report.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

# The same keys so many times, and the count that must follow.
decide() { # keys times decided
  for _ in $(seq "$2"); do
    # shellcheck disable=SC2086
    keys $1
  done
  sees "$3 are decided" "$3 of 300 decided" 60
}

goes_on() { # place
  begins "the list appears" "USER NAME"
  keys 3
  sees "the review is there" "autumn"
  keys Enter
  sees "and goes on at the same place" "$1 of 300 " 20
}

start_sim --accounts 900 --specialists 300
start_usher 80 24
begins "the list appears" "USER NAME"
sees "with all of them" "300 accounts"
keys 3
sees "there is no review" "There is no review yet"
keys n
sees "a new one of all" "Of the 300 accounts"
typed "autumn"
keys Enter
sees "begins at the first" " 1 of 300 " 60
decide "k k k k d d s x E k" 9 90
keys Escape
gone "Esc leaves it" "suggestion:"
keys Enter
sees "Enter goes on at the same place" "91 of 300 "
decide "k k k k k d d s k k" 6 150
tm kill-server
wait_for 30 usher_ended || fail "the terminal is gone, and usher with it"

start_usher 80 24
goes_on 151
decide "k k k k k k k k d d" 10 250
keys Escape
gone "back in the list" "suggestion:"
keys q
wait_for 30 usher_ended || fail "q leaves"

start_usher 80 24
goes_on 251
decide "k k k k k k k k k d" 5 300
sees "all are decided" "shows the plan"
keys a
sees "the decisions are a plan" "y apply"
keys y
sees "which is applied" "Done" 120
same "there is one plan" 1 "$("$usher_program" journal list --format tsv --no-header | wc -l)"
keys Enter
sees "the review says so" "applied"
keys r
sees "its report" "The evidence"
keys C-u
typed "$work/report.json"
keys Enter
sees "is written" "The report is in"
same "with everybody, once" "300 300" "$(jq -r "[.. | objects | .userPrincipalName? // empty] | \"\\(length) \\(unique | length)\"" "$work/report.json")"
run review apply autumn --yes
ok "it cannot be applied twice" [ "$code" -ne 0 ]
same "there is still one plan" 1 "$("$usher_program" journal list --format tsv --no-header | wc -l)"
keys q
wait_for 30 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"
done_testing
