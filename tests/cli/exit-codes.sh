#!/bin/sh
# Every exit status provoked, and what an error says: what was tried, what
# came back, the request id, what to do.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim

set -- create --yes --first Ada --last Lovelace --mobile '+44 20 7946 0018' \
  --email ada@partner.example
sponsor=$(sim_graph GET "/users?\$top=1&\$filter=accountEnabled%20eq%20true" |
  jq -r '.value[0].userPrincipalName')

exits "0: all done" 0 list --live
exits "2: wrong usage" 2 list --nonsense
exits "6: not found" 6 show nobody-at-all@contoso.com
ambiguous=$(sim_graph GET "/users?\$top=999&\$select=displayName" |
  jq -r '[.value[].displayName | select(. != null) | .[0:1] | select(test("[A-Z]"))] | group_by(.)
         | map(select(length > 1)) | .[0][0]')
exits "6: ambiguous" 6 show "$ambiguous"
contains "the candidates are listed" "@contoso.com" "$err"

# 1: the group fails after the account was made.
sim_faults 'path=/v1.0/groups/51515151-0000-4000-8000-000000000101/members/$ref,403=100%'
exits "1: some of it failed" 1 "$@" --sponsor "$sponsor"
sim_faults none
contains "the hint names the plan" "usher journal resume" "$err"
plan=$(printf '%s\n' "$err" | sed -n 's/.*journal resume \([0-9]*\).*/\1/p')
exits "which is in the journal" 0 journal show "$plan"
contains "with the step that waits" "mail.send	skipped" "$out"

# 3: the tenant refuses the secret.
sed 's/simulated-secret/another-secret/' "$USHER_CONFIG" >"$work/secret.conf"
chmod 600 "$work/secret.conf"
exits "3: sign-in refused" 3 --config "$work/secret.conf" list --live
contains "the service's code is told" "AADSTS" "$err"

# 4: nobody listens there.
sed -E 's#(http://(127.0.0.1|localhost)):[0-9]+#\1:1#' "$USHER_CONFIG" >"$work/dead.conf"
chmod 600 "$work/dead.conf"
exits "4: not reached" 4 --config "$work/dead.conf" list --live
contains "what was tried is told" "usher: list: " "$err"

# 5: the application lacks the permission.
sed 's/0000000000aa/0000000000ab/' "$USHER_CONFIG" >"$work/reader.conf"
chmod 600 "$work/reader.conf"
someone=$(usher list state:enabled --live --format jsonl | head -1 | jq -r .userPrincipalName)
plans=$(usher journal list --no-header | wc -l)
before=$(sim_changes | wc -l)
exits "5: create without the permissions" 5 --config "$work/reader.conf" create \
  --yes --first Lacks --last Permission --mobile '+44 20 7946 0018' --email lacks@partner.example \
  --sponsor "$sponsor"
for permission in User.ReadWrite.All GroupMember.ReadWrite.All Mail.Send; do
  contains "names $permission" "$permission" "$err"
done
contains "and who can grant them" "Privileged Role Administrator" "$err"
contains "and to which application" "0000000000ab" "$err"
empty "and has no result" "$out"
for verb in disable offboard remove extend reset revoke; do
  exits "5: $verb without the permission" 5 --config "$work/reader.conf" "$verb" --yes "$someone"
  contains "$verb says what is missing" "lacks the permission" "$err"
done
exits "5: group add without the permission" 5 --config "$work/reader.conf" group add Guests \
  "$someone" --yes
same "nothing of that is in the journal" "$plans" "$(usher journal list --no-header | wc -l)"
same "and nothing was sent" "$before" "$(sim_changes | wc -l)"
exits "a dry run needs no more than reading" 0 --config "$work/reader.conf" disable --dry-run \
  "$someone"
exits "resuming needs the permissions too" 5 --config "$work/reader.conf" journal resume "$plan" \
  --retry --yes

# The token says yes and the service says no: with nothing done, it was refused.
id=$(sim_graph GET "/users/$someone?\$select=id" | jq -r .id)
sim_faults "path=/v1.0/users/$id/revokeSignInSessions,403=100%"
exits "5: refused by the service, and nothing else done" 5 revoke --yes "$someone"
contains "with its code" "Authorization_RequestDenied" "$err"
contains "and what it needs" "User.RevokeSessions.All" "$err"
exits "1: refused by the service after something was done" 1 offboard --yes "$someone"
sim_faults none

exits "5: read-only" 5 --read-only "$@" --sponsor "$sponsor"
empty "nothing on standard output" "$out"

# A cut-off or wild answer is an error, and nothing half shown.
for fault in truncate garbage; do
  sim_faults "path=/v1.0/groups,$fault=100%"
  exits "4: $fault" 4 list --live
  empty "$fault shows nothing half" "$out"
done
sim_faults none
exits "and afterwards all is well" 0 list --live

sim_faults 'path=/v1.0/groups,500=100%'
run list --live
[ "$code" -ne 0 ] && pass "a failing service fails" || fail "a failing service fails"
contains "with its status" "500" "$err"
contains "and a request id" "request" "$err"
sim_faults none

# A home that cannot be written to: refused before anything is sent.
sim_changes_before=$(sim_changes | wc -l)
mkdir "$work/readonly"
chmod 500 "$work/readonly"
if [ "$(id -u)" -eq 0 ]; then : >"$work/readonly.file"; home=$work/readonly.file; else home=$work/readonly; fi
code=0
XDG_STATE_HOME=$home "$usher_program" create --yes --first Ken --last Thompson \
  --mobile '+1 555 0100' --email ken@partner.example --sponsor "$sponsor" >"$work/out" \
  2>"$work/err" </dev/null || code=$?
[ "$code" -ne 0 ] && pass "no journal, no change" || fail "no journal, no change"
same "nothing was sent" "$sim_changes_before" "$(sim_changes | wc -l)"
chmod 700 "$work/readonly"

# Stopping, while no answer comes.
sim_hold 0
# Bits 0, 1 and 14 of the caught signals: HUP, INT and TERM. Before the exec it is still
# this shell, with traps of its own.
catches_all() {
  grep -q usher "/proc/$1/comm" || return 1
  case $(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) in
  *[4567cdef]??[37bf]) return 0 ;;
  *) return 1 ;;
  esac
}
for name in INT TERM HUP; do
  "$usher_program" list --live >"$work/out" 2>"$work/err" </dev/null &
  pid=$!
  wait_for 30 catches_all "$pid"
  kill -s "$name" "$pid"
  wait "$pid"
  got=$?
  [ "$got" -ne 0 ] && [ "$got" -lt 128 ] && pass "SIG$name stops it cleanly" ||
    fail "SIG$name stops it cleanly" "status $got: $(cat "$work/err")"
  empty "and shows nothing half" "$(cat "$work/out")"
done
done_testing
