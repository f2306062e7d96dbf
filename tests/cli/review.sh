#!/bin/sh
# usher review: accounts are frozen, decided by several people in several runs, and end in
# one plan and one report. Nothing is sent before.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim --accounts 900 --specialists 300
evil='=HYPERLINK("http://evil.example")<script>alert(1)</script>|**x**'
victim=$(usher list --live --format json --columns user | jq -r '.[5].userPrincipalName')
sim_graph PATCH "/users/$victim" "$(jq -nc --arg name "$evil" '{displayName: $name}')" >/dev/null

# --- new ---

exits "no review yet" 0 review list --format json
same "is an empty array" '[]' "$(jq -c . "$work/out")"
exits "a review of all" 0 review new 'Q4 specialists' --title 'Fourth quarter' --format json
same "has 300 accounts" 300 "$(jq .usher.accounts "$work/out")"
same "all of them undecided" 300 "$(jq .usher.undecided "$work/out")"
same "is open" open "$(jq -r .status "$work/out")"
exits "the same name again" 2 review new 'Q4 specialists'
contains "says so" "Q4 specialists" "$err"
exits "a name that is none" 2 review new ' Q4 '
exits "a query that is none" 2 review new Q5 'nofield:x'
exits "a query that nothing matches" 6 review new Q5 'user:nobody-at-all'
exits "a scope" 0 review new disabled 'state:disabled' --format json
same "is kept" 'state:disabled' "$(jq -r .usher.scope "$work/out")"
same "is smaller" true "$(jq '.usher.accounts > 0 and .usher.accounts < 300' "$work/out")"
exits "a review that there is not" 6 review show Q7
contains "those that there are" "Q4 specialists" "$err"
exits "without a name" 2 review show
empty "nothing was sent" "$(sim_changes | grep -v "/users/$victim")"

# --- the evidence ---

exits "show" 0 review show 'Q4 specialists' --format json
cp "$work/out" "$work/frozen"
same "all of them" 300 "$(jq length "$work/frozen")"
same "of the roster" "$(usher list --live --format json --columns id | jq -c '[.[].id] | sort')" \
  "$(jq -c '[.[].id] | sort' "$work/frozen")"
same "more than one sign of signing in" true \
  "$(jq '[.[].usher.signIn] | unique | length >= 2' "$work/frozen")"
same "everybody has a suggestion with a reason" true \
  "$(jq 'all(.[]; (.usher.suggestion | IN("keep", "disable", "remove", "extend")) and
    (.usher.suggestionReason | length > 0))' "$work/frozen")"
same "nobody whose sign-in is not known is to be removed" 0 \
  "$(jq '[.[] | select(.usher.signIn == "unknown" and .usher.suggestion == "remove")] | length' \
    "$work/frozen")"
sim_graph PATCH "/users/$victim" '{"companyName":"Changed Since"}' >/dev/null
exits "what changes later" 0 review show 'Q4 specialists' --format json
same "does not change the evidence" "$(md5sum <"$work/frozen")" "$(md5sum <"$work/out")"

# --- deciding, in several runs, by two people ---

# The n-th account of the review, the one with the evil name left out.
name() {
  jq -r --arg u "$victim" "[.[] | select(.userPrincipalName != \$u)][$1].userPrincipalName" \
    "$work/frozen"
}
exits "two by name" 0 review decide 'Q4 specialists' "$(name 0)" "$(name 1)" keep --note 'asked <Ann>' \
  --format json
same "are decided" 2 "$(jq .usher.keep "$work/out")"
exits "somebody else" 6 review decide 'Q4 specialists' "$(name 2)" nobody@contoso.com disable
exits "then nobody is decided" 0 review show 'Q4 specialists' --decision disable --format json
same "not even the first" 0 "$(jq length "$work/out")"
exits "no decision" 2 review decide 'Q4 specialists' "$(name 2)" banish
contains "says which there are" "extend" "$err"
exits "nobody meant" 2 review decide 'Q4 specialists' disable
exits "those suggested" 0 review decide 'Q4 specialists' --suggested disable --undecided disable \
  --note 'not used' --format json
disabled=$(jq .usher.disable "$work/out")
same "as many as were suggested" "$(jq --arg a "$(name 0)" --arg b "$(name 1)" '[.[] |
  select(.usher.suggestion == "disable" and (.userPrincipalName | IN($a, $b) | not))] | length' \
  "$work/frozen")" "$disabled"
exits "by query, on what was frozen" 0 review decide 'Q4 specialists' --query "user=$victim" disable
same "the frozen company is meant" 6 \
  "$(run review decide 'Q4 specialists' --query 'company:"Changed Since"' keep; echo $code)"
exits "a later decision" 0 review decide 'Q4 specialists' "$(name 0)" skip --format json
same "holds" "1 1" "$(jq -r '"\(.usher.keep) \(.usher.skip)"' "$work/out")"
exits "is in the history" 0 review show 'Q4 specialists' --decision skip --format json
same "with the one before" 2 "$(jq '.[0].usher.decisions | length' "$work/out")"
same "and its note" 1 "$(jq '[.[0].usher.decisions[] | select(contains("asked <Ann>"))] | length' \
  "$work/out")"
same "which is not the reason of another decision" null "$(jq '.[0].usher.note' "$work/out")"
exits "taken back" 0 review decide 'Q4 specialists' "$(name 0)" undecided --format json
same "is undecided" 0 "$(jq .usher.skip "$work/out")"
exits "two at a time" 0 review list
(usher review decide 'Q4 specialists' "$(name 3)" "$(name 4)" extend >/dev/null) &
one=$!
(usher review decide 'Q4 specialists' "$(name 6)" remove >/dev/null) &
two=$!
if wait "$one" && wait "$two"; then pass "both are kept"; else fail "both are kept"; fi
exits "counted" 0 review list --format json
same "as two and one" "2 1" "$(jq -r '.[] | select(.displayName == "Q4 specialists") |
  "\(.usher.extend) \(.usher.remove)"' "$work/out")"
empty "still nothing was sent" "$(sim_changes | grep -v "$victim")"

# --- applying ---

exits "accounts are undecided" 5 review apply 'Q4 specialists' --yes
contains "how many" "undecided" "$err"
exits "without a terminal and --yes" 2 review apply 'Q4 specialists'
exits "the rest is kept" 0 review decide 'Q4 specialists' --undecided keep --format json
same "everybody is decided" 0 "$(jq .usher.undecided "$work/out")"
exits "read-only" 5 review apply 'Q4 specialists' --yes --read-only
exits "a dry run" 0 review apply 'Q4 specialists' --dry-run
contains "shows the plan" "$victim" "$out"
exits "is no end" 0 review show 'Q4 specialists' --format json
before=$(sim_changes | wc -l)
exits "apply" 0 review apply 'Q4 specialists' --yes --reason 'ticket 4711'
same "one plan" 1 "$(usher journal list --format json | jq length)"
plan=$(usher journal list --format json | jq -r '.[0].id')
same "with the reason" 'ticket 4711' "$(usher journal list --format json | jq -r '.[0].reason')"
ok "something was sent" test "$(sim_changes | wc -l)" -gt "$before"
same "the removed one is gone" 0 "$(usher list --live --format json --columns user |
  jq --arg u "$(name 6)" '[.[] | select(.userPrincipalName == $u)] | length')"
same "the one chosen by query is disabled" false \
  "$(usher show "$victim" --format json | jq .accountEnabled)"
exits "once more" 2 review apply 'Q4 specialists' --yes
same "is still one plan" 1 "$(usher journal list --format json | jq length)"
exits "deciding after that" 2 review decide 'Q4 specialists' "$(name 0)" keep
exits "close" 0 review close 'Q4 specialists' --format json
same "closed, with its plan" "closed $plan" "$(jq -r '"\(.status) \(.usher.plan)"' "$work/out")"
exits "close again" 2 review close 'Q4 specialists'
exits "a review that keeps everybody" 0 review decide disabled --undecided keep
exits "has nothing to apply" 0 review apply disabled --yes
contains "and is closed" "closed" "$out"
same "without a plan" 1 "$(usher journal list --format json | jq length)"

# --- the report ---

report() { # format
  exits "report in $1" 0 review report 'Q4 specialists' --output "$work/report.$1"
}
report json
same "every account" 300 "$(jq '.accounts | length' "$work/report.json")"
same "the plan" "$plan" "$(jq .plan.id "$work/report.json")"
same "who reviewed" true "$(jq 'all(.accounts[]; .usher.decidedBy | contains("@"))' \
  "$work/report.json")"
same "a result for each that was to change" 0 "$(jq '[.accounts[] | select((.usher.decision |
  IN("disable", "remove", "extend")) and (.usher.result | IN("done", "unchanged") | not))] | length' \
  "$work/report.json")"
same "request ids of what was done" 0 "$(jq '[.accounts[] | select(.usher.result == "done" and
  (.requestId | length) == 0)] | length' "$work/report.json")"
same "the head of the journal" 64 "$(jq '.report.journalHash | length' "$work/report.json")"
report html
ok "is a page" grep -q '<!DOCTYPE html>' "$work/report.html"
contains "in the language of who reads it" '<html lang="en">' "$(cat "$work/report.html")"
empty "nothing in it runs" "$(grep -i '<script' "$work/report.html")"
empty "nothing in it comes from elsewhere" "$(grep -iE '(src|href)=|url\(|@import' "$work/report.html")"
contains "the name is there" "&lt;script&gt;" "$(cat "$work/report.html")"
same "a row an account and more" true "$([ "$(grep -c '<tr>' "$work/report.html")" -gt 300 ] && echo true)"
report csv
same "a record an account, some with a line break in the name" 300 \
  "$(grep -cE '^[0-9]+,[0-9a-f-]{36},' "$work/report.csv")"
contains "the formula is text" "'=HYPERLINK" "$(cat "$work/report.csv")"
report md
empty "no markup from names" "$(grep -F '<script' "$work/report.md"; grep -F '**x' "$work/report.md")"
same "the file is private" 600 "$(stat -c %a "$work/report.html")"
exits "to standard output" 0 review report 'Q4 specialists' --format csv
same "the same" "$(md5sum <"$work/report.csv")" "$(md5sum <"$work/out")"
exits "a format that is none" 2 review report 'Q4 specialists' --format tsv

# --- a run that is killed ---

exits "one more review" 0 review new killed 'state:enabled' --format json
exits "of enabled accounts" 0 review show killed --format json
jq -r '.[:60][].userPrincipalName' "$work/out" >"$work/doomed"
# shellcheck disable=SC2046 # user names have no blanks
exits "sixty to disable" 0 review decide killed $(cat "$work/doomed") disable
exits "the others to keep" 0 review decide killed --undecided keep
before=$(sim_changes | wc -l)
sim_hold 1
"$usher_program" review apply killed --yes >/dev/null 2>&1 </dev/null &
victim_pid=$!
more_sent() { [ "$(sim_changes | wc -l)" -gt "$before" ]; }
ok "the run has begun" wait_for 60 more_sent
kill -9 "$victim_pid"
wait "$victim_pid" 2>/dev/null
sim_faults none
exits "the review knows its plan" 0 review list --format json
same "and is applied" applied "$(jq -r '.[] | select(.displayName == "killed").status' "$work/out")"
exits "it is not applied twice" 2 review apply killed --yes
exits "the report can be written" 0 review report killed --format json
same "and says what is open" true \
  "$(jq 'any(.accounts[]; .usher.result == "open")' "$work/out")"
exits "the journal goes on" 0 journal resume --yes
exits "then" 0 review report killed --format json
same "all sixty are done" 60 "$(jq '[.accounts[] | select(.usher.result == "done")] | length' \
  "$work/out")"
usher list --live --format json --columns user,state >"$work/now"
same "and disabled" 0 "$(jq --rawfile doomed "$work/doomed" '[.[] | select(.accountEnabled and
  (.userPrincipalName | IN($doomed | split("\n")[])))] | length' "$work/now")"
exits "the journal is whole" 0 journal verify
# --- a plan that is older than a decision, or does what nobody decided ---

exits "a review of which a plan is kept" 0 review new kept state:enabled
usher list --live --columns user --format tsv --no-header state:enabled 2>/dev/null >"$work/enabled"
one=$(sed -n 1p "$work/enabled") two=$(sed -n 2p "$work/enabled") three=$(sed -n 3p "$work/enabled")
exits "one is to go" 0 review decide kept "$one" remove
exits "another is to be disabled" 0 review decide kept "$two" disable
exits "as a file" 0 review apply kept --partial --dry-run --output "$work/kept.plan"
exits "the first is kept after all" 0 review decide kept "$one" keep
before=$(sim_changes | wc -l)
exits "the file does not remove it" 2 plan apply "$work/kept.plan" --yes
contains "and says why" "the review “kept” says “keep” now" "$err"
id=$(sim_graph GET "/users/$three" | jq -r .id)
grep '^# ' "$work/kept.plan" >"$work/other.plan"
echo "disable $three enabled -> disabled id=$id" >>"$work/other.plan"
exits "nor does a file do what nobody decided" 2 plan apply "$work/other.plan" --yes
same "nothing was sent" "$before" "$(sim_changes | wc -l)"
exits "the review is still open" 0 review list --format json
same "for what is decided" open "$(jq -r '.[] | select(.displayName == "kept").status' "$work/out")"
grep -v '^remove ' "$work/kept.plan" >"$work/less.plan"
exits "a file that does less is applied" 0 plan apply "$work/less.plan" --yes
exits "as the review's plan" 0 review list --format json
same "once and for all" applied "$(jq -r '.[] | select(.displayName == "kept").status' "$work/out")"

# --- mistakes; nothing to change ---

exits "a review to be tried" 0 review new tried state:enabled
exits "two mistakes at once" 2 review decide tried kep --query nix:1
contains "the nearest decision" "“keep”" "$err"
contains "and the query" "nix" "$err"
exits "nobody is named" 2 review decide tried keep
exits "nobody is found" 6 review decide tried --query name:nobody-at-all keep
before=$(sim_requests | wc -l)
exits "a wrong end date" 2 review apply tried --dry-run --until soon
contains "is one of --until" "--until" "$err"
same "and nobody is asked" "$before" "$(sim_requests | wc -l)"
exits "all are kept" 0 review decide tried --undecided keep
exits "so nothing is to be changed" 0 review apply tried --yes --format json
same "which is a plan without operations" 0 "$(printf '%s' "$out" | jq '.operations | length')"
contains "and said" "nothing to change" "$err"

done_testing
