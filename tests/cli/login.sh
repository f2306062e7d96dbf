#!/bin/sh
# Signing in with a device code: the code is shown, waiting can be given up,
# declined and expired are told apart.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim
stop_sim
# Without --auto-approve, so that the test is the person.
rm -f "$work/ready"
"$sim_program" --port 0 --write-config "$work/usher.conf" --seed 7 --accounts 60 >"$work/ready" &
sim_pid=$!
wait_for 30 test -s "$work/ready"
sim_url=$(jq -r .url "$work/ready")

sed -e 's/^sign_in.*/sign_in = device-code/' \
  -e 's/^client_id.*/client_id = 51515151-0000-4000-8000-0000000000dc/' "$USHER_CONFIG" \
  >"$work/device.conf"
chmod 600 "$work/device.conf"
USHER_CONFIG=$work/device.conf

begin() {
  "$usher_program" login >"$work/out" 2>"$work/err" </dev/null &
  login=$!
  wait_for 10 grep -Eq '[A-Z0-9]{8,}' "$work/err" || return 1
  code=$(grep -oE '\b[A-Z0-9]{8,9}\b' "$work/err" | head -1)
}

ok "login shows a code" begin
begin_code=$(grep -oE '\b[A-Z0-9]{8,9}\b' "$work/err" | head -1)
contains "and where to enter it" "http" "$(cat "$work/err")"
sim_post "/sim/decline?user_code=$begin_code" >/dev/null
wait "$login"
same "declined is status 3" 3 $?

begin
code=$(grep -oE '\b[A-Z0-9]{8,9}\b' "$work/err" | head -1)
kill -INT "$login"
wait "$login"
same "^C gives up" 1 $?

begin
code=$(grep -oE '\b[A-Z0-9]{8,9}\b' "$work/err" | head -1)
sim_post "/sim/approve?user_code=$code" >/dev/null
wait "$login"
got=$?
case $got in
  0) pass "approved" ;;
  3) contains "approved; without a keyring it says so" "keyring" "$(cat "$work/err")" ;;
  *) fail "approved" "status $got: $(cat "$work/err")" ;;
esac
exits "logout" 0 logout

USHER_CONFIG=$work/usher.conf
exits "login with a client secret" 0 login
exits "whoami" 0 whoami --format json
contains "knows the tenant" "contoso.com" "$out"
exits "doctor" 0 doctor --format json
ok "checks several things" jq -e 'length >= 4' "$work/out"
done_testing
