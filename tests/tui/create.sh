#!/bin/sh
# A specialist made in the form: preview, errors, plan, steps, and what the tenant holds after it.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

outbox_has() {
  sim_get /sim/outbox | jq -e --arg to "$1" 'select(tostring | contains($to))' >/dev/null
}

start_sim --accounts 60 --specialists 20
start_usher 100 32
begins "the list appears" "USER NAME"

keys n
sees "the form opens" "New account"
typed "Zoë"
keys Tab
typed "Müller-Lüdenscheidt"
sees "the preview follows every key" "zoe.mueller-luedenscheidt.ext@contoso.com"
keys Tab
typed "12"
keys Tab
sees "a wrong number is told beside the field" "+49"
typed "zoe@partner.example"
keys Tab
typed "Partner GmbH"
keys C-s
sees "^S goes to what is wrong" "+49"
keys C-u
typed "+49 151 2345 6789"
keys Tab Tab Tab
typed "nobody-of-that-name@contoso.com"
keys C-s
sees "the tenant is asked for the sponsor" "nobody-of-that-name"
keys Escape
gone "Esc leaves the form" "New account"
keys n
sees "the draft is kept" "Müller-Lüdenscheidt"
keys Tab Tab Tab Tab Tab
keys C-u
typed "svc-usher@contoso.com"
sees "the checks run while one types" "all is ready"

keys C-s
sees "the plan is shown first" "nothing is changed"
same "nothing was made yet" 0 "$(sim_requests '.method == "POST" and (.path | startswith("/v1.0/users"))' | wc -l)"
keys C-s
keys Enter
sees "the keys that led here do not confirm" "nothing is changed"
keys y
sees "each step shows its result" "done"
sees "all steps are over" "Enter close" 60
sees "and all went well" "Done"
keys Enter
gone "the window closes" "Enter close"
sees "the new account is in the list" "> "
sees "under the cursor" "Müller-Lüdenscheidt"
sees "the log has the step" "mail"
wait_for 30 outbox_has zoe@partner.example && pass "the mail is in the outbox" ||
  fail "the mail is in the outbox" "$(sim_get /sim/outbox)"

keys q
wait_for 30 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"
done_testing
