#!/bin/sh
# usher demo: the simulator as a child, everything in a folder of its own, and
# nothing left behind.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
command -v python3 >/dev/null || skip_all "python3 is not installed"
mkdir -p "$work/home"
before=$(find "$HOME" "$work/home" 2>/dev/null | sort)

demo() { # option...
  TERM=xterm XDG_STATE_HOME=$work/home python3 "$top_srcdir/tests/lib/terminal.py" --columns 100 \
    --rows 30 --expect contoso.com q -- "$usher_program" demo "$@" >"$work/screen" 2>&1
}
status "the demo opens on the simulated tenant and ends with q" 0 demo --accounts 60
folder=$work/home/usher/demo-60-1
ok "its files are in a folder of its own" test -s "$folder/usher.conf"
same "for its owner alone" 700 "$(stat -c %a "$folder")"
ok "the tenant is kept" test -s "$folder/tenant"
same "nothing is elsewhere" "$before" "$(find "$HOME" "$work/home" 2>/dev/null |
  grep -v "^$work/home/usher" | sort)"
empty "the simulator has ended" "$(pgrep -f "$folder/tenant")"
status "the demo opens again" 0 demo --accounts 60
status "a number that is none" 2 "$usher_program" demo --accounts many </dev/null

# The console without a configuration offers two ways; the command line goes them.
cd "$work" || exit 99
console() { # option...
  TERM=xterm XDG_STATE_HOME=$work/home XDG_CONFIG_HOME=$work/config \
    python3 "$top_srcdir/tests/lib/terminal.py" --columns 100 --rows 30 "$@" -- "$usher_program" \
    >"$work/screen" 2>&1
}
status "trying it opens the demo" 0 console --expect 'real tenant' t --expect contoso.com q
status "setting up asks" 1 console --expect 'real tenant' s --expect 'Name for this profile' '\003'
ok "and writes nothing before the end" test ! -e "$work/config/usher/usher.conf"
done_testing
