#!/bin/sh
# What usher sends, held against Microsoft's published schema: the commands are run
# on the simulator, and its record of their requests is judged.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
python3 -c 'import jsonschema' 2>/dev/null || skip_all "python3-jsonschema is not installed"
start_sim

# What the commands say is the cli ring's business; here they only have to run.
account=$(sim_graph GET '/groups/51515151-0000-4000-8000-000000000101/members/microsoft.graph.user?$top=1' |
  jq -r '.value[0].userPrincipalName')
before=$(sim_requests | wc -l)
for command in doctor whoami 'list --live' 'list --live --roster guests' "show --live $account" \
  "show --live --timeline $account" 'create --yes --first Ada --last Lovelace --email ada@partner.example
  --sponsor ops@contoso.com --mobile +442079460018' 'repair --yes' 'journal list'; do
  # shellcheck disable=SC2086
  "$usher_program" $command >/dev/null 2>>"$work/said" </dev/null || :
done
curl -sS "$sim_url/sim/requests?bodies=1&after=$before" >"$work/record"
grep -q '"POST","path":"/v1.0/users"' "$work/record" || {
  echo "1..1"
  echo "not ok 1 - an account is made"
  sed 's/^/# /' "$work/said"
  exit 0
}
PYTHONDONTWRITEBYTECODE=1 python3 "$top_srcdir/tests/contract/requests.py" \
  "$top_srcdir/tests/contract/graph-schema.json" "$work/record"
