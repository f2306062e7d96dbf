#!/bin/sh
# States that are not the usual one: nothing configured, signed out, slowed down, a change that a
# crash left half done.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

start_sim --accounts 60 --specialists 20

usher_env="-u USHER_CONFIG"
start_usher 80 24
begins "nothing configured: two ways" "Welcome to usher"
sees "one is a simulated tenant" "simulated tenant"
keys Down Enter
sees "the other is the setup in the shell" "Name for this profile"
keys C-c C-d
usher_env=

sed 's/simulated-secret/wrong-secret/' "$work/usher.conf" >"$work/wrong.conf"
chmod 600 "$work/wrong.conf"
usher_env="USHER_CONFIG=$work/wrong.conf"
start_usher 80 24
sees "signed out: it says how to sign in" "S signs in"
keys n
sees "a form opens all the same" "New account"
keys Escape
gone "and closes" "New account"
keys S
sees "a sign-in that fails says why" "was refused"
sees "in a window of its own" "Esc close"
keys Escape
gone "that closes" "Esc close"
keys q
wait_for 30 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"
usher_env=

start_usher 100 30
begins "the list appears" "USER NAME"
sim_post /sim/faults "429=100%,retry-after=4" >/dev/null
keys C-r
sees "slowed down: it says for how long" "slow down"
keys /
typed "a"
sees "keys work meanwhile" "/a"
keys Escape
gone "also Esc" "/a"
sim_post /sim/faults none >/dev/null
gone "and it goes on by itself" "slow down"
gone "to the end" "reading"
keys q
wait_for 30 usher_ended

stop_sim
start_sim --accounts 60 --specialists 20
start_usher 100 30
begins "the list appears again" "synced"
keys n
sees "the form" "New account"
typed "Half"
keys Tab
typed "Done"
keys Tab
typed "+49 151 2345678"
keys Tab
typed "half@partner.example"
keys Tab Tab
typed "svc-usher@contoso.com"
keys C-s
sees "the plan" "nothing is changed"
# The user is made, and no answer comes after the next change.
sim_hold 2
keys y
half_done() {
  [ "$(sim_changes | wc -l)" -ge 2 ]
}
wait_for 60 half_done || fail "the user is made, and in the group" "$(screen_lines)"
kill -9 "$(usher_pid)"
wait_for 30 usher_ended
sim_faults none
start_usher 100 30
sees "after a crash it says so" "left unfinished"
keys R
sees "and offers both ways" "take it back"
keys f
sees "the plan comes first" "nothing is changed"
keys y
sees "it is finished" "Enter close" 60
sees "and all is well" "Done."
keys Enter
gone "nothing is left unfinished" "left unfinished"
same "and nothing was made twice" 1 \
  "$(sim_requests '.method == "POST" and (.path == "/v1.0/users") and .status == 201' | wc -l)"
keys q
wait_for 30 usher_ended && pass "and it leaves" || fail "and it leaves" "$(screen_lines)"

done_testing
