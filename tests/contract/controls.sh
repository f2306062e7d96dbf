#!/bin/sh
# The simulator's own outside: options, the ready line, every control, every
# fault, the state that survives, the files that it reads and writes.
. "$top_srcdir/tests/lib/tap.sh"

program=$top_builddir/src/sim/usher-sim
[ -x "$program" ] || skip_all "usher-sim is not built"
for tool in curl jq openssl; do
  command -v "$tool" >/dev/null || skip_all "$tool is not installed"
done
work=$HOME/sim
mkdir -p "$work"
sim_pid=
trap '[ -z "$sim_pid" ] || kill "$sim_pid" 2>/dev/null' EXIT

start() { # options
  rm -f "$work/ready"
  "$program" "$@" >"$work/ready" 2>"$work/err" &
  sim_pid=$!
  wait_for 30 test -s "$work/ready" || { echo "Bail out! not ready: $(cat "$work/err")"; exit 99; }
  url=$(jq -r .url "$work/ready")
}
stop() {
  kill "$sim_pid"
  wait "$sim_pid"
  stopped=$?
  sim_pid=
}
app=51515151-0000-4000-8000-0000000000aa
device=51515151-0000-4000-8000-0000000000dc
specialists=51515151-0000-4000-8000-000000000101
form() { # path field=value...
  path=$1
  shift
  for field; do set -- "$@" --data-urlencode "$field"; shift; done
  curl -sS "$@" "$url$path"
}
sign_in() {
  token=$(form /contoso.com/oauth2/v2.0/token grant_type=client_credentials client_id=$app \
    client_secret=simulated-secret "scope=$url/.default" | jq -r .access_token)
}
graph() { # method path [body]
  curl -sS -X "$1" -H "Authorization: Bearer $token" -H 'ConsistencyLevel: eventual' \
    -H 'client-request-id: mine' ${3:+-H 'Content-Type: application/json' --data "$3"} \
    -o "$work/body" -D "$work/head" -w '%{http_code}' "$url/v1.0$2" 2>"$work/curl"
}
control() { # method path [body]
  curl -sS -X "$1" ${3:+--data-binary "$3"} "$url/sim/$2"
}
user() { # local part
  printf '{"accountEnabled":true,"displayName":"New %s","mailNickname":"%s","usageLocation":"DE",
    "userPrincipalName":"%s@contoso.com","passwordProfile":{"password":"Long-enough-1"}}' "$1" "$1" "$1"
}
value() { jq -r "$1" "$work/body"; }

# Options
status "an unknown option is refused" 2 "$program" --nonsense
status "so is a number out of range" 2 "$program" --accounts 1000001
for number in --accounts --specialists --seats --latency --port --seed; do
  status "so is $number -1" 2 "$program" "$number" -1
  status "and $number many" 2 "$program" "$number" many
  status "and $number beyond all" 2 "$program" "$number" 99999999999999999999
done
status "so is --port 65536" 2 "$program" --port 65536
for file in --state --users-file --port-file --write-config; do
  status "so is a file that cannot be: $file" 2 timeout 20 "$program" "$file" "$work/none/of/it"
done
status "so is a certificate that is not there" 2 timeout 20 "$program" --tls "$work/no" "$work/no"
status "so is an unknown fault" 2 "$program" --faults sneeze=5%
status "so are shares beyond the whole" 2 "$program" --faults 429=60%,500=60%
status "so is a word too many" 2 "$program" more
contains "--help names the options" "--with-parent" "$("$program" --help)"

# Ready
start --accounts 100 --seed 5 --port-file "$work/port" --write-config "$work/usher.conf"
same "the ready line names the tenant" contoso.com "$(jq -r .tenant "$work/ready")"
same "and the application" $app "$(jq -r .client_id "$work/ready")"
same "and the group" $specialists "$(jq -r .groups.Specialists "$work/ready")"
same "the port file holds the port" "${url##*:}" "$(cat "$work/port")"
contains "the configuration points here" "graph_url = $url" "$(cat "$work/usher.conf")"
same "and is private" 600 "$(stat -c %a "$work/usher.conf")"
same "its command gives the secret" simulated-secret \
  "$(sh -c "$(sed -n 's/^credentials_command = //p' "$work/usher.conf")")"
sign_in
graph GET '/users?$count=true&$top=1' >/dev/null
same "--accounts counts the users" 100 "$(value '.["@odata.count"]')"
graph GET "/groups/$specialists/members/\$count" >/dev/null
same "a third are specialists" 33 "$(cat "$work/body")"
graph GET '/users?$top=999' >/dev/null
first=$(jq -c '.value' "$work/body" | cksum)
contains "a client's request id comes back" "client-request-id: mine" "$(tr A-Z a-z <"$work/head")"
contains "every answer has its own" "request-id: " "$(tr A-Z a-z <"$work/head")"
stop
same "SIGTERM ends it well" 0 "$stopped"
start --accounts 100 --seed 5
sign_in
graph GET '/users?$top=999' >/dev/null
same "the same seed gives the same tenant" "$first" "$(jq -c '.value' "$work/body" | cksum)"
stop
start --accounts 100 --seed 6
sign_in
graph GET '/users?$top=999' >/dev/null
[ "$first" != "$(jq -c '.value' "$work/body" | cksum)" ] && pass "another seed another" ||
  fail "another seed another"

# Sign-in
reply() { form /contoso.com/oauth2/v2.0/token "$@" | jq -r '.error // "ok"'; }
same "a wrong secret" invalid_client "$(reply grant_type=client_credentials client_id=$app \
  client_secret=wrong "scope=$url/.default")"
same "an unknown application" unauthorized_client "$(reply grant_type=client_credentials \
  client_id=51515151-0000-4000-8000-000000000000 client_secret=x "scope=$url/.default")"
same "a scope that is not .default" invalid_scope "$(reply grant_type=client_credentials \
  client_id=$app client_secret=simulated-secret "scope=$url/User.Read.All")"
same "another resource" invalid_resource "$(reply grant_type=client_credentials client_id=$app \
  client_secret=simulated-secret scope=https://example.com/.default)"
same "an unknown tenant" invalid_request "$(form /other.example/oauth2/v2.0/token \
  grant_type=client_credentials client_id=$app | jq -r .error)"
begin() {
  form /contoso.com/oauth2/v2.0/devicecode client_id=$device \
    "scope=$url/User.Read.All offline_access" >"$work/device"
  code=$(jq -r .device_code "$work/device") user_code=$(jq -r .user_code "$work/device")
}
poll() {
  form /contoso.com/oauth2/v2.0/token client_id=$device "device_code=$code" \
    grant_type=urn:ietf:params:oauth:grant-type:device_code >"$work/body"
  value '.error // "ok"'
}
begin
same "a code waits" authorization_pending "$(poll)"
same "polling at once is too often" slow_down "$(poll)"
control POST "decline?user_code=$user_code" >/dev/null
same "a declined code" authorization_declined "$(poll)"
same "a wrong code" bad_verification_code "$(code=nonsense; poll)"
begin
control POST "approve?user_code=$user_code" >/dev/null
same "an approved code" ok "$(poll)"
refresh=$(value .refresh_token)
same "a code works once" bad_verification_code "$(poll)"
form /contoso.com/oauth2/v2.0/token grant_type=refresh_token client_id=$device \
  "refresh_token=$refresh" >"$work/body"
[ "$(value .refresh_token)" != "$refresh" ] && [ "$(value .token_type)" = Bearer ] &&
  pass "refreshing gives a new refresh token" || fail "refreshing gives a new refresh token"
token=$(value .access_token)
same "scopes bound what a person may do" 403 "$(graph POST /users "$(user x)")"
begin
control POST 'clock?advance=16m' >/dev/null
same "an old code" expired_token "$(poll)"
sign_in
graph POST /users/svc-usher@contoso.com/revokeSignInSessions >/dev/null
same "revoked sessions end refresh tokens" invalid_grant "$(reply grant_type=refresh_token \
  client_id=$device "refresh_token=$refresh")"
same "the OpenID configuration is served" "$url/51515151-0000-4000-8000-000000000001/oauth2/v2.0/token" \
  "$(curl -sS "$url/common/v2.0/.well-known/openid-configuration" | jq -r .token_endpoint)"
same "so is instance discovery" "$url" "$(curl -sS "$url/common/discovery/instance?api-version=1.1" |
  jq -r .tenant_discovery_endpoint | cut -d/ -f1-3)"

# Faults
answers() { graph GET '/users?$top=1'; }
for fault in 403 429 500 503 504; do
  control POST faults "none,$fault=100%,retry-after=7" >/dev/null
  same "$fault on request" $fault "$(answers)"
  case $fault in 429 | 503) contains "with Retry-After" "Retry-After: 7" "$(cat "$work/head")" ;; esac
done
control POST faults 'none,expire=100%' >/dev/null
same "a token that is refused" 401 "$(answers)"
contains "with a challenge" "WWW-Authenticate: Bearer" "$(cat "$work/head")"
control POST faults 'none,garbage=100%' >/dev/null
answers >/dev/null
jq . "$work/body" >/dev/null 2>&1 && fail "garbage is no JSON" || pass "garbage is no JSON"
control POST faults 'none,truncate=100%' >/dev/null
answers >/dev/null
contains "an answer that is cut off" "transfer closed" "$(cat "$work/curl")"
control POST faults 'none,reset=100%' >/dev/null
graph POST /users "$(user reset)" >/dev/null
[ -s "$work/curl" ] && pass "a line that breaks" || fail "a line that breaks"
control POST faults 'none,lost=100%' >/dev/null
graph POST /users "$(user lost)" >/dev/null
[ -s "$work/curl" ] && pass "an answer that is lost" || fail "an answer that is lost"
control POST faults none >/dev/null
same "what was reset was not done" 404 "$(graph GET /users/reset@contoso.com)"
same "what was lost was done" 200 "$(graph GET /users/lost@contoso.com)"
control POST faults 'slow=100%' >/dev/null
begun=$(date +%s)
answers >/dev/null
[ $(($(date +%s) - begun)) -ge 2 ] && pass "a slow answer" || fail "a slow answer"
control POST faults 'none,hold=1' >/dev/null
done_before=$(control GET requests | wc -l)
graph POST /users "$(user held)" >"$work/held" &
held=$!
one_more() { [ "$(control GET requests | wc -l)" -gt "$done_before" ]; }
wait_for 30 one_more
sleep 0.3
same "after so many changes answers are held back" "" "$(cat "$work/held")"
control POST faults none >/dev/null
wait "$held"
same "until faults are set again" 201 "$(cat "$work/held")"
control POST faults 'none,500=100%,path=/v1.0/groups' >/dev/null
same "faults keep to their path" "200 500" "$(answers) $(graph GET /groups)"
for path in /users/ops@contoso.com /v1.0/users/ops%40contoso.com; do
  control POST faults "none,500=100%,path=$path" >/dev/null
  same "however it is escaped" "500 500" \
    "$(graph GET /users/ops@contoso.com) $(graph GET /users/ops%40contoso.com)"
done
control POST faults 'none,429=50%,seed=9' >/dev/null
one=$(for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do answers; done)
control POST faults 'none,429=50%,seed=9' >/dev/null
same "a seed repeats them" "$one" "$(for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do answers; done)"
contains "some are hit" 429 "$one"
contains "and some are not" 200 "$one"
contains "a mistake is named" "sneeze" "$(control POST faults sneeze=1%)"
control POST faults 'none,replication=600' >/dev/null
graph POST /users "$(user late)" >/dev/null
same "a new object is not found at once" 404 "$(graph GET /users/late@contoso.com)"
same "but its name is taken" 400 "$(graph POST /users "$(user late)")"
found() { [ "$(graph GET /users/late@contoso.com)" = 200 ]; }
control POST 'clock?advance=11m' >/dev/null
ok "it is found later" found
control POST faults none >/dev/null
batch='{"requests":[{"id":"a","method":"GET","url":"/users?$top=1"},{"id":"b","method":"GET","url":"/organization"}]}'
control POST faults 429=100% >/dev/null
same "in a batch each item has the fault" "200 429,429" \
  "$(graph POST '/$batch' "$batch") $(value '[.responses[].status|tostring]|join(",")')"
control POST faults none >/dev/null

# What it tells
control POST reset >/dev/null
graph GET '/users?$top=1' >/dev/null
graph POST '/$batch' "$batch" >/dev/null
control GET requests >"$work/requests"
same "every request is told, and the items of a batch" 4 "$(wc -l <"$work/requests")"
same "an item names its batch" "2 2" "$(jq -r 'select(.batch) | .batch' "$work/requests" | xargs)"
chain='{"requests":[{"id":"a","method":"GET","url":"/users/nobody"},{"id":"b","method":"GET","url":"/organization","dependsOn":["a"]}]}'
graph POST '/$batch' "$chain" >/dev/null
same "also one that was not run, since what it depends on failed" "404 424" \
  "$(control GET 'requests?after=4' | jq -r 'select(.batch) | .status' | xargs)"
control GET 'requests' | head -n 4 >"$work/requests"
same "in order, with all that was asked for" '1 GET /v1.0/users?$top=1 200 mine' \
  "$(head -n 1 "$work/requests" | jq -r '"\(.n) \(.method) \(.path) \(.status) \(.["client-request-id"])"')"
same "stats count them" 7 "$(control GET stats | jq .requests)"
circle='{"requests":[{"id":"a","method":"GET","url":"/organization","dependsOn":["b"]},{"id":"b","method":"GET","url":"/organization","dependsOn":["a"]}]}'
same "items that wait for each other are refused" 400 "$(graph POST '/$batch' "$circle")"
graph POST /users/it-service@contoso.com/sendMail '{"message":{"subject":"Grüße","body":{"content":"Hallo"},
  "toRecipients":[{"emailAddress":{"address":"a@partner.example"}}]}}' >/dev/null
printf 'From: it-service@contoso.com\r\nTo: B <b@partner.example>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n' \
  "$(printf 'Schönen Tag' | base64)" | base64 >"$work/mime"
curl -sS -H "Authorization: Bearer $token" -H 'Content-Type: text/plain' --data-binary "@$work/mime" \
  "$url/v1.0/users/it-service@contoso.com/sendMail"
control GET outbox >"$work/outbox"
same "the outbox holds what was sent" "a@partner.example Grüße Hallo" \
  "$(head -n 1 "$work/outbox" | jq -r '"\(.recipient) \(.subject) \(.body)"')"
same "MIME is decoded" "b@partner.example Grüße Schönen Tag" \
  "$(tail -n 1 "$work/outbox" | jq -r '"\(.recipient) \(.subject) \(.body)"')"
graph POST /invitations '{"invitedUserEmailAddress":"g@partner.example","inviteRedirectUrl":"https://x.example"}' \
  >/dev/null
guest=$(value .invitedUser.id)
control POST "redeem?user=$guest" >/dev/null
graph GET "/users/$guest?\$select=externalUserState" >/dev/null
same "a guest redeems" Accepted "$(value .externalUserState)"
same "who is no guest cannot" "no such pending guest" "$(control POST redeem?user=ops@contoso.com)"
control POST reset >/dev/null
same "a reset takes it all back" "0 0" "$(control GET requests | wc -l) $(control GET outbox | wc -l)"
same "also who was made" 404 "$(graph GET "/users/$guest")"
same "an unknown control" 404 "$(curl -sS -o /dev/null -w '%{http_code}' "$url/sim/nonsense")"

# Licences
graph POST /users "$(user lena)" >/dev/null
lena=$(value .id)
# In one batch, since the licence comes soon.
join_batch() {
  printf '{"requests":[{"id":"a","method":"POST","url":"/groups/%s/members/$ref","body":{"@odata.id":"%s"},"headers":{"Content-Type":"application/json"}},{"id":"b","dependsOn":["a"],"method":"GET","url":"/users/%s?$select=licenseAssignmentStates"}]}' \
    "$specialists" "$url/v1.0/directoryObjects/$lena" "$lena"
}
licensed() {
  graph GET "/users/$lena?\$select=licenseAssignmentStates" >/dev/null
  value '.licenseAssignmentStates[0] | "\(.state) \(.assignedByGroup) \(.error)"'
}
graph POST '/$batch' "$(join_batch)" >/dev/null
same "a group's licence is not there at once" '204 200 []' \
  "$(value '(.responses | sort_by(.id) | map(.status | tostring) | join(" ")) + " " + (.responses[] | select(.id == "b") | .body.licenseAssignmentStates | tojson)')"
arrived() { [ "$(licensed)" = "Active $specialists None" ]; }
wait_for 30 arrived && pass "it comes a moment later" || fail "it comes a moment later" "$(licensed)"
stop
start --accounts 100 --seats 0
sign_in
graph POST /users "$(user lena)" >/dev/null
lena=$(value .id)
graph POST "/groups/$specialists/members/\$ref" \
  "{\"@odata.id\":\"$url/v1.0/directoryObjects/$lena\"}" >/dev/null
refused() { [ "$(licensed)" = "Error $specialists CountViolation" ]; }
wait_for 30 refused && pass "without a seat it says so" || fail "without a seat it says so" "$(licensed)"
stop

# Quotas
start --accounts 40
sign_in
codes=$(for _ in 1 2 3 4 5 6; do
  graph GET /users/ops@contoso.com/authentication/temporaryAccessPassMethods; echo; done | xargs)
same "five in ten seconds, as documented" "200 200 200 200 200 429" "$codes"
contains "with a time to wait" "Retry-After: " "$(cat "$work/head")"
contains "and the reason" "x-ms-throttle-information: " "$(cat "$work/head")"
stop
start --accounts 40 --no-premium
sign_in
same "no activity without a premium licence" 403 "$(graph GET '/users?$select=signInActivity')"
stop

# Latency: requests wait side by side.
start --accounts 40 --latency 2000
sign_in
begun=$(date +%s%N)
for _ in 1 2 3 4 5 6 7 8; do
  curl -sS -o /dev/null -H "Authorization: Bearer $token" "$url/v1.0/users" &
  waits="${waits:-} $!"
done
# shellcheck disable=SC2086
wait $waits
took=$((($(date +%s%N) - begun) / 1000000))
[ "$took" -ge 2000 ] && [ "$took" -lt 15000 ] && pass "latency does not queue" ||
  fail "latency does not queue" "$took ms"
same "eight were in flight" 8 "$(control GET stats | jq .in_flight_most)"
stop

# State
start --accounts 60 --state "$work/state"
sign_in
graph POST /users "$(user kept)" >/dev/null
kept=$(value .id)
graph PATCH /users/ops@contoso.com '{"jobTitle":"Kept","onPremisesExtensionAttributes":{"extensionAttribute3":"ä"}}' >/dev/null
graph POST "/groups/$specialists/members/\$ref" \
  "{\"@odata.id\":\"$url/v1.0/directoryObjects/$kept\"}" >/dev/null
gone=$(graph GET /users/m.chen@contoso.com >/dev/null; value .id)
graph DELETE /users/m.chen@contoso.com >/dev/null
graph POST /users/it-service@contoso.com/sendMail '{"message":{"subject":"Kept mail",
  "toRecipients":[{"emailAddress":{"address":"a@partner.example"}}]}}' >/dev/null
written() { grep -q 'Kept mail' "$work/state"; } # the last of them
wait_for 30 written
kill -9 "$sim_pid"
wait "$sim_pid" 2>/dev/null
start --state "$work/state"
same "a token outlives a restart" 200 "$(graph GET "/users/$kept")"
graph GET '/users/ops@contoso.com?$select=jobTitle,onPremisesExtensionAttributes' >/dev/null
same "and so do changes" "Kept ä" "$(value '"\(.jobTitle) \(.onPremisesExtensionAttributes.extensionAttribute3)"')"
graph GET "/users/$kept/memberOf" >/dev/null
same "memberships" Specialists "$(value '.value[0].displayName')"
same "what was deleted" "404 200" "$(graph GET /users/m.chen@contoso.com) $(graph GET "/directory/deletedItems/$gone")"
same "and the outbox" "Kept mail" "$(control GET outbox | jq -r .subject)"
lena=$kept
wait_for 30 arrived && pass "a licence on its way arrives" || fail "a licence on its way arrives" "$(licensed)"
stop
same "another size is refused" 2 "$("$program" --accounts 70 --state "$work/state" >/dev/null 2>&1; echo $?)"
echo '{"user":' >>"$work/state"
contains "a damaged file is named" "the line is damaged" "$("$program" --state "$work/state" 2>&1)"

# People from files
printf '\357\273\277userPrincipalName;displayName;otherMails;groups;accountEnabled;extensionAttribute15\r\n' >"$work/people.csv"
printf 'a@contoso.com;"One; ""quoted""";a@x.example,b@x.example;Specialists;false;2027-01-31\r\n' >>"$work/people.csv"
start --accounts 0 --users-file "$work/people.csv"
sign_in
graph GET '/users/a@contoso.com?$select=displayName,accountEnabled,onPremisesExtensionAttributes' >/dev/null
same "a CSV file is read" 'One; "quoted" false 2027-01-31' \
  "$(value '"\(.displayName) \(.accountEnabled) \(.onPremisesExtensionAttributes.extensionAttribute15)"')"
graph GET /users/a@contoso.com/memberOf >/dev/null
same "with the groups" Specialists "$(value '.value[0].displayName')"
stop
echo '{"userPrincipalName":"b@contoso.com","otherMails":["b@x.example"],"userType":"Guest"}' >"$work/people.jsonl"
start --accounts 0 --users-file "$work/people.jsonl"
sign_in
graph GET '/users/b@contoso.com?$select=displayName,otherMails,userType' >/dev/null
same "so are JSON lines" "b@contoso.com b@x.example Guest" \
  "$(value '"\(.displayName) \(.otherMails[0]) \(.userType)"')"
stop
echo '{"displayName":"nobody"}' >>"$work/people.jsonl"
contains "a wrong line is named" "people.jsonl:2:" "$("$program" --users-file "$work/people.jsonl" 2>&1)"

# The clock
start --accounts 40
sign_in
control POST 'clock?advance=90m' >/dev/null
same "time passes: tokens end" 401 "$(graph GET /users)"
same "nonsense is refused" 400 "$(curl -sS -o /dev/null -w '%{http_code}' -X POST "$url/sim/clock?advance=soon")"
stop

# TLS
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 \
  -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' 2>/dev/null
start --accounts 40 --tls "$work/cert.pem" "$work/key.pem"
contains "https on request" "https://127.0.0.1:" "$url"
same "and the certificate is used" Contoso "$(curl -sS --cacert "$work/cert.pem" \
  -H "Authorization: Bearer $(curl -sS --cacert "$work/cert.pem" -d grant_type=client_credentials \
    -d client_id=$app -d client_secret=simulated-secret -d "scope=$url/.default" \
    "$url/contoso.com/oauth2/v2.0/token" | jq -r .access_token)" "$url/v1.0/organization" |
  jq -r '.value[0].displayName')"
stop

# A small tenant has just as many users as it was asked for, and its port to itself.
start --accounts 30
same "accounts are counted" 30 "$(jq .accounts "$work/ready")"
sign_in
same "of whom 20 are specialists" 20 "$(curl -sS -H "Authorization: Bearer $token" \
  -H 'ConsistencyLevel: eventual' "$url/v1.0/groups/$specialists/members/\$count")"
code=0
"$program" --port "${url##*:}" >"$work/second" 2>&1 || code=$?
same "a port that another one has is refused" 1 "$code"
contains "and named" "port ${url##*:}" "$(cat "$work/second")"
stop

# A parent that ends
sh -c '"$1" --with-parent --accounts 40 >"$2/ready2" 2>/dev/null & echo $! >"$2/child"
  until [ -s "$2/ready2" ]; do sleep 0.05; done' sh "$program" "$work"
child=$(cat "$work/child")
ended() { ! kill -0 "$child" 2>/dev/null; }
wait_for 30 ended && pass "with its parent it ends" || fail "with its parent it ends"
done_testing
