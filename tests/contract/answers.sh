#!/bin/sh
# Every kind of answer of the simulator, held against Microsoft's published schema.
. "$top_srcdir/tests/lib/tap.sh"

program=$top_builddir/src/sim/usher-sim
[ -x "$program" ] || skip_all "usher-sim is not built"
python3 -c 'import jsonschema' 2>/dev/null || skip_all "python3-jsonschema is not installed"

ready=$HOME/ready
"$program" --seed 3 --accounts 130 --auto-approve >"$ready" &
sim_pid=$!
trap 'kill "$sim_pid"; wait "$sim_pid"' EXIT
wait_for 30 test -s "$ready" || { echo "Bail out! the simulator did not get ready"; exit 99; }
PYTHONDONTWRITEBYTECODE=1 python3 "$top_srcdir/tests/contract/answers.py" \
  "$top_srcdir/tests/contract/graph-schema.json" "$ready"
