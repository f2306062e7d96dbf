#!/bin/sh
# The numbered views: a review made, walked through and written down; the journal
# with a run row by row, undone from there; lists written to files.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

start_sim --accounts 90 --specialists 30
start_usher 132 30

begins "the list appears" "USER NAME"
sees "the views have their numbers" "1 Accounts  3 Reviews  6 Journal"

keys 3
sees "reviews: none yet" "There is no review yet."
keys n
sees "a new one asks for its name" "Of the 30 accounts"
typed "Q4 specialists"
keys Enter
sees "and begins at once" "0 of 30 decided"
sees "with the groups of who is looked at" "group         Specialists"
keys k k d
sees "decisions count" "3 of 30 decided"
keys Escape
gone "Esc leaves it" "suggestion:"
keys Enter
sees "Enter goes on with it" "4 of 30"
keys Escape
gone "and Esc leaves it" "suggestion:"
keys 1
sees "from the list as well" "USER NAME"
keys v
sees "a review is chosen" "a new one of"
keys Enter
sees "what was begun comes first" "4 of 30"
keys Escape
gone "and is left" "suggestion:"
keys 3
sees "back in the reviews" "3 of 30"
keys r
sees "its report asks for a file" "The evidence"
keys C-u
typed "$work/report.md"
keys Enter
sees "and is written" "The report is in"
contains "with its decisions" "Q4 specialists" "$(cat "$work/report.md")"
keys a
sees "applying says what is undecided" "27 accounts have no decision"
keys p
sees "and shows the plan" "y apply"
keys y
sees "it is applied" "Done."
keys Enter
sees "the review is applied" "applied"

keys 6
sees "the journal has its titles" "MADE"
sees "the journal has the run" "Review “Q4 specialists”"
keys Enter
sees "row by row" "Run 1"
sees "with what came of it" "done"
keys w
sees "which can be written" "Write what is shown"
keys C-u
typed "$work/run.jsonl"
keys Enter
sees "as lines" "written to"
contains "with the request of each step" '"requestId"' "$(head -n 1 "$work/run.jsonl")"
keys u
sees "and undone from there" "Undo"
keys y
sees "which is another run" "Done."
keys Enter
sees "in the same list" " 2 "
keys r
sees "nothing is left to go on with" "Nothing is left to do"
keys 1
sees "1 leads back" "USER NAME"
# What is chosen comes back with the next start; the configuration is not touched.
keys c
sees "columns can be chosen" "[x] name"
keys j Space Enter
gone "and one is taken out" "USER NAME"
before=$(cksum <"$USHER_CONFIG")
keys q
wait_for 30 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"
cat >>"$USHER_CONFIG" <<'END'

[view ending]
query = expires<30d
key = F6
END
start_usher 132 30
begins "the next start" "EXPIRES"
ok "has the columns of the last one" screen_lacks "USER NAME"
same "which are not in the configuration" "$before" "$(head -n -4 "$USHER_CONFIG" | cksum)"
tm set -s set-clipboard on
keys y
sees "a value can be copied" "object id"
keys Down Enter
sees "to the terminal's clipboard" "Handed to the clipboard"
ok "which has it" wait_for 30 tm show-buffer
keys F6
sees "a saved view has its key" "ending /expires<30d"
keys q
wait_for 30 usher_ended

done_testing
