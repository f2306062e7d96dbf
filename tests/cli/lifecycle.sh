#!/bin/sh
# What is done to accounts that exist: each command's plan, what is left out, who is
# guarded, and that undoing brings back what was.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim --accounts 300 --seed 7

state() { # user
  sim_graph GET "/users/$1?\$select=accountEnabled" | jq -r .accountEnabled
}
property() { # user property
  sim_graph GET "/users/$1?\$select=$2" | jq -r ".$2 // \"\""
}
is_member() { # user group
  sim_graph GET "/users/$1/memberOf" | jq -r --arg g "$2" 'any(.value[]; .displayName == $g)'
}
# Requests to the service that change something, as method and path.
count_changes() {
  sim_requests '.method != "GET" and (.path | test("oauth2|/sim/|[$]batch") | not)' | wc -l
}

usher list --columns user --format tsv --no-header state:enabled kind:member synced:no \
  expires\>20d >"$work/users"
pick() { sed -n "$1p" "$work/users"; }
a=$(pick 1) b=$(pick 2) c=$(pick 3) d=$(pick 4)
e=$(pick 5) f=$(pick 6) g=$(pick 7)

# --- a dry run sends nothing ---

for action in enable disable offboard remove extend reset pass revoke resend reprocess; do
  exits "$action --dry-run" 0 "$action" "$a" "$b" --dry-run
  contains "$action: a plan file" "# usher plan 1" "$out"
done

# How far it reaches: counted here from what the service says of the two.
this_week=$(date -u -d '-7 days' +%Y-%m-%dT%H:%M:%SZ)
counted() { # jq
  for one in "$a" "$b"; do
    sim_graph GET "/users/$one?\$select=signInActivity&\$expand=sponsors(\$select=id)"
  done | jq -s --arg week "$this_week" "map(select($1)) | length"
}
active=$(counted '(.signInActivity.lastSignInDateTime // "") > $week')
alone=$(counted '.sponsors | length == 0')
exits "the reach of a plan" 0 disable "$a" "$b" --dry-run
contains "says who signed in and who has no sponsor" \
  "2 accounts · 2 enabled · $active signed in this week · $alone without sponsor" "$err"
exits "a query beside names" 2 disable "$a" --query state:enabled --dry-run
contains "is refused, for it could mean two things" "name none beside it" "$err"
exits "set --dry-run" 0 set company=New "$a" --dry-run
exits "group add --dry-run" 0 group add Guests "$a" --dry-run
empty "nothing was changed so far" "$(sim_changes)"
empty "nothing is in the journal" "$(usher journal list --no-header)"

# --- disable, enable, undo ---

exits "disable two" 0 disable "$a" "$b" --yes --reason "ticket 4711"
same "the first is disabled" false "$(state "$a")"
same "the second too" false "$(state "$b")"
same "sessions are ended" 2 "$(sim_requests '.path | test("revokeSignInSessions")' | wc -l)"
changes=$(count_changes)
exits "once more: nothing to do" 0 disable "$a" "$b" --yes
contains "is said" "already disabled" "$err"
same "and nothing was sent" "$changes" "$(count_changes)"
exits "undo" 0 journal undo --yes
same "is enabled again" true "$(state "$a")"
contains "what cannot be undone is named" "cannot be undone: $a: end sessions" "$err"
contains "the reason is kept" "ticket 4711" "$(usher journal list --format json)"
exits "without --yes and a terminal" 2 disable "$a"
exits "an account that nobody is" 6 disable nobody-at-all --yes
exits "no account at all" 2 disable --yes
exits "--read-only" 5 --read-only disable "$a" --yes

# --- by query and by file ---

company=$(usher list --columns company --format tsv --no-header state:enabled kind:member |
  sort | uniq -c | sort -rn | sed -n '1s/^ *[0-9]* //p')
wanted=$(usher list --columns user --format tsv --no-header "company=\"$company\"" \
  state:enabled | wc -l)
exits "by query" 0 disable --query "company=\"$company\"" --dry-run --format json
same "all of them" "$wanted" \
  "$(jq '[.operations[] | select(.kind == "user.disable")] | length' "$work/out")"
exits "a wrong query" 2 disable --query 'compny:x' --dry-run
printf '%s\n# a comment\n%s\nnobody@nowhere.example\n' "$a" "$b" >"$work/file"
exits "from a file" 0 disable --from "$work/file" --dry-run
same "both of them" 2 "$(grep -c '^disable' "$work/out")"
contains "the unknown one is said" "nobody@nowhere.example: unknown to the tenant" "$out"
exits "a file that is not there" 2 disable --from "$work/nothing" --dry-run

# --- end dates ---

before=$(usher list --live --columns expires --format tsv --no-header "user=$c")
exits "extend by a span" 0 extend "$c" --to 30d --yes
after=$(usher list --live --columns expires --format tsv --no-header "user=$c")
[ "$before" != "$after" ] && pass "the end has moved" || fail "the end has moved" "$after"
exits "undo it" 0 journal undo --yes
same "as it was" "$before" \
  "$(usher list --live --columns expires --format tsv --no-header "user=$c")"
exits "beyond what the roster allows" 2 extend "$c" --to 2099-01-01 --yes
exits "in the past" 2 extend "$c" --to 2001-01-01 --yes
exits "no date" 2 extend "$c" --to someday --yes

# --- offboard ---

exits "offboard" 0 offboard "$d" --yes
same "is disabled" false "$(state "$d")"
same "is out of the group" false "$(is_member "$d" Specialists)"
same "and no longer in the list, which was cached before" "" \
  "$(usher list --columns user --no-header "user=$d")"
exits "undo it" 0 journal undo --yes
same "is in the list again" "$d" "$(usher list --columns user --no-header "user=$d")"
same "is enabled" true "$(state "$d")"
same "is in the group" true "$(is_member "$d" Specialists)"

# --- properties ---

old=$(property "$e" companyName)
exits "set" 0 set company='New & Sons' title=Architect "$e" --yes
same "the company" "New & Sons" "$(property "$e" companyName)"
same "the title" "Architect" "$(property "$e" jobTitle)"
exits "undo it" 0 journal undo --yes
same "the old company" "$old" "$(property "$e" companyName)"
exits "a field that is none" 2 set compny=x "$e" --yes
contains "the nearest is named" "company" "$err"
exits "a sponsor" 0 set sponsor=m.chen@contoso.com "$e" --yes
same "is the only one" m.chen@contoso.com \
  "$(sim_graph GET "/users/$e/sponsors" | jq -r '[.value[].userPrincipalName] | join(",")')"
exits "undo it" 0 journal undo --yes
same "is gone" false "$(sim_graph GET "/users/$e/sponsors" |
  jq 'any(.value[]; .userPrincipalName == "m.chen@contoso.com")')"
exits "a manager" 0 set manager=m.chen@contoso.com "$e" --yes
same "is there" m.chen@contoso.com \
  "$(sim_graph GET "/users/$e/manager" | jq -r .userPrincipalName)"
exits "a sponsor that nobody is" 6 set sponsor=nobody-at-all "$e" --yes

# --- groups ---

exits "into a group" 0 group add Guests "$e" "$f" --yes
same "is in it" true "$(is_member "$e" Guests)"
exits "once more" 0 group add Guests "$e" --yes
contains "is said" "already in the group" "$err"
exits "out of it" 0 group remove Guests "$e" "$f" --yes
same "is out" false "$(is_member "$e" Guests)"
same "the account is still there" true "$(state "$e")"
exits "a group that is guarded" 5 group add "Emergency access" "$e" --yes
exits "a group that is not there" 6 group add "No such group" "$e" --yes

# --- remove and restore ---

exits "remove" 0 remove "$f" --yes
exits "is gone" 6 show "$f"
exits "restore" 0 restore "$f" --yes
same "is back" true "$(state "$f")"
exits "remove again" 0 remove "$f" --yes
exits "undo it" 0 journal undo --yes
same "is back once more" true "$(state "$f")"
exits "and once more" 0 remove "$f" --yes
exits "purging is not for applications" 5 purge "$f" --yes
exits "restored by its address" 0 restore --query "user:$f|$f" --yes

# --- ways in ---

mails() { sim_get /sim/outbox | wc -l; }
before=$(mails)
exits "reset" 0 reset "$g" --yes
same "one mail" $((before + 1)) "$(mails)"
exits "resend" 0 resend "$g" --yes
same "another" $((before + 2)) "$(mails)"
exits "pass" 0 pass "$g" --yes
same "and another" $((before + 3)) "$(mails)"
password=$(sim_get /sim/outbox | tail -1 | jq -r .body | grep -Eo '[^ ]{8,}' | tail -1)
[ -n "$password" ] && ! usher journal export 2>/dev/null | grep -qF "$password" &&
  pass "no pass is in the journal" || fail "no pass is in the journal"
exits "undo takes the pass back" 0 journal undo --yes
same "there is none left" 0 \
  "$(sim_graph GET "/users/$g/authentication/temporaryAccessPassMethods" | jq '.value | length')"
exits "a reset of two" 0 reset "$a" "$b" --yes
first=$(sim_get /sim/outbox | tail -2 | sed -n 1p | jq -r .body | tr ' ' '\n' | sort)
second=$(sim_get /sim/outbox | tail -1 | jq -r .body | tr ' ' '\n' | sort)
[ "$first" != "$second" ] && pass "each got a mail of their own" ||
  fail "each got a mail of their own" "$first"
exits "revoke" 0 revoke "$g" --yes
exits "reprocess" 0 reprocess "$g" --yes

# --- guards ---

changes=$(count_changes)
for who in breakglass1@contoso.com m.chen@contoso.com; do
  for action in disable remove reset offboard; do
    exits "$action $who" 5 "$action" "$who" --yes
  done
done
contains "why" "directory role" "$err"
same "nothing was sent" "$changes" "$(count_changes)"
exits "beside others" 0 disable "$g" breakglass2@contoso.com --yes
contains "one is left out" "breakglass2@contoso.com: guarded account" "$err"
same "the other is disabled" false "$(state "$g")"
same "the guarded one is not" true "$(state breakglass2@contoso.com)"

synced=$(sim_graph GET "/users?\$filter=onPremisesSyncEnabled%20eq%20true&\$top=1" |
  jq -r '.value[0].userPrincipalName // empty')
if [ -n "$synced" ]; then
  exits "synced from on-premises" 5 disable "$synced" --yes
  contains "is said" "on-premises" "$err"
else
  skip "synced from on-premises" "there is none in this tenant"
fi

# --- nothing to do ---

enabled=$(usher list state:enabled --live --columns user --no-header --quiet | head -1)
exits "nothing to do" 0 enable "$enabled" --yes
empty "has no result" "$out"
exits "but who asked for a format" 0 enable "$enabled" --yes --format json
same "gets a plan without operations" "0 1" \
  "$(printf '%s' "$out" | jq -r '"\(.operations | length) \(.notes | length)"')"

# --- restored where the name is taken meanwhile ---

taken=$(usher list --live --columns user --format tsv --no-header kind:member synced:no state:enabled 2>/dev/null | tail -1)
exits "one is removed" 0 remove "$taken" --yes
sim_graph POST /users "$(jq -nc --arg u "$taken" '{accountEnabled: true, displayName: "Other",
  mailNickname: "other", userPrincipalName: $u, passwordProfile: {password: "Xy9!aaaaBBBB"}}')" >/dev/null
exits "its name is somebody else's" 1 restore "$taken" --yes
contains "what helps" "usher restore $taken --user-name NAME" "$err"
exits "not a name that is none" 2 restore "$taken" --user-name 'no name' --yes
exits "another name" 0 restore "$taken" --user-name "again.$taken" --yes
same "is taken" "again.$taken" "$(sim_graph GET "/users/again.$taken" | jq -r .userPrincipalName)"
exits "undone" 0 journal undo --yes
same "the other one stays" Other "$(sim_graph GET "/users/$taken" | jq -r .displayName)"
same "it alone is gone" "" "$(sim_graph GET "/users/again.$taken" 2>/dev/null | jq -r '.userPrincipalName // empty')"

# --- what the form would not take, set does not either ---

someone=$(usher list --columns user --format tsv --no-header state:enabled 2>/dev/null | head -1)
before=$(count_changes)
for bad in mobile=abc mobile=0170123 external=foo external=a@b@c; do
  exits "$bad" 2 set "$bad" "$someone" --yes
done
for bad in "sponsor=$someone" "manager=$someone"; do
  exits "oneself as $bad" 0 set "$bad" "$someone" --yes
  contains "is left out" "nobody answers for themselves" "$err"
done
same "nothing was sent" "$before" "$(count_changes)"
exits "a number as it should be" 0 set 'mobile=+49 151 2345678' "$someone" --yes

# --- the accounts of a list, through a pipe ---

usher list --columns user --format tsv --no-header state:disabled 2>/dev/null >"$work/piped"
ok "a list can be piped into a change" sh -c \
  "\"$usher_program\" enable --from - --dry-run --format json <\"$work/piped\" >\"$work/out\""
same "which is about all of them" true "$(jq --argjson n "$(wc -l <"$work/piped")" \
  '(.operations | length) + (.notes | length) >= $n and (.operations | length) > 0' "$work/out")"

# --- a name that went over to somebody else since the list was read ---

# shellcheck disable=SC2046
set -- $(usher list --live --columns user --format tsv --no-header kind:member synced:no state:enabled 2>/dev/null | tail -3)
name=$1 was=$(sim_graph GET "/users/$1" | jq -r .id) is=$(sim_graph GET "/users/$2" | jq -r .id) gone=$3
sim_graph PATCH "/users/$was" '{"userPrincipalName":"formerly.ext@contoso.com"}' >/dev/null
sim_graph PATCH "/users/$is" "{\"userPrincipalName\":\"$name\"}" >/dev/null
sim_graph DELETE "/users/$gone" >/dev/null
exits "means who has it now" 0 disable "$name" --yes --format json
same "who had it is left alone" true "$(state "$was")"
same "and who has it is disabled" false "$(state "$is")"
printf '%s\n%s\n' "$name" "$gone" >"$work/names"
exits "out of a file as well" 0 enable --from "$work/names" --yes
contains "in which who is gone is left out" "skipped: $gone: unknown to the tenant" "$err"
same "and is enabled again" true "$(state "$is")"
exits "who is gone is nobody" 6 disable "$gone" --yes
contains "by the name that was given" "“$gone”" "$err"

# --- undoing a creation ---

new="--mobile +491701234567 --sponsor $(usher list --columns user --format tsv --no-header state:enabled 2>/dev/null | head -1) --yes"
# shellcheck disable=SC2086
{
  exits "one is made" 0 create --first Nora --last Neu --email nora@partner.example $new
  exits "and undone" 0 journal undo --yes
  exits "another one is made" 0 create --first Nils --last Neu --email nils@partner.example $new
}
made=$(usher journal list --format json | jq '.[0].id | tonumber')
nils=$(usher journal show "$made" --format json | jq -r '[.. | .userPrincipalName? // empty][0] // empty')
nils=${nils:-nils.neu.ext@contoso.com}
sim_graph PATCH "/users/$nils" '{"jobTitle":"Head of Procurement"}' >/dev/null
exits "which somebody changes, and is not undone" 1 journal undo "$made" --yes
contains "why" "jobTitle is “Head of Procurement” now" "$err"
same "it is still there" "$nils" "$(sim_graph GET "/users/$nils" | jq -r .userPrincipalName)"

# --- who watches sees how far it is ---

if command -v python3 >/dev/null; then
  watched=$(PYTHONDONTWRITEBYTECODE=1 TERM=xterm python3 "$top_srcdir/tests/lib/terminal.py" --columns 100 -- \
    "$usher_program" disable "$enabled" --yes --output "$work/watched.tsv" </dev/null)
  contains "a bar of the steps" "2/2  [" "$watched"
  exits "the same in silence" 0 enable "$enabled" --yes --output "$work/watched.tsv"
  empty "says nothing" "$err"
  watched=$(PYTHONDONTWRITEBYTECODE=1 TERM=xterm python3 "$top_srcdir/tests/lib/terminal.py" -- \
    "$usher_program" disable "$enabled" --yes --quiet --output "$work/watched.tsv" </dev/null)
  empty "and with --quiet also on a terminal" "$watched"
fi

# --- without a premium licence ---

start_sim --accounts 60 --no-premium
usher list --columns user --format tsv --no-header state:enabled kind:member synced:no >"$work/users"
exits "the reach without sign-in dates" 0 disable "$(pick 1)" "$(pick 2)" --dry-run
contains "says that they are not known" "signed in this week: not known" "$err"
contains "and counts the sponsors" " without sponsor" "$err"
done_testing
