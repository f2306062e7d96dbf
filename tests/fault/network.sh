#!/bin/sh
# The network goes away in the middle of a plan over many accounts: the run ends and says so,
# what was not sent is as open as before, and a resume goes on there when it is back.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/fault/many-log.sh"

# The same tenant at the same address, away and back.
appear() { # option...
  start_sim --accounts 700 --specialists 400 --seats 900 --no-quota --latency 100 \
    --state "$work/tenant" "$@"
}

appear
port=$(cat "$work/port")

changed_at_least() { # requests
  [ "$(log | jq -c "select($made)" | wc -l)" -ge "$1" ]
}

# Runs usher until so many changes are made, and takes the tenant away; after a few more none is
# answered, so that it cannot be over before.
lose_it() { # changes argument...
  until=$1
  shift
  sim_hold $((3 * until))
  "$usher_program" "$@" --yes --quiet 2>"$work/err" >/dev/null </dev/null &
  running=$!
  ok "it is in the middle" wait_for 60 changed_at_least "$until"
  stop_sim
  code=0
  wait "$running" || code=$?
  err=$(cat "$work/err")
}

# How many operations are in a state.
in_state() { # state
  "$usher_program" journal show "$plan" --format json --quiet |
    jq --arg state "$1" '[.[] | select(.status == $state)] | length'
}

judge() { # what
  same "$1: ends as unreachable" "4 " "$code $([ "$code" -eq 4 ] || cat "$work/err")"
  contains "$1: and says how to go on" "journal resume" "$err"
  plan=$(newest)
  same "$1: nothing counts as failed" 0 "$(in_state failed)"
  same "$1: nor as skipped" 0 "$(in_state skipped)"
  ok "$1: much is open" [ "$(in_state planned)" -gt 0 ]
  run journal resume "$plan" --yes --quiet
  same "$1: while it is away a resume says the same" 4 "$code"
  appear --port "$port"
  run journal resume "$plan" --yes --quiet
  same "$1: back again it is finished" "0 " "$code $([ "$code" -eq 0 ] || printf '%s' "$err")"
}

# --- in batches ---

made='.method == "PATCH" and .status == 204'
begin state:enabled
lose_it 60 disable --query state:enabled
judge "disabled in batches"
usher list --live --quiet >/dev/null
same "none is left out" 0 "$("$usher_program" list state:enabled --format tsv --no-header --quiet | wc -l)"

# --- one at a time ---

{
  echo "first,last,mobile,email,sponsor,expires"
  for i in $(seq 10 49); do
    echo "Kim,Away$(printf '%s' "$i" | tr '0123456789' 'abcdefghij'),+49 151 23456$i,kim$i@partner.example,svc-usher@contoso.com,90d"
  done
} >"$work/people.csv"
made='.method == "POST" and (.path | endswith("/users")) and .status == 201'
since=$(sim_get /sim/requests | tail -1 | jq .n)
lose_it 8 create --from "$work/people.csv"
judge "created one at a time"
usher list --live --quiet >/dev/null
"$usher_program" list away --format tsv --no-header --columns external --quiet | sort | uniq -c |
  sed 's/^ *//; s/ .*//' | sort | uniq -c | sed 's/^ *//' >"$work/times"
same "each account was made once" "40 1" "$(cat "$work/times")"
exits "the journal is whole" 0 journal verify
done_testing
