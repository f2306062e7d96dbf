#!/bin/sh
# Who may read usher's files, and whose files usher believes: modes whatever the umask,
# folders and files that are open to others or belong to somebody else, links that were
# laid, a configuration that others may change. All of it as the user who runs the tests;
# by root once more as nobody, for whom modes and owners mean something.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim --accounts 40

NOBODY=65534

# as_user ARGUMENT...: usher in $place, as $user; $out, $err, $code.
as_user() {
  code=0
  # shellcheck disable=SC2086
  (cd / && umask "${mask:-022}" && exec $become env HOME="$place" XDG_RUNTIME_DIR="$place" \
    USHER_CONFIG="$config" "$usher_program" "$@") >"$work/out" 2>"$work/err" </dev/null || code=$?
  out=$(cat "$work/out")
  err=$(cat "$work/err")
}

# refused WHAT STATUS WORDS: a list that is asked for is.
refused() {
  as_user --debug list --live
  if [ "$code" -eq "$2" ]; then
    contains "$who: $1" "$3" "$err"
  else
    fail "$who: $1" "status $code instead of $2
$err"
  fi
}

well() { # what
  as_user --debug list --live
  if [ "$code" -eq 0 ]; then pass "$who: $1"; else fail "$who: $1" "status $code
$err"; fi
}

# fresh: an own place without anything in it.
fresh() {
  rm -rf "$place"
  mkdir -m 700 "$place"
  cp "$USHER_CONFIG" "$place/usher.conf"
  chmod 600 "$place/usher.conf"
  chown -R "$user" "$place" 2>/dev/null || true
  config=$place/usher.conf
  state=$place/.local/state/usher
  cache=$place/.cache/usher
}

modes() { # what umask
  fresh
  mask=$2
  as_user --debug list --live
  same "$who: $1" 0 "$code"
  as_user --debug disable svc --dry-run
  mask=022
  same "$who: $1: folders are 700" "" "$(find "$state" "$cache" -type d ! -perm 700)"
  same "$who: $1: files are 600" "" "$(find "$state" "$cache" -type f ! -perm 600)"
  [ "$(find "$state" "$cache" -type f | wc -l)" -ge 3 ] && pass "$who: $1: and there are some" ||
    fail "$who: $1: and there are some" "$(find "$place")"
}

all() {
  modes "an open umask" 000
  modes "a closed umask" 077

  fresh
  mkdir -p "$state"
  chown -R "$user" "$place" 2>/dev/null || true
  chmod 777 "$state"
  refused "a state folder that others may write to" 2 "chmod 700 $state"
  chmod 755 "$state"
  well "one that others may read"
  same "$who: is closed to them" 700 "$(stat -c %a "$state")"

  chmod 644 "$state/usher.log"
  refused "a log that others may read" 2 "chmod 600 $state/usher.log"
  chmod 600 "$state/usher.log"
  mv "$state/usher.log" "$place/elsewhere"
  ln -s "$place/elsewhere" "$state/usher.log"
  refused "a link for a log" 2 "symbolic link"
  rm "$state/usher.log"

  chmod 640 "$state/usher.db"
  as_user disable svc --dry-run
  as_user journal list
  same "$who: a journal that others may read" 1 "$code"
  contains "$who: with the command that mends it" "chmod 600 $state/usher.db" "$err"
  chmod 600 "$state/usher.db"
  mv "$state/usher.db" "$place/elsewhere.db"
  ln -s "$place/elsewhere.db" "$state/usher.db"
  as_user journal list
  same "$who: a link for a journal" 1 "$code"
  contains "$who: is told" "symbolic link" "$err"
  rm "$state/usher.db"
  mv "$place/elsewhere.db" "$state/usher.db"
  as_user journal list
  same "$who: mended" 0 "$code"

  # A snapshot of the directory that somebody else may have written is not believed.
  as_user list
  before=$(sim_requests '.path | test("/members")' | wc -l)
  as_user list
  same "$who: the cache answers" "$before" "$(sim_requests '.path | test("/members")' | wc -l)"
  find "$cache" -type f -exec chmod 666 {} +
  as_user list
  [ "$(sim_requests '.path | test("/members")' | wc -l)" -gt "$before" ] &&
    pass "$who: not one that others may write" || fail "$who: not one that others may write" "$err"

  chmod 664 "$config"
  refused "a configuration that others may change" 2 "chmod go-w $config"
  chmod 644 "$config"
  well "one that others may read"
  printf '\n[smtp]\nurl = smtp://mail.example:587\nuser = "a://b:c@d"\n' >>"$config"
  refused "but with a password in it" 2 "chmod 600 $config"
  chmod 600 "$config"
  well "which is well in a private one"
}

who="as $(id -un)" user=$(id -u) become='' place=$work/home
chmod 711 "$work"
all

if [ "$(id -u)" -ne 0 ]; then
  skip "as nobody" "only root can become somebody else"
elif ! command -v setpriv >/dev/null; then
  skip "as nobody" "setpriv is not installed"
elif ! setpriv --reuid $NOBODY --regid $NOBODY --clear-groups test -x "$usher_program"; then
  skip "as nobody" "the build is not open to others"
else
  who="as nobody" user=$NOBODY
  become="setpriv --reuid $NOBODY --regid $NOBODY --clear-groups"
  # The home of the test is closed to others.
  place=$(mktemp -d "${TMPDIR:-/tmp}/usher-files.XXXXXX") || exit 99
  all
  fresh
  mkdir -p "$state"
  chown root "$state"
  refused "a state folder of somebody else" 2 "belongs to another user"
  fresh
  as_user --debug list --live
  chown root "$state/usher.log"
  chmod 666 "$state/usher.log"
  refused "a log of somebody else" 2 "belongs to another user"
  chown $NOBODY "$state/usher.log"
  as_user journal list
  chown root "$state/usher.db"
  chmod 666 "$state/usher.db"
  as_user journal list
  same "$who: a journal of somebody else" 1 "$code"
  contains "$who: is told" "belongs to another user" "$err"
  fresh
  chown daemon "$config"
  chmod 644 "$config"
  refused "a configuration of somebody else" 2 "belongs to another user"
  chown root "$config"
  well "one of root"

  # Another process of the same user sees neither environment nor memory.
  fresh
  if grep -q __asan_init "$usher_program"; then
    skip "$who: not readable by the same user" "a build with a sanitizer stays readable"
  else
    sim_hold 0
    # shellcheck disable=SC2086
    (cd / && exec $become env HOME="$place" USHER_CONFIG="$config" "$usher_program" list --live \
      >/dev/null 2>&1 </dev/null) &
    pid=$!
    wait_for 30 sh -c "[ \"\$(readlink /proc/$pid/exe)\" = \"$(readlink -f "$usher_program")\" ] &&
      [ \"\$(stat -c %u /proc/$pid/environ)\" = 0 ]"
    for file in environ mem maps; do
      # shellcheck disable=SC2086
      $become head -c 1 "/proc/$pid/$file" >/dev/null 2>&1 && fail "$who: /proc/PID/$file is closed" ||
        pass "$who: /proc/PID/$file is closed"
    done
    ok "$who: while it still ran" kill -0 "$pid"
    sim_faults none
    wait "$pid"
  fi
  rm -rf "$place"
fi
done_testing
