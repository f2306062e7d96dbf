#!/bin/sh
# Everybody in a file, in the console: what is wrong, the bad rows saved or left out, the plan.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

start_sim --accounts 60 --specialists 20
cat >"$work/people.csv" <<'X'
first,last,mobile,email,sponsor
Zoë,Müßig,+49 151 2345678,zoe@partner.example,svc-usher@contoso.com
花子,山田,+81 90 1234 5678,hanako@partner.example,svc-usher@contoso.com
Bob,Bad,call me,bob@partner.example,svc-usher@contoso.com
X
start_usher 100 32
begins "the list appears" "USER NAME"

keys N
sees "the file is asked for" "CSV file"
typed "$work/none.csv"
keys Enter
sees "one that is not there is told" "no such file"
keys C-u
typed "$work/people.csv"
keys Enter
sees "what is wrong, with its line" "line 4"
sees "and its column" "mobile: write it like"
keys Escape
sees "how many" "Wrong rows: 1 of 3"
keys w
sees "the bad rows are saved" "people-bad.csv has the bad rows"
contains "with the error" "write it like" "$(cat "$work/people-bad.csv")"
empty "nothing was sent" "$(sim_changes)"

keys N
sees "again" "CSV file"
typed "$work/peo"
keys Tab
sees "Tab completes the name, as far as it is one" "people-bad.csv  people.csv"
typed "."
keys Tab
sees "and the rest when it is" "$work/people.csv"
keys Enter
sees "what is wrong" "line 4"
keys Escape
sees "the question" "go on without them"
keys s
sees "the plan for the others" "nothing is changed"
sees "with what is worth a word" "guess"
empty "nothing was sent" "$(sim_changes)"
keys y
sees "all steps are over" "Enter close" 60
sees "and all went well" "Done"
keys Enter
made() {
  sim_graph GET "/users/zoe.muessig.ext@contoso.com" >/dev/null &&
    [ "$(sim_get /sim/outbox | jq -s length)" -eq 2 ]
}
ok "two accounts, two mails" wait_for 30 made
done_testing
