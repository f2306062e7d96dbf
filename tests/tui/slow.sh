#!/bin/sh
# A slow network: the first rows come while the rest still loads, and no key waits.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

# Each answer waits until the next step lets it go: what is on screen meanwhile stays as long as
# it takes to look at it, on any machine.
start_sim --accounts 9000 --specialists 3000
sim_hold 0
start_usher 100 30
begins "the screen is there at once" "Reading the accounts"
keys /
typed "abc"
sees "and takes keys while nothing has come" "/abc"
keys Escape
gone "also Esc" "/abc"
# One answer after the other, until the second page is asked for.
first_page() {
  [ -n "$(sim_requests '.path | test("skiptoken")')" ] || { sim_hold 0 && false; }
}
ok "the first page comes" wait_for 30 first_page
sees "rows appear while the rest still loads" "USER NAME"
sees "it says that it reads" "reading"
keys /
typed "a"
sees "typing goes on meanwhile" "/a"
keys Escape
gone "and Esc" "/a"
keys j j Space
sees "so does tagging" "1 tagged"
ok "with the rest still to come" screen_lacks "3000 accounts"
sim_faults none
sees "in the end all are there" "3000 accounts" 60
sees "and the tag stayed" "1 tagged"
keys q
wait_for 30 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"

# Leaving while a request is in flight does not wait for it.
in_flight() {
  [ "$(sim_requests | wc -l)" -gt "$requests" ]
}
sim_hold 0
requests=$(sim_requests | wc -l)
start_usher 100 30
sees "the cache is on screen at once" "3000 accounts"
ok "while the service is asked" wait_for 30 in_flight
keys q
wait_for 30 usher_ended && pass "q does not wait for the network" || fail "q does not wait" "$(screen_lines)"

start_sim --accounts 900 --specialists 300
rm -rf "$HOME/.cache"
start_usher 100 30
begins "another roster" "300 accounts" 60
gone "is read" "reading"
# What the filter asks for beside the usual is read first; until then nothing is claimed.
sim_hold 0
keys /
typed "signin>90d"
sees "a filter on a field that is not read says so" "Reading “sign-in”"
gone "and not that nothing matches" "Nothing matches"
keys Enter
keys '*'
sees "nothing can be tagged by it yet" "not known before"
keys T
sees "tagging by query" "All accounts that match"
keys Enter
sees "waits for it" "is tagged then"
sim_faults none
gone "the answer comes" "? of 300" 60
sees "with the tags" "accounts tagged"
keys Escape
gone "Esc clears it" "/signin"
keys q
wait_for 30 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"

# Where nobody can know, that is said too.
start_sim --accounts 90 --specialists 30 --no-premium
rm -rf "$HOME/.cache"
start_usher 100 30
begins "a tenant without the licence" "30 accounts"
keys /
typed "signin>90d"
sees "an answer that is none is explained" "sign-in is known"
keys Escape
gone "and left" "/signin"
keys q
wait_for 30 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"

done_testing
