#!/bin/sh
# How the first password reaches the person: in the mail, in a second one, shown
# once, or as a Temporary Access Pass; and after a break always with a fresh one.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/fault/fault.sh"
start_sim --accounts 2000
original=$USHER_CONFIG

use() { # rule
  sed "s/^password *=.*/password = $1/" "$original" >"$work/$1.conf"
  grep -q "^password = $1" "$work/$1.conf" ||
    sed "s/^\[roster specialists\].*/&\npassword = $1/" "$original" >"$work/$1.conf"
  chmod 600 "$work/$1.conf"
  USHER_CONFIG=$work/$1.conf
  export USHER_CONFIG
}

bodies() {
  sim_get /sim/outbox | jq -r --arg email "$email" 'select(tostring | contains($email)) | .body'
}

handed_over() { # what: how many lines of the mails hold it
  bodies | grep -cE "^ *$1: +[^ ]"
}

use mail
person 1
make
same "mail: one mail" 1 "$(mails)"
same "mail: with the password" 1 "$(handed_over Password)"
same "mail: and no pass" 0 "$(handed_over 'Temporary Access Pass')"
contains "mail: with the end date" "Valid until" "$(bodies)"
person 2
make --language de
contains "mail: in German" "Benutzername" "$(bodies)"

use separate-mail
person 3
make
same "separate-mail: two mails" 2 "$(mails)"
same "separate-mail: one with the password" 1 "$(handed_over Password)"
same "separate-mail: the other with the user name" 1 "$(handed_over 'User name')"

use show
person 4
make --print-password
same "show: status" 0 "$code"
same "show: one mail" 1 "$(mails)"
same "show: without a password" 0 "$(handed_over Password)"

use pass
person 5
make
same "pass: status" 0 "$code"
same "pass: one mail" 1 "$(mails)"
same "pass: with the pass" 1 "$(handed_over 'Temporary Access Pass')"
same "pass: and no password" 0 "$(handed_over Password)"

# --- broken off before the mail: a fresh one is set, then mailed ---

fresh() { # rule method path
  use "$1"
  person "$2"
  broken USHER_KILL_AT=13
  same "$1: broken off before the mail" 137 "$code"
  same "$1: no mail yet" 0 "$(mails)"
  finish
  exits "$1: repaired" 6 repair "$user" --yes
  id=$(ask "/users/$user?\$select=id" | jq -r .id)
  sim_requests ".path | test(\"$id|sendMail\")" | jq -r '.method + " " + .path' |
    grep -nE "$3|sendMail" >"$work/order"
}
fresh mail 10 "PATCH .*$id"
same "mail: mailed once" 1 "$(mails)"
contains "mail: the last change before it is the password" "PATCH" "$(tail -2 "$work/order" | head -1)"
fresh separate-mail 11 "PATCH"
same "separate-mail: mailed twice" 2 "$(mails)"
same "separate-mail: with one password" 1 "$(handed_over Password)"
fresh pass 12 "temporaryAccessPassMethods"
same "pass: mailed once" 1 "$(mails)"
contains "pass: the last change before it is a pass" "temporaryAccessPass" \
  "$(tail -2 "$work/order" | head -1)"
exits "the journal is whole" 0 journal verify
done_testing
