#!/bin/sh
# usher list and show: every format read back by another program, columns,
# order, queries right and wrong, hostile names, readers that leave.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim

members=$(sim_graph GET "/groups?\$filter=displayName%20eq%20'Specialists'" | jq -r '.value[0].id')
count=$(sim_graph GET "/groups/$members/members?\$top=999" | jq '.value | length')

exits "list asks the tenant when nothing is cached" 0 list --format json
same "all members of the group are there" "$count" "$(printf '%s' "$out" | jq length)"
same "each has its user name" "$count" \
  "$(printf '%s' "$out" | jq '[.[] | select(.userPrincipalName | endswith("@contoso.com"))] | length')"
ok "keys are Graph's own, ours are under usher" jq -e \
  '.[0] | has("id") and has("displayName") and has("accountEnabled") and has("createdDateTime")
   and (.usher | has("licence") and has("expires")) and (.accountEnabled | type == "boolean")' \
  "$work/out"
ok "moments are ISO" jq -e '.[0].createdDateTime | fromdate > 0' "$work/out"

before=$(sim_requests | wc -l)
exits "the next list comes from the cache" 0 list --format jsonl
same "no request was sent for it" "$before" "$(sim_requests | wc -l)"
same "jsonl is one object a line" "$count" "$(jq -c . "$work/out" | wc -l)"
exits "--live asks again" 0 list --live --format jsonl
[ "$(sim_requests | wc -l)" -gt "$before" ] && pass "requests were sent for it" ||
  fail "requests were sent for it"

exits "a list of few columns, one of them costly" 0 list --live --columns sponsor
exits "leaves a whole cache behind" 0 list --format json
same "every account has its names and its state" "$count" "$(jq '[.[] | select(.displayName != null
  and .userPrincipalName != null and .accountEnabled != null)] | length' "$work/out")"

# --- the group that an earlier run knew ---

note=$(echo "$HOME"/.cache/usher/*specialists*.group)
[ -f "$note" ] && pass "the group is remembered" || fail "the group is remembered" "$note"
cp "$note" "$work/note"
for id in 51515151-0000-4000-8000-000000000102 51515151-0000-4000-8000-00000000dead; do
  sed "2s/.*/$id/" "$work/note" >"$note"
  exits "remembered wrongly ($id), list" 0 list --live --format json
  same "has the right accounts" "$count" \
    "$(jq '[.[] | select(.usher.roster == ["specialists"])] | length' "$work/out")"
  same "and remembers the right group" "$(cat "$work/note")" "$(cat "$note")"
done
printf 'Specialists\nno id\n' >"$note"
exits "a damaged note" 0 list --live --format json
same "is worth nothing" "$count" "$(jq length "$work/out")"

# --- formats ---

exits "csv" 0 list --format csv
csv=$(python3 -c '
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8")))
assert all(len(row) == len(rows[0]) for row in rows)
print(len(rows) - 1)' "$work/out" 2>&1)
same "csv is read back by a reader of csv" "$count" "$csv"
dangerous=$(python3 -c '
import csv, sys
for row in csv.reader(open(sys.argv[1], newline="", encoding="utf-8")):
  for cell in row:
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r"): print(cell)' "$work/out")
empty "no cell is a formula" "$dangerous"
exits "tsv is the default in a pipe" 0 list
same "tsv has a header and a line for each" "$((count + 1))" "$(wc -l <"$work/out")"
fields=$(awk -F '\t' '{ print NF }' "$work/out" | sort -u | wc -l)
same "every line has as many fields" 1 "$fields"
exits "--no-header" 0 list --no-header
same "leaves the header out" "$count" "$(wc -l <"$work/out")"
exits "table" 0 list --format table
same "a table has a header and a line for each" "$((count + 1))" "$(wc -l <"$work/out")"

# --- columns, order, queries ---

exits "--columns takes both kinds of names" 0 list --columns user,displayName --format jsonl
same "just these" '["displayName","userPrincipalName"]' "$(head -1 "$work/out" | jq -c keys)"
exits "--sort by name" 0 list --sort name --columns name --no-header
sorted=$out
exits "--sort backwards" 0 list --sort=-name --columns name --no-header
[ "$sorted" != "$out" ] && pass "is another order" || fail "is another order"
same "of the same rows" "$(printf '%s\n' "$sorted" | sort)" "$(printf '%s\n' "$out" | sort)"
# As in the console.
for order in title -title; do
  exits "--sort=$order" 0 list --sort=$order --columns title --format tsv --no-header
  [ "$(grep -c . "$work/out")" -gt 0 ] && grep -q '^$' "$work/out" && pass "some have one" ||
    fail "some have one"
  same "what is not set comes last" "$(grep . "$work/out")" "$(sed '/^$/,$d' "$work/out")"
done

exits "a query" 0 list state:enabled --format json
ok "finds what it says" jq -e 'length > 0 and all(.[]; .accountEnabled)' "$work/out"
exits "a query of several words" 0 list state:disabled kind:member --format json
ok "all terms hold" jq -e 'all(.[]; .accountEnabled == false and .userType == "Member")' "$work/out"
exits "nothing found is no failure" 0 list zzzzzzzzzzzz --format json
same "and an empty array" '[]' "$(jq -c . "$work/out")"
exits "a negated query after --" 0 list --format json -- -state:enabled
ok "finds the others" jq -e 'all(.[]; .accountEnabled | not)' "$work/out"

cat >>"$USHER_CONFIG" <<'END'

[view ending]
query = expires<30d
columns = user,expires
sort = -expires
END
exits "a saved view" 0 list --view ending --format jsonl
same "has its columns" '["userPrincipalName","usher"]' \
  "$(printf '%s\n' "$out" | jq -c keys_unsorted | sort -u)"
saved=$(printf '%s\n' "$out" | wc -l)
exits "which a query narrows down" 0 list --view ending --columns state --format jsonl state:disabled
ok "to fewer" test "$(printf '%s\n' "$out" | wc -l)" -lt "$saved"
exits "a view that is not there" 2 list --view nix
contains "names those that are" "ending" "$err"
exits "a wrong field" 2 list staet:enabled
contains "names the nearest" "state" "$err"
exits "a wrong moment" 2 list 'expires<tomorow9'
contains "names the text" "tomorow9" "$err"
exits "a wrong column" 2 list --columns name,usre
contains "names the nearest column" "user" "$err"
exits "a wrong order" 2 list --sort nmae
contains "names the nearest field" "name" "$err"
empty "nothing on standard output" "$out"

# --- files ---

exits "--output writes a file" 0 list --output "$work/list.json"
ok "its name decides the format" jq -e "length == $count" "$work/list.json"
same "for its owner alone" 600 "$(stat -c %a "$work/list.json")"
empty "nothing on standard output" "$out"
exits "--output - is standard output" 0 list --output - --format json
same "as without" "$count" "$(jq length "$work/out")"
exits "an unwritable file" 2 list --output /nonexistent/list.csv
contains "is named" "/nonexistent/list.csv" "$err"

# --- show ---

user=$(jq -r '.[0].userPrincipalName' "$work/list.json")
id=$(jq -r '.[0].id' "$work/list.json")
exits "show by user name" 0 show "$user" --format json
same "is one object" "$id" "$(jq -r .id "$work/out")"
exits "show by id" 0 show "$id" --format json
same "is the same" "$user" "$(jq -r .userPrincipalName "$work/out")"
exits "show as a table" 0 show "$user" --format table
contains "has the labels" "user name" "$out"
exits "show of nobody" 6 show nobody-at-all@contoso.com
contains "says who" "nobody-at-all" "$err"

# --- hostile names ---

exits "the whole list as a table" 0 list --format table --columns name,user,company
empty "no escape sequence in a table" "$(LC_ALL=C tr -d '\n\40-\176\200-\377' <"$work/out")"
if command -v python3 >/dev/null; then
  for format in table json jsonl csv tsv; do
    python3 "$top_srcdir/tests/lib/terminal.py" --columns 200 -- "$usher_program" list \
      --columns name,user,company --format "$format" >"$work/screen" 2>&1
    same "$format on a terminal" 0 $?
    raw=$(python3 - "$work/screen" <<'PYTHON'
import re, sys, unicodedata
text = open(sys.argv[1], "rb").read().decode("utf-8", "replace")
text = text.replace("\x1b[1m", "").replace("\x1b[m", "")
print({hex(ord(c)) for c in text
       if unicodedata.category(c) in ("Cc", "Cf") and c not in "\r\n\t\u200d"} or "")
PYTHON
)
    empty "nothing raw reaches the terminal as $format" "$raw"
  done
  python3 "$top_srcdir/tests/lib/terminal.py" --columns 60 -- "$usher_program" list >"$work/screen" 2>&1
  wide=$(python3 - "$work/screen" <<'PYTHON'
import re, sys, unicodedata
for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
  line = re.sub("\x1b\\[[0-9;]*m", "", line.rstrip("\r\n"))
  cells = sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf")
              else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
  if cells > 60 and "--live" not in line and "\u200d" not in line: print(cells, line)
PYTHON
)
  empty "no line is wider than the terminal" "$wide"
  contains "the terminal gets a table" "USER NAME" "$(cat "$work/screen")"
  LC_ALL=C python3 "$top_srcdir/tests/lib/terminal.py" -- "$usher_program" list >"$work/screen" 2>&1
  empty "an ASCII locale gets ASCII" "$(LC_ALL=C tr -d '\000-\177' <"$work/screen")"
  contains "of the same list" "USER NAME" "$(cat "$work/screen")"
  NO_COLOR=1 python3 "$top_srcdir/tests/lib/terminal.py" -- "$usher_program" list >"$work/screen" 2>&1
  empty "NO_COLOR is obeyed" "$(tr -dc '\033' <"$work/screen")"
fi

# --- a reader that leaves ---

status "a reader that leaves is no error" 0 sh -c "\"$usher_program\" list --format json | head -c 1"
sh -c "\"$usher_program\" list --quiet --format json 2>\"$work/err\"; echo \$? >\"$work/code\"" | true
empty "nothing is said about it" "$(cat "$work/err")"
if [ -w /dev/full ]; then
  "$usher_program" list --format json >/dev/full 2>"$work/err"
  same "a full disk is" 1 $?
  contains "and is said" "No space left" "$(cat "$work/err")"
fi
mkfifo "$work/pipe"
cat "$work/pipe" >"$work/through" &
exits "a pipe by its name" 0 list --format json --output "$work/pipe"
wait $!
same "is written to" "$count" "$(jq length "$work/through")"
ok "and stays one" test -p "$work/pipe"
"$usher_program" list --live --format json >&- 2>"$work/err"
same "a closed standard output is an error" 1 $?
contains "that says so" "Bad file descriptor" "$(cat "$work/err")"
"$usher_program" list --live --format json >"$work/out" 2>&- <&-
same "without the other two a list is whole" "0 $count" "$? $(jq length "$work/out")"
# --- progress ---

if command -v python3 >/dev/null; then
  start_sim --accounts 6000 --specialists 3500 --latency 500
  on_terminal() { # option...: standard error on a terminal, results in a file
    python3 "$top_srcdir/tests/lib/terminal.py" --columns 100 -- \
      "$usher_program" list --live --output "$work/list.jsonl" "$@" >"$work/screen" 2>&1
  }
  TERM=xterm
  export TERM
  on_terminal
  contains "a long reading shows how far it is" "reading the accounts" "$(cat "$work/screen")"
  # The second page waits until that of the first was seen.
  seen() {
    grep -q ': 999 of 3500' "$work/screen" || { [ -n "$(sim_requests "(.n > $before) and (.path | test(\"skiptoken\"))")" ] || sim_hold 0; false; }
  }
  before=$(sim_requests | tail -n 1 | jq .n)
  sim_hold 0
  : >"$work/screen"
  on_terminal &
  ok "and, once it was read, of how many" wait_for 30 seen
  sim_faults none
  wait $!
  same "all are there" 3500 "$(wc -l <"$work/list.jsonl")"
  empty "and no escape sequence is written" "$(grep "$(printf '\033')" "$work/screen")"
  on_terminal --quiet
  empty "not when --quiet" "$(grep 'reading the accounts' "$work/screen")"
  TERM=dumb
  on_terminal
  empty "nor on a terminal that cannot replace a line" "$(grep 'reading the accounts' "$work/screen")"
  run list --live
  empty "nor where there is none" "$(printf '%s\n' "$err" | grep 'reading the accounts')"
fi
# --- several mistakes at once; a column twice ---

before=$(sim_requests | wc -l)
exits "three mistakes" 2 list --columns nam,foo --sort bar colour:red
contains "the query with its place" "at character 1 of" "$err"
for word in colour nam foo bar; do contains "$word is told" "“$word”" "$err"; done
contains "with the nearest" "“name”" "$err"
same "and nothing was sent" "$before" "$(sim_requests | wc -l)"
exits "of two names that nobody has" 6 disable --dry-run nobody-one nobody-two
contains "the first is told" nobody-one "$err"
contains "and the second" nobody-two "$err"
exits "of deleted ones" 6 restore --dry-run nobody-one nobody-two
contains "both, too" nobody-two "$err"
exits "an order of the timeline that there is not" 2 show x --timeline --sort plam
contains "has the nearest" "“plan”" "$err"
exits "a column by both of its names" 0 list --columns name,displayName --format jsonl
same "is one member" 1 "$(printf '%s\n' "$out" | head -1 | grep -o displayName | wc -l)"

exits "columns by their names in JSON" 0 list --columns userPrincipalName,company,signIn --format csv
same "are headed so" "userPrincipalName,company,signIn" "$(printf '%s\n' "$out" | head -1 | tr -d '\r')"

done_testing
