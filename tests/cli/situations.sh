#!/bin/sh
# Where administrators really are: a desktop, SSH with an unlocked, a locked and no keyring,
# sudo, cron, a container. In each, login and list work, or end with status 3 and one line that
# says what to do; they say in one line what they did, and nothing waits for anybody.
# Each starts from an empty environment and sets what that place sets.
. "$top_srcdir/tests/lib/tap.sh"
login=$top_builddir/tests/lib/new-login
[ -x "$login" ] || skip_all "new-login is not built"
command -v python3 >/dev/null || skip_all "python3 is not installed"
if [ -z "${SITUATIONS_LOGIN:-}" ] && "$login" true; then
  SITUATIONS_LOGIN=1
  export SITUATIONS_LOGIN
  exec "$login" sh "$0"
fi
. "$top_srcdir/tests/lib/sim.sh"
command -v openssl >/dev/null || skip_all "openssl is not installed"

chmod 755 "$work" # others have to come to its configurations
(umask 077
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=usher -days 60 \
    -keyout "$work/key" -out "$work/crt" 2>/dev/null
  cat "$work/key" "$work/crt" >"$work/key.pem")
start_sim --certificate "$work/crt" --auto-approve
unset G_DEBUG # what gnome-keyring says about itself is no matter of ours

# conf NAME LINE...: a configuration that signs in this way.
conf() {
  conf_name=$work/$1.conf
  shift
  printf '%s\n' "$@" >"$work/lines"
  sed -e '/^sign_in/d' -e '/^credentials/d' -e '/^client_id/d' -e "/^\[profile /r $work/lines" \
    "$work/usher.conf" >"$conf_name"
  chmod 644 "$conf_name" # it holds no secret
}
app='client_id = 51515151-0000-4000-8000-0000000000aa'
conf secret "$app" 'sign_in = client-secret' 'credentials = keyring'
conf either "$app" 'sign_in = client-secret' 'credentials = keyring, sealed-file'
conf variable "$app" 'sign_in = client-secret' 'credentials = environment' \
  'credentials_variable = SECRET'
conf descriptor "$app" 'sign_in = client-secret' 'credentials = file-descriptor' \
  'credentials_fd = 5'
conf certificate "$app" 'sign_in = client-certificate' "certificate = $work/key.pem"
conf person 'client_id = 51515151-0000-4000-8000-0000000000dc' 'sign_in = device-code' \
  'credentials = keyring'

# Settings of a situation, without blanks in them: what env gets, and nothing else is there.
place=
# at CONF ARGUMENT...: usher there, with nobody to ask; $out, $err, $code.
at() {
  at_conf=$work/$1.conf
  shift
  code=0
  # shellcheck disable=SC2086
  timeout 30 env -i $place "$usher_program" --config "$at_conf" "$@" \
    >"$work/out" 2>"$work/err" </dev/null || code=$?
  out=$(cat "$work/out")
  err=$(cat "$work/err")
}
# The same with a person at a terminal, who answers: at_terminal CONF [--expect TEXT ANSWER]... -- ARGUMENT...
at_terminal() {
  at_conf=$work/$1.conf
  shift
  at_said=
  while [ "$1" != -- ]; do
    at_said="$at_said '$1'"
    shift
  done
  shift
  code=0
  # shellcheck disable=SC2086
  eval "timeout 60 python3 '$top_srcdir/tests/lib/terminal.py' --columns 200 $at_said -- \
    env -i $place TERM=xterm '$usher_program' --config '$at_conf' $*" \
    >"$work/screen" 2>&1 </dev/null || code=$?
  screen=$(tr -d '\r' <"$work/screen")
}
# does WHAT WORDS: it ended well, and said in one line what it did.
does() {
  same "$1" 0 "$code"
  same "$1: in one line" 1 "$(printf '%s\n' "$err" | wc -l)"
  contains "$1: which says what it did" "$2" "$err"
}
# cannot WHAT WORDS: status 3, and in one line what to do.
cannot() {
  same "$1: status 3" 3 "$code"
  same "$1: in one line" 1 "$(printf '%s\n' "$err" | wc -l)"
  contains "$1: which says what to do" "$2" "$err"
}
both() { # what conf words
  at "$2" login
  does "$1: login" "Signed in to contoso.com $3"
  at "$2" list --live --format tsv
  does "$1: list" "accounts, contoso.com, Specialists: signed in ${3%%;*}"
  same "$1: with accounts" 1 "$(printf '%s\n' "$out" | grep -c '^id	')"
  at "$2" list --format tsv
  does "$1: list once more" "from the cache of"
}

# --- a desktop, and SSH beside it ---

secret='as the application, by its secret'
asks() { # member argument...: of the keyring
  DBUS_SESSION_BUS_ADDRESS=$bus dbus-send --session --print-reply \
    --dest=org.freedesktop.secrets /org/freedesktop/secrets "$@"
}
# A bus at the place where logins have it, with an unlocked keyring.
start_keyring() {
  command -v dbus-daemon && command -v gnome-keyring-daemon || return 1
  bus=unix:path=$XDG_RUNTIME_DIR/bus
  # No service of this machine is started on it.
  cat >"$work/bus.conf" <<EOF_BUS
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>$bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
EOF_BUS
  dbus-daemon --config-file="$work/bus.conf" --nofork 2>/dev/null &
  bus_pid=$!
  trap 'kill "$bus_pid" 2>/dev/null; sim_cleanup' EXIT
  wait_for 30 test -S "$XDG_RUNTIME_DIR/bus"
  # It ends with its bus.
  printf test | DBUS_SESSION_BUS_ADDRESS=$bus gnome-keyring-daemon --unlock --components=secrets \
    >/dev/null 2>&1
  wait_for 30 asks org.freedesktop.DBus.Peer.Ping
}

if start_keyring >/dev/null; then
  place="HOME=$HOME PATH=$PATH LANG=C.UTF-8 XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR DISPLAY=:97 \
    WAYLAND_DISPLAY=wayland-97 DBUS_SESSION_BUS_ADDRESS=$bus"
  at secret login
  cannot "a desktop: a secret that was never kept" "usher login"
  at_terminal secret --expect 'Client secret' 'simulated-secret\r' -- login
  same "a desktop: login asks for it" 0 "$code"
  contains "a desktop: and says where it is" "$secret; the secret is kept in: keyring" "$screen"
  both "a desktop" secret "$secret; the secret is kept in: keyring"
  at person login
  same "a desktop: login with a code" 0 "$code"
  contains "a desktop: says what it did" \
    "as a person, by a code; the sign-in is kept in: keyring" "$err"
  same "a desktop: in one line behind the code" 1 "$(printf '%s\n' "$err" | grep -c '^Signed in')"
  at person list --live --format tsv
  does "a desktop: list as a person" "signed in as a person, by a code"

  place="HOME=$HOME PATH=$PATH XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR LOGNAME=jo SHELL=/bin/sh \
    SSH_TTY=/dev/pts/97"
  both "SSH, unlocked" secret "$secret; the secret is kept in: keyring"

  asks org.freedesktop.Secret.Service.Lock \
    array:objpath:/org/freedesktop/secrets/collection/login >/dev/null
  at secret login
  cannot "SSH, locked: login" "usher unlock"
  at secret list --live
  cannot "SSH, locked: list" "usher unlock"
  at either list --live
  cannot "SSH, locked: no other place is taken" "usher unlock"
  at secret list --format tsv
  does "SSH, locked: what is cached needs no keyring" "from the cache of"
  at_terminal secret --expect 'Password of the keyring' 'test\r' -- list --live --quiet
  same "SSH, locked: a person is asked" 0 "$code"
  at secret list --live --format tsv
  does "SSH, unlocked by that: list" "signed in $secret"
  at secret logout
  same "SSH, unlocked: logout" 0 "$code"
  contains "says what it did" "what was kept in: keyring is removed" "$out"

  kill "$bus_pid"
  wait "$bus_pid" 2>/dev/null
  rm -f "$XDG_RUNTIME_DIR/bus"
else
  skip "a desktop, SSH with a keyring" "there is none to be had here"
fi

# --- SSH without a keyring ---

place="HOME=$HOME PATH=$PATH XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR LOGNAME=jo SHELL=/bin/sh"
at secret login
cannot "SSH, no keyring: login" "dbus-run-session"
at secret list --live
cannot "SSH, no keyring: list" "dbus-run-session"
place="$place DBUS_SESSION_BUS_ADDRESS=unix:path=$work/gone" # of a tmux that outlived its login
at secret list --live
cannot "SSH, a bus that is gone: list" "no D-Bus session bus"
place="HOME=$HOME PATH=$PATH XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR LOGNAME=jo"
at_terminal either --expect 'New passphrase' 'correct horse\r' --expect 'once more' \
  'correct horse\r' --expect 'Client secret' 'simulated-secret\r' -- login
same "SSH, no keyring: login makes a sealed file where that is named" 0 "$code"
contains "SSH, no keyring: and says so" "$secret; the secret is kept in: sealed-file" "$screen"
if [ -n "${SITUATIONS_LOGIN:-}" ]; then
  both "SSH, no keyring" either "$secret; the secret is kept in: sealed-file"
else
  skip "a sealed file without a question" "the kernel gives no keyring here"
fi

# --- sudo ---

mkdir -m 700 "$work/root"
place="HOME=$work/root PATH=$PATH LANG=C.UTF-8 USER=root LOGNAME=root SHELL=/bin/sh \
  SUDO_USER=jo SUDO_UID=1000 SUDO_COMMAND=/bin/sh MAIL=/var/mail/root"
at secret login
cannot "sudo -i, nothing set up for root: login" "credentials"
both "sudo -i" certificate "with the certificate $work/key.pem; the certificate is valid until"
same "sudo -i: what it keeps is root's" "$(id -u) 700" \
  "$(stat -c '%u %a' "$work/root/.cache/usher")"
if [ "$(id -u)" -eq 0 ]; then
  mkdir -p "$work/jo/.local/state/usher" "$work/jo/.cache/usher"
  chmod -R go= "$work/jo"
  chown -R 12345 "$work/jo"
  place="HOME=$work/jo PATH=$PATH USER=root LOGNAME=root SUDO_USER=jo"
  at certificate doctor --format json
  contains "sudo with somebody's home: doctor says whose it is" "belongs to 12345" "$out"
  at certificate list --live --format tsv
  does "sudo with somebody's home: list" "signed in with the certificate"
  rm -r "$work/jo/.local" "$work/jo/.cache"
  at certificate list --live --format tsv
  does "sudo with somebody's empty home: list" "signed in with the certificate"
  at certificate list --columns user --format tsv --no-header 'state:enabled'
  at certificate disable "$(printf '%s\n' "$out" | head -n 1)" --yes
  contains "sudo with somebody's home: no journal is made there" "belongs to another user" "$err"
  code=0
  # shellcheck disable=SC2086
  env -i $place "$usher_program" setup </dev/null >"$work/out" 2>&1 || code=$?
  same "sudo with somebody's home: nor a configuration" 2 "$code"
  contains "sudo with somebody's home: which is said" "belongs to another user" "$(cat "$work/out")"
  empty "sudo with somebody's home: nothing of root's is left there" \
    "$(find "$work/jo" -user root)"
else
  skip "sudo with somebody's home" "not root"
fi

# --- cron ---

mkdir -m 700 "$work/cron"
place="HOME=$work/cron LOGNAME=jo PATH=/usr/bin:/bin SHELL=/bin/sh"
both "cron with a certificate" certificate \
  "with the certificate $work/key.pem; the certificate is valid until"
at certificate list --live --quiet --output "$work/list.csv"
same "cron, --quiet" 0 "$code"
empty "sends no mail" "$out$err"
at secret list --live
cannot "cron without a certificate" "credentials"
at person list --live
cannot "cron as a person" "credentials"

# --- a container ---

# Nobody that the machine knows, no home, no runtime folder, nothing that can be written.
as_nobody=
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
  as_nobody="setpriv --reuid=12345 --regid=12345 --clear-groups"
  $as_nobody test -x "$usher_program" -a -r "$work/variable.conf" || as_nobody=
fi
chown 12345 "$work/key.pem" 2>/dev/null
for home in /proc/nowhere /; do
  [ "$home" != / ] || [ -n "$as_nobody" ] || continue
  place="HOME=$home PATH=/usr/bin:/bin SECRET=simulated-secret $as_nobody"
  at variable login
  does "a container, home $home: login" "the secret comes from: environment"
  at variable list --format tsv
  does "a container, home $home: list" "signed in $secret"
  at secret login
  cannot "a container, home $home: no keyring" "credentials"
done
at_conf=$work/descriptor.conf
printf simulated-secret >"$work/fd"
chmod 644 "$work/fd"
code=0
# shellcheck disable=SC2086
env -i $place "$usher_program" --config "$at_conf" list --format tsv 5<"$work/fd" \
  >"$work/out" 2>"$work/err" </dev/null || code=$?
err=$(cat "$work/err")
does "a container: a secret by a descriptor" "signed in $secret"
if [ -n "$as_nobody" ]; then
  at certificate list --format tsv
  does "a container: a mounted certificate" "signed in with the certificate"
fi
at variable doctor --format json
same "a container: doctor" 1 "$code"
contains "a container: says that no journal can be written" "cannot make the folder" "$out"
contains "a container: and what helps" "XDG_STATE_HOME" "$out"
at variable list --columns user --format tsv --no-header 'state:enabled'
at variable disable "$(printf '%s\n' "$out" | head -n 1)" --yes
same "a container: nothing is changed without a journal" 1 "$code"
contains "a container: which is said" "journal" "$err"
empty "a container: nothing was sent" "$(sim_changes)"
if [ -n "$as_nobody" ]; then
  user=$(at variable list --columns user --format tsv --no-header 'state:enabled' && printf '%s' "$out" | head -n 1)
  mkdir -m 700 "$work/volume"
  chown 12345 "$work/volume"
  place="HOME=/ PATH=/usr/bin:/bin SECRET=simulated-secret XDG_STATE_HOME=$work/volume $as_nobody"
  at variable disable "$user" --yes --quiet
  same "a container with a volume: a change is made" 0 "$code"
  empty "a container with a volume: and nothing is said of the account without a name" "$err"
  at variable journal list --format json
  contains "a container with a volume: the journal names its number" '"12345@' "$out"
fi
done_testing
