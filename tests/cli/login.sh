#!/bin/sh
# Signing in: with a device code (shown, declined, given up, approved, kept in a
# real keyring), and with a secret. Runs itself again on a session bus of its
# own with an unlocked keyring.
. "$top_srcdir/tests/lib/tap.sh"
if [ -z "${LOGIN_TEST_BUS:-}" ]; then
  for tool in dbus-run-session dbus-send gnome-keyring-daemon; do
    command -v "$tool" >/dev/null || skip_all "$tool is not installed"
  done
  LOGIN_TEST_BUS=1
  export LOGIN_TEST_BUS
  # The daemon warns on its own account; it is not what is tested.
  # shellcheck disable=SC2016
  exec dbus-run-session -- sh -c 'printf test |
    env -u G_DEBUG gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
    exec sh "$0"' "$0" 2>"$HOME/bus.err"
fi
. "$top_srcdir/tests/lib/sim.sh"
# The daemon goes into the background before it has its name.
has_keyring() {
  dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
    org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true
}
wait_for 30 has_keyring

# Without --auto-approve, so that the test is the person.
"$sim_program" --port 0 --write-config "$work/usher.conf" --seed 7 --accounts 60 >"$work/ready" &
sim_pid=$!
wait_for 30 test -s "$work/ready"
sim_url=$(jq -r .url "$work/ready")
sed -e 's/^sign_in.*/sign_in = device-code/' -e 's/^credentials *=.*/credentials = keyring/' \
  -e 's/^client_id.*/client_id = 51515151-0000-4000-8000-0000000000dc/' "$work/usher.conf" \
  >"$work/device.conf"
chmod 600 "$work/device.conf"
USHER_CONFIG=$work/device.conf
export USHER_CONFIG

# Starts a login and waits for its code: $login, $code.
begin() {
  rm -f "$work/err" # or the code of the login before could be found
  "$usher_program" login >"$work/out" 2>"$work/err" </dev/null &
  login=$!
  wait_for 30 grep -q 'enter the code' "$work/err"
  code=$(sed -n 's/.*enter the code \([A-Z0-9]*\).*/\1/p' "$work/err")
}

exits "signed out is status 3" 3 list --live
contains "and says what to do" "usher login" "$err"

begin
same "login shows a code" 1 "$(printf %s "$code" | grep -cE '^[A-Z0-9]{8,9}$')"
contains "and where to enter it" "http" "$(cat "$work/err")"
contains "in the service's words" "use a web browser" "$(cat "$work/err")"
sim_post "/sim/decline?user_code=$code" >/dev/null
wait "$login"
same "declined is status 3" 3 $?

# On a terminal the time runs, and the code goes to its clipboard.
if command -v python3 >/dev/null; then
  python3 "$top_srcdir/tests/lib/terminal.py" --expect 'Waiting, 14:' '\003' \
    -- "$usher_program" login --copy >"$work/screen" 2>&1
  same "^C on the terminal gives up" 1 $?
  code=$(sed -n 's/.*enter the code \([A-Z0-9]*\).*/\1/p' "$work/screen")
  contains "the clipboard has the code" "]52;c;$(printf %s "$code" | base64)" "$(cat "$work/screen")"
fi

begin
kill -INT "$login"
wait "$login"
same "^C gives up" 1 $?

begin
sim_post "/sim/approve?user_code=$code" >/dev/null
wait "$login"
same "approved" 0 $?
exits "afterwards the tenant answers" 0 list --live --format json
exits "whoami knows the person" 0 whoami --format json
contains "by name" "svc-usher@contoso.com" "$out"
empty "the sign-in is in no file of usher" \
  "$(grep -rlE 'eyJ|refresh' "$HOME/.local" "$HOME/.cache/usher" "$HOME/.config" 2>/dev/null |
    grep -v keyrings)"
# A refresh token that is good once, and several processes that share it: each takes its turn.
sim_post /sim/sign-in rotate=strict >/dev/null
for i in 1 2 3 4 5 6 7 8; do
  "$usher_program" whoami >"$work/shared.$i" 2>&1 </dev/null &
  shared="${shared:-} $!"
done
together=0
for pid in $shared; do
  wait "$pid" && together=$((together + 1))
done
same "eight processes share one sign-in without a fight" 8 "$together"
exits "and it is still good" 0 whoami
sim_post /sim/sign-in none >/dev/null
exits "logout" 0 logout
exits "afterwards it is forgotten" 3 list --live

# With a secret that is typed once.
sed -e 's/^credentials *=.*/credentials = keyring/' "$work/usher.conf" >"$work/secret.conf"
chmod 600 "$work/secret.conf"
USHER_CONFIG=$work/secret.conf
exits "no secret yet" 3 list --live
if command -v python3 >/dev/null; then
  python3 "$top_srcdir/tests/lib/terminal.py" --expect 'Client secret' 'simulated-secret\r' \
    -- "$usher_program" login >"$work/screen" 2>&1
  same "a secret is asked for" 0 $?
  empty "and not shown" "$(grep simulated-secret "$work/screen")"
  exits "it is kept" 0 list --live --format json
  exits "until logout" 0 logout
  exits "which forgets it" 3 list --live

  # The passphrase of a certificate, likewise.
  (umask 077
    openssl req -x509 -newkey rsa:2048 -passout pass:s3cret -subj /CN=usher -days 2 \
      -keyout "$work/locked.key" -out "$work/locked.crt" 2>/dev/null
    cat "$work/locked.key" "$work/locked.crt" >"$work/locked.pem")
  sim_post /sim/certificate "$(cat "$work/locked.crt")" >/dev/null
  sed -e "s|^sign_in.*|sign_in = client-certificate\\ncertificate = $work/locked.pem|" \
    "$work/secret.conf" >"$work/certificate.conf"
  chmod 600 "$work/certificate.conf"
  USHER_CONFIG=$work/certificate.conf
  exits "no passphrase yet" 3 list --live
  python3 "$top_srcdir/tests/lib/terminal.py" --expect 'Passphrase' 's3cret\r' \
    -- "$usher_program" login >"$work/screen" 2>&1
  same "a passphrase is asked for" 0 $?
  empty "and not shown" "$(grep s3cret "$work/screen")"
  exits "it is kept" 0 list --live --format json
  exits "until logout" 0 logout
fi

USHER_CONFIG=$work/usher.conf
exits "login with a secret from a command" 0 login
exits "whoami" 0 whoami --format json
contains "knows the tenant" "contoso.com" "$out"
exits "doctor" 0 doctor --format json
ok "checks several things" jq -e 'length >= 4' "$work/out"
done_testing
