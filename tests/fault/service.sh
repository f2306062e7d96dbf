#!/bin/sh
# usher create while the service throttles, breaks, drops the line or is slow to
# see its own objects: nothing is lost, nothing is made twice.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/fault/fault.sh"
start_sim --accounts 2000

n=0
for faults in '429=15%,retry-after=1' '500=15%' '503=15%,retry-after=1' '504=15%' 'reset=15%' 'lost=15%' \
  'lost=40%,path=/v1.0/users' 'lost=50%,path=/v1.0/groups' 'replication=3' \
  'lost=25%,replication=2' 'expire=20%' 'garbage=10%' 'truncate=10%' \
  '429=5%,500=5%,reset=5%,lost=5%,expire=5%,retry-after=1'; do
  for _ in 1 2 3; do
    n=$((n + 1))
    person "$n"
    sim_post /sim/faults "$faults,seed=$n" >/dev/null
    make
    made=$code
    sim_post /sim/faults none >/dev/null
    # What was refused before anything was made is no half made account.
    if [ "$made" -ne 0 ] && [ "$(accounts)" -eq 0 ]; then
      finish
      if [ "$(accounts)" -eq 0 ]; then
        nothing_made "$faults"
        continue
      fi
    fi
    [ "$made" -eq 0 ] || finish
    exactly_one "$faults"
  done
done

# --- a mail whose answer is lost: the operator decides ---

lose_mail() { # number
  person "$1"
  sim_post /sim/faults 'lost=100%,path=/v1.0/users/it-service%40contoso.com/sendMail' >/dev/null
  make
  sim_post /sim/faults none >/dev/null
}

lose_mail 800
same "a mail without an answer: status" 1 "$code"
contains "is unknown" "is unknown" "$err"
contains "and can be recognised" "Message-ID usher." "$err"
same "it had been sent" 1 "$(mails)"
run repair "$user" --yes --quiet
same "repair does not send it again" 1 "$(mails)"
same "and says so with its status" 1 "$code"
exits "a wrong answer of the operator" 2 repair "$user" --yes --mail perhaps
exits "--mail arrived" 0 repair "$user" --yes --quiet --mail arrived
same "sends nothing" 1 "$(mails)"
exits "and nothing is left to repair" 6 repair "$user" --yes

lose_mail 801
exits "--mail again" 0 repair "$user" --yes --quiet --mail again
same "sends it once more" 2 "$(mails)"
id=$(ask "/users/$user?\$select=id" | jq -r .id)
sim_requests ".path | test(\"$id|sendMail\")" | jq -r .method | tail -2 | tr '\n' ' ' >"$work/last"
same "with a fresh password, set before" "PATCH POST " "$(cat "$work/last")"
sim_get /sim/outbox | grep -F "$email" | jq -r .body | grep -i password: | sort -u >"$work/passwords"
same "which is another one" 2 "$(wc -l <"$work/passwords")"

# --- rolling back ---

person 802
sim_post /sim/faults 'lost=100%,path=/v1.0/users/it-service%40contoso.com/sendMail' >/dev/null
make
sim_post /sim/faults none >/dev/null
exits "rollback as a dry run" 0 repair "$user" --rollback --dry-run
contains "shows the removal" "remove " "$out"
same "and removes nothing" 1 "$(accounts)"
exits "rollback" 0 repair "$user" --rollback --yes --quiet
same "removes the account" 0 "$(accounts)"
exits "and nothing is left to repair" 6 repair "$user" --yes
make
same "the same person can be created anew" 0 "$code"
same "and is there once, in the group" "1 1" "$(accounts) $(in_group)"

# --- no seat, no group ---

sed 's/^group = Specialists/group = No such group/' "$USHER_CONFIG" >"$work/group.conf"
person 803
changes=$(sim_changes | wc -l)
make --config "$work/group.conf"
same "a group that is not there" 6 "$code"
same "nothing was sent" "$changes" "$(sim_changes | wc -l)"
exits "the journal is whole" 0 journal verify
done_testing
