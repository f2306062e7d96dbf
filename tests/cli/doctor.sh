#!/bin/sh
# doctor: every check well, every check broken in turn, with its remedy, its
# exit status, and what cannot be checked because of it.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"

start_sim
conf=$work/usher.conf

# A copy of the configuration with a change: $broken.
with() { # sed expression...
  broken=$work/broken.conf
  sed "$@" "$conf" >"$broken"
  chmod 600 "$broken"
}
# What is said of one check: status, detail, advice.
said() { # check
  printf '%s' "$out" | jq -r ".[] | select(.check == \"$1\") | [.status, .detail, .advice // \"\"] | join(\" | \")"
}
statuses() {
  printf '%s' "$out" | jq -r '.[].status' | sort -u | tr '\n' ' '
}
doctor() { # what status [option...]
  doctor_what=$1 doctor_status=$2
  shift 2
  exits "$doctor_what" "$doctor_status" --config "$broken" "$@" doctor --format json
}

with -e 's/^password = show/&\n/'
doctor "all is well" 0
same "every check is" "ok " "$(statuses)"
same "each check is there" \
  "configuration files locale terminal store profile keyring proxy names tls clock token permissions tenant group domain seats mail guard " \
  "$(printf '%s' "$out" | jq -r '.[].check' | uniq | tr '\n' ' ')"
for check in $(printf '%s' "$out" | jq -r '.[].check' | uniq); do
  ok "$check stands in usher-json(5)" grep -qw "$check" "$top_srcdir/man/usher-json.5.in"
done
contains "each roster has its group" "guests: Guests" "$(said group)"
doctor "one roster alone" 0 --roster guests
empty "has only its own" "$(said group | grep Specialists)"

# --- configuration ---

with -e 's/^lifetime = 180d/lifetiem = 180d/'
doctor "an unknown key is a warning" 0
contains "with its line and the nearest one" "did you mean “lifetime”" "$(said configuration)"
contains "and a remedy" "no effect" "$(said configuration)"

with -e 's/^kind = member/kind = membre/' -e 's/^sponsor = required/sponsor = requird/'
doctor "a wrong value is a failure" 2
contains "not an empty report" "membre" "$(said configuration)"
contains "and every one is named" "requird" "$(said configuration)"
contains "what is right of it is still checked" "ok" "$(said token)"

with -e 's/^client_id.*//'
doctor "a profile that lacks something" 2
contains "says what" "client_id is missing" "$(said configuration)"
contains "the rest is not checked" "not-checked | not checked because" "$(said profile)"
contains "and says why" "not checked because “profile” was not checked" "$(said tls)"

with -e '3s/.*/profile contoso]/'
doctor "a file that is none" 2
contains "is a finding" "failed" "$(said configuration)"
broken=$work/nowhere.conf
doctor "a file that is not there" 2
contains "is one, too" "no such configuration file" "$(said configuration)"
with -e ''
doctor "a profile that is not there" 2 --profile fabrikam
contains "names those that are" "there are: contoso" "$(said configuration)"
status "other commands fail by it" 2 "$usher_program" --config "$work/nowhere.conf" list

# --- this machine ---

chmod 666 "$broken"
doctor "a configuration that others may change is not believed" 2
contains "with the command that mends it" "chmod go-w $broken" "$(said files)"
chmod 600 "$broken"
mkdir -p "$HOME/.local/state/usher"
chmod 755 "$HOME/.local/state/usher"
doctor "a folder that others may read" 0
contains "the same" "chmod go= $HOME/.local/state/usher" "$(said files)"
chmod 700 "$HOME/.local/state/usher"

# The journal: damaged, of a newer usher, somebody else's, a folder that cannot be.
broken=$conf
state=$HOME/.local/state/usher
usher --config "$conf" journal list >/dev/null
cp "$state/usher.db" "$work/good.db"
head -c 64 /dev/urandom >"$state/usher.db"
doctor "a journal that is damaged" 1
contains "is told as damaged, with the way to rescue it" "recover" "$(said store)"
contains "and hides nothing else" "ok" "$(said token)"
cp "$work/good.db" "$state/usher.db"
if [ "$(id -u)" -eq 0 ]; then
  chown 12345 "$state/usher.db"
  doctor "a journal of somebody else" 2
  contains "names whose it is" "belongs to 12345" "$(said files)"
  contains "and is not used" "another user" "$(said store)"
  chown 0 "$state/usher.db"
else
  skip "a journal of somebody else" "not root"
fi
XDG_STATE_HOME=/dev/null doctor "a folder that cannot be" 1
contains "names what helps" "XDG_STATE_HOME" "$(said store)"
doctor "mended" 0

LC_ALL=xx_YY.UTF-8 run --config "$broken" doctor --format json
contains "a locale that is not installed is named" "xx_YY.UTF-8 is not installed" "$(said locale)"
LC_ALL=C run --config "$broken" doctor --format json
contains "one without UTF-8" "C.UTF-8" "$(said locale)"
if command -v python3 >/dev/null; then
  terminal_says() { # term columns rows
    TERM=$1 python3 "$top_srcdir/tests/lib/terminal.py" --columns "$2" --rows "$3" -- \
      "$usher_program" --config "$broken" doctor --format jsonl 2>&1 | grep '"terminal"'
  }
  contains "a terminal that is known" '"ok"' "$(terminal_says xterm 80 24)"
  contains "one that is dumb" 'the console does not' "$(terminal_says dumb 80 24)"
  contains "one that is not known" 'does not know the terminal' "$(terminal_says no-such-thing 80 24)"
  contains "one that is too small" 'too small' "$(terminal_says xterm 30 8)"
else
  skip "terminals" "no python3"
fi

# --- the way ---

dead_port=1 # one that was free a moment ago may be another test's by now
with -e "s|^login_url.*|login_url = https://nowhere.invalid|" -e "s|^graph_url.*|graph_url = https://nowhere.invalid|"
doctor "a name that does not resolve" 4
contains "is said" "nowhere.invalid cannot be resolved" "$(said names)"
contains "and hides the rest" "not checked because “names” failed" "$(said tls)"
HTTPS_PROXY=http://127.0.0.1:$dead_port doctor "a proxy that is not there" 4
contains "it is named" "127.0.0.1:$dead_port for nowhere.invalid (HTTPS_PROXY)" "$(said proxy)"
contains "it is what cannot be reached" "failed" "$(said tls)"
contains "and what is to be mended" "the proxy: correct its address in HTTPS_PROXY" "$(said tls)"
https_proxy=http://user:hidden@127.0.0.1:$dead_port doctor "a proxy with a password" 4
empty "its password is not shown" "$(printf %s "$out" | grep hidden)"
https_proxy=http://127.0.0.1:1 no_proxy=.invalid doctor "a host that needs no proxy" 4
contains "says by what" "none is used for nowhere.invalid (no_proxy)" "$(said proxy)"
with -e "s|^login_url.*|login_url = http://127.0.0.1:$dead_port|"
doctor "a service that is not there" 4
contains "is named" "127.0.0.1" "$(said tls)"

if command -v openssl >/dev/null; then
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 >/dev/null 2>&1
  "$sim_program" --port 0 --tls "$work/cert.pem" "$work/key.pem" --write-config "$work/tls.conf" \
    --with-parent >"$work/tls.ready" 2>&1 &
  tls_pid=$!
  if wait_for 30 test -s "$work/tls.conf"; then
    sed '/^ca_bundle/d' "$work/tls.conf" >"$work/untrusted.conf"
    broken=$work/untrusted.conf
    chmod 600 "$broken"
    doctor "a certificate that nobody knows" 4
    contains "says what helps" "ca_bundle" "$(said tls)"
    sed "s|^tenant = .*|&\nca_bundle = $work/cert.pem|" "$broken" >"$work/trusted.conf"
    broken=$work/trusted.conf
    chmod 600 "$broken"
    run --config "$broken" doctor --format json
    contains "with it the certificate is good" "its certificate is good" "$(said tls)"
  else
    skip "TLS" "the simulator serves none: $(cat "$work/tls.ready")"
  fi
  kill "$tls_pid" 2>/dev/null
fi

# A certificate that has ended, as one whose machine has lost its clock finds all of them.
ended() {
  openssl req -new -newkey rsa:2048 -nodes -keyout "$work/ended.key" -out "$work/ended.csr" \
    -subj /CN=localhost &&
    printf 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:TRUE\n' >"$work/ended.ext" &&
    openssl x509 -req -in "$work/ended.csr" -signkey "$work/ended.key" -days -1 \
      -extfile "$work/ended.ext" -out "$work/ended.pem"
}
if command -v openssl >/dev/null && ended >/dev/null 2>&1; then
  "$sim_program" --port 0 --tls "$work/ended.pem" "$work/ended.key" --write-config "$work/ended.conf" \
    --with-parent >"$work/ended.ready" 2>&1 &
  ended_pid=$!
  wait_for 30 test -s "$work/ended.conf"
  sed -e '/^ca_bundle/d' -e "s|^tenant = .*|&\nca_bundle = $work/ended.pem|" "$work/ended.conf" \
    >"$work/late.conf"
  broken=$work/late.conf
  chmod 600 "$broken"
  doctor "a certificate that is not valid now" 4
  contains "asks about the clock" "Is it really $(date +%Y)" "$(said tls)"
  contains "and says how it is set" "timedatectl" "$(said tls)"
  kill "$ended_pid"
else
  skip "a certificate that has ended" "openssl makes none"
fi

# A service whose clock is off by so many seconds, and that knows nothing else.
if command -v python3 >/dev/null; then
  cat >"$work/clock.py" <<'PYTHON'
import email.utils, http.server, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def date_time_string(self, timestamp=None):
        return email.utils.formatdate(time.time() + int(sys.argv[1]), usegmt=True)
    def do_GET(self):
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()
    do_POST = do_GET
    def log_message(self, *arguments):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
  clock_off() { # what seconds status
    rm -f "$work/clock.port"
    python3 "$work/clock.py" "$2" >"$work/clock.port" &
    clock_pid=$!
    wait_for 30 test -s "$work/clock.port"
    with -e "s|^login_url.*|login_url = http://127.0.0.1:$(cat "$work/clock.port")|" \
      -e "s|^graph_url.*|graph_url = http://127.0.0.1:$(cat "$work/clock.port")|"
    doctor "$1" "$3"
    kill "$clock_pid"
    wait "$clock_pid" 2>/dev/null
  }
  python3 -c 'import socket
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(8)
print(listener.getsockname()[1], flush=True)
while True:
    listener.accept()[0].recv(1) and None' >"$work/broken.port" &
  broken_pid=$!
  wait_for 30 test -s "$work/broken.port"
  with -e "s|^login_url.*|login_url = http://127.0.0.1:$(cat "$work/broken.port")|"
  doctor "a service that breaks off" 4
  contains "with how to look closer" "curl -v http://127.0.0.1" "$(said tls)"
  kill "$broken_pid"
  wait "$broken_pid" 2>/dev/null
  # In the middle of a minute: what a busy machine takes in between is part of it.
  clock_off "a clock that is a little behind" 210 3
  contains "is a warning with the way it is off" "warn | 3 min behind" "$(said clock)"
  clock_off "one that is ahead" -210 3
  contains "is one as well" "warn | 3 min ahead" "$(said clock)"
  clock_off "one that is far off is a failure" 1200 1
  contains "with what to do" "timedatectl" "$(said clock)"
else
  skip "clocks" "no python3"
fi

# --- the tenant ---

with -e 's/simulated-secret/wrong/'
doctor "a wrong secret" 3
contains "fails the token" "failed" "$(said token)"
contains "and nothing further is guessed" "not checked because “token” failed" "$(said group)"

with -e 's/^client_id.*/client_id = 51515151-0000-4000-8000-0000000000ac/'
doctor "an application without consent" 5
contains "says that nothing is granted" "nothing is granted" "$(said permissions)"
contains "and where it is" "/contoso.com/adminconsent?client_id=51515151-0000-4000-8000-0000000000ac" \
  "$(said permissions)"

with -e 's/^client_id.*/client_id = 51515151-0000-4000-8000-0000000000ab/'
doctor "an application that may only read" 0
contains "lacks what changes need" "User.ReadWrite.All is not granted; it is needed for: create" "$(said permissions)"
contains "and says where it is granted" "adminconsent" "$(said permissions)"
empty "but not what it has" "$(said permissions | grep '^[^|]*| User.Read.All')"

with -e 's/^group = Specialists/group = Specialits/'
doctor "a group that is not there" 6
contains "is named" "Specialits" "$(said group)"
contains "with the key" "[roster specialists] group" "$(said group)"
contains "its seats are not checked" "not-checked" "$(said seats)"
with -e 's/^group = Specialists/group = All staff/'
doctor "a group by a rule is a warning" 0
contains "that says what goes" "can be listed, not added" "$(said group)"
with -e '/^\[roster specialists\]/,/^\[roster guests/s/^domain = .*/domain = fabrikam.com/'
doctor "a domain of somebody else" 2
contains "names those that are ours" "contoso.onmicrosoft.com" "$(said domain)"
with -e 's/^mail_from = .*/mail_from = nobody@contoso.com/'
doctor "a sender that is not there" 6
contains "is named" "nobody@contoso.com" "$(said mail)"
with -e 's/^accounts = .*/accounts = breakgloss1@contoso.com/'
doctor "a guarded account that there is not" 0
contains "is named" "nobody has the user name breakgloss1@contoso.com" "$(said guard)"
sim_graph PATCH /users/breakglass2@contoso.com '{"mail":"emergency@contoso.com"}' >/dev/null
with -e 's/^accounts = .*/accounts = emergency@contoso.com/'
doctor "one that is named by another address" 0
contains "is found" "breakglass2@contoso.com is guarded" "$(said guard)"
with -e 's/^groups = .*/groups = Emergancy/'
doctor "a guarded group that there is not" 6
contains "is named as well" "Emergancy" "$(said guard)"
with -e '/^mail_from/d'
doctor "no sender is a warning" 0
contains "with the key" "mail_from" "$(said mail)"
with -e 's/^mail_via = .*/mail_via = smtp/'
doctor "SMTP without a server" 2
contains "names the key" "[smtp] url" "$(said mail)"
start_sim --seats 5
with -e ''
doctor "no seats left is a warning" 0
contains "with what to do" "buy seats" "$(said seats)"

# A service that is down, or asks for more patience than who looks on has.
sim_faults 'path=/v1.0,429=100%,retry-after=120'
doctor "a service that asks for patience" 4
contains "is said, not waited for" "tenant" "$(printf '%s' "$out" | jq -r '.[] | select(.status == "failed") | .check')"
sim_faults none
rm -f "$HOME/.local/state/usher/locks/"*.pace

# What a rule of ours refuses is no matter of permissions.
exits "no seat is refused" 5 create --first Ada --last King --mobile '+49 151 23456789' \
  --email ada@partner.example --sponsor svc-usher@contoso.com --dry-run
empty "and nobody is sent to doctor's permissions" "$(printf %s "$err" | grep 'what is granted')"

# --- for a person ---

with -e 's/^client_id.*/client_id = 51515151-0000-4000-8000-0000000000ac/'
exits "as a table" 5 --config "$broken" doctor --format table
contains "the address is whole" \
  "adminconsent?client_id=51515151-0000-4000-8000-0000000000ac" "$out"
with -e 's/^client_id.*/client_id = 51515151-0000-4000-8000-0000000000ab/'
exits "what many findings have in common" 0 --config "$broken" doctor --format table
same "is said once" 1 "$(printf '%s\n' "$out" | grep -c adminconsent)"
with -e 's/^client_id.*/client_id = 51515151-0000-4000-8000-0000000000ac/'
exits "as lines" 5 --config "$broken" doctor --format tsv --no-header
contains "for other programs" "permissions	failed	nothing is granted" "$out"
done_testing
