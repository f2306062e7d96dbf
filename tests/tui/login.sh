#!/bin/sh
# Signing in from the console by device code: the code, the time that runs, the
# copy to the terminal's clipboard, giving up at once, and going on by itself.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
. "$top_srcdir/tests/tui/tmux.sh"

# The test is the person: nothing is approved by itself.
"$sim_program" --port 0 --write-config "$work/usher.conf" --seed 7 --accounts 120 >"$work/ready" &
sim_pid=$!
wait_for 30 test -s "$work/ready"
sim_url=$(jq -r .url "$work/ready")
# What is kept is kept by two small commands.
sed -e 's/^sign_in.*/sign_in = device-code/' \
  -e 's/^client_id.*/client_id = 51515151-0000-4000-8000-0000000000dc/' \
  -e "s|^credentials_command.*|credentials_command = cat $work/kept\\
credentials_save_command = tee $work/kept\\
credentials_clear_command = rm -f $work/kept|" "$work/usher.conf" >"$work/device.conf"
chmod 600 "$work/device.conf"
: >"$work/kept"

USHER_CONFIG=$work/device.conf start_usher 100 30
begins "signed out, the console opens all the same" "contoso.com"
keys S
sees "S asks for a code" "Open this page in a browser"
sees "and shows the page" "/devicelogin"
sees "the time that is left" "14:"
sees "the code can be copied" "copy the code"
code=$(tm capture-pane -p | sed -n 's/.* \([A-Z0-9]\{8,9\}\) .*/\1/p' | head -1)
same "the code is there" 1 "$(printf %s "$code" | grep -cE '^[A-Z0-9]{8,9}$')"
tm set -s set-clipboard on
keys y
sees "copying says so and goes on" "clipboard"
sees "with the code still there" "$code"
in_clipboard() { [ "$(tm show-buffer 2>/dev/null)" = "$code" ]; }
ok "and the terminal has it" wait_for 30 in_clipboard
keys Escape
gone "Esc gives up at once" "Open this page"
keys S
sees "another code" "Open this page in a browser"
second=$(tm capture-pane -p | sed -n 's/.* \([A-Z0-9]\{8,9\}\) .*/\1/p' | head -1)
ok "is another one" test "$code" != "$second"
sim_post "/sim/approve?user_code=$second" >/dev/null
gone "when it is entered, the window closes" "Open this page"
sees "and the accounts come" "synced"
ok "the sign-in is kept" test -s "$work/kept"

# At rest the console holds its tokens in locked memory alone.
at_rest() {
  asked=$(sim_get /sim/requests | wc -l)
  sleep 0.5
  [ "$(sim_get /sim/requests | wc -l)" -eq "$asked" ]
}
wait_for 30 at_rest
pid=$(cat "$work/usher.pid")
if grep -q __asan_init "$usher_program"; then
  skip "a core" "this build has a sanitizer, whose memory is too much for one"
elif ! command -v gcore >/dev/null || ! command -v python3 >/dev/null || [ "$(id -u)" -ne 0 ]; then
  skip "a core" "gcore, python3 and root are needed"
else
  gcore -o "$work/core" "$pid" >/dev/null 2>&1
  contains "a core of the console" "contoso.com" \
    "$(grep -aoF contoso.com "$work/core.$pid" | head -n 1)"
  empty "holds no part of the refresh token" "$(python3 -c 'import sys
core, token = (open(name, "rb").read() for name in sys.argv[1:])
for at in range(0, len(token) - 24, 24):
    if core.count(token[at:at + 24]):
        print(at, token[at:at + 24])' "$work/core.$pid" "$work/kept")"
  same "nor an access token" 0 "$(grep -aoF eyJ0eXAiOiJKV1Qi "$work/core.$pid" | wc -l)"
  rm -f "$work/core.$pid"
fi
done_testing
