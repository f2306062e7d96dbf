#!/bin/sh
# usher create --from: everybody in a file, as people, spreadsheets and
# Microsoft's templates write it; what is wrong and where; broken off and resumed.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim --accounts 400 --seats 400

people=$top_srcdir/tests/data/people
sponsor=svc-usher@contoso.com
group=51515151-0000-4000-8000-000000000101
token=$(sim_token)
ask() { # path
  curl -sS --fail-with-body -H "Authorization: Bearer $token" -H 'ConsistencyLevel: eventual' "$sim_url/v1.0$1"
}
everybody() { # all users
  ask "/users?\$top=999&\$select=id,userPrincipalName,displayName,givenName,surname,otherMails,mobilePhone,companyName"
}

# How many accounts, members and mails there are for each address of the file $work/addresses.
count_each() {
  everybody >"$work/users"
  ask "/groups/$group/members?\$top=999&\$select=id,otherMails" >"$work/members"
  sim_get /sim/outbox >"$work/outbox"
  while read -r address; do
    printf '%s %s %s\n' \
      "$(jq --arg a "$address" '[.value[] | select(.otherMails | index($a))] | length' "$work/users")" \
      "$(jq --arg a "$address" '[.value[] | select(.otherMails | index($a))] | length' "$work/members")" \
      "$(grep -cF "\"$address\"" "$work/outbox")"
  done <"$work/addresses" | sort | uniq -c | sed 's/^ *//'
}

# Passwords in the mails, one each.
passwords() {
  jq -r '.body? // tostring' "$work/outbox" | grep -oE '^ *[Pp]assword: *[^ ]+|^ *[Kk]ennwort: *[^ ]+' |
    sed 's/.*: *//'
}

# --- thirty people ---

{
  printf 'E-Mail;Nachname;Vorname;Handy;Firma;Notiz\r\n'
  for i in $(seq 1 10); do
    printf 'a%s@partner.example;Müßig;Zoë;+49 151 23456%02d;Bäcker & Söhne;x\r\n' "$i" "$i"
    printf '  b%s@partner.example ;" Łukasz; der  Zweite ";José-María;+48 22 345 67 %02d;;\r\n' "$i" "$i"
    printf 'c%s@partner.example;山田;花子;+81 90 1234 56%02d;株式会社;\r\n' "$i" "$i"
  done
} >"$work/people.csv"
cut -d ';' -f 1 "$work/people.csv" | tr -d ' \r' | sed 1d >"$work/addresses"

exits "thirty people, dry" 0 create --from "$work/people.csv" --sponsor "$sponsor" --dry-run
same "thirty creations are planned" 30 "$(grep -c '^create ' "$work/out")"
contains "a column that nobody reads is named" "Notiz" "$err"
contains "guesses at names are named by line" "check line 4, 7" "$err"
empty "nothing is changed" "$(sim_changes)"
sim_requests '.method == "GET" and (.path | test("/users[?]|deletedItems"))' >"$work/asked"
ok "the directory is read once, not for each of them" test "$(wc -l <"$work/asked")" -lt 10

exits "thirty people" 0 create --from "$work/people.csv" --sponsor "$sponsor" --yes --format json
ok "every step is done or pending" jq -e \
  'all(.operations[]; .state == "done" or .state == "pending")' "$work/out"
same "each was made once, is in the group once, and was mailed once" "30 1 1 1" "$(count_each)"
same "each has a user name of its own" 30 \
  "$(jq -r '.value[] | select(.otherMails[0]? // "" | test("@partner.example$")) | .userPrincipalName' \
    "$work/users" | sort -u | wc -l)"
one() { # address property
  jq -r --arg a "$1" ".value[] | select(.otherMails | index(\$a)) | .$2" "$work/users"
}
same "umlauts are kept in names" "Müßig" "$(one a1@partner.example surname)"
same "and written out in user names" zoe.muessig.ext@contoso.com "$(one a1@partner.example userPrincipalName)"
same "who has the same name gets another user name" zoe.muessig2.ext@contoso.com \
  "$(one a2@partner.example userPrincipalName)"
same "blanks around a cell go, those inside become one" "Łukasz; der Zweite" \
  "$(one b1@partner.example surname)"
same "Japanese names are kept" "花子" "$(one c1@partner.example givenName)"
same "the company" "Bäcker & Söhne" "$(one a1@partner.example companyName)"
passwords >"$work/passwords"
same "each mail has a password of its own" "30 30" \
  "$(wc -l <"$work/passwords" | tr -d ' ') $(sort -u "$work/passwords" | wc -l | tr -d ' ')"

changes=$(sim_changes | wc -l)
run create --from "$work/people.csv" --sponsor "$sponsor" --yes --format json
same "the same file again is refused" 2 "$code"
ok "with each of its rows" jq -e 'length == 30 and all(.[]; .column == "E-Mail")' "$work/out"
same "and nothing is sent" "$changes" "$(sim_changes | wc -l)"

# --- what is wrong ---

soon=$(date -u -d '70 days' +%Y-%m-%d)
cat >"$work/mixed.csv" <<X
first,last,mobile,email,user,expires,roster
Ada,Good,+44 20 7946 0018,good1@partner.example,,$soon,
,Nofirst,+44 20 7946 0018,nofirst@partner.example,,,
Bob,Bad,call me,"bob at partner",,never,
Cyd,Twice,+44 20 7946 0018,GOOD1@partner.example,,,specialists
Dan,Taken,+44 20 7946 0018,a1@partner.example,,,
Eve,Named,+44 20 7946 0018,eve@partner.example,zoe.muessig.ext,,
Fay,Good,+44 20 7946 0018,good2@partner.example,,,Specialists
Gus,Roster,+44 20 7946 0018,gus@partner.example,,,guests
Hal,Roster,+44 20 7946 0018,hal@partner.example,,,nowhere
X
: >"$work/bad.csv" && rm "$work/bad.csv"
run create --from "$work/mixed.csv" --sponsor "$sponsor" --yes --bad "$work/bad.csv" --roster specialists
same "bad rows: status 2" 2 "$code"
same "and nothing is sent" "$changes" "$(sim_changes | wc -l)"
same "errors by line and column" \
  "3:first 4:mobile 4:email 4:expires 5:email 6:email 7:user 9:roster 10:roster" \
  "$(sed 1d "$work/out" | awk -F '\t' '{ print $1 ":" $2 }' | sort -t : -n -s -k 1,1 | tr '\n' ' ' | sed 's/ $//')"
contains "how many" "wrong rows: 7 of 9" "$err"
contains "the other row is named" "line 2" "$out"
same "the bad rows are saved" 8 "$(wc -l <"$work/bad.csv" | tr -d ' ')"
same "for nobody else" 600 "$(stat -c %a "$work/bad.csv")"
contains "with their errors" ",error" "$(head -1 "$work/bad.csv")"

exits "--skip-bad" 0 create --from "$work/mixed.csv" --sponsor "$sponsor" --yes --skip-bad \
  --roster specialists
contains "says what is left out" "left out: 7 of 9" "$err"
printf 'good1@partner.example\ngood2@partner.example\n' >"$work/addresses"
same "makes the good ones" "2 1 1 1" "$(count_each)"

# Mended: the seven rows become good ones.
sed -i -e 's/^,Nofirst/Nan,Nofirst/' -e 's/call me,bob at partner,,never/+44 20 7946 0018,bob@partner.example,,60d/' \
  -e 's/GOOD1@/cyd@/' -e 's/a1@partner/dan@partner/' -e 's/zoe.muessig.ext/eve.named/' \
  -e 's/,guests,/,,/' -e 's/,nowhere,/,,/' "$work/bad.csv"
exits "mended and loaded again" 0 create --from "$work/bad.csv" --sponsor "$sponsor" --yes --quiet
printf '%s@partner.example\n' nofirst bob cyd dan eve gus hal >"$work/addresses"
same "the rest is made" "7 1 1 1" "$(count_each)"
ok "with the user name of its own" ask "/users/eve.named@contoso.com"

for wrong in "--first Ada" "--email a@b.example"; do
  # shellcheck disable=SC2086
  run create --from "$work/mixed.csv" --yes $wrong
  same "--from with ${wrong%% *}" 2 "$code"
done
exits "--bad without --from" 2 create --bad "$work/x.csv" --yes
exits "--bad over --from" 2 create --from "$work/mixed.csv" --bad "$work/../${work##*/}/mixed.csv" --yes
exits "a file that is not there" 2 create --from "$work/none.csv" --yes
contains "is named" "none.csv" "$err"
printf 'first,last\n"Ada,Good\n' >"$work/broken.csv"
exits "a broken file" 2 create --from "$work/broken.csv" --yes
contains "with the line" "broken.csv: line 2" "$err"

# --- encodings ---

jorg() { # address
  printf 'first\tlast\tmobile\temail\nJörg\tGroß\t+49 151 2345678\t%s@partner.example\n' "$1"
}
jorg utf16 | iconv -t UTF-16 >"$work/utf16.csv"
jorg cp1252 | iconv -t WINDOWS-1252 >"$work/cp1252.csv"
{ printf '\357\273\277' && jorg bom; } >"$work/bom.csv"
for name in utf16 cp1252 bom; do
  exits "$name" 0 create --from "$work/$name.csv" --sponsor "$sponsor" --yes
done
printf '%s@partner.example\n' utf16 cp1252 bom >"$work/addresses"
same "each was made" "3 1 1 1" "$(count_each)"
same "with its letters" "3 Groß" \
  "$(for name in utf16 cp1252 bom; do one $name@partner.example surname; done | uniq -c | sed 's/^ *//')"
printf 'first,last,mobile,email\nStd,Input,+49 151 2345678,stdin@partner.example\n' |
  "$usher_program" create --from - --sponsor "$sponsor" --yes --quiet >"$work/out" 2>"$work/err"
same "standard input" 0 $?

# --- Microsoft's templates ---

exits "the bulk-create template" 0 create --from "$people/bulk-create.csv" --sponsor "$sponsor" --yes
printf '%s@partner.example\n' ida kathleen >"$work/addresses"
same "two accounts, not the example" "2 1 1 1" "$(count_each)"
same "with the user name that it gives" kathleen.booth@contoso.com \
  "$(one kathleen@partner.example userPrincipalName)"
same "first and last name out of the whole one" "Kathleen Booth" \
  "$(one kathleen@partner.example givenName) $(one kathleen@partner.example surname)"
empty "its passwords are used nowhere" "$(grep -F Unread-Pass "$work/outbox")"
exits "the bulk-invite template is for invitations" 2 create --from "$people/bulk-invite.csv" --yes
exits "the bulk-delete template is for removing" 2 create --from "$people/bulk-delete.csv" --yes

# --- out and in again ---

exits "an export" 0 list user:kathleen --live --format csv \
  --columns name,user,first,last,mobile,external,company,sponsor,expires --output "$work/export.csv"
sed -i -e 's/kathleen/andrew/g' -e 's/Kathleen/Andrew/g' "$work/export.csv"
exits "changed, is a file of people" 0 create --from "$work/export.csv" --yes
printf 'andrew@partner.example\n' >"$work/addresses"
same "it makes them" "1 1 1 1" "$(count_each)"
same "a cell made harmless has its own text again" "+44 20 7946 0171" \
  "$(one andrew@partner.example mobilePhone)"

# --- seats for all ---

{
  echo 'first,last,mobile,email'
  for i in $(seq 1 3000); do
    echo "Many$i,People,+49 151 2345678,many$i@partner.example"
  done
} >"$work/many.csv"
changes=$(sim_changes | wc -l)
run create --from "$work/many.csv" --sponsor "$sponsor" --yes
same "more than there are seats: refused" 5 "$code"
contains "with how many" "3000 accounts need a seat" "$err"
same "and nothing is sent" "$changes" "$(sim_changes | wc -l)"
exits "--read-only" 5 --read-only create --from "$work/utf16.csv" --yes

# --- broken off and resumed ---

preload=$top_builddir/tests/lib/kill-at-sync.so
if [ -f "$preload" ] && ! ldd "$usher_program" | grep -q libasan; then
  killed=0
  for at in 5 9 14 20; do
    {
      echo 'first,last,mobile,email'
      for i in 1 2 3 4 5 6; do
        echo "Kim,Broken,+49 151 2345678,kim$at-$i@partner.example"
      done
    } >"$work/kill.csv"
    cut -d , -f 4 "$work/kill.csv" | sed 1d >"$work/addresses"
    USHER_KILL_AT=$at LD_PRELOAD=$preload "$usher_program" create --from "$work/kill.csv" \
      --sponsor "$sponsor" --yes --quiet >"$work/out" 2>"$work/err" </dev/null
    if [ $? -eq 137 ]; then
      killed=$((killed + 1))
      run journal resume --yes --quiet
    fi
    # A mail whose answer the kill took away is not repeated, and said to be unknown.
    plan=$("$usher_program" journal list --format tsv --no-header --quiet | head -1 | cut -f 1)
    unknown=$("$usher_program" journal show "$plan" --format json --quiet |
      jq '[.[] | select(.usher.step == "mail.send" and .status == "unknown")] | length')
    count_each >"$work/counts"
    same "broken off at sync $at: each account once, in the group, and no mail twice" 6 \
      "$(awk '$2 == 1 && $3 == 1 && $4 <= 1 { n += $1 } END { print n }' "$work/counts")"
    ok "and all mails that are missing are said to be unknown" test "$unknown" -ge \
      "$(awk '$4 == 0 { n += $1 } END { print n + 0 }' "$work/counts")"
  done
  ok "it was broken off" test "$killed" -gt 1
  passwords >"$work/passwords"
  same "no password went to two people" "$(wc -l <"$work/passwords")" \
    "$(sort -u "$work/passwords" | wc -l)"
  exits "the journal is whole" 0 journal verify
fi
done_testing
