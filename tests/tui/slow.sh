#!/bin/sh
# A slow network: the first rows come while the rest still loads, and no key waits.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

start_sim --accounts 9000 --specialists 3000 --latency 1500
start_usher 100 30
begins "the screen is there at once" "Reading the accounts" 2
keys /
typed "abc"
sees "and takes keys while nothing has come" "/abc" 1
keys Escape
gone "also Esc" "/abc" 1
sees "rows appear while the rest still loads" "USER NAME" 20
sees "it says that it reads" "reading" 1
keys /
typed "a"
sees "typing goes on meanwhile" "/a" 1
keys Escape
gone "and Esc" "/a" 1
keys j j Space
sees "so does tagging" "1 tagged" 1
sees "in the end all are there" "3000 accounts" 60
sees "and the tag stayed" "1 tagged" 1
keys q
wait_for 10 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"

# Leaving while a request is in flight does not wait for it.
start_usher 100 30
sees "the cache is on screen at once" "3000 accounts" 3
keys q
wait_for 3 usher_ended && pass "q does not wait for the network" || fail "q does not wait" "$(screen_lines)"

done_testing
