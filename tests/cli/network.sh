#!/bin/sh
# The way to the service as curl's users expect it: proxies with and without a
# password, no_proxy, an own certificate authority, IPv6, HTTP/2. Nothing of a
# proxy's password is told.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
for tool in openssl python3; do
  command -v "$tool" >/dev/null || skip_all "$tool is not installed"
done

name=tenant.usher.test # a name that nobody resolves: only a proxy gets there
certify() { # file subject alternative-names
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$2" -keyout "$work/$1.key" -out "$work/$1.csr" \
    2>/dev/null
  printf 'subjectAltName=%s\n' "$3" >"$work/$1.ext"
  openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial \
    -days 2 -extfile "$work/$1.ext" -out "$work/$1.pem" 2>/dev/null
}
openssl req -x509 -newkey rsa:2048 -nodes -subj '/CN=An authority of ours' -days 2 \
  -addext basicConstraints=critical,CA:TRUE -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
certify good "$name" "DNS:$name,DNS:localhost,IP:127.0.0.1,IP:::1"
certify wrong other.usher.test DNS:other.usher.test

helpers=
help_with() { # name option...: starts it, sets $port
  help_name=$1
  shift
  rm -f "$work/$help_name.port"
  : >"$work/$help_name.log"
  python3 "$top_srcdir/tests/lib/proxy.py" --port-file "$work/$help_name.port" \
    --log "$work/$help_name.log" "$@" 2>"$work/$help_name.err" &
  helpers="$helpers $!"
  wait_for 30 test -s "$work/$help_name.port" || { cat "$work/$help_name.err"; exit 99; }
  port=$(cat "$work/$help_name.port")
}
end() {
  # shellcheck disable=SC2086
  [ -z "$helpers" ] || kill $helpers 2>/dev/null
  sim_cleanup
}
trap end EXIT

at() { # url [line...]: the configuration for a tenant there
  at_url=$1
  shift
  for at_line; do printf '%s\n' "$at_line"; done >"$work/lines"
  sed -e "s|^login_url.*|login_url = $at_url|" -e "s|^graph_url.*|graph_url = $at_url|" \
    -e "/^\[profile contoso\]/r $work/lines" "$work/usher.conf" >"$work/test.conf"
  chmod 600 "$work/test.conf"
  USHER_CONFIG=$work/test.conf
}
log_has() { # name words
  grep -qF "$2" "$work/$1.log"
}

start_sim --tls "$work/good.pem" "$work/good.key" --specialists 20
sim_port=${sim_url##*:}
ca="ca_bundle = $work/ca.pem"

# --- certificate authorities ---
at "$sim_url" "$ca"
exits "ca_bundle" 0 list --live --format json
at "$sim_url"
exits "an authority that nobody knows" 4 whoami
contains "is named as that" "ca_bundle" "$err"
SSL_CERT_FILE=$work/ca.pem exits "SSL_CERT_FILE" 0 whoami
CURL_CA_BUNDLE=$work/ca.pem SSL_CERT_FILE=$work/nothing exits "CURL_CA_BUNDLE goes before it" 0 whoami
mkdir "$work/certs"
cp "$work/ca.pem" "$work/certs/$(openssl x509 -hash -noout -in "$work/ca.pem").0"
SSL_CERT_DIR=$work/certs exits "SSL_CERT_DIR" 0 whoami
SSL_CERT_FILE=$work/nothing exits "a file that is not there" 4 whoami
contains "is named" "$work/nothing" "$err"
# The system's are out as soon as there are others.
if [ -d /etc/ssl/certs ] && unshare -m true 2>/dev/null; then
  openssl req -x509 -newkey rsa:2048 -nodes -subj '/CN=Another authority' -days 2 \
    -keyout "$work/other.key" -out "$work/other.pem" 2>/dev/null
  mkdir "$work/others"
  cp "$work/other.pem" "$work/others/$(openssl x509 -hash -noout -in "$work/other.pem").0"
  cp "$work/ca.pem" "$work/certs/ca-certificates.crt"
  in_a_system() { # the authority of ours is the system's
    unshare -m sh -c 'mount --bind "$0" /etc/ssl/certs && exec "$@"' "$work/certs" \
      "$usher_program" whoami >"$work/out" 2>"$work/err" </dev/null
  }
  in_a_system
  same "the system's authority" 0 $?
  at "$sim_url" "ca_bundle = $work/other.pem"
  in_a_system
  same "is not trusted beside ca_bundle" 4 $?
  at "$sim_url"
  SSL_CERT_FILE=$work/other.pem in_a_system
  same "nor beside SSL_CERT_FILE" 4 $?
  SSL_CERT_DIR=$work/others in_a_system
  same "nor beside SSL_CERT_DIR" 4 $?
else
  skip "the system's authorities" "no mounts of our own here"
fi
at "$sim_url" "ca_bundle = $work/missing.pem"
SSL_CERT_FILE=$work/ca.pem exits "the configuration goes before the environment" 4 whoami
contains "and is named" "$work/missing.pem" "$err"

# --- proxies ---
help_with open --map "$name=$sim_port"
open_port=$port
help_with closed --map "$name=$sim_port" --auth 'jo:pa$$ wort'
closed_port=$port
at "https://$name" "$ca"
exits "a name that only the proxy knows, without it" 4 whoami
contains "is not reached" "$name" "$err"
https_proxy=http://127.0.0.1:$open_port exits "https_proxy" 0 list --live --format json
same "all of it goes there" 0 "$(jq 'length > 10 | not' "$work/out" | grep -c true)"
ok "by CONNECT" log_has open "CONNECT $name:443 200"
HTTPS_PROXY=http://127.0.0.1:$open_port exits "HTTPS_PROXY" 0 whoami
all_proxy=http://127.0.0.1:$open_port exits "all_proxy" 0 whoami
: >"$work/open.log"
https_proxy=http://127.0.0.1:$open_port no_proxy=usher.test exits "no_proxy goes past it" 4 whoami
empty "so that it sees nothing" "$(cat "$work/open.log")"
https_proxy=http://127.0.0.1:$open_port no_proxy=other.test,10.0.0.0 \
  exits "no_proxy for others" 0 whoami
at "$sim_url" "$ca"
: >"$work/open.log"
https_proxy=http://127.0.0.1:$open_port exits "this machine is reached without it" 0 whoami
empty "so that it sees nothing" "$(cat "$work/open.log")"

at "https://$name" "$ca"
https_proxy=http://jo:pa%24%24%20wort@127.0.0.1:$closed_port exits "with name and password" 0 whoami
ok "after they were asked for" log_has closed "CONNECT $name:443 407"
https_proxy=http://127.0.0.1:$closed_port exits "without them" 4 whoami
contains "the proxy is what refused" "proxy" "$err"
contains "and how to give them is said" "USER:PASSWORD" "$err"
https_proxy=http://jo:s3cretive@127.0.0.1:$closed_port exits "with wrong ones" 4 --debug whoami
empty "which nobody is told" "$(grep -rl s3cretive "$work/out" "$work/err" "$HOME" 2>/dev/null)"
at "https://elsewhere.usher.test" "$ca"
https_proxy=http://127.0.0.1:$open_port exits "a proxy that does not want to" 4 whoami
contains "says so" "403" "$err"
at "https://$name" "$ca"
https_proxy=http://no-such-proxy.usher.test:3128 exits "a proxy that is not there" 4 whoami
contains "is named as that" "https_proxy" "$err"
for address in 'http://jo:s3cretive pass@127.0.0.1:1' 'http://jo:s3cre/tive@127.0.0.1:1' \
  'ftp://jo:s3cretive@127.0.0.1:1' 'http://jo:s3cretive@127.0.0.1:99999'; do
  https_proxy=$address exits "no address of a proxy: $address" 4 --debug whoami
  contains "is said" "https_proxy holds no address" "$err"
  https_proxy=$address exits "doctor" 4 doctor
  contains "says so, too" "https_proxy holds no address" "$out"
  empty "and nothing of the password" "$(grep -rl s3cre "$work/out" "$work/err" "$HOME" 2>/dev/null)"
done
help_with tls --map "$name=$sim_port" --tls "$work/good.pem" "$work/good.key"
https_proxy=https://localhost:$port exits "a proxy that itself speaks TLS" 0 whoami
ok "is used" log_has tls "CONNECT $name:443 200"

# --- a certificate for another name ---
start_sim --tls "$work/wrong.pem" "$work/wrong.key"
help_with bent --map "$name=${sim_url##*:}"
at "https://$name" "$ca"
https_proxy=http://127.0.0.1:$port exits "a certificate of another name" 4 whoami
empty "gets no token request" "$(curl -sS --cacert "$work/ca.pem" --connect-to \
  "other.usher.test:443:127.0.0.1:${sim_url##*:}" https://other.usher.test/sim/requests)"

# --- IPv6 ---
start_sim
if [ -e /proc/net/if_inet6 ] && grep -q '^0\{31\}1 ' /proc/net/if_inet6; then
  help_with six --forward "${sim_url##*:}" --ipv6
  at "http://[::1]:$port"
  exits "IPv6" 0 list --live --format json
  ok "is used" log_has six forward
  run doctor
  contains "doctor knows its addresses" "[::1] is an address, not a name" "$out"
else
  skip "IPv6" "this machine has none"
fi

# --- HTTP/2 ---
if command -v nghttpx >/dev/null; then
  nghttpx --conf=/dev/null --workers=1 -f"unix:$work/h2.sock" -b"127.0.0.1,${sim_url##*:}" \
    --accesslog-file="$work/h2.access" --accesslog-format='$request' --errorlog-file="$work/h2.err" \
    "$work/good.key" "$work/good.pem" >"$work/h2.out" 2>&1 &
  helpers="$helpers $!"
  if wait_for 30 test -S "$work/h2.sock"; then
    help_with h2 --forward "$work/h2.sock"
    at "https://localhost:$port" "$ca"
    exits "HTTP/2" 0 list --live --format json
    contains "is spoken for tokens" "oauth2/v2.0/token HTTP/2" "$(cat "$work/h2.access")"
    contains "and for Graph" "members/microsoft.graph.user" "$(cat "$work/h2.access")"
    empty "and nothing else" "$(grep -v 'HTTP/2' "$work/h2.access")"
    exits "changes go over it" 0 journal list
  else
    fail "nghttpx starts" "$(cat "$work/h2.out" "$work/h2.err")"
  fi
else
  skip "HTTP/2" "nghttpx is not installed"
fi
done_testing
