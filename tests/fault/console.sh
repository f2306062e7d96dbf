#!/bin/sh
# The console at 80x24 with many accounts: filter, tag by query, disable, in a storm
# of refusals and lost answers, and its terminal is killed in the middle; the command line goes
# on and takes it back. Then two consoles at once. Every account is changed once each way.
#
# STORM_ACCOUNTS: how many (560: 500 of them enabled).
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"
. "$top_srcdir/tests/fault/many-log.sh"
# A dying terminal sends its signal more than once: the leak checker, met by the second one while it
# looks, would wait for ever.
# shellcheck disable=SC2034
usher_env="ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0"

many=${STORM_ACCOUNTS:-560}
start_sim --accounts $((many + 200)) --specialists "$many" --no-quota --latency 100
usher list --live --quiet >/dev/null

usher_gone() { # pid
  case $(ps -o stat= -p "$1") in "" | Z*) return 0 ;; *) return 1 ;; esac
}

changed_at_least() { # changes
  [ "$(count_changes)" -ge "$1" ]
}

# Filter, tag by query and disable in the console of this pane, up to the plan.
choose() { # who
  keys /
  typed "ext"
  keys Enter
  keys T
  sees "$1: the query to tag by is asked for" "Tag"
  keys C-u
  typed "state:enabled"
  keys Enter
  sees "$1: what it matches is tagged" "$accounts tagged"
  keys d
  sees "$1: the plan is shown" "disable $accounts" 60
}

# --- the terminal is killed in the middle ---

begin state:enabled
start_usher 80 24
begins "the list appears" "USER NAME"
sees "and is read anew" "synced"
choose "the console"
keys d
sleep 0.3
same "the key that asked for it does not apply it" 0 "$(count_changes)"
sim_middle "$storm"
keys y
running=$(usher_pid)
ok "it is in the middle" in_middle
tm kill-pane
sim_faults "$storm"
wait_for 100 usher_gone "$running" && pass "it ends with its terminal" || fail "it ends with its terminal"
left=$(count_changes)
ok "in the middle ($left changes)" [ "$left" -lt "$accounts" ]
plan=$(newest)
go_on "$plan"
whole "disabled in the console, resumed from the command line"

disabled=$accounts
sim_faults none
begin state:disabled
accounts=$disabled
sim_faults "$storm"
run journal undo "$plan" --yes --quiet
go_on "$(newest)"
whole "undone from the command line"
sim_faults none
begin state:enabled
same "all are enabled as before" "$disabled" "$accounts"

# --- two consoles at once ---

# Each in a tmux of its own; `tm` speaks to $tmux_server.
one=$tmux_server two=100
both_cleanup() {
  tmux_server=$one tm kill-server 2>/dev/null
  tmux_server=$two tm kill-server 2>/dev/null
  sim_cleanup
}
trap both_cleanup EXIT
start_usher 80 24
one=$tmux_server
begins "one console" "USER NAME"
pid_one=$(usher_pid)
tmux_server=$((two - 1))
start_usher 80 24
begins "another one" "USER NAME"
pid_two=$(usher_pid)
choose "the second"
tmux_server=$one
choose "the first"
plans=$(count_plans)
sim_middle "$storm"
keys y
tmux_server=$two
keys y

refused() {
  for server in "$one" "$two"; do
    tmux_server=$server
    screen_has "and others right" && return 0
  done
  return 1
}
wait_for 60 refused && pass "only one goes on" || fail "only one goes on" "$(screen_lines)"
[ "$tmux_server" = "$one" ] && winner=$two pid=$pid_two || { winner=$one pid=$pid_one; }
contains "the other says who has it" "process $pid" "$(screen)"
same "it has journalled nothing" "$((plans + 1))" "$(count_plans)"
tmux_server=$winner
ok "it is in the middle" in_middle
tm kill-pane
sim_faults "$storm"
wait_for 100 usher_gone "$pid" && pass "it ends with its terminal" || fail "it ends with its terminal"
ok "in the middle ($(count_changes) changes)" [ "$(count_changes)" -lt "$accounts" ]
plan=$(newest)
go_on "$plan"
whole "two consoles, resumed from the command line"

[ "$winner" = "$one" ] && tmux_server=$two || tmux_server=$one
sim_faults none
begin state:disabled
accounts=$disabled
sim_faults "$storm"
keys Enter
gone "what was refused is put away" "Enter close"
keys u
sees "the other console takes it back" "enable $accounts" 100
keys y
ok "which begins" wait_for 60 changed_at_least 1
go_on "$(newest)"
whole "undone in the other console"
exits "the journal is whole" 0 journal verify
done_testing
