# shellcheck shell=sh
# The simulated tenant for shell tests, to be sourced after tap.sh. It starts
# usher-sim on a port that the system chose, and stops it by its process id when
# the test ends. The home is the test's own already (tests/lib/run-test).
#
#   start_sim [OPTION...]        then $sim_url, $sim_pid, $USHER_CONFIG are set
#   stop_sim
#   sim_get PATH                 GET, the answer on standard output
#   sim_post PATH [BODY]         POST
#   sim_faults SPEC              plays just these from now on; none: all is well
#   sim_hold N                   after N more changes all answers of Graph wait until faults are set
#                                again; those that wait already are sent
#   sim_token                    an access token of the application
#   sim_graph METHOD PATH [BODY] as an administrator would, past usher
#   sim_requests [JQ]            the requests so far, filtered by a jq condition
#   usher ARGUMENT...            the program of this build

sim_program=$top_builddir/src/sim/usher-sim
usher_program=$top_builddir/src/usher/usher
sim_pid=

[ -x "$sim_program" ] || skip_all "usher-sim is not built"
[ -x "$usher_program" ] || skip_all "usher is not built"
for tool in curl jq; do
  command -v "$tool" >/dev/null || skip_all "$tool is not installed"
done

work=$(mktemp -d "${TMPDIR:-/tmp}/usher-cli.XXXXXX") || exit 99

sim_cleanup() {
  stop_sim
  rm -rf "$work"
}
trap sim_cleanup EXIT
trap 'exit 143' HUP INT TERM

usher() {
  "$usher_program" "$@"
}

start_sim() {
  [ -z "$sim_pid" ] || stop_sim
  rm -f "$work/ready"
  "$sim_program" --port 0 --port-file "$work/port" --write-config "$work/usher.conf" \
    --seed 7 --accounts 120 --auto-approve "$@" >"$work/ready" 2>"$work/sim.err" &
  sim_pid=$!
  if ! wait_for 30 test -s "$work/ready"; then
    echo "Bail out! the simulator did not get ready: $(cat "$work/sim.err")"
    exit 99
  fi
  sim_url=$(jq -r .url "$work/ready")
  USHER_CONFIG=$work/usher.conf
  export USHER_CONFIG
}

stop_sim() {
  [ -n "$sim_pid" ] || return 0
  kill "$sim_pid" 2>/dev/null
  wait "$sim_pid" 2>/dev/null
  sim_pid=
}

sim_get() { # path
  curl -sS --fail-with-body "$sim_url$1"
}

sim_post() { # path [body]
  curl -sS --fail-with-body -X POST -H 'Content-Type: text/plain' --data-binary "${2:-}" "$sim_url$1"
}

sim_faults() { # spec
  sim_post /sim/faults none >/dev/null && { [ "$1" = none ] || sim_post /sim/faults "$1" >/dev/null; }
}

sim_hold() { # changes
  sim_post /sim/faults "none,hold=$1" >/dev/null
}

sim_token() {
  curl -sS --fail-with-body "$sim_url/contoso.com/oauth2/v2.0/token" \
    -d grant_type=client_credentials -d client_id=51515151-0000-4000-8000-0000000000aa \
    -d client_secret=simulated-secret -d scope=https://graph.microsoft.com/.default |
    jq -r .access_token
}

sim_graph() { # method path [body]
  curl -sS --fail-with-body -X "$1" -H "Authorization: Bearer $(sim_token)" \
    -H 'ConsistencyLevel: eventual' ${3:+-H 'Content-Type: application/json' --data "$3"} \
    "$sim_url/v1.0$2"
}

sim_requests() { # [condition]
  sim_get /sim/requests | jq -c "select(${1:-true})"
}

# Everything that changes something, past sign-in; empty after a dry run.
sim_changes() {
  sim_requests '.method != "GET" and (.path | test("oauth2|/sim/|[$]batch") | not)'
}

# Runs usher with its outputs apart: $out, $err, $code.
run() { # argument...
  code=0
  "$usher_program" "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
  out=$(cat "$work/out")
  # shellcheck disable=SC2034
  err=$(cat "$work/err")
}

# Runs it and checks the status; the reason is shown when it is another.
exits() { # what status argument...
  sim_what=$1 sim_status=$2
  shift 2
  run "$@"
  if [ "$code" -eq "$sim_status" ]; then
    pass "$sim_what"
  else
    fail "$sim_what" "status $code instead of $sim_status: usher $*
$err
$(printf '%s\n' "$out" | head -20)"
  fi
}
