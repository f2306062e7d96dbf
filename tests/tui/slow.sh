#!/bin/sh
# A slow network: the first rows come while the rest still loads, and no key waits.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

start_sim --accounts 9000 --specialists 3000 --latency 3000
start_usher 100 30
begins "the screen is there at once" "Reading the accounts" 3
keys /
typed "abc"
sees "and takes keys while nothing has come" "/abc" 2
keys Escape
gone "also Esc" "/abc" 2
sees "rows appear while the rest still loads" "USER NAME" 20
sees "it says that it reads" "reading" 2
keys /
typed "a"
sees "typing goes on meanwhile" "/a" 2
keys Escape
gone "and Esc" "/a" 2
keys j j Space
sees "so does tagging" "1 tagged" 2
sees "in the end all are there" "3000 accounts" 60
sees "and the tag stayed" "1 tagged" 2
keys q
wait_for 10 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"

# Leaving while a request is in flight does not wait for it.
start_usher 100 30
sees "the cache is on screen at once" "3000 accounts" 3
keys q
wait_for 3 usher_ended && pass "q does not wait for the network" || fail "q does not wait" "$(screen_lines)"

start_sim --accounts 900 --specialists 300 --latency 3000
rm -rf "$HOME/.cache"
start_usher 100 30
begins "another roster" "300 accounts" 60
# What the filter asks for beside the usual is read first; until then nothing is claimed.
keys /
typed "signin>90d"
sees "a filter on a field that is not read says so" "Reading “sign-in”" 2
gone "and not that nothing matches" "Nothing matches" 2
keys Enter
keys '*'
sees "nothing can be tagged by it yet" "not known before" 2
keys T
sees "tagging by query" "All accounts that match" 2
keys Enter
sees "waits for it" "is tagged then" 2
gone "the answer comes" "? of 300" 60
sees "with the tags" "accounts tagged" 10
keys Escape
gone "Esc clears it" "/signin" 2
keys q
wait_for 10 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"

# Where nobody can know, that is said too.
start_sim --accounts 90 --specialists 30 --no-premium
rm -rf "$HOME/.cache"
start_usher 100 30
begins "a tenant without the licence" "30 accounts" 20
keys /
typed "signin>90d"
sees "an answer that is none is explained" "sign-in is known" 20
keys Escape
gone "and left" "/signin" 5
keys q
wait_for 10 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"

done_testing
