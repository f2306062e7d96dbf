#!/bin/sh
# Plan files: written by a dry run, shown, edited, applied by hand of somebody else, and
# refused where the account, the name, the tenant or a guard says so.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim --accounts 300 --seed 8

state() { # user
  sim_graph GET "/users/$1?\$select=accountEnabled" | jq -r .accountEnabled
}
usher list --columns user --format tsv --no-header state:enabled kind:member synced:no >"$work/users"
a=$(sed -n 1p "$work/users") b=$(sed -n 2p "$work/users") c=$(sed -n 3p "$work/users")
plan=$work/plan.txt

# --- written and shown ---

exits "a plan is written" 0 disable "$a" "$b" --dry-run --output "$plan" --reason "Q4 review"
contains "with its head" "# usher plan 1 · contoso.com · specialists · made " "$(cat "$plan")"
contains "and its reason" "reason: Q4 review" "$(cat "$plan")"
contains "and its reach" "4 operations on 2 accounts · reversible: 2" "$(cat "$plan")"
same "for nobody else" 600 "$(stat -c %a "$plan")"
exits "show" 0 plan show "$plan"
same "prints it as it is" "$(cat "$plan")" "$out"
exits "show as json" 0 plan show "$plan" --format json
ok "is one plan" jq -e '.operations | length == 4' "$work/out"
empty "nothing was changed" "$(sim_changes)"

# --- applied ---

exits "apply --dry-run" 0 plan apply "$plan" --dry-run
empty "still nothing was changed" "$(sim_changes)"
exits "apply" 0 plan apply "$plan" --yes
same "is disabled" false "$(state "$a")"
contains "the reason is in the journal" "Q4 review" "$(usher journal list --format json)"
exits "nothing on standard input" 2 plan show -
exits "undo" 0 journal undo --yes
same "is enabled again" true "$(state "$a")"

# --- what is refused ---

exits "one more" 0 disable "$a" --dry-run --output "$plan"
sed "s/$a/$c/" "$plan" >"$work/name.txt"
exits "an id with another name is shown" 0 plan show "$work/name.txt"
contains "as refused" "will be refused" "$out"
exits "and is refused" 1 plan apply "$work/name.txt" --yes
contains "why" "belongs to $a" "$err"
same "nobody is disabled" true "$(state "$a")"
same "neither of them" true "$(state "$c")"

id=$(sim_graph GET /users/breakglass1@contoso.com | jq -r .id)
sed "s/$a/breakglass1@contoso.com/; s/id=.*/id=$id/" "$plan" >"$work/guarded.txt"
exits "a guarded account" 5 plan apply "$work/guarded.txt" --yes
contains "is left alone" "guarded account" "$err"
same "and enabled" true "$(state breakglass1@contoso.com)"
id=$(sim_graph GET /users/m.chen@contoso.com | jq -r .id)
sed "s/$a/m.chen@contoso.com/; s/id=.*/id=$id/" "$plan" >"$work/role.txt"
exits "a holder of a role" 5 plan apply "$work/role.txt" --yes
same "stays enabled" true "$(state m.chen@contoso.com)"

# A file cannot say its way around the guard.
head=$(sed -n 1p "$plan") g=breakglass1@contoso.com
id=$(sim_graph GET /users/$g | jq -r .id)
bad() { # lines: a plan of these
  printf '%s\n' "$head" "$@" >"$work/bad.txt"
}
before=$(sim_changes | wc -l)
bad "remove $g"
exits "a removal without an id" 2 plan apply "$work/bad.txt" --yes
bad "set $g accountEnabled: -> false id=$id"
exits "a property that is none of ours" 2 plan apply "$work/bad.txt" --yes
contains "is named" "accountEnabled" "$err"
bad "disable $g enabled -> disabled id=$id" "create $g -> $g displayName: -> X"
exits "a guarded account that the plan pretends to create" 5 plan apply "$work/bad.txt" --yes
bad "disable x@contoso.com enabled -> disabled id=$id" "create x@contoso.com displayName: -> X"
exits "under another name" 1 plan apply "$work/bad.txt" --yes
same "stays enabled" true "$(state $g)"
bad "create x@contoso.com -> x@contoso.com id=$id"
exits "a creation with an id" 2 plan apply "$work/bad.txt" --yes
id=$(sim_graph GET "/users/$c" | jq -r .id)
bad "disable $c disabled -> enabled id=$id"
exits "a verb whose value says the opposite" 2 plan apply "$work/bad.txt" --yes
bad "extend $c -> 2999-01-01 id=$id"
exits "an end date beyond max_lifetime" 5 plan apply "$work/bad.txt" --yes
contains "is refused" "later than the roster allows" "$err"
bad "mail $c from: -> ceo@contoso.com to: -> x@y.example template: -> specialist id=$id"
exits "a mail from somebody else" 2 plan apply "$work/bad.txt" --yes
contains "whose mailbox is named" "ceo@contoso.com" "$err"
bad "close-plan $g -> 1" "remove $g"
exits "a removal without an id, behind another line" 2 plan apply "$work/bad.txt" --yes
bad "remove $g otherMails: a@b.example -> createdDateTime: 1970-01-01 ->"
exits "a rollback of somebody guarded" 5 plan apply "$work/bad.txt" --yes
contains "is left alone as well" "guarded account" "$err"
new="displayName: -> X mailNickname: -> x accountEnabled: -> true"
bad "create x@contoso.com userPrincipalName: -> y@contoso.com $new"
exits "a creation under another name" 2 plan apply "$work/bad.txt" --yes
bad "create x@contoso.com userPrincipalName: -> x@contoso.com $new onPremisesImmutableId: -> x"
exits "a creation with what no form has" 2 plan apply "$work/bad.txt" --yes
bad "close-plan $c id=$id"
exits "closing no plan" 2 plan apply "$work/bad.txt" --yes
bad "close-plan $c -> 9999"
exits "closing a plan that is not there" 1 plan apply "$work/bad.txt" --yes
empty "is no defect of usher" "$(printf %s "$err" | grep defect)"
same "nothing was sent for any of them" "$before" "$(sim_changes | wc -l)"

group=$(sim_graph GET "/groups?\$filter=displayName%20eq%20'Emergency%20access'" |
  jq -r '.value[0].id')
members=$(sim_graph GET "/groups/$group/members" | jq -c '[.value[].id]')
bad "create x@contoso.com userPrincipalName: -> x@contoso.com $new" \
  "add-group X@contoso.com -> Specialists groupId: -> $group"
exits "somebody new into a guarded group" 1 plan apply "$work/bad.txt" --yes
contains "is refused there" "the group Emergency access is guarded" "$err"
same "which is as it was" "$members" "$(sim_graph GET "/groups/$group/members" | jq -c '[.value[].id]')"

# Deleted, its name has its id in front, and an address it need not have.
g=breakglass2@contoso.com id2=$(sim_graph GET /users/$c | jq -r .id)
id=$(sim_graph GET /users/$g | jq -r .id)
sim_graph PATCH /users/$g '{"mail":"other@contoso.com"}' >/dev/null
sim_graph DELETE /users/$g
sim_graph DELETE "/users/$c"
bad "restore $g deleted -> restored id=$id" "restore $c deleted -> restored id=$id2"
exits "a guarded account that is deleted" 1 plan apply "$work/bad.txt" --yes
contains "is left alone" "$g is left alone: guarded account" "$err"
same "the other is restored" true "$(state "$c")"
sim_graph POST "/directory/deletedItems/$id/restore" >/dev/null

exits "a change of the company" 0 set company=One "$a" --dry-run --output "$work/set.txt"
sim_graph PATCH "/users/$a" '{"companyName":"Meanwhile"}' >/dev/null
exits "of an account that has changed since" 1 plan apply "$work/set.txt" --yes
contains "is refused" "has changed since the plan was made" "$err"
same "not forced" Meanwhile "$(sim_graph GET "/users/$a?\$select=companyName" | jq -r .companyName)"

sed 's/contoso.com ·/fabrikam.com ·/' "$plan" >"$work/tenant.txt"
exits "another tenant's" 5 plan apply "$work/tenant.txt" --yes
printf '# usher plan 1\ndisabel %s id=1\n' "$a" >"$work/verb.txt"
exits "a wrong verb" 2 plan show "$work/verb.txt"
contains "where" "verb.txt:2:1:" "$err"
contains "what is near" "disable" "$err"
exits "a file that is none" 2 plan show "$work/users"
exits "no file at all" 2 plan show "$work/nothing"

# --- what others did meanwhile is not ours to undo ---

e=$(sed -n 20p "$work/users") f=$(sed -n 21p "$work/users")
id=$(sim_graph GET "/users/$e" | jq -r .id)
group=$(sim_graph GET "/groups?\$filter=displayName%20eq%20'Specialists'" | jq -r '.value[0].id')
bad "add-group $e -> Specialists groupId: -> $group id=$id"
exits "a member is added once more" 0 plan apply "$work/bad.txt" --yes --format json
contains "which it was already" "it was so already" "$out"
exits "undone" 0 journal undo --yes
contains "it stays a member" "$id" "$(sim_graph GET "/groups/$group/members?\$top=999" | jq -c '[.value[].id]')"
exits "two are removed" 0 remove "$e" "$f" --yes
exits "two are to be restored" 0 restore "$e" "$f" --dry-run --output "$plan"
sim_graph POST "/directory/deletedItems/$id/restore" >/dev/null
exits "of which one is restored already" 0 plan apply "$plan" --yes
exits "undone as well" 0 journal undo --yes
same "whom others restored stays" true "$(state "$e")"
empty "the other is gone again" "$(state "$f" 2>/dev/null | grep true)"

# --- somebody made the same person meanwhile ---

sponsor=$(sed -n 22p "$work/users")
person="--first Gisa --last Gleich --mobile +491701234567 --email gisa@partner.example"
# shellcheck disable=SC2086
exits "a creation as a file" 0 create $person --sponsor "$sponsor" --dry-run --output "$plan"
sed 's/gisa[.]gleich/gisa.anders/g' "$plan" >"$work/other.txt"
exits "is applied" 0 plan apply "$plan" --yes
before=$(sim_changes | wc -l)
sed '1s/made [^ ]*/made 2026-01-01T00:00:00Z/' "$work/other.txt" >"$work/older.txt"
exits "another for the same address" 2 plan apply "$work/older.txt" --yes
contains "is refused" "gisa@partner.example is in use by gisa.gleich.ext@contoso.com since" "$err"
sed '1s/made [^ ]*/made 2999-01-01T00:00:00Z/' "$work/other.txt" >"$work/later.txt"
exits "nor one from days to come" 2 plan apply "$work/later.txt" --yes
sed 's/gisa@/gesa@/g; 1s/made [^ ]*/made 2026-01-01T00:00:00Z/' "$work/other.txt" >"$work/twice.txt"
sed '1,3d; s/gisa[.]anders/gisa.nochmal/g' "$work/twice.txt" >"$work/second.txt"
cat "$work/second.txt" >>"$work/twice.txt"
exits "one address twice in a file" 2 plan apply "$work/twice.txt" --yes
contains "is said" "gesa@partner.example stands in the plan twice" "$err"
same "nothing was sent" "$before" "$(sim_changes | wc -l)"

# --- edited ---

printf '#!/bin/sh\nsed -i "/revoke-sessions/d" "$1"\n' >"$work/editor"
chmod +x "$work/editor"
exits "one more" 0 disable "$a" "$b" --dry-run --output "$plan"
EDITOR=$work/editor VISUAL='' exits "edit" 0 plan edit "$plan"
contains "shows the difference" "- revoke-sessions $a" "$err"
same "and keeps it" 2 "$(grep -c '^disable' "$plan")"
empty "without what was taken out" "$(grep revoke "$plan")"
printf '#!/bin/sh\necho disabel x >>"$1"\n' >"$work/editor"
cp "$plan" "$work/before"
EDITOR=$work/editor VISUAL='' exits "a mistake" 2 plan edit "$plan"
contains "is named" "disable" "$err"
same "and the file is as it was" "$(cat "$work/before")" "$(cat "$plan")"
EDITOR=true VISUAL='' exits "nothing changed" 0 plan edit "$plan"
EDITOR=false VISUAL='' exits "an editor that fails" 2 plan edit "$plan"

# --- released by somebody else ---

sed 's/^approval = none/approval = one/' "$USHER_CONFIG" >"$work/approval.conf"
chmod 600 "$work/approval.conf"
USHER_CONFIG=$work/approval.conf
changes=$(sim_changes | grep -vc checkMember)
exits "approval: not straight away" 5 disable "$c" --yes
contains "what to do" "plan apply" "$err"
exits "not by naming another roster either" 5 --roster guests disable "$c" --yes
contains "whose accounts these are" "Specialists" "$err"
sed 's/ specialists / guests /' "$plan" >"$work/roster.txt"
exits "nor in a file" 5 plan apply "$work/roster.txt" --yes
exits "nor by taking them out of the group" 5 --roster guests group remove Specialists "$c" --yes
exits "but it is written" 0 disable "$c" --dry-run --output "$plan"
exits "who wrote it may not release it" 5 plan apply "$plan" --yes
exits "not by name either" 5 plan apply "$plan" --yes --released-by "$(id -un)"
same "nothing was sent" "$changes" "$(sim_changes | grep -vc checkMember)"
for name in '' ' ' 'a,b' 'a b'; do
  exits "a name that is none" 2 plan apply "$plan" --yes --released-by "$name"
done
exits "somebody else may" 0 plan apply "$plan" --yes --released-by j.doe
same "is disabled" false "$(state "$c")"
exits "one more" 0 enable "$c" --dry-run --output "$plan"
sed -i '1s/ by [^ ]*/ by m.chen@elsewhere/' "$plan"
exits "what another wrote is released by applying it" 0 plan apply "$plan" --yes
same "is enabled" true "$(state "$c")"

# --- a number is asked for ---

if command -v python3 >/dev/null; then
  USHER_CONFIG=$work/usher.conf
  # shellcheck disable=SC2046
  set -- $(sed -n '4,16p' "$work/users")
  changes=$(sim_changes | wc -l)
  python3 "$top_srcdir/tests/lib/terminal.py" --columns 132 --expect 'Type the number' 'y\r' \
    -- "$usher_program" remove "$@" >"$work/screen" 2>&1
  same "y is not enough for thirteen removals" "$changes" "$(sim_changes | wc -l)"
  python3 "$top_srcdir/tests/lib/terminal.py" --columns 132 --expect 'Type the number' '13\r' \
    -- "$usher_program" remove "$@" >"$work/screen" 2>&1
  same "the number is" 0 $?
  same "thirteen are removed" $((changes + 13)) "$(sim_changes | wc -l)"
else
  skip "a number is asked for" "python3 is not installed"
fi

# --- several mistakes ---

{
  head -1 "$plan"
  printf 'disabel x id=1\nenable y\n'
} >"$work/wrong.plan"
exits "a file with two wrong lines" 2 plan show "$work/wrong.plan"
contains "the first is told" "wrong.plan:2:1:" "$err"
contains "and the second" "wrong.plan:3:" "$err"

done_testing
