#!/bin/sh
# The terminal: sizes, suspending, kinds of terminal, and a terminal that goes away.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

start_sim --accounts 60 --specialists 20

start_usher 120 40
begins "wide: the detail pane is there" "external mail"
resize 80 24
gone "80 columns: it is not" "external mail"
sees "the list is" "USER NAME"
resize 30 8
sees "tiny: it says so" "usher needs 40x10"
keys '*' n
resize 80 24
sees "and recovers" "USER NAME"
screen_lacks tagged && pass "keys did nothing meanwhile" || fail "keys did nothing meanwhile" "$(screen_lines)"
resize 40 10
sees "40x10 is usable" "NAME"
keys Enter
sees "an account opens on the whole screen" "member"
keys Escape
resize 120 40
sees "and wide again" "external mail"
keys C-l
sees "redraw" "USER NAME"

# Shift-Enter and Alt-Ctrl-x as some terminals send them: what ncurses does not know is no command.
for sequence in '[27;7;120~' '[13;2u'; do
  tm set-buffer "$(printf '\033%s' "$sequence")" \; paste-buffer
done
keys :
sees "keys that nobody knows are taken" "Actions"
keys Escape
gone "and the palette closes" "Actions"
ok "they did nothing" screen_has "USER NAME"
ok "the view is the same" screen_lacks "There is no review"

# On a slow line Esc and the next key arrive in one breath; neither is lost.
keys 3
sees "another view" "There is no review"
tm set-buffer "$(printf '\033:')" \; paste-buffer
sees "the key after Esc is taken" "Actions"
keys Escape
gone "as is Esc" "There is no review"

pid=$(usher_pid)
tm kill-server
wait_for 30 usher_ended && pass "a lost terminal ends it" || {
  fail "a lost terminal ends it" "$(ps -o pid,pcpu,stat,args -p "$pid")"
  kill -9 "$pid"
}

shell_start 80 24
begins "a shell" "shell>"
typed "$usher_program"
keys Enter
begins "the console in it" "USER NAME"
keys C-z
sees "suspended: the shell is back" "shell>"
gone "with its own screen" "USER NAME"
typed "fg"
keys Enter
sees "and on again after fg" "USER NAME"
keys j Space
sees "keys work" "1 tagged"
keys q
gone "q leaves" "USER NAME"
typed "stty -a | grep -c -- ' echo '; echo over"
keys Enter
sees "the terminal is as it was" "over"

usher_env="NO_COLOR=1"
start_usher 80 24
sees "NO_COLOR" "USER NAME"
case $(tm capture-pane -p -e) in
*"[38;5"* | *"[48;5"*) fail "no colour is sent" ;;
*) pass "no colour is sent" ;;
esac
keys q
wait_for 30 usher_ended

usher_env="LC_ALL=C"
start_usher 80 24
sees "an ASCII locale" "USER NAME"
if screen | LC_ALL=C grep -q '[^ -~]'; then
  fail "gets ASCII alone" "$(screen_lines)"
else
  pass "gets ASCII alone"
fi
keys q
wait_for 30 usher_ended

# A dying pane scrolls its first line away: the history has it.
told() {
  tm capture-pane -p -S - | grep -q "$1"
}

for type in vt100 linux screen dumb dumb-unknown; do
  usher_env="TERM=$type"
  start_usher 80 24
  if [ "${type%-unknown}" = dumb ]; then
    [ "$type" = dumb ] && says="cannot move its cursor" || says="is not known"
    wait_for 30 told "$says" && pass "TERM=$type is told" ||
      fail "TERM=$type is told" "$(screen_lines)"
  else
    sees "TERM=$type" "USER NAME"
    keys q
  fi
  wait_for 30 usher_ended && pass "TERM=$type ends" || fail "TERM=$type ends"
done

done_testing
