#!/bin/sh
# The console on the simulated tenant: list, filter, tags, windows, and the way out.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

start_sim --accounts 300 --specialists 100
usher_env="EDITOR=$work/editor VISUAL="
start_usher 100 30

begins "the list appears" "USER NAME"
sees "the status line names tenant and roster" "contoso.com · Specialists"
sees "the status line counts" "100 accounts"
sees "it says how old that is" "synced"

keys /
typed "zzzz"
sees "a filter that matches nothing says so" "Nothing matches."
keys BSpace BSpace BSpace BSpace
typed "user:"
typed "a"
gone "the filter follows every key" "Nothing matches."
keys C-u
typed "colour:red"
sees "a wrong query says what is wrong" "there is no field"
keys Escape
sees "Esc brings everything back" " 100 "
gone "and the message goes" "there is no field"

keys j j Space Space
sees "tags are counted" "2 tagged"
keys ,
gone "and taken back" "tagged"
keys '*'
sees "all shown can be tagged" "100 tagged"
keys d
sees "what is done to many is said once" "accounts:"
sees "with what is left out" "at the end"
sees "and how far it reaches, as soon as that is read" " signed in this week"
keys /
typed "skipped"
sees "which is found by searching" "already disabled"
keys Enter
keys Escape
gone "and nothing is changed" "y apply"
keys ,

keys s
sees "the sort order can be chosen" "Sort by"
keys j j Enter
sees "the column shows it" "EXPIRES↑"
keys s Enter
sees "again turns it round" "EXPIRES↓"

keys c
sees "columns can be chosen" "[x] name"
keys Escape
gone "and left as they are" "[x] name"

keys '?'
sees "help" "Keys of this view"
keys /
typed "unfinished"
keys Enter
keys Escape
gone "help closes" "Keys of this view"

keys :
sees "the palette" "Actions"
typed "redr"
sees "finds by a few letters" "Draw the screen anew"
keys Enter
gone "and does it" "Actions"

keys Enter
sees "an account opens" "object id"
keys e
sees "what is done to accounts can be done to it" "Enable"
gone "not to others" "accounts:"
keys Escape
gone "the plan closes" "nothing is changed"
keys Escape
gone "and closes" "object id"

keys w
sees "the list can be written" "Write what is shown"
keys C-u
typed "$work/shown.txt"
sees "a name of another kind is refused" "must end in"
keys C-u
typed "$work/shown.tsv"
keys Enter
sees "and is written" "100 accounts written"
same "with a line for each and one of titles" 101 "$(wc -l <"$work/shown.tsv")"

tm set-buffer "qn*" \; paste-buffer -p
sees "a paste is never a command" "paste"
gone "nothing was tagged by it" "tagged"

# What is gone is tagged no more, and a plan of which nothing is left is none.
usher list --columns user --format tsv --no-header 2>/dev/null >"$work/users"
victim=$(sed -n 1p "$work/users")
for user in "$victim" "$(sed -n 2p "$work/users")"; do
  keys T
  sees "tagged by name" "Tag by query"
  keys C-u
  typed "user:$user"
  keys Enter
  gone "tagged" "Tag by query"
done
sees "two are tagged" "2 tagged"
sim_graph DELETE "/users/$victim" >/dev/null
keys C-r
sees "who is gone is said" "not in the list any more"
sees "and not counted" "1 tagged"
cat >"$work/editor" <<'END'
#!/bin/sh
sed -i '2,$d' "$1"
END
chmod +x "$work/editor"
keys d
sees "a plan of the other" "y apply"
keys E
sees "of which nothing is left is none" "Nothing to do"
keys Escape
gone "and put away" "Nothing to do"
printf '#!/bin/sh\nexit 3\n' >"$work/editor"
keys d
sees "a plan once more" "y apply"
keys E
sees "an editor that fails is named" "ended with an error"
keys Escape
gone "and put away, too" "ended with an error"
sees "the plan is as it was" "y apply"
keys Escape
gone "and left" "y apply"
exits "nothing is in the journal" 0 journal list --format json
same "really" '[]' "$(jq -c . "$work/out")"

keys q
wait_for 30 usher_ended && pass "q leaves" || fail "q leaves" "$(screen_lines)"

# The next start has the cached roster on screen even when nobody answers.
stop_sim
start_usher 100 30
sees "the cached roster is there" "USER NAME"
sees "and the service is said to be away" "Offline"
sees "with the age of what is shown" "as of"
keys q
wait_for 30 usher_ended

done_testing
