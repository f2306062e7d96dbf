#!/bin/sh
# Near the end of the quota of writing: a run that waits for its turn has written down
# nothing that it does not send, so that a stop leaves nothing in doubt; and two processes go
# at one pace, since the quota is the tenant's.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/fault/fault.sh"
. "$top_srcdir/tests/fault/many-log.sh"
start_sim --accounts 3600 --specialists 3300

writes() {
  sim_requests '.batch and .method != "GET"' | wc -l
}

# And each process has its part in it.
paced() {
  ! kill -0 "$first" 2>/dev/null || ! kill -0 "$second" 2>/dev/null ||
    { [ "$(writes)" -ge 2950 ] && [ "$(count_plans)" -eq 2 ] &&
      "$usher_program" journal show "$(newest)" --format tsv --quiet | grep -q "	done	"; }
}

states() { # state: how many operations of all plans are in it
  for plan in $("$usher_program" journal list --format tsv --no-header --quiet | cut -f 1); do
    "$usher_program" journal show "$plan" --format tsv --quiet
  done | grep -Ec "	($1)	"
}

disable() { # number: of the half
  exec "$usher_program" disable --from "$work/half$1" --yes --quiet >/dev/null 2>"$work/err$1" </dev/null
}

usher list state:enabled --live --quiet --columns id --format tsv --no-header >"$work/all"
sed -n 'n;p' "$work/all" >"$work/half1"
sed -n 'p;n' "$work/all" >"$work/half2"
disable 1 &
first=$!
disable 2 &
second=$!
ok "the quota is nearly used up by both at once" wait_for 250 paced
kill -s TERM "$first" "$second" 2>/dev/null
for running in "$first" "$second"; do
  code=0
  wait "$running" || code=$?
  ok "it was stopped" [ "$code" -ne 0 ]
done
ok "as many as the burst allows are done" [ "$(states "done")" -ge 2900 ]
same "what is done was answered" "$(states "done")" "$(writes)"
ok "some are not begun" [ "$(states planned)" -gt 0 ]
same "and none is in doubt" 0 "$(states 'intended|sent|unknown')"
empty "the service refused none of them" "$(sim_requests '.status == 429' | head -n 3)"

done_testing
