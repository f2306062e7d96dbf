#!/bin/sh
# What somebody types by mistake or on purpose: enormous, empty, full of escape
# sequences. A wrong argument is status 2, said in few words, and nothing is sent.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim
sponsor=svc-usher@contoso.com
run list --live
asked() { sim_get /sim/requests | wc -l; }
before=$(asked)

big=$(head -c 100000 /dev/zero | tr '\0' a)
# Refused without asking anybody, and not repeated at length.
short() { # what argument...
  short_what=$1
  shift
  run "$@"
  same "$short_what: status" 2 "$code"
  [ "${#err}" -lt 1000 ] && pass "$short_what: said in few words" ||
    fail "$short_what: said in few words" "${#err} characters: $(printf '%.300s' "$err")"
}
short "an enormous ACCOUNT" show "$big"
contains "is cut" "…" "$(printf '%.500s' "$err")"
for verb in disable enable offboard remove restore reset extend revoke; do
  short "an enormous ACCOUNT to $verb" "$verb" "$big" --yes
done
short "an ACCOUNT of blanks and words" show "$(printf 'word %.0s' $(seq 20000))"
short "an enormous query" list "$big"
short "enormous columns" list --columns "$big"
short "an enormous order" list --sort "$big"
short "an enormous format" list --format "$big"
short "an enormous option" list "--$big"
short "an enormous command" "$big"
short "an enormous date" extend --to "$big" --yes "$sponsor"
short "an enormous plan number" journal show "$big"
short "an enormous profile" --profile "$big" list
short "an enormous roster" --roster "$big" list
short "an enormous configuration" --config "/$big" list
short "an enormous shell" completion "$big"
short "an enormous language" create --yes --first A --last B --mobile +491512345678 \
  --email a@partner.example --sponsor "$sponsor" --language "$big"
for option in first last mobile email company sponsor expires user; do
  set -- --first A --last B --mobile +491512345678 --email a@partner.example --sponsor "$sponsor"
  short "an enormous --$option" create --yes "$@" "--$option" "$big"
done
short "an enormous review" review new "$big"

for verb in show disable restore; do
  run "$verb" "" --yes
  [ "$verb" = show ] && run show ""
  same "an empty ACCOUNT to $verb" 2 "$code"
done
same "nobody was asked for any of that" "$before" "$(asked)"

exits "an ACCOUNT with an escape sequence" 6 show "$(printf 'a\033[31mred\033]0;title\007')"
empty "does not reach the terminal" "$(printf '%s' "$err" | tr -d '[:print:][:space:]' | tr -d '\200-\377')"
exits "an ACCOUNT with a newline" 6 show "$(printf 'a\nusher: all is well')"
same "is told on one line" 1 "$(printf '%s\n' "$err" | wc -l)"
exits "an ACCOUNT that looks like a path" 6 show '../users'
exits "or like a query" 6 show 'x?y#z&$top=1'
exits "or with a quote" 6 show "o'brien-or-nobody"
exits "an argument that is no UTF-8" 2 show "$(printf '\377\376')"
done_testing
