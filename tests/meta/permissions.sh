#!/bin/sh
# Every permission that a request or an action needs stands in README's table, so
# that whoever registers the application can grant it.
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_srcdir" || exit 99

needed=$(sed -n 's/.*\.\(delegated\|application\|permissions\) *= *"\([^"]*\)".*/\2/p' \
  src/graph/endpoints.c src/app/actions-*.c | tr ' ' '\n' | grep . | sort -u)

[ "$(echo "$needed" | wc -l)" -gt 5 ] && pass "there are permissions" || fail "there are permissions"
for permission in $needed; do
  ok "$permission is in README.md" grep -qE "[ |]$permission([, |]|\$)" README.md
done
done_testing
