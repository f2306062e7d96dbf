#!/bin/sh
# Plants secrets (client secret, refresh and access tokens, an account's password, the
# SMTP password, a passphrase) and looks for them where they must not be: files of state,
# cache and configuration with the journal and its WAL, the diagnostic log, what is
# printed, the command line and environment of usher and of what it starts, and a core.
#
# What a core of a running process cannot do without: libcurl's copy of the header
# "Authorization: Bearer …" of a request that is under way, and inside OpenSSL, over
# https, what it is just encrypting. A core is only to be had by root all the same: the
# process is not dumpable. doc/architecture.md, "Secrets", says so too.
. "$top_srcdir/tests/lib/tap.sh"
login=$top_builddir/tests/lib/new-login
command -v python3 >/dev/null || skip_all "python3 is not installed"
[ -x "$login" ] || skip_all "new-login is not built"
if [ -z "${HYGIENE_TEST_LOGIN:-}" ]; then
  HYGIENE_TEST_LOGIN=1
  export HYGIENE_TEST_LOGIN
  "$login" true && exec "$login" sh "$0"
fi
. "$top_srcdir/tests/lib/sim.sh"
start_sim --accounts 60

SECRET=simulated-secret
PASSPHRASE=planted-passphrase-31415
SMTP=planted-smtp-password-27182
# Every token of the simulator begins like this, as every token of the service does.
TOKEN=eyJ0eXAiOiJKV1Qi

printf '%s\n' '#!/bin/sh' \
  "{ tr '\\0' '\\n' </proc/self/environ; tr '\\0' ' ' </proc/\$PPID/cmdline; echo" \
  "  tr '\\0' '\\n' </proc/\$PPID/environ; echo \"\$@\"; } >>$work/children 2>&1" \
  'exit 0' >"$work/spy"
chmod 755 "$work/spy"

# --- planting ---

sed -e 's/^credentials *=.*/credentials = environment/' -e '/^credentials_command/d' \
  -e '/^credentials *=/a credentials_variable = PLANTED' \
  -e 's/^password *= *mail/password = show/' "$work/usher.conf" >"$work/plain.conf"
printf '\n[smtp]\nurl = smtp://127.0.0.1:9\nuser = usher\n' >>"$work/plain.conf"
USHER_CONFIG=$work/plain.conf
export USHER_CONFIG
everything=$work/everything # what was printed by all
: >"$everything"

planted() { # what status argument...
  planted_what=$1 planted_status=$2
  shift 2
  PLANTED=$SECRET USHER_CLIENT_SECRET=$SECRET USHER_SMTP_PASSWORD=$SMTP \
    exits "$planted_what" "$planted_status" "$@"
  cat "$work/out" "$work/err" >>"$everything"
}

planted "a list" 0 --debug list --live
planted "whoami" 0 --debug whoami
planted "doctor" 0 --debug doctor --format json
sponsor=$(sim_graph GET "/users?\$top=1&\$filter=accountEnabled%20eq%20true" |
  jq -r '.value[0].userPrincipalName')
# The password is printed because it was asked for; everywhere else it is searched.
code=0
PLANTED=$SECRET USHER_SMTP_PASSWORD=$SMTP setsid "$usher_program" --debug create --yes \
  --first Petra --last Planted --mobile '+44 20 7946 0018' --email petra@partner.example \
  --sponsor "$sponsor" --print-password >"$work/out" 2>"$work/err" </dev/null || code=$?
same "an account is made" 0 "$code"
password=$(head -n 1 "$work/out" | grep -E '^[^[:space:]]{12,}$')
[ -n "$password" ] && pass "with a password" || fail "with a password" "$(cat "$work/out" "$work/err")"
sed 1d "$work/out" >>"$everything"
cat "$work/err" >>"$everything"
planted "a plan" 0 --debug disable Planted --dry-run --output "$work/plan"
EDITOR=$work/spy VISUAL='' planted "its editor" 0 --debug plan edit "$work/plan"

# Refused, broken off, and not understood.
PLANTED_RIGHT=$SECRET
SECRET=planted-and-refused-1618
planted "a secret that is refused" 3 --debug list --live
SECRET=$PLANTED_RIGHT
sim_faults "garbage"
run --debug list --live
cat "$work/out" "$work/err" >>"$everything"
sim_faults none

# A command that reads it, and one that keeps it.
sed -e "s|^credentials *=.*|credentials = command|" \
  -e "/^credentials *=/a credentials_command = sh -c '$work/spy x; cat $work/given'" \
  "$work/plain.conf" >"$work/command.conf"
(umask 077 && printf %s "$SECRET" >"$work/given")
USHER_CONFIG=$work/command.conf
planted "a command" 0 --debug list --live
rm "$work/given"

# A sealed file, by device code: passphrase and refresh token.
sed -e 's/^credentials *=.*/credentials = sealed-file/' -e '/^credentials_variable/d' \
  -e 's/^sign_in.*/sign_in = device-code/' \
  -e 's/^client_id.*/client_id = 51515151-0000-4000-8000-0000000000dc/' "$work/plain.conf" \
  >"$work/sealed.conf"
USHER_CONFIG=$work/sealed.conf
code=0
python3 "$top_srcdir/tests/lib/terminal.py" --expect 'New passphrase' "$PASSPHRASE\\r" \
  --expect 'once more' "$PASSPHRASE\\r" -- "$usher_program" --debug login >"$work/out" 2>&1 \
  </dev/null || code=$?
same "a sealed file" 0 "$code"
cat "$work/out" >>"$everything"
exits "is read" 0 --debug list --live
cat "$work/out" "$work/err" >>"$everything"

# --- searching ---

# found WHAT FILE...: which planted things are there.
found() {
  for word in "$SECRET" planted-and-refused-1618 "$PASSPHRASE" "$SMTP" "$TOKEN" "$password"; do
    [ -z "$word" ] || grep -laFr -e "$word" "$@" 2>/dev/null | sed "s|\$| holds $word|"
  done
}

mkdir "$work/canary"
printf 'x%sy\n' "$SECRET" >"$work/canary/file"
same "the search finds what is there" "$work/canary/file holds $SECRET" "$(found "$work/canary")"
[ -s "$HOME/.local/state/usher/usher.db" ] && pass "there is a journal" || fail "there is a journal"
[ -s "$HOME/.local/state/usher/usher.log" ] && pass "there is a log" || fail "there is a log"
[ -s "$work/children" ] && pass "children were seen" || fail "children were seen"
contains "an editor among them" "/bin/sh -c $work/spy" "$(cat "$work/children")"
contains "with the variables, emptied" "PLANTED=" "$(cat "$work/children")"
empty "no secret in a file of usher" \
  "$(found "$HOME/.local" "$HOME/.cache" "$HOME/.config" "$work/plan")"
empty "nor in what was printed" "$(found "$everything")"
empty "nor given to a child, nor to be seen of usher" "$(found "$work/children")"
empty "nor in a temporary file" "$(found "$HOME")"
same "no file of usher is open to others" "" \
  "$(find "$HOME/.local/state/usher" "$HOME/.cache/usher" -perm /077)"

# --- a process that is under way ---

stop_sim
start_sim --accounts 60
sed -e "s|^login_url.*|login_url = $sim_url|" -e "s|^graph_url.*|graph_url = $sim_url|" \
  "$work/plain.conf" >"$work/slow.conf"
asked_for() { # so many requests have come
  [ "$(sim_requests '.path | test("/sim/") | not' | wc -l)" -ge "$1" ]
}

# begin: a list that waits for an answer of Graph; $pid.
begin() {
  sim_hold 0
  PLANTED=$SECRET USHER_SMTP_PASSWORD=$SMTP USHER_CONFIG=$work/slow.conf \
    "$usher_program" list --live >/dev/null 2>&1 </dev/null &
  pid=$!
}

begin
wait_for 30 asked_for 2
tr '\0' '\n' <"/proc/$pid/environ" >"$work/environ" 2>/dev/null
if [ "$(id -u)" -eq 0 ] || grep -q __asan_init "$usher_program"; then
  contains "the environment of usher itself can be read by root" "PLANTED=" "$(cat "$work/environ")"
else
  empty "the environment of usher itself can be read by root alone" "$(cat "$work/environ")"
fi
empty "and holds nothing" "$(found "$work/environ")"
empty "nor does its command line" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | grep -F "$SECRET")"
if grep -q __asan_init "$usher_program"; then
  skip "a core" "this build has a sanitizer, whose memory is too much for one"
elif ! command -v gcore >/dev/null || [ "$(id -u)" -ne 0 ]; then
  skip "a core" "gcore and root are needed"
else
  if gcore -o "$work/core" "$pid" >/dev/null 2>&1 && [ -s "$work/core.$pid" ]; then
    pass "a core is made"
    contains "which is this program's" "contoso.com" "$(grep -aoF contoso.com "$work/core.$pid" | head -n 1)"
    empty "no client secret, passphrase or SMTP password in it" \
      "$(for word in "$SECRET" "$SMTP" "$PASSPHRASE"; do grep -aoF "$word" "$work/core.$pid"; done)"
    # Every place of the token is libcurl's own header.
    empty "and the token in libcurl's header alone" \
      "$(python3 -c 'import re, sys
core = open(sys.argv[1], "rb").read()
for at in re.finditer(sys.argv[2].encode(), core):
    before = core[max(0, at.start() - 23):at.start()]
    if not before.endswith(b"Authorization: Bearer "):
        print(before)' "$work/core.$pid" "$TOKEN")"
    # Parts of what was taken apart: freed memory loses its beginning only.
    empty "nor a part of it elsewhere" \
      "$(python3 -c 'import re, sys
core = open(sys.argv[1], "rb").read()
sent = re.findall(rb"Authorization: Bearer ([!-~]+)", core)
head, claims, signature = sent[0].split(b".")
for part in head[16:], claims[16:60], claims[-24:], signature[16:]:
    if core.count(part) != len(sent):
        print(part, core.count(part), len(sent))' "$work/core.$pid")"
  else
    skip "a core" "gcore may not attach here"
  fi
  rm -f "$work/core.$pid"
fi
sim_faults none
wait "$pid"

# The process is not dumpable: no core when it crashes, whatever the limits say.
if grep -q __asan_init "$usher_program"; then
  skip "a crash leaves no core" "a build with a sanitizer stays dumpable"
else
  cd "$work" || exit 99
  sim_hold 0
  PLANTED=$SECRET USHER_CONFIG=$work/slow.conf python3 - "$usher_program" "$work" "$sim_url" <<'PYTHON'
import os, resource, signal, sys, time, urllib.request
program, folder, url = sys.argv[1:]
def asked():
    with urllib.request.urlopen(url + "/sim/requests") as requests:
        return len(requests.read().splitlines())
before = asked()
child = os.fork()
if child == 0:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    null = os.open(os.devnull, os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    os.execv(program, [program, "list", "--live"])
limit = time.monotonic() + 30
while asked() < before + 2 and time.monotonic() < limit:
    time.sleep(0.01)
os.kill(child, signal.SIGABRT)
_, status = os.waitpid(child, 0)
with open(os.path.join(folder, "crash"), "w") as out:
    out.write("%d %d" % (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, os.WCOREDUMP(status)))
PYTHON
  same "a crash leaves no core" "6 0" "$(cat "$work/crash")"
  empty "not even a file" "$(find "$work" -name 'core*')"
  cd "$top_srcdir" || exit 99
fi
done_testing
