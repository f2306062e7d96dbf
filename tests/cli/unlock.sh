#!/bin/sh
# A locked keyring, none at all, and what stands in for it, as a person over SSH meets
# them: status 3 and one line where nobody can be asked, a question where somebody can.
# Runs itself again on a session bus of its own with a real keyring, in a login of its own
# as far as the kernel's keyring goes.
. "$top_srcdir/tests/lib/tap.sh"
login=$top_builddir/tests/lib/new-login
command -v python3 >/dev/null || skip_all "python3 is not installed"
[ -x "$login" ] || skip_all "new-login is not built"
if [ -z "${UNLOCK_TEST_BUS:-}" ]; then
  for tool in dbus-run-session dbus-send gnome-keyring-daemon; do
    command -v "$tool" >/dev/null || skip_all "$tool is not installed"
  done
  "$login" true || skip_all "the kernel gives no keyring here"
  UNLOCK_TEST_BUS=1
  export UNLOCK_TEST_BUS
  # The daemon warns on its own account; it is not what is tested.
  # shellcheck disable=SC2016
  exec "$login" dbus-run-session -- sh -c 'printf test |
    env -u G_DEBUG gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
    exec sh "$0"' "$0" 2>"$HOME/bus.err"
fi
. "$top_srcdir/tests/lib/sim.sh"
start_sim

# profile CREDENTIALS [LINE...]: a configuration that keeps a client secret there.
profile() {
  sed -e "s/^credentials *=.*/credentials = $1/" -e '/^credentials_command/d' "$work/usher.conf" \
    >"$work/own.conf"
  shift
  for line in "$@"; do
    sed -i "/^credentials *=/a $line" "$work/own.conf"
  done
  USHER_CONFIG=$work/own.conf
}

# typed WHAT STATUS [--expect TEXT ANSWER]... -- ARGUMENT...: usher on a terminal; $screen.
typed() {
  typed_what=$1 typed_status=$2
  shift 2
  code=0
  python3 "$top_srcdir/tests/lib/terminal.py" "$@" >"$work/screen" 2>&1 </dev/null || code=$?
  screen=$(cat "$work/screen")
  if [ "$code" -eq "$typed_status" ]; then
    pass "$typed_what"
  else
    fail "$typed_what" "status $code instead of $typed_status
$screen"
  fi
}

# The daemon goes into the background before it has its name.
has_keyring() {
  dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
    org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true
}

lock() {
  dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
    org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login \
    >/dev/null
}

one_line() { # what text
  same "$1" 1 "$(printf '%s\n' "$2" | wc -l)"
}

# --- the keyring ---

profile keyring
wait_for 30 has_keyring
typed "login keeps the secret in the keyring" 0 --expect 'Client secret' 'simulated-secret\r' -- "$usher_program" login
contains "and says so" "kept in: keyring" "$screen"
exits "it is used" 0 list --live
# By the time that the directory is read, the secret is nowhere in the process.
if grep -q __asan_init "$usher_program"; then
  skip "a core" "this build has a sanitizer, whose memory is too much for one"
elif ! command -v gcore >/dev/null || [ "$(id -u)" -ne 0 ]; then
  skip "a core" "gcore and root are needed"
else
  asked_for_a_page() {
    [ "$(sim_requests '.path | test("v1.0/")' | wc -l)" -gt "$pages" ]
  }
  sim_hold 0
  pages=$(sim_requests '.path | test("v1.0/")' | wc -l)
  "$usher_program" list --live >/dev/null 2>&1 </dev/null &
  pid=$!
  wait_for 30 asked_for_a_page
  gcore -o "$work/core" "$pid" >/dev/null 2>&1
  sim_faults none
  wait "$pid"
  contains "a core of a list" "contoso.com" "$(grep -aoF contoso.com "$work/core.$pid" | head -n 1)"
  same "holds no copy of what came from the keyring" 0 \
    "$(grep -aoF simulated-secret "$work/core.$pid" | wc -l)"
  rm -f "$work/core.$pid"
fi
lock
exits "locked is status 3" 3 list --live
one_line "in one line" "$err"
contains "that says what to do" "usher unlock" "$err"
exits "unlock without a terminal asks nothing" 3 unlock
exits "doctor knows" 3 doctor --format json
contains "that it is locked" "The keyring is locked" "$out"
exits "logout does not forget what it cannot see" 3 logout
typed "on a terminal it is asked" 0 --expect 'Password of the keyring' 'test\r' -- "$usher_program" list --live
empty "and not shown" "$(grep 'test$' "$work/screen")"
exits "then it is open" 0 list --live
lock
typed "an empty answer goes on without" 3 --expect 'Password of the keyring' '\r' -- "$usher_program" list --live
typed "a wrong password is told" 0 --expect 'Password of the keyring' 'wrong\r' \
  --expect 'Password of the keyring' 'test\r' -- "$usher_program" unlock
contains "as wrong" "That is not the password of the keyring" "$screen"
contains "and the right one opens" "The keyring is ready" "$screen"
typed "open is open" 0 -- "$usher_program" unlock
lock
typed "three wrong ones are enough" 3 --expect 'Password of' 'a\r' --expect 'Password of' 'b\r' \
  --expect 'Password of' 'c\r' -- "$usher_program" unlock
# Several tenants: asked once for what they share, before all are asked.
profile keyring
sed -n '/^\[profile contoso\]/,/^\[roster/p' "$work/own.conf" | sed -e '$d' \
  -e 's/^\[profile contoso\]/[profile again]/' >>"$work/own.conf"
typed "a second tenant" 0 --expect 'Password of the keyring' 'test\r' \
  --expect 'Client secret' 'simulated-secret\r' -- "$usher_program" --profile again login
lock
typed "two tenants with one keyring" 0 --expect 'Password of the keyring' 'test\r' -- \
  "$usher_program" --profile contoso,again list --live
same "ask for it once" 1 "$(grep -c 'Password of the keyring' "$work/screen")"
contains "and both answer" "accounts, contoso, again" "$screen"
lock
profile "keyring, environment" 'credentials_variable = PLAIN'
PLAIN=simulated-secret exits "locked is not stepped over" 3 list --live

# --- the sealed file and the kernel's keyring ---

profile sealed-file
exits "not made yet is not signed in" 3 list --live
contains "and what to do is said" "usher login" "$err"
typed "login makes the file" 0 --expect 'New passphrase' 'correct horse\r' \
  --expect 'once more' 'correct house\r' \
  --expect 'New passphrase' 'correct horse\r' --expect 'once more' 'correct horse\r' \
  --expect 'Client secret' 'simulated-secret\r' -- "$usher_program" login
contains "a slip of the fingers is noticed" "not the same" "$screen"
sealed=$HOME/.local/state/usher/contoso.sealed
same "for its owner alone" 600 "$(stat -c %a "$sealed")"
empty "and sealed" "$(grep -a simulated-secret "$sealed")"
exits "the key waits in this login" 0 list --live
code=0
"$login" "$usher_program" list --live >"$work/out" 2>"$work/err" </dev/null || code=$?
same "in another login it is locked" 3 "$code"
contains "and what to do is said" "usher unlock" "$(cat "$work/err")"
cp "$sealed" "$work/copy"
printf x | dd of="$sealed" bs=1 seek=60 conv=notrunc 2>/dev/null
exits "damage is no wrong passphrase" 3 list --live
contains "and told as damage" "damaged" "$err"
cp "$work/copy" "$sealed"
chmod 644 "$sealed"
exits "one that others may read is refused" 3 list --live
contains "with the command that mends it" "chmod 600 $sealed" "$err"
chmod 600 "$sealed"
exits "mended" 0 list --live

profile kernel-keyring
typed "login keeps it in the kernel's keyring" 0 --expect 'Client secret' 'simulated-secret\r' -- "$usher_program" login
exits "it is used" 0 list --live
code=0
"$login" "$usher_program" list --live >"$work/out" 2>"$work/err" </dev/null || code=$?
same "another login has nothing" 3 "$code"
exits "logout" 0 logout
exits "forgets it" 3 list --live

# --- without a bus ---

unset DBUS_SESSION_BUS_ADDRESS
profile "keyring, sealed-file"
exits "no bus: the next place that is named" 0 list --live
exits "doctor tells it" 0 doctor --format json
contains "that the keyring is passed by" "passed by: keyring" "$out"
contains "and what is in use" "in use: sealed file" "$out"
profile keyring
exits "no bus and no other place" 3 list --live
one_line "in one line" "$err"
contains "that says what to do" "dbus-run-session" "$err"
code=0
env -i HOME="$HOME" PATH="$PATH" USHER_CONFIG="$USHER_CONFIG" "$usher_program" list --live \
  >"$work/out" 2>"$work/err" </dev/null || code=$?
same "nor without any environment" 3 "$code"
typed "a bus of its own is offered" 3 --expect 'Start a session bus' 'n\r' -- "$usher_program" login
if [ -e /usr/share/dbus-1/services/org.freedesktop.secrets.service ]; then
  mkdir "$work/home" "$work/home/run"
  chmod 700 "$work/home" "$work/home/run"
  # What gnome-keyring says about itself is no matter of ours.
  unset G_DEBUG
  # shellcheck disable=SC2034
  HOME=$work/home XDG_RUNTIME_DIR=$work/home/run
  typed "and started" 0 --expect 'Start a session bus' 'y\r' --expect 'New password' 'pass word\r' \
    --expect 'once more' 'pass word\r' --expect 'Client secret' 'simulated-secret\r' -- "$usher_program" login
  contains "with a keyring that is made" "kept in: keyring" "$screen"
  typed "what is kept is there in the next one" 0 --expect 'Start a session bus' 'y\r' \
    --expect 'Password of the keyring' 'pass word\r' --expect 'Client secret' '\r' -- "$usher_program" login
fi
done_testing
