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
exits "journal show" 0 journal show "$plan" --format json
contains "knows the reason" "ticket 4711" "$out"
contains "and the account" "ada.lovelace.ext@contoso.com" "$out"
exits "a plan that is none" 6 journal show 4711
exits "an id that is none" 2 journal show first
exits "nothing is left to resume" 0 journal resume --yes

sim_post /sim/faults 'path=/v1.0/groups,500=100%' >/dev/null
create grace hopper
[ "$code" -ne 0 ] && pass "a group that fails" || fail "a group that fails" "$out"
sim_post /sim/faults none >/dev/null
users() { sim_graph GET "/users?\$top=999" | jq '[.value[] | select(.givenName == "grace")] | length'; }
before=$(users)
plan=$(usher journal list --format json | jq -r '.[0].id')
if [ "$before" -eq 1 ]; then
  exits "resume without --yes and without a terminal" 2 journal resume "$plan"
  exits "resume" 0 journal resume "$plan" --yes --retry
  same "makes nothing twice" 1 "$(users)"
  ok "and mails once" sh -c "[ \"\$(curl -sS $sim_url/sim/outbox | grep -c grace@partner.example)\" -eq 1 ]"
else
  same "nothing was made" 0 "$before"
fi
exits "verify" 0 journal verify
if command -v python3 >/dev/null; then
  python3 - "$HOME/.local/state/usher/usher.db" <<'PYTHON'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("update operation set target_name = 'somebody.else' where rowid = 1")
db.commit()
PYTHON
  run journal verify
  [ "$code" -ne 0 ] && pass "a changed entry is found" || fail "a changed entry is found" "$out"
fi
done_testing
