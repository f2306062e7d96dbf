#!/bin/sh
# Signing in as an app: certificates in every form, a federated token, from a
# bare environment as cron has it; claims challenges, refusals, clocks. The
# simulator checks signature, thumbprint, audience, times and jti.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
command -v openssl >/dev/null || skip_all "openssl is not installed"

keys=$work/keys
mkdir -m 700 "$keys"
make_pair() { # name
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=usher -days 2 \
    -keyout "$keys/$1.key" -out "$keys/$1.crt" 2>/dev/null
  (umask 077 && cat "$keys/$1.key" "$keys/$1.crt" >"$keys/$1.pem")
}
make_pair known
make_pair unknown
(umask 077
  openssl pkcs12 -export -passout pass:'s3 cret' -in "$keys/known.crt" -inkey "$keys/known.key" \
    -out "$keys/known.pfx"
  openssl pkcs8 -topk8 -passout pass:'s3 cret' -in "$keys/known.key" -out "$keys/locked.pem"
  cat "$keys/known.crt" >>"$keys/locked.pem")
(umask 077
  openssl pkcs12 -export -legacy -passout pass:'s3 cret' -in "$keys/known.crt" \
    -inkey "$keys/known.key" -out "$keys/legacy.pfx" 2>/dev/null)
start_sim --certificate "$keys/known.crt"
# A base configuration to add the way of signing in to.
grep -vE '^(sign_in|credentials)' "$work/usher.conf" >"$work/base.conf"
profile() { # line...
  for profile_line; do
    printf '%s\n' "$profile_line"
  done >"$work/lines"
  sed "/^\[profile contoso\]/r $work/lines" "$work/base.conf" >"$work/test.conf"
  chmod 600 "$work/test.conf"
  USHER_CONFIG=$work/test.conf
}
tokens_asked() {
  sim_requests '.path | endswith("oauth2/v2.0/token")' | wc -l
}
refuses() { # what words
  exits "$1" 3 whoami
  for refuses_word in $2; do
    contains "$1: says $refuses_word" "$refuses_word" "$err"
  done
}
doctor_says() { # check
  jq -r ".[] | select(.check == \"$1\") | .status" "$work/out"
}

# --- certificates ---
profile 'sign_in = client-certificate' "certificate = $keys/known.pem" 'credentials = keyring'
exits "a certificate in PEM signs in, without any keyring" 0 whoami --format json
contains "as the application" "51515151-0000-4000-8000-0000000000aa" "$out"
exits "login" 0 login
contains "says with what" "with the certificate $keys/known.pem" "$err"
exits "logout has nothing to forget" 0 logout
exits "doctor" 0 doctor --format json
same "needs no keyring then" ok "$(doctor_says keyring)"
same "warns of a certificate that ends soon" warn \
  "$(doctor_says certificate)"
ok "names it as the portal does" jq -e '.[] | select(.check == "certificate") |
  .detail | test("thumbprint [0-9A-F]{40}")' "$work/out"
exits "list" 0 list --live --format json
ok "gives accounts" jq -e 'length > 5' "$work/out"
env -i PATH=/usr/bin:/bin HOME="$HOME" "$usher_program" --config "$work/test.conf" list --live \
  --format tsv >"$work/cron.out" 2>"$work/cron.err" </dev/null
same "as cron runs it" 0 $?
same "with what is there" "$(jq length "$work/out")" "$(($(wc -l <"$work/cron.out") - 1))"

profile 'sign_in = client-certificate' 'certificate = keys/known.pem'
exits "a file beside the configuration, wherever usher is started" 0 whoami
profile 'sign_in = client-certificate' 'certificate = ~/known.pem'
cp "$keys/known.pem" "$HOME/known.pem"
exits "a file at home" 0 whoami
profile 'sign_in = client-certificate' "certificate = $keys/known.pem" \
  'certificate_algorithm = rs256' 'credentials = keyring'
exits "RS256 by setting" 0 whoami
profile 'sign_in = client-certificate' "certificate = file:$keys/known.crt" \
  "certificate_key = file:$keys/known.key"
chmod 600 "$keys/known.key"
exits "key and certificate apart, by address" 0 whoami
profile 'sign_in = client-certificate' "certificate = $keys/known.crt" \
  "certificate_key = $keys/known.key"
chmod 644 "$keys/known.crt"
exits "doctor, apart" 0 doctor --format json
same "a certificate without its key is no secret" ok "$(doctor_says files)"
legacy=legacy.pfx
[ -s "$keys/legacy.pfx" ] || legacy=
for place in known.pfx locked.pem $legacy; do
  profile 'sign_in = client-certificate' "certificate = $keys/$place" 'credentials = environment' \
    'credentials_variable = CERT_PASS'
  CERT_PASS='s3 cret' exits "$place with its passphrase from the credentials" 0 whoami
  CERT_PASS=wrong refuses "$place with a wrong one" "passphrase $place"
  empty "which is not told" "$(printf '%s\n' "$err" | grep wrong)"
  refuses "$place with none" "encrypted CERT_PASS"
done
profile 'sign_in = client-certificate' "certificate = $keys/unknown.pem"
refuses "a certificate that is not registered" "AADSTS700027 Upload"
exits "doctor knows it, too" 3 doctor --format json
profile 'sign_in = client-certificate' "certificate = $keys/nowhere.pem"
refuses "a missing file" "nowhere.pem"
exits "doctor without it" 3 doctor --format json
same "says that it is the certificate" failed \
  "$(doctor_says certificate)"
mkfifo "$keys/pipe"
profile 'sign_in = client-certificate' "certificate = $keys/pipe"
refuses "a pipe that nobody writes to" "plain"
profile 'sign_in = client-certificate' "certificate = $keys/known.crt"
refuses "a certificate alone" "certificate_key"
profile 'sign_in = client-certificate' "certificate = $keys/unknown.crt" \
  "certificate_key = $keys/known.key"
refuses "two that do not fit" "together"
cp "$keys/known.pem" "$keys/open.pem"
chmod 644 "$keys/open.pem"
profile 'sign_in = client-certificate' "certificate = $keys/open.pem"
refuses "a key that others can read" "644 chmod"
profile 'sign_in = client-certificate' "certificate = pkcs11:object=usher"
OPENSSL_ENGINES=/nonexistent refuses "a token without its provider" "pkcs11"
if command -v faketime >/dev/null; then
  profile 'sign_in = client-certificate' "certificate = $keys/known.pem"
  faketime '+5 days' "$usher_program" whoami >"$work/out" 2>"$work/err"
  same "an expired certificate" 3 $?
  contains "says since when" "expired on 20" "$(cat "$work/err")"
fi

# A key that never leaves its PKCS#11 token, through whichever of provider and engine there is.
module=
for place in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so \
  /usr/lib64/pkcs11/libsofthsm2.so /usr/lib/pkcs11/libsofthsm2.so; do
  [ ! -e "$place" ] || module=$place
done
if [ "$module" ] && command -v softhsm2-util >/dev/null &&
  { openssl engine -t pkcs11 | grep -q available || openssl list -providers -provider pkcs11; } \
    >/dev/null 2>&1; then
  mkdir "$work/tokens"
  printf 'directories.tokendir = %s\n' "$work/tokens" >"$work/softhsm2.conf"
  # The engine leaves memory behind as it is unloaded; the other tests look for ours.
  asan=${ASAN_OPTIONS:-}
  ASAN_OPTIONS=$asan:detect_leaks=0
  SOFTHSM2_CONF=$work/softhsm2.conf PKCS11_MODULE_PATH=$module PKCS11_PROVIDER_MODULE=$module
  export SOFTHSM2_CONF PKCS11_MODULE_PATH PKCS11_PROVIDER_MODULE
  softhsm2-util --init-token --free --label usher --pin 1234 --so-pin 5678 >/dev/null
  openssl pkcs8 -topk8 -nocrypt -in "$keys/known.key" -out "$work/import.pem"
  softhsm2-util --import "$work/import.pem" --token usher --label contoso --id 01 --pin 1234 >/dev/null
  rm "$work/import.pem"
  profile 'sign_in = client-certificate' "certificate = $keys/known.crt" \
    'certificate_key = pkcs11:token=usher;object=contoso;type=private' \
    'credentials = environment' 'credentials_variable = PIN'
  PIN=1234 exits "a key in a PKCS#11 token" 0 whoami
  empty "of which nothing else is said" "$err"
  PIN=4321 refuses "a wrong PIN" "PIN pkcs11"
  refuses "no PIN" "passphrase"
  PIN=1234 exits "after that it still opens" 0 whoami
  sed -i 's/object=contoso/object=nobody/' "$work/test.conf"
  PIN=1234 refuses "a key that is not in the token" "object=nobody"
  sed -i -e 's/object=nobody/object=contoso/' \
    -e '/^certificate_key/a certificate_algorithm = rs256' "$work/test.conf"
  PIN=1234 exits "RS256 by the token" 0 whoami
  unset SOFTHSM2_CONF PKCS11_MODULE_PATH PKCS11_PROVIDER_MODULE
  ASAN_OPTIONS=$asan
else
  skip "a key in a PKCS#11 token" "softhsm2 and OpenSSL's engine or provider are not installed"
fi

# A key in a TPM, a simulated one.
tpm_end() {
  [ -z "${tpm_pid:-}" ] || kill "$tpm_pid" 2>/dev/null
  tpm_pid=
}
tpm_key() { # a key that the TPM keeps, with a PIN, and a certificate of it
  tpm2 createprimary -Q -C o -c "$work/primary" && tpm2 flushcontext -t &&
    tpm2 create -Q -C "$work/primary" -G rsa2048 -u "$work/tpm.pub" -r "$work/tpm.priv" -p 1234 &&
    tpm2 flushcontext -t &&
    tpm2 load -Q -C "$work/primary" -u "$work/tpm.pub" -r "$work/tpm.priv" -c "$work/tpm.ctx" &&
    tpm2 flushcontext -t && tpm2 evictcontrol -Q -C o -c "$work/tpm.ctx" 0x81000001 &&
    tpm2 flushcontext -t &&
    openssl req -provider tpm2 -provider default -propquery '?provider=tpm2' -x509 -days 2 \
      -subj /CN=tpm -key 'handle:0x81000001?pass' -passin pass:1234 -out "$keys/tpm.crt"
}
modules=${OPENSSL_MODULES:-$(openssl version -m | sed 's/^[^"]*"\(.*\)"$/\1/')}
if command -v swtpm >/dev/null && command -v tpm2 >/dev/null && command -v python3 >/dev/null &&
  [ -e "$modules/tpm2.so" ]; then
  mkdir "$work/tpm"
  # It takes two ports that follow each other.
  tpm_port=$(python3 -c 'import socket
while True:
    one, two = socket.socket(), socket.socket()
    one.bind(("127.0.0.1", 0))
    port = one.getsockname()[1]
    try:
        two.bind(("127.0.0.1", port + 1))
    except OSError:
        continue
    print(port)
    break')
  swtpm socket --tpm2 --tpmstate "dir=$work/tpm" --server "type=tcp,port=$tpm_port" \
    --ctrl "type=tcp,port=$((tpm_port + 1))" --flags not-need-init,startup-clear \
    >"$work/swtpm" 2>&1 &
  tpm_pid=$!
  trap 'tpm_end; sim_cleanup' EXIT
  TPM2TOOLS_TCTI=swtpm:port=$tpm_port TPM2OPENSSL_TCTI=swtpm:port=$tpm_port TSS2_LOG=all+NONE
  export TPM2TOOLS_TCTI TPM2OPENSSL_TCTI TSS2_LOG
  wait_for 30 tpm2 getrandom -Q 4 2>/dev/null
  if tpm_key >"$work/tpm.log" 2>&1; then
    sim_post /sim/certificate "$(cat "$keys/tpm.crt")" >/dev/null
    profile 'sign_in = client-certificate' "certificate = $keys/tpm.crt" \
      'certificate_key = handle:0x81000001?pass' 'credentials = environment' \
      'credentials_variable = PIN'
    PIN=1234 exits "a key in a TPM" 0 whoami
    PIN=4321 refuses "a wrong PIN for it" "PIN"
    sed -i '/^certificate_key/a certificate_algorithm = rs256' "$work/test.conf"
    PIN=1234 exits "RS256 by the TPM" 0 whoami
    sim_post /sim/certificate "$(cat "$keys/known.crt")" >/dev/null
  else
    fail "the TPM makes a key" "$(cat "$work/tpm.log" "$work/swtpm")"
  fi
  tpm_end
  unset TPM2TOOLS_TCTI TPM2OPENSSL_TCTI TSS2_LOG
else
  skip "a key in a TPM" "swtpm, tpm2-tools and tpm2-openssl are not installed"
fi

sim_post '/sim/clock?advance=1h' >/dev/null
profile 'sign_in = client-certificate' "certificate = $keys/known.pem"
refuses "a clock that is wrong" "AADSTS700024 clock"
sim_post /sim/reset >/dev/null

# --- a federated token from a file ---
b64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
jwt() { # key audience subject seconds
  jwt_text=$(printf '{"alg":"RS256","typ":"JWT","kid":"k"}' | b64url).$(printf \
    '{"iss":"https://issuer.example","sub":"%s","aud":"%s","exp":%s}' "$3" "$2" \
    $(($(date +%s) + $4)) | b64url)
  printf '%s.%s' "$jwt_text" "$(printf %s "$jwt_text" | openssl dgst -sha256 -sign "$1" | b64url)"
}
exchange=api://AzureADTokenExchange
openssl pkey -in "$keys/known.key" -pubout -out "$keys/issuer.pub"
sim_post '/sim/federation?issuer=https://issuer.example&subject=repo:usher' \
  "$(cat "$keys/issuer.pub")" >/dev/null
profile 'sign_in = federated-token' "token_file = $work/token"
jwt "$keys/known.key" $exchange repo:usher 600 >"$work/token"
echo >>"$work/token"
exits "a federated token signs in" 0 whoami
exits "login" 0 login
contains "says with what" "with the token in $work/token" "$err"
jwt "$keys/unknown.key" $exchange repo:usher 600 >"$work/token"
refuses "the file is read anew: a foreign signature" "AADSTS700027"
jwt "$keys/known.key" $exchange repo:other 600 >"$work/token"
refuses "another subject" "AADSTS700213 federated"
jwt "$keys/known.key" api://other repo:usher 600 >"$work/token"
refuses "another audience" "AADSTS700212"
jwt "$keys/known.key" $exchange repo:usher -10 >"$work/token"
refuses "one that has ended" "AADSTS700024"
echo "no token at all" >"$work/token"
refuses "no token" "token_file"
rm "$work/token"
refuses "no file" "$work/token"
profile 'sign_in = federated-token'
exits "neither setting nor variable" 2 whoami
contains "names the setting" "token_file" "$err"
jwt "$keys/known.key" $exchange repo:usher 600 >"$work/token"
AZURE_FEDERATED_TOKEN_FILE=$work/token exits "the variable of workload identity" 0 whoami

# --- continuous access evaluation ---
profile 'sign_in = client-certificate' "certificate = $keys/known.pem"
sim_post /sim/sign-in challenge=on >/dev/null
before=$(tokens_asked)
exits "a claims challenge is met" 0 list --live --format json
same "with one more token" 2 $(($(tokens_asked) - before))
contains "which was asked for with the claims" 'nbf' "$(sim_get '/sim/requests?bodies=1' |
  jq -r 'select(.path | endswith("oauth2/v2.0/token")) | .body' | tail -1)"
sim_post /sim/sign-in challenge=always >/dev/null
before=$(tokens_asked)
exits "one that cannot be met" 3 list --live
contains "is said" "continuous access evaluation" "$err"
same "and not asked for over and over" 2 $(($(tokens_asked) - before))
sim_post /sim/sign-in none >/dev/null

# --- refusals ---
for refusal in '7000215 value' '7000222 expired' '700016 client_id' '90002 tenant' \
  '50076 factor' '53000 device' '53003 Conditional' '65001 consent' '90094 administrator' \
  '50057 disabled' '50055 password' '700024 clock' '123456 123456'; do
  sim_post /sim/sign-in "refuse=${refusal% *}" >/dev/null
  refuses "AADSTS${refusal% *}" "AADSTS$refusal"
done
sim_post /sim/sign-in none >/dev/null
exits "and then it works again" 0 whoami
same "nonsense is refused by the simulator" 400 "$(curl -sS -o /dev/null -w '%{http_code}' \
  -X POST --data-binary refuse=many "$sim_url/sim/sign-in")"
done_testing
