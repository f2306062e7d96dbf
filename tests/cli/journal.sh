#!/bin/sh
# usher journal and repair: what was done is listed, what was left is finished,
# nothing twice.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim
sponsor=$(sim_graph GET "/users?\$top=1&\$filter=accountEnabled%20eq%20true" |
  jq -r '.value[0].userPrincipalName')
create() { # first last option...
  create_first=$1 create_last=$2
  shift 2
  run create --yes --first "$create_first" --last "$create_last" --mobile '+44 20 7946 0018' \
    --email "$create_first@partner.example" --sponsor "$sponsor" "$@"
}

exits "an empty journal" 0 journal list --format json
same "is an empty array" '[]' "$(jq -c . "$work/out")"
exits "is whole" 0 journal verify

create ada lovelace --reason 'ticket 4711'
same "an account is made" 0 "$code"
exits "journal list" 0 journal list --format json
same "has one plan" 1 "$(jq length "$work/out")"
plan=$(jq -r '.[0].id' "$work/out")
same "knows the reason" "ticket 4711" "$(jq -r '.[0].reason' "$work/out")"
exits "journal show" 0 journal show "$plan" --format json
contains "knows the account" "ada.lovelace.ext@contoso.com" "$out"
shown=$(jq length "$work/out")
exits "journal export" 0 journal export --format json
same "has the same operations" "$shown" "$(jq length "$work/out")"
same "with what the plan says" "$plan ticket 4711" "$(jq -r '.[0] | "\(.usher.plan) \(.reason)"' "$work/out")"
exits "of the last hour" 0 journal export --since 1h --format json
same "has them" "$shown" "$(jq length "$work/out")"
exits "since a day to come" 0 journal export --since 2099-01-01 --format json
same "has none" 0 "$(jq length "$work/out")"
exits "since no date" 2 journal export --since yesterdayish
exits "show --timeline" 0 show ada.lovelace.ext@contoso.com --timeline --format json
ok "has it as a member" jq -e '.usher.timeline | length >= 4 and all(.[]; .usher.plan > 0)' \
  "$work/out"
exits "with columns" 0 show ada.lovelace.ext@contoso.com --timeline --columns user --format json
same "just these" '["userPrincipalName","usher"]' "$(jq -c keys "$work/out")"
exits "in tsv" 0 show ada.lovelace.ext@contoso.com --timeline
contains "it is all there is" "user.create" "$out"
exits "a plan that is none" 6 journal show 4711
exits "an id that is none" 2 journal show first
exits "nothing is left to resume" 0 journal resume --yes

sim_faults 'path=/v1.0/groups/51515151-0000-4000-8000-000000000101/members/$ref,500=100%'
create grace hopper
same "a group that fails" 1 "$code"
contains "the hint names the plan" "usher journal resume" "$err"
sim_faults none
users() { sim_graph GET "/users?\$top=999" | jq '[.value[] | select(.givenName == "grace")] | length'; }
same "the account was made" 1 "$(users)"
plan=$(usher journal list --format json | jq -r '.[0].id')
changes=$(sim_changes | wc -l)
exits "repair --dry-run" 0 repair grace@partner.example --dry-run --format json
same "is what repair would do: not what is done, and a fresh password before the mail" \
  "group.add licence.await password.reset mail.send" "$(jq -r '[.operations[].kind] | join(" ")' "$work/out")"
ok "as planned operations of this plan" jq -es ".[0] | .id == $plan and all(.operations[]; .state == \"planned\"
  and .errorMessage == null)" "$work/out"
ok "each after what it needs" jq -es '.[0].operations[1].dependsOn == 1' "$work/out"
exits "as a plan file" 0 repair grace@partner.example --dry-run
contains "with the fresh password" "reset-password" "$out"
case $out in
*"
create "*) fail "and without the account that is made" "$out" ;;
*) pass "and without the account that is made" ;;
esac
exits "journal resume --dry-run shows the same" 0 journal resume "$plan" --retry --dry-run --format json
same "the same" 4 "$(jq '.operations | length' "$work/out")"
exits "without --retry it is what is in doubt alone" 0 journal resume "$plan" --dry-run --format json
same "the group" group.add "$(jq -r '.operations[].kind' "$work/out")"
same "nothing was sent" "$changes" "$(sim_changes | wc -l)"
exits "resume without --yes and without a terminal" 2 journal resume "$plan"
exits "resume" 0 journal resume "$plan" --yes --retry
same "makes nothing twice" 1 "$(users)"
same "and mails once" 1 "$(sim_get /sim/outbox | grep -c grace@partner.example)"
exits "again" 0 journal resume "$plan" --yes --retry
same "still once" 1 "$(sim_get /sim/outbox | grep -c grace@partner.example)"

sim_faults 'path=/v1.0/users/it-service@contoso.com/sendMail,500=100%'
create alan turing
same "a mail that fails" 1 "$code"
contains "is not known to be sent" "unknown" "$out"
sim_faults none
plan=$(usher journal list --format json | jq -r '.[0].id')
exits "repair --dry-run of such a mail" 0 repair --dry-run alan@partner.example --format json
same "leaves it alone" 0 "$(jq '.operations | length' "$work/out")"
exits "and says so" 0 repair --dry-run alan@partner.example
contains "with what decides" "--mail again" "$out"
exits "with --mail again" 0 repair --dry-run alan@partner.example --mail again --format json
same "a fresh password and the mail" "password.reset mail.send" \
  "$(jq -r '[.operations[].kind] | join(" ")' "$work/out")"
run journal resume "$plan" --yes
same "is never sent again by itself" 0 "$(sim_get /sim/outbox | grep -c alan@partner.example)"

exits "verify" 0 journal verify

# Several at once: one result.
sim_faults 'path=/v1.0/groups/51515151-0000-4000-8000-000000000101/members/$ref,403=100%'
create karen sparck
create barbara liskov
sim_faults none
exits "repair --dry-run of all" 0 repair --dry-run --mail arrived --format json
ok "is one plan about both" jq -es 'length == 1 and .[0].id == null and
  ([.[0].operations[].target] | unique | length == 2)' "$work/out"
ok "numbered anew" jq -es '.[0] | [.operations[].sequence] == [range(1; (.operations | length) + 1)]' "$work/out"
exits "repair of all" 0 repair --yes --mail arrived --format json
ok "has one result" jq -es 'length == 1 and .[0].state == "done" and
  all(.[0].operations[]; .state | test("^(done|skipped|pending)$"))' "$work/out"
ok "in which what waits for what still holds" jq -es '.[0] as $plan | all($plan.operations[];
  .dependsOn == 0 or (.dependsOn < .sequence and
    $plan.operations[.dependsOn - 1].target == .target))' "$work/out"

exits "verify" 0 journal verify
exits "nothing is left" 0 repair --yes --format json
same "which is a plan without operations" 0 "$(printf '%s' "$out" | jq '.operations | length')"
exits "nothing to resume" 0 journal resume --yes --format jsonl
same "the same" 0 "$(printf '%s' "$out" | jq '.operations | length')"
exits "verify as JSON" 0 journal verify --format json
same "says the same" "whole true" \
  "$(printf '%s' "$out" | jq -r '"\(.status) \(.usher.entries > 0 and (.usher.hash | length) == 64)"')"

# Who changes the file past the store (its triggers refuse) is found out.
if command -v python3 >/dev/null; then
  python3 - "$HOME/.local/state/usher/usher.db" <<'PYTHON'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for name, in list(db.execute("select name from sqlite_master where type = 'trigger'")):
  db.execute(f'drop trigger "{name}"')
db.execute("update operation set target_name = 'somebody.else' where sequence = 1")
db.commit()
PYTHON
  run journal verify
  [ "$code" -ne 0 ] && pass "a changed entry is found" || fail "a changed entry is found" "$out"
fi
done_testing
