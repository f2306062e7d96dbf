#!/bin/sh
# A bulk change in the console at 80x24 in bad weather: filter, tag by query, disable;
# the terminal is killed in the middle; the command line goes on; the console undoes it,
# while a second one looks on. Every account is changed exactly once each way.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"
. "$top_srcdir/tests/fault/many-log.sh"

changed() { # at least
  [ "$(count_changes)" -ge "$1" ]
}

left_alone() {
  screen_has "is working on run" || screen_has "Nothing is left to do"
}

start_sim --accounts 800 --specialists 560 --no-quota --latency 60
begin state:enabled
ok "there are 500" [ "$accounts" -ge 500 ]
start_usher 80 24
begins "the list appears" "USER NAME"
sees "with all of them" "560 accounts"
keys /
typed "state:enabled"
sees "they are filtered" "$accounts of 560"
keys Enter
keys T
sees "tagged by the same query" "state:enabled"
keys Enter
sees "which says how many" "$accounts tagged"
sim_faults "$storm"
keys d
sees "the plan says whom" "Disable $accounts accounts" 60
sees "what is done to all once" "state: enabled"
keys y
wait_for 60 changed 60
tm kill-server
wait_for 30 usher_ended && pass "the terminal is gone, and usher with it" ||
  fail "the terminal is gone, and usher with it"
left=$(count_changes)
ok "in the middle ($left of $accounts)" [ "$left" -lt "$accounts" ]
plan=$(newest)
go_on "$plan"
whole "killed with its terminal, and gone on with"
same "it is the only plan" 1 "$(count_plans)"

done_before=$accounts
sim_faults none
begin state:disabled
accounts=$done_before
sim_faults "$storm"
start_usher 80 24
begins "the console again" "USER NAME"
sees "with what it knows" "560 accounts" 30
keys u
sees "takes it back, after showing the plan" "Undo: Disable" 60
keys y
wait_for 60 changed 40
first_server=$tmux_server
first_pid=$(usher_pid)
tmux_server=$((tmux_server + 100))
start_usher 80 24
begins "a second console" "USER NAME"
keys 6
sees "sees the run" "Undo: Disable" 20
keys r
ok "and does not begin it again" wait_for 10 left_alone
keys Escape q
tm kill-server
tmux_server=$first_server
sees "the first one ends it" "of $accounts" 10
wait_for 120 sh -c "! tmux -L usher-test-$$-$first_server capture-pane -p | grep -q 'stop after'"
tm kill-server
kill -0 "$first_pid" 2>/dev/null && wait_for 30 sh -c "! kill -0 $first_pid"
go_on "$(newest)"
whole "the undo"
sim_faults none
begin state:enabled
same "all are enabled as before" "$done_before" "$accounts"
exits "the journal is whole" 0 journal verify
done_testing
