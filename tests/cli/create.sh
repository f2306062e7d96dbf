#!/bin/sh
# usher create: what is refused before anything is sent, the plan, the account
# with its group, licence and mail, and what goes where.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim

sponsor=$(sim_graph GET "/users?\$top=1&\$filter=accountEnabled%20eq%20true" |
  jq -r '.value[0].userPrincipalName')

# Refused with status 2, naming the option, and nothing but reading was sent.
wrong() { # what text option...
  wrong_what=$1 wrong_text=$2
  shift 2
  changes=$(sim_changes | wc -l)
  run create --yes "$@"
  if [ "$code" -ne 2 ]; then
    fail "$wrong_what" "status $code: $err"
  elif [ "$(sim_changes | wc -l)" -ne "$changes" ]; then
    fail "$wrong_what" "something was sent"
  else
    contains "$wrong_what" "$wrong_text" "$err"
  fi
}
wrong "no first name" "--first" --last Lovelace --mobile '+44 20 7946 0018' --email a@b.example
wrong "no e-mail" "--email" --first Ada --last Lovelace --mobile '+44 20 7946 0018' \
  --sponsor "$sponsor"
wrong "an e-mail that is none" "--email" --first Ada --last Lovelace --mobile '+44 20 7946 0018' \
  --email 'ada at partner' --sponsor "$sponsor"
wrong "a mobile number that is none" "--mobile" --first Ada --last Lovelace --mobile 'call me' \
  --email ada@partner.example --sponsor "$sponsor"
wrong "a date that is none" "--expires" --first Ada --last Lovelace --mobile '+44 20 7946 0018' \
  --email ada@partner.example --sponsor "$sponsor" --expires 2027-13-45
wrong "an end beyond what the roster allows" "--expires" --first Ada --last Lovelace \
  --mobile '+44 20 7946 0018' --email ada@partner.example --sponsor "$sponsor" --expires 2000d
for end in 0d 0h 2020-01-31 yesterday -1d; do
  wrong "an end that is over: $end" "--expires" --first Ada --last Lovelace \
    --mobile '+44 20 7946 0018' --email ada@partner.example --sponsor "$sponsor" "--expires=$end"
done
for own in ada@contoso.com ADA@Contoso.COM ada@contoso.onmicrosoft.com; do
  wrong "an address of our own: $own" "--email" --first Ada --last Lovelace \
    --mobile '+44 20 7946 0018' --email "$own" --sponsor "$sponsor"
done
contains "a domain of the tenant is named" "contoso.onmicrosoft.com" "$err"
wrong "a name that transliterates to nothing" "name" --first '!!!' --last '???' \
  --mobile '+44 20 7946 0018' --email ada@partner.example --sponsor "$sponsor"
long=$(printf '%0300d' 0 | tr 0 a)
wrong "a name that is too long" "--first" --first "$long" --last Lovelace \
  --mobile '+44 20 7946 0018' --email ada@partner.example --sponsor "$sponsor"
wrong "no sponsor where the roster wants one" "--sponsor" --first Ada --last Lovelace \
  --mobile '+44 20 7946 0018' --email ada@partner.example

known=$(sim_graph GET "/users?\$top=999&\$select=otherMails" |
  jq -r '[.value[].otherMails[]?] | map(select(test("^[a-z.0-9-]+@[a-z.0-9-]+$"))) | .[0]')
wrong "an e-mail that is in use" "--email" --first Ada --last Lovelace \
  --mobile '+44 20 7946 0018' --email "$known" --sponsor "$sponsor"
run create --yes --first Ada --last Lovelace --mobile '+44 20 7946 0018' \
  --email ada@partner.example --sponsor nobody-at-all
same "a sponsor that nobody is: not found" 6 "$code"
contains "is named" "nobody-at-all" "$err"

# --- all that is wrong, before anything else ---

run create --first Ada
same "arguments that are missing, without a terminal" 2 "$code"
for option in --last --mobile --email --sponsor; do
  contains "$option is named" "$option: is needed" "$err"
done
case $err in
*terminal*) fail "the terminal is no matter yet" "$err" ;;
*) pass "the terminal is no matter yet" ;;
esac
asked=$(sim_get /sim/requests | wc -l)
run create --yes --first Ada --last '!!!' --mobile 'call me' --email 'ada at x' --expires 0d --user '@'
for option in --last --mobile --email --expires --user --sponsor; do
  [ "$option" = --last ] && continue # a user name is given
  contains "all at once: $option" "$option: " "$err"
done
run extend --to nonsense --query 'state:' --from /nonexistent/file ''
for what in "--to: " "--query: " "--from: " "name of an account is empty"; do
  contains "extend: all at once: $what" "$what" "$err"
done
run set nothing=1
contains "set: the field that is none" "nothing" "$err"
contains "and that there is no account" "Which accounts" "$err"
exits "a plan number that is none, without a terminal" 2 journal resume first
contains "is what is said" "first" "$err"
exits "a file that is not there, without a terminal" 2 create --from /nonexistent/people.csv
contains "is what is said first" "/nonexistent/people.csv" "$err"
same "nobody was asked" "$asked" "$(sim_get /sim/requests | wc -l)"

# --- asking ---

run create --first Ada --last Lovelace --mobile '+44 20 7946 0018' --email ada@partner.example \
  --sponsor "$sponsor"
same "without a terminal and without --yes" 2 "$code"
contains "says what to give" "--yes" "$err"
contains "and that nothing was sent" "nothing was sent" "$err"
exits "--read-only refuses" 5 --read-only create --yes --first Ada --last Lovelace \
  --mobile '+44 20 7946 0018' --email ada@partner.example --sponsor "$sponsor"
empty "nothing was changed so far" "$(sim_changes)"

# --- dry run ---

set -- --first Zoë --last Müller-Lüdenscheidt --mobile '+49 151 2345 6789' \
  --email zoe@partner.example --company 'Partner GmbH' --sponsor "$sponsor" --expires 90d
exits "--dry-run" 0 create "$@" --dry-run
contains "prints a plan" "# usher plan 1" "$out"
contains "with the account" "zoe.mueller-luedenscheidt.ext@contoso.com" "$out"
for kind in create add-group await-licence mail; do
  contains "with $kind" "$kind" "$out"
done
empty "and changes nothing" "$(sim_changes)"
exits "--dry-run as json" 0 create "$@" --dry-run --format json
ok "is one plan" jq -e '.version == 1 and .id == null and (.operations | length >= 4)
  and all(.operations[]; .state == "planned")' "$work/out"
empty "and changes nothing" "$(sim_changes)"
empty "nothing is in the journal" "$(usher journal list --no-header)"

# --- the account ---

ends=$(date -u -d '90 days' +%Y-%m-%d)
exits "create" 0 create "$@" --yes --format json
[ "$(date -u -d '90 days' +%Y-%m-%d)" = "$ends" ] || ends= # midnight came by
ok "every step is done or pending" jq -e \
  'all(.operations[]; .state == "done" or .state == "pending")' "$work/out"
ok "each request has its id" jq -e \
  '[.operations[] | select(.kind == "user.create" or .kind == "group.add") | .requestId]
   | length == 2 and all(. != null)' "$work/out"
empty "and nothing about the steps where nobody watches" "$err"
user=zoe.mueller-luedenscheidt.ext@contoso.com
sim_graph GET "/users/$user?\$select=id,displayName,givenName,surname,otherMails,mobilePhone,companyName,usageLocation,accountEnabled" \
  >"$work/user"
same "its name is as the rule says" "Müller-Lüdenscheidt, Zoë (External)" \
  "$(jq -r .displayName "$work/user")"
same "its address is kept" zoe@partner.example "$(jq -r '.otherMails[0]' "$work/user")"
same "its mobile number" '+49 151 2345 6789' "$(jq -r .mobilePhone "$work/user")"
same "its company" 'Partner GmbH' "$(jq -r .companyName "$work/user")"
same "it is enabled" true "$(jq -r .accountEnabled "$work/user")"
id=$(jq -r .id "$work/user")
group=$(sim_graph GET "/groups?\$filter=displayName%20eq%20'Specialists'" | jq -r '.value[0].id')
ok "it is in the group" sh -c "[ \"\$1\" = \"\$2\" ]" - "$id" \
  "$(sim_graph GET "/groups/$group/members?\$top=999" | jq -r ".value[] | select(.id == \"$id\") | .id")"
licensed() {
  sim_graph GET "/users/$id?\$select=licenseAssignmentStates" |
    jq -e '.licenseAssignmentStates | length > 0 and .[0].state == "Active"'
}
ok "its licence arrives" wait_for 30 licensed
sim_get /sim/outbox >"$work/outbox"
ok "one mail went to the external address" jq -es \
  '[.[] | select(tostring | contains("zoe@partner.example"))] | length == 1' "$work/outbox"
contains "with the user name in it" "$user" "$(cat "$work/outbox")"
exits "it is in the list" 0 list user:zoe --format jsonl
expires=$(jq -r .usher.expires "$work/out" | cut -c 1-10)
same "with its end date" "${ends:-$expires}" "$expires"
exits "and shown" 0 show zoe@partner.example --format json
same "by its external address" "$user" "$(jq -r .userPrincipalName "$work/out")"

secret=$(jq -r '.body? // tostring' "$work/outbox" | grep -oE '[A-Za-z0-9!#$%*+=?_-]{14,}' | sort -u)
for word in $secret; do
  case $word in *[0-9]*[A-Za-z]* | *[A-Za-z]*[0-9]*) ;; *) continue ;; esac
  grep -rlF -- "$word" "$HOME/.local" "$HOME/.cache" "$work/err" "$work/out" 2>/dev/null
done >"$work/leaks"
empty "what only the mail may hold is in no file of usher" "$(cat "$work/leaks")"

# --- again ---

wrong "the same person again" "--email" "$@"
set -- --first Zoë --last Müller-Lüdenscheidt --mobile '+49 151 2345 6789' \
  --email other@partner.example --sponsor "$sponsor"
exits "a namesake" 0 create "$@" --yes --format json
ok "gets another user name" jq -e \
  ".operations[0].target != \"$user\" and (.operations[0].target | startswith(\"zoe.mueller\"))" "$work/out"
exits "--quiet" 0 create --quiet --yes --first Grace --last Hopper --mobile '+1 555 0100' \
  --email grace@partner.example --sponsor "$sponsor"
empty "says nothing on standard error" "$err"
contains "the result is a table of steps" "requestId" "$out"

# --- what is warned of ---

run create --dry-run --first 太郎 --last 山田 --mobile '+81 90 1234 5678' --email taro@partner.example \
  --sponsor "$sponsor"
same "a name that is guessed is said once" 1 "$(printf '%s\n' "$err" | grep -c guess)"
contains "with the user name" ".ext@contoso.com" "$err"
contains "of one account one says account" "on 1 account ·" "$out"
sim_graph DELETE "/users/$id" >/dev/null
run create --dry-run --first Zoë --last Again --mobile '+49 151 2345 6789' \
  --email zoe@partner.example --sponsor "$sponsor"
contains "a deleted namesake could be restored" "restored" "$err"
contains "by its name of before" ": $user" "$err"
case $err in
*[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]zoe*)
  fail "without the id before it" "$err" ;;
*) pass "without the id before it" ;;
esac

# --- on a terminal ---

if command -v python3 >/dev/null; then
  changes=$(sim_changes | wc -l)
  set -- --first Alan --last Turing --mobile '+44 20 7946 0018' --email alan@partner.example \
    --sponsor "$sponsor"
  python3 "$top_srcdir/tests/lib/terminal.py" --columns 132 --expect '[y/N]' 'n\r' \
    -- "$usher_program" create "$@" >"$work/screen" 2>&1
  same "no is no" 1 $?
  same "and nothing is sent" "$changes" "$(sim_changes | wc -l)"
  contains "the plan was shown" "user.create" "$(cat "$work/screen")"
  python3 "$top_srcdir/tests/lib/terminal.py" --columns 132 --expect '[y/N]' 'y\r' \
    -- "$usher_program" create "$@" >"$work/screen" 2>&1
  same "yes is yes" 0 $?
  ok "the account is there" sim_graph GET "/users/alan.turing.ext@contoso.com"
  contains "the steps are shown" "REQUEST ID" "$(cat "$work/screen")"
  python3 "$top_srcdir/tests/lib/terminal.py" --expect '[y/N]' '\003' \
    -- "$usher_program" create --first No --last Body --mobile '+44 20 7946 0018' \
    --email nobody@partner.example --sponsor "$sponsor" >"$work/screen" 2>&1
  same "^C at the question is no" 1 $?
fi

# --- a password that is shown ---

sed 's/^password *=.*/password = show/; /^\[roster specialists\]/,/^\[/ { /^password/d; }' \
  "$USHER_CONFIG" | sed 's/^\[roster specialists\].*/&\npassword = show/' >"$work/show.conf"
chmod 600 "$work/show.conf"
changes=$(sim_changes | wc -l)
set -- --config "$work/show.conf" create --yes --first Show --last Once \
  --mobile '+44 20 7946 0018' --email show@partner.example --sponsor "$sponsor"
code=0
setsid "$usher_program" "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
same "a password to show and no terminal: refused" 2 "$code"
contains "with what to give" "--print-password" "$(cat "$work/err")"
same "and nothing is sent" "$changes" "$(sim_changes | wc -l)"
code=0
setsid "$usher_program" "$@" --print-password >"$work/out" 2>"$work/err" </dev/null || code=$?
same "--print-password" 0 "$code"
same "is one line" 1 "$(head -1 "$work/out" | grep -cE '^[^[:space:]]{12,}$')"
empty "which is nowhere else" "$(grep -rlF -- "$(head -1 "$work/out")" "$HOME/.local" "$HOME/.cache" \
  "$work/err" 2>/dev/null)"
setsid "$usher_program" --config "$work/show.conf" reset --yes show.once.ext@contoso.com \
  --print-password >/dev/full 2>"$work/err" </dev/null || true
contains "a password that nobody saw is not kept quiet" "could not be shown" "$(cat "$work/err")"

# In JSON it is a member, and all there is on standard output is JSON.
alone() { # command...: without a terminal of its own
  code=0
  setsid "$usher_program" --config "$work/show.conf" "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
}
for format in json jsonl; do
  alone create --yes --first Json --last "$format" --mobile '+44 20 7946 0018' \
    --email "$format@partner.example" --sponsor "$sponsor" --print-password --format "$format"
  same "--print-password --format $format" 0 "$code"
  ok "$format: the password is a member of one object" jq -es 'length == 1 and
    (.[0].passwords | length == 1 and (.[0].password | length >= 12) and
    .[0].target == "json.'"$format"'.ext@contoso.com")' "$work/out"
  password=$(jq -r '.passwords[0].password' "$work/out")
  empty "$format: which is nowhere else" "$(grep -rlF -- "$password" "$HOME/.local" "$HOME/.cache" \
    "$work/err" 2>/dev/null)"
  same "$format: and once in the result" 1 "$(grep -cF -- "$password" "$work/out")"
done
ok "usher-json(5) documents it" grep -q passwords "$top_srcdir/man/usher-json.5.in"
alone reset --yes json.json.ext@contoso.com --print-password --format json
same "reset, the same" 0 "$code"
ok "a member" jq -es '.[0].passwords | length == 1' "$work/out"
ok "another one" test "$password" != "$(jq -r '.passwords[0].password' "$work/out")"
alone disable --yes json.json.ext@contoso.com --print-password --format json
ok "there is none where none was set" jq -es '.[0] | has("passwords") | not' "$work/out"
both="json.json.ext@contoso.com json.jsonl.ext@contoso.com"
# shellcheck disable=SC2086
alone reset --yes $both --print-password --format json
same "of two" 0 "$code"
ok "each has its own" jq -es '.[0].passwords | map(.password) | length == 2 and .[0] != .[1]' "$work/out"
# shellcheck disable=SC2086
alone reset --yes $both --print-password
same "of two, in tsv" 0 "$code"
same "each is a line with its user name" 2 \
  "$(head -2 "$work/out" | grep -cE '^json\.jsonl?\.ext@contoso\.com  [^[:space:]]{12,}$')"
done_testing
