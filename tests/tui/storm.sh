#!/bin/sh
# A bulk change is undone in the console at 80x24 in bad weather, while a second one looks on
# and may not begin it again. Every account is changed exactly once.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"
. "$top_srcdir/tests/fault/many-log.sh"
# A dying terminal sends its signal more than once: the leak checker, met by the second one while it
# looks, would wait for ever.
# shellcheck disable=SC2034
usher_env="ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0"

left_alone() {
  screen_has "is working on run" || screen_has "Nothing is left to do"
}

start_sim --accounts 800 --specialists 560 --no-quota --latency 60
begin state:enabled
ok "there are 500" [ "$accounts" -ge 500 ]
run disable --query state:enabled --yes --quiet
same "they are disabled" 0 "$code"

done_before=$accounts
begin state:disabled
accounts=$done_before
sim_middle "$storm"
start_usher 80 24
begins "the console again" "USER NAME"
sees "with what it knows" "560 accounts"
keys u
sees "takes it back, after showing the plan" "Undo: Disable" 60
keys y
first_server=$tmux_server
first_pid=$(usher_pid)
ok "it is in the middle" in_middle
tmux_server=$((tmux_server + 100))
start_usher 80 24
begins "a second console" "USER NAME"
keys 6
sees "sees the run" "Undo: Disable"
keys r
ok "and does not begin it again" wait_for 30 left_alone
keys Escape q
tm kill-server
tmux_server=$first_server
sim_faults "$storm"
sees "the first one ends it" "of $accounts"
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
