# shellcheck shell=sh
# Plans over many accounts, judged by the simulator's record of requests, to be sourced
# after sim.sh: what was changed, how often, and whether anything was sent again blindly.
#
#   $storm               faults for /sim/faults, from a fixed seed
#   begin QUERY          from here on counts what is said of the next plan, about $accounts accounts
#   sim_middle FAULTS    with them, a run is held in its middle until faults are set again
#   in_middle            waits until it is there; FALSE: it never was
#   count_changes        changes that took effect
#   newest, count_plans  the newest plan of the journal; how many it has
#   go_on PLAN           resumes until nothing is open; $code of the last one
#   whole WHAT           tests: done ($code), each account once, nothing repeated blindly

# shellcheck disable=SC2034
storm='429=0.7%,500=2%,503=0.5%,reset=3%,lost=8%,retry-after=1,seed=11'
since=0

# Faults with which a run gets into its middle and stays there, on any machine.
sim_middle() { # faults
  middle=$(($(count_asked) + 60))
  sim_faults "$1,hold=60"
}

# Changes that were asked for, of every kind and whatever came of it.
count_asked() {
  log | jq -c 'select(.method != "GET" and (.path | test("oauth2|/sim/|[$]batch") | not))' | wc -l
}

has_middle() {
  [ "$(count_asked)" -ge "$middle" ]
}

in_middle() {
  wait_for 60 has_middle
}

log() {
  sim_get "/sim/requests?after=$since"
}

# Each PATCH of an account is the first, or comes after one that was refused unseen (429, 503 with
# Retry-After), or after a look at the account.
repeated() {
  log | jq -sr 'reduce .[] as $r ({doubt: {}, bad: []};
    ($r.path | split("?")[0]) as $path
    | if $r.method == "PATCH" then
        (if .doubt[$path] then .bad += ["\($r.n) \($path)"] else . end)
        | .doubt[$path] = ($r.status != 429 and $r.status != 503 and $r.status != 401)
      elif $r.method == "GET" then .doubt[$path] = false
      else . end) | .bad[]'
}

# Changes that took effect: also those whose batch was answered into a dead line.
count_changes() {
  log | jq -c 'select(.method == "PATCH" and .status == 204)' | wc -l
}

effects() {
  log | jq -sr '[.[] | select(.method == "PATCH" and .status == 204) | .path] | group_by(.) |
    map(length) | "\(length) accounts, \(max // 0) time"'
}

lost_batches() {
  log | jq -c 'select(.path | endswith("$batch")) | select(.status == 0)' | wc -l
}

# From here on counts what is said of the next plan, about $accounts accounts.
begin() { # query
  usher list --live --quiet >/dev/null
  accounts=$("$usher_program" list "$1" --format tsv --no-header --columns id --quiet | wc -l)
  since=$(sim_get /sim/requests | tail -1 | jq .n)
}

newest() {
  "$usher_program" journal list --format tsv --no-header --quiet | head -1 | cut -f 1
}

count_plans() {
  "$usher_program" journal list --format tsv --no-header --quiet | wc -l
}

# Until nothing is open any more: what was answered 5xx too often is unknown, and looked up anew.
# Whose run it was may still be writing down what came back.
is_left() { # plan
  [ "$(usher journal list --format jsonl | jq -r "select(.id == $1) | .usher.running")" = false ]
}

go_on() { # plan
  wait_for 200 is_left "$1"
  for _ in 1 2 3 4 5 6; do
    run journal resume "$1" --yes --quiet
    [ "$code" -ne 0 ] || break
  done
}

whole() { # what
  same "$1: done in the end" "0 " "$code $([ "$code" -eq 0 ] || printf '%s' "$err")"
  same "$1: each account once" "$accounts accounts, 1 time" "$(effects)"
  empty "$1: nothing again without a refusal or a look" "$(repeated)"
}
