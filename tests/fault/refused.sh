#!/bin/sh
# Everybody is asked to wait, and the run is stopped meanwhile: what was refused unseen, or was
# never sent, is as planned as before, and nobody has to find out about it.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/fault/fault.sh"
. "$top_srcdir/tests/fault/many-log.sh"
start_sim --accounts 400 --specialists 300 --no-quota

refused() {
  sim_requests '.status == 429' | wc -l
}

is_refused() {
  [ "$(refused)" -gt "$before" ] || ! kill -0 "$running" 2>/dev/null
}

# Stops usher while it waits: for as long as the fault is there it does nothing else.
stopped_waiting() { # what path argument...
  what=$1
  before=$(refused)
  sim_faults "429=100%,retry-after=8,path=$2"
  shift 2
  "$usher_program" "$@" --yes --quiet 2>"$work/err" >/dev/null </dev/null &
  running=$!
  ok "$what: the service refuses" wait_for 60 is_refused
  kill -s TERM "$running"
  code=0
  wait "$running" || code=$?
  ok "$what: stopped" [ "$code" -ne 0 ]
  sim_faults none
  plan=$(newest)
  "$usher_program" journal show "$plan" --format tsv --quiet >"$work/plan"
  same "$what: nothing is in doubt" 0 "$(grep -Ec '	(intended|sent|unknown)	' "$work/plan")"
  ok "$what: it is planned" grep -q '	planned	' "$work/plan"
}

# --- many ---

begin "state:enabled"
stopped_waiting "many" /v1.0/users/ disable --query "state:enabled"
same "many: nothing is done" 0 "$(grep -c '	done	' "$work/plan")"
go_on "$plan"
whole "many"

# --- one ---

one=$(usher list "state:disabled" --format tsv --no-header --columns user --quiet | head -1)
stopped_waiting "one" /v1.0/users/ enable "$one"
go_on "$plan"
same "one: done in the end" 0 "$code"

# --- a mail, which is never sent again once it is in doubt ---

person 1
stopped_waiting "a mail" /v1.0/users/it-service%40contoso.com/sendMail create \
  --first "$first" --last "$last" --mobile '+49 151 2345678' --email "$email" --sponsor "$sponsor"
same "a mail: none was sent" 0 "$(mails)"
go_on "$plan"
same "a mail: done in the end" 0 "$code"
same "a mail: sent once" 1 "$(mails)"

exits "the journal is whole" 0 journal verify
done_testing
