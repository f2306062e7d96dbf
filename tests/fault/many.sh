#!/bin/sh
# A plan over 500 accounts and its undo while the service throttles, breaks and
# drops the line, and usher is killed, stopped, started twice, or has no room for its
# journal: every account is changed exactly once each way, and nothing is sent
# again that was not refused or looked up.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/fault/fault.sh"
. "$top_srcdir/tests/fault/many-log.sh"
start_sim --accounts 800 --specialists 560 --no-quota --latency 20

# Runs usher in bad weather, and ends it in the middle of its changes.
breaks_off() { # what signal argument...
  what=$1 with=$2
  shift 2
  sim_middle "$storm"
  "$usher_program" "$@" 2>"$work/first" >/dev/null </dev/null &
  running=$!
  in_middle
  kill -s "$with" "$running" 2>/dev/null
  sim_faults "$storm"
  code=0
  wait "$running" 2>/dev/null || code=$?
  left=$(count_changes)
  if [ "$code" -ne 0 ] && [ "$left" -lt "$accounts" ]; then
    pass "$what after $left changes"
  else
    fail "$what" "status $code, $left changes of $accounts: $(cat "$work/first")"
  fi
}

# --- a storm, killed and hung up; undone in the same weather ---

begin state:enabled
ok "there are 500" [ "$accounts" -ge 500 ]
breaks_off "killed" KILL disable --query state:enabled --yes --quiet
plan=$(newest)
breaks_off "killed once more" KILL journal resume "$plan" --yes --quiet
breaks_off "hung up" HUP journal resume "$plan" --yes --quiet
go_on "$plan"
whole "killed twice and hung up in a storm"
ok "batches were lost" [ "$(lost_batches)" -gt 0 ]
same "it is the only plan" 1 "$(count_plans)"

done_before=$accounts
sim_faults none
begin state:disabled
accounts=$done_before
breaks_off "the undo is killed" KILL journal undo "$plan" --yes --quiet
undo=$(newest)
ok "it is a plan of its own" [ "$undo" != "$plan" ]
breaks_off "and stopped" TERM journal resume "$undo" --yes --quiet
go_on "$undo"
whole "the undo"
sim_faults none
begin state:enabled
same "all are enabled as before" "$done_before" "$accounts"

# --- two at once ---

# Ends with 0 for one (1 where something is left in doubt) and 2 for the other, which names the
# process that has it; or with 0 for both when the second came so late that nothing was left.
one_sees_other() { # what
  ended_one=0 ended_two=0
  wait "$one" || ended_one=$?
  wait "$two" || ended_two=$?
  case "$ended_one $ended_two" in
    "0 2" | "1 2") contains "$1" "process $one" "$(cat "$work/two")" ;;
    "2 0" | "2 1") contains "$1" "process $two" "$(cat "$work/one")" ;;
    "0 0" | "0 1" | "1 0") same "$1 (one after the other)" "$accounts accounts, 1 time" "$(effects)" ;;
    *) fail "$1" "$ended_one and $ended_two: $(cat "$work/one" "$work/two")" ;;
  esac
}

start_sim --accounts 800 --specialists 560 --no-quota --latency 150
begin state:enabled
"$usher_program" disable --query state:enabled --dry-run --output "$work/same.plan" --quiet
"$usher_program" plan apply "$work/same.plan" --yes --quiet 2>"$work/one" >/dev/null </dev/null &
one=$!
"$usher_program" disable --query state:enabled --yes --quiet 2>"$work/two" >/dev/null </dev/null &
two=$!
one_sees_other "of two plans for the same accounts one is applied"
code=$((ended_one * ended_two))
whole "two plans at once"
run plan apply "$work/same.plan" --yes --quiet
same "applied once more it has nothing to send" "0 $accounts accounts, 1 time" "$code $(effects)"

begin state:disabled
sim_middle 'lost=10%,slow=40%,seed=3'
"$usher_program" enable --query state:disabled --yes --quiet 2>"$work/first" >/dev/null </dev/null &
running=$!
ok "a run is on" in_middle
plan=$(newest)
run journal resume "$plan" --yes --quiet
same "what runs is not resumed" 2 "$code"
contains "and who has it is said" "process $running" "$err"
kill -s KILL "$running"
wait "$running" 2>/dev/null
ok "killed in the middle for two to go on" [ "$(count_changes)" -lt "$accounts" ]
sim_faults 'lost=10%,slow=40%,seed=3'
"$usher_program" journal resume "$plan" --yes --quiet 2>"$work/one" >/dev/null </dev/null &
one=$!
"$usher_program" journal resume "$plan" --yes --quiet 2>"$work/two" >/dev/null </dev/null &
two=$!
one_sees_other "of two resumes one goes on"
sim_faults none
go_on "$plan"
whole "two resumes at once"

# --- no room for the journal ---

begin state:enabled
code=0
env USHER_FULL_AT=1000 LD_PRELOAD="$preload" "$usher_program" disable \
  --query state:enabled --yes --quiet >"$work/out" 2>"$work/err" </dev/null || code=$?
ok "a full disk ends it" [ "$code" -ne 0 ]
contains "and says so" "disk is full" "$(cat "$work/err")"
before=$(count_changes)
ok "in the middle ($before changes)" [ "$before" -gt 0 ]
ok "and stops sending" [ "$before" -lt "$accounts" ]
go_on "$(newest)"
whole "a full disk"
exits "the journal is whole" 0 journal verify
done_testing
