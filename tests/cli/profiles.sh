#!/bin/sh
# Several tenants: what reads is asked of all of them at once and says of each row
# whose it is, one that fails does not hide the others, what changes is of one
# tenant, and nothing is ever mixed.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"

# A second tenant, with other people and the same name: nothing may tell the two
# apart but the profile.
start_sim
"$sim_program" --port 0 --write-config "$work/second.conf" --seed 8 --accounts 60 --specialists 25 \
  --with-parent >"$work/second.ready" 2>&1 &
second_pid=$!
wait_for 30 test -s "$work/second.ready"
second_url=$(jq -r .url "$work/second.ready")
profile_section() { # file name
  sed -n '/^\[profile contoso\]/,/^\[roster/p' "$1" | sed -e '$d' -e "s/^\[profile contoso\]/[profile $2]/" \
    -e 's/^rosters.*/rosters = specialists/'
}
{
  profile_section "$work/usher.conf" contoso
  profile_section "$work/second.conf" fabrikam
  profile_section "$work/usher.conf" again
  profile_section "$work/usher.conf" locked | sed 's/simulated-secret/wrong/'
  sed -n '/^\[roster specialists\]/,$p' "$work/usher.conf"
} >"$work/many.conf"
chmod 600 "$work/many.conf"
USHER_CONFIG=$work/many.conf
first_n=$(usher --profile contoso list --live --format json | jq length)
second_n=$(usher --profile fabrikam list --live --format json | jq length)
ok "the two tenants differ" test "$first_n" -ne "$second_n"

# --- list ---

exits "two tenants at once" 0 --profile contoso,fabrikam list --live --format json
same "every row says whose it is" "contoso fabrikam" \
  "$(printf '%s' "$out" | jq -r '.[].usher.profile' | uniq | tr '\n' ' ' | sed 's/ $//')"
same "all rows of both are there" "$((first_n + second_n))" "$(printf '%s' "$out" | jq length)"
same "none is in the wrong one" "$second_n" \
  "$(printf '%s' "$out" | jq '[.[] | select(.usher.profile == "fabrikam")] | length')"
exits "the order of the names counts" 0 --profile fabrikam,contoso list --format json
same "from the caches of both" fabrikam "$(printf '%s' "$out" | jq -r '.[0].usher.profile')"
same "each has a cache of its own" 2 "$(find "$HOME/.cache/usher" -name '*specialists*.cache' | wc -l)"
exits "a table has a column" 0 --profile contoso,fabrikam list --format table
contains "in front" "PROFILE" "$(printf '%s' "$out" | head -1 | cut -c1-10)"
exits "so has tsv" 0 --profile contoso,fabrikam list --columns user --format tsv
same "also when columns are chosen" "profile user" "$(printf '%s' "$out" | head -1 | tr '\t' ' ')"
exits "an order is of all" 0 --profile contoso,fabrikam list --sort user --columns user --format tsv --no-header
same "not of each" "$(printf '%s\n' "$out" | cut -f2 | LC_ALL=C sort)" "$(printf '%s\n' "$out" | cut -f2)"
exits "two profiles of one tenant" 0 --profile contoso,again list --format json
same "are listed both" "$((2 * first_n))" "$(printf '%s' "$out" | jq length)"
exits "a name twice counts once" 0 --profile contoso,contoso list --format json
same "whose rows come once" "$first_n" "$(printf '%s' "$out" | jq length)"

exits "one that fails" 1 --profile all list --live --format json
same "does not hide the others" "$((2 * first_n + second_n))" "$(printf '%s' "$out" | jq length)"
contains "and is named" "list: locked:" "$err"
contains "with what to do about it" "usher --profile locked login" "$err"
contains "who answered is said in one line" "accounts, contoso, fabrikam, again" "$err"
sed -e '/^\[profile fabrikam\]/,/^\[/s#http://127.0.0.1:[0-9]*#http://127.0.0.1:9#' "$work/many.conf" \
  >"$work/down.conf"
chmod 600 "$work/down.conf"
for format in json jsonl csv tsv; do
  exits "one is down, one not signed in, as $format" 1 --config "$work/down.conf" \
    --profile all list --live --columns user --format "$format"
  case $format in
    json) rows=$(printf '%s' "$out" | jq length) ;;
    jsonl) rows=$(printf '%s\n' "$out" | jq -s length) ;;
    *) rows=$(($(printf '%s\n' "$out" | wc -l) - 1)) ;;
  esac
  same "the rows of the others are whole" "$((2 * first_n))" "$rows"
done
contains "what is down is named" "list: fabrikam: " "$err"
exits "those that fail in two ways" 1 --config "$work/down.conf" --profile fabrikam,locked whoami
exits "that which is down alone" 4 --config "$work/down.conf" --profile fabrikam,fabrikam whoami
exits "doctor of all of them" 4 --config "$work/down.conf" --profile contoso,fabrikam,locked doctor
if command -v python3 >/dev/null; then
  cat >"$work/silent.py" <<'EOF'
import os, signal, socket, sys
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(8)
print(listener.getsockname()[1], flush=True)
signal.pause()
EOF
  python3 "$work/silent.py" >"$work/silent.port" &
  silent_pid=$!
  wait_for 30 test -s "$work/silent.port"
  sed "s#http://127.0.0.1:9\$#http://127.0.0.1:$(cat "$work/silent.port")#" "$work/down.conf" >"$work/silent.conf"
  chmod 600 "$work/silent.conf"
  python3 "$top_srcdir/tests/lib/terminal.py" --expect 'Waiting for fabrikam; ^C' '\003' -- \
    "$usher_program" --config "$work/silent.conf" --profile contoso,fabrikam list --live \
    --columns user --format csv >"$work/screen" 2>&1
  same "who does not answer is named, and ^C gives it up" 1 $?
  same "with the rows of the others" "$first_n" "$(grep -c '^contoso,' "$work/screen")"
  kill "$silent_pid"
fi
exits "all that fail" 3 --profile locked,locked list --live --format json
exits "a profile that is not there" 2 --profile contoso,nobody list
contains "is named with those that are" "contoso, fabrikam" "$err"
exits "a wrong query is wrong in all" 2 --profile contoso,fabrikam list colour:red

# --- the others ---

users() { # profile
  usher --profile "$1" list --columns user --format tsv --no-header | LC_ALL=C sort
}
users contoso >"$work/first.users"
someone=$(users fabrikam | LC_ALL=C comm -13 "$work/first.users" - | head -1)
exits "an account of one tenant" 0 --profile contoso,fabrikam show "$someone" --format json
same "is found there" fabrikam "$(printf '%s' "$out" | jq -r '.[].usher.profile')"
empty "and that the other has none is no failure" "$err"
exits "one of none" 6 --profile contoso,fabrikam show nobody@nowhere.example
exits "for a person" 0 --profile contoso,fabrikam show "$someone" --format table
contains "with its tenant" "fabrikam" "$out"
exits "a timeline is of one" 2 --profile contoso,fabrikam show "$someone" --timeline

exits "whoami" 0 --profile contoso,fabrikam whoami --format json
same "has a row for each" "contoso fabrikam" "$(printf '%s' "$out" | jq -r '.[].usher.profile' | tr '\n' ' ' | sed 's/ $//')"
if command -v python3 >/dev/null; then
  python3 "$top_srcdir/tests/lib/terminal.py" -- "$usher_program" --profile contoso whoami \
    >"$work/screen" 2>&1
  same "on a terminal whoami" 0 $?
  empty "breaks no line in a word" "$(tr -d '\r' <"$work/screen" | awk 'length > 80')"
  contains "and goes on where a value begins" "
             " "$(tr -d '\r' <"$work/screen")"
fi
exits "doctor" 3 --profile contoso,locked doctor --format json
same "has the findings of each" 2 "$(printf '%s' "$out" | jq '[.[] | select(.check == "token")] | length')"
same "with whose they are" failed \
  "$(printf '%s' "$out" | jq -r '.[] | select(.check == "token" and .usher.profile == "locked") | .status')"
exits "for a person, too" 3 --profile contoso,locked doctor --format table
contains "under the name of each" "locked:" "$out"

# --- changes ---

create="create --first Ada --last Quick --mobile +4915123456789 --email ada.quick@partner.example --sponsor svc-usher@contoso.com"
# shellcheck disable=SC2086
exits "what changes is of one tenant" 2 --profile contoso,fabrikam $create --yes
contains "which it says" "one profile at a time" "$err"
exits "so is signing in" 2 --profile all login
exits "and forgetting it" 2 --profile all logout
exits "and the console" 2 --profile all
empty "nothing was changed" "$(sim_changes)"

# shellcheck disable=SC2086
exits "a change of the first" 0 --profile contoso $create --yes --quiet
exits "is in its journal" 0 --profile contoso,fabrikam journal list --format json
same "and not in the other's" "contoso" "$(printf '%s' "$out" | jq -r '.[].usher.profile' | uniq)"
plan=$(printf '%s' "$out" | jq -r '.[0].id')
exits "nor does the other go on with it" 2 --profile fabrikam journal resume "$plan" --yes
contains "but names its own" "--profile contoso" "$err"
sim_url_before=$sim_url
sim_url=$second_url
empty "the other tenant was not touched" "$(sim_changes)"
sim_url=$sim_url_before

# --- in parallel ---

kill "$second_pid"
wait "$second_pid" 2>/dev/null
"$sim_program" --port 0 --write-config "$work/slow.conf" --with-parent >"$work/slow.ready" 2>&1 &
slow_pid=$!
wait_for 30 test -s "$work/slow.ready"
{
  for name in a b c d e f; do profile_section "$work/slow.conf" "$name"; done
  sed -n '/^\[roster specialists\]/,$p' "$work/slow.conf"
} >"$work/parallel.conf"
chmod 600 "$work/parallel.conf"
# Nobody is answered before all have asked.
sim_url=$(jq -r .url "$work/slow.ready")
sim_hold 0
"$usher_program" --config "$work/parallel.conf" --profile all whoami >"$work/out" 2>"$work/err" </dev/null &
six_pid=$!
all_asked() {
  [ "$(sim_get /sim/stats | jq .in_flight_most)" -eq 6 ]
}
ok "six tenants are asked at once" wait_for 30 all_asked
sim_faults none
code=0
wait "$six_pid" || code=$?
same "and all answer" "0 6" "$code $(sed 1d "$work/out" | wc -l)"
kill "$slow_pid"
done_testing
