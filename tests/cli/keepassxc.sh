#!/bin/sh
# KeePassXC as the Secret Service, for real: kept, kept anew without a window that asks
# whether to overwrite, removed, and a database that is closed. On a bus of its own where
# nothing else can be started.
. "$top_srcdir/tests/lib/tap.sh"
for tool in keepassxc keepassxc-cli dbus-run-session dbus-send python3; do
  command -v "$tool" >/dev/null || skip_all "$tool is not installed"
done
if [ -z "${KEEPASSXC_TEST_BUS:-}" ]; then
  KEEPASSXC_TEST_BUS=1
  export KEEPASSXC_TEST_BUS
  cat >"$HOME/bus.conf" <<'CONF'
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
CONF
  exec dbus-run-session --config-file="$HOME/bus.conf" -- sh "$0" 2>"$HOME/bus.err"
fi
. "$top_srcdir/tests/lib/sim.sh"
# libsecret's prompts leave a weak reference of GLib's behind, which nothing of ours can free.
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
keeper=
stop_keeper() {
  [ -n "$keeper" ] || return 0
  kill "$keeper" 2>/dev/null
  wait_for 30 gone || kill -9 "$keeper"
  wait "$keeper" 2>/dev/null
  keeper=
}
gone() {
  ! grep -q '^State:[[:space:]]*[^Z]' "/proc/$keeper/status" 2>/dev/null
}
end() {
  stop_keeper
  sim_cleanup
}
trap end EXIT

# --- a database that is shown to others ---

mkdir -p "$HOME/.config/keepassxc" "$work/run"
chmod 700 "$work/run"
# Its lock against a second instance is in TMPDIR: not that of whoever runs the tests.
XDG_RUNTIME_DIR=$work/run TMPDIR=$work/run QT_QPA_PLATFORM=offscreen
export XDG_RUNTIME_DIR TMPDIR QT_QPA_PLATFORM
printf '%s\n' '[General]' ConfigVersion=2 '[FdoSecrets]' Enabled=true ConfirmAccessItem=false \
  ConfirmDeleteItem=false '[GUI]' CheckForUpdates=false >"$HOME/.config/keepassxc/keepassxc.ini"
cat >"$work/db.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile><Meta><DatabaseName>db</DatabaseName><RecycleBinEnabled>False</RecycleBinEnabled>
<CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key>
<Value>{01010101-0101-0101-0101-010101010101}</Value></Item></CustomData></Meta>
<Root><Group><UUID>AQEBAQEBAQEBAQEBAQEBAQ==</UUID><Name>Root</Name></Group></Root></KeePassFile>
XML
printf 'word\nword\n' | keepassxc-cli import -p "$work/db.xml" "$work/db.kdbx" >"$work/import" 2>&1 ||
  skip_all "keepassxc-cli cannot make a database: $(cat "$work/import")"

alias_is() { # a pattern of the path
  dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
    org.freedesktop.Secret.Service.ReadAlias string:default 2>/dev/null | grep -q "$1"
}

is_open() {
  dbus-send --session --print-reply --dest=org.freedesktop.secrets \
    /org/freedesktop/secrets/collection/db org.freedesktop.DBus.Properties.Get \
    string:org.freedesktop.Secret.Collection string:Locked 2>/dev/null | grep -q false
}

# keep PASSWORD: starts it; the database stays closed without one. Its input stays open.
keep() {
  stop_keeper
  rm -f "$work/input"
  mkfifo "$work/input"
  if [ "$1" ]; then
    keepassxc --pw-stdin "$work/db.kdbx" <"$work/input" >"$work/keeper" 2>&1 &
    keeper=$!
    exec 8>"$work/input"
    echo "$1" >&8
  else
    keepassxc "$work/db.kdbx" >"$work/keeper" 2>&1 &
    keeper=$!
  fi
}

start_sim
sed -e 's/^credentials *=.*/credentials = keyring/' -e '/^credentials_command/d' \
  "$work/usher.conf" >"$work/own.conf"
chmod 600 "$work/own.conf"
USHER_CONFIG=$work/own.conf
login() { # what
  code=0
  python3 "$top_srcdir/tests/lib/terminal.py" --expect 'Client secret' 'simulated-secret\r' -- \
    "$usher_program" login >"$work/screen" 2>&1 </dev/null || code=$?
  if [ "$code" -eq 0 ]; then
    pass "$1"
  else
    fail "$1" "status $code: $(cat "$work/screen")"
  fi
}
items() {
  dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
    org.freedesktop.Secret.Service.SearchItems dict:string:string:xdg:schema,org.usher.Credential |
    grep -c 'object path'
}

# In the file, which KeePassXC writes a moment later.
is_written() {
  printf 'word\n' | keepassxc-cli show -qsa Password "$work/db.kdbx" 'usher: contoso (client-secret)' \
    2>/dev/null | grep -qFx simulated-secret
}
has_item() {
  [ "$(items)" -eq 1 ]
}

keep word
wait_for 30 is_open || skip_all "KeePassXC does not come up: $(cat "$work/keeper")"
login "login keeps the secret in KeePassXC"
contains "and says so" "kept in: keyring" "$(cat "$work/screen")"
exits "it is used" 0 list --live
login "kept once more"
same "it is still one entry" 1 "$(items)"
exits "and used" 0 list --live
exits "logout" 0 logout
same "removes it" 0 "$(items)"
exits "then there is none" 3 list --live
login "kept again"
wait_for 30 is_written && pass "and written" || fail "and written"

keep ''
wait_for 30 alias_is /
exits "a closed database is status 3" 3 list --live
contains "and said" "usher unlock" "$err"
exits "nor does logout touch it" 3 logout
keep word
wait_for 30 is_open
wait_for 30 has_item
exits "opened, it has what it had" 0 list --live
done_testing
