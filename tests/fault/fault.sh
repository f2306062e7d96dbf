# shellcheck shell=sh
# What the fault tests share, to be sourced after tap.sh and sim.sh: making
# people with usher, breaking off at a chosen moment, and counting at the
# simulator what became of them.
#
#   person N             sets $first $last $email $user: a person of its own for each N
#   make [OPTION...]     usher create for that person; $code
#   broken VAR=VALUE...  the same under tests/lib/kill-at-sync.so
#   exactly_one WHAT     one account, in the group, mailed once or reported unknown
#   nothing_made WHAT    no account, no mail
#   finish               repairs until nothing is open; $code of the last one

. "$top_srcdir/tests/lib/preload.sh"

sponsor=svc-usher@contoso.com
# In letters, so that the naming rule makes a user name of it.
letters() {
  printf '%s' "$1" | tr '0123456789' 'abcdefghij'
}

person() {
  first=Kim
  last=Fault$(letters "$1")
  email=kim$1@partner.example
  user=kim.fault$(letters "$1").ext@contoso.com
}

make() {
  run create --yes --quiet --first "$first" --last "$last" --mobile '+49 151 2345678' \
    --email "$email" --sponsor "$sponsor" "$@"
}

broken() {
  code=0
  env "$@" LD_PRELOAD="$preload" "$usher_program" create --yes --quiet \
    --first "$first" --last "$last" --mobile '+49 151 2345678' --email "$email" \
    --sponsor "$sponsor" >"$work/out" 2>"$work/err" </dev/null || code=$?
}

# Past usher, with one token for the whole test.
token=
ask() { # path
  [ -n "$token" ] || token=$(sim_token)
  curl -sS -H "Authorization: Bearer $token" -H 'ConsistencyLevel: eventual' "$sim_url/v1.0$1"
}

group=51515151-0000-4000-8000-000000000101
accounts() {
  ask "/users?\$filter=otherMails/any(x:x%20eq%20'$email')&\$select=id" | jq '.value | length'
}

in_group() {
  ask "/groups/$group/members?\$top=999&\$select=id,otherMails" |
    jq --arg email "$email" '[.value[] | select(.otherMails | index($email))] | length'
}

mails() {
  sim_get /sim/outbox | grep -cF "$email"
}

# Of the newest plan about the person, the state of its mail.
mail_state() {
  for plan in $("$usher_program" journal list --format tsv --no-header --quiet | cut -f 1); do
    "$usher_program" journal show "$plan" --format json --quiet >"$work/plan"
    if grep -qF "$user" "$work/plan"; then
      jq -r '[.[] | select(.usher.step == "mail.send")][0].status' "$work/plan"
      return
    fi
  done
}

# Until it is done, nothing is left to repair (6), or only the operator can say more.
finish() {
  for _ in 1 2 3 4 5; do
    run repair "$user" --yes --quiet
    [ "$code" -ne 0 ] && [ "$code" -ne 6 ] || break
    case $err in *" is unknown"*) break ;; esac
  done
}

nothing_made() { # what
  counted="accounts $(accounts), mails $(mails)"
  same "$1: nothing was made" "accounts 0, mails 0" "$counted"
}

exactly_one() { # what
  counted="accounts $(accounts), in the group $(in_group), mails $(mails)"
  case $counted in
    "accounts 1, in the group 1, mails 1") pass "$1" ;;
    "accounts 1, in the group 1, mails 0")
      # Only the operator can tell: not mailed is right when it is said.
      same "$1: not mailed, and said so" unknown "$(mail_state)"
      ;;
    *) fail "$1" "$counted
$err" ;;
  esac
}
